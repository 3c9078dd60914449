/* ph_col_look - lists of what the spool holds, shared by status and receipts.   Layer: collector/app */
#ifndef PH_COL_LOOK_H
#define PH_COL_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "ph_col_cases.h"
#include "ph_col_cmds.h"
#include "ph_json.h"
#include "ph_term.h"

enum { PH_COL_LOOK_JSON_BYTES = 8 * 1024 * 1024 };

/* Rows go into the table, or as objects into the JSON array that is open. */
typedef struct ph_col_listing {
    const ph_col_app *app;
    ph_table *table;
    ph_json *json;
    bool receipts_only;
} ph_col_listing;

/** Configuration and the spool, which must be there already.   Errors: NOT_FOUND with what to do; as they have. */
ph_rc ph_col_look_open(ph_col_app *app, ph_err *err) PH_CHECKED;

/** A ph_col_item_fn; @arg is a ph_col_listing. */
ph_rc ph_col_look_item(void *arg, const ph_col_item *item) PH_CHECKED;

/** The newest @max items (0 = all) as a table on stdout. */
ph_rc ph_col_look_items(ph_col_app *app, size_t max, bool receipts_only, ph_err *err) PH_CHECKED;

/** How many values wait, and for whom, on stdout; nothing when none does. As an object. */
void ph_col_look_cases(const ph_col_app *app, const ph_col_cases *cases);
void ph_col_look_cases_json(const ph_col_app *app, const ph_col_cases *cases, ph_json *j);

#endif
