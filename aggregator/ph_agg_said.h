/* ph_agg_said - what was explained and decided of one sheet, as the log has it.   Layer: aggregator (app) */
#ifndef PH_AGG_SAID_H
#define PH_AGG_SAID_H

#include "ph_agg_cmd.h"
#include "ph_decision.h"
#include "ph_explanation.h"

/* One explanation or decision that was accepted, copied. */
typedef struct ph_said {
    uint64_t seq;
    ph_entry_kind kind; /* EXPLANATION or DECISION */
    ph_decision_kind decision;
    int64_t received_at_us;
    int64_t due_us; /* of an extension: the new instant */
    char unit[PH_ID_BUFFER_BYTES];
    char subject[PH_ID_BUFFER_BYTES];   /* whom it is about; empty: all */
    char indicator[PH_ID_BUFFER_BYTES]; /* empty: about no cell */
    char text[PH_MAX_NOTE_BYTES + 1];   /* of an explanation; the reason of a decision, may be empty */
} ph_said;

typedef struct ph_said_list {
    size_t n, capacity;
    ph_said *all; /* by seq */
} ph_said_list;

/** All of one sheet, by one walk over the log.   Owns: the caller frees @ret, also after an error.   Errors: of the
 * store; CORRUPT; NOMEM. */
ph_rc ph_said_load(const ph_agg_reading *r, const ph_sheet_key *key, ph_said_list *ret) PH_CHECKED;
void ph_said_free(ph_said_list *list);

/** Is it about a deadline, or about the period itself? */
bool ph_said_is_extension(const ph_said *s);
bool ph_said_is_of_period(const ph_said *s);

/** The extension that gave @unit the instant @due_us first, or NULL.   Owns: nothing, borrowed from @list. */
const ph_said *ph_said_extension(const ph_said_list *list, const char *unit, int64_t due_us);

#endif
