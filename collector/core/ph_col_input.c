/* ph_col_input - a file of figures, read into cells; every problem with its row and column.   Layer: collector/core
 * (pure) */
#include "ph_col_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_col_encoding.h"
#include "ph_col_input_parts.h"

enum { NOTES_MAX = PH_MAX_OBSERVATIONS * (PH_MAX_NOTE_BYTES + 1) };

void ph_col_tell(ph_col_reading *r, ph_col_problem_id id, uint32_t column, ph_span a, const char *b)
{
    ph_col_problems_add(&r->in->problems, id, r->csv.row, column, a, ph_span_str(b));
}

ph_span ph_col_cell_of(const ph_col_reading *r, ph_col_column c)
{
    uint32_t at = r->column[c];
    return at == 0 || at > r->csv.n_cells ? ph_span_str("") : r->csv.cell[at - 1];
}

/* ---- rows that cannot be read ---- */

void ph_col_set_unread(ph_col_reading *r, uint16_t indicator)
{
    r->in->n_unread_rows++;
    if (indicator == PH_NO_INDEX || r->in->n_unread == PH_MAX_OBSERVATIONS)
        r->in->has_unplaced = true;
    else
        r->in->unread[r->in->n_unread++] = indicator;
}

bool ph_col_input_is_unread(const ph_col_input *in, uint16_t indicator)
{
    for (size_t i = 0; i < in->n_unread; i++)
        if (in->unread[i] == indicator)
            return true;
    return false;
}

/* A row that is passed over, by what stands in its first columns. */
static void set_row_unread(ph_col_reading *r)
{
    ph_span text = ph_col_cell_of(r, PH_COL_C_INDICATOR);
    if (text.len == 0)
        text = ph_col_cell_of(r, PH_COL_C_NAME);
    ph_col_set_unread(r, text.len == 0 ? PH_NO_INDEX : ph_col_find_indicator(r, text));
}

static bool is_given(const ph_col_reading *r, uint16_t indicator)
{
    const char *code = ph_registry_indicator(r->opts->registry, indicator)->code;
    for (size_t i = 0; i < r->in->n_cells; i++)
        if (strcmp(r->in->cells[i].indicator, code) == 0)
            return true;
    return false;
}

/* A mistyped indicator is the one nearly meant, unless that has a row of its own: then it is any other. */
static void settle_guesses(ph_col_reading *r)
{
    for (size_t i = 0; i < r->n_guessed; i++)
        ph_col_set_unread(r, is_given(r, r->guessed[i]) ? PH_NO_INDEX : r->guessed[i]);
}

/* ---- what the file says of itself ---- */

static void set_id(ph_col_reading *r, char dst[PH_ID_BUFFER_BYTES], const char *what, ph_span value, uint32_t column)
{
    if (ph_span_copy(value, dst, PH_ID_BUFFER_BYTES))
        return;
    ph_col_tell(r, PH_COL_P_CONTEXT_BAD, column, value, what);
    r->in->is_misplaced = true;
}

static void set_period(ph_col_reading *r, ph_span value, uint32_t column)
{
    if (ph_period_parse(value, &r->in->period) == PH_OK)
        r->in->has_period = true;
    else
        ph_col_tell(r, PH_COL_P_CONTEXT_BAD, column, value, "2023, 2023-S1, 2023-Q2, 2023-06");
}

static void set_notation(ph_col_reading *r, ph_span value, uint32_t column)
{
    ph_notation said;
    if (!ph_col_notation_find(value, &said))
        ph_col_tell(r, PH_COL_P_CONTEXT_BAD, column, value, "vi, plain");
    else if (r->in->notation != PH_NOTATION_UNSAID && r->in->notation != said)
        ph_col_tell(r, PH_COL_P_CONTEXT, column, value, ph_col_notation_name(r->in->notation));
    else
        r->in->notation = said;
}

/* "# ký hiệu số: vi" in one cell, or the name and the value in two. Other comments are for people. */
static void read_comment(ph_col_reading *r)
{
    ph_span line = ph_span_of(r->csv.cell[0].ptr + 1, r->csv.cell[0].len - 1);
    const uint8_t *colon = line.len == 0 ? NULL : memchr(line.ptr, ':', line.len);
    ph_span name = line, value = ph_span_str("");
    if (colon != NULL) {
        name = ph_span_of(line.ptr, (size_t)(colon - line.ptr));
        value = ph_span_of(colon + 1, line.len - name.len - 1);
        for (; value.len > 0 && value.ptr[0] == ' '; value.len--)
            value.ptr++;
    }
    if (value.len == 0 && r->csv.n_cells > 1)
        value = r->csv.cell[1];
    if (value.len == 0)
        return;
    ph_col_column c = ph_col_column_find(name);
    if (c != PH_COL_COLUMN_COUNT)
        r->said_at[c] = r->csv.row;
    switch ((int)c) {
    case PH_COL_C_UNIT:
        set_id(r, r->in->unit, "unit", value, 1);
        break;
    case PH_COL_C_CLUSTER:
        set_id(r, r->in->cluster, "cluster", value, 1);
        break;
    case PH_COL_C_FORM:
        set_id(r, r->in->form, "form", value, 1);
        break;
    case PH_COL_C_PERIOD:
        set_period(r, value, 1);
        r->in->is_misplaced = r->in->is_misplaced || !r->in->has_period;
        break;
    case PH_COL_C_NOTATION:
        set_notation(r, value, 1);
        break;
    default:
        break;
    }
}

/* ---- the header ---- */

static void read_titles(ph_col_reading *r)
{
    r->n_columns = r->csv.n_used;
    for (uint32_t i = 0; i < r->csv.n_used; i++) {
        ph_span title = r->csv.cell[i];
        ph_col_column c = ph_col_column_find(title);
        if (c == PH_COL_COLUMN_COUNT) {
            if (title.len > 0)
                ph_col_tell(r, PH_COL_P_COLUMN_IGNORED, i + 1, title, "");
        } else if (r->column[c] != 0) {
            char other[PH_COL_PROBLEM_TEXT];
            if (!ph_span_copy(r->csv.cell[r->column[c] - 1], other, sizeof other))
                other[0] = '\0';
            ph_col_tell(r, PH_COL_P_TWO_COLUMNS, i + 1, title, other);
        } else {
            r->column[c] = i + 1;
        }
    }
}

static ph_rc no_header(ph_col_reading *r)
{
    bool tcvn3 = ph_col_encoding_is_tcvn3_as_latin1(r->csv.text);
    if (tcvn3)
        ph_col_problems_add(&r->in->problems, PH_COL_P_TCVN3, r->csv.row, 0, ph_span_str(""), ph_span_str(""));
    else
        ph_col_tell(r, PH_COL_P_NO_HEADER, 0, r->csv.n_cells > 0 ? r->csv.cell[0] : ph_span_str(""), "");
    return PH_INVALID;
}

/* One of the two that are needed is there: then it is a header, and the other is missing or mistyped. */
static ph_rc no_column(ph_col_reading *r, const char *missing)
{
    char titles[PH_COL_PROBLEM_TEXT] = "", one[PH_COL_PROBLEM_TEXT];
    for (size_t i = 0, len = 0; i < r->csv.n_used; i++)
        if (r->csv.cell[i].len > 0 && len + r->csv.cell[i].len + 3 < sizeof titles &&
            ph_span_copy(r->csv.cell[i], one, sizeof one))
            len += (size_t)snprintf(titles + len, sizeof titles - len, "%s%s", len == 0 ? "" : ", ", one);
    ph_col_tell(r, PH_COL_P_NO_COLUMN, 0, ph_span_str(missing), titles);
    return PH_INVALID;
}

static ph_rc read_header(ph_col_reading *r)
{
    for (;;) {
        ph_rc rc = ph_col_csv_next(&r->csv, &r->in->problems);
        if (rc == PH_NOT_FOUND)
            return no_header(r);
        if (rc != PH_OK)
            return rc;
        if (r->csv.n_used == 0)
            continue;
        if (r->csv.cell[0].len > 0 && r->csv.cell[0].ptr[0] == '#')
            read_comment(r);
        else
            break;
    }
    ph_col_check_context(r);
    read_titles(r);
    bool has_indicator = r->column[PH_COL_C_INDICATOR] != 0 || r->column[PH_COL_C_NAME] != 0;
    bool has_value = r->column[PH_COL_C_VALUE] != 0;
    if (has_indicator == has_value)
        return has_value ? PH_OK : no_header(r);
    return no_column(r, has_value ? "mã chỉ tiêu / indicator" : "giá trị / value");
}

/* ---- rows ---- */

/* Rows of other units and periods are left out, counted. */
static bool is_ours(ph_col_reading *r)
{
    ph_span unit = ph_col_cell_of(r, PH_COL_C_UNIT), period = ph_col_cell_of(r, PH_COL_C_PERIOD);
    if (unit.len > 0 && r->opts->unit != NULL && r->opts->unit[0] != '\0' && !ph_span_is(unit, r->opts->unit)) {
        if (r->n_other_units++ == 0 && !ph_span_copy(unit, r->other_unit, sizeof r->other_unit))
            r->other_unit[0] = '\0';
        return false;
    }
    ph_period p;
    if (period.len == 0)
        return true;
    if (ph_period_parse(period, &p) != PH_OK) {
        set_period(r, period, r->column[PH_COL_C_PERIOD]);
        set_row_unread(r);
        return false;
    }
    bool fixed = r->in->has_period || r->opts->has_period;
    ph_period want = r->opts->has_period ? r->opts->period : r->in->period;
    if (fixed && !ph_period_eq(p, want)) {
        if (r->n_other_periods++ == 0)
            (void)ph_span_copy(period, r->other_period, sizeof r->other_period);
        return false;
    }
    r->in->period = p;
    r->in->has_period = true;
    return true;
}

static ph_rc read_row(ph_col_reading *r)
{
    if (r->csv.n_used == 0)
        return PH_OK;
    if (r->csv.n_used > r->n_columns) {
        char has[16], want[16];
        snprintf(has, sizeof has, "%u", r->csv.n_used);
        snprintf(want, sizeof want, "%u", r->n_columns);
        ph_col_tell(r, PH_COL_P_RAGGED, r->n_columns + 1, ph_span_str(has), want);
        set_row_unread(r);
        return PH_OK;
    }
    uint32_t column = r->column[PH_COL_C_INDICATOR] != 0 ? r->column[PH_COL_C_INDICATOR] : r->column[PH_COL_C_NAME];
    ph_span text = ph_col_cell_of(r, PH_COL_C_INDICATOR);
    if (text.len == 0)
        text = ph_col_cell_of(r, PH_COL_C_NAME);
    if (r->csv.cell[0].len > 0 && r->csv.cell[0].ptr[0] == '#' && column == 1) {
        ph_col_tell(r, PH_COL_P_LATE_COMMENT, 1, r->csv.cell[0], "");
        ph_col_set_unread(r, PH_NO_INDEX);
        return PH_OK;
    }
    if (!is_ours(r))
        return PH_OK;
    r->in->n_rows++;
    if (ph_col_is_totals(text)) {
        ph_col_tell(r, PH_COL_P_TOTAL, column, text, "");
        return PH_OK;
    }
    if (text.len == 0) {
        if (ph_col_cell_of(r, PH_COL_C_VALUE).len > 0) {
            ph_col_tell(r, PH_COL_P_INDICATOR_EMPTY, column, text, "");
            ph_col_set_unread(r, PH_NO_INDEX);
        }
        return PH_OK;
    }
    uint16_t indicator = ph_col_find_indicator(r, text);
    if (indicator != PH_NO_INDEX)
        return ph_col_keep_cell(r, indicator, column);
    ph_col_unknown_indicator(r, text, column);
    return PH_OK;
}

/* A column "notation" declares for all rows: its first cell that is not empty is taken before any number is read. */
static void scan_notation_column(ph_col_reading *r)
{
    if (r->column[PH_COL_C_NOTATION] == 0)
        return;
    ph_col_csv look = r->csv;
    ph_col_problems ignored = {0};
    ph_buf_init(&look.cells, r->csv.cells.max);
    while (ph_col_csv_next(&look, &ignored) == PH_OK) {
        ph_span said = r->column[PH_COL_C_NOTATION] <= look.n_cells ? look.cell[r->column[PH_COL_C_NOTATION] - 1]
                                                                    : ph_span_str("");
        if (said.len > 0) {
            uint32_t row = r->csv.row;
            r->csv.row = look.row;
            set_notation(r, said, r->column[PH_COL_C_NOTATION]);
            r->csv.row = row;
            break;
        }
    }
    ph_buf_done(&look.cells);
}

static void tell_left_out(ph_col_reading *r, ph_col_problem_id id, uint32_t n, const char *first)
{
    char count[16];
    snprintf(count, sizeof count, "%u", n);
    if (n > 0)
        ph_col_problems_add(&r->in->problems, id, 0, 0, ph_span_str(count), ph_span_str(first));
}

static ph_rc next_row(ph_col_reading *r)
{
    size_t n_before = r->in->problems.n_errors;
    ph_rc rc = ph_col_csv_next(&r->csv, &r->in->problems);
    r->is_torn = r->in->problems.n_errors > n_before;
    if (rc == PH_INVALID)
        ph_col_set_unread(r, PH_NO_INDEX); /* it and all below */
    return rc;
}

static ph_rc read_all(ph_col_reading *r, ph_span bytes)
{
    ph_rc rc = ph_col_csv_open(&r->csv, bytes, &r->in->problems);
    if (rc != PH_OK)
        return rc;
    r->in->separator = r->csv.separator;
    r->in->has_bom = r->csv.has_bom;
    rc = read_header(r);
    if (rc == PH_OK)
        scan_notation_column(r);
    while (rc == PH_OK && (rc = next_row(r)) == PH_OK)
        rc = read_row(r);
    settle_guesses(r);
    if (rc != PH_NOT_FOUND)
        return rc;
    tell_left_out(r, PH_COL_P_OTHER_UNIT, r->n_other_units, r->other_unit);
    tell_left_out(r, PH_COL_P_OTHER_PERIOD, r->n_other_periods, r->other_period);
    if (r->in->n_cells == 0 && r->in->problems.n_errors == 0)
        ph_col_problems_add(&r->in->problems, PH_COL_P_NO_ROWS, 0, 0, ph_span_str(""), ph_span_str(""));
    return PH_OK;
}

ph_rc ph_col_input_read(ph_span bytes, const ph_col_input_opts *opts, ph_col_input **ret)
{
    ph_col_input *in = calloc(1, sizeof *in);
    if (in == NULL)
        return PH_NOMEM;
    ph_buf_init(&in->notes, NOTES_MAX);
    in->notation = opts->notation;
    in->withdraws = opts->withdraws;
    ph_col_reading r = {.in = in, .opts = opts};
    ph_rc rc = read_all(&r, bytes);
    ph_col_csv_close(&r.csv);
    if (rc == PH_INVALID && in->problems.n_errors > 0)
        rc = PH_OK; /* unreadable, and told */
    if (rc != PH_OK) {
        ph_col_input_free(in);
        return rc;
    }
    *ret = in;
    return PH_OK;
}

void ph_col_input_free(ph_col_input *in)
{
    if (in == NULL)
        return;
    ph_buf_done(&in->notes);
    free(in);
}
