/* test_agg_pool - every item once, in any number of threads, while more are still being published. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_agg_pool.h"

enum { N = 512, ROUNDS = 200 };

typedef struct item {
    uint64_t in, out; /* plain on purpose: the pool alone orders them */
    unsigned n_done;
} item;

static void work(void *arg, size_t i)
{
    item *it = &((item *)arg)[i];
    uint64_t x = it->in;
    for (int k = 0; k < 200; k++)
        x = x * UINT64_C(6364136223846793005) + 1;
    it->out = x;
    it->n_done++;
}

static uint64_t expected(uint64_t in)
{
    item it = {.in = in};
    work(&it, 0);
    return it.out;
}

static void each_item_once(size_t n_threads, size_t step)
{
    static item items[N];
    ph_agg_pool *p = NULL;
    assert_int_equal(ph_pool_open(n_threads, &p, NULL), PH_OK);
    for (uint64_t round = 1; round <= ROUNDS; round++) {
        size_t n = (size_t)(round * 37 % N);
        ph_pool_begin(p, work, items);
        for (size_t i = 0; i < n; i++) {
            items[i] = (item){.in = round * 1000 + i};
            if (i % step == step - 1)
                ph_pool_publish(p, i + 1);
        }
        ph_pool_publish(p, n);
        ph_pool_wait(p);
        for (size_t i = 0; i < n; i++) {
            assert_int_equal(items[i].n_done, 1);
            assert_true(items[i].out == expected(round * 1000 + i));
        }
    }
    ph_pool_close(p);
}

static void by_the_caller_alone(void **state)
{
    (void)state;
    each_item_once(0, 8);
}

static void by_threads(void **state)
{
    (void)state;
    each_item_once(1, 8);
    each_item_once(4, 1);
    each_item_once(8, 64);
}

static void bounds(void **state)
{
    (void)state;
    ph_agg_pool *p = NULL;
    ph_err err = {0};
    assert_int_equal(ph_pool_open(PH_POOL_MAX_THREADS + 1, &p, &err), PH_NOMEM);
    assert_string_equal(err.code, "agg.pool.memory");
    ph_pool_close(NULL);
    for (int i = 0; i < 50; i++) { /* threads that never had work end too */
        assert_int_equal(ph_pool_open(3, &p, NULL), PH_OK);
        ph_pool_close(p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(by_the_caller_alone),
        cmocka_unit_test(by_threads),
        cmocka_unit_test(bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
