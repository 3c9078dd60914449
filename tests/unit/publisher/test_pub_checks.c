/* What a publisher finds at its start and must not publish beside: each has its name, and nothing is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ph_pub_model.h"

static void a_topic_ahead_of_the_ledger_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->ledger.n = 1;
    m->ledger.head.last_record = m->ledger.head.durable_record = 3;
    ph_buf_done(&m->ledger.rows[1].packed);
    ph_model_assert_refused(m, PH_HISTORY, "pub.progress.ahead");
}

static void another_epoch_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->ledger.head.epoch.bytes[0] = 8;
    ph_model_assert_refused(m, PH_EPOCH, "pub.progress.epoch");
}

static void an_epoch_that_changes_while_it_runs_stops_it(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_published();
    m->ledger.head.epoch.bytes[0] = 8;
    ph_model_add_row(m, 1);
    assert_int_equal(ph_model_step(&m->line, &err), PH_EPOCH);
    assert_string_equal(err.code, "pub.progress.epoch");
    assert_int_equal(m->kafka.n_committed, 6);
    ph_model_free(m);
}

static void another_chain_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->kafka.progress.chain.bytes[5] ^= 1;
    ph_model_assert_refused(m, PH_HISTORY, "pub.progress.chain");
}

static void progress_in_the_middle_of_a_row_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->memory.is_set = false;
    m->kafka.progress.record = 5;
    ph_model_assert_refused(m, PH_HISTORY, "pub.progress.chain");
}

static void an_emptied_progress_topic_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->kafka.found = PH_PUB_FOUND_OTHERS;
    ph_model_assert_refused(m, PH_HISTORY, "pub.topic.empty");
}

static void records_without_progress_stop_it_without_its_memory_too(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->kafka.found = PH_PUB_FOUND_NONE;
    m->memory.is_set = false;
    ph_model_assert_refused(m, PH_HISTORY, "pub.topic.empty");
}

static void records_may_be_those_of_another_shard(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_new(4);
    m->kafka.found = PH_PUB_FOUND_OTHERS;
    m->kafka.ends[0].offset = 100;
    ph_model_add_row(m, 2);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    ph_model_assert_each_once(m);
    ph_model_free(m);
}

static void a_truncated_topic_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->kafka.ends[0].offset = 5;
    ph_model_assert_refused(m, PH_HISTORY, "pub.topic.truncated");
}

static void a_lost_partition_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->kafka.n_ends = 0;
    ph_model_assert_refused(m, PH_HISTORY, "pub.topic.truncated");
}

static void an_added_partition_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->kafka.ends[1] = m->kafka.ends[0];
    m->kafka.ends[1].partition = 1;
    m->kafka.ends[1].offset = 0;
    m->kafka.n_ends = 2;
    ph_model_assert_refused(m, PH_HISTORY, "pub.topic.partitions");
}

static void progress_older_than_our_memory_stops_it(void **state)
{
    (void)state;
    ph_model *m = ph_model_published();
    m->kafka.progress.record = 3;
    m->kafka.progress.chain = m->ledger.rows[0].chain;
    ph_model_assert_refused(m, PH_HISTORY, "pub.topic.behind");
}

static void a_memory_older_than_the_topic_is_no_trouble(void **state)
{
    ph_err err = {0};
    (void)state;
    ph_model *m = ph_model_published();
    m->memory.progress.record = 3;
    ph_model_restart(m);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    assert_int_equal(m->memory.progress.record, 6);
    ph_model_free(m);
}

static void damaged_rows_stop_it(void **state)
{
    (void)state;
    for (int kind = 0; kind < 5; kind++) {
        ph_model *m = ph_model_published();
        ph_model_add_row(m, 2);
        ph_model_row *row = &m->ledger.rows[2];
        if (kind == 0)
            row->packed.ptr[row->packed.len - 1] ^= 1; /* bytes that the chain does not follow from */
        else if (kind == 1)
            row->packed.len--; /* unreadable */
        else if (kind == 2) {  /* a gap in the numbers, with a chain that follows */
            ph_digest packed = ph_digest_of_span(ph_buf_span(&row->packed));
            row->chain = ph_outbox_chain(&m->ledger.rows[1].chain, ++row->first, row->count, &packed);
        } else if (kind == 3) { /* fewer figures than numbers, with a chain that follows */
            ph_digest packed = ph_digest_of_span(ph_buf_span(&row->packed));
            row->chain = ph_outbox_chain(&m->ledger.rows[1].chain, row->first, ++row->count, &packed);
            m->ledger.head.durable_record = ++m->ledger.head.last_record;
        } else
            m->ledger.head.durable_record = ++m->ledger.head.last_record + 1, m->ledger.n--; /* a row is missing */
        ph_buf rest = row->packed;
        ph_model_restart(m);
        ph_err err = {0};
        assert_int_equal(ph_model_step(&m->line, &err), PH_CORRUPT);
        assert_string_equal(err.code, "pub.outbox.corrupt");
        assert_int_equal(m->kafka.n_committed, 6);
        if (kind == 4)
            ph_buf_done(&rest);
        ph_model_free(m);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_topic_ahead_of_the_ledger_stops_it),
        cmocka_unit_test(another_epoch_stops_it),
        cmocka_unit_test(an_epoch_that_changes_while_it_runs_stops_it),
        cmocka_unit_test(another_chain_stops_it),
        cmocka_unit_test(progress_in_the_middle_of_a_row_stops_it),
        cmocka_unit_test(an_emptied_progress_topic_stops_it),
        cmocka_unit_test(records_without_progress_stop_it_without_its_memory_too),
        cmocka_unit_test(records_may_be_those_of_another_shard),
        cmocka_unit_test(a_truncated_topic_stops_it),
        cmocka_unit_test(a_lost_partition_stops_it),
        cmocka_unit_test(an_added_partition_stops_it),
        cmocka_unit_test(progress_older_than_our_memory_stops_it),
        cmocka_unit_test(a_memory_older_than_the_topic_is_no_trouble),
        cmocka_unit_test(damaged_rows_stop_it),
    };
    return cmocka_run_group_tests_name("pub_checks", tests, NULL, NULL);
}
