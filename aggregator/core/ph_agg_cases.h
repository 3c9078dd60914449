/* ph_agg_cases - what a new revision does to the stories of its held values.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_CASES_H
#define PH_AGG_CASES_H

#include "ph_agg_judge.h"

/**
 * Before j->cells go onto the sheet: each held cell has its case. The same value goes on with the story it has, and one
 * that the head let pass counts again (its holds become a note); another value begins another story, and where nothing
 * is held any more the open one ends. Cells get the marks of their story. The work is for the cells that are or were
 * held. Shape: the findings do not reject; @row is the unit's.   Errors: NOMEM.   Source: design §8.
 */
ph_rc ph_cases_follow(ph_judge *j, ph_cached_sheet *cs, uint16_t row, uint64_t seq) PH_CHECKED;

/** What a figure shows of a case beside the value. */
uint8_t ph_case_marks(const ph_case *c);

#endif
