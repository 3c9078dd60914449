/* app_idle - what is done when nobody waits: figures, calendar boundaries, durable mark, clock, space.   Layer:
 * aggregator (app) */
#include "ph_agg_app.h"

#include <stdio.h>
#include <sys/statvfs.h>

#include "ph_agg_sqlite.h"
#include "ph_clock.h"
#include "ph_log.h"

#define MARK_AFTER_US (50 * PH_CFG_MS) /* another commit, which moves the mark for nothing, may come by then */

ph_rc ph_agg_app_check_clock(ph_agg_app *app)
{
    int64_t jump = 0;
    ph_rc rc = ph_agg_clock_check(&app->clock, ph_clock_now_us(), ph_clock_boot_us(), &jump);
    if (rc == PH_OK)
        return PH_OK;
    ph_err cause = {0};
    (void)ph_err_set(&cause, rc, "agg.clock.jumped", "CLOCK_REALTIME", "the wall clock jumped by %lld s",
                     (long long)(jump / PH_US_PER_S));
    return ph_agg_fatal(&app->fatal, rc, "watching the clock", &cause);
}

/* The end of a commit of our own. */
static ph_rc concluded(ph_agg_app *app, ph_rc rc, const char *doing)
{
    if (rc != PH_OK)
        return ph_agg_app_note_failure(app, rc, doing);
    ph_agg_app_note_commit(app);
    return PH_OK;
}

static ph_rc seal_figures(ph_agg_app *app)
{
    ph_rc rc = ph_agg_app_check_clock(app);
    if (rc != PH_OK)
        return rc;
    rc = ph_engine_begin(app->engine, ph_clock_now_us());
    if (rc == PH_OK)
        rc = ph_engine_finish(app->engine, true);
    app->last_figures_us = ph_clock_mono_us();
    return concluded(app, rc, "sealing figures");
}

static ph_rc take_boundaries(ph_agg_app *app)
{
    ph_rc rc = ph_agg_app_check_clock(app);
    if (rc != PH_OK)
        return rc;
    rc = ph_engine_take_boundaries(app->engine, ph_clock_now_us());
    PH_LOG(PH_LOG_NOTICE, "agg.calendar.boundary", PH_KV_RC("rc", rc),
           PH_KV_UINT("seal", ph_engine_head(app->engine)->last_figure_seal));
    return concluded(app, rc, "sealing a calendar boundary");
}

static ph_rc on_idle_timer(void *arg, int64_t now_mono_us)
{
    ph_agg_app *app = arg;
    (void)now_mono_us;
    app->idle_timer = 0;
    return ph_agg_app_idle(app);
}

static void wake_at(ph_agg_app *app, int64_t mono_us)
{
    ph_loop_remove(app->loop, app->idle_timer);
    app->idle_timer = 0;
    if (ph_loop_timer_at(app->loop, mono_us, on_idle_timer, app, &app->idle_timer) != PH_OK)
        app->idle_timer = 0; /* the tick comes within a second */
}

static bool needs_mark(const ph_agg_app *app)
{
    const ph_ledger_head *head = ph_engine_head(app->engine);
    return head->durable_record < head->last_record;
}

/* Figures, then the durable mark, each when its time has come; else come again then. */
static ph_rc catch_up(ph_agg_app *app, int64_t now)
{
    if (ph_engine_wants_figures(app->engine)) {
        int64_t due = app->last_figures_us + app->cfg.figure_gap_us;
        if (now < due) {
            wake_at(app, due);
            return PH_OK;
        }
        ph_rc rc = seal_figures(app);
        if (rc != PH_OK)
            return rc;
    }
    if (!needs_mark(app))
        return PH_OK;
    int64_t due = app->last_commit_us + MARK_AFTER_US;
    if (now < due) {
        wake_at(app, due);
        return PH_OK;
    }
    return concluded(app, ph_engine_mark_durable(app->engine), "moving the durable mark");
}

ph_rc ph_agg_app_idle(ph_agg_app *app)
{
    int64_t now = ph_clock_mono_us(), wall = ph_clock_now_us();
    if (now < app->retry_at_us) {
        wake_at(app, app->retry_at_us);
        return PH_OK;
    }
    int64_t boundary = ph_engine_next_boundary(app->engine);
    if (boundary <= wall) {
        ph_rc rc = take_boundaries(app);
        if (rc != PH_OK || app->trouble[0] != '\0')
            return rc;
    }
    if (ph_router_has_input(app->router)) /* the loop comes here again after it */
        return PH_OK;
    ph_rc rc = catch_up(app, now);
    boundary = ph_engine_next_boundary(app->engine);
    if (rc == PH_OK && app->idle_timer == 0 && boundary > wall && boundary - wall < 2 * PH_US_PER_S)
        wake_at(app, now + (boundary - wall));
    return rc;
}

ph_rc ph_agg_app_conclude(ph_agg_app *app)
{
    ph_rc rc = PH_OK;
    if (app->trouble[0] == '\0' && ph_engine_wants_figures(app->engine))
        rc = seal_figures(app);
    if (rc == PH_OK && app->trouble[0] == '\0' && needs_mark(app))
        rc = concluded(app, ph_engine_mark_durable(app->engine), "moving the durable mark");
    return rc;
}

/* A trial: the head as it is, through the same transaction and fsync as everything else. */
static ph_rc probe(ph_agg_app *app)
{
    ph_agg_store *st = app->store;
    ph_rc rc = st->ops->begin(st);
    if (rc == PH_OK)
        rc = st->ops->put_head(st, ph_engine_head(app->engine));
    if (rc == PH_OK)
        rc = st->ops->commit(st);
    if (rc != PH_OK)
        st->ops->rollback(st);
    return concluded(app, rc, "a trial commit");
}

static void look_at_space(ph_agg_app *app)
{
    struct statvfs fs;
    if (statvfs(app->cfg.ledger, &fs) != 0)
        return;
    uint64_t free_bytes = (uint64_t)fs.f_bavail * fs.f_frsize;
    bool is_low = free_bytes < (uint64_t)app->cfg.min_free_bytes;
    bool was = app->no_space;
    /* After a commit that found no space, only one that succeeds shows that there is some again. */
    app->no_space = is_low || (was && app->trouble[0] != '\0');
    ph_metric_set(app->stats.free_bytes, (double)free_bytes);
    if (app->no_space != was)
        PH_LOG(app->no_space ? PH_LOG_ERROR : PH_LOG_NOTICE, app->no_space ? "agg.space.low" : "agg.space.enough",
               PH_KV_UINT("free_bytes", free_bytes), PH_KV_INT("min_free_bytes", app->cfg.min_free_bytes));
}

ph_rc ph_agg_app_tick(void *arg, int64_t now_mono_us)
{
    ph_agg_app *app = arg;
    ph_rc rc = ph_agg_app_check_clock(app);
    bool is_due = now_mono_us - app->last_commit_us >= app->cfg.probe_us || app->trouble[0] != '\0';
    if (rc == PH_OK && is_due && now_mono_us >= app->retry_at_us)
        rc = probe(app);
    look_at_space(app);
    return rc == PH_OK ? ph_agg_app_idle(app) : rc;
}
