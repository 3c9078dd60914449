/* ph_agg_sqlite_parts - the inside of the SQLite store, shared by its files.   Layer: aggregator/io (SQLite) */
#ifndef PH_AGG_SQLITE_PARTS_H
#define PH_AGG_SQLITE_PARTS_H

#include "ph_agg_sqlite.h"
#include "ph_file.h"
#include "ph_limits.h"
#include "ph_sqlite.h"

#define PH_LEDGER_ENTRY_COLUMNS \
    "e.seq, e.received_at_us, e.kind, e.unit, e.id, e.digest, e.key_id, e.registry, e.leaf, e.signature, e.bytes"
#define PH_LEDGER_SEAL_COLUMNS "seq, before, root, sealed_at_us, key_id, signature"

/* X(name, SQL). Each is prepared when it is first used, and kept. */
#define PH_LEDGER_SQL_MAP(X)                                                                                           \
    X(PUT_ENTRY, "INSERT INTO entry (seq, received_at_us, kind, unit, id, digest, key_id, registry, leaf, signature, " \
                 "bytes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)")                                       \
    X(PUT_VERDICT, "INSERT INTO receipt (entry, verdict, findings) VALUES (?1, ?2, ?3)")                               \
    X(PUT_REVISION, "INSERT INTO revision (sheet, unit, revision, entry) VALUES (?1, ?2, ?3, ?4)")                     \
    X(ADD_SHEET, "INSERT INTO sheet (cluster, form, period) VALUES (?1, ?2, ?3)")                                      \
    X(PUT_SHEET, "UPDATE sheet SET folded_to_seq = ?2, packed = ?3 WHERE sheet = ?1")                                  \
    X(PUT_SUMMARY, "INSERT INTO summary (sheet, seal, packed) VALUES (?1, ?2, ?3)")                                    \
    X(PUT_OUTBOX, "INSERT INTO outbox (first_record, count, sheet, seal, chain) VALUES (?1, ?2, ?3, ?4, ?5)")          \
    X(PUT_SEAL, "INSERT INTO seal (" PH_LEDGER_SEAL_COLUMNS ") VALUES (?1, ?2, ?3, ?4, ?5, ?6)")                       \
    X(PUT_DOCUMENT, "INSERT OR IGNORE INTO document (digest, bytes) VALUES (?1, ?2)")                                  \
    X(PUT_HEAD,                                                                                                        \
      "INSERT OR REPLACE INTO head (one, epoch, fold_version, last_seq, last_record, durable_record, chain, "          \
      "frontier, sealed_at_us, through_us, last_figure_seal, registry, roster, roster_serial) VALUES "                 \
      "(1, ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)")                                                   \
    X(PUT_BOOT, "INSERT OR REPLACE INTO boot (one, mark, started_at_us) VALUES (1, ?1, ?2)")                           \
    X(GET_HEAD, "SELECT epoch, fold_version, last_seq, last_record, durable_record, chain, frontier, sealed_at_us, "   \
                "through_us, last_figure_seal, registry, roster, roster_serial FROM head")                             \
    X(FIND_SENT, "SELECT seq, digest FROM entry INDEXED BY entry_id WHERE unit = ?1 AND id = ?2")                      \
    X(FIND_REVISION, "SELECT entry FROM revision WHERE sheet = ?1 AND unit = ?2 AND revision = ?3")                    \
    X(FIND_SHEET, "SELECT sheet FROM sheet WHERE cluster = ?1 AND form = ?2 AND period = ?3")                          \
    X(GET_ENTRY, "SELECT " PH_LEDGER_ENTRY_COLUMNS ", r.verdict, r.findings FROM entry e LEFT JOIN receipt r ON "      \
                 "r.entry = e.seq WHERE e.seq = ?1")                                                                   \
    X(GET_SHEET, "SELECT folded_to_seq, packed FROM sheet WHERE sheet = ?1 AND packed IS NOT NULL")                    \
    X(GET_SUMMARY, "SELECT packed FROM summary WHERE sheet = ?1 AND seal = ?2")                                        \
    X(GET_DOCUMENT, "SELECT bytes FROM document WHERE digest = ?1")                                                    \
    X(GET_SEAL, "SELECT " PH_LEDGER_SEAL_COLUMNS " FROM seal WHERE seq >= ?1 ORDER BY seq LIMIT 1")                    \
    X(GET_LEAVES, "SELECT seq, leaf FROM entry WHERE seq BETWEEN ?1 AND ?2 ORDER BY seq")                              \
    X(WALK_ENTRIES, "SELECT " PH_LEDGER_ENTRY_COLUMNS ", r.verdict, r.findings FROM entry e LEFT JOIN receipt r ON "   \
                    "r.entry = e.seq WHERE e.seq BETWEEN ?1 AND ?2 ORDER BY e.seq")                                    \
    X(WALK_SHEETS, "SELECT cluster, form, period, folded_to_seq, packed FROM sheet WHERE packed IS NOT NULL ORDER BY " \
                   "cluster, form, period")                                                                            \
    X(WALK_SUMMARIES, "SELECT s.cluster, s.form, s.period, m.seal, m.packed FROM summary m JOIN sheet s ON s.sheet = " \
                      "m.sheet ORDER BY s.cluster, s.form, s.period, m.seal")                                          \
    X(WALK_SUMMARIES_OF, "SELECT s.cluster, s.form, s.period, m.seal, m.packed FROM sheet s JOIN summary m ON "        \
                         "m.sheet = s.sheet WHERE s.cluster = ?1 AND s.form = ?2 AND s.period = ?3 ORDER BY m.seal")   \
    X(WALK_REVISIONS, "SELECT r.unit, r.revision, r.entry FROM sheet s JOIN revision r ON r.sheet = s.sheet WHERE "    \
                      "s.cluster = ?1 AND s.form = ?2 AND s.period = ?3 ORDER BY r.entry")                             \
    X(WALK_OUTBOX, "SELECT s.cluster, s.form, s.period, o.seal, m.packed, o.first_record, o.count, o.chain FROM "      \
                   "outbox o JOIN sheet s ON s.sheet = o.sheet LEFT JOIN summary m ON m.sheet = o.sheet AND m.seal = " \
                   "o.seal WHERE o.first_record >= ?1 ORDER BY o.first_record")                                        \
    X(WALK_SEALS, "SELECT " PH_LEDGER_SEAL_COLUMNS " FROM seal ORDER BY seq")

typedef enum ph_ledger_sql {
#define PH_X(name, sql) PH_LEDGER_##name,
    PH_LEDGER_SQL_MAP(PH_X)
#undef PH_X
        PH_LEDGER_SQL_COUNT
} ph_ledger_sql;

/* The number of a sheet, remembered: it never changes, except that a rollback may take it back. */
typedef struct ph_ledger_number {
    char cluster[PH_ID_BUFFER_BYTES], form[PH_ID_BUFFER_BYTES];
    ph_period period;
    int64_t sheet; /* 0 = free */
} ph_ledger_number;

enum { PH_LEDGER_NUMBERS = 256 };

typedef struct ph_ledger {
    ph_agg_store base;
    ph_db *db;
    ph_lock lock;
    bool is_read_only;
    ph_stmt *stmts[PH_LEDGER_SQL_COUNT];
    ph_err err;
    ph_rc sick; /* a checkpoint failed: nothing is committed any more */
    uint32_t wal_pages, checkpoint_pages;
    ph_buf held; /* what the last get handed out */
    ph_ledger_number numbers[PH_LEDGER_NUMBERS];
} ph_ledger;

static inline ph_ledger *ph_ledger_of(ph_agg_store *st)
{
    return (ph_ledger *)(void *)st;
}

/** The statement, prepared. NULL with the code in *ret_rc. */
ph_stmt *ph_ledger_stmt(ph_ledger *l, ph_ledger_sql which, ph_rc *ret_rc);

/** The number of a sheet; NOT_FOUND when it was never named. name: gives it one. */
ph_rc ph_ledger_find_number(ph_ledger *l, const ph_sheet_key *key, int64_t *ret) PH_CHECKED;
ph_rc ph_ledger_name_sheet(ph_ledger *l, const ph_sheet_key *key, int64_t *ret) PH_CHECKED;
void ph_ledger_forget_numbers(ph_ledger *l);

/** Frontier as bytes (docs/LEDGER.md) and back.   Errors: CORRUPT. */
enum { PH_FRONTIER_MAX_BYTES = 8 + PH_MERKLE_MAX_LEVELS * PH_DIGEST_BYTES };
size_t ph_frontier_pack(const ph_frontier *f, uint8_t *dst);
ph_rc ph_frontier_unpack(ph_span bytes, ph_frontier *ret) PH_CHECKED;

/** The schema brought up to this program's version, in one transaction.   Errors: UNSUPPORTED newer, CORRUPT not a
 * ledger. */
ph_rc ph_ledger_migrate(ph_db *db, const char *path, ph_err *err) PH_CHECKED;

/** Columns of the row at hand, each length and number checked. entry: those of PH_LEDGER_ENTRY_COLUMNS, then verdict
 * and findings; seal: of PH_LEDGER_SEAL_COLUMNS; key: cluster, form, period in 0 to 2. Spans are the statement's.
 * Errors: CORRUPT. */
ph_rc ph_ledger_col_digest(ph_stmt *s, int i, ph_digest *ret) PH_CHECKED;
ph_rc ph_ledger_col_entry(ph_stmt *s, ph_entry *ret, ph_stored_verdict *ret_verdict) PH_CHECKED;
ph_rc ph_ledger_col_seal(ph_stmt *s, ph_seal_row *ret) PH_CHECKED;
ph_rc ph_ledger_col_key(ph_stmt *s, ph_sheet_key *ret) PH_CHECKED;

/** Fill in the ops of each part. */
void ph_ledger_write_ops(ph_agg_store_ops *ops);
void ph_ledger_read_ops(ph_agg_store_ops *ops);
void ph_ledger_walk_ops(ph_agg_store_ops *ops);

#endif
