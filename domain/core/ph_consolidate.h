/* ph_consolidate - one cluster figure from one column of a sheet, exactly.   Layer: domain/core (pure) */
#ifndef PH_CONSOLIDATE_H
#define PH_CONSOLIDATE_H

#include "ph_figure.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_sheet.h"

/**
 * Fill @ret with coverage by count and by weight, every method the registry names, ranks with ties (1,2,2,4) and the
 * digest of the inputs. Held and missing cells never enter a value; a weighted mean is over the received members'
 * weights; a ratio is sum of numerators / sum of denominators * times over the members that gave both; a list has no
 * value. A method without input has no value. What stands after a break of its series is marked (ph_series_break).
 * Shape: column < s->n_columns; ret's spans borrow from @s and @reg. Units: values at the indicator's decimals.   Owns:
 * nothing.   Errors: NOT_FOUND when the registry no longer knows the indicator; RANGE for an overflow; BUG. Thread:
 * any, no allocation.   Source: design §9, §14; domain §2.3.
 */
ph_rc ph_consolidate(const ph_sheet *s, uint16_t column, const ph_registry *reg, ph_figure *ret) PH_CHECKED;

/** Touch each ratio whose numerator or denominator is touched: its figure is made of them. One touched too many
 * does no harm, its figure is the one published already. O(columns), plus a scan for each ratio. */
void ph_consolidate_spread(ph_sheet *s, const ph_registry *reg);

#endif
