/* test_uint - what is a whole number, and what only looks like one.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_uint.h"

static void whole_numbers_are_read(void **state)
{
    static const struct {
        const char *text;
        uint64_t value;
    } cases[] = {{"0", 0}, {"7", 7}, {"10", 10}, {"4294967296", 4294967296}, {"18446744073709551615", UINT64_MAX}};
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint64_t n = 99;
        assert_int_equal(ph_uint_parse(ph_span_str(cases[i].text), UINT64_MAX, &n), PH_OK);
        assert_true(n == cases[i].value);
    }
}

static void what_is_not_a_number_is_refused_and_leaves_the_result(void **state)
{
    static const char *const malformed[] = {"",   "-",  "-1", "+1", " 1", "1 ",  "00",
                                            "01", "1x", "x1", "/",  ":",  "1.0", "99999999999999999999x"};
    static const char *const too_large[] = {"18446744073709551616", "18446744073709551620", "99999999999999999999",
                                            "184467440737095516150"};
    uint64_t n = 99;
    (void)state;
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++)
        assert_int_equal(ph_uint_parse(ph_span_str(malformed[i]), UINT64_MAX, &n), PH_MALFORMED);
    for (size_t i = 0; i < sizeof too_large / sizeof too_large[0]; i++)
        assert_int_equal(ph_uint_parse(ph_span_str(too_large[i]), UINT64_MAX, &n), PH_RANGE);
    assert_int_equal(ph_uint_parse(ph_span_of("1\0", 2), UINT64_MAX, &n), PH_MALFORMED);
    assert_true(n == 99);
}

static void the_callers_maximum_holds(void **state)
{
    uint64_t n = 99;
    (void)state;
    assert_int_equal(ph_uint_parse(ph_span_str("101"), 100, &n), PH_RANGE);
    assert_true(n == 99);
    assert_int_equal(ph_uint_parse(ph_span_str("100"), 100, &n), PH_OK);
    assert_true(n == 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(whole_numbers_are_read),
        cmocka_unit_test(what_is_not_a_number_is_refused_and_leaves_the_result),
        cmocka_unit_test(the_callers_maximum_holds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
