/* app_answer - refusals, stored receipts, and new receipts grouped by peer.   Layer: aggregator (app) */
#include "ph_agg_app.h"

#include <stdlib.h>

#include "ph_clock.h"
#include "ph_frame.h"
#include "ph_log.h"

void ph_agg_app_send_reply(ph_agg_app *app, ph_peer_ref peer)
{
    if (app->reply.rc == PH_OK)
        ph_router_send(app->router, peer, ph_buf_span(&app->reply));
    else
        PH_LOG(PH_LOG_ERROR, "agg.reply.unmade", PH_KV_RC("rc", app->reply.rc));
}

void ph_agg_app_refuse(ph_agg_app *app, ph_peer_ref peer, const ph_refusal *refusal, const char *unit)
{
    ph_buf_clear(&app->reply);
    ph_frame_begin(&app->reply, PH_MSG_REFUSAL);
    ph_refusal_write(refusal, &app->reply);
    ph_agg_app_send_reply(app, peer);
    ph_stats_end(&app->stats, ph_fate_of(refusal->verdict));
    ph_log_level level = refusal->verdict == PH_VERDICT_FORBIDDEN || refusal->verdict == PH_VERDICT_CONFLICT
                             ? PH_LOG_WARNING
                             : PH_LOG_INFO;
    PH_LOG(level, "agg.submission.refused", PH_KV_STR("unit", unit),
           PH_KV_STR("verdict", ph_verdict_name(refusal->verdict)), PH_KV_SPAN("code", refusal->code),
           PH_KV_SPAN("why", refusal->why), PH_KV_HEX("digest", refusal->digest.bytes, 8));
}

/* An answer that cannot be made is no reason to stop, unless the ledger itself is in doubt: it can be asked for again.
 */
static ph_rc judge_failure(ph_agg_app *app, ph_rc rc)
{
    if (rc == PH_OK)
        return PH_OK;
    if (ph_rc_class(rc) == PH_CLASS_FATAL)
        return ph_agg_fatal(&app->fatal, rc, "making a receipt", NULL);
    PH_LOG(PH_LOG_ERROR, "agg.reply.unmade", PH_KV_RC("rc", rc));
    return PH_OK;
}

ph_rc ph_agg_app_send_stored(ph_agg_app *app, ph_peer_ref peer, uint64_t seq)
{
    ph_buf_clear(&app->reply);
    ph_frame_begin(&app->reply, PH_MSG_RECEIPT);
    ph_rc rc = ph_engine_stored_receipt(app->engine, seq, (uint32_t)app->cfg.credit, &app->reply);
    if (rc == PH_OK)
        ph_agg_app_send_reply(app, peer);
    return judge_failure(app, rc);
}

/* Receipts of one peer; split in two as often as it takes for a frame to hold them. */
static ph_rc send_receipts(ph_agg_app *app, ph_peer_ref peer, const uint64_t *seqs, size_t n)
{
    if (n > PH_MAX_RECEIPTS) {
        ph_rc rc = send_receipts(app, peer, seqs, PH_MAX_RECEIPTS);
        return rc != PH_OK ? rc : send_receipts(app, peer, seqs + PH_MAX_RECEIPTS, n - PH_MAX_RECEIPTS);
    }
    ph_buf_clear(&app->reply);
    ph_frame_begin(&app->reply, PH_MSG_RECEIPT);
    ph_rc rc = ph_engine_receipts(app->engine, seqs, n, (uint32_t)app->cfg.credit, &app->reply);
    if (rc == PH_OK)
        rc = app->reply.rc;
    if (rc == PH_LIMIT && n > 1) {
        rc = send_receipts(app, peer, seqs, n / 2);
        return rc != PH_OK ? rc : send_receipts(app, peer, seqs + n / 2, n - n / 2);
    }
    if (rc == PH_OK)
        ph_agg_app_send_reply(app, peer);
    return judge_failure(app, rc);
}

/* By peer, then by seq. */
static int by_peer(const void *a, const void *b)
{
    const ph_agg_job *x = *(const ph_agg_job *const *)a, *y = *(const ph_agg_job *const *)b;
    if (x->peer.index != y->peer.index)
        return x->peer.index < y->peer.index ? -1 : 1;
    if (x->peer.generation != y->peer.generation)
        return x->peer.generation < y->peer.generation ? -1 : 1;
    return (x->outcome.seq > y->outcome.seq) - (x->outcome.seq < y->outcome.seq);
}

static bool is_same_peer(const ph_agg_job *x, const ph_agg_job *y)
{
    return x->peer.index == y->peer.index && x->peer.generation == y->peer.generation;
}

static void note_verdict(ph_agg_app *app, const ph_agg_job *job, bool is_duplicate, int64_t now)
{
    ph_stats_end(&app->stats, is_duplicate ? PH_FATE_DUPLICATE : ph_fate_of(job->outcome.verdict));
    ph_metric_observe(app->stats.receipt_seconds, (double)(now - job->received_mono_us) / 1e6);
    PH_LOG(PH_LOG_INFO, "agg.submission.judged", PH_KV_STR("kind", ph_entry_kind_name(job->kind)),
           PH_KV_STR("unit", job->unit), PH_KV_STR("verdict", ph_verdict_name(job->outcome.verdict)),
           PH_KV_UINT("seq", job->outcome.seq), PH_KV_BOOL("duplicate", is_duplicate),
           PH_KV_HEX("digest", job->body_digest.bytes, 8));
}

static ph_rc answer_pending(ph_agg_app *app, ph_agg_job **pending, size_t n)
{
    uint64_t seqs[PH_BATCH_MAX_SUBMISSIONS];
    ph_rc rc = PH_OK;
    qsort(pending, n, sizeof(ph_agg_job *), by_peer);
    for (size_t i = 0, n_same; i < n && rc == PH_OK; i += n_same) {
        for (n_same = 0; i + n_same < n && is_same_peer(pending[i], pending[i + n_same]); n_same++)
            seqs[n_same] = pending[i + n_same]->outcome.seq;
        rc = send_receipts(app, pending[i]->peer, seqs, n_same);
    }
    int64_t now = ph_clock_mono_us();
    for (size_t i = 0; i < n; i++)
        note_verdict(app, pending[i], false, now);
    return rc;
}

ph_rc ph_agg_app_answer(ph_agg_app *app, ph_agg_batch *batch)
{
    ph_agg_job *pending[PH_BATCH_MAX_SUBMISSIONS];
    size_t n_pending = 0;
    ph_rc rc = PH_OK;
    for (size_t i = 0; i < batch->n; i++) {
        ph_agg_job *job = &batch->jobs[i];
        ph_gate_done(app->gate, job->unit_index);
        switch (job->outcome.kind) {
        case PH_OUTCOME_PENDING:
            pending[n_pending++] = job;
            break;
        case PH_OUTCOME_REFUSED:
            ph_agg_app_refuse(app, job->peer, &job->outcome.refusal, job->unit);
            break;
        case PH_OUTCOME_DUPLICATE:
            note_verdict(app, job, true, ph_clock_mono_us());
            if (rc == PH_OK)
                rc = ph_agg_app_send_stored(app, job->peer, job->outcome.seq);
            break;
        }
    }
    ph_rc rc_pending = rc == PH_OK ? answer_pending(app, pending, n_pending) : PH_OK;
    return rc != PH_OK ? rc : rc_pending;
}
