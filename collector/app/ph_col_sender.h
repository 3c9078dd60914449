/* ph_col_sender - the agent at work: loop, link and state machine together; whoever holds the sender's lock runs one.
 * Layer: collector/app */
#ifndef PH_COL_SENDER_H
#define PH_COL_SENDER_H

#include <stdint.h>

#include "ph_col_agent.h"
#include "ph_col_app.h"
#include "ph_file.h"
#include "ph_loop.h"

typedef struct ph_col_sender ph_col_sender;

/** The lock beside the spool: one process sends.   Errors: BUSY naming the pid; IO. */
ph_rc ph_col_sender_lock(const ph_col_app *app, ph_lock *ret, ph_err *err) PH_CHECKED;

/**
 * Needs registry, keys, card and spool of @app, and the lock. Runs by the loop's turns from then on; @on_event also
 * hears all events (NULL allowed). Owns: *ret by the caller (close ends the connection); borrows app and loop. Errors:
 * NOMEM, LIMIT, BUG.   Thread: the loop's.
 */
ph_rc ph_col_sender_open(ph_col_app *app, ph_loop *loop, ph_col_event_fn on_event, void *arg, ph_col_sender **ret,
                         ph_err *err) PH_CHECKED;
void ph_col_sender_close(ph_col_sender *s);
/** The times in app->cfg changed. */
ph_rc ph_col_sender_tune(ph_col_sender *s) PH_CHECKED;
/** We changed the spool ourselves: look at it now.   Errors: FATAL ones. */
ph_rc ph_col_sender_look(ph_col_sender *s) PH_CHECKED;
void ph_col_sender_view(const ph_col_sender *s, ph_col_agent_view *ret);

#endif
