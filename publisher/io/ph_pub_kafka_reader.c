/* ph_pub_kafka_reader - the topic is the truth; this reads it. */
#include "ph_pub_kafka_reader.h"

#include <stdio.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_pub_kafka_conf.h"
#include "ph_pub_progress.h"

enum { POLL_MS = 100, TAIL = 2000 };

ph_rc ph_kafka_n_partitions(rd_kafka_t *rk, const char *topic, int timeout_ms, int32_t *ret, ph_err *err)
{
    const struct rd_kafka_metadata *md = NULL;
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, topic, NULL);
    rd_kafka_resp_err_t code = rkt == NULL ? rd_kafka_last_error() : rd_kafka_metadata(rk, 0, rkt, &md, timeout_ms);
    int32_t n = 0;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && md->topic_cnt == 1) {
        code = md->topics[0].err;
        n = md->topics[0].partition_cnt;
    }
    if (md != NULL)
        rd_kafka_metadata_destroy(md);
    if (rkt != NULL)
        rd_kafka_topic_destroy(rkt);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && n == 0)
        code = RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        return ph_kafka_rc(code, "asking for the topic", topic, err);
    *ret = n;
    return PH_OK;
}

typedef struct reading {
    rd_kafka_topic_partition_list_t *parts;
    int n_ended;
    bool ended[PH_PUB_MAX_ENDS * 4];
    ph_kafka_message_fn fn;
    void *arg;
} reading;

static void mark_end(reading *r, const rd_kafka_message_t *m)
{
    const char *topic = rd_kafka_topic_name(m->rkt);
    for (int i = 0; i < r->parts->cnt; i++) {
        rd_kafka_topic_partition_t *p = &r->parts->elems[i];
        if (!r->ended[i] && p->partition == m->partition && strcmp(p->topic, topic) == 0) {
            r->ended[i] = true;
            p->offset = m->offset;
            r->n_ended++;
        }
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
        return ph_kafka_rc(m->err, "reading", m->rkt == NULL ? NULL : rd_kafka_topic_name(m->rkt), err);
    return r->fn == NULL ? PH_OK : r->fn(r->arg, m);
}

ph_rc ph_kafka_read_to_end(const ph_kafka_options *o, bool committed, rd_kafka_topic_partition_list_t *parts,
                           ph_kafka_message_fn fn, void *arg, ph_err *err)
{
    reading r = {.parts = parts, .fn = fn, .arg = arg};
    rd_kafka_t *rk = NULL;
    int64_t deadline_us = ph_clock_mono_us() + (int64_t)o->deadline_ms * 1000;
    if ((size_t)parts->cnt > sizeof r.ended / sizeof r.ended[0])
        return PH_LIMIT;
    ph_rc rc = ph_kafka_reader_new(o, committed, &rk, err);
    if (rc != PH_OK)
        return rc;
    rd_kafka_resp_err_t code = rd_kafka_assign(rk, parts);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        rc = ph_kafka_rc(code, "assigning partitions", NULL, err);
    while (rc == PH_OK && r.n_ended < parts->cnt) {
        rd_kafka_message_t *m = rd_kafka_consumer_poll(rk, POLL_MS);
        if (m != NULL) {
            rc = take_message(&r, m, err);
            rd_kafka_message_destroy(m);
        } else if (ph_clock_mono_us() > deadline_us) {
            rc = ph_kafka_rc(RD_KAFKA_RESP_ERR__TIMED_OUT, "reading back to the end", parts->elems[0].topic, err);
        }
    }
    rd_kafka_destroy(rk);
    return rc;
}

typedef struct progress_search {
    const char *suffix; /* "/<shard>" */
    bool is_found;
    ph_pub_progress last;
    ph_rc rc;
} progress_search;

static ph_rc look_at_progress(void *arg, const rd_kafka_message_t *m)
{
    progress_search *s = arg;
    size_t n = strlen(s->suffix);
    if (m->key_len != PH_UUID_TEXT_BYTES - 1 + n || memcmp((const char *)m->key + m->key_len - n, s->suffix, n) != 0 ||
        m->payload == NULL)
        return PH_OK;
    s->rc = ph_pub_progress_read(ph_span_of(m->payload, m->len), &s->last);
    s->is_found = true;
    return PH_OK; /* a bad record matters only if it is the last */
}

static ph_rc search_from(const ph_kafka_options *o, int64_t offset, progress_search *s, ph_err *err)
{
    rd_kafka_topic_partition_list_t *parts = rd_kafka_topic_partition_list_new(1);
    rd_kafka_topic_partition_list_add(parts, o->topic_progress, 0)->offset = offset;
    ph_rc rc = ph_kafka_read_to_end(o, true, parts, look_at_progress, s, err);
    rd_kafka_topic_partition_list_destroy(parts);
    return rc;
}

ph_rc ph_kafka_read_progress(const ph_kafka_options *o, ph_pub_progress *ret, ph_err *err)
{
    char suffix[PH_PUB_SHARD_BYTES + 2];
    progress_search s = {.suffix = suffix};
    snprintf(suffix, sizeof suffix, "/%s", o->shard);
    ph_rc rc = search_from(o, RD_KAFKA_OFFSET_TAIL(TAIL), &s, err);
    if (rc == PH_OK && !s.is_found) /* other shards may have written more than the tail holds */
        rc = search_from(o, RD_KAFKA_OFFSET_BEGINNING, &s, err);
    if (rc != PH_OK)
        return rc;
    if (!s.is_found)
        return PH_NOT_FOUND;
    if (s.rc != PH_OK)
        return ph_err_set(err, PH_CORRUPT, "pub.progress.malformed", o->topic_progress,
                          "the last progress record cannot be read");
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
    ph_rc rc = (size_t)parts->cnt > max ? PH_LIMIT : ph_kafka_read_to_end(o, false, parts, NULL, NULL, err);
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
