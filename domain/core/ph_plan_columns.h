/* ph_plan_columns - the inside of a plan, shared by its builder and the checks.   Layer: domain/core (pure) */
#ifndef PH_PLAN_COLUMNS_H
#define PH_PLAN_COLUMNS_H

#include "ph_id_index.h"
#include "ph_validate.h"

/* What one observation is held against, all in integers at the column's scale. A side that the registry leaves open
 * holds the limit of what can be stored. */
typedef struct ph_column {
    int64_t hard_min, hard_max, soft_min, soft_max;
    uint8_t code_length;
    uint8_t decimals;
    bool is_required;
    char code[PH_ID_BUFFER_BYTES];
} ph_column;

struct ph_plan {
    const ph_registry *reg;
    const ph_calendar_item *duty;
    const ph_form *form;
    ph_id_index index;
    uint16_t n_columns;
    ph_column columns[];
};

/** Largest mantissa that a value of @ind may have at its decimals. */
int64_t ph_plan_limit(const ph_indicator *ind);

#endif
