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
 * name, %2 = value, %3 = bound, %4 = detail. Stable ids: papers and counts name them. */
#define PH_RULE_MAP(X)                                                                                                                                        \
    X(DUTY, "submission.duty", REJECT,                                                                                                                        \
      "Không có nghĩa vụ báo cáo cho cụm, biểu và kỳ này (%4). Kiểm tra mã biểu và kỳ báo cáo.",                                                              \
      "There is no reporting duty for this cluster, form and period (%4). Check the form and the period.")                                                    \
    X(MEMBER, "submission.member", REJECT, "Đơn vị không thuộc cụm trong năm của số liệu (%4).",                                                              \
      "The unit is not a member of the cluster in the year of the data (%4).")                                                                                \
    X(NOT_OPEN, "submission.not_open", REJECT, "Kỳ báo cáo chưa mở (%4). Gửi lại sau khi kỳ mở.",                                                             \
      "The period is not open yet (%4). Send it again once it opens.")                                                                                        \
    X(REUSED, "revision.reused", REJECT, "Số hiệu bản %4 đã được dùng. Tạo bản mới với số lớn hơn.",                                                          \
      "Revision number %4 was used before. Make a new revision with a higher number.")                                                                        \
    X(STALE_BASE, "revision.stale_base", REJECT,                                                                                                              \
      "Bản này sửa từ một bản không còn là bản được nhận gần nhất (bản gần nhất: %4). Lấy trạng thái mới rồi sửa " \
      "lại.",                                                                                                                                                 \
      "This revision starts from one that is no longer the last accepted (last: %4). Fetch the status and correct "                                           \
      "again.")                                                                                                                                               \
    X(SUPERSEDED, "revision.superseded", NOTE,                                                                                                                \
      "Một bản mới hơn (%4) đã được nhận; bản này được lưu nhưng không làm đổi số liệu.",                                                                     \
      "A newer revision (%4) was accepted already; this one is kept and changes no figure.")                                                                  \
    X(LATE, "submission.late", NOTE, "Nhận sau hạn nộp (%4). Số liệu vẫn được tính, được ghi là nộp muộn.",                                                   \
      "Received after the due time (%4). The figures count, marked late.")                                                                                    \
    X(UNKNOWN, "cell.unknown", REJECT, "Chỉ tiêu %4 không thuộc biểu này. Xóa dòng đó hoặc chọn đúng biểu.",                                                  \
      "Indicator %4 does not belong to this form. Remove the row or choose the right form.")                                                                  \
    X(REPEATED, "cell.repeated", REJECT, "%1 có hai dòng. Chỉ giữ một dòng.", "%1 stands twice. Keep one row.")                                               \
    X(REQUIRED, "cell.required", REJECT, "Thiếu %1. Điền giá trị, hoặc ghi trạng thái không có số liệu và lý do.",                                            \
      "%1 is missing. Fill it in, or give a no-value status with a note.")                                                                                    \
    X(STATUS, "cell.status", REJECT, "%1: trạng thái %4 không đi với giá trị đã ghi. Sửa trạng thái hoặc giá trị.",                                           \
      "%1: status %4 does not go with the value given. Correct the status or the value.")                                                                     \
    X(DECIMALS, "cell.decimals", REJECT,                                                                                                                      \
      "%1: %2 có nhiều chữ số thập phân hơn %3 cho phép. Làm tròn theo nguồn rồi gửi lại.",                                                                   \
      "%1: %2 has more decimals than the %3 allowed. Round as the source does and send again.")                                                               \
    X(HARD, "range.hard", REJECT, "%1: %2 nằm ngoài giới hạn %3. Kiểm tra dấu phẩy thập phân và đơn vị tính.",                                                \
      "%1: %2 lies outside the limit %3. Check the decimal point and the unit.")                                                                              \
    X(SOFT, "range.soft", FLAG, "%1: %2 nằm ngoài khoảng thường gặp (%3). Số liệu được tính; đề nghị ghi chú lý do.",                                         \
      "%1: %2 lies outside the usual range (%3). It counts; please add a note with the reason.")

typedef enum ph_rule {
#define PH_X(name, id, action, vi, en) PH_RULE_##name,
    PH_RULE_MAP(PH_X)
#undef PH_X
        PH_RULE_COUNT
} ph_rule;

const char *ph_rule_id(ph_rule rule);
ph_action ph_rule_action(ph_rule rule);
ph_rule ph_rule_find(ph_span id); /* PH_RULE_COUNT when unknown */

/**
 * The words for one finding, in the reader's language, into @dst (terminated; numbers in that language's notation).
 * @reg may be NULL (then codes stand for names). Unknown rules give their id and detail.
 */
size_t ph_finding_say(const ph_finding *f, const ph_registry *reg, ph_lang lang, char *dst, size_t size);

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

/* Collects findings with complete counts; keeps the first PH_MAX_FINDINGS. Zero it before use. Texts are borrowed from
 * the submission and static tables. */
typedef struct ph_findings {
    uint32_t n_all; /* found in all */
    size_t n;       /* kept */
    ph_finding list[PH_MAX_FINDINGS];
    uint32_t counts[PH_RULE_COUNT];
    uint8_t order[PH_RULE_COUNT]; /* rules in order of first appearance */
    uint8_t n_order;
    ph_action worst; /* PH_ACTION_NOTE when nothing was found */
} ph_findings;

void ph_findings_add(ph_findings *fs, ph_rule rule, const ph_finding *finding); /* rule and action are filled in */
/** Verdict that the findings call for: REJECTED if any rejects, HELD if any holds, else ACCEPTED. */
ph_verdict ph_findings_verdict(const ph_findings *fs);
/** Judgement and findings page as they travel.   Errors: stick in the buffers. */
void ph_findings_judgement(const ph_findings *fs, const ph_digest *registry, ph_buf *page, ph_judgement *ret);

/**
 * All rules on cells: belongs-to-form, repeated, status, decimals, hard and soft range, required. Row order, then the
 * missing ones in form order. Shape: @ret_cells holds ph_plan_n_columns(plan) cells; each is filled with the value at
 * the column's scale, state (GIVEN, HELD, NO_VALUE or MISSING), status and marks; entry and revision are left zero.
 * Cells of a submission that will be rejected are meaningless. Owns: nothing; findings borrow from @sub.   Errors: BUG
 * only.   Thread: any, no allocation.   Source: design §8, domain §2.2.
 */
ph_rc ph_validate(const ph_plan *plan, const ph_submission *sub, ph_cell *ret_cells, ph_findings *findings) PH_CHECKED;

#endif
