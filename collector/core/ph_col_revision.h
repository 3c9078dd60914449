/* ph_col_revision - changed cells and the last accepted revision make a whole new one; the difference is shown first.
 * Layer: collector/core (pure) */
#ifndef PH_COL_REVISION_H
#define PH_COL_REVISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_col_input.h"
#include "ph_limits.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_submission.h"

/* How one cell differs from the base. `was` is meaningful when had, `is` always: nothing is ever taken away, only given
 * another status. */
typedef struct ph_col_change {
    bool had;
    ph_observation was, is;
} ph_col_change;

/* A whole revision in the making. Texts borrow from the input, the base and the registry. */
typedef struct ph_col_revision {
    size_t n;
    ph_observation cells[PH_MAX_OBSERVATIONS];                      /* form order, then what the form does not know */
    uint32_t row[PH_MAX_OBSERVATIONS], column[PH_MAX_OBSERVATIONS]; /* in the file; 0 = kept from the base */
    size_t n_changes, n_kept;
    ph_col_change changes[PH_MAX_OBSERVATIONS];
} ph_col_revision;

/**
 * Lay @in over @base (NULL = there is none): cells of the file win, others stay as they were. A cell of the file that
 * says what the base says already is no change. Of a withdrawal only cells with
 * a figure change. Equality is by value (8.5 is 8.50), status and note. Of a file with errors what could be read, for
 * the rules to look at, never to be sent: rows that cannot be read are in it neither way. Owns: nothing. Errors: LIMIT
 * more cells than a submission holds.   Thread: any.   Source: design, revisions.
 */
ph_rc ph_col_revision_make(const ph_col_input *in, const ph_submission *base, const ph_form *form,
                           const ph_registry *reg, ph_col_revision *ret) PH_CHECKED;

#endif
