/* ph_col_wait - submit's patience: send by ourselves if nobody else does, watch the spool, show a line of progress.
 * Layer: collector/app */
#include "ph_col_wait.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_col_cases.h"
#include "ph_col_sender.h"
#include "ph_col_show.h"
#include "ph_locale.h"
#include "ph_log.h"

enum { TURN_MS = 100, QUIET_MS = 300, PLAIN_LINE_S = 10 };

struct ph_col_wait {
    ph_col_app *app;
    ph_loop *loop;
    ph_lock lock;
    ph_col_sender *sender; /* NULL: another process holds the lock and sends */
    int64_t begun_us, shown_us;
    char shown[512];
    bool on_terminal;
};

ph_rc ph_col_wait_patience(const ph_args *args, int64_t *ret_us, ph_err *err)
{
    static const ph_cfg_key key = PH_CFG_KEY(
        struct { int64_t us; }, us, "wait", DURATION, 0, PH_CFG_DAY, "60s", 0, "", "");
    const ph_cfg_schema schema = {
        .program = "--wait", .keys = &key, .n_keys = 1, .size = sizeof *ret_us, .check = NULL};
    const char *said = ph_args_get(args, PH_COL_OPT_WAIT);
    char set[64];
    const char *sets[] = {set};
    const ph_cfg_source source = {.file = "", .sets = sets, .n_sets = said == NULL ? 0 : 1};
    snprintf(set, sizeof set, "wait=%s", said == NULL ? "" : said);
    ph_rc rc = ph_cfg_load(&schema, &source, ret_us, NULL, NULL, err);
    return rc == PH_OK ? PH_OK : PH_USAGE;
}

ph_rc ph_col_wait_open(ph_col_app *app, ph_col_wait **ret, ph_err *err)
{
    ph_col_wait *w = calloc(1, sizeof *w);
    if (w == NULL)
        return ph_err_set(err, PH_NOMEM, "wait.memory", "", "%s", ph_rc_text(PH_NOMEM));
    w->app = app;
    w->on_terminal = ph_term_is_terminal(stderr);
    ph_log_set_level(PH_LOG_ERROR); /* the line of progress speaks instead */
    ph_rc rc = ph_loop_open(&w->loop, err);
    if (rc == PH_OK)
        *ret = w;
    else
        free(w);
    return rc;
}

void ph_col_wait_close(ph_col_wait *w)
{
    if (w == NULL)
        return;
    ph_col_sender_close(w->sender);
    ph_lock_release(&w->lock);
    ph_loop_close(w->loop);
    free(w);
}

/* Whoever gets the lock sends; when the daemon ends meanwhile, we take over. */
static ph_rc try_to_send(ph_col_wait *w, ph_err *err)
{
    ph_err held = {0};
    if (w->sender != NULL)
        return PH_OK;
    ph_rc rc = w->lock.fd_plus_1 != 0 ? PH_OK : ph_col_sender_lock(w->app, &w->lock, &held);
    if (rc == PH_BUSY)
        return PH_OK;
    if (rc != PH_OK) {
        *err = held;
        return rc;
    }
    return ph_col_sender_open(w->app, w->loop, NULL, NULL, &w->sender, err);
}

/* How the connection is: our own view, or what the process that sends wrote down. */
static ph_col_cause cause_now(ph_col_wait *w)
{
    char code[PH_COL_MAX_META_BYTES + 1] = "";
    ph_col_agent_view view;
    ph_buf text;
    if (w->sender != NULL) {
        ph_col_sender_view(w->sender, &view);
        return view.cause;
    }
    ph_buf_init(&text, PH_COL_MAX_META_BYTES);
    if (w->app->spool->ops->meta(w->app->spool, PH_COL_META_LINK, &text) == PH_OK &&
        ph_span_copy(ph_buf_span(&text), code, sizeof code))
        code[strcspn(code, " ")] = '\0';
    ph_buf_done(&text);
    return ph_col_cause_find(code);
}

static void show(ph_col_wait *w, const char *text, int64_t now_us)
{
    bool changed = strcmp(text, w->shown) != 0;
    if (w->app->args->json || now_us - w->begun_us < QUIET_MS * PH_CFG_MS)
        return;
    if (w->on_terminal) {
        (void)fprintf(stderr, "\r\033[K%s … %lld s", text, (long long)((now_us - w->begun_us) / PH_US_PER_S));
        (void)fflush(stderr);
    } else if (changed || now_us - w->shown_us >= PLAIN_LINE_S * PH_US_PER_S) {
        (void)fprintf(stderr, "%s … %lld s\n", text, (long long)((now_us - w->begun_us) / PH_US_PER_S));
        w->shown_us = now_us;
    }
    (void)snprintf(w->shown, sizeof w->shown, "%s", text);
}

static void end_line(ph_col_wait *w)
{
    if (w->on_terminal && w->shown[0] != '\0' && !w->app->args->json)
        (void)fprintf(stderr, "\r\033[K");
    w->shown[0] = '\0';
}

static void show_item(ph_col_wait *w, const ph_col_item *item, ph_col_cause cause, int64_t now_us)
{
    char text[512];
    bool well = cause == PH_COL_CAUSE_NONE || cause == PH_COL_CAUSE_STARTING;
    const char *waits = item->state == PH_COL_SENT ? PH_T(", chờ biên nhận", ", waiting for the receipt") : "";
    snprintf(text, sizeof text, "%s%s: %s%s%s",
             ph_col_stage_word(ph_col_stage_of(item->state, item->verdict), w->app->lang), waits,
             ph_col_cause_word(cause, w->app->lang), well ? "" : ". ",
             well ? "" : ph_col_cause_remedy(cause, w->app->lang));
    show(w, text, now_us);
}

static void show_asking(ph_col_wait *w, ph_col_cause cause, int64_t now_us)
{
    char text[512];
    bool is_slow = cause == PH_COL_CAUSE_NOT_GREETED;
    snprintf(text, sizeof text, "%s%s%s",
             PH_T("Hỏi máy tổng hợp về các lần gửi trước", "Asking the aggregator about earlier sendings"),
             is_slow ? ": " : "", is_slow ? ph_col_cause_word(cause, w->app->lang) : "");
    show(w, text, now_us);
}

static bool is_over(const ph_col_wait *w, int64_t patience_us, int64_t now_us)
{
    return now_us - w->begun_us >= patience_us || ph_loop_stopped(w->loop);
}

static ph_rc turn(ph_col_wait *w, ph_err *err)
{
    ph_rc rc = try_to_send(w, err);
    if (rc == PH_OK)
        rc = ph_loop_step(w->loop, TURN_MS * PH_CFG_MS);
    if (ph_rc_class(rc) != PH_CLASS_FATAL || err->what[0] != '\0')
        return rc;
    (void)ph_err_set(err, rc, "sender.stopped", w->app->aggregator.address, "%s",
                     rc == PH_HISTORY ? ph_col_cause_word(PH_COL_CAUSE_HISTORY, w->app->lang) : ph_rc_text(rc));
    ph_err_means(err, "%s", PH_T("bản gửi vẫn nằm trong spool", "the submission is still in the spool"));
    ph_err_hint(err, "%s",
                rc == PH_HISTORY ? ph_col_cause_remedy(PH_COL_CAUSE_HISTORY, w->app->lang) : "phusa-collector status");
    return rc;
}

ph_rc ph_col_wait_status(ph_col_wait *w, int64_t patience_us, ph_err *err)
{
    ph_col_agent_view view = {0};
    ph_rc rc = PH_OK;
    w->begun_us = ph_clock_mono_us();
    for (;;) {
        int64_t now_us = ph_clock_mono_us();
        rc = turn(w, err);
        if (rc != PH_OK || w->sender == NULL || is_over(w, patience_us, now_us))
            break;
        ph_col_sender_view(w->sender, &view);
        bool may_answer = view.cause == PH_COL_CAUSE_NONE || view.cause == PH_COL_CAUSE_STARTING ||
                          view.cause == PH_COL_CAUSE_NOT_GREETED;
        if (view.has_status || !may_answer) /* who cannot be reached now is not waited for: the numbers here will do */
            break;
        show_asking(w, view.cause, now_us);
    }
    end_line(w);
    return rc;
}

/* Were they asked for with that number, or a later one? */
static bool is_heard(ph_col_wait *w, uint64_t wanted)
{
    ph_col_heard heard = {0};
    ph_buf lines;
    ph_buf_init(&lines, PH_COL_MAX_CASES_BYTES);
    ph_rc rc = w->app->spool->ops->cases(w->app->spool, &heard, &lines);
    ph_buf_done(&lines);
    return rc == PH_OK && heard.asked >= wanted;
}

ph_rc ph_col_wait_cases(ph_col_wait *w, int64_t patience_us, ph_col_hearing_end *ret, ph_err *err)
{
    uint64_t wanted = 0;
    ph_rc rc = ph_col_app_spool_err(w->app, ph_col_cases_want(w->app->spool, &wanted), err);
    *ret = (ph_col_hearing_end){.cause = PH_COL_CAUSE_STARTING};
    w->begun_us = ph_clock_mono_us();
    if (rc == PH_OK && w->sender != NULL)
        rc = ph_col_sender_look(w->sender);
    while (rc == PH_OK) {
        int64_t now_us = ph_clock_mono_us();
        rc = turn(w, err);
        if (rc != PH_OK)
            break;
        ret->cause = cause_now(w);
        ret->is_fresh = is_heard(w, wanted);
        bool goes_well = ret->cause == PH_COL_CAUSE_NONE || ret->cause == PH_COL_CAUSE_STARTING;
        if (ret->is_fresh || !goes_well || is_over(w, patience_us, now_us))
            break;
        show(w, PH_T("Hỏi máy tổng hợp về các số liệu tạm giữ", "Asking the aggregator about the held values"), now_us);
    }
    end_line(w);
    return rc;
}

ph_rc ph_col_wait_item(ph_col_wait *w, ph_col_item *item, int64_t patience_us, ph_col_cause *ret_cause, ph_err *err)
{
    ph_rc rc = PH_OK;
    w->begun_us = ph_clock_mono_us();
    for (;;) {
        int64_t now_us = ph_clock_mono_us();
        rc = turn(w, err);
        if (rc == PH_OK)
            rc = ph_col_app_spool_err(w->app, w->app->spool->ops->find(w->app->spool, &item->id, item), err);
        *ret_cause = rc == PH_OK ? cause_now(w) : PH_COL_CAUSE_NONE;
        bool waits = item->state == PH_COL_QUEUED || item->state == PH_COL_SENT;
        if (rc != PH_OK || !waits || is_over(w, patience_us, now_us))
            break;
        show_item(w, item, *ret_cause, now_us);
    }
    end_line(w);
    return rc;
}
