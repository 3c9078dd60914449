/* ph_series_break - where a series does not compare with what it would be compared with.   Layer: domain/core (pure) */
#include "ph_break.h"

#include <string.h>

static uint8_t per_year(ph_freq freq)
{
    switch (freq) {
    case PH_FREQ_S:
        return 2;
    case PH_FREQ_Q:
        return 4;
    case PH_FREQ_M:
        return 12;
    case PH_FREQ_A:
        break;
    }
    return 1;
}

/* What the figures of a period are held against. */
static ph_period compared_with(const ph_indicator *ind, ph_period p)
{
    bool is_yearly = ind->comparison != NULL && strcmp(ind->comparison, "yoy_same_period") == 0;

    if (is_yearly || p.index == 1)
        p.year--;
    if (!is_yearly)
        p.index = p.index == 1 ? per_year(p.freq) : (uint8_t)(p.index - 1);
    return p;
}

const ph_series_break *ph_break_within(const ph_indicator *ind, ph_period period)
{
    const ph_series_break *found = NULL;
    ph_date from, to, reference, unused;

    if (ind->n_breaks == 0)
        return NULL;
    ph_period_range(period, &from, &to);
    ph_period_range(compared_with(ind, period), &reference, &unused);
    for (size_t i = 0; i < ind->n_breaks; i++)
        if (ind->breaks[i].at > reference && ind->breaks[i].at < to && (found == NULL || ind->breaks[i].at > found->at))
            found = &ind->breaks[i];
    return found;
}
