/* test_own - the bytes of the log's own entries: exactly these, and nothing else is read. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_fold.h"
#include "ph_agg_own.h"
#include "ph_writer.h"

static ph_buf fresh(void)
{
    ph_buf b;

    ph_buf_init(&b, PH_OWN_MAX_BYTES);
    return b;
}

static void each_kind_comes_back(void **state)
{
    const ph_genesis g = {.epoch = {{1}}, .registry = {{2}}, .roster = {{3}}, .roster_serial = 4, .fold_version = 1};
    ph_genesis back;
    ph_digest d;
    int64_t at = 0, through = 0;
    uint64_t serial = 0;
    uint32_t version = 0;
    ph_buf b = fresh();

    (void)state;
    ph_genesis_write(&g, &b);
    assert_int_equal(ph_genesis_read(ph_buf_span(&b), &back), PH_OK);
    assert_memory_equal(&back.epoch, &g.epoch, sizeof g.epoch);
    assert_memory_equal(&back.registry, &g.registry, sizeof g.registry);
    assert_memory_equal(&back.roster, &g.roster, sizeof g.roster);
    assert_int_equal(back.roster_serial, 4);
    assert_int_equal(back.fold_version, 1);
    ph_buf_clear(&b);
    ph_own_registry_write(&g.registry, &b);
    assert_int_equal(ph_own_registry_read(ph_buf_span(&b), &d), PH_OK);
    assert_memory_equal(&d, &g.registry, sizeof d);
    ph_buf_clear(&b);
    ph_own_roster_write(&g.roster, 9, &b);
    assert_int_equal(ph_own_roster_read(ph_buf_span(&b), &d, &serial), PH_OK);
    assert_int_equal(serial, 9);
    ph_buf_clear(&b);
    ph_own_seal_write(77, &b);
    assert_int_equal(ph_own_seal_read(ph_buf_span(&b), &at, &version), PH_OK);
    assert_true(at == 77 && version == PH_FOLD_VERSION);
    assert_int_equal(ph_figure_seal_read(ph_buf_span(&b), &at, &through, &version), PH_MALFORMED);
    ph_buf_clear(&b);
    ph_figure_seal_write(78, 76, &b);
    assert_int_equal(ph_figure_seal_read(ph_buf_span(&b), &at, &through, &version), PH_OK);
    assert_true(at == 78 && through == 76 && version == PH_FOLD_VERSION);
    assert_int_equal(ph_own_seal_read(ph_buf_span(&b), &at, &version), PH_MALFORMED);
    ph_buf_done(&b);
}

static void every_truncation_is_malformed(void **state)
{
    ph_genesis g = {.roster_serial = 300};
    ph_buf b = fresh();

    (void)state;
    ph_genesis_write(&g, &b);
    for (size_t n = 0; n < b.len; n++)
        assert_int_not_equal(ph_genesis_read(ph_span_of(b.ptr, n), &g), PH_OK);
    (void)ph_buf_put_byte(&b, 0);
    assert_int_equal(ph_genesis_read(ph_buf_span(&b), &g), PH_MALFORMED);
    ph_buf_done(&b);
}

static void foreign_keys_and_negative_times_are_refused(void **state)
{
    int64_t at = 0;
    uint32_t version = 0;
    ph_buf b = fresh();

    (void)state;
    ph_write_map(&b, 3);
    ph_write_str(&b, "t");
    ph_write_int(&b, 1);
    ph_write_str(&b, "v");
    ph_write_int(&b, 1);
    ph_write_str(&b, "zz");
    ph_write_int(&b, 1);
    assert_int_equal(ph_own_seal_read(ph_buf_span(&b), &at, &version), PH_MALFORMED);
    ph_buf_clear(&b);
    ph_write_map(&b, 2);
    ph_write_str(&b, "t");
    ph_write_int(&b, -1);
    ph_write_str(&b, "v");
    ph_write_int(&b, 1);
    assert_int_not_equal(ph_own_seal_read(ph_buf_span(&b), &at, &version), PH_OK);
    assert_true(at == 0 && version == 0);
    ph_buf_done(&b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_kind_comes_back),
                                       cmocka_unit_test(every_truncation_is_malformed),
                                       cmocka_unit_test(foreign_keys_and_negative_times_are_refused)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
