/* ph_figure - names, completeness, the identity of a figure and the chain of the outbox.   Layer: proto (pure) */
#include "ph_figure.h"

#include <assert.h>

#include "ph_wire.h"

const char *ph_method_name(ph_method m)
{
    switch (m) {
#define PH_X(name, number, text) \
    case PH_METHOD_##name:       \
        return text;
        PH_METHOD_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

ph_rc ph_method_from_name(ph_span name, ph_method *ret)
{
#define PH_X(id, number, text)    \
    if (ph_span_is(name, text)) { \
        *ret = PH_METHOD_##id;    \
        return PH_OK;             \
    }
    PH_METHOD_MAP(PH_X)
#undef PH_X
    return PH_NOT_FOUND;
}

const char *ph_cell_state_name(ph_cell_state s)
{
    switch (s) {
#define PH_X(name, number, text) \
    case PH_CELL_##name:         \
        return text;
        PH_CELL_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

const char *ph_mark_name(unsigned bit)
{
    switch (bit) {
#define PH_X(name, number, text) \
    case PH_MARK_##name:         \
        return text;
        PH_MARK_MAP(PH_X)
#undef PH_X
    default:
        return "unknown";
    }
}

const char *ph_completeness_name(ph_completeness c)
{
    switch (c) {
#define PH_X(name, text)   \
    case PH_FIGURE_##name: \
        return text;
        PH_COMPLETENESS_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

/* ---- completeness ---- */

static bool reaches(const ph_figure *f, int64_t part, int64_t whole)
{
    return part * 100 >= whole * f->provisional_percent;
}

/* Members whose value stands in every value of the figure. */
static unsigned standing(const ph_figure *f)
{
    unsigned n = (unsigned)(f->n_received - f->n_no_value);

    for (unsigned i = 0; i < f->n_values; i++)
        if (f->values[i].method == PH_METHOD_RATIO && f->values[i].n_used < n)
            n = f->values[i].n_used;
    return n;
}

ph_completeness ph_figure_completeness(const ph_figure *f)
{
    unsigned n = standing(f), n_given = (unsigned)(f->n_received - f->n_no_value);
    bool is_enough = f->has_weights ? reaches(f, f->weight_received, f->weight_expected)
                                    : reaches(f, (int64_t)n_given, f->n_expected);

    if (n == f->n_expected)
        return PH_FIGURE_COMPLETE;
    return is_enough && (n == n_given || reaches(f, (int64_t)n, f->n_expected)) ? PH_FIGURE_PARTIAL
                                                                                : PH_FIGURE_INSUFFICIENT;
}

bool ph_figure_is_complete(const ph_figure *f)
{
    return ph_figure_completeness(f) == PH_FIGURE_COMPLETE;
}

bool ph_figure_is_provisional(const ph_issue *issue, const ph_figure *f)
{
    if (issue->state != PH_PERIOD_FROZEN)
        return true;
    for (unsigned i = 0; i < issue->n_members; i++) {
        char status = f->members[i].status;
        if (f->members[i].state != PH_CELL_MISSING && (status == 'P' || status == 'E' || status == 'F'))
            return true;
    }
    return false;
}

/* What one value or cell takes at most in the layout of the identity. */
enum {
    VALUE_BYTES = 1 + 1 + 1 + 8 + 1 + 1 + 2 * PH_MAX_ID_TEXT + 1,
    CELL_BYTES = 1 + PH_MAX_ID_TEXT + 1 + 8 + 1 + 1 + 1 + 1,
    HEAD_BYTES = 1 + PH_MAX_ID_TEXT + 10 + 3 * 8,
    IDENTITY_BYTES = HEAD_BYTES + PH_MAX_METHODS * VALUE_BYTES + PH_MAX_MEMBERS * CELL_BYTES + PH_DIGEST_BYTES
};

static uint8_t *put_text(uint8_t *p, ph_span s, size_t max)
{
    assert(s.len <= max);
    return ph_put_bytes(ph_put_be(p, s.len, 1), s.ptr, s.len);
}

static uint8_t *put_decimal(uint8_t *p, ph_decimal d)
{
    return ph_put_be(ph_put_be(p, (uint64_t)d.mantissa, 8), d.scale, 1);
}

static uint8_t *put_head(uint8_t *p, const ph_issue *issue, const ph_figure *f)
{
    p = put_text(p, f->indicator, PH_MAX_ID_TEXT);
    p = ph_put_be(p, issue->state, 1);
    p = ph_put_be(p, f->decimals, 1);
    p = ph_put_be(p,
                  (uint64_t)f->has_break << 3 | (uint64_t)f->lower_is_better << 2 | (uint64_t)f->is_ranked << 1 |
                      (uint64_t)f->has_weights,
                  1);
    p = ph_put_be(p, f->n_expected, 1);
    p = ph_put_be(p, f->n_received, 1);
    p = ph_put_be(p, f->n_held, 1);
    p = ph_put_be(p, f->n_no_value, 1);
    p = ph_put_be(p, f->provisional_percent, 1);
    if (f->has_weights) {
        p = ph_put_be(p, (uint64_t)f->weight_expected, 8);
        p = ph_put_be(p, (uint64_t)f->weight_received, 8);
        p = ph_put_be(p, (uint64_t)f->weight_held, 8);
    }
    return ph_put_be(ph_put_be(p, f->n_values, 1), issue->n_members, 1);
}

static uint8_t *put_value(uint8_t *p, const ph_figure_value *v)
{
    p = ph_put_be(p, v->method, 1);
    p = ph_put_be(p, v->has_value, 1);
    p = ph_put_be(p, v->n_used, 1);
    p = put_text(p, v->weight_set, 2 * PH_MAX_ID_TEXT + 1);
    return v->has_value ? put_decimal(p, v->value) : p;
}

/* Not revision and entry: the same figure sent again is not a new figure. */
static uint8_t *put_cell(uint8_t *p, ph_span unit, const ph_figure_member *c)
{
    p = put_text(p, unit, PH_MAX_ID_TEXT);
    p = ph_put_be(p, c->state, 1);
    p = ph_put_be(p, c->marks, 1);
    if (c->state == PH_CELL_MISSING)
        return p;
    p = ph_put_be(p, (uint8_t)c->status, 1);
    p = ph_put_be(p, c->rank, 1);
    return c->state == PH_CELL_NO_VALUE ? p : put_decimal(p, c->value);
}

static uint8_t *put_rulings(uint8_t *p, const ph_figure *f)
{
    ph_ruling rulings[PH_MAX_MEMBERS];
    ph_digest said = ph_rulings_identity(rulings, ph_figure_rulings(f, rulings));

    return ph_put_bytes(p, said.bytes, sizeof said.bytes);
}

ph_digest ph_figure_identity(const ph_issue *issue, const ph_figure *figure)
{
    uint8_t bytes[IDENTITY_BYTES];
    uint8_t *p = put_head(bytes, issue, figure);

    assert(figure->n_values <= PH_MAX_METHODS && issue->n_members <= PH_MAX_MEMBERS);
    for (unsigned i = 0; i < figure->n_values; i++)
        p = put_value(p, &figure->values[i]);
    for (unsigned i = 0; i < issue->n_members; i++)
        p = put_cell(p, issue->members[i], &figure->members[i]);
    if (figure->n_rulings > 0)
        p = put_rulings(p, figure);
    return ph_digest_of_span(ph_span_of(bytes, (size_t)(p - bytes)));
}

ph_digest ph_outbox_chain(const ph_digest *previous, uint64_t first_record, uint32_t count, const ph_digest *packed)
{
    uint8_t bytes[PH_DIGEST_BYTES + 8 + 4 + PH_DIGEST_BYTES];
    uint8_t *p = ph_put_bytes(bytes, previous->bytes, sizeof previous->bytes);

    p = ph_put_be(p, first_record, 8);
    p = ph_put_be(p, count, 4);
    p = ph_put_bytes(p, packed->bytes, sizeof packed->bytes);
    return ph_digest_of_span(ph_span_of(bytes, (size_t)(p - bytes)));
}
