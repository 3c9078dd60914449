/* test_sheet - life of a sheet, its packed form, and its fitting to another registry.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

static const ph_indicator abc[] = {
    {.code = "A", .decimals = 2, .n_methods = 1, .methods = {PH_METHOD_MEAN}},
    {.code = "B", .decimals = 0, .n_methods = 1, .methods = {PH_METHOD_SUM}},
    {.code = "C", .decimals = 6, .n_methods = 1, .methods = {PH_METHOD_MEAN}},
};

static ph_sheet *sheet_of(const ph_registry *reg)
{
    ph_sheet *s = NULL;

    assert_ok(ph_sheet_new(reg, ph_registry_calendar(reg, 0), &s));
    return s;
}

static void a_new_sheet_is_empty_and_in_order(void **unused)
{
    ph_registry *reg = small_registry(abc, 3, 4, NULL);
    ph_sheet *s = sheet_of(reg);

    (void)unused;
    assert_string_equal(s->cluster, "c");
    assert_string_equal(s->form, "f");
    assert_int_equal(s->period.year, 2023);
    assert_int_equal(s->n_rows, 4);
    assert_int_equal(s->n_columns, 3);
    assert_string_equal(s->rows[3].unit, "u03");
    assert_string_equal(s->columns[2].indicator, "C");
    assert_int_equal(s->columns[2].decimals, 6);
    assert_int_equal(ph_sheet_find_row(s, ph_span_str("u02")), 2);
    assert_int_equal(ph_sheet_find_row(s, ph_span_str("u04")), PH_NO_INDEX);
    assert_int_equal(ph_sheet_find_column(s, ph_span_str("B")), 1);
    assert_int_equal(ph_sheet_find_column(s, ph_span_str("D")), PH_NO_INDEX);
    for (uint16_t row = 0; row < 4; row++)
        for (uint16_t column = 0; column < 3; column++)
            assert_int_equal(ph_sheet_cell(s, row, column)->state, PH_CELL_MISSING);
    ph_sheet_free(s);
    ph_sheet_free(NULL);
    ph_registry_free(reg);
}

static void a_duty_without_a_cycle_has_no_sheet(void **unused)
{
    ph_registry *reg = small_registry(abc, 3, 2, NULL);
    ph_calendar_item later = *ph_registry_calendar(reg, 0);
    ph_sheet *s = NULL;

    (void)unused;
    later.period.year = 2024;
    assert_int_equal(ph_sheet_new(reg, &later, &s), PH_INVALID);
    assert_null(s);
    ph_registry_free(reg);
}

/* ---- packed ---- */

/* A held cell mostly has its story, one that counts sometimes. */
static void tell_by_chance(ph_sheet *s, uint16_t row, uint16_t column)
{
    static const ph_case_state open[] = {PH_CASE_HELD, PH_CASE_EXPLAINED, PH_CASE_RETURNED};
    static const ph_case_state settled[] = {PH_CASE_CONFIRMED, PH_CASE_OVERRIDDEN};
    const ph_cell *cell = ph_sheet_cell(s, row, column);

    if ((cell->state != PH_CELL_HELD && cell->state != PH_CELL_GIVEN) || draw_below(4) == 0)
        return;
    ph_case *c = ph_sheet_put_case(s, row, column);
    assert_non_null(c);
    c->state = cell->state == PH_CELL_HELD ? open[draw_below(3)] : settled[draw_below(2)];
    c->value = ph_value_digest(s, row, column, cell->mantissa, cell->status);
    c->entry = draw();
    c->explanation = draw() | 1;
    c->decision = draw() | 1;
    c->n_rules = (uint8_t)(1 + draw_below(PH_CASE_MAX_RULES));
    for (unsigned i = 0; i < c->n_rules; i++)
        (void)snprintf(c->rules[i], sizeof c->rules[i], "rule.%u", (unsigned)draw_below(1000));
}

static void fill_by_chance(ph_sheet *s)
{
    s->has_register = draw_below(2) == 1;
    for (uint16_t row = 0; row < s->n_rows; row++) {
        s->rows[row].highest_revision = (uint32_t)draw();
        s->rows[row].last_revision = (uint32_t)draw_below((uint64_t)s->rows[row].highest_revision + 1);
        s->rows[row].last_digest.bytes[draw_below(32)] = (uint8_t)draw();
        s->rows[row].last_entry = draw();
        s->rows[row].due_us = (int64_t)(draw() >> 1);
        if (s->rows[row].last_revision > 0 && s->has_register && draw_below(2) == 1)
            s->rows[row].words.bytes[draw_below(32)] = (uint8_t)(1 + draw_below(255));
    }
    for (size_t i = 0; s->has_register && i < PH_REGISTER_MAX_PARTS; i++)
        s->register_published[i].bytes[draw_below(32)] = (uint8_t)draw_below(2);
    for (size_t i = 0; i < (size_t)s->n_rows * s->n_columns; i++) {
        ph_cell_state cell_state = (ph_cell_state)draw_below(4);
        if (cell_state == PH_CELL_MISSING)
            continue;
        int64_t mantissa = (int64_t)draw_below(2 * (uint64_t)PH_DECIMAL_MAX_MANTISSA + 1) - PH_DECIMAL_MAX_MANTISSA;
        s->cells[i] = (ph_cell){.mantissa = cell_state == PH_CELL_NO_VALUE ? 0 : mantissa,
                                .entry = draw(),
                                .revision = (uint32_t)draw(),
                                .state = (uint8_t)cell_state,
                                .status = PH_OBS_STATUSES[draw_below(sizeof PH_OBS_STATUSES - 1)],
                                .marks = (uint8_t)draw_below(PH_MARK_ALL + 1)};
    }
    for (size_t i = 0; i < s->n_columns; i++) {
        s->columns[i].is_touched = draw_below(2) == 1;
        s->columns[i].was_published = draw_below(2) == 1;
        if (s->columns[i].was_published)
            s->columns[i].published.bytes[draw_below(32)] = (uint8_t)draw();
    }
    for (uint16_t row = 0; row < s->n_rows; row++)
        for (uint16_t column = 0; column < s->n_columns; column++)
            tell_by_chance(s, row, column);
    s->state = (ph_period_state)draw_below(PH_PERIOD_REOPENED + 1);
    s->folded_to_seq = draw();
}

static void assert_same(const ph_sheet *a, const ph_sheet *b)
{
    assert_string_equal(a->cluster, b->cluster);
    assert_string_equal(a->form, b->form);
    assert_true(ph_period_eq(a->period, b->period));
    assert_int_equal(a->state, b->state);
    assert_true(a->folded_to_seq == b->folded_to_seq);
    assert_int_equal(a->n_rows, b->n_rows);
    assert_int_equal(a->n_columns, b->n_columns);
    for (size_t i = 0; i < a->n_rows; i++) {
        assert_string_equal(a->rows[i].unit, b->rows[i].unit);
        assert_int_equal(a->rows[i].highest_revision, b->rows[i].highest_revision);
        assert_int_equal(a->rows[i].last_revision, b->rows[i].last_revision);
        assert_true(ph_digest_eq(&a->rows[i].last_digest, &b->rows[i].last_digest));
        assert_true(a->rows[i].last_entry == b->rows[i].last_entry);
        assert_true(a->rows[i].due_us == b->rows[i].due_us);
        assert_true(ph_digest_eq(&a->rows[i].words, &b->rows[i].words));
    }
    assert_int_equal(a->has_register, b->has_register);
    assert_memory_equal(a->register_published, b->register_published, sizeof a->register_published);
    for (size_t i = 0; i < a->n_columns; i++) {
        assert_string_equal(a->columns[i].indicator, b->columns[i].indicator);
        assert_int_equal(a->columns[i].decimals, b->columns[i].decimals);
        assert_int_equal(a->columns[i].is_touched, b->columns[i].is_touched);
        assert_int_equal(a->columns[i].was_published, b->columns[i].was_published);
        assert_true(ph_digest_eq(&a->columns[i].published, &b->columns[i].published));
    }
    assert_memory_equal(a->cells, b->cells, (size_t)a->n_rows * a->n_columns * sizeof *a->cells);
    assert_int_equal(a->n_cases, b->n_cases);
    for (size_t i = 0; i < a->n_cases; i++) {
        const ph_case *x = &a->cases[i], *y = &b->cases[i];
        assert_int_equal(x->row, y->row);
        assert_int_equal(x->column, y->column);
        assert_int_equal(x->state, y->state);
        assert_true(ph_digest_eq(&x->value, &y->value));
        assert_true(x->entry == y->entry && x->explanation == y->explanation && x->decision == y->decision);
        assert_int_equal(x->n_rules, y->n_rules);
        for (unsigned k = 0; k < x->n_rules; k++)
            assert_string_equal(x->rules[k], y->rules[k]);
    }
}

static void what_is_packed_is_unpacked(void **unused)
{
    (void)unused;
    for (int round = 0; round < 200; round++) {
        ph_registry *reg = small_registry(abc, 1 + draw_below(3), 1 + draw_below(PH_MAX_MEMBERS), NULL);
        ph_sheet *s = sheet_of(reg), *back = NULL;
        ph_buf packed, again;
        ph_buf_init(&packed, 1 << 20);
        ph_buf_init(&again, 1 << 20);
        fill_by_chance(s);
        ph_sheet_pack(s, &packed);
        assert_ok(packed.rc);
        assert_ok(ph_sheet_unpack(ph_buf_span(&packed), &back));
        assert_same(s, back);
        ph_sheet_pack(back, &again);
        assert_true(ph_span_eq(ph_buf_span(&packed), ph_buf_span(&again)));
        ph_sheet_free(s);
        ph_sheet_free(back);
        ph_buf_done(&packed);
        ph_buf_done(&again);
        ph_registry_free(reg);
    }
}

/* On the heap and of exact size, so that a read past the end is seen. */
static ph_rc unpack_copy(const uint8_t *bytes, size_t n, ph_sheet **ret)
{
    uint8_t *copy = malloc(n == 0 ? 1 : n);

    assert_non_null(copy);
    memcpy(copy, bytes, n);
    ph_rc rc = ph_sheet_unpack(ph_span_of(copy, n), ret);
    free(copy);
    return rc;
}

static void every_truncation_and_every_longer_one_is_refused(void **unused)
{
    ph_registry *reg = small_registry(abc, 3, 3, NULL);
    ph_sheet *s = sheet_of(reg), *back = NULL;
    ph_buf packed;

    (void)unused;
    fill_by_chance(s);
    ph_buf_init(&packed, 1 << 20);
    ph_sheet_pack(s, &packed);
    for (size_t n = 0; n < packed.len; n++)
        assert_int_equal(unpack_copy(packed.ptr, n, &back), PH_MALFORMED);
    assert_ok(ph_buf_put_byte(&packed, 0));
    assert_int_equal(unpack_copy(packed.ptr, packed.len, &back), PH_MALFORMED);
    assert_null(back);
    ph_buf_done(&packed);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

/* A turned bit is refused or gives another sheet that packs to the same turned bytes; it never does harm. */
static void every_turned_bit_is_harmless(void **unused)
{
    ph_registry *reg = small_registry(abc, 3, 3, NULL);
    ph_sheet *s = sheet_of(reg);
    ph_buf packed;

    (void)unused;
    fill_by_chance(s);
    ph_buf_init(&packed, 1 << 20);
    ph_sheet_pack(s, &packed);
    for (size_t bit = 0; bit < 8 * packed.len; bit++) {
        ph_sheet *back = NULL;
        ph_buf again;
        packed.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
        ph_rc rc = unpack_copy(packed.ptr, packed.len, &back);
        ph_buf_init(&again, 1 << 20);
        if (rc == PH_OK) {
            ph_sheet_pack(back, &again);
            assert_true(ph_span_eq(ph_buf_span(&packed), ph_buf_span(&again)));
        } else {
            assert_int_equal(rc, PH_MALFORMED);
        }
        ph_sheet_free(back);
        ph_buf_done(&again);
        packed.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    ph_buf_done(&packed);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static void expect_refused(const ph_sheet *s)
{
    ph_sheet *back = NULL;
    ph_buf packed;

    ph_buf_init(&packed, 1 << 20);
    ph_sheet_pack(s, &packed);
    assert_int_equal(ph_sheet_unpack(ph_buf_span(&packed), &back), PH_MALFORMED);
    ph_buf_done(&packed);
}

/* What no fold writes is damage, however well it is packed. */
static void what_cannot_be_is_refused(void **unused)
{
    ph_registry *reg = small_registry(abc, 1, 1, NULL);
    ph_sheet *s = sheet_of(reg);
    const ph_cell good = {.mantissa = 1, .entry = 1, .revision = 1, .state = PH_CELL_GIVEN, .status = 'A'};

    (void)unused;
    s->rows[0].last_revision = 1;
    expect_refused(s); /* accepted, but never logged */
    s->rows[0].highest_revision = 1;
    s->cells[0] = good;
    s->cells[0].state = PH_CELL_NO_VALUE;
    expect_refused(s);
    s->cells[0] = good;
    s->cells[0].status = 'Z';
    expect_refused(s);
    s->cells[0] = good;
    s->cells[0].marks = PH_MARK_ALL + 1;
    expect_refused(s);
    s->cells[0] = good;
    s->cells[0].mantissa = PH_DECIMAL_MAX_MANTISSA + 1;
    expect_refused(s);
    s->cells[0] = good;
    s->cells[0].state = 4;
    expect_refused(s);
    s->cells[0] = good;
    s->rows[0].words.bytes[0] = 1;
    expect_refused(s); /* words, and no register */
    s->has_register = true;
    s->rows[0].last_revision = 0;
    expect_refused(s); /* words that no revision said */
    s->rows[0].words.bytes[0] = 0;
    s->has_register = false;
    s->register_published[3].bytes[31] = 1;
    expect_refused(s);
    s->register_published[3].bytes[31] = 0;
    s->columns[0].decimals = 7;
    expect_refused(s);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static void a_buffer_too_small_keeps_its_error(void **unused)
{
    ph_registry *reg = small_registry(abc, 3, 3, NULL);
    ph_sheet *s = sheet_of(reg);
    ph_buf small;

    (void)unused;
    ph_buf_init(&small, 40);
    ph_sheet_pack(s, &small);
    assert_int_equal(small.rc, PH_LIMIT);
    ph_buf_done(&small);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

/* ---- refit ---- */

static void refit_keeps_what_both_registries_know(void **unused)
{
    const ph_indicator turned[] = {
        abc[2], abc[0], {.code = "NEW", .decimals = 1, .n_methods = 1, .methods = {PH_METHOD_MEAN}}};
    ph_registry *reg = small_registry(abc, 3, 3, NULL), *next = small_registry(turned, 3, 4, NULL);
    ph_sheet *s = sheet_of(reg);

    (void)unused;
    give(s, "u00", "A", "1.25", PH_CELL_GIVEN);
    give(s, "u02", "A", "-3", PH_CELL_HELD);
    give(s, "u01", "B", "7", PH_CELL_GIVEN);
    s->rows[2].highest_revision = 5;
    s->columns[0].was_published = true;
    s->columns[0].published.bytes[0] = 9;
    s->rows[2].words.bytes[0] = 4;
    s->has_register = true;
    s->register_published[1].bytes[0] = 8;
    s->folded_to_seq = 77;
    s->state = PH_PERIOD_DUE;
    assert_ok(ph_sheet_refit(s, next, ph_registry_calendar(next, 0)));
    assert_int_equal(s->n_rows, 4);
    assert_int_equal(s->n_columns, 3);
    assert_string_equal(s->columns[0].indicator, "C");
    assert_string_equal(s->columns[1].indicator, "A");
    assert_string_equal(s->columns[2].indicator, "NEW");
    assert_int_equal(ph_sheet_cell(s, 0, 1)->mantissa, 125);
    assert_int_equal(ph_sheet_cell(s, 2, 1)->mantissa, -300);
    assert_int_equal(ph_sheet_cell(s, 2, 1)->state, PH_CELL_HELD);
    assert_int_equal(ph_sheet_cell(s, 3, 1)->state, PH_CELL_MISSING);
    assert_int_equal(ph_sheet_cell(s, 1, 2)->state, PH_CELL_MISSING);
    assert_int_equal(s->rows[2].highest_revision, 5);
    assert_true(s->columns[1].was_published);
    assert_int_equal(s->columns[1].published.bytes[0], 9);
    assert_int_equal(s->rows[2].words.bytes[0], 4);
    assert_true(s->has_register);
    assert_int_equal(s->register_published[1].bytes[0], 8);
    for (size_t i = 0; i < 3; i++)
        assert_true(s->columns[i].is_touched);
    assert_true(s->folded_to_seq == 77);
    assert_int_equal(s->state, PH_PERIOD_DUE);
    ph_sheet_free(s);
    ph_registry_free(reg);
    ph_registry_free(next);
}

static void refit_to_other_decimals_is_exact_or_refused(void **unused)
{
    ph_indicator finer = abc[0], coarser = abc[0];
    finer.decimals = 4;
    coarser.decimals = 1;
    ph_registry *reg = small_registry(abc, 1, 2, NULL), *fine = small_registry(&finer, 1, 2, NULL),
                *coarse = small_registry(&coarser, 1, 2, NULL);
    ph_sheet *s = sheet_of(reg);

    (void)unused;
    give(s, "u00", "A", "1.50", PH_CELL_GIVEN);
    assert_ok(ph_sheet_refit(s, fine, ph_registry_calendar(fine, 0)));
    assert_int_equal(ph_sheet_cell(s, 0, 0)->mantissa, 15000);
    assert_ok(ph_sheet_refit(s, coarse, ph_registry_calendar(coarse, 0)));
    assert_int_equal(ph_sheet_cell(s, 0, 0)->mantissa, 15);
    assert_ok(ph_sheet_refit(s, reg, ph_registry_calendar(reg, 0)));
    give(s, "u01", "A", "1.55", PH_CELL_GIVEN);
    assert_int_equal(ph_sheet_refit(s, coarse, ph_registry_calendar(coarse, 0)), PH_INVALID);
    assert_int_equal(ph_sheet_cell(s, 1, 0)->mantissa, 155); /* untouched */
    assert_int_equal(s->columns[0].decimals, 2);
    ph_sheet_free(s);
    ph_registry_free(reg);
    ph_registry_free(fine);
    ph_registry_free(coarse);
}

static void refit_to_another_duty_is_a_mistake(void **unused)
{
    ph_registry *reg = small_registry(abc, 3, 2, NULL);
    ph_sheet *s = sheet_of(reg);
    ph_calendar_item other = *ph_registry_calendar(reg, 0);

    (void)unused;
    other.period.index = 2;
    assert_int_equal(ph_sheet_refit(s, reg, &other), PH_BUG);
    other.period.year = 2031;
    assert_int_equal(ph_sheet_refit(s, reg, &other), PH_INVALID);
    assert_int_equal(s->period.index, 1);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_sheet_is_empty_and_in_order),
        cmocka_unit_test(a_duty_without_a_cycle_has_no_sheet),
        cmocka_unit_test(what_is_packed_is_unpacked),
        cmocka_unit_test(every_truncation_and_every_longer_one_is_refused),
        cmocka_unit_test(every_turned_bit_is_harmless),
        cmocka_unit_test(what_cannot_be_is_refused),
        cmocka_unit_test(a_buffer_too_small_keeps_its_error),
        cmocka_unit_test(refit_keeps_what_both_registries_know),
        cmocka_unit_test(refit_to_other_decimals_is_exact_or_refused),
        cmocka_unit_test(refit_to_another_duty_is_a_mistake),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
