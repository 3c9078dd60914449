/* The line against a model of Kafka: what was committed stands there once, whatever fails, before or after the work. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ph_pub_line.h"

enum { MAX_ROWS = 16, MAX_COMMITTED = 256 };

/* --- a ledger in memory --- */
typedef struct fake_row {
    uint64_t first;
    uint32_t count;
    ph_digest chain;
    ph_buf packed;
} fake_row;

typedef struct fake_ledger {
    ph_pub_ledger base;
    ph_pub_head head;
    fake_row rows[MAX_ROWS];
    size_t n;
} fake_ledger;

static ph_rc ledger_head(ph_pub_ledger *b, ph_pub_head *ret, ph_err *err)
{
    (void)err;
    *ret = ((fake_ledger *)b)->head;
    return PH_OK;
}

static ph_rc ledger_chain(ph_pub_ledger *b, uint64_t record, ph_digest *ret, ph_err *err)
{
    fake_ledger *l = (fake_ledger *)b;
    (void)err;
    for (size_t i = 0; i < l->n; i++)
        if (l->rows[i].first + l->rows[i].count - 1 == record) {
            *ret = l->rows[i].chain;
            return PH_OK;
        }
    return PH_NOT_FOUND;
}

static ph_rc ledger_walk(ph_pub_ledger *b, uint64_t after, ph_pub_row_fn fn, void *arg, ph_err *err)
{
    fake_ledger *l = (fake_ledger *)b;
    (void)err;
    for (size_t i = 0; i < l->n; i++) {
        fake_row *r = &l->rows[i];
        ph_pub_row row = {
            .first_record = r->first, .count = r->count, .chain = r->chain, .packed = ph_buf_span(&r->packed)};
        if (r->first > after && r->first + r->count - 1 <= l->head.durable_record && !fn(arg, &row))
            break;
    }
    return PH_OK;
}

static const ph_pub_ledger_ops ledger_ops = {.head = ledger_head, .chain_at = ledger_chain, .walk = ledger_walk};

/* A row of @count figures; the packed form is the real codec's. */
static void add_row(fake_ledger *l, uint32_t count)
{
    ph_figure *figures = calloc(count, sizeof *figures);
    fake_row *r = &l->rows[l->n];
    ph_issue issue = {.cluster = ph_span_str("dbsh"),
                      .form = ph_span_str("kt-xh"),
                      .seal = l->n + 1,
                      .n_members = 1,
                      .n_figures = (uint16_t)count,
                      .figures = figures};
    assert_non_null(figures);
    assert_int_equal(ph_period_parse(ph_span_str("2023-S1"), &issue.period), PH_OK);
    issue.members[0] = ph_span_str("haiduong");
    issue.state = PH_PERIOD_OPEN;
    for (uint32_t i = 0; i < count; i++) {
        figures[i] = (ph_figure){.indicator = ph_span_str("IIP"), .decimals = 2, .n_expected = 1, .n_values = 1};
        figures[i].values[0] = (ph_figure_value){.method = PH_METHOD_MEAN};
    }
    r->first = l->head.last_record + 1;
    r->count = count;
    ph_buf_init(&r->packed, 1 << 20);
    ph_issue_write(&issue, &r->packed);
    assert_int_equal(r->packed.rc, PH_OK);
    ph_digest packed = ph_digest_of_span(ph_buf_span(&r->packed));
    ph_digest zero = {0};
    r->chain = ph_outbox_chain(l->n == 0 ? &zero : &l->rows[l->n - 1].chain, r->first, count, &packed);
    l->n++;
    l->head.last_record += count;
    l->head.durable_record = l->head.last_record;
    free(figures);
}

static void drop_rows(fake_ledger *l)
{
    for (size_t i = 0; i < l->n; i++)
        ph_buf_done(&l->rows[i].packed);
}

/* --- Kafka as a read_committed reader sees it --- */
typedef struct model {
    ph_pub_sink base;
    uint64_t committed[MAX_COMMITTED];
    size_t n_committed;
    bool has_progress;
    ph_pub_progress progress;
    ph_topic_end end;
    /* the open transaction */
    bool is_connected, is_open, has_pending_progress;
    uint64_t pending[MAX_COMMITTED];
    size_t n_pending;
    ph_pub_progress pending_progress;
    uint64_t n_queued, n_lost; /* lost: reports that never come */
    /* the fault: the nth call fails, before or after its work */
    unsigned n_calls, fail_at;
    bool fails_after;
    ph_rc fail_with;
} model;

static bool fails(model *m, bool after)
{
    return m->n_calls == m->fail_at && m->fails_after == after;
}

#define CALL(m_, work_)             \
    do {                            \
        (m_)->n_calls++;            \
        if (fails((m_), false))     \
            return (m_)->fail_with; \
        work_;                      \
        if (fails((m_), true))      \
            return (m_)->fail_with; \
    } while (0)

static void forget_transaction(model *m)
{
    m->is_open = m->has_pending_progress = false;
    m->n_pending = 0;
    m->n_queued = 0;
}

static ph_rc sink_connect(ph_pub_sink *b, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    CALL(m, forget_transaction(m); m->is_connected = true);
    return PH_OK;
}

static ph_rc sink_read_progress(ph_pub_sink *b, ph_pub_progress *ret, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    CALL(m, if (m->has_progress) *ret = m->progress);
    return m->has_progress ? PH_OK : PH_NOT_FOUND;
}

static ph_rc sink_ends(ph_pub_sink *b, ph_topic_end *ret, size_t max, size_t *ret_n, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    (void)max;
    CALL(m, ret[0] = m->end; *ret_n = 1);
    return PH_OK;
}

static ph_rc sink_begin(ph_pub_sink *b, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    assert_true(m->is_connected);
    assert_false(m->is_open);
    CALL(m, forget_transaction(m); m->is_open = true);
    return PH_OK;
}

static ph_rc sink_produce(ph_pub_sink *b, const ph_record *r, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    assert_true(m->is_open);
    CALL(m, m->pending[m->n_pending++] = r->number; m->n_queued += 2);
    return PH_OK;
}

static ph_rc sink_produce_progress(ph_pub_sink *b, const ph_pub_progress *p, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    assert_true(m->is_open);
    CALL(m, m->pending_progress = *p; m->has_pending_progress = true; m->n_queued++);
    return PH_OK;
}

static ph_rc sink_settle(ph_pub_sink *b, uint64_t *ret, ph_pub_progress *ends, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    CALL(m, *ret = m->n_queued - m->n_lost; ends->n_ends = 1; ends->ends[0] = m->end;
         ends->ends[0].offset = m->end.offset + (int64_t)m->n_pending);
    return PH_OK;
}

static void apply(model *m)
{
    memcpy(&m->committed[m->n_committed], m->pending, m->n_pending * sizeof m->pending[0]);
    m->n_committed += m->n_pending;
    m->end.offset += (int64_t)m->n_pending;
    if (m->has_pending_progress) {
        m->progress = m->pending_progress;
        m->has_progress = true;
    }
    forget_transaction(m);
}

static ph_rc sink_commit(ph_pub_sink *b, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    assert_true(m->is_open);
    CALL(m, apply(m));
    return PH_OK;
}

static ph_rc sink_abort(ph_pub_sink *b, ph_err *err)
{
    model *m = (model *)b;
    (void)err;
    CALL(m, forget_transaction(m));
    return PH_OK;
}

static const ph_pub_sink_ops sink_ops = {.connect = sink_connect,
                                         .read_progress = sink_read_progress,
                                         .ends = sink_ends,
                                         .begin = sink_begin,
                                         .produce = sink_produce,
                                         .produce_progress = sink_produce_progress,
                                         .settle = sink_settle,
                                         .commit = sink_commit,
                                         .abort = sink_abort};

/* --- the memory --- */
typedef struct fake_memory {
    ph_pub_memory base;
    bool is_set;
    ph_pub_progress progress;
} fake_memory;

static ph_rc memory_load(ph_pub_memory *b, ph_pub_progress *ret, ph_err *err)
{
    fake_memory *m = (fake_memory *)b;
    (void)err;
    if (!m->is_set)
        return PH_NOT_FOUND;
    *ret = m->progress;
    return PH_OK;
}

static ph_rc memory_store(ph_pub_memory *b, const ph_pub_progress *p, ph_err *err)
{
    fake_memory *m = (fake_memory *)b;
    (void)err;
    m->is_set = true;
    m->progress = *p;
    return PH_OK;
}

static const ph_pub_memory_ops memory_ops = {.load = memory_load, .store = memory_store};

typedef struct bench {
    fake_ledger ledger;
    model kafka;
    fake_memory memory;
    ph_pub_line line;
} bench;

static bench *set_up(uint32_t max_batch)
{
    bench *b = calloc(1, sizeof *b);
    assert_non_null(b);
    b->ledger.base.ops = &ledger_ops;
    b->ledger.head.epoch.bytes[0] = 7;
    b->kafka.base.ops = &sink_ops;
    b->memory.base.ops = &memory_ops;
    memcpy(b->kafka.end.topic, "t", 2);
    assert_int_equal(ph_pub_line_init(&b->line, &b->ledger.base, &b->kafka.base, &b->memory.base, max_batch), PH_OK);
    return b;
}

static void tear_down(bench *b)
{
    ph_pub_line_done(&b->line);
    drop_rows(&b->ledger);
    free(b);
}

/* A publisher that was killed: all it knew is gone, but for its memory file. */
static void restart(bench *b)
{
    ph_pub_line_done(&b->line);
    b->kafka.is_connected = false;
    assert_int_equal(ph_pub_line_init(&b->line, &b->ledger.base, &b->kafka.base, &b->memory.base, 4), PH_OK);
}

static ph_rc step(bench *b, ph_err *err)
{
    bool more = true;
    ph_rc rc = PH_OK;
    while (rc == PH_OK && more)
        rc = ph_pub_line_step(&b->line, 1000000, &more, err);
    return rc;
}

static void assert_each_once(const bench *b)
{
    assert_int_equal(b->kafka.n_committed, b->ledger.head.last_record);
    for (size_t i = 0; i < b->kafka.n_committed; i++)
        assert_int_equal(b->kafka.committed[i], i + 1);
}

static void publishes_what_waits_in_order(void **state)
{
    ph_err err = {0};
    (void)state;
    bench *b = set_up(4);
    for (uint32_t n = 1; n <= 5; n++)
        add_row(&b->ledger, n);
    assert_int_equal(step(b, &err), PH_OK);
    assert_each_once(b);
    assert_int_equal(b->kafka.progress.record, 15);
    assert_true(b->line.n_transactions >= 3); /* 4 records at most, but a row is never split */
    add_row(&b->ledger, 2);
    assert_int_equal(step(b, &err), PH_OK);
    assert_each_once(b);
    tear_down(b);
}

static void stays_behind_the_durable_mark(void **state)
{
    ph_err err = {0};
    (void)state;
    bench *b = set_up(4);
    add_row(&b->ledger, 2);
    add_row(&b->ledger, 3);
    b->ledger.head.durable_record = 2;
    assert_int_equal(step(b, &err), PH_OK);
    assert_int_equal(b->kafka.n_committed, 2);
    tear_down(b);
}

/* Each call of a whole run fails once, before and after its work, as an abort, as a broken connection; then the run
 * goes on, or is killed and started anew. */
static void nothing_is_lost_or_doubled_whatever_fails(void **state)
{
    static const ph_rc kinds[] = {PH_BUSY, PH_UNREACHABLE, PH_TIMEOUT, PH_IO};
    unsigned n_runs = 0;
    (void)state;
    for (size_t kind = 0; kind < sizeof kinds / sizeof kinds[0]; kind++)
        for (int after = 0; after <= 1; after++)
            for (int killed = 0; killed <= 1; killed++)
                for (unsigned nth = 1; nth < 60; nth++) {
                    ph_err err = {0};
                    bench *b = set_up(4);
                    for (uint32_t n = 1; n <= 4; n++)
                        add_row(&b->ledger, n);
                    b->kafka.fail_at = nth;
                    b->kafka.fails_after = after == 1;
                    b->kafka.fail_with = kinds[kind];
                    (void)step(b, &err);
                    if (killed == 1)
                        restart(b);
                    for (int again = 0; again < 3; again++)
                        (void)step(b, &err);
                    assert_int_equal(step(b, &err), PH_OK);
                    assert_each_once(b);
                    n_runs++;
                    tear_down(b);
                }
    assert_int_equal(n_runs, 4 * 2 * 2 * 59);
}

static void a_short_delivery_is_never_committed(void **state)
{
    ph_err err = {0};
    (void)state;
    bench *b = set_up(4);
    add_row(&b->ledger, 3);
    b->kafka.n_lost = 1;
    assert_int_equal(step(b, &err), PH_IO);
    assert_string_equal(err.code, "pub.delivery.short");
    assert_int_equal(b->kafka.n_committed, 0);
    b->kafka.n_lost = 0;
    assert_int_equal(step(b, &err), PH_OK);
    assert_each_once(b);
    tear_down(b);
}

static void assert_refused(bench *b, ph_rc rc, const char *code)
{
    ph_err err = {0};
    size_t n_committed = b->kafka.n_committed;
    restart(b);
    assert_int_equal(step(b, &err), rc);
    assert_string_equal(err.code, code);
    assert_true(err.means[0] != '\0' && err.hint[0] != '\0');
    assert_int_equal(b->kafka.n_committed, n_committed);
    tear_down(b);
}

/* Something was published; then the world changes while the publisher is down. */
static bench *published(void)
{
    ph_err err = {0};
    bench *b = set_up(4);
    add_row(&b->ledger, 3);
    add_row(&b->ledger, 3);
    assert_int_equal(step(b, &err), PH_OK);
    return b;
}

static void a_topic_ahead_of_the_ledger_stops_it(void **state)
{
    (void)state;
    bench *b = published();
    b->ledger.n = 1;
    b->ledger.head.last_record = b->ledger.head.durable_record = 3;
    ph_buf_done(&b->ledger.rows[1].packed);
    assert_refused(b, PH_HISTORY, "pub.progress.ahead");
}

static void another_epoch_stops_it(void **state)
{
    (void)state;
    bench *b = published();
    b->ledger.head.epoch.bytes[0] = 8;
    assert_refused(b, PH_EPOCH, "pub.progress.epoch");
}

static void another_chain_stops_it(void **state)
{
    (void)state;
    bench *b = published();
    b->ledger.rows[1].chain.bytes[5] ^= 1;
    assert_refused(b, PH_HISTORY, "pub.progress.chain");
}

static void an_emptied_topic_stops_it(void **state)
{
    (void)state;
    bench *b = published();
    b->kafka.has_progress = false;
    assert_refused(b, PH_HISTORY, "pub.topic.empty");
}

static void a_truncated_topic_stops_it(void **state)
{
    (void)state;
    bench *b = published();
    b->kafka.end.offset = 2;
    assert_refused(b, PH_HISTORY, "pub.topic.truncated");
}

static void progress_older_than_our_memory_stops_it(void **state)
{
    (void)state;
    bench *b = published();
    b->kafka.progress.record = 3;
    b->kafka.progress.chain = b->ledger.rows[0].chain;
    assert_refused(b, PH_HISTORY, "pub.topic.behind");
}

static void a_damaged_outbox_row_stops_it(void **state)
{
    (void)state;
    bench *b = published();
    add_row(&b->ledger, 2);
    b->ledger.rows[2].packed.ptr[b->ledger.rows[2].packed.len - 1] ^= 1;
    assert_refused(b, PH_CORRUPT, "pub.outbox.corrupt");
}

static void a_fenced_publisher_stops_and_publishes_nothing(void **state)
{
    ph_err err = {0};
    (void)state;
    bench *b = published();
    add_row(&b->ledger, 2);
    b->kafka.fail_at = b->kafka.n_calls + 3;
    b->kafka.fail_with = PH_FENCED;
    assert_int_equal(step(b, &err), PH_FENCED);
    assert_int_equal(b->kafka.n_committed, 6);
    tear_down(b);
}

static void a_new_epoch_is_adopted_once_and_goes_on(void **state)
{
    ph_err err = {0};
    (void)state;
    bench *b = published();
    b->ledger.head.epoch.bytes[0] = 8;
    restart(b);
    assert_int_equal(ph_pub_line_adopt(&b->line, 5, &err), PH_OK);
    restart(b);
    add_row(&b->ledger, 2);
    assert_int_equal(step(b, &err), PH_OK);
    assert_each_once(b);
    assert_int_equal(b->kafka.progress.epoch.bytes[0], 8);
    tear_down(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(publishes_what_waits_in_order),
        cmocka_unit_test(stays_behind_the_durable_mark),
        cmocka_unit_test(nothing_is_lost_or_doubled_whatever_fails),
        cmocka_unit_test(a_short_delivery_is_never_committed),
        cmocka_unit_test(a_topic_ahead_of_the_ledger_stops_it),
        cmocka_unit_test(another_epoch_stops_it),
        cmocka_unit_test(another_chain_stops_it),
        cmocka_unit_test(an_emptied_topic_stops_it),
        cmocka_unit_test(a_truncated_topic_stops_it),
        cmocka_unit_test(progress_older_than_our_memory_stops_it),
        cmocka_unit_test(a_damaged_outbox_row_stops_it),
        cmocka_unit_test(a_fenced_publisher_stops_and_publishes_nothing),
        cmocka_unit_test(a_new_epoch_is_adopted_once_and_goes_on),
    };
    return cmocka_run_group_tests_name("pub_line", tests, NULL, NULL);
}
