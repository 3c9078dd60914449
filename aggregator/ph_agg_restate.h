/* ph_agg_restate - the published figures of a sheet as the units of a later day would have them: a view, made anew each
 * time it is asked for and kept nowhere.   Layer: aggregator (app) */
#ifndef PH_AGG_RESTATE_H
#define PH_AGG_RESTATE_H

#include "ph_agg_summary.h"
#include "ph_restate.h"

/* then: the units of the period, as published. Else the units of a day. */
typedef struct ph_restated_view {
    bool is_then, is_today;
    ph_date day; /* unless is_then */
} ph_restated_view;

/** then, now (= @today) or a day.   Errors: USAGE, told. */
ph_rc ph_restated_view_parse(const char *text, ph_date today, ph_restated_view *ret, ph_err *err) PH_CHECKED;
/** Views go forward from the units of the period: a day before it has none of them.   Errors: USAGE, told. */
ph_rc ph_restated_view_check(const ph_restated_view *view, ph_period period, const char *text, ph_err *err) PH_CHECKED;

typedef struct ph_restated {
    const ph_summary *then;
    ph_summary before; /* the same sheet a year before, for growth from levels; n 0: nothing was published of it */
    const ph_registry *registry; /* in force: what became of whom is known by it, not by the registry of then */
    ph_restated_view view;
    ph_restate_units units;
    ph_restate_sheet sheet;
    ph_restate_figure figures[2][PH_MAX_OBSERVATIONS];
} ph_restated;

/** Of a summary that stays where it is. @ret is large: not on a stack; @ret points into itself and must not move.
 * Owns: the caller frees (also after an error).   Errors: CORRUPT; NOMEM; of the store. */
ph_rc ph_restated_load(const ph_agg_reading *r, const ph_sheet_key *key, const ph_summary *then, ph_restated_view view,
                       ph_restated *ret) PH_CHECKED;
void ph_restated_free(ph_restated *v);

ph_restate_cell ph_restated_cell(const ph_restated *v, size_t unit, size_t row);

/** For people; one JSON object; CSV lines without their header. Errors stick in the buffer. */
void ph_restated_print(const ph_restated *v, ph_lang lang, ph_buf *dst);
void ph_restated_print_json(const ph_restated *v, ph_buf *dst);
#define PH_RESTATED_CSV_HEADER \
    "cluster,form,period,view_date,unit,parts,indicator,value,way,refusal,missing,needs,vintage"
void ph_restated_print_csv(const ph_restated *v, ph_agg_csv *c);

#endif
