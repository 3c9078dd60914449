/* ph_agg_score - one scoring made from files and the ledger's published figures.   Layer: aggregator (app) */
#ifndef PH_AGG_SCORE_H
#define PH_AGG_SCORE_H

#include "ph_agg_cmd.h"
#include "ph_agg_csv.h"
#include "ph_buf.h"
#include "ph_lang.h"
#include "ph_registry.h"
#include "ph_score.h"
#include "ph_score_load.h"

typedef struct ph_scoring {
    ph_score_set *set;
    const ph_registry *registry; /* for names; borrowed */
    ph_score_input input;        /* over the set */
    ph_score_cell *cells;
    ph_score_total *totals;
    ph_digest version;
    uint64_t as_of;        /* the last entry looked at */
    uint64_t last_vintage; /* newest seal that a value was taken from; 0 = no figures of the period */
} ph_scoring;

/** Take each bound criterion's actual values out of what was published of @period up to @as_of; held, missing and
 * valueless cells stay without one, with their state.   Errors: CORRUPT, NOMEM, of the store. */
ph_rc ph_scoring_take_actuals(const ph_agg_reading *r, uint64_t as_of, ph_scoring *s) PH_CHECKED;

/** The registry that the newest issue of the cluster and period up to @as_of was made with; else the one in force. */
ph_rc ph_scoring_find_registry(const ph_agg_reading *r, ph_span cluster, ph_period period, uint64_t as_of,
                               const ph_registry **ret) PH_CHECKED;

/** For people: the overview, or with @unit its sheet; one JSON object; CSV lines without their header. Errors stick in
 * @dst. */
void ph_scoring_print(const ph_scoring *s, ph_lang lang, ph_buf *dst);
void ph_scoring_print_unit(const ph_scoring *s, size_t unit, ph_lang lang, ph_buf *dst);
void ph_scoring_print_json(const ph_scoring *s, ph_buf *dst);
#define PH_SCORING_CSV_HEADER                                                                                    \
    "cluster,year,scheme_version,period,unit,criterion,kind,target,actual,max,self,review1,explanation,review2," \
    "final,basis,state,vintage,total,proposed_rank,version"
void ph_scoring_print_csv(const ph_scoring *s, ph_agg_csv *c);

static inline const ph_score_entry *ph_scoring_entry(const ph_scoring *s, size_t unit, size_t node)
{
    return &s->set->entries[unit * s->set->scheme.n_nodes + node];
}
static inline const ph_score_cell *ph_scoring_cell(const ph_scoring *s, size_t unit, size_t node)
{
    return &s->cells[unit * s->set->scheme.n_nodes + node];
}
static inline ph_decimal ph_scoring_points(const ph_scoring *s, int64_t points)
{
    return (ph_decimal){.mantissa = points, .scale = s->set->scheme.decimals};
}

#endif
