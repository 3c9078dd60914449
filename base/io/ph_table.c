/* ph_table - a table for people, as wide as its cells are on a terminal.   Layer: base/io */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "ph_term.h"
#include "ph_utf8.h"

enum { MAX_COLUMNS = 288, MAX_ROWS = 100000, MAX_TEXT_BYTES = 64 * 1024 * 1024, MAX_CELL_BYTES = 4096, GAP = 2 };

typedef struct row {
    size_t first; /* of its cells */
    size_t n;
    ph_colour colour;
    bool is_rule;
} row;

typedef struct cell {
    size_t from, len;
} cell;

struct ph_table {
    ph_align aligns[MAX_COLUMNS];
    size_t widths[MAX_COLUMNS];
    size_t n_columns;
    ph_buf text;  /* of all cells */
    ph_buf cells; /* of type cell */
    ph_buf rows;  /* of type row */
    row open;     /* being filled */
    ph_rc rc;
};

ph_rc ph_table_new(const ph_align *aligns, size_t n_columns, ph_table **ret)
{
    if (n_columns == 0 || n_columns > MAX_COLUMNS)
        return PH_LIMIT;
    ph_table *t = calloc(1, sizeof *t);
    if (t == NULL)
        return PH_NOMEM;
    memcpy(t->aligns, aligns, n_columns * sizeof *aligns);
    t->n_columns = n_columns;
    ph_buf_init(&t->text, MAX_TEXT_BYTES);
    ph_buf_init(&t->cells, MAX_ROWS * 8 * sizeof(cell));
    ph_buf_init(&t->rows, MAX_ROWS * sizeof(row));
    *ret = t;
    return PH_OK;
}

void ph_table_free(ph_table *t)
{
    if (t == NULL)
        return;
    ph_buf_done(&t->text);
    ph_buf_done(&t->cells);
    ph_buf_done(&t->rows);
    free(t);
}

static void stick(ph_table *t, ph_rc rc)
{
    if (t->rc == PH_OK)
        t->rc = rc;
}

void ph_table_cell(ph_table *t, const char *text)
{
    cell c = {.from = t->text.len};

    if (t->open.n == t->n_columns) {
        stick(t, PH_BUG); /* more cells than columns */
        return;
    }
    stick(t, ph_utf8_escape(ph_span_str(text), &t->text));
    if (t->rc != PH_OK)
        return;
    c.len = t->text.len - c.from;
    size_t width = ph_utf8_columns(ph_span_of(t->text.ptr + c.from, c.len));
    if (width > t->widths[t->open.n])
        t->widths[t->open.n] = width;
    stick(t, ph_buf_put(&t->cells, &c, sizeof c));
    t->open.n++;
}

void ph_table_cellf(ph_table *t, const char *fmt, ...)
{
    char text[MAX_CELL_BYTES];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    ph_table_cell(t, text);
}

static void end_row(ph_table *t, bool is_rule)
{
    t->open.is_rule = is_rule;
    stick(t, ph_buf_put(&t->rows, &t->open, sizeof t->open));
    t->open = (row){.first = t->cells.len / sizeof(cell)};
}

void ph_table_row(ph_table *t)
{
    end_row(t, false);
}

void ph_table_rule(ph_table *t)
{
    end_row(t, true);
}

void ph_table_colour(ph_table *t, ph_colour colour)
{
    t->open.colour = colour;
}

static void put_repeated(ph_buf *dst, const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        (void)ph_buf_put_str(dst, text);
}

static void put_rule(const ph_table *t, ph_buf *dst)
{
    size_t owed = 0; /* blanks, as in put_cells: a column without a text has no rule */

    for (size_t i = 0; i < t->n_columns; i++) {
        owed += i == 0 ? 0 : GAP;
        if (t->widths[i] == 0)
            continue;
        put_repeated(dst, " ", owed);
        put_repeated(dst, "─", t->widths[i]);
        owed = 0;
    }
}

static ph_span text_of(const ph_table *t, const row *r, size_t i)
{
    cell c;

    if (i >= r->n)
        return ph_span_of(NULL, 0);
    memcpy(&c, t->cells.ptr + (r->first + i) * sizeof c, sizeof c);
    return ph_span_of(t->text.ptr + c.from, c.len);
}

/* No blanks at the end of a line: they are owed until a text follows. */
static void put_cells(const ph_table *t, const row *r, ph_buf *dst)
{
    size_t owed = 0;

    for (size_t i = 0; i < t->n_columns; i++) {
        ph_span text = text_of(t, r, i);
        size_t pad = t->widths[i] - ph_utf8_columns(text);
        owed += i == 0 ? 0 : GAP;
        owed += t->aligns[i] == PH_ALIGN_RIGHT ? pad : 0;
        if (text.len > 0) {
            put_repeated(dst, " ", owed);
            (void)ph_buf_put_span(dst, text);
            owed = 0;
        }
        owed += t->aligns[i] == PH_ALIGN_LEFT ? pad : 0;
    }
}

static ph_rc render(const ph_table *t, FILE *f, ph_buf *dst)
{
    if (t->rc != PH_OK)
        return t->rc;
    for (size_t i = 0; i < t->rows.len / sizeof(row); i++) {
        row r;
        memcpy(&r, t->rows.ptr + i * sizeof r, sizeof r);
        (void)ph_buf_put_str(dst, f == NULL ? "" : ph_term_on(f, r.colour));
        if (r.is_rule)
            put_rule(t, dst);
        else
            put_cells(t, &r, dst);
        (void)ph_buf_printf(dst, "%s\n", f == NULL ? "" : ph_term_off(f, r.colour));
    }
    return dst->rc;
}

size_t ph_table_width(const ph_table *t)
{
    size_t width = (t->n_columns - 1) * GAP;

    for (size_t i = 0; i < t->n_columns; i++)
        width += t->widths[i];
    return width;
}

ph_rc ph_table_print(const ph_table *t, ph_buf *dst)
{
    return render(t, NULL, dst);
}

ph_rc ph_table_write(const ph_table *t, FILE *f)
{
    ph_buf text;

    ph_buf_init(&text, MAX_TEXT_BYTES);
    ph_rc rc = render(t, f, &text);
    if (rc == PH_OK)
        rc = ph_term_write(f, ph_buf_span(&text));
    ph_buf_done(&text);
    return rc;
}
