/* ph_col_sent - what the sender said in an item.   Layer: collector/app */
#include "ph_col_sent.h"

#include "ph_decision.h"
#include "ph_explanation.h"
#include "ph_submission.h"

static void take_submission(ph_span body, ph_col_sent *ret)
{
    static ph_observation store[PH_MAX_OBSERVATIONS]; /* large */
    ph_submission s;
    if (ph_submission_read(body, store, &s, NULL, NULL) != PH_OK)
        return;
    ret->words = s.reason;
    ret->is_withdrawal = s.kind == PH_REVISION_WITHDRAWAL;
}

static void take_explanation(ph_span body, ph_col_sent *ret)
{
    ph_explanation e;
    if (ph_explanation_read(body, &e, NULL, NULL) == PH_OK)
        ret->words = e.text;
}

static void take_decision(ph_span body, ph_col_sent *ret)
{
    ph_decision d;
    if (ph_decision_read(body, &d, NULL, NULL) != PH_OK)
        return;
    ret->words = d.reason;
    ret->due_us = d.kind == PH_DECISION_EXTEND ? d.due_us : 0;
}

void ph_col_sent_load(const ph_col_app *app, const ph_col_item *item, ph_col_sent *ret)
{
    ph_envelope envelope;
    *ret = (ph_col_sent){.words = ph_span_str("")};
    ph_buf_init(&ret->bytes, PH_COL_MAX_ENVELOPE_BYTES);
    if (app->spool->ops->load(app->spool, &item->id, &ret->bytes) != PH_OK ||
        ph_envelope_read(ph_buf_span(&ret->bytes), &envelope) != PH_OK)
        return;
    if (item->kind == PH_ENTRY_EXPLANATION)
        take_explanation(envelope.body, ret);
    else if (item->kind == PH_ENTRY_DECISION)
        take_decision(envelope.body, ret);
    else
        take_submission(envelope.body, ret);
}

void ph_col_sent_done(ph_col_sent *s)
{
    ph_buf_done(&s->bytes);
}
