/* ph_col_agent_receipt - receipts are verified, stored, and only then release anything; refusals retry or park. Layer:
 * collector/core (pure) */
#include <string.h>

#include "ph_col_agent_parts.h"

ph_rc ph_col_receipt_check(const ph_receipts *frame, const ph_receipt *receipt, const ph_col_item *item, ph_span unit,
                           const uint8_t receipt_key[PH_SIGN_PUBLIC_BYTES], ph_buf *dst)
{
    if (receipt->kind != item->kind || !ph_uuid_eq(&receipt->id, &item->id) ||
        !ph_digest_eq(&receipt->body, &item->body) || !ph_key_id_eq(&receipt->key_id, &item->key_id) ||
        !ph_digest_eq(&receipt->signature, &item->signature))
        return PH_CONFLICT;
    ph_rc rc = ph_receipt_verify(frame, receipt, unit, receipt_key);
    if (rc != PH_OK)
        return rc;
    ph_receipt one = *receipt;
    ph_receipts single = {
        .checkpoint = frame->checkpoint, .before = frame->before, .credit = frame->credit, .n = 1, .items = &one};
    ph_receipts_write(&single, dst);
    return dst->rc;
}

static ph_col_flight *flight_of(ph_col_agent *a, const ph_uuid *id)
{
    for (size_t i = 0; i < a->n_flights; i++)
        if (ph_uuid_eq(&a->flights[i].item.id, id))
            return &a->flights[i];
    return NULL;
}

/* Two roots for one size under one signature: the other side shows different histories to different people. */
static bool contradicts(const ph_col_agent *a, const ph_checkpoint *c)
{
    return a->has_checkpoint && ph_uuid_eq(&a->checkpoint.epoch, &c->epoch) && a->checkpoint.size == c->size &&
           !ph_digest_eq(&a->checkpoint.root, &c->root);
}

static bool is_larger(const ph_col_agent *a, const ph_checkpoint *c)
{
    return !a->has_checkpoint || !ph_uuid_eq(&a->checkpoint.epoch, &c->epoch) || c->size > a->checkpoint.size;
}

static ph_rc stop_for_history(ph_col_agent *a)
{
    a->fatal = PH_HISTORY;
    a->phase = PH_COL_PHASE_STOPPED;
    a->cause = PH_COL_CAUSE_HISTORY;
    a->ops->close(a->link);
    ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_HISTORY, .rc = PH_HISTORY, .cause = PH_COL_CAUSE_HISTORY});
    return PH_HISTORY;
}

static ph_rc store(ph_col_agent *a, ph_col_now now, const ph_receipts *frame, const ph_receipt *r,
                   const ph_col_item *item, ph_span single, ph_verdict *ret_verdict)
{
    ph_judgement j;
    ph_buf checkpoint;
    ph_rc rc = ph_judgement_read(r->verdict_bytes, &j);
    if (rc != PH_OK)
        return rc;
    ph_buf_init(&checkpoint, PH_COL_MAX_META_BYTES);
    ph_checkpoint_write(&frame->checkpoint, &checkpoint);
    ph_col_release release = {.verdict = j.verdict,
                              .seq = r->seq,
                              .received_at_us = r->received_at_us,
                              .stored_at_us = now.wall_us,
                              .epoch = frame->checkpoint.epoch,
                              .frame = single};
    if (is_larger(a, &frame->checkpoint)) {
        release.checkpoint = ph_buf_span(&checkpoint);
        release.checkpoint_size = frame->checkpoint.size;
    }
    rc = checkpoint.rc != PH_OK ? checkpoint.rc : a->spool->ops->release(a->spool, &item->id, &release);
    if (rc == PH_OK && release.checkpoint.len > 0) {
        a->checkpoint = frame->checkpoint;
        a->has_checkpoint = true;
    }
    *ret_verdict = j.verdict;
    ph_buf_done(&checkpoint);
    return rc;
}

/* Learn anew where we stand when the numbers over there are not what we thought. */
static void after_judged(ph_col_agent *a, ph_col_now now, const ph_col_item *item, ph_verdict verdict)
{
    a->counts.n_judged++;
    a->look = true;
    ph_col_backoff_reset(&a->backoff);
    if (verdict != PH_VERDICT_ACCEPTED || item->kind != PH_ENTRY_SUBMISSION || a->has_open)
        a->status_due_us = now.mono_us; /* a case may have begun or ended */
    ph_col_item judged = *item;
    judged.state = PH_COL_JUDGED;
    judged.verdict = verdict;
    ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_JUDGED, .item = &judged, .verdict = verdict});
}

static ph_rc take_one(ph_col_agent *a, ph_col_now now, const ph_receipts *frame, const ph_receipt *r)
{
    ph_col_item item;
    ph_verdict verdict;
    ph_col_flight *f = flight_of(a, &r->id);
    ph_rc rc = a->spool->ops->find(a->spool, &r->id, &item);
    if (rc == PH_NOT_FOUND) {
        ph_col_agent_ignore(a, PH_NOT_FOUND, "receipt.id");
        return PH_OK;
    }
    if (rc != PH_OK)
        return ph_col_agent_spool_rc(a, rc, "find");
    ph_buf_clear(&a->bytes);
    rc = ph_col_receipt_check(frame, r, &item, ph_span_str(a->cfg.unit), a->cfg.receipt_key, &a->bytes);
    if (rc != PH_OK || !ph_uuid_eq(&frame->checkpoint.epoch, &a->counts.epoch)) {
        ph_col_agent_ignore(a, rc, rc == PH_OK ? "receipt.epoch" : "receipt.proof");
        return PH_OK;
    }
    if (contradicts(a, &frame->checkpoint))
        return stop_for_history(a);
    if (item.state == PH_COL_JUDGED && ph_uuid_eq(&item.epoch, &frame->checkpoint.epoch)) {
        if (f != NULL)
            ph_col_agent_land(a, f);
        return PH_OK; /* delivered twice */
    }
    rc = store(a, now, frame, r, &item, ph_buf_span(&a->bytes), &verdict);
    if (f != NULL)
        ph_col_agent_land(a, f);
    if (rc != PH_OK) {
        ph_col_agent_delay(a, &item.id, now.mono_us + ph_col_backoff_stretch_us(&a->backoff, 5 * PH_US_PER_S));
        return ph_col_agent_spool_rc(a, rc, "release"); /* not stored, so not released: asked for again later */
    }
    after_judged(a, now, &item, verdict);
    return PH_OK;
}

ph_rc ph_col_agent_take_receipts(ph_col_agent *a, ph_col_now now, ph_span body)
{
    ph_receipts frame;
    ph_rc rc = ph_receipts_read(body, a->receipts, &frame);
    if (rc != PH_OK || a->phase != PH_COL_PHASE_READY) {
        ph_col_agent_ignore(a, rc, "receipts");
        return PH_OK;
    }
    if (frame.credit > 0)
        a->credit = frame.credit > PH_COL_MAX_PENDING ? PH_COL_MAX_PENDING : frame.credit;
    for (size_t i = 0; i < frame.n && rc == PH_OK; i++)
        rc = take_one(a, now, &frame, &frame.items[i]);
    return rc;
}

/* ---- refusals ---- */

static ph_col_flight *refused_flight(ph_col_agent *a, const ph_refusal *r)
{
    for (size_t i = 0; i < a->n_flights; i++) {
        ph_col_flight *f = &a->flights[i];
        if (ph_digest_eq(&r->digest, &f->item.body) || ph_digest_eq(&r->digest, &f->frame_body) ||
            ph_digest_eq(&r->digest, &f->frame))
            return f;
    }
    return NULL;
}

static ph_rc park(ph_col_agent *a, ph_col_now now, ph_col_flight *f, const ph_refusal *r, const char *code)
{
    ph_col_item item = f->item;
    ph_rc rc = a->spool->ops->park(a->spool, &item.id, r->verdict, ph_span_str(code));
    ph_col_agent_land(a, f);
    if (rc != PH_OK && rc != PH_CONFLICT) {
        ph_col_agent_delay(a, &item.id, now.mono_us + ph_col_backoff_stretch_us(&a->backoff, 5 * PH_US_PER_S));
        return ph_col_agent_spool_rc(a, rc, "park");
    }
    ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_PARKED, .item = &item, .verdict = r->verdict, .why = code});
    return PH_OK;
}

static void retry_later(ph_col_agent *a, ph_col_now now, ph_col_flight *f, const ph_refusal *r, const char *code)
{
    int64_t asked = (int64_t)r->retry_after_ms * 1000;
    int64_t wait = asked > 0 ? ph_col_backoff_stretch_us(&a->backoff, asked) : ph_col_backoff_next_us(&a->backoff);
    ph_col_item item = f->item;
    wait = wait > a->cfg.times.backoff_max_us ? a->cfg.times.backoff_max_us : wait;
    ph_col_agent_delay(a, &item.id, now.mono_us + wait);
    if (r->verdict == PH_VERDICT_BUSY && now.mono_us + wait > a->send_after_us)
        a->send_after_us = now.mono_us + wait; /* busy speaks of the whole house */
    ph_col_agent_land(a, f);
    ph_col_agent_tell(
        a,
        (ph_col_event){.kind = PH_COL_EV_REFUSED, .item = &item, .verdict = r->verdict, .number = wait, .why = code});
}

static ph_rc refused_hello(ph_col_agent *a, ph_col_now now, const ph_refusal *r)
{
    ph_col_cause cause = r->verdict == PH_VERDICT_UPGRADE     ? PH_COL_CAUSE_UPGRADE
                         : r->verdict == PH_VERDICT_FORBIDDEN ? PH_COL_CAUSE_FORBIDDEN
                                                              : PH_COL_CAUSE_NO_WELCOME;
    ph_col_agent_drop(a, now, cause);
    return PH_OK;
}

ph_rc ph_col_agent_take_refusal(ph_col_agent *a, ph_col_now now, ph_span body)
{
    ph_refusal r;
    char code[PH_MAX_TEXT_BYTES];
    ph_rc rc = ph_refusal_read(body, &r);
    if (rc != PH_OK || !ph_span_copy(r.code, code, sizeof code)) {
        ph_col_agent_ignore(a, rc, "refusal");
        return PH_OK;
    }
    if (a->phase == PH_COL_PHASE_CONNECTING && a->hello_sent &&
        (ph_digest_eq(&r.digest, &a->hello_body) || ph_digest_eq(&r.digest, &a->hello_frame)))
        return refused_hello(a, now, &r);
    ph_col_flight *f = refused_flight(a, &r);
    if (f == NULL) {
        ph_col_agent_ignore(a, PH_NOT_FOUND, "refusal.digest");
        return PH_OK;
    }
    a->counts.n_refused++;
    if (r.verdict != PH_VERDICT_BUSY && r.verdict != PH_VERDICT_NO_SPACE)
        return park(a, now, f, &r, code);
    retry_later(a, now, f, &r, code);
    return PH_OK;
}
