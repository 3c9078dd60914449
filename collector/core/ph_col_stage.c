/* ph_col_stage - where an item stands: in the spool's words, and in the four that people see.   Layer: collector/core
 * (pure) */
#include "ph_col_stage.h"

#include <string.h>

const char *ph_col_state_name(ph_col_state s)
{
    switch (s) {
#define PH_X(name, number, text) \
    case PH_COL_##name:          \
        return text;
        PH_COL_STATE_MAP(PH_X)
#undef PH_X
    }
    return "?";
}

ph_col_stage ph_col_stage_of(ph_col_state state, ph_verdict verdict)
{
    switch (state) {
    case PH_COL_SENT:
        return PH_COL_STAGE_SENT;
    case PH_COL_JUDGED:
        return verdict == PH_VERDICT_HELD ? PH_COL_STAGE_RECEIVED : PH_COL_STAGE_JUDGED;
    case PH_COL_QUEUED:
    case PH_COL_PARKED:
    case PH_COL_SUPERSEDED:
    case PH_COL_QUARANTINED:
        break;
    }
    return PH_COL_STAGE_NOT_SENT;
}

static const struct {
    const char *code, *vi, *en;
} stages[] = {
#define PH_X(name, code, vi, en) {code, vi, en},
    PH_COL_STAGE_MAP(PH_X)
#undef PH_X
};

const char *ph_col_stage_code(ph_col_stage s)
{
    return stages[s].code;
}

const char *ph_col_stage_word(ph_col_stage s, ph_lang lang)
{
    return lang == PH_LANG_VI ? stages[s].vi : stages[s].en;
}

const char *ph_col_verdict_word(ph_verdict v, ph_lang lang)
{
    switch (v) {
    case PH_VERDICT_ACCEPTED:
        return ph_tr(lang, "được nhận", "accepted");
    case PH_VERDICT_HELD:
        return ph_tr(lang, "tạm giữ", "held");
    case PH_VERDICT_REJECTED:
        return ph_tr(lang, "bị trả lại", "rejected");
    case PH_VERDICT_FORBIDDEN:
    case PH_VERDICT_BUSY:
    case PH_VERDICT_NO_SPACE:
    case PH_VERDICT_TOO_LARGE:
    case PH_VERDICT_UPGRADE:
    case PH_VERDICT_MALFORMED:
    case PH_VERDICT_CONFLICT:
        break;
    }
    return ph_verdict_name(v);
}

const char *ph_col_kind_word(ph_entry_kind kind, ph_lang lang)
{
    return kind == PH_ENTRY_EXPLANATION ? ph_tr(lang, "giải trình", "explanation")
           : kind == PH_ENTRY_DECISION  ? ph_tr(lang, "quyết định", "decision")
                                        : ph_tr(lang, "số liệu", "figures");
}

const char *ph_col_decision_word(ph_decision_kind kind, ph_lang lang)
{
    switch (kind) {
    case PH_DECISION_CONFIRM:
        return ph_tr(lang, "xác nhận", "confirm");
    case PH_DECISION_RETURN:
        return ph_tr(lang, "trả lại", "return");
    case PH_DECISION_OVERRIDE:
        return ph_tr(lang, "cho qua", "override");
    case PH_DECISION_EXTEND:
        return ph_tr(lang, "gia hạn", "extend");
    case PH_DECISION_FREEZE:
        return ph_tr(lang, "chốt số liệu", "freeze");
    case PH_DECISION_REOPEN:
        return ph_tr(lang, "mở lại", "reopen");
    }
    return "?";
}

const char *ph_col_case_word(ph_case_state state, ph_lang lang)
{
    switch (state) {
    case PH_CASE_HELD:
        return ph_tr(lang, "tạm giữ", "held");
    case PH_CASE_EXPLAINED:
        return ph_tr(lang, "đã giải trình", "explained");
    case PH_CASE_RETURNED:
        return ph_tr(lang, "bị trả lại", "returned");
    case PH_CASE_CONFIRMED:
        return ph_tr(lang, "đã xác nhận", "confirmed");
    case PH_CASE_OVERRIDDEN:
        return ph_tr(lang, "đã cho qua", "overridden");
    }
    return "?";
}

const char *ph_col_refusal_word(ph_verdict v, ph_lang lang)
{
    switch (v) {
    case PH_VERDICT_FORBIDDEN:
        return ph_tr(lang,
                     "khóa không được phép gửi cho đơn vị này; gửi thẻ mới cho người ký danh sách, rồi chạy lệnh retry",
                     "the key may not speak for this unit; hand in a new card, then run the command retry");
    case PH_VERDICT_TOO_LARGE:
        return ph_tr(lang, "lớn hơn giới hạn của máy tổng hợp; rút gọn ghi chú rồi submit lại",
                     "larger than the aggregator's limit; shorten the notes and submit again");
    case PH_VERDICT_UPGRADE:
        return ph_tr(lang, "phiên bản phần mềm không còn được nhận; nâng cấp, rồi chạy lệnh retry",
                     "this version is no longer accepted; upgrade, then run the command retry");
    case PH_VERDICT_MALFORMED:
        return ph_tr(lang, "máy tổng hợp không đọc được bản này; báo người vận hành cả hai bên, rồi submit lại",
                     "the aggregator cannot read it; tell the operators of both sides, then submit again");
    case PH_VERDICT_CONFLICT:
        return ph_tr(lang, "mã số này đã dùng cho nội dung khác (spool bị chép?); giữ nguyên tệp và báo người vận hành",
                     "this id stands for other content (was the spool copied?); keep the file and tell the operator");
    case PH_VERDICT_BUSY:
        return ph_tr(lang, "máy tổng hợp đang bận; tự gửi lại", "the aggregator is busy; sent again by itself");
    case PH_VERDICT_NO_SPACE:
        return ph_tr(lang, "máy tổng hợp hết chỗ; tự gửi lại", "the aggregator has no space; sent again by itself");
    case PH_VERDICT_ACCEPTED:
    case PH_VERDICT_HELD:
    case PH_VERDICT_REJECTED:
        break;
    }
    return "";
}

static const struct {
    const char *code, *vi, *en, *vi_do, *en_do;
} causes[] = {
#define PH_X(name, code, vi, en, vi_do, en_do) {code, vi, en, vi_do, en_do},
    PH_COL_CAUSE_MAP(PH_X)
#undef PH_X
};

const char *ph_col_cause_code(ph_col_cause c)
{
    return causes[c].code;
}

const char *ph_col_cause_word(ph_col_cause c, ph_lang lang)
{
    return lang == PH_LANG_VI ? causes[c].vi : causes[c].en;
}

const char *ph_col_cause_remedy(ph_col_cause c, ph_lang lang)
{
    return lang == PH_LANG_VI ? causes[c].vi_do : causes[c].en_do;
}

ph_col_cause ph_col_cause_find(const char *code)
{
    for (int i = 0; i < PH_COL_CAUSE_COUNT; i++)
        if (strcmp(causes[i].code, code) == 0)
            return (ph_col_cause)i;
    return PH_COL_CAUSE_NONE;
}
