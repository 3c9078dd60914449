/* test_col_index - growth that is typed as an index.   Layer: tests */
#include "ph_col_fixture.h"

/* What is said to be an index becomes growth, exactly, and is shown; a level or a share is never one. */
static void an_index_is_converted_and_shown(void **state)
{
    (void)state;
    ph_col_input *in = col_read("# ký hiệu số: vi\nindicator;đơn vị tính;value\nIIP;chỉ số;105,8\n"
                                "GRDP_GROWTH;Index;97,31\nVA_AGR;%;3,5\n",
                                NULL);
    assert_int_equal(in->problems.n_errors, 0);
    assert_true(ph_decimal_cmp(col_cell(in, "IIP")->value, (ph_decimal){58, 1}) == 0);
    assert_true(ph_decimal_cmp(col_cell(in, "GRDP_GROWTH")->value, (ph_decimal){-269, 2}) == 0);
    assert_true(ph_decimal_cmp(col_cell(in, "VA_AGR")->value, (ph_decimal){35, 1}) == 0);
    assert_true(col_has(&in->problems, PH_COL_P_INDEX, 3, 3));
    assert_string_equal(in->problems.list[0].text1, "105,8");
    assert_string_equal(in->problems.list[0].text2, "5,8");
    assert_string_equal(in->problems.list[1].text2, "-2,69");
    ph_col_input_free(in);
    in = col_read("indicator,đơn vị tính,value\nGRDP_CUR,chỉ số,105\nIIP,chỉ số,\nVA_AGR,chỉ số,-3.5\n", NULL);
    assert_true(col_has(&in->problems, PH_COL_P_MEASURE, 2, 2));
    assert_true(col_has(&in->problems, PH_COL_P_MEASURE, 4, 2));
    assert_int_equal(in->problems.n_errors, 2);
    ph_col_input_free(in);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(an_index_is_converted_and_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
