/* ph_sheet - life of a sheet, and its fitting to another registry.   Layer: domain/core (pure) */
#include "ph_sheet.h"

#include <stdlib.h>

static const ph_cycle *cycle_of(const ph_registry *reg, const ph_calendar_item *duty)
{
    return ph_cluster_cycle(ph_registry_cluster(reg, duty->cluster), duty->period);
}

static ph_rc allocate(ph_sheet *s, uint16_t n_rows, uint16_t n_columns)
{
    s->n_rows = n_rows;
    s->n_columns = n_columns;
    s->rows = calloc((size_t)n_rows + 1, sizeof *s->rows);
    s->columns = calloc((size_t)n_columns + 1, sizeof *s->columns);
    s->cells = calloc((size_t)n_rows * n_columns + 1, sizeof *s->cells);
    return s->rows == NULL || s->columns == NULL || s->cells == NULL ? PH_NOMEM : PH_OK;
}

static ph_rc name_rows(ph_sheet *s, const ph_registry *reg, const ph_cycle *cycle)
{
    for (size_t i = 0; i < s->n_rows; i++)
        if (!ph_span_copy(ph_span_str(ph_registry_unit(reg, cycle->units[i])->id), s->rows[i].unit,
                          sizeof s->rows[i].unit))
            return PH_BUG;
    return PH_OK;
}

static ph_rc name_columns(ph_sheet *s, const ph_registry *reg, const ph_form *form)
{
    for (size_t i = 0; i < s->n_columns; i++) {
        const ph_indicator *ind = ph_registry_indicator(reg, form->items[i].indicator);
        if (!ph_span_copy(ph_span_str(ind->code), s->columns[i].indicator, sizeof s->columns[i].indicator))
            return PH_BUG;
        s->columns[i].decimals = ind->decimals;
    }
    return PH_OK;
}

ph_rc ph_sheet_new(const ph_registry *reg, const ph_calendar_item *duty, ph_sheet **ret)
{
    const ph_cluster *cluster = ph_registry_cluster(reg, duty->cluster);
    const ph_form *form = ph_registry_form(reg, duty->form);
    const ph_cycle *cycle = cycle_of(reg, duty);
    ph_sheet *s = NULL;
    ph_rc rc;

    if (cycle == NULL)
        return PH_INVALID;
    s = calloc(1, sizeof *s);
    if (s == NULL)
        return PH_NOMEM;
    s->period = duty->period;
    rc = ph_span_copy(ph_span_str(cluster->id), s->cluster, sizeof s->cluster) &&
                 ph_span_copy(ph_span_str(form->id), s->form, sizeof s->form)
             ? PH_OK
             : PH_BUG;
    if (rc == PH_OK)
        rc = allocate(s, cycle->n_members, form->n_items);
    if (rc == PH_OK)
        rc = name_rows(s, reg, cycle);
    if (rc == PH_OK)
        rc = name_columns(s, reg, form);
    if (rc != PH_OK) {
        ph_sheet_free(s);
        return rc;
    }
    *ret = s;
    return PH_OK;
}

void ph_sheet_free(ph_sheet *s)
{
    if (s == NULL)
        return;
    free(s->rows);
    free(s->columns);
    free(s->cells);
    free(s->cases);
    free(s);
}

uint16_t ph_sheet_find_row(const ph_sheet *s, ph_span unit)
{
    for (uint16_t i = 0; i < s->n_rows; i++)
        if (ph_span_is(unit, s->rows[i].unit))
            return i;
    return PH_NO_INDEX;
}

uint16_t ph_sheet_find_column(const ph_sheet *s, ph_span indicator)
{
    for (uint16_t i = 0; i < s->n_columns; i++)
        if (ph_span_is(indicator, s->columns[i].indicator))
            return i;
    return PH_NO_INDEX;
}

void ph_sheet_touch(ph_sheet *s)
{
    for (uint16_t i = 0; i < s->n_columns; i++)
        s->columns[i].is_touched = true;
}

/* ---- another registry ---- */

/* Bring one cell to other decimals. A digit that would be lost is refused: what a province signed is never rounded
 * here. */
static ph_rc rescale_cell(ph_cell *cell, uint8_t from, uint8_t to)
{
    ph_decimal at;

    if (cell->state != PH_CELL_GIVEN && cell->state != PH_CELL_HELD)
        return PH_OK;
    if (ph_decimal_rescale((ph_decimal){.mantissa = cell->mantissa, .scale = from}, to, &at) != PH_OK)
        return PH_INVALID;
    cell->mantissa = at.mantissa;
    return PH_OK;
}

static ph_rc carry_column(ph_sheet *to, uint16_t column, const ph_sheet *from)
{
    ph_sheet_column *target = &to->columns[column];
    uint16_t source = ph_sheet_find_column(from, ph_span_str(target->indicator));
    ph_rc rc = PH_OK;

    target->is_touched = true;
    if (source == PH_NO_INDEX)
        return PH_OK;
    target->was_published = from->columns[source].was_published;
    target->published = from->columns[source].published;
    for (uint16_t row = 0; rc == PH_OK && row < to->n_rows; row++) {
        uint16_t old = ph_sheet_find_row(from, ph_span_str(to->rows[row].unit));
        if (old == PH_NO_INDEX)
            continue;
        *ph_sheet_cell(to, row, column) = *ph_sheet_cell(from, old, source);
        rc = rescale_cell(ph_sheet_cell(to, row, column), from->columns[source].decimals, target->decimals);
    }
    return rc;
}

/* The number is the same, its digits may be others: the story goes on under the digest that it now has. */
static ph_rc carry_cases(ph_sheet *to, const ph_sheet *from)
{
    for (uint16_t i = 0; i < from->n_cases; i++) {
        const ph_case *old = &from->cases[i];
        uint16_t row = ph_sheet_find_row(to, ph_span_str(from->rows[old->row].unit));
        uint16_t column = ph_sheet_find_column(to, ph_span_str(from->columns[old->column].indicator));
        if (row == PH_NO_INDEX || column == PH_NO_INDEX)
            continue;
        const ph_cell *cell = ph_sheet_cell(to, row, column);
        ph_case *c = ph_sheet_put_case(to, row, column);
        if (c == NULL)
            return PH_NOMEM;
        *c = *old;
        c->row = row;
        c->column = column;
        c->value = ph_value_digest(to, row, column, cell->mantissa, cell->status);
    }
    return PH_OK;
}

static void carry_rows(ph_sheet *to, const ph_sheet *from)
{
    for (uint16_t row = 0; row < to->n_rows; row++) {
        uint16_t old = ph_sheet_find_row(from, ph_span_str(to->rows[row].unit));
        if (old != PH_NO_INDEX)
            to->rows[row] = from->rows[old];
    }
}

static void take_over(ph_sheet *s, ph_sheet *fitted)
{
    ph_sheet old = *s;

    fitted->state = s->state;
    fitted->folded_to_seq = s->folded_to_seq;
    fitted->has_register = s->has_register;
    memcpy(fitted->register_published, s->register_published, sizeof s->register_published);
    *s = *fitted;
    *fitted = old;
}

ph_rc ph_sheet_refit(ph_sheet *s, const ph_registry *reg, const ph_calendar_item *duty)
{
    ph_sheet *fitted = NULL;
    ph_rc rc = ph_sheet_new(reg, duty, &fitted);

    if (rc != PH_OK)
        return rc;
    if (strcmp(fitted->cluster, s->cluster) != 0 || strcmp(fitted->form, s->form) != 0 ||
        !ph_period_eq(fitted->period, s->period))
        rc = PH_BUG;
    for (uint16_t i = 0; rc == PH_OK && i < fitted->n_columns; i++)
        rc = carry_column(fitted, i, s);
    if (rc == PH_OK)
        rc = carry_cases(fitted, s);
    if (rc == PH_OK) {
        carry_rows(fitted, s);
        take_over(s, fitted);
    }
    ph_sheet_free(fitted);
    return rc;
}
