/* cmd_words - words of states, methods and marks for people.   Layer: aggregator (app) */
#include "ph_agg_words.h"

#define TR(vi, en) ph_tr(lang, (vi), (en))

const char *ph_agg_method_text(ph_lang lang, ph_method method)
{
    switch (method) {
    case PH_METHOD_MEAN:
        return TR("bình quân giản đơn", "simple mean");
    case PH_METHOD_WEIGHTED_MEAN:
        return TR("bình quân gia quyền", "weighted mean");
    case PH_METHOD_SUM:
        return TR("tổng", "sum");
    case PH_METHOD_MIN:
        return TR("thấp nhất", "lowest");
    case PH_METHOD_MEDIAN:
        return TR("trung vị", "median");
    case PH_METHOD_MAX:
        return TR("cao nhất", "highest");
    case PH_METHOD_RATIO:
        return TR("tỷ lệ", "ratio");
    case PH_METHOD_LIST:
        return TR("liệt kê", "list");
    }
    return "";
}

const char *ph_agg_mark_text(ph_lang lang, ph_summary_mark mark)
{
    switch (mark) {
    case PH_SUMMARY_INSUFFICIENT:
        return TR("chưa đủ", "insufficient");
    case PH_SUMMARY_PARTIAL:
        return TR("một phần", "partial");
    case PH_SUMMARY_PROVISIONAL:
        return TR("tạm tính", "provisional");
    case PH_SUMMARY_FINAL:
        return TR("đã chốt", "final");
    }
    return "";
}

const char *ph_agg_state_text(ph_lang lang, ph_period_state state)
{
    switch (state) {
    case PH_PERIOD_PLANNED:
        return TR("chưa mở", "planned");
    case PH_PERIOD_OPEN:
        return TR("đang mở", "open");
    case PH_PERIOD_DUE:
        return TR("đã đến hạn", "due");
    case PH_PERIOD_CLOSED:
        return TR("đã đóng", "closed");
    case PH_PERIOD_FROZEN:
        return TR("đã chốt", "frozen");
    case PH_PERIOD_REOPENED:
        return TR("đã mở lại", "reopened");
    }
    return "";
}

const char *ph_agg_revision_text(ph_lang lang, ph_revision_kind kind)
{
    switch (kind) {
    case PH_REVISION_FIRST:
        return TR("gửi lần đầu", "first sending");
    case PH_REVISION_CLERICAL:
        return TR("đính chính lỗi ghi chép", "clerical correction");
    case PH_REVISION_RESTATEMENT:
        return TR("cập nhật số liệu thống kê", "statistical restatement");
    case PH_REVISION_DEFINITION:
        return TR("thay đổi khái niệm", "change of definition");
    case PH_REVISION_TERRITORY:
        return TR("thay đổi địa giới", "change of territory");
    case PH_REVISION_WITHDRAWAL:
        return TR("rút số liệu", "withdrawal");
    }
    return "";
}

const char *ph_agg_cell_text(ph_lang lang, ph_cell_state state)
{
    switch (state) {
    case PH_CELL_MISSING:
        return TR("chưa báo cáo", "not yet reported");
    case PH_CELL_GIVEN:
        return TR("có số liệu", "given");
    case PH_CELL_HELD:
        return TR("tạm giữ", "held");
    case PH_CELL_NO_VALUE:
        return TR("không có giá trị", "no value");
    }
    return "";
}

/* Followed by the unit that decided. */
const char *ph_agg_decision_text(ph_lang lang, ph_decision_kind kind)
{
    switch (kind) {
    case PH_DECISION_CONFIRM:
        return TR("xác nhận bởi", "confirmed by");
    case PH_DECISION_RETURN:
        return TR("trả lại bởi", "returned by");
    case PH_DECISION_OVERRIDE:
        return TR("cho qua bởi", "let pass by");
    case PH_DECISION_EXTEND:
        return TR("gia hạn bởi", "deadline extended by");
    case PH_DECISION_FREEZE:
        return TR("chốt bởi", "frozen by");
    case PH_DECISION_REOPEN:
        return TR("mở lại bởi", "reopened by");
    }
    return ph_decision_name(kind);
}

const char *ph_agg_kind_text(ph_lang lang, ph_entry_kind kind)
{
    switch (kind) {
    case PH_ENTRY_EXPLANATION:
        return TR("giải trình", "explanation");
    case PH_ENTRY_DECISION:
        return TR("quyết định", "decision");
    case PH_ENTRY_REGISTRY:
        return TR("danh mục", "registry");
    case PH_ENTRY_SUBMISSION:
        return TR("lần gửi", "submission");
    case PH_ENTRY_GENESIS:
    case PH_ENTRY_SEAL:
    case PH_ENTRY_FIGURE_SEAL:
    case PH_ENTRY_ROSTER:
    case PH_ENTRY_RESTORE:
    case PH_ENTRY_REFOLD:
        break;
    }
    return ph_entry_kind_name(kind);
}

const char *ph_agg_cell_mark_text(ph_lang lang, unsigned bit)
{
    switch (bit) {
    case PH_MARK_FLAGGED:
        return TR("(cần lưu ý)", "(flagged)");
    case PH_MARK_LATE:
        return TR("(nộp muộn)", "(late)");
    case PH_MARK_OUTLIER:
        return TR("(khác xa cụm)", "(outlier)");
    case PH_MARK_EXPLAINED:
        return TR("(đã giải trình)", "(explained)");
    case PH_MARK_CONFIRMED:
        return TR("(đã xác nhận)", "(confirmed)");
    case PH_MARK_OVERRIDDEN:
        return TR("(cụm trưởng cho qua)", "(overridden)");
    case PH_MARK_BREAK:
        return TR("(gãy chuỗi)", "(break)");
    default:
        return "";
    }
}

const char *ph_agg_revision_code(ph_revision_kind kind)
{
    static const char *const codes[] = {
#define PH_X(name, number, text) [number] = text,
        PH_REVISION_KIND_MAP(PH_X)
#undef PH_X
    };
    return codes[kind];
}
