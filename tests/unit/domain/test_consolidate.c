/* test_consolidate - the review's real figures, ranks, coverage, and every method by hand.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_consolidate.h"

/* ---- the review of 2023-S1 ---- */

static ph_sheet *review_sheet(const ph_registry *reg)
{
    ph_period period = {.freq = PH_FREQ_S, .year = 2023, .index = 1};
    uint16_t form = ph_registry_find_form(reg, ph_span_str("socio-economic"), period);
    const ph_calendar_item *duty =
        ph_registry_find_duty(reg, ph_registry_find_cluster(reg, ph_span_str("dbsh")), form, period);
    ph_sheet *s = NULL;

    assert_non_null(duty);
    assert_ok(ph_sheet_new(reg, duty, &s));
    return s;
}

static void give_file(ph_sheet *s, const char *path)
{
    char *text = read_source(path);
    bool is_figures = strstr(path, "figures") != NULL;
    csv c = csv_open(text);

    while (csv_next(&c)) {
        assert_string_equal(c.cell[2], "2023-S1");
        give(s, c.cell[0], c.cell[1], c.cell[is_figures ? 4 : 3], PH_CELL_GIVEN);
    }
    free(text);
}

static ph_sheet *series(const ph_registry *reg, const char *name)
{
    ph_sheet *s = review_sheet(reg);

    give_file(s, "tests/data/red-river-2023-S1/figures.csv");
    if (strcmp(name, "corrected") == 0)
        give_file(s, "tests/data/red-river-2023-S1/corrections.csv");
    if (strcmp(name, "held") == 0) {
        give(s, "haiduong", "GRDP_GROWTH", "11.4", PH_CELL_HELD);
        give(s, "quangninh", "GRDP_GROWTH", "8.8", PH_CELL_HELD);
        give(s, "vinhphuc", "IIP", "34.3", PH_CELL_HELD);
    }
    return s;
}

static const ph_figure_value *value_of(const ph_figure *f, ph_method method)
{
    for (size_t i = 0; i < f->n_values; i++)
        if (f->values[i].method == method)
            return &f->values[i];
    return NULL;
}

static void assert_decimal(ph_decimal d, const char *text)
{
    char printed[PH_DECIMAL_TEXT_BYTES];

    (void)ph_decimal_print(d, printed);
    assert_string_equal(printed, text);
}

static ph_figure figure_of(const ph_sheet *s, const ph_registry *reg, const char *indicator)
{
    ph_figure f;

    assert_ok(ph_consolidate(s, ph_sheet_find_column(s, ph_span_str(indicator)), reg, &f));
    return f;
}

/* Coverage as a share, at two decimals, the way the file gives it. */
static ph_decimal share(int64_t part, int64_t whole)
{
    ph_decimal d;

    assert_ok(ph_decimal_divide(part, 0, whole, 2, &d));
    return d;
}

static void expect_line(const csv *c, const ph_figure *f)
{
    const char *method = c->cell[2], *value = c->cell[3];

    if (strcmp(method, "coverage_weight") == 0)
        assert_decimal(share(f->weight_received, f->weight_expected), value);
    else if (strcmp(method, "weighted") == 0)
        assert_decimal(value_of(f, PH_METHOD_WEIGHTED_MEAN)->value, value);
    else if (strcmp(method, "mean") == 0)
        assert_decimal(value_of(f, PH_METHOD_MEAN)->value, value);
    else
        fail_msg("expected.csv names %s", method);
}

static void the_printed_table_gives_the_expected_figures(void **unused)
{
    ph_registry *reg = own_registry();
    char *text = read_source("tests/data/red-river-2023-S1/expected.csv");
    csv c = csv_open(text);
    size_t n = 0;

    (void)unused;
    for (; csv_next(&c); n++) {
        ph_sheet *s = series(reg, c.cell[0]);
        ph_figure f = figure_of(s, reg, c.cell[1]);
        print_message("%s %s %s = %s\n", c.cell[0], c.cell[1], c.cell[2], c.cell[3]);
        expect_line(&c, &f);
        ph_sheet_free(s);
    }
    assert_int_equal(n, 10);
    free(text);
    ph_registry_free(reg);
}

static uint8_t rank_of(const ph_sheet *s, const ph_figure *f, const char *unit)
{
    return f->members[ph_sheet_find_row(s, ph_span_str(unit))].rank;
}

static void the_correction_moves_hai_duong_from_first_to_sixth(void **unused)
{
    ph_registry *reg = own_registry();
    ph_sheet *printed = series(reg, "printed"), *corrected = series(reg, "corrected");
    ph_figure a = figure_of(printed, reg, "GRDP_GROWTH"), b = figure_of(corrected, reg, "GRDP_GROWTH");

    (void)unused;
    assert_int_equal(rank_of(printed, &a, "haiduong"), 1);
    assert_int_equal(rank_of(corrected, &b, "haiduong"), 6);
    assert_int_equal(rank_of(corrected, &b, "quangninh"), 1);
    assert_int_equal(rank_of(corrected, &b, "bacninh"), 9);
    assert_decimal(value_of(&a, PH_METHOD_MIN)->value, "-12.59");
    assert_decimal(value_of(&a, PH_METHOD_MEDIAN)->value, "7.77");
    assert_decimal(value_of(&a, PH_METHOD_MAX)->value, "11.40");
    assert_int_equal(a.values[0].method, PH_METHOD_MEAN); /* the headline comes first */
    assert_true(ph_span_is(value_of(&a, PH_METHOD_WEIGHTED_MEAN)->weight_set, "grdp-const-2022@1"));
    assert_false(ph_digest_eq(&a.inputs, &b.inputs));
    ph_sheet_free(printed);
    ph_sheet_free(corrected);
    ph_registry_free(reg);
}

static void without_bac_ninh_the_coverage_says_so(void **unused)
{
    ph_registry *reg = own_registry();
    ph_sheet *s = series(reg, "corrected");
    uint16_t row = ph_sheet_find_row(s, ph_span_str("bacninh"));

    (void)unused;
    *ph_sheet_cell(s, row, 0) = (ph_cell){0};
    ph_figure f = figure_of(s, reg, "GRDP_GROWTH");
    assert_int_equal(f.n_expected, 9);
    assert_int_equal(f.n_received, 8);
    assert_int_equal(f.n_held, 0);
    assert_decimal(share(f.weight_received, f.weight_expected), "0.82");
    assert_decimal(value_of(&f, PH_METHOD_WEIGHTED_MEAN)->value, "7.17");
    assert_int_equal(f.members[row].state, PH_CELL_MISSING);
    assert_int_equal(f.members[row].rank, 0);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static void an_indicator_without_weights_has_no_weighted_figure(void **unused)
{
    ph_registry *reg = own_registry();
    ph_sheet *s = series(reg, "printed");
    ph_figure f = figure_of(s, reg, "IIP");

    (void)unused;
    assert_false(f.has_weights);
    assert_int_equal(f.weight_expected, 0);
    assert_null(value_of(&f, PH_METHOD_WEIGHTED_MEAN));
    ph_sheet_free(s);
    ph_registry_free(reg);
}

/* ---- small sheets ---- */

#define ALL_METHODS                                                                                      \
    .n_methods = 7, .methods = {PH_METHOD_MEAN,   PH_METHOD_WEIGHTED_MEAN, PH_METHOD_SUM, PH_METHOD_MIN, \
                                PH_METHOD_MEDIAN, PH_METHOD_MAX,           PH_METHOD_LIST}

static const ph_indicator higher = {
    .code = "X", .decimals = 1, .direction = PH_HIGHER_IS_BETTER, .weight_set = "w", ALL_METHODS};
static const ph_indicator lower = {
    .code = "X", .decimals = 1, .direction = PH_LOWER_IS_BETTER, .weight_set = "w", ALL_METHODS};
static const ph_indicator unranked = {.code = "X", .decimals = 1, .direction = PH_UNRANKED, ALL_METHODS};
static const int64_t ones[PH_MAX_MEMBERS] = {1, 1, 1, 1, 1, 1, 1, 1};

static ph_sheet *sheet_of(const ph_registry *reg)
{
    ph_sheet *s = NULL;

    assert_ok(ph_sheet_new(reg, ph_registry_calendar(reg, 0), &s));
    return s;
}

static void give_all(ph_sheet *s, const char *const *values, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char unit[4];
        (void)snprintf(unit, sizeof unit, "u%02u", (unsigned)(i % 100));
        give(s, unit, "X", values[i], PH_CELL_GIVEN);
    }
}

static void expect_ranks(const ph_indicator *ind, const char *const *values, const uint8_t *ranks, size_t n)
{
    ph_registry *reg = small_registry(ind, 1, n, ones);
    ph_sheet *s = sheet_of(reg);
    ph_figure f;

    give_all(s, values, n);
    assert_ok(ph_consolidate(s, 0, reg, &f));
    for (size_t i = 0; i < n; i++)
        assert_int_equal(f.members[i].rank, ranks[i]);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static void ties_share_a_rank_and_the_next_are_passed_over(void **unused)
{
    (void)unused;
    expect_ranks(&higher, (const char *[]){"5", "9", "5", "-1"}, (const uint8_t[]){2, 1, 2, 4}, 4);
    expect_ranks(&higher, (const char *[]){"3", "3", "3"}, (const uint8_t[]){1, 1, 1}, 3);
    expect_ranks(&higher, (const char *[]){"0.1", "0.2"}, (const uint8_t[]){2, 1}, 2);
}

static void lower_is_better_turns_the_order_round(void **unused)
{
    (void)unused;
    expect_ranks(&lower, (const char *[]){"5", "9", "5", "-1"}, (const uint8_t[]){2, 4, 2, 1}, 4);
}

static void the_unranked_have_no_rank(void **unused)
{
    (void)unused;
    expect_ranks(&unranked, (const char *[]){"5", "9"}, (const uint8_t[]){0, 0}, 2);
}

static void held_and_empty_cells_enter_no_value(void **unused)
{
    ph_registry *reg = small_registry(&higher, 1, 4, (const int64_t[]){10, 20, 30, 40});
    ph_sheet *s = sheet_of(reg);
    ph_figure f;

    (void)unused;
    give(s, "u00", "X", "1.0", PH_CELL_GIVEN);
    give(s, "u01", "X", "1000.0", PH_CELL_HELD);
    give(s, "u02", "X", "0.0", PH_CELL_NO_VALUE);
    assert_ok(ph_consolidate(s, 0, reg, &f));
    assert_int_equal(f.n_expected, 4);
    assert_int_equal(f.n_received, 2); /* with the one that said: no value */
    assert_int_equal(f.n_no_value, 1);
    assert_int_equal(f.n_held, 1);
    assert_int_equal(f.weight_expected, 100);
    assert_int_equal(f.weight_received, 10);
    assert_int_equal(f.weight_held, 20);
    assert_decimal(value_of(&f, PH_METHOD_MEAN)->value, "1.0");
    assert_decimal(value_of(&f, PH_METHOD_WEIGHTED_MEAN)->value, "1.0");
    assert_decimal(value_of(&f, PH_METHOD_SUM)->value, "1.0");
    assert_int_equal(f.members[1].state, PH_CELL_HELD);
    assert_decimal(f.members[1].value, "1000.0");
    assert_int_equal(f.members[1].rank, 0);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static void nothing_given_gives_no_value_and_not_zero(void **unused)
{
    ph_registry *reg = small_registry(&higher, 1, 3, ones);
    ph_sheet *s = sheet_of(reg);
    ph_figure f;

    (void)unused;
    assert_ok(ph_consolidate(s, 0, reg, &f));
    assert_int_equal(f.n_values, 7);
    for (size_t i = 0; i < f.n_values; i++)
        assert_false(f.values[i].has_value);
    assert_int_equal(f.n_received, 0);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static void one_rounding_half_away_from_zero(void **unused)
{
    static const struct {
        const char *a, *b, *mean, *median;
    } cases[] = {{"0.1", "0.2", "0.2", "0.2"},
                 {"-0.1", "-0.2", "-0.2", "-0.2"},
                 {"0.1", "0.0", "0.1", "0.1"},
                 {"-0.1", "0.0", "-0.1", "-0.1"},
                 {"-0.1", "0.1", "0.0", "0.0"}};
    ph_registry *reg = small_registry(&higher, 1, 2, ones);

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_sheet *s = sheet_of(reg);
        ph_figure f;
        give_all(s, (const char *[]){cases[i].a, cases[i].b}, 2);
        assert_ok(ph_consolidate(s, 0, reg, &f));
        assert_decimal(value_of(&f, PH_METHOD_MEAN)->value, cases[i].mean);
        assert_decimal(value_of(&f, PH_METHOD_MEDIAN)->value, cases[i].median);
        ph_sheet_free(s);
    }
    ph_registry_free(reg);
}

static void a_weight_missing_for_a_member_means_no_weighted_figure(void **unused)
{
    ph_registry *three = small_registry(&higher, 1, 3, ones), *two = small_registry(&higher, 1, 2, ones);
    ph_sheet *s = sheet_of(three);
    ph_figure f;

    (void)unused;
    give_all(s, (const char *[]){"1", "2", "3"}, 3);
    assert_ok(ph_consolidate(s, 0, two, &f)); /* a registry that no longer knows u02 */
    assert_false(f.has_weights);
    assert_false(value_of(&f, PH_METHOD_WEIGHTED_MEAN)->has_value);
    assert_decimal(value_of(&f, PH_METHOD_MEAN)->value, "2.0");
    ph_sheet_free(s);
    ph_registry_free(three);
    ph_registry_free(two);
}

static void an_indicator_the_registry_lost_is_said(void **unused)
{
    ph_indicator other = higher;
    other.code = "Y";
    ph_registry *reg = small_registry(&higher, 1, 2, ones), *without = small_registry(&other, 1, 2, ones);
    ph_sheet *s = sheet_of(reg);
    ph_figure f;

    (void)unused;
    assert_int_equal(ph_consolidate(s, 0, without, &f), PH_NOT_FOUND);
    assert_int_equal(ph_consolidate(s, 1, reg, &f), PH_BUG);
    ph_sheet_free(s);
    ph_registry_free(reg);
    ph_registry_free(without);
}

static void the_digest_speaks_of_every_input(void **unused)
{
    ph_registry *reg = small_registry(&higher, 1, 2, ones);
    ph_sheet *s = sheet_of(reg);
    ph_figure before, after;
    ph_cell *cell = ph_sheet_cell(s, 1, 0), kept;

    (void)unused;
    give_all(s, (const char *[]){"1", "2"}, 2);
    kept = *cell;
    assert_ok(ph_consolidate(s, 0, reg, &before));
#define CHANGES(statement)                                         \
    do {                                                           \
        statement;                                                 \
        assert_ok(ph_consolidate(s, 0, reg, &after));              \
        assert_false(ph_digest_eq(&before.inputs, &after.inputs)); \
        *cell = kept;                                              \
    } while (0)
    CHANGES(cell->mantissa++);
    CHANGES(cell->entry++);
    CHANGES(cell->status = 'P');
    CHANGES(cell->state = PH_CELL_HELD);
    assert_ok(ph_consolidate(s, 0, reg, &after));
    assert_true(ph_digest_eq(&before.inputs, &after.inputs));
    ph_sheet_free(s);
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_printed_table_gives_the_expected_figures),
        cmocka_unit_test(the_correction_moves_hai_duong_from_first_to_sixth),
        cmocka_unit_test(without_bac_ninh_the_coverage_says_so),
        cmocka_unit_test(an_indicator_without_weights_has_no_weighted_figure),
        cmocka_unit_test(ties_share_a_rank_and_the_next_are_passed_over),
        cmocka_unit_test(lower_is_better_turns_the_order_round),
        cmocka_unit_test(the_unranked_have_no_rank),
        cmocka_unit_test(held_and_empty_cells_enter_no_value),
        cmocka_unit_test(nothing_given_gives_no_value_and_not_zero),
        cmocka_unit_test(one_rounding_half_away_from_zero),
        cmocka_unit_test(a_weight_missing_for_a_member_means_no_weighted_figure),
        cmocka_unit_test(an_indicator_the_registry_lost_is_said),
        cmocka_unit_test(the_digest_speaks_of_every_input),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
