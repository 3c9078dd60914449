/* ph_agg_sheets - which sheets a cluster has for a period, and operands that name them.   Layer: aggregator (app) */
#ifndef PH_AGG_SHEETS_H
#define PH_AGG_SHEETS_H

#include "ph_agg_cmd.h"

typedef struct ph_agg_sheets {
    ph_span cluster;
    ph_period period;
    size_t n;
    char forms[16][PH_ID_BUFFER_BYTES];
    const ph_registry *registry; /* in force */
} ph_agg_sheets;

/** Errors: USAGE, told with examples. */
ph_rc ph_agg_period_parse(const char *text, ph_period *ret, ph_err *err) PH_CHECKED;
/** Errors: NOT_FOUND, told with what may have been meant. */
ph_rc ph_agg_cluster_find(const ph_registry *reg, const char *typed, uint16_t *ret, ph_err *err) PH_CHECKED;
/** Of operands CLUSTER PERIOD.   Owns: borrows the operands.   Errors: as both; NOT_FOUND when the period has no sheet,
 * because it has not opened or because the calendar in force has no such period; of the store. All told. */
ph_rc ph_agg_sheets_find(const ph_args *args, const ph_agg_reading *r, ph_agg_sheets *ret, ph_err *err) PH_CHECKED;
ph_sheet_key ph_agg_sheets_key(const ph_agg_sheets *s, size_t i);

#endif
