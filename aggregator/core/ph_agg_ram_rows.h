/* ph_agg_ram_rows - tables of the store in memory, and how their rows are found.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_RAM_ROWS_H
#define PH_AGG_RAM_ROWS_H

#include "ph_agg_store.h"
#include "ph_limits.h"

/* From a hash to rows, by open addressing. */
typedef struct ph_ram_index {
    size_t size; /* power of two, or 0 */
    size_t n;
    uint32_t *slots; /* row + 1; 0 = free */
} ph_ram_index;

/* Hash of row @i, 0 when it has no key. */
typedef uint64_t (*ph_ram_hash_fn)(const void *rows, size_t i);

typedef struct ph_ram_table {
    void *rows;
    size_t row_bytes;
    size_t n, cap;
    size_t mark;            /* n at begin */
    ph_ram_hash_fn hash_of; /* NULL: in order of a number, without index */
    ph_ram_index by_key;
} ph_ram_table;

typedef struct ph_ram_sheet {
    char cluster[PH_ID_BUFFER_BYTES], form[PH_ID_BUFFER_BYTES];
    ph_period period;
    uint64_t folded_to_seq;
    uint8_t *packed; /* NULL: only named so far */
    size_t len;
} ph_ram_sheet;

typedef struct ph_ram_entry {
    ph_entry entry; /* spans point into `bytes` */
    uint8_t *bytes;
    uint8_t *verdict; /* verdict bytes, then findings; NULL: none yet */
    size_t n_verdict, n_findings;
} ph_ram_entry;

typedef struct ph_ram_revision {
    uint32_t sheet, revision;
    char unit[PH_ID_BUFFER_BYTES];
    uint64_t entry;
} ph_ram_revision;

typedef struct ph_ram_summary {
    uint32_t sheet;
    uint64_t seal;
    uint8_t *packed;
    size_t len;
} ph_ram_summary;

typedef struct ph_ram_outbox {
    uint32_t sheet, count;
    uint64_t first_record, seal;
    ph_digest chain;
} ph_ram_outbox;

typedef struct ph_ram_document {
    ph_digest digest;
    uint8_t *bytes;
    size_t len;
} ph_ram_document;

/* In the order in which a rollback may cut them: rows before what they name. */
typedef enum ph_ram_which {
    PH_RAM_ENTRIES,
    PH_RAM_REVISIONS,
    PH_RAM_SUMMARIES,
    PH_RAM_OUTBOX,
    PH_RAM_SEALS,
    PH_RAM_DOCUMENTS,
    PH_RAM_SHEETS,
    PH_RAM_TABLES
} ph_ram_which;

typedef struct ph_ram_rows {
    ph_ram_table tables[PH_RAM_TABLES];
} ph_ram_rows;

void ph_ram_rows_init(ph_ram_rows *r);
void ph_ram_rows_done(ph_ram_rows *r);

/** A zeroed row at the end; its key is indexed by ph_ram_rows_added, once it is filled in.   Errors: NOMEM. */
ph_rc ph_ram_rows_add(ph_ram_rows *r, ph_ram_which which, void **ret) PH_CHECKED;
void ph_ram_rows_added(ph_ram_rows *r, ph_ram_which which);
/** Drop the rows from @n on, and what they own. */
void ph_ram_rows_cut(ph_ram_rows *r, ph_ram_which which, size_t n);

/* Each: the row or NULL. entries, outbox and seals stand in the order of their numbers. */
ph_ram_entry *ph_ram_entry_at(const ph_ram_rows *r, uint64_t seq);
ph_ram_entry *ph_ram_find_entry(const ph_ram_rows *r, ph_span unit, const ph_uuid *id);
ph_ram_sheet *ph_ram_find_sheet(const ph_ram_rows *r, const ph_sheet_key *key);
ph_ram_revision *ph_ram_find_revision(const ph_ram_rows *r, const ph_sheet_key *key, ph_span unit, uint32_t revision);
ph_ram_summary *ph_ram_find_summary(const ph_ram_rows *r, const ph_sheet_key *key, uint64_t seal);
ph_ram_document *ph_ram_find_document(const ph_ram_rows *r, const ph_digest *digest);

/** The number of the row of @key, which is named now if it was not.   Errors: NOMEM; BUG for an id that is too long. */
ph_rc ph_ram_name_sheet(ph_ram_rows *r, const ph_sheet_key *key, uint32_t *ret) PH_CHECKED;
ph_sheet_key ph_ram_key_of(const ph_ram_sheet *s);

/* ---- the store itself, written in ph_agg_ram.c and read in ph_agg_ram_read.c ---- */

typedef struct ph_ram_undo {
    uint32_t sheet;
    ph_ram_sheet before; /* owns its packed bytes again after a rollback */
} ph_ram_undo;

typedef struct ph_ram {
    ph_agg_store base;
    ph_ram_rows rows;
    bool is_open, has_head, had_head;
    ph_ledger_head head, head_before;
    ph_ram_undo *undo;
    size_t n_undo, cap_undo;
} ph_ram;

static inline ph_ram *ph_ram_of(ph_agg_store *st)
{
    return (ph_ram *)(void *)st;
}

/** Fill in the reading half of @ops. */
void ph_ram_read_ops(ph_agg_store_ops *ops);

#endif
