/* ph_rule_kinds - what each kind of rule takes: inputs, parameters, earlier data.   Layer: domain/core (pure) */
#ifndef PH_RULE_KINDS_H
#define PH_RULE_KINDS_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_registry.h"

/* Parameters are numbers of at most PH_RULE_SCALE decimals, in units of the indicator ("points"), percent or factors as
 * the kind says. They are compiled to integers at that scale, at which everything is compared. */
enum { PH_RULE_SCALE = 6, PH_KIND_MAX_PARAMS = 4 };

typedef struct ph_param_spec {
    const char *key; /* NULL ends the list */
    bool is_required;
    int64_t min, max; /* at PH_RULE_SCALE, inclusive */
} ph_param_spec;

/* Where the evidence of a kind lies besides the submission. */
typedef enum ph_kind_need { PH_NEEDS_NOTHING, PH_NEEDS_EARLIER, PH_NEEDS_PUBLISHED, PH_NEEDS_PLAN } ph_kind_need;

/* Which indicators it can judge. RATIOS: those made by ratio, whose two numbers it reads. */
typedef enum ph_kind_judges { PH_JUDGES_ANY, PH_JUDGES_RATIOS, PH_JUDGES_GROWTH } ph_kind_judges;

typedef struct ph_kind_spec {
    uint8_t min_inputs, max_inputs;
    bool takes_part;    /* with some inputs missing it still says something of the rest */
    bool takes_expr;    /* needs `expr` */
    bool needs_a_param; /* none is required, but at least one */
    bool is_across;     /* looks at a whole cluster: never part of a verdict */
    ph_against against; /* what earlier data it looks at when the rule does not say */
    bool chooses;       /* may the rule say */
    ph_kind_need need;
    ph_kind_judges judges;
    ph_param_spec params[PH_KIND_MAX_PARAMS + 1];
} ph_kind_spec;

/** Shape: kind in range.   Thread: any.   Source: domain §2.4. */
const ph_kind_spec *ph_kind_of(ph_rule_kind kind);
const char *ph_rule_kind_name(ph_rule_kind kind);

/** Place of a parameter in the kind's list, or -1. */
int ph_kind_param(const ph_kind_spec *spec, ph_span key);

/* Places of the parameters, in the order of the kind's list. */
enum { PH_P_MIN_POINTS, PH_P_MAX_POINTS, PH_P_MIN_PERCENT, PH_P_MAX_PERCENT }; /* change */
enum { PH_P_MADS, PH_P_MIN_MEMBERS, PH_P_FLOOR };                              /* outlier */
enum { PH_P_TOLERANCE };                                                       /* component_bounds, level_growth … */
enum { PH_P_SHARE, PH_P_MAX_REST };                                            /* implied_remainder */
enum { PH_P_FACTOR, PH_P_SLACK };                                              /* unit_slip; per_capita: tolerance */
enum { PH_P_MIN, PH_P_MAX };                                                   /* proportion */

#endif
