/* ph_agg_dump - a store's derived rows in order, each with a name and a digest; and where two stores first differ.
 * Layer: aggregator/core (pure) */
#ifndef PH_AGG_DUMP_H
#define PH_AGG_DUMP_H

#include "ph_agg_store.h"

/* X(name, text): in the order in which they are dumped. */
#define PH_DUMP_MAP(X)    \
    X(RECEIPT, "receipt") \
    X(SHEET, "sheet")     \
    X(SUMMARY, "summary") \
    X(OUTBOX, "outbox")   \
    X(SEAL, "seal")       \
    X(HEAD, "head")
typedef enum ph_dump_table {
#define PH_X(name, text) PH_DUMP_##name,
    PH_DUMP_MAP(PH_X)
#undef PH_X
        PH_DUMP_COUNT
} ph_dump_table;
const char *ph_dump_table_name(ph_dump_table t);

enum { PH_DUMP_NAME_BYTES = 112 };

/* One row: name ("dbsh/GRDP/2023-S1 seal 12"), and the digest of all that it holds. head leaves out the durable mark,
 * which is not a function of the log. Return false to stop. */
typedef struct ph_dump_row {
    ph_dump_table table;
    const char *name; /* valid during the call */
    ph_digest digest;
} ph_dump_row;
typedef bool (*ph_dump_fn)(void *arg, const ph_dump_row *row);

/** Dump one table.   Errors: of the store; LIMIT, NOMEM.   Thread: as the store. */
ph_rc ph_dump_walk(ph_agg_store *st, ph_dump_table table, ph_dump_fn fn, void *arg) PH_CHECKED;

typedef struct ph_dump_report {
    uint64_t n[PH_DUMP_COUNT]; /* rows in the first store */
    ph_digest digest;          /* over all rows of the first, in order */
    bool is_equal;
    ph_dump_table table;           /* of the first difference */
    char name[PH_DUMP_NAME_BYTES]; /* the row that differs, or that one of them lacks */
} ph_dump_report;

/** Compare two stores table by table; 16 bytes of memory a row.   Errors: of the stores, NOMEM. A difference is not an
 * error. */
ph_rc ph_dump_compare(ph_agg_store *a, ph_agg_store *b, ph_dump_report *ret) PH_CHECKED;

#endif
