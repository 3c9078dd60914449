/* ph_registry - what was built, found again in one step.   Layer: domain/core (pure) */
#include <stdio.h>
#include <stdlib.h>

#include "ph_registry_inside.h"

/* ---- building ---- */

#define INDEX_BY(reg, index, rows, n, field)                                                \
    do {                                                                                    \
        rc = ph_id_index_init(&(reg)->index, (n));                                          \
        for (size_t i = 0; rc == PH_OK && i < (n); i++)                                     \
            if (!ph_id_index_put(&(reg)->index, ph_span_str((rows)[i].field), (uint16_t)i)) \
                rc = PH_BUG;                                                                \
    } while (0)

static ph_rc index_ids(ph_registry *reg)
{
    const ph_registry_parts *p = &reg->parts;
    ph_rc rc;

    INDEX_BY(reg, units, p->units, p->n_units, id);
    if (rc == PH_OK)
        INDEX_BY(reg, clusters, p->clusters, p->n_clusters, id);
    if (rc == PH_OK)
        INDEX_BY(reg, indicators, p->indicators, p->n_indicators, code);
    return rc;
}

/* Rows of one id hang on a chain; the index knows its head. */
static ph_rc chain_init(ph_id_index *index, uint16_t **next, size_t n)
{
    *next = calloc(n + 1, sizeof **next);
    return *next == NULL ? PH_NOMEM : ph_id_index_init(index, n);
}

static void chain_put(ph_id_index *index, uint16_t *next, const char *id, size_t place)
{
    next[place] = PH_NO_INDEX;
    if (ph_id_index_put(index, ph_span_str(id), (uint16_t)place))
        return;
    uint16_t head = ph_id_index_find(index, ph_span_str(id));
    next[place] = next[head];
    next[head] = (uint16_t)place;
}

static ph_rc index_versions(ph_registry *reg)
{
    const ph_registry_parts *p = &reg->parts;
    ph_rc rc = chain_init(&reg->forms, &reg->next_form, p->n_forms);

    for (size_t i = 0; rc == PH_OK && i < p->n_forms; i++)
        chain_put(&reg->forms, reg->next_form, p->forms[i].id, i);
    if (rc == PH_OK)
        rc = chain_init(&reg->weight_sets, &reg->next_weights, p->n_weight_sets);
    for (size_t i = 0; rc == PH_OK && i < p->n_weight_sets; i++)
        chain_put(&reg->weight_sets, reg->next_weights, p->weight_sets[i].id, i);
    return rc;
}

static size_t duty_home(const ph_registry *reg, uint16_t cluster, uint16_t form, ph_period period)
{
    uint64_t h = ph_id_mix((uint64_t)cluster << 16 | form,
                           (uint64_t)period.year << 16 | (uint64_t)period.freq << 8 | period.index);
    return (size_t)h & reg->duty_mask;
}

static bool is_duty(const ph_calendar_item *d, uint16_t cluster, uint16_t form, ph_period period)
{
    return d->cluster == cluster && d->form == form && ph_period_eq(d->period, period);
}

/* Where the duty stands in the table, or the free slot where it belongs. */
static uint16_t *duty_slot_of(const ph_registry *reg, uint16_t cluster, uint16_t form, ph_period period)
{
    size_t at = duty_home(reg, cluster, form, period);

    while (reg->duties[at] != PH_NO_INDEX && !is_duty(&reg->parts.calendar[reg->duties[at]], cluster, form, period))
        at = (at + 1) & reg->duty_mask;
    return &reg->duties[at];
}

static ph_rc index_duties(ph_registry *reg)
{
    size_t size = 4;

    while (size < 2 * reg->parts.n_calendar + 1)
        size *= 2;
    reg->duties = malloc(size * sizeof *reg->duties);
    if (reg->duties == NULL)
        return PH_NOMEM;
    reg->duty_mask = size - 1;
    for (size_t i = 0; i < size; i++)
        reg->duties[i] = PH_NO_INDEX;
    for (size_t i = 0; i < reg->parts.n_calendar; i++) {
        const ph_calendar_item *d = &reg->parts.calendar[i];
        uint16_t *slot = duty_slot_of(reg, d->cluster, d->form, d->period);
        if (*slot != PH_NO_INDEX)
            return PH_BUG;
        *slot = (uint16_t)i;
    }
    return PH_OK;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static ph_rc gather_boundaries(ph_registry *reg)
{
    reg->boundaries = calloc(4 * reg->parts.n_calendar + 1, sizeof *reg->boundaries);
    if (reg->boundaries == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < reg->parts.n_calendar; i++) {
        const ph_calendar_item *d = &reg->parts.calendar[i];
        reg->boundaries[reg->n_boundaries++] = d->opens_us;
        reg->boundaries[reg->n_boundaries++] = d->due_us;
        reg->boundaries[reg->n_boundaries++] = d->closes_us;
        if (d->embargo_us != 0)
            reg->boundaries[reg->n_boundaries++] = d->embargo_us;
    }
    qsort(reg->boundaries, reg->n_boundaries, sizeof *reg->boundaries, by_time);
    return PH_OK;
}

static ph_rc label_weights(ph_registry *reg)
{
    const ph_registry_parts *p = &reg->parts;

    reg->labels = calloc(p->n_weight_sets + 1, sizeof *reg->labels);
    if (reg->labels == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < p->n_weight_sets; i++) {
        ph_weight_set *w = &p->weight_sets[i];
        (void)snprintf(reg->labels[i], sizeof reg->labels[i], "%s@%u", w->id, w->version);
        w->label = reg->labels[i];
    }
    return PH_OK;
}

ph_rc ph_registry_build(ph_registry_parts *parts, ph_registry **ret)
{
    ph_registry *reg = NULL;
    ph_rc rc = ph_registry_parts_check(parts);

    if (rc != PH_OK)
        return rc;
    reg = calloc(1, sizeof *reg);
    if (reg == NULL)
        return PH_NOMEM;
    reg->parts = *parts;
    rc = index_ids(reg);
    if (rc == PH_OK)
        rc = index_versions(reg);
    if (rc == PH_OK)
        rc = index_duties(reg);
    if (rc == PH_OK)
        rc = gather_boundaries(reg);
    if (rc == PH_OK)
        rc = label_weights(reg);
    if (rc == PH_OK)
        rc = ph_registry_order_references(reg);
    if (rc != PH_OK) {
        reg->parts = (ph_registry_parts){0}; /* still the caller's */
        ph_registry_free(reg);
        return rc;
    }
    for (size_t i = 0; i < reg->parts.n_clusters; i++)
        if (reg->parts.clusters[i].provisional_percent == 0)
            reg->parts.clusters[i].provisional_percent = PH_PROVISIONAL_PERCENT;
    for (size_t i = 0; i < reg->parts.n_weight_sets; i++)
        ph_weight_set_sort(&reg->parts.weight_sets[i]);
    *parts = (ph_registry_parts){0};
    *ret = reg;
    return PH_OK;
}

void ph_registry_free(ph_registry *reg)
{
    if (reg == NULL)
        return;
    ph_id_index_done(&reg->units);
    ph_id_index_done(&reg->clusters);
    ph_id_index_done(&reg->indicators);
    ph_id_index_done(&reg->forms);
    ph_id_index_done(&reg->weight_sets);
    free(reg->next_form);
    free(reg->next_weights);
    free(reg->duties);
    free(reg->boundaries);
    free(reg->reference_keys);
    free(reg->labels);
    ph_registry_parts_done(&reg->parts);
    free(reg);
}

/* ---- asking ---- */

static ph_date first_day(ph_period period)
{
    ph_date from, to;

    ph_period_range(period, &from, &to);
    return from;
}

uint16_t ph_registry_find_form_known(const ph_registry *reg, ph_span id, ph_period period, ph_date known_on)
{
    const ph_form *forms = reg->parts.forms;
    ph_date day = first_day(period);
    uint16_t best = PH_NO_INDEX;

    for (uint16_t i = ph_id_index_find(&reg->forms, id); i != PH_NO_INDEX; i = reg->next_form[i])
        if (forms[i].freq == period.freq && forms[i].valid_from <= day && day < forms[i].valid_to &&
            forms[i].known_since <= known_on && (best == PH_NO_INDEX || forms[i].version > forms[best].version))
            best = i;
    return best;
}

uint16_t ph_registry_find_form(const ph_registry *reg, ph_span id, ph_period period)
{
    return ph_registry_find_form_known(reg, id, period, PH_DATE_FOREVER);
}

uint16_t ph_registry_find_weights_known(const ph_registry *reg, const char *id, ph_period period, ph_date known_on)
{
    const ph_weight_set *sets = reg->parts.weight_sets;
    ph_date day = first_day(period);
    uint16_t best = PH_NO_INDEX;

    for (uint16_t i = ph_id_index_find(&reg->weight_sets, ph_span_str(id)); i != PH_NO_INDEX; i = reg->next_weights[i])
        if (sets[i].valid_from <= day && day < sets[i].valid_to && sets[i].known_since <= known_on &&
            (best == PH_NO_INDEX || sets[i].version > sets[best].version))
            best = i;
    return best;
}

uint16_t ph_registry_find_weights(const ph_registry *reg, const char *id, ph_period period)
{
    return ph_registry_find_weights_known(reg, id, period, PH_DATE_FOREVER);
}

const ph_calendar_item *ph_registry_find_duty(const ph_registry *reg, uint16_t cluster, uint16_t form, ph_period period)
{
    uint16_t place = *duty_slot_of(reg, cluster, form, period);

    return place == PH_NO_INDEX ? NULL : &reg->parts.calendar[place];
}

int64_t ph_registry_next_boundary(const ph_registry *reg, int64_t after_us)
{
    size_t low = 0, high = reg->n_boundaries;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (reg->boundaries[mid] <= after_us)
            low = mid + 1;
        else
            high = mid;
    }
    return low < reg->n_boundaries ? reg->boundaries[low] : INT64_MAX;
}
