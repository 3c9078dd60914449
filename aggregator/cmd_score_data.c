/* cmd_score_data - a scoring as JSON and as CSV.   Layer: aggregator (app) */
#include "ph_agg_score.h"
#include "ph_json.h"

/* ---- JSON ---- */

static void json_points(ph_json *j, const ph_scoring *s, bool has, int64_t points)
{
    if (has)
        ph_json_decimal(j, ph_scoring_points(s, points));
    else
        ph_json_null(j);
}

static void json_value(ph_json *j, bool has, ph_decimal d)
{
    if (has)
        ph_json_decimal(j, d);
    else
        ph_json_null(j);
}

static void json_cell(ph_json *j, const ph_scoring *s, size_t unit, size_t node)
{
    const ph_score_node *n = &s->set->scheme.nodes[node];
    const ph_score_entry *e = ph_scoring_entry(s, unit, node);
    const ph_score_cell *c = ph_scoring_cell(s, unit, node);

    ph_json_begin_object(j);
    ph_json_key(j, "actual");
    json_value(j, e->has_actual, e->actual);
    ph_json_key(j, "basis");
    ph_json_str(j, ph_score_basis_name(c->basis));
    ph_json_key(j, "criterion");
    ph_json_str(j, n->id);
    ph_json_key(j, "explanation");
    if (e->explanation == NULL)
        ph_json_null(j);
    else
        ph_json_str(j, e->explanation);
    ph_json_key(j, "final");
    json_points(j, s, ph_score_is_scored(c->basis), c->points);
    ph_json_key(j, "is_complete");
    ph_json_bool(j, c->is_complete);
    ph_json_key(j, "review1");
    json_points(j, s, e->has_stage[PH_SCORE_REVIEW1], e->stage[PH_SCORE_REVIEW1]);
    ph_json_key(j, "review2");
    json_points(j, s, e->has_stage[PH_SCORE_REVIEW2], e->stage[PH_SCORE_REVIEW2]);
    ph_json_key(j, "self");
    json_points(j, s, e->has_stage[PH_SCORE_SELF], e->stage[PH_SCORE_SELF]);
    ph_json_key(j, "state");
    ph_json_str(j, ph_score_state_name(c->state));
    ph_json_key(j, "target");
    json_value(j, e->has_target, e->target);
    ph_json_key(j, "vintage");
    ph_json_uint(j, e->vintage);
    ph_json_end_object(j);
}

static void json_unit(ph_json *j, const ph_scoring *s, size_t unit)
{
    const ph_score_total *t = &s->totals[unit];

    ph_json_begin_object(j);
    ph_json_key(j, "bonus");
    json_points(j, s, true, t->bonus);
    ph_json_key(j, "cells");
    ph_json_begin_array(j);
    for (size_t i = 0; i < s->set->scheme.n_nodes; i++)
        json_cell(j, s, unit, i);
    ph_json_end_array(j);
    ph_json_key(j, "is_complete");
    ph_json_bool(j, t->n_unscored == 0);
    ph_json_key(j, "penalty");
    json_points(j, s, true, t->penalty);
    ph_json_key(j, "proposed_rank");
    if (t->rank == 0)
        ph_json_null(j);
    else
        ph_json_uint(j, t->rank);
    ph_json_key(j, "total");
    json_points(j, s, true, t->total);
    ph_json_key(j, "unit");
    ph_json_str(j, s->set->units[unit]);
    ph_json_key(j, "unscored");
    ph_json_uint(j, t->n_unscored);
    ph_json_end_object(j);
}

static void json_criterion(ph_json *j, const ph_scoring *s, const ph_score_node *n)
{
    ph_json_begin_object(j);
    ph_json_key(j, "id");
    ph_json_str(j, n->id);
    ph_json_key(j, "indicator");
    if (n->indicator == NULL)
        ph_json_null(j);
    else
        ph_json_str(j, n->indicator);
    ph_json_key(j, "kind");
    ph_json_str(j, ph_score_kind_name(n->kind));
    ph_json_key(j, "max");
    json_points(j, s, true, n->max);
    ph_json_key(j, "name_en");
    ph_json_str(j, n->name.en);
    ph_json_key(j, "name_vi");
    ph_json_str(j, n->name.vi);
    ph_json_key(j, "parent");
    if (n->parent == PH_NO_INDEX)
        ph_json_null(j);
    else
        ph_json_str(j, s->set->scheme.nodes[n->parent].id);
    ph_json_end_object(j);
}

void ph_scoring_print_json(const ph_scoring *s, ph_buf *dst)
{
    const ph_score_scheme *scheme = &s->set->scheme;
    ph_json out = ph_json_over(dst), *j = &out;
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(s->input.period, period);
    ph_json_begin_object(j);
    ph_json_key(j, "as_of");
    ph_json_uint(j, s->as_of);
    ph_json_key(j, "cluster");
    ph_json_str(j, scheme->cluster);
    ph_json_key(j, "criteria");
    ph_json_begin_array(j);
    for (size_t i = 0; i < scheme->n_nodes; i++)
        json_criterion(j, s, &scheme->nodes[i]);
    ph_json_end_array(j);
    ph_json_key(j, "decided"); /* never by a machine */
    ph_json_bool(j, false);
    ph_json_key(j, "illustrative");
    ph_json_bool(j, scheme->is_illustrative);
    ph_json_key(j, "last_vintage");
    ph_json_uint(j, s->last_vintage);
    ph_json_key(j, "period");
    ph_json_str(j, period);
    ph_json_key(j, "scheme_version");
    ph_json_uint(j, scheme->version);
    ph_json_key(j, "units");
    ph_json_begin_array(j);
    for (size_t u = 0; u < s->set->n_units; u++)
        json_unit(j, s, u);
    ph_json_end_array(j);
    ph_json_key(j, "version");
    ph_json_hex(j, &s->version);
    ph_json_key(j, "year");
    ph_json_uint(j, scheme->year);
    ph_json_end_object(j);
    (void)ph_buf_put_byte(dst, '\n');
}

/* ---- CSV ---- */

static void csv_value(ph_agg_csv *c, bool has, ph_decimal d)
{
    if (has)
        ph_agg_csv_decimal(c, d);
    else
        ph_agg_csv_empty(c);
}

static void csv_points(ph_agg_csv *c, const ph_scoring *s, bool has, int64_t points)
{
    csv_value(c, has, ph_scoring_points(s, points));
}

static void csv_lead(ph_agg_csv *c, const ph_scoring *s, const char *unit, const ph_score_node *n)
{
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(s->input.period, period);
    ph_agg_csv_str(c, s->set->scheme.cluster);
    ph_agg_csv_int(c, s->set->scheme.year);
    ph_agg_csv_int(c, s->set->scheme.version);
    ph_agg_csv_str(c, period);
    ph_agg_csv_str(c, unit);
    ph_agg_csv_str(c, n->id);
    ph_agg_csv_str(c, ph_score_kind_name(n->kind));
}

static void csv_row(ph_agg_csv *c, const ph_scoring *s, size_t unit, size_t node)
{
    const ph_score_node *n = &s->set->scheme.nodes[node];
    const ph_score_entry *e = ph_scoring_entry(s, unit, node);
    const ph_score_cell *cell = ph_scoring_cell(s, unit, node);
    char version[PH_DIGEST_TEXT_BYTES];

    csv_lead(c, s, s->set->units[unit], n);
    csv_value(c, e->has_target, e->target);
    csv_value(c, e->has_actual, e->actual);
    csv_points(c, s, true, n->max);
    csv_points(c, s, e->has_stage[PH_SCORE_SELF], e->stage[PH_SCORE_SELF]);
    csv_points(c, s, e->has_stage[PH_SCORE_REVIEW1], e->stage[PH_SCORE_REVIEW1]);
    ph_agg_csv_str(c, e->explanation == NULL ? "" : e->explanation);
    csv_points(c, s, e->has_stage[PH_SCORE_REVIEW2], e->stage[PH_SCORE_REVIEW2]);
    csv_points(c, s, ph_score_is_scored(cell->basis), cell->points);
    ph_agg_csv_str(c, ph_score_basis_name(cell->basis));
    ph_agg_csv_str(c, ph_score_state_name(cell->state));
    ph_agg_csv_int(c, (int64_t)e->vintage);
    csv_points(c, s, true, s->totals[unit].total);
    csv_value(c, s->totals[unit].rank > 0, (ph_decimal){.mantissa = s->totals[unit].rank});
    ph_hex_print(s->version.bytes, PH_DIGEST_BYTES, version);
    ph_agg_csv_str(c, version);
    ph_agg_csv_end_line(c);
}

void ph_scoring_print_csv(const ph_scoring *s, ph_agg_csv *c)
{
    for (size_t u = 0; u < s->set->n_units; u++)
        for (size_t i = 0; i < s->set->scheme.n_nodes; i++)
            csv_row(c, s, u, i);
}
