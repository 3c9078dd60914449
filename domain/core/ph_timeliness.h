/* ph_timeliness - whether a unit reported in time, from what arrived and when it was due.   Layer: domain/core (pure)
 */
#ifndef PH_TIMELINESS_H
#define PH_TIMELINESS_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_sheet.h"
#include "ph_verdict.h"

/* on_time: the first that stands came by its due instant; late: after it; missing: none came, and it is due; awaited:
 * none came, and it need not yet. */
#define PH_PUNCTUALITY_MAP(X) X(AWAITED, "awaited") X(ON_TIME, "on_time") X(LATE, "late") X(MISSING, "missing")
typedef enum ph_punctuality {
#define PH_X(name, text) PH_PUNCTUALITY_##name,
    PH_PUNCTUALITY_MAP(PH_X)
#undef PH_X
} ph_punctuality;
const char *ph_punctuality_name(ph_punctuality p);

/* One unit's standing with one duty. Starts as zeroes. */
typedef struct ph_timeliness {
    uint32_t n_standing; /* revisions accepted or held */
    uint32_t n_rejected;
    int64_t first_us, last_us; /* received_at of the first and last that stands; meaningful when n_standing > 0 */
    ph_punctuality punctuality;
    int32_t days_early; /* days of UTC+7 between due and first; negative: late; 0 also within one day, either side */
} ph_timeliness;

/** Take in one logged revision, in any order: accepted and held ones stand, a rejected one is only counted. */
void ph_timeliness_add(ph_timeliness *t, int64_t received_at_us, ph_verdict verdict);
/** Judge, when all are in. An extension is a later @due_us.   Units: instants in us UTC.   Thread: any. */
void ph_timeliness_judge(ph_timeliness *t, int64_t due_us, int64_t now_us);

/* How far one indicator of a form has come: the five add up. */
typedef struct ph_column_count {
    uint8_t n_expected, n_given, n_held, n_no_value, n_missing;
} ph_column_count;
/** Of one column; a sheet that nobody has touched yet is counted as n_expected missing by its maker. */
ph_column_count ph_column_counted(const ph_sheet *s, uint16_t column);

#endif
