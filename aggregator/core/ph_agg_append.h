/* ph_agg_append - one entry more in the log: folded, hashed into the tree, put into the store. Engine and replay both
 * write through here, so the same log gives the same rows.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_APPEND_H
#define PH_AGG_APPEND_H

#include "ph_agg_fold.h"
#include "ph_agg_store.h"
#include "ph_receipt.h"

/* head: as it will stand after the commit; its frontier moves on with the checkpoint. before: the frontier at the start
 * of the batch, leaves: of its entries; tree: of the last batch that was closed, until the next one begins. */
typedef struct ph_append {
    ph_agg_store *store;
    ph_fold *fold;
    ph_ledger_head head;
    ph_frontier before;
    ph_digest *leaves;
    size_t n_leaves, max_leaves;
    ph_batch_tree *tree;
    ph_buf verdict, findings; /* of the last entry that a unit sent */
    ph_buf known;             /* the last verdict that was digested: most are the same bytes */
    bool is_known;
    ph_digest known_digest;
} ph_append;

/** Errors: NOMEM. done: harmless on zeroes. */
ph_rc ph_append_init(ph_append *a, ph_agg_store *store, ph_fold *fold, size_t max_leaves) PH_CHECKED;
void ph_append_done(ph_append *a);

/** A new batch on top of @head. */
void ph_append_begin(ph_append *a, const ph_ledger_head *head);

/**
 * Append @e: seq, registry and leaf are filled in here. @sub: a decoded body, or NULL. A figure seal makes its figures,
 * activations change the head. ret_verdict (may be NULL) is set for what a unit sent; ret_signature (may be NULL) is
 * the digest of the signature. Errors: CORRUPT when the store holds what must be new, or an own entry cannot be read;
 * UNSUPPORTED; INVALID a registry that sheets cannot be fitted to; NOT_FOUND a registry that @source does not have;
 * LIMIT more entries than max_leaves; store errors.
 */
ph_rc ph_append_entry(ph_append *a, ph_entry *e, const ph_submission *sub, ph_verdict *ret_verdict,
                      ph_digest *ret_signature) PH_CHECKED;

/** After a SEAL entry: what is to be signed, and then the seal's row and the head. */
ph_rc ph_append_checkpoint(ph_append *a, ph_checkpoint *ret) PH_CHECKED;
ph_rc ph_append_close(ph_append *a, const ph_checkpoint *signed_checkpoint) PH_CHECKED;

/** Did a unit send it: submission, explanation or decision? Then it has unit, id, signature and verdict. */
bool ph_entry_is_sent(ph_entry_kind kind);
/** What the signature of such an entry speaks of. */
ph_sign_context ph_entry_context(ph_entry_kind kind);

/** The leaf of an entry: everything but the digest of the verdict stands in the row. */
ph_leaf ph_entry_leaf(const ph_entry *e, const ph_digest *verdict);

#endif
