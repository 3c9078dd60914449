/* test_agg_clock - what the aggregator believes of the time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_agg_clock.h"

#define S   PH_US_PER_S
#define DAY PH_US_PER_DAY
static const int64_t NOW = INT64_C(1690000000) * PH_US_PER_S;

static void start_believes_what_can_be(void **state)
{
    (void)state;
    static const struct {
        int64_t gap;
        bool accept;
        ph_rc expected;
    } cases[] = {
        {0, false, PH_OK},       {30 * DAY, false, PH_OK},       {30 * DAY + 1, false, PH_CLOCK},
        {-60 * S, false, PH_OK}, {-60 * S - 1, false, PH_CLOCK}, {400 * DAY, true, PH_OK},
        {-3 * DAY, true, PH_OK},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_agg_clock c;
        int64_t gap = 1;
        assert_int_equal(ph_agg_clock_start(&c, NOW, NOW + cases[i].gap, 5, cases[i].accept, &gap), cases[i].expected);
        assert_true(gap == cases[i].gap);
    }
}

static void a_jump_is_against_the_other_clock(void **state)
{
    (void)state;
    ph_agg_clock c;
    int64_t gap, jump = 0;
    assert_int_equal(ph_agg_clock_start(&c, NOW, NOW, 100, false, &gap), PH_OK);
    assert_int_equal(ph_agg_clock_check(&c, NOW + 9 * DAY, 100 + 9 * DAY, &jump), PH_OK); /* asleep, not set */
    assert_int_equal(ph_agg_clock_check(&c, NOW + 9 * DAY + 60 * S, 100 + 9 * DAY, &jump), PH_OK);
    assert_int_equal(ph_agg_clock_check(&c, NOW + 9 * DAY + 120 * S, 100 + 9 * DAY, &jump), PH_OK); /* step by step */
    assert_int_equal(ph_agg_clock_check(&c, NOW + 9 * DAY + 181 * S, 100 + 9 * DAY, &jump), PH_CLOCK);
    assert_true(jump == 61 * S);
    assert_int_equal(ph_agg_clock_check(&c, NOW + 9 * DAY - 1 * S, 100 + 9 * DAY, &jump), PH_CLOCK);
    assert_true(jump == -121 * S);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(start_believes_what_can_be),
        cmocka_unit_test(a_jump_is_against_the_other_clock),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
