/* audit: the whole history topic against the ledger, record by record. */
#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_locale.h"
#include "ph_pub_commands.h"
#include "ph_pub_kafka_conf.h"
#include "ph_pub_kafka_reader.h"
#include "ph_pub_sqlite.h"
#include "ph_term.h"
#include "ph_uint.h"

enum { MAX_RECORDS = 10 * 1000 * 1000 };

/* By record number: how often the topic shows it, and the digest of the value first seen. */
typedef struct seen {
    uint32_t n;
    ph_digest digest;
} seen;

typedef struct audit {
    ph_uuid epoch;
    uint64_t n_expected; /* up to progress */
    seen *records;
    ph_figure *figures;
    uint64_t n_read, n_other_epoch, n_beyond, n_unmarked; /* of the topic */
    uint64_t n_missing, n_repeated, n_different;          /* against the ledger */
    uint64_t first_bad;
    ph_rc rc;
} audit;

/* "<epoch>-<number>" of header ce_id. */
static bool read_id(const rd_kafka_message_t *m, ph_uuid *ret_epoch, uint64_t *ret_number)
{
    rd_kafka_headers_t *headers = NULL;
    const void *value = NULL;
    size_t n = 0;
    char text[64];
    if (rd_kafka_message_headers(m, &headers) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        rd_kafka_header_get_last(headers, "ce_id", &value, &n) != RD_KAFKA_RESP_ERR_NO_ERROR ||
        !ph_span_copy(ph_span_of(value, n), text, sizeof text) || n < PH_UUID_TEXT_BYTES + 1 ||
        text[PH_UUID_TEXT_BYTES - 1] != '-')
        return false;
    return ph_uint_parse(ph_span_str(text + PH_UUID_TEXT_BYTES), UINT64_MAX, ret_number) == PH_OK &&
           ph_uuid_parse(ph_span_of(text, PH_UUID_TEXT_BYTES - 1), ret_epoch) == PH_OK;
}

static ph_rc take_message(void *arg, const rd_kafka_message_t *m)
{
    audit *a = arg;
    ph_uuid epoch;
    uint64_t number = 0;
    a->n_read++;
    if (!read_id(m, &epoch, &number)) {
        a->n_unmarked++;
    } else if (!ph_uuid_eq(&epoch, &a->epoch)) {
        a->n_other_epoch++;
    } else if (number == 0 || number > a->n_expected) {
        a->n_beyond++;
    } else {
        seen *s = &a->records[number];
        if (s->n++ == 0)
            s->digest = ph_digest_of_span(ph_span_of(m->payload, m->len));
    }
    return PH_OK;
}

static void note_bad(audit *a, uint64_t number, uint64_t *counter)
{
    ++*counter;
    if (a->first_bad == 0 || number < a->first_bad)
        a->first_bad = number;
}

static void compare(audit *a, uint64_t number, const ph_record *record)
{
    const seen *s = &a->records[number];
    ph_digest digest = ph_digest_of_span(ph_buf_span(&record->value));
    if (s->n == 0)
        note_bad(a, number, &a->n_missing);
    else if (!ph_digest_eq(&digest, &s->digest))
        note_bad(a, number, &a->n_different);
    else if (s->n > 1)
        note_bad(a, number, &a->n_repeated);
}

static bool take_row(void *arg, const ph_pub_row *row)
{
    audit *a = arg;
    ph_issue issue;
    ph_record record;
    if (row->first_record > a->n_expected)
        return false;
    ph_record_init(&record);
    a->rc = ph_issue_read(row->packed, a->figures, PH_MAX_OBSERVATIONS, &issue);
    for (uint32_t i = 0;
         a->rc == PH_OK && i < row->count && i < ph_issue_n_records(&issue) && row->first_record + i <= a->n_expected;
         i++) {
        a->rc = ph_record_render(&issue, i, row->first_record + i, &a->epoch, &record);
        if (a->rc == PH_OK)
            compare(a, row->first_record + i, &record);
    }
    ph_record_done(&record);
    return a->rc == PH_OK;
}

/* A walk gives a bounded number of rows; go on behind the last until there are none. */
typedef struct stepper {
    audit *a;
    uint64_t last;
} stepper;

static bool step_row(void *arg, const ph_pub_row *row)
{
    stepper *s = arg;
    s->last = row->first_record + row->count - 1;
    return take_row(s->a, row);
}

static ph_rc walk_ledger(audit *a, ph_pub_ledger *ledger, ph_err *err)
{
    stepper s = {.a = a};
    ph_rc rc = PH_OK;
    for (uint64_t after = 0; rc == PH_OK && after < a->n_expected; after = s.last) {
        rc = ledger->ops->walk(ledger, after, step_row, &s, err);
        if (rc == PH_OK)
            rc = a->rc;
        if (s.last == after)
            break;
    }
    return rc;
}

static ph_rc read_topic(audit *a, const ph_kafka_options *o, ph_err *err)
{
    rd_kafka_topic_partition_list_t *parts = NULL;
    ph_rc rc = ph_kafka_all_partitions(o, o->topic_history, &parts, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_kafka_read_to_end(o, true, parts, NULL, take_message, a, err);
    rd_kafka_topic_partition_list_destroy(parts);
    return rc;
}

static ph_rc report(const audit *a, bool json)
{
    if (json) {
        json_t *root = json_pack("{s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "expected", (json_int_t)a->n_expected,
                                 "read", (json_int_t)a->n_read, "missing", (json_int_t)a->n_missing, "repeated",
                                 (json_int_t)a->n_repeated, "different", (json_int_t)a->n_different, "other_epoch",
                                 (json_int_t)a->n_other_epoch, "beyond_progress", (json_int_t)a->n_beyond, "without_id",
                                 (json_int_t)a->n_unmarked, "first_bad", (json_int_t)a->first_bad);
        char *text = root == NULL ? NULL : json_dumps(root, JSON_SORT_KEYS | JSON_INDENT(2));
        int n = text == NULL ? -1 : printf("%s\n", text);
        free(text);
        json_decref(root);
        return n < 0 ? PH_IO : PH_OK;
    }
    int n = printf(PH_T("phải có %" PRIu64 " bản ghi, đọc được %" PRIu64 ": thiếu %" PRIu64 ", lặp %" PRIu64
                        ", khác nội dung %" PRIu64 ", kỳ sổ cái khác %" PRIu64 ", ngoài tiến độ %" PRIu64
                        ", không có định danh %" PRIu64 "\n",
                        "%" PRIu64 " records expected, %" PRIu64 " read: %" PRIu64 " missing, %" PRIu64
                        " repeated, %" PRIu64 " with other content, %" PRIu64 " of another epoch, %" PRIu64
                        " beyond progress, %" PRIu64 " without id\n"),
                   a->n_expected, a->n_read, a->n_missing, a->n_repeated, a->n_different, a->n_other_epoch, a->n_beyond,
                   a->n_unmarked);
    return n < 0 ? PH_IO : PH_OK;
}

static ph_rc prepare(audit *a, ph_pub_ledger *ledger, const ph_kafka_options *o, ph_err *err)
{
    ph_pub_head head;
    ph_pub_progress progress = {0};
    ph_pub_found found = PH_PUB_FOUND_NONE;
    ph_rc rc = ledger->ops->head(ledger, &head, err);
    if (rc == PH_OK)
        rc = ph_kafka_read_progress(o, &progress, &found, err); /* none: zero records are expected */
    if (rc == PH_OK && progress.record > head.last_record)
        rc = ph_err_set(err, PH_HISTORY, "pub.progress.ahead", "phusa.progress",
                        "the topic holds records that the ledger does not");
    if (rc == PH_OK && progress.record > MAX_RECORDS)
        rc = ph_err_set(err, PH_LIMIT, "pub.audit.limit", "audit",
                        "more than %d records; audit reads them all into memory", MAX_RECORDS);
    if (rc != PH_OK)
        return rc;
    a->epoch = head.epoch;
    a->n_expected = progress.record;
    a->records = calloc((size_t)progress.record + 1, sizeof *a->records);
    a->figures = calloc(PH_MAX_OBSERVATIONS, sizeof *a->figures);
    return a->records == NULL || a->figures == NULL ? PH_NOMEM : PH_OK;
}

ph_rc ph_pub_cmd_audit(const ph_pub_cfg *cfg, bool json, ph_err *err)
{
    ph_pub_kafka_setup setup;
    ph_pub_ledger *ledger = NULL;
    audit a = {0};
    ph_rc rc = ph_pub_kafka_setup_make(cfg, &setup, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_pub_sqlite_open(cfg->ledger, &ledger, err);
    if (rc == PH_OK)
        rc = prepare(&a, ledger, &setup.options, err);
    if (rc == PH_OK)
        rc = read_topic(&a, &setup.options, err);
    if (rc == PH_OK)
        rc = walk_ledger(&a, ledger, err);
    if (rc == PH_OK)
        rc = report(&a, json);
    if (rc == PH_OK && a.n_missing + a.n_repeated + a.n_different + a.n_beyond + a.n_unmarked > 0) {
        rc = ph_err_set(err, PH_CONFLICT, "pub.audit.differs", cfg->topic_history,
                        "topic and ledger differ, first at record %" PRIu64, a.first_bad);
        ph_err_hint(err, "compare `phusa-publisher consume --history --json` with `phusa-aggregator summary`; the "
                         "ledger is the record of what was decided");
    }
    free(a.records);
    free(a.figures);
    if (ledger != NULL)
        ledger->ops->close(ledger);
    ph_pub_kafka_setup_done(&setup);
    return rc;
}
