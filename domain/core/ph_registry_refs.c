/* ph_registry_refs - references found by halving, rules by their id.   Layer: domain/core (pure) */
#include <stdlib.h>

#include "ph_registry_inside.h"

static int three_way(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

static int by_key(const ph_reference *a, const ph_reference *b)
{
    int cmp = three_way(a->unit, b->unit);

    if (cmp == 0)
        cmp = three_way(a->indicator, b->indicator);
    if (cmp == 0)
        cmp = ph_period_cmp(a->period, b->period);
    if (cmp == 0)
        cmp = three_way(a->period.freq, b->period.freq);
    return cmp != 0 ? cmp : three_way(a->kind, b->kind);
}

int ph_reference_cmp(const ph_reference *a, const ph_reference *b)
{
    int cmp = by_key(a, b);

    return cmp != 0 ? cmp : three_way(b->known_since, a->known_since);
}

static int compare(const void *a, const void *b)
{
    return ph_reference_cmp(a, b);
}

void ph_registry_order_references(ph_registry *reg)
{
    if (reg->parts.n_references > 1)
        qsort(reg->parts.references, reg->parts.n_references, sizeof *reg->parts.references, compare);
}

const ph_reference *ph_registry_find_reference(const ph_registry *reg, uint16_t unit, uint16_t indicator,
                                               ph_period period, ph_reference_kind kind, ph_date known_on)
{
    ph_reference wanted = {
        .unit = unit, .indicator = indicator, .period = period, .kind = kind, .known_since = known_on};
    size_t low = 0, high = reg->parts.n_references;

    while (low < high) { /* the first that was known by then */
        size_t mid = low + (high - low) / 2;
        if (ph_reference_cmp(&reg->parts.references[mid], &wanted) < 0)
            low = mid + 1;
        else
            high = mid;
    }
    return low < reg->parts.n_references && by_key(&reg->parts.references[low], &wanted) == 0
               ? &reg->parts.references[low]
               : NULL;
}

uint16_t ph_registry_find_rule(const ph_registry *reg, ph_span id)
{
    for (size_t i = 0; i < reg->parts.n_rules; i++)
        if (ph_span_is(id, reg->parts.rules[i].id))
            return (uint16_t)i;
    return PH_NO_INDEX;
}
