/* ph_col_cmd_run - the daemon: one sender, health, metrics, until told to stop.   Layer: collector/app */
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_col_cmds.h"
#include "ph_col_sender.h"
#include "ph_daemon.h"
#include "ph_health.h"
#include "ph_locale.h"
#include "ph_log.h"
#include "ph_metrics.h"
#include "ph_notify.h"

enum { N_STATES = PH_COL_QUARANTINED };

/* The zero value is closed. */
typedef struct agent_daemon {
    ph_col_app *app;
    ph_lock lock;
    ph_loop *loop;
    ph_metrics *metrics;
    ph_health *health;
    ph_col_sender *sender;
    uint64_t n_applied, n_waiting; /* keys changed by the last reload: taken, and those that wait for a restart */
    ph_metric *items[N_STATES + 1], *is_connected, *in_flight, *sent, *judged, *refused, *ignored, *reconnects, *oldest;
} agent_daemon;

/* ---- metrics ---- */

typedef struct tally {
    uint64_t n[N_STATES + 1];
    int64_t oldest_us; /* of those that wait */
} tally;

static ph_rc count_item(void *arg, const ph_col_item *item)
{
    tally *t = arg;
    if ((int)item->state >= 1 && (int)item->state <= N_STATES)
        t->n[item->state]++;
    bool waits = item->state == PH_COL_QUEUED || item->state == PH_COL_SENT;
    if (waits && (t->oldest_us == 0 || item->spooled_at_us < t->oldest_us))
        t->oldest_us = item->spooled_at_us;
    return PH_OK;
}

static void refresh(void *arg)
{
    agent_daemon *d = arg;
    ph_col_agent_view v;
    tally t = {0};
    ph_col_sender_view(d->sender, &v);
    if (d->app->spool->ops->list(d->app->spool, 0, count_item, &t) != PH_OK)
        return;
    for (size_t i = 1; i <= N_STATES; i++)
        ph_metric_set(d->items[i], (double)t.n[i]);
    int64_t age_us = t.oldest_us == 0 ? 0 : ph_clock_now_us() - t.oldest_us;
    ph_metric_set(d->oldest, age_us > 0 ? (double)age_us / 1e6 : 0);
    ph_metric_set(d->is_connected, v.is_ready ? 1 : 0);
    ph_metric_set(d->in_flight, (double)v.n_in_flight);
    ph_metric_set_total(d->sent, v.n_sent);
    ph_metric_set_total(d->judged, v.n_judged);
    ph_metric_set_total(d->refused, v.n_refused);
    ph_metric_set_total(d->ignored, v.n_ignored);
    ph_metric_set_total(d->reconnects, v.n_reconnects);
}

static ph_rc make_metrics(agent_daemon *d)
{
    ph_rc rc = ph_metrics_open("collector", &d->metrics);
    if (rc != PH_OK)
        return rc;
    ph_metrics *m = d->metrics;
    for (size_t i = 1; i <= N_STATES; i++)
        d->items[i] = ph_metrics_gauge(m, "spool_items", "Items in the spool by state",
                                       PH_LABELS({"state", ph_col_state_name((ph_col_state)i)}));
    d->oldest = ph_metrics_gauge(m, "oldest_waiting_seconds", "Age of the oldest unanswered item", PH_NO_LABELS);
    d->is_connected = ph_metrics_gauge(m, "connected", "1 while the aggregator has welcomed us", PH_NO_LABELS);
    d->in_flight = ph_metrics_gauge(m, "in_flight_submissions", "Submissions sent and not answered", PH_NO_LABELS);
    d->sent = ph_metrics_counter(m, "sent_total", "Submissions sent, repeats included", PH_NO_LABELS);
    d->judged = ph_metrics_counter(m, "receipts_total", "Receipts verified and stored", PH_NO_LABELS);
    d->refused = ph_metrics_counter(m, "refusals_total", "Refusals received", PH_NO_LABELS);
    d->ignored =
        ph_metrics_counter(m, "ignored_frames_total", "Frames that were broken, foreign or forged", PH_NO_LABELS);
    d->reconnects = ph_metrics_counter(m, "reconnects_total", "Connections given up", PH_NO_LABELS);
    return ph_metrics_on_scrape(m, refresh, d);
}

/* ---- health ---- */

static void check_link(void *arg, int64_t now_us, ph_ready *ret)
{
    const agent_daemon *d = arg;
    ph_col_agent_view v;
    (void)now_us;
    ph_col_sender_view(d->sender, &v);
    if (v.is_ready)
        ph_ready_yes(ret);
    else
        ph_ready_no(ret, ph_col_cause_remedy(v.cause, PH_LANG_EN), "%s", ph_col_cause_word(v.cause, PH_LANG_EN));
}

static void check_spool(void *arg, int64_t now_us, ph_ready *ret)
{
    agent_daemon *d = arg;
    (void)now_us;
    ph_rc rc = d->app->spool->ops->put_meta(d->app->spool, "probe", ph_span_str("1"));
    if (rc == PH_OK)
        ph_ready_yes(ret);
    else
        ph_ready_no(ret, "see whether its disk is full or read-only (df, mount)", "the spool cannot be written: %s",
                    ph_rc_text(rc));
}

static ph_rc open_health(agent_daemon *d, ph_err *err)
{
    ph_rc rc = ph_health_open(d->loop, d->metrics, d->app->cfg.health, &d->health, err);
    if (rc == PH_OK)
        rc = ph_health_add(d->health, "aggregator", check_link, d);
    if (rc == PH_OK)
        rc = ph_health_add(d->health, "spool", check_spool, d);
    return rc;
}

/* ---- reload ---- */

static void on_change(void *arg, const ph_cfg_key *key, const char *was, const char *is, bool applied)
{
    agent_daemon *d = arg;
    d->n_applied += applied;
    d->n_waiting += !applied;
    PH_LOG(PH_LOG_NOTICE, "col.config.changed", PH_KV_STR("key", key->name), PH_KV_STR("was", was), PH_KV_STR("is", is),
           PH_KV_BOOL("applied", applied), PH_KV_STR("do", applied ? "" : "restart to apply"));
}

static void on_error(void *arg, const ph_err *err)
{
    (void)arg;
    PH_LOG(PH_LOG_ERROR, "col.config.bad", PH_KV_ERR(err));
}

/* Times change while running. Keys, cards, registry and spool are of one piece with what is on its way: a restart is as
 * good, since starting is recovering. */
static ph_rc on_hangup(void *arg, int signo)
{
    agent_daemon *d = arg;
    ph_err err = {0};
    (void)signo;
    d->n_applied = d->n_waiting = 0;
    ph_notify_reloading();
    ph_rc rc = ph_cfg_reload(&ph_col_cfg_schema, &d->app->args->config, &d->app->cfg, on_change, on_error, d, &err);
    const char *next = rc != PH_OK ? "mend the configuration; the old one goes on"
                                   : "nothing for times; restart for a new registry, card, key or address";
    PH_LOG(rc == PH_OK ? PH_LOG_NOTICE : PH_LOG_ERROR, "col.config.read", PH_KV_RC("rc", rc),
           PH_KV_UINT("applied", d->n_applied), PH_KV_UINT("need_restart", d->n_waiting), PH_KV_STR("do", next));
    ph_notify_ready(d->app->aggregator.address);
    return d->n_applied > 0 ? ph_col_sender_tune(d->sender) : PH_OK;
}

/* ---- life ---- */

static ph_rc open_parts(ph_col_app *app, ph_err *err)
{
    ph_rc rc = ph_col_app_config(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_registry(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_keys(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_card(app, err);
    return rc;
}

static ph_rc begin(agent_daemon *d, ph_err *err)
{
    ph_rc rc = ph_col_sender_lock(d->app, &d->lock, err);
    if (rc == PH_OK)
        rc = ph_col_app_spool(d->app, err);
    if (rc == PH_OK)
        rc = ph_loop_open(&d->loop, err);
    if (rc == PH_OK)
        rc = ph_daemon_attach(d->loop);
    if (rc == PH_OK)
        rc = ph_loop_on_signal(d->loop, SIGHUP, on_hangup, d);
    if (rc == PH_OK)
        rc = ph_col_sender_open(d->app, d->loop, NULL, NULL, &d->sender, err);
    if (rc == PH_OK)
        rc = make_metrics(d);
    return rc == PH_OK ? open_health(d, err) : rc;
}

static void end(agent_daemon *d)
{
    ph_health_close(d->health);
    ph_col_sender_close(d->sender);
    ph_metrics_close(d->metrics);
    ph_loop_close(d->loop);
    ph_lock_release(&d->lock);
}

static ph_rc explain(ph_rc rc, const ph_col_app *app, ph_err *err)
{
    if (rc == PH_OK || err->what[0] != '\0')
        return rc;
    (void)ph_err_set(err, rc, "col.stopped", app->aggregator.address, "%s",
                     rc == PH_HISTORY ? ph_col_cause_word(PH_COL_CAUSE_HISTORY, app->lang) : ph_rc_text(rc));
    ph_err_means(
        err, "%s",
        PH_T("mọi bản chưa có biên nhận vẫn nằm trong spool", "everything without a receipt is still in the spool"));
    if (rc == PH_HISTORY)
        ph_err_hint(err, "%s", ph_col_cause_remedy(PH_COL_CAUSE_HISTORY, app->lang));
    return rc;
}

ph_rc ph_col_cmd_run(ph_col_app *app, ph_err *err)
{
    agent_daemon d = {.app = app};
    ph_rc rc = ph_daemon_begin("collector", err);
    if (rc == PH_OK)
        rc = open_parts(app, err);
    if (rc == PH_OK)
        rc = begin(&d, err);
    if (rc == PH_OK) {
        PH_LOG(PH_LOG_NOTICE, "col.started", PH_KV_STR("unit", app->cfg.unit),
               PH_KV_STR("aggregator", app->aggregator.address), PH_KV_STR("spool", app->cfg.spool),
               PH_KV_UINT("health_port", ph_health_port(d.health)));
        ph_notify_ready(app->aggregator.address);
        rc = explain(ph_loop_run(d.loop), app, err);
        PH_LOG(PH_LOG_NOTICE, "col.stopped", PH_KV_RC("rc", rc), PH_KV_INT("signal", ph_loop_stop_signal(d.loop)));
    }
    end(&d);
    return rc;
}
