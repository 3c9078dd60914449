/* ph_col_stage - where an item stands: in the spool's words, and in the four that people see.   Layer: collector/core
 * (pure) */
#ifndef PH_COL_STAGE_H
#define PH_COL_STAGE_H

#include "ph_case.h"
#include "ph_decision.h"
#include "ph_lang.h"
#include "ph_receipt.h"
#include "ph_verdict.h"

/* Numbers are stored for ever. X(NAME, number, text).
 * QUEUED: durable here, never sent. SENT: marked before its first sending, unanswered. PARKED: refused, waits for a
 * change or a command. JUDGED: a verified receipt is stored. SUPERSEDED: replaced by a newer one before it was ever
 * logged. QUARANTINED: its stored bytes are damaged. */
#define PH_COL_STATE_MAP(X)        \
    X(QUEUED, 1, "queued")         \
    X(SENT, 2, "sent")             \
    X(PARKED, 3, "parked")         \
    X(JUDGED, 4, "judged")         \
    X(SUPERSEDED, 5, "superseded") \
    X(QUARANTINED, 6, "quarantined")
typedef enum ph_col_state {
#define PH_X(name, number, text) PH_COL_##name = (number),
    PH_COL_STATE_MAP(PH_X)
#undef PH_X
} ph_col_state;

const char *ph_col_state_name(ph_col_state s);

/* What a person sees. RECEIVED: the receipt is here, figures of it are held until a decision. */
#define PH_COL_STAGE_MAP(X)                         \
    X(NOT_SENT, "not_sent", "chưa gửi", "not sent") \
    X(SENT, "sent", "đã gửi", "sent")               \
    X(RECEIVED, "received", "đã nhận", "received")  \
    X(JUDGED, "judged", "đã xét", "judged")
typedef enum ph_col_stage {
#define PH_X(name, code, vi, en) PH_COL_STAGE_##name,
    PH_COL_STAGE_MAP(PH_X)
#undef PH_X
} ph_col_stage;

ph_col_stage ph_col_stage_of(ph_col_state state, ph_verdict verdict);
const char *ph_col_stage_code(ph_col_stage s);
const char *ph_col_stage_word(ph_col_stage s, ph_lang lang);

/** "ACCEPTED" as people say it: "được nhận" / "accepted". */
const char *ph_col_verdict_word(ph_verdict v, ph_lang lang);
/** "giải trình" / "explanation". */
const char *ph_col_kind_word(ph_entry_kind kind, ph_lang lang);
/** "xác nhận" / "confirm". */
const char *ph_col_decision_word(ph_decision_kind kind, ph_lang lang);
/** "đã giải trình" / "explained". */
const char *ph_col_case_word(ph_case_state state, ph_lang lang);
/** Why an answer left the item unsent, and what to do. */
const char *ph_col_refusal_word(ph_verdict v, ph_lang lang);

/* Why there is no conversation with the aggregator. X(NAME, code, vi, en, vi remedy, en remedy). */
#define PH_COL_CAUSE_MAP(X)                                                                                                                                   \
    X(NONE, "none", "đang kết nối tốt", "connected", "", "")                                                                                                  \
    X(STARTING, "starting", "đang kết nối", "connecting", "", "")                                                                                             \
    X(DNS, "dns", "không tìm được địa chỉ của máy tổng hợp (DNS)", "the aggregator's name cannot be resolved (DNS)",                                          \
      "Kiểm tra tên máy trong thẻ của máy tổng hợp và mạng của máy này.",                                                                                     \
      "Check the host name in the aggregator's card and this machine's network.")                                                                             \
    X(TCP, "tcp", "không mở được kết nối TCP", "no TCP connection",                                                                                           \
      "Máy tổng hợp tắt, sai cổng, hoặc tường lửa chặn. Hỏi người vận hành máy tổng hợp.",                                                                    \
      "The aggregator is down, the port is wrong, or a firewall is in between. Ask the aggregator's operator.")                                               \
    X(NOT_ZMTP, "not_zmtp", "đầu kia không nói giao thức của Phù sa", "the other end does not speak our protocol",                                            \
      "Có trang đăng nhập mạng hoặc dịch vụ khác ở địa chỉ này. Mở trình duyệt đăng nhập mạng, kiểm tra cổng.",                                               \
      "A captive portal or another service answers there. Log in to the network with a browser, check the port.")                                             \
    X(SERVER_KEY, "server_key",                                                                                                                               \
      "máy tổng hợp ngắt khi bắt tay: nó chưa biết khóa của đơn vị này, hoặc khóa của nó không khớp với thẻ của nó",                                          \
      "the aggregator hung up in the handshake: it does not know this unit's key, or its key is not the one on its "                                          \
      "card",                                                                                                                                                 \
      "Hỏi người vận hành: thẻ của đơn vị (lệnh card) đã được ký vào danh sách chưa? Rồi so dấu vân tay thẻ của máy "   \
      "tổng hợp.",                                                                                                                                            \
      "Ask the operator: is this unit's card (command card) signed into the roster? Then compare the fingerprint of "                                         \
      "the aggregator's card.")                                                                                                                               \
    X(NOT_GREETED, "not_greeted",                                                                                                                             \
      "đã nối nhưng chưa được chào lại: thường là máy tổng hợp chưa biết khóa của đơn vị này",                                                                \
      "connected, but not greeted yet: mostly the aggregator does not know this unit's key",                                                                  \
      "Hỏi người vận hành: thẻ của đơn vị (lệnh card) đã được ký vào danh sách chưa? Nếu rồi thì mạng chậm hoặc máy " \
      "tổng hợp bận; tự thử lại.",                                                                                                                            \
      "Ask the operator: is this unit's card (command card) signed into the roster? If it is, the line is slow or "                                           \
      "the aggregator busy; tried again by itself.")                                                                                                          \
    X(KEY_REFUSED, "key_refused",                                                                                                                             \
      "máy tổng hợp không nhận khóa của đơn vị này: chưa có trong danh sách đã ký, hoặc đã bị thu hồi",                                                       \
      "the aggregator does not accept this unit's key: not in its signed roster yet, or revoked",                                                             \
      "Hỏi người vận hành: thẻ của đơn vị (lệnh card) đã được ký vào danh sách chưa? Ký xong thì số liệu tự được "    \
      "gửi, không cần submit lại.",                                                                                                                           \
      "Ask the operator: is this unit's card (command card) signed into the roster? Once it is, what waits is sent "                                          \
      "by itself, without another submit.")                                                                                                                   \
    X(NO_WELCOME, "no_welcome", "đã nối nhưng máy tổng hợp không trả lời",                                                                                    \
      "connected, but the aggregator does not answer", "Máy tổng hợp đang bận hoặc bị treo; sẽ tự thử lại.",                                                  \
      "The aggregator is busy or hangs; tried again by itself.")                                                                                              \
    X(NO_RECEIPT, "no_receipt", "đã gửi nhưng chưa có biên nhận", "sent, but no receipt came",                                                                \
      "Sẽ tự gửi lại; số liệu không bị tính hai lần.", "Sent again by itself; nothing is counted twice.")                                                     \
    X(DROPPED, "dropped", "kết nối bị ngắt", "the connection was cut", "Sẽ tự nối lại.", "Reconnects by itself.")                                             \
    X(UPGRADE, "upgrade", "phiên bản phần mềm không còn được nhận", "this version is no longer accepted",                                                     \
      "Nâng cấp phusa-collector rồi chạy lại.", "Upgrade phusa-collector and start it again.")                                                                \
    X(FORBIDDEN, "forbidden", "máy tổng hợp từ chối đơn vị này", "the aggregator refuses this unit",                                                          \
      "Hỏi người vận hành: khóa bị thu hồi hoặc hết hạn.", "Ask the operator: the key was revoked or has expired.")                                           \
    X(HISTORY, "history", "máy tổng hợp trình một lịch sử khác với biên nhận đã có",                                                                          \
      "the aggregator shows another history than the receipts here",                                                                                          \
      "Dừng gửi, giữ nguyên tệp spool, báo ngay cho người vận hành và Ban.",                                                                                  \
      "Stop sending, keep the spool file as it is, tell the operator and the board at once.")
typedef enum ph_col_cause {
#define PH_X(name, code, vi, en, vi_do, en_do) PH_COL_CAUSE_##name,
    PH_COL_CAUSE_MAP(PH_X)
#undef PH_X
        PH_COL_CAUSE_COUNT
} ph_col_cause;

const char *ph_col_cause_code(ph_col_cause c);
const char *ph_col_cause_word(ph_col_cause c, ph_lang lang);
const char *ph_col_cause_remedy(ph_col_cause c, ph_lang lang);
ph_col_cause ph_col_cause_find(const char *code); /* NONE for an unknown one */

#endif
