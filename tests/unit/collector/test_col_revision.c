/* test_col_revision - changed cells over the last accepted revision: a whole one, and exactly what changed.   Layer:
 * tests */
#include "ph_col_fixture.h"

#include <string.h>

#include "ph_col_revision.h"

static ph_observation base_cells[] = {
    {.indicator = {(const uint8_t *)"GRDP_GROWTH", 11}, .value = {1140, 2}, .status = 'A'},
    {.indicator = {(const uint8_t *)"IIP", 3}, .value = {89, 1}, .status = 'P', .note = {(const uint8_t *)"old", 3}},
    {.indicator = {(const uint8_t *)"GO_IND", 6}, .status = 'L'},
};
static const ph_submission base = {.revision = 1, .n_observations = 3, .observations = base_cells};

static ph_col_revision *lay_with(const char *text, const ph_submission *over, const ph_col_input_opts *opts)
{
    static ph_col_revision r;
    static ph_col_input *in;
    ph_col_input_free(in);
    in = col_read(text, opts);
    assert_int_equal(in->problems.n_errors, 0);
    assert_ok(ph_col_revision_make(in, over, col_form(), col_registry(), &r));
    return &r;
}

static ph_col_revision *lay(const char *text, const ph_submission *over)
{
    return lay_with(text, over, NULL);
}

static const ph_observation *cell_of(const ph_col_revision *r, const char *code)
{
    for (size_t i = 0; i < r->n; i++)
        if (ph_span_is(r->cells[i].indicator, code))
            return &r->cells[i];
    return NULL;
}

static void without_base_the_file_is_the_revision(void **state)
{
    (void)state;
    ph_col_revision *r = lay("indicator,value\nIIP,9.4\nGRDP_GROWTH,7.77\n", NULL);
    assert_int_equal(r->n, 2);
    assert_int_equal(r->n_changes, 2);
    assert_false(r->changes[0].had);
    assert_true(ph_span_is(r->cells[0].indicator, "GRDP_GROWTH")); /* form order, not the file's */
    assert_int_equal(r->row[0], 3);
    assert_int_equal(r->row[1], 2);
}

static void changed_cells_only(void **state)
{
    (void)state;
    ph_col_revision *r = lay("indicator,value,status\nGRDP_GROWTH,7.23,P\n", &base);
    assert_int_equal(r->n, 3);
    assert_int_equal(r->n_changes, 1);
    assert_int_equal(r->n_kept, 2);
    assert_true(r->changes[0].had);
    assert_int_equal(r->changes[0].was.value.mantissa, 1140);
    assert_int_equal(r->changes[0].is.value.mantissa, 723);
    assert_int_equal(cell_of(r, "IIP")->value.mantissa, 89);
    assert_true(ph_span_is(cell_of(r, "IIP")->note, "old"));
    assert_int_equal(cell_of(r, "GO_IND")->status, 'L');
    assert_int_equal(r->row[1], 0); /* kept: stands nowhere in the file */
}

static void the_same_again_is_no_change(void **state)
{
    (void)state;
    ph_col_revision *r = lay("indicator,value,status\nGRDP_GROWTH,11.4,\nIIP,8.90,P\nGO_IND,,L\n", &base);
    assert_int_equal(r->n_changes, 0);
    assert_int_equal(cell_of(r, "GRDP_GROWTH")->value.scale, 2); /* as it was sent, not as it is written now */
    assert_int_equal(cell_of(r, "IIP")->value.scale, 1);
    assert_true(ph_span_is(cell_of(r, "IIP")->note, "old")); /* an empty note takes nothing back */
}

static void status_and_note_count(void **state)
{
    (void)state;
    assert_int_equal(lay("indicator,value,status\nIIP,8.9,A\n", &base)->n_changes, 1);
    ph_col_revision *r = lay("indicator,value,status,note\nIIP,8.9,P,new\n", &base);
    assert_int_equal(r->n_changes, 1);
    assert_true(ph_span_is(cell_of(r, "IIP")->note, "new"));
    r = lay("indicator,value,status\nIIP,9.0,P\n", &base); /* the old note spoke of the old figure */
    assert_int_equal(cell_of(r, "IIP")->note.len, 0);
}

static void a_value_may_become_a_status(void **state)
{
    (void)state;
    ph_col_revision *r = lay("indicator,value,status\nIIP,,O\n", &base);
    assert_int_equal(r->n_changes, 1);
    assert_int_equal(cell_of(r, "IIP")->status, 'O');
    assert_int_equal(cell_of(r, "IIP")->value.mantissa, 0);
}

/* Only what was reported can be taken back: GO_IND has no figure already, VA_AGR never had one. */
static void a_withdrawal_changes_what_has_a_figure(void **state)
{
    ph_col_input_opts opts = col_opts();
    (void)state;
    opts.withdraws = true;
    opts.reason = ph_span_str("why");
    ph_col_revision *r = lay_with("indicator,value\nIIP,\nGO_IND,\nVA_AGR,\n", &base, &opts);
    assert_int_equal(r->n, 3);
    assert_int_equal(r->n_changes, 1);
    assert_int_equal(r->changes[0].was.value.mantissa, 89);
    assert_int_equal(cell_of(r, "IIP")->status, 'O');
    assert_int_equal(cell_of(r, "IIP")->value.mantissa, 0);
    assert_true(ph_span_is(cell_of(r, "IIP")->note, "why"));
    assert_int_equal(cell_of(r, "GO_IND")->status, 'L');
    assert_int_equal(cell_of(r, "GRDP_GROWTH")->value.mantissa, 1140);
}

static void what_the_form_forgot_is_not_lost(void **state)
{
    static const ph_observation odd[] = {
        {.indicator = {(const uint8_t *)"OLD_ONE", 7}, .value = {5, 0}, .status = 'A'}};
    const ph_submission old = {.revision = 1, .n_observations = 1, .observations = odd};
    (void)state;
    ph_col_revision *r = lay("indicator,value\nIIP,9.4\n", &old);
    assert_int_equal(r->n, 2);
    assert_non_null(cell_of(r, "OLD_ONE"));
}

static void too_many_cells(void **state)
{
    static ph_observation many[PH_MAX_OBSERVATIONS];
    static char codes[PH_MAX_OBSERVATIONS][8];
    static ph_col_revision r;
    (void)state;
    for (size_t i = 0; i < PH_MAX_OBSERVATIONS; i++) {
        memcpy(codes[i], "X000", 5);
        codes[i][1] = (char)('0' + i / 100);
        codes[i][2] = (char)('0' + i / 10 % 10);
        codes[i][3] = (char)('0' + i % 10);
        many[i] = (ph_observation){.indicator = ph_span_str(codes[i]), .status = 'A'};
    }
    const ph_submission full = {.n_observations = PH_MAX_OBSERVATIONS, .observations = many};
    ph_col_input *in = col_read("indicator,value\nIIP,9.4\n", NULL);
    assert_int_equal(ph_col_revision_make(in, &full, col_form(), col_registry(), &r), PH_LIMIT);
    ph_col_input_free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_base_the_file_is_the_revision),
        cmocka_unit_test(changed_cells_only),
        cmocka_unit_test(the_same_again_is_no_change),
        cmocka_unit_test(status_and_note_count),
        cmocka_unit_test(a_value_may_become_a_status),
        cmocka_unit_test(a_withdrawal_changes_what_has_a_figure),
        cmocka_unit_test(what_the_form_forgot_is_not_lost),
        cmocka_unit_test(too_many_cells),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
