/* ph_pub_kafka_conf - what librdkafka is told, and what its codes mean to us. */
#include "ph_pub_kafka_conf.h"

#include <stdio.h>
#include <string.h>

#include "ph_log.h"

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    (void)rk;
    ph_log_level ours = level <= 3 ? PH_LOG_WARNING : level <= 5 ? PH_LOG_NOTICE : PH_LOG_DEBUG;
    ph_log_event(ours, "pub.kafka.log",
                 (ph_log_kv[]){PH_KV_STR("facility", facility), PH_KV_STR("text", text), PH_KV_END});
}

ph_rc ph_kafka_conf_put(rd_kafka_conf_t *conf, const char *name, const char *value, ph_err *err)
{
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return PH_OK;
    ph_rc rc = ph_err_set(err, PH_INVALID, "pub.kafka.property", name, "librdkafka refuses this property: %s", why);
    ph_err_means(err, "nothing was published");
    ph_err_hint(err, "correct or remove the property in `kafka_properties`");
    return rc;
}

ph_rc ph_kafka_conf_new(const ph_kafka_options *o, rd_kafka_conf_t **ret, ph_err *err)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (conf == NULL)
        return PH_NOMEM;
    ph_rc rc = o->bootstrap == NULL ? PH_OK : ph_kafka_conf_put(conf, "bootstrap.servers", o->bootstrap, err);
    if (rc == PH_OK)
        rc = ph_kafka_conf_put(conf, "client.id", o->client_id, err);
    for (size_t i = 0; rc == PH_OK && i < o->n_properties; i++)
        rc = ph_kafka_conf_put(conf, o->properties[i].name, o->properties[i].value, err);
    rd_kafka_conf_set_log_cb(conf, on_log);
    if (rc == PH_OK)
        *ret = conf;
    else
        rd_kafka_conf_destroy(conf);
    return rc;
}

ph_rc ph_kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret, ph_err *err)
{
    char why[256] = "";
    rd_kafka_t *rk = rd_kafka_new(type, conf, why, sizeof why);
    if (rk == NULL) {
        rd_kafka_conf_destroy(conf);
        return ph_err_set(err, PH_INVALID, "pub.kafka.client", "kafka", "no client can be made: %s", why);
    }
    *ret = rk;
    return PH_OK;
}

ph_rc ph_kafka_reader_new(const ph_kafka_options *o, bool committed, rd_kafka_t **ret, ph_err *err)
{
    static const char *const fixed[][2] = {{"group.id", "phusa-reader"},
                                           {"enable.auto.commit", "false"},
                                           {"enable.auto.offset.store", "false"},
                                           {"enable.partition.eof", "true"},
                                           {"auto.offset.reset", "earliest"}};
    rd_kafka_conf_t *conf = NULL;
    ph_rc rc = ph_kafka_conf_new(o, &conf, err);
    for (size_t i = 0; rc == PH_OK && i < sizeof fixed / sizeof fixed[0]; i++)
        rc = ph_kafka_conf_put(conf, fixed[i][0], fixed[i][1], err);
    if (rc == PH_OK)
        rc = ph_kafka_conf_put(conf, "isolation.level", committed ? "read_committed" : "read_uncommitted", err);
    if (rc == PH_OK)
        return ph_kafka_client_new(RD_KAFKA_CONSUMER, conf, ret, err);
    if (conf != NULL)
        rd_kafka_conf_destroy(conf);
    return rc;
}

/* What a code means: our result, our stable code, and the way out. */
typedef struct meaning {
    rd_kafka_resp_err_t code;
    ph_rc rc;
    const char *name;
    const char *hint;
} meaning;

static const meaning meanings[] = {
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, PH_FORBIDDEN, "pub.kafka.acl",
     "grant this principal Write, Read and Describe on the topic"},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, PH_FORBIDDEN, "pub.kafka.acl",
     "grant this principal Write and Describe on the transactional id"},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, PH_FORBIDDEN, "pub.kafka.acl",
     "grant this principal IdempotentWrite on the cluster"},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, PH_FORBIDDEN, "pub.kafka.acl",
     "grant this principal Read on group phusa-reader"},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, PH_FORBIDDEN, "pub.kafka.auth",
     "check user, password and mechanism in `kafka_properties`"},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, PH_FORBIDDEN, "pub.kafka.auth",
     "check user, password and mechanism in `kafka_properties`"},
    {RD_KAFKA_RESP_ERR__SSL, PH_FORBIDDEN, "pub.kafka.auth", "check the certificates and their dates"},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, PH_NOT_FOUND, "pub.kafka.topic",
     "create the topics: phusa-publisher topics create"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, PH_NOT_FOUND, "pub.kafka.topic",
     "create the topics: phusa-publisher topics create"},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, PH_NOT_FOUND, "pub.kafka.topic",
     "the topic lost partitions; see phusa-publisher topics check"},
    {RD_KAFKA_RESP_ERR__FENCED, PH_FENCED, "pub.fenced",
     "stop one of the two publishers; both use the same transactional id"},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, PH_FENCED, "pub.fenced",
     "stop one of the two publishers; both use the same transactional id"},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, PH_FENCED, "pub.fenced",
     "stop one of the two publishers; both use the same transactional id"},
    {RD_KAFKA_RESP_ERR__TRANSPORT, PH_UNREACHABLE, "pub.kafka.down",
     "check that the broker runs and its address is right"},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, PH_UNREACHABLE, "pub.kafka.down",
     "check that the broker runs and its address is right"},
    {RD_KAFKA_RESP_ERR__RESOLVE, PH_UNREACHABLE, "pub.kafka.down", "the broker's name does not resolve"},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, PH_TIMEOUT, "pub.kafka.timeout", "check that the broker runs and is not overloaded"},
    {RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, PH_TIMEOUT, "pub.kafka.timeout",
     "check that the broker runs and is not overloaded"},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, PH_TIMEOUT, "pub.kafka.timeout",
     "check that the broker runs and is not overloaded"},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, PH_LIMIT, "pub.record.too_large",
     "raise max.message.bytes of the topic to 131072 or more"},
};

ph_rc ph_kafka_rc(rd_kafka_resp_err_t code, const char *doing, const char *topic, ph_err *err)
{
    const meaning *m = NULL;
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0] && m == NULL; i++)
        if (meanings[i].code == code)
            m = &meanings[i];
    ph_rc rc = ph_err_set(err, m == NULL ? PH_IO : m->rc, m == NULL ? "pub.kafka.error" : m->name,
                          topic == NULL ? "kafka" : topic, "%s: %s (%s)", doing, rd_kafka_err2str(code),
                          rd_kafka_err2name(code));
    ph_err_means(err, "what was not committed stays in the outbox and is published later");
    ph_err_hint(err, "%s", m == NULL ? "see the broker's log" : m->hint);
    return rc;
}
