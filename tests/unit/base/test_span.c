/* test_span - equality, order and copies of borrowed bytes.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_span.h"

static void empty_spans_are_equal(void **state)
{
    (void)state;
    assert_true(ph_span_eq(ph_span_of(NULL, 0), ph_span_str("")));
    assert_true(ph_span_is(ph_span_of(NULL, 0), ""));
    assert_int_equal(ph_span_str(NULL).len, 0);
    assert_int_equal(ph_span_cmp(ph_span_of(NULL, 0), ph_span_str("")), 0);
}

static void order_is_by_bytes_then_length(void **state)
{
    (void)state;
    static const char *const sorted[] = {"", "A", "AB", "B", "a", "\xC3"};
    for (size_t i = 0; i < 6; i++)
        for (size_t j = 0; j < 6; j++) {
            int cmp = ph_span_cmp(ph_span_str(sorted[i]), ph_span_str(sorted[j]));
            assert_int_equal((cmp > 0) - (cmp < 0), (i > j) - (i < j));
            assert_int_equal(ph_span_eq(ph_span_str(sorted[i]), ph_span_str(sorted[j])), i == j);
        }
}

static void a_copy_fits_whole_or_not_at_all(void **state)
{
    (void)state;
    char dst[4] = "zzz";
    assert_true(ph_span_copy(ph_span_str("abc"), dst, sizeof dst));
    assert_string_equal(dst, "abc");
    assert_false(ph_span_copy(ph_span_str("abcd"), dst, sizeof dst));
    assert_string_equal(dst, "");
    assert_false(ph_span_copy(ph_span_of("a\0b", 3), dst, sizeof dst));
    assert_string_equal(dst, "");
    assert_true(ph_span_copy(ph_span_of(NULL, 0), dst, sizeof dst));
    assert_string_equal(dst, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(empty_spans_are_equal),
        cmocka_unit_test(order_is_by_bytes_then_length),
        cmocka_unit_test(a_copy_fits_whole_or_not_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
