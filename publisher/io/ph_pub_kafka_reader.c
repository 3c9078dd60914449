/* ph_pub_kafka_reader - the topic is the truth; this reads it. */
#include "ph_pub_kafka_reader.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_pub_progress.h"

enum { POLL_MS = 100, METADATA_MS = 2000, TAIL = 2000, MAX_PARTS = PH_PUB_MAX_ENDS * 4 };

static rd_kafka_resp_err_t ask_partitions(rd_kafka_t *rk, rd_kafka_topic_t *rkt, int timeout_ms, int32_t *ret)
{
    const struct rd_kafka_metadata *md = NULL;
    rd_kafka_resp_err_t code = rd_kafka_metadata(rk, 0, rkt, &md, timeout_ms);
    *ret = 0;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && md->topic_cnt == 1) {
        code = md->topics[0].err;
        *ret = md->topics[0].partition_cnt;
    }
    if (md != NULL)
        rd_kafka_metadata_destroy(md);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR && *ret == 0 ? RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART : code;
}

ph_rc ph_kafka_n_partitions(const ph_kafka_options *o, rd_kafka_t *rk, const ph_kafka_trouble *trouble,
                            const char *topic, int32_t *ret, ph_err *err)
{
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, topic, NULL);
    rd_kafka_resp_err_t code = rkt == NULL ? rd_kafka_last_error() : RD_KAFKA_RESP_ERR__TIMED_OUT;
    int64_t deadline_us = ph_kafka_deadline(o);
    bool has_cause = false;
    /* a refusal of the password does not become right by waiting for the deadline */
    while ((code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT) && !has_cause &&
           ph_kafka_slice(o, deadline_us, false) > 0) {
        code = ask_partitions(rk, rkt, METADATA_MS < o->deadline_ms ? METADATA_MS : o->deadline_ms, ret);
        rd_kafka_poll(rk, 0);
        has_cause = trouble != NULL &&
                    (trouble->code == RD_KAFKA_RESP_ERR__AUTHENTICATION || trouble->code == RD_KAFKA_RESP_ERR__SSL);
    }
    if (rkt != NULL)
        rd_kafka_topic_destroy(rkt);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? PH_OK
                                              : ph_kafka_rc(o, code, trouble, "asking for the topic", topic, err);
}

ph_rc ph_kafka_all_partitions(const ph_kafka_options *o, const char *topic, rd_kafka_topic_partition_list_t **ret,
                              ph_err *err)
{
    ph_kafka_trouble trouble = {0};
    rd_kafka_conf_t *conf = NULL;
    rd_kafka_t *rk = NULL;
    int32_t n = 0;
    ph_rc rc = ph_kafka_conf_new(o, &trouble, &conf, err);
    if (rc == PH_OK)
        rc = ph_kafka_client_new(RD_KAFKA_PRODUCER, conf, &rk, err);
    if (rc == PH_OK)
        rc = ph_kafka_n_partitions(o, rk, &trouble, topic, &n, err);
    if (rk != NULL)
        ph_kafka_client_end(rk);
    if (rc != PH_OK)
        return rc;
    *ret = rd_kafka_topic_partition_list_new(n);
    for (int32_t i = 0; i < n; i++)
        rd_kafka_topic_partition_list_add(*ret, topic, i)->offset = RD_KAFKA_OFFSET_BEGINNING;
    return PH_OK;
}

typedef struct reading {
    const ph_kafka_options *o;
    rd_kafka_topic_partition_list_t *parts;
    const int64_t *at_least;
    int n_ended;
    bool ended[MAX_PARTS];
    int64_t held_at; /* where an open transaction stands in the way, -1 = nowhere */
    ph_kafka_message_fn fn;
    void *arg;
} reading;

static void mark_end(reading *r, const rd_kafka_message_t *m)
{
    const char *topic = rd_kafka_topic_name(m->rkt);
    for (int i = 0; i < r->parts->cnt; i++) {
        rd_kafka_topic_partition_t *p = &r->parts->elems[i];
        if (r->ended[i] || p->partition != m->partition || strcmp(p->topic, topic) != 0)
            continue;
        r->held_at = r->at_least != NULL && m->offset < r->at_least[i] ? m->offset : -1;
        if (r->held_at >= 0)
            return; /* the client tells the end again when it has moved */
        r->ended[i] = true;
        p->offset = m->offset;
        r->n_ended++;
    }
}

static ph_rc take_message(reading *r, const rd_kafka_message_t *m, ph_err *err)
{
    if (m->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        mark_end(r, m);
        return PH_OK;
    }
    /* These two the client mends by itself; the deadline ends it if it does not. */
    if (m->err == RD_KAFKA_RESP_ERR__TRANSPORT || m->err == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN)
        return PH_OK;
    if (m->err != RD_KAFKA_RESP_ERR_NO_ERROR)
        return ph_kafka_rc(r->o, m->err, NULL, "reading", m->rkt == NULL ? NULL : rd_kafka_topic_name(m->rkt), err);
    return r->fn == NULL ? PH_OK : r->fn(r->arg, m);
}

static ph_rc too_late(const reading *r, ph_err *err)
{
    const char *topic = r->parts->elems[0].topic;
    if (r->held_at < 0)
        return ph_kafka_rc(r->o, RD_KAFKA_RESP_ERR__TIMED_OUT, NULL, "reading back to the end", topic, err);
    ph_rc rc =
        ph_err_set(err, PH_TIMEOUT, "pub.progress.held", topic,
                   "an open transaction of another producer hides what stands behind offset %" PRId64, r->held_at);
    ph_err_means(err, "nothing was published; without the last progress records could be repeated");
    ph_err_hint(err, "find the producer: kafka-transactions.sh find-hanging; it ends by itself at its own timeout");
    return rc;
}

static ph_rc read_on(reading *r, rd_kafka_t *rk, ph_err *err)
{
    int64_t deadline_us = ph_kafka_deadline(r->o);
    ph_rc rc = PH_OK;
    while (rc == PH_OK && r->n_ended < r->parts->cnt) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, POLL_MS);
        if (m != NULL) {
            rc = take_message(r, m, err);
            deadline_us = m->err == RD_KAFKA_RESP_ERR_NO_ERROR ? ph_kafka_deadline(r->o) : deadline_us;
            rd_kafka_message_destroy(m);
        }
        if (rc == PH_OK && r->n_ended < r->parts->cnt && ph_kafka_slice(r->o, deadline_us, false) == 0)
            rc = too_late(r, err);
    }
    return rc;
}

ph_rc ph_kafka_read_to_end(const ph_kafka_options *o, bool committed, rd_kafka_topic_partition_list_t *parts,
                           const int64_t *at_least, ph_kafka_message_fn fn, void *arg, ph_err *err)
{
    reading r = {.o = o, .parts = parts, .at_least = at_least, .held_at = -1, .fn = fn, .arg = arg};
    rd_kafka_t *rk = NULL;
    if (parts->cnt > MAX_PARTS)
        return ph_err_set(err, PH_LIMIT, "pub.kafka.error", parts->elems[0].topic, "more than %d partitions",
                          MAX_PARTS);
    ph_rc rc = ph_kafka_reader_new(o, committed, &rk, err);
    if (rc != PH_OK)
        return rc;
    rd_kafka_resp_err_t code = rd_kafka_assign(rk, parts);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        rc = ph_kafka_rc(o, code, NULL, "assigning partitions", NULL, err);
    if (rc == PH_OK)
        rc = read_on(&r, rk, err);
    ph_kafka_client_end(rk);
    return rc;
}

typedef struct progress_search {
    const char *suffix; /* "/<shard>" */
    ph_pub_found found;
    ph_pub_progress last;
    ph_rc rc;
} progress_search;

static ph_rc look_at_progress(void *arg, const rd_kafka_message_t *m)
{
    progress_search *s = arg;
    size_t n = strlen(s->suffix);
    if (m->key_len != PH_UUID_TEXT_BYTES - 1 + n || memcmp((const char *)m->key + m->key_len - n, s->suffix, n) != 0 ||
        m->payload == NULL) {
        s->found = s->found == PH_PUB_FOUND_NONE ? PH_PUB_FOUND_OTHERS : s->found;
        return PH_OK;
    }
    s->rc = ph_pub_progress_read(ph_span_of(m->payload, m->len), &s->last);
    s->found = PH_PUB_FOUND_OURS;
    return PH_OK; /* a bad record matters only if it is the last */
}

/* @end: -1 = ask for the present end only. */
static ph_rc search_from(const ph_kafka_options *o, int64_t offset, int64_t *end, progress_search *s, ph_err *err)
{
    rd_kafka_topic_partition_list_t *parts = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_t *part = rd_kafka_topic_partition_list_add(parts, o->topic_progress, 0);
    part->offset = offset;
    bool only_end = *end < 0;
    ph_rc rc =
        ph_kafka_read_to_end(o, !only_end, parts, only_end ? NULL : end, only_end ? NULL : look_at_progress, s, err);
    if (rc == PH_OK)
        *end = part->offset;
    rd_kafka_topic_partition_list_destroy(parts);
    return rc;
}

ph_rc ph_kafka_read_progress(const ph_kafka_options *o, ph_pub_progress *ret, ph_pub_found *ret_found, ph_err *err)
{
    char suffix[PH_PUB_SHARD_BYTES + 2];
    progress_search s = {.suffix = suffix};
    int64_t end = -1;
    snprintf(suffix, sizeof suffix, "/%s", o->shard);
    ph_rc rc = search_from(o, RD_KAFKA_OFFSET_END, &end, &s, err);
    if (rc == PH_OK && end > 0)
        rc = search_from(o, RD_KAFKA_OFFSET_TAIL(TAIL), &end, &s, err);
    if (rc == PH_OK && end > 0 && s.found != PH_PUB_FOUND_OURS) /* other shards may have written more than the tail */
        rc = search_from(o, RD_KAFKA_OFFSET_BEGINNING, &end, &s, err);
    if (rc != PH_OK)
        return rc;
    if (s.found == PH_PUB_FOUND_OURS && s.rc != PH_OK) {
        rc = ph_err_set(err, PH_CORRUPT, "pub.progress.malformed", o->topic_progress,
                        "the last progress record cannot be read");
        ph_err_means(err, "nothing was published: without it records could be repeated");
        ph_err_hint(err, "see who else writes to the topic: kcat -C -t %s; `phusa-publisher audit` tells what is there",
                    o->topic_progress);
        return rc;
    }
    *ret_found = s.found;
    if (s.found == PH_PUB_FOUND_OURS)
        *ret = s.last;
    return PH_OK;
}

ph_rc ph_kafka_read_ends(const ph_kafka_options *o, const int32_t n_partitions[2], ph_topic_end *ret, size_t max,
                         size_t *ret_n, ph_err *err)
{
    const char *const topics[2] = {o->topic_summaries, o->topic_history};
    rd_kafka_topic_partition_list_t *parts = rd_kafka_topic_partition_list_new(8);
    for (int t = 0; t < 2; t++)
        for (int32_t p = 0; p < n_partitions[t]; p++)
            rd_kafka_topic_partition_list_add(parts, topics[t], p)->offset = RD_KAFKA_OFFSET_END;
    ph_rc rc = (size_t)parts->cnt > max ? PH_LIMIT : ph_kafka_read_to_end(o, false, parts, NULL, NULL, NULL, err);
    for (int i = 0; rc == PH_OK && i < parts->cnt; i++) {
        ret[i].partition = parts->elems[i].partition;
        ret[i].offset = parts->elems[i].offset;
        if (!ph_span_copy(ph_span_str(parts->elems[i].topic), ret[i].topic, sizeof ret[i].topic))
            rc = PH_LIMIT;
    }
    if (rc == PH_OK)
        *ret_n = (size_t)parts->cnt;
    rd_kafka_topic_partition_list_destroy(parts);
    return rc;
}
