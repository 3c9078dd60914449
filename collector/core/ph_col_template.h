/* ph_col_template - the CSV that a clerk fills in, with form, period and the last values written already.   Layer:
 * collector/core (pure) */
#ifndef PH_COL_TEMPLATE_H
#define PH_COL_TEMPLATE_H

#include <stdbool.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_lang.h"
#include "ph_registry.h"
#include "ph_submission.h"

typedef struct ph_col_template {
    const ph_registry *registry;
    const ph_calendar_item *duty;
    const char *unit;
    const ph_submission *base;     /* last accepted of this period: its values stand in the value column; may be NULL */
    const ph_submission *previous; /* last accepted of an earlier period, for comparison; may be NULL */
    ph_lang lang;
    bool for_excel; /* byte order mark, ';' and CRLF: opens by a double click in a Vietnamese Excel */
    ph_notation notation;
} ph_col_template;

/** One row for each indicator of the form.   Errors: stick in dst (LIMIT, NOMEM).   Thread: any.   Source: RFC 4180. */
void ph_col_template_write(const ph_col_template *t, ph_buf *dst);

#endif
