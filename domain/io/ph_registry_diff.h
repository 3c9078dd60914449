/* ph_registry_diff - what one state of a registry says otherwise than another, field by field.   Layer: domain/io */
#ifndef PH_REGISTRY_DIFF_H
#define PH_REGISTRY_DIFF_H

#include "ph_err.h"
#include "ph_result.h"
#include "ph_span.h"

typedef enum ph_change_kind { PH_CHANGE_ADDED, PH_CHANGE_REMOVED, PH_CHANGE_CHANGED } ph_change_kind;

/* section: "units", …. row: what names it in its section ("dbsh / socio-economic / 2023-S1"), "" for the head. field:
 * path within the row ("name.vi", "cycles[2023].members[hanam].role"), "" when the whole row came or went. from, to: as
 * written, harmless on a terminal; "" where there is nothing. All borrowed for the call only. */
typedef struct ph_registry_change {
    ph_change_kind kind;
    const char *section, *row, *field;
    const char *from, *to;
} ph_registry_change;

typedef void (*ph_change_fn)(void *arg, const ph_registry_change *change);

/**
 * Compare two bundles as they are written, so a section that nobody here knows is compared too: rows are matched by
 * what names them, wherever they stand; comments, files and quotes do not count, a key that only spells out its default
 * does. Shape: sections in order of reading, rows by name, fields as written in @a, then those that only @b has.
 * Errors: INVALID with @err when one is no bundle or no YAML; NOMEM.   Thread: any.   Source: issue 4, registry diff.
 */
ph_rc ph_registry_diff(ph_span a, ph_span b, ph_change_fn fn, void *arg, ph_err *err) PH_CHECKED;

#endif
