/* ph_col_names - what columns, settings and statuses are called, in Vietnamese and English.   Layer: collector/core
 * (pure) */
#ifndef PH_COL_NAMES_H
#define PH_COL_NAMES_H

#include <stdbool.h>
#include <stddef.h>

#include "ph_decimal.h"
#include "ph_lang.h"
#include "ph_span.h"

/* Meanings of a column, and of a "# name: value" line before the header. X(NAME, vi, en): as the template writes them.
 */
#define PH_COL_COLUMN_MAP(X)                     \
    X(INDICATOR, "mã chỉ tiêu", "indicator")     \
    X(NAME, "tên chỉ tiêu", "name")              \
    X(MEASURE, "đơn vị tính", "unit of measure") \
    X(REQUIRED, "bắt buộc", "required")          \
    X(PREVIOUS, "kỳ trước", "previous")          \
    X(VALUE, "giá trị", "value")                 \
    X(STATUS, "trạng thái", "status")            \
    X(NOTE, "ghi chú", "note")                   \
    X(UNIT, "đơn vị", "unit")                    \
    X(CLUSTER, "cụm", "cluster")                 \
    X(FORM, "biểu mẫu", "form")                  \
    X(PERIOD, "kỳ báo cáo", "period")            \
    X(NOTATION, "ký hiệu số", "notation")

typedef enum ph_col_column {
#define PH_X(name, vi, en) PH_COL_C_##name,
    PH_COL_COLUMN_MAP(PH_X)
#undef PH_X
        PH_COL_COLUMN_COUNT
} ph_col_column;

const char *ph_col_column_title(ph_col_column c, ph_lang lang);

/** The folded form of a text ("Chỉ tiêu (%)" → "chi_tieu") into @dst (terminated, cut). False
 * for what is not UTF-8. */
bool ph_col_fold(ph_span text, char *dst, size_t size);

/** Meaning of a title in any case, normal form, with or without diacritics; PH_COL_COLUMN_COUNT when unknown. */
ph_col_column ph_col_column_find(ph_span title);

/** "vi", "Việt Nam", "plain", "quốc tế" …   False when unknown. */
bool ph_col_notation_find(ph_span text, ph_notation *ret);
const char *ph_col_notation_name(ph_notation n);

/** An OBS_STATUS letter in either case, or its word in vi or en ("sơ bộ", "estimated"); 0 when unknown. */
char ph_col_status_find(ph_span text);
/** Its word for people. */
const char *ph_col_status_word(char status, ph_lang lang);

/** "Tổng cộng", "Bình quân", "Total" …: a row that no province sends. */
bool ph_col_is_totals(ph_span text);

#endif
