/* ph_agg_replay - receipts, sheets, summaries, outbox and seals made again from the log.   Layer: aggregator/core
 * (pure)
 */
#ifndef PH_AGG_REPLAY_H
#define PH_AGG_REPLAY_H

#include "ph_agg_dump.h"
#include "ph_agg_fold.h"
#include "ph_agg_store.h"

typedef struct ph_replay_report {
    uint64_t n_entries;
    uint64_t altered_entry; /* first entry that is not the one logged: its digest or its leaf differs; 0: none */
    bool is_identical;
    ph_dump_report dump; /* rows, digest, first difference */
} ph_replay_report;

/**
 * Fold the log of @from into the empty @to, by the code that the engine runs, then compare the ordered dumps of both.
 * Signatures of seals cannot be made again: they are carried over (ph_verify checks them). @from may be in use: the
 * log is read in stretches, the comparison in one read transaction.   Errors: EXISTS @to is not empty; NOT_FOUND @from
 * is; UNSUPPORTED an entry of an unknown version; CORRUPT the log cannot be folded; store errors. A difference, or an
 * entry that was altered since it was logged, is not an error.   Thread: one.   Source: design §1 rule 2, §14.
 */
ph_rc ph_replay(ph_agg_store *from, ph_agg_store *to, const ph_registry_source *source,
                ph_replay_report *ret) PH_CHECKED;

#endif
