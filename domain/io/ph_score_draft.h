/* ph_score_draft - a scoring on its way from YAML, with the place of everything read.   Layer: domain/io */
#ifndef PH_SCORE_DRAFT_H
#define PH_SCORE_DRAFT_H

#include "ph_doc.h"
#include "ph_score.h"
#include "ph_score_load.h"

typedef struct ph_score_places { /* of one entry: where each value stands, NULL = nowhere */
    const ph_yaml *target, *actual, *explanation, *stage[PH_SCORE_STAGES];
} ph_score_places;

typedef struct ph_score_draft {
    ph_doc doc;
    const ph_registry *reg;
    size_t n_unread; /* files of which at least a part could not be read: what seems missing may stand there */
    const ph_yaml *scheme, *criteria;
    size_t n_files; /* that were read: */
    const ph_yaml *roots[PH_SCORE_MAX_FILES], *applies_to[PH_SCORE_MAX_FILES], *targets[PH_SCORE_MAX_FILES],
        *scores[PH_SCORE_MAX_FILES];
    const ph_yaml *finalized[PH_MAX_MEMBERS];
    const ph_cycle *cycle; /* NULL: cluster or year not known, told */
    ph_score_scheme head;
    ph_score_node nodes[PH_SCORE_MAX_NODES];
    bool doubts[PH_SCORE_MAX_NODES];  /* of a node: its kind could not be read or cannot stand there, and was told */
    bool has_max[PH_SCORE_MAX_NODES]; /* of a node: its maximum could be read */
    const char *units[PH_MAX_MEMBERS];
    ph_score_entry *entries;
    ph_score_places *places;
} ph_score_draft;

/* Head and tree; then values by unit. What is wrong is told.   Errors: NOMEM. */
void ph_score_read_scheme(ph_score_draft *d);
void ph_score_read_tree(ph_score_draft *d);
ph_rc ph_score_read_values(ph_score_draft *d) PH_CHECKED;

/* A number of points at the scheme's decimals, 0 to @max; false and told when it is none. */
bool ph_score_read_points(ph_score_draft *d, const ph_yaml *node, int64_t max, int64_t *ret);

#endif
