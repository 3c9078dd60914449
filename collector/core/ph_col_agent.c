/* ph_col_agent - the conversation with the aggregator as a state machine: no clock, no socket, seeded.   Layer:
 * collector/core (pure) */
#include "ph_col_agent.h"

#include <stdlib.h>
#include <string.h>

#include "ph_col_agent_parts.h"

enum { LASTING_S = 30, SPOOL_RETRY_S = 5 };

const char *ph_col_event_id(ph_col_event_kind kind)
{
    static const char *const ids[] = {
#define PH_X(name, id) id,
        PH_COL_EVENT_MAP(PH_X)
#undef PH_X
    };
    return ids[kind];
}

void ph_col_agent_tell(ph_col_agent *a, ph_col_event event)
{
    if (event.why == NULL)
        event.why = "";
    a->on_event(a->arg, &event);
}

void ph_col_agent_ignore(ph_col_agent *a, ph_rc rc, const char *why)
{
    a->counts.n_ignored++;
    ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_IGNORED, .rc = rc, .why = why});
}

ph_rc ph_col_agent_spool_rc(ph_col_agent *a, ph_rc rc, const char *what)
{
    if (rc == PH_OK)
        return PH_OK;
    ph_col_agent_tell(a, (ph_col_event){.kind = PH_COL_EV_SPOOL, .rc = rc, .why = what});
    if (ph_rc_class(rc) != PH_CLASS_FATAL)
        return PH_OK;
    a->fatal = rc;
    a->phase = PH_COL_PHASE_STOPPED;
    a->ops->close(a->link);
    return rc;
}

/* The last verified checkpoint, if it can be read: it is only a witness, its loss stops nothing. */
static void load_checkpoint(ph_col_agent *a)
{
    ph_buf_clear(&a->bytes);
    a->has_checkpoint = a->spool->ops->meta(a->spool, PH_COL_META_CHECKPOINT, &a->bytes) == PH_OK &&
                        ph_checkpoint_read(ph_buf_span(&a->bytes), &a->checkpoint) == PH_OK;
}

ph_rc ph_col_agent_new(const ph_col_agent_cfg *cfg, ph_col_spool *spool, const ph_col_link_ops *ops, void *link,
                       ph_col_event_fn on_event, void *arg, ph_col_agent **ret)
{
    ph_col_agent *a = calloc(1, sizeof *a);
    if (a == NULL)
        return PH_NOMEM;
    *a = (ph_col_agent){.cfg = *cfg, .spool = spool, .ops = ops, .link = link, .on_event = on_event, .arg = arg};
    a->phase = PH_COL_PHASE_WAITING;
    a->cause = PH_COL_CAUSE_STARTING;
    a->credit = PH_DEFAULT_CREDIT;
    a->look = true;
    ph_col_backoff_init(&a->backoff, cfg->times.backoff_min_us, cfg->times.backoff_max_us, cfg->seed);
    ph_buf_init(&a->frame, PH_ZMQ_MAXREPLY_BYTES);
    ph_buf_init(&a->bytes, PH_ZMQ_MAXREPLY_BYTES);
    ph_buf_init(&a->hearing.lines, PH_COL_MAX_CASES_BYTES);
    ph_buf_init(&a->hearing.found, PH_COL_MAX_CASES_BYTES);
    load_checkpoint(a);
    *ret = a;
    return PH_OK;
}

void ph_col_agent_free(ph_col_agent *a)
{
    if (a == NULL)
        return;
    a->ops->close(a->link);
    ph_buf_done(&a->frame);
    ph_buf_done(&a->bytes);
    ph_buf_done(&a->hearing.lines);
    ph_buf_done(&a->hearing.found);
    free(a);
}

void ph_col_agent_drop(ph_col_agent *a, ph_col_now now, ph_col_cause cause)
{
    a->ops->close(a->link);
    if (a->phase == PH_COL_PHASE_READY && now.mono_us - a->ready_since_us > LASTING_S * PH_US_PER_S)
        ph_col_backoff_reset(&a->backoff);
    a->phase = PH_COL_PHASE_WAITING;
    a->next_try_us = now.mono_us + ph_col_backoff_next_us(&a->backoff);
    a->n_flights = 0; /* still SENT in the spool: offered again, answered once */
    a->hello_sent = false;
    a->cause = cause;
    a->counts.n_reconnects++;
    ph_col_agent_tell(
        a, (ph_col_event){.kind = PH_COL_EV_LINK_DOWN, .cause = cause, .number = a->next_try_us - now.mono_us});
}

void ph_col_agent_link_lost(ph_col_agent *a, ph_col_now now, ph_col_cause cause)
{
    if (a->phase == PH_COL_PHASE_CONNECTING || a->phase == PH_COL_PHASE_READY)
        ph_col_agent_drop(a, now, cause);
}

void ph_col_agent_link_slow(ph_col_agent *a)
{
    if (a->phase == PH_COL_PHASE_CONNECTING && a->cause == PH_COL_CAUSE_STARTING)
        a->cause = PH_COL_CAUSE_NOT_GREETED;
}

void ph_col_agent_spool_changed(ph_col_agent *a)
{
    a->look = true;
    a->look_wanted = true;
}

void ph_col_agent_view_of(const ph_col_agent *a, ph_col_agent_view *ret)
{
    *ret = a->counts;
    ret->is_ready = a->phase == PH_COL_PHASE_READY;
    ret->cause = a->cause;
    ret->has_status = a->has_status;
    ret->n_in_flight = a->n_flights;
}

/* ---- sending ---- */

void ph_col_agent_delay(ph_col_agent *a, const ph_uuid *id, int64_t until_us)
{
    size_t i = 0;
    while (i < a->n_delays && !ph_uuid_eq(&a->delays[i].id, id))
        i++;
    if (i == PH_COL_MAX_DELAYED)
        i = 0; /* the oldest is tried early instead */
    a->delays[i] = (ph_col_delay){.id = *id, .until_us = until_us};
    if (i == a->n_delays)
        a->n_delays++;
}

static bool is_delayed(const ph_col_agent *a, const ph_uuid *id)
{
    for (size_t i = 0; i < a->n_delays; i++)
        if (ph_uuid_eq(&a->delays[i].id, id))
            return true;
    return false;
}

static void end_delays(ph_col_agent *a, int64_t mono_us)
{
    for (size_t i = 0; i < a->n_delays;)
        if (a->delays[i].until_us <= mono_us) {
            a->delays[i] = a->delays[--a->n_delays];
            a->look = true;
        } else {
            i++;
        }
}

static bool is_in_flight(const ph_col_agent *a, const ph_col_key *key)
{
    for (size_t i = 0; i < a->n_flights; i++)
        if (ph_col_key_eq(&a->flights[i].item.key, key))
            return true;
    return false;
}

void ph_col_agent_land(ph_col_agent *a, ph_col_flight *f)
{
    *f = a->flights[--a->n_flights];
    a->look = true;
}

/* What stops one item stops only that item. */
static ph_rc send_one(ph_col_agent *a, ph_col_now now, const ph_col_item *item)
{
    ph_rc rc = ph_col_agent_send_item(a, now, item);
    if (rc == PH_OK || a->fatal != PH_OK)
        return a->fatal;
    if (rc == PH_BUSY)
        a->send_after_us = now.mono_us + PH_US_PER_S;
    else
        ph_col_agent_delay(a, &item->id, now.mono_us + SPOOL_RETRY_S * PH_US_PER_S);
    return PH_OK;
}

static ph_rc send_pending(ph_col_agent *a, ph_col_now now)
{
    size_t n = 0;
    if (!a->look || a->n_flights >= a->credit || now.mono_us < a->send_after_us)
        return PH_OK;
    ph_rc rc = a->spool->ops->pending(a->spool, a->pending, PH_COL_MAX_PENDING, &n);
    if (rc != PH_OK) {
        a->send_after_us = now.mono_us + SPOOL_RETRY_S * PH_US_PER_S;
        return ph_col_agent_spool_rc(a, rc, "pending");
    }
    a->look = false;
    for (size_t i = 0; i < n && rc == PH_OK && a->phase == PH_COL_PHASE_READY; i++) {
        if (a->n_flights >= a->credit || now.mono_us < a->send_after_us) {
            a->look = true;
            break;
        }
        if (!is_in_flight(a, &a->pending[i].key) && !is_delayed(a, &a->pending[i].id))
            rc = send_one(a, now, &a->pending[i]);
    }
    return rc;
}

/* ---- time ---- */

static void connect(ph_col_agent *a, ph_col_now now)
{
    a->phase = PH_COL_PHASE_CONNECTING;
    a->connect_due_us = now.mono_us + a->cfg.times.connect_timeout_us;
    a->heard_us = now.mono_us;
    if (a->cause == PH_COL_CAUSE_NONE)
        a->cause = PH_COL_CAUSE_STARTING;
    load_checkpoint(a);
    if (a->ops->open(a->link) != PH_OK || ph_col_agent_send_hello(a) != PH_OK)
        ph_col_agent_drop(a, now, PH_COL_CAUSE_TCP);
}

static bool is_overdue(const ph_col_agent *a, int64_t mono_us)
{
    for (size_t i = 0; i < a->n_flights; i++)
        if (a->flights[i].due_us <= mono_us)
            return true;
    return false;
}

/* The roster cannot be seen from here: what it refused is offered again now and then. */
static ph_rc offer_forbidden(ph_col_agent *a)
{
    uint64_t n = 0;
    ph_rc rc = a->spool->ops->unpark(a->spool, PH_VERDICT_FORBIDDEN, &n);
    a->look = a->look || n > 0;
    return ph_col_agent_spool_rc(a, rc, "unpark");
}

static ph_rc be_ready(ph_col_agent *a, ph_col_now now)
{
    if (is_overdue(a, now.mono_us)) {
        ph_col_agent_drop(a, now, PH_COL_CAUSE_NO_RECEIPT);
        return PH_OK;
    }
    if (now.mono_us - a->heard_us >= 2 * a->cfg.times.ping_every_us) {
        ph_col_agent_drop(a, now, PH_COL_CAUSE_DROPPED);
        return PH_OK;
    }
    if (now.mono_us >= a->ping_due_us) {
        a->ping_due_us = now.mono_us + a->cfg.times.ping_every_us;
        (void)ph_col_agent_send_ping(a, now);
    }
    if (a->look_wanted)
        ph_col_agent_look_wanted(a, now);
    if (now.mono_us >= a->status_due_us && ph_col_agent_send_query(a, 0) == PH_OK) {
        a->status_due_us = now.mono_us + ph_col_backoff_stretch_us(&a->backoff, a->cfg.times.status_every_us);
        ph_rc rc = offer_forbidden(a);
        if (rc != PH_OK)
            return rc;
    }
    return send_pending(a, now);
}

static int64_t earliest(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

static int64_t next_due(const ph_col_agent *a)
{
    int64_t t = INT64_MAX;
    if (a->phase == PH_COL_PHASE_WAITING)
        return a->next_try_us;
    if (a->phase == PH_COL_PHASE_CONNECTING)
        return a->connect_due_us;
    if (a->phase == PH_COL_PHASE_STOPPED)
        return t;
    t = earliest(earliest(a->ping_due_us, a->status_due_us), a->heard_us + 2 * a->cfg.times.ping_every_us);
    for (size_t i = 0; i < a->n_flights; i++)
        t = earliest(t, a->flights[i].due_us);
    for (size_t i = 0; i < a->n_delays; i++)
        t = earliest(t, a->delays[i].until_us);
    return a->look && a->n_flights < a->credit ? earliest(t, a->send_after_us) : t;
}

void ph_col_agent_tune(ph_col_agent *a, ph_col_now now, const ph_col_agent_times *times)
{
    a->cfg.times = *times;
    ph_col_backoff_set(&a->backoff, times->backoff_min_us, times->backoff_max_us);
    a->next_try_us = earliest(a->next_try_us, now.mono_us + times->backoff_max_us);
    a->connect_due_us = earliest(a->connect_due_us, now.mono_us + times->connect_timeout_us);
    a->ping_due_us = earliest(a->ping_due_us, now.mono_us + times->ping_every_us);
    a->status_due_us = earliest(a->status_due_us, now.mono_us + times->status_every_us);
    a->heard_us = now.mono_us; /* else shorter patience would take a quiet line for dead */
}

ph_rc ph_col_agent_step(ph_col_agent *a, ph_col_now now, int64_t *ret_next_us)
{
    end_delays(a, now.mono_us);
    if (a->phase == PH_COL_PHASE_WAITING && now.mono_us >= a->next_try_us)
        connect(a, now);
    else if (a->phase == PH_COL_PHASE_CONNECTING && now.mono_us >= a->connect_due_us)
        ph_col_agent_drop(a, now, PH_COL_CAUSE_NO_WELCOME);
    ph_rc rc = a->phase == PH_COL_PHASE_READY ? be_ready(a, now) : a->fatal;
    *ret_next_us = next_due(a);
    return rc;
}
