/* test_faults - each call of the store fails once, before or after the work: nothing receipted is lost, nothing is
 * there twice, and the engine goes on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_append.h"
#include "ph_agg_ram.h"
#include "ph_agg_replay.h"
#include "ph_test_fault.h"
#include "ph_test_file.h"
#include "ph_test_flow.h"
#include "ph_test_script.h"

enum { STEPS = 24, BATCH = 6 };

/* What a province remembers of what it sent. */
typedef struct memory {
    bool is_receipted;
    uint64_t seq;
    ph_verdict verdict;
} memory;

typedef struct scene {
    ph_world w;
    ph_script script;
    size_t order[STEPS];
    ph_agg_store *real, *faulty;
    ph_test_file file;
    bool has_file;
    ph_engine *e;
    memory known[STEPS];
} scene;

static void open_scene(scene *s, bool has_file)
{
    if (has_file) {
        ph_test_file_make(&s->file);
        s->real = ph_test_file_open(&s->file);
    } else {
        assert_int_equal(ph_agg_ram_open(&s->real), PH_OK);
    }
    s->has_file = has_file;
    s->faulty = ph_fault_over(s->real);
    s->e = ph_world_engine(&s->w, s->faulty);
    memset(s->known, 0, sizeof s->known);
}

static void close_scene(scene *s)
{
    ph_engine_free(s->e);
    s->faulty->ops->close(s->faulty);
    s->real->ops->close(s->real);
    if (s->has_file)
        ph_test_file_remove(&s->file);
}

/* The process died: whatever was open is gone; a new one opens the ledger again. */
static void restart(scene *s)
{
    ph_engine_free(s->e);
    s->e = NULL;
    ph_fault_arm(s->faulty, (ph_fault_plan){0});
    s->faulty->ops->rollback(s->faulty);
    if (s->has_file) {
        s->real->ops->close(s->real);
        s->real = ph_test_file_open(&s->file);
        s->faulty->ops->close(s->faulty);
        s->faulty = ph_fault_over(s->real);
    }
    assert_int_equal(ph_engine_open(s->faulty, &s->w.source, &s->w.key, &s->e), PH_OK);
}

/* One batch of steps [from, to). What was told is told only after finish. */
static ph_rc send_batch(scene *s, size_t from, size_t to, bool with_figures)
{
    ph_outcome o[BATCH];
    ph_rc rc = ph_engine_begin(s->e, PH_WORLD_START_US + 1);

    for (size_t i = from; rc == PH_OK && i < to; i++)
        rc = ph_engine_take(s->e, &s->script.steps[s->order[i]].sent.intake, &o[i - from]);
    if (rc == PH_OK)
        rc = ph_engine_finish(s->e, with_figures);
    for (size_t i = from; rc == PH_OK && i < to; i++) {
        memory *m = &s->known[i];
        const ph_outcome *got = &o[i - from];
        assert_true(got->kind == PH_OUTCOME_PENDING || got->kind == PH_OUTCOME_DUPLICATE);
        assert_int_equal(got->verdict, s->script.steps[s->order[i]].verdict);
        if (m->is_receipted) { /* it was told before: the same entry answers */
            assert_int_equal(got->kind, PH_OUTCOME_DUPLICATE);
            assert_int_equal(got->seq, m->seq);
        }
        *m = (memory){.is_receipted = true, .seq = got->seq, .verdict = got->verdict};
    }
    return rc;
}

/* Send all, each batch until it is answered; a fatal answer ends the process. */
static void send_all(scene *s)
{
    for (size_t from = 0; from < STEPS; from += BATCH) {
        ph_rc rc = send_batch(s, from, from + BATCH, from % (2 * BATCH) == 0);
        for (int tries = 0; rc != PH_OK; tries++) {
            assert_true(tries < 8);
            if (ph_rc_class(rc) == PH_CLASS_FATAL)
                restart(s);
            rc = send_batch(s, from, from + BATCH, from % (2 * BATCH) == 0);
        }
    }
}

static bool count_sent(void *arg, const ph_entry *e, const ph_stored_verdict *v)
{
    (void)v;
    *(size_t *)arg += ph_entry_is_sent(e->kind);
    return true;
}

static void no_flaw(void *arg, const ph_flaw *flaw)
{
    (void)arg;
    fail_msg("%s at %llu %s", ph_flaw_code(flaw->kind), (unsigned long long)flaw->seq, flaw->detail);
}

/* Every step once in the log, as it was told; the ledger whole; the outcome that of an undisturbed run. */
static void assert_nothing_lost(scene *s, const ph_digest *undisturbed)
{
    ph_replay_report replayed;
    ph_verify_report verified;
    ph_agg_store *fresh = NULL;
    ph_digest outcome;
    size_t n = 0;

    ph_fault_arm(s->faulty, (ph_fault_plan){0});
    assert_int_equal(ph_engine_begin(s->e, PH_WORLD_START_US + 1), PH_OK);
    assert_int_equal(ph_engine_finish(s->e, true), PH_OK);
    assert_int_equal(s->real->ops->walk_entries(s->real, 1, UINT64_MAX, count_sent, &n), PH_OK);
    assert_int_equal(n, STEPS);
    for (size_t i = 0; i < STEPS; i++) {
        ph_entry e;
        assert_true(s->known[i].is_receipted);
        assert_int_equal(s->real->ops->get_entry(s->real, s->known[i].seq, &e, NULL), PH_OK);
        assert_true(ph_span_eq(e.bytes, s->script.steps[s->order[i]].sent.intake.body));
    }
    outcome = ph_script_outcome(s->real);
    assert_memory_equal(&outcome, undisturbed, sizeof outcome);
    assert_int_equal(ph_verify(s->real, &s->w.rosters, s->w.key.public_key, no_flaw, NULL, &verified), PH_OK);
    assert_int_equal(ph_agg_ram_open(&fresh), PH_OK);
    assert_int_equal(ph_replay(s->real, fresh, &s->w.source, &replayed), PH_OK);
    if (!replayed.is_identical)
        fail_msg("replay differs at %s %s", ph_dump_table_name(replayed.dump.table), replayed.dump.name);
    fresh->ops->close(fresh);
}

/* What an undisturbed run leaves, and how many calls it takes. */
static ph_digest run_undisturbed(scene *s, bool has_file, uint64_t *ret_calls)
{
    ph_digest outcome;

    open_scene(s, has_file);
    ph_fault_arm(s->faulty, (ph_fault_plan){0});
    send_all(s);
    *ret_calls = ph_fault_calls(s->faulty);
    assert_int_equal(ph_engine_begin(s->e, PH_WORLD_START_US + 1), PH_OK);
    assert_int_equal(ph_engine_finish(s->e, true), PH_OK);
    outcome = ph_script_outcome(s->real);
    close_scene(s);
    return outcome;
}

/* For every n: before and after, passing and fatal. */
static void sweep_scene(scene *s, bool has_file, uint64_t stride)
{
    static const ph_rc failures[] = {PH_NO_SPACE, PH_NOMEM, PH_DURABILITY};
    uint64_t n_calls;
    ph_digest undisturbed = run_undisturbed(s, has_file, &n_calls);

    assert_true(n_calls > 4 * STEPS);
    for (size_t kind = 0; kind < sizeof failures / sizeof failures[0]; kind++)
        for (uint64_t nth = 1 + kind % stride; nth <= n_calls; nth += stride)
            for (int after = 0; after <= 1; after++) {
                open_scene(s, has_file);
                ph_fault_arm(s->faulty, (ph_fault_plan){.nth = nth, .after = after != 0, .rc = failures[kind]});
                send_all(s);
                assert_nothing_lost(s, &undisturbed);
                close_scene(s);
            }
}

static void sweep(bool has_file, uint64_t stride)
{
    uint64_t random = 3;
    scene s = {0};

    ph_world_init(&s.w, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 2});
    ph_script_make(&s.w, &random, STEPS, &s.script);
    ph_script_shuffle(&s.script, &random, s.order);
    sweep_scene(&s, has_file, stride);
    ph_script_done(&s.script);
    ph_world_done(&s.w);
}

/* The same with holds, explanations and decisions. */
static void sweep_flow(bool has_file, uint64_t stride)
{
    uint64_t random = 11;
    size_t n[PH_ENTRY_DECISION + 1] = {0};
    scene s = {0};
    ph_flow flow;

    ph_world_init(
        &s.w, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 1, .is_guarded = true});
    ph_flow_make(&s.w, &random, STEPS, &flow);
    s.script = flow.script;
    for (size_t i = 0; i < STEPS; i++)
        n[flow.script.steps[i].sent.intake.kind] += flow.script.steps[i].verdict != PH_VERDICT_REJECTED;
    assert_true(n[PH_ENTRY_SUBMISSION] > 4 && n[PH_ENTRY_EXPLANATION] > 0 && n[PH_ENTRY_DECISION] > 1);
    ph_flow_shuffle(&flow, &random, s.order);
    sweep_scene(&s, has_file, stride);
    ph_flow_done(&flow);
    ph_world_done(&s.w);
}

static void a_failed_call_loses_no_word_in_ram(void **state)
{
    (void)state;
    sweep_flow(false, 1);
}

static void a_failed_call_loses_no_word_in_sqlite(void **state)
{
    (void)state;
    sweep_flow(true, 41);
}

static void a_failed_call_loses_nothing_in_ram(void **state)
{
    (void)state;
    sweep(false, 1);
}

static void a_failed_call_loses_nothing_in_sqlite(void **state)
{
    (void)state;
    sweep(true, 37);
}

/* The store fails for a while, all of it: nothing is receipted, and afterwards everything goes on. */
static void a_store_that_fails_for_a_while(void **state)
{
    uint64_t random = 5;
    scene s = {0};

    (void)state;
    ph_world_init(&s.w, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 2});
    ph_script_make(&s.w, &random, STEPS, &s.script);
    ph_script_shuffle(&s.script, &random, s.order);
    open_scene(&s, false);
    for (uint64_t nth = 1; nth < 40; nth++) {
        ph_fault_arm(s.faulty, (ph_fault_plan){.nth = nth, .for_ever = true, .rc = PH_NO_SPACE});
        for (int i = 0; i < 3; i++)
            if (send_batch(&s, 0, BATCH, true) == PH_OK)
                break;
        assert_true(ph_fault_hit(s.faulty) || s.known[0].is_receipted);
        ph_fault_arm(s.faulty, (ph_fault_plan){0});
    }
    assert_int_equal(send_batch(&s, 0, BATCH, true), PH_OK);
    close_scene(&s);
    ph_script_done(&s.script);
    ph_world_done(&s.w);
}

/* After a fatal failure the engine answers nothing any more. */
static void a_fatal_failure_is_the_end(void **state)
{
    uint64_t random = 5;
    scene s = {0};

    (void)state;
    ph_world_init(&s.w, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 2});
    ph_script_make(&s.w, &random, STEPS, &s.script);
    ph_script_shuffle(&s.script, &random, s.order);
    open_scene(&s, false);
    ph_fault_arm(s.faulty, (ph_fault_plan){.nth = 3, .rc = PH_DURABILITY});
    assert_int_equal(send_batch(&s, 0, BATCH, true), PH_DURABILITY);
    assert_int_equal(ph_engine_begin(s.e, PH_WORLD_START_US), PH_DURABILITY);
    assert_int_equal(ph_engine_take_boundaries(s.e, PH_WORLD_START_US + 9 * PH_US_PER_DAY), PH_DURABILITY);
    restart(&s);
    assert_int_equal(send_batch(&s, 0, BATCH, true), PH_OK);
    close_scene(&s);
    ph_script_done(&s.script);
    ph_world_done(&s.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_failed_call_loses_no_word_in_ram), cmocka_unit_test(a_failed_call_loses_no_word_in_sqlite),
        cmocka_unit_test(a_failed_call_loses_nothing_in_ram), cmocka_unit_test(a_failed_call_loses_nothing_in_sqlite),
        cmocka_unit_test(a_store_that_fails_for_a_while),     cmocka_unit_test(a_fatal_failure_is_the_end)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
