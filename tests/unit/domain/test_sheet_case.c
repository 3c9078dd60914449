/* test_sheet_case - the stories of held values: their order, their packed form, and what another registry leaves of
 * them. Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>

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

/* A held cell with its story. */
static ph_case *hold(ph_sheet *s, const char *unit, const char *indicator, const char *value)
{
    uint16_t row = ph_sheet_find_row(s, ph_span_str(unit)), column = ph_sheet_find_column(s, ph_span_str(indicator));

    give(s, unit, indicator, value, PH_CELL_HELD);
    const ph_cell *cell = ph_sheet_cell(s, row, column);
    ph_case *c = ph_sheet_put_case(s, row, column);
    assert_non_null(c);
    c->value = ph_value_digest(s, row, column, cell->mantissa, cell->status);
    c->entry = 7;
    c->n_rules = 1;
    (void)snprintf(c->rules[0], sizeof c->rules[0], "reference.a");
    return c;
}

static void cases_stand_in_order_and_once_a_cell(void **unused)
{
    enum { ROWS = 7, COLUMNS = 3, PUTS = 400 };
    ph_registry *reg = small_registry(abc, COLUMNS, ROWS, NULL);
    ph_sheet *s = sheet_of(reg);
    bool is_there[ROWS][COLUMNS] = {{false}};

    (void)unused;
    for (int i = 0; i < PUTS; i++) {
        uint16_t row = (uint16_t)draw_below(ROWS), column = (uint16_t)draw_below(COLUMNS), n = 0;
        if (draw_below(3) == 0) {
            ph_sheet_drop_case(s, row, column);
            is_there[row][column] = false;
        } else {
            ph_case *c = ph_sheet_put_case(s, row, column);
            assert_non_null(c);
            assert_true(c == ph_sheet_find_case(s, row, column));
            c->entry = 100U * row + column;
            is_there[row][column] = true;
        }
        for (row = 0; row < ROWS; row++)
            for (column = 0; column < COLUMNS; column++) {
                const ph_case *c = ph_sheet_find_case(s, row, column);
                assert_int_equal(c != NULL, is_there[row][column]);
                assert_true(c == NULL || (c == &s->cases[n] && c->entry == 100U * row + column));
                n = (uint16_t)(n + (c != NULL));
            }
        assert_int_equal(n, s->n_cases);
    }
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static ph_rc unpack_again(const ph_sheet *s)
{
    ph_sheet *back = NULL;
    ph_buf packed;

    ph_buf_init(&packed, 1 << 20);
    ph_sheet_pack(s, &packed);
    assert_ok(packed.rc);
    ph_rc rc = ph_sheet_unpack(ph_buf_span(&packed), &back);
    ph_sheet_free(back);
    ph_buf_done(&packed);
    return rc;
}

/* A case that contradicts its cell is damage. */
static void a_case_that_does_not_fit_its_cell_is_refused(void **unused)
{
    ph_registry *reg = small_registry(abc, 3, 2, NULL);
    ph_sheet *s = sheet_of(reg);
    ph_case good, *c = hold(s, "u01", "A", "1.25");
    ph_cell *cell = ph_sheet_cell(s, 1, 0);

    (void)unused;
    good = *c;
    assert_ok(unpack_again(s));
    c->value.bytes[3] ^= 1;
    assert_int_equal(unpack_again(s), PH_MALFORMED); /* of another value */
    *c = good;
    c->n_rules = 0;
    assert_int_equal(unpack_again(s), PH_MALFORMED); /* held by nothing */
    *c = good;
    c->rules[0][0] = ' ';
    assert_int_equal(unpack_again(s), PH_MALFORMED);
    *c = good;
    c->state = PH_CASE_EXPLAINED;
    assert_int_equal(unpack_again(s), PH_MALFORMED); /* explained by nobody */
    c->explanation = 9;
    assert_ok(unpack_again(s));
    c->state = PH_CASE_RETURNED;
    assert_int_equal(unpack_again(s), PH_MALFORMED); /* decided by nobody */
    c->decision = 9;
    assert_ok(unpack_again(s));
    c->state = PH_CASE_CONFIRMED;
    assert_int_equal(unpack_again(s), PH_MALFORMED); /* confirmed, and still held */
    cell->state = PH_CELL_GIVEN;
    assert_ok(unpack_again(s));
    c->state = PH_CASE_HELD;
    assert_int_equal(unpack_again(s), PH_MALFORMED); /* held, and counted */
    *c = good;
    c->row = 2;
    assert_int_equal(unpack_again(s), PH_MALFORMED);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static void two_cases_of_one_cell_or_out_of_order_are_refused(void **unused)
{
    ph_registry *reg = small_registry(abc, 3, 2, NULL);
    ph_sheet *s = sheet_of(reg);

    (void)unused;
    (void)hold(s, "u00", "A", "1.25");
    (void)hold(s, "u00", "C", "1.25");
    assert_ok(unpack_again(s));
    ph_case first = s->cases[0], second = s->cases[1];
    s->cases[1] = first;
    assert_int_equal(unpack_again(s), PH_MALFORMED);
    s->cases[0] = second;
    assert_int_equal(unpack_again(s), PH_MALFORMED);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

static void a_case_follows_its_cell_to_another_registry(void **unused)
{
    ph_indicator turned[] = {abc[2], abc[0]};
    turned[1].decimals = 3;
    ph_registry *reg = small_registry(abc, 3, 3, NULL), *next = small_registry(turned, 2, 2, NULL);
    ph_sheet *s = sheet_of(reg);

    (void)unused;
    (void)hold(s, "u01", "A", "1.25");
    (void)hold(s, "u01", "B", "7"); /* its column goes */
    (void)hold(s, "u02", "A", "3"); /* its row goes */
    ph_digest before = ph_sheet_find_case(s, 1, 0)->value;
    s->rows[1].due_us = 99;
    assert_ok(ph_sheet_refit(s, next, ph_registry_calendar(next, 0)));
    assert_int_equal(s->n_cases, 1);
    const ph_case *c = ph_sheet_find_case(s, 1, 1);
    assert_non_null(c);
    assert_string_equal(c->rules[0], "reference.a");
    assert_int_equal(c->entry, 7);
    ph_digest value = ph_value_digest(s, 1, 1, 1250, ph_sheet_cell(s, 1, 1)->status);
    assert_true(ph_digest_eq(&c->value, &value));
    assert_false(ph_digest_eq(&c->value, &before)); /* 1.25 is not 1.250 */
    assert_true(s->rows[1].due_us == 99);
    assert_ok(unpack_again(s));
    ph_sheet_free(s);
    ph_registry_free(reg);
    ph_registry_free(next);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(cases_stand_in_order_and_once_a_cell),
        cmocka_unit_test(a_case_that_does_not_fit_its_cell_is_refused),
        cmocka_unit_test(two_cases_of_one_cell_or_out_of_order_are_refused),
        cmocka_unit_test(a_case_follows_its_cell_to_another_registry),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
