/* ph_col_cmd_decide - what the head of a cluster decides: shown, asked, signed, durable, sent, answered.   Layer:
 * collector/app */
#include <stdio.h>
#include <string.h>

#include "ph_col_case.h"
#include "ph_col_cmds.h"
#include "ph_col_due.h"
#include "ph_col_post.h"
#include "ph_col_show.h"
#include "ph_decision.h"
#include "ph_locale.h"
#include "ph_utf8.h"

enum { TEXT_MAX_BYTES = 64 * 1024 };

/* A decision in the making. Texts of d borrow from the arguments, the registry, the cases and key. */
typedef struct deciding {
    ph_decision d;
    ph_col_key key;
    ph_col_cases cases;
    ph_col_hearing_end end;
    const ph_case_line *line; /* decisions on a value */
    ph_buf reason;
} deciding;

/* ---- reason and time ---- */

static ph_rc bad_reason(const ph_col_app *app, const char *vi, const char *en, ph_err *err)
{
    (void)ph_err_set(err, PH_USAGE, "decide.reason", "--reason", "%s", ph_lang_current() == PH_LANG_VI ? vi : en);
    ph_err_means(err, "%s", PH_T("chưa có gì được quyết định hay gửi", "nothing was decided or sent"));
    ph_err_hint(err, "phusa-collector %s … --reason \"%s\"", app->args->command->name, PH_T("lý do", "why"));
    return PH_USAGE;
}

static ph_rc read_reason(const ph_col_app *app, deciding *x, ph_err *err)
{
    const char *said = ph_args_get(app->args, PH_COL_OPT_REASON);
    ph_rc rc = said == NULL ? PH_OK : ph_utf8_nfc(ph_span_str(said), &x->reason);
    x->d.reason = ph_buf_span(&x->reason);
    if (rc != PH_OK || x->reason.len > PH_MAX_NOTE_BYTES || !ph_utf8_is_clean_nfc(x->d.reason))
        return bad_reason(app, "lý do quá dài (tối đa 1024 byte) hoặc có ký tự lạ",
                          "the reason is too long (1024 bytes at most) or holds odd characters", err);
    if (x->reason.len > 0 && ph_utf8_is_blank(x->d.reason))
        return bad_reason(app, "lý do để trống: ghi bằng lời vì sao quyết định như vậy",
                          "the reason is blank: say in words why it is so decided", err);
    if (x->reason.len == 0 && ph_decision_wants_reason(x->d.kind))
        return bad_reason(app, "quyết định này phải có lý do: lý do được lưu và công bố mãi mãi",
                          "this decision needs its reason, which is kept and shown for ever", err);
    return PH_OK;
}

static ph_rc read_due(const ph_col_app *app, deciding *x, ph_err *err)
{
    const char *said = ph_args_get(app->args, PH_COL_OPT_DUE);
    if (x->d.kind != PH_DECISION_EXTEND || (said != NULL && ph_col_due_parse(ph_span_str(said), &x->d.due_us) == PH_OK))
        return PH_OK;
    (void)ph_err_set(err, PH_USAGE, "decide.due", said == NULL ? "--due" : said, "%s",
                     said == NULL ? PH_T("gia hạn cần hạn nộp mới", "an extension needs the new deadline")
                                  : PH_T("không phải thời điểm", "not a time"));
    ph_err_means(err, "%s", PH_T("chưa có gì được quyết định hay gửi", "nothing was decided or sent"));
    ph_err_hint(err, "%s",
                PH_T("--due \"2023-08-05 17:00\" (giờ Việt Nam), hoặc --due 05/08/2023 (hết ngày)",
                     "--due \"2023-08-05 17:00\" (UTC+7), or --due 2023-08-05 (the end of the day)"));
    return PH_USAGE;
}

/* ---- what it is about ---- */

/* A value binds by its digest: without having heard of it nothing can be decided. */
static ph_rc find_value(const ph_col_app *app, deciding *x, const ph_col_wanted *wanted, ph_err *err)
{
    uint16_t unit, indicator;
    ph_rc rc = ph_col_case_unit(app, app->args->operands[0], &unit, err);
    if (rc == PH_OK)
        rc = ph_col_case_indicator(app, wanted->form, app->args->operands[1], &indicator, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_col_case_pick(app, &x->cases, wanted, unit, indicator, &x->line, err);
    if (rc == PH_NOT_FOUND && !x->end.is_fresh)
        return ph_col_case_offline(app, &x->cases, x->end.cause, err);
    if (rc != PH_OK)
        return rc;
    ph_col_case_key(x->line, &x->key);
    x->d.subject = ph_span_str(ph_registry_unit(app->registry, unit)->id);
    x->d.indicator = ph_span_str(ph_registry_indicator(app->registry, indicator)->code);
    x->d.value = x->line->digest;
    return PH_OK;
}

static ph_rc find_report(const ph_col_app *app, deciding *x, const ph_col_wanted *wanted, ph_err *err)
{
    const ph_calendar_item *duty = NULL;
    uint16_t unit = PH_NO_INDEX;
    ph_rc rc = app->args->n_operands > 0 ? ph_col_case_unit(app, app->args->operands[0], &unit, err) : PH_OK;
    if (rc == PH_OK)
        rc = ph_col_app_duty(app, wanted, &duty, err);
    if (rc != PH_OK)
        return rc;
    ph_col_app_key(app, duty, &x->key);
    if (unit != PH_NO_INDEX)
        x->d.subject = ph_span_str(ph_registry_unit(app->registry, unit)->id);
    return PH_OK;
}

static ph_rc find_subject(const ph_col_app *app, deciding *x, ph_err *err)
{
    ph_col_wanted wanted;
    ph_rc rc = ph_col_app_wanted(app, &wanted, err);
    if (rc == PH_OK)
        rc = ph_decision_is_of_cell(x->d.kind) ? find_value(app, x, &wanted, err) : find_report(app, x, &wanted, err);
    x->d.unit = ph_span_str(app->cfg.unit);
    x->d.cluster = ph_span_str(x->key.cluster);
    x->d.form = ph_span_str(x->key.form);
    x->d.period = x->key.period;
    return rc;
}

/* ---- showing and asking ---- */

/* The aggregator decides who may; that it will say no is worth a word before. */
static void put_doubt(const ph_col_app *app, const deciding *x, ph_buf *dst)
{
    ph_role role = PH_ROLE_MEMBER;
    if (ph_col_case_role(app, &x->key, &role) && role == PH_ROLE_HEAD)
        return;
    (void)ph_buf_printf(dst,
                        PH_T("Lưu ý: theo danh mục, %s không phải cụm trưởng trong năm %u; máy tổng hợp sẽ không chấp "
                             "nhận quyết định này.\n",
                             "Note: by the registry %s is not the head in %u; the aggregator will not take this "
                             "decision.\n"),
                        app->cfg.unit, (unsigned)x->key.period.year);
}

/* What still waits when a period is frozen stays out of its figures. */
static void put_open(const deciding *x, ph_buf *dst)
{
    uint32_t n = 0;
    for (size_t i = 0; i < x->cases.n; i++)
        n += ph_col_case_is_of(&x->cases.lines[i], &x->key) && x->cases.lines[i].state <= PH_CASE_RETURNED;
    if (n > 0)
        (void)ph_buf_printf(dst,
                            PH_T("  còn %u số liệu tạm giữ: chốt bây giờ thì chúng không được tính\n",
                                 "  %u values are still held: frozen now, they do not count\n"),
                            (unsigned)n);
}

static void put_effect(ph_decision_kind kind, ph_buf *dst)
{
    const char *words = "";
    if (kind == PH_DECISION_CONFIRM)
        words = PH_T("số liệu được tính vào cụm", "the value counts");
    else if (kind == PH_DECISION_RETURN)
        words = PH_T("đơn vị phải giải trình lại hoặc đính chính", "the unit is to explain again, or to correct");
    else if (kind == PH_DECISION_OVERRIDE)
        words = PH_T("số liệu được tính dù chưa giải trình thỏa đáng; lý do hiện mãi bên cạnh",
                     "the value counts though not explained to satisfaction; the reason is shown for ever");
    else if (kind == PH_DECISION_FREEZE)
        words = PH_T("không nhận thêm bản nào của kỳ này, cho đến khi mở lại",
                     "nothing more of this period is taken until it is reopened");
    else if (kind == PH_DECISION_REOPEN)
        words = PH_T("kỳ này lại nhận bản gửi và đính chính", "figures and corrections are taken again");
    else
        words = PH_T("bản đến trước hạn mới không tính là muộn, kể cả bản đã gửi",
                     "what comes by the new deadline is not late, nor what has come by then already");
    (void)ph_buf_printf(dst, "  → %s\n", words);
}

static void put_about(ph_col_app *app, const deciding *x, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES], due[PH_TIME_TEXT_BYTES];
    (void)ph_period_print(x->key.period, period);
    (void)ph_buf_printf(
        dst, PH_T("Quyết định: %s (biểu %s, cụm %s, kỳ %s)\n", "Decision: %s (form %s, cluster %s, period %s)\n"),
        ph_col_decision_word(x->d.kind, app->lang), x->key.form, x->key.cluster, period);
    if (x->line != NULL)
        ph_col_case_show(app, x->line, false, dst);
    if (x->line != NULL && !x->end.is_fresh)
        (void)ph_buf_printf(dst, "  %s\n",
                            PH_T("(theo lần nghe trước: chưa hỏi lại được máy tổng hợp)",
                                 "(as heard before: the aggregator could not be asked again)"));
    if (x->d.kind == PH_DECISION_EXTEND) {
        ph_col_show_time(x->d.due_us, due);
        (void)ph_buf_printf(
            dst, "  %s: %.*s → %s\n", PH_T("hạn nộp mới", "new deadline"),
            x->d.subject.len == 0 ? (int)strlen(PH_T("mọi đơn vị", "all units")) : (int)x->d.subject.len,
            x->d.subject.len == 0 ? PH_T("mọi đơn vị", "all units") : (const char *)x->d.subject.ptr, due);
    }
    if (x->d.kind == PH_DECISION_FREEZE)
        put_open(x, dst);
    if (x->d.reason.len > 0) {
        (void)ph_buf_printf(dst, "  %s: ", PH_T("lý do", "reason"));
        (void)ph_utf8_escape(x->d.reason, dst);
        (void)ph_buf_put_byte(dst, '\n');
    }
    put_effect(x->d.kind, dst);
    put_doubt(app, x, dst);
}

static ph_rc show_and_ask(ph_col_app *app, const deciding *x, ph_err *err)
{
    static const ph_col_question question = {.unasked = "decide.unasked", .declined = "decide.declined"};
    ph_buf text;
    if (app->args->json)
        return PH_OK; /* --json needs --yes */
    ph_buf_init(&text, TEXT_MAX_BYTES);
    put_about(app, x, &text);
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stderr, &text) : text.rc;
    ph_buf_done(&text);
    return rc == PH_OK
               ? ph_col_post_ask(app, &question,
                                 PH_T("Ký và gửi quyết định này? [c/K] ", "Sign and send this decision? [y/N] "), err)
               : rc;
}

/* ---- the commands ---- */

static ph_rc put(ph_col_app *app, deciding *x, ph_col_item *item, ph_err *err)
{
    ph_buf body;
    ph_col_post_stamp(&x->d.id, &x->d.agent_time_us);
    *item = (ph_col_item){.id = x->d.id,
                          .kind = PH_ENTRY_DECISION,
                          .key = x->key,
                          .decision = x->d.kind,
                          .spooled_at_us = x->d.agent_time_us};
    (void)ph_span_copy(x->d.subject, item->subject, sizeof item->subject);
    (void)ph_span_copy(x->d.indicator, item->indicator, sizeof item->indicator);
    ph_buf_init(&body, PH_COL_MAX_ENVELOPE_BYTES);
    ph_decision_write(&x->d, &body);
    ph_rc rc = ph_col_post_put(app, &body, item, err);
    ph_buf_done(&body);
    return rc;
}

static ph_rc decide(ph_col_app *app, ph_col_wait *w, deciding *x, ph_err *err)
{
    int64_t patience_us = 0;
    ph_col_item item;
    ph_rc rc = ph_col_wait_patience(app->args, &patience_us, err);
    if (rc == PH_OK)
        rc = ph_col_case_hear(app, w, &x->cases, &x->end, err);
    if (rc == PH_OK)
        rc = find_subject(app, x, err);
    if (rc == PH_OK)
        rc = show_and_ask(app, x, err);
    if (rc == PH_OK)
        rc = put(app, x, &item, err);
    return rc == PH_OK ? ph_col_post_follow(app, w, &item, patience_us, err) : rc;
}

ph_rc ph_col_cmd_decide(ph_col_app *app, ph_decision_kind kind, ph_err *err)
{
    deciding x = {.d.kind = kind};
    ph_col_wait *w = NULL;
    if (app->args->json && !ph_args_has(app->args, PH_COL_OPT_YES))
        return ph_err_set(err, PH_USAGE, "decide.unasked", "--json", "%s",
                          PH_T("--json cần --yes", "--json needs --yes"));
    ph_buf_init(&x.reason, TEXT_MAX_BYTES);
    ph_rc rc = read_reason(app, &x, err);
    if (rc == PH_OK)
        rc = read_due(app, &x, err);
    if (rc == PH_OK)
        rc = ph_col_app_all(app, err);
    if (rc == PH_OK)
        rc = ph_col_wait_open(app, &w, err);
    if (rc == PH_OK)
        rc = decide(app, w, &x, err);
    ph_col_cases_done(&x.cases);
    ph_buf_done(&x.reason);
    ph_col_wait_close(w);
    return rc;
}
