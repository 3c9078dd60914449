/* ph_pub_watch - wakes when the ledger is written to, so that an idle publisher need not look.   Layer: publisher/io
 * (inotify) */
#ifndef PH_PUB_WATCH_H
#define PH_PUB_WATCH_H

#include <stdbool.h>

#include "ph_err.h"
#include "ph_result.h"

typedef struct ph_pub_watch ph_pub_watch;

/** Watch the folder of @path for writes to that file and its WAL (which come and go).   Owns: *ret by the caller
 * (close, NULL allowed).   Errors: NOT_FOUND, LIMIT (no inotify instance left), NOMEM: go on without, by looking at
 * intervals.   Thread: one. */
ph_rc ph_pub_watch_open(const char *path, ph_pub_watch **ret, ph_err *err) PH_CHECKED;
void ph_pub_watch_close(ph_pub_watch *w);
int ph_pub_watch_fd(const ph_pub_watch *w); /* readable when something happened; -1 for NULL */
/** Take what happened, without blocking: did any of it concern the ledger? */
bool ph_pub_watch_drain(ph_pub_watch *w);

#endif
