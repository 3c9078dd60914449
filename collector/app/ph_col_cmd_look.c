/* ph_col_cmd_look - status and retry: what the spool knows.   Layer: collector/app */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_col_look.h"
#include "ph_col_sender.h"
#include "ph_col_show.h"
#include "ph_file.h"
#include "ph_locale.h"

enum { DEFAULT_LAST = 20 };

/* ---- the connection ---- */

typedef struct link_note {
    bool is_running; /* some process holds the sender's lock */
    ph_col_cause cause;
    int64_t since_us;
} link_note;

static void read_link(ph_col_app *app, link_note *ret)
{
    char text[PH_COL_MAX_META_BYTES + 1] = "";
    ph_buf note;
    ph_lock lock = {0};
    ph_err held;
    *ret = (link_note){.cause = PH_COL_CAUSE_STARTING};
    ret->is_running = ph_col_sender_lock(app, &lock, &held) == PH_BUSY;
    ph_lock_release(&lock);
    ph_buf_init(&note, PH_COL_MAX_META_BYTES);
    if (app->spool->ops->meta(app->spool, PH_COL_META_LINK, &note) == PH_OK &&
        ph_span_copy(ph_buf_span(&note), text, sizeof text)) {
        char *blank = strchr(text, ' ');
        ret->since_us = blank == NULL ? 0 : strtoll(blank, NULL, 10);
        text[strcspn(text, " ")] = '\0';
        ret->cause = ph_col_cause_find(text);
    }
    ph_buf_done(&note);
}

static void print_link(const ph_col_app *app, const link_note *link)
{
    char since[PH_TIME_TEXT_BYTES];
    ph_col_show_time(link->since_us, since);
    if (!link->is_running) {
        (void)printf("%s: %s\n", PH_T("Kết nối", "Connection"),
                     PH_T("không có tiến trình nào đang gửi (phusa-collector run)",
                          "no process is sending (phusa-collector run)"));
        return;
    }
    (void)printf("%s: %s", PH_T("Kết nối", "Connection"), ph_col_cause_word(link->cause, app->lang));
    if (since[0] != '\0')
        (void)printf(PH_T(" (từ %s)", " (since %s)"), since);
    (void)printf("\n");
    if (ph_col_cause_remedy(link->cause, app->lang)[0] != '\0')
        (void)printf("  %s\n", ph_col_cause_remedy(link->cause, app->lang));
}

/* ---- items ---- */

ph_rc ph_col_look_item(void *arg, const ph_col_item *item)
{
    ph_col_listing *l = arg;
    char id[PH_UUID_TEXT_BYTES], period[PH_PERIOD_TEXT_BYTES], at[PH_TIME_TEXT_BYTES], state[512], what[256];
    if (l->receipts_only && item->state != PH_COL_JUDGED)
        return PH_OK;
    if (l->json != NULL) {
        ph_json_begin_object(l->json);
        ph_col_show_item_json(l->app, item, l->json);
        ph_json_end_object(l->json);
        return PH_OK;
    }
    ph_uuid_print(&item->id, id);
    (void)ph_period_print(item->key.period, period);
    ph_col_show_time(item->state == PH_COL_JUDGED ? item->judged_at_us : item->spooled_at_us, at);
    ph_col_show_state(l->app, item, state, sizeof state);
    ph_col_show_what(item, l->app->lang, what, sizeof what);
    ph_table_cell(l->table, id);
    ph_table_cell(l->table, item->key.form);
    ph_table_cell(l->table, period);
    ph_table_cell(l->table, what);
    ph_table_cell(l->table, at);
    ph_table_cell(l->table, state);
    if (item->state == PH_COL_PARKED || item->state == PH_COL_QUARANTINED || item->verdict == PH_VERDICT_REJECTED)
        ph_table_colour(l->table, PH_COLOUR_RED);
    ph_table_row(l->table);
    return PH_OK;
}

static ph_rc begin_items(ph_table **ret)
{
    static const ph_align aligns[] = {PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_LEFT,
                                      PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_LEFT};
    ph_rc rc = ph_table_new(aligns, sizeof aligns / sizeof aligns[0], ret);
    if (rc != PH_OK)
        return rc;
    ph_table_cell(*ret, PH_T("mã bản gửi", "submission"));
    ph_table_cell(*ret, PH_T("biểu", "form"));
    ph_table_cell(*ret, PH_T("kỳ", "period"));
    ph_table_cell(*ret, PH_T("nội dung", "what"));
    ph_table_cell(*ret, PH_T("lúc", "at"));
    ph_table_cell(*ret, PH_T("tình trạng", "state"));
    ph_table_row(*ret);
    ph_table_rule(*ret);
    return PH_OK;
}

ph_rc ph_col_look_items(ph_col_app *app, size_t max, bool receipts_only, ph_err *err)
{
    ph_col_listing l = {.app = app, .receipts_only = receipts_only};
    ph_rc rc = begin_items(&l.table);
    if (rc == PH_OK)
        rc = ph_col_app_spool_err(app, app->spool->ops->list(app->spool, max, ph_col_look_item, &l), err);
    if (rc != PH_OK) {
        ph_table_free(l.table);
        return rc;
    }
    return ph_col_show_table(l.table, stdout);
}

/* ---- what is expected ---- */

static const char *period_word(ph_period_state s)
{
    switch (s) {
    case PH_PERIOD_PLANNED:
        return PH_T("chưa mở", "planned");
    case PH_PERIOD_OPEN:
        return PH_T("đang mở", "open");
    case PH_PERIOD_DUE:
        return PH_T("quá hạn nộp", "due");
    case PH_PERIOD_CLOSED:
        return PH_T("đã đóng", "closed");
    case PH_PERIOD_FROZEN:
        return PH_T("đã chốt", "frozen");
    case PH_PERIOD_REOPENED:
        return PH_T("đã mở lại", "reopened");
    }
    return "?";
}

static void standing_json(const ph_col_standing *s, uint32_t last, ph_json *j)
{
    char period[PH_PERIOD_TEXT_BYTES];
    (void)ph_period_print(s->key.period, period);
    ph_json_begin_object(j);
    ph_json_key(j, "cluster");
    ph_json_str(j, s->key.cluster);
    ph_json_key(j, "due_us");
    ph_json_uint(j, (uint64_t)s->due_us);
    ph_json_key(j, "form");
    ph_json_str(j, s->key.form);
    ph_json_key(j, "heard_at_us");
    ph_json_uint(j, (uint64_t)s->heard_at_us);
    ph_json_key(j, "highest_revision");
    ph_json_uint(j, s->highest_revision);
    ph_json_key(j, "last_revision");
    ph_json_uint(j, last);
    ph_json_key(j, "n_held");
    ph_json_uint(j, s->n_held);
    ph_json_key(j, "period");
    ph_json_str(j, period);
    ph_json_key(j, "state");
    ph_json_str(j, ph_period_state_name(s->state));
    ph_json_end_object(j);
}

/* A receipt that came after the last answer knows more than it. */
static uint32_t last_known(const ph_col_app *app, const ph_col_standing *s)
{
    ph_col_item item;
    ph_rc rc = app->spool->ops->last_accepted(app->spool, &s->key, &item);
    return rc == PH_OK && item.revision > s->last_revision ? item.revision : s->last_revision;
}

static ph_rc list_standing(void *arg, const ph_col_standing *s)
{
    ph_col_listing *l = arg;
    uint32_t last = last_known(l->app, s);
    char period[PH_PERIOD_TEXT_BYTES], due[PH_TIME_TEXT_BYTES];
    if (l->json != NULL) {
        standing_json(s, last, l->json);
        return PH_OK;
    }
    (void)ph_period_print(s->key.period, period);
    ph_col_show_time(s->due_us, due);
    ph_table_cell(l->table, s->key.cluster);
    ph_table_cell(l->table, s->key.form);
    ph_table_cell(l->table, period);
    ph_table_cell(l->table, period_word(s->state));
    ph_table_cell(l->table, due);
    if (last == 0)
        ph_table_cell(l->table, PH_T("chưa báo cáo", "not yet reported"));
    else
        ph_table_cellf(l->table, PH_T("bản số %u", "revision %u"), last);
    ph_table_cellf(l->table, "%u", s->n_held);
    ph_table_row(l->table);
    return PH_OK;
}

static ph_rc print_standings(ph_col_app *app, ph_err *err)
{
    static const ph_align aligns[] = {PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_LEFT,
                                      PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_RIGHT};
    const char *const titles[] = {
        PH_T("cụm", "cluster"), PH_T("biểu", "form"),        PH_T("kỳ", "period"),   PH_T("tình trạng kỳ", "period is"),
        PH_T("hạn nộp", "due"), PH_T("đã nhận", "received"), PH_T("tạm giữ", "held")};
    ph_col_listing l = {.app = app};
    ph_rc rc = ph_table_new(aligns, sizeof aligns / sizeof aligns[0], &l.table);
    if (rc != PH_OK)
        return rc;
    for (size_t i = 0; i < sizeof titles / sizeof titles[0]; i++)
        ph_table_cell(l.table, titles[i]);
    ph_table_row(l.table);
    ph_table_rule(l.table);
    rc = ph_col_app_spool_err(app, app->spool->ops->list_standings(app->spool, list_standing, &l), err);
    if (rc != PH_OK) {
        ph_table_free(l.table);
        return rc;
    }
    return ph_col_show_table(l.table, stdout);
}

/* ---- status ---- */

static ph_rc status_json(ph_col_app *app, const link_note *link, const ph_col_cases *cases, size_t max, ph_buf *dst,
                         ph_err *err)
{
    ph_json j = ph_json_over(dst);
    ph_col_listing l = {.app = app, .json = &j};
    ph_json_begin_object(&j);
    ph_json_key(&j, "cases");
    ph_col_look_cases_json(app, cases, &j);
    ph_json_key(&j, "expected");
    ph_json_begin_array(&j);
    ph_rc rc = app->spool->ops->list_standings(app->spool, list_standing, &l);
    ph_json_end_array(&j);
    ph_json_key(&j, "items");
    ph_json_begin_array(&j);
    if (rc == PH_OK)
        rc = app->spool->ops->list(app->spool, max, ph_col_look_item, &l);
    ph_json_end_array(&j);
    ph_json_key(&j, "link");
    ph_json_begin_object(&j);
    ph_json_key(&j, "cause");
    ph_json_str(&j, ph_col_cause_code(link->cause));
    ph_json_key(&j, "running");
    ph_json_bool(&j, link->is_running);
    ph_json_key(&j, "since_us");
    ph_json_uint(&j, (uint64_t)link->since_us);
    ph_json_end_object(&j);
    ph_json_key(&j, "unit");
    ph_json_str(&j, app->cfg.unit);
    ph_json_end_object(&j);
    (void)ph_buf_put_byte(dst, '\n');
    return rc == PH_OK ? dst->rc : ph_col_app_spool_err(app, rc, err);
}

ph_rc ph_col_look_open(ph_col_app *app, ph_err *err)
{
    ph_rc rc = ph_col_app_config(app, err);
    if (rc == PH_OK && !ph_file_exists(app->cfg.spool)) {
        rc = ph_err_set(err, PH_NOT_FOUND, "spool.none", app->cfg.spool, "%s",
                        PH_T("chưa gửi gì từ máy này", "nothing was ever submitted from this machine"));
        ph_err_hint(err, "phusa-collector template; phusa-collector submit");
    }
    return rc == PH_OK ? ph_col_app_spool(app, err) : rc;
}

static ph_rc last_of(const ph_col_app *app, size_t *ret, ph_err *err)
{
    const char *said = ph_args_get(app->args, PH_COL_OPT_LIMIT);
    char *end = NULL;
    unsigned long long n = said == NULL ? DEFAULT_LAST : strtoull(said, &end, 10);
    *ret = (size_t)n;
    if (said == NULL || (end != said && *end == '\0' && n <= 1000000))
        return PH_OK;
    return ph_err_set(err, PH_USAGE, "args.last", said, "%s", PH_T("--last cần một số", "--last needs a number"));
}

static ph_rc print_status_json(ph_col_app *app, const link_note *link, const ph_col_cases *cases, size_t last,
                               ph_err *err)
{
    ph_buf text;
    ph_buf_init(&text, PH_COL_LOOK_JSON_BYTES);
    ph_rc rc = status_json(app, link, cases, last, &text, err);
    if (rc == PH_OK)
        rc = ph_term_write_buf(stdout, &text);
    ph_buf_done(&text);
    return rc;
}

static ph_rc print_status(ph_col_app *app, const link_note *link, const ph_col_cases *cases, size_t last, ph_err *err)
{
    print_link(app, link);
    (void)printf("\n%s\n", PH_T("Phải báo cáo (theo máy tổng hợp, lần nghe gần nhất):",
                                "Expected (as the aggregator said last):"));
    ph_rc rc = print_standings(app, err);
    ph_col_look_cases(app, cases);
    (void)printf("\n%s\n", PH_T("Các bản gửi, mới nhất trước:", "What was sent, newest first:"));
    return rc == PH_OK ? ph_col_look_items(app, last, false, err) : rc;
}

ph_rc ph_col_cmd_status(ph_col_app *app, ph_err *err)
{
    link_note link;
    ph_col_cases cases = {0};
    size_t last = 0;
    ph_rc rc = last_of(app, &last, err);
    if (rc == PH_OK)
        rc = ph_col_look_open(app, err);
    if (rc != PH_OK)
        return rc;
    read_link(app, &link);
    rc = ph_col_cases_load(app->spool, &cases);
    if (rc == PH_CORRUPT || rc == PH_NOT_FOUND) {
        ph_col_cases_done(&cases); /* nothing was heard, or what was is damaged: it is heard anew */
        rc = PH_OK;
    }
    rc = ph_col_app_spool_err(app, rc, err);
    if (rc == PH_OK)
        rc = app->args->json ? print_status_json(app, &link, &cases, last, err)
                             : print_status(app, &link, &cases, last, err);
    ph_col_cases_done(&cases);
    return rc;
}

/* ---- retry ---- */

ph_rc ph_col_cmd_retry(ph_col_app *app, ph_err *err)
{
    uint64_t n = 0;
    ph_rc rc = ph_col_look_open(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_spool_err(app, app->spool->ops->unpark(app->spool, (ph_verdict)0, &n), err);
    if (rc == PH_OK)
        (void)fprintf(stderr,
                      PH_T("%llu bản sẽ được gửi lại khi có tiến trình gửi (phusa-collector run).\n",
                           "%llu items are offered again by the process that sends (phusa-collector run).\n"),
                      (unsigned long long)n);
    return rc;
}
