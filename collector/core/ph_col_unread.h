/* ph_col_unread - which columns of a form a file gives without their being readable.   Layer: collector/core (pure) */
#ifndef PH_COL_UNREAD_H
#define PH_COL_UNREAD_H

#include <stdint.h>

#include "ph_col_input.h"
#include "ph_col_revision.h"
#include "ph_validate.h"

/** A bit for each column of @plan, for ph_evidence: those whose row cannot be read; and where a row does not tell what
 * it is for, all that @revision does not give. Shape: @ret holds PH_UNREAD_WORDS.   Errors: none.   Thread: any. */
void ph_col_unread_columns(const ph_registry *reg, const ph_col_input *in, const ph_col_revision *revision,
                           const ph_plan *plan, uint64_t *ret);

#endif
