/* ph_pub_embedded - enough of Kafka to see records go by. */
#include "ph_pub_embedded.h"

#include <librdkafka/rdkafka.h>
#include <stdlib.h>

#include "ph_pub_kafka_conf.h"

#include <librdkafka/rdkafka_mock.h> /* wants rdkafka.h before it */

struct ph_embedded_broker {
    rd_kafka_t *rk; /* the cluster lives in a client of its own */
    rd_kafka_mock_cluster_t *cluster;
};

static ph_rc create_topics(ph_embedded_broker *b, const ph_kafka_options *o, int n_partitions)
{
    rd_kafka_resp_err_t code = rd_kafka_mock_topic_create(b->cluster, o->topic_summaries, n_partitions, 1);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = rd_kafka_mock_topic_create(b->cluster, o->topic_history, n_partitions, 1);
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR)
        code = rd_kafka_mock_topic_create(b->cluster, o->topic_progress, 1, 1);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? PH_OK : PH_IO;
}

ph_rc ph_embedded_broker_start(const ph_kafka_options *topics, int n_partitions, ph_embedded_broker **ret, ph_err *err)
{
    ph_kafka_options plain = {.client_id = "embedded"};
    rd_kafka_conf_t *conf = NULL;
    ph_embedded_broker *b = calloc(1, sizeof *b);
    ph_rc rc = b == NULL ? PH_NOMEM : ph_kafka_conf_new(&plain, NULL, &conf, err);
    if (rc == PH_OK)
        rc = ph_kafka_client_new(RD_KAFKA_PRODUCER, conf, &b->rk, err);
    if (rc == PH_OK) {
        b->cluster = rd_kafka_mock_cluster_new(b->rk, 1);
        rc = b->cluster == NULL ? PH_IO : create_topics(b, topics, n_partitions);
        if (rc != PH_OK)
            rc = ph_err_set(err, rc, "pub.embedded.failed", "embedded broker",
                            "the broker inside librdkafka did not start");
    }
    if (rc == PH_OK)
        *ret = b;
    else
        ph_embedded_broker_stop(b);
    return rc;
}

void ph_embedded_broker_stop(ph_embedded_broker *b)
{
    if (b == NULL)
        return;
    if (b->cluster != NULL)
        rd_kafka_mock_cluster_destroy(b->cluster);
    if (b->rk != NULL)
        rd_kafka_destroy(b->rk);
    free(b);
}

const char *ph_embedded_broker_address(const ph_embedded_broker *b)
{
    return rd_kafka_mock_cluster_bootstraps(b->cluster);
}
