/* ph_col_problem - what is wrong with a file of figures: told all at once, by row and column.   Layer: collector/core
 * (pure) */
#ifndef PH_COL_PROBLEM_H
#define PH_COL_PROBLEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_lang.h"
#include "ph_result.h"
#include "ph_span.h"

/* X(NAME, code, level, vi, en). %1 and %2 are the problem's texts. Errors stop the file, notes do not. Codes are
 * stable. */
#define PH_COL_PROBLEM_MAP(X)                                                                                                                               \
    X(EMPTY, "file.empty", ERROR, "Tệp không có dữ liệu. Tạo tệp mẫu bằng lệnh template rồi điền.",                                                         \
      "The file holds no data. Make one with the command template and fill it in.")                                                                         \
    X(UTF16, "file.utf16", ERROR,                                                                                                                           \
      "Tệp được lưu ở dạng Unicode 16 bit. Trong Excel chọn Lưu thành → CSV UTF-8 (Comma delimited) rồi gửi lại.",                                          \
      "The file is 16-bit Unicode. In Excel choose Save As → CSV UTF-8 (Comma delimited) and try again.")                                                   \
    X(EXCEL, "file.excel", ERROR,                                                                                                                           \
      "Đây là tệp %1, không phải CSV. Mở trong Excel, chọn Lưu thành → CSV UTF-8 (Comma delimited) rồi gửi lại.",                                           \
      "This is a %1 file, not CSV. Open it in Excel, choose Save As → CSV UTF-8 (Comma delimited) and try again.")                                          \
    X(TCVN3, "file.tcvn3", ERROR,                                                                                                                           \
      "Chữ trong tệp dùng mã TCVN3 (phông .VnTime…). Chuyển sang Unicode (Unikey: Ctrl+Shift+F6, TCVN3 → Unicode), "                           \
      "lưu CSV UTF-8.",                                                                                                                                     \
      "The text is in TCVN3 (.VnTime fonts …). Convert it to Unicode (Unikey: Ctrl+Shift+F6, TCVN3 → Unicode) and "                                     \
      "save as CSV UTF-8.")                                                                                                                                 \
    X(CP1258, "file.windows1258", ERROR,                                                                                                                    \
      "Chữ trong tệp dùng bảng mã Windows-1258. Trong Excel chọn Lưu thành → CSV UTF-8 (Comma delimited) rồi gửi "                        \
      "lại.",                                                                                                                                               \
      "The text is in Windows-1258. In Excel choose Save As → CSV UTF-8 (Comma delimited) and try again.")                                                  \
    X(NOT_UTF8, "file.not_utf8", ERROR, "Byte không phải UTF-8 (%1). Lưu lại tệp ở dạng CSV UTF-8.",                                                        \
      "A byte is not UTF-8 (%1). Save the file as CSV UTF-8.")                                                                                              \
    X(CONTROL, "file.control", ERROR, "Có ký tự điều khiển (%1). Xóa ký tự đó.",                                                                            \
      "There is a control character (%1). Remove it.")                                                                                                      \
    X(TOO_LARGE, "file.too_large", ERROR, "Quá lớn: %1. Tệp mẫu chỉ có một dòng cho mỗi chỉ tiêu.",                                                         \
      "Too large: %1. The template has one row for each indicator.")                                                                                        \
    X(QUOTE_OPEN, "csv.quote_open", ERROR, "Dấu ngoặc kép mở ở đây không được đóng. Thêm dấu \" ở cuối ô.",                                                 \
      "The quote opened here is never closed. Add a \" at the end of the cell.")                                                                            \
    X(QUOTE_AFTER, "csv.quote_after", ERROR, "Có chữ sau dấu ngoặc kép đóng (%1). Dấu \" trong ô phải viết hai lần.",                                       \
      "There is text after the closing quote (%1). A \" inside a cell is written twice.")                                                                   \
    X(RAGGED, "csv.ragged", ERROR,                                                                                                                          \
      "Dòng có %1 ô, tiêu đề chỉ có %2. Nếu số thập phân viết bằng dấu phẩy, hãy dùng tệp phân cách bằng ; hoặc đặt " \
      "số trong ngoặc kép.",                                                                                                                                \
      "The row has %1 cells, the header %2. If decimals are written with a comma, separate with ; or put the number "                                       \
      "in quotes.")                                                                                                                                         \
    X(NO_HEADER, "header.missing", ERROR, "Không thấy dòng tiêu đề: cần cột chỉ tiêu và cột giá trị (đọc được: %1).",                                       \
      "No header row: a column for the indicator and one for the value are needed (found: %1).")                                                            \
    X(NO_COLUMN, "header.column_missing", ERROR,                                                                                                            \
      "Dòng tiêu đề thiếu cột “%1” (đang có: %2). Sửa tên cột, hoặc dùng tệp mẫu của lệnh template.",                                                       \
      "The header row has no column “%1” (it has: %2). Correct the title, or use the file of the command template.")                                        \
    X(TWO_COLUMNS, "header.repeated", ERROR, "Hai cột cùng nghĩa: %1 và %2. Giữ một cột.",                                                                  \
      "Two columns mean the same: %1 and %2. Keep one.")                                                                                                    \
    X(COLUMN_IGNORED, "header.ignored", NOTE, "Cột “%1” không dùng đến, được bỏ qua.",                                                                      \
      "Column “%1” is not used and was left out.")                                                                                                          \
    X(LATE_COMMENT, "csv.comment", ERROR, "Dòng bắt đầu bằng # chỉ được đứng trước tiêu đề (%1).",                                                          \
      "A line that begins with # may only stand before the header (%1).")                                                                                   \
    X(CONTEXT, "context.differs", ERROR, "Tệp ghi %1, nhưng lần gửi này là cho %2. Chọn đúng tệp hoặc đúng tùy chọn.",                                      \
      "The file says %1, but this sending is for %2. Choose the right file or option.")                                                                     \
    X(CONTEXT_UNKNOWN, "context.unknown", ERROR, "Danh mục không có “%1” (có: %2).",                                                                        \
      "The registry has no “%1” (it has: %2).")                                                                                                             \
    X(CONTEXT_NEAR, "context.unknown", ERROR, "Danh mục không có “%1”. Có phải ý bạn là %2?",                                                               \
      "The registry has no “%1”. Did you mean %2?")                                                                                                         \
    X(PERIOD_NONE, "context.period", ERROR,                                                                                                                 \
      "Lịch báo cáo không có kỳ %1 cho đơn vị và biểu mẫu này (có: %2). Sửa kỳ, hoặc lấy tệp mẫu mới bằng lệnh "       \
      "template.",                                                                                                                                          \
      "The calendar has no period %1 for this unit and form (there is: %2). Correct it, or make a new file with the "                                       \
      "command template.")                                                                                                                                  \
    X(CONTEXT_BAD, "context.bad", ERROR, "Không hiểu “%1” (%2).", "“%1” is not understood (%2).")                                                           \
    X(OTHER_UNIT, "row.other_unit", NOTE, "%1 dòng là của đơn vị khác (đầu tiên: %2), không gửi.",                                                          \
      "%1 rows belong to other units (first: %2) and are not sent.")                                                                                        \
    X(OTHER_PERIOD, "row.other_period", NOTE, "%1 dòng là của kỳ khác (đầu tiên: %2), không gửi.",                                                          \
      "%1 rows belong to other periods (first: %2) and are not sent.")                                                                                      \
    X(TOTAL, "row.total", NOTE, "Dòng tổng hợp “%1” được bỏ qua: hệ thống tự tính.",                                                                        \
      "The totals row “%1” was left out: totals are computed, not sent.")                                                                                   \
    X(INDICATOR_EMPTY, "row.indicator_empty", ERROR, "Dòng có giá trị nhưng không có chỉ tiêu.",                                                            \
      "The row has a value but no indicator.")                                                                                                              \
    X(INDICATOR_UNKNOWN, "row.indicator_unknown", ERROR, "Không có chỉ tiêu “%1” trong danh mục (%2).",                                                     \
      "There is no indicator “%1” in the registry (%2).")                                                                                                   \
    X(INDICATOR_NEAR, "row.indicator_unknown", ERROR, "Không có chỉ tiêu “%1” trong danh mục. Có phải ý bạn là %2?",                                        \
      "There is no indicator “%1” in the registry. Did you mean %2?")                                                                                       \
    X(DUPLICATE, "row.duplicate", ERROR, "%1 đã có ở dòng %2. Chỉ giữ một dòng.",                                                                           \
      "%1 stands already in row %2. Keep one row.")                                                                                                         \
    X(VALUE, "cell.value", ERROR, "“%1” không phải là số. Ghi số, hoặc để trống và ghi trạng thái.",                                                        \
      "“%1” is not a number. Write a number, or leave it empty and give a status.")                                                                         \
    X(VALUE_DASH, "cell.dash", ERROR,                                                                                                                       \
      "“%1” trong niên giám nghĩa là %2. Không phát sinh: ghi 0; không áp dụng: trạng thái M; chưa thu thập: trạng "                  \
      "thái L.",                                                                                                                                            \
      "“%1” in yearbooks means %2. None occurred: write 0; not applicable: status M; not collected: status L.")                                             \
    X(VALUE_TWO_WAYS, "cell.two_readings", ERROR,                                                                                                           \
      "“%1” đọc được hai cách: %2. Ghi rõ trong tệp “# ký hiệu số: vi” hoặc “# ký hiệu số: plain”, hoặc dùng "        \
      "--notation.",                                                                                                                                        \
      "“%1” can be read in two ways: %2. Say in the file “# notation: vi” or “# notation: plain”, or use --notation.")                                      \
    X(VALUE_NOTATION, "cell.notation", ERROR, "“%1” không viết theo ký hiệu số đã khai (%2).",                                                              \
      "“%1” does not follow the notation declared (%2).")                                                                                                   \
    X(VALUE_RANGE, "cell.too_many_digits", ERROR, "“%1” có quá nhiều chữ số (tối đa 15, thập phân tối đa 6).",                                              \
      "“%1” has too many digits (15 at most, 6 of them decimals).")                                                                                         \
    X(STATUS, "cell.status_unknown", ERROR, "Không có trạng thái “%1” (dùng được: %2).",                                                                    \
      "There is no status “%1” (known: %2).")                                                                                                               \
    X(STATUS_ALONE, "cell.value_missing", ERROR, "Trạng thái %1 cần có giá trị.", "Status %1 needs a value.")                                               \
    X(STATUS_VALUE, "cell.value_unwanted", ERROR,                                                                                                           \
      "Trạng thái %1 nghĩa là không có số liệu, nhưng ô giá trị có số. Xóa giá trị, hoặc sửa trạng thái (để trống là "  \
      "số bình thường).",                                                                                                                                   \
      "Status %1 says that there is no value, but one is given. Empty the value, or correct the status (an empty one "                                      \
      "is a normal value).")                                                                                                                                \
    X(WITHDRAW_VALUE, "cell.withdrawn_value", ERROR,                                                                                                        \
      "%1 còn giá trị “%2”, mà withdrawal là rút số liệu. Muốn rút: để trống ô giá trị; không rút: xóa dòng khỏi "         \
      "tệp; muốn sửa số: dùng --kind clerical.",                                                                                                            \
      "%1 still has the value “%2”, and a withdrawal takes figures back. To withdraw it: empty the value cell; to "                                     \
      "keep it: delete the row; to change it: --kind clerical.")                                                                                            \
    X(MEASURE, "cell.measure", ERROR, "Đơn vị tính ghi “%1”, danh mục quy định %2. Đổi số về đúng đơn vị tính.",                                            \
      "The unit of measure says “%1”, the registry has %2. Convert the figure.")                                                                            \
    X(INDEX, "cell.index", NOTE, "%1 ghi ở dạng chỉ số, tức tốc độ tăng %2; số gửi đi là %2.",                                                              \
      "%1 is written as an index, which is growth of %2; what is sent is %2.")                                                                              \
    X(NOTE_LONG, "cell.note_long", ERROR, "Ghi chú dài %1 byte, tối đa %2.", "The note has %1 bytes, at most %2.")                                          \
    X(ITEMS_HEADER, "items.header", ERROR,                                                                                                                  \
      "Không thấy dòng tiêu đề: cần cột loại và cột tiêu đề (đọc được: %1). Lấy tệp mẫu: template --items.",                                                \
      "No header row: columns for kind and title are needed (found: %1). To get a file: template --items.")                                                 \
    X(ITEM_COLUMN, "items.column", ERROR,                                                                                                                   \
      "Cột “%1” có chữ nhưng không rõ là cột gì (dùng được: %2). Sửa tên cột, hoặc xóa cột.",                                                               \
      "Column “%1” holds text, and it is not known what it is (known: %2). Correct its title, or delete the column.")                                       \
    X(ITEM_COLUMN_NEAR, "items.column", ERROR,                                                                                                              \
      "Cột “%1” có chữ nhưng không rõ là cột gì. Có phải ý bạn là “%2”? Sửa tên cột, hoặc xóa cột.",                                                        \
      "Column “%1” holds text, and it is not known what it is. Did you mean “%2”? Correct its title, or delete the "                                \
      "column.")                                                                                                                                            \
    X(ITEM_TITLE, "items.title", ERROR, "Mục này chưa có tiêu đề. Ghi tiêu đề, hoặc xóa dòng.",                                                             \
      "The item has no title. Give it one, or delete the row.")                                                                                             \
    X(ITEM_DATE, "items.date", ERROR, "“%1” không phải là ngày. Ghi như 31/3/2023 (ngày/tháng/năm) hoặc 2023-03-31.",                                       \
      "“%1” is not a day. Write it as 31/3/2023 (day first) or 2023-03-31.")                                                                                \
    X(ITEM_KIND, "items.kind", ERROR, "Không có loại “%1” (dùng được: phong trào, văn bản, mô hình; %2).",                                                  \
      "There is no kind “%1” (known: %2).")                                                                                                                 \
    X(ITEMS_MANY, "items.many", ERROR, "Quá nhiều mục: %1.", "Too many items: %1.")                                                                         \
    X(NO_ROWS, "file.no_rows", ERROR, "Không có dòng số liệu nào để gửi. Điền cột giá trị trong tệp mẫu.",                                                  \
      "There is no row to send. Fill in the value column of the template.")                                                                                 \
    X(TOO_MANY, "file.too_many_problems", NOTE, "Còn %1 lỗi nữa không liệt kê.", "%1 more problems are not listed.")

typedef enum ph_col_problem_id {
#define PH_X(name, code, level, vi, en) PH_COL_P_##name,
    PH_COL_PROBLEM_MAP(PH_X)
#undef PH_X
        PH_COL_PROBLEM_COUNT
} ph_col_problem_id;

typedef enum ph_col_level { PH_COL_NOTE, PH_COL_ERROR } ph_col_level;

enum { PH_COL_MAX_PROBLEMS = 100, PH_COL_PROBLEM_TEXT = 160 };

/* row as a spreadsheet counts (from 1, blank rows too), 0 = the file; column from 1, 0 = the row. */
typedef struct ph_col_problem {
    ph_col_problem_id id;
    uint32_t row, column;
    char text1[PH_COL_PROBLEM_TEXT], text2[PH_COL_PROBLEM_TEXT];
} ph_col_problem;

/* Zero it before use. n_errors counts all, also those that are not kept. */
typedef struct ph_col_problems {
    size_t n, n_left_out, n_errors;
    ph_col_problem list[PH_COL_MAX_PROBLEMS];
} ph_col_problems;

const char *ph_col_problem_code(ph_col_problem_id id);
ph_col_level ph_col_problem_level(ph_col_problem_id id);

/** Keep a problem; texts are copied, made harmless and cut at a character.   Errors: none.   Thread: one. */
void ph_col_problems_add(ph_col_problems *ps, ph_col_problem_id id, uint32_t row, uint32_t column, ph_span text1,
                         ph_span text2);

/** The words, without the place, into @dst (terminated).   Thread: any. */
size_t ph_col_problem_say(const ph_col_problem *p, ph_lang lang, char *dst, size_t size);

/** Column as a spreadsheet names it: 1 → "A", 28 → "AB"; dst holds 8. */
void ph_col_column_name(uint32_t column, char *dst);

#endif
