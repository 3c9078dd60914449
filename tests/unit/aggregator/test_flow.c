/* test_flow - the life of a held value: explained, decided, told of, and bound to what it was.   Layer: tests */
#include "ph_flow_fixture.h"

static void held_explained_confirmed(void **state)
{
    fixture *f = *state;

    submit(f, HEAD, 1000, 2000, PH_VERDICT_ACCEPTED, "");
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    assert_cell(f, ONE, A, PH_CELL_HELD, 0);
    assert_int_equal(case_state(f, ONE, A), PH_CASE_HELD);
    assert_int_equal(f->sheet->n_cases, 2);
    assert_int_equal(ph_sheet_find_case(f->sheet, ONE, B)->n_rules, 2);
    assert_string_equal(ph_sheet_find_case(f->sheet, ONE, B)->rules[1], "guard.b");
    latest l = published(f, "I001");
    assert_int_equal(l.figure.n_held, 1);
    assert_int_equal(l.figure.n_received, 1);
    assert_true(l.figure.values[0].value.mantissa == 1000); /* the mean is that of the head alone */

    explain(f, ONE, A, 6000, "");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED);
    assert_cell(f, ONE, A, PH_CELL_HELD, PH_MARK_EXPLAINED);
    l = published(f, "I001");
    assert_int_equal(l.figure.n_held, 1);
    assert_int_equal(l.figure.members[ONE].marks, PH_MARK_EXPLAINED);

    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_CONFIRMED);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_EXPLAINED | PH_MARK_CONFIRMED);
    assert_int_equal(case_state(f, ONE, B), PH_CASE_HELD); /* of another cell nothing was said */
    l = published(f, "I001");
    assert_int_equal(l.figure.n_held, 0);
    assert_int_equal(l.figure.n_received, 2);
    assert_true(l.figure.values[0].value.mantissa == 3500);
}

static void returned_explained_again_and_corrected(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    explain(f, ONE, A, 6000, "");
    decide(f, PH_DECISION_RETURN, ONE, A, 6000, "giải trình chưa nêu nguồn", "");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_RETURNED);
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "decision.state(returned)");
    explain(f, ONE, A, 6000, "");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED);
    explain(f, ONE, A, 6000, ""); /* better words */
    assert_true(ph_sheet_find_case(look(f), ONE, A)->explanation == f->last);
    submit(f, ONE, 4000, 2000, PH_VERDICT_ACCEPTED, "");
    assert_int_equal(case_state(f, ONE, A), -1);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, 0); /* the marks were the other value's */
}

static void overridden_for_as_long_as_the_value_stands(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    decide(f, PH_DECISION_OVERRIDE, ONE, B, 9000, "đã đối chiếu niên giám", "");
    assert_cell(f, ONE, B, PH_CELL_GIVEN, PH_MARK_OVERRIDDEN);
    /* the same value again: it counts, the other one waits on */
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() cell.released(overridden)");
    assert_cell(f, ONE, B, PH_CELL_GIVEN, PH_MARK_OVERRIDDEN);
    assert_cell(f, ONE, A, PH_CELL_HELD, 0);
    submit(f, ONE, 1000, 9000, PH_VERDICT_ACCEPTED, "cell.released(overridden)");
    assert_int_equal(case_state(f, ONE, B), PH_CASE_OVERRIDDEN);
    latest l = published(f, "I002");
    assert_int_equal(l.figure.members[ONE].marks, PH_MARK_OVERRIDDEN);
    /* another value, and the first one once more: that story is over */
    submit(f, ONE, 1000, 8500, PH_VERDICT_HELD, "guard.a() guard.b()");
    submit(f, ONE, 1000, 9000, PH_VERDICT_HELD, "guard.a() guard.b()");
    assert_int_equal(case_state(f, ONE, B), PH_CASE_HELD);
    assert_cell(f, ONE, B, PH_CELL_HELD, 0);
}

/* The verdict bytes count what is left. */
static void a_release_leaves_complete_counts(void **state)
{
    fixture *f = *state;
    ph_stored_verdict stored;
    ph_judgement j;

    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    decide(f, PH_DECISION_OVERRIDE, ONE, B, 9000, "đúng", "");
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() cell.released(overridden)");
    assert_int_equal(f->st->ops->get_entry(f->st, f->last, NULL, &stored), PH_OK);
    assert_int_equal(ph_judgement_read(stored.verdict_bytes, &j), PH_OK);
    assert_int_equal(j.n_findings, 2);
    assert_int_equal(j.n_counts, 2);
    assert_true(ph_span_is(j.counts[0].rule, "guard.a"));
    assert_int_equal(j.counts[0].n, 1);
    assert_int_equal(j.counts[0].action, PH_ACTION_HOLD);
    assert_true(ph_span_is(j.counts[1].rule, "cell.released"));
    assert_int_equal(j.counts[1].n, 1);
}

static void an_explanation_stays_with_its_value_over_revisions(void **state)
{
    fixture *f = *state;
    uint64_t first;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    first = f->last;
    explain(f, ONE, A, 6000, "");
    submit(f, ONE, 6000, 2500, PH_VERDICT_HELD, "guard.a()"); /* another cell was corrected */
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED);
    assert_cell(f, ONE, A, PH_CELL_HELD, PH_MARK_EXPLAINED);
    assert_true(ph_sheet_find_case(f->sheet, ONE, A)->entry == first);
    submit(f, ONE, 6001, 2500, PH_VERDICT_HELD, "guard.a()");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_HELD); /* dropped with the value */
    assert_cell(f, ONE, A, PH_CELL_HELD, 0);
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "decision.stale(u01)");
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6001, NULL, "decision.state(held)");
    explain(f, ONE, A, 6000, "explanation.stale()");
}

/* The rule is gone: what waited ends with the next revision, what was decided is still to be seen. */
static void values_that_no_rule_holds_any_more(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    explain(f, ONE, A, 6000, "");
    decide(f, PH_DECISION_OVERRIDE, ONE, B, 9000, "đúng", "");
    activate(f, 2, false);
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED); /* verdicts given are not judged anew */
    submit(f, ONE, 6000, 9000, PH_VERDICT_ACCEPTED, "");
    assert_int_equal(case_state(f, ONE, A), -1);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, 0);
    assert_int_equal(case_state(f, ONE, B), PH_CASE_OVERRIDDEN);
    assert_cell(f, ONE, B, PH_CELL_GIVEN, PH_MARK_OVERRIDDEN);
}

/* ---- recovery ---- */

/* A tail without figures is folded again: the same verdicts, the same stories. */
static void a_tail_with_words_is_folded_again(void **state)
{
    fixture *f = *state;
    const int64_t values[] = {100, 6000, 2000, 400};
    ph_world_form form = {.unit = ONE, .revision = 1, .values = values, .n_values = 4, .received_at_us = START};
    ph_world_words words = {
        .unit = ONE, .subject = NOBODY, .indicator = A, .value = 6000, .text = "x", .received_at_us = START};
    ph_world_sent s[3];
    ph_outcome o;

    form.number = ++f->number;
    ph_world_make(&f->w, &form, &s[0]);
    words.number = ++f->number;
    ph_world_explain(&f->w, &words, &s[1]);
    words = (ph_world_words){.unit = HEAD, .subject = ONE, .indicator = A, .value = 6000, .number = ++f->number};
    ph_world_decide(&f->w, &words, &s[2]);
    for (size_t i = 0; i < 3; i++) {
        s[i].intake.unit = ph_span_str(s[i].unit);
        assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
        assert_int_equal(ph_engine_take(f->e, &s[i].intake, &o), PH_OK);
        assert_int_equal(ph_engine_finish(f->e, false), PH_OK);
        ph_engine_free(f->e);
        assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &f->e), PH_OK);
        ph_world_drop(&s[i]);
    }
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_EXPLAINED | PH_MARK_CONFIRMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_RAM(held_explained_confirmed),
        IN_FILE(held_explained_confirmed),
        IN_RAM(returned_explained_again_and_corrected),
        IN_RAM(overridden_for_as_long_as_the_value_stands),
        IN_RAM(a_release_leaves_complete_counts),
        IN_RAM(an_explanation_stays_with_its_value_over_revisions),
        IN_RAM(values_that_no_rule_holds_any_more),
        IN_RAM(a_tail_with_words_is_folded_again),
        IN_FILE(a_tail_with_words_is_folded_again),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
