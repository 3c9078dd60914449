/* ph_plan_columns - the inside of a plan, shared by its builder and the checks.   Layer: domain/core (pure) */
#ifndef PH_PLAN_COLUMNS_H
#define PH_PLAN_COLUMNS_H

#include "ph_id_index.h"
#include "ph_rule_kinds.h"
#include "ph_rule_lua.h"
#include "ph_validate.h"

/* What one observation is held against, all in integers at the column's scale. A side that the registry leaves open
 * holds the limit of what can be stored. */
typedef struct ph_column {
    int64_t hard_min, hard_max, soft_min, soft_max;
    int64_t lift; /* times this a mantissa is at PH_RULE_SCALE */
    uint8_t code_length;
    uint8_t decimals;
    bool is_required, is_growth;
    char code[PH_ID_BUFFER_BYTES];
} ph_column;

/* Some columns of a form. */
typedef struct ph_column_set {
    uint64_t words[PH_MAX_OBSERVATIONS / 64];
} ph_column_set;

static inline void ph_columns_add(ph_column_set *s, uint16_t column)
{
    s->words[column / 64] |= UINT64_C(1) << (column % 64);
}

static inline bool ph_columns_have(const ph_column_set *s, uint16_t column)
{
    return (s->words[column / 64] >> (column % 64) & 1) != 0;
}

/* What a check needs besides values. Without notes, or with every value inside its limits, some have nothing to say. */
enum ph_check_need { PH_CHECK_EARLIER = 1, PH_CHECK_REFERENCES = 2, PH_CHECK_NOTES = 4, PH_CHECK_UNUSUAL = 8 };

/* One rule on one column: columns and numbers instead of names and decimals. */
typedef struct ph_check {
    uint16_t rule, column;
    uint8_t kind, action, missing, against, n_inputs;
    uint8_t has;   /* bit i: params[i] is given */
    uint8_t needs; /* bits of ph_check_need */
    bool takes_part;
    uint16_t expr;    /* EXPR: its place in the machine */
    uint16_t skip_to; /* the next check that needs something else: where one cannot run, its neighbours cannot either */
    ph_date known_since;
    uint16_t inputs[PH_RULE_MAX_INPUTS];   /* PH_NO_INDEX: not on this form */
    uint16_t ratio[2];                     /* RATIO: numerator and denominator */
    int64_t params[PH_KIND_MAX_PARAMS];    /* at PH_RULE_SCALE */
    ph_reference_range of_period, of_year; /* what others say of the target; a plan's target often is the year's */
} ph_check;

struct ph_plan {
    const ph_registry *reg;
    const ph_calendar_item *duty;
    const ph_form *form;
    ph_id_index index;
    uint16_t n_columns;
    uint16_t required_end;                             /* behind the last required column */
    ph_column_set looks_back[PH_AGAINST_YEAR_AGO + 1]; /* columns whose earlier value a check may ask for */
    size_t n_checks, n_across;                         /* what a submission is held against; then what a cluster is */
    ph_check *checks;                                  /* n_checks + n_across */
    ph_rule_lua *lua; /* NULL without expressions; the only part that changes while it runs */
    ph_column columns[];
};

/** Largest mantissa that a value of @ind may have at its decimals. */
int64_t ph_plan_limit(const ph_indicator *ind);

/** Compile the registry's rules for the columns of @p.   Errors: NOMEM, BUG. */
ph_rc ph_plan_compile_rules(ph_plan *p) PH_CHECKED;

#endif
