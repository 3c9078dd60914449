/* ph_registry_refs - references of one indicator and period, rules by their id.   Layer: domain/core (pure) */
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

/* All that a search goes by in one integer. What is said of one indicator, period and kind stands together, by unit. A
 * year has 14 bits, an index 5, a frequency is a letter, a kind has one. */
static uint64_t key_of(uint16_t unit, uint16_t indicator, ph_period p, ph_reference_kind kind)
{
    uint64_t period = (uint64_t)p.year << 14 | (uint64_t)p.index << 9 | (uint64_t)(uint8_t)p.freq << 1;

    return (uint64_t)indicator << 44 | (period | (uint64_t)kind) << 16 | unit;
}

static int compare_keyed(const void *a, const void *b)
{
    const ph_reference *x = a, *y = b;
    uint64_t kx = key_of(x->unit, x->indicator, x->period, x->kind),
             ky = key_of(y->unit, y->indicator, y->period, y->kind);

    return kx != ky ? (kx > ky) - (kx < ky) : three_way(y->known_since, x->known_since);
}

ph_rc ph_registry_order_references(ph_registry *reg)
{
    size_t n = reg->parts.n_references;

    reg->reference_keys = calloc(n + 1, sizeof *reg->reference_keys);
    if (reg->reference_keys == NULL)
        return PH_NOMEM;
    if (n > 1)
        qsort(reg->parts.references, n, sizeof *reg->parts.references, compare_keyed);
    for (size_t i = 0; i < n; i++) {
        const ph_reference *r = &reg->parts.references[i];
        reg->reference_keys[i] = key_of(r->unit, r->indicator, r->period, r->kind);
    }
    return PH_OK;
}

static size_t first_from(const ph_registry *reg, uint64_t wanted)
{
    size_t low = 0, high = reg->parts.n_references;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (reg->reference_keys[mid] < wanted)
            low = mid + 1;
        else
            high = mid;
    }
    return low;
}

ph_reference_range ph_registry_references_of(const ph_registry *reg, uint16_t indicator, ph_period period,
                                             ph_reference_kind kind)
{
    uint64_t first = key_of(0, indicator, period, kind);

    return (ph_reference_range){.from = (uint16_t)first_from(reg, first),
                                .to = (uint16_t)first_from(reg, first + UINT16_MAX + 1)};
}

const ph_reference *ph_registry_reference_in(const ph_registry *reg, ph_reference_range range, uint16_t unit,
                                             ph_date known_on)
{
    const ph_reference *all = reg->parts.references;
    uint16_t i = range.from;

    while (i < range.to && (all[i].unit < unit || (all[i].unit == unit && all[i].known_since > known_on)))
        i++; /* they stand by unit, the newest known of each first */
    return i < range.to && all[i].unit == unit ? &all[i] : NULL;
}

const ph_reference *ph_registry_find_reference(const ph_registry *reg, uint16_t unit, uint16_t indicator,
                                               ph_period period, ph_reference_kind kind, ph_date known_on)
{
    return ph_registry_reference_in(reg, ph_registry_references_of(reg, indicator, period, kind), unit, known_on);
}

uint16_t ph_registry_find_rule(const ph_registry *reg, ph_span id)
{
    for (size_t i = 0; i < reg->parts.n_rules; i++)
        if (ph_span_is(id, reg->parts.rules[i].id))
            return (uint16_t)i;
    return PH_NO_INDEX;
}
