/* app_cfg - the table of keys.   Layer: aggregator (app) */
#include "ph_agg_cfg.h"

#include "ph_agg_engine.h"
#include "ph_limits.h"

#define KEY(field, name, kind, min, max, deflt, flags, vi, en) \
    PH_CFG_KEY(ph_agg_cfg, field, name, kind, min, max, deflt, flags, vi, en)

static const ph_cfg_key keys[] = {
    KEY(listen, "listen", ENDPOINT, 1, 255, "tcp://*:7001", PH_CFG_LISTEN,
        "Nơi các tỉnh kết nối đến (ZeroMQ, luôn mã hóa CURVE).",
        "Where provinces connect (ZeroMQ, always under CURVE)."),
    KEY(address, "address", TEXT, 0, 255, "", 0,
        "Địa chỉ ghi vào thẻ giao cho các tỉnh, ví dụ tcp://tonghop.example.vn:7001; để trống: theo listen.",
        "Address written into the card for provinces, e.g. tcp://aggregator.example.vn:7001; empty: taken from "
        "listen."),
    KEY(metrics, "metrics", ADDRESS, 0, 255, "127.0.0.1:9464", 0,
        "Nơi phục vụ /metrics, /healthz, /readyz; để trống: tắt.",
        "Where /metrics, /healthz, /readyz are; empty: off."),
    KEY(ledger, "ledger", PATH, 1, 1023, "ledger.db", 0, "Tệp sổ cái (SQLite).", "The ledger's file (SQLite)."),
    KEY(curve_key, "curve_key", PATH, 1, 1023, "curve.key", 0, "Khóa bí mật của kênh truyền (CURVE).",
        "Secret key of the channel (CURVE)."),
    KEY(receipt_key, "receipt_key", PATH, 1, 1023, "receipt.key", 0, "Khóa bí mật ký biên nhận (Ed25519).",
        "Secret key that signs receipts (Ed25519)."),
    KEY(root_public, "root_public", PATH, 1, 1023, "root.pub", 0, "Khóa công khai gốc, dùng kiểm tra danh sách khóa.",
        "Public root key, which rosters are checked with."),
    KEY(registry, "registry", PATH, 1, 1023, "registry", 0,
        "Thư mục danh mục (các tệp YAML); đọc khi khởi động và khi nhận SIGHUP.",
        "Folder of the registry (YAML files); read at start and at SIGHUP."),
    KEY(roster, "roster", PATH, 1, 1023, "roster.signed", 0,
        "Danh sách khóa đã ký; đọc khi khởi động và khi nhận SIGHUP.",
        "The signed roster; read at start and at SIGHUP."),
    KEY(verify_threads, "verify_threads", COUNT, 0, 64, "0", 0, "Số luồng kiểm tra chữ ký; 0: bằng số nhân của máy.",
        "Threads that verify signatures; 0: one a processor."),
    KEY(batch_max, "batch_max", COUNT, 1, PH_BATCH_MAX_SUBMISSIONS, "512", PH_CFG_RELOAD,
        "Số phiếu nhiều nhất trong một lần ghi.", "Submissions in one commit, at most."),
    KEY(batch_bytes, "batch_bytes", BYTES, PH_ZMQ_MAXMSG_BYTES, PH_BATCH_MAX_BYTES, "4 MiB", PH_CFG_RELOAD,
        "Số byte nhiều nhất trong một lần ghi.", "Bytes in one commit, at most."),
    KEY(drain_us, "drain_time", DURATION, PH_CFG_MS, PH_CFG_S, "20ms", PH_CFG_RELOAD,
        "Thời gian nhận dài nhất trước khi ghi.", "Longest time of taking in before a commit."),
    KEY(credit, "credit", COUNT, 1, 4096, "8", PH_CFG_RELOAD,
        "Số phiếu mà một tỉnh được gửi khi chưa có trả lời; vượt gấp đôi thì được báo BUSY.",
        "Submissions a province may have unanswered; above twice as many it is told BUSY."),
    KEY(unit_rate, "unit_rate", COUNT, 0, 1000000, "1000", PH_CFG_RELOAD,
        "Số thông điệp mỗi giây của một đơn vị khi gửi lâu dài; 0: không giới hạn.",
        "Messages a second that a unit may send for long; 0: no limit."),
    KEY(unit_burst, "unit_burst", COUNT, 1, 1000000, "2000", PH_CFG_RELOAD,
        "Số thông điệp một đơn vị được gửi dồn sau khi nghỉ.", "Messages that a unit may send at once after a pause."),
    KEY(peer_hwm, "peer_hwm", COUNT, 1, 1000, "64", 0, "Số thông điệp của một kết nối được chờ trong hàng đợi.",
        "Messages of a connection that may wait in its queue."),
    KEY(max_peers, "max_peers", COUNT, 1, 65536, "4096", 0, "Số kết nối được nhớ cùng lúc.",
        "Connections remembered at a time."),
    KEY(min_free_bytes, "min_free", BYTES, 0, 1024 * PH_CFG_GIB, "64 MiB", PH_CFG_RELOAD,
        "Chỗ trống ít nhất trên đĩa; thiếu thì báo NO_SPACE thay vì nhận.",
        "Space that must stay free on the disk; below it submissions are told NO_SPACE."),
    KEY(figure_gap_us, "figure_gap", DURATION, 0, PH_CFG_S, "50ms", PH_CFG_RELOAD,
        "Khoảng cách ngắn nhất giữa hai lần tính số liệu cụm khi rảnh.",
        "Shortest time between two figure seals when idle."),
    KEY(figure_every_us, "figure_every", DURATION, 100 * PH_CFG_MS, PH_CFG_MIN, "1s", PH_CFG_RELOAD,
        "Khi bận, tính số liệu cụm ít nhất mỗi khoảng này.", "When busy, figures are sealed this often."),
    KEY(probe_us, "probe", DURATION, PH_CFG_S, PH_CFG_HOUR, "10s", PH_CFG_RELOAD,
        "Khi rảnh, ghi thử vào sổ cái sau mỗi khoảng này để /readyz nói đúng.",
        "When idle, a trial commit this often, so that /readyz tells the truth."),
};

/* What each key allows alone may not fit together. */
static void check(const void *cfg, ph_err_fn on_error, void *arg)
{
    const ph_agg_cfg *c = cfg;
    ph_err err = {0};
    if (c->figure_gap_us > c->figure_every_us) {
        (void)ph_err_set(
            &err, PH_INVALID, "cfg.figure.order", "figure_gap",
            "figure_gap is longer than figure_every, so figures would come later when idle than when busy");
        ph_err_hint(&err, "make figure_gap at most figure_every");
        on_error(arg, &err);
    }
    if (c->unit_rate > 0 && c->unit_burst < c->credit) {
        (void)ph_err_set(&err, PH_INVALID, "cfg.unit.order", "unit_burst",
                         "unit_burst is less than credit, so an agent that uses its credit would be told BUSY");
        ph_err_hint(&err, "make unit_burst at least credit");
        on_error(arg, &err);
    }
}

const ph_cfg_schema ph_agg_schema = {
    .program = "phusa-aggregator",
    .keys = keys,
    .n_keys = sizeof keys / sizeof keys[0],
    .size = sizeof(ph_agg_cfg),
    .check = check,
};
