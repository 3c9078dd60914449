/* test_col_backoff - waits double up to a cap, are spread evenly, and repeat with their seed.   Layer: tests */
#include "ph_col_fixture.h"

#include "ph_col_backoff.h"

enum { MIN_US = 1000, MAX_US = 100000 };

static void never_outside_its_bounds(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 200; seed++) {
        ph_col_backoff b;
        ph_col_backoff_init(&b, MIN_US, MAX_US, seed);
        int64_t ceiling = MIN_US;
        for (int i = 0; i < 100; i++) {
            ceiling = ceiling > MAX_US / 2 ? MAX_US : 2 * ceiling;
            int64_t wait = ph_col_backoff_next_us(&b);
            assert_in_range(wait, MIN_US, ceiling);
        }
    }
}

static void full_jitter_reaches_both_ends(void **state)
{
    int low = 0, high = 0;
    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        ph_col_backoff b;
        ph_col_backoff_init(&b, MIN_US, MAX_US, seed);
        for (int i = 0; i < 20; i++)
            (void)ph_col_backoff_next_us(&b);
        int64_t wait = ph_col_backoff_next_us(&b);
        low += wait < MAX_US / 4;
        high += wait > MAX_US - MAX_US / 4;
    }
    assert_in_range(low, 180, 320); /* a quarter of 1000 each */
    assert_in_range(high, 180, 320);
}

static void reset_starts_over_and_seeds_repeat(void **state)
{
    ph_col_backoff a, b;
    (void)state;
    ph_col_backoff_init(&a, MIN_US, MAX_US, 7);
    ph_col_backoff_init(&b, MIN_US, MAX_US, 7);
    for (int i = 0; i < 50; i++)
        assert_int_equal(ph_col_backoff_next_us(&a), ph_col_backoff_next_us(&b));
    ph_col_backoff_reset(&a);
    for (int i = 0; i < 20; i++) {
        assert_in_range(ph_col_backoff_next_us(&a), MIN_US, 2 * MIN_US);
        ph_col_backoff_reset(&a);
    }
}

static void stretching_is_bounded(void **state)
{
    ph_col_backoff b;
    (void)state;
    ph_col_backoff_init(&b, MIN_US, MAX_US, 1);
    for (int i = 0; i < 1000; i++)
        assert_in_range(ph_col_backoff_stretch_us(&b, 4000), 4000, 5000);
    assert_int_equal(ph_col_backoff_stretch_us(&b, 0), 0);
}

static void one_point_range(void **state)
{
    ph_col_backoff b;
    (void)state;
    ph_col_backoff_init(&b, 5, 5, 1);
    for (int i = 0; i < 200; i++)
        assert_int_equal(ph_col_backoff_next_us(&b), 5);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_outside_its_bounds),
        cmocka_unit_test(full_jitter_reaches_both_ends),
        cmocka_unit_test(reset_starts_over_and_seeds_repeat),
        cmocka_unit_test(stretching_is_bounded),
        cmocka_unit_test(one_point_range),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
