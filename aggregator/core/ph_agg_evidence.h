/* ph_agg_evidence - what rules may look at besides a submission: its unit's own earlier accepted data.   Layer:
 * aggregator/core (pure) */
#ifndef PH_AGG_EVIDENCE_H
#define PH_AGG_EVIDENCE_H

#include "ph_agg_cache.h"
#include "ph_submission.h"
#include "ph_validate.h"

/* Cells stand in the plan's columns and at its scale; evidence points to them. */
typedef struct ph_gathered {
    ph_evidence evidence;
    ph_cell previous[PH_MAX_OBSERVATIONS], year_ago[PH_MAX_OBSERVATIONS];
} ph_gathered;

/**
 * Gather for @sub, which came in on @known_on. Earlier sheets of the same cluster and form are looked up only where the
 * plan of @cs has a rule that needs them, and only the columns that it looks at are brought; what they hold of this
 * unit depends on nothing that another unit sent. @cs stays where it is. Shape: cs->plan is there.   Owns: nothing;
 * *ret must outlive the use of its evidence.   Errors: those of ph_cache_find but NOT_FOUND (then there is none).
 * Source: design §7.
 */
ph_rc ph_agg_gather(ph_sheet_cache *cache, ph_cached_sheet *cs, const ph_submission *sub, ph_date known_on,
                    ph_gathered *ret) PH_CHECKED;

#endif
