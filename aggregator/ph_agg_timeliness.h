/* ph_agg_timeliness - one duty with all its members: who has reported, when, and how complete it is.   Layer:
 * aggregator (app) */
#ifndef PH_AGG_TIMELINESS_H
#define PH_AGG_TIMELINESS_H

#include "ph_agg_cmd.h"
#include "ph_agg_csv.h"
#include "ph_lang.h"
#include "ph_registry.h"
#include "ph_timeliness.h"

/* Who gave a unit more time: nobody, the calendar as it was known when the form came (that in force, while none has),
 * or the head by a decision, whenever it was taken. The later one counts. */
#define PH_EXTENSION_MAP(X) X(NONE, "none") X(CALENDAR, "calendar") X(DECISION, "decision")
typedef enum ph_extension_by {
#define PH_X(name, text) PH_EXTENSION_BY_##name,
    PH_EXTENSION_MAP(PH_X)
#undef PH_X
} ph_extension_by;
const char *ph_extension_by_name(ph_extension_by by);

typedef struct ph_duty_unit {
    char unit[PH_ID_BUFFER_BYTES];
    int64_t due_us; /* for this unit */
    ph_extension_by extended_by;
    uint64_t extension_entry; /* the decision that gave it; 0: none did */
    char extension_reason[PH_MAX_NOTE_BYTES + 1];
    int64_t not_excused_us; /* the calendar's instant, known too late to excuse a form that came by it; 0: none */
    int64_t calendar_us;    /* what the calendar said when the first that stands came */
    int64_t decided_us;     /* what the head decided; 0: nothing */
    ph_timeliness t;
} ph_duty_unit;

typedef struct ph_duty_report {
    const ph_registry *registry;
    const ph_calendar_item *duty;
    ph_period_state state;
    int64_t now_us;  /* of the last seal: what is not yet due by then is awaited */
    bool is_touched; /* there is a sheet; else all is from the calendar */
    size_t n_units, n_columns;
    ph_duty_unit units[PH_MAX_MEMBERS];
    char indicators[PH_MAX_OBSERVATIONS][PH_ID_BUFFER_BYTES];
    bool is_required[PH_MAX_OBSERVATIONS];
    ph_column_count columns[PH_MAX_OBSERVATIONS];
    unsigned counts[PH_PUNCTUALITY_MISSING + 1]; /* units by punctuality */
} ph_duty_report;

/** @ret is large: not on a stack.   Errors: of the store, CORRUPT, NOMEM. */
ph_rc ph_duty_report_load(const ph_agg_reading *r, const ph_registry *reg, const ph_calendar_item *duty,
                          ph_duty_report *ret) PH_CHECKED;

void ph_duty_report_print(const ph_duty_report *d, ph_lang lang, ph_buf *dst);
void ph_duty_report_print_json(const ph_duty_report *d, ph_buf *dst);
#define PH_TIMELINESS_CSV_HEADER                                                                               \
    "cluster,form,period,state,due,unit,punctuality,first_received,days_early,revisions,rejected,extended_by," \
    "indicator,required,expected,given,held,no_value,missing,extension_entry,extension_reason"
void ph_duty_report_print_csv(const ph_duty_report *d, ph_agg_csv *c);

#endif
