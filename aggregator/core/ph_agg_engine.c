/* ph_agg_engine - group commit.   Layer: aggregator/core (pure) */
#include <stdlib.h>

#include "ph_agg_engine_parts.h"
#include "ph_agg_own.h"

/* ---- life ---- */

ph_rc ph_engine_new(ph_agg_store *store, const ph_registry_source *source, const ph_receipt_key *key, ph_engine **ret)
{
    ph_engine *e = calloc(1, sizeof *e);
    ph_rc rc;

    if (e == NULL)
        return PH_NOMEM;
    e->store = store;
    e->source = source;
    e->key = key;
    ph_buf_init(&e->own, PH_OWN_MAX_BYTES);
    ph_buf_init(&e->answers, PH_BATCH_MAX_VERDICT_BYTES);
    e->items = calloc(PH_BATCH_MAX_SUBMISSIONS, sizeof *e->items);
    rc = e->items == NULL ? PH_NOMEM : ph_fold_new(store, source, &e->fold);
    if (rc == PH_OK)
        rc = ph_append_init(&e->append, store, e->fold, PH_BATCH_MAX_SUBMISSIONS + PH_BATCH_MAX_OWN);
    if (rc != PH_OK) {
        ph_engine_free(e);
        return rc;
    }
    *ret = e;
    return PH_OK;
}

void ph_engine_free(ph_engine *e)
{
    if (e == NULL)
        return;
    if (e->is_open)
        e->store->ops->rollback(e->store);
    ph_append_done(&e->append);
    ph_fold_free(e->fold);
    ph_buf_done(&e->own);
    ph_buf_done(&e->answers);
    free(e->items);
    free(e);
}

/* ---- recovery ---- */

typedef struct refold {
    ph_fold *fold;
    ph_buf verdict, findings;
    uint64_t expected;
    ph_rc rc;
} refold;

/* One entry of the tail: folded again, it must say what it said then. */
static bool refold_entry(void *arg, const ph_entry *entry, const ph_stored_verdict *stored)
{
    refold *t = arg;
    ph_fold_result folded = {.verdict_bytes = &t->verdict, .findings = &t->findings};

    ph_buf_clear(&t->verdict);
    ph_buf_clear(&t->findings);
    t->rc = entry->seq == t->expected ? ph_fold_entry(t->fold, entry, NULL, &folded) : PH_CORRUPT;
    if (t->rc == PH_MALFORMED || t->rc == PH_NOT_FOUND)
        t->rc = PH_CORRUPT;
    if (t->rc == PH_OK && (!ph_span_eq(ph_buf_span(&t->verdict), stored->verdict_bytes) ||
                           !ph_span_eq(ph_buf_span(&t->findings), stored->findings)))
        t->rc = PH_CORRUPT;
    t->expected++;
    return t->rc == PH_OK;
}

static ph_rc refold_tail(const ph_engine *e, ph_fold *fold)
{
    refold t = {.fold = fold, .expected = e->head.last_figure_seal + 1, .rc = PH_OK};
    ph_rc rc;

    ph_buf_init(&t.verdict, PH_BATCH_MAX_VERDICT_BYTES);
    ph_buf_init(&t.findings, PH_BATCH_MAX_VERDICT_BYTES);
    rc = e->store->ops->walk_entries(e->store, t.expected, e->head.last_seq, refold_entry, &t);
    if (rc == PH_OK)
        rc = t.rc;
    if (rc == PH_OK && t.expected != e->head.last_seq + 1)
        rc = PH_CORRUPT;
    ph_buf_done(&t.verdict);
    ph_buf_done(&t.findings);
    return rc;
}

/* The log ends in a seal, and the head's frontier is the one that it signed. */
static ph_rc check_end(const ph_engine *e)
{
    ph_digest root = ph_frontier_root(&e->head.frontier);
    ph_seal_row seal;
    ph_rc rc = e->store->ops->get_seal_covering(e->store, e->head.last_seq, &seal);

    if (rc == PH_NOT_FOUND)
        return PH_CORRUPT;
    if (rc == PH_OK &&
        (seal.seq != e->head.last_seq || e->head.frontier.size != e->head.last_seq || !ph_digest_eq(&seal.root, &root)))
        return PH_CORRUPT;
    return rc;
}

/* From nothing to the committed state. The fold that was is kept until the new one stands. */
static ph_rc recover(ph_engine *e)
{
    ph_fold *fold = NULL;
    ph_rc rc = e->store->ops->get_head(e->store, &e->head);

    if (rc == PH_OK)
        rc = check_end(e);
    if (rc == PH_OK)
        rc = ph_fold_new(e->store, e->source, &fold);
    if (rc == PH_OK)
        rc = ph_fold_restore(fold, &e->head);
    if (rc == PH_OK)
        rc = refold_tail(e, fold);
    e->is_stale = rc != PH_OK;
    if (rc != PH_OK) {
        ph_fold_free(fold);
        return rc;
    }
    ph_fold_free(e->fold);
    e->fold = e->append.fold = fold;
    return PH_OK;
}

ph_rc ph_engine_open(ph_agg_store *store, const ph_registry_source *source, const ph_receipt_key *key, ph_engine **ret)
{
    ph_ledger_head head;
    ph_engine *e = NULL;
    ph_rc rc = store->ops->get_head(store, &head);

    if (rc == PH_OK)
        rc = ph_engine_new(store, source, key, &e);
    if (rc == PH_OK)
        rc = recover(e);
    if (rc != PH_OK) {
        ph_engine_free(e);
        return rc;
    }
    *ret = e;
    return PH_OK;
}

ph_rc ph_engine_fail(ph_engine *e, ph_rc rc)
{
    ph_rc again;

    e->store->ops->rollback(e->store);
    e->is_open = false;
    e->is_stale = true;
    e->n_items = 0;
    if (ph_rc_class(rc) == PH_CLASS_FATAL)
        return e->fatal = rc;
    again = recover(e);
    if (ph_rc_class(again) == PH_CLASS_RETRY)
        return rc; /* begin tries again */
    if (again != PH_OK)
        return e->fatal = ph_rc_class(again) == PH_CLASS_FATAL ? again : PH_CORRUPT;
    return rc;
}

/* ---- batch ---- */

ph_rc ph_engine_begin(ph_engine *e, int64_t now_us)
{
    ph_rc rc = e->fatal;

    if (rc == PH_OK && e->is_open)
        rc = PH_BUG;
    if (rc == PH_OK && e->is_stale)
        rc = recover(e);
    if (rc != PH_OK)
        return ph_rc_class(rc) == PH_CLASS_FATAL ? (e->fatal = rc) : rc;
    e->is_open = true;
    rc = e->store->ops->begin(e->store);
    if (rc != PH_OK)
        return ph_engine_fail(e, rc);
    ph_append_begin(&e->append, &e->head);
    e->now_us = now_us > e->head.sealed_at_us ? now_us : e->head.sealed_at_us;
    e->n_items = 0;
    ph_buf_clear(&e->answers);
    return PH_OK;
}

ph_rc ph_engine_put_own(ph_engine *e, ph_entry_kind kind)
{
    ph_entry entry = {.kind = kind, .received_at_us = e->now_us, .bytes = ph_buf_span(&e->own)};

    if (e->own.rc != PH_OK)
        return e->own.rc;
    entry.digest = ph_digest_of_span(entry.bytes);
    return ph_append_entry(&e->append, &entry, NULL, NULL, NULL);
}

ph_rc ph_engine_seal_figures(ph_engine *e, int64_t through_us)
{
    ph_buf_clear(&e->own);
    ph_figure_seal_write(e->now_us, through_us, &e->own);
    return ph_engine_put_own(e, PH_ENTRY_FIGURE_SEAL);
}

ph_rc ph_engine_close_batch(ph_engine *e)
{
    ph_rc rc;

    ph_buf_clear(&e->own);
    ph_own_seal_write(e->now_us, &e->own);
    rc = ph_engine_put_own(e, PH_ENTRY_SEAL);
    if (rc != PH_OK)
        return rc;
    e->append.head.durable_record = e->head.last_record;
    rc = ph_append_checkpoint(&e->append, &e->checkpoint);
    e->checkpoint.key_id = e->key->id;
    if (rc == PH_OK)
        rc = ph_checkpoint_sign(&e->checkpoint, e->key->secret);
    if (rc == PH_OK)
        rc = ph_append_close(&e->append, &e->checkpoint);
    if (rc == PH_OK)
        rc = e->store->ops->commit(e->store);
    if (rc != PH_OK)
        return rc;
    e->head = e->append.head;
    e->is_open = false;
    return PH_OK;
}

ph_rc ph_engine_finish(ph_engine *e, bool with_figures)
{
    ph_rc rc = e->is_open ? PH_OK : PH_BUG;

    if (rc != PH_OK)
        return e->fatal != PH_OK ? e->fatal : rc;
    if ((with_figures && ph_fold_is_dirty(e->fold)) || ph_fold_must_seal_figures(e->fold) ||
        ph_fold_wants_seal(e->fold))
        rc = ph_engine_seal_figures(e, e->append.head.through_us);
    if (rc == PH_OK && e->append.n_leaves == 0) { /* nothing was logged: there is nothing to seal */
        e->store->ops->rollback(e->store);
        e->is_open = false;
        return PH_OK;
    }
    if (rc == PH_OK)
        rc = ph_engine_close_batch(e);
    return rc == PH_OK ? PH_OK : ph_engine_fail(e, rc);
}

ph_rc ph_engine_mark_durable(ph_engine *e)
{
    ph_rc rc = PH_OK;

    if (e->head.durable_record == e->head.last_record)
        return e->fatal;
    rc = ph_engine_begin(e, e->head.sealed_at_us);
    if (rc != PH_OK)
        return rc;
    e->append.head.durable_record = e->head.last_record;
    rc = e->store->ops->put_head(e->store, &e->append.head);
    if (rc == PH_OK)
        rc = e->store->ops->commit(e->store);
    if (rc != PH_OK)
        return ph_engine_fail(e, rc);
    e->head = e->append.head;
    e->is_open = false;
    return PH_OK;
}

ph_rc ph_engine_take_boundaries(ph_engine *e, int64_t now_us)
{
    for (;;) {
        int64_t next = e->fatal != PH_OK || e->is_stale ? INT64_MIN : ph_fold_next_boundary(e->fold);
        ph_rc rc;
        if (next > now_us)
            return PH_OK;
        rc = ph_engine_begin(e, now_us);
        if (rc != PH_OK)
            return rc;
        next = ph_fold_next_boundary(e->fold);
        if (next <= now_us)
            rc = ph_engine_seal_figures(e, next);
        if (rc != PH_OK)
            return ph_engine_fail(e, rc);
        rc = ph_engine_finish(e, false);
        if (rc != PH_OK)
            return rc;
    }
}

/* ---- activations ---- */

static void keep_misfit(ph_engine *e, ph_rc rc)
{
    const ph_misfit *m = rc == PH_INVALID ? ph_fold_misfit(e->fold) : NULL;

    e->has_misfit = m != NULL;
    if (m != NULL)
        e->misfit = *m;
}

/* A new registry is followed at once by its figure seal, which brings every open sheet to it. What was frozen just
 * before is published by the one that it was frozen under. */
ph_rc ph_engine_activate_registry(ph_engine *e, const ph_digest *digest, ph_span bytes)
{
    ph_rc rc = e->is_open ? e->store->ops->put_document(e->store, digest, bytes) : PH_BUG;

    if (rc == PH_OK && ph_fold_wants_seal(e->fold))
        rc = ph_engine_seal_figures(e, e->append.head.through_us);
    ph_buf_clear(&e->own);
    ph_own_registry_write(digest, &e->own);
    if (rc == PH_OK)
        rc = ph_engine_put_own(e, PH_ENTRY_REGISTRY);
    if (rc == PH_OK)
        rc = ph_engine_seal_figures(e, e->append.head.through_us);
    keep_misfit(e, rc); /* what follows a failure makes the fold anew */
    return rc == PH_OK ? PH_OK : ph_engine_fail(e, rc);
}

const ph_misfit *ph_engine_misfit(const ph_engine *e)
{
    return e->has_misfit ? &e->misfit : NULL;
}

ph_rc ph_engine_activate_roster(ph_engine *e, const ph_digest *digest, ph_span bytes, uint64_t serial)
{
    ph_rc rc = e->is_open ? PH_OK : PH_BUG;

    if (rc == PH_OK && serial <= e->append.head.roster_serial)
        return PH_INVALID;
    if (rc == PH_OK)
        rc = e->store->ops->put_document(e->store, digest, bytes);
    ph_buf_clear(&e->own);
    ph_own_roster_write(digest, serial, &e->own);
    if (rc == PH_OK)
        rc = ph_engine_put_own(e, PH_ENTRY_ROSTER);
    return rc == PH_OK ? PH_OK : ph_engine_fail(e, rc);
}

/* ---- asking ---- */

int64_t ph_engine_next_boundary(const ph_engine *e)
{
    return ph_fold_next_boundary(e->fold);
}

bool ph_engine_wants_figures(const ph_engine *e)
{
    return ph_fold_is_dirty(e->fold);
}

const ph_ledger_head *ph_engine_head(const ph_engine *e)
{
    return &e->head;
}

const ph_registry *ph_engine_registry(const ph_engine *e)
{
    return ph_fold_registry(e->fold);
}
