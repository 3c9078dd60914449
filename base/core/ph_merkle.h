/* ph_merkle - the RFC 6962 tree over the log: frontier, root, inclusion and consistency.   Layer: base/core (pure) */
#ifndef PH_MERKLE_H
#define PH_MERKLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_digest.h"
#include "ph_result.h"
#include "ph_span.h"

enum { PH_MERKLE_MAX_LEVELS = 48, PH_MERKLE_MAX_PATH = 96 };

/* The perfect subtrees of a tree of `size` leaves, largest (leftmost) first: as many as size has one-bits. The zero
 * value is the empty tree. */
typedef struct ph_frontier {
    uint64_t size;
    uint8_t n; /* == popcount(size) */
    ph_digest peaks[PH_MERKLE_MAX_LEVELS];
} ph_frontier;

/** Leaf hash H(0x00 || data) and node hash H(0x01 || left || right).   Source: RFC 6962 s.2.1. */
ph_digest ph_merkle_leaf(ph_span data);
ph_digest ph_merkle_node(const ph_digest *left, const ph_digest *right);

/** Add one leaf hash.   Errors: LIMIT at 2^48 leaves. */
ph_rc ph_frontier_push(ph_frontier *f, const ph_digest *leaf) PH_CHECKED;
/** Root of what was pushed; the hash of the empty string for the empty tree. */
ph_digest ph_frontier_root(const ph_frontier *f);

/* The hashes of an audit path that a holder of the frontier before the batch cannot derive, leaf end first. */
typedef struct ph_local_path {
    uint8_t n;
    ph_digest nodes[PH_MERKLE_MAX_LEVELS];
} ph_local_path;

/**
 * The batch-local path of leaf @index in the tree of before->size + n leaves, made from the frontier before the batch
 * and the batch's leaf hashes. Left siblings that are peaks of @before are left out: the verifier takes them from the
 * frontier. Shape: before->size <= index < before->size + n.   Errors: BUG outside that.   Owns: nothing.   Source: RFC
 * 6962 s.2.1.1; PROTOCOL.md, proofs.
 */
ph_rc ph_merkle_path(const ph_frontier *before, const ph_digest *leaves, size_t n, uint64_t index,
                     ph_local_path *ret) PH_CHECKED;

/* A builder for all paths of one batch in O(n) hashes instead of O(n) each. */
typedef struct ph_batch_tree ph_batch_tree;
/** Owns: caller frees with ph_batch_tree_free (NULL allowed); borrows nothing after the call.   Errors: NOMEM, BUG. */
ph_rc ph_batch_tree_new(const ph_frontier *before, const ph_digest *leaves, size_t n, ph_batch_tree **ret) PH_CHECKED;
ph_rc ph_batch_tree_path(const ph_batch_tree *t, uint64_t index, ph_local_path *ret) PH_CHECKED;
ph_digest ph_batch_tree_root(const ph_batch_tree *t);
/** The frontier after the batch; @before as it was given. The same as pushing every leaf, without hashing anew. */
void ph_batch_tree_frontier(const ph_batch_tree *t, const ph_frontier *before, ph_frontier *ret);
void ph_batch_tree_free(ph_batch_tree *t);

/**
 * Does @leaf stand at @index in the tree of @size leaves with @root? Takes what @path leaves out from @before.
 * Errors: MALFORMED when path or frontier have the wrong shape, CONFLICT when the root differs.
 */
ph_rc ph_merkle_verify(const ph_digest *leaf, uint64_t index, uint64_t size, const ph_frontier *before,
                       const ph_local_path *path, const ph_digest *root) PH_CHECKED;

/**
 * Consistency between an old tree (size m, root) and a new one, RFC 6962 s.2.1.2: proof made from all leaf hashes (m <=
 * n), and its check. Every tree continues the empty one.
 * Errors: MALFORMED (m > n, or a proof of the wrong length), CONFLICT, LIMIT (ret holds at most max nodes).
 */
ph_rc ph_merkle_consistency(const ph_digest *leaves, uint64_t n, uint64_t m, ph_digest *ret, size_t max,
                            size_t *ret_n) PH_CHECKED;
ph_rc ph_merkle_check_consistency(uint64_t m, const ph_digest *old_root, uint64_t n, const ph_digest *new_root,
                                  const ph_digest *proof, size_t n_proof) PH_CHECKED;

#endif
