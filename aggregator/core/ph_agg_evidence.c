/* ph_agg_evidence - a unit's own earlier data, brought into the columns of a plan.   Layer: aggregator/core (pure) */
#include "ph_agg_evidence.h"

/* Forms change little from one period to the next: a column is tried where it stands now before it is searched. */
static uint16_t column_of(const ph_sheet *s, const char *indicator, uint16_t guess)
{
    if (guess < s->n_columns && strcmp(s->columns[guess].indicator, indicator) == 0)
        return guess;
    return ph_sheet_find_column(s, ph_span_str(indicator));
}

/* Across a break in the series nothing can be compared; and a value at fewer decimals than it was given with would have
 * to be rounded: neither is evidence. */
static bool take_cell(const ph_sheet *s, uint16_t row, const ph_plan *plan, uint16_t place, ph_cell *ret)
{
    const ph_indicator *ind = ph_plan_indicator(plan, place);
    uint16_t column = column_of(s, ind->code, place);
    ph_decimal at;

    if (column == PH_NO_INDEX || ph_indicator_break(ind, s->period, ph_plan_duty(plan)->period) != NULL)
        return false;
    const ph_cell *cell = ph_sheet_cell(s, row, column);
    ph_decimal v = {.mantissa = cell->mantissa, .scale = s->columns[column].decimals};
    if (cell->state != PH_CELL_GIVEN || ph_decimal_rescale(v, ind->decimals, &at) != PH_OK)
        return false;
    *ret = *cell;
    ret->mantissa = at.mantissa;
    return true;
}

static void take_row(const ph_sheet *s, const ph_plan *plan, ph_against against, ph_span unit, ph_cell *cells,
                     ph_earlier *ret)
{
    uint16_t row = ph_sheet_find_row(s, unit);

    if (row == PH_NO_INDEX || s->rows[row].last_revision == 0)
        return;
    for (uint16_t i = 0; i < ph_plan_n_columns(plan); i++)
        if (!ph_plan_looks_back(plan, against, i) || !take_cell(s, row, plan, i, &cells[i]))
            cells[i] = (ph_cell){0};
    *ret = (ph_earlier){.is_there = true, .cells = cells};
}

/* A store is asked once for a sheet that is not there: until another is made it stays so. */
static ph_rc find_earlier(ph_sheet_cache *cache, ph_cached_sheet *cs, const ph_sheet_key *key, ph_against against,
                          ph_cached_sheet **ret)
{
    ph_rc rc = PH_NOT_FOUND;

    if (cs->absent[against] == cache->n_opened + 1)
        return rc;
    cs->is_pinned = true;
    rc = ph_cache_find(cache, key, ret);
    cs->is_pinned = false;
    cs->absent[against] = rc == PH_NOT_FOUND ? cache->n_opened + 1 : 0;
    return rc;
}

static ph_rc look_up(ph_sheet_cache *cache, ph_cached_sheet *cs, const ph_submission *sub, ph_against against,
                     ph_cell *cells, ph_earlier *ret)
{
    ph_sheet_key key = {.cluster = sub->cluster, .form = sub->form};
    ph_cached_sheet *earlier = NULL;
    ph_rc rc;

    if (!ph_plan_needs(cs->plan, against) || !ph_period_earlier(sub->period, against, &key.period))
        return PH_OK;
    rc = find_earlier(cache, cs, &key, against, &earlier);
    if (rc == PH_OK)
        take_row(earlier->sheet, cs->plan, against, sub->unit, cells, ret);
    return rc == PH_NOT_FOUND ? PH_OK : rc;
}

ph_rc ph_agg_gather(ph_sheet_cache *cache, ph_cached_sheet *cs, const ph_submission *sub, ph_date known_on,
                    ph_gathered *ret)
{
    ph_evidence *e = &ret->evidence;

    *e = (ph_evidence){.unit = ph_registry_find_unit(cache->reg, sub->unit), .known_on = known_on, .has_earlier = true};
    ph_rc rc = look_up(cache, cs, sub, PH_AGAINST_PREVIOUS, ret->previous, &e->previous);
    return rc == PH_OK ? look_up(cache, cs, sub, PH_AGAINST_YEAR_AGO, ret->year_ago, &e->year_ago) : rc;
}
