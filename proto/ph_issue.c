/* ph_issue - the packed form of what a figure seal published of a sheet.   Layer: proto (pure) */
#include "ph_figure.h"

#include "ph_wire.h"
#include "ph_writer.h"

enum {
    ISSUE_VERSION = 1,
    ISSUE_ITEMS = 10 /* and one more: parts of the register, if there are any */,
    FIGURE_ITEMS = 7 /* and one more: rulings, if there are any */,
    CELL_ITEMS = 8
};
enum { FLAG_LOWER_IS_BETTER = 1, FLAG_IS_RANKED = 2, FLAG_HAS_BREAK = 4, FLAG_ALL = 7 };
enum { COVERAGE_ITEMS = 5, VALUE_ITEMS = 3 }; /* without weights; without a value */
#define MAX_WEIGHT INT64_C(64000000000000)    /* 64 members of 10^12 */

static bool has_value(ph_cell_state s)
{
    return s == PH_CELL_GIVEN || s == PH_CELL_HELD;
}

/* A missing cell is its state and marks; what it does not mean is not written, so that equal issues give equal bytes.
 */
static void write_cell(const ph_figure_member *c, ph_buf *dst)
{
    bool missing = c->state == PH_CELL_MISSING;

    ph_write_array(dst, missing ? 2 : CELL_ITEMS);
    ph_write_uint(dst, c->state);
    ph_write_uint(dst, c->marks);
    if (missing)
        return;
    ph_write_int(dst, has_value(c->state) ? c->value.mantissa : 0);
    ph_write_uint(dst, has_value(c->state) ? c->value.scale : 0);
    ph_write_uint(dst, (uint8_t)c->status);
    ph_write_uint(dst, c->rank);
    ph_write_uint(dst, c->revision);
    ph_write_uint(dst, c->entry);
}

static void write_value(const ph_figure_value *v, ph_buf *dst)
{
    ph_write_array(dst, v->has_value ? VALUE_ITEMS + 2 : VALUE_ITEMS);
    ph_write_uint(dst, v->method);
    ph_write_text(dst, v->weight_set);
    ph_write_uint(dst, v->n_used);
    if (v->has_value) {
        ph_write_int(dst, v->value.mantissa);
        ph_write_uint(dst, v->value.scale);
    }
}

static void write_coverage(const ph_figure *f, ph_buf *dst)
{
    ph_write_array(dst, f->has_weights ? COVERAGE_ITEMS + 3 : COVERAGE_ITEMS);
    ph_write_uint(dst, f->n_expected);
    ph_write_uint(dst, f->n_received);
    ph_write_uint(dst, f->n_held);
    ph_write_uint(dst, f->n_no_value);
    ph_write_uint(dst, f->provisional_percent);
    if (f->has_weights) {
        ph_write_int(dst, f->weight_expected);
        ph_write_int(dst, f->weight_received);
        ph_write_int(dst, f->weight_held);
    }
}

static void write_figure(const ph_figure *f, uint8_t n_members, ph_buf *dst)
{
    ph_write_array(dst, f->n_rulings == 0 ? FIGURE_ITEMS : FIGURE_ITEMS + 1);
    ph_write_text(dst, f->indicator);
    ph_write_uint(dst, f->decimals);
    ph_write_uint(dst, (f->lower_is_better ? FLAG_LOWER_IS_BETTER : 0U) | (f->is_ranked ? FLAG_IS_RANKED : 0U) |
                           (f->has_break ? FLAG_HAS_BREAK : 0U));
    write_coverage(f, dst);
    ph_write_array(dst, f->n_values);
    for (unsigned i = 0; i < f->n_values; i++)
        write_value(&f->values[i], dst);
    ph_write_array(dst, n_members);
    for (unsigned i = 0; i < n_members; i++)
        write_cell(&f->members[i], dst);
    ph_write_digest(dst, &f->inputs);
    if (f->n_rulings > 0)
        (void)ph_buf_put_span(dst, f->rulings);
}

void ph_issue_write(const ph_issue *issue, ph_buf *dst)
{
    ph_write_array(dst, issue->n_parts == 0 ? ISSUE_ITEMS : ISSUE_ITEMS + 1);
    ph_write_uint(dst, ISSUE_VERSION);
    ph_write_text(dst, issue->cluster);
    ph_write_text(dst, issue->form);
    ph_write_period(dst, issue->period);
    ph_write_uint(dst, issue->seal);
    ph_write_int(dst, issue->sealed_at_us);
    ph_write_uint(dst, issue->state);
    ph_write_digest(dst, &issue->registry);
    ph_write_array(dst, issue->n_members);
    for (unsigned i = 0; i < issue->n_members; i++)
        ph_write_text(dst, issue->members[i]);
    ph_write_array(dst, issue->n_figures);
    for (unsigned i = 0; i < issue->n_figures; i++)
        write_figure(&issue->figures[i], issue->n_members, dst);
    if (issue->n_parts == 0)
        return;
    ph_write_array(dst, issue->n_parts);
    for (unsigned i = 0; i < issue->n_parts; i++)
        ph_register_part_write(&issue->parts[i], dst);
}

static void read_cell(ph_reader *r, ph_figure_member *c)
{
    size_t n = ph_read_array(r, CELL_ITEMS);

    *c = (ph_figure_member){0};
    c->state = (ph_cell_state)ph_read_int(r, PH_CELL_MISSING, PH_CELL_NO_VALUE);
    c->marks = (uint8_t)ph_read_uint(r, PH_MARK_ALL);
    if (r->rc == PH_OK && n != (c->state == PH_CELL_MISSING ? 2 : CELL_ITEMS))
        ph_read_fail(r, PH_MALFORMED, "a cell with items missing or too many");
    if (c->state != PH_CELL_MISSING) {
        c->value = ph_read_mantissa_scale(r);
        c->status = (char)ph_read_int(r, 'A', 'Z');
        c->rank = (uint8_t)ph_read_uint(r, PH_MAX_MEMBERS);
        c->revision = (uint32_t)ph_read_uint(r, UINT32_MAX);
        c->entry = ph_read_uint(r, PH_WIRE_MAX_SEQ);
    }
    if (c->state == PH_CELL_NO_VALUE && (c->value.mantissa != 0 || c->value.scale != 0))
        ph_read_fail(r, PH_MALFORMED, "a value in a cell without one");
    ph_read_leave(r);
}

static void read_value(ph_reader *r, ph_figure_value *v)
{
    size_t n = ph_read_array(r, VALUE_ITEMS + 2);

    *v = (ph_figure_value){.has_value = n == VALUE_ITEMS + 2};
    v->method = (ph_method)ph_read_int(r, PH_METHOD_MEAN, PH_METHOD_LIST);
    v->weight_set = ph_read_text(r, 2 * PH_MAX_ID_TEXT + 1); /* id@version */
    v->n_used = (uint8_t)ph_read_uint(r, PH_MAX_MEMBERS);
    if (v->has_value)
        v->value = ph_read_mantissa_scale(r);
    else if (r->rc == PH_OK && n != VALUE_ITEMS)
        ph_read_fail(r, PH_MALFORMED, "a value with items missing");
    ph_read_leave(r);
}

static void read_coverage(ph_reader *r, ph_figure *f)
{
    size_t n = ph_read_array(r, COVERAGE_ITEMS + 3);

    f->n_expected = (uint8_t)ph_read_uint(r, PH_MAX_MEMBERS);
    f->n_received = (uint8_t)ph_read_uint(r, PH_MAX_MEMBERS);
    f->n_held = (uint8_t)ph_read_uint(r, PH_MAX_MEMBERS);
    f->n_no_value = (uint8_t)ph_read_uint(r, PH_MAX_MEMBERS);
    f->provisional_percent = (uint8_t)ph_read_uint(r, 100);
    f->has_weights = n == COVERAGE_ITEMS + 3;
    if (f->has_weights) {
        f->weight_expected = ph_read_int(r, 0, MAX_WEIGHT);
        f->weight_received = ph_read_int(r, 0, MAX_WEIGHT);
        f->weight_held = ph_read_int(r, 0, MAX_WEIGHT);
    } else if (r->rc == PH_OK && n != COVERAGE_ITEMS) {
        ph_read_fail(r, PH_MALFORMED, "coverage with items missing");
    }
    ph_read_leave(r);
    if (r->rc == PH_OK && (f->n_received + f->n_held > f->n_expected || f->n_no_value > f->n_received ||
                           f->weight_received + f->weight_held > f->weight_expected))
        ph_read_fail(r, PH_RANGE, "coverage of more than was expected");
}

/* What was decided of a cell is the mark that it bears. */
static bool fits_cell(const ph_figure *f, const ph_ruling *ruling)
{
    const ph_figure_member *c = &f->members[ruling->member];
    unsigned mark = ruling->kind == PH_DECISION_CONFIRM ? PH_MARK_CONFIRMED : PH_MARK_OVERRIDDEN;

    return c->state == PH_CELL_GIVEN && (c->marks & mark) != 0;
}

static void read_rulings(ph_reader *r, uint8_t n_members, ph_figure *f)
{
    ph_ruling rulings[PH_MAX_MEMBERS];
    const uint8_t *start = r->at;

    f->n_rulings = (uint8_t)ph_rulings_read(r, n_members, rulings);
    for (unsigned i = 0; i < f->n_rulings && r->rc == PH_OK; i++)
        if (!fits_cell(f, &rulings[i]))
            ph_read_fail(r, PH_MALFORMED, "a ruling on a cell without its mark");
    if (r->rc == PH_OK)
        f->rulings = ph_span_of(start, (size_t)(r->at - start));
}

size_t ph_figure_rulings(const ph_figure *f, ph_ruling *store)
{
    ph_reader r = ph_reader_over(f->rulings);

    return f->n_rulings == 0 ? 0 : ph_rulings_read(&r, PH_MAX_MEMBERS, store);
}

static void read_figure(ph_reader *r, uint8_t n_members, ph_figure *f)
{
    memset(f, 0, sizeof *f);
    size_t n = ph_read_array(r, FIGURE_ITEMS + 1);
    if (r->rc == PH_OK && n < FIGURE_ITEMS)
        ph_read_fail(r, PH_MALFORMED, "a figure with items missing");
    f->indicator = ph_read_id(r);
    f->decimals = (uint8_t)ph_read_int(r, 0, PH_DECIMAL_MAX_SCALE);
    uint64_t flags = ph_read_uint(r, FLAG_ALL);
    f->lower_is_better = (flags & FLAG_LOWER_IS_BETTER) != 0;
    f->is_ranked = (flags & FLAG_IS_RANKED) != 0;
    f->has_break = (flags & FLAG_HAS_BREAK) != 0;
    read_coverage(r, f);
    f->n_values = (uint8_t)ph_read_array(r, PH_MAX_METHODS);
    for (unsigned i = 0; i < f->n_values && r->rc == PH_OK; i++)
        read_value(r, &f->values[i]);
    ph_read_leave(r);
    ph_read_tuple(r, n_members);
    for (unsigned i = 0; i < n_members && r->rc == PH_OK; i++)
        read_cell(r, &f->members[i]);
    ph_read_leave(r);
    f->inputs = ph_read_digest(r);
    if (n == FIGURE_ITEMS + 1)
        read_rulings(r, n_members, f);
    ph_read_leave(r);
}

static void read_members(ph_reader *r, ph_issue *i)
{
    i->n_members = (uint8_t)ph_read_array(r, PH_MAX_MEMBERS);
    for (unsigned k = 0; k < i->n_members; k++)
        i->members[k] = ph_read_id(r);
    ph_read_leave(r);
}

static void read_parts(ph_reader *r, ph_issue *i)
{
    i->n_parts = (uint8_t)ph_read_array(r, PH_REGISTER_MAX_PARTS);
    if (r->rc == PH_OK && i->n_parts == 0)
        ph_read_fail(r, PH_MALFORMED, "an empty list of parts");
    for (unsigned k = 0; k < i->n_parts && r->rc == PH_OK; k++) {
        ph_register_part_read(r, i->n_members, &i->parts[k]);
        if (r->rc == PH_OK && k > 0 && i->parts[k].number <= i->parts[k - 1].number)
            ph_read_fail(r, PH_MALFORMED, "parts of the register out of order");
    }
    ph_read_leave(r);
}

ph_rc ph_issue_read(ph_span bytes, ph_figure *store, size_t max, ph_issue *ret)
{
    ph_reader r = ph_reader_over(bytes);
    ph_issue i = {.figures = store};
    size_t n = ph_read_array(&r, ISSUE_ITEMS + 1);

    if (r.rc == PH_OK && n < ISSUE_ITEMS)
        ph_read_fail(&r, PH_MALFORMED, "an issue with items missing");
    if (ph_read_uint(&r, UINT32_MAX) != ISSUE_VERSION)
        ph_read_fail(&r, PH_UNSUPPORTED, "another version of the packed form");
    i.cluster = ph_read_id(&r);
    i.form = ph_read_id(&r);
    i.period = ph_read_period(&r);
    i.seal = ph_read_uint(&r, PH_WIRE_MAX_SEQ);
    i.sealed_at_us = ph_read_time(&r);
    i.state = (ph_period_state)ph_read_int(&r, PH_PERIOD_PLANNED, PH_PERIOD_REOPENED);
    i.registry = ph_read_digest(&r);
    read_members(&r, &i);
    i.n_figures = (uint16_t)ph_read_array(&r, max < UINT16_MAX ? max : UINT16_MAX);
    for (unsigned k = 0; k < i.n_figures && r.rc == PH_OK; k++)
        read_figure(&r, i.n_members, &store[k]);
    ph_read_leave(&r);
    if (n == ISSUE_ITEMS + 1)
        read_parts(&r, &i);
    ph_read_leave(&r);
    ph_rc rc = ph_read_end(&r);
    if (rc == PH_OK)
        *ret = i;
    return rc;
}
