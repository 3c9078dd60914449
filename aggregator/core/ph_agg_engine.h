/* ph_agg_engine - group commit: intake, fold, seal, one durable commit, then receipts.   Layer: aggregator/core (pure)
 */
#ifndef PH_AGG_ENGINE_H
#define PH_AGG_ENGINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_agg_fold.h"
#include "ph_agg_store.h"
#include "ph_receipt.h"
#include "ph_result.h"
#include "ph_roster.h"
#include "ph_session.h"
#include "ph_sign.h"

enum { PH_BATCH_MAX_SUBMISSIONS = 512, PH_BATCH_MAX_BYTES = 4 * 1024 * 1024 };

typedef struct ph_receipt_key {
    ph_key_id id;
    uint8_t public_key[PH_SIGN_PUBLIC_BYTES];
    uint8_t secret[PH_SIGN_SECRET_BYTES];
} ph_receipt_key;

/* A submission, explanation or decision whose signature was verified and whose sender may speak for its unit. */
typedef struct ph_intake {
    ph_entry_kind kind;
    ph_span unit; /* of the key, from the roster */
    ph_key_id key_id;
    ph_signature signature;
    ph_span body;
    ph_digest body_digest;
    int64_t received_at_us;
    void *peer; /* the caller's mark, handed back with the receipt */
} ph_intake;

/* What became of an intake at once. pending: a receipt follows after the commit. Else a refusal (id stays free) or a
 * stored receipt (duplicate; of an entry of this very batch it is there after finish). */
typedef enum ph_outcome_kind { PH_OUTCOME_PENDING, PH_OUTCOME_REFUSED, PH_OUTCOME_DUPLICATE } ph_outcome_kind;
typedef struct ph_outcome {
    ph_outcome_kind kind;
    uint64_t seq;       /* PENDING and DUPLICATE: the entry */
    ph_refusal refusal; /* REFUSED; texts are static or borrow from the body */
    ph_verdict verdict; /* PENDING and DUPLICATE */
} ph_outcome;

typedef struct ph_engine ph_engine;

/**
 * Open on a ledger that has its genesis (else NOT_FOUND). Recovers: refolds the tail after the last figure seal and
 * compares each verdict with the stored one (difference: CORRUPT). Does not write. Owns: *ret by the caller; borrows
 * store, source, key.   Errors: NOMEM, CORRUPT, UNSUPPORTED, store errors.
 */
ph_rc ph_engine_open(ph_agg_store *store, const ph_registry_source *source, const ph_receipt_key *key,
                     ph_engine **ret) PH_CHECKED;
void ph_engine_free(ph_engine *e);

/**
 * First entries of a new ledger: GENESIS {epoch, registry digest, roster digest} and its figure seals for boundaries
 * long past (one seal for all of them), sealed and committed. Documents must be given so that they are kept.   Errors:
 * EXISTS when the ledger is not empty; store errors.
 */
typedef struct ph_first_documents {
    ph_digest registry, roster;
    ph_span registry_bytes, roster_bytes;
    uint64_t roster_serial;
} ph_first_documents;
ph_rc ph_engine_genesis(ph_agg_store *store, const ph_registry_source *source, const ph_receipt_key *key,
                        const ph_uuid *epoch, int64_t now_us, const ph_first_documents *documents) PH_CHECKED;

/**
 * One batch: begin; any number of take / activate_*; finish = figure seal if @with_figures and anything is to publish,
 * checkpoint seal, commit (fsync). When any of these fails (take: a result, not a refusal) with another class than
 * FATAL, everything of the batch was rolled back, no batch is open any more and the engine was refolded to the
 * committed state; the caller answers BUSY or NO_SPACE. FATAL: stop, no receipts. now_us is the clock's reading; the
 * engine never lets a seal's time go back (max with the previous). take may put a figure seal of its own when too many
 * sheets wait for one. More than PH_BATCH_MAX_SUBMISSIONS: BUG. activate_registry is followed at once by its figure
 * seal, which fits every open sheet to it: INVALID when a digit would be lost; NOT_FOUND when the source has it not.
 */
ph_rc ph_engine_begin(ph_engine *e, int64_t now_us) PH_CHECKED;
ph_rc ph_engine_take(ph_engine *e, const ph_intake *in, ph_outcome *ret) PH_CHECKED;
ph_rc ph_engine_activate_registry(ph_engine *e, const ph_digest *digest, ph_span bytes) PH_CHECKED;
ph_rc ph_engine_activate_roster(ph_engine *e, const ph_digest *digest, ph_span bytes,
                                uint64_t serial) PH_CHECKED; /* INVALID: serial did not grow; the batch goes on */
ph_rc ph_engine_finish(ph_engine *e, bool with_figures) PH_CHECKED;
/** A commit that only moves the durable mark, when idle and head.durable_record < head.last_record. */
ph_rc ph_engine_mark_durable(ph_engine *e) PH_CHECKED;
/** Calendar boundaries up to @now_us that were not taken yet: one figure seal each, in order, each its own commit. */
ph_rc ph_engine_take_boundaries(ph_engine *e, int64_t now_us) PH_CHECKED;
int64_t ph_engine_next_boundary(const ph_engine *e);
bool ph_engine_wants_figures(const ph_engine *e); /* something waits for a figure seal */

/**
 * After a successful finish: receipts frame bodies for one peer's entries of that batch (seqs ascending, n <=
 * PH_MAX_RECEIPTS). stored_receipt: the same for one entry of any age (DUPLICATE, queries), with `duplicate` set.
 * Errors: stick in dst; NOT_FOUND; store errors.
 */
ph_rc ph_engine_receipts(ph_engine *e, const uint64_t *seqs, size_t n, uint32_t credit, ph_buf *dst) PH_CHECKED;
ph_rc ph_engine_stored_receipt(ph_engine *e, uint64_t seq, uint32_t credit, ph_buf *dst) PH_CHECKED;

/** Status answer for a unit: what is expected of it in every duty that is not PLANNED; and unknown ids among those
 * asked for. */
ph_rc ph_engine_expected(ph_engine *e, ph_span unit, ph_expected *ret, size_t max, size_t *ret_n,
                         bool *ret_more) PH_CHECKED;
ph_rc ph_engine_find(ph_engine *e, ph_span unit, const ph_uuid *id, uint64_t *ret_seq) PH_CHECKED; /* NOT_FOUND */

/* Texts of one case at most. */
enum {
    PH_CASE_TEXTS_BYTES =
        2 * PH_MAX_NOTE_BYTES + (4 + PH_CASE_MAX_RULES) * PH_MAX_ID_TEXT + PH_CASE_MAX_RULES * PH_MAX_TEXT_BYTES
};
/**
 * The cases that @unit may know of: its own, and all of a cluster that it leads as head or deputy in the year of the
 * data; those that wait first; none of a frozen period. @n_skipped of them are left out. What their rules found is read
 * out of the findings kept with the receipts. Shape: ret->cases holds @max lines; n_cases and has_more_cases are filled
 * in.   Owns: lines borrow from @texts, which is cleared and must hold max * PH_CASE_TEXTS_BYTES.   Errors: NOMEM,
 * LIMIT of @texts; CORRUPT; store errors.
 */
ph_rc ph_engine_cases(ph_engine *e, ph_span unit, uint32_t n_skipped, size_t max, ph_buf *texts,
                      ph_status *ret) PH_CHECKED;

/** The agent's last checkpoint against our log: OK, or HISTORY when it is larger than our log or has another root (the
 * aggregator must stop), EPOCH for another epoch, FORBIDDEN when it was not signed by our key: then it says nothing. */
ph_rc ph_engine_check_history(ph_engine *e, const ph_checkpoint *seen) PH_CHECKED;

const ph_ledger_head *ph_engine_head(const ph_engine *e);
const ph_registry *ph_engine_registry(const ph_engine *e);

#endif
