/* ph_receipt - leaves, checkpoints, and the proof that the log holds what a province sent.   Layer: proto (pure) */
#ifndef PH_RECEIPT_H
#define PH_RECEIPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_merkle.h"
#include "ph_result.h"
#include "ph_sign.h"
#include "ph_span.h"
#include "ph_uuid.h"
#include "ph_verdict.h"

/* Kinds of log entries; the numbers are stored for ever. X(name, number, text). */
#define PH_ENTRY_MAP(X)              \
    X(GENESIS, 1, "genesis")         \
    X(SUBMISSION, 2, "submission")   \
    X(SEAL, 3, "seal")               \
    X(FIGURE_SEAL, 4, "figure_seal") \
    X(REGISTRY, 5, "registry")       \
    X(ROSTER, 6, "roster")           \
    X(EXPLANATION, 7, "explanation") \
    X(DECISION, 8, "decision")       \
    X(RESTORE, 9, "restore")         \
    X(REFOLD, 10, "refold")
typedef enum ph_entry_kind {
#define PH_X(name, number, text) PH_ENTRY_##name = (number),
    PH_ENTRY_MAP(PH_X)
#undef PH_X
} ph_entry_kind;
const char *ph_entry_kind_name(ph_entry_kind kind);

/* What a leaf commits to. Absent fields are zero / empty: a seal has no unit, id, key or signature. */
typedef struct ph_leaf {
    uint64_t seq; /* from 1; leaf index = seq - 1 */
    int64_t received_at_us;
    ph_entry_kind kind;
    ph_span unit;
    ph_uuid id;
    ph_digest body; /* SHA-256 of the entry's bytes */
    ph_key_id key_id;
    ph_digest signature; /* SHA-256 of the 64 signature bytes; zero without one */
    ph_digest registry;  /* in force when it was judged */
    ph_digest verdict;   /* SHA-256 of the verdict bytes; of the empty string for entries without verdict */
} ph_leaf;

/**
 * Leaf hash: H(0x00 || canonical header || verdict digest), all fields fixed width big-endian, the unit length-prefixed
 * by one byte. Shape: unit.len <= PH_MAX_ID_TEXT.   Errors: none.   Source: PROTOCOL.md, leaves; RFC 6962.
 */
ph_digest ph_leaf_hash(const ph_leaf *leaf);

/* The signed statement of a seal: epoch, size and root of the tree, time of the seal. */
typedef struct ph_checkpoint {
    ph_uuid epoch;
    uint64_t size;
    ph_digest root;
    int64_t sealed_at_us;
    ph_key_id key_id; /* of the receipt key */
    ph_signature signature;
} ph_checkpoint;

/** Signed bytes (context CHECKPOINT): msgpack array [bin 16 epoch, size, bin 32 root, sealed_at_us]. */
void ph_checkpoint_signed_bytes(const ph_checkpoint *c, ph_buf *dst);
ph_rc ph_checkpoint_sign(ph_checkpoint *c, const uint8_t secret[PH_SIGN_SECRET_BYTES])
    PH_CHECKED; /* fills signature; key_id must be set */
ph_rc ph_checkpoint_verify(const ph_checkpoint *c, const uint8_t public_key[PH_SIGN_PUBLIC_BYTES]) PH_CHECKED;
/** As it travels and is stored: map {"e","n","r","t","k","s"}. */
void ph_checkpoint_write(const ph_checkpoint *c, ph_buf *dst);
ph_rc ph_checkpoint_read(ph_span bytes, ph_checkpoint *ret) PH_CHECKED;

/* One receipt: everything besides what the agent knows itself (unit, body and signature digest, key id). */
typedef struct ph_receipt {
    ph_entry_kind kind; /* SUBMISSION, EXPLANATION or DECISION: what the agent sent under that id */
    ph_uuid id;
    ph_digest body; /* SHA-256 of the body: must equal what was sent */
    bool duplicate;
    uint64_t seq;
    int64_t received_at_us;
    ph_key_id key_id;      /* the key it was signed with when it was logged */
    ph_digest signature;   /* digest of the signature that was logged */
    ph_span verdict_bytes; /* ph_judgement, verbatim; borrowed */
    ph_span findings;      /* page 1 of the findings, verbatim; borrowed */
    ph_local_path path;
} ph_receipt;

/* Frame body: map {"c": bin checkpoint, "f": [size before, [bin 32 peak …]], "x": credit granted, "r": array of
 * receipts
 * {"i","b","d","q","t","k","s","v","g","p","e": kind of entry, absent = submission}}. All receipts of one peer and one
 * seal share checkpoint and frontier. */
typedef struct ph_receipts {
    ph_checkpoint checkpoint;
    ph_frontier before;
    uint32_t credit;
    size_t n;
    ph_receipt *items; /* the caller's array */
} ph_receipts;

void ph_receipts_write(const ph_receipts *r, ph_buf *dst);
/** @store must hold PH_MAX_RECEIPTS.   Errors: MALFORMED, LIMIT, RANGE. */
ph_rc ph_receipts_read(ph_span body, ph_receipt *store, ph_receipts *ret) PH_CHECKED;

/**
 * Does the proof hold? Checks the checkpoint's signature by @receipt_key, the leaf (made from @unit and the receipt,
 * whose verdict bytes are digested here), the findings page against the judgement's digest, and the path. The caller
 * has compared kind, id, body digest, key id and signature digest with what it sent. Errors: FORBIDDEN (signature),
 * CONFLICT (path or root or findings), MALFORMED.   Thread: any.
 */
ph_rc ph_receipt_verify(const ph_receipts *frame, const ph_receipt *receipt, ph_span unit,
                        const uint8_t receipt_key[PH_SIGN_PUBLIC_BYTES]) PH_CHECKED;

#endif
