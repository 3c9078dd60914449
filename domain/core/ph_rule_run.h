/* ph_rule_run - the inside of the registry's rules: one check, its evidence, what it finds.   Layer: domain/core (pure)
 */
#ifndef PH_RULE_RUN_H
#define PH_RULE_RUN_H

#include "ph_plan_columns.h"

/* All that one check may look at. A value is brought to PH_RULE_SCALE once, however many checks look at it. */
typedef struct ph_rule_ctx {
    const ph_plan *plan;
    const ph_submission *sub;
    const ph_evidence *evidence; /* NULL: none */
    ph_cell *cells;
    ph_findings *findings;
    const bool *there;     /* by column: has it a value that can be read? (held ones count: they were given) */
    const ph_wide *values; /* theirs, at PH_RULE_SCALE */
    const ph_check *check;
    uint8_t known;    /* bits of ph_check_need: what there is to look at */
    ph_date known_on; /* rules known later say nothing */
    bool has_notes;
    bool is_beyond;                /* a product outgrew 128 bits: found, never passed */
    char lua[PH_LUA_REASON_BYTES]; /* of the check that FAILED: what is known besides, or empty */
} ph_rule_ctx;

typedef enum ph_rule_said {
    PH_RULE_PASSES,
    PH_RULE_BREACHED,
    PH_RULE_NO_EVIDENCE, /* what lies outside the submission is not there */
    PH_RULE_FAILED       /* an expression did not run; detail says how */
} ph_rule_said;

typedef struct ph_rule_out {
    bool has_bound, has_hint;
    bool is_partial;     /* some inputs were missing: what would reject holds */
    ph_wide bound, hint; /* at PH_RULE_SCALE */
    uint16_t other;      /* column that the finding names besides; set to PH_NO_INDEX before */
    const char *why;     /* NO_EVIDENCE, FAILED */
} ph_rule_out;

typedef ph_rule_said (*ph_rule_fn)(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);

static inline bool ph_rule_is_there(const ph_rule_ctx *x, uint16_t column)
{
    return column != PH_NO_INDEX && x->there[column];
}

/* At PH_RULE_SCALE. False: no value there that can be read. */
static inline bool ph_rule_value(const ph_rule_ctx *x, uint16_t column, ph_wide *ret)
{
    if (!ph_rule_is_there(x, column))
        return false;
    *ret = x->values[column];
    return true;
}

/** The unit's accepted value of the earlier period that @against names. */
bool ph_rule_earlier(const ph_rule_ctx *x, ph_against against, uint16_t column, ph_wide *ret);

/** Exact product; what outgrows 128 bits is remembered in @x, and the check is a finding. Two factors of 64 bits, the
 * usual case, never do. */
static inline ph_wide ph_rule_times(ph_rule_ctx *x, ph_wide a, ph_wide b)
{
    ph_wide product = 0;

    if (a == (int64_t)a && b == (int64_t)b)
        return (ph_wide)(int64_t)a * (int64_t)b;
    if (__builtin_mul_overflow(a, b, &product)) {
        x->is_beyond = true;
        return 0; /* a wrapped product could make the next sum overflow */
    }
    return product;
}

static inline bool ph_rule_has(const ph_check *k, int param)
{
    return (k->has >> param & 1) != 0;
}

static inline int64_t ph_rule_param_or(const ph_check *k, int param, int64_t otherwise)
{
    return ph_rule_has(k, param) ? k->params[param] : otherwise;
}

/** num / den at the column's decimals, half away from zero; false when it cannot be said. */
bool ph_rule_quotient(ph_wide num, ph_wide den, uint8_t decimals, ph_wide *ret);

/** What somebody else says of the target's value, at PH_RULE_SCALE: its own period, and for a plan else the year. */
bool ph_rule_reference(const ph_rule_ctx *x, ph_wide *ret);

/* The kinds. @value is the target's. */
ph_rule_said ph_rule_change(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_equals_indicator(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_equals_plan(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_component_bounds(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_implied_remainder(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_level_growth(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_index_form(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_decimal_slip(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_unit_slip(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_per_capita(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_ratio(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_proportion(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_not_above(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_monotone(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_sign_word(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_reference_differs(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);
ph_rule_said ph_rule_expr(ph_rule_ctx *x, ph_wide value, ph_rule_out *out);

/** The row of the column's indicator in the submission, or -1. A scan: for what is found, not for what is good. */
int32_t ph_rule_row(const ph_rule_ctx *x, uint16_t column);

/** All checks of the plan, after the cells were taken. */
void ph_rules_run(ph_rule_ctx *x);

#endif
