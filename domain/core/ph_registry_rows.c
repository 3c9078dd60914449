/* ph_registry_rows - what can be asked of one row: a weight, a member, a state, a name.   Layer: domain/core (pure) */
#include "ph_registry.h"

static void swap_weights(ph_weight_set *w, size_t a, size_t b)
{
    uint16_t unit = w->units[a];
    int64_t value = w->values[a];

    w->units[a] = w->units[b];
    w->values[a] = w->values[b];
    w->units[b] = unit;
    w->values[b] = value;
}

/* Shell's method: two arrays move together. */
void ph_weight_set_sort(ph_weight_set *w)
{
    for (size_t gap = w->n_units / 2; gap > 0; gap /= 2)
        for (size_t i = gap; i < w->n_units; i++)
            for (size_t k = i; k >= gap && w->units[k - gap] > w->units[k]; k -= gap)
                swap_weights(w, k - gap, k);
}

int64_t ph_weight_of(const ph_weight_set *set, uint16_t unit)
{
    size_t low = 0, high = set->n_units;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (set->units[mid] < unit)
            low = mid + 1;
        else
            high = mid;
    }
    return low < set->n_units && set->units[low] == unit ? set->values[low] : 0;
}

const ph_cycle *ph_cluster_cycle(const ph_cluster *cluster, ph_period period)
{
    for (size_t i = 0; i < cluster->n_cycles; i++)
        if (cluster->cycles[i].year == period.year)
            return &cluster->cycles[i];
    return NULL;
}

uint16_t ph_cycle_member(const ph_cycle *cycle, uint16_t unit)
{
    for (uint16_t i = 0; i < cycle->n_members; i++)
        if (cycle->units[i] == unit)
            return i;
    return PH_NO_INDEX;
}

uint8_t ph_freq_bit(ph_freq freq)
{
    switch (freq) {
    case PH_FREQ_A:
        return PH_FREQ_BIT_A;
    case PH_FREQ_S:
        return PH_FREQ_BIT_S;
    case PH_FREQ_Q:
        return PH_FREQ_BIT_Q;
    case PH_FREQ_M:
        return PH_FREQ_BIT_M;
    }
    return 0;
}

bool ph_indicator_has(const ph_indicator *indicator, ph_method method)
{
    for (size_t i = 0; i < indicator->n_methods; i++)
        if (indicator->methods[i] == method)
            return true;
    return false;
}

const ph_series_break *ph_indicator_break(const ph_indicator *indicator, ph_period from, ph_period to)
{
    ph_date first, last, end;

    ph_period_range(from, &first, &end);
    ph_period_range(to, &last, &end);
    for (size_t i = 0; i < indicator->n_breaks; i++)
        if (first < indicator->breaks[i].at && indicator->breaks[i].at <= last)
            return &indicator->breaks[i];
    return NULL;
}

ph_period_state ph_calendar_state(const ph_calendar_item *duty, int64_t now_us)
{
    if (now_us < duty->opens_us)
        return PH_PERIOD_PLANNED;
    if (now_us < duty->due_us)
        return PH_PERIOD_OPEN;
    return now_us < duty->closes_us ? PH_PERIOD_DUE : PH_PERIOD_CLOSED;
}

const char *ph_name_in(ph_name name, ph_lang lang)
{
    return lang == PH_LANG_VI ? name.vi : name.en;
}
