/* ph_col_items_names - what the columns and kinds of narrative items are called, in Vietnamese and English.   Layer:
 * collector/core (pure) */
#ifndef PH_COL_ITEMS_NAMES_H
#define PH_COL_ITEMS_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "ph_lang.h"
#include "ph_narrative.h"
#include "ph_span.h"

/* X(NAME, vi, en): as the template writes them. */
#define PH_COL_ITEM_COLUMN_MAP(X)            \
    X(KIND, "loại", "kind")                  \
    X(TITLE, "tiêu đề", "title")             \
    X(NUMBER, "số văn bản", "document no")   \
    X(DATE, "ngày văn bản", "document date") \
    X(DETAIL, "chi tiết", "detail")          \
    X(UNIT, "đơn vị", "unit")
/* CONTENT ("nội dung"): the title, or beside one the detail. ORDER ("STT"): a running number, of no use. */
typedef enum ph_col_item_column {
#define PH_X(name, vi, en) PH_COL_ITEM_##name,
    PH_COL_ITEM_COLUMN_MAP(PH_X)
#undef PH_X
        PH_COL_ITEM_COLUMNS,
    PH_COL_ITEM_CONTENT = PH_COL_ITEM_COLUMNS,
    PH_COL_ITEM_ORDER,
    PH_COL_ITEM_UNKNOWN
} ph_col_item_column;

const char *ph_col_item_title(ph_col_item_column c, ph_lang lang);
/** Meaning of a title in any case, normal form, with or without diacritics; PH_COL_ITEM_UNKNOWN. */
ph_col_item_column ph_col_item_column_find(ph_span title);
/** The column nearly meant, as "ngày văn bản / document date"; else all that there are. True when one is near. */
bool ph_col_item_column_near(ph_span title, char *dst, size_t size);

/** "phong trào", "Directive", "điển hình tiên tiến" …   PH_NARRATIVE_KINDS when it is none. */
ph_narrative_kind ph_col_item_kind_find(ph_span text);
/** Its word as the template writes it. */
const char *ph_col_item_kind_word(ph_narrative_kind kind, ph_lang lang);

#endif
