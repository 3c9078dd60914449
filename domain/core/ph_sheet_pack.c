/* ph_sheet_pack - a sheet as bytes and back, checked like foreign ones.   Layer: domain/core (pure)
 *
 * All integers big-endian. "PHS" version(1) · text cluster, form, period · u8 state · u64 folded_to_seq · u16 n_rows ·
 * u16 n_columns · rows: text unit, u32 highest, u32 last, digest, u64 last_entry, i64 due, u8 has words, their digest
 * then · columns: text indicator, u8 decimals, u8 flags (1 touched, 2 published), digest when published · cells column
 * by column: u8 state, and unless MISSING: u8 status, u8 marks, i64 mantissa, u64 entry, u32 revision · u16 n_cases ·
 * cases by row and column: u16 row, u16 column, u8 state, digest of the value, u64 entry, u64 explanation, u64
 * decision, u8 n_rules, texts · u8 has a register · its 4 parts: u8 was published, digest then. A text is u8 length and
 * bytes. Equal sheets give equal bytes, and only canonical bytes are read. */
#include <stdlib.h>

#include "ph_id_index.h"
#include "ph_sheet.h"
#include "ph_submission.h"

enum { PACK_VERSION = 2, COLUMN_TOUCHED = 1, COLUMN_PUBLISHED = 2, CELL_BYTES = 23 };
static const uint8_t magic[4] = {'P', 'H', 'S', PACK_VERSION};

/* ---- out ---- */

static void put_be(ph_buf *b, uint64_t v, unsigned bytes)
{
    uint8_t text[8];

    for (unsigned i = 0; i < bytes; i++)
        text[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
    (void)ph_buf_put(b, text, bytes);
}

static void put_text(ph_buf *b, const char *text)
{
    ph_span s = ph_span_str(text);

    put_be(b, s.len, 1);
    (void)ph_buf_put_span(b, s);
}

static void put_maybe_digest(ph_buf *b, const ph_digest *d)
{
    bool is_there = !ph_digest_is_zero(d);

    put_be(b, is_there, 1);
    if (is_there)
        (void)ph_buf_put(b, d->bytes, PH_DIGEST_BYTES);
}

static void put_row(ph_buf *b, const ph_sheet_row *r)
{
    put_text(b, r->unit);
    put_be(b, r->highest_revision, 4);
    put_be(b, r->last_revision, 4);
    (void)ph_buf_put(b, r->last_digest.bytes, PH_DIGEST_BYTES);
    put_be(b, r->last_entry, 8);
    put_be(b, (uint64_t)r->due_us, 8);
    put_maybe_digest(b, &r->words);
}

static void put_column(ph_buf *b, const ph_sheet_column *c)
{
    put_text(b, c->indicator);
    put_be(b, c->decimals, 1);
    put_be(b, (c->is_touched ? COLUMN_TOUCHED : 0U) | (c->was_published ? COLUMN_PUBLISHED : 0U), 1);
    if (c->was_published)
        (void)ph_buf_put(b, c->published.bytes, PH_DIGEST_BYTES);
}

static void be64(uint8_t *dst, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++)
        dst[i] = (uint8_t)(v >> (56 - 8 * i));
}

static void put_cell(ph_buf *b, const ph_cell *c)
{
    uint8_t packed[CELL_BYTES] = {c->state, (uint8_t)c->status, c->marks};

    if (c->state == PH_CELL_MISSING) {
        (void)ph_buf_put_byte(b, PH_CELL_MISSING);
        return;
    }
    be64(packed + 3, (uint64_t)c->mantissa);
    be64(packed + 11, c->entry);
    for (unsigned i = 0; i < 4; i++)
        packed[19 + i] = (uint8_t)(c->revision >> (24 - 8 * i));
    (void)ph_buf_put(b, packed, sizeof packed);
}

static void put_case(ph_buf *b, const ph_case *c)
{
    put_be(b, c->row, 2);
    put_be(b, c->column, 2);
    put_be(b, c->state, 1);
    (void)ph_buf_put(b, c->value.bytes, PH_DIGEST_BYTES);
    put_be(b, c->entry, 8);
    put_be(b, c->explanation, 8);
    put_be(b, c->decision, 8);
    put_be(b, c->n_rules, 1);
    for (size_t i = 0; i < c->n_rules; i++)
        put_text(b, c->rules[i]);
}

void ph_sheet_pack(const ph_sheet *s, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(s->period, period);
    (void)ph_buf_put(dst, magic, sizeof magic);
    put_text(dst, s->cluster);
    put_text(dst, s->form);
    put_text(dst, period);
    put_be(dst, s->state, 1);
    put_be(dst, s->folded_to_seq, 8);
    put_be(dst, s->n_rows, 2);
    put_be(dst, s->n_columns, 2);
    for (size_t i = 0; i < s->n_rows; i++)
        put_row(dst, &s->rows[i]);
    for (size_t i = 0; i < s->n_columns; i++)
        put_column(dst, &s->columns[i]);
    for (size_t i = 0; i < (size_t)s->n_rows * s->n_columns; i++)
        put_cell(dst, &s->cells[i]);
    put_be(dst, s->n_cases, 2);
    for (size_t i = 0; i < s->n_cases; i++)
        put_case(dst, &s->cases[i]);
    put_be(dst, s->has_register, 1);
    for (size_t i = 0; i < PH_REGISTER_MAX_PARTS; i++)
        put_maybe_digest(dst, &s->register_published[i]);
}

/* ---- in: the first error sticks ---- */

typedef struct in {
    const uint8_t *at, *end;
    bool is_bad;
} in;

static const uint8_t *take(in *r, size_t n)
{
    static const uint8_t nothing[PH_DIGEST_BYTES + 256];

    if (r->is_bad || (size_t)(r->end - r->at) < n) {
        r->is_bad = true;
        return nothing;
    }
    r->at += n;
    return r->at - n;
}

static void require(in *r, bool holds)
{
    r->is_bad = r->is_bad || !holds;
}

static uint64_t get_be(in *r, unsigned bytes)
{
    const uint8_t *p = take(r, bytes);
    uint64_t v = 0;

    for (unsigned i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return v;
}

static ph_span get_text(in *r)
{
    size_t len = (size_t)get_be(r, 1);

    return ph_span_of(take(r, len), len);
}

static void get_id(in *r, char dst[PH_ID_BUFFER_BYTES])
{
    ph_span id = get_text(r);

    require(r, ph_id_is_valid(id) && ph_span_copy(id, dst, PH_ID_BUFFER_BYTES));
}

static void get_digest(in *r, ph_digest *ret)
{
    memcpy(ret->bytes, take(r, PH_DIGEST_BYTES), PH_DIGEST_BYTES);
}

/* Zero stands for none, so it is not written as one. */
static void get_maybe_digest(in *r, ph_digest *ret)
{
    uint64_t is_there = get_be(r, 1);

    require(r, is_there <= 1);
    if (is_there == 1) {
        get_digest(r, ret);
        require(r, !ph_digest_is_zero(ret));
    }
}

static void get_row(in *r, ph_sheet_row *row)
{
    get_id(r, row->unit);
    row->highest_revision = (uint32_t)get_be(r, 4);
    row->last_revision = (uint32_t)get_be(r, 4);
    get_digest(r, &row->last_digest);
    row->last_entry = get_be(r, 8);
    row->due_us = (int64_t)get_be(r, 8);
    get_maybe_digest(r, &row->words);
    require(r, row->last_revision <= row->highest_revision && row->due_us >= 0);
    require(r, row->last_revision > 0 || ph_digest_is_zero(&row->words));
}

static void get_column(in *r, ph_sheet_column *column)
{
    get_id(r, column->indicator);
    column->decimals = (uint8_t)get_be(r, 1);
    require(r, column->decimals <= PH_DECIMAL_MAX_SCALE);
    uint64_t flags = get_be(r, 1);
    require(r, flags <= (COLUMN_TOUCHED | COLUMN_PUBLISHED));
    column->is_touched = (flags & COLUMN_TOUCHED) != 0;
    column->was_published = (flags & COLUMN_PUBLISHED) != 0;
    if (column->was_published)
        get_digest(r, &column->published);
}

static bool is_status(char c)
{
    return c != '\0' && strchr(PH_OBS_STATUSES, c) != NULL;
}

static void get_cell(in *r, ph_cell *cell)
{
    cell->state = (uint8_t)get_be(r, 1);
    require(r, cell->state <= PH_CELL_NO_VALUE);
    if (r->is_bad || cell->state == PH_CELL_MISSING)
        return;
    cell->status = (char)get_be(r, 1);
    cell->marks = (uint8_t)get_be(r, 1);
    cell->mantissa = (int64_t)get_be(r, 8);
    cell->entry = get_be(r, 8);
    cell->revision = (uint32_t)get_be(r, 4);
    require(r, is_status(cell->status) && cell->marks <= PH_MARK_ALL);
    require(r, cell->mantissa >= -PH_DECIMAL_MAX_MANTISSA && cell->mantissa <= PH_DECIMAL_MAX_MANTISSA);
    require(r, cell->state != PH_CELL_NO_VALUE || cell->mantissa == 0);
}

/* A case that contradicts its cell would let a figure through, or hold it for ever. */
static bool fits_cell(const ph_sheet *s, const ph_case *c)
{
    const ph_cell *cell = ph_sheet_cell(s, c->row, c->column);
    ph_digest value = ph_value_digest(s, c->row, c->column, cell->mantissa, cell->status);

    return cell->state == (ph_case_is_open(c) ? PH_CELL_HELD : PH_CELL_GIVEN) && ph_digest_eq(&value, &c->value) &&
           (c->state != PH_CASE_EXPLAINED || c->explanation != 0) &&
           (c->state == PH_CASE_HELD || c->state == PH_CASE_EXPLAINED || c->decision != 0);
}

static void get_case(in *r, const ph_sheet *s, ph_case *c)
{
    c->row = (uint16_t)get_be(r, 2);
    c->column = (uint16_t)get_be(r, 2);
    uint64_t state = get_be(r, 1);
    get_digest(r, &c->value);
    c->entry = get_be(r, 8);
    c->explanation = get_be(r, 8);
    c->decision = get_be(r, 8);
    c->n_rules = (uint8_t)get_be(r, 1);
    require(r, c->row < s->n_rows && c->column < s->n_columns && state <= PH_CASE_OVERRIDDEN);
    require(r, c->n_rules >= 1 && c->n_rules <= PH_CASE_MAX_RULES);
    for (size_t i = 0; !r->is_bad && i < c->n_rules; i++)
        get_id(r, c->rules[i]);
    if (r->is_bad)
        return;
    c->state = (ph_case_state)state;
    require(r, fits_cell(s, c));
    require(r, c == s->cases || c[-1].row < c->row || (c[-1].row == c->row && c[-1].column < c->column));
}

static ph_rc get_cases(in *r, ph_sheet *s)
{
    size_t n = (size_t)get_be(r, 2);

    require(r, n <= (size_t)s->n_rows * s->n_columns);
    if (r->is_bad || n == 0)
        return PH_OK;
    s->cases = calloc(n, sizeof *s->cases);
    if (s->cases == NULL)
        return PH_NOMEM;
    s->n_cases = (uint16_t)n;
    for (size_t i = 0; !r->is_bad && i < n; i++)
        get_case(r, s, &s->cases[i]);
    return PH_OK;
}

static void get_head(in *r, ph_sheet *s)
{
    require(r, memcmp(take(r, sizeof magic), magic, sizeof magic) == 0);
    get_id(r, s->cluster);
    get_id(r, s->form);
    require(r, ph_period_parse(get_text(r), &s->period) == PH_OK);
    uint64_t state = get_be(r, 1);
    require(r, state <= PH_PERIOD_REOPENED);
    s->state = r->is_bad ? PH_PERIOD_PLANNED : (ph_period_state)state;
    s->folded_to_seq = get_be(r, 8);
    s->n_rows = (uint16_t)get_be(r, 2);
    s->n_columns = (uint16_t)get_be(r, 2);
    require(r, s->n_rows <= PH_MAX_MEMBERS && s->n_columns <= PH_MAX_OBSERVATIONS);
}

/* Words without a register would never be published. */
static void get_register(in *r, ph_sheet *s)
{
    uint64_t has = get_be(r, 1);
    bool has_words = false;

    for (size_t i = 0; !r->is_bad && i < s->n_rows; i++)
        has_words = has_words || !ph_digest_is_zero(&s->rows[i].words);
    for (size_t i = 0; !r->is_bad && i < PH_REGISTER_MAX_PARTS; i++) {
        get_maybe_digest(r, &s->register_published[i]);
        has_words = has_words || !ph_digest_is_zero(&s->register_published[i]);
    }
    require(r, has <= 1 && (has == 1 || !has_words));
    s->has_register = has == 1;
}

static ph_rc get_tables(in *r, ph_sheet *s)
{
    s->rows = calloc((size_t)s->n_rows + 1, sizeof *s->rows);
    s->columns = calloc((size_t)s->n_columns + 1, sizeof *s->columns);
    s->cells = calloc((size_t)s->n_rows * s->n_columns + 1, sizeof *s->cells);
    if (s->rows == NULL || s->columns == NULL || s->cells == NULL)
        return PH_NOMEM;
    for (size_t i = 0; !r->is_bad && i < s->n_rows; i++)
        get_row(r, &s->rows[i]);
    for (size_t i = 0; !r->is_bad && i < s->n_columns; i++)
        get_column(r, &s->columns[i]);
    for (size_t i = 0; !r->is_bad && i < (size_t)s->n_rows * s->n_columns; i++)
        get_cell(r, &s->cells[i]);
    ph_rc rc = get_cases(r, s);
    get_register(r, s);
    require(r, r->at == r->end);
    return rc;
}

ph_rc ph_sheet_unpack(ph_span bytes, ph_sheet **ret)
{
    in r = {.at = bytes.ptr, .end = bytes.len == 0 ? bytes.ptr : bytes.ptr + bytes.len};
    ph_sheet *s = calloc(1, sizeof *s);
    ph_rc rc = s == NULL ? PH_NOMEM : PH_OK;

    if (rc == PH_OK)
        get_head(&r, s);
    if (rc == PH_OK && !r.is_bad)
        rc = get_tables(&r, s);
    if (rc == PH_OK && r.is_bad)
        rc = PH_MALFORMED;
    if (rc != PH_OK) {
        ph_sheet_free(s);
        return rc;
    }
    *ret = s;
    return PH_OK;
}
