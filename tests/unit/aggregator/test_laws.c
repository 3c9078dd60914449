/* test_laws - the same values for every order and batching; the same bytes for the same log. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_ram.h"
#include "ph_agg_replay.h"
#include "ph_test_figures.h"
#include "ph_test_file.h"
#include "ph_test_flow.h"
#include "ph_test_script.h"

static uint64_t seeded(const char *name)
{
    const char *given = getenv("PHUSA_SEED");
    uint64_t seed = given == NULL ? 1 : strtoull(given, NULL, 10);

    printf("# %s: PHUSA_SEED=%llu\n", name, (unsigned long long)seed);
    return seed;
}

static void no_flaw(void *arg, const ph_flaw *flaw)
{
    (void)arg;
    fail_msg("%s at %llu %s", ph_flaw_code(flaw->kind), (unsigned long long)flaw->seq, flaw->detail);
}

/* What one run came to: what stands on the sheets, and what was last published of it. */
typedef struct result {
    ph_digest sheets, figures;
} result;

static result result_of(ph_agg_store *st, ph_figures_seen *seen)
{
    ph_figures_seen unused = {0};

    return (result){.sheets = ph_script_outcome(st),
                    .figures = ph_figures_published(st, seen == NULL ? &unused : seen)};
}

static void assert_same(const result *a, const result *b)
{
    assert_memory_equal(&a->sheets, &b->sheets, sizeof a->sheets);
    assert_memory_equal(&a->figures, &b->figures, sizeof a->figures);
}

/* The ledger is whole, and its log gives the same rows again. */
static void assert_whole(ph_world *w, ph_agg_store *st)
{
    ph_replay_report replayed;
    ph_verify_report verified;
    ph_agg_store *fresh = NULL;

    assert_int_equal(ph_verify(st, &w->rosters, w->key.public_key, no_flaw, NULL, &verified), PH_OK);
    assert_true(verified.n_entries > 0 && verified.n_seals > 0);
    assert_int_equal(ph_agg_ram_open(&fresh), PH_OK);
    assert_int_equal(ph_replay(st, fresh, &w->source, &replayed), PH_OK);
    if (!replayed.is_identical)
        fail_msg("replay differs at %s %s", ph_dump_table_name(replayed.dump.table), replayed.dump.name);
    assert_int_equal(replayed.n_entries, verified.n_entries);
    fresh->ops->close(fresh);
}

static result play(ph_world *w, const ph_script *s, ph_agg_store *st, ph_script_run how, uint64_t *random,
                   ph_figures_seen *seen)
{
    size_t *order = calloc(s->n, sizeof *order);
    ph_engine *e = ph_world_engine(w, st);

    assert_non_null(order);
    ph_script_shuffle(s, random, order);
    ph_script_play(e, s, order, how, random);
    ph_engine_free(e);
    free(order);
    assert_whole(w, st);
    return result_of(st, seen);
}

static void any_order_and_any_batching_give_the_same_values(void **state)
{
    static const ph_script_run ways[] = {{.max_batch = 1},
                                         {.max_batch = 1, .figures_one_in = 1, .again_one_in = 3},
                                         {.max_batch = 7, .again_one_in = 2},
                                         {.max_batch = 7, .figures_one_in = 2, .again_one_in = 5},
                                         {.max_batch = 64, .figures_one_in = 3, .again_one_in = 4},
                                         {.max_batch = 500, .is_full = true, .again_one_in = 1}};
    uint64_t random = seeded("orders");
    ph_figures_seen seen = {0};
    ph_world w;

    (void)state;
    ph_world_init(
        &w, (ph_world_shape){.n_units = 5, .n_clusters = 2, .n_indicators = 6, .n_periods = 2, .is_derived = true});
    for (int round = 0; round < 12; round++) {
        result first = {0};
        ph_script s;
        ph_script_make(&w, &random, 150, &s);
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
            ph_agg_store *st = NULL;
            result outcome;
            assert_int_equal(ph_agg_ram_open(&st), PH_OK);
            outcome = play(&w, &s, st, ways[i], &random, &seen);
            if (i == 0)
                first = outcome;
            assert_same(&outcome, &first);
            st->ops->close(st);
        }
        ph_script_done(&s);
    }
    assert_true(seen.n_lists > 0 && seen.n_ratios > 0 && seen.n_partial_ratios > 0 && seen.n_items > 0);
    ph_world_done(&w);
}

static result play_flow(ph_world *w, const ph_flow *f, ph_agg_store *st, ph_script_run how, uint64_t *random,
                        ph_figures_seen *seen)
{
    size_t *order = calloc(f->script.n, sizeof *order);
    ph_engine *e = ph_world_engine(w, st);

    assert_non_null(order);
    ph_flow_shuffle(f, random, order);
    ph_script_play(e, &f->script, order, how, random);
    ph_engine_free(e);
    free(order);
    assert_whole(w, st);
    return result_of(st, seen);
}

/* The same with holds, explanations and decisions between: what crosses none of these may come in any order. */
static void any_order_between_decisions_gives_the_same(void **state)
{
    static const ph_script_run ways[] = {{.max_batch = 1},
                                         {.max_batch = 1, .figures_one_in = 1, .again_one_in = 3},
                                         {.max_batch = 7, .figures_one_in = 2, .again_one_in = 5},
                                         {.max_batch = 500, .is_full = true, .again_one_in = 1}};
    uint64_t random = seeded("flows");
    ph_figures_seen seen = {0};
    size_t n[PH_VERDICT_REJECTED + 1] = {0};
    ph_world w;

    (void)state;
    ph_world_init(
        &w,
        (ph_world_shape){
            .n_units = 4, .n_clusters = 1, .n_indicators = 4, .n_periods = 2, .is_guarded = true, .is_derived = true});
    for (int round = 0; round < 12; round++) {
        result first = {0};
        ph_flow f;
        ph_flow_make(&w, &random, 200, &f);
        for (size_t i = 0; i < f.script.n; i++)
            n[f.script.steps[i].verdict]++;
        for (size_t i = 0; i < sizeof ways / sizeof ways[0]; i++) {
            ph_agg_store *st = NULL;
            result outcome;
            assert_int_equal(ph_agg_ram_open(&st), PH_OK);
            outcome = play_flow(&w, &f, st, ways[i], &random, &seen);
            if (i == 0)
                first = outcome;
            assert_same(&outcome, &first);
            st->ops->close(st);
        }
        ph_flow_done(&f);
    }
    assert_true(seen.n_lists > 0 && seen.n_ratios > 0 && seen.n_partial_ratios > 0 && seen.n_held > 0);
    assert_true(seen.n_half_late > 0);
    assert_true(n[PH_VERDICT_ACCEPTED] > 200 && n[PH_VERDICT_HELD] > 200 && n[PH_VERDICT_REJECTED] > 200);
    ph_world_done(&w);
}

static void both_stores_hold_the_same_of_a_flow(void **state)
{
    const ph_script_run mixed = {.max_batch = 9, .figures_one_in = 2, .again_one_in = 4};
    uint64_t random = seeded("flow stores"), in_ram, in_file;
    ph_agg_store *ram = NULL, *sqlite;
    ph_dump_report report;
    ph_test_file file;
    ph_flow f;
    ph_world w;

    (void)state;
    ph_world_init(
        &w,
        (ph_world_shape){
            .n_units = 4, .n_clusters = 1, .n_indicators = 4, .n_periods = 3, .is_guarded = true, .is_derived = true});
    ph_flow_make(&w, &random, 150, &f);
    in_ram = in_file = random;
    assert_int_equal(ph_agg_ram_open(&ram), PH_OK);
    ph_test_file_make(&file);
    sqlite = ph_test_file_open(&file);
    (void)play_flow(&w, &f, ram, mixed, &in_ram, NULL);
    (void)play_flow(&w, &f, sqlite, mixed, &in_file, NULL);
    assert_int_equal(ph_dump_compare(ram, sqlite, &report), PH_OK);
    if (!report.is_equal)
        fail_msg("%s %s differs", ph_dump_table_name(report.table), report.name);
    assert_true(report.n[PH_DUMP_RECEIPT] == 150);
    ram->ops->close(ram);
    sqlite->ops->close(sqlite);
    ph_test_file_remove(&file);
    ph_flow_done(&f);
    ph_world_done(&w);
}

/* SQLite and RAM, given the same calls, hold the same rows. */
static void both_stores_hold_the_same(void **state)
{
    const ph_script_run mixed = {.max_batch = 9, .figures_one_in = 2, .again_one_in = 4};
    uint64_t random = seeded("stores");
    ph_world w;

    (void)state;
    ph_world_init(
        &w, (ph_world_shape){.n_units = 4, .n_clusters = 1, .n_indicators = 5, .n_periods = 3, .is_derived = true});
    for (int round = 0; round < 3; round++) {
        uint64_t in_ram, in_file;
        ph_agg_store *ram = NULL, *sqlite;
        ph_dump_report report;
        ph_test_file file;
        ph_script s;
        ph_script_make(&w, &random, 120, &s);
        in_ram = in_file = random;
        assert_int_equal(ph_agg_ram_open(&ram), PH_OK);
        ph_test_file_make(&file);
        sqlite = ph_test_file_open(&file);
        (void)play(&w, &s, ram, mixed, &in_ram, NULL);
        (void)play(&w, &s, sqlite, mixed, &in_file, NULL);
        assert_int_equal(in_ram, in_file);
        assert_int_equal(ph_dump_compare(ram, sqlite, &report), PH_OK);
        if (!report.is_equal)
            fail_msg("%s %s differs", ph_dump_table_name(report.table), report.name);
        assert_true(report.n[PH_DUMP_RECEIPT] == 120 && report.n[PH_DUMP_SUMMARY] > 0);
        ram->ops->close(ram);
        sqlite->ops->close(sqlite);
        ph_test_file_remove(&file);
        ph_script_done(&s);
    }
    ph_world_done(&w);
}

/* More sheets than the cache holds, none of them sealed in between: the engine must put seals of its own. */
static void more_sheets_than_the_cache_holds(void **state)
{
    uint64_t random = seeded("many sheets");
    ph_agg_store *st = NULL;
    ph_script s;
    ph_world w;

    (void)state;
    ph_world_init(&w, (ph_world_shape){.n_units = 4, .n_clusters = 40, .n_indicators = 3, .n_periods = 12});
    ph_script_make(&w, &random, 1024, &s);
    assert_int_equal(ph_agg_ram_open(&st), PH_OK);
    (void)play(&w, &s, st, (ph_script_run){.max_batch = PH_BATCH_MAX_SUBMISSIONS, .is_full = true}, &random, NULL);
    st->ops->close(st);
    ph_script_done(&s);
    ph_world_done(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(any_order_and_any_batching_give_the_same_values),
        cmocka_unit_test(any_order_between_decisions_gives_the_same), cmocka_unit_test(both_stores_hold_the_same),
        cmocka_unit_test(both_stores_hold_the_same_of_a_flow), cmocka_unit_test(more_sheets_than_the_cache_holds)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
