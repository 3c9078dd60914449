/* ph_walk_workflow - explanations and decisions told as JSON.   Layer: tests */
#include "ph_walk.h"

#include "ph_decision.h"
#include "ph_explanation.h"

ph_rc ph_walk_explanation(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_explanation e;
    const char *why = NULL;
    size_t offset = SIZE_MAX;
    ph_rc rc = ph_explanation_read(bytes, &e, &why, &offset);

    if ((rc == PH_OK) != (why == NULL) || (rc != PH_OK && offset > bytes.len))
        return PH_BUG; /* each refusal says why and where, nothing else does */
    if (rc != PH_OK)
        return rc;
    *ret =
        json_pack("{so so so so so so so so so}", "id", ph_say_hex(e.id.bytes, PH_UUID_BYTES), "unit",
                  ph_say_text(e.unit), "cluster", ph_say_text(e.cluster), "form", ph_say_text(e.form), "period",
                  ph_say_period(e.period), "indicator", ph_say_text(e.indicator), "value_digest",
                  ph_say_digest(&e.value), "text", ph_say_text(e.text), "agent_time_us", json_integer(e.agent_time_us));
    ph_explanation_write(&e, again);
    return PH_OK;
}

static json_t *say_or_nothing(ph_span text)
{
    return text.len > 0 ? ph_say_text(text) : json_null();
}

ph_rc ph_walk_decision(ph_span bytes, json_t **ret, ph_buf *again)
{
    ph_decision d;
    const char *why = NULL;
    size_t offset = SIZE_MAX;
    ph_rc rc = ph_decision_read(bytes, &d, &why, &offset);

    if ((rc == PH_OK) != (why == NULL) || (rc != PH_OK && offset > bytes.len))
        return PH_BUG;
    if (rc != PH_OK)
        return rc;
    *ret = json_pack("{so so so so so ss so so so so so so}", "id", ph_say_hex(d.id.bytes, PH_UUID_BYTES), "unit",
                     ph_say_text(d.unit), "cluster", ph_say_text(d.cluster), "form", ph_say_text(d.form), "period",
                     ph_say_period(d.period), "kind", ph_decision_name(d.kind), "subject", say_or_nothing(d.subject),
                     "indicator", say_or_nothing(d.indicator), "value_digest",
                     ph_decision_is_of_cell(d.kind) ? ph_say_digest(&d.value) : json_null(), "due_us",
                     d.kind == PH_DECISION_EXTEND ? json_integer(d.due_us) : json_null(), "reason",
                     ph_say_text(d.reason), "agent_time_us", json_integer(d.agent_time_us));
    ph_decision_write(&d, again);
    return PH_OK;
}
