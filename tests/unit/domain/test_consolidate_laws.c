/* test_consolidate_laws - laws that hold for every sheet: exactness against rationals of our own, order, ranks, limits.
 * Layer: tests */
#include "ph_domain_fixture.h"

#include <stdlib.h>

#include "ph_consolidate.h"

enum { ROUNDS = 3000 };
typedef __int128 wide;

#define METHODS                                                                         \
    .n_methods = 6, .methods = {PH_METHOD_MEAN, PH_METHOD_WEIGHTED_MEAN, PH_METHOD_SUM, \
                                PH_METHOD_MIN,  PH_METHOD_MEDIAN,        PH_METHOD_MAX}

/* One sheet by chance: sizes, decimals, values up to `limit`, states, weights up to 10^12. */
typedef struct sample {
    ph_indicator ind;
    size_t n;
    int64_t weights[PH_MAX_MEMBERS];
    ph_registry *reg;
    ph_sheet *sheet;
} sample;

/* Of any size up to @limit, small ones as likely as large ones, so that ties occur. */
static int64_t draw_value(int64_t limit)
{
    uint64_t range = (uint64_t)limit;

    for (uint64_t shift = draw_below(50); shift > 0 && range > 3; shift--)
        range /= 2;
    return (int64_t)draw_below(2 * range + 1) - (int64_t)range;
}

static sample draw_sample(int64_t limit)
{
    sample s = {.ind = {.code = "X", .weight_set = "w", METHODS}, .n = 1 + draw_below(PH_MAX_MEMBERS)};

    s.ind.decimals = (uint8_t)draw_below(PH_DECIMAL_MAX_SCALE + 1);
    s.ind.direction = draw_below(2) == 0 ? PH_HIGHER_IS_BETTER : PH_LOWER_IS_BETTER;
    for (size_t i = 0; i < s.n; i++)
        s.weights[i] = 1 + (int64_t)draw_below((uint64_t)PH_MAX_WEIGHT);
    s.reg = small_registry(&s.ind, 1, s.n, s.weights);
    assert_ok(ph_sheet_new(s.reg, ph_registry_calendar(s.reg, 0), &s.sheet));
    for (uint16_t row = 0; row < (uint16_t)s.n; row++) {
        uint64_t kind = draw_below(8);
        ph_cell_state cell_state =
            kind < 5 ? PH_CELL_GIVEN : (ph_cell_state)(kind - 5 == 0 ? PH_CELL_MISSING : kind - 4);
        if (cell_state != PH_CELL_MISSING)
            *ph_sheet_cell(s.sheet, row, 0) =
                (ph_cell){.mantissa = cell_state == PH_CELL_NO_VALUE ? 0 : draw_value(limit),
                          .entry = 1 + draw_below(1000),
                          .revision = 1,
                          .state = (uint8_t)cell_state,
                          .status = 'A'};
    }
    return s;
}

static void sample_done(sample *s)
{
    ph_sheet_free(s->sheet);
    ph_registry_free(s->reg);
}

static const ph_cell *cell_at(const sample *s, size_t row)
{
    return ph_sheet_cell(s->sheet, (uint16_t)row, 0);
}

static bool is_given(const sample *s, size_t row)
{
    return cell_at(s, row)->state == PH_CELL_GIVEN;
}

static const ph_figure_value *value_of(const ph_figure *f, ph_method method)
{
    for (size_t i = 0; i < f->n_values; i++)
        if (f->values[i].method == method)
            return &f->values[i];
    fail_msg("method %d is not there", (int)method);
    return NULL;
}

/* Another way to the same number: is @v the integer nearest to num/den, the farther from zero when two are? That is
 * |2 v den - 2 num| <= den, and on equality |v| > |num/den|. No division, so no rounding of its own. */
static bool is_rounded(int64_t v, wide num, wide den)
{
    wide error = 2 * (wide)v * den - 2 * num;
    bool is_farther = num >= 0 ? error > 0 : error < 0;

    return (error < 0 ? -error : error) < den || ((error == den || error == -den) && is_farther);
}

static void check_quotient(const sample *s, const ph_figure *f, ph_method method, wide num, wide den)
{
    const ph_figure_value *v = value_of(f, method);

    assert_int_equal(v->has_value, den > 0);
    if (den == 0)
        return;
    assert_int_equal(v->value.scale, s->ind.decimals);
    assert_true(is_rounded(v->value.mantissa, num, den));
}

static void check_median_and_ends(const sample *s, const ph_figure *f, size_t n)
{
    int64_t low = INT64_MAX, high = INT64_MIN;
    const ph_figure_value *median = value_of(f, PH_METHOD_MEDIAN);
    size_t n_below = 0, n_above = 0;

    for (size_t i = 0; i < s->n; i++) {
        int64_t v = cell_at(s, i)->mantissa;
        if (!is_given(s, i))
            continue;
        low = v < low ? v : low;
        high = v > high ? v : high;
        n_below += v < median->value.mantissa;
        n_above += v > median->value.mantissa;
    }
    assert_true(value_of(f, PH_METHOD_MIN)->value.mantissa == low);
    assert_true(value_of(f, PH_METHOD_MAX)->value.mantissa == high);
    assert_true(2 * n_below <= n && 2 * n_above <= n); /* at most half on either side */
}

static void values_are_exact_and_rounded_once(void **unused)
{
    (void)unused;
    for (int round = 0; round < ROUNDS; round++) {
        sample s = draw_sample(PH_DECIMAL_MAX_MANTISSA / PH_MAX_MEMBERS);
        wide sum = 0, weighted = 0, weight = 0;
        size_t n = 0;
        ph_figure f;
        assert_ok(ph_consolidate(s.sheet, 0, s.reg, &f));
        for (size_t i = 0; i < s.n; i++)
            if (is_given(&s, i)) {
                sum += cell_at(&s, i)->mantissa;
                weighted += (wide)cell_at(&s, i)->mantissa * s.weights[i];
                weight += s.weights[i];
                n++;
            }
        check_quotient(&s, &f, PH_METHOD_MEAN, sum, (wide)n);
        check_quotient(&s, &f, PH_METHOD_SUM, sum, n > 0);
        check_quotient(&s, &f, PH_METHOD_WEIGHTED_MEAN, weighted, weight);
        assert_true((wide)f.weight_received == weight);
        if (n > 0)
            check_median_and_ends(&s, &f, n);
        sample_done(&s);
    }
}

/* ---- ranks, from their definition ---- */

static void a_rank_is_one_more_than_the_better_ones(void **unused)
{
    (void)unused;
    for (int round = 0; round < ROUNDS / 10; round++) {
        sample s = draw_sample(20);
        ph_figure f;
        assert_ok(ph_consolidate(s.sheet, 0, s.reg, &f));
        for (size_t i = 0; i < s.n; i++) {
            unsigned n_better = 0;
            for (size_t k = 0; k < s.n; k++) {
                int64_t a = cell_at(&s, k)->mantissa, b = cell_at(&s, i)->mantissa;
                n_better += is_given(&s, k) && (s.ind.direction == PH_HIGHER_IS_BETTER ? a > b : a < b);
            }
            assert_int_equal(f.members[i].rank, is_given(&s, i) ? n_better + 1 : 0);
        }
        sample_done(&s);
    }
}

/* ---- order ---- */

static void swap(ph_cell *a, ph_cell *b)
{
    ph_cell c = *a;
    *a = *b;
    *b = c;
}

/* The same values in another order of members, with their weights: nothing but the members' places may change. */
static void the_order_of_the_members_changes_no_figure(void **unused)
{
    (void)unused;
    for (int round = 0; round < ROUNDS / 10; round++) {
        sample s = draw_sample(PH_DECIMAL_MAX_MANTISSA / PH_MAX_MEMBERS);
        ph_figure before, after;
        assert_ok(ph_consolidate(s.sheet, 0, s.reg, &before));
        for (size_t i = s.n; i-- > 1;) {
            size_t k = draw_below(i + 1);
            int64_t weight = s.weights[i];
            s.weights[i] = s.weights[k];
            s.weights[k] = weight;
            swap(ph_sheet_cell(s.sheet, (uint16_t)i, 0), ph_sheet_cell(s.sheet, (uint16_t)k, 0));
        }
        ph_registry *other = small_registry(&s.ind, 1, s.n, s.weights);
        assert_ok(ph_consolidate(s.sheet, 0, other, &after));
        assert_int_equal(before.n_received, after.n_received);
        assert_int_equal(before.n_held, after.n_held);
        assert_true(before.weight_received == after.weight_received && before.weight_held == after.weight_held);
        for (size_t i = 0; i < before.n_values; i++) {
            assert_int_equal(before.values[i].has_value, after.values[i].has_value);
            assert_true(before.values[i].value.mantissa == after.values[i].value.mantissa);
        }
        ph_registry_free(other);
        sample_done(&s);
    }
}

/* Cells written in any order give the same sheet, hence the same figure and digest: nothing is remembered between. */
static void the_order_of_arrival_changes_nothing_at_all(void **unused)
{
    (void)unused;
    for (int round = 0; round < ROUNDS / 10; round++) {
        sample s = draw_sample(1000);
        ph_sheet *again = NULL;
        ph_figure a, b;
        assert_ok(ph_sheet_new(s.reg, ph_registry_calendar(s.reg, 0), &again));
        size_t start = draw_below(s.n);
        for (size_t i = 0; i < s.n; i++) {
            uint16_t row = (uint16_t)((start + i) % s.n);
            *ph_sheet_cell(again, row, 0) = *ph_sheet_cell(s.sheet, row, 0);
            assert_ok(ph_consolidate(again, 0, s.reg, &b)); /* looking in between leaves no trace */
        }
        assert_ok(ph_consolidate(s.sheet, 0, s.reg, &a));
        assert_ok(ph_consolidate(again, 0, s.reg, &b));
        assert_true(ph_digest_eq(&a.inputs, &b.inputs));
        for (size_t i = 0; i < a.n_values; i++)
            assert_true(a.values[i].value.mantissa == b.values[i].value.mantissa);
        ph_sheet_free(again);
        sample_done(&s);
    }
}

/* ---- ratios ---- */

/* Numerator, denominator and their ratio, with decimals, states and values by chance. */
static ph_registry *ratio_registry(size_t n_units, int64_t times)
{
    ph_indicator list[3] = {{.code = "NUM", .decimals = (uint8_t)draw_below(PH_DECIMAL_MAX_SCALE + 1)},
                            {.code = "DEN", .decimals = (uint8_t)draw_below(PH_DECIMAL_MAX_SCALE + 1)},
                            {.code = "R",
                             .decimals = (uint8_t)draw_below(PH_DECIMAL_MAX_SCALE + 1),
                             .n_methods = 2,
                             .methods = {PH_METHOD_RATIO, PH_METHOD_LIST},
                             .numerator = 0,
                             .denominator = 1,
                             .times = times}};

    return small_registry(list, 3, n_units, NULL);
}

static void draw_parts(ph_sheet *s, int64_t limit)
{
    for (uint16_t row = 0; row < s->n_rows; row++)
        for (uint16_t column = 0; column < 2; column++) {
            static const ph_cell_state states[] = {PH_CELL_GIVEN, PH_CELL_GIVEN, PH_CELL_GIVEN, PH_CELL_HELD,
                                                   PH_CELL_NO_VALUE};
            ph_cell_state drawn = states[draw_below(5)];
            *ph_sheet_cell(s, row, column) = (ph_cell){.mantissa = drawn == PH_CELL_NO_VALUE ? 0 : draw_value(limit),
                                                       .entry = 1 + draw_below(99),
                                                       .state = (uint8_t)drawn,
                                                       .status = 'A'};
        }
}

/* value = num / 10^a * times / (den / 10^b), held against it by multiplication alone. With mantissas to 10^9, 64 units
 * and six decimals the products stay below 10^36. */
static void check_ratio(const ph_sheet *s, const ph_figure_value *v, uint8_t decimals, int64_t times)
{
    wide num = 0, den = 0;
    unsigned n = 0;

    for (uint16_t row = 0; row < s->n_rows; row++)
        if (ph_sheet_cell(s, row, 0)->state == PH_CELL_GIVEN && ph_sheet_cell(s, row, 1)->state == PH_CELL_GIVEN) {
            num += ph_sheet_cell(s, row, 0)->mantissa;
            den += ph_sheet_cell(s, row, 1)->mantissa;
            n++;
        }
    assert_int_equal(v->n_used, n);
    if (!v->has_value) {
        wide size = (num < 0 ? -num : num) * times * ph_pow10(s->columns[1].decimals) * ph_pow10(decimals);
        assert_true(den == 0 ||
                    size > (den < 0 ? -den : den) * ph_pow10(s->columns[0].decimals) * (PH_DECIMAL_MAX_MANTISSA - 1));
        return;
    }
    wide sign = den < 0 ? -1 : 1;
    assert_int_equal(v->value.scale, decimals);
    assert_true(is_rounded(v->value.mantissa,
                           sign * num * times * ph_pow10(s->columns[1].decimals) * ph_pow10(decimals),
                           sign * den * ph_pow10(s->columns[0].decimals)));
}

static void a_ratio_is_exact_in_every_order_of_its_members(void **unused)
{
    static const int64_t factors[] = {1, 100, 1000, PH_MAX_TIMES};

    (void)unused;
    for (int round = 0; round < ROUNDS / 3; round++) {
        int64_t times = factors[draw_below(4)];
        size_t n = 1 + draw_below(PH_MAX_MEMBERS);
        ph_registry *reg = ratio_registry(n, times);
        ph_sheet *s = NULL;
        ph_figure before, after;
        assert_ok(ph_sheet_new(reg, ph_registry_calendar(reg, 0), &s));
        draw_parts(s, INT64_C(1000000000));
        assert_ok(ph_consolidate(s, 2, reg, &before));
        check_ratio(s, &before.values[0], before.decimals, times);
        assert_false(before.values[1].has_value);
        for (size_t i = n; i-- > 1;) {
            uint16_t k = (uint16_t)draw_below(i + 1);
            swap(ph_sheet_cell(s, (uint16_t)i, 0), ph_sheet_cell(s, k, 0));
            swap(ph_sheet_cell(s, (uint16_t)i, 1), ph_sheet_cell(s, k, 1));
        }
        assert_ok(ph_consolidate(s, 2, reg, &after));
        assert_int_equal(before.values[0].has_value, after.values[0].has_value);
        assert_int_equal(before.values[0].n_used, after.values[0].n_used);
        assert_true(before.values[0].value.mantissa == after.values[0].value.mantissa);
        ph_sheet_free(s);
        ph_registry_free(reg);
    }
}

static void the_largest_ratio_does_not_overflow(void **unused)
{
    ph_indicator list[3] = {{.code = "NUM", .decimals = 0},
                            {.code = "DEN", .decimals = PH_DECIMAL_MAX_SCALE},
                            {.code = "R",
                             .decimals = PH_DECIMAL_MAX_SCALE,
                             .n_methods = 1,
                             .methods = {PH_METHOD_RATIO},
                             .numerator = 0,
                             .denominator = 1,
                             .times = PH_MAX_TIMES}};
    ph_registry *reg = small_registry(list, 3, PH_MAX_MEMBERS, NULL);
    ph_sheet *s = NULL;
    ph_figure f;

    (void)unused;
    assert_ok(ph_sheet_new(reg, ph_registry_calendar(reg, 0), &s));
    for (uint16_t row = 0; row < (uint16_t)PH_MAX_MEMBERS; row++)
        for (uint16_t column = 0; column < 2; column++)
            *ph_sheet_cell(s, row, column) =
                (ph_cell){.mantissa = -PH_DECIMAL_MAX_MANTISSA, .entry = 1, .state = PH_CELL_GIVEN, .status = 'A'};
    assert_ok(ph_consolidate(s, 2, reg, &f)); /* 10^6 * 10^6 with six decimals outgrows a decimal: no value */
    assert_false(f.values[0].has_value);
    assert_int_equal(f.values[0].n_used, PH_MAX_MEMBERS);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

/* ---- the outermost numbers ---- */

/* 64 members, weights of 10^12, mantissas of 10^15: products of 10^27, their sum 6.4 * 10^28; before the one rounding
 * it may be brought to six more digits, 6.4 * 10^34, and 128 bits hold 1.7 * 10^38. UBSan would speak. */
static void the_largest_numbers_do_not_overflow(void **unused)
{
    int64_t weights[PH_MAX_MEMBERS];
    const int64_t signs[] = {1, -1};

    (void)unused;
    for (size_t i = 0; i < PH_MAX_MEMBERS; i++)
        weights[i] = PH_MAX_WEIGHT;
    for (uint8_t decimals = 0; decimals <= (uint8_t)PH_DECIMAL_MAX_SCALE; decimals++)
        for (size_t sign = 0; sign < 2; sign++) {
            ph_indicator ind = {.code = "X", .decimals = decimals, .weight_set = "w", METHODS};
            ph_figure f;
            ph_sheet *s = NULL;
            ind.methods[2] = PH_METHOD_LIST; /* for the sum there is a limit of its own, below */
            ph_registry *reg = small_registry(&ind, 1, PH_MAX_MEMBERS, weights);
            assert_ok(ph_sheet_new(reg, ph_registry_calendar(reg, 0), &s));
            for (uint16_t row = 0; row < (uint16_t)PH_MAX_MEMBERS; row++)
                *ph_sheet_cell(s, row, 0) = (ph_cell){.mantissa = signs[sign] * PH_DECIMAL_MAX_MANTISSA,
                                                      .entry = 1,
                                                      .state = PH_CELL_GIVEN,
                                                      .status = 'A'};
            assert_ok(ph_consolidate(s, 0, reg, &f));
            assert_true(f.weight_expected == PH_MAX_MEMBERS * PH_MAX_WEIGHT);
            for (size_t i = 0; i < f.n_values; i++)
                if (f.values[i].method != PH_METHOD_LIST)
                    assert_true(f.values[i].value.mantissa == signs[sign] * PH_DECIMAL_MAX_MANTISSA);
            ph_sheet_free(s);
            ph_registry_free(reg);
        }
}

static void a_sum_that_is_no_decimal_is_an_error_and_the_checks_keep_it_away(void **unused)
{
    ph_indicator ind = {.code = "X", .decimals = 0, .n_methods = 1, .methods = {PH_METHOD_SUM}};
    ph_registry *reg = small_registry(&ind, 1, PH_MAX_MEMBERS, NULL);
    ph_sheet *s = NULL;
    ph_figure f;

    (void)unused;
    assert_ok(ph_sheet_new(reg, ph_registry_calendar(reg, 0), &s));
    for (uint16_t row = 0; row < (uint16_t)PH_MAX_MEMBERS; row++)
        *ph_sheet_cell(s, row, 0) = (ph_cell){
            .mantissa = PH_DECIMAL_MAX_MANTISSA / PH_MAX_MEMBERS, .entry = 1, .state = PH_CELL_GIVEN, .status = 'A'};
    assert_ok(ph_consolidate(s, 0, reg, &f)); /* all at the limit that the checks let through */
    assert_true(f.values[0].value.mantissa == PH_DECIMAL_MAX_MANTISSA);
    ph_sheet_cell(s, 0, 0)->mantissa++;
    assert_int_equal(ph_consolidate(s, 0, reg, &f), PH_RANGE);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_are_exact_and_rounded_once),
        cmocka_unit_test(a_rank_is_one_more_than_the_better_ones),
        cmocka_unit_test(the_order_of_the_members_changes_no_figure),
        cmocka_unit_test(the_order_of_arrival_changes_nothing_at_all),
        cmocka_unit_test(a_ratio_is_exact_in_every_order_of_its_members),
        cmocka_unit_test(the_largest_ratio_does_not_overflow),
        cmocka_unit_test(the_largest_numbers_do_not_overflow),
        cmocka_unit_test(a_sum_that_is_no_decimal_is_an_error_and_the_checks_keep_it_away),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
