/* ph_col_input - a file of figures, read into cells; every problem with its row and column.   Layer: collector/core
 * (pure) */
#include "ph_col_input.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_col_csv.h"
#include "ph_col_encoding.h"
#include "ph_col_names.h"
#include "ph_submission.h"
#include "ph_utf8.h"

enum { NOTES_MAX = PH_MAX_OBSERVATIONS * (PH_MAX_NOTE_BYTES + 1) };

/* column[c]: where the column of that meaning stands, from 1; 0 = not there. */
typedef struct reading {
    ph_col_input *in;
    const ph_col_input_opts *opts;
    ph_col_csv csv;
    uint32_t column[PH_COL_COLUMN_COUNT];
    uint32_t n_columns;
    uint32_t n_other_units, n_other_periods;
    char other_unit[PH_MAX_TEXT_BYTES], other_period[PH_MAX_TEXT_BYTES];
} reading;

static void tell(reading *r, ph_col_problem_id id, uint32_t column, ph_span a, const char *b)
{
    ph_col_problems_add(&r->in->problems, id, r->csv.row, column, a, ph_span_str(b));
}

/* The cell of that meaning in the row read last; empty when the file has no such column. */
static ph_span cell(const reading *r, ph_col_column c)
{
    uint32_t at = r->column[c];
    return at == 0 || at > r->csv.n_cells ? ph_span_str("") : r->csv.cell[at - 1];
}

/* ---- what the file says of itself ---- */

static void set_id(reading *r, char dst[PH_ID_BUFFER_BYTES], const char *what, ph_span value, uint32_t column)
{
    if (!ph_span_copy(value, dst, PH_ID_BUFFER_BYTES))
        tell(r, PH_COL_P_CONTEXT_BAD, column, value, what);
}

static void set_period(reading *r, ph_span value, uint32_t column)
{
    if (ph_period_parse(value, &r->in->period) == PH_OK)
        r->in->has_period = true;
    else
        tell(r, PH_COL_P_CONTEXT_BAD, column, value, "2023, 2023-S1, 2023-Q2, 2023-06");
}

static void set_notation(reading *r, ph_span value, uint32_t column)
{
    ph_notation said;
    if (!ph_col_notation_find(value, &said))
        tell(r, PH_COL_P_CONTEXT_BAD, column, value, "vi, plain");
    else if (r->in->notation != PH_NOTATION_UNSAID && r->in->notation != said)
        tell(r, PH_COL_P_CONTEXT, column, value, ph_col_notation_name(r->in->notation));
    else
        r->in->notation = said;
}

/* "# ký hiệu số: vi" in one cell, or the name and the value in two. Other comments are for people. */
static void read_comment(reading *r)
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
    switch ((int)ph_col_column_find(name)) {
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
        break;
    case PH_COL_C_NOTATION:
        set_notation(r, value, 1);
        break;
    default:
        break;
    }
}

/* What the file says of itself against what the caller knows. */
static void check_context(reading *r)
{
    const struct {
        const char *said, *known;
    } texts[] = {{r->in->unit, r->opts->unit}, {r->in->form, r->opts->form}};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        if (texts[i].said[0] != '\0' && texts[i].known != NULL && texts[i].known[0] != '\0' &&
            strcmp(texts[i].said, texts[i].known) != 0)
            tell(r, PH_COL_P_CONTEXT, 1, ph_span_str(texts[i].said), texts[i].known);
    if (!r->in->has_period || !r->opts->has_period || ph_period_eq(r->in->period, r->opts->period))
        return;
    char said[PH_PERIOD_TEXT_BYTES], known[PH_PERIOD_TEXT_BYTES];
    (void)ph_period_print(r->in->period, said);
    (void)ph_period_print(r->opts->period, known);
    tell(r, PH_COL_P_CONTEXT, 1, ph_span_str(said), known);
}

/* ---- the header ---- */

static void read_titles(reading *r)
{
    r->n_columns = r->csv.n_used;
    for (uint32_t i = 0; i < r->csv.n_used; i++) {
        ph_span title = r->csv.cell[i];
        ph_col_column c = ph_col_column_find(title);
        if (c == PH_COL_COLUMN_COUNT) {
            if (title.len > 0)
                tell(r, PH_COL_P_COLUMN_IGNORED, i + 1, title, "");
        } else if (r->column[c] != 0) {
            char other[PH_COL_PROBLEM_TEXT];
            if (!ph_span_copy(r->csv.cell[r->column[c] - 1], other, sizeof other))
                other[0] = '\0';
            tell(r, PH_COL_P_TWO_COLUMNS, i + 1, title, other);
        } else {
            r->column[c] = i + 1;
        }
    }
}

static ph_rc no_header(reading *r)
{
    bool tcvn3 = ph_col_encoding_is_tcvn3_as_latin1(r->csv.text);
    if (tcvn3)
        ph_col_problems_add(&r->in->problems, PH_COL_P_TCVN3, r->csv.row, 0, ph_span_str(""), ph_span_str(""));
    else
        tell(r, PH_COL_P_NO_HEADER, 0, r->csv.n_cells > 0 ? r->csv.cell[0] : ph_span_str(""), "");
    return PH_INVALID;
}

static ph_rc read_header(reading *r)
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
    check_context(r);
    read_titles(r);
    bool has_indicator = r->column[PH_COL_C_INDICATOR] != 0 || r->column[PH_COL_C_NAME] != 0;
    return has_indicator && r->column[PH_COL_C_VALUE] != 0 ? PH_OK : no_header(r);
}

/* ---- which indicator ---- */

static bool is_in_form(const ph_registry *reg, const char *form, uint16_t indicator)
{
    for (size_t f = 0; f < ph_registry_n_forms(reg); f++) {
        const ph_form *candidate = ph_registry_form(reg, f);
        for (uint16_t i = 0; strcmp(candidate->id, form) == 0 && i < candidate->n_items; i++)
            if (candidate->items[i].indicator == indicator)
                return true;
    }
    return false;
}

static bool has_name(const ph_indicator *ind, const char *folded)
{
    const char *names[] = {ind->code, ind->name.vi, ind->name.en};
    char key[256];
    for (size_t i = 0; i < 3; i++)
        if (names[i] != NULL && ph_col_fold(ph_span_str(names[i]), key, sizeof key) && strcmp(key, folded) == 0)
            return true;
    return false;
}

/* By exact code, else by code or name in any writing; of several with that name the one in the form. */
static uint16_t find_indicator(const reading *r, ph_span text)
{
    const ph_registry *reg = r->opts->registry;
    uint16_t exact = ph_registry_find_indicator(reg, text);
    char folded[256];
    if (exact != PH_NO_INDEX || !ph_col_fold(text, folded, sizeof folded) || folded[0] == '\0')
        return exact;
    const char *form = r->in->form[0] != '\0' ? r->in->form : r->opts->form;
    uint16_t best = PH_NO_INDEX;
    for (size_t i = 0; i < ph_registry_n_indicators(reg); i++)
        if (has_name(ph_registry_indicator(reg, i), folded) &&
            (best == PH_NO_INDEX || (form != NULL && is_in_form(reg, form, (uint16_t)i))))
            best = (uint16_t)i;
    return best;
}

/* ---- one row ---- */

static bool is_measure(const char *folded, ph_span said, const char *known)
{
    char key[128];
    if (known == NULL)
        return false;
    return ph_span_is(said, known) ||
           (ph_col_fold(ph_span_str(known), key, sizeof key) && key[0] != '\0' && strcmp(key, folded) == 0);
}

static void measure_problem(reading *r, const ph_indicator *ind)
{
    static const char *const percents[] = {"PT", "%", "phần trăm", "percent"};
    ph_span said = cell(r, PH_COL_C_MEASURE);
    const char *known[] = {ind->unit_measure, ind->unit_name.vi, ind->unit_name.en};
    char folded[128];
    bool fits = said.len == 0 || !ph_col_fold(said, folded, sizeof folded);
    for (size_t i = 0; i < sizeof known / sizeof known[0] && !fits; i++)
        fits = is_measure(folded, said, known[i]);
    for (size_t i = 0; i < sizeof percents / sizeof percents[0] && !fits; i++)
        fits = ind->unit_measure != NULL && strcmp(ind->unit_measure, "PT") == 0 && is_measure(folded, said, percents[i]);
    if (!fits)
        tell(r, PH_COL_P_MEASURE, r->column[PH_COL_C_MEASURE], said, known[known[1] != NULL]);
}

static bool is_dash(ph_span s)
{
    static const char *const dashes[] = {"-", "–", "—", "(-)", "…", "...", "(…)", "(...)"};
    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++)
        if (ph_span_is(s, dashes[i]))
            return true;
    return false;
}

static void two_readings(reading *r, ph_span text, ph_decimal as_vi, ph_decimal as_plain)
{
    char a[2 * PH_DECIMAL_TEXT_BYTES], b[2 * PH_DECIMAL_TEXT_BYTES], both[PH_COL_PROBLEM_TEXT];
    (void)ph_decimal_print(as_vi, a);
    (void)ph_decimal_print(as_plain, b);
    snprintf(both, sizeof both, "%s (vi) / %s (plain)", a, b);
    tell(r, PH_COL_P_VALUE_TWO_WAYS, r->column[PH_COL_C_VALUE], text, both);
}

/* A text that is no number by the declared notation may be one by another: then say which is declared. */
static void not_a_number(reading *r, ph_span text)
{
    ph_decimal d;
    if (r->in->notation != PH_NOTATION_UNSAID && ph_decimal_parse_human(text, PH_NOTATION_UNSAID, &d, NULL) == PH_OK)
        tell(r, PH_COL_P_VALUE_NOTATION, r->column[PH_COL_C_VALUE], text, ph_col_notation_name(r->in->notation));
    else
        tell(r, PH_COL_P_VALUE, r->column[PH_COL_C_VALUE], text, "");
}

static bool read_value(reading *r, ph_col_cell *dst)
{
    ph_span text = cell(r, PH_COL_C_VALUE);
    ph_decimal other;
    if (text.len == 0)
        return true;
    if (is_dash(text)) {
        bool dots = memchr(text.ptr, '.', text.len) != NULL || memmem(text.ptr, text.len, "…", 3) != NULL;
        tell(r, PH_COL_P_VALUE_DASH, r->column[PH_COL_C_VALUE], text,
             dots ? "có phát sinh, chưa thu thập / not collected" : "không phát sinh / none occurred");
        return false;
    }
    ph_rc rc = ph_decimal_parse_human(text, r->in->notation, &dst->value, &other);
    dst->has_value = rc == PH_OK;
    if (rc == PH_AMBIGUOUS)
        two_readings(r, text, dst->value, other);
    else if (rc == PH_RANGE)
        tell(r, PH_COL_P_VALUE_RANGE, r->column[PH_COL_C_VALUE], text, "");
    else if (rc != PH_OK)
        not_a_number(r, text);
    return rc == PH_OK;
}

static bool read_status(reading *r, ph_col_cell *dst)
{
    ph_span text = cell(r, PH_COL_C_STATUS);
    dst->status = text.len == 0 ? 'A' : ph_col_status_find(text);
    if (dst->status == '\0') {
        tell(r, PH_COL_P_STATUS, r->column[PH_COL_C_STATUS], text, "A, P, E, F, B, D, U, M, L, O, Q");
        return false;
    }
    if (text.len > 0 && !dst->has_value && strchr(PH_OBS_NO_VALUE, dst->status) == NULL) {
        char letter[2] = {dst->status, '\0'};
        tell(r, PH_COL_P_STATUS_ALONE, r->column[PH_COL_C_VALUE], ph_span_str(letter), "");
        return false;
    }
    return true;
}

/* Notes are kept as they are, whatever they look like, in NFC because the wire demands it. */
static ph_rc read_note(reading *r, ph_col_cell *dst)
{
    ph_span text = cell(r, PH_COL_C_NOTE);
    dst->note_at = r->in->notes.len;
    ph_rc rc = text.len == 0 ? PH_OK : ph_utf8_nfc(text, &r->in->notes);
    dst->note_len = r->in->notes.len - dst->note_at;
    if (rc == PH_OK && dst->note_len > PH_MAX_NOTE_BYTES) {
        char has[24], max[24];
        snprintf(has, sizeof has, "%zu", dst->note_len);
        snprintf(max, sizeof max, "%d", PH_MAX_NOTE_BYTES);
        tell(r, PH_COL_P_NOTE_LONG, r->column[PH_COL_C_NOTE], ph_span_str(has), max);
        r->in->notes.len = dst->note_at;
        dst->note_len = 0;
    } else if (rc == PH_OK && dst->note_len > 0 &&
               !ph_utf8_is_clean_nfc(ph_span_of(r->in->notes.ptr + dst->note_at, dst->note_len))) {
        tell(r, PH_COL_P_CONTROL, r->column[PH_COL_C_NOTE], text, "");
    }
    return rc;
}

static bool is_duplicate(reading *r, const char *code, uint32_t column)
{
    for (size_t i = 0; i < r->in->n_cells; i++)
        if (strcmp(r->in->cells[i].indicator, code) == 0) {
            char row[16];
            snprintf(row, sizeof row, "%u", r->in->cells[i].row);
            tell(r, PH_COL_P_DUPLICATE, column, ph_span_str(code), row);
            return true;
        }
    return false;
}

static void unknown_indicator(reading *r, ph_span text, uint32_t column)
{
    char known[PH_COL_PROBLEM_TEXT - 8] = "";
    size_t len = 0;
    const char *id = r->in->form[0] != '\0' ? r->in->form : r->opts->form;
    for (size_t i = 0; i < ph_registry_n_indicators(r->opts->registry); i++) {
        const char *code = ph_registry_indicator(r->opts->registry, i)->code;
        bool fits = id == NULL || id[0] == '\0' || is_in_form(r->opts->registry, id, (uint16_t)i);
        if (fits && len + strlen(code) + 3 < sizeof known)
            len += (size_t)snprintf(known + len, sizeof known - len, "%s%s", len == 0 ? "" : ", ", code);
    }
    tell(r, PH_COL_P_INDICATOR_UNKNOWN, column, text, known);
}

static ph_rc keep_cell(reading *r, uint16_t indicator, uint32_t column)
{
    const ph_indicator *ind = ph_registry_indicator(r->opts->registry, indicator);
    ph_col_cell c = {.row = r->csv.row, .column = r->column[PH_COL_C_VALUE]};
    (void)ph_span_copy(ph_span_str(ind->code), c.indicator, sizeof c.indicator);
    bool is_given = cell(r, PH_COL_C_VALUE).len > 0 || cell(r, PH_COL_C_STATUS).len > 0;
    if (!is_given)
        return PH_OK;
    if (is_duplicate(r, c.indicator, column))
        return PH_OK;
    measure_problem(r, ind);
    bool ok = read_value(r, &c);
    ok = (!ok || read_status(r, &c)) && ok;
    ph_rc rc = read_note(r, &c);
    if (rc == PH_OK && r->in->n_cells == PH_MAX_OBSERVATIONS)
        rc = PH_LIMIT;
    if (rc == PH_OK)
        r->in->cells[r->in->n_cells++] = c; /* a bad one too, so that its double is told */
    return rc;
}

/* Rows of other units and periods are left out, counted. */
static bool is_ours(reading *r)
{
    ph_span unit = cell(r, PH_COL_C_UNIT), period = cell(r, PH_COL_C_PERIOD);
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

static ph_rc read_row(reading *r)
{
    if (r->csv.n_used == 0)
        return PH_OK;
    if (r->csv.n_used > r->n_columns) {
        char has[16], want[16];
        snprintf(has, sizeof has, "%u", r->csv.n_used);
        snprintf(want, sizeof want, "%u", r->n_columns);
        tell(r, PH_COL_P_RAGGED, r->n_columns + 1, ph_span_str(has), want);
        return PH_OK;
    }
    uint32_t column = r->column[PH_COL_C_INDICATOR] != 0 ? r->column[PH_COL_C_INDICATOR] : r->column[PH_COL_C_NAME];
    ph_span text = cell(r, PH_COL_C_INDICATOR);
    if (text.len == 0)
        text = cell(r, PH_COL_C_NAME);
    if (r->csv.cell[0].len > 0 && r->csv.cell[0].ptr[0] == '#' && column == 1) {
        tell(r, PH_COL_P_LATE_COMMENT, 1, r->csv.cell[0], "");
        return PH_OK;
    }
    if (!is_ours(r))
        return PH_OK;
    r->in->n_rows++;
    if (ph_col_is_totals(text)) {
        tell(r, PH_COL_P_TOTAL, column, text, "");
        return PH_OK;
    }
    if (text.len == 0) {
        if (cell(r, PH_COL_C_VALUE).len > 0)
            tell(r, PH_COL_P_INDICATOR_EMPTY, column, text, "");
        return PH_OK;
    }
    uint16_t indicator = find_indicator(r, text);
    if (indicator != PH_NO_INDEX)
        return keep_cell(r, indicator, column);
    unknown_indicator(r, text, column);
    return PH_OK;
}

/* A column "notation" declares for all rows: its first cell that is not empty is taken before any number is read. */
static void scan_notation_column(reading *r)
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

static void tell_left_out(reading *r, ph_col_problem_id id, uint32_t n, const char *first)
{
    char count[16];
    snprintf(count, sizeof count, "%u", n);
    if (n > 0)
        ph_col_problems_add(&r->in->problems, id, 0, 0, ph_span_str(count), ph_span_str(first));
}

static ph_rc read_all(reading *r, ph_span bytes)
{
    ph_rc rc = ph_col_csv_open(&r->csv, bytes, &r->in->problems);
    if (rc != PH_OK)
        return rc;
    r->in->separator = r->csv.separator;
    r->in->has_bom = r->csv.has_bom;
    rc = read_header(r);
    if (rc == PH_OK)
        scan_notation_column(r);
    while (rc == PH_OK && (rc = ph_col_csv_next(&r->csv, &r->in->problems)) == PH_OK)
        rc = read_row(r);
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
    reading r = {.in = in, .opts = opts};
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
