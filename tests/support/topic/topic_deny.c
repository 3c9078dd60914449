/* topic-deny - a right on a topic taken from one account and left to all others.
 * usage: topic-deny TOPIC ACCOUNT write|read PROPERTY=VALUE… (of an account that may) */
#include <librdkafka/rdkafka.h>
#include <stdio.h>
#include <string.h>

enum { DEADLINE_MS = 30000 };

static rd_kafka_resp_err_t wait_result(rd_kafka_queue_t *queue)
{
    rd_kafka_event_t *event = rd_kafka_queue_poll(queue, DEADLINE_MS);
    rd_kafka_resp_err_t code = event == NULL ? RD_KAFKA_RESP_ERR__TIMED_OUT : rd_kafka_event_error(event);
    size_t n = 0;
    if (code == RD_KAFKA_RESP_ERR_NO_ERROR) {
        const rd_kafka_acl_result_t **results =
            rd_kafka_CreateAcls_result_acls(rd_kafka_event_CreateAcls_result(event), &n);
        for (size_t i = 0; code == RD_KAFKA_RESP_ERR_NO_ERROR && i < n; i++)
            if (rd_kafka_acl_result_error(results[i]) != NULL)
                code = rd_kafka_error_code(rd_kafka_acl_result_error(results[i]));
    }
    if (event != NULL)
        rd_kafka_event_destroy(event);
    return code;
}

static rd_kafka_resp_err_t deny(rd_kafka_t *rk, const char *topic, const char *account, rd_kafka_AclOperation_t right)
{
    char principal[128], why[256];
    snprintf(principal, sizeof principal, "User:%s", account);
    rd_kafka_AclBinding_t *acls[] = {
        rd_kafka_AclBinding_new(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_RESOURCE_PATTERN_LITERAL, "User:*", "*",
                                RD_KAFKA_ACL_OPERATION_ALL, RD_KAFKA_ACL_PERMISSION_TYPE_ALLOW, why, sizeof why),
        rd_kafka_AclBinding_new(RD_KAFKA_RESOURCE_TOPIC, topic, RD_KAFKA_RESOURCE_PATTERN_LITERAL, principal, "*",
                                right, RD_KAFKA_ACL_PERMISSION_TYPE_DENY, why, sizeof why)};
    rd_kafka_queue_t *queue = rd_kafka_queue_new(rk);
    rd_kafka_CreateAcls(rk, acls, 2, NULL, queue);
    rd_kafka_resp_err_t code = wait_result(queue);
    rd_kafka_queue_destroy(queue);
    rd_kafka_AclBinding_destroy_array(acls, 2);
    return code;
}

static rd_kafka_t *connect_as(int n, char **properties)
{
    char why[256];
    rd_kafka_conf_t *conf = rd_kafka_conf_new();
    for (int i = 0; i < n; i++) {
        char *value = strchr(properties[i], '=');
        if (value == NULL)
            continue;
        *value++ = '\0';
        if (rd_kafka_conf_set(conf, properties[i], value, why, sizeof why) != RD_KAFKA_CONF_OK)
            fprintf(stderr, "topic-deny: %s\n", why);
    }
    rd_kafka_t *rk = rd_kafka_new(RD_KAFKA_PRODUCER, conf, why, sizeof why);
    if (rk == NULL)
        rd_kafka_conf_destroy(conf);
    return rk;
}

int main(int argc, char **argv)
{
    if (argc < 5) {
        fprintf(stderr, "usage: topic-deny TOPIC ACCOUNT write|read PROPERTY=VALUE...\n");
        return 2;
    }
    rd_kafka_AclOperation_t right =
        strcmp(argv[3], "read") == 0 ? RD_KAFKA_ACL_OPERATION_READ : RD_KAFKA_ACL_OPERATION_WRITE;
    rd_kafka_t *rk = connect_as(argc - 4, argv + 4);
    rd_kafka_resp_err_t code = rk == NULL ? RD_KAFKA_RESP_ERR__FAIL : deny(rk, argv[1], argv[2], right);
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR)
        fprintf(stderr, "topic-deny: %s\n", rd_kafka_err2str(code));
    if (rk != NULL)
        rd_kafka_destroy(rk);
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? 0 : 1;
}
