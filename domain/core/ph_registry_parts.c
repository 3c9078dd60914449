/* ph_registry_parts - the checks that keep a registry's indexes in range, and its memory.   Layer: domain/core (pure)
 */
#include <stdlib.h>

#include "ph_registry.h"

/* A table grows to at most UINT16_MAX - 1, so that PH_NO_INDEX names no row. */
static bool fits(size_t n)
{
    return n < PH_NO_INDEX;
}

static bool sizes_fit(const ph_registry_parts *p)
{
    return fits(p->n_units) && fits(p->n_clusters) && fits(p->n_indicators) && fits(p->n_forms) &&
           fits(p->n_weight_sets) && fits(p->n_calendar) && fits(p->n_links) && fits(p->n_references) &&
           p->n_rules <= PH_MAX_DATA_RULES && fits(p->n_days_off);
}

static ph_rc check_cycle(const ph_registry_parts *p, const ph_cycle *cycle)
{
    if (cycle->n_members > PH_MAX_MEMBERS)
        return PH_LIMIT;
    for (size_t i = 0; i < cycle->n_members; i++)
        if (cycle->units[i] >= p->n_units)
            return PH_BUG;
    return PH_OK;
}

static ph_rc check_clusters(const ph_registry_parts *p)
{
    ph_rc rc = PH_OK;

    for (size_t i = 0; rc == PH_OK && i < p->n_clusters; i++)
        rc = p->clusters[i].provisional_percent > 100 ? PH_LIMIT : PH_OK;
    for (size_t i = 0; rc == PH_OK && i < p->n_clusters; i++)
        for (size_t k = 0; rc == PH_OK && k < p->clusters[i].n_cycles; k++)
            rc = check_cycle(p, &p->clusters[i].cycles[k]);
    return rc;
}

static ph_rc check_ratio(const ph_registry_parts *p, const ph_indicator *ind)
{
    if (!ph_indicator_has(ind, PH_METHOD_RATIO))
        return PH_OK;
    if (ind->numerator >= p->n_indicators || ind->denominator >= p->n_indicators)
        return PH_BUG;
    return ind->times >= 1 && ind->times <= PH_MAX_TIMES ? PH_OK : PH_LIMIT;
}

static ph_rc check_indicators(const ph_registry_parts *p)
{
    ph_rc rc = PH_OK;

    for (size_t i = 0; rc == PH_OK && i < p->n_indicators; i++) {
        if (p->indicators[i].n_methods > PH_MAX_METHODS || p->indicators[i].decimals > PH_DECIMAL_MAX_SCALE)
            return PH_LIMIT;
        rc = check_ratio(p, &p->indicators[i]);
    }
    return rc;
}

static ph_rc check_forms(const ph_registry_parts *p)
{
    for (size_t i = 0; i < p->n_forms; i++) {
        if (p->forms[i].n_items > PH_MAX_OBSERVATIONS)
            return PH_LIMIT;
        for (size_t k = 0; k < p->forms[i].n_items; k++)
            if (p->forms[i].items[k].indicator >= p->n_indicators)
                return PH_BUG;
    }
    return PH_OK;
}

static ph_rc check_weights(const ph_registry_parts *p)
{
    for (size_t i = 0; i < p->n_weight_sets; i++)
        for (size_t k = 0; k < p->weight_sets[i].n_units; k++) {
            if (p->weight_sets[i].units[k] >= p->n_units)
                return PH_BUG;
            if (p->weight_sets[i].values[k] < 1 || p->weight_sets[i].values[k] > PH_MAX_WEIGHT)
                return PH_LIMIT;
        }
    return PH_OK;
}

static ph_rc check_references(const ph_registry_parts *p)
{
    for (size_t i = 0; i < p->n_units; i++)
        if (p->units[i].successor != PH_NO_INDEX && p->units[i].successor >= p->n_units)
            return PH_BUG;
    for (size_t i = 0; i < p->n_links; i++)
        if (p->links[i].predecessor >= p->n_units || p->links[i].successor >= p->n_units)
            return PH_BUG;
    for (size_t i = 0; i < p->n_references; i++)
        if (p->references[i].unit >= p->n_units || p->references[i].indicator >= p->n_indicators)
            return PH_BUG;
    return PH_OK;
}

static ph_rc check_calendar(const ph_registry_parts *p)
{
    for (size_t i = 0; i < p->n_calendar; i++) {
        const ph_calendar_item *item = &p->calendar[i];
        if (item->cluster >= p->n_clusters || item->form >= p->n_forms)
            return PH_BUG;
        for (size_t k = 0; k < item->n_extensions; k++)
            if (item->extensions[k].unit != PH_NO_INDEX && item->extensions[k].unit >= p->n_units)
                return PH_BUG;
    }
    return PH_OK;
}

static bool are_indicators(const ph_registry_parts *p, const uint16_t *indexes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (indexes[i] >= p->n_indicators)
            return false;
    return true;
}

static ph_rc check_rules(const ph_registry_parts *p)
{
    for (size_t i = 0; i < p->n_rules; i++) {
        const ph_rule_def *r = &p->rules[i];
        if (r->n_targets > PH_RULE_MAX_TARGETS || r->n_inputs > PH_RULE_MAX_INPUTS || r->n_params > PH_RULE_MAX_PARAMS)
            return PH_LIMIT;
        if (!are_indicators(p, r->targets, r->n_targets) || !are_indicators(p, r->inputs, r->n_inputs))
            return PH_BUG;
    }
    return PH_OK;
}

ph_rc ph_registry_parts_check(const ph_registry_parts *p)
{
    if (!sizes_fit(p))
        return PH_LIMIT;
    ph_rc rc = check_references(p);
    if (rc == PH_OK)
        rc = check_calendar(p);
    if (rc == PH_OK)
        rc = check_clusters(p);
    if (rc == PH_OK)
        rc = check_indicators(p);
    if (rc == PH_OK)
        rc = check_forms(p);
    if (rc == PH_OK)
        rc = check_weights(p);
    if (rc == PH_OK)
        rc = check_rules(p);
    return rc;
}

static void free_rows(ph_registry_parts *p)
{
    for (size_t i = 0; i < p->n_units; i++) {
        free(p->units[i].names);
        free(p->units[i].codes);
    }
    for (size_t i = 0; i < p->n_clusters; i++)
        free(p->clusters[i].cycles);
    for (size_t i = 0; i < p->n_indicators; i++) {
        free(p->indicators[i].codes);
        free(p->indicators[i].breaks);
        free(p->indicators[i].soft_at);
    }
    for (size_t i = 0; i < p->n_forms; i++)
        free(p->forms[i].items);
    for (size_t i = 0; i < p->n_weight_sets; i++) {
        free(p->weight_sets[i].units);
        free(p->weight_sets[i].values);
    }
    for (size_t i = 0; i < p->n_calendar; i++)
        free(p->calendar[i].extensions);
    for (size_t i = 0; i < p->n_rules; i++) {
        free(p->rules[i].targets);
        free(p->rules[i].inputs);
    }
}

void ph_registry_parts_done(ph_registry_parts *p)
{
    free_rows(p);
    free(p->units);
    free(p->clusters);
    free(p->indicators);
    free(p->forms);
    free(p->weight_sets);
    free(p->calendar);
    free(p->links);
    free(p->references);
    free(p->rules);
    free(p->days_off);
    if (p->free_arena != NULL)
        p->free_arena(p->arena);
    *p = (ph_registry_parts){0};
}
