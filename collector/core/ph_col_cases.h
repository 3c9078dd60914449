/* ph_col_cases - the held values as the aggregator told them last: asked for anew, loaded, found, counted.   Layer:
 * collector/core (pure) */
#ifndef PH_COL_CASES_H
#define PH_COL_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_case.h"
#include "ph_col_spool.h"
#include "ph_result.h"
#include "ph_span.h"

/* What the spool holds of them, taken apart. Zero it before load; the lines' texts borrow from bytes. */
typedef struct ph_col_cases {
    ph_col_heard heard;
    ph_buf bytes;
    size_t n;
    ph_case_line *lines;
} ph_col_cases;

/**
 * want: one more than was wanted before; whoever sends asks for the cases then, and stores them with this number or a
 * higher one. wanted: the number as it stands, 0 = nobody ever asked.   Errors: the spool's.
 */
ph_rc ph_col_cases_want(ph_col_spool *sp, uint64_t *ret) PH_CHECKED;
ph_rc ph_col_cases_wanted(ph_col_spool *sp, uint64_t *ret) PH_CHECKED;

/** Owns: what @ret holds, until _done (safe on zeroes).   Errors: NOT_FOUND nothing was heard yet; CORRUPT, NOMEM; the
 * spool's. */
ph_rc ph_col_cases_load(ph_col_spool *sp, ph_col_cases *ret) PH_CHECKED;
void ph_col_cases_done(ph_col_cases *c);

/** The case of a unit's value, or NULL. */
const ph_case_line *ph_col_cases_find(const ph_col_cases *c, const ph_col_key *key, ph_span unit, ph_span indicator);
bool ph_col_case_is_of(const ph_case_line *line, const ph_col_key *key);

/* How many wait, and for whom. */
typedef struct ph_col_case_counts {
    uint32_t own_to_explain;    /* our own, held or returned: we are to speak */
    uint32_t others_to_explain; /* of others, whom we see because we are head or deputy */
    uint32_t to_decide;         /* explained: the head is to decide */
} ph_col_case_counts;
void ph_col_cases_count(const ph_col_cases *c, ph_span unit, ph_col_case_counts *ret);

#endif
