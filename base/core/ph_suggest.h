/* ph_suggest - "did you mean": the nearest of a list of names.   Layer: base/core (pure) */
#ifndef PH_SUGGEST_H
#define PH_SUGGEST_H

#include <stddef.h>

#include "ph_span.h"

enum { PH_SUGGEST_MAX_BYTES = 64 };

/**
 * Edit distance with neighbour swaps (optimal string alignment), ASCII letters without case, '-' equals '_'. Returns
 * @max + 1 as soon as it is known to be larger, and for texts above PH_SUGGEST_MAX_BYTES.
 * Thread: any.   Source: Damerau 1964.
 */
size_t ph_edit_distance(ph_span a, ph_span b, size_t max);

/** The nearest name within a third of the typed length (at least 1, at most 3 edits), or one it is a unique prefix of;
 * NULL if none. */
const char *ph_suggest(ph_span typed, const char *const *names, size_t n);

/** The same over a table of structs: @first is the address of the name in row 0, @stride the size of a row. NULL names
 * are skipped. */
const char *ph_suggest_rows(ph_span typed, const char *const *first, size_t stride, size_t n);

/** The nearest name however far it is, for "the nearest one is …" where nothing is near enough to be meant; the first
 * of equals. NULL and empty names are skipped; NULL when none is left or @typed is longer than PH_SUGGEST_MAX_BYTES. */
const char *ph_suggest_nearest(ph_span typed, const char *const *first, size_t stride, size_t n);

#endif
