/* ph_agg_store - the ledger as a port: append-only log, receipts, sheets, figures, seals.   Layer: aggregator/core
 * (pure) */
#ifndef PH_AGG_STORE_H
#define PH_AGG_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_merkle.h"
#include "ph_receipt.h"
#include "ph_result.h"
#include "ph_sign.h"
#include "ph_span.h"
#include "ph_time.h"
#include "ph_uuid.h"

/* One row of the log. Spans are borrowed: on the way in from the caller, on the way out valid until the next call on
 * the store. */
typedef struct ph_entry {
    uint64_t seq; /* dense from 1 */
    int64_t received_at_us;
    ph_entry_kind kind;
    ph_span unit; /* empty for entries of our own */
    ph_uuid id;
    ph_digest digest; /* SHA-256 of bytes */
    ph_key_id key_id;
    ph_digest registry; /* in force when it was judged */
    ph_digest leaf;
    ph_span bytes;     /* exactly as received */
    ph_span signature; /* 64 bytes or empty */
} ph_entry;

typedef struct ph_stored_verdict {
    ph_span verdict_bytes; /* ph_judgement */
    ph_span findings;      /* page */
} ph_stored_verdict;

typedef struct ph_seal_row {
    uint64_t seq;       /* of the SEAL entry = tree size */
    ph_frontier before; /* frontier before the batch it closes */
    ph_digest root;
    int64_t sealed_at_us;
    ph_key_id key_id;
    ph_signature signature;
} ph_seal_row;

typedef struct ph_sheet_key {
    ph_span cluster, form;
    ph_period period;
} ph_sheet_key;

typedef struct ph_outbox_row {
    uint64_t first_record; /* dense over all rows */
    uint32_t count;
    ph_sheet_key sheet;
    uint64_t seal; /* figure seal; the packed issue is in the summary row (sheet, seal) */
    ph_digest chain;
} ph_outbox_row;

/* Where the ledger stands, kept in the same transaction as everything else. */
typedef struct ph_ledger_head {
    ph_uuid epoch;
    uint32_t fold_version;
    uint64_t last_seq;
    uint64_t last_record;
    uint64_t durable_record; /* last record of the commit before: readers act only up to here */
    ph_digest chain;         /* of the last outbox row */
    ph_frontier frontier;    /* of the whole log */
    int64_t sealed_at_us;    /* time of the last seal */
    int64_t through_us;      /* calendar instant up to which boundaries were taken */
    uint64_t last_figure_seal;
    ph_digest registry, roster; /* documents in force */
    uint64_t roster_serial;
} ph_ledger_head;

typedef struct ph_agg_store ph_agg_store;

/* Return false to stop a walk. */
typedef bool (*ph_entry_fn)(void *arg, const ph_entry *entry, const ph_stored_verdict *verdict);
typedef bool (*ph_sheet_fn)(void *arg, const ph_sheet_key *key, uint64_t folded_to_seq, ph_span packed);
typedef bool (*ph_summary_fn)(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed);
typedef bool (*ph_revision_fn)(void *arg, ph_span unit, uint32_t revision, uint64_t seq);
typedef bool (*ph_outbox_fn)(void *arg, const ph_outbox_row *row, ph_span packed);
typedef bool (*ph_seal_fn)(void *arg, const ph_seal_row *row);

/* Implemented by RAM, SQLite and the fault decorator; one contract suite runs on all. Errors of every call besides
 * those named: IO, NO_SPACE, BUSY (nothing was done, may be tried again after rollback), DURABILITY, CORRUPT (stop).
 * One thread. Reads see the open transaction's own writes. */
typedef struct ph_agg_store_ops {
    ph_rc (*begin)(ph_agg_store *);
    ph_rc (*commit)(ph_agg_store *);  /* OK only after the bytes are on disk */
    void (*rollback)(ph_agg_store *); /* harmless with no transaction open */

    ph_rc (*put_entry)(ph_agg_store *, const ph_entry *); /* complete, leaf included (folded before it is put). EXISTS:
                                                             that (unit, id) or seq is there; nothing written */
    ph_rc (*put_verdict)(ph_agg_store *, uint64_t seq,
                         const ph_stored_verdict *); /* of an entry of this transaction; EXISTS */
    ph_rc (*put_revision)(ph_agg_store *, const ph_sheet_key *, ph_span unit, uint32_t revision,
                          uint64_t seq); /* EXISTS */
    ph_rc (*put_sheet)(ph_agg_store *, const ph_sheet_key *, uint64_t folded_to_seq,
                       ph_span packed); /* insert or replace: a derived cache */
    ph_rc (*put_summary)(ph_agg_store *, const ph_sheet_key *, uint64_t seal, ph_span packed); /* EXISTS */
    ph_rc (*put_outbox)(ph_agg_store *, const ph_outbox_row *);                                /* EXISTS */
    ph_rc (*put_seal)(ph_agg_store *, const ph_seal_row *);                                    /* EXISTS */
    ph_rc (*put_document)(ph_agg_store *, const ph_digest *, ph_span bytes); /* the same again is OK */
    ph_rc (*put_head)(ph_agg_store *, const ph_ledger_head *);

    ph_rc (*get_head)(ph_agg_store *, ph_ledger_head *ret); /* NOT_FOUND: an empty ledger */
    ph_rc (*find_sent)(ph_agg_store *, ph_span unit, const ph_uuid *id, uint64_t *ret_seq,
                       ph_digest *ret_digest); /* NOT_FOUND */
    ph_rc (*find_revision)(ph_agg_store *, const ph_sheet_key *, ph_span unit, uint32_t revision,
                           uint64_t *ret_seq); /* NOT_FOUND */
    ph_rc (*get_entry)(ph_agg_store *, uint64_t seq, ph_entry *ret,
                       ph_stored_verdict *ret_verdict); /* either may be NULL; NOT_FOUND */
    ph_rc (*get_sheet)(ph_agg_store *, const ph_sheet_key *, uint64_t *ret_folded_to_seq, ph_span *ret); /* NOT_FOUND */
    ph_rc (*get_summary)(ph_agg_store *, const ph_sheet_key *, uint64_t seal, ph_span *ret);             /* NOT_FOUND */
    ph_rc (*get_document)(ph_agg_store *, const ph_digest *, ph_span *ret);                              /* NOT_FOUND */
    ph_rc (*get_seal_covering)(ph_agg_store *, uint64_t seq,
                               ph_seal_row *ret); /* the first seal with row.seq >= seq; NOT_FOUND */
    ph_rc (*get_leaves)(ph_agg_store *, uint64_t first_seq, uint64_t n,
                        ph_digest *ret); /* leaf hashes in order; NOT_FOUND if one is missing */

    /* Ordered walks: entries by seq in [first, last]; sheets and summaries by (cluster, form, period text[, seal]);
     * outbox by record; seals by seq; revisions of one sheet by seq (a sheet that is not there has none). A callback
     * may find and get, not put or walk; what it was handed stays valid until it returns. An outbox row without its
     * summary is handed out with an empty issue. */
    ph_rc (*walk_entries)(ph_agg_store *, uint64_t first, uint64_t last, ph_entry_fn, void *arg);
    ph_rc (*walk_sheets)(ph_agg_store *, ph_sheet_fn, void *arg);
    ph_rc (*walk_summaries)(ph_agg_store *, const ph_sheet_key *only /* NULL: all */, ph_summary_fn, void *arg);
    ph_rc (*walk_revisions)(ph_agg_store *, const ph_sheet_key *, ph_revision_fn, void *arg);
    ph_rc (*walk_outbox)(ph_agg_store *, uint64_t first_record, ph_outbox_fn, void *arg);
    ph_rc (*walk_seals)(ph_agg_store *, ph_seal_fn, void *arg);

    void (*close)(ph_agg_store *); /* frees it; NULL not allowed */
} ph_agg_store_ops;

struct ph_agg_store {
    const ph_agg_store_ops *ops;
};

#endif
