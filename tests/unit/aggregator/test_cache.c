/* test_cache - decoded sheets: bounded, the least used goes first, dirty ones never. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_cache.h"
#include "ph_agg_ram.h"
#include "ph_test_world.h"

typedef struct fixture {
    ph_world w;
    ph_agg_store *st;
    ph_sheet_cache *cache;
    const ph_registry *reg;
} fixture;

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    ph_world_init(&f->w, (ph_world_shape){.n_units = 3, .n_clusters = 25, .n_indicators = 3, .n_periods = 12});
    f->reg = ph_world_registry(&f->w, 0);
    assert_int_equal(ph_agg_ram_open(&f->st), PH_OK);
    f->cache = calloc(1, sizeof *f->cache);
    assert_non_null(f->cache);
    ph_cache_init(f->cache, f->st);
    ph_cache_set_registry(f->cache, f->reg, false);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;

    ph_cache_done(f->cache);
    free(f->cache);
    f->st->ops->close(f->st);
    ph_world_done(&f->w);
    free(f);
    return 0;
}

static ph_cached_sheet *open_nth(fixture *f, size_t i)
{
    ph_cached_sheet *cs = NULL;

    assert_int_equal(ph_cache_open(f->cache, ph_registry_calendar(f->reg, i), &cs), PH_OK);
    return cs;
}

/* Put a sheet where it can be read again. */
static void store(fixture *f, ph_cached_sheet *cs)
{
    ph_sheet_key key = ph_sheet_key_of(cs->sheet);
    ph_buf b;

    ph_buf_init(&b, 1024 * 1024);
    ph_sheet_pack(cs->sheet, &b);
    assert_int_equal(f->st->ops->begin(f->st), PH_OK);
    assert_int_equal(f->st->ops->put_sheet(f->st, &key, cs->sheet->folded_to_seq, ph_buf_span(&b)), PH_OK);
    assert_int_equal(f->st->ops->commit(f->st), PH_OK);
    ph_buf_done(&b);
    ph_cache_mark_clean(f->cache, cs);
}

static void dirty_sheets_are_never_dropped(void **state)
{
    fixture *f = *state;
    ph_cached_sheet *cs = NULL;

    for (size_t i = 0; i < PH_FOLD_MAX_SHEETS; i++)
        assert_true(open_nth(f, i)->is_dirty);
    assert_int_equal(f->cache->n_dirty, PH_FOLD_MAX_SHEETS);
    assert_int_equal(ph_cache_open(f->cache, ph_registry_calendar(f->reg, PH_FOLD_MAX_SHEETS), &cs), PH_LIMIT);
    cs = open_nth(f, 17);
    ph_sheet_cell(cs->sheet, 1, 1)->mantissa = 55;
    ph_sheet_cell(cs->sheet, 1, 1)->state = PH_CELL_GIVEN;
    ph_sheet_cell(cs->sheet, 1, 1)->status = 'A';
    store(f, cs);
    (void)open_nth(f, PH_FOLD_MAX_SHEETS); /* in its place */
    assert_int_equal(ph_cache_open(f->cache, ph_registry_calendar(f->reg, 17), &cs), PH_LIMIT);
    store(f, open_nth(f, 3));
    assert_int_equal(ph_sheet_cell(open_nth(f, 17)->sheet, 1, 1)->mantissa, 55); /* read again */
    assert_false(open_nth(f, 17)->is_dirty);
}

static void the_least_used_goes_first(void **state)
{
    fixture *f = *state;

    for (size_t i = 0; i < PH_FOLD_MAX_SHEETS; i++)
        store(f, open_nth(f, i));
    (void)open_nth(f, 0);                                /* used again: now 1 is the oldest */
    open_nth(f, 0)->sheet->rows[0].highest_revision = 7; /* tells the cached one from the stored one */
    open_nth(f, 1)->sheet->rows[0].highest_revision = 7;
    for (size_t i = 2; i < PH_FOLD_MAX_SHEETS; i++)
        (void)open_nth(f, i);
    (void)open_nth(f, 0);
    store(f, open_nth(f, PH_FOLD_MAX_SHEETS)); /* drops 1 */
    assert_int_equal(open_nth(f, 0)->sheet->rows[0].highest_revision, 7);
    assert_int_equal(open_nth(f, 1)->sheet->rows[0].highest_revision, 0);
}

static void a_damaged_sheet_is_not_used(void **state)
{
    fixture *f = *state;
    ph_cached_sheet *cs = open_nth(f, 0);
    ph_sheet_key key = ph_duty_key(f->reg, ph_registry_calendar(f->reg, 5)), unknown = key;
    ph_buf b;

    ph_buf_init(&b, 1024 * 1024);
    ph_sheet_pack(cs->sheet, &b);
    assert_int_equal(f->st->ops->begin(f->st), PH_OK);
    assert_int_equal(f->st->ops->put_sheet(f->st, &key, 0, ph_buf_span(&b)), PH_OK); /* another's */
    assert_int_equal(f->st->ops->commit(f->st), PH_OK);
    assert_int_equal(ph_cache_find(f->cache, &key, &cs), PH_CORRUPT);
    assert_int_equal(f->st->ops->begin(f->st), PH_OK);
    assert_int_equal(f->st->ops->put_sheet(f->st, &key, 0, ph_span_str("PHS")), PH_OK);
    assert_int_equal(f->st->ops->commit(f->st), PH_OK);
    assert_int_equal(ph_cache_find(f->cache, &key, &cs), PH_CORRUPT);
    unknown.form = ph_span_str("G");
    assert_int_equal(ph_cache_find(f->cache, &unknown, &cs), PH_NOT_FOUND);
    ph_buf_done(&b);
}

/* After an activation stored sheets are of the registry before, until they were all written. */
static void sheets_are_fitted_to_the_registry_in_force(void **state)
{
    fixture *f = *state;

    assert_int_equal(open_nth(f, 0)->sheet->n_columns, 3);
    store(f, open_nth(f, 1));
    f->reg = ph_world_registry(&f->w, 1);
    ph_cache_set_registry(f->cache, f->reg, true);
    assert_false(ph_cache_is_settled(f->cache));
    assert_int_equal(open_nth(f, 0)->sheet->n_columns, 4); /* that was cached */
    assert_int_equal(open_nth(f, 0)->sheet->n_rows, 2);
    ph_cache_done(f->cache);
    assert_int_equal(open_nth(f, 1)->sheet->n_columns, 4); /* that is read from the store */
    store(f, open_nth(f, 1));
    ph_cache_settle(f->cache);
    assert_true(ph_cache_is_settled(f->cache));
    ph_cache_done(f->cache);
    assert_int_equal(open_nth(f, 1)->sheet->n_columns, 4);
}

/* Frozen, or of no duty any more: as it was. */
static void what_is_closed_for_good_is_not_fitted(void **state)
{
    fixture *f = *state;
    ph_cached_sheet *cs = open_nth(f, 0);

    cs->sheet->state = PH_PERIOD_FROZEN;
    f->reg = ph_world_registry(&f->w, 1);
    ph_cache_set_registry(f->cache, f->reg, true);
    cs = open_nth(f, 0);
    assert_int_equal(cs->sheet->n_columns, 3);
    assert_null(cs->plan);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(dirty_sheets_are_never_dropped), CASE(the_least_used_goes_first), CASE(a_damaged_sheet_is_not_used),
        CASE(sheets_are_fitted_to_the_registry_in_force), CASE(what_is_closed_for_good_is_not_fitted)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
