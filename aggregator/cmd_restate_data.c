/* cmd_restate_data - restated figures as JSON and as CSV.   Layer: aggregator (app) */
#include "ph_agg_restate.h"
#include "ph_json.h"

static const char *unit_id(const ph_restated *v, uint16_t unit)
{
    return ph_registry_unit(v->registry, unit)->id;
}

/* ---- JSON ---- */

static void json_unit_or_null(ph_json *j, const ph_restated *v, const char *key, uint16_t unit)
{
    ph_json_key(j, key);
    if (unit == PH_NO_INDEX)
        ph_json_null(j);
    else
        ph_json_str(j, unit_id(v, unit));
}

static void json_units(ph_json *j, const ph_restated *v, const char *key, const uint16_t *units, uint8_t n)
{
    ph_json_key(j, key);
    ph_json_begin_array(j);
    for (uint8_t i = 0; i < n; i++)
        ph_json_str(j, unit_id(v, units[i]));
    ph_json_end_array(j);
}

/* A refused cell has a refusal, any other a value and the way it was made. */
static void json_cell(ph_json *j, const ph_restated *v, size_t unit, size_t row)
{
    const ph_restate_cell c = ph_restated_cell(v, unit, row);
    const ph_summary_row *r = &v->then->rows[row];
    bool is_refused = c.refusal != PH_RESTATE_NONE;

    ph_json_begin_object(j);
    ph_json_key(j, "indicator");
    ph_json_text(j, r->figure->indicator);
    json_unit_or_null(j, v, "missing", c.unit);
    ph_json_key(j, "needs");
    if (c.needs == PH_NO_INDEX)
        ph_json_null(j);
    else
        ph_json_str(j, ph_registry_indicator(v->registry, c.needs)->code);
    ph_json_key(j, "refusal");
    if (is_refused)
        ph_json_str(j, ph_restate_refusal_name(c.refusal));
    else
        ph_json_null(j);
    ph_json_key(j, "value");
    if (is_refused)
        ph_json_null(j);
    else
        ph_json_decimal(j, c.value);
    ph_json_key(j, "vintage");
    ph_json_uint(j, r->issue->seal);
    ph_json_key(j, "way");
    if (is_refused)
        ph_json_null(j);
    else
        ph_json_str(j, ph_restate_way_name(c.way));
    ph_json_end_object(j);
}

static void json_unit(ph_json *j, const ph_restated *v, size_t unit)
{
    const ph_restate_unit *u = &v->units.list[unit];

    ph_json_begin_object(j);
    json_units(j, v, "absent", u->absent, u->n_absent);
    ph_json_key(j, "figures");
    ph_json_begin_array(j);
    for (size_t i = 0; i < v->then->n; i++)
        json_cell(j, v, unit, i);
    ph_json_end_array(j);
    json_units(j, v, "parts", u->parts, u->n_parts);
    ph_json_key(j, "refusal");
    if (u->refusal == PH_RESTATE_NONE)
        ph_json_null(j);
    else
        ph_json_str(j, ph_restate_refusal_name(u->refusal));
    ph_json_key(j, "unit");
    ph_json_str(j, unit_id(v, u->unit));
    ph_json_end_object(j);
}

/* The registry named is the one that says what became of whom. */
static void json_sheet(ph_json *j, const ph_restated *v)
{
    const ph_issue *last = v->then->last;
    char period[PH_PERIOD_TEXT_BYTES], sealed[PH_TIME_TEXT_BYTES];

    (void)ph_period_print(last->period, period);
    (void)ph_time_print_utc(last->sealed_at_us, sealed);
    ph_json_key(j, "cluster");
    ph_json_text(j, last->cluster);
    ph_json_key(j, "form");
    ph_json_text(j, last->form);
    ph_json_key(j, "period");
    ph_json_str(j, period);
    ph_json_key(j, "registry");
    ph_json_hex(j, ph_registry_digest(v->registry));
    ph_json_key(j, "registry_version");
    ph_json_str(j, ph_registry_version(v->registry));
    ph_json_key(j, "sealed_at");
    ph_json_str(j, sealed);
    ph_json_key(j, "state");
    ph_json_str(j, ph_period_state_name(last->state));
}

void ph_restated_print_json(const ph_restated *v, ph_buf *dst)
{
    char day[PH_DATE_TEXT_BYTES];
    ph_json j = ph_json_over(dst);

    (void)ph_date_print(v->view.day, day);
    ph_json_begin_object(&j);
    ph_summary_when_put_json(&v->then->when, &j);
    json_sheet(&j, v);
    ph_json_key(&j, "units");
    ph_json_begin_array(&j);
    for (size_t i = 0; i < v->units.n; i++)
        json_unit(&j, v, i);
    ph_json_end_array(&j);
    ph_json_key(&j, "unknown_members");
    ph_json_uint(&j, v->units.n_unknown);
    ph_json_key(&j, "view");
    ph_json_str(&j, "as_now");
    ph_json_key(&j, "view_date");
    ph_json_str(&j, day);
    ph_json_end_object(&j);
}

/* ---- CSV ---- */

/* Ids of units, parted by blanks. */
static void csv_units(ph_agg_csv *c, const ph_restated *v, const uint16_t *units, uint8_t n)
{
    ph_buf text;

    ph_buf_init(&text, PH_MAX_MEMBERS * (PH_ID_BUFFER_BYTES + 1));
    for (uint8_t i = 0; i < n; i++)
        (void)ph_buf_printf(&text, "%s%s", i == 0 ? "" : " ", unit_id(v, units[i]));
    ph_agg_csv_text(c, ph_buf_span(&text));
    if (text.rc != PH_OK)
        c->dst->rc = text.rc;
    ph_buf_done(&text);
}

static void csv_value(ph_agg_csv *c, const ph_restated *v, const ph_restate_unit *u, const ph_restate_cell *cell)
{
    bool is_refused = cell->refusal != PH_RESTATE_NONE;

    if (is_refused)
        ph_agg_csv_empty(c);
    else
        ph_agg_csv_decimal(c, cell->value);
    ph_agg_csv_str(c, is_refused ? "" : ph_restate_way_name(cell->way));
    ph_agg_csv_str(c, is_refused ? ph_restate_refusal_name(cell->refusal) : "");
    if (u->refusal != PH_RESTATE_NONE)
        csv_units(c, v, u->absent, u->n_absent);
    else
        csv_units(c, v, &cell->unit, cell->unit == PH_NO_INDEX ? 0 : 1);
    ph_agg_csv_str(c, cell->needs == PH_NO_INDEX ? "" : ph_registry_indicator(v->registry, cell->needs)->code);
}

void ph_restated_print_csv(const ph_restated *v, ph_agg_csv *c)
{
    const ph_issue *last = v->then->last;
    char period[PH_PERIOD_TEXT_BYTES], day[PH_DATE_TEXT_BYTES];

    (void)ph_period_print(last->period, period);
    (void)ph_date_print(v->view.day, day);
    for (size_t i = 0; i < v->then->n; i++) {
        for (size_t k = 0; k < v->units.n; k++) {
            const ph_restate_unit *u = &v->units.list[k];
            const ph_restate_cell cell = ph_restated_cell(v, k, i);
            ph_agg_csv_text(c, last->cluster);
            ph_agg_csv_text(c, last->form);
            ph_agg_csv_str(c, period);
            ph_agg_csv_str(c, day);
            ph_agg_csv_str(c, unit_id(v, u->unit));
            csv_units(c, v, u->parts, u->n_parts);
            ph_agg_csv_text(c, v->then->rows[i].figure->indicator);
            csv_value(c, v, u, &cell);
            ph_agg_csv_int(c, (int64_t)v->then->rows[i].issue->seal);
            ph_agg_csv_end_line(c);
        }
    }
}
