/* ph_agg_verify - the whole ledger checked from its first leaf.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_VERIFY_H
#define PH_AGG_VERIFY_H

#include "ph_agg_store.h"
#include "ph_roster.h"

/* What verify finds wrong. X(name, stable code, what it means). */
#define PH_FLAW_MAP(X)                                                                               \
    X(ENTRY_MISSING, "entry.missing", "the log has a gap")                                           \
    X(ENTRY_DIGEST, "entry.digest", "the bytes of the entry are not those that were logged")         \
    X(ENTRY_LEAF, "entry.leaf", "header or verdict of the entry are not those that were sealed")     \
    X(ENTRY_SIGNATURE, "entry.signature", "the sender's signature does not verify")                  \
    X(ENTRY_KEY, "entry.key", "the key did not stand for this unit in the roster in force")          \
    X(ENTRY_OWN, "entry.own", "an entry of our own cannot be read")                                  \
    X(RECEIPT_FINDINGS, "receipt.findings", "the findings are not those of the verdict")             \
    X(REVISION, "revision", "the revision is not recorded as consumed by its entry")                 \
    X(SEAL_MISSING, "seal.missing", "a seal entry has no seal row")                                  \
    X(SEAL_FRONTIER, "seal.frontier", "the frontier before the batch is another")                    \
    X(SEAL_ROOT, "seal.root", "the root is not that of the log")                                     \
    X(SEAL_SIGNATURE, "seal.signature", "the checkpoint's signature does not verify")                \
    X(OUTBOX_DENSE, "outbox.dense", "record numbers leave a gap or overlap")                         \
    X(OUTBOX_CHAIN, "outbox.chain", "the chain does not follow from the published summary")          \
    X(SUMMARY_ORPHAN, "summary.orphan", "a summary was never put into the outbox")                   \
    X(DOCUMENT, "document", "a registry or roster that the log names is missing or has other bytes") \
    X(ROSTER, "roster", "the roster in force cannot be read")                                        \
    X(HEAD, "head", "the head does not stand where the log ends")
typedef enum ph_flaw_kind {
#define PH_X(name, code, text) PH_FLAW_##name,
    PH_FLAW_MAP(PH_X)
#undef PH_X
        PH_FLAW_COUNT
} ph_flaw_kind;
const char *ph_flaw_code(ph_flaw_kind kind);
const char *ph_flaw_text(ph_flaw_kind kind);

typedef struct ph_flaw {
    ph_flaw_kind kind;
    uint64_t seq;       /* entry, seal or figure seal; 0 = none */
    const char *detail; /* a field or a name, may be empty; valid during the call */
} ph_flaw;
typedef void (*ph_flaw_fn)(void *arg, const ph_flaw *flaw);

/* Rosters by digest, built by io from the document; the owner's, valid until the next get. NOT_FOUND and INVALID are
 * flaws, other errors end the run. */
typedef struct ph_roster_source {
    ph_rc (*get)(void *arg, const ph_digest *digest, ph_span document, const ph_roster **ret);
    void *arg;
} ph_roster_source;

typedef struct ph_verify_report {
    uint64_t n_entries, n_submissions, n_seals, n_records, n_flaws;
    uint64_t n_words; /* explanations and decisions */
    ph_digest root;   /* of the whole log, as recomputed */
} ph_verify_report;

/**
 * Check: every entry's digest and leaf, findings against their verdict, the signature of whatever a unit sent and its
 * key in the roster in force at that seq, every seal's frontier, root and signature by @receipt_public, the outbox
 * chain over the summaries, documents, the head. Flaws go to @sink, all of them. What sheets and summaries say is the
 * replay's job. Errors: NOT_FOUND an empty ledger; NOMEM; errors of the store. A flaw is not an error.   Thread: as the
 * store. Source: design §7, §15; RFC 6962.
 */
ph_rc ph_verify(ph_agg_store *st, const ph_roster_source *rosters, const uint8_t receipt_public[PH_SIGN_PUBLIC_BYTES],
                ph_flaw_fn sink, void *arg, ph_verify_report *ret) PH_CHECKED;

#endif
