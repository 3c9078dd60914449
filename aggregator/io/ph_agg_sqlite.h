/* ph_agg_sqlite - the ledger's store in one SQLite file.   Layer: aggregator/io (SQLite)
 *
 * docs/LEDGER.md is the schema. WAL and synchronous=FULL; this connection is the only one that writes and checkpoints.
 */
#ifndef PH_AGG_SQLITE_H
#define PH_AGG_SQLITE_H

#include "ph_agg_store.h"
#include "ph_err.h"

enum { PH_LEDGER_APPLICATION_ID = 0x50485553, PH_LEDGER_SCHEMA_VERSION = 1 };

typedef enum ph_ledger_mode {
    PH_LEDGER_CREATE, /* `init`: the file must not exist yet */
    PH_LEDGER_WRITE   /* the daemon: an existing ledger */
} ph_ledger_mode;

/* Set apart for measuring and for tests; zero takes the default. */
typedef struct ph_ledger_tuning {
    uint32_t page_bytes;       /* of a new file */
    uint32_t cache_kib;        /* page cache */
    uint32_t checkpoint_pages; /* checkpoint after a commit that left the WAL this long */
    uint32_t max_pages;        /* the file grows no further: NO_SPACE; none by default */
    uint32_t busy_ms;          /* how long a reader may hold up the first checkpoint */
} ph_ledger_tuning;

/**
 * Open for writing, in this order: refuse a network file system; take the lock file (@path + ".lock"); open; check
 * application id and schema version, migrate in one transaction; checkpoint with TRUNCATE, so that a commit which a
 * killed predecessor never saw synced is on disk before anything is answered; write @boot as the new boot mark.
 * @tuning may be NULL. Owns: *ret by the caller (ops->close).
 * Errors: BUSY another aggregator holds it (code "ledger.held", names the pid) or a reader held up the checkpoint;
 * UNSUPPORTED network file system ("ledger.network_fs") or a newer schema ("ledger.newer"); EXISTS; NOT_FOUND; CORRUPT
 * not a ledger; NO_SPACE, DURABILITY, IO, NOMEM. Thread: one.   Source: design §7; sqlite.org/wal.html.
 */
ph_rc ph_agg_sqlite_open(const char *path, ph_ledger_mode mode, const ph_uuid *boot, int64_t started_at_us,
                         const ph_ledger_tuning *tuning, ph_agg_store **ret, ph_err *err) PH_CHECKED;

/**
 * Open for reading beside a living aggregator: READONLY, NO_CKPT_ON_CLOSE; every put answers FORBIDDEN. begin opens a
 * read transaction (one snapshot), rollback or commit ends it. Errors: NOT_FOUND, UNSUPPORTED, CORRUPT, IO, BUSY.
 */
ph_rc ph_agg_sqlite_open_read(const char *path, ph_agg_store **ret, ph_err *err) PH_CHECKED;

/** What the last call that failed had to say; for logs. @st must come from one of the two above. */
const ph_err *ph_agg_sqlite_error(const ph_agg_store *st);

/** Pages in the write-ahead log after the last commit; for metrics. */
uint32_t ph_agg_sqlite_wal_pages(const ph_agg_store *st);

#endif
