/* ph_col_sent - what the sender said in an item, out of the bytes that were signed.   Layer: collector/app */
#ifndef PH_COL_SENT_H
#define PH_COL_SENT_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_col_app.h"
#include "ph_span.h"

typedef struct ph_col_sent {
    ph_buf bytes;       /* that words borrow from */
    ph_span words;      /* reason of a correction or a decision, text of an explanation; empty = none */
    bool is_withdrawal; /* figures taken back */
    int64_t due_us;     /* the new deadline of an extension; else 0 */
} ph_col_sent;

/** Empty where the stored bytes cannot be read any more: what they said is beside the point then. Owns: ret->bytes,
 * ended by ph_col_sent_done.   Errors: none.   Thread: one.   Source: PROTOCOL.md. */
void ph_col_sent_load(const ph_col_app *app, const ph_col_item *item, ph_col_sent *ret);
void ph_col_sent_done(ph_col_sent *s);

#endif
