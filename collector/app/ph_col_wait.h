/* ph_col_wait - submit's patience: send by ourselves if nobody else does, watch the spool, show a line of progress.
 * Layer: collector/app */
#ifndef PH_COL_WAIT_H
#define PH_COL_WAIT_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_col_app.h"
#include "ph_col_stage.h"

typedef struct ph_col_wait ph_col_wait;

/** --wait, in microseconds; the default is a minute.   Errors: USAGE. */
ph_rc ph_col_wait_patience(const ph_args *args, int64_t *ret_us, ph_err *err) PH_CHECKED;

/** Nothing is connected yet.   Owns: *ret by the caller (close ends what was begun, NULL allowed); borrows app. Errors:
 * NOMEM, IO. */
ph_rc ph_col_wait_open(ph_col_app *app, ph_col_wait **ret, ph_err *err) PH_CHECKED;
void ph_col_wait_close(ph_col_wait *w);

/** Until the aggregator told where we stand, or the time is over (PH_OK too).   Errors: FATAL ones. */
ph_rc ph_col_wait_status(ph_col_wait *w, int64_t patience_us, ph_err *err) PH_CHECKED;

/* How asking for the cases ended. */
typedef struct ph_col_hearing_end {
    bool is_fresh; /* the spool's cases were asked for after the call began */
    ph_col_cause cause;
} ph_col_hearing_end;
/** Until the aggregator told which values are held, it turns out that it cannot be reached, or the time is over (PH_OK
 * too).   Errors: FATAL ones, spool's. */
ph_rc ph_col_wait_cases(ph_col_wait *w, int64_t patience_us, ph_col_hearing_end *ret, ph_err *err) PH_CHECKED;

/** Until @item (refreshed from the spool) is answered, put aside or the time is over; ret_cause says how the connection
 * is.   Errors: FATAL ones, spool's. */
ph_rc ph_col_wait_item(ph_col_wait *w, ph_col_item *item, int64_t patience_us, ph_col_cause *ret_cause,
                       ph_err *err) PH_CHECKED;

#endif
