/* ph_pub_line - progress moves only inside the transaction that carries the records. */
#include "ph_pub_line.h"

#include <stdlib.h>

#include "ph_pub_checks.h"

enum { FIRST_BATCH = 256, MAX_TRANSACTION_BYTES = 32 * 1024 * 1024 };

ph_rc ph_pub_line_init(ph_pub_line *l, ph_pub_ledger *ledger, ph_pub_sink *sink, ph_pub_memory *memory,
                       const ph_uuid *writer, uint32_t max_batch)
{
    *l = (ph_pub_line){.ledger = ledger,
                       .sink = sink,
                       .memory = memory,
                       .state = PH_PUB_DOWN,
                       .writer = *writer,
                       .max_batch = max_batch,
                       .max_bytes = MAX_TRANSACTION_BYTES};
    l->batch = FIRST_BATCH < max_batch ? FIRST_BATCH : max_batch;
    l->figures = calloc(PH_MAX_OBSERVATIONS, sizeof *l->figures);
    return l->figures == NULL ? PH_NOMEM : PH_OK;
}

void ph_pub_line_done(ph_pub_line *l)
{
    free(l->figures);
    *l = (ph_pub_line){0};
}

/* One transaction being filled. */
typedef struct filling {
    ph_pub_line *l;
    ph_record record;
    ph_pub_progress next;
    uint32_t n;   /* records queued */
    size_t bytes; /* their values */
    bool is_full, was_commit_asked;
    ph_rc rc;
    ph_err *err;
} filling;

static ph_rc produce_row(filling *f, const ph_issue *issue, const ph_pub_row *row)
{
    ph_rc rc = PH_OK;
    for (uint32_t i = 0; rc == PH_OK && i < row->count; i++) {
        unsigned long long number = row->first_record + i;
        rc = ph_record_render(issue, i, number, &f->next.epoch, &f->record);
        if (rc != PH_OK && rc != PH_NOMEM) { /* sizes are bounded when records are made */
            rc = ph_err_set(f->err, PH_CORRUPT, "pub.record.render", "outbox", "record %llu cannot be rendered: %s",
                            number, ph_rc_text(rc));
            ph_err_means(f->err, "the record was not published, and nothing after it");
            ph_err_hint(f->err, "run `phusa-aggregator verify` on the ledger, and keep the file for the developers");
        }
        if (rc == PH_OK)
            rc = f->l->sink->ops->produce(f->l->sink, &f->record, f->err);
        f->n += rc == PH_OK;
        f->bytes += f->record.value.len;
    }
    return rc;
}

static ph_rc refuse_row(filling *f, const ph_pub_row *row, const char *why)
{
    (void)ph_err_set(f->err, PH_CORRUPT, "pub.outbox.corrupt", "outbox", "row of record %llu: %s",
                     (unsigned long long)row->first_record, why);
    ph_err_means(f->err, "the row was not published, and nothing after it");
    ph_err_hint(f->err, "run `phusa-aggregator verify` on the ledger");
    return PH_CORRUPT;
}

/* The chain is recomputed from the bytes: what we publish is what the ledger's chain says, or nothing. */
static ph_rc check_row(filling *f, const ph_pub_row *row, const ph_issue *issue)
{
    ph_digest packed = ph_digest_of_span(row->packed);
    ph_digest chain = ph_outbox_chain(&f->next.chain, row->first_record, row->count, &packed);
    if (row->first_record != f->next.record + 1)
        return refuse_row(f, row, "record numbers have a gap");
    if (ph_issue_n_records(issue) != row->count)
        return refuse_row(f, row, "its records and its record numbers differ in count");
    if (!ph_digest_eq(&chain, &row->chain))
        return refuse_row(f, row, "its chain value does not follow from its bytes");
    return PH_OK;
}

static bool take_row(void *arg, const ph_pub_row *row)
{
    filling *f = arg;
    ph_issue issue;

    if (f->n > 0 && (f->n + row->count > f->l->batch || f->bytes >= f->l->max_bytes)) {
        f->is_full = true;
        return false;
    }
    f->rc = ph_issue_read(row->packed, f->l->figures, PH_MAX_OBSERVATIONS, &issue) == PH_OK
                ? check_row(f, row, &issue)
                : refuse_row(f, row, "it cannot be read");
    if (f->rc == PH_OK)
        f->rc = produce_row(f, &issue, row);
    if (f->rc == PH_OK) {
        f->next.record = row->first_record + row->count - 1;
        f->next.chain = row->chain;
    }
    return f->rc == PH_OK;
}

/* What was queued must have been confirmed, record by record; else the transaction is worth nothing. */
static ph_rc settle(filling *f, uint64_t intended)
{
    uint64_t confirmed = 0;
    ph_rc rc = f->l->sink->ops->settle(f->l->sink, &confirmed, &f->next, f->err);
    if (rc == PH_OK && confirmed != intended)
        rc = ph_err_set(f->err, PH_IO, "pub.delivery.short", "kafka",
                        "%llu of %llu records were confirmed; the transaction is aborted",
                        (unsigned long long)confirmed, (unsigned long long)intended);
    return rc;
}

static ph_rc fill_and_commit(filling *f, int64_t now_us)
{
    ph_pub_sink *sink = f->l->sink;
    uint64_t twice = 0; /* each record goes to both data topics */
    ph_rc rc = f->l->ledger->ops->walk(f->l->ledger, f->l->progress.record, take_row, f, f->err);
    if (rc == PH_OK)
        rc = f->rc;
    if (rc == PH_OK && f->n == 0)
        rc =
            ph_err_set(f->err, PH_CORRUPT, "pub.outbox.corrupt", "outbox",
                       "no row follows record %llu, though the ledger counts more", (unsigned long long)f->next.record);
    twice = (uint64_t)f->n * 2;
    f->next.time_us = now_us;
    if (rc == PH_OK)
        rc = settle(f, twice); /* the reports give the partitions' ends, which progress carries */
    if (rc == PH_OK)
        rc = sink->ops->produce_progress(sink, &f->next, f->err);
    if (rc == PH_OK)
        rc = settle(f, twice + 1);
    f->was_commit_asked = rc == PH_OK;
    if (rc == PH_OK)
        rc = sink->ops->commit(sink, f->err);
    return rc;
}

/* Fenced is what Kafka says to a run that was replaced, and also to one whose transaction outlived its time (it was
 * paused, or the broker was away). A successor claims the line; who finds the claim gives way, who finds none goes on.
 */
static ph_rc note_challenge(ph_pub_line *l, ph_rc rc, ph_err *err)
{
    l->state = PH_PUB_DOWN;
    if (rc != PH_FENCED)
        return rc;
    l->is_challenged = true;
    rc = ph_err_set(err, PH_BUSY, "pub.challenged", "kafka",
                    "Kafka refuses this run: another publisher took over, or a transaction outlived its time");
    ph_err_means(err, "nothing of that transaction can be seen; what was not committed is published later");
    ph_err_hint(err, "none needed: the progress topic tells which it was, and this publisher goes on or stops with "
                     "pub.fenced");
    return rc;
}

/* After a failure before the commit an abort that works leaves the connection usable. Once the commit was asked for,
 * whatever the answer said, only the topic knows the outcome: the connection is taken up anew, which fences the
 * transaction and reads progress back. */
static ph_rc give_up(ph_pub_line *l, const filling *f, ph_rc rc)
{
    l->n_aborted++;
    if (rc == PH_BUSY && !f->was_commit_asked && l->sink->ops->abort(l->sink, NULL) == PH_OK)
        return rc;
    return note_challenge(l, rc, f->err);
}

static void adapt_batch(ph_pub_line *l, bool is_full)
{
    if (is_full)
        l->batch = l->batch > l->max_batch / 2 ? l->max_batch : l->batch * 2;
}

static ph_rc transact(ph_pub_line *l, int64_t now_us, bool *ret_more, ph_err *err)
{
    filling f = {.l = l, .next = l->progress, .err = err};
    ph_rc rc = l->sink->ops->begin(l->sink, err);

    ph_record_init(&f.record);
    if (rc == PH_OK)
        rc = fill_and_commit(&f, now_us);
    ph_record_done(&f.record);
    if (rc != PH_OK)
        return give_up(l, &f, rc);
    l->progress = f.next;
    l->n_committed += f.n;
    l->n_transactions++;
    l->last_commit_us = now_us;
    adapt_batch(l, f.is_full);
    *ret_more = f.is_full;
    return l->memory->ops->store(l->memory, &l->progress, err);
}

/* Progress says from now on that this run writes it, and where all partitions end. */
static ph_rc claim(ph_pub_line *l, ph_pub_progress *p, int64_t now_us, ph_err *err)
{
    filling f = {.l = l, .next = *p, .err = err};
    f.next.writer = l->writer;
    f.next.time_us = now_us;
    ph_rc rc = l->sink->ops->begin(l->sink, err);
    if (rc == PH_OK)
        rc = l->sink->ops->produce_progress(l->sink, &f.next, err);
    if (rc == PH_OK)
        rc = settle(&f, 1);
    if (rc == PH_OK)
        rc = l->sink->ops->commit(l->sink, err);
    if (rc == PH_OK)
        *p = f.next;
    return rc;
}

static ph_rc look_for_successor(ph_pub_line *l, ph_err *err)
{
    ph_pub_progress topic;
    ph_pub_found found = PH_PUB_FOUND_NONE;
    ph_rc rc = l->sink->ops->read_progress(l->sink, &topic, &found, err);
    if (rc != PH_OK || found != PH_PUB_FOUND_OURS || !l->has_looked || ph_uuid_eq(&topic.writer, &l->writer) ||
        ph_uuid_eq(&topic.writer, &l->predecessor))
        return rc;
    return ph_pub_refuse(err, PH_FENCED, "pub.fenced", "another publisher with the same transactional id took over",
                         "stop one of the two; which one publishes does not matter, no record is lost or doubled");
}

static ph_rc compare(ph_pub_line *l, ph_pub_progress *topic, ph_err *err)
{
    ph_topic_end ends[PH_PUB_MAX_ENDS];
    ph_pub_evidence e = {.topic = topic, .ends = ends};
    ph_pub_head head = {0};
    ph_rc rc = l->sink->ops->read_progress(l->sink, topic, &e.found, err);
    if (rc == PH_OK && e.found != PH_PUB_FOUND_OURS) {
        *topic = (ph_pub_progress){0};
        rc = l->ledger->ops->head(l->ledger, &head, err);
        topic->epoch = head.epoch;
    }
    if (rc == PH_OK) {
        l->predecessor = topic->writer;
        l->has_looked = true;
    }
    if (rc == PH_OK)
        rc = l->sink->ops->ends(l->sink, ends, PH_PUB_MAX_ENDS, &e.n_ends, err);
    if (rc == PH_OK)
        rc = ph_pub_check_memory(l->memory, &e, err);
    if (rc == PH_OK)
        rc = ph_pub_check_ledger(l->ledger, &e, l->adopt_epoch, err);
    if (rc == PH_OK)
        rc = ph_pub_check_ends(&e, err);
    for (size_t i = 0; rc == PH_OK && i < e.n_ends; i++)
        topic->ends[i] = ends[i];
    topic->n_ends = e.n_ends;
    return rc;
}

static ph_rc come_up(ph_pub_line *l, int64_t now_us, ph_err *err)
{
    ph_pub_progress topic = {0};
    ph_rc rc = l->is_challenged ? look_for_successor(l, err) : PH_OK;
    if (rc != PH_OK)
        return rc;
    rc = l->sink->ops->connect(l->sink, err);
    if (rc == PH_OK)
        rc = compare(l, &topic, err);
    if (rc == PH_OK)
        rc = claim(l, &topic, now_us, err);
    if (rc != PH_OK)
        return note_challenge(l, rc, err);
    l->progress = topic;
    l->adopt_epoch = l->is_challenged = false;
    l->state = PH_PUB_READY;
    return l->memory->ops->store(l->memory, &l->progress, err);
}

ph_rc ph_pub_line_step(ph_pub_line *l, int64_t now_us, bool *ret_more, ph_err *err)
{
    ph_pub_head head;

    *ret_more = false;
    if (l->state == PH_PUB_DOWN) {
        ph_rc rc = come_up(l, now_us, err);
        *ret_more = rc == PH_OK; /* a turn of its own, so that the first transaction is told like any other */
        return rc;
    }
    ph_rc rc = l->ledger->ops->head(l->ledger, &head, err);
    if (rc != PH_OK)
        return rc;
    if (!ph_uuid_eq(&head.epoch, &l->progress.epoch))
        return ph_pub_refuse(err, PH_EPOCH, "pub.progress.epoch", "the ledger changed its epoch while we ran",
                             "after a legitimate restore run `phusa-publisher adopt-epoch`; else point this publisher "
                             "at the right ledger");
    if (head.durable_record <= l->progress.record)
        return PH_OK;
    return transact(l, now_us, ret_more, err);
}

ph_rc ph_pub_line_asks_adoption(ph_pub_line *l, bool *ret, ph_err *err)
{
    ph_pub_progress topic = {0};
    ph_pub_found found = PH_PUB_FOUND_NONE;
    ph_pub_head head = {0};
    ph_rc rc = l->sink->ops->read_progress(l->sink, &topic, &found, err);
    if (rc == PH_OK)
        rc = l->ledger->ops->head(l->ledger, &head, err);
    if (rc == PH_OK)
        *ret = found != PH_PUB_FOUND_OURS || !ph_uuid_eq(&topic.epoch, &head.epoch);
    return rc;
}

ph_rc ph_pub_line_adopt(ph_pub_line *l, int64_t now_us, ph_err *err)
{
    l->adopt_epoch = true;
    return come_up(l, now_us, err);
}
