/* ph_test_figures - what a ledger has last published of every figure, as one digest.   Layer: tests/support */
#ifndef PH_TEST_FIGURES_H
#define PH_TEST_FIGURES_H

#include "ph_agg_store.h"
#include "ph_figure.h"

/* How much of what there was to compare: a law over nothing proves nothing. */
typedef struct ph_figures_seen {
    size_t n_figures;
    size_t n_lists;          /* figures that are lists and nothing else, with a member's value in them */
    size_t n_ratios;         /* ratios with a value */
    size_t n_partial_ratios; /* of fewer members than the cluster has */
    size_t n_held;           /* figures with a held member */
    size_t n_half_late;      /* figures with a late member and one in time */
    size_t n_items;          /* narrative items in registers */
} ph_figures_seen;

/** Values with their methods and how many they were made of, coverage, holds and members' cells; of registers who has
 * reported, and the items; not seals, times or
 * entries, nor revisions: the same value sent again is not published anew. Adds to @seen. Asserts. */
ph_digest ph_figures_published(ph_agg_store *st, ph_figures_seen *seen);

#endif
