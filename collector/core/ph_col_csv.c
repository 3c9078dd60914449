/* ph_col_csv - comma, semicolon or tab separated rows out of bytes that a spreadsheet wrote.   Layer: collector/core
 * (pure) */
#include "ph_col_csv.h"

#include <stdio.h>
#include <string.h>

#include "ph_col_encoding.h"

enum { N_SEPARATORS = 3 };
static const char separators[N_SEPARATORS] = {';', '\t', ','};

static bool is_end(uint8_t c)
{
    return c == '\n' || c == '\r';
}

static bool is_blank(uint8_t c)
{
    return c == ' ' || c == '\t';
}

static ph_span trim(ph_span s)
{
    if (s.ptr == NULL)
        return s;
    for (; s.len > 0 && is_blank(s.ptr[0]); s.len--)
        s.ptr++;
    while (s.len > 0 && is_blank(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

/* "sep=;" on a line of its own is Excel's way to say it. */
static bool take_sep_line(ph_col_csv *c)
{
    ph_span s = c->text;
    if (s.len < 5 || memcmp(s.ptr, "sep=", 4) != 0 || memchr(",;\t", s.ptr[4], 3) == NULL)
        return false;
    if (s.len > 5 && !is_end(s.ptr[5]))
        return false;
    c->separator = (char)s.ptr[4];
    size_t skip = s.len > 6 && s.ptr[5] == '\r' && s.ptr[6] == '\n' ? 7 : s.len > 5 ? 6 : 5;
    c->text = ph_span_of(s.ptr + skip, s.len - skip);
    c->row = 1;
    return true;
}

/* Separators outside quotes, counted on one line from @at; returns where the line ends. */
static size_t count_line(ph_span text, size_t at, size_t counts[N_SEPARATORS], bool *ret_content)
{
    bool quoted = false;
    memset(counts, 0, N_SEPARATORS * sizeof counts[0]);
    *ret_content = false;
    for (; at < text.len && (quoted || !is_end(text.ptr[at])); at++) {
        uint8_t b = text.ptr[at];
        if (b == '"')
            quoted = !quoted;
        *ret_content = *ret_content || (!is_blank(b) && b != ',' && b != ';');
        for (size_t k = 0; k < N_SEPARATORS && !quoted; k++)
            counts[k] += b == (uint8_t)separators[k];
    }
    return at;
}

/* The one that splits the first line that is neither blank nor a comment into most cells. */
static void guess_separator(ph_col_csv *c)
{
    size_t counts[N_SEPARATORS] = {0}, best = N_SEPARATORS - 1;
    bool content = false;
    for (size_t at = 0; at < c->text.len && !content; at++) {
        if (c->text.ptr[at] == '#') {
            while (at < c->text.len && !is_end(c->text.ptr[at]))
                at++;
            continue;
        }
        at = count_line(c->text, at, counts, &content);
    }
    for (size_t k = 0; k < N_SEPARATORS; k++)
        if (counts[k] > counts[best])
            best = k;
    c->separator = separators[best];
}

ph_rc ph_col_csv_open(ph_col_csv *c, ph_span bytes, ph_col_problems *problems)
{
    *c = (ph_col_csv){.text = bytes};
    ph_buf_init(&c->cells, PH_COL_CSV_MAX_CELLS * PH_COL_CSV_MAX_CELL);
    if (bytes.len > PH_COL_CSV_MAX_BYTES) {
        char words[64];
        snprintf(words, sizeof words, "%zu byte > %d", bytes.len, PH_COL_CSV_MAX_BYTES);
        ph_col_problems_add(problems, PH_COL_P_TOO_LARGE, 0, 0, ph_span_str(words), ph_span_str(""));
        return PH_INVALID;
    }
    ph_rc rc = ph_col_encoding_check(&c->text, &c->has_bom, problems);
    if (rc == PH_OK && !take_sep_line(c))
        guess_separator(c);
    return rc;
}

void ph_col_csv_close(ph_col_csv *c)
{
    ph_buf_done(&c->cells);
    *c = (ph_col_csv){0};
}

static ph_rc too_large(const ph_col_csv *c, ph_col_problems *problems, uint32_t column, const char *what, int max)
{
    char words[64];
    snprintf(words, sizeof words, "%s > %d", what, max);
    ph_col_problems_add(problems, PH_COL_P_TOO_LARGE, c->row, column, ph_span_str(words), ph_span_str(""));
    return PH_INVALID;
}

/* A quoted cell, c->at behind the opening quote. */
static ph_rc read_quoted(ph_col_csv *c, uint32_t column, ph_col_problems *problems)
{
    size_t begun = c->cells.len;
    while (c->at < c->text.len) {
        uint8_t b = c->text.ptr[c->at++];
        if (b == '"') {
            if (c->at == c->text.len || c->text.ptr[c->at] != '"')
                return PH_OK;
            c->at++;
        }
        if (c->cells.len - begun == PH_COL_CSV_MAX_CELL)
            return too_large(c, problems, column, "ô / cell", PH_COL_CSV_MAX_CELL);
        if (ph_buf_put_byte(&c->cells, b) != PH_OK)
            return c->cells.rc;
    }
    ph_col_problems_add(problems, PH_COL_P_QUOTE_OPEN, c->row, column, ph_span_str(""), ph_span_str(""));
    return PH_INVALID;
}

/* Up to the next separator or line end; for a quoted cell that is what stands behind its closing quote. */
static ph_span rest_of_cell(ph_col_csv *c)
{
    size_t from = c->at;
    while (c->at < c->text.len && c->text.ptr[c->at] != (uint8_t)c->separator && !is_end(c->text.ptr[c->at]))
        c->at++;
    return trim(ph_span_of(c->text.ptr + from, c->at - from));
}

static void skip_blanks(ph_col_csv *c)
{
    while (c->at < c->text.len && is_blank(c->text.ptr[c->at]) && c->text.ptr[c->at] != (uint8_t)c->separator)
        c->at++;
}

static ph_rc read_cell(ph_col_csv *c, uint32_t column, ph_col_problems *problems)
{
    skip_blanks(c);
    bool quoted = c->at < c->text.len && c->text.ptr[c->at] == '"';
    if (quoted) {
        c->at++;
        ph_rc rc = read_quoted(c, column, problems);
        if (rc != PH_OK)
            return rc;
    }
    ph_span rest = rest_of_cell(c);
    if (quoted && rest.len > 0)
        ph_col_problems_add(problems, PH_COL_P_QUOTE_AFTER, c->row, column, rest, ph_span_str(""));
    if (!quoted && rest.len > PH_COL_CSV_MAX_CELL)
        return too_large(c, problems, column, "ô / cell", PH_COL_CSV_MAX_CELL);
    return quoted ? PH_OK : ph_buf_put_span(&c->cells, rest);
}

/* Line end behind a row. */
static void skip_end(ph_col_csv *c)
{
    if (c->at < c->text.len && c->text.ptr[c->at] == '\r')
        c->at++;
    else if (c->at < c->text.len && c->text.ptr[c->at] == '\n') {
        c->at++;
        return;
    }
    if (c->at < c->text.len && c->text.ptr[c->at] == '\n' && c->at > 0 && c->text.ptr[c->at - 1] == '\r')
        c->at++;
}

static void point_cells(ph_col_csv *c, const size_t *ends)
{
    size_t from = 0;
    c->n_used = 0;
    for (uint32_t i = 0; i < c->n_cells; i++) {
        c->cell[i] = trim(ph_span_of(c->cells.ptr == NULL ? NULL : c->cells.ptr + from, ends[i] - from));
        from = ends[i];
        if (c->cell[i].len > 0)
            c->n_used = i + 1;
    }
}

ph_rc ph_col_csv_next(ph_col_csv *c, ph_col_problems *problems)
{
    size_t ends[PH_COL_CSV_MAX_CELLS];
    if (c->at >= c->text.len)
        return PH_NOT_FOUND;
    if (++c->row > PH_COL_CSV_MAX_ROWS)
        return too_large(c, problems, 0, "dòng / rows", PH_COL_CSV_MAX_ROWS);
    ph_buf_clear(&c->cells);
    c->n_cells = 0;
    for (;;) {
        if (c->n_cells == PH_COL_CSV_MAX_CELLS)
            return too_large(c, problems, c->n_cells, "ô / cells", PH_COL_CSV_MAX_CELLS);
        ph_rc rc = read_cell(c, c->n_cells + 1, problems);
        if (rc != PH_OK)
            return rc;
        ends[c->n_cells++] = c->cells.len;
        if (c->at >= c->text.len || c->text.ptr[c->at] != (uint8_t)c->separator)
            break;
        c->at++;
    }
    skip_end(c);
    point_cells(c, ends);
    return PH_OK;
}

void ph_col_csv_write_cell(ph_buf *dst, ph_span text, char separator)
{
    bool quote = text.len > 0 && (is_blank(text.ptr[0]) || is_blank(text.ptr[text.len - 1]));
    for (size_t i = 0; i < text.len && !quote; i++)
        quote = text.ptr[i] == (uint8_t)separator || text.ptr[i] == '"' || is_end(text.ptr[i]);
    if (!quote) {
        (void)ph_buf_put_span(dst, text);
        return;
    }
    (void)ph_buf_put_byte(dst, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.ptr[i] == '"')
            (void)ph_buf_put_byte(dst, '"');
        (void)ph_buf_put_byte(dst, text.ptr[i]);
    }
    (void)ph_buf_put_byte(dst, '"');
}
