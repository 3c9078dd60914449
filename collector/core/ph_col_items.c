/* ph_col_items - see the header.   Layer: collector/core (pure) */
#include "ph_col_items.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_col_csv.h"
#include "ph_col_names.h"
#include "ph_time.h"
#include "ph_utf8.h"

enum { KIND, TITLE, NUMBER, DATE, DETAIL, N_TEXTS, UNIT = N_TEXTS, N_COLUMNS };
enum {
    TEXTS_MAX = PH_MAX_NARRATIVES * (2 * PH_MAX_NARRATIVE_BYTES + PH_MAX_DOCUMENT_NO_BYTES + PH_MAX_DATE_BYTES + 64)
};

typedef struct reading {
    ph_col_items *to;
    const char *unit;
    ph_col_csv csv;
    uint32_t column[N_COLUMNS]; /* from 1; 0 = not there */
    uint32_t n_other_units;
    char other_unit[64];
    ph_buf texts; /* all of its room is taken at once: what points into it stays */
    ph_narrative items[PH_MAX_NARRATIVES];
} reading;

/* Folded titles and words. */
static const struct word {
    const char *text;
    int means;
} titles[] = {{"loai", KIND},         {"kind", KIND},          {"noi_dung", TITLE},    {"tieu_de", TITLE},
              {"ten", TITLE},         {"title", TITLE},        {"so_van_ban", NUMBER}, {"document_no", NUMBER},
              {"ngay_van_ban", DATE}, {"document_date", DATE}, {"chi_tiet", DETAIL},   {"detail", DETAIL},
              {"don_vi", UNIT},       {"unit", UNIT}},
  kinds[] = {{"movement", PH_NARRATIVE_MOVEMENT},
             {"phong_trao", PH_NARRATIVE_MOVEMENT},
             {"phong_trao_thi_dua", PH_NARRATIVE_MOVEMENT},
             {"directive", PH_NARRATIVE_DIRECTIVE},
             {"chi_thi", PH_NARRATIVE_DIRECTIVE},
             {"van_ban", PH_NARRATIVE_DIRECTIVE},
             {"van_ban_chi_dao", PH_NARRATIVE_DIRECTIVE},
             {"model", PH_NARRATIVE_MODEL},
             {"mo_hinh", PH_NARRATIVE_MODEL},
             {"dien_hinh", PH_NARRATIVE_MODEL},
             {"dien_hinh_tien_tien", PH_NARRATIVE_MODEL}};
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static int meaning(const struct word *words, size_t n, ph_span text)
{
    char folded[64];

    for (size_t i = 0; i < n && ph_col_fold(text, folded, sizeof folded); i++)
        if (strcmp(words[i].text, folded) == 0)
            return words[i].means;
    return -1;
}

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

static void take_titles(reading *r)
{
    for (uint32_t i = 0; i < r->csv.n_used; i++) {
        int c = meaning(titles, COUNT(titles), r->csv.cell[i]);
        if (c < 0)
            tell(r, PH_COL_P_COLUMN_IGNORED, i + 1, r->csv.cell[i], ph_span_str(""));
        else if (r->column[c] != 0)
            tell(r, PH_COL_P_TWO_COLUMNS, i + 1, r->csv.cell[r->column[c] - 1], r->csv.cell[i]);
        else
            r->column[c] = i + 1;
    }
    if (r->column[KIND] == 0 || r->column[TITLE] == 0)
        tell(r, PH_COL_P_ITEMS_HEADER, 0, r->csv.cell[0], ph_span_str(""));
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
    ph_span text = cell_of(r, KIND);
    int kind = meaning(kinds, COUNT(kinds), text);

    if (kind < 0)
        tell(r, PH_COL_P_ITEM_KIND, r->column[KIND], text, ph_span_str("movement, directive, model"));
    return ph_span_str(ph_narrative_kind_text(kind < 0 ? PH_NARRATIVE_MOVEMENT : (ph_narrative_kind)kind));
}

/* "31/3/2023" as 2023-03-31; what is no such day stays what it was. */
static ph_span date_of(reading *r)
{
    ph_span kept = keep(r, DATE, PH_MAX_DATE_BYTES);
    int part[3] = {0}, n = 0;
    char text[PH_DATE_TEXT_BYTES];
    ph_date date;

    for (size_t i = 0; i < kept.len; i++) {
        uint8_t c = kept.ptr[i];
        if (c == '/' && ++n < 3)
            continue;
        if (c < '0' || c > '9' || n > 2 || part[n] > 999)
            return kept;
        part[n] = part[n] * 10 + (c - '0');
    }
    if (n != 2 || ph_date_from_civil(part[2], part[1], part[0], &date) != PH_OK)
        return kept;
    size_t at = r->texts.len, len = ph_date_print(date, text);
    return ph_buf_put(&r->texts, text, len) == PH_OK ? ph_span_of(r->texts.ptr + at, len) : kept;
}

static bool is_ours(reading *r)
{
    ph_span unit = cell_of(r, UNIT);

    if (unit.len == 0 || ph_span_is(unit, r->unit))
        return true;
    if (r->n_other_units++ == 0)
        (void)ph_span_copy(unit, r->other_unit, sizeof r->other_unit);
    return false;
}

static void read_row(reading *r)
{
    char limit[64];

    if (r->csv.n_used == 0 || !is_ours(r))
        return;
    if (r->to->n == PH_MAX_NARRATIVES) {
        (void)snprintf(limit, sizeof limit, "> %d", PH_MAX_NARRATIVES);
        tell(r, PH_COL_P_ITEMS_MANY, 0, ph_span_str(limit), ph_span_str(""));
        return;
    }
    ph_narrative *n = &r->items[r->to->n++];
    n->kind = kind_of(r);
    n->title = keep(r, TITLE, PH_MAX_NARRATIVE_BYTES);
    n->document_no = keep(r, NUMBER, PH_MAX_DOCUMENT_NO_BYTES);
    n->document_date = date_of(r);
    n->detail = keep(r, DETAIL, PH_MAX_NARRATIVE_BYTES);
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
