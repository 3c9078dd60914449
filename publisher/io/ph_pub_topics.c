/* ph_pub_topics - a topic with the wrong settings loses data quietly, so settings are looked at before the first
 * record. */
#include "ph_pub_topics.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_pub_kafka_conf.h"
#include "ph_pub_kafka_reader.h"
#include "ph_uint.h"

enum { METADATA_MS = 5000, LOOK_AGAIN_MS = 50 };

/* What each topic must be; history keeps every vintage, the others the last record of each key. */
static const char *const policies[PH_N_TOPICS] = {"compact", "delete", "compact"};

static const char *topic_name(const ph_kafka_options *o, int i)
{
    return i == 0 ? o->topic_summaries : i == 1 ? o->topic_history : o->topic_progress;
}

/* A client for one errand, and what it says of its connections. */
typedef struct errand {
    const ph_kafka_options *o;
    rd_kafka_t *rk;
    ph_kafka_trouble trouble;
} errand;

static ph_rc open_errand(const ph_kafka_options *o, errand *e, ph_err *err)
{
    rd_kafka_conf_t *conf = NULL;
    *e = (errand){.o = o};
    ph_rc rc = ph_kafka_conf_new(o, &e->trouble, &conf, err);
    return rc != PH_OK ? rc : ph_kafka_client_new(RD_KAFKA_PRODUCER, conf, &e->rk, err);
}

static void close_errand(errand *e)
{
    if (e->rk != NULL)
        ph_kafka_client_end(e->rk);
}

static ph_rc read_shape(errand *e, ph_topic_report *r, ph_err *err)
{
    const struct rd_kafka_metadata *md = NULL;
    int32_t n = 0;
    ph_rc rc = ph_kafka_n_partitions(e->o, e->rk, &e->trouble, r->name, &n, err);
    if (rc == PH_NOT_FOUND)
        return PH_OK;
    if (rc != PH_OK)
        return rc;
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(e->rk, r->name, NULL);
    rd_kafka_resp_err_t code = rkt == NULL ? rd_kafka_last_error() : rd_kafka_metadata(e->rk, 0, rkt, &md, METADATA_MS);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && md != NULL && md->topic_cnt == 1 && md->topics[0].partition_cnt > 0) {
        r->is_there = true;
        r->n_partitions = md->topics[0].partition_cnt;
        r->replication = md->topics[0].partitions[0].replica_cnt;
    }
    if (md != NULL)
        rd_kafka_metadata_destroy(md);
    if (rkt != NULL)
        rd_kafka_topic_destroy(rkt);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR
               ? PH_OK
               : ph_kafka_rc(e->o, code, &e->trouble, "asking for the topic", r->name, err);
}

static int64_t number(const char *text)
{
    uint64_t n = 0;
    return ph_uint_parse(ph_span_str(text), INT64_MAX, &n) == PH_OK ? (int64_t)n : 0;
}

static void take_entries(ph_topic_report *r, const rd_kafka_ConfigResource_t *resource)
{
    size_t n = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &n);
    r->keeps_for_ever = true;
    for (size_t i = 0; i < n; i++) {
        const char *name = rd_kafka_ConfigEntry_name(entries[i]), *value = rd_kafka_ConfigEntry_value(entries[i]);
        if (value == NULL)
            continue;
        if (strcmp(name, "min.insync.replicas") == 0)
            r->min_insync = (int)number(value);
        else if (strcmp(name, "max.message.bytes") == 0)
            r->max_message_bytes = number(value);
        else if (strcmp(name, "cleanup.policy") == 0)
            (void)ph_span_copy(ph_span_str(value), r->cleanup_policy, sizeof r->cleanup_policy);
        else if (strcmp(name, "unclean.leader.election.enable") == 0)
            r->is_unclean = strcmp(value, "true") == 0;
        else if (strcmp(name, "retention.ms") == 0 || strcmp(name, "retention.bytes") == 0)
            r->keeps_for_ever = r->keeps_for_ever && strcmp(value, "-1") == 0;
    }
}

static ph_rc take_configs(const errand *e, const rd_kafka_DescribeConfigs_result_t *result, ph_topic_report *reports,
                          ph_err *err)
{
    size_t n = 0;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(result, &n);
    for (size_t i = 0; i < n; i++) {
        rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resources[i]);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return ph_kafka_rc(e->o, code, &e->trouble, "reading the topic's settings",
                               rd_kafka_ConfigResource_name(resources[i]), err);
        for (int k = 0; k < PH_N_TOPICS; k++)
            if (strcmp(reports[k].name, rd_kafka_ConfigResource_name(resources[i])) == 0)
                take_entries(&reports[k], resources[i]);
    }
    return PH_OK;
}

/* Wait for the answer to one request; NULL when the deadline passes. */
static rd_kafka_event_t *wait_event(errand *e, rd_kafka_queue_t *queue)
{
    int64_t deadline_us = ph_kafka_deadline(e->o);
    rd_kafka_event_t *event = NULL;
    int slice_ms = 0;
    while (event == NULL && (slice_ms = ph_kafka_slice(e->o, deadline_us, false)) > 0) {
        event = rd_kafka_queue_poll(queue, slice_ms);
        rd_kafka_poll(e->rk, 0);
    }
    return event;
}

static ph_rc read_configs(errand *e, ph_topic_report *reports, ph_err *err)
{
    rd_kafka_ConfigResource_t *ask[PH_N_TOPICS];
    size_t n = 0;
    for (int i = 0; i < PH_N_TOPICS; i++)
        if (reports[i].is_there)
            ask[n++] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, reports[i].name);
    if (n == 0)
        return PH_OK;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(e->rk);
    rd_kafka_DescribeConfigs(e->rk, ask, n, NULL, queue);
    rd_kafka_event_t *event = wait_event(e, queue);
    rd_kafka_resp_err_t code = event == NULL ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(event);
    ph_rc rc = code == RD_KAFKA_RESP_ERR_NO_ERROR
                   ? take_configs(e, rd_kafka_event_DescribeConfigs_result(event), reports, err)
                   : ph_kafka_rc(e->o, code, &e->trouble, "reading topic settings", NULL, err);
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ConfigResource_destroy_array(ask, n);
    return rc;
}

static void complain(ph_topic_report *r, int i, const ph_topic_demand *d)
{
    char *to = r->complaint;
    size_t n = sizeof r->complaint;
    if (!r->is_there)
        snprintf(to, n, "is not there");
    else if (i == 2 && r->n_partitions != 1)
        snprintf(to, n, "has %d partitions, must have one", r->n_partitions);
    else if (r->replication < d->replication)
        snprintf(to, n, "replication is %d, at least %d is asked for", r->replication, d->replication);
    else if (r->min_insync < d->min_insync)
        snprintf(to, n, "min.insync.replicas is %d, at least %d is asked for", r->min_insync, d->min_insync);
    else if (strcmp(r->cleanup_policy, policies[i]) != 0)
        snprintf(to, n, "cleanup.policy is %s, must be %s", r->cleanup_policy, policies[i]);
    else if (i == 1 && !r->keeps_for_ever)
        snprintf(to, n, "forgets old records: retention.ms and retention.bytes must be -1");
    else if (r->is_unclean)
        snprintf(to, n, "unclean.leader.election.enable is true: confirmed records could be lost");
    else if (r->max_message_bytes < PH_TOPIC_MIN_MESSAGE_BYTES)
        snprintf(to, n, "max.message.bytes is %" PRId64 ", at least %d is needed", r->max_message_bytes,
                 PH_TOPIC_MIN_MESSAGE_BYTES);
}

ph_rc ph_pub_topics_check(const ph_kafka_options *o, const ph_topic_demand *demand, ph_topic_report ret[PH_N_TOPICS],
                          ph_err *err)
{
    errand e;
    ph_rc rc = open_errand(o, &e, err);
    memset(ret, 0, sizeof(ph_topic_report) * PH_N_TOPICS);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++) {
        if (!ph_span_copy(ph_span_str(topic_name(o, i)), ret[i].name, sizeof ret[i].name))
            rc = PH_LIMIT;
        if (rc == PH_OK)
            rc = read_shape(&e, &ret[i], err);
    }
    if (rc == PH_OK)
        rc = read_configs(&e, ret, err);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++)
        complain(&ret[i], i, demand);
    close_errand(&e);
    return rc;
}

ph_rc ph_pub_topic_refuse(const ph_topic_report *r, ph_rc rc, ph_err *err)
{
    if (r->complaint[0] == '\0')
        return PH_OK;
    (void)ph_err_set(err, rc, r->is_there ? "pub.topic.weak" : "pub.topic.missing", r->name, "topic %s %s", r->name,
                     r->complaint);
    ph_err_means(err, "nothing was published");
    if (r->is_there)
        ph_err_hint(err, "change the topic with Kafka's own tools (kafka-configs.sh --alter), or lower min_replication "
                         "and min_insync knowingly");
    else
        ph_err_hint(err, "phusa-publisher topics create");
    return rc;
}

static ph_rc judge_created(const errand *e, const rd_kafka_CreateTopics_result_t *result, ph_err *err)
{
    size_t n = 0;
    const rd_kafka_topic_result_t **topics = rd_kafka_CreateTopics_result_topics(result, &n);
    for (size_t i = 0; i < n; i++) {
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(topics[i]);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            return ph_kafka_rc(e->o, code, &e->trouble, rd_kafka_topic_result_error_string(topics[i]),
                               rd_kafka_topic_result_name(topics[i]), err);
    }
    return PH_OK;
}

static rd_kafka_NewTopic_t *new_topic(const ph_kafka_options *o, const ph_topic_demand *d, int i, ph_err *err)
{
    char why[256], min_insync[16];
    rd_kafka_NewTopic_t *t =
        rd_kafka_NewTopic_new(topic_name(o, i), i == 2 ? 1 : d->n_partitions, d->replication, why, sizeof why);
    if (t == NULL) {
        (void)ph_err_set(err, PH_INVALID, "pub.topic.invalid", topic_name(o, i), "%s", why);
        return NULL;
    }
    snprintf(min_insync, sizeof min_insync, "%d", d->min_insync);
    rd_kafka_NewTopic_set_config(t, "cleanup.policy", policies[i]);
    rd_kafka_NewTopic_set_config(t, "min.insync.replicas", min_insync);
    rd_kafka_NewTopic_set_config(t, "unclean.leader.election.enable", "false");
    if (i == 1) { /* every vintage, for ever */
        rd_kafka_NewTopic_set_config(t, "retention.ms", "-1");
        rd_kafka_NewTopic_set_config(t, "retention.bytes", "-1");
    }
    return t;
}

static ph_rc ask_to_create(errand *e, rd_kafka_NewTopic_t **topics, size_t n, ph_err *err)
{
    rd_kafka_queue_t *queue = rd_kafka_queue_new(e->rk);
    rd_kafka_CreateTopics(e->rk, topics, n, NULL, queue);
    rd_kafka_event_t *event = wait_event(e, queue);
    rd_kafka_resp_err_t code = event == NULL ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(event);
    ph_rc rc = code == RD_KAFKA_RESP_ERR_NO_ERROR ? judge_created(e, rd_kafka_event_CreateTopics_result(event), err)
                                                  : ph_kafka_rc(e->o, code, &e->trouble, "creating topics", NULL, err);
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    return rc;
}

/* The controller says that a topic is made before every broker has heard of it. */
static ph_rc await_topic(errand *e, const char *name, ph_err *err)
{
    int64_t deadline_us = ph_kafka_deadline(e->o);
    int32_t n = 0;
    ph_rc rc = ph_kafka_n_partitions(e->o, e->rk, &e->trouble, name, &n, err);
    while (rc == PH_NOT_FOUND && ph_kafka_slice(e->o, deadline_us, false) > 0) {
        rd_kafka_poll(e->rk, LOOK_AGAIN_MS);
        rc = ph_kafka_n_partitions(e->o, e->rk, &e->trouble, name, &n, err);
    }
    return rc;
}

ph_rc ph_pub_topics_create(const ph_kafka_options *o, const ph_topic_demand *demand, ph_err *err)
{
    rd_kafka_NewTopic_t *topics[PH_N_TOPICS];
    size_t n = 0;
    errand e;
    ph_rc rc = open_errand(o, &e, err);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++) {
        rd_kafka_NewTopic_t *t = new_topic(o, demand, i, err);
        rc = t == NULL ? PH_INVALID : PH_OK;
        if (t != NULL)
            topics[n++] = t;
    }
    if (rc == PH_OK)
        rc = ask_to_create(&e, topics, n, err);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++)
        rc = await_topic(&e, topic_name(o, i), err);
    rd_kafka_NewTopic_destroy_array(topics, n);
    close_errand(&e);
    return rc;
}
