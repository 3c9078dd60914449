/* app_reload - SIGHUP: configuration, registry and roster, each taken only when it is right.   Layer: aggregator (app)
 */
#include "ph_agg_app.h"

#include <stdlib.h>

#include "ph_clock.h"
#include "ph_file.h"
#include "ph_log.h"
#include "ph_notify.h"
#include "ph_registry_load.h"

static const char *unit_name(const void *gate, size_t i)
{
    return ph_gate_unit(gate, i);
}

ph_rc ph_agg_app_use_roster(ph_agg_app *app, ph_err *err)
{
    ph_roster *fresh = NULL;
    ph_rc rc = ph_documents_load_roster(app->documents, &ph_engine_head(app->engine)->roster, &fresh, err);
    if (rc == PH_OK)
        rc = ph_gate_set_roster(app->gate, fresh);
    if (rc != PH_OK) {
        ph_roster_free(fresh);
        return rc;
    }
    ph_roster_free(app->roster);
    app->roster = fresh;
    ph_stats_set_units(&app->stats, ph_gate_n_units(app->gate), unit_name, app->gate);
    ph_metric_set(app->stats.roster_serial, (double)ph_roster_serial(fresh));
    return app->zap == NULL ? PH_OK : ph_zap_set_roster(app->zap, fresh);
}

/* Run one activation as a commit of its own. FATAL ends the daemon, all else leaves the old state. */
typedef struct activation {
    ph_rc (*apply)(ph_engine *e, const struct activation *a);
    ph_digest digest;
    ph_span bytes;
    uint64_t serial;
    const char *event;
} activation;

static ph_rc apply_registry(ph_engine *e, const activation *a)
{
    return ph_engine_activate_registry(e, &a->digest, a->bytes);
}

static ph_rc apply_roster(ph_engine *e, const activation *a)
{
    return ph_engine_activate_roster(e, &a->digest, a->bytes, a->serial);
}

/* Which value stands in the way, as far as it is known: with it the operator can see which indicator to leave alone. */
static void tell_refused(const ph_agg_app *app, const activation *a, ph_rc rc)
{
    const ph_misfit *m = a->apply == apply_registry ? ph_engine_misfit(app->engine) : NULL;
    char value[PH_DECIMAL_TEXT_BYTES], period[PH_PERIOD_TEXT_BYTES];
    ph_err err = {0};

    (void)ph_err_set(&err, rc, "agg.activation.refused", "", "%s", ph_rc_text(rc));
    if (m != NULL) {
        (void)ph_decimal_print(m->value, value);
        (void)ph_period_print(m->period, period);
        (void)ph_err_set(
            &err, rc, "agg.activation.refused", m->indicator,
            "%s of %s on sheet %s/%s/%s has %u decimals, the new registry has room for %u: digits would be "
            "lost",
            value, m->unit, m->cluster, m->form, period, m->value.scale, m->decimals);
        ph_err_hint(&err, "give %s its %u decimals back and reload; fewer are for an indicator with a code of its own",
                    m->indicator, m->value.scale);
    }
    ph_err_means(&err, "rolled back: what was in force stays, nothing of the new one was used");
    PH_LOG(PH_LOG_ERROR, "agg.activation.refused", PH_KV_STR("activation", a->event), PH_KV_ERR(&err));
}

static ph_rc activate(ph_agg_app *app, const activation *a, bool *ret_ok)
{
    ph_rc rc = ph_engine_begin(app->engine, ph_clock_now_us());
    if (rc == PH_OK)
        rc = a->apply(app->engine, a);
    if (rc == PH_OK)
        rc = ph_engine_finish(app->engine, true);
    *ret_ok = rc == PH_OK;
    if (ph_rc_class(rc) == PH_CLASS_REJECT) { /* rolled back: what is open cannot be brought to it */
        tell_refused(app, a, rc);
        return PH_OK;
    }
    if (rc != PH_OK)
        return ph_agg_app_note_failure(app, rc, a->event);
    ph_agg_app_note_commit(app);
    app->last_figures_us = ph_clock_mono_us();
    PH_LOG(PH_LOG_NOTICE, a->event, PH_KV_HEX("digest", a->digest.bytes, 8), PH_KV_UINT("serial", a->serial));
    return PH_OK;
}

static ph_rc adopt_registry(ph_agg_app *app, bool *ret_ok)
{
    static char event[] = "agg.registry.invalid";
    ph_registry *reg = NULL;
    ph_buf bundle;
    ph_err err = {0};
    ph_buf_init(&bundle, PH_BUNDLE_MAX_BYTES);
    ph_rc rc = ph_registry_read_dir(app->cfg.registry, &bundle, &err);
    if (rc != PH_OK)
        ph_documents_log_err(event, &err);
    activation a = {.apply = apply_registry, .bytes = ph_buf_span(&bundle), .event = "agg.registry.activated"};
    a.digest = ph_digest_of_span(a.bytes);
    *ret_ok = rc == PH_OK;
    if (rc != PH_OK || ph_digest_eq(&a.digest, &ph_engine_head(app->engine)->registry))
        goto out;
    rc = ph_registry_load(a.bytes, ph_documents_log_err, event, &reg);
    if (rc == PH_OK) {
        rc = ph_documents_keep(app->documents, reg);
        if (rc != PH_OK)
            ph_registry_free(reg);
    }
    *ret_ok = rc == PH_OK;
    if (rc == PH_OK) {
        rc = activate(app, &a, ret_ok);
        ph_buf_done(&bundle);
        return rc;
    }
out:
    ph_buf_done(&bundle);
    return PH_OK;
}

/* The roster file, when it is signed by the root and newer than the one in force. */
static bool is_newer(ph_agg_app *app, ph_span document, ph_digest *ret_digest, uint64_t *ret_serial, bool *ret_ok)
{
    static char event[] = "agg.roster.invalid";
    ph_roster *roster = NULL;
    const ph_ledger_head *head = ph_engine_head(app->engine);
    if (ph_roster_load(document, app->cfg.roster, app->root_public, ph_documents_log_err, event, &roster) != PH_OK) {
        *ret_ok = false;
        return false;
    }
    *ret_digest = *ph_roster_digest(roster);
    *ret_serial = ph_roster_serial(roster);
    ph_roster_free(roster);
    if (ph_digest_eq(ret_digest, &head->roster))
        return false;
    if (*ret_serial > head->roster_serial)
        return true;
    ph_err err = {0};
    (void)ph_err_set(&err, PH_INVALID, "agg.roster.old", app->cfg.roster,
                     "serial %llu does not grow over %llu, which is in force", (unsigned long long)*ret_serial,
                     (unsigned long long)head->roster_serial);
    ph_err_hint(&err, "raise the serial in the roster's source, sign it again, then reload");
    ph_documents_log_err(event, &err);
    *ret_ok = false;
    return false;
}

static ph_rc adopt_roster(ph_agg_app *app, bool *ret_ok)
{
    ph_buf document;
    ph_err err = {0};
    activation a = {.apply = apply_roster, .event = "agg.roster.activated"};
    ph_buf_init(&document, PH_ROSTER_MAX_BYTES);
    ph_rc rc = ph_file_read(app->cfg.roster, &document, &err);
    *ret_ok = rc == PH_OK;
    if (rc != PH_OK) {
        PH_LOG(PH_LOG_ERROR, "agg.roster.invalid", PH_KV_ERR(&err));
        rc = PH_OK;
        goto out;
    }
    a.bytes = ph_buf_span(&document);
    if (!is_newer(app, a.bytes, &a.digest, &a.serial, ret_ok))
        goto out;
    rc = activate(app, &a, ret_ok);
    if (rc == PH_OK && *ret_ok) {
        rc = ph_agg_app_use_roster(app, &err);
        if (rc != PH_OK) /* in the log but not in force: nobody may be judged by the old one */
            rc = ph_agg_fatal(&app->fatal, PH_BUG, "putting the roster in force", &err);
    }
out:
    ph_buf_done(&document);
    return rc;
}

ph_rc ph_agg_app_adopt_documents(ph_agg_app *app, bool *ret_ok)
{
    bool registry_ok = false, roster_ok = false;
    ph_rc rc = adopt_registry(app, &registry_ok);
    if (rc == PH_OK)
        rc = adopt_roster(app, &roster_ok);
    *ret_ok = registry_ok && roster_ok;
    return rc;
}

static void tell_change(void *arg, const ph_cfg_key *key, const char *was, const char *is, bool applied)
{
    (void)arg;
    PH_LOG(applied ? PH_LOG_NOTICE : PH_LOG_WARNING, applied ? "agg.config.changed" : "agg.config.restart",
           PH_KV_STR("key", key->name), PH_KV_STR("was", was), PH_KV_STR("is", is));
}

static void apply_limits(ph_agg_app *app)
{
    const ph_gate_limits limits = {
        .rate_per_s = app->cfg.unit_rate, .burst = app->cfg.unit_burst, .window = (uint32_t)(2 * app->cfg.credit)};
    ph_gate_set_limits(app->gate, &limits);
}

ph_rc ph_agg_app_reload(void *arg, int signo)
{
    static char event[] = "agg.config.invalid";
    ph_agg_app *app = arg;
    bool documents_ok = false;
    ph_err err = {0};
    (void)signo;
    ph_notify_reloading();
    ph_rc rc =
        ph_cfg_reload(&ph_agg_schema, &app->start.config, &app->cfg, tell_change, ph_documents_log_err, event, &err);
    bool config_ok = rc == PH_OK;
    if (config_ok)
        apply_limits(app);
    rc = ph_agg_app_adopt_documents(app, &documents_ok);
    bool ok = config_ok && documents_ok;
    ph_metric_set(app->stats.reload_success, ok ? 1 : 0);
    ph_metric_set(app->stats.reload_at, (double)ph_clock_now_us() / 1e6);
    PH_LOG(ok ? PH_LOG_NOTICE : PH_LOG_ERROR, ok ? "agg.reload.done" : "agg.reload.failed",
           PH_KV_BOOL("config", config_ok), PH_KV_BOOL("documents", documents_ok));
    ph_notify_ready(ok ? "running" : "running; the last reload failed and changed nothing that was wrong");
    return rc;
}
