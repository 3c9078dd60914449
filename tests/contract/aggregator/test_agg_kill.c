/* test_agg_kill - a process that writes the ledger is killed at any moment, again and again: what it told is there,
 * once, and the next one goes on to the same end. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "ph_agg_ram.h"
#include "ph_agg_replay.h"
#include "ph_test_file.h"
#include "ph_test_script.h"

enum { STEPS = 400, BATCH = 5, KILLS = 25 };

/* What the child tells when a batch is on disk. */
typedef struct told {
    uint32_t at;
    uint64_t seq;
} told;

typedef struct scene {
    ph_world w;
    ph_script script;
    size_t order[STEPS];
    ph_test_file file;
} scene;

static void child(const scene *s, size_t from, int out)
{
    ph_agg_store *st = ph_test_file_open(&s->file);
    ph_engine *e = NULL;

    if (ph_engine_open(st, &s->w.source, &s->w.key, &e) != PH_OK)
        _exit(3);
    for (size_t i = from; i < STEPS; i += BATCH) {
        told batch[BATCH];
        ph_rc rc = ph_engine_begin(e, PH_WORLD_START_US + 1);
        for (size_t k = 0; rc == PH_OK && k < BATCH; k++) {
            const ph_script_step *step = &s->script.steps[s->order[i + k]];
            ph_outcome o;
            rc = ph_engine_take(e, &step->sent.intake, &o);
            if (rc == PH_OK && (o.kind == PH_OUTCOME_REFUSED || o.verdict != step->verdict))
                _exit(4);
            batch[k] = (told){.at = (uint32_t)(i + k), .seq = o.seq};
        }
        if (rc == PH_OK)
            rc = ph_engine_finish(e, i % 3 == 0);
        if (rc != PH_OK || write(out, batch, sizeof batch) != (ssize_t)sizeof batch)
            _exit(5);
    }
    _exit(0);
}

/* Run a child from step @from and kill it after it told about @n_batches, a moment later. Returns how far it got. */
static size_t run_and_kill(const scene *s, size_t from, size_t n_batches, uint64_t *random, uint64_t seqs[STEPS])
{
    int ends[2], status = 0;
    size_t reached = from;
    told batch[BATCH];
    pid_t pid;

    assert_int_equal(pipe(ends), 0);
    (void)fflush(NULL);
    pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        (void)close(ends[0]);
        child(s, from, ends[1]);
    }
    (void)close(ends[1]);
    for (size_t n = 0; read(ends[0], batch, sizeof batch) == (ssize_t)sizeof batch;) {
        for (size_t k = 0; k < BATCH; k++) {
            assert_true(seqs[batch[k].at] == 0 || seqs[batch[k].at] == batch[k].seq); /* told the same as before */
            seqs[batch[k].at] = batch[k].seq;
        }
        reached = batch[BATCH - 1].at + 1;
        if (++n == n_batches) {
            for (uint64_t spin = ph_script_random(random) % 200000; spin > 0; spin--)
                __asm__ volatile(""); /* somewhere in the next batch */
            (void)kill(pid, SIGKILL);
        }
    }
    (void)close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    assert_true(WIFSIGNALED(status) ? WTERMSIG(status) == SIGKILL : WEXITSTATUS(status) == 0);
    return reached;
}

static void no_flaw(void *arg, const ph_flaw *flaw)
{
    (void)arg;
    fail_msg("%s at %llu %s", ph_flaw_code(flaw->kind), (unsigned long long)flaw->seq, flaw->detail);
}

static bool count_submission(void *arg, const ph_entry *e, const ph_stored_verdict *v)
{
    (void)v;
    *(size_t *)arg += e->kind == PH_ENTRY_SUBMISSION;
    return true;
}

static ph_digest undisturbed(scene *s)
{
    uint64_t random = 1;
    ph_agg_store *st = NULL;
    ph_digest outcome;
    ph_engine *e;

    assert_int_equal(ph_agg_ram_open(&st), PH_OK);
    e = ph_world_engine(&s->w, st);
    ph_script_play(e, &s->script, s->order, (ph_script_run){.max_batch = 9}, &random);
    outcome = ph_script_outcome(st);
    ph_engine_free(e);
    st->ops->close(st);
    return outcome;
}

static void assert_whole(scene *s, const uint64_t seqs[STEPS])
{
    ph_agg_store *st = ph_test_file_open(&s->file), *fresh = NULL;
    ph_digest wanted = undisturbed(s), outcome;
    ph_replay_report replayed;
    ph_verify_report verified;
    ph_engine *e = NULL;
    size_t n = 0;

    assert_int_equal(ph_engine_open(st, &s->w.source, &s->w.key, &e), PH_OK);
    assert_int_equal(ph_engine_begin(e, PH_WORLD_START_US + 1), PH_OK);
    assert_int_equal(ph_engine_finish(e, true), PH_OK);
    ph_engine_free(e);
    for (size_t i = 0; i < STEPS; i++) {
        ph_entry entry;
        assert_int_equal(st->ops->get_entry(st, seqs[i], &entry, NULL), PH_OK);
        assert_true(ph_span_eq(entry.bytes, s->script.steps[s->order[i]].sent.intake.body));
    }
    assert_int_equal(st->ops->walk_entries(st, 1, UINT64_MAX, count_submission, &n), PH_OK);
    assert_int_equal(n, STEPS);
    outcome = ph_script_outcome(st);
    assert_memory_equal(&outcome, &wanted, sizeof wanted);
    assert_int_equal(ph_verify(st, &s->w.rosters, s->w.key.public_key, no_flaw, NULL, &verified), PH_OK);
    assert_int_equal(ph_agg_ram_open(&fresh), PH_OK);
    assert_int_equal(ph_replay(st, fresh, &s->w.source, &replayed), PH_OK);
    assert_true(replayed.is_identical);
    fresh->ops->close(fresh);
    st->ops->close(st);
}

static void killed_again_and_again(void **state)
{
    const char *given = getenv("PHUSA_SEED");
    uint64_t random = given == NULL ? 1 : strtoull(given, NULL, 10), seqs[STEPS] = {0};
    size_t from = 0;
    ph_agg_store *st;
    scene s;

    (void)state;
    printf("# kills: PHUSA_SEED=%llu\n", (unsigned long long)random);
    memset(&s, 0, sizeof s);
    ph_world_init(&s.w, (ph_world_shape){.n_units = 5, .n_clusters = 2, .n_indicators = 6, .n_periods = 2});
    ph_script_make(&s.w, &random, STEPS, &s.script);
    ph_script_shuffle(&s.script, &random, s.order);
    ph_test_file_make(&s.file);
    st = ph_test_file_open(&s.file);
    assert_int_equal(ph_world_genesis(&s.w, st, PH_WORLD_START_US), PH_OK);
    st->ops->close(st);
    for (int i = 0; i < KILLS && from < STEPS; i++)
        from = run_and_kill(&s, from, 1 + ph_script_random(&random) % 4, &random, seqs);
    while (from < STEPS)
        from = run_and_kill(&s, from, SIZE_MAX, &random, seqs);
    assert_whole(&s, seqs);
    ph_test_file_remove(&s.file);
    ph_script_done(&s.script);
    ph_world_done(&s.w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(killed_again_and_again)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
