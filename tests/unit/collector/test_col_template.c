/* test_col_template - what the template writes reads back as nothing changed, in either language and for Excel. Layer:
 * tests */
#include "ph_col_fixture.h"

#include <string.h>

#include "ph_col_revision.h"
#include "ph_col_template.h"

static const ph_observation last[] = {
    {.indicator = {(const uint8_t *)"GRDP_GROWTH", 11}, .value = {-1259, 2}, .status = 'P'},
    {.indicator = {(const uint8_t *)"IIP", 3}, .value = {94, 1}, .status = 'A', .note = {(const uint8_t *)"=1+1", 4}},
    {.indicator = {(const uint8_t *)"GRDP_CUR", 8}, .value = {1439000, 0}, .status = 'A'},
    {.indicator = {(const uint8_t *)"GO_IND", 6}, .status = 'L'},
};
static const ph_submission base = {.revision = 3, .n_observations = 4, .observations = last};

static void write(ph_lang lang, bool for_excel, const ph_submission *over, ph_buf *dst)
{
    const ph_registry *reg = col_registry();
    const ph_col_template t = {.registry = reg,
                               .duty = ph_registry_calendar(reg, 0),
                               .unit = "thaibinh",
                               .base = over,
                               .previous = over,
                               .lang = lang,
                               .for_excel = for_excel,
                               .notation = for_excel ? PH_NOTATION_VI : PH_NOTATION_PLAIN};
    ph_buf_init(dst, 64 * 1024);
    ph_col_template_write(&t, dst);
    assert_ok(dst->rc);
}

static void untouched_it_changes_nothing(void **state)
{
    static ph_col_revision r;
    (void)state;
    for (int lang = PH_LANG_VI; lang <= PH_LANG_EN; lang++)
        for (int excel = 0; excel <= 1; excel++) {
            ph_buf text;
            write((ph_lang)lang, excel == 1, &base, &text);
            ph_col_input *in = col_read_bytes(text.ptr, text.len, NULL);
            assert_int_equal(in->problems.n, 0);
            assert_int_equal(in->separator, excel == 1 ? ';' : ',');
            assert_int_equal(in->has_bom, excel == 1);
            assert_string_equal(in->unit, "thaibinh");
            assert_string_equal(in->form, "socio-economic");
            assert_true(in->has_period);
            assert_int_equal(in->n_cells, 4);
            assert_ok(ph_col_revision_make(in, &base, col_form(), col_registry(), &r));
            assert_int_equal(r.n_changes, 0);
            ph_col_input_free(in);
            ph_buf_done(&text);
        }
}

static void empty_it_asks_for_figures(void **state)
{
    ph_buf text;
    (void)state;
    write(PH_LANG_VI, true, NULL, &text);
    ph_col_input *in = col_read_bytes(text.ptr, text.len, NULL);
    assert_true(col_has(&in->problems, PH_COL_P_NO_ROWS, 0, 0));
    assert_int_equal(in->n_rows, col_form()->n_items);
    ph_col_input_free(in);
    assert_non_null(memmem(text.ptr, text.len, "\r\n", 2));
    ph_buf_done(&text);
}

static void numbers_follow_the_declared_notation(void **state)
{
    ph_buf text;
    (void)state;
    write(PH_LANG_VI, true, &base, &text);
    assert_non_null(memmem(text.ptr, text.len, "-12,59", 6));
    assert_non_null(memmem(text.ptr, text.len, "1.439.000", 9));
    assert_null(memmem(text.ptr, text.len, "=1+1", 4)); /* no foreign text that a spreadsheet would run */
    ph_buf_done(&text);
    write(PH_LANG_EN, false, &base, &text);
    assert_non_null(memmem(text.ptr, text.len, "-12.59", 6));
    assert_non_null(memmem(text.ptr, text.len, "1439000", 7));
    ph_buf_done(&text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(untouched_it_changes_nothing),
        cmocka_unit_test(empty_it_asks_for_figures),
        cmocka_unit_test(numbers_follow_the_declared_notation),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
