/* ph_series_break - where a series does not compare with what it would be compared with.   Layer: domain/core (pure) */
#ifndef PH_BREAK_H
#define PH_BREAK_H

#include "ph_registry.h"

/**
 * The break that stands between @period and the period that its figures are compared with: the same one a year before
 * for `yoy_same_period` and for a whole year, else the one before of the same length. It stands between them when the
 * latter has days before it and @period has days from it on; so a period that the break falls into is marked as well.
 * Of several, the last.   Owns: nothing; NULL = they compare.   Thread: any.   Source: domain §3.4.
 */
const ph_series_break *ph_break_within(const ph_indicator *ind, ph_period period);

#endif
