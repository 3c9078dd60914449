/* cmd_score_actuals - what the ledger had published of the criteria's indicators.   Layer: aggregator (app) */
#include "ph_agg_score.h"

#include <stdlib.h>

typedef struct walking {
    ph_span cluster;
    ph_period period;
    uint64_t as_of;
    ph_rc rc;
    ph_figure *figures; /* room for one issue */
    void (*each)(struct walking *w, const ph_issue *issue);
    ph_scoring *scoring;
    ph_digest registry; /* of the newest issue */
    uint64_t newest;
} walking;

static bool on_issue(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    walking *w = arg;
    ph_issue issue;

    if (seal > w->as_of || !ph_span_eq(key->cluster, w->cluster) || !ph_period_eq(key->period, w->period))
        return true;
    w->rc = ph_issue_read(packed, w->figures, PH_MAX_OBSERVATIONS, &issue);
    if (w->rc != PH_OK) {
        w->rc = w->rc == PH_NOMEM ? w->rc : PH_CORRUPT;
        return false;
    }
    w->each(w, &issue);
    return true;
}

static ph_rc walk(const ph_agg_reading *r, walking *w)
{
    w->figures = calloc(PH_MAX_OBSERVATIONS, sizeof *w->figures);
    ph_rc rc = w->figures == NULL ? PH_NOMEM : r->store->ops->walk_summaries(r->store, NULL, on_issue, w);
    free(w->figures);
    return rc == PH_OK ? w->rc : rc;
}

/* ---- whose registry ---- */

static void note_registry(walking *w, const ph_issue *issue)
{
    if (issue->seal < w->newest)
        return;
    w->newest = issue->seal;
    w->registry = issue->registry;
}

ph_rc ph_scoring_find_registry(const ph_agg_reading *r, ph_span cluster, ph_period period, uint64_t as_of,
                               const ph_registry **ret)
{
    walking w = {.cluster = cluster, .period = period, .as_of = as_of, .each = note_registry};
    ph_rc rc = walk(r, &w);

    if (rc != PH_OK)
        return rc;
    return r->registries.get(r->registries.arg, w.newest == 0 ? &r->head.registry : &w.registry, ret);
}

/* ---- values ---- */

static void take_member(ph_scoring *s, const ph_issue *issue, const ph_figure *f, size_t unit, ph_score_entry *e)
{
    for (uint8_t m = 0; m < issue->n_members; m++) {
        if (!ph_span_is(issue->members[m], s->input.units[unit]))
            continue;
        e->state = f->members[m].state;
        e->has_actual = e->state == PH_CELL_GIVEN;
        e->actual = e->has_actual ? f->members[m].value : (ph_decimal){0};
        e->vintage = e->state == PH_CELL_MISSING ? 0 : issue->seal;
        s->last_vintage = e->vintage > s->last_vintage ? e->vintage : s->last_vintage;
    }
}

/* Issues of one sheet come by their seals, so that the last one to speak of a figure is the newest. */
static void take_figures(walking *w, const ph_issue *issue)
{
    const ph_score_scheme *scheme = &w->scoring->set->scheme;

    for (uint16_t i = 0; i < issue->n_figures; i++)
        for (size_t k = 0; k < scheme->n_nodes; k++) {
            const char *indicator = scheme->nodes[k].indicator;
            if (indicator == NULL || !ph_span_is(issue->figures[i].indicator, indicator))
                continue;
            for (size_t u = 0; u < w->scoring->set->n_units; u++)
                take_member(w->scoring, issue, &issue->figures[i], u,
                            &w->scoring->set->entries[u * scheme->n_nodes + k]);
        }
}

ph_rc ph_scoring_take_actuals(const ph_agg_reading *r, uint64_t as_of, ph_scoring *s)
{
    walking w = {.cluster = ph_span_str(s->set->scheme.cluster),
                 .period = s->input.period,
                 .as_of = as_of,
                 .each = take_figures,
                 .scoring = s};

    s->as_of = as_of;
    return walk(r, &w);
}
