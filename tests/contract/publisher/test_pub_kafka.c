/* What Kafka's errors make the sink say, on the cluster inside librdkafka. It proves classes only: isolation and
 * fencing by a second producer it does not have (tests/e2e does). */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include <librdkafka/rdkafka.h>

#include <librdkafka/rdkafka_mock.h> /* after it */

#include "ph_pub_kafka.h"
#include "ph_pub_kafka_conf.h"

enum { API_PRODUCE = 0, API_INIT_PRODUCER_ID = 22, API_ADD_PARTITIONS = 24, API_END_TXN = 26, BROKER = 1 };

typedef struct world {
    rd_kafka_t *host; /* of the cluster */
    rd_kafka_mock_cluster_t *cluster;
    ph_kafka_options o;
    ph_pub_sink *sink;
    ph_record record;
    ph_err err;
} world;

static int set_up(void **state)
{
    char why[256];
    world *w = calloc(1, sizeof *w);
    assert_non_null(w);
    w->host = rd_kafka_new(RD_KAFKA_PRODUCER, rd_kafka_conf_new(), why, sizeof why);
    assert_non_null(w->host);
    w->cluster = rd_kafka_mock_cluster_new(w->host, 1);
    assert_non_null(w->cluster);
    w->o = (ph_kafka_options){.bootstrap = rd_kafka_mock_cluster_bootstraps(w->cluster),
                              .client_id = "test",
                              .transactional_id = "t",
                              .shard = "main",
                              .topic_summaries = "s",
                              .topic_history = "h",
                              .topic_progress = "p",
                              .transaction_timeout_ms = 3000,
                              .deadline_ms = 3000};
    for (int i = 0; i < 3; i++)
        assert_int_equal(rd_kafka_mock_topic_create(w->cluster, i == 0 ? "s" : i == 1 ? "h" : "p", 1, 1), 0);
    ph_record_init(&w->record);
    ph_buf_put_str(&w->record.key, "dbsh/2023-S1/IIP");
    ph_buf_put_str(&w->record.value, "{}");
    assert_int_equal(ph_pub_kafka_new(&w->o, &w->sink), PH_OK);
    assert_int_equal(w->sink->ops->connect(w->sink, &w->err), PH_OK);
    *state = w;
    return 0;
}

static int tear_down(void **state)
{
    world *w = *state;
    w->sink->ops->close(w->sink);
    ph_record_done(&w->record);
    rd_kafka_mock_cluster_destroy(w->cluster);
    rd_kafka_destroy(w->host);
    free(w);
    return 0;
}

/* One record to both data topics, and progress; how many of the three were confirmed. */
static ph_rc fill(world *w, uint64_t *ret_confirmed)
{
    static const ph_pub_progress progress = {.record = 1};
    ph_pub_progress ends = {0};
    assert_int_equal(w->sink->ops->begin(w->sink, &w->err), PH_OK);
    assert_int_equal(w->sink->ops->produce(w->sink, &w->record, &w->err), PH_OK);
    assert_int_equal(w->sink->ops->produce_progress(w->sink, &progress, &w->err), PH_OK);
    return w->sink->ops->settle(w->sink, ret_confirmed, &ends, &w->err);
}

static void assert_publishes(world *w)
{
    uint64_t confirmed = 0;
    assert_int_equal(fill(w, &confirmed), PH_OK);
    assert_int_equal(confirmed, 3);
    assert_int_equal(w->sink->ops->commit(w->sink, &w->err), PH_OK);
}

static void what_is_well_is_committed(void **state)
{
    assert_publishes(*state);
    assert_publishes(*state);
}

/* A commit must not hide a record that was refused; what is told is the cause, not that the client threw others away.
 */
static void a_refused_record_is_named_and_never_committed(void **state)
{
    world *w = *state;
    uint64_t confirmed = 0;
    rd_kafka_mock_push_request_errors(w->cluster, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE);
    assert_int_equal(fill(w, &confirmed), PH_IO);
    assert_string_equal(w->err.code, "pub.record.too_large");
    assert_true(confirmed < 3);
    assert_int_equal(w->sink->ops->commit(w->sink, &w->err), PH_BUSY);
    assert_int_equal(w->sink->ops->connect(w->sink, &w->err), PH_OK);
    assert_publishes(w);
}

static void a_missing_right_is_named_and_final(void **state)
{
    world *w = *state;
    uint64_t confirmed = 0;
    rd_kafka_mock_push_request_errors(w->cluster, API_ADD_PARTITIONS, 1, RD_KAFKA_RESP_ERR_TOPIC_AUTHORIZATION_FAILED);
    assert_int_equal(fill(w, &confirmed), PH_FORBIDDEN);
    assert_string_equal(w->err.code, "pub.kafka.acl");
    assert_true(confirmed == 0);
    assert_int_not_equal(w->sink->ops->commit(w->sink, &w->err), PH_OK);
}

static void what_must_be_aborted_is_and_the_client_goes_on(void **state)
{
    world *w = *state;
    uint64_t confirmed = 0;
    assert_int_equal(fill(w, &confirmed), PH_OK);
    rd_kafka_mock_push_request_errors(w->cluster, API_END_TXN, 1, RD_KAFKA_RESP_ERR_UNKNOWN_PRODUCER_ID);
    assert_int_equal(w->sink->ops->commit(w->sink, &w->err), PH_BUSY);
    assert_int_equal(w->sink->ops->abort(w->sink, &w->err), PH_OK);
    assert_publishes(w);
}

static void a_fenced_commit_is_told_as_fenced(void **state)
{
    world *w = *state;
    uint64_t confirmed = 0;
    assert_int_equal(fill(w, &confirmed), PH_OK);
    rd_kafka_mock_push_request_errors(w->cluster, API_END_TXN, 1, RD_KAFKA_RESP_ERR_INVALID_PRODUCER_EPOCH);
    assert_int_equal(w->sink->ops->commit(w->sink, &w->err), PH_FENCED);
    assert_string_equal(w->err.code, "pub.fenced");
    assert_int_equal(w->sink->ops->connect(w->sink, &w->err), PH_OK); /* fatal: only a fresh client goes on */
    assert_publishes(w);
}

static void what_passes_by_itself_is_not_told(void **state)
{
    world *w = *state;
    uint64_t confirmed = 0;
    rd_kafka_mock_push_request_errors(w->cluster, API_INIT_PRODUCER_ID, 2,
                                      RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                                      RD_KAFKA_RESP_ERR_CONCURRENT_TRANSACTIONS);
    assert_int_equal(w->sink->ops->connect(w->sink, &w->err), PH_OK);
    rd_kafka_mock_push_request_errors(w->cluster, API_PRODUCE, 1, RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS);
    assert_int_equal(fill(w, &confirmed), PH_OK);
    rd_kafka_mock_push_request_errors(w->cluster, API_END_TXN, 2, RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS,
                                      RD_KAFKA_RESP_ERR_NOT_COORDINATOR);
    assert_int_equal(w->sink->ops->commit(w->sink, &w->err), PH_OK);
}

/* Nothing confirmed, nothing committed, and no word of success; it may be tried again. */
static void a_broker_that_is_down_is_no_success(void **state)
{
    world *w = *state;
    uint64_t confirmed = 0;
    assert_int_equal(rd_kafka_mock_broker_set_down(w->cluster, BROKER), 0);
    assert_int_equal(ph_rc_class(fill(w, &confirmed)), PH_CLASS_RETRY);
    assert_true(confirmed == 0);
    assert_int_equal(rd_kafka_mock_broker_set_up(w->cluster, BROKER), 0);
    assert_int_equal(w->sink->ops->connect(w->sink, &w->err), PH_OK);
    assert_publishes(w);
}

static void a_broker_that_goes_before_the_commit_leaves_it_in_doubt(void **state)
{
    world *w = *state;
    uint64_t confirmed = 0;
    assert_int_equal(fill(w, &confirmed), PH_OK);
    assert_int_equal(rd_kafka_mock_broker_set_down(w->cluster, BROKER), 0);
    assert_int_equal(ph_rc_class(w->sink->ops->commit(w->sink, &w->err)), PH_CLASS_RETRY);
    assert_int_equal(rd_kafka_mock_broker_set_up(w->cluster, BROKER), 0);
}

#define CASE(name_) cmocka_unit_test_setup_teardown(name_, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(what_is_well_is_committed),           CASE(a_refused_record_is_named_and_never_committed),
        CASE(a_missing_right_is_named_and_final),  CASE(what_must_be_aborted_is_and_the_client_goes_on),
        CASE(a_fenced_commit_is_told_as_fenced),   CASE(what_passes_by_itself_is_not_told),
        CASE(a_broker_that_is_down_is_no_success), CASE(a_broker_that_goes_before_the_commit_leaves_it_in_doubt),
    };
    return cmocka_run_group_tests_name("pub_kafka", tests, NULL, NULL);
}
