/* ph_col_meant - which indicator or unit somebody means, by code or name in any writing, and which was nearly meant.
 * Layer: collector/core (pure) */
#ifndef PH_COL_MEANT_H
#define PH_COL_MEANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_registry.h"
#include "ph_span.h"

/** By exact code, else by code or name in any case, normal form, with or without diacritics; of several with that name
 * the one that @form (NULL or "" = any) holds. PH_NO_INDEX. */
uint16_t ph_col_indicator_meant(const ph_registry *reg, const char *form, ph_span text);
/** The nearest code or name of those in @form, as "CODE" or "CODE: the name that was meant"; false if none is near. */
bool ph_col_indicator_near(const ph_registry *reg, const char *form, ph_span text, char *dst, size_t size);
/** Is the indicator in any version of @form? NULL or "" = true. */
bool ph_col_indicator_is_in(const ph_registry *reg, const char *form, uint16_t indicator);

/** The same of units: by id ("haiduong") or name ("Hải Dương"). */
uint16_t ph_col_unit_meant(const ph_registry *reg, ph_span text);
bool ph_col_unit_near(const ph_registry *reg, ph_span text, char *dst, size_t size);

#endif
