/* ph_agg_fold - the fold: log entries in, verdicts, sheets and figures out; a pure function of the log.   Layer:
 * aggregator/core (pure) */
#ifndef PH_AGG_FOLD_H
#define PH_AGG_FOLD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_agg_store.h"
#include "ph_buf.h"
#include "ph_figure.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_sheet.h"
#include "ph_submission.h"
#include "ph_validate.h"

enum {
    PH_FOLD_VERSION = 2,     /* stored with each seal; a replay runs each stretch by its version */
    PH_FOLD_MAX_SHEETS = 256 /* decoded sheets kept; dirty ones are written back at figure seals */
};

typedef struct ph_fold ph_fold;

/* Registries by digest, loaded by io when a REGISTRY or GENESIS entry names one; the fold itself reads no YAML. The
 * registry stays the owner's and must outlive the fold. NOT_FOUND stops the fold. */
typedef struct ph_registry_source {
    ph_rc (*get)(void *arg, const ph_digest *digest, const ph_registry **ret);
    void *arg;
} ph_registry_source;

/**
 * A fold over @store's sheets (read through the port; writes go to the store only in ph_fold_figures).
 * Owns: *ret by the caller; borrows @store and @source.   Errors: NOMEM.   Thread: one.
 */
ph_rc ph_fold_new(ph_agg_store *store, const ph_registry_source *source, ph_fold **ret) PH_CHECKED;
void ph_fold_free(ph_fold *f);

/** Start from the state as of @head (empty: zeroes): registry in force, calendar instant, vintages. The tail after
 * head->last_figure_seal is fed by ph_fold_entry. */
ph_rc ph_fold_restore(ph_fold *f, const ph_ledger_head *head) PH_CHECKED;

/* What the fold says of one entry; the buffers are the caller's and hold that of the last entry that a unit
 * sent only. */
typedef struct ph_fold_result {
    ph_verdict verdict; /* of what a unit sent */
    ph_buf *verdict_bytes;
    ph_buf *findings;
    bool has_revision;  /* a (sheet, unit, revision) to be recorded as consumed */
    ph_sheet_key sheet; /* borrowed from the entry's bytes */
    uint32_t revision;
} ph_fold_result;

/**
 * Fold one entry. @sub is the decoded body of a SUBMISSION (NULL for other kinds, or to let the fold decode
 * entry->bytes itself). Errors: MALFORMED for an own entry that cannot be read (the caller says CORRUPT), UNSUPPORTED
 * for an unknown fold version or kind; store errors. Findings are data, not errors. After an error the fold is spent:
 * free it.
 */
ph_rc ph_fold_entry(ph_fold *f, const ph_entry *entry, const ph_submission *sub, ph_fold_result *ret) PH_CHECKED;

/* FIGURE_SEAL bytes: msgpack map {"t": sealed_at_us, "u": through_us (calendar instant reached), "v": fold version}.
 * SEAL bytes: map {"t","v"}. */
void ph_figure_seal_write(int64_t sealed_at_us, int64_t through_us, ph_buf *dst);
ph_rc ph_figure_seal_read(ph_span bytes, int64_t *ret_sealed_at_us, int64_t *ret_through_us,
                          uint32_t *ret_version) PH_CHECKED;

/**
 * At a figure seal (its entry was just folded): advance period states to through_us (opening creates sheets),
 * consolidate the touched columns, write summary and outbox rows of what changed, write dirty sheets back. Updates
 * @head's record number, chain, last_figure_seal, through_us. Errors: of the store; RANGE is a BUG here.
 */
ph_rc ph_fold_figures(ph_fold *f, const ph_entry *figure_seal, ph_ledger_head *head) PH_CHECKED;

/** Is there anything a figure seal would publish or write back?  And: would it touch period states at @now_us? */
bool ph_fold_is_dirty(const ph_fold *f);
bool ph_fold_must_seal_figures(const ph_fold *f); /* dirty sheets fill half the cache */
bool ph_fold_wants_seal(const ph_fold *f);        /* a period was frozen or reopened: the commit has figures */

/** The next calendar boundary after the fold's through_us in the registry in force, or INT64_MAX. */
int64_t ph_fold_next_boundary(const ph_fold *f);

const ph_registry *ph_fold_registry(const ph_fold *f);
/** After INVALID: the value that no sheet of the registry in force has room for; NULL when that is not why. Borrowed.
 */
const ph_misfit *ph_fold_misfit(const ph_fold *f);

/** A sheet as folded so far (for status answers and commands); NOT_FOUND. Valid until the next call. */
ph_rc ph_fold_sheet(ph_fold *f, const ph_sheet_key *key, const ph_sheet **ret) PH_CHECKED;

#endif
