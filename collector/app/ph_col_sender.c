/* ph_col_sender - the agent at work: loop, link and state machine together; whoever holds the sender's lock runs one.
 * Layer: collector/app */
#include "ph_col_sender.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_col_link.h"
#include "ph_identity.h"
#include "ph_log.h"
#include "ph_zmq.h"

enum { LOOK_MS = 300 };

struct ph_col_sender {
    ph_col_app *app;
    ph_loop *loop;
    ph_col_event_fn on_event;
    void *arg;
    void *context;
    ph_col_link *link;
    ph_col_agent *agent;
    ph_loop_id on_due, on_look;
    int64_t change; /* of the spool, seen last */
};

ph_rc ph_col_sender_lock(const ph_col_app *app, ph_lock *ret, ph_err *err)
{
    char path[PH_COL_PATH_BYTES + 8];
    snprintf(path, sizeof path, "%s.lock", app->cfg.spool);
    return ph_lock_take(path, ret, err);
}

static ph_col_now now(void)
{
    return (ph_col_now){.mono_us = ph_clock_mono_us(), .wall_us = ph_clock_now_us()};
}

/* ---- what happened, once, at the edge ---- */

static ph_log_level level_of(const ph_col_event *e)
{
    switch (e->kind) {
    case PH_COL_EV_QUARANTINED:
    case PH_COL_EV_HISTORY:
        return PH_LOG_ERROR;
    case PH_COL_EV_LINK_DOWN:
    case PH_COL_EV_PARKED:
    case PH_COL_EV_IGNORED:
    case PH_COL_EV_EPOCH:
    case PH_COL_EV_REGISTRY:
    case PH_COL_EV_CLOCK:
    case PH_COL_EV_SPOOL:
        return PH_LOG_WARNING;
    case PH_COL_EV_SENT:
    case PH_COL_EV_STATUS:
        return PH_LOG_DEBUG;
    case PH_COL_EV_LINK_UP:
    case PH_COL_EV_JUDGED:
    case PH_COL_EV_REFUSED:
    case PH_COL_EVENT_COUNT:
        break;
    }
    return PH_LOG_INFO;
}

static void log_event(const ph_col_event *e)
{
    char id[PH_UUID_TEXT_BYTES] = "-";
    const char *verdict = e->verdict == 0 ? "-" : ph_verdict_name(e->verdict);
    if (e->item != NULL)
        ph_uuid_print(&e->item->id, id);
    if (e->kind == PH_COL_EV_LINK_UP || e->kind == PH_COL_EV_LINK_DOWN)
        PH_LOG(level_of(e), ph_col_event_id(e->kind), PH_KV_STR("cause", ph_col_cause_code(e->cause)),
               PH_KV_STR("why", ph_col_cause_word(e->cause, PH_LANG_EN)),
               PH_KV_STR("do", ph_col_cause_remedy(e->cause, PH_LANG_EN)), PH_KV_INT("retry_ms", e->number / 1000));
    else if (e->item != NULL)
        PH_LOG(level_of(e), ph_col_event_id(e->kind), PH_KV_STR("id", id),
               PH_KV_STR("kind", ph_entry_kind_name(e->item->kind)), PH_KV_UINT("revision", e->item->revision),
               PH_KV_STR("verdict", verdict), PH_KV_STR("why", e->why), PH_KV_INT("retry_ms", e->number / 1000));
    else
        PH_LOG(level_of(e), ph_col_event_id(e->kind), PH_KV_RC("rc", e->rc), PH_KV_STR("why", e->why),
               PH_KV_INT("n", e->number));
}

/* So that status, another process, can say how the connection is. A spool that cannot be written loses this, nothing
 * else. */
static void note_link(ph_col_sender *s, ph_col_cause cause)
{
    char text[128];
    snprintf(text, sizeof text, "%s %" PRId64, ph_col_cause_code(cause), ph_clock_now_us());
    ph_rc rc = s->app->spool->ops->put_meta(s->app->spool, PH_COL_META_LINK, ph_span_str(text));
    if (rc != PH_OK)
        PH_LOG(PH_LOG_WARNING, "col.spool.failed", PH_KV_RC("rc", rc), PH_KV_STR("why", "link"));
}

static void on_event(void *arg, const ph_col_event *e)
{
    ph_col_sender *s = arg;
    log_event(e);
    if (e->kind == PH_COL_EV_LINK_UP || e->kind == PH_COL_EV_LINK_DOWN || e->kind == PH_COL_EV_HISTORY)
        note_link(s, e->cause);
    if (s->on_event != NULL)
        s->on_event(s->arg, e);
}

/* ---- turns ---- */

static ph_rc on_due(void *arg, int64_t now_us);

static ph_rc turn(ph_col_sender *s)
{
    int64_t next = 0;
    ph_loop_remove(s->loop, s->on_due);
    s->on_due = 0;
    ph_rc rc = ph_col_agent_step(s->agent, now(), &next);
    if (rc == PH_OK && next != INT64_MAX)
        rc = ph_loop_timer_at(s->loop, next, on_due, s, &s->on_due);
    return rc;
}

static ph_rc on_due(void *arg, int64_t now_us)
{
    (void)now_us;
    return turn(arg);
}

static ph_rc on_look(void *arg, int64_t now_us)
{
    ph_col_sender *s = arg;
    int64_t change = s->change;
    (void)now_us;
    if (s->app->spool->ops->change(s->app->spool, &change) != PH_OK || change == s->change)
        return PH_OK;
    s->change = change;
    ph_col_agent_spool_changed(s->agent);
    return turn(s);
}

static ph_rc on_frame(void *arg, ph_span bytes)
{
    ph_col_sender *s = arg;
    ph_rc rc = ph_col_agent_frame(s->agent, now(), bytes);
    return rc == PH_OK ? turn(s) : rc;
}

static ph_rc on_lost(void *arg, ph_col_cause cause)
{
    ph_col_sender *s = arg;
    ph_col_agent_link_lost(s->agent, now(), cause);
    return turn(s);
}

static void on_slow(void *arg)
{
    ph_col_sender *s = arg;
    ph_col_agent_link_slow(s->agent);
}

/* ---- life ---- */

static ph_col_agent_times times_of(const ph_col_app *app)
{
    return (ph_col_agent_times){.connect_timeout_us = app->cfg.connect_timeout_us,
                                .answer_timeout_us = app->cfg.answer_timeout_us,
                                .ping_every_us = app->cfg.ping_every_us,
                                .status_every_us = app->cfg.status_every_us,
                                .backoff_min_us = app->cfg.retry_min_us,
                                .backoff_max_us = app->cfg.retry_max_us};
}

static void fill(const ph_col_app *app, ph_col_agent_cfg *c)
{
    *c = (ph_col_agent_cfg){.registry = *ph_registry_digest(app->registry), .times = times_of(app)};
    ph_random(&c->seed, sizeof c->seed);
    (void)ph_span_copy(ph_span_str(app->cfg.unit), c->unit, sizeof c->unit);
    (void)ph_span_copy(ph_span_str("phusa-collector " PH_VERSION), c->agent, sizeof c->agent);
    memcpy(c->receipt_key, app->aggregator.sign_public, sizeof c->receipt_key);
}

ph_rc ph_col_sender_open(ph_col_app *app, ph_loop *loop, ph_col_event_fn fn, void *arg, ph_col_sender **ret,
                         ph_err *err)
{
    ph_col_agent_cfg cfg;
    ph_col_sender *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ph_err_set(err, PH_NOMEM, "sender.memory", "", "%s", ph_rc_text(PH_NOMEM));
    *s = (ph_col_sender){.app = app, .loop = loop, .on_event = fn, .arg = arg};
    const ph_col_link_handler handler = {.frame = on_frame, .lost = on_lost, .slow = on_slow, .arg = s};
    fill(app, &cfg);
    ph_rc rc = ph_zmq_context_open(&s->context, err);
    if (rc == PH_OK)
        rc = ph_col_link_new(s->context, loop, app->curve, app->aggregator.curve_public, app->aggregator.address,
                             &handler, &s->link);
    if (rc == PH_OK)
        rc = ph_col_agent_new(&cfg, app->spool, &ph_col_link_zmq, s->link, on_event, s, &s->agent);
    if (rc == PH_OK)
        rc = ph_loop_timer_every(loop, LOOK_MS * PH_CFG_MS, on_look, s, &s->on_look);
    if (rc == PH_OK)
        rc = ph_loop_timer_at(loop, ph_clock_mono_us(), on_due, s, &s->on_due);
    if (rc == PH_OK) {
        *ret = s;
        return PH_OK;
    }
    ph_col_sender_close(s);
    return err->what[0] != '\0' ? rc
                                : ph_err_set(err, rc, "sender.open", app->aggregator.address, "%s", ph_rc_text(rc));
}

void ph_col_sender_close(ph_col_sender *s)
{
    if (s == NULL)
        return;
    ph_loop_remove(s->loop, s->on_due);
    ph_loop_remove(s->loop, s->on_look);
    ph_col_agent_free(s->agent);
    ph_col_link_free(s->link);
    ph_zmq_context_close(s->context);
    free(s);
}

ph_rc ph_col_sender_tune(ph_col_sender *s)
{
    const ph_col_agent_times times = times_of(s->app);
    ph_col_agent_tune(s->agent, now(), &times);
    return turn(s);
}

ph_rc ph_col_sender_look(ph_col_sender *s)
{
    ph_col_agent_spool_changed(s->agent);
    return turn(s);
}

void ph_col_sender_view(const ph_col_sender *s, ph_col_agent_view *ret)
{
    ph_col_agent_view_of(s->agent, ret);
}
