/* app_intake - drain, verify, commit, answer; the next batch is verified while the one before is committed.   Layer:
 * aggregator (app) */
#include "ph_agg_app.h"

#include <string.h>

#include "ph_agg_append.h"
#include "ph_clock.h"
#include "ph_log.h"

enum { PUBLISH_EVERY = 8, LOOK_AT_CLOCK_EVERY = 16 };
#define WAKE_US (250 * PH_CFG_MS) /* then timers, signals and health get their turn */

/* In any thread: touches its own job only. */
static void verify_job(void *arg, size_t i)
{
    ph_agg_job *job = &((ph_agg_job *)arg)[i];
    job->body_digest = ph_digest_of_span(job->envelope.body);
    job->verified =
        ph_sign_verify(ph_entry_context(job->kind), job->sign_public, job->envelope.body, &job->envelope.signature);
}

static void let_in(ph_agg_batch *batch, ph_agg_job *job, const ph_router_from *from, const ph_gate_answer *said)
{
    job->kind = said->entry;
    job->envelope = said->envelope;
    job->peer = from->peer;
    job->unit_index = said->unit;
    memcpy(job->unit, said->signer->unit, sizeof job->unit);
    memcpy(job->sign_public, said->signer->sign_public, sizeof job->sign_public);
    batch->n++;
    batch->n_bytes += zmq_msg_size(&job->frame);
}

/* One frame, in the free job behind the batch: answered at once, or now part of the batch. */
static ph_rc receive_one(ph_agg_app *app, ph_agg_batch *batch, const ph_router_from *from)
{
    ph_agg_job *job = &batch->jobs[batch->n];
    ph_gate_answer said;
    job->received_at_us = ph_clock_now_us();
    job->received_mono_us = ph_clock_mono_us();
    const ph_gate_message in = {.curve_key = from->key,
                                .frame = ph_span_of(zmq_msg_data(&job->frame), zmq_msg_size(&job->frame)),
                                .has_more_parts = from->has_more_parts,
                                .no_space = app->no_space,
                                .now_us = job->received_at_us,
                                .mono_us = job->received_mono_us};
    ph_gate_judge(app->gate, &in, &said);
    switch (said.kind) {
    case PH_GATE_INTAKE:
        let_in(batch, job, from, &said);
        ph_stats_unit(&app->stats, said.unit);
        return PH_OK;
    case PH_GATE_HELLO:
    case PH_GATE_QUERY:
    case PH_GATE_PING:
        return ph_agg_app_converse(app, from->peer, &said, in.frame);
    case PH_GATE_REFUSED:
        break;
    }
    ph_agg_app_refuse(app, from->peer, &said.refusal, said.sender == NULL ? "" : said.sender->unit);
    return PH_OK;
}

/* Take in what is there, bounded by count, bytes and time. Verification begins while it goes on. */
static ph_rc drain(ph_agg_app *app, ph_agg_batch *batch)
{
    int64_t until = ph_clock_mono_us() + app->cfg.drain_us;
    size_t n_seen = 0;
    ph_rc rc = PH_OK;
    batch->n = batch->n_bytes = 0;
    ph_pool_begin(app->pool, verify_job, batch->jobs);
    while (batch->n < (size_t)app->cfg.batch_max && batch->n_bytes < (size_t)app->cfg.batch_bytes) {
        ph_router_from from;
        rc = ph_router_receive(app->router, &batch->jobs[batch->n].frame, &from);
        if (rc == PH_OK) {
            rc = receive_one(app, batch, &from);
            if (rc == PH_OK && batch->n % PUBLISH_EVERY == 0)
                ph_pool_publish(app->pool, batch->n);
        }
        if (rc != PH_OK && rc != PH_FORBIDDEN)
            break;
        if (++n_seen % LOOK_AT_CLOCK_EVERY == 0 && ph_clock_mono_us() >= until)
            break;
    }
    ph_pool_publish(app->pool, batch->n);
    return ph_rc_class(rc) == PH_CLASS_FATAL ? rc : PH_OK;
}

/* What was let in but will not be committed: the end is near, or the ledger cannot take it. */
static void abandon(ph_agg_app *app, ph_agg_batch *batch)
{
    for (size_t i = 0; i < batch->n; i++)
        ph_gate_done(app->gate, batch->jobs[i].unit_index);
    batch->n = 0;
}

ph_rc ph_agg_app_intake(void *arg, int events)
{
    ph_agg_app *app = arg;
    ph_agg_batch *now = &app->batches[0], *next = &app->batches[1];
    int64_t until = ph_clock_mono_us() + WAKE_US;
    ph_rc rc = PH_OK;
    (void)events;
    now->n = 0;
    for (;;) {
        bool is_over = ph_clock_mono_us() >= until || ph_loop_stopped(app->loop);
        next->n = 0;
        if (!is_over)
            rc = drain(app, next);
        if (rc == PH_OK && now->n > 0)
            rc = ph_agg_app_commit(app, now);
        if (!is_over)
            ph_pool_wait(app->pool);
        if (rc != PH_OK || next->n == 0)
            break;
        ph_agg_batch *swap = now;
        now = next;
        next = swap;
    }
    if (rc != PH_OK) {
        abandon(app, now);
        abandon(app, next);
        return rc;
    }
    return ph_agg_app_idle(app);
}
