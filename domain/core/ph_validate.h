/* ph_validate - every rule over one submission; breaches come out as data.   Layer: domain/core (pure) */
#ifndef PH_VALIDATE_H
#define PH_VALIDATE_H

#include <stddef.h>
#include <stdint.h>

#include "ph_registry.h"
#include "ph_result.h"
#include "ph_sheet.h"
#include "ph_submission.h"
#include "ph_verdict.h"

/* The rules of this version. X(name, id, action, vi, en): the words say what is wrong and what to do; %1 = indicator's
 * name, %2 = value, %3 = bound, %4 = detail, %5 = below or above (the value beside the bound). Ids are stable: papers
 * and counts name them. docs/RULES.md lists them. */
/* clang-format off */
#define PH_RULE_MAP(X)                                                                                                 \
    X(DUTY, "submission.duty", REJECT, \
      "Lịch báo cáo không có biểu mẫu và kỳ này (%4) cho cụm đã ghi. Kiểm tra mã cụm, mã biểu mẫu và kỳ báo cáo.", \
      "The calendar has no such form and period (%4) for this cluster. Check the codes of cluster and form, and the period.") \
    X(MEMBER, "submission.member", REJECT, \
      "Đơn vị không phải là thành viên của cụm trong năm của số liệu (%4). Kiểm tra mã đơn vị, mã cụm và kỳ báo cáo.", \
      "The unit is not a member of the cluster in the year of the data (%4). Check the codes of unit and cluster, and the period.") \
    X(NOT_OPEN, "submission.not_open", REJECT, \
      "Kỳ báo cáo chưa mở; mở từ %4. Gửi lại sau thời điểm đó.", \
      "The period is not open yet; it opens at %4. Send the form again from then on.") \
    X(REUSED, "revision.reused", REJECT, \
      "Số bản %4 đã dùng cho một lần gửi trước. Lập bản mới với số lớn hơn rồi gửi lại.", \
      "Revision number %4 was used by an earlier sending. Make a new revision with a higher number and send that.") \
    X(STALE_BASE, "revision.stale_base", REJECT, \
      "Bản này sửa từ một bản không còn là bản được nhận gần nhất (bản gần nhất: %4). Lấy trạng thái mới, sửa trên bản đó rồi gửi lại.", \
      "This revision corrects one that is no longer the last accepted (that one: %4). Fetch the status, correct from there and send again.") \
    X(SUPERSEDED, "revision.superseded", NOTE, \
      "Đã nhận một bản mới hơn (bản %4). Bản này được lưu lại nhưng không làm thay đổi số liệu; không cần làm gì thêm.", \
      "A newer revision (%4) was accepted already. This one is kept but changes no figure; nothing is to be done.") \
    X(FROZEN, "submission.frozen", REJECT, \
      "Số liệu của kỳ này đã chốt nên không nhận thêm. Nếu cần sửa, đề nghị cụm trưởng mở lại kỳ báo cáo rồi gửi lại.", \
      "The figures of this period are frozen, so nothing more is taken. Ask the head of the cluster to reopen it, then send again.") \
    X(NO_REASON, "revision.reason", REJECT, \
      "Bản đính chính phải ghi loại và lý do. Ghi đủ cả hai rồi gửi lại.", \
      "A correction must give its kind and its reason. Give both and send it again.") \
    X(LATE, "submission.late", NOTE, \
      "Nhận sau hạn nộp (%4): số liệu mới hoặc đã sửa được ghi là nộp muộn. Riêng việc nộp muộn không làm số liệu bị trả lại hay tạm giữ.", \
      "Received after it was due (%4): new or corrected figures are marked late. Being late alone neither returns nor holds a figure.") \
    X(UNKNOWN, "cell.unknown", REJECT, \
      "Chỉ tiêu %4 không có trong biểu mẫu này. Xóa dòng đó, hoặc sửa lại mã chỉ tiêu theo mẫu.", \
      "Indicator %4 is not on this form. Delete the row, or correct the code as the template has it.") \
    X(REPEATED, "cell.repeated", REJECT, \
      "%1 có hơn một dòng. Giữ lại một dòng đúng, xóa các dòng còn lại.", \
      "%1 has more than one row. Keep the right one and delete the others.") \
    X(REQUIRED, "cell.required", REJECT, \
      "Thiếu %1. Điền số liệu; nếu không có, ghi trạng thái không có số liệu kèm ghi chú lý do.", \
      "%1 is missing. Fill it in; if there is none, give a status for \"no value\" and a note that says why.") \
    X(STATUS, "cell.status", REJECT, \
      "%1: trạng thái %4 không dùng được với giá trị đã ghi. Sửa trạng thái (A là số bình thường), hoặc sửa giá trị.", \
      "%1: status %4 cannot stand with what is given as value. Correct the status (A is a normal value) or the value.") \
    X(DECIMALS, "cell.decimals", REJECT, \
      "%1: %2 có nhiều hơn %3 chữ số thập phân. Làm tròn như nguồn công bố rồi gửi lại.", \
      "%1: %2 has more than %3 decimals. Round it as the source does and send it again.") \
    X(HARD, "range.hard", REJECT, \
      "%1: %2 %5 giới hạn %3 nên cả biểu bị trả lại. Kiểm tra dấu thập phân, đơn vị tính và dấu âm.", \
      "%1: %2 is %5 the limit of %3, so the form is returned. Check the decimal mark, the unit and the sign.") \
    X(SOFT, "range.soft", FLAG, \
      "%1: %2 %5 mức thường gặp %3. Số liệu vẫn được tính và được đánh dấu; nếu đúng, hãy ghi chú lý do.", \
      "%1: %2 is %5 the usual %3. It counts and is marked; if it is right, add a note that says why.") \
    X(NARRATIVE, "narrative.item", REJECT, \
      "Mục nội dung thứ %2 không dùng được (%4). Loại là movement, directive hoặc model; phải có tiêu đề; ngày văn bản viết dạng 2023-03-31. Sửa mục đó rồi gửi lại.", \
      "Narrative item %2 cannot be used (%4). Its kind is movement, directive or model; it needs a title; a document's date is written 2023-03-31. Correct it and send again.") \
    X(NARRATIVE_REPEATED, "narrative.repeated", FLAG, \
      "Mục nội dung thứ %2 trùng với một mục trước (%4). Vẫn được ghi vào sổ; nếu nhầm, xóa một mục trong bản đính chính.", \
      "Narrative item %2 repeats an earlier one (%4). It stands in the register all the same; if that is a slip, leave one out in a correction.") \
    X(RELEASED, "cell.released", NOTE, \
      "%1: cụm trưởng đã chấp nhận giá trị %2 trước đây (%4) nên số liệu được tính; không cần giải trình lại.", \
      "%1: the head of the cluster accepted %2 before (%4), so it counts; it need not be explained again.") \
    X(EXPLAIN_NO_CASE, "explanation.no_case", REJECT, \
      "%1 không có giá trị nào của đơn vị đang chờ giải trình. Lấy danh sách giá trị đang giữ lại rồi chọn đúng chỉ tiêu và kỳ.", \
      "No value of your unit waits to be explained for %1. Fetch the held values and choose the right indicator and period.") \
    X(EXPLAIN_STALE, "explanation.stale", REJECT, \
      "Giải trình nói về một giá trị của %1 không còn trên biểu (hiện là %2). Lấy trạng thái mới, xem lại giá trị đang chờ rồi giải trình lại.", \
      "The explanation speaks of a value of %1 that is no longer there (now: %2). Fetch the status, look at the value that waits and explain that.") \
    X(EXPLAIN_NOT_YOURS, "explanation.not_yours", REJECT, \
      "Giá trị này của %1 là của đơn vị %4. Chỉ đơn vị đó giải trình được.", \
      "This value of %1 is that of unit %4. Only that unit can explain it.") \
    X(DECIDE_NOT_HEAD, "decision.not_head", REJECT, \
      "Chỉ cụm trưởng trong năm của số liệu (%4) mới được quyết định. Chuyển việc này cho cụm trưởng đó.", \
      "Only the head of the cluster in the year of the data (%4) can decide. Pass it on to that head.") \
    X(DECIDE_NO_CASE, "decision.no_case", REJECT, \
      "%1 của đơn vị %4 không có giá trị nào đang chờ quyết định. Lấy danh sách giá trị đang giữ lại rồi chọn đúng đơn vị, chỉ tiêu và kỳ.", \
      "No value of %1 of unit %4 waits for a decision. Fetch the held values and choose the right unit, indicator and period.") \
    X(DECIDE_STALE, "decision.stale", REJECT, \
      "Quyết định nói về một giá trị của %1 không còn trên biểu (hiện là %2). Lấy trạng thái mới, xem lại giá trị rồi quyết định lại.", \
      "The decision speaks of a value of %1 that is no longer there (now: %2). Fetch the status, look at the value and decide again.") \
    X(DECIDE_REASON, "decision.reason", REJECT, \
      "Quyết định loại này (%4) phải ghi lý do. Ghi lý do rồi gửi lại.", \
      "A decision of this kind (%4) must give its reason. Give it and send again.") \
    X(DECIDE_STATE, "decision.state", REJECT, \
      "Trạng thái hiện nay (%4) không cho phép quyết định này. Lấy trạng thái mới rồi chọn quyết định phù hợp.", \
      "The present state (%4) does not allow this decision. Fetch the status and choose one that goes with it.") \
    X(DECIDE_DUE, "decision.due", REJECT, \
      "Hạn nộp mới phải sau hạn hiện nay (%4). Chọn thời điểm muộn hơn rồi gửi lại.", \
      "The new deadline must be later than the present one (%4). Choose a later time and send again.")
/* clang-format on */

typedef enum ph_rule {
#define PH_X(name, id, action, vi, en) PH_RULE_##name,
    PH_RULE_MAP(PH_X)
#undef PH_X
        PH_RULE_COUNT
} ph_rule;

const char *ph_rule_id(ph_rule rule);
ph_action ph_rule_action(ph_rule rule);
ph_rule ph_rule_find(ph_span id);           /* PH_RULE_COUNT when unknown */
const ph_name *ph_rule_words(ph_rule rule); /* the template, NULL when unknown */

/**
 * The words for one finding, in the reader's language, into @dst (terminated; numbers in that language's notation).
 * @reg may be NULL (then codes stand for names). Unknown rules give their id and detail. In a template %1 is the
 * indicator, %2 the value, %3 the bound, %4 the detail (an indicator among them by its name), %5 below or above, %6 the
 * detail as a number with its unit: what would fit, or what follows.
 */
size_t ph_finding_say(const ph_finding *f, const ph_registry *reg, ph_lang lang, char *dst, size_t size);
/** The first % of a template that is neither a place (%1 to %6) nor a percent sign after its number or a space; NULL
 * when there is none. Shape: @text NUL-terminated; returns a place in it. Thread: any.   Source: docs/RULES.md. */
const char *ph_finding_template_slip(const char *text);

/* A form compiled for one cluster and period: typed columns, O(1) from code to column, bounds at the column's scale.
 * Nothing is hashed or allocated per observation beyond one small hash of the code. Immutable. */
typedef struct ph_plan ph_plan;
/** Owns: *ret by the caller; borrows @reg, which must outlive it.   Errors: NOMEM, BUG. */
ph_rc ph_plan_new(const ph_registry *reg, const ph_calendar_item *duty, ph_plan **ret) PH_CHECKED;
void ph_plan_free(ph_plan *p);
const ph_calendar_item *ph_plan_duty(const ph_plan *p);
uint16_t ph_plan_n_columns(const ph_plan *p);
uint16_t ph_plan_column(const ph_plan *p, ph_span indicator); /* or PH_NO_INDEX */
const ph_indicator *ph_plan_indicator(const ph_plan *p, uint16_t column);
bool ph_plan_is_required(const ph_plan *p, uint16_t column);

/* A column that a rule holds, and by which rule (place among the registry's). */
typedef struct ph_hold {
    uint16_t column, rule;
} ph_hold;
enum { PH_MAX_HOLDS = PH_MAX_OBSERVATIONS * PH_CASE_MAX_RULES }; /* of one column at most PH_CASE_MAX_RULES */

/* Numbers of rules: the built-in ones, then those of the registry in its order. */
enum { PH_RULE_ALL = PH_RULE_COUNT + PH_MAX_DATA_RULES, PH_FINDING_TEXT_BYTES = 72 };
_Static_assert((int)PH_RULE_ALL <= (int)PH_MAX_RULES, "a verdict counts every rule");

/* Collects findings with complete counts; keeps the first PH_MAX_FINDINGS. Zero it before use. Texts are borrowed from
 * the submission, the registry and static tables; those that were computed stand in @texts, so it must not move. */
typedef struct ph_findings {
    uint32_t n_all; /* found in all */
    size_t n;       /* kept */
    ph_finding list[PH_MAX_FINDINGS];
    char texts[PH_MAX_FINDINGS][PH_FINDING_TEXT_BYTES]; /* details of list[i] that were computed */
    uint32_t counts[PH_RULE_ALL];
    uint8_t order[PH_RULE_ALL]; /* rules in order of first appearance */
    uint8_t n_order;
    ph_span ids[PH_RULE_ALL];       /* of order[i] */
    ph_action actions[PH_RULE_ALL]; /* of order[i]: the strongest */
    ph_action worst;                /* PH_ACTION_NOTE when nothing was found */
    uint16_t n_holds;
    ph_hold holds[PH_MAX_HOLDS];
} ph_findings;

/* What rules may look at besides the submission: the unit's own accepted data of an earlier period, in the plan's
 * columns and at their scale; and the day from which on references count. Where earlier data was not looked up (an
 * agent has none), rules that need it say nothing; where it was and there is none, never_skip says so. unread: a bit
 * for each column that was given and could not be read (a file that is checked before it is sent): it is not missing,
 * and a check that would look at it says nothing. */
typedef struct ph_earlier {
    bool is_there;
    const ph_cell *cells; /* n_columns; HELD and MISSING ones are no evidence */
} ph_earlier;
typedef struct ph_evidence {
    uint16_t unit;    /* in the registry; PH_NO_INDEX = unknown */
    ph_date known_on; /* the day of receipt */
    bool has_earlier; /* the two below were looked up */
    ph_earlier previous, year_ago;
    const uint64_t *unread; /* PH_UNREAD_WORDS of them; NULL: none */
} ph_evidence;
enum { PH_UNREAD_WORDS = PH_MAX_OBSERVATIONS / 64 };

static inline bool ph_evidence_is_unread(const ph_evidence *e, uint16_t column)
{
    return e != NULL && e->unread != NULL && column != PH_NO_INDEX &&
           (e->unread[column / 64] >> (column % 64) & 1) != 0;
}

/** Add a finding. Rule and action are filled in; that of a data rule has its action set and @rule as its place in
 * @reg, and its detail, where it has one, is copied. */
void ph_findings_add(ph_findings *fs, ph_rule rule, const ph_finding *finding);
void ph_findings_add_data(ph_findings *fs, const ph_registry *reg, uint16_t rule, const ph_finding *finding);
/**
 * A held value that may pass after all: its holds on @column and their findings are taken back, and one note
 * (cell.released, with @finding's value and detail) stands in their place. Counts stay complete; only of a column that
 * more than PH_CASE_MAX_RULES rules hold, findings beyond the list stay counted. Shape: nothing rejects. Thread: any.
 */
void ph_findings_release(ph_findings *fs, const ph_plan *plan, uint16_t column, const ph_finding *finding);
/** Verdict that the findings call for: REJECTED if any rejects, HELD if any holds, else ACCEPTED. */
ph_verdict ph_findings_verdict(const ph_findings *fs);
/** Complete counts per rule, in order of first appearance; how many. Shape: @ret holds PH_RULE_ALL. */
size_t ph_findings_counts(const ph_findings *fs, ph_rule_count *ret);
/** Judgement and findings page as they travel.   Errors: stick in the buffers. */
void ph_findings_judgement(const ph_findings *fs, const ph_digest *registry, ph_buf *page, ph_judgement *ret);

/**
 * All rules on cells: belongs-to-form, repeated, status, decimals, hard and soft range, required; then the registry's
 * own. Row order, the missing ones in form order, then rule by rule. Shape: @ret_cells holds ph_plan_n_columns(plan)
 * cells; each is filled with the value at the column's scale, state (GIVEN, HELD, NO_VALUE or MISSING), status and
 * marks; entry and revision are left zero. Cells of a submission that will be rejected are meaningless. @evidence may
 * be NULL: rules that need any say nothing. Owns: nothing; findings borrow from @sub and the registry.   Errors: BUG
 * only.   Thread: any, one at a time for one plan; no allocation.   Source: design §8, domain §2.2, §2.4.
 */
ph_rc ph_validate(const ph_plan *plan, const ph_submission *sub, const ph_evidence *evidence, ph_cell *ret_cells,
                  ph_findings *findings) PH_CHECKED;

/** The checks on narrative items, which ph_validate makes too: kind known, title there, date a date; none twice. */
void ph_validate_narratives(const ph_submission *sub, ph_findings *findings);

/** Does a rule of the plan look at the unit's data of the period before; of the same period a year ago? And at this
 * column of it? Shape: @against is not NOTHING. */
bool ph_plan_needs(const ph_plan *plan, ph_against against);
bool ph_plan_looks_back(const ph_plan *plan, ph_against against, uint16_t column);

/** The period before of the same length, and that of the year before. False when there is none (year 1). */
bool ph_period_earlier(ph_period p, ph_against against, ph_period *ret);

/**
 * Mark what lies far from the rest of its cluster, by the plan's outlier rules, in the touched columns of @s: from all
 * cells that count, never from held ones; marks that are no longer so are taken away. Thread: any, no allocation.
 * Source: design §7 (across units, at the seal), §15.
 */
void ph_sheet_mark_outliers(ph_sheet *s, const ph_plan *plan);

#endif
