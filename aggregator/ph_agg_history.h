/* ph_agg_history - every vintage of one figure, with what made it differ from the one before.   Layer: aggregator (app)
 */
#ifndef PH_AGG_HISTORY_H
#define PH_AGG_HISTORY_H

#include "ph_agg_cmd.h"
#include "ph_agg_csv.h"
#include "ph_agg_said.h"
#include "ph_agg_vintage.h"
#include "ph_decision.h"
#include "ph_lang.h"
#include "ph_registry.h"
#include "ph_submission.h"

/* An issue that holds the figure, with the bytes that its texts point into. */
typedef struct ph_history_vintage {
    uint8_t *bytes;
    ph_issue issue; /* its list of figures is gone */
    ph_figure figure;
} ph_history_vintage;

/* The entry behind a change: the reason that its revision or decision gives, or the text of an explanation, copied. */
enum { PH_HISTORY_REASON_BYTES = PH_MAX_NOTE_BYTES + 1 };
typedef struct ph_history_cause {
    uint64_t seq;
    ph_entry_kind kind;
    char unit[PH_ID_BUFFER_BYTES];
    int64_t received_at_us;
    uint32_t revision;
    ph_revision_kind revision_kind;
    ph_decision_kind decision;        /* of a DECISION */
    bool is_own_unit;                 /* of a DECISION on a value: who decided had sent the figure */
    int64_t due_us;                   /* of an extension */
    char subject[PH_ID_BUFFER_BYTES]; /* of an explanation or a decision: whom it is about; empty: all */
    char reason[PH_HISTORY_REASON_BYTES];
} ph_history_cause;

typedef struct ph_history {
    const ph_agg_reading *reading;
    const ph_registry *registry; /* in force: names */
    const ph_indicator *indicator;
    size_t n, capacity;
    ph_history_vintage *vintages;
    ph_said_list said; /* of the sheet, other indicators too */
    ph_figure *scratch;
    ph_rc rc;
} ph_history;

/** Of one sheet.   Owns: the caller frees, also after an error.   Errors: NOT_FOUND that sheet never published it;
 * CORRUPT; NOMEM; of the store. */
ph_rc ph_history_load(const ph_agg_reading *r, const ph_registry *reg, const ph_indicator *indicator,
                      const ph_sheet_key *key, ph_history *ret) PH_CHECKED;
void ph_history_free(ph_history *h);

/** Vintage @i against the one before it. */
void ph_history_compare(const ph_history *h, size_t i, ph_vintage_diff *ret);

/* Walks over causes: *@at starts as 0 and is theirs; false: there are no more. What was said belongs to vintage i when
 * it came after the vintage before it and up to i's seal, to h->n when it came after the last. Errors of the store
 * stick in h->rc. */

/** What lies behind a change of vintage @i: the submission that the cell now comes from, or that made it be marked
 * otherwise; explanations of that cell and decisions on it; extensions, where it is late no more. */
bool ph_history_next_cause(ph_history *h, size_t i, const ph_vintage_change *change, size_t *at, ph_history_cause *ret);
/** Who froze or reopened the period. */
bool ph_history_next_of_period(ph_history *h, size_t i, size_t *at, ph_history_cause *ret);
/** What was said of the figure, its period or its deadline and lies behind no change that @d names (NULL: none are) nor
 * behind a change of the period's state: a deadline that moved, an explanation in another's place, a value returned. */
bool ph_history_next_said(ph_history *h, size_t i, const ph_vintage_diff *d, size_t *at, ph_history_cause *ret);

void ph_history_print(ph_history *h, ph_lang lang, ph_buf *dst);
void ph_history_print_json(ph_history *h, ph_buf *dst);
#define PH_HISTORY_CSV_HEADER                                                                                     \
    "cluster,form,period,indicator,vintage,issued_at,state,completeness,expected,received,held,what,unit,before," \
    "after,"                                                                                                      \
    "entry,entry_kind,revision,revision_kind,reason,decision,by,before_status,after_status,before_marks,after_marks"
void ph_history_print_csv(ph_history *h, ph_agg_csv *c);

#endif
