/* The line against a model of Kafka: what was committed stands there once, whatever fails, before or after the work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_pub_model.h"

static void publishes_what_waits_in_order(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_new(4);
    for (uint32_t n = 1; n <= 5; n++)
        ph_model_add_row(m, n);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    ph_model_assert_each_once(m);
    assert_int_equal(m->kafka.progress.record, 15);
    assert_true(m->line.n_transactions >= 3); /* 4 records at most, but a row is never split */
    ph_model_add_row(m, 2);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    ph_model_assert_each_once(m);
    assert_int_equal(m->kafka.progress.ends[0].offset, 17);
    ph_model_free(m);
}

/* However few records, what waits goes in transactions that Kafka can take in time. */
static void large_records_go_in_more_transactions(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_new(64);
    m->line.max_bytes = 1;
    for (uint32_t n = 1; n <= 5; n++)
        ph_model_add_row(m, 2);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    ph_model_assert_each_once(m);
    assert_int_equal(m->kafka.progress.record, 10);
    assert_int_equal(m->line.n_transactions, 5);
    ph_model_free(m);
}

static void stays_behind_the_durable_mark(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_new(4);
    ph_model_add_row(m, 2);
    ph_model_add_row(m, 3);
    m->ledger.head.durable_record = 2;
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    assert_int_equal(m->kafka.n_committed, 2);
    ph_model_free(m);
}

static void claims_the_line_before_the_first_record(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_new(4);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    assert_int_equal(m->kafka.found, PH_PUB_FOUND_OURS);
    assert_true(ph_uuid_eq(&m->kafka.progress.writer, &m->line.writer));
    assert_int_equal(m->kafka.progress.record, 0);
    assert_int_equal(m->kafka.progress.n_ends, 1);
    assert_true(m->memory.is_set);
    ph_model_free(m);
}

/* False when the run ended before the fault could happen. */
static bool run_with_a_fault(ph_rc kind, bool after, bool killed, unsigned nth)
{
    ph_err err = {0};
    ph_model *m = ph_model_new(4);
    for (uint32_t n = 1; n <= 4; n++)
        ph_model_add_row(m, n);
    m->client.fail_at = nth;
    m->client.fails_after = after;
    m->client.fail_with = kind;
    (void)ph_model_step(&m->line, &err);
    if (killed)
        ph_model_restart(m);
    for (int again = 0; again < 3; again++)
        (void)ph_model_step(&m->line, &err);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    ph_model_assert_each_once(m);
    bool was_reached = m->client.n_calls >= nth;
    ph_model_free(m);
    return was_reached;
}

/* Each call of a whole run fails once, before and after its work, as an abort, as a broken connection, as a fence that
 * nobody else set; then the run goes on, or is killed and started anew. */
static void nothing_is_lost_or_doubled_whatever_fails(void **state)
{
    static const ph_rc kinds[] = {PH_BUSY, PH_UNREACHABLE, PH_TIMEOUT, PH_IO, PH_FENCED};
    (void)state;
    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++)
        for (int after = 0; after <= 1; after++)
            for (int killed = 0; killed <= 1; killed++) {
                unsigned nth = 1;
                while (run_with_a_fault(kinds[kind], after == 1, killed == 1, nth))
                    nth++;
                assert_true(nth > 30);
            }
}

static void a_short_delivery_is_never_committed(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_published();
    ph_model_add_row(m, 3);
    m->client.n_lost = 1;
    assert_int_equal(ph_model_step(&m->line, &err), PH_IO);
    assert_string_equal(err.code, "pub.delivery.short");
    assert_int_equal(m->kafka.n_committed, 6);
    m->client.n_lost = 0;
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    ph_model_assert_each_once(m);
    ph_model_free(m);
}

/* The older one finds the claim of its successor and ends; the successor never notices. */
static void a_zombie_gives_way_to_its_successor(void **state)
{
    ph_err err = {0};
    ph_model_client client;
    ph_model_memory memory;
    ph_pub_line second;
    (void)state;
    ph_model *m = ph_model_published();
    ph_model_second(m, &client, &memory, &second);
    assert_int_equal(ph_model_step(&second, &err), PH_OK);
    ph_model_add_row(m, 2);
    assert_int_equal(ph_model_step(&m->line, &err), PH_BUSY);
    assert_string_equal(err.code, "pub.challenged");
    assert_true(err.means[0] != '\0' && err.hint[0] != '\0');
    assert_int_equal(ph_model_step(&m->line, &err), PH_FENCED);
    assert_string_equal(err.code, "pub.fenced");
    assert_true(err.means[0] != '\0' && err.hint[0] != '\0');
    assert_int_equal(ph_model_step(&second, &err), PH_OK);
    ph_model_assert_each_once(m);
    ph_pub_line_done(&second);
    ph_model_free(m);
}

/* Fenced while it comes up, with only a dead run's progress in the topic: that is no successor. */
static void a_dead_predecessor_is_no_successor(void **state)
{
    ph_err err = {0};
    (void)state;
    for (unsigned nth = 1; nth <= 7; nth++) {
        ph_model *m = ph_model_published();
        ph_model_restart(m);
        ph_model_add_row(m, 2);
        m->client.fail_at = m->client.n_calls + nth;
        m->client.fail_with = PH_FENCED;
        assert_int_equal(ph_model_step(&m->line, &err), PH_BUSY);
        assert_string_equal(err.code, "pub.challenged");
        assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
        ph_model_assert_each_once(m);
        ph_model_free(m);
    }
}

/* Kafka itself bumps the epoch when a transaction outlives its time: nobody else has claimed, so the run goes on. */
static void a_paused_publisher_without_successor_goes_on(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_published();
    ph_model_add_row(m, 2);
    m->kafka.generation++;
    assert_int_equal(ph_model_step(&m->line, &err), PH_BUSY);
    assert_string_equal(err.code, "pub.challenged");
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    ph_model_assert_each_once(m);
    assert_false(m->line.is_challenged);
    ph_model_free(m);
}

static void a_new_epoch_is_adopted_once_and_goes_on(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_published();
    m->ledger.head.epoch.bytes[0] = 8;
    ph_model_restart(m);
    assert_int_equal(ph_pub_line_adopt(&m->line, 5, &err), PH_OK);
    ph_model_restart(m);
    ph_model_add_row(m, 2);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    ph_model_assert_each_once(m);
    assert_int_equal(m->kafka.progress.epoch.bytes[0], 8);
    ph_model_free(m);
}

static void an_epoch_that_is_the_ledgers_is_not_adopted(void **state)
{
    ph_err err = {0};
    bool is_asked = true;
    (void)state;
    ph_model *m = ph_model_published();
    unsigned generation = m->kafka.generation;
    ph_model_restart(m);
    assert_int_equal(ph_pub_line_asks_adoption(&m->line, &is_asked, &err), PH_OK);
    assert_false(is_asked);
    m->ledger.head.epoch.bytes[0] = 8;
    assert_int_equal(ph_pub_line_asks_adoption(&m->line, &is_asked, &err), PH_OK);
    assert_true(is_asked);
    assert_int_equal(m->kafka.generation, generation); /* who runs was not fenced by the question */
    ph_model_free(m);
}

static void the_batch_grows_while_behind(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_new(1000);
    assert_int_equal(m->line.batch, 256);
    for (int i = 0; i < 3; i++)
        ph_model_add_row(m, 80);
    m->line.batch = 100;
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    assert_true(m->line.batch == 200);
    ph_model_assert_each_once(m);
    ph_model_free(m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(publishes_what_waits_in_order),
        cmocka_unit_test(large_records_go_in_more_transactions),
        cmocka_unit_test(stays_behind_the_durable_mark),
        cmocka_unit_test(claims_the_line_before_the_first_record),
        cmocka_unit_test(nothing_is_lost_or_doubled_whatever_fails),
        cmocka_unit_test(a_short_delivery_is_never_committed),
        cmocka_unit_test(a_zombie_gives_way_to_its_successor),
        cmocka_unit_test(a_dead_predecessor_is_no_successor),
        cmocka_unit_test(a_paused_publisher_without_successor_goes_on),
        cmocka_unit_test(a_new_epoch_is_adopted_once_and_goes_on),
        cmocka_unit_test(an_epoch_that_is_the_ledgers_is_not_adopted),
        cmocka_unit_test(the_batch_grows_while_behind),
    };
    return cmocka_run_group_tests_name("pub_line", tests, NULL, NULL);
}
