/* ph_col_agent_send - the frames that the agent sends.   Layer: collector/core (pure) */
#include <string.h>

#include "ph_col_agent_parts.h"
#include "ph_frame.h"
#include "ph_submission.h"

static ph_rc send_frame(ph_col_agent *a)
{
    return a->frame.rc != PH_OK ? a->frame.rc : a->ops->send(a->link, ph_buf_span(&a->frame));
}

static ph_span body_of(const ph_buf *frame)
{
    return frame->len < PH_FRAME_HEADER_BYTES
               ? ph_span_str("")
               : ph_span_of(frame->ptr + PH_FRAME_HEADER_BYTES, frame->len - PH_FRAME_HEADER_BYTES);
}

ph_rc ph_col_agent_send_hello(ph_col_agent *a)
{
    ph_hello h = {.version_min = PH_WIRE_VERSION_MIN,
                  .version_max = PH_WIRE_VERSION_MAX,
                  .agent = ph_span_str(a->cfg.agent),
                  .unit = ph_span_str(a->cfg.unit),
                  .registry = a->cfg.registry,
                  .has_checkpoint = a->has_checkpoint,
                  .checkpoint = a->checkpoint};
    ph_buf_clear(&a->frame);
    ph_frame_begin(&a->frame, PH_MSG_HELLO);
    ph_hello_write(&h, &a->frame);
    a->hello_frame = ph_digest_of_span(ph_buf_span(&a->frame));
    a->hello_body = ph_digest_of_span(body_of(&a->frame));
    a->hello_sent = true;
    return send_frame(a);
}

ph_rc ph_col_agent_send_query(ph_col_agent *a, uint32_t n_skipped)
{
    ph_query q = {
        .number = a->n_queries + 1, .wants_expected = n_skipped == 0, .wants_cases = true, .n_skipped = n_skipped};
    if (n_skipped == 0)
        ph_col_agent_begin_cases(a);
    ph_buf_clear(&a->frame);
    ph_frame_begin(&a->frame, PH_MSG_QUERY);
    ph_query_write(&q, &a->frame);
    ph_rc rc = send_frame(a);
    if (rc == PH_OK)
        a->n_queries++;
    return rc;
}

static ph_rc send_beat(ph_col_agent *a, ph_col_now now, ph_msg_type type, uint32_t number)
{
    ph_ping p = {.number = number, .time_us = now.wall_us, .n_waiting = (uint32_t)a->n_flights};
    ph_buf_clear(&a->frame);
    ph_frame_begin(&a->frame, type);
    ph_ping_write(&p, &a->frame);
    return send_frame(a);
}

ph_rc ph_col_agent_send_ping(ph_col_agent *a, ph_col_now now)
{
    return send_beat(a, now, PH_MSG_PING, ++a->n_pings);
}

ph_rc ph_col_agent_send_pong(ph_col_agent *a, ph_col_now now, uint32_t number)
{
    return send_beat(a, now, PH_MSG_PONG, number);
}

static ph_rc park_too_large(ph_col_agent *a, const ph_col_item *item)
{
    ph_rc rc = a->spool->ops->park(a->spool, &item->id, PH_VERDICT_TOO_LARGE, ph_span_str("agent.frame.too_large"));
    if (rc != PH_OK)
        return rc;
    ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_PARKED,
                                        .item = item,
                                        .verdict = PH_VERDICT_TOO_LARGE,
                                        .why = "agent.frame.too_large"});
    a->look = true;
    return PH_OK;
}

/* The bytes are not what was stored: put aside, named, never deleted. */
static ph_rc quarantine(ph_col_agent *a, const ph_col_item *item)
{
    ph_rc rc = a->spool->ops->quarantine(a->spool, &item->id, ph_span_str("spool.bytes.damaged"));
    if (rc == PH_OK)
        ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_QUARANTINED, .item = item, .why = "spool.bytes.damaged"});
    else
        ph_col_agent_delay(a, &item->id, INT64_MAX); /* cannot be marked: left out while this process lives */
    a->look = true;
    return PH_OK;
}

static ph_msg_type type_of(ph_entry_kind kind)
{
    return kind == PH_ENTRY_EXPLANATION ? PH_MSG_EXPLANATION
           : kind == PH_ENTRY_DECISION  ? PH_MSG_DECISION
                                        : PH_MSG_SUBMISSION;
}

ph_rc ph_col_agent_send_item(ph_col_agent *a, ph_col_now now, const ph_col_item *item)
{
    ph_envelope e;
    ph_buf_clear(&a->frame);
    ph_frame_begin(&a->frame, type_of(item->kind));
    ph_rc rc = a->spool->ops->load(a->spool, &item->id, &a->frame);
    if (rc == PH_CORRUPT || (rc == PH_OK && ph_envelope_read(body_of(&a->frame), &e) != PH_OK))
        return quarantine(a, item);
    if (rc == PH_OK && a->max_frame != 0 && a->frame.len > a->max_frame)
        return park_too_large(a, item);
    if (rc == PH_OK)
        rc = a->spool->ops->mark_sent(a->spool, &item->id, now.wall_us);
    if (rc == PH_CONFLICT) { /* another process replaced it meanwhile */
        a->look = true;
        return PH_OK;
    }
    if (rc != PH_OK) {
        ph_rc fatal = ph_col_agent_spool_rc(a, rc, "mark_sent");
        return fatal != PH_OK ? fatal : rc == PH_BUSY ? PH_IO : rc;
    }
    rc = send_frame(a);
    if (rc != PH_OK)
        return rc;
    ph_col_flight *f = &a->flights[a->n_flights++];
    *f = (ph_col_flight){.item = *item,
                         .frame_body = ph_digest_of_span(body_of(&a->frame)),
                         .frame = ph_digest_of_span(ph_buf_span(&a->frame)),
                         .due_us = now.mono_us + a->cfg.times.answer_timeout_us};
    f->item.state = PH_COL_SENT;
    a->counts.n_sent++;
    ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_SENT, .item = &f->item});
    return PH_OK;
}
