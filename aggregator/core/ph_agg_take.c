/* ph_agg_take - one submission into the open batch: refused, known already, or logged and judged.   Layer:
 * aggregator/core (pure) */
#include "ph_agg_engine_parts.h"

static void refuse(ph_outcome *ret, const ph_intake *in, ph_verdict verdict, const char *code, const char *why)
{
    ret->kind = PH_OUTCOME_REFUSED;
    ret->verdict = verdict;
    ret->refusal =
        (ph_refusal){.verdict = verdict, .digest = in->body_digest, .code = ph_span_str(code), .why = ph_span_str(why)};
}

/* The signature over these bytes was verified: from here on the answer may name the id. */
static void refuse_id(ph_outcome *ret, const ph_intake *in, const ph_submission *sub, ph_verdict verdict,
                      const char *code, const char *why)
{
    refuse(ret, in, verdict, code, why);
    ret->refusal.has_id = true;
    ret->refusal.id = sub->id;
}

/* The verdict of an entry that is there already. */
static ph_rc stored_verdict(ph_engine *e, uint64_t seq, ph_verdict *ret)
{
    ph_stored_verdict stored;
    ph_judgement judgement;
    ph_rc rc = e->store->ops->get_entry(e->store, seq, NULL, &stored);

    if (rc == PH_OK)
        rc = ph_judgement_read(stored.verdict_bytes, &judgement);
    if (rc == PH_OK)
        *ret = judgement.verdict;
    return ph_rc_class(rc) == PH_CLASS_REJECT ? PH_CORRUPT : rc;
}

/* The id was used before. Same bytes: the same receipt for ever; other bytes: the first content stays untouched. */
static ph_rc answer_known(ph_engine *e, const ph_intake *in, const ph_submission *sub, uint64_t seq,
                          const ph_digest *digest, ph_outcome *ret)
{
    if (!ph_digest_eq(digest, &in->body_digest)) {
        refuse_id(ret, in, sub, PH_VERDICT_CONFLICT, "submission.conflict", "this id stands for other content");
        return PH_OK;
    }
    ret->kind = PH_OUTCOME_DUPLICATE;
    ret->seq = seq;
    return stored_verdict(e, seq, &ret->verdict);
}

/* Keep what the receipt needs, so that it is made without asking the store. */
static ph_rc keep(ph_engine *e, const ph_entry *entry, const ph_digest *signature)
{
    ph_batch_item *item = &e->items[e->n_items];
    ph_span verdict = ph_buf_span(&e->append.verdict), findings = ph_buf_span(&e->append.findings);

    *item = (ph_batch_item){.seq = entry->seq,
                            .kind = entry->kind,
                            .id = entry->id,
                            .body = entry->digest,
                            .signature = *signature,
                            .key_id = entry->key_id,
                            .received_at_us = entry->received_at_us,
                            .verdict_at = (uint32_t)e->answers.len,
                            .n_verdict = (uint32_t)verdict.len,
                            .n_findings = (uint32_t)findings.len};
    (void)ph_buf_put_span(&e->answers, verdict);
    (void)ph_buf_put_span(&e->answers, findings);
    if (e->answers.rc != PH_OK)
        return e->answers.rc;
    e->n_items++;
    return PH_OK;
}

static ph_rc append(ph_engine *e, const ph_intake *in, const ph_submission *sub, ph_outcome *ret)
{
    ph_entry entry = {.received_at_us = in->received_at_us,
                      .kind = PH_ENTRY_SUBMISSION,
                      .unit = in->unit,
                      .id = sub->id,
                      .digest = in->body_digest,
                      .key_id = in->key_id,
                      .bytes = in->body,
                      .signature = ph_span_of(in->signature.bytes, sizeof in->signature.bytes)};
    ph_digest signature;
    ph_rc rc = PH_OK;

    if (ph_fold_must_seal_figures(e->fold))
        rc = ph_engine_seal_figures(e, e->append.head.through_us);
    if (rc == PH_OK)
        rc = ph_append_entry(&e->append, &entry, sub, &ret->verdict, &signature);
    if (rc == PH_OK)
        rc = keep(e, &entry, &signature);
    ret->kind = PH_OUTCOME_PENDING;
    ret->seq = entry.seq;
    return rc;
}

static ph_rc take(ph_engine *e, const ph_intake *in, ph_outcome *ret)
{
    const char *why = "";
    size_t offset = 0;
    ph_submission sub;
    ph_digest digest;
    uint64_t seq;
    ph_rc rc = ph_submission_read(in->body, e->observations, &sub, &why, &offset);

    if (ph_rc_class(rc) == PH_CLASS_REJECT) {
        refuse(ret, in, PH_VERDICT_MALFORMED, "submission.malformed", why);
        ret->refusal.offset = (uint32_t)offset;
        return PH_OK;
    }
    if (rc != PH_OK)
        return rc;
    if (!ph_span_eq(sub.unit, in->unit)) {
        refuse_id(ret, in, &sub, PH_VERDICT_FORBIDDEN, "submission.unit", "the key does not speak for this unit");
        return PH_OK;
    }
    rc = e->store->ops->find_submission(e->store, in->unit, &sub.id, &seq, &digest);
    if (rc == PH_OK)
        return answer_known(e, in, &sub, seq, &digest, ret);
    return rc == PH_NOT_FOUND ? append(e, in, &sub, ret) : rc;
}

ph_rc ph_engine_take(ph_engine *e, const ph_intake *in, ph_outcome *ret)
{
    ph_rc rc = e->is_open && e->n_items < PH_BATCH_MAX_SUBMISSIONS ? PH_OK : PH_BUG;

    *ret = (ph_outcome){0};
    if (e->fatal != PH_OK)
        return e->fatal;
    if (rc == PH_OK)
        rc = take(e, in, ret);
    return rc == PH_OK ? PH_OK : ph_engine_fail(e, rc);
}
