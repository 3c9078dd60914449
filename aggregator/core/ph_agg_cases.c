/* ph_agg_cases - what a new revision does to the stories of its held values.   Layer: aggregator/core (pure) */
#include "ph_agg_cases.h"

uint8_t ph_case_marks(const ph_case *c)
{
    uint8_t marks = c->explanation != 0 ? PH_MARK_EXPLAINED : 0;

    if (c->state == PH_CASE_CONFIRMED)
        marks |= PH_MARK_CONFIRMED;
    if (c->state == PH_CASE_OVERRIDDEN)
        marks |= PH_MARK_OVERRIDDEN;
    return marks;
}

static bool has_cases(const ph_sheet *s, uint16_t row)
{
    for (uint16_t i = 0; i < s->n_cases && s->cases[i].row <= row; i++)
        if (s->cases[i].row == row)
            return true;
    return false;
}

/* The rules that hold it now, as many as a case names. */
static void name_rules(const ph_judge *j, uint16_t column, ph_case *c)
{
    c->n_rules = 0;
    for (uint16_t i = 0; i < j->findings.n_holds && c->n_rules < PH_CASE_MAX_RULES; i++) {
        const ph_hold *h = &j->findings.holds[i];
        if (h->column == column)
            (void)ph_span_copy(ph_span_str(ph_registry_rule(j->reg, h->rule)->id), c->rules[c->n_rules++],
                               sizeof c->rules[0]);
    }
}

/* The head let this very value pass: it counts. */
static void release(ph_judge *j, const ph_cached_sheet *cs, const ph_case *c)
{
    ph_cell *cell = &j->cells[c->column];
    const ph_sheet_column *column = &cs->sheet->columns[c->column];
    ph_finding note = {.row = -1,
                       .indicator = ph_span_str(column->indicator),
                       .has_value = true,
                       .value = {.mantissa = cell->mantissa, .scale = column->decimals},
                       .detail = ph_span_str(ph_case_state_name(c->state))};

    cell->state = PH_CELL_GIVEN;
    ph_findings_release(&j->findings, cs->plan, c->column, &note);
}

static ph_rc follow_held(ph_judge *j, ph_cached_sheet *cs, uint16_t row, uint16_t column, const ph_digest *value,
                         uint64_t seq)
{
    ph_case *c = ph_sheet_put_case(cs->sheet, row, column);

    if (c == NULL)
        return PH_NOMEM;
    if (!ph_digest_eq(&c->value, value))
        *c = (ph_case){.row = row, .column = column, .value = *value, .entry = seq};
    if (ph_case_is_open(c)) /* what the head has let pass keeps the rules that it was let pass by */
        name_rules(j, column, c);
    j->cells[column].marks |= ph_case_marks(c);
    if (!ph_case_is_open(c))
        release(j, cs, c);
    return PH_OK;
}

/* Not held: what the head said of this value still stands, what waited is over. */
static void follow_free(ph_judge *j, ph_sheet *s, ph_case *c, const ph_digest *value)
{
    ph_cell *cell = &j->cells[c->column];

    if (cell->state == PH_CELL_GIVEN && !ph_case_is_open(c) && ph_digest_eq(&c->value, value))
        cell->marks |= ph_case_marks(c);
    else
        ph_sheet_drop_case(s, c->row, c->column);
}

ph_rc ph_cases_follow(ph_judge *j, ph_cached_sheet *cs, uint16_t row, uint64_t seq)
{
    ph_sheet *s = cs->sheet;
    ph_rc rc = PH_OK;

    if (j->findings.n_holds == 0 && !has_cases(s, row))
        return PH_OK;
    for (uint16_t i = 0; rc == PH_OK && i < s->n_columns; i++) {
        ph_cell *cell = &j->cells[i];
        ph_case *c = ph_sheet_find_case(s, row, i);
        if (cell->state != PH_CELL_HELD && c == NULL)
            continue;
        ph_digest value = ph_value_digest(s, row, i, cell->mantissa, cell->status);
        if (cell->state == PH_CELL_HELD)
            rc = follow_held(j, cs, row, i, &value, seq);
        else
            follow_free(j, s, c, &value);
    }
    return rc;
}
