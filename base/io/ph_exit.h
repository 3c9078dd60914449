/* ph_exit - exit codes: one table, stable, documented.   Layer: base/io */
#ifndef PH_EXIT_H
#define PH_EXIT_H

#include "ph_buf.h"
#include "ph_err.h"
#include "ph_lang.h"
#include "ph_result.h"

/* X(NAME, number, vi, en) */
#define PH_EXIT_MAP(X)                                                                                          \
    X(OK, 0, "xong", "done")                                                                                    \
    X(FINDINGS, 1, "dữ liệu có lỗi hoặc bị trả lại; xem danh sách đã in",                                       \
      "the data has findings or was rejected; see the list printed")                                            \
    X(USAGE, 2, "sai dòng lệnh", "the command line is wrong")                                                   \
    X(CONFIG, 3, "sai tệp cấu hình", "the configuration is wrong")                                              \
    X(AGAIN, 4, "chưa làm được lúc này (không kết nối được, hết chỗ, hết giờ); thử lại sau",                    \
      "not possible now (not reachable, no space, timed out); try again")                                       \
    X(REFUSED, 5, "từ chối vì không được phép hoặc không an toàn (khóa, quyền, tiến trình khác đang chạy)",     \
      "refused: not allowed or not safe (keys, permissions, another process holds the lock)")                   \
    X(STOPPED, 6,                                                                                               \
      "đã dừng để người vận hành quyết định (sai lịch sử, sai epoch, đồng hồ nhảy, tiến trình khác tiếp quản)", \
      "stopped for a person to decide (history, epoch, clock, another instance took over)")                     \
    X(BUG, 70, "lỗi của chính chương trình", "a mistake of the program itself")                                 \
    X(DURABILITY, 74, "đĩa không xác nhận ghi, hoặc dữ liệu lưu bị hỏng; kiểm tra lại khi khởi động",           \
      "the disk did not confirm a write or stored data is damaged; checked again at the next start")

typedef enum ph_exit {
#define PH_X(name, number, vi, en) PH_EXIT_##name = (number),
    PH_EXIT_MAP(PH_X)
#undef PH_X
} ph_exit;

/**
 * The exit code of a result; an err (may be NULL) whose code begins with "cfg." makes a REJECT a CONFIG, with "key."
 * or "lock." a REFUSED.
 * Errors: none, total.   Thread: any.   Source: the table above.
 */
ph_exit ph_exit_of(ph_rc rc, const ph_err *err);
const char *ph_exit_text(ph_exit code, ph_lang lang);
/** The table, one line a code, for --help and the papers.   Errors: LIMIT, NOMEM. */
ph_rc ph_exit_table(ph_lang lang, ph_buf *dst);

#endif
