/* ph_agg_take - one submission, explanation or decision into the open batch: refused, known already, or logged and
 * judged.   Layer: aggregator/core (pure) */
#include "ph_agg_engine_parts.h"
#include "ph_decision.h"
#include "ph_explanation.h"

/* What a body says of itself, whatever its kind. sub: of a submission, else NULL. */
typedef struct opened {
    ph_uuid id;
    ph_span unit;
    const ph_submission *sub;
} opened;

static void refuse(ph_outcome *ret, const ph_intake *in, ph_verdict verdict, const char *code, const char *why)
{
    ret->kind = PH_OUTCOME_REFUSED;
    ret->verdict = verdict;
    ret->refusal =
        (ph_refusal){.verdict = verdict, .digest = in->body_digest, .code = ph_span_str(code), .why = ph_span_str(why)};
}

/* The signature over these bytes was verified: from here on the answer may name the id. */
static void refuse_id(ph_outcome *ret, const ph_intake *in, const opened *said, ph_verdict verdict, const char *code,
                      const char *why)
{
    refuse(ret, in, verdict, code, why);
    ret->refusal.has_id = true;
    ret->refusal.id = said->id;
}

/* Kind and verdict of an entry that is there already. */
static ph_rc stored_verdict(ph_engine *e, uint64_t seq, ph_entry_kind *ret_kind, ph_verdict *ret)
{
    ph_stored_verdict stored;
    ph_judgement judgement;
    ph_entry entry;
    ph_rc rc = e->store->ops->get_entry(e->store, seq, &entry, &stored);

    if (rc == PH_OK)
        rc = ph_judgement_read(stored.verdict_bytes, &judgement);
    if (rc == PH_OK) {
        *ret_kind = entry.kind;
        *ret = judgement.verdict;
    }
    return ph_rc_class(rc) == PH_CLASS_REJECT ? PH_CORRUPT : rc;
}

/* The id was used before. Same bytes: the same receipt for ever; other bytes: the first content stays untouched. */
static ph_rc answer_known(ph_engine *e, const ph_intake *in, const opened *said, uint64_t seq, const ph_digest *digest,
                          ph_outcome *ret)
{
    ph_entry_kind kind = in->kind;
    ph_verdict verdict;
    ph_rc rc = stored_verdict(e, seq, &kind, &verdict);

    if (rc != PH_OK)
        return rc;
    if (kind != in->kind || !ph_digest_eq(digest, &in->body_digest)) {
        refuse_id(ret, in, said, PH_VERDICT_CONFLICT, "submission.conflict", "this id stands for other content");
        return PH_OK;
    }
    ret->kind = PH_OUTCOME_DUPLICATE;
    ret->seq = seq;
    ret->verdict = verdict;
    return PH_OK;
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

static ph_rc append(ph_engine *e, const ph_intake *in, const opened *said, ph_outcome *ret)
{
    ph_entry entry = {.received_at_us = in->received_at_us,
                      .kind = in->kind,
                      .unit = in->unit,
                      .id = said->id,
                      .digest = in->body_digest,
                      .key_id = in->key_id,
                      .bytes = in->body,
                      .signature = ph_span_of(in->signature.bytes, sizeof in->signature.bytes)};
    ph_digest signature;
    ph_rc rc = PH_OK;

    if (ph_fold_must_seal_figures(e->fold))
        rc = ph_engine_seal_figures(e, e->append.head.through_us);
    if (rc == PH_OK)
        rc = ph_append_entry(&e->append, &entry, said->sub, &ret->verdict, &signature);
    if (rc == PH_OK)
        rc = keep(e, &entry, &signature);
    ret->kind = PH_OUTCOME_PENDING;
    ret->seq = entry.seq;
    return rc;
}

/* @sub is filled in where it is one. */
static ph_rc open_body(ph_engine *e, const ph_intake *in, ph_submission *sub, opened *ret, const char **why,
                       size_t *offset)
{
    ph_explanation explanation;
    ph_decision decision;
    ph_rc rc;

    if (in->kind == PH_ENTRY_EXPLANATION) {
        rc = ph_explanation_read(in->body, &explanation, why, offset);
        if (rc == PH_OK)
            *ret = (opened){.id = explanation.id, .unit = explanation.unit};
    } else if (in->kind == PH_ENTRY_DECISION) {
        rc = ph_decision_read(in->body, &decision, why, offset);
        if (rc == PH_OK)
            *ret = (opened){.id = decision.id, .unit = decision.unit};
    } else {
        rc = ph_submission_read(in->body, e->observations, sub, why, offset);
        if (rc == PH_OK)
            *ret = (opened){.id = sub->id, .unit = sub->unit, .sub = sub};
    }
    return rc;
}

static const char *malformed_code(ph_entry_kind kind)
{
    if (kind == PH_ENTRY_EXPLANATION)
        return "explanation.malformed";
    return kind == PH_ENTRY_DECISION ? "decision.malformed" : "submission.malformed";
}

static ph_rc take(ph_engine *e, const ph_intake *in, ph_outcome *ret)
{
    const char *why = "";
    size_t offset = 0;
    ph_submission sub;
    opened said;
    ph_digest digest;
    uint64_t seq;
    ph_rc rc = open_body(e, in, &sub, &said, &why, &offset);

    if (ph_rc_class(rc) == PH_CLASS_REJECT) {
        refuse(ret, in, PH_VERDICT_MALFORMED, malformed_code(in->kind), why);
        ret->refusal.offset = (uint32_t)offset;
        return PH_OK;
    }
    if (rc != PH_OK)
        return rc;
    if (!ph_span_eq(said.unit, in->unit)) {
        refuse_id(ret, in, &said, PH_VERDICT_FORBIDDEN, "submission.unit", "the key does not speak for this unit");
        return PH_OK;
    }
    rc = e->store->ops->find_sent(e->store, in->unit, &said.id, &seq, &digest);
    if (rc == PH_OK)
        return answer_known(e, in, &said, seq, &digest, ret);
    return rc == PH_NOT_FOUND ? append(e, in, &said, ret) : rc;
}

ph_rc ph_engine_take(ph_engine *e, const ph_intake *in, ph_outcome *ret)
{
    ph_rc rc = e->is_open && ph_entry_is_sent(in->kind) && e->n_items < PH_BATCH_MAX_SUBMISSIONS ? PH_OK : PH_BUG;

    *ret = (ph_outcome){0};
    if (e->fatal != PH_OK)
        return e->fatal;
    if (rc == PH_OK)
        rc = take(e, in, ret);
    return rc == PH_OK ? PH_OK : ph_engine_fail(e, rc);
}
