/* ph_col_items - see the header.   Layer: collector/core (pure) */
#include "ph_col_items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_col_csv.h"
#include "ph_col_items_names.h"
#include "ph_col_names.h"
#include "ph_time.h"
#include "ph_utf8.h"

enum {
    TEXTS_MAX = PH_MAX_NARRATIVES * (2 * PH_MAX_NARRATIVE_BYTES + PH_MAX_DOCUMENT_NO_BYTES + PH_MAX_DATE_BYTES + 64)
};

typedef struct reading {
    ph_col_items *to;
    const char *unit;
    ph_col_csv csv;
    uint32_t column[PH_COL_ITEM_COLUMNS + 1]; /* from 1; 0 = not there; CONTENT only until the header is read */
    uint32_t n_columns, header_row;
    bool is_unknown[PH_COL_CSV_MAX_CELLS]; /* columns that nothing is known of, until their first text */
    char title[PH_COL_CSV_MAX_CELLS][PH_COL_PROBLEM_TEXT]; /* of those */
    uint32_t n_other_units;
    char other_unit[64];
    ph_buf texts; /* all of its room is taken at once: what points into it stays */
    ph_narrative items[PH_MAX_NARRATIVES];
} reading;

static void tell(reading *r, ph_col_problem_id id, uint32_t column, ph_span text1, ph_span text2)
{
    ph_col_problems_add(&r->to->problems, id, r->csv.row, column, text1, text2);
}

static ph_span number_text(char dst[16], size_t n)
{
    int len = snprintf(dst, 16, "%zu", n);
    return ph_span_of(dst, (size_t)len);
}

/* ---- the header ---- */

static void take_title(reading *r, uint32_t i)
{
    ph_col_item_column c = ph_col_item_column_find(r->csv.cell[i]);

    if (c == PH_COL_ITEM_UNKNOWN) {
        r->is_unknown[i] = true;
        if (!ph_span_copy(r->csv.cell[i], r->title[i], sizeof r->title[i]))
            (void)ph_span_copy(ph_span_str("…"), r->title[i], sizeof r->title[i]);
        if (r->title[i][0] == '\0')
            ph_col_column_name(i + 1, r->title[i]);
    } else if (c != PH_COL_ITEM_ORDER && r->column[c] != 0) {
        tell(r, PH_COL_P_TWO_COLUMNS, i + 1, r->csv.cell[r->column[c] - 1], r->csv.cell[i]);
    } else if (c != PH_COL_ITEM_ORDER) {
        r->column[c] = i + 1;
    }
}

/* "nội dung" is the title of most files; beside a title it is what is said of it. */
static void settle_content(reading *r)
{
    uint32_t content = r->column[PH_COL_ITEM_CONTENT];
    ph_col_item_column as = r->column[PH_COL_ITEM_TITLE] == 0 ? PH_COL_ITEM_TITLE : PH_COL_ITEM_DETAIL;

    if (content == 0)
        return;
    if (r->column[as] != 0)
        tell(r, PH_COL_P_TWO_COLUMNS, content, r->csv.cell[r->column[as] - 1], r->csv.cell[content - 1]);
    else
        r->column[as] = content;
}

static void list_titles(const reading *r, char *dst, size_t size)
{
    char one[PH_COL_PROBLEM_TEXT];

    dst[0] = '\0';
    for (size_t i = 0, len = 0; i < r->csv.n_used; i++)
        if (r->csv.cell[i].len > 0 && len + r->csv.cell[i].len + 3 < size &&
            ph_span_copy(r->csv.cell[i], one, sizeof one))
            len += (size_t)snprintf(dst + len, size - len, "%s%s", len == 0 ? "" : ", ", one);
}

static void take_titles(reading *r)
{
    char found[PH_COL_PROBLEM_TEXT];

    r->n_columns = r->csv.n_used;
    r->header_row = r->csv.row;
    for (uint32_t i = 0; i < r->csv.n_used; i++)
        take_title(r, i);
    settle_content(r);
    if (r->column[PH_COL_ITEM_KIND] != 0 && r->column[PH_COL_ITEM_TITLE] != 0)
        return;
    list_titles(r, found, sizeof found);
    tell(r, PH_COL_P_ITEMS_HEADER, 0, ph_span_str(found), ph_span_str(""));
}

static ph_rc read_header(reading *r)
{
    ph_rc rc;

    do
        rc = ph_col_csv_next(&r->csv, &r->to->problems);
    while (rc == PH_OK && (r->csv.n_used == 0 || (r->csv.cell[0].len > 0 && r->csv.cell[0].ptr[0] == '#')));
    if (rc == PH_NOT_FOUND)
        ph_col_problems_add(&r->to->problems, PH_COL_P_EMPTY, 0, 0, ph_span_str(""), ph_span_str(""));
    if (rc == PH_OK)
        take_titles(r);
    return rc == PH_OK && r->to->problems.n_errors > 0 ? PH_NOT_FOUND : rc; /* nothing below has a meaning then */
}

/* ---- rows ---- */

static ph_span cell_of(const reading *r, int column)
{
    uint32_t at = r->column[column];
    return at == 0 || at > r->csv.n_cells ? ph_span_str("") : r->csv.cell[at - 1];
}

/* In NFC, in memory that stays. Empty and told when it cannot travel. */
static ph_span keep(reading *r, int column, size_t max)
{
    size_t at = r->texts.len;
    ph_span text = cell_of(r, column);
    char is[16], limit[16];

    if (text.len == 0)
        return text;
    bool fits = text.len <= 4 * max && ph_utf8_nfc(text, &r->texts) == PH_OK && r->texts.len - at <= max;
    if (!fits) {
        tell(r, PH_COL_P_NOTE_LONG, r->column[column], number_text(is, text.len), number_text(limit, max));
        r->texts.len = at;
        return ph_span_str("");
    }
    ph_span kept = ph_span_of(r->texts.ptr + at, r->texts.len - at);
    if (!ph_utf8_is_clean_nfc(kept))
        tell(r, PH_COL_P_CONTROL, r->column[column], kept, ph_span_str(""));
    return kept;
}

static ph_span kind_of(reading *r)
{
    ph_span text = cell_of(r, PH_COL_ITEM_KIND);
    ph_narrative_kind kind = ph_col_item_kind_find(text);

    if (kind == PH_NARRATIVE_KINDS)
        tell(r, PH_COL_P_ITEM_KIND, r->column[PH_COL_ITEM_KIND], text, ph_span_str("movement, directive, model"));
    return ph_span_str(ph_narrative_kind_text(kind == PH_NARRATIVE_KINDS ? PH_NARRATIVE_MOVEMENT : kind));
}

static ph_span title_of(reading *r)
{
    if (cell_of(r, PH_COL_ITEM_TITLE).len == 0)
        tell(r, PH_COL_P_ITEM_TITLE, r->column[PH_COL_ITEM_TITLE], ph_span_str(""), ph_span_str(""));
    return keep(r, PH_COL_ITEM_TITLE, PH_MAX_NARRATIVE_BYTES);
}

/* Three numbers between two equal marks; the year has four digits, so that nothing is guessed. */
static bool parse_day(ph_span text, ph_date *ret)
{
    int part[3] = {0}, digits[3] = {0}, n = 0;
    uint8_t mark = '\0';

    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = text.ptr[i];
        if (c >= '0' && c <= '9' && digits[n] < 4) {
            part[n] = part[n] * 10 + (c - '0');
            digits[n]++;
        } else if ((c == '/' || c == '-' || c == '.') && (mark == '\0' || c == mark) && ++n < 3) {
            mark = c;
        } else {
            return false;
        }
    }
    if (n == 2 && digits[0] == 4 && digits[1] <= 2 && digits[2] <= 2)
        return ph_date_from_civil(part[0], part[1], part[2], ret) == PH_OK;
    return n == 2 && digits[2] == 4 && digits[0] <= 2 && digits[1] <= 2 &&
           ph_date_from_civil(part[2], part[1], part[0], ret) == PH_OK;
}

/* "31/3/2023" as 2023-03-31. */
static ph_span date_of(reading *r)
{
    char text[PH_DATE_TEXT_BYTES];
    ph_span said = cell_of(r, PH_COL_ITEM_DATE);
    size_t at = r->texts.len;
    ph_date date;

    if (said.len == 0)
        return said;
    if (!parse_day(said, &date)) {
        tell(r, PH_COL_P_ITEM_DATE, r->column[PH_COL_ITEM_DATE], said, ph_span_str(""));
        return ph_span_str("");
    }
    size_t len = ph_date_print(date, text);
    return ph_buf_put(&r->texts, text, len) == PH_OK ? ph_span_of(r->texts.ptr + at, len) : ph_span_str("");
}

/* By its id, or by its name where that is written alike ("Hà Nam"). */
static bool is_named(ph_span said, const char *unit)
{
    char folded[64];
    size_t n = 0;

    if (ph_span_is(said, unit))
        return true;
    if (!ph_col_fold(said, folded, sizeof folded))
        return false;
    for (const char *at = folded; *at != '\0'; at++)
        if (*at != '_')
            folded[n++] = *at;
    folded[n] = '\0';
    return strcmp(folded, unit) == 0;
}

static bool is_ours(reading *r)
{
    ph_span unit = cell_of(r, PH_COL_ITEM_UNIT);

    if (unit.len == 0 || is_named(unit, r->unit))
        return true;
    if (r->n_other_units++ == 0)
        (void)ph_span_copy(unit, r->other_unit, sizeof r->other_unit);
    return false;
}

/* Text where nobody would read it is told, once a column: it is not dropped. */
static void check_unknown(reading *r)
{
    char near[PH_COL_PROBLEM_TEXT];

    for (uint32_t i = 0; i < r->csv.n_used && i < r->n_columns; i++) {
        if (!r->is_unknown[i] || r->csv.cell[i].len == 0)
            continue;
        ph_span title = ph_span_str(r->title[i]);
        bool is_near = ph_col_item_column_near(title, near, sizeof near);
        ph_col_problems_add(&r->to->problems, is_near ? PH_COL_P_ITEM_COLUMN_NEAR : PH_COL_P_ITEM_COLUMN, r->header_row,
                            i + 1, title, ph_span_str(near));
        r->is_unknown[i] = false;
    }
}

/* Nothing in any column that is known: a running number alone is no item. */
static bool is_empty(const reading *r)
{
    for (int c = 0; c < PH_COL_ITEM_UNIT; c++)
        if (cell_of(r, c).len > 0)
            return false;
    return true;
}

static bool is_ragged(reading *r)
{
    char has[16], want[16];

    if (r->csv.n_used <= r->n_columns)
        return false;
    tell(r, PH_COL_P_RAGGED, r->n_columns + 1, number_text(has, r->csv.n_used), number_text(want, r->n_columns));
    return true;
}

static void read_row(reading *r)
{
    char limit[64];

    if (r->csv.n_used == 0 || !is_ours(r) || is_ragged(r))
        return;
    check_unknown(r);
    if (is_empty(r))
        return;
    if (r->to->n == PH_MAX_NARRATIVES) {
        (void)snprintf(limit, sizeof limit, "> %d", PH_MAX_NARRATIVES);
        tell(r, PH_COL_P_ITEMS_MANY, 0, ph_span_str(limit), ph_span_str(""));
        return;
    }
    ph_narrative *n = &r->items[r->to->n++];
    n->kind = kind_of(r);
    n->title = title_of(r);
    n->document_no = keep(r, PH_COL_ITEM_NUMBER, PH_MAX_DOCUMENT_NO_BYTES);
    n->document_date = date_of(r);
    n->detail = keep(r, PH_COL_ITEM_DETAIL, PH_MAX_NARRATIVE_BYTES);
}

static ph_rc read_all(reading *r, ph_span bytes)
{
    char count[16];
    ph_rc rc = ph_col_csv_open(&r->csv, bytes, &r->to->problems);

    if (rc == PH_OK)
        rc = read_header(r);
    while (rc == PH_OK && (rc = ph_col_csv_next(&r->csv, &r->to->problems)) == PH_OK)
        read_row(r);
    if (r->n_other_units > 0)
        ph_col_problems_add(&r->to->problems, PH_COL_P_OTHER_UNIT, 0, 0, number_text(count, r->n_other_units),
                            ph_span_str(r->other_unit));
    return rc == PH_NOT_FOUND || rc == PH_INVALID ? PH_OK : rc; /* at the end, or unreadable and told */
}

ph_rc ph_col_items_read(ph_span bytes, const char *unit, ph_col_items **ret)
{
    ph_col_items *to = calloc(1, sizeof *to);
    reading *r = calloc(1, sizeof *r);
    ph_rc rc = PH_NOMEM;

    if (to != NULL && r != NULL) {
        *r = (reading){.to = to, .unit = unit};
        ph_buf_init(&to->packed, TEXTS_MAX);
        ph_buf_init(&r->texts, 2 * TEXTS_MAX);
        if (ph_buf_reserve(&r->texts, 2 * TEXTS_MAX) != NULL)
            rc = read_all(r, bytes);
        if (rc == PH_OK && to->n > 0)
            ph_narratives_write(r->items, to->n, &to->packed);
        rc = rc == PH_OK ? to->packed.rc : rc;
        ph_col_csv_close(&r->csv);
        ph_buf_done(&r->texts);
    }
    free(r);
    if (rc == PH_OK)
        *ret = to;
    else
        ph_col_items_free(to);
    return rc;
}

void ph_col_items_free(ph_col_items *items)
{
    if (items != NULL)
        ph_buf_done(&items->packed);
    free(items);
}
