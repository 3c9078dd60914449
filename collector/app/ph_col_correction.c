/* ph_col_correction - --kind and --reason: what is read from them, and what they mean for what was accepted before.
 * Layer: collector/app */
#include "ph_col_correction.h"

#include <stdio.h>
#include <string.h>

#include "ph_locale.h"
#include "ph_suggest.h"
#include "ph_utf8.h"

/* By number; FIRST is no kind of correction. */
static const char *const names[] = {
#define PH_X(name, number, text) [number] = (number) == PH_REVISION_FIRST ? NULL : (text),
    PH_REVISION_KIND_MAP(PH_X)
#undef PH_X
};
enum { N_NAMES = sizeof names / sizeof names[0] };

static ph_rc bad(const char *said, const char *vi, const char *en, ph_err *err)
{
    (void)ph_err_set(err, PH_USAGE, "args.kind", said, "%s", ph_lang_current() == PH_LANG_VI ? vi : en);
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    ph_err_hint(err, "--kind clerical|restatement|definition|territory|withdrawal --reason \"%s\"",
                PH_T("lý do", "why"));
    return PH_USAGE;
}

static ph_rc no_such_kind(const char *said, ph_err *err)
{
    const char *near = ph_suggest(ph_span_str(said), names, N_NAMES);
    ph_rc rc = bad(said, "không có loại đính chính này", "there is no such kind of correction", err);
    if (near != NULL)
        ph_err_hint(err, PH_T("có phải ý bạn là --kind %s?", "did you mean --kind %s?"), near);
    return rc;
}

ph_rc ph_col_correction_read(const ph_col_app *app, ph_col_correction *ret, ph_err *err)
{
    const char *said = ph_args_get(app->args, PH_COL_OPT_KIND), *reason = ph_args_get(app->args, PH_COL_OPT_REASON);
    *ret = (ph_col_correction){.kind = PH_REVISION_FIRST, .reason = ph_span_str(reason == NULL ? "" : reason)};
    if (ret->reason.len > PH_MAX_NOTE_BYTES || !ph_utf8_is_clean_nfc(ret->reason))
        return bad("--reason", "lý do quá dài hoặc có ký tự lạ", "the reason is too long or holds odd characters", err);
    if (ret->reason.len > 0 && ph_utf8_is_blank(ret->reason))
        return bad("--reason", "lý do để trống: ghi bằng lời vì sao sửa",
                   "the reason is blank: say in words why it is corrected", err);
    for (size_t i = 0; said != NULL && i < N_NAMES; i++)
        if (names[i] != NULL && strcmp(names[i], said) == 0)
            ret->kind = (ph_revision_kind)i;
    if (said != NULL && ret->kind == PH_REVISION_FIRST)
        return no_such_kind(said, err);
    if (ret->kind == PH_REVISION_WITHDRAWAL && ret->reason.len == 0)
        return bad(said, "rút số liệu cần lý do: lý do trở thành ghi chú của từng số bị rút",
                   "a withdrawal needs its reason: it becomes the note of each figure withdrawn", err);
    return PH_OK;
}

static ph_rc nothing_to_withdraw(const ph_col_prepared *p, ph_err *err)
{
    char period[PH_PERIOD_TEXT_BYTES], report[PH_MAX_TEXT_BYTES];
    (void)ph_period_print(p->key.period, period);
    snprintf(report, sizeof report, "%s %s %s", p->key.cluster, p->key.form, period);
    (void)ph_err_set(err, PH_USAGE, "submit.nothing_to_withdraw", report, "%s",
                     PH_T("chưa có bản nào của báo cáo này được nhận, nên chưa có số liệu nào để rút",
                          "nothing of this report was accepted yet, so there is no figure to withdraw"));
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi, không mất gì", "nothing was sent, nothing is lost"));
    ph_err_hint(
        err, "%s",
        PH_T("xem đúng kỳ và biểu mẫu chưa; xem các bản đã gửi: phusa-collector status. Nếu đã gửi từ máy khác: "
             "chờ nối được với máy tổng hợp rồi chạy lại lệnh này",
             "see whether period and form are right; what was sent: phusa-collector status. If it was sent from "
             "another machine: repeat this once the aggregator can be reached"));
    return PH_USAGE;
}

/* Laid over nothing, the revision would hold the withdrawn cells alone: all others would be gone with them. */
static ph_rc base_is_elsewhere(const ph_col_prepared *p, ph_err *err)
{
    (void)ph_err_set(err, PH_USAGE, "submit.withdraw_base", p->file,
                     PH_T("máy này không giữ nội dung bản số %u đã được nhận (gửi từ máy khác, hoặc spool mới)",
                          "this machine does not hold the cells of revision %u that was accepted (sent from another "
                          "machine, or the spool is new)"),
                     p->base_revision);
    ph_err_means(
        err, "%s",
        PH_T("chưa có gì được gửi; các số đã báo cáo vẫn nguyên", "nothing was sent; the figures stand as they were"));
    ph_err_hint(
        err, "%s",
        PH_T("rút từ máy đã gửi; hoặc gửi lại cả biểu từ máy này với --kind restatement, số cần rút ghi trạng "
             "thái O và ghi chú",
             "withdraw from the machine that sent it; or submit the whole form here with --kind restatement, with "
             "status O and a note in the rows to be withdrawn"));
    return PH_USAGE;
}

ph_rc ph_col_correction_settle(ph_col_prepared *p, ph_err *err)
{
    ph_col_correction *c = &p->correction;
    p->sub.kind = PH_REVISION_FIRST;
    p->sub.reason = ph_span_str("");
    c->is_idle = !p->has_base && ph_col_correction_is_said(c);
    if (!p->has_base)
        return c->kind == PH_REVISION_WITHDRAWAL ? nothing_to_withdraw(p, err) : PH_OK;
    if (c->kind == PH_REVISION_FIRST || c->reason.len == 0)
        return bad("", "đã có bản được nhận: đính chính cần loại và lý do",
                   "a revision was accepted before: a correction needs its kind and reason", err);
    if (c->kind == PH_REVISION_WITHDRAWAL && !p->base_is_known)
        return base_is_elsewhere(p, err);
    p->sub.kind = c->kind;
    p->sub.reason = c->reason;
    return PH_OK;
}

void ph_col_correction_tell(const ph_col_prepared *p)
{
    if (p->correction.is_idle)
        (void)fprintf(
            stderr, "%s\n",
            PH_T("Lưu ý: chưa có bản nào của báo cáo này được nhận, nên chưa có gì để đính chính. Đây là lần gửi "
                 "đầu; --kind và --reason không được gửi kèm.",
                 "Note: nothing of this report was accepted yet, so there is nothing to correct. This is a first "
                 "submission; --kind and --reason do not go with it."));
}
