/* ph_score - emulation points of a cluster's units by one year's criteria: computed as a set, proposed, never decided.
 * Layer: domain/core (pure) */
#ifndef PH_SCORE_H
#define PH_SCORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_time.h"

/* Bounds keep every product below within 128 bits: points <= 10^8, values <= 10^12, both as mantissas. */
enum { PH_SCORE_MAX_NODES = 256, PH_SCORE_MAX_LEVELS = 5, PH_SCORE_MAX_DECIMALS = 4, PH_SCORE_MAX_OCCURRENCES = 10000 };
#define PH_SCORE_MAX_POINTS INT64_C(100000000)
#define PH_SCORE_MAX_VALUE  INT64_C(1000000000000)

#define PH_SCORE_KIND_MAP(X)            \
    X(GROUP, "group")                   \
    X(QUANTITATIVE, "quantitative")     \
    X(QUALITATIVE, "qualitative")       \
    X(PER_OCCURRENCE, "per_occurrence") \
    X(BONUS, "bonus")                   \
    X(PENALTY, "penalty")
typedef enum ph_score_kind {
#define PH_X(name, text) PH_SCORE_##name,
    PH_SCORE_KIND_MAP(PH_X)
#undef PH_X
} ph_score_kind;

/* One criterion. Nodes stand parents first, children in their order, so that a parent's index is below its own. */
typedef struct ph_score_node {
    const char *id;
    ph_name name;
    ph_score_kind kind;
    uint16_t parent;        /* PH_NO_INDEX = top */
    uint8_t level;          /* 0 = top */
    int64_t max;            /* points at the scheme's decimals; of a group: the sum of its children's */
    int64_t each;           /* PER_OCCURRENCE: points for one */
    ph_direction direction; /* QUANTITATIVE: higher or lower is better */
    const char *indicator;  /* QUANTITATIVE: where the actual value comes from; NULL = from the sheet */
} ph_score_node;

/* Criteria of one cluster and year. Texts belong to whoever made it. */
typedef struct ph_score_scheme {
    const char *cluster;
    uint16_t year, version;
    ph_name title, basis;         /* by which document */
    ph_date valid_from, valid_to; /* on the first day of the period whose figures are scored */
    uint8_t decimals;             /* of points */
    bool is_illustrative;         /* made up for trying out: said wherever it shows */
    uint16_t n_nodes;
    const ph_score_node *nodes;
} ph_score_scheme;

/* Points that people give, in order. A column says what was entered, in points. */
typedef enum ph_score_stage { PH_SCORE_SELF, PH_SCORE_REVIEW1, PH_SCORE_REVIEW2, PH_SCORE_STAGES } ph_score_stage;

/* What is known of one unit and leaf before anything is computed. */
typedef struct ph_score_entry {
    bool has_target, has_actual;
    ph_decimal target, actual;
    ph_cell_state state; /* of a bound actual: where the unit's cell stands; GIVEN goes with has_actual */
    uint64_t vintage;    /* seal that the actual was published at; 0 = from a sheet */
    bool has_stage[PH_SCORE_STAGES], is_final;
    int64_t stage[PH_SCORE_STAGES];
    const char *explanation; /* NULL = none */
} ph_score_entry;

/* How far the people have come with one criterion of one unit. */
#define PH_SCORE_STATE_MAP(X)                         \
    X(DRAFT, "draft")                                 \
    X(SUBMITTED, "submitted")                         \
    X(REVIEW1_COMPLETED, "review1_completed")         \
    X(EXPLANATION_SUBMITTED, "explanation_submitted") \
    X(REVIEW2_COMPLETED, "review2_completed")         \
    X(FINALIZED, "finalized")
typedef enum ph_score_state {
#define PH_X(name, text) PH_SCORE_##name,
    PH_SCORE_STATE_MAP(PH_X)
#undef PH_X
} ph_score_state;

/* Which rule gave the points, or why there are none. docs/SCORING.md explains each. */
#define PH_SCORE_BASIS_MAP(X)                                                                  \
    X(NONE, "not_entered")    /* nobody scored it */                                           \
    X(NO_ACTUAL, "no_actual") /* missing is not zero */                                        \
    X(HELD, "actual_held")    /* waits for explanation or decision */                          \
    X(NO_VALUE, "no_value")   /* reported as having no value */                                \
    X(NO_TARGET, "no_target")                                                                  \
    X(TOO_LARGE, "too_large") /* beyond PH_SCORE_MAX_VALUE at the leaf's common scale */       \
    X(SUM, "sum")             /* a group; here begins what has points */                       \
    X(SELF, "self")                                                                            \
    X(REVIEW1, "review1")                                                                      \
    X(REVIEW2, "review2")                                                                      \
    X(BELOW, "below_target")                                                                   \
    X(FLOOR, "floor") /* below target by so much that the share is not positive: 0 */          \
    X(MET, "met")                                                                              \
    X(ABOVE, "above_target")                                                                   \
    X(LEADER, "leader")                                                                        \
    X(UNMEASURED_MET, "unmeasured_met") /* target <= 0: reached; how far cannot be measured */ \
    X(UNMEASURED_MISSED, "unmeasured_missed")
typedef enum ph_score_basis {
#define PH_X(name, text) PH_SCORE_BY_##name,
    PH_SCORE_BASIS_MAP(PH_X)
#undef PH_X
} ph_score_basis;

const char *ph_score_kind_name(ph_score_kind k);
const char *ph_score_state_name(ph_score_state s);
const char *ph_score_basis_name(ph_score_basis b);
static inline bool ph_score_is_scored(ph_score_basis b)
{
    return b >= PH_SCORE_BY_SUM;
}

typedef struct ph_score_cell {
    int64_t points; /* at the scheme's decimals; 0 when not scored; a penalty's are positive and taken off */
    ph_score_basis basis;
    ph_score_state state;
    bool is_complete; /* group: every leaf below is scored */
} ph_score_cell;

typedef struct ph_score_total {
    int64_t criteria, bonus, penalty, total;
    uint16_t n_leaves, n_unscored; /* ordinary leaves; bonus and penalty that nobody entered are nothing */
    uint8_t rank;                  /* proposed: 1,2,2,4; 0 = not ranked, a leaf is not scored */
} ph_score_total;

/* One scoring. Row u, node i of a matrix is at [u * n_nodes + i]. */
typedef struct ph_score_input {
    const ph_score_scheme *scheme;
    ph_period period;         /* of the actual values */
    uint8_t n_units;          /* <= PH_MAX_MEMBERS */
    const char *const *units; /* ids, no two alike */
    const ph_score_entry *entries;
} ph_score_input;

/**
 * Points of every unit and criterion, totals and proposed ranks. Quantitative, M its maximum, A actual, T target > 0,
 * e = (A-T)/T (lower is better: (T-A)/T):
 *   not reached: M/2 * A/T (lower is better: M/2 * T/A), never below 0;   reached exactly: M/2;
 *   exceeded: M/2 + M/2 * e / max e of the units that exceed; the leaders (e = max e, one or several) get M.
 * The published formula divides by A_lead - T, which is this where all targets are equal, and breaks (negative, or
 * beyond M) where they are not; e is what it chooses the leader by.   T <= 0: M/2 when reached, else 0; such a unit
 * neither leads nor is measured. Points of a leaf are rounded once, half away from zero; sums are of rounded points,
 * so that the printed columns add up.
 * Shape: @ret_cells n_units * n_nodes, @ret_totals n_units.   Units: points at scheme->decimals.   Owns: nothing.
 * Errors: BUG for a scheme or input outside its bounds.   Thread: any, no allocation.   Source: domain §1.4.
 */
ph_rc ph_score_compute(const ph_score_input *in, ph_score_cell *ret_cells, ph_score_total *ret_totals) PH_CHECKED;

/**
 * The version of a scoring: SHA-256 over tree, targets, actual values with their vintages, and sheets; units by id, so
 * that their order does not matter.   Errors: NOMEM, LIMIT, BUG for two units of one id.
 */
ph_rc ph_score_version(const ph_score_input *in, ph_digest *ret) PH_CHECKED;

/** The points that a unit's people and reviewers have entered last, and from which column.   NONE when nobody has. */
ph_score_basis ph_score_entered(const ph_score_entry *e, int64_t *ret_points);

#endif
