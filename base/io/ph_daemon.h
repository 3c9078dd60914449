/* ph_daemon - how each of our programs begins and ends.   Layer: base/io */
#ifndef PH_DAEMON_H
#define PH_DAEMON_H

#include "ph_err.h"
#include "ph_loop.h"
#include "ph_result.h"

/**
 * First call of main: libsodium, SIGPIPE ignored, umask 077, fds 0-2 open, log with @component. A daemon also turns
 * core dumps off (secrets) and blocks SIGTERM, SIGINT, SIGHUP for the loop's signalfd, so that threads started later
 * have them blocked.
 * Errors: BUG with err.   Thread: the only one.   Source: daemon(7).
 */
ph_rc ph_program_begin(const char *component, ph_err *err) PH_CHECKED;
ph_rc ph_daemon_begin(const char *component, ph_err *err) PH_CHECKED;

/**
 * Last call of main: `return ph_daemon_exit(rc, &err);` Tells people on stderr what failed (nothing for PH_OK) and
 * systemd that we stop, and gives the exit code of ph_exit.h. program_exit is the same for commands: no log line, no
 * systemd.
 */
int ph_daemon_exit(ph_rc rc, const ph_err *err);
int ph_program_exit(ph_rc rc, const ph_err *err);

/** Print one error for people on stderr, in colour on a terminal. As a ph_err_fn: @arg is not used. */
void ph_daemon_print_err(void *arg, const ph_err *err);

/**
 * What each daemon's loop has: watchdog to systemd, log flush each minute.
 * Errors: NOMEM, LIMIT.   Thread: the loop's.
 */
ph_rc ph_daemon_attach(ph_loop *loop) PH_CHECKED;

#endif
