/* test_suggest - edits are counted, the nearest name is found, far ones are not.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_suggest.h"

static size_t distance(const char *a, const char *b, size_t max)
{
    return ph_edit_distance(ph_span_str(a), ph_span_str(b), max);
}

static void distance_counts_edits_and_swaps(void **state)
{
    (void)state;
    const struct {
        const char *a, *b;
        size_t d;
    } cases[] = {{"", "", 0},
                 {"a", "", 1},
                 {"listen", "listen", 0},
                 {"lisetn", "listen", 1},
                 {"Listen", "listen", 0},
                 {"batch-wait", "batch_wait", 0},
                 {"kitten", "sitting", 3},
                 {"ca", "abc", 3},
                 {"abcd", "badc", 2}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        assert_int_equal(distance(cases[i].a, cases[i].b, 10), cases[i].d);
        assert_int_equal(distance(cases[i].b, cases[i].a, 10), cases[i].d);
    }
    assert_int_equal(distance("kitten", "sitting", 2), 3); /* max + 1 = too far */
    char long_text[PH_SUGGEST_MAX_BYTES + 2];
    memset(long_text, 'a', sizeof long_text - 1);
    long_text[sizeof long_text - 1] = '\0';
    assert_int_equal(distance(long_text, long_text, 5), 6);
}

static void the_nearest_name_is_suggested(void **state)
{
    (void)state;
    static const char *const names[] = {"listen", "ledger", "batch_max", "batch_wait", "health"};
    const size_t n = sizeof names / sizeof names[0];

    assert_string_equal(ph_suggest(ph_span_str("lisen"), names, n), "listen");
    assert_string_equal(ph_suggest(ph_span_str("batch_wiat"), names, n), "batch_wait");
    assert_string_equal(ph_suggest(ph_span_str("hea"), names, n), "health"); /* prefix of one */
    assert_null(ph_suggest(ph_span_str("batch"), names, n));                 /* prefix of two */
    assert_null(ph_suggest(ph_span_str("zzzzzz"), names, n));
    assert_null(ph_suggest(ph_span_str(""), names, n));
    assert_null(ph_suggest(ph_span_str("x"), names, 0));
    assert_null(ph_suggest_nearest(ph_span_str("x"), names, sizeof *names, 0));
    assert_string_equal(ph_suggest_nearest(ph_span_str("hzzzzh"), names, sizeof *names, n), "health");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(distance_counts_edits_and_swaps),
        cmocka_unit_test(the_nearest_name_is_suggested),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
