/* ph_loop - one thread's loop over zmq sockets, fds, signals and timers.   Layer: base/io */
#ifndef PH_LOOP_H
#define PH_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_err.h"
#include "ph_result.h"

typedef struct ph_loop ph_loop;

/* Names a source or timer for remove and set; 0 is none, and is never reused for another. */
typedef uint64_t ph_loop_id;

enum { PH_LOOP_IN = 1, PH_LOOP_OUT = 2, PH_LOOP_ERR = 4, PH_LOOP_MAX_SOURCES = 256, PH_LOOP_MAX_TIMERS = 256 };

/* Callbacks run in the loop's thread, must not block, and may add and remove sources and timers, their own included.
 * A FATAL code ends the loop, which returns it; other codes are the callback's own affair: it has told who must know.
 */
typedef ph_rc (*ph_loop_fd_fn)(void *arg, int events);
typedef ph_rc (*ph_loop_timer_fn)(void *arg, int64_t now_mono_us);
typedef ph_rc (*ph_loop_signal_fn)(void *arg, int signo);

/**
 * Open a loop. SIGTERM and SIGINT are blocked and stop it, until on_signal says otherwise; they are unblocked again
 * by close. Open it before any thread is started (ph_daemon_begin has blocked them by then).
 * Owns: caller closes (NULL allowed); sockets and fds stay the caller's and must be removed before they are closed.
 * Errors: NOMEM, IO, LIMIT.   Thread: one loop, one thread.   Source: zmq_poll(3), signalfd(2).
 */
ph_rc ph_loop_open(ph_loop **ret, ph_err *err) PH_CHECKED;
void ph_loop_close(ph_loop *loop);

/**
 * Add a source, level-triggered. events: PH_LOOP_IN | PH_LOOP_OUT | PH_LOOP_ERR; 0 = silent for now. ret_id may be
 * NULL.
 * Errors: NOMEM, LIMIT.
 */
ph_rc ph_loop_add_fd(ph_loop *loop, int fd, int events, ph_loop_fd_fn fn, void *arg, ph_loop_id *ret_id) PH_CHECKED;
ph_rc ph_loop_add_zmq(ph_loop *loop, void *socket, int events, ph_loop_fd_fn fn, void *arg,
                      ph_loop_id *ret_id) PH_CHECKED;
void ph_loop_set_events(ph_loop *loop, ph_loop_id source, int events);
/** Remove a source or a timer; an unknown or removed id is ignored. */
void ph_loop_remove(ph_loop *loop, ph_loop_id id);

/**
 * at: once, at @mono_us of ph_clock_mono_us (in the past = at the next turn), then the id is gone. every: first after
 * one period; a loop that was late calls once, not once for each period missed. set: move either kind.
 * Errors: NOMEM, LIMIT.
 */
ph_rc ph_loop_timer_at(ph_loop *loop, int64_t mono_us, ph_loop_timer_fn fn, void *arg, ph_loop_id *ret_id) PH_CHECKED;
ph_rc ph_loop_timer_every(ph_loop *loop, int64_t period_us, ph_loop_timer_fn fn, void *arg,
                          ph_loop_id *ret_id) PH_CHECKED;
void ph_loop_timer_set(ph_loop *loop, ph_loop_id timer, int64_t mono_us);

/**
 * Call @fn in the loop for @signo (SIGHUP, SIGCHLD, SIGUSR1 …; SIGTERM and SIGINT instead of stopping).
 * Errors: IO, LIMIT.
 */
ph_rc ph_loop_on_signal(ph_loop *loop, int signo, ph_loop_signal_fn fn, void *arg) PH_CHECKED;

/** Turn until stop, a stopping signal (both PH_OK) or a FATAL callback (its code). */
ph_rc ph_loop_run(ph_loop *loop) PH_CHECKED;
/** One turn: wait at most @max_wait_us (0 = do not wait) for the first source or timer, call what is due, return. */
ph_rc ph_loop_step(ph_loop *loop, int64_t max_wait_us) PH_CHECKED;
/** End run after the callbacks of this turn; only from the loop's thread. */
void ph_loop_stop(ph_loop *loop);
bool ph_loop_stopped(const ph_loop *loop);
/** The signal that stopped it, 0 if none did. */
int ph_loop_stop_signal(const ph_loop *loop);

#endif
