/* test_vintage - what one vintage says against the one before it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ph_agg_vintage.h"

typedef struct fixture {
    ph_issue issue;
    ph_figure figure;
} fixture;

static const char *const units[] = {"a", "b", "c"};

static ph_figure_member given(int64_t value, uint64_t entry)
{
    return (ph_figure_member){.state = PH_CELL_GIVEN,
                              .value = {.mantissa = value, .scale = 2},
                              .status = 'A',
                              .rank = 1,
                              .revision = 1,
                              .entry = entry};
}

/* Three members, of whom a and b have given. */
static fixture first(void)
{
    fixture f = {.issue = {.seal = 10, .state = PH_PERIOD_OPEN, .n_members = 3},
                 .figure = {.n_expected = 3, .n_received = 2, .provisional_percent = 80, .n_values = 1}};

    for (unsigned i = 0; i < 3; i++)
        f.issue.members[i] = ph_span_str(units[i]);
    f.figure.values[0] = (ph_figure_value){.method = PH_METHOD_MEAN};
    f.figure.members[0] = given(100, 4);
    f.figure.members[1] = given(200, 5);
    return f;
}

static ph_vintage_diff compare(const fixture *before, const fixture *now)
{
    ph_vintage_diff d;

    ph_vintage_compare(before == NULL ? NULL : &before->issue, before == NULL ? NULL : &before->figure, &now->issue,
                       &now->figure, &d);
    return d;
}

static void assert_change(const ph_vintage_diff *d, size_t i, const char *unit, bool has_before, bool has_after,
                          bool has_new_entry)
{
    assert_true(i < d->n_changes);
    assert_true(ph_span_is(d->changes[i].unit, unit));
    assert_int_equal(d->changes[i].before != NULL, has_before);
    assert_int_equal(d->changes[i].after != NULL, has_after);
    assert_int_equal(d->changes[i].has_new_entry, has_new_entry);
}

static void the_first_names_who_is_there(void **state)
{
    fixture f = first();
    ph_vintage_diff d = compare(NULL, &f);

    (void)state;
    assert_true(d.is_first);
    assert_int_equal(d.n_changes, 2);
    assert_change(&d, 0, "a", false, true, true);
    assert_change(&d, 1, "b", false, true, true);
}

static void the_same_again_says_nothing(void **state)
{
    fixture a = first(), b = first();

    (void)state;
    b.issue.seal = 20;
    b.figure.members[0].rank = 2; /* because of another member */
    ph_vintage_diff d = compare(&a, &b);
    assert_int_equal(d.n_changes, 0);
    assert_false(d.is_first || d.registry_changed || d.state_changed || d.bar_changed || d.methods_changed);
}

/* Sent again from another entry, or told with more digits, a value is the one that it was. */
static void a_value_that_is_repeated_is_no_change(void **state)
{
    fixture a = first(), b = first();

    (void)state;
    b.figure.members[0].entry = 44;
    b.figure.members[0].revision = 2;
    b.figure.members[1].value = (ph_decimal){.mantissa = 2000, .scale = 3};
    ph_vintage_diff d = compare(&a, &b);
    assert_int_equal(d.n_changes, 0);
}

/* Each of them is seen in a figure. */
static void value_status_state_and_marks_are_changes(void **state)
{
    fixture a = first();

    (void)state;
    for (int which = 0; which < 4; which++) {
        fixture b = first();
        ph_figure_member *m = &b.figure.members[0];
        if (which == 0)
            m->value.mantissa = 101;
        else if (which == 1)
            m->status = 'E';
        else if (which == 2)
            m->state = PH_CELL_HELD;
        else
            m->marks = PH_MARK_LATE;
        ph_vintage_diff d = compare(&a, &b);
        assert_int_equal(d.n_changes, 1);
        assert_change(&d, 0, "a", true, true, false);
    }
}

static void a_correction_comes_from_its_entry(void **state)
{
    fixture a = first(), b = first();

    (void)state;
    b.figure.members[1] = given(250, 12);
    b.figure.members[2] = given(300, 13);
    ph_vintage_diff d = compare(&a, &b);
    assert_int_equal(d.n_changes, 2);
    assert_change(&d, 0, "b", true, true, true);
    assert_int_equal(d.changes[0].before->value.mantissa, 200);
    assert_int_equal(d.changes[0].after->value.mantissa, 250);
    assert_change(&d, 1, "c", true, true, true);
}

/* A decision changes a cell that still comes from the same submission; a withdrawal leaves nothing to point to. */
static void a_mark_or_a_gap_has_no_submission_behind_it(void **state)
{
    fixture a = first(), b = first();

    (void)state;
    b.figure.members[0].marks = PH_MARK_CONFIRMED;
    b.figure.members[1] = (ph_figure_member){0};
    ph_vintage_diff d = compare(&a, &b);
    assert_int_equal(d.n_changes, 2);
    assert_change(&d, 0, "a", true, true, false);
    assert_change(&d, 1, "b", true, true, false);
}

static void members_come_and_go_by_name_not_by_place(void **state)
{
    fixture a = first(), b = first();

    (void)state;
    b.issue.members[0] = ph_span_str("d"); /* in a's place; b and c moved up from behind it */
    b.figure.members[0] = given(7, 9);
    ph_vintage_diff d = compare(&a, &b);
    assert_int_equal(d.n_changes, 2);
    assert_change(&d, 0, "d", false, true, true);
    assert_change(&d, 1, "a", true, false, false);
}

static void circumstances_are_told_apart(void **state)
{
    fixture a = first();

    (void)state;
    for (int which = 0; which < 5; which++) {
        fixture b = first();
        if (which == 0)
            b.issue.registry.bytes[3] = 1;
        else if (which == 1)
            b.issue.state = PH_PERIOD_DUE;
        else if (which == 2)
            b.figure.provisional_percent = 90;
        else if (which == 3)
            b.figure.values[0].weight_set = ph_span_str("w@2");
        else
            b.figure.n_values = 0;
        ph_vintage_diff d = compare(&a, &b);
        assert_int_equal(d.n_changes, 0);
        assert_int_equal(d.registry_changed, which == 0);
        assert_int_equal(d.state_changed, which == 1);
        assert_int_equal(d.bar_changed, which == 2);
        assert_int_equal(d.methods_changed, which >= 3);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_first_names_who_is_there),
                                       cmocka_unit_test(the_same_again_says_nothing),
                                       cmocka_unit_test(a_value_that_is_repeated_is_no_change),
                                       cmocka_unit_test(value_status_state_and_marks_are_changes),
                                       cmocka_unit_test(a_correction_comes_from_its_entry),
                                       cmocka_unit_test(a_mark_or_a_gap_has_no_submission_behind_it),
                                       cmocka_unit_test(members_come_and_go_by_name_not_by_place),
                                       cmocka_unit_test(circumstances_are_told_apart)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
