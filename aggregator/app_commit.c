/* app_commit - one batch through the engine: take each in order of arrival, finish, then answer.   Layer: aggregator
 * (app) */
#include "ph_agg_app.h"

#include <stdio.h>

#include "ph_agg_sqlite.h"
#include "ph_clock.h"
#include "ph_log.h"

void ph_agg_app_note_commit(ph_agg_app *app)
{
    app->last_commit_us = ph_clock_mono_us();
    app->retry_at_us = 0;
    app->trouble[0] = '\0';
    ph_metric_add(app->stats.commits, 1);
}

ph_rc ph_agg_app_note_failure(ph_agg_app *app, ph_rc rc, const char *doing)
{
    const ph_err *cause = ph_agg_sqlite_error(app->store);
    ph_metric_add(app->stats.commit_failures, 1);
    if (ph_rc_class(rc) == PH_CLASS_FATAL)
        return ph_agg_fatal(&app->fatal, rc, doing, cause);
    if (ph_rc_class(rc) != PH_CLASS_RETRY)
        return ph_agg_fatal(&app->fatal, PH_BUG, doing, cause);
    (void)snprintf(app->trouble, sizeof app->trouble, "%s: %s", doing, ph_rc_text(rc));
    app->no_space = app->no_space || rc == PH_NO_SPACE;
    app->retry_at_us = ph_clock_mono_us() + PH_CFG_S;
    PH_LOG(PH_LOG_ERROR, "agg.commit.failed", PH_KV_STR("doing", doing), PH_KV_RC("rc", rc), PH_KV_ERR(cause));
    return PH_OK;
}

/* A signature that does not verify never reaches the engine. Its digest is that of the frame: nothing in it is
 * believed. */
static void forge_refusal(ph_agg_job *job)
{
    ph_span frame = ph_span_of(zmq_msg_data(&job->frame), zmq_msg_size(&job->frame));
    bool is_forged = job->verified == PH_FORBIDDEN;
    job->outcome = (ph_outcome){.kind = PH_OUTCOME_REFUSED};
    job->outcome.refusal =
        is_forged ? ph_gate_refusal(PH_VERDICT_FORBIDDEN, frame, "agg.sign.bad", "the signature does not verify")
                  : ph_gate_refusal(PH_VERDICT_BUSY, frame, "agg.busy", "out of memory, try again");
    job->outcome.refusal.retry_after_ms = is_forged ? 0 : PH_GATE_WINDOW_RETRY_MS;
}

static ph_rc take_all(ph_agg_app *app, ph_agg_batch *batch)
{
    ph_rc rc = PH_OK;
    for (size_t i = 0; i < batch->n && rc == PH_OK; i++) {
        ph_agg_job *job = &batch->jobs[i];
        if (job->verified != PH_OK) {
            forge_refusal(job);
            continue;
        }
        const ph_intake in = {.kind = job->kind,
                              .unit = ph_span_str(job->unit),
                              .key_id = job->envelope.key_id,
                              .signature = job->envelope.signature,
                              .body = job->envelope.body,
                              .body_digest = job->body_digest,
                              .received_at_us = job->received_at_us,
                              .peer = job};
        rc = ph_engine_take(app->engine, &in, &job->outcome);
    }
    return rc;
}

/* Nothing of the batch is in the log: what would have been is told to come again. */
static void turn_back(ph_agg_app *app, ph_agg_batch *batch, ph_rc why)
{
    bool is_full = why == PH_NO_SPACE;
    uint64_t last_seq = ph_engine_head(app->engine)->last_seq;
    for (size_t i = 0; i < batch->n; i++) {
        ph_agg_job *job = &batch->jobs[i];
        if (job->verified != PH_OK || job->outcome.kind == PH_OUTCOME_REFUSED ||
            (job->outcome.kind == PH_OUTCOME_DUPLICATE && job->outcome.seq <= last_seq))
            continue;
        ph_span body = job->envelope.body;
        job->outcome = (ph_outcome){.kind = PH_OUTCOME_REFUSED};
        job->outcome.refusal =
            is_full ? ph_gate_refusal(PH_VERDICT_NO_SPACE, body, "agg.ledger.full", "the aggregator's disk is full")
                    : ph_gate_refusal(PH_VERDICT_BUSY, body, "agg.ledger.busy", "the commit failed; try again");
        job->outcome.refusal.retry_after_ms = is_full ? PH_GATE_FULL_RETRY_MS : PH_GATE_WINDOW_RETRY_MS * 5;
    }
}

static void clear_outcomes(ph_agg_batch *batch)
{
    for (size_t i = 0; i < batch->n; i++)
        batch->jobs[i].outcome = (ph_outcome){.kind = PH_OUTCOME_PENDING};
}

ph_rc ph_agg_app_commit(ph_agg_app *app, ph_agg_batch *batch)
{
    int64_t begun = ph_clock_mono_us();
    bool with_figures =
        ph_engine_wants_figures(app->engine) && begun - app->last_figures_us >= app->cfg.figure_every_us;
    ph_rc rc = ph_agg_app_check_clock(app);
    if (rc != PH_OK)
        return rc;
    uint64_t last_seq = ph_engine_head(app->engine)->last_seq;
    clear_outcomes(batch);
    rc = ph_engine_begin(app->engine, ph_clock_now_us());
    if (rc == PH_OK)
        rc = take_all(app, batch);
    if (rc == PH_OK)
        rc = ph_engine_finish(app->engine, with_figures);
    int64_t ended = ph_clock_mono_us();
    if (rc != PH_OK) {
        ph_rc failure = rc;
        rc = ph_agg_app_note_failure(app, rc, "commit of a batch");
        if (rc != PH_OK)
            return rc;
        turn_back(app, batch, failure);
    } else if (ph_engine_head(app->engine)->last_seq > last_seq) { /* else there was nothing new, and no commit */
        ph_agg_app_note_commit(app);
        if (with_figures)
            app->last_figures_us = ended;
        ph_metric_observe(app->stats.commit_seconds, (double)(ended - begun) / 1e6);
        ph_metric_observe(app->stats.batch_submissions, (double)batch->n);
    }
    return ph_agg_app_answer(app, batch);
}
