/* ph_agg_decide - the verdict on an explanation or a decision, and what it changes on its sheet.   Layer:
 * aggregator/core (pure) */
#ifndef PH_AGG_DECIDE_H
#define PH_AGG_DECIDE_H

#include "ph_agg_judge.h"
#include "ph_decision.h"
#include "ph_explanation.h"

/**
 * Judge and, when nothing rejects, carry out. Shape: @row is the explaining unit's on the sheet. *ret_is_changed: the
 * sheet differs from before. Owns: nothing; findings borrow from @e, @j and the sheet. Thread: one.   Source: design
 * §8; PROTOCOL.md, explanations and decisions.
 */
void ph_judge_explanation(ph_judge *j, ph_sheet *s, uint16_t row, const ph_entry *entry, const ph_explanation *e,
                          bool *ret_is_changed);

/** Is the unit the head of the cluster in the cycle of the period's year? If not, the finding was made. */
bool ph_judge_is_head(ph_judge *j, const ph_sheet_key *key, ph_span unit);

/* Rows first .. end-1 of a sheet. */
typedef struct ph_rows {
    uint16_t first, end;
} ph_rows;

/** Those that a decision is for: of @subject, or all where it is empty. None: no such member. */
ph_rows ph_judge_subjects(const ph_sheet *s, ph_span subject);

/** The same for a decision of the head. A freeze or reopening that may be is only told (ACCEPTED and @ret_is_changed
 * false): it is the fold's to carry out, which has the cache and the registry. So are the marks that an extension takes
 * away from what came late (the log says when); @excuses: there are such. */
void ph_judge_decision(ph_judge *j, ph_cached_sheet *cs, const ph_entry *entry, const ph_decision *d, bool excuses,
                       bool *ret_is_changed);

#endif
