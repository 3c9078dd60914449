/* consume: the board's view of the topic, and the proof for a newcomer that records arrive. */
#include <jansson.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_locale.h"
#include "ph_pub_commands.h"
#include "ph_pub_kafka_conf.h"
#include "ph_pub_kafka_reader.h"
#include "ph_term.h"
#include "ph_utf8.h"

enum { FOLLOW_POLL_MS = 200 };

typedef struct printing {
    bool json;
    bool has_header;
    size_t n_foreign;
} printing;

static volatile sig_atomic_t is_stopped;

static void on_stop(int signo)
{
    (void)signo;
    is_stopped = 1;
}

/* One line of NDJSON: headers and value verbatim, so that a reader can check digests. */
static ph_rc print_ndjson(const rd_kafka_message_t *m)
{
    rd_kafka_headers_t *headers = NULL;
    json_t *list = json_object();
    const char *name = NULL;
    const void *value = NULL;
    size_t n = 0;
    if (rd_kafka_message_headers(m, &headers) == RD_KAFKA_RESP_ERR_NO_ERROR)
        for (size_t i = 0; rd_kafka_header_get_all(headers, i, &name, &value, &n) == RD_KAFKA_RESP_ERR_NO_ERROR; i++)
            json_object_set_new(list, name, json_stringn(value, n));
    json_t *root = json_pack("{s:s, s:i, s:I, s:s%, s:o, s:s%}", "topic", rd_kafka_topic_name(m->rkt), "partition",
                             (int)m->partition, "offset", (json_int_t)m->offset, "key", (const char *)m->key,
                             m->key_len, "headers", list, "value", (const char *)m->payload, m->len);
    char *text = root == NULL ? NULL : json_dumps(root, JSON_SORT_KEYS | JSON_COMPACT);
    ph_rc rc = text == NULL ? PH_MALFORMED : PH_OK;
    if (rc == PH_OK)
        rc = printf("%s\n", text) < 0 || fflush(stdout) != 0 ? PH_IO : PH_OK;
    free(text);
    json_decref(root);
    return rc;
}

static const char *text_of(json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text == NULL ? "" : text;
}

static const char *value_of_method(json_t *root, const char *method)
{
    size_t i = 0;
    json_t *item = NULL;
    json_array_foreach(json_object_get(root, "values"), i, item)
    {
        if (strcmp(text_of(item, "method"), method) == 0)
            return json_is_string(json_object_get(item, "value")) ? text_of(item, "value") : "-";
    }
    return "-";
}

/* How complete a figure is; of a register, how many items. */
static const char *level_of(json_t *root, char *dst, size_t n)
{
    json_t *counts = json_object_get(root, "counts"), *of_kind = NULL;
    const char *kind = NULL;
    long long items = 0;
    if (!json_is_object(counts))
        return text_of(root, "completeness");
    json_object_foreach(counts, kind, of_kind)
    {
        items += json_integer_value(of_kind);
    }
    snprintf(dst, n, PH_T("%lld mục", "%lld items"), items);
    return dst;
}

/* printf counts bytes, people count columns. */
static void put_cell(ph_buf *line, const char *text, size_t width, bool to_right)
{
    size_t columns = ph_utf8_columns(ph_span_str(text));
    size_t room = columns < width ? width - columns : 0;
    if (!to_right)
        (void)ph_utf8_escape(ph_span_str(text), line);
    for (size_t i = 0; i < room; i++)
        (void)ph_buf_put_byte(line, ' ');
    if (to_right)
        (void)ph_utf8_escape(ph_span_str(text), line);
    (void)ph_buf_put_byte(line, ' ');
}

typedef struct cells {
    const char *key, *vintage, *mean, *weighted, *received, *period, *state;
} cells;

static ph_rc put_line(const cells *c)
{
    ph_buf line;
    ph_buf_init(&line, 4096);
    put_cell(&line, c->key, 42, false);
    put_cell(&line, c->vintage, 8, true);
    put_cell(&line, c->mean, 10, true);
    put_cell(&line, c->weighted, 10, true);
    put_cell(&line, c->received, 9, true);
    put_cell(&line, c->period, 9, false);
    (void)ph_utf8_escape(ph_span_str(c->state), &line);
    (void)ph_buf_put_byte(&line, '\n');
    ph_rc rc = ph_term_write_buf(stdout, &line);
    ph_buf_done(&line);
    return rc;
}

static ph_rc print_header(printing *p)
{
    const cells header = {.key = PH_T("khóa", "key"),
                          .vintage = PH_T("bản số", "vintage"),
                          .mean = PH_T("giản đơn", "mean"),
                          .weighted = PH_T("gia quyền", "weighted"),
                          .received = PH_T("đủ/cần", "received"),
                          .period = PH_T("kỳ", "period"),
                          .state = PH_T("mức", "state")};
    if (p->has_header)
        return PH_OK;
    p->has_header = true;
    return put_line(&header);
}

static ph_rc print_row(printing *p, const rd_kafka_message_t *m)
{
    char key[160], vintage[24], received[48], level[32];
    json_t *root = json_loadb(m->payload, m->len, 0, NULL);
    if (root == NULL || !ph_span_copy(ph_span_of(m->key, m->key_len), key, sizeof key)) {
        json_decref(root);
        return PH_MALFORMED;
    }
    json_t *coverage = json_object_get(root, "coverage");
    snprintf(vintage, sizeof vintage, "%lld", (long long)json_integer_value(json_object_get(root, "vintage")));
    snprintf(received, sizeof received, "%lld/%lld",
             (long long)json_integer_value(json_object_get(coverage, "received")),
             (long long)json_integer_value(json_object_get(coverage, "expected")));
    const cells row = {.key = key,
                       .vintage = vintage,
                       .mean = value_of_method(root, "mean"),
                       .weighted = value_of_method(root, "weighted_mean"),
                       .received = received,
                       .period = text_of(root, "period_state"),
                       .state = level_of(root, level, sizeof level)};
    ph_rc rc = print_header(p);
    if (rc == PH_OK)
        rc = put_line(&row);
    json_decref(root);
    return rc;
}

/* What is not of ours is told and passed over: a stranger's record must not keep a reader from the rest. */
static ph_rc print_message(void *arg, const rd_kafka_message_t *m)
{
    printing *p = arg;
    if (m->payload == NULL)
        return PH_OK;
    ph_rc rc = m->key == NULL ? PH_MALFORMED : p->json ? print_ndjson(m) : print_row(p, m);
    if (rc != PH_MALFORMED)
        return rc;
    p->n_foreign++;
    fprintf(stderr, PH_T("%s/%d@%lld: không phải bản ghi của phusa\n", "%s/%d@%lld: not a record of phusa\n"),
            rd_kafka_topic_name(m->rkt), (int)m->partition, (long long)m->offset);
    return PH_OK;
}

static ph_rc follow_one(const ph_kafka_options *o, const rd_kafka_message_t *m, printing *p, ph_err *err)
{
    if (m->err == RD_KAFKA_RESP_ERR_NO_ERROR)
        return print_message(p, m);
    if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF)
        return PH_OK;
    ph_rc rc = ph_kafka_rc(o, m->err, NULL, "reading", m->rkt == NULL ? NULL : rd_kafka_topic_name(m->rkt), err);
    return ph_rc_class(rc) == PH_CLASS_RETRY ? PH_OK : rc; /* the client connects again by itself */
}

static ph_rc follow(const ph_kafka_options *o, rd_kafka_topic_partition_list_t *parts, printing *p, ph_err *err)
{
    rd_kafka_t *rk = NULL;
    ph_rc rc = ph_kafka_reader_new(o, true, &rk, err);
    if (rc != PH_OK)
        return rc;
    struct sigaction action = {.sa_handler = on_stop};
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGINT, &action, NULL);
    rd_kafka_resp_err_t code = rd_kafka_assign(rk, parts);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        rc = ph_kafka_rc(o, code, NULL, "assigning partitions", NULL, err);
    while (rc == PH_OK && !is_stopped) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, FOLLOW_POLL_MS);
        if (m == NULL)
            continue;
        rc = follow_one(o, m, p, err);
        rd_kafka_message_destroy(m);
    }
    rd_kafka_destroy(rk);
    return rc;
}

ph_rc ph_pub_cmd_consume(const ph_pub_cfg *cfg, bool history, bool to_end, bool json, ph_err *err)
{
    ph_pub_kafka_setup setup;
    rd_kafka_topic_partition_list_t *parts = NULL;
    printing p = {.json = json};
    ph_rc rc = ph_pub_kafka_setup_make(cfg, &setup, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_kafka_all_partitions(&setup.options, history ? cfg->topic_history : cfg->topic_summaries, &parts, err);
    if (rc == PH_OK)
        rc = to_end ? ph_kafka_read_to_end(&setup.options, true, parts, NULL, print_message, &p, err)
                    : follow(&setup.options, parts, &p, err);
    if (rc == PH_OK && p.n_foreign > 0) {
        rc = ph_err_set(err, PH_MALFORMED, "pub.consume.foreign", cfg->topic_summaries,
                        "%zu records are not of phusa; all others were printed", p.n_foreign);
        ph_err_hint(err, "find out who else writes to the topic, and take the right away");
    }
    if (parts != NULL)
        rd_kafka_topic_partition_list_destroy(parts);
    ph_pub_kafka_setup_done(&setup);
    return rc;
}
