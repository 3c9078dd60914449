/* test_col_meant - units and indicators by code or name in any writing; the nearest when neither fits.   Layer: tests
 */
#include "ph_col_fixture.h"

#include "ph_col_meant.h"

static const char *unit(const char *text)
{
    uint16_t i = ph_col_unit_meant(col_registry(), ph_span_str(text));
    return i == PH_NO_INDEX ? "no" : ph_registry_unit(col_registry(), i)->id;
}

static const char *indicator(const char *text)
{
    uint16_t i = ph_col_indicator_meant(col_registry(), NULL, ph_span_str(text));
    return i == PH_NO_INDEX ? "no" : ph_registry_indicator(col_registry(), i)->code;
}

static void by_code_or_name(void **state)
{
    (void)state;
    assert_string_equal(unit("haiduong"), "haiduong");
    assert_string_equal(unit("Hải Dương"), "haiduong");
    assert_string_equal(unit("HAI DUONG"), "haiduong");
    assert_string_equal(unit("hai-duong"), "haiduong");
    assert_string_equal(unit("haidoung"), "no");
    assert_string_equal(unit(""), "no");
    assert_string_equal(indicator("GRDP_GROWTH"), "GRDP_GROWTH");
    assert_string_equal(indicator("tốc độ tăng GRDP"), "GRDP_GROWTH");
    assert_string_equal(indicator("toc do tang grdp"), "GRDP_GROWTH");
    assert_string_equal(indicator("GRDP_GROWHT"), "no");
}

static void the_nearest_is_named(void **state)
{
    char near[128] = "";
    (void)state;
    assert_true(ph_col_unit_near(col_registry(), ph_span_str("haidoung"), near, sizeof near));
    assert_string_equal(near, "haiduong");
    assert_true(ph_col_unit_near(col_registry(), ph_span_str("Hải Dưng"), near, sizeof near));
    assert_string_equal(near, "haiduong: Hải Dương");
    assert_false(ph_col_unit_near(col_registry(), ph_span_str("xyzxyzxyz"), near, sizeof near));
    assert_true(ph_col_indicator_near(col_registry(), "", ph_span_str("GRDP_GROWHT"), near, sizeof near));
    assert_string_equal(near, "GRDP_GROWTH");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(by_code_or_name), cmocka_unit_test(the_nearest_is_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
