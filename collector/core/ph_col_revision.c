/* ph_col_revision - changed cells and the last accepted revision make a whole new one; the difference is shown first.
 * Layer: collector/core (pure) */
#include "ph_col_revision.h"

#include <string.h>

enum { N_NO_VALUE = sizeof PH_OBS_NO_VALUE - 1 };

static ph_observation observed(const ph_col_input *in, const ph_col_cell *c)
{
    return (ph_observation){.indicator = ph_span_str(c->indicator),
                            .value = c->has_value ? c->value : (ph_decimal){0},
                            .status = c->status,
                            .note = ph_col_cell_note(in, c)};
}

static bool same_figure(const ph_observation *a, const ph_observation *b)
{
    return ph_decimal_cmp(a->value, b->value) == 0 && a->status == b->status;
}

static const ph_observation *in_base(const ph_submission *base, ph_span indicator)
{
    for (size_t i = 0; base != NULL && i < base->n_observations; i++)
        if (ph_span_eq(base->observations[i].indicator, indicator))
            return &base->observations[i];
    return NULL;
}

static const ph_col_cell *in_file(const ph_col_input *in, ph_span indicator)
{
    for (size_t i = 0; i < in->n_cells; i++)
        if (ph_span_is(indicator, in->cells[i].indicator))
            return &in->cells[i];
    return NULL;
}

static bool has(const ph_col_revision *r, ph_span indicator)
{
    for (size_t i = 0; i < r->n; i++)
        if (ph_span_eq(r->cells[i].indicator, indicator))
            return true;
    return false;
}

/* A cell that the file gives. An empty note beside an unchanged figure takes nothing back, and a figure written with
 * other zeros stays as it was sent. */
static void put_given(ph_col_revision *r, ph_observation is, const ph_observation *was)
{
    bool stays = was != NULL && same_figure(was, &is);
    if (stays)
        is.value = was->value;
    if (stays && is.note.len == 0)
        is.note = was->note;
    r->cells[r->n++] = is;
    if (!stays || !ph_span_eq(was->note, is.note))
        r->changes[r->n_changes++] = (ph_col_change){.had = was != NULL, .was = was != NULL ? *was : is, .is = is};
}

/* A withdrawal takes back what was reported: a cell that has no figure has nothing to give back and stays as it is.
 * Without a base (its cells are elsewhere) all are taken. */
static bool is_idle(const ph_col_input *in, const ph_submission *base, const ph_observation *was)
{
    return in->withdraws && base != NULL && (was == NULL || memchr(PH_OBS_NO_VALUE, was->status, N_NO_VALUE) != NULL);
}

/* What the file gives and cannot be read is unknown: not what it was either. */
static bool is_unread(const ph_col_input *in, const ph_registry *reg, ph_span indicator)
{
    return in->n_unread > 0 && ph_col_input_is_unread(in, ph_registry_find_indicator(reg, indicator));
}

/* One cell by its indicator, from the file or else from the base; nothing when neither has it. */
static ph_rc put(ph_col_revision *r, const ph_col_input *in, const ph_submission *base, const ph_registry *reg,
                 ph_span indicator)
{
    const ph_col_cell *given = in_file(in, indicator);
    const ph_observation *was = in_base(base, indicator);
    if (is_unread(in, reg, indicator))
        return PH_OK;
    if (given != NULL && is_idle(in, base, was))
        given = NULL;
    if ((given == NULL && was == NULL) || has(r, indicator))
        return PH_OK;
    if (r->n == PH_MAX_OBSERVATIONS)
        return PH_LIMIT;
    r->row[r->n] = given != NULL ? given->row : 0;
    r->column[r->n] = given != NULL ? given->column : 0;
    if (given != NULL) {
        put_given(r, observed(in, given), was);
    } else {
        r->cells[r->n++] = *was;
        r->n_kept++;
    }
    return PH_OK;
}

ph_rc ph_col_revision_make(const ph_col_input *in, const ph_submission *base, const ph_form *form,
                           const ph_registry *reg, ph_col_revision *ret)
{
    ph_rc rc = PH_OK;
    ret->n = ret->n_changes = ret->n_kept = 0;
    if (in->has_unplaced) /* any of its cells may be the one that a row changes */
        base = NULL;
    for (uint16_t i = 0; rc == PH_OK && form != NULL && i < form->n_items; i++)
        rc = put(ret, in, base, reg, ph_span_str(ph_registry_indicator(reg, form->items[i].indicator)->code));
    for (size_t i = 0; rc == PH_OK && i < in->n_cells; i++)
        rc = put(ret, in, base, reg, ph_span_str(in->cells[i].indicator));
    for (size_t i = 0; rc == PH_OK && base != NULL && i < base->n_observations; i++)
        rc = put(ret, in, base, reg, base->observations[i].indicator);
    return rc;
}
