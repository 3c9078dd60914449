/* ph_agg_judge - the verdict on what a unit sent, and what it changes on its sheet.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_JUDGE_H
#define PH_AGG_JUDGE_H

#include "ph_agg_cache.h"
#include "ph_submission.h"
#include "ph_validate.h"

/* What a verdict rests on. A sheet that is not there: the finding was made already. */
typedef struct ph_judge {
    const ph_registry *reg; /* in force */
    const ph_evidence *evidence; /* of the submission at hand; NULL = none */
    ph_findings findings;
    char detail[3][64]; /* texts that findings point to */
    unsigned n_details;
    ph_cell cells[PH_MAX_OBSERVATIONS];
} ph_judge;

void ph_judge_begin(ph_judge *j);

/** A finding on the whole of what was sent; @detail is copied. */
void ph_judge_find(ph_judge *j, ph_rule rule, const char *detail);
void ph_judge_find_time(ph_judge *j, ph_rule rule, int64_t time_us);

/** The calendar names no such duty, or the unit is no member of the cluster in that year. */
void ph_judge_no_duty(ph_judge *j, const ph_sheet_key *key);
void ph_judge_no_member(ph_judge *j, const ph_sheet_key *key);

/** Nothing but blanks. */
bool ph_judge_is_blank(ph_span text);

/** When a unit's figures are due on this sheet: the calendar's instant with the extensions known on a day, or a later
 * one that was decided. 0 without a duty. */
int64_t ph_judge_due(const ph_cached_sheet *cs, const ph_sheet_row *row, ph_date known_on);

/**
 * Judge @sub on @cs and carry out what follows: cells, cases, revision, base. Rules in this order, the first that
 * rejects ends it: frozen, not open, reused (@is_consumed), superseded, stale base, then the reason of a correction and
 * all rules on cells at once. Never looks at what other units sent. Shape: @row is the unit's on the sheet; cs->plan is
 * there unless the sheet is frozen.   Owns: nothing; findings borrow from @sub and @j.   Errors: NOMEM, BUG.
 * *ret_is_changed: the sheet differs from before.   Source: design §7, §15.
 */
ph_rc ph_judge_on_sheet(ph_judge *j, ph_cached_sheet *cs, uint16_t row, const ph_entry *entry, const ph_submission *sub,
                        bool is_consumed, bool *ret_is_changed) PH_CHECKED;

#endif
