/* ph_col_items - movements, directives and models out of a CSV, packed as they travel.   Layer: collector/core (pure)
 */
#ifndef PH_COL_ITEMS_H
#define PH_COL_ITEMS_H

#include <stdbool.h>
#include <stddef.h>

#include "ph_buf.h"
#include "ph_col_problem.h"
#include "ph_lang.h"
#include "ph_narrative.h"
#include "ph_result.h"
#include "ph_span.h"

typedef struct ph_col_items {
    ph_col_problems problems;
    size_t n;
    ph_buf packed; /* the array of items; nothing when n is 0 */
} ph_col_items;

/**
 * Columns by their usual titles in vi or en (ph_col_items_names), in any order; lines with # before the header are
 * comments. A column that is not known and holds text is told, not dropped. Rows of another unit than @unit are left
 * out and counted in a note. Kinds are taken as words of both languages, days as 31/3/2023 or 2023-03-31; what is no
 * day is told. Texts are brought to NFC. Owns: *ret by the caller (ph_col_items_free). What is wrong is told in
 * ret->problems, with OK.   Errors: NOMEM. Thread: any.   Source: docs/RULES.md, narrative items.
 */
ph_rc ph_col_items_read(ph_span bytes, const char *unit, ph_col_items **ret) PH_CHECKED;
/**
 * A file to be filled in, with @items (those that stand; NULL when @n is 0) written already: kinds and columns are
 * explained in comments before the header. @for_excel: byte order mark, ';' and CRLF. What it writes reads back as it
 * was. Errors: stick in dst (LIMIT, NOMEM).   Thread: any.   Source: RFC 4180.
 */
void ph_col_items_template(const ph_narrative *items, size_t n, ph_lang lang, bool for_excel, ph_buf *dst);
void ph_col_items_free(ph_col_items *items); /* NULL allowed */

#endif
