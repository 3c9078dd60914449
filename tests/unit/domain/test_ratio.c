/* test_ratio - ratios of sums, lists, breaks of a series and what a touched part touches.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdlib.h>

#include "ph_break.h"
#include "ph_consolidate.h"

enum { POOR, HOUSEHOLDS, RATE, SCORE, N_INDICATORS };

/* Poor households, all households, their rate in percent, and a score that is only ever listed. */
static const ph_indicator indicators[N_INDICATORS] = {
    [POOR] = {.code = "POOR", .n_methods = 1, .methods = {PH_METHOD_SUM}},
    [HOUSEHOLDS] = {.code = "HOUSEHOLDS", .decimals = 3, .n_methods = 1, .methods = {PH_METHOD_SUM}},
    [RATE] = {.code = "RATE",
              .decimals = 2,
              .direction = PH_LOWER_IS_BETTER,
              .n_methods = 2,
              .methods = {PH_METHOD_RATIO, PH_METHOD_MEAN},
              .numerator = POOR,
              .denominator = HOUSEHOLDS,
              .times = 100},
    [SCORE] = {.code = "SCORE",
               .decimals = 2,
               .n_methods = 4,
               .methods = {PH_METHOD_LIST, PH_METHOD_MIN, PH_METHOD_MEDIAN, PH_METHOD_MAX}}};

typedef struct fixture {
    ph_registry *reg;
    ph_sheet *s;
} fixture;

static fixture fixture_of(const ph_indicator *list)
{
    fixture f = {.reg = small_registry(list, N_INDICATORS, 3, NULL)};

    assert_ok(ph_sheet_new(f.reg, ph_registry_calendar(f.reg, 0), &f.s));
    return f;
}

static void done(fixture *f)
{
    ph_sheet_free(f->s);
    ph_registry_free(f->reg);
}

static void give_parts(ph_sheet *s, const char *unit, const char *poor, const char *households, const char *rate)
{
    give(s, unit, "POOR", poor, PH_CELL_GIVEN);
    give(s, unit, "HOUSEHOLDS", households, PH_CELL_GIVEN);
    give(s, unit, "RATE", rate, PH_CELL_GIVEN);
}

static ph_figure figure(const fixture *f, uint16_t column)
{
    ph_figure ret;

    assert_ok(ph_consolidate(f->s, column, f->reg, &ret));
    return ret;
}

static void assert_value(const ph_figure_value *v, const char *text, unsigned n_used)
{
    char printed[PH_DECIMAL_TEXT_BYTES];

    assert_true(v->has_value);
    (void)ph_decimal_print(v->value, printed);
    assert_string_equal(printed, text);
    assert_int_equal(v->n_used, n_used);
}

/* 30 of 300 and 10 of 1000: 40 of 1300 is 3.08 %, the mean of 10 % and 1 % would be 5.50. */
static void a_ratio_is_of_the_sums_not_the_mean_of_ratios(void **unused)
{
    fixture f = fixture_of(indicators);

    (void)unused;
    give_parts(f.s, "u00", "30", "300", "10");
    give_parts(f.s, "u01", "10", "1000", "1");
    ph_figure found = figure(&f, RATE);
    assert_value(&found.values[0], "3.08", 2);
    assert_value(&found.values[1], "5.50", 2);
    assert_int_equal(found.members[0].rank, 2); /* lower is better */
    done(&f);
}

static void only_members_with_both_parts_count_and_the_figure_says_so(void **unused)
{
    fixture f = fixture_of(indicators);

    (void)unused;
    give_parts(f.s, "u00", "30", "300", "10");
    give_parts(f.s, "u01", "10", "1000", "1");
    give_parts(f.s, "u02", "900", "900", "100");
    ph_figure whole = figure(&f, RATE);
    assert_value(&whole.values[0], "42.73", 3); /* 940 of 2200 */
    assert_int_equal(ph_figure_completeness(&whole), PH_FIGURE_COMPLETE);
    give(f.s, "u02", "HOUSEHOLDS", "900", PH_CELL_HELD);
    ph_figure held = figure(&f, RATE);
    assert_value(&held.values[0], "3.08", 2);
    assert_value(&held.values[1], "37.00", 3); /* the rates themselves stand all three */
    assert_false(ph_digest_eq(&held.inputs, &whole.inputs));
    held.provisional_percent = 66;
    assert_int_equal(ph_figure_completeness(&held), PH_FIGURE_PARTIAL);
    held.provisional_percent = 67;
    assert_int_equal(ph_figure_completeness(&held), PH_FIGURE_INSUFFICIENT);
    done(&f);
}

static void nothing_over_nothing_is_no_value(void **unused)
{
    fixture f = fixture_of(indicators);

    (void)unused;
    assert_false(figure(&f, RATE).values[0].has_value);
    give_parts(f.s, "u00", "30", "0", "10");
    assert_false(figure(&f, RATE).values[0].has_value);
    give(f.s, "u00", "POOR", "1000000000000000", PH_CELL_GIVEN);
    give(f.s, "u00", "HOUSEHOLDS", "0.001", PH_CELL_GIVEN);
    ph_figure outgrown = figure(&f, RATE); /* no decimal holds it: no value, and no error that would stop a seal */
    assert_false(outgrown.values[0].has_value);
    assert_int_equal(outgrown.values[0].n_used, 1);
    give_parts(f.s, "u00", "30", "-300", "10");
    assert_value(&figure(&f, RATE).values[0], "-10.00", 1);
    done(&f);
}

static void a_list_has_no_cluster_value_beside_its_ends(void **unused)
{
    fixture f = fixture_of(indicators);

    (void)unused;
    give(f.s, "u00", "SCORE", "60", PH_CELL_GIVEN);
    give(f.s, "u02", "SCORE", "70.5", PH_CELL_GIVEN);
    ph_figure found = figure(&f, SCORE);
    assert_int_equal(found.n_values, 4);
    assert_false(found.values[0].has_value);
    assert_int_equal(found.values[0].n_used, 2);
    assert_value(&found.values[1], "60.00", 2);
    assert_value(&found.values[2], "65.25", 2);
    assert_value(&found.values[3], "70.50", 2);
    done(&f);
}

static void a_touched_part_touches_its_ratio_and_nothing_else(void **unused)
{
    static const struct {
        uint16_t touched;
        bool rate;
    } cases[] = {{POOR, true}, {HOUSEHOLDS, true}, {SCORE, false}};

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        fixture f = fixture_of(indicators);
        f.s->columns[cases[i].touched].is_touched = true;
        ph_consolidate_spread(f.s, f.reg);
        for (int k = 0; k < N_INDICATORS; k++)
            assert_int_equal(f.s->columns[k].is_touched, k == cases[i].touched || (k == RATE && cases[i].rate));
        done(&f);
    }
}

/* ---- breaks ---- */

static ph_date day(const char *text)
{
    ph_date d;

    assert_ok(ph_date_parse(ph_span_str(text), &d));
    return d;
}

static void a_break_stands_between_a_period_and_what_it_is_compared_with(void **unused)
{
    static const struct {
        const char *comparison, *period;
        bool is_broken;
    } cases[] = {{"yoy_same_period", "2025-S1", false},
                 {"yoy_same_period", "2025-S2", true},
                 {"yoy_same_period", "2026-S1", true},
                 {"yoy_same_period", "2026-S2", false},
                 {"yoy_same_period", "2025", true},
                 {"yoy_same_period", "2026", true},
                 {"yoy_same_period", "2027", false},
                 {"none", "2025-S1", false},
                 {"none", "2025-S2", true},
                 {"none", "2026-S1", false},
                 {"none", "2025-Q3", true},
                 {"none", "2025-Q4", false},
                 {"none", "2025-06", false},
                 {"none", "2025-07", true},
                 {"none", "2025-08", false},
                 {"none", "2026", true},
                 {"vs_prev_period", "2025-Q2", false},
                 {"yoy_same_period", "2026-Q2", true}};
    ph_series_break merger = {.at = day("2025-07-01"), .why = {.vi = "sáp nhập", .en = "merger"}};

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_indicator ind = {.code = "X", .comparison = cases[i].comparison, .n_breaks = 1, .breaks = &merger};
        ph_period p;
        assert_ok(ph_period_parse(ph_span_str(cases[i].period), &p));
        if ((ph_break_within(&ind, p) != NULL) != cases[i].is_broken)
            fail_msg("%s %s", cases[i].comparison, cases[i].period);
    }
}

static void of_several_breaks_the_last_is_named(void **unused)
{
    ph_series_break breaks[] = {{.at = day("2022-07-01")}, {.at = day("2023-02-01")}, {.at = day("2023-07-01")}};
    ph_indicator ind = {.code = "X", .comparison = "yoy_same_period", .n_breaks = 3, .breaks = breaks};

    (void)unused;
    assert_ptr_equal(ph_break_within(&ind, (ph_period){.freq = PH_FREQ_S, .year = 2023, .index = 1}), &breaks[1]);
    ind.n_breaks = 0;
    assert_null(ph_break_within(&ind, (ph_period){.freq = PH_FREQ_S, .year = 2023, .index = 1}));
}

static void the_figure_is_marked_by_its_break_and_by_status_B(void **unused)
{
    ph_indicator list[N_INDICATORS];
    ph_series_break *owned = calloc(1, sizeof *owned);

    (void)unused;
    assert_non_null(owned);
    memcpy(list, indicators, sizeof list);
    *owned = (ph_series_break){.at = day("2023-01-01")};
    list[POOR].n_breaks = 1;
    list[POOR].breaks = owned; /* the registry's from here on */
    fixture f = fixture_of(list);
    give(f.s, "u00", "POOR", "1", PH_CELL_GIVEN);
    ph_figure by_date = figure(&f, POOR);
    assert_true(by_date.has_break);
    assert_int_equal(by_date.members[0].marks, PH_MARK_BREAK);
    assert_int_equal(by_date.members[1].marks, 0); /* nothing there to mark */
    give(f.s, "u00", "SCORE", "1", PH_CELL_GIVEN);
    give(f.s, "u01", "SCORE", "1", PH_CELL_GIVEN);
    assert_false(figure(&f, SCORE).has_break);
    ph_sheet_cell(f.s, 1, SCORE)->status = 'B';
    ph_figure by_status = figure(&f, SCORE);
    assert_true(by_status.has_break);
    assert_int_equal(by_status.members[0].marks, 0);
    assert_int_equal(by_status.members[1].marks, PH_MARK_BREAK);
    done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_ratio_is_of_the_sums_not_the_mean_of_ratios),
        cmocka_unit_test(only_members_with_both_parts_count_and_the_figure_says_so),
        cmocka_unit_test(nothing_over_nothing_is_no_value),
        cmocka_unit_test(a_list_has_no_cluster_value_beside_its_ends),
        cmocka_unit_test(a_touched_part_touches_its_ratio_and_nothing_else),
        cmocka_unit_test(a_break_stands_between_a_period_and_what_it_is_compared_with),
        cmocka_unit_test(of_several_breaks_the_last_is_named),
        cmocka_unit_test(the_figure_is_marked_by_its_break_and_by_status_B),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
