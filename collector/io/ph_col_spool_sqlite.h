/* ph_col_spool_sqlite - the spool in one SQLite file that several processes may work on.   Layer: collector/io (SQLite)
 */
#ifndef PH_COL_SPOOL_SQLITE_H
#define PH_COL_SPOOL_SQLITE_H

#include <stddef.h>
#include <stdint.h>

#include "ph_col_spool.h"
#include "ph_err.h"
#include "ph_result.h"

typedef struct ph_col_spool_limits {
    int64_t max_waiting; /* unanswered items */
    int64_t max_bytes;   /* of the file */
} ph_col_spool_limits;

/**
 * Open, made when missing (0600, folder must be there). Rollback journal, synchronous=EXTRA: a commit survives the
 * power cut that follows it.
 * @unit must be the spool's owner; the first open writes it. NULL: whoever it belongs to (read-only commands).
 * Owns: ops->close.   Errors: as ph_db_open; CONFLICT another unit's spool; UNSUPPORTED a newer schema; codes "spool.…"
 * "db.…". Thread: one per handle; other processes wait up to 5 s for one another.   Source: sqlite.org, rollback
 * journal; design §14, spool.
 */
ph_rc ph_col_spool_sqlite_open(const char *path, const char *unit, const ph_col_spool_limits *limits,
                               ph_col_spool **ret, ph_err *err) PH_CHECKED;

/** What the last failed call of this spool has to say; valid until the next failure. */
const ph_err *ph_col_spool_sqlite_err(const ph_col_spool *sp);

#endif
