/* ph_pub_line - progress moves only inside the transaction that carries the records. */
#include "ph_pub_line.h"

#include <stdlib.h>
#include <string.h>

enum { FIRST_BATCH = 256 };

ph_rc ph_pub_line_init(ph_pub_line *l, ph_pub_ledger *ledger, ph_pub_sink *sink, ph_pub_memory *memory,
                       uint32_t max_batch)
{
    *l = (ph_pub_line){.ledger = ledger, .sink = sink, .memory = memory, .state = PH_PUB_DOWN, .max_batch = max_batch};
    l->batch = FIRST_BATCH < max_batch ? FIRST_BATCH : max_batch;
    l->figures = calloc(PH_MAX_OBSERVATIONS, sizeof *l->figures);
    return l->figures == NULL ? PH_NOMEM : PH_OK;
}

void ph_pub_line_done(ph_pub_line *l)
{
    free(l->figures);
    *l = (ph_pub_line){0};
}

static ph_rc refuse(ph_err *err, ph_rc rc, const char *code, const char *what, const char *hint)
{
    (void)ph_err_set(err, rc, code, "phusa.progress", "%s", what);
    ph_err_means(err, "nothing was published; topic and ledger are as they were");
    ph_err_hint(err, "%s", hint);
    return rc;
}

static ph_rc check_memory(const ph_pub_line *l, const ph_pub_progress *topic, bool is_empty, ph_err *err)
{
    ph_pub_progress known;
    ph_rc rc = l->memory->ops->load(l->memory, &known, err);
    if (rc == PH_NOT_FOUND)
        return PH_OK;
    if (rc != PH_OK)
        return rc;
    if (is_empty && known.record > 0)
        return refuse(
            err, PH_HISTORY, "pub.topic.empty",
            "the progress topic holds nothing, yet this publisher has published before",
            "find out who emptied or recreated the topic; to publish everything again, remove the memory file");
    if (!is_empty && ph_uuid_eq(&known.epoch, &topic->epoch) && topic->record < known.record)
        return refuse(
            err, PH_HISTORY, "pub.topic.behind", "progress in the topic is older than what this publisher remembers",
            "the topic lost committed records; restore it, or remove the memory file to go on from the topic");
    return PH_OK;
}

static ph_rc check_ledger(ph_pub_line *l, ph_pub_progress *topic, ph_err *err)
{
    ph_pub_head head;
    ph_digest chain;
    ph_rc rc = l->ledger->ops->head(l->ledger, &head, err);
    if (rc != PH_OK)
        return rc;
    if (!ph_uuid_eq(&topic->epoch, &head.epoch) && !l->adopt_epoch)
        return refuse(err, PH_EPOCH, "pub.progress.epoch", "the topic was written from another ledger epoch",
                      "after a legitimate restore run `phusa-publisher adopt-epoch`; else point this publisher at the "
                      "right ledger");
    if (topic->record == 0) {
        topic->epoch = head.epoch;
        return PH_OK;
    }
    if (topic->record > head.last_record)
        return refuse(
            err, PH_HISTORY, "pub.progress.ahead", "the topic holds records that the ledger does not",
            "the ledger was restored from an older copy; bring back the newer one, or follow the restore procedure");
    rc = l->ledger->ops->chain_at(l->ledger, topic->record, &chain, err);
    if (rc != PH_OK && rc != PH_NOT_FOUND)
        return rc;
    if (rc == PH_NOT_FOUND || !ph_digest_eq(&chain, &topic->chain))
        return refuse(
            err, PH_HISTORY, "pub.progress.chain", "the ledger holds other records under the numbers already published",
            "the ledger is not the one that published; run `phusa-aggregator verify` and `phusa-publisher audit`");
    topic->epoch = head.epoch;
    return PH_OK;
}

static ph_rc check_ends(const ph_pub_line *l, const ph_pub_progress *topic, ph_err *err)
{
    ph_topic_end now[PH_PUB_MAX_ENDS];
    size_t n = 0;
    ph_rc rc = l->sink->ops->ends(l->sink, now, PH_PUB_MAX_ENDS, &n, err);
    for (size_t i = 0; rc == PH_OK && i < topic->n_ends; i++) {
        const ph_topic_end *was = &topic->ends[i];
        bool fits = false;
        for (size_t k = 0; k < n && !fits; k++)
            fits = strcmp(now[k].topic, was->topic) == 0 && now[k].partition == was->partition &&
                   now[k].offset >= was->offset;
        if (!fits)
            return refuse(err, PH_HISTORY, "pub.topic.truncated",
                          "a data partition ends before the point that progress names",
                          "the topic was deleted, recreated or truncated; restore it before publishing on");
    }
    return rc;
}

static ph_rc come_up(ph_pub_line *l, ph_err *err)
{
    ph_pub_progress topic = {0};
    ph_rc rc = l->sink->ops->connect(l->sink, err);
    bool is_empty = false;

    if (rc == PH_OK)
        rc = l->sink->ops->read_progress(l->sink, &topic, err);
    if (rc == PH_NOT_FOUND) {
        ph_pub_head head;
        is_empty = true;
        topic = (ph_pub_progress){0};
        rc = l->ledger->ops->head(l->ledger, &head, err);
        if (rc == PH_OK)
            topic.epoch = head.epoch;
    }
    if (rc == PH_OK)
        rc = check_memory(l, &topic, is_empty, err);
    if (rc == PH_OK)
        rc = check_ledger(l, &topic, err);
    if (rc == PH_OK)
        rc = check_ends(l, &topic, err);
    if (rc == PH_OK) {
        l->progress = topic;
        l->adopt_epoch = false;
        l->state = PH_PUB_READY;
    }
    return rc;
}

/* One transaction being filled. */
typedef struct filling {
    ph_pub_line *l;
    ph_record record;
    ph_pub_progress next;
    uint32_t n; /* records queued */
    bool is_full, was_commit_asked;
    ph_rc rc;
    ph_err *err;
} filling;

static ph_rc produce_row(filling *f, const ph_issue *issue, const ph_pub_row *row)
{
    ph_rc rc = PH_OK;
    for (uint32_t i = 0; rc == PH_OK && i < row->count; i++) {
        unsigned long long number = row->first_record + i;
        rc = ph_record_render(issue, &issue->figures[i], number, &f->next.epoch, &f->record);
        if (rc != PH_OK)
            (void)ph_err_set(f->err, rc, "pub.record.render", "outbox", "record %llu cannot be rendered: %s", number,
                             ph_rc_text(rc));
        if (rc == PH_OK)
            rc = f->l->sink->ops->produce(f->l->sink, &f->record, f->err);
        f->n += rc == PH_OK;
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
    if (issue->n_figures != row->count)
        return refuse_row(f, row, "its figures and its record numbers differ in count");
    if (!ph_digest_eq(&chain, &row->chain))
        return refuse_row(f, row, "its chain value does not follow from its bytes");
    return PH_OK;
}

static bool take_row(void *arg, const ph_pub_row *row)
{
    filling *f = arg;
    ph_issue issue;

    if (f->n > 0 && f->n + row->count > f->l->batch) {
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

/* After a failure before the commit an abort that works leaves the connection usable. Once the commit was asked for,
 * whatever the answer said, only the topic knows the outcome: the connection is taken up anew, which fences the
 * transaction and reads progress back. */
static void give_up(ph_pub_line *l, const filling *f, ph_rc rc)
{
    l->n_aborted++;
    if (f->was_commit_asked || rc != PH_BUSY || l->sink->ops->abort(l->sink, NULL) != PH_OK)
        l->state = PH_PUB_DOWN;
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
    if (rc != PH_OK) {
        give_up(l, &f, rc);
        return rc;
    }
    l->progress = f.next;
    l->n_committed += f.n;
    l->n_transactions++;
    l->last_commit_us = now_us;
    adapt_batch(l, f.is_full);
    *ret_more = f.is_full;
    return l->memory->ops->store(l->memory, &l->progress, err);
}

ph_rc ph_pub_line_step(ph_pub_line *l, int64_t now_us, bool *ret_more, ph_err *err)
{
    ph_pub_head head;

    *ret_more = false;
    if (l->state == PH_PUB_DOWN) {
        ph_rc rc = come_up(l, err);
        if (rc != PH_OK)
            return rc;
    }
    ph_rc rc = l->ledger->ops->head(l->ledger, &head, err);
    if (rc != PH_OK)
        return rc;
    if (!ph_uuid_eq(&head.epoch, &l->progress.epoch))
        return refuse(err, PH_EPOCH, "pub.progress.epoch", "the ledger changed its epoch while we ran",
                      "after a legitimate restore run `phusa-publisher adopt-epoch`; else point this publisher at the "
                      "right ledger");
    if (head.durable_record <= l->progress.record)
        return PH_OK;
    return transact(l, now_us, ret_more, err);
}

ph_rc ph_pub_line_adopt(ph_pub_line *l, int64_t now_us, ph_err *err)
{
    filling f;
    l->adopt_epoch = true;
    ph_rc rc = come_up(l, err);
    if (rc != PH_OK)
        return rc;
    f = (filling){.l = l, .next = l->progress, .err = err};
    f.next.time_us = now_us;
    rc = l->sink->ops->begin(l->sink, err);
    if (rc == PH_OK)
        rc = l->sink->ops->produce_progress(l->sink, &f.next, err);
    if (rc == PH_OK)
        rc = settle(&f, 1);
    if (rc == PH_OK)
        rc = l->sink->ops->commit(l->sink, err);
    if (rc == PH_OK)
        rc = l->memory->ops->store(l->memory, &f.next, err);
    return rc;
}
