/* ph_col_show_verdict - how a sending ends: the verdict, what was found, and what that means for the figures.   Layer:
 * collector/app */
#include <string.h>

#include "ph_col_sent.h"
#include "ph_col_show.h"
#include "ph_decision.h"
#include "ph_locale.h"
#include "ph_validate.h"

static const char *after_decision(ph_decision_kind kind)
{
    switch (kind) {
    case PH_DECISION_CONFIRM:
    case PH_DECISION_OVERRIDE:
        return PH_T("Số liệu được tính từ bây giờ.", "The value counts from now on.");
    case PH_DECISION_RETURN:
        return PH_T("Đơn vị sẽ thấy lý do, rồi giải trình lại hoặc đính chính.",
                    "The unit sees the reason, and explains again or corrects.");
    case PH_DECISION_EXTEND:
        return PH_T("Hạn nộp mới có hiệu lực.", "The new deadline holds.");
    case PH_DECISION_FREEZE:
        return PH_T("Kỳ đã chốt: bản gửi sau sẽ bị trả lại, cho đến khi mở lại.",
                    "The period is frozen: what comes later is returned, until it is reopened.");
    case PH_DECISION_REOPEN:
        return PH_T("Kỳ đã mở lại: số liệu và đính chính lại được nhận.",
                    "The period is reopened: figures and corrections are taken again.");
    }
    return "";
}

static const char *next_of_other(const ph_col_item *item)
{
    bool is_explanation = item->kind == PH_ENTRY_EXPLANATION;
    if (item->verdict == PH_VERDICT_REJECTED)
        return is_explanation ? PH_T("Lời giải trình không có hiệu lực. Xem: phusa-collector cases",
                                     "The explanation has no effect. See: phusa-collector cases")
                              : PH_T("Quyết định không có hiệu lực. Xem: phusa-collector cases",
                                     "The decision has no effect. See: phusa-collector cases");
    return is_explanation ? PH_T("Giải trình đã vào sổ. Số liệu vẫn tạm giữ cho đến khi cụm trưởng quyết định: "
                                 "phusa-collector cases",
                                 "The explanation is in the log. The value is still held until the head decides: "
                                 "phusa-collector cases")
                          : after_decision(item->decision);
}

static bool has_finding(const ph_col_stored_receipt *r, ph_rule rule)
{
    for (size_t i = 0; i < r->n_findings; i++)
        if (ph_rule_find(r->findings[i].rule) == rule)
            return true;
    return false;
}

static const char *after_refusal(const ph_col_item *item, const ph_col_stored_receipt *r)
{
    if (has_finding(r, PH_RULE_FROZEN))
        return PH_T(
            "Bản này không được tính: kỳ đã chốt. Chỉ khi cụm trưởng mở lại kỳ thì số liệu mới được nhận; đề nghị "
            "cụm trưởng mở lại, rồi submit lại.",
            "This revision does not count: the period is frozen. Only when the head of the cluster reopens it "
            "are figures taken again; ask the head for it, then submit again.");
    if (item->base_revision != 0)
        return PH_T("Bản này không được tính; số liệu đã nhận trước đó giữ nguyên. Sửa theo danh sách trên rồi submit "
                    "lại.",
                    "This revision does not count; what was accepted before stands. Correct it as listed and submit "
                    "again.");
    return PH_T("Số liệu chưa được tính. Sửa theo danh sách trên rồi submit lại.",
                "The figures do not count. Correct them as listed and submit again.");
}

static const char *after_acceptance(const ph_col_stored_receipt *r, const ph_col_sent *sent)
{
    if (has_finding(r, PH_RULE_SUPERSEDED))
        return PH_T("Bản này được lưu nhưng không được tính: đã có bản mới hơn.",
                    "This revision is kept and does not count: there is a newer one.");
    if (sent->is_withdrawal)
        return PH_T("Số liệu đã được rút, từ nay không được tính; các số khác của biểu giữ nguyên.",
                    "The figures are withdrawn and count no longer; the others of the form stand.");
    return PH_T("Số liệu đã được tính.", "The figures count.");
}

static const char *what_next(const ph_col_item *item, const ph_col_stored_receipt *r, const ph_col_sent *sent)
{
    ph_verdict v = item->verdict;
    if (item->kind != PH_ENTRY_SUBMISSION)
        return next_of_other(item);
    if (v == PH_VERDICT_REJECTED)
        return after_refusal(item, r);
    if (v == PH_VERDICT_HELD)
        return PH_T("Số bị tạm giữ chưa được tính cho đến khi giải trình được chấp nhận. Xem và giải trình: "
                    "phusa-collector cases, phusa-collector explain CHỈ_TIÊU --text \"…\"",
                    "Figures held do not count until an explanation is accepted. See and explain: "
                    "phusa-collector cases, phusa-collector explain INDICATOR --text \"…\"");
    return after_acceptance(r, sent);
}

/* Of an extension also for whom, and until when. */
static void put_next(const ph_col_item *item, const ph_col_stored_receipt *r, const ph_col_sent *sent, ph_buf *dst)
{
    char due[PH_TIME_TEXT_BYTES];
    if (item->verdict == PH_VERDICT_REJECTED || sent->due_us == 0) {
        (void)ph_buf_printf(dst, "%s\n", what_next(item, r, sent));
        return;
    }
    ph_col_show_time(sent->due_us, due);
    (void)ph_buf_printf(
        dst, PH_T("Hạn nộp mới có hiệu lực: %s, %s (giờ Việt Nam).\n", "The new deadline holds: %s, %s (UTC+7).\n"),
        item->subject[0] != '\0' ? item->subject : PH_T("mọi đơn vị", "all units"), due);
}

ph_rc ph_col_show_verdict(const ph_col_app *app, const ph_col_item *item, const ph_col_stored_receipt *r)
{
    ph_buf text;
    ph_col_sent sent;
    char id[PH_UUID_TEXT_BYTES], at[PH_TIME_TEXT_BYTES], what[256];
    ph_colour colour = item->verdict == PH_VERDICT_ACCEPTED   ? PH_COLOUR_GREEN
                       : item->verdict == PH_VERDICT_REJECTED ? PH_COLOUR_RED
                                                              : PH_COLOUR_YELLOW;
    ph_uuid_print(&item->id, id);
    ph_col_show_time(item->judged_at_us, at);
    ph_buf_init(&text, 256 * 1024);
    (void)ph_buf_printf(&text, "%s%s: %s%s", ph_term_on(stdout, colour),
                        ph_col_stage_word(ph_col_stage_of(item->state, item->verdict), app->lang),
                        ph_col_verdict_word(item->verdict, app->lang), ph_term_off(stdout, colour));
    ph_col_show_what(item, app->lang, what, sizeof what);
    (void)ph_buf_printf(&text, PH_T(" (%s, sổ số %llu, lúc %s)\n", " (%s, log %llu, at %s)\n"), what,
                        (unsigned long long)item->seq, at);
    ph_col_show_findings(app, r, &text);
    ph_col_sent_load(app, item, &sent);
    put_next(item, r, &sent, &text);
    ph_col_sent_done(&sent);
    (void)ph_buf_printf(&text,
                        PH_T("Biên nhận: phusa-collector receipts %s\n", "Receipt: phusa-collector receipts %s\n"), id);
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    ph_buf_done(&text);
    return rc;
}
