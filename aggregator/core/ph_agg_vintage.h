/* ph_agg_vintage - one published figure held against the one before it: what changed, and from which entries.   Layer:
 * aggregator/core (pure) */
#ifndef PH_AGG_VINTAGE_H
#define PH_AGG_VINTAGE_H

#include "ph_figure.h"

/* A member's cell before and after. before NULL: it was no member then; after NULL: it is none any more. */
typedef struct ph_vintage_change {
    ph_span unit; /* borrowed from the issue that names it */
    const ph_figure_member *before, *after;
    bool has_new_entry; /* it comes from another submission; else a decision, an explanation or a rule changed it */
} ph_vintage_change;

typedef struct ph_vintage_diff {
    bool is_first; /* nothing to hold it against */
    bool registry_changed, state_changed, bar_changed;
    bool methods_changed; /* other methods or weight sets are published */
    size_t n_changes;
    ph_vintage_change changes[2 * PH_MAX_MEMBERS];
} ph_vintage_diff;

/** The same state, value, status and marks: what people see. Where it comes from is not, and a rank that moved because
 * of others is no change of the member. */
bool ph_vintage_is_same_cell(const ph_figure_member *a, const ph_figure_member *b);

/**
 * @before_issue and @before NULL: the first vintage, then every member that is not missing is a change. Members that
 * stayed first, in the newer order; then those that left.   Owns: nothing, @ret borrows from all four.   Thread: any.
 */
void ph_vintage_compare(const ph_issue *before_issue, const ph_figure *before, const ph_issue *issue,
                        const ph_figure *figure, ph_vintage_diff *ret);

#endif
