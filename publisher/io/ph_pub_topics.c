/* ph_pub_topics - a topic with the wrong settings loses data quietly, so settings are looked at before the first
 * record. */
#include "ph_pub_topics.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_pub_kafka_conf.h"
#include "ph_uint.h"

/* What each topic must be; history keeps every vintage, the others the last record of each key. */
static const char *const policies[PH_N_TOPICS] = {"compact", "delete", "compact"};

static const char *topic_name(const ph_kafka_options *o, int i)
{
    return i == 0 ? o->topic_summaries : i == 1 ? o->topic_history : o->topic_progress;
}

static ph_rc open_client(const ph_kafka_options *o, rd_kafka_t **ret, ph_err *err)
{
    rd_kafka_conf_t *conf = NULL;
    ph_rc rc = ph_kafka_conf_new(o, &conf, err);
    return rc != PH_OK ? rc : ph_kafka_client_new(RD_KAFKA_PRODUCER, conf, ret, err);
}

static ph_rc read_shape(rd_kafka_t *rk, const ph_kafka_options *o, ph_topic_report *r, ph_err *err)
{
    const struct rd_kafka_metadata *md = NULL;
    rd_kafka_topic_t *rkt = rd_kafka_topic_new(rk, r->name, NULL);
    rd_kafka_resp_err_t code = rkt == NULL ? rd_kafka_last_error() : rd_kafka_metadata(rk, 0, rkt, &md, o->deadline_ms);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR && md->topic_cnt == 1) {
        const struct rd_kafka_metadata_topic *t = &md->topics[0];
        r->is_there = t->err == RD_KAFKA_RESP_ERR_NO_ERROR && t->partition_cnt > 0;
        r->n_partitions = t->partition_cnt;
        r->replication = r->is_there ? t->partitions[0].replica_cnt : 0;
        if (!r->is_there && t->err != RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART && t->err != RD_KAFKA_RESP_ERR_NO_ERROR)
            code = t->err;
    }
    if (md != NULL)
        rd_kafka_metadata_destroy(md);
    if (rkt != NULL)
        rd_kafka_topic_destroy(rkt);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? PH_OK : ph_kafka_rc(code, "asking for the topic", r->name, err);
}

static void take_entries(ph_topic_report *r, const rd_kafka_ConfigResource_t *resource)
{
    size_t n = 0;
    uint64_t n_insync = 0;
    const rd_kafka_ConfigEntry_t **entries = rd_kafka_ConfigResource_configs(resource, &n);
    for (size_t i = 0; i < n; i++) {
        const char *name = rd_kafka_ConfigEntry_name(entries[i]), *value = rd_kafka_ConfigEntry_value(entries[i]);
        if (value == NULL)
            continue;
        if (strcmp(name, "min.insync.replicas") == 0)
            r->min_insync = ph_uint_parse(ph_span_str(value), 64, &n_insync) == PH_OK ? (int)n_insync : 0;
        else if (strcmp(name, "cleanup.policy") == 0)
            (void)ph_span_copy(ph_span_str(value), r->cleanup_policy, sizeof r->cleanup_policy);
    }
}

static ph_rc take_configs(const rd_kafka_DescribeConfigs_result_t *result, ph_topic_report *reports, ph_err *err)
{
    size_t n = 0;
    const rd_kafka_ConfigResource_t **resources = rd_kafka_DescribeConfigs_result_resources(result, &n);
    for (size_t i = 0; i < n; i++) {
        rd_kafka_resp_err_t code = rd_kafka_ConfigResource_error(resources[i]);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
            return ph_kafka_rc(code, "reading the topic's settings", rd_kafka_ConfigResource_name(resources[i]), err);
        for (int k = 0; k < PH_N_TOPICS; k++)
            if (strcmp(reports[k].name, rd_kafka_ConfigResource_name(resources[i])) == 0)
                take_entries(&reports[k], resources[i]);
    }
    return PH_OK;
}

/* Wait for one admin event of the type asked for; NULL when the deadline passes. */
static rd_kafka_event_t *wait_event(rd_kafka_queue_t *queue, const ph_kafka_options *o)
{
    return rd_kafka_queue_poll(queue, o->deadline_ms);
}

static ph_rc read_configs(rd_kafka_t *rk, const ph_kafka_options *o, ph_topic_report *reports, ph_err *err)
{
    rd_kafka_ConfigResource_t *ask[PH_N_TOPICS];
    size_t n = 0;
    for (int i = 0; i < PH_N_TOPICS; i++)
        if (reports[i].is_there)
            ask[n++] = rd_kafka_ConfigResource_new(RD_KAFKA_RESOURCE_TOPIC, reports[i].name);
    if (n == 0)
        return PH_OK;
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_DescribeConfigs(rk, ask, n, NULL, queue);
    rd_kafka_event_t *event = wait_event(queue, o);
    rd_kafka_resp_err_t code = event == NULL ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(event);
    ph_rc rc = code == RD_KAFKA_RESP_ERR_NO_ERROR
                   ? take_configs(rd_kafka_event_DescribeConfigs_result(event), reports, err)
                   : ph_kafka_rc(code, "reading topic settings", NULL, err);
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_ConfigResource_destroy_array(ask, n);
    return rc;
}

static void complain(ph_topic_report *r, int i, const ph_topic_demand *d)
{
    if (!r->is_there)
        snprintf(r->complaint, sizeof r->complaint, "is not there");
    else if (i == 2 && r->n_partitions != 1)
        snprintf(r->complaint, sizeof r->complaint, "has %d partitions, must have one", r->n_partitions);
    else if (r->replication < d->replication)
        snprintf(r->complaint, sizeof r->complaint, "replication is %d, at least %d is asked for", r->replication,
                 d->replication);
    else if (r->min_insync < d->min_insync)
        snprintf(r->complaint, sizeof r->complaint, "min.insync.replicas is %d, at least %d is asked for",
                 r->min_insync, d->min_insync);
    else if (strcmp(r->cleanup_policy, policies[i]) != 0)
        snprintf(r->complaint, sizeof r->complaint, "cleanup.policy is %s, must be %s", r->cleanup_policy, policies[i]);
}

ph_rc ph_pub_topics_check(const ph_kafka_options *o, const ph_topic_demand *demand, ph_topic_report ret[PH_N_TOPICS],
                          ph_err *err)
{
    rd_kafka_t *rk = NULL;
    ph_rc rc = open_client(o, &rk, err);
    memset(ret, 0, sizeof(ph_topic_report) * PH_N_TOPICS);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++) {
        if (!ph_span_copy(ph_span_str(topic_name(o, i)), ret[i].name, sizeof ret[i].name))
            rc = PH_LIMIT;
        if (rc == PH_OK)
            rc = read_shape(rk, o, &ret[i], err);
    }
    if (rc == PH_OK)
        rc = read_configs(rk, o, ret, err);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++)
        complain(&ret[i], i, demand);
    if (rk != NULL)
        rd_kafka_destroy(rk);
    return rc;
}

static ph_rc judge_created(const rd_kafka_CreateTopics_result_t *result, ph_err *err)
{
    size_t n = 0;
    const rd_kafka_topic_result_t **topics = rd_kafka_CreateTopics_result_topics(result, &n);
    for (size_t i = 0; i < n; i++) {
        rd_kafka_resp_err_t code = rd_kafka_topic_result_error(topics[i]);
        if (code != RD_KAFKA_RESP_ERR_NO_ERROR && code != RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS)
            return ph_kafka_rc(code, rd_kafka_topic_result_error_string(topics[i]),
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
    if (i == 1)
        rd_kafka_NewTopic_set_config(t, "retention.ms", "-1"); /* every vintage, for ever */
    return t;
}

ph_rc ph_pub_topics_create(const ph_kafka_options *o, const ph_topic_demand *demand, ph_err *err)
{
    rd_kafka_NewTopic_t *topics[PH_N_TOPICS];
    size_t n = 0;
    rd_kafka_t *rk = NULL;
    ph_rc rc = open_client(o, &rk, err);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++) {
        rd_kafka_NewTopic_t *t = new_topic(o, demand, i, err);
        rc = t == NULL ? PH_INVALID : PH_OK;
        if (t != NULL)
            topics[n++] = t;
    }
    if (rc == PH_OK) {
        rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
        rd_kafka_CreateTopics(rk, topics, n, NULL, queue);
        rd_kafka_event_t *event = wait_event(queue, o);
        rd_kafka_resp_err_t code = event == NULL ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(event);
        rc = code == RD_KAFKA_RESP_ERR_NO_ERROR ? judge_created(rd_kafka_event_CreateTopics_result(event), err)
                                                : ph_kafka_rc(code, "creating topics", NULL, err);
        if (event != NULL)
            rd_kafka_event_destroy(event);
        rd_kafka_queue_destroy(queue);
    }
    rd_kafka_NewTopic_destroy_array(topics, n);
    if (rk != NULL)
        rd_kafka_destroy(rk);
    return rc;
}
