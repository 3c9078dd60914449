/* topic-delete - what somebody with rights and bad luck can do to a topic.   usage: topic-delete BOOTSTRAP TOPIC */
#include <librdkafka/rdkafka.h>
#include <stdio.h>

enum { DEADLINE_MS = 30000 };

static rd_kafka_resp_err_t delete_topic(rd_kafka_t *rk, const char *topic)
{
    rd_kafka_DeleteTopic_t *what = rd_kafka_DeleteTopic_new(topic);
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_DeleteTopics(rk, &what, 1, NULL, queue);
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, DEADLINE_MS);
    rd_kafka_resp_err_t code = event == NULL ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(event);
    size_t n = 0;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const rd_kafka_topic_result_t **results =
            rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(event), &n);
        code = n == 1 ? rd_kafka_topic_result_error(results[0]) : RD_KAFKA_RESP_ERR__FAIL;
    }
    if (event != NULL)
        rd_kafka_event_destroy(event);
    rd_kafka_queue_destroy(queue);
    rd_kafka_DeleteTopic_destroy(what);
    return code;
}

int main(int argc, char **argv)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    if (argc != 3 || rd_kafka_conf_set(conf, "bootstrap.servers", argv[1], why, sizeof why) != RD_KAFKA_CONF_OK) {
        fprintf(stderr, "usage: topic-delete BOOTSTRAP TOPIC\n");
        rd_kafka_conf_destroy(conf);
        return 2;
    }
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    rd_kafka_resp_err_t code = rk == NULL ? RD_KAFKA_RESP_ERR__FAIL : delete_topic(rk, argv[2]);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        fprintf(stderr, "topic-delete: %s\n", rd_kafka_err2str(code));
    if (rk != NULL)
        rd_kafka_destroy(rk);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : 1;
}
