/* ph_pub_cfg - the one table behind file, checks, --print-config and reference. */
#include "ph_pub_cfg.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>

#define KEY(field, name, type, min, max, deflt, flags, vi, en) \
    PH_CFG_KEY(ph_pub_cfg, field, name, type, min, max, deflt, flags, vi, en)

static const ph_cfg_key keys[] = {
    KEY(ledger, "ledger", PATH, 1, 1000, "ledger.db", 0, "Tệp sổ cái của aggregator; chỉ đọc.",
        "The aggregator's ledger file; read only."),
    KEY(bootstrap, "bootstrap", LIST, 0, 16, "", 0, "Các broker Kafka, máy:cổng. Để trống khi dùng --embedded-broker.",
        "Kafka brokers, host:port. Empty with --embedded-broker."),
    KEY(kafka_properties, "kafka_properties", LIST, 0, 48, "", 0, "Thuộc tính librdkafka khác, dạng tên=giá trị.",
        "Further librdkafka properties, name=value."),
    KEY(kafka_secrets, "kafka_secrets", PATH, 0, 1000, "", 0,
        "Tệp riêng (0600) chứa thuộc tính bí mật, mỗi dòng tên=giá trị.",
        "Private file (0600) with secret properties, a line name=value each."),
    KEY(transactional_id, "transactional_id", TEXT, 1, 120, "phusa-publisher", 0,
        "Định danh giao dịch; hai publisher cùng định danh thì cái cũ bị loại.",
        "Transactional id; of two publishers with the same one the older is fenced."),
    KEY(shard, "shard", TEXT, 1, PH_PUB_SHARD_BYTES - 1, "main", 0, "Tên dòng xuất bản trong topic tiến độ.",
        "Name of this line in the progress topic."),
    KEY(topic_summaries, "topic_summaries", TEXT, 1, 63, "phusa.summaries", 0, "Topic giữ số liệu hiện hành (compact).",
        "Topic with the current figures (compacted)."),
    KEY(topic_history, "topic_history", TEXT, 1, 63, "phusa.summaries.history", 0,
        "Topic giữ mọi phiên bản đã công bố.", "Topic with every vintage."),
    KEY(topic_progress, "topic_progress", TEXT, 1, 63, "phusa.progress", 0, "Topic tiến độ (compact, một phân vùng).",
        "Progress topic (compacted, one partition)."),
    KEY(partitions, "partitions", COUNT, 1, 32, "3", 0, "Số phân vùng khi tạo topic số liệu.",
        "Partitions when the data topics are created."),
    KEY(min_replication, "min_replication", COUNT, 1, 9, "3", 0, "Số bản sao tối thiểu của topic.",
        "Least replication of the topics."),
    KEY(min_insync, "min_insync", COUNT, 1, 9, "2", 0, "min.insync.replicas tối thiểu.", "Least min.insync.replicas."),
    KEY(transaction_timeout_us, "transaction_timeout", DURATION, PH_CFG_S, 30 * PH_CFG_S, "15s", 0,
        "Thời hạn một giao dịch; publisher chết giữ người đọc chờ tối đa chừng ấy.",
        "Time of a transaction; a dead publisher holds readers at most that long."),
    KEY(kafka_deadline_us, "kafka_deadline", DURATION, PH_CFG_S, 120 * PH_CFG_S, "30s", 0,
        "Hạn chờ khi kết nối và đọc lại tiến độ.", "Deadline for connecting and reading progress back."),
    KEY(batch_max, "batch_max", COUNT, 1, 50000, "5000", 0, "Số bản ghi nhiều nhất trong một giao dịch.",
        "Most records in one transaction."),
    KEY(poll_us, "poll", DURATION, 20 * PH_CFG_MS, 10 * PH_CFG_S, "1s", 0,
        "Nhịp chậm nhất xem sổ cái khi rỗi; sổ cái được ghi là xem ngay.",
        "How often the ledger is looked at when idle, at the latest; a write to it is seen at once."),
    KEY(memory, "memory", PATH, 1, 1000, "publisher.progress.json", 0, "Tệp nhớ tiến độ gần nhất, chỉ để đối chiếu.",
        "File that remembers the last progress, as a check only."),
    KEY(embedded_address, "embedded_address", PATH, 0, 1000, "embedded-broker.address", 0,
        "Tệp ghi địa chỉ của broker dùng thử.", "File with the address of the trial broker."),
    KEY(health, "health", ADDRESS, 0, 100, "127.0.0.1:9466", 0, "Địa chỉ /healthz /readyz /metrics; để trống là tắt.",
        "Address of /healthz /readyz /metrics; empty is off."),
};

static void check_between(const void *cfg, ph_err_fn on_error, void *arg)
{
    const ph_pub_cfg *c = cfg;
    ph_err err;
    if (c->min_insync > c->min_replication) {
        (void)ph_err_set(&err, PH_INVALID, "cfg.contradiction", "min_insync",
                         "min_insync (%lld) is larger than min_replication (%lld): nothing could ever be committed",
                         (long long)c->min_insync, (long long)c->min_replication);
        on_error(arg, &err);
    }
}

const ph_cfg_schema ph_pub_schema = {.program = "phusa-publisher",
                                     .keys = keys,
                                     .n_keys = sizeof keys / sizeof keys[0],
                                     .size = sizeof(ph_pub_cfg),
                                     .check = check_between};

/* Cut "name=value" items apart in place at @separator. */
static ph_rc cut_properties(ph_pub_kafka_setup *s, char *text, char separator, const char *where, ph_err *err)
{
    while (text != NULL && *text != '\0') {
        char *next = strchr(text, separator);
        char *value = strchr(text, '=');
        if (next != NULL)
            *next++ = '\0';
        if (*text == '\0' || *text == '#') {
            text = next;
            continue;
        }
        if (value == NULL || (next != NULL && value >= next) || s->options.n_properties == PH_PUB_MAX_PROPERTIES)
            return ph_err_set(err, PH_INVALID, "cfg.kafka.property", where,
                              "a Kafka property must read name=value (at most %d of them)", PH_PUB_MAX_PROPERTIES);
        *value++ = '\0';
        s->properties[s->options.n_properties++] = (ph_kafka_property){.name = text, .value = value};
        text = next;
    }
    return PH_OK;
}

static ph_rc load_secrets(ph_pub_kafka_setup *s, const char *path, ph_err *err)
{
    ph_rc rc = ph_file_read_private(path, &s->secrets, err);
    if (rc == PH_OK)
        rc = ph_buf_put_byte(&s->secrets, '\0');
    if (rc == PH_OK)
        rc = cut_properties(s, (char *)s->secrets.ptr, '\n', path, err);
    return rc;
}

ph_rc ph_pub_kafka_setup_make(const ph_pub_cfg *cfg, ph_pub_kafka_setup *ret, ph_err *err)
{
    memset(ret, 0, sizeof *ret);
    ph_buf_init(&ret->secrets, 64 * 1024);
    ret->options = (ph_kafka_options){.bootstrap = ret->bootstrap,
                                      .client_id = "phusa-publisher",
                                      .transactional_id = cfg->transactional_id,
                                      .shard = cfg->shard,
                                      .topic_summaries = cfg->topic_summaries,
                                      .topic_history = cfg->topic_history,
                                      .topic_progress = cfg->topic_progress,
                                      .transaction_timeout_ms = (int)(cfg->transaction_timeout_us / 1000),
                                      .deadline_ms = (int)(cfg->kafka_deadline_us / 1000),
                                      .properties = ret->properties};
    ret->demand = (ph_topic_demand){.replication = (int)cfg->min_replication,
                                    .min_insync = (int)cfg->min_insync,
                                    .n_partitions = (int)cfg->partitions};
    memcpy(ret->bootstrap, cfg->bootstrap, sizeof ret->bootstrap);
    memcpy(ret->plain, cfg->kafka_properties, sizeof ret->plain);
    ph_rc rc = cut_properties(ret, ret->plain, ',', "kafka_properties", err);
    if (rc == PH_OK && cfg->kafka_secrets[0] != '\0')
        rc = load_secrets(ret, cfg->kafka_secrets, err);
    if (rc != PH_OK)
        ph_pub_kafka_setup_done(ret);
    return rc;
}

void ph_pub_kafka_setup_done(ph_pub_kafka_setup *s)
{
    if (s->secrets.ptr != NULL)
        sodium_memzero(s->secrets.ptr, s->secrets.len);
    ph_buf_done(&s->secrets);
}

ph_rc ph_pub_take_lock(const ph_pub_cfg *cfg, ph_lock *ret, ph_err *err)
{
    char path[sizeof cfg->memory + 8];
    snprintf(path, sizeof path, "%s.lock", cfg->memory);
    return ph_lock_take(path, ret, err);
}
