/* ph_pub_kafka - queued is not delivered: only delivery reports and a commit that Kafka confirmed count. */
#include "ph_pub_kafka.h"

#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_pub_kafka_conf.h"
#include "ph_pub_kafka_reader.h"
#include "ph_pub_progress.h"

enum { POLL_MS = 50, MAX_PARTITIONS = PH_PUB_MAX_ENDS / 2, TOPIC_BYTES = 64 };

typedef struct kafka_sink {
    ph_pub_sink base;
    const ph_kafka_options *o;
    rd_kafka_t *rk;
    ph_kafka_trouble trouble;                 /* the client's opaque */
    int32_t n_partitions[2];                  /* of summaries and history */
    uint64_t n_queued, n_confirmed, n_failed; /* in this transaction */
    rd_kafka_resp_err_t first_failure;
    char failed_topic[TOPIC_BYTES];
    ph_pub_progress ends; /* only ends are used: raised by delivery reports */
} kafka_sink;

static void raise_end(ph_pub_progress *p, const char *topic, int32_t partition, int64_t end)
{
    for (size_t i = 0; i < p->n_ends; i++)
        if (p->ends[i].partition == partition && strcmp(p->ends[i].topic, topic) == 0) {
            p->ends[i].offset = end > p->ends[i].offset ? end : p->ends[i].offset;
            return;
        }
    if (p->n_ends < PH_PUB_MAX_ENDS &&
        ph_span_copy(ph_span_str(topic), p->ends[p->n_ends].topic, sizeof p->ends[0].topic)) {
        p->ends[p->n_ends].partition = partition;
        p->ends[p->n_ends++].offset = end;
    }
}

/* One refused record makes the client throw the others away, and it may tell of those first. */
static bool is_consequence(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__PURGE_QUEUE || code == RD_KAFKA_RESP_ERR__PURGE_INFLIGHT;
}

static void on_delivery(rd_kafka_t *rk, const rd_kafka_message_t *m, void *opaque)
{
    kafka_sink *s = (kafka_sink *)(void *)((char *)opaque - offsetof(kafka_sink, trouble));
    const char *topic = rd_kafka_topic_name(m->rkt);
    (void)rk;
    if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        if (s->n_failed++ == 0 || is_consequence(s->first_failure)) {
            s->first_failure = m->err;
            (void)ph_span_copy(ph_span_str(topic), s->failed_topic, sizeof s->failed_topic);
        }
        return;
    }
    s->n_confirmed++;
    if (strcmp(topic, s->o->topic_progress) != 0)
        raise_end(&s->ends, topic, m->partition, m->offset + 1);
}

/* The client hides what made it fatal behind a code of its own; a zombie that did not look would take over again and
 * again. */
static ph_rc judge_code(const kafka_sink *s, rd_kafka_resp_err_t code, const char *doing, const char *topic,
                        ph_err *err)
{
    char why[8];
    rd_kafka_resp_err_t fatal = rd_kafka_fatal_error(s->rk, why, sizeof why);
    return ph_kafka_rc(s->o, fatal == RD_KAFKA_RESP_ERR_NO_ERROR ? code : fatal, &s->trouble, doing, topic, err);
}

/* Result of a transactional call; frees @error. BUSY = abort and begin anew on the same connection. */
static ph_rc judge(const kafka_sink *s, rd_kafka_error_t *error, const char *doing, ph_err *err)
{
    if (error == NULL)
        return PH_OK;
    ph_rc rc = judge_code(s, rd_kafka_error_code(error), doing, NULL, err);
    if (rc != PH_FENCED && rc != PH_FORBIDDEN && !rd_kafka_error_is_fatal(error) &&
        rd_kafka_error_txn_requires_abort(error))
        rc = PH_BUSY;
    rd_kafka_error_destroy(error);
    return rc;
}

/* Ask the same again while the client says that it goes on in the background, slice by slice. The outcome of a commit
 * that timed out is not known: the same commit is asked for, never another transaction begun. */
static ph_rc persist(kafka_sink *s, rd_kafka_error_t *(*call)(rd_kafka_t *, int), int64_t deadline_us, bool in_work,
                     const char *doing, ph_err *err)
{
    for (;;) {
        int slice_ms = ph_kafka_slice(s->o, deadline_us, in_work);
        rd_kafka_error_t *error = call(s->rk, slice_ms);
        bool is_retriable = error != NULL && rd_kafka_error_is_retriable(error);
        rd_kafka_poll(s->rk, is_retriable ? POLL_MS : 0);
        ph_rc rc = judge(s, error, doing, err);
        if (rc == PH_OK || rc == PH_FORBIDDEN || !is_retriable || slice_ms == 0)
            return rc;
    }
}

static void drop_client(kafka_sink *s)
{
    if (s->rk == NULL)
        return;
    rd_kafka_purge(s->rk, RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
    ph_kafka_client_end(s->rk);
    s->rk = NULL;
}

static ph_rc make_client(kafka_sink *s, ph_err *err)
{
    char timeout[16], message_timeout[16];
    rd_kafka_conf_t *conf = NULL;
    s->trouble = (ph_kafka_trouble){0};
    ph_rc rc = ph_kafka_conf_new(s->o, &s->trouble, &conf, err);
    if (rc != PH_OK)
        return rc;
    snprintf(timeout, sizeof timeout, "%d", s->o->transaction_timeout_ms);
    snprintf(message_timeout, sizeof message_timeout, "%d", s->o->transaction_timeout_ms * 3 / 4);
    const char *const own[][2] = {{"transactional.id", s->o->transactional_id},
                                  {"transaction.timeout.ms", timeout},
                                  {"message.timeout.ms", message_timeout},
                                  {"linger.ms", "2"},
                                  {"compression.type", "lz4"},
                                  {"queue.buffering.max.kbytes", "65536"},
                                  {"message.max.bytes", "1000000"}};
    for (size_t i = 0; rc == PH_OK && i < sizeof own / sizeof own[0]; i++)
        rc = ph_kafka_conf_put(conf, own[i][0], own[i][1], err);
    rd_kafka_conf_set_dr_msg_cb(conf, on_delivery);
    if (rc == PH_OK)
        return ph_kafka_client_new(RD_KAFKA_PRODUCER, conf, &s->rk, err);
    rd_kafka_conf_destroy(conf);
    return rc;
}

static ph_rc connect_sink(ph_pub_sink *base, ph_err *err)
{
    kafka_sink *s = (kafka_sink *)base;
    const char *const topics[2] = {s->o->topic_summaries, s->o->topic_history};
    int64_t deadline_us = ph_kafka_deadline(s->o);
    drop_client(s);
    ph_rc rc = make_client(s, err);
    for (int i = 0; rc == PH_OK && i < 2; i++) {
        rc = ph_kafka_n_partitions(s->o, s->rk, &s->trouble, topics[i], &s->n_partitions[i], err);
        if (rc == PH_OK && s->n_partitions[i] > MAX_PARTITIONS)
            rc = ph_err_set(err, PH_INVALID, "pub.topic.weak", topics[i], "more than %d partitions", MAX_PARTITIONS);
    }
    if (rc == PH_OK)
        rc = persist(s, rd_kafka_init_transactions, deadline_us, false, "taking over the transactional id", err);
    if (rc != PH_OK)
        drop_client(s);
    return rc;
}

static ph_rc read_progress(ph_pub_sink *base, ph_pub_progress *ret, ph_pub_found *ret_found, ph_err *err)
{
    return ph_kafka_read_progress(((kafka_sink *)base)->o, ret, ret_found, err);
}

static ph_rc read_ends(ph_pub_sink *base, ph_topic_end *ret, size_t max, size_t *ret_n, ph_err *err)
{
    kafka_sink *s = (kafka_sink *)base;
    return ph_kafka_read_ends(s->o, s->n_partitions, ret, max, ret_n, err);
}

static ph_rc begin_transaction(ph_pub_sink *base, ph_err *err)
{
    kafka_sink *s = (kafka_sink *)base;
    s->n_queued = s->n_confirmed = s->n_failed = 0;
    s->first_failure = RD_KAFKA_RESP_ERR_NO_ERROR;
    s->ends.n_ends = 0;
    s->trouble = (ph_kafka_trouble){0}; /* what is over explains nothing any more */
    return judge(s, rd_kafka_begin_transaction(s->rk), "beginning a transaction", err);
}

static rd_kafka_headers_t *headers_of(const ph_record *r)
{
    rd_kafka_headers_t *h = rd_kafka_headers_new(r->n_headers);
    const char *at = (const char *)r->headers.ptr;
    for (uint8_t i = 0; h != NULL && i < r->n_headers; i++) {
        const char *name = at, *value = name + strlen(name) + 1;
        at = value + strlen(value) + 1;
        if (rd_kafka_header_add(h, name, -1, value, -1) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            rd_kafka_headers_destroy(h);
            return NULL;
        }
    }
    return h;
}

static int64_t transaction_deadline(const kafka_sink *s)
{
    return ph_clock_mono_us() + (int64_t)s->o->transaction_timeout_ms * 1000;
}

/* A full local queue is flow control: let reports come in and try again, until the transaction's time is over. */
static ph_rc queue_one(kafka_sink *s, const char *topic, int32_t partition, ph_span key, ph_span value,
                       const ph_record *record, ph_err *err)
{
    int64_t deadline_us = transaction_deadline(s);
    rd_kafka_resp_err_t code = RD_KAFKA_RESP_ERR__QUEUE_FULL;
    while (code == RD_KAFKA_RESP_ERR__QUEUE_FULL && ph_kafka_slice(s->o, deadline_us, true) > 0) {
        rd_kafka_headers_t *h = record == NULL ? rd_kafka_headers_new(0) : headers_of(record);
        if (h == NULL)
            return PH_NOMEM;
        code = rd_kafka_producev(
            s->rk, RD_KAFKA_V_TOPIC(topic), RD_KAFKA_V_PARTITION(partition), RD_KAFKA_V_MSGFLAGS(RD_KAFKA_MSG_F_COPY),
            RD_KAFKA_V_KEY((void *)(uintptr_t)key.ptr, key.len),
            RD_KAFKA_V_VALUE((void *)(uintptr_t)value.ptr, value.len), RD_KAFKA_V_HEADERS(h), RD_KAFKA_V_END);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            rd_kafka_headers_destroy(h);
        if (code == RD_KAFKA_RESP_ERR__QUEUE_FULL)
            rd_kafka_poll(s->rk, POLL_MS);
    }
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return judge_code(s, code, "queueing a record", topic, err);
    s->n_queued++;
    rd_kafka_poll(s->rk, 0);
    return PH_OK;
}

static ph_rc produce(ph_pub_sink *base, const ph_record *r, ph_err *err)
{
    kafka_sink *s = (kafka_sink *)base;
    ph_span key = ph_buf_span(&r->key), value = ph_buf_span(&r->value);
    ph_rc rc = queue_one(s, s->o->topic_summaries, ph_kafka_partition(key, s->n_partitions[0]), key, value, r, err);
    if (rc == PH_OK)
        rc = queue_one(s, s->o->topic_history, ph_kafka_partition(key, s->n_partitions[1]), key, value, r, err);
    return rc;
}

static ph_rc produce_progress(ph_pub_sink *base, const ph_pub_progress *p, ph_err *err)
{
    kafka_sink *s = (kafka_sink *)base;
    char key[PH_UUID_TEXT_BYTES + PH_PUB_SHARD_BYTES];
    ph_buf value;
    ph_buf_init(&value, PH_PROGRESS_MAX_BYTES);
    ph_rc rc = ph_pub_progress_write(p, s->o->shard, &value);
    ph_uuid_print(&p->epoch, key);
    snprintf(key + strlen(key), sizeof key - strlen(key), "/%s", s->o->shard);
    if (rc == PH_OK)
        rc = queue_one(s, s->o->topic_progress, 0, ph_span_str(key), ph_buf_span(&value), NULL, err);
    ph_buf_done(&value);
    return rc;
}

/* What a partition could not be added to the transaction for (a right is missing) no report tells, only the
 * transaction's state. To begin another is refused with it, and changes nothing. */
static rd_kafka_resp_err_t cause_of_failure(const kafka_sink *s)
{
    if (!is_consequence(s->first_failure))
        return s->first_failure;
    rd_kafka_error_t *error = rd_kafka_begin_transaction(s->rk);
    rd_kafka_resp_err_t code = error == NULL ? RD_KAFKA_RESP_ERR__STATE : rd_kafka_error_code(error);
    rd_kafka_error_destroy(error);
    return code == RD_KAFKA_RESP_ERR__STATE ? s->first_failure : code;
}

static ph_rc judge_failure(const kafka_sink *s, ph_err *err)
{
    char both[2 * TOPIC_BYTES + 2];
    rd_kafka_resp_err_t cause = cause_of_failure(s);
    const char *where = s->failed_topic;
    if (cause != s->first_failure && strcmp(where, s->o->topic_progress) != 0) { /* which of the two it does not say */
        snprintf(both, sizeof both, "%s, %s", s->o->topic_summaries, s->o->topic_history);
        where = both;
    }
    ph_rc rc = judge_code(s, cause, "delivering a record", where, err);
    return rc == PH_FENCED || rc == PH_FORBIDDEN ? rc : PH_IO;
}

static ph_rc settle(ph_pub_sink *base, uint64_t *ret_confirmed, ph_pub_progress *ends, ph_err *err)
{
    kafka_sink *s = (kafka_sink *)base;
    int64_t deadline_us = transaction_deadline(s);
    while (s->n_confirmed + s->n_failed < s->n_queued && ph_kafka_slice(s->o, deadline_us, true) > 0)
        rd_kafka_poll(s->rk, POLL_MS);
    *ret_confirmed = s->n_confirmed;
    if (s->n_failed > 0)
        return judge_failure(s, err);
    if (s->n_confirmed < s->n_queued)
        return judge_code(s, RD_KAFKA_RESP_ERR__TIMED_OUT, "waiting for delivery reports", NULL, err);
    for (size_t i = 0; i < s->ends.n_ends; i++)
        raise_end(ends, s->ends.ends[i].topic, s->ends.ends[i].partition, s->ends.ends[i].offset);
    return PH_OK;
}

static ph_rc commit(ph_pub_sink *base, ph_err *err)
{
    kafka_sink *s = (kafka_sink *)base;
    return persist(s, rd_kafka_commit_transaction, ph_kafka_last_deadline(s->o), true, "committing a transaction", err);
}

static ph_rc abort_transaction(ph_pub_sink *base, ph_err *err)
{
    kafka_sink *s = (kafka_sink *)base;
    if (s->rk == NULL)
        return PH_IO;
    rd_kafka_purge(s->rk, RD_KAFKA_PURGE_F_QUEUE);
    return persist(s, rd_kafka_abort_transaction, transaction_deadline(s), true, "aborting a transaction", err);
}

static void close_sink(ph_pub_sink *base)
{
    drop_client((kafka_sink *)base);
    free(base);
}

static const ph_pub_sink_ops ops = {.connect = connect_sink,
                                    .read_progress = read_progress,
                                    .ends = read_ends,
                                    .begin = begin_transaction,
                                    .produce = produce,
                                    .produce_progress = produce_progress,
                                    .settle = settle,
                                    .commit = commit,
                                    .abort = abort_transaction,
                                    .close = close_sink};

ph_rc ph_pub_kafka_new(const ph_kafka_options *options, ph_pub_sink **ret)
{
    kafka_sink *s = calloc(1, sizeof *s);
    if (s == NULL)
        return PH_NOMEM;
    s->base.ops = &ops;
    s->o = options;
    *ret = &s->base;
    return PH_OK;
}
