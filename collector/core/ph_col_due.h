/* ph_col_due - a deadline as people write it.   Layer: collector/core (pure) */
#ifndef PH_COL_DUE_H
#define PH_COL_DUE_H

#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

/**
 * "2023-08-05 17:00", "05/08/2023 17:00" (day first; seconds allowed), both in UTC+7; "2023-08-05" and "05/08/2023":
 * the last second of that day; RFC 3339 with its own zone. Microseconds UTC.   Errors: MALFORMED, RANGE for a day or
 * time that does not exist.   Thread: any.   Source: none.
 */
ph_rc ph_col_due_parse(ph_span text, int64_t *ret_us) PH_CHECKED;

#endif
