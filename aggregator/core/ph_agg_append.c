/* ph_agg_append - one entry more in the log.   Layer: aggregator/core (pure) */
#include "ph_agg_append.h"

#include <stdlib.h>

#include "ph_agg_own.h"

enum { VERDICT_MAX_BYTES = 8 * 1024, FINDINGS_MAX_BYTES = 64 * 1024 };

ph_rc ph_append_init(ph_append *a, ph_agg_store *store, ph_fold *fold, size_t max_leaves)
{
    *a = (ph_append){.store = store, .fold = fold, .max_leaves = max_leaves};
    ph_buf_init(&a->verdict, VERDICT_MAX_BYTES);
    ph_buf_init(&a->findings, FINDINGS_MAX_BYTES);
    ph_buf_init(&a->known, VERDICT_MAX_BYTES);
    a->leaves = malloc(max_leaves * sizeof *a->leaves);
    return a->leaves == NULL ? PH_NOMEM : PH_OK;
}

void ph_append_done(ph_append *a)
{
    ph_buf_done(&a->verdict);
    ph_buf_done(&a->findings);
    ph_buf_done(&a->known);
    ph_batch_tree_free(a->tree);
    free(a->leaves);
    *a = (ph_append){0};
}

void ph_append_begin(ph_append *a, const ph_ledger_head *head)
{
    a->head = *head;
    a->before = head->frontier;
    a->n_leaves = 0;
    ph_batch_tree_free(a->tree);
    a->tree = NULL;
}

static ph_digest digest_verdict(ph_append *a)
{
    ph_span verdict = ph_buf_span(&a->verdict);
    ph_digest digest;

    if (a->is_known && ph_span_eq(verdict, ph_buf_span(&a->known)))
        return a->known_digest;
    digest = ph_digest_of_span(verdict);
    ph_buf_clear(&a->known);
    a->is_known = ph_buf_put_span(&a->known, verdict) == PH_OK;
    a->known_digest = digest;
    return digest;
}

bool ph_entry_is_sent(ph_entry_kind kind)
{
    return kind == PH_ENTRY_SUBMISSION || kind == PH_ENTRY_EXPLANATION || kind == PH_ENTRY_DECISION;
}

ph_sign_context ph_entry_context(ph_entry_kind kind)
{
    if (kind == PH_ENTRY_EXPLANATION)
        return PH_SIGN_EXPLANATION;
    return kind == PH_ENTRY_DECISION ? PH_SIGN_DECISION : PH_SIGN_SUBMISSION;
}

ph_leaf ph_entry_leaf(const ph_entry *e, const ph_digest *verdict)
{
    ph_leaf leaf = {.seq = e->seq,
                    .received_at_us = e->received_at_us,
                    .kind = e->kind,
                    .unit = e->unit,
                    .id = e->id,
                    .body = e->digest,
                    .key_id = e->key_id,
                    .registry = e->registry,
                    .verdict = *verdict};

    if (e->signature.len > 0)
        leaf.signature = ph_digest_of_span(e->signature);
    return leaf;
}

/* What the log says of itself is kept in the head. The entry was folded: it can be read. */
static ph_rc follow(ph_append *a, const ph_entry *e)
{
    ph_ledger_head *h = &a->head;
    ph_genesis g;
    ph_rc rc = PH_OK;

    h->last_seq = e->seq;
    if (e->kind == PH_ENTRY_GENESIS) {
        rc = ph_genesis_read(e->bytes, &g);
        if (rc == PH_OK) {
            h->epoch = g.epoch;
            h->fold_version = g.fold_version;
            h->registry = g.registry;
            h->roster = g.roster;
            h->roster_serial = g.roster_serial;
        }
    } else if (e->kind == PH_ENTRY_REGISTRY) {
        rc = ph_own_registry_read(e->bytes, &h->registry);
    } else if (e->kind == PH_ENTRY_ROSTER) {
        rc = ph_own_roster_read(e->bytes, &h->roster, &h->roster_serial);
    } else if (e->kind == PH_ENTRY_SEAL) {
        rc = ph_own_seal_read(e->bytes, &h->sealed_at_us, &h->fold_version);
    } else if (e->kind == PH_ENTRY_FIGURE_SEAL) {
        rc = ph_fold_figures(a->fold, e, h);
    }
    return rc;
}

/* A refusal by grammar or by the store's keys can only mean that the ledger is not what we wrote. */
static ph_rc as_damage(ph_rc rc)
{
    return rc == PH_MALFORMED || rc == PH_RANGE || rc == PH_EXISTS ? PH_CORRUPT : rc;
}

static ph_rc put(ph_append *a, const ph_entry *e, const ph_fold_result *folded)
{
    const ph_agg_store_ops *ops = a->store->ops;
    ph_stored_verdict stored = {.verdict_bytes = ph_buf_span(&a->verdict), .findings = ph_buf_span(&a->findings)};
    ph_rc rc = ops->put_entry(a->store, e);

    if (rc != PH_OK || !ph_entry_is_sent(e->kind))
        return rc;
    rc = ops->put_verdict(a->store, e->seq, &stored);
    if (rc == PH_OK && folded->has_revision)
        rc = ops->put_revision(a->store, &folded->sheet, e->unit, folded->revision, e->seq);
    return rc;
}

ph_rc ph_append_entry(ph_append *a, ph_entry *e, const ph_submission *sub, ph_verdict *ret_verdict,
                      ph_digest *ret_signature)
{
    ph_fold_result folded = {.verdict_bytes = &a->verdict, .findings = &a->findings};
    const ph_registry *reg = ph_fold_registry(a->fold);
    ph_digest verdict;
    ph_leaf leaf;
    ph_rc rc;

    if (a->n_leaves == a->max_leaves)
        return PH_LIMIT;
    e->seq = a->head.last_seq + 1;
    e->registry = reg == NULL ? (ph_digest){0} : *ph_registry_digest(reg);
    ph_buf_clear(&a->verdict);
    ph_buf_clear(&a->findings);
    rc = ph_fold_entry(a->fold, e, sub, &folded);
    if (rc != PH_OK)
        return as_damage(rc);
    verdict = digest_verdict(a);
    leaf = ph_entry_leaf(e, &verdict);
    e->leaf = ph_leaf_hash(&leaf);
    rc = put(a, e, &folded);
    if (rc == PH_OK)
        rc = follow(a, e);
    if (rc != PH_OK)
        return as_damage(rc);
    a->leaves[a->n_leaves++] = e->leaf;
    if (ret_verdict != NULL)
        *ret_verdict = folded.verdict;
    if (ret_signature != NULL)
        *ret_signature = leaf.signature;
    return PH_OK;
}

ph_rc ph_append_checkpoint(ph_append *a, ph_checkpoint *ret)
{
    ph_rc rc = ph_batch_tree_new(&a->before, a->leaves, a->n_leaves, &a->tree);

    if (rc != PH_OK)
        return rc;
    ph_batch_tree_frontier(a->tree, &a->before, &a->head.frontier);
    *ret = (ph_checkpoint){.epoch = a->head.epoch,
                           .size = a->head.frontier.size,
                           .root = ph_batch_tree_root(a->tree),
                           .sealed_at_us = a->head.sealed_at_us};
    return PH_OK;
}

ph_rc ph_append_close(ph_append *a, const ph_checkpoint *c)
{
    ph_seal_row row = {.seq = c->size,
                       .before = a->before,
                       .root = c->root,
                       .sealed_at_us = c->sealed_at_us,
                       .key_id = c->key_id,
                       .signature = c->signature};
    ph_rc rc = a->store->ops->put_seal(a->store, &row);

    if (rc == PH_OK)
        rc = a->store->ops->put_head(a->store, &a->head);
    return as_damage(rc);
}
