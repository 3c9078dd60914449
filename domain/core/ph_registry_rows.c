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

const ph_cycle *ph_cluster_cycle_known(const ph_cluster *cluster, ph_period period, ph_date known_on)
{
    const ph_cycle *best = NULL;

    for (size_t i = 0; i < cluster->n_cycles; i++) {
        const ph_cycle *c = &cluster->cycles[i];
        if (c->year == period.year && c->known_since <= known_on &&
            (best == NULL || c->known_since > best->known_since))
            best = c;
    }
    return best;
}

const ph_cycle *ph_cluster_cycle(const ph_cluster *cluster, ph_period period)
{
    return ph_cluster_cycle_known(cluster, period, PH_DATE_FOREVER);
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

/* How much of the year is over when the period is. */
static unsigned months_into_year(ph_period p)
{
    switch (p.freq) {
    case PH_FREQ_A:
        return 12;
    case PH_FREQ_S:
        return 6U * p.index;
    case PH_FREQ_Q:
        return 3U * p.index;
    case PH_FREQ_M:
        return p.index;
    }
    return 0;
}

const ph_bounds *ph_indicator_soft(const ph_indicator *ind, ph_period period)
{
    for (size_t i = 0; i < ind->n_soft_at; i++)
        if (ind->soft_at[i].months == months_into_year(period))
            return &ind->soft_at[i].bounds;
    return &ind->soft;
}

/* Of the comparisons one speaks of a plan, and of a share of it. */
bool ph_indicator_is_growth(const ph_indicator *ind)
{
    return ind->comparison != NULL && strcmp(ind->comparison, "none") != 0 &&
           strcmp(ind->comparison, "vs_plan_year") != 0;
}

const ph_series_break *ph_indicator_break(const ph_indicator *indicator, ph_period from, ph_period to)
{
    ph_date first, last, end;

    if (indicator->n_breaks == 0)
        return NULL;
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

int64_t ph_calendar_due(const ph_calendar_item *duty, uint16_t unit, ph_date known_on)
{
    int64_t due_us = duty->due_us;

    for (size_t i = 0; i < duty->n_extensions; i++) {
        const ph_extension *e = &duty->extensions[i];
        if ((e->unit == PH_NO_INDEX || e->unit == unit) && e->known_since <= known_on && e->due_us > due_us)
            due_us = e->due_us;
    }
    return due_us;
}

bool ph_is_working_day(const ph_day_off *days, size_t n, ph_date day)
{
    int weekday = (int)(((int64_t)day % 7 + 10) % 7); /* 1970-01-01 was a Thursday; Monday is 0 */

    for (size_t i = 0; i < n; i++)
        if (days[i].day == day)
            return days[i].is_working;
    return weekday < 5;
}

ph_date ph_working_day_after(const ph_day_off *days, size_t n, ph_date day, unsigned count)
{
    while (count > 0)
        if (ph_is_working_day(days, n, ++day))
            count--;
    return day;
}

const char *ph_name_in(ph_name name, ph_lang lang)
{
    return lang == PH_LANG_VI ? name.vi : name.en;
}
