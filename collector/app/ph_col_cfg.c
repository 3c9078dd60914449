/* ph_col_cfg - the province agent's configuration.   Layer: collector/app */
#include "ph_col_cfg.h"

#include <stddef.h>

#include "ph_locale.h"

#define KEY(field, name, kind, min, max, deflt, flags, vi, en) \
    PH_CFG_KEY(ph_col_cfg, field, name, kind, min, max, deflt, flags, vi, en)

static const ph_cfg_key keys[] = {
    KEY(unit, "unit", TEXT, 1, PH_MAX_ID_TEXT, NULL, PH_CFG_REQUIRED, "mã đơn vị trong danh mục, ví dụ thaibinh",
        "id of this unit in the registry, such as thaibinh"),
    KEY(cluster, "cluster", TEXT, 0, PH_MAX_ID_TEXT, "", 0, "cụm mặc định khi đơn vị thuộc nhiều cụm",
        "default cluster, where the unit belongs to several"),
    KEY(key_dir, "key_dir", PATH, 1, PH_COL_PATH_BYTES - 1, "keys", 0, "thư mục khóa bí mật (0700), do keygen tạo",
        "folder of the secret keys (0700), made by keygen"),
    KEY(aggregator_card, "aggregator_card", PATH, 1, PH_COL_PATH_BYTES - 1, "aggregator.card", 0,
        "thẻ của máy tổng hợp: địa chỉ và khóa công khai", "the aggregator's card: its address and public keys"),
    KEY(spool, "spool", PATH, 1, PH_COL_PATH_BYTES - 1, "spool.db", 0,
        "tệp giữ số liệu chờ gửi và biên nhận; phải trên đĩa của máy này",
        "file that keeps what waits and the receipts; must be on a disk of this machine"),
    KEY(registry, "registry", PATH, 1, PH_COL_PATH_BYTES - 1, "/usr/share/phusa/registry", 0,
        "thư mục danh mục (đơn vị, chỉ tiêu, biểu mẫu, lịch)",
        "folder of the registry (units, indicators, forms, calendar)"),
    KEY(spool_max_items, "spool_max_items", COUNT, 1, 1000000, "10000", 0, "số bản chờ gửi nhiều nhất",
        "items that may wait to be sent"),
    KEY(spool_max_bytes, "spool_max_bytes", BYTES, PH_CFG_MIB, 64 * PH_CFG_GIB, "1 GiB", 0, "cỡ tệp spool lớn nhất",
        "largest size of the spool file"),
    KEY(connect_timeout_us, "connect_timeout", DURATION, PH_CFG_S, 10 * PH_CFG_MIN, "45s", PH_CFG_RELOAD,
        "từ lúc mở kết nối đến lúc được chào", "from opening a connection to the welcome"),
    KEY(answer_timeout_us, "answer_timeout", DURATION, PH_CFG_S, PH_CFG_HOUR, "60s", PH_CFG_RELOAD,
        "chờ biên nhận bao lâu thì nối lại", "how long to wait for a receipt before reconnecting"),
    KEY(ping_every_us, "ping_every", DURATION, PH_CFG_S, PH_CFG_HOUR, "30s", PH_CFG_RELOAD,
        "hỏi thăm khi im lặng; im lặng gấp đôi thì nối lại",
        "ping when nothing is heard; twice that in silence reconnects"),
    KEY(status_every_us, "status_every", DURATION, PH_CFG_S, PH_CFG_DAY, "10min", PH_CFG_RELOAD,
        "hỏi tình trạng báo cáo, và gửi lại bản bị từ chối khóa",
        "ask what is expected, and offer items again that were refused for the key"),
    KEY(retry_min_us, "retry_min", DURATION, PH_CFG_MS, PH_CFG_HOUR, "1s", PH_CFG_RELOAD,
        "chờ ít nhất trước khi nối lại", "shortest wait before reconnecting"),
    KEY(retry_max_us, "retry_max", DURATION, PH_CFG_MS, PH_CFG_DAY, "2min", PH_CFG_RELOAD,
        "chờ lâu nhất trước khi nối lại", "longest wait before reconnecting"),
    KEY(health, "health", ADDRESS, 0, PH_MAX_TEXT_BYTES - 1, "", 0,
        "địa chỉ cho /healthz /readyz /metrics khi chạy run; trống = tắt",
        "address of /healthz /readyz /metrics while run; empty = off"),
};

static void check(const void *cfg, ph_err_fn on_error, void *arg)
{
    const ph_col_cfg *c = cfg;
    ph_err err;
    if (c->retry_min_us <= c->retry_max_us)
        return;
    (void)ph_err_set(&err, PH_INVALID, "cfg.retry", "retry_min", "%s",
                     PH_T("retry_min lớn hơn retry_max", "retry_min is larger than retry_max"));
    ph_err_hint(&err, "retry_min: 1s, retry_max: 2min");
    on_error(arg, &err);
}

const ph_cfg_schema ph_col_cfg_schema = {.program = "phusa-collector",
                                         .keys = keys,
                                         .n_keys = sizeof keys / sizeof keys[0],
                                         .size = sizeof(ph_col_cfg),
                                         .check = check};
