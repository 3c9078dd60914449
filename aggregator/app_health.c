/* app_health - readiness checks, and the gauges that are read when somebody asks.   Layer: aggregator (app) */
#include "ph_agg_app.h"

#include "ph_agg_sqlite.h"
#include "ph_clock.h"

#define STALE_FACTOR 3                 /* probes that may be missed */
#define ZAP_STALE_US (5 * PH_US_PER_S) /* its thread turns twice a second */

static void is_ledger_ready(void *arg, int64_t now_mono_us, ph_ready *ret)
{
    const ph_agg_app *app = arg;
    int64_t age = now_mono_us - app->last_commit_us;
    if (app->trouble[0] != '\0')
        ph_ready_no(ret, "look for agg.commit.failed in the log and at the ledger's disk", "the last commit failed: %s",
                    app->trouble);
    else if (age > STALE_FACTOR * app->cfg.probe_us + PH_US_PER_S)
        ph_ready_no(ret, "look at the load of the machine and of the ledger's disk", "no durable write for %lld s",
                    (long long)(age / PH_US_PER_S));
    else
        ph_ready_yes(ret);
}

static void is_space_ready(void *arg, int64_t now_mono_us, ph_ready *ret)
{
    const ph_agg_app *app = arg;
    (void)now_mono_us;
    if (app->no_space)
        ph_ready_no(ret, "free space on the ledger's disk; submissions are told NO_SPACE and stay at the provinces",
                    "less than min_free (%lld bytes) is free, or a commit found no space",
                    (long long)app->cfg.min_free_bytes);
    else
        ph_ready_yes(ret);
}

static void is_authenticator_ready(void *arg, int64_t now_mono_us, ph_ready *ret)
{
    const ph_agg_app *app = arg;
    int64_t age = now_mono_us - ph_zap_last_turn_us(app->zap);
    if (age > ZAP_STALE_US)
        ph_ready_no(ret, "restart the aggregator; without its authenticator nobody can connect",
                    "the authenticator's thread has not turned for %lld s", (long long)(age / PH_US_PER_S));
    else
        ph_ready_yes(ret);
}

static void refresh(void *arg)
{
    ph_agg_app *app = arg;
    ph_agg_stats *s = &app->stats;
    const ph_ledger_head *head = ph_engine_head(app->engine);
    const ph_router_counts *net = ph_router_count(app->router);
    ph_zap_counts zap = ph_zap_count(app->zap);
    ph_metric_set(s->log_entries, (double)head->last_seq);
    ph_metric_set(s->records, (double)head->last_record);
    ph_metric_set(s->durable_records, (double)head->durable_record);
    ph_metric_set(s->seal_at, (double)head->sealed_at_us / 1e6);
    ph_metric_set(s->wal_pages, (double)ph_agg_sqlite_wal_pages(app->store));
    ph_metric_set(s->peers, (double)ph_router_n_peers(app->router));
    ph_metric_set_total(s->unnamed, net->n_unnamed);
    ph_metric_set_total(s->unsent, net->n_unsent);
    ph_metric_set_total(s->in_bytes, net->n_in_bytes);
    ph_metric_set_total(s->out_bytes, net->n_out_bytes);
    ph_metric_set_total(s->zap_allowed, zap.n_allowed);
    ph_metric_set_total(s->zap_unknown, zap.n_unknown);
    ph_metric_set_total(s->zap_revoked, zap.n_revoked);
    ph_metric_set_total(s->zap_malformed, zap.n_malformed);
}

ph_rc ph_agg_app_open_health(ph_agg_app *app, ph_err *err)
{
    ph_rc rc = ph_health_open(app->loop, app->metrics, app->cfg.metrics, &app->health, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_metrics_on_scrape(app->metrics, refresh, app);
    if (rc == PH_OK)
        rc = ph_health_add(app->health, "ledger", is_ledger_ready, app);
    if (rc == PH_OK)
        rc = ph_health_add(app->health, "space", is_space_ready, app);
    if (rc == PH_OK)
        rc = ph_health_add(app->health, "authenticator", is_authenticator_ready, app);
    return rc == PH_OK ? rc : ph_err_set(err, rc, "agg.health", app->cfg.metrics, "%s", ph_rc_text(rc));
}
