/* ph_col_items - movements, directives and models out of a CSV, packed as they travel.   Layer: collector/core (pure)
 */
#ifndef PH_COL_ITEMS_H
#define PH_COL_ITEMS_H

#include <stddef.h>

#include "ph_buf.h"
#include "ph_col_problem.h"
#include "ph_narrative.h"
#include "ph_result.h"
#include "ph_span.h"

typedef struct ph_col_items {
    ph_col_problems problems;
    size_t n;
    ph_buf packed; /* the array of items; nothing when n is 0 */
} ph_col_items;

/**
 * Columns by their titles in vi or en, in any order: loại/kind, nội dung/title, số văn bản/document_no, ngày văn
 * bản/document_date, chi tiết/detail, đơn vị/unit; lines with # before the header are comments. Rows of another unit
 * than @unit are left out and counted in a note. Kinds are taken as words of both languages, dates also as 31/3/2023;
 * a date that is none goes on as it is, for the rules to name. Texts are brought to NFC.
 * Owns: *ret by the caller (ph_col_items_free). What is wrong is told in ret->problems, with OK.   Errors: NOMEM.
 * Thread: any.   Source: docs/RULES.md, narrative items.
 */
ph_rc ph_col_items_read(ph_span bytes, const char *unit, ph_col_items **ret) PH_CHECKED;
void ph_col_items_free(ph_col_items *items); /* NULL allowed */

#endif
