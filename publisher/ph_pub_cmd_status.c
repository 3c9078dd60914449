/* status, topics: short questions. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_file.h"
#include "ph_locale.h"
#include "ph_pub_commands.h"
#include "ph_pub_kafka_reader.h"
#include "ph_pub_progress.h"
#include "ph_pub_sqlite.h"
#include "ph_term.h"

static ph_rc print_json(json_t *root)
{
    char *text = root == NULL ? NULL : json_dumps(root, JSON_SORT_KEYS | JSON_INDENT(2));
    ph_rc rc = text == NULL ? PH_NOMEM : ph_term_write(stdout, ph_span_str(text));
    if (rc == PH_OK)
        rc = ph_term_write(stdout, ph_span_str("\n"));
    free(text);
    json_decref(root);
    return rc;
}

static ph_rc topics_to_json(const ph_topic_report *reports)
{
    json_t *list = json_array();
    for (int i = 0; list != NULL && i < PH_N_TOPICS; i++)
        json_array_append_new(list,
                              json_pack("{s:s, s:b, s:i, s:i, s:i, s:s, s:s}", "name", reports[i].name, "exists",
                                        reports[i].is_there, "partitions", reports[i].n_partitions, "replication",
                                        reports[i].replication, "min_insync", reports[i].min_insync, "cleanup_policy",
                                        reports[i].cleanup_policy, "complaint", reports[i].complaint));
    return print_json(list);
}

static ph_rc topics_to_table(const ph_topic_report *reports)
{
    static const ph_align aligns[] = {PH_ALIGN_LEFT,  PH_ALIGN_RIGHT, PH_ALIGN_RIGHT,
                                      PH_ALIGN_RIGHT, PH_ALIGN_LEFT,  PH_ALIGN_LEFT};
    ph_table *t = NULL;
    ph_rc rc = ph_table_new(aligns, sizeof aligns / sizeof aligns[0], &t);
    if (rc != PH_OK)
        return rc;
    ph_table_cell(t, "topic");
    ph_table_cell(t, PH_T("phân vùng", "partitions"));
    ph_table_cell(t, PH_T("bản sao", "replication"));
    ph_table_cell(t, "min.insync");
    ph_table_cell(t, "cleanup.policy");
    ph_table_cell(t, PH_T("nhận xét", "remark"));
    ph_table_row(t);
    ph_table_rule(t);
    for (int i = 0; i < PH_N_TOPICS; i++) {
        const ph_topic_report *r = &reports[i];
        ph_table_cell(t, r->name);
        ph_table_cellf(t, "%d", r->n_partitions);
        ph_table_cellf(t, "%d", r->replication);
        ph_table_cellf(t, "%d", r->min_insync);
        ph_table_cell(t, r->cleanup_policy);
        ph_table_cell(t, r->complaint[0] == '\0' ? "ok" : r->complaint);
        ph_table_row(t);
    }
    rc = ph_table_write(t, stdout);
    ph_table_free(t);
    return rc;
}

ph_rc ph_pub_cmd_topics(const ph_pub_cfg *cfg, bool create, bool json, ph_err *err)
{
    ph_pub_kafka_setup setup;
    ph_topic_report reports[PH_N_TOPICS];
    ph_rc rc = ph_pub_kafka_setup_make(cfg, &setup, err);
    if (rc != PH_OK)
        return rc;
    if (create)
        rc = ph_pub_topics_create(&setup.options, &setup.demand, err);
    if (rc == PH_OK)
        rc = ph_pub_topics_check(&setup.options, &setup.demand, reports, err);
    if (rc == PH_OK)
        rc = json ? topics_to_json(reports) : topics_to_table(reports);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++)
        rc = ph_pub_topic_refuse(&reports[i], PH_INVALID, err);
    ph_pub_kafka_setup_done(&setup);
    return rc;
}

static ph_rc print_status(const ph_pub_cfg *cfg, const ph_pub_head *head, const ph_pub_progress *p, bool has_progress,
                          bool json)
{
    char epoch[PH_UUID_TEXT_BYTES], when[PH_TIME_TEXT_BYTES] = "";
    uint64_t lag = head->last_record > p->record ? head->last_record - p->record : 0;
    ph_uuid_print(&head->epoch, epoch);
    if (has_progress)
        ph_time_print_utc(p->time_us, when);
    if (json)
        return print_json(json_pack("{s:s, s:I, s:I, s:I, s:I, s:s, s:b, s:b}", "epoch", epoch, "ledger_last_record",
                                    (json_int_t)head->last_record, "ledger_durable_record",
                                    (json_int_t)head->durable_record, "published_record", (json_int_t)p->record, "lag",
                                    (json_int_t)lag, "last_transaction_at", when, "same_epoch",
                                    has_progress ? ph_uuid_eq(&p->epoch, &head->epoch) : 1, "weak_topics_allowed",
                                    cfg->min_replication < 3 || cfg->min_insync < 2));
    ph_buf b;
    ph_buf_init(&b, 4096);
    ph_buf_printf(&b, PH_T("kỳ sổ cái (epoch)      %s\n", "ledger epoch           %s\n"), epoch);
    ph_buf_printf(&b,
                  PH_T("bản ghi trong sổ cái   %" PRIu64 " (đã bền: %" PRIu64 ")\n",
                       "records in the ledger  %" PRIu64 " (durable: %" PRIu64 ")\n"),
                  head->last_record, head->durable_record);
    ph_buf_printf(&b, PH_T("đã xuất bản            %" PRIu64 "\n", "published              %" PRIu64 "\n"), p->record);
    ph_buf_printf(&b, PH_T("còn chờ                %" PRIu64 "\n", "waiting                %" PRIu64 "\n"), lag);
    ph_buf_printf(&b, PH_T("giao dịch gần nhất     %s\n", "last transaction       %s\n"),
                  has_progress ? when : PH_T("chưa có", "none yet"));
    if (has_progress && !ph_uuid_eq(&p->epoch, &head->epoch))
        ph_buf_put_str(
            &b, PH_T("CẢNH BÁO: topic thuộc kỳ sổ cái khác; xem phusa-publisher adopt-epoch --help\n",
                     "WARNING: the topic belongs to another ledger epoch; see phusa-publisher adopt-epoch --help\n"));
    if (cfg->min_replication < 3 || cfg->min_insync < 2)
        ph_buf_printf(&b,
                      PH_T("lưu ý: chấp nhận topic với %lld bản sao, min.insync %lld\n",
                           "note: topics with replication %lld, min.insync %lld are accepted here\n"),
                      (long long)cfg->min_replication, (long long)cfg->min_insync);
    ph_rc rc = ph_term_write_buf(stdout, &b);
    ph_buf_done(&b);
    return rc;
}

ph_rc ph_pub_cmd_status(const ph_pub_cfg *cfg, bool json, ph_err *err)
{
    ph_pub_kafka_setup setup;
    ph_pub_ledger *ledger = NULL;
    ph_pub_head head = {0};
    ph_pub_progress progress = {0};
    ph_pub_found found = PH_PUB_FOUND_NONE;
    ph_rc rc = ph_pub_kafka_setup_make(cfg, &setup, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_pub_sqlite_open(cfg->ledger, &ledger, err);
    if (rc == PH_OK)
        rc = ledger->ops->head(ledger, &head, err);
    if (rc == PH_OK)
        rc = ph_kafka_read_progress(&setup.options, &progress, &found, err);
    if (rc == PH_OK)
        rc = print_status(cfg, &head, &progress, found == PH_PUB_FOUND_OURS, json);
    if (ledger != NULL)
        ledger->ops->close(ledger);
    ph_pub_kafka_setup_done(&setup);
    return rc;
}

ph_rc ph_pub_find_broker(ph_pub_cfg *cfg, ph_err *err)
{
    ph_buf b;
    if (cfg->bootstrap[0] != '\0')
        return PH_OK;
    ph_buf_init(&b, sizeof cfg->bootstrap - 1);
    ph_rc rc = ph_file_read(cfg->embedded_address, &b, NULL);
    if (rc == PH_OK && !ph_span_copy(ph_buf_span(&b), cfg->bootstrap, sizeof cfg->bootstrap))
        rc = PH_MALFORMED;
    ph_buf_done(&b);
    if (rc != PH_OK) {
        rc = ph_err_set(err, PH_NOT_FOUND, "cfg.bootstrap.missing", "bootstrap",
                        "no broker is configured, and no trial broker has left its address in %s",
                        cfg->embedded_address);
        ph_err_hint(err, "set `bootstrap: host:port`, or start `phusa-publisher run --embedded-broker` first");
    }
    return rc;
}
