/* ph_col_input_cell - what the value, status and note of a row say.   Layer: collector/core
 * (pure) */
#include <stdio.h>
#include <string.h>

#include "ph_col_input_parts.h"
#include "ph_submission.h"
#include "ph_utf8.h"

static bool is_measure(const char *folded, ph_span said, const char *known)
{
    char key[128];
    if (known == NULL)
        return false;
    return ph_span_is(said, known) ||
           (ph_col_fold(ph_span_str(known), key, sizeof key) && key[0] != '\0' && strcmp(key, folded) == 0);
}

static void measure_problem(ph_col_reading *r, const ph_indicator *ind)
{
    static const char *const percents[] = {"PT", "%", "phần trăm", "percent"};
    ph_span said = ph_col_cell_of(r, PH_COL_C_MEASURE);
    const char *known[] = {ind->unit_measure, ind->unit_name.vi, ind->unit_name.en};
    char folded[128];
    bool fits = said.len == 0 || !ph_col_fold(said, folded, sizeof folded);
    for (size_t i = 0; i < sizeof known / sizeof known[0] && !fits; i++)
        fits = is_measure(folded, said, known[i]);
    for (size_t i = 0; i < sizeof percents / sizeof percents[0] && !fits; i++)
        fits =
            ind->unit_measure != NULL && strcmp(ind->unit_measure, "PT") == 0 && is_measure(folded, said, percents[i]);
    if (!fits)
        ph_col_tell(r, PH_COL_P_MEASURE, r->column[PH_COL_C_MEASURE], said, known[known[1] != NULL]);
}

/* The form of an index, 100 + growth, may stand for growth where the unit of measure says so. */
static bool says_index(const ph_col_reading *r, const ph_indicator *ind)
{
    static const char *const words[] = {"chi_so", "chi_so_phat_trien", "toc_do_phat_trien", "index"};
    char folded[128];
    if (!ph_indicator_is_growth(ind) || !ph_col_fold(ph_col_cell_of(r, PH_COL_C_MEASURE), folded, sizeof folded))
        return false;
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (strcmp(folded, words[i]) == 0)
            return true;
    return false;
}

/* Exact, and shown in the notation of the file: nobody is to wonder where the figure comes from. No index is below 0.
 */
static void take_index(ph_col_reading *r, const ph_indicator *ind, ph_col_cell *dst)
{
    char growth[2 * PH_DECIMAL_TEXT_BYTES];
    if (dst->value.mantissa < 0) {
        measure_problem(r, ind);
        return;
    }
    dst->value.mantissa -= 100 * ph_pow10(dst->value.scale);
    (void)ph_decimal_print_human(dst->value, r->in->notation == PH_NOTATION_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN,
                                 growth);
    ph_col_tell(r, PH_COL_P_INDEX, r->column[PH_COL_C_VALUE], ph_col_cell_of(r, PH_COL_C_VALUE), growth);
}

static bool is_dash(ph_span s)
{
    static const char *const dashes[] = {"-", "–", "—", "(-)", "…", "...", "(…)", "(...)"};
    for (size_t i = 0; i < sizeof dashes / sizeof dashes[0]; i++)
        if (ph_span_is(s, dashes[i]))
            return true;
    return false;
}

static void two_readings(ph_col_reading *r, ph_span text, ph_decimal as_vi, ph_decimal as_plain)
{
    char a[2 * PH_DECIMAL_TEXT_BYTES], b[2 * PH_DECIMAL_TEXT_BYTES], both[PH_COL_PROBLEM_TEXT];
    (void)ph_decimal_print(as_vi, a);
    (void)ph_decimal_print(as_plain, b);
    snprintf(both, sizeof both, "%s (vi) / %s (plain)", a, b);
    ph_col_tell(r, PH_COL_P_VALUE_TWO_WAYS, r->column[PH_COL_C_VALUE], text, both);
}

/* A text that is no number by the declared notation may be one by another: then say which is declared. */
static void not_a_number(ph_col_reading *r, ph_span text)
{
    ph_decimal d;
    if (r->in->notation != PH_NOTATION_UNSAID && ph_decimal_parse_human(text, PH_NOTATION_UNSAID, &d, NULL) == PH_OK)
        ph_col_tell(r, PH_COL_P_VALUE_NOTATION, r->column[PH_COL_C_VALUE], text, ph_col_notation_name(r->in->notation));
    else
        ph_col_tell(r, PH_COL_P_VALUE, r->column[PH_COL_C_VALUE], text, "");
}

static bool read_value(ph_col_reading *r, ph_col_cell *dst)
{
    ph_span text = ph_col_cell_of(r, PH_COL_C_VALUE);
    ph_decimal other;
    if (text.len == 0)
        return true;
    if (is_dash(text)) {
        bool dots = memchr(text.ptr, '.', text.len) != NULL || memmem(text.ptr, text.len, "…", 3) != NULL;
        ph_col_tell(r, PH_COL_P_VALUE_DASH, r->column[PH_COL_C_VALUE], text,
                    dots ? "có phát sinh, chưa thu thập / not collected" : "không phát sinh / none occurred");
        return false;
    }
    ph_rc rc = ph_decimal_parse_human(text, r->in->notation, &dst->value, &other);
    dst->has_value = rc == PH_OK;
    if (rc == PH_AMBIGUOUS)
        two_readings(r, text, dst->value, other);
    else if (rc == PH_RANGE)
        ph_col_tell(r, PH_COL_P_VALUE_RANGE, r->column[PH_COL_C_VALUE], text, "");
    else if (rc != PH_OK)
        not_a_number(r, text);
    return rc == PH_OK;
}

/* A figure taken back has no value; the status says why when it is one of those, else simply that it is missing. */
static void read_withdrawn(ph_col_reading *r, ph_col_cell *dst)
{
    ph_span value = ph_col_cell_of(r, PH_COL_C_VALUE), status = ph_col_cell_of(r, PH_COL_C_STATUS);
    char said = status.len == 0 ? 'O' : ph_col_status_find(status), shown[PH_COL_PROBLEM_TEXT];
    dst->status = said != '\0' && strchr(PH_OBS_NO_VALUE, said) != NULL ? said : 'O';
    if (value.len > 0) {
        if (!ph_span_copy(value, shown, sizeof shown))
            (void)ph_span_copy(ph_span_str("…"), shown, sizeof shown);
        ph_col_tell(r, PH_COL_P_WITHDRAW_VALUE, dst->column, ph_span_str(dst->indicator), shown);
    } else if (said == '\0') {
        ph_col_tell(r, PH_COL_P_STATUS, r->column[PH_COL_C_STATUS], status, "L, O, M, Q");
    }
}

static void read_status(ph_col_reading *r, ph_col_cell *dst)
{
    ph_span text = ph_col_cell_of(r, PH_COL_C_STATUS);
    dst->status = text.len == 0 ? 'A' : ph_col_status_find(text);
    if (dst->status == '\0') {
        ph_col_tell(r, PH_COL_P_STATUS, r->column[PH_COL_C_STATUS], text, "A, P, E, F, B, D, U, M, L, O, Q");
        return;
    }
    bool means_none = strchr(PH_OBS_NO_VALUE, dst->status) != NULL;
    if (text.len > 0 && dst->has_value == means_none) {
        char letter[2] = {dst->status, '\0'};
        ph_col_tell(r, means_none ? PH_COL_P_STATUS_VALUE : PH_COL_P_STATUS_ALONE, r->column[PH_COL_C_VALUE],
                    ph_span_str(letter), "");
    }
}

/* Notes are kept as they are, whatever they look like, in NFC because the wire demands it. */
static ph_rc read_note(ph_col_reading *r, ph_col_cell *dst)
{
    ph_span text = ph_col_cell_of(r, PH_COL_C_NOTE);
    if (r->opts->withdraws && text.len == 0)
        text = r->opts->reason;
    dst->note_at = r->in->notes.len;
    ph_rc rc = text.len == 0 ? PH_OK : ph_utf8_nfc(text, &r->in->notes);
    dst->note_len = r->in->notes.len - dst->note_at;
    if (rc == PH_OK && dst->note_len > PH_MAX_NOTE_BYTES) {
        char has[24], max[24];
        snprintf(has, sizeof has, "%zu", dst->note_len);
        snprintf(max, sizeof max, "%d", PH_MAX_NOTE_BYTES);
        ph_col_tell(r, PH_COL_P_NOTE_LONG, r->column[PH_COL_C_NOTE], ph_span_str(has), max);
        r->in->notes.len = dst->note_at;
        dst->note_len = 0;
    } else if (rc == PH_OK && dst->note_len > 0 &&
               !ph_utf8_is_clean_nfc(ph_span_of(r->in->notes.ptr + dst->note_at, dst->note_len))) {
        ph_col_tell(r, PH_COL_P_CONTROL, r->column[PH_COL_C_NOTE], text, "");
    }
    return rc;
}

static bool is_duplicate(ph_col_reading *r, const char *code, uint32_t column)
{
    for (size_t i = 0; i < r->in->n_cells; i++)
        if (strcmp(r->in->cells[i].indicator, code) == 0) {
            char row[16];
            snprintf(row, sizeof row, "%u", r->in->cells[i].row);
            ph_col_tell(r, PH_COL_P_DUPLICATE, column, ph_span_str(code), row);
            return true;
        }
    return false;
}

ph_rc ph_col_keep_cell(ph_col_reading *r, uint16_t indicator, uint32_t column)
{
    const ph_indicator *ind = ph_registry_indicator(r->opts->registry, indicator);
    ph_col_cell c = {.row = r->csv.row, .column = r->column[PH_COL_C_VALUE]};
    (void)ph_span_copy(ph_span_str(ind->code), c.indicator, sizeof c.indicator);
    bool is_given =
        r->opts->withdraws || ph_col_cell_of(r, PH_COL_C_VALUE).len > 0 || ph_col_cell_of(r, PH_COL_C_STATUS).len > 0;
    if (!is_given)
        return PH_OK;
    if (is_duplicate(r, c.indicator, column))
        return PH_OK;
    size_t n_before = r->in->problems.n_errors;
    bool is_index = says_index(r, ind);
    if (!is_index)
        measure_problem(r, ind);
    if (r->opts->withdraws)
        read_withdrawn(r, &c);
    else if (read_value(r, &c))
        read_status(r, &c);
    if (is_index && c.has_value)
        take_index(r, ind, &c);
    c.is_unread = r->is_torn || r->in->problems.n_errors > n_before;
    ph_rc rc = read_note(r, &c);
    c.is_unread = c.is_unread || (!c.has_value && r->in->problems.n_errors > n_before); /* the note says why none */
    if (c.is_unread)
        ph_col_set_unread(r, indicator);
    if (rc == PH_OK && r->in->n_cells == PH_MAX_OBSERVATIONS)
        rc = PH_LIMIT;
    if (rc == PH_OK)
        r->in->cells[r->in->n_cells++] = c; /* a bad one too, so that its double is told */
    return rc;
}
