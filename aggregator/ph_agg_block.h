/* ph_agg_block - a table of many columns in blocks that a terminal can show.   Layer: aggregator (app) */
#ifndef PH_AGG_BLOCK_H
#define PH_AGG_BLOCK_H

#include <stddef.h>

#include "ph_result.h"
#include "ph_term.h"

enum { PH_AGG_BLOCK_COLUMNS = 132 }; /* of a terminal; where the first figure alone is wider, it stands alone */

/* The table of the first @n figures that @page holds.   Owns: the caller frees. */
typedef ph_rc (*ph_agg_block_fn)(const void *page, size_t n, ph_table **ret);

/**
 * The table of as many of the @n figures as fit side by side, one at least.
 * Shape: @n > 0.   Owns: the caller frees the table.   Errors: of @make.   Thread: one.
 */
ph_rc ph_agg_block_make(const void *page, ph_agg_block_fn make, size_t n, size_t *ret_n, ph_table **ret) PH_CHECKED;

#endif
