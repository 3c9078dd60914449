/* ph_col_agent_session - what the aggregator says besides receipts: welcome, status, pings.   Layer: collector/core
 * (pure) */
#include <string.h>

#include "ph_col_agent_parts.h"
#include "ph_frame.h"

enum { CLOCK_TOLERANCE_S = 300 };

static ph_rc adopt_epoch(ph_col_agent *a, const ph_uuid *epoch)
{
    uint64_t n = 0;
    ph_buf_clear(&a->bytes);
    ph_rc rc = a->spool->ops->meta(a->spool, PH_COL_META_EPOCH, &a->bytes);
    if (rc == PH_OK && a->bytes.len == sizeof epoch->bytes &&
        memcmp(a->bytes.ptr, epoch->bytes, sizeof epoch->bytes) == 0)
        return PH_OK;
    bool first = rc == PH_NOT_FOUND;
    rc = a->spool->ops->adopt_epoch(a->spool, epoch, &n);
    if (rc != PH_OK)
        return rc;
    a->has_checkpoint = false;
    if (!first)
        ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_EPOCH, .number = (int64_t)n});
    return PH_OK;
}

/* Another version or another limit over there: what was refused for that may pass now. */
static ph_rc offer_parked(ph_col_agent *a, const ph_welcome *w)
{
    static const ph_verdict curable[] = {PH_VERDICT_UPGRADE, PH_VERDICT_MALFORMED, PH_VERDICT_TOO_LARGE};
    bool same = ph_span_is(w->server, a->server) && w->max_frame_bytes == a->max_frame;
    ph_rc rc = PH_OK;
    uint64_t n;
    for (size_t i = 0; !same && a->server[0] != '\0' && rc == PH_OK && i < sizeof curable / sizeof curable[0]; i++)
        rc = a->spool->ops->unpark(a->spool, curable[i], &n);
    if (!ph_span_copy(w->server, a->server, sizeof a->server))
        a->server[0] = '?';
    a->max_frame = w->max_frame_bytes;
    return rc;
}

static ph_rc take_welcome(ph_col_agent *a, ph_col_now now, ph_span body)
{
    ph_welcome w;
    ph_rc rc = ph_welcome_read(body, &w);
    if (rc != PH_OK || a->phase != PH_COL_PHASE_CONNECTING) {
        ph_col_agent_ignore(a, rc, "welcome");
        return PH_OK;
    }
    rc = adopt_epoch(a, &w.epoch);
    if (rc == PH_OK)
        rc = offer_parked(a, &w);
    if (rc != PH_OK) {
        rc = ph_col_agent_spool_rc(a, rc, "welcome");
        if (rc == PH_OK)
            ph_col_agent_drop(a, now, PH_COL_CAUSE_STARTING);
        return rc;
    }
    a->phase = PH_COL_PHASE_READY;
    a->cause = PH_COL_CAUSE_NONE;
    a->ready_since_us = now.mono_us;
    a->ping_due_us = now.mono_us + a->cfg.times.ping_every_us;
    a->status_due_us = now.mono_us;
    a->credit = w.credit == 0 ? 1 : w.credit > PH_COL_MAX_PENDING ? PH_COL_MAX_PENDING : w.credit;
    a->look = true;
    a->counts.epoch = w.epoch;
    a->counts.tree_size = w.tree_size;
    ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_LINK_UP, .cause = PH_COL_CAUSE_NONE, .why = a->server});
    if (!ph_digest_eq(&w.registry, &a->cfg.registry))
        ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_REGISTRY});
    int64_t ahead = now.wall_us - w.server_time_us;
    if (ahead > CLOCK_TOLERANCE_S * PH_US_PER_S || ahead < -CLOCK_TOLERANCE_S * PH_US_PER_S)
        ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_CLOCK, .number = ahead});
    return PH_OK;
}

static ph_rc keep_standing(ph_col_agent *a, ph_col_now now, const ph_expected *e)
{
    ph_col_standing s = {.state = e->state,
                         .due_us = e->due_us,
                         .highest_revision = e->highest_revision,
                         .last_revision = e->last_revision,
                         .last_digest = e->last_digest,
                         .n_held = e->n_held,
                         .heard_at_us = now.wall_us};
    s.key.period = e->period;
    if (!ph_span_copy(e->cluster, s.key.cluster, sizeof s.key.cluster) ||
        !ph_span_copy(e->form, s.key.form, sizeof s.key.form))
        return PH_MALFORMED;
    return a->spool->ops->put_standing(a->spool, &s);
}

static ph_rc take_status(ph_col_agent *a, ph_col_now now, ph_span body)
{
    ph_status s;
    ph_rc rc = ph_status_read(body, a->expected, a->cases, &s);
    if (rc != PH_OK || s.number != a->n_queries) {
        ph_col_agent_ignore(a, rc, "status");
        return PH_OK;
    }
    for (size_t i = 0; i < s.n_expected && rc == PH_OK; i++)
        rc = keep_standing(a, now, &s.expected[i]);
    if (rc == PH_OK)
        rc = a->spool->ops->put_meta(a->spool, PH_COL_META_HEARD, ph_span_str("1"));
    if (rc == PH_OK)
        rc = ph_col_agent_take_cases(a, now, &s);
    a->has_status = rc == PH_OK;
    if (rc == PH_OK)
        ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_STATUS, .number = (int64_t)s.n_expected});
    return ph_col_agent_spool_rc(a, rc, "status");
}

static ph_rc take_ping(ph_col_agent *a, ph_col_now now, ph_msg_type type, ph_span body)
{
    ph_ping p;
    ph_rc rc = ph_ping_read(body, &p);
    if (rc != PH_OK) {
        ph_col_agent_ignore(a, rc, "ping");
        return PH_OK;
    }
    a->counts.n_waiting_at_peer = p.n_waiting;
    if (type == PH_MSG_PING)
        (void)ph_col_agent_send_pong(a, now, p.number);
    return PH_OK;
}

ph_rc ph_col_agent_frame(ph_col_agent *a, ph_col_now now, ph_span bytes)
{
    ph_frame f;
    ph_rc rc = ph_frame_split(bytes, PH_MAX_REPLY_BYTES, &f);
    if (rc != PH_OK || a->phase == PH_COL_PHASE_WAITING || a->phase == PH_COL_PHASE_STOPPED) {
        ph_col_agent_ignore(a, rc, "frame");
        return a->fatal;
    }
    a->heard_us = now.mono_us;
    switch (f.type) {
    case PH_MSG_WELCOME:
        return take_welcome(a, now, f.body);
    case PH_MSG_RECEIPT:
        return ph_col_agent_take_receipts(a, now, f.body);
    case PH_MSG_REFUSAL:
        return ph_col_agent_take_refusal(a, now, f.body);
    case PH_MSG_STATUS:
        return take_status(a, now, f.body);
    case PH_MSG_PING:
    case PH_MSG_PONG:
        return take_ping(a, now, f.type, f.body);
    case PH_MSG_HELLO:
    case PH_MSG_SUBMISSION:
    case PH_MSG_QUERY:
    case PH_MSG_EXPLANATION:
    case PH_MSG_DECISION:
    case PH_MSG_REGISTRY:
    case PH_MSG_CHUNK:
        break;
    }
    ph_col_agent_ignore(a, PH_MALFORMED, ph_msg_name(f.type));
    return PH_OK;
}
