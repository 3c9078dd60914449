/* ph_pub_kafka_conf - what librdkafka is told, how long it is waited for, and what its codes mean to us. */
#include "ph_pub_kafka_conf.h"

#include <stdio.h>
#include <string.h>

#include "ph_clock.h"
#include "ph_log.h"

static void on_log(const rd_kafka_t *rk, int level, const char *facility, const char *text)
{
    (void)rk;
    ph_log_level ours = level <= 3 ? PH_LOG_WARNING : level <= 5 ? PH_LOG_NOTICE : PH_LOG_DEBUG;
    PH_LOG(ours, "pub.kafka.log", PH_KV_STR("facility", facility), PH_KV_STR("text", text));
}

/* Only what explains a timeout is kept: of "all brokers are down" the timeout itself says as much. */
static void on_error(rd_kafka_t *rk, int code, const char *reason, void *opaque)
{
    ph_kafka_trouble *t = opaque;
    (void)rk;
    PH_LOG(PH_LOG_NOTICE, "pub.kafka.log", PH_KV_STR("facility", rd_kafka_err2name((rd_kafka_resp_err_t)code)),
           PH_KV_STR("text", reason));
    if (t == NULL || (code != RD_KAFKA_RESP_ERR__AUTHENTICATION && code != RD_KAFKA_RESP_ERR__SSL &&
                      code != RD_KAFKA_RESP_ERR__RESOLVE && code != RD_KAFKA_RESP_ERR__TRANSPORT))
        return;
    t->code = (rd_kafka_resp_err_t)code;
    snprintf(t->text, sizeof t->text, "%s", reason);
}

ph_rc ph_kafka_conf_put(rd_kafka_conf_t *conf, const char *name, const char *value, ph_err *err)
{
    char why[256];
    if (rd_kafka_conf_set(conf, name, value, why, sizeof why) == RD_KAFKA_CONF_OK)
        return PH_OK;
    ph_rc rc = ph_err_set(err, PH_INVALID, "cfg.kafka.property", name, "librdkafka refuses this property: %s", why);
    ph_err_means(err, "nothing was published");
    ph_err_hint(err, "correct or remove the property in `kafka_properties` or `kafka_secrets`");
    return rc;
}

/* The client's own 60 s are longer than anything waits here. More than the transaction's time it does not take. */
static ph_rc put_socket_timeout(rd_kafka_conf_t *conf, const ph_kafka_options *o, ph_err *err)
{
    char text[16];
    int most_ms = o->transaction_timeout_ms > 0 ? o->transaction_timeout_ms + 100 : PH_KAFKA_SOCKET_MS;
    snprintf(text, sizeof text, "%d", most_ms < PH_KAFKA_SOCKET_MS ? most_ms : PH_KAFKA_SOCKET_MS);
    return ph_kafka_conf_put(conf, "socket.timeout.ms", text, err);
}

ph_rc ph_kafka_conf_new(const ph_kafka_options *o, ph_kafka_trouble *trouble, rd_kafka_conf_t **ret, ph_err *err)
{
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (conf == NULL)
        return PH_NOMEM;
    ph_rc rc = o->bootstrap == NULL ? PH_OK : ph_kafka_conf_put(conf, "bootstrap.servers", o->bootstrap, err);
    if (rc == PH_OK)
        rc = ph_kafka_conf_put(conf, "client.id", o->client_id, err);
    if (rc == PH_OK)
        rc = put_socket_timeout(conf, o, err);
    for (size_t i = 0; rc == PH_OK && i < o->n_properties; i++)
        rc = ph_kafka_conf_put(conf, o->properties[i].name, o->properties[i].value, err);
    rd_kafka_conf_set_log_cb(conf, on_log);
    rd_kafka_conf_set_error_cb(conf, on_error);
    rd_kafka_conf_set_opaque(conf, trouble);
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
        return ph_err_set(err, PH_INVALID, "cfg.kafka.client", "kafka", "no client can be made: %s", why);
    }
    *ret = rk;
    return PH_OK;
}

ph_rc ph_kafka_reader_new(const ph_kafka_options *o, bool committed, rd_kafka_t **ret, ph_err *err)
{
    static const char *const fixed[][2] = {{"group.id", "phusa-reader"},          {"enable.auto.commit", "false"},
                                           {"enable.auto.offset.store", "false"}, {"enable.partition.eof", "true"},
                                           {"fetch.wait.max.ms", "50"},           {"auto.offset.reset", "earliest"}};
    rd_kafka_conf_t *conf = NULL;
    ph_rc rc = ph_kafka_conf_new(o, NULL, &conf, err);
    for (size_t i = 0; rc == PH_OK && i < sizeof fixed / sizeof fixed[0]; i++)
        rc = ph_kafka_conf_put(conf, fixed[i][0], fixed[i][1], err);
    if (rc == PH_OK)
        rc = ph_kafka_conf_put(conf, "isolation.level", committed ? "read_committed" : "read_uncommitted", err);
    if (rc == PH_OK) {
        rd_kafka_conf_set_error_cb(conf, NULL); /* a consumer hands errors out among its messages */
        return ph_kafka_client_new(RD_KAFKA_CONSUMER, conf, ret, err);
    }
    if (conf != NULL)
        rd_kafka_conf_destroy(conf);
    return rc;
}

int64_t ph_kafka_deadline(const ph_kafka_options *o)
{
    bool is_shorter = o->attempt_ms > 0 && o->attempt_ms < o->deadline_ms;
    return is_shorter ? ph_clock_mono_us() + (int64_t)o->attempt_ms * 1000 : ph_kafka_last_deadline(o);
}

int64_t ph_kafka_last_deadline(const ph_kafka_options *o)
{
    return ph_clock_mono_us() + (int64_t)o->deadline_ms * 1000;
}

int ph_kafka_slice(const ph_kafka_options *o, int64_t deadline_us, bool in_work)
{
    int64_t stop_at_us = o->stop_at_us == NULL ? 0 : atomic_load(o->stop_at_us);
    if (stop_at_us != 0 && !in_work)
        return 0;
    if (stop_at_us != 0 && stop_at_us < deadline_us)
        deadline_us = stop_at_us;
    int64_t left_ms = (deadline_us - ph_clock_mono_us() + 999) / 1000;
    return left_ms <= 0 ? 0 : left_ms < PH_KAFKA_SLICE_MS ? (int)left_ms : PH_KAFKA_SLICE_MS;
}

/* What a code means: our result, our stable code, and the way out. */
typedef struct meaning {
    rd_kafka_resp_err_t code;
    ph_rc rc;
    const char *name;
    const char *hint;
} meaning;

#define ACCOUNT  "check user, password and mechanism in `kafka_properties` and `kafka_secrets`"
#define TWO      "stop one of the two publishers; both use the same transactional id"
#define RUNS     "check that the broker runs and its address is right"
#define OVERLOAD "check that the broker runs and is not overloaded"
#define CREATE   "create the topics: phusa-publisher topics create"

static const meaning meanings[] = {
    {RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED, PH_FORBIDDEN, "pub.kafka.acl",
     "Write, Read, Describe and DescribeConfigs on the topic"},
    {RD_KAFKA_RESP_ERR_TRANSACTIONAL_ID_AUTHORIZATION_FAILED, PH_FORBIDDEN, "pub.kafka.acl",
     "Write and Describe on the transactional id"},
    {RD_KAFKA_RESP_ERR_CLUSTER_AUTHORIZATION_FAILED, PH_FORBIDDEN, "pub.kafka.acl", "IdempotentWrite on the cluster"},
    {RD_KAFKA_RESP_ERR_GROUP_AUTHORIZATION_FAILED, PH_FORBIDDEN, "pub.kafka.acl", "Read on the group phusa-reader"},
    {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED, PH_FORBIDDEN, "pub.kafka.auth", ACCOUNT},
    {RD_KAFKA_RESP_ERR__AUTHENTICATION, PH_FORBIDDEN, "pub.kafka.auth", ACCOUNT},
    {RD_KAFKA_RESP_ERR__SSL, PH_FORBIDDEN, "pub.kafka.auth", "check the certificates and their dates"},
    {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART, PH_NOT_FOUND, "pub.kafka.topic", CREATE},
    {RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC, PH_NOT_FOUND, "pub.kafka.topic", CREATE},
    {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION, PH_NOT_FOUND, "pub.kafka.topic",
     "the topic lost partitions; see phusa-publisher topics check"},
    {RD_KAFKA_RESP_ERR__FENCED, PH_FENCED, "pub.fenced", TWO},
    {RD_KAFKA_RESP_ERR_PRODUCER_FENCED, PH_FENCED, "pub.fenced", TWO},
    {RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH, PH_FENCED, "pub.fenced", TWO},
    {RD_KAFKA_RESP_ERR__TRANSPORT, PH_UNREACHABLE, "pub.kafka.down", RUNS},
    {RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN, PH_UNREACHABLE, "pub.kafka.down", RUNS},
    {RD_KAFKA_RESP_ERR__RESOLVE, PH_UNREACHABLE, "pub.kafka.down", "the broker's name does not resolve"},
    {RD_KAFKA_RESP_ERR__TIMED_OUT, PH_TIMEOUT, "pub.kafka.timeout", OVERLOAD},
    {RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE, PH_TIMEOUT, "pub.kafka.timeout", OVERLOAD},
    {RD_KAFKA_RESP_ERR__MSG_TIMED_OUT, PH_TIMEOUT, "pub.kafka.timeout", OVERLOAD},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, PH_IO, "pub.kafka.replicas",
     "bring the missing brokers back: fewer replicas are in sync than min.insync.replicas asks for"},
    {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND, PH_IO, "pub.kafka.replicas",
     "bring the missing brokers back: fewer replicas are in sync than min.insync.replicas asks for"},
    {RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE, PH_IO, "pub.record.too_large",
     "raise max.message.bytes of the topic to 663552 or more; publishing goes on by itself"},
};

static const meaning *find_meaning(rd_kafka_resp_err_t code)
{
    for (size_t i = 0; i < sizeof meanings / sizeof meanings[0]; i++)
        if (meanings[i].code == code)
            return &meanings[i];
    return NULL;
}

static bool is_silence(rd_kafka_resp_err_t code)
{
    return code == RD_KAFKA_RESP_ERR__TIMED_OUT || code == RD_KAFKA_RESP_ERR__TRANSPORT ||
           code == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN || code == RD_KAFKA_RESP_ERR__MSG_TIMED_OUT ||
           code == RD_KAFKA_RESP_ERR__PURGE_QUEUE;
}

static const char *principal(const ph_kafka_options *o)
{
    for (size_t i = 0; i < o->n_properties; i++)
        if (strcmp(o->properties[i].name, "sasl.username") == 0)
            return o->properties[i].value;
    return "this publisher";
}

ph_rc ph_kafka_rc(const ph_kafka_options *o, rd_kafka_resp_err_t code, const ph_kafka_trouble *trouble,
                  const char *doing, const char *topic, ph_err *err)
{
    const char *where = topic == NULL ? "kafka" : topic;
    bool is_explained = trouble != NULL && trouble->code != RD_KAFKA_RESP_ERR_NO_ERROR && is_silence(code);
    if (is_explained)
        code = trouble->code;
    const meaning *m = find_meaning(code);
    ph_rc rc = ph_err_set(err, m == NULL ? PH_IO : m->rc, m == NULL ? "pub.kafka.error" : m->name, where, "%s: %s (%s)",
                          doing, is_explained ? trouble->text : rd_kafka_err2str(code), rd_kafka_err2name(code));
    ph_err_means(err, "what was not committed stays in the outbox and is published later");
    if (m != NULL && strcmp(m->name, "pub.kafka.acl") == 0)
        ph_err_hint(err, "grant %s: %s (transactional id %s)", principal(o), m->hint, o->transactional_id);
    else
        ph_err_hint(err, "%s", m == NULL ? "see the broker's log" : m->hint);
    return rc;
}
