/* ph_pub_sqlite - the ledger as the publisher may see it: read-only, behind the durable mark.   Layer: publisher/io
 * (SQLite) */
#ifndef PH_PUB_SQLITE_H
#define PH_PUB_SQLITE_H

#include "ph_pub_ports.h"

/** The port over a file. Rows are copied before they are handed out, so no read transaction lasts while Kafka is waited
 * for. A file put in the place of ours (a restore) is opened anew at the next head().   Owns: *ret by the caller
 * (ops->close).   Errors: NOT_FOUND (no such file), UNSUPPORTED (another schema), CORRUPT, IO, NOMEM; head() the same.
 * Source: docs/LEDGER.md. */
ph_rc ph_pub_sqlite_open(const char *path, ph_pub_ledger **ret, ph_err *err) PH_CHECKED;

#endif
