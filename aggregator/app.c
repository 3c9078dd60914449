/* app - opens everything in the order in which it may fail, closes it in reverse.   Layer: aggregator (app) */
#include "ph_agg_app.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ph_agg_cmd.h"
#include "ph_agg_rootkey.h"
#include "ph_agg_sqlite.h"
#include "ph_clock.h"
#include "ph_daemon.h"
#include "ph_log.h"
#include "ph_notify.h"
#include "ph_zmq.h"

static ph_rc open_keys(ph_agg_app *app, ph_err *err)
{
    ph_rc rc = ph_identity_load(app->cfg.curve_key, PH_IDENTITY_CURVE, &app->curve, err);
    if (rc == PH_OK)
        rc = ph_identity_load(app->cfg.receipt_key, PH_IDENTITY_SIGN, &app->receipt, err);
    if (rc == PH_OK)
        rc = ph_rootkey_read(app->cfg.root_public, app->root_public, err);
    if (rc != PH_OK)
        return rc;
    app->receipt_key = ph_agg_receipt_key(app->receipt);
    return PH_OK;
}

static ph_rc open_ledger(ph_agg_app *app, ph_err *err)
{
    uint8_t random[PH_UUID_RANDOM_BYTES];
    int64_t now = ph_clock_now_us();
    ph_random(random, sizeof random);
    ph_uuid boot = ph_uuid_v7(now / 1000, random);
    ph_rc rc = ph_agg_sqlite_open(app->cfg.ledger, PH_LEDGER_WRITE, &boot, now, NULL, &app->store, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_documents_open(app->store, app->root_public, &app->documents);
    if (rc != PH_OK)
        return ph_err_set(err, rc, "agg.memory", app->cfg.ledger, "%s", ph_rc_text(rc));
    app->registries = ph_documents_registries(app->documents);
    rc = ph_engine_open(app->store, &app->registries, &app->receipt_key, &app->engine);
    if (ph_rc_class(rc) == PH_CLASS_FATAL)
        return ph_agg_fatal(err, rc, "recovering the ledger", ph_agg_sqlite_error(app->store));
    if (rc == PH_NOT_FOUND) {
        (void)ph_err_set(err, rc, "agg.ledger.empty", app->cfg.ledger, "the ledger has no first entry");
        ph_err_hint(err, "make one with `phusa-aggregator init`");
    } else if (rc != PH_OK) {
        (void)ph_err_set(err, rc, "agg.ledger.recovery", app->cfg.ledger, "recovering the ledger: %s", ph_rc_text(rc));
    }
    return rc;
}

static ph_rc check_start_time(ph_agg_app *app, ph_err *err)
{
    int64_t gap = 0, now = ph_clock_now_us(), sealed = ph_engine_head(app->engine)->sealed_at_us;
    ph_rc rc = ph_agg_clock_start(&app->clock, sealed, now, ph_clock_boot_us(), app->start.accept_time, &gap);
    if (rc == PH_OK)
        return rc;
    char at[PH_TIME_TEXT_BYTES], last[PH_TIME_TEXT_BYTES];
    (void)ph_time_print_utc(now, at);
    (void)ph_time_print_utc(sealed, last);
    ph_err cause = {0};
    (void)ph_err_set(&cause, rc, "agg.clock.gap", app->cfg.ledger,
                     "the clock says %s, the last seal of the ledger %s: %lld s %s", at, last,
                     (long long)((gap < 0 ? -gap : gap) / PH_US_PER_S), gap < 0 ? "back" : "ahead");
    return ph_agg_fatal(err, rc, "starting", &cause);
}

static ph_rc open_gate(ph_agg_app *app, ph_err *err)
{
    const ph_gate_limits limits = {
        .rate_per_s = app->cfg.unit_rate, .burst = app->cfg.unit_burst, .window = (uint32_t)(2 * app->cfg.credit)};
    ph_rc rc = ph_gate_new(&limits, &app->gate);
    if (rc != PH_OK)
        return ph_err_set(err, rc, "agg.memory", "gate", "%s", ph_rc_text(rc));
    return ph_agg_app_use_roster(app, err);
}

/* What happened while nobody was there: calendar boundaries, and a registry or roster that was put beside us. */
static ph_rc catch_up(ph_agg_app *app, ph_err *err)
{
    bool ok = false;
    ph_rc rc = ph_engine_take_boundaries(app->engine, ph_clock_now_us());
    if (rc != PH_OK)
        rc = ph_agg_app_note_failure(app, rc, "sealing missed calendar boundaries");
    if (rc == PH_OK)
        rc = ph_agg_app_adopt_documents(app, &ok);
    if (rc == PH_OK && app->trouble[0] != '\0')
        return ph_err_set(err, PH_IO, "agg.ledger.unwritable", app->cfg.ledger, "%s", app->trouble);
    if (rc != PH_OK)
        *err = app->fatal;
    ph_metric_set(app->stats.reload_success, ok ? 1 : 0);
    ph_metric_set(app->stats.reload_at, (double)ph_clock_now_us() / 1e6);
    return rc;
}

static ph_rc open_batches(ph_agg_app *app, ph_err *err)
{
    for (size_t b = 0; b < 2; b++) {
        app->batches[b].jobs = calloc(PH_BATCH_MAX_SUBMISSIONS, sizeof(ph_agg_job));
        if (app->batches[b].jobs == NULL)
            return ph_err_set(err, PH_NOMEM, "agg.memory", "batches", "out of memory");
        for (size_t i = 0; i < PH_BATCH_MAX_SUBMISSIONS; i++)
            zmq_msg_init(&app->batches[b].jobs[i].frame);
    }
    ph_buf_init(&app->reply, PH_MAX_REPLY_BYTES);
    ph_buf_init(&app->texts, (size_t)PH_MAX_CASES * PH_CASE_TEXTS_BYTES);
    return PH_OK;
}

static size_t n_verify_threads(const ph_agg_app *app)
{
    if (app->cfg.verify_threads > 0)
        return (size_t)app->cfg.verify_threads;
    long n = sysconf(_SC_NPROCESSORS_ONLN);
    return n < 1 ? 1 : n > PH_POOL_MAX_THREADS ? PH_POOL_MAX_THREADS : (size_t)n;
}

static ph_rc open_network(ph_agg_app *app, ph_err *err)
{
    const ph_router_options options = {.endpoint = app->cfg.listen,
                                       .key = app->curve,
                                       .hwm = (int)app->cfg.peer_hwm,
                                       .max_peers = (size_t)app->cfg.max_peers};
    ph_rc rc = ph_pool_open(n_verify_threads(app), &app->pool, err);
    if (rc == PH_OK)
        rc = ph_zmq_context_open(&app->context, err);
    if (rc == PH_OK)
        rc = ph_zap_open(app->context, &app->zap, err);
    if (rc == PH_OK) {
        rc = ph_zap_set_roster(app->zap, app->roster);
        if (rc != PH_OK)
            return ph_err_set(err, rc, "agg.memory", "authenticator", "%s", ph_rc_text(rc));
    }
    if (rc == PH_OK)
        rc = ph_router_open(app->context, &options, &app->router, err);
    return rc;
}

static ph_rc attach(ph_agg_app *app, ph_err *err)
{
    ph_rc rc = ph_daemon_attach(app->loop);
    if (rc == PH_OK)
        rc = ph_loop_add_zmq(app->loop, ph_router_socket(app->router), PH_LOOP_IN, ph_agg_app_intake, app, NULL);
    if (rc == PH_OK)
        rc = ph_loop_timer_every(app->loop, PH_CFG_S, ph_agg_app_tick, app, NULL);
    if (rc == PH_OK)
        rc = ph_loop_on_signal(app->loop, SIGHUP, ph_agg_app_reload, app);
    if (rc != PH_OK)
        return ph_err_set(err, rc, "agg.loop", "event loop", "%s", ph_rc_text(rc));
    return ph_agg_app_open_health(app, err);
}

static ph_rc open_base(ph_agg_app *app, ph_err *err)
{
    ph_rc rc = ph_cfg_load(&ph_agg_schema, &app->start.config, &app->cfg, ph_daemon_print_err, NULL, err);
    if (rc == PH_OK)
        rc = ph_loop_open(&app->loop, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_metrics_open("aggregator", &app->metrics);
    if (rc != PH_OK)
        return ph_err_set(err, rc, "agg.memory", "metrics", "%s", ph_rc_text(rc));
    ph_stats_init(&app->stats, app->metrics);
    return PH_OK;
}

ph_rc ph_agg_app_open(ph_agg_app *app, const ph_agg_start *start, ph_err *err)
{
    app->start = *start;
    ph_rc rc = open_base(app, err);
    if (rc == PH_OK)
        rc = open_keys(app, err);
    if (rc == PH_OK)
        rc = open_ledger(app, err);
    if (rc == PH_OK)
        rc = check_start_time(app, err);
    if (rc == PH_OK)
        rc = open_gate(app, err);
    if (rc == PH_OK)
        rc = catch_up(app, err);
    if (rc == PH_OK)
        rc = open_batches(app, err);
    if (rc == PH_OK)
        rc = open_network(app, err);
    if (rc == PH_OK)
        rc = attach(app, err);
    if (rc != PH_OK)
        return rc;
    app->last_commit_us = ph_clock_mono_us();
    const ph_ledger_head *head = ph_engine_head(app->engine);
    PH_LOG(PH_LOG_NOTICE, "agg.daemon.ready", PH_KV_STR("endpoint", ph_router_endpoint(app->router)),
           PH_KV_UINT("metrics_port", ph_health_port(app->health)), PH_KV_UINT("log", head->last_seq),
           PH_KV_UINT("roster", head->roster_serial), PH_KV_HEX("registry", head->registry.bytes, 8));
    ph_notify_ready(ph_router_endpoint(app->router));
    return PH_OK;
}

ph_rc ph_agg_app_run(ph_agg_app *app, ph_err *err)
{
    ph_rc rc = ph_loop_run(app->loop);
    if (rc != PH_OK) {
        if (app->fatal.rc == PH_OK)
            return ph_agg_fatal(err, rc, "event loop", NULL);
        *err = app->fatal;
        return rc;
    }
    PH_LOG(PH_LOG_NOTICE, "agg.daemon.stopping", PH_KV_INT("signal", ph_loop_stop_signal(app->loop)));
    rc = ph_agg_app_conclude(app); /* the last figures need not wait for the next start */
    if (rc != PH_OK)
        *err = app->fatal;
    return rc;
}

void ph_agg_app_close(ph_agg_app *app)
{
    ph_health_close(app->health);
    ph_router_close(app->router);
    ph_zap_close(app->zap);
    if (app->context != NULL)
        ph_zmq_context_close(app->context);
    ph_pool_close(app->pool);
    for (size_t b = 0; b < 2; b++) {
        for (size_t i = 0; app->batches[b].jobs != NULL && i < PH_BATCH_MAX_SUBMISSIONS; i++)
            zmq_msg_close(&app->batches[b].jobs[i].frame);
        free(app->batches[b].jobs);
    }
    ph_buf_done(&app->reply);
    ph_buf_done(&app->texts);
    ph_gate_free(app->gate);
    ph_roster_free(app->roster);
    ph_engine_free(app->engine);
    ph_documents_close(app->documents);
    if (app->store != NULL)
        app->store->ops->close(app->store);
    explicit_bzero(&app->receipt_key, sizeof app->receipt_key);
    ph_identity_free(app->receipt);
    ph_identity_free(app->curve);
    ph_metrics_close(app->metrics);
    ph_loop_close(app->loop);
    *app = (ph_agg_app){0};
}
