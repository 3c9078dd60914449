/* ph_pub_model - as strict as Kafka where exactly-once depends on it: what is not committed is never seen, and only the
 * latest client may write. */
#include "ph_pub_model.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static ph_rc ledger_head(ph_pub_ledger *b, ph_pub_head *ret, ph_err *err)
{
    (void)err;
    *ret = ((ph_model_ledger *)b)->head;
    return PH_OK;
}

static ph_rc ledger_chain(ph_pub_ledger *b, uint64_t record, ph_digest *ret, ph_err *err)
{
    ph_model_ledger *l = (ph_model_ledger *)b;
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
    ph_model_ledger *l = (ph_model_ledger *)b;
    (void)err;
    for (size_t i = 0; i < l->n; i++) {
        ph_model_row *r = &l->rows[i];
        ph_pub_row row = {
            .first_record = r->first, .count = r->count, .chain = r->chain, .packed = ph_buf_span(&r->packed)};
        if (r->first > after && r->first + r->count - 1 <= l->head.durable_record && !fn(arg, &row))
            break;
    }
    return PH_OK;
}

static const ph_pub_ledger_ops ledger_ops = {.head = ledger_head, .chain_at = ledger_chain, .walk = ledger_walk};

/* A row of more than one record ends with one of a register. */
void ph_model_add_row(ph_model *m, uint32_t count)
{
    ph_model_ledger *l = &m->ledger;
    ph_figure *figures = calloc(count, sizeof *figures);
    ph_model_row *r = &l->rows[l->n];
    ph_issue issue = {.cluster = ph_span_str("dbsh"),
                      .form = ph_span_str("kt-xh"),
                      .seal = l->n + 1,
                      .n_members = 1,
                      .n_figures = (uint16_t)(count == 1 ? 1 : count - 1),
                      .figures = figures,
                      .n_parts = count > 1,
                      .parts = {{.number = 1, .n_units = 1}}};
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

static bool fails(ph_model_client *c, bool after)
{
    return c->n_calls == c->fail_at && c->fails_after == after;
}

#define CALL(c_, work_)             \
    do {                            \
        (c_)->n_calls++;            \
        if (fails((c_), false))     \
            return (c_)->fail_with; \
        work_;                      \
        if (fails((c_), true))      \
            return (c_)->fail_with; \
    } while (0)

static bool is_fenced(const ph_model_client *c)
{
    return c->generation != c->kafka->generation;
}

static void forget_transaction(ph_model_client *c)
{
    c->is_open = c->has_pending_progress = false;
    c->n_pending = 0;
    c->n_queued = 0;
}

static ph_rc sink_connect(ph_pub_sink *b, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    CALL(c, forget_transaction(c); c->generation = ++c->kafka->generation);
    return PH_OK;
}

static ph_rc sink_read_progress(ph_pub_sink *b, ph_pub_progress *ret, ph_pub_found *ret_found, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    CALL(c, *ret_found = c->kafka->found);
    if (c->kafka->found == PH_PUB_FOUND_OURS)
        *ret = c->kafka->progress;
    return PH_OK;
}

static ph_rc sink_ends(ph_pub_sink *b, ph_topic_end *ret, size_t max, size_t *ret_n, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    assert_true(c->kafka->n_ends <= max);
    CALL(c, memcpy(ret, c->kafka->ends, sizeof c->kafka->ends); *ret_n = c->kafka->n_ends);
    return PH_OK;
}

static ph_rc sink_begin(ph_pub_sink *b, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    assert_true(c->generation > 0);
    assert_false(c->is_open);
    CALL(c, forget_transaction(c); c->is_open = true);
    return PH_OK;
}

static ph_rc sink_produce(ph_pub_sink *b, const ph_record *r, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    assert_true(c->is_open);
    CALL(c, c->pending[c->n_pending++] = r->number; c->n_queued += 2);
    return PH_OK;
}

static ph_rc sink_produce_progress(ph_pub_sink *b, const ph_pub_progress *p, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    assert_true(c->is_open);
    CALL(c, c->pending_progress = *p; c->has_pending_progress = true; c->n_queued++);
    return PH_OK;
}

static ph_rc sink_settle(ph_pub_sink *b, uint64_t *ret, ph_pub_progress *ends, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    if (is_fenced(c))
        return PH_FENCED;
    CALL(c, *ret = c->n_queued - c->n_lost);
    if (c->n_pending > 0 && ends->n_ends > 0)
        ends->ends[0].offset = c->kafka->ends[0].offset + (int64_t)c->n_pending;
    return PH_OK;
}

static void apply(ph_model_client *c)
{
    ph_model_kafka *k = c->kafka;
    memcpy(&k->committed[k->n_committed], c->pending, c->n_pending * sizeof c->pending[0]);
    k->n_committed += c->n_pending;
    k->ends[0].offset += (int64_t)c->n_pending;
    if (c->has_pending_progress) {
        k->progress = c->pending_progress;
        k->found = PH_PUB_FOUND_OURS;
    }
    forget_transaction(c);
}

static ph_rc sink_commit(ph_pub_sink *b, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    assert_true(c->is_open);
    if (is_fenced(c))
        return PH_FENCED;
    CALL(c, apply(c));
    return PH_OK;
}

static ph_rc sink_abort(ph_pub_sink *b, ph_err *err)
{
    ph_model_client *c = (ph_model_client *)b;
    (void)err;
    CALL(c, forget_transaction(c));
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

static ph_rc memory_load(ph_pub_memory *b, ph_pub_progress *ret, ph_err *err)
{
    ph_model_memory *m = (ph_model_memory *)b;
    (void)err;
    if (!m->is_set)
        return PH_NOT_FOUND;
    *ret = m->progress;
    return PH_OK;
}

static ph_rc memory_store(ph_pub_memory *b, const ph_pub_progress *p, ph_err *err)
{
    ph_model_memory *m = (ph_model_memory *)b;
    (void)err;
    m->is_set = true;
    m->progress = *p;
    return PH_OK;
}

static const ph_pub_memory_ops memory_ops = {.load = memory_load, .store = memory_store};

static void open_line(ph_model *m, ph_model_client *client, ph_model_memory *memory, ph_pub_line *line,
                      uint32_t max_batch)
{
    static uint8_t n_runs;
    ph_uuid writer = {{++n_runs}};
    client->base.ops = &sink_ops;
    client->kafka = &m->kafka;
    client->generation = 0;
    forget_transaction(client);
    memory->base.ops = &memory_ops;
    assert_int_equal(ph_pub_line_init(line, &m->ledger.base, &client->base, &memory->base, &writer, max_batch), PH_OK);
}

ph_model *ph_model_new(uint32_t max_batch)
{
    ph_model *m = calloc(1, sizeof *m);
    assert_non_null(m);
    m->ledger.base.ops = &ledger_ops;
    m->ledger.head.epoch.bytes[0] = 7;
    memcpy(m->kafka.ends[0].topic, "t", 2);
    m->kafka.n_ends = 1;
    open_line(m, &m->client, &m->memory, &m->line, max_batch);
    return m;
}

void ph_model_free(ph_model *m)
{
    ph_pub_line_done(&m->line);
    for (size_t i = 0; i < m->ledger.n; i++)
        ph_buf_done(&m->ledger.rows[i].packed);
    free(m);
}

void ph_model_restart(ph_model *m)
{
    ph_pub_line_done(&m->line);
    open_line(m, &m->client, &m->memory, &m->line, 4);
}

void ph_model_second(ph_model *m, ph_model_client *client, ph_model_memory *memory, ph_pub_line *line)
{
    *client = (ph_model_client){0};
    *memory = (ph_model_memory){0};
    open_line(m, client, memory, line, 4);
}

ph_rc ph_model_step(ph_pub_line *line, ph_err *err)
{
    bool more = true;
    ph_rc rc = PH_OK;
    while (rc == PH_OK && more)
        rc = ph_pub_line_step(line, 1000000, &more, err);
    return rc;
}

void ph_model_assert_each_once(const ph_model *m)
{
    assert_int_equal(m->kafka.n_committed, m->ledger.head.last_record);
    for (size_t i = 0; i < m->kafka.n_committed; i++)
        assert_int_equal(m->kafka.committed[i], i + 1);
}

ph_model *ph_model_published(void)
{
    ph_err err = {0};
    ph_model *m = ph_model_new(4);
    ph_model_add_row(m, 3);
    ph_model_add_row(m, 3);
    assert_int_equal(ph_model_step(&m->line, &err), PH_OK);
    return m;
}

void ph_model_assert_refused(ph_model *m, ph_rc rc, const char *code)
{
    ph_err err = {0};
    size_t n_committed = m->kafka.n_committed;
    ph_model_restart(m);
    assert_int_equal(ph_model_step(&m->line, &err), rc);
    assert_string_equal(err.code, code);
    assert_true(err.means[0] != '\0' && err.hint[0] != '\0');
    assert_int_equal(m->kafka.n_committed, n_committed);
    ph_model_free(m);
}
