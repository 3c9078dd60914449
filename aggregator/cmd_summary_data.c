/* cmd_summary_data - a summary as JSON and as CSV.   Layer: aggregator (app) */
#include "ph_agg_summary.h"

#include <stdio.h>

#include "ph_json.h"

const char *ph_summary_mark_code(ph_summary_mark mark)
{
    static const char *const codes[] = {[PH_SUMMARY_INSUFFICIENT] = "insufficient",
                                        [PH_SUMMARY_PARTIAL] = "partial",
                                        [PH_SUMMARY_PROVISIONAL] = "provisional",
                                        [PH_SUMMARY_FINAL] = "final"};
    return codes[mark];
}

static unsigned n_missing(const ph_figure *f)
{
    return (unsigned)(f->n_expected - f->n_received - f->n_held);
}

/* ---- JSON ---- */

static void json_member(ph_json *j, const ph_summary_row *row, uint8_t i, const ph_ruling *ruling)
{
    const ph_figure_member *m = &row->figure->members[i];
    char status[2] = {m->status, '\0'};
    ph_json_begin_object(j);
    ph_json_key(j, "entry");
    ph_json_uint(j, m->entry);
    ph_json_key(j, "marks");
    ph_json_begin_array(j);
    for (unsigned bit = 1; bit <= PH_MARK_ALL; bit <<= 1)
        if ((m->marks & bit) != 0)
            ph_json_str(j, ph_mark_name(bit));
    ph_json_end_array(j);
    ph_json_key(j, "rank");
    ph_json_uint(j, m->rank);
    ph_json_key(j, "revision");
    ph_json_uint(j, m->revision);
    ph_json_key(j, "ruling");
    if (ruling != NULL)
        ph_ruling_put_json(j, ruling);
    else
        ph_json_null(j);
    ph_json_key(j, "state");
    ph_json_str(j, ph_cell_state_name(m->state));
    ph_json_key(j, "status");
    ph_json_str(j, status);
    ph_json_key(j, "unit");
    ph_json_text(j, row->issue->members[i]);
    ph_json_key(j, "value");
    if (m->state == PH_CELL_GIVEN || m->state == PH_CELL_HELD)
        ph_json_decimal(j, m->value);
    else
        ph_json_null(j);
    ph_json_end_object(j);
}

static void json_members(ph_json *j, const ph_summary_row *row)
{
    ph_ruling rulings[PH_MAX_MEMBERS];
    size_t n = ph_figure_rulings(row->figure, rulings);

    ph_json_key(j, "members");
    ph_json_begin_array(j);
    for (uint8_t i = 0; i < row->issue->n_members; i++)
        json_member(j, row, i, ph_ruling_of(rulings, n, i));
    ph_json_end_array(j);
}

static void json_value(ph_json *j, const ph_figure_value *v)
{
    ph_json_begin_object(j);
    ph_json_key(j, "method");
    ph_json_str(j, ph_method_name(v->method));
    ph_json_key(j, "used");
    ph_json_uint(j, v->n_used);
    ph_json_key(j, "value");
    if (v->has_value)
        ph_json_decimal(j, v->value);
    else
        ph_json_null(j);
    ph_json_key(j, "weight_set");
    ph_json_text(j, v->weight_set);
    ph_json_end_object(j);
}

static void json_units(ph_json *j, const char *key, const ph_summary_row *row, ph_cell_state state)
{
    ph_json_key(j, key);
    ph_json_begin_array(j);
    for (uint8_t i = 0; i < row->issue->n_members; i++)
        if (row->figure->members[i].state == state)
            ph_json_text(j, row->issue->members[i]);
    ph_json_end_array(j);
}

/* Three ways of not being in a figure. */
static void json_without(ph_json *j, const ph_summary_row *row)
{
    ph_json_key(j, "without");
    ph_json_begin_object(j);
    json_units(j, "held", row, PH_CELL_HELD);
    json_units(j, "missing", row, PH_CELL_MISSING);
    json_units(j, "no_value", row, PH_CELL_NO_VALUE);
    ph_json_end_object(j);
}

static void json_weights(ph_json *j, const ph_figure *f)
{
    ph_json_key(j, "weight_expected");
    ph_json_uint(j, f->has_weights ? (uint64_t)f->weight_expected : 0);
    ph_json_key(j, "weight_held");
    ph_json_uint(j, f->has_weights ? (uint64_t)f->weight_held : 0);
    ph_json_key(j, "weight_received");
    ph_json_uint(j, f->has_weights ? (uint64_t)f->weight_received : 0);
}

static void json_figure(ph_json *j, const ph_summary_row *row)
{
    const ph_figure *f = row->figure;
    ph_json_begin_object(j);
    ph_json_key(j, "completeness");
    ph_json_str(j, ph_completeness_name(ph_figure_completeness(f)));
    ph_json_key(j, "expected");
    ph_json_uint(j, f->n_expected);
    ph_json_key(j, "held");
    ph_json_uint(j, f->n_held);
    ph_json_key(j, "indicator");
    ph_json_text(j, f->indicator);
    ph_json_key(j, "mark");
    ph_json_str(j, ph_summary_mark_code(ph_summary_mark_of(row)));
    json_members(j, row);
    ph_json_key(j, "missing");
    ph_json_uint(j, n_missing(f));
    ph_json_key(j, "provisional");
    ph_json_bool(j, ph_figure_is_provisional(row->issue, f));
    ph_json_key(j, "provisional_percent");
    ph_json_uint(j, f->provisional_percent);
    ph_json_key(j, "received");
    ph_json_uint(j, f->n_received);
    ph_json_key(j, "registry");
    ph_json_hex(j, &row->issue->registry);
    ph_json_key(j, "series_break");
    ph_json_bool(j, f->has_break);
    ph_json_key(j, "values");
    ph_json_begin_array(j);
    for (uint8_t i = 0; i < f->n_values; i++)
        json_value(j, &f->values[i]);
    ph_json_end_array(j);
    ph_json_key(j, "vintage");
    ph_json_uint(j, row->issue->seal);
    json_weights(j, f);
    json_without(j, row);
    ph_json_end_object(j);
}

void ph_summary_print_json(const ph_summary *s, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES], sealed[PH_TIME_TEXT_BYTES];
    ph_json j = ph_json_over(dst);
    (void)ph_period_print(s->last->period, period);
    (void)ph_time_print_utc(s->last->sealed_at_us, sealed);
    ph_json_begin_object(&j);
    ph_summary_when_put_json(&s->when, &j);
    ph_json_key(&j, "cluster");
    ph_json_text(&j, s->last->cluster);
    ph_json_key(&j, "figures");
    ph_json_begin_array(&j);
    for (size_t i = 0; i < s->n; i++)
        json_figure(&j, &s->rows[i]);
    ph_json_end_array(&j);
    ph_json_key(&j, "form");
    ph_json_text(&j, s->last->form);
    ph_json_key(&j, "period");
    ph_json_str(&j, period);
    ph_json_key(&j, "registry");
    ph_json_hex(&j, &s->last->registry);
    ph_json_key(&j, "registry_version");
    ph_json_str(&j, ph_registry_version(s->registry));
    ph_json_key(&j, "sealed_at");
    ph_json_str(&j, sealed);
    ph_json_key(&j, "state");
    ph_json_str(&j, ph_period_state_name(s->last->state));
    ph_json_key(&j, "view");
    ph_json_str(&j, "as_then");
    ph_json_end_object(&j);
}

/* ---- CSV ---- */

/* What differs from line to line of a figure: a member's cell, or a method's value. */
typedef struct csv_value {
    ph_span unit, weight_set;
    const char *method; /* of a member: the state of its cell */
    bool has_value;
    ph_decimal value;
    char status;
    uint8_t rank, marks, n_used;
    const ph_ruling *ruling; /* or NULL */
} csv_value;

static void csv_count(ph_agg_csv *c, bool is_there, int64_t v)
{
    if (is_there)
        ph_agg_csv_int(c, v);
    else
        ph_agg_csv_empty(c);
}

static void csv_coverage(ph_agg_csv *c, const ph_figure *f)
{
    ph_agg_csv_int(c, f->n_expected);
    ph_agg_csv_int(c, f->n_received);
    ph_agg_csv_int(c, f->n_held);
    ph_agg_csv_int(c, n_missing(f));
    csv_count(c, f->has_weights, f->weight_expected);
    csv_count(c, f->has_weights, f->weight_received);
}

static void csv_marks(ph_agg_csv *c, uint8_t marks)
{
    char text[96] = "";
    size_t n = 0;
    for (unsigned bit = 1; bit <= PH_MARK_ALL; bit <<= 1)
        if ((marks & bit) != 0)
            n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", n == 0 ? "" : " ", ph_mark_name(bit));
    ph_agg_csv_str(c, text);
}

/* Who let the value pass, the reason, and what the unit had explained. */
static void csv_ruling(ph_agg_csv *c, const ph_ruling *r)
{
    const ph_ruling none = {0};
    const ph_ruling *told = r == NULL ? &none : r;
    ph_agg_csv_text(c, told->unit);
    ph_agg_csv_text(c, told->reason);
    ph_agg_csv_text(c, told->text);
}

static void csv_line(ph_agg_csv *c, const ph_summary_row *row, const csv_value *v)
{
    char period[PH_PERIOD_TEXT_BYTES], status[2] = {v->status, '\0'};
    (void)ph_period_print(row->issue->period, period);
    ph_agg_csv_text(c, row->issue->cluster);
    ph_agg_csv_text(c, row->issue->form);
    ph_agg_csv_str(c, period);
    ph_agg_csv_text(c, row->figure->indicator);
    ph_agg_csv_text(c, v->unit);
    ph_agg_csv_str(c, v->method);
    if (v->has_value)
        ph_agg_csv_decimal(c, v->value);
    else
        ph_agg_csv_empty(c);
    ph_agg_csv_str(c, status);
    csv_count(c, v->rank > 0, v->rank);
    ph_agg_csv_text(c, v->weight_set);
    csv_coverage(c, row->figure);
    ph_agg_csv_str(c, ph_summary_mark_code(ph_summary_mark_of(row)));
    ph_agg_csv_str(c, ph_period_state_name(row->issue->state));
    ph_agg_csv_int(c, (int64_t)row->issue->seal);
    csv_count(c, v->unit.len == 0, v->n_used);
    csv_marks(c, v->marks);
    ph_agg_csv_str(c, row->figure->has_break ? "yes" : "no");
    csv_ruling(c, v->ruling);
    ph_agg_csv_end_line(c);
}

void ph_summary_print_csv(const ph_summary *s, ph_agg_csv *c)
{
    for (size_t k = 0; k < s->n; k++) {
        const ph_summary_row *row = &s->rows[k];
        ph_ruling rulings[PH_MAX_MEMBERS];
        size_t n = ph_figure_rulings(row->figure, rulings);
        for (uint8_t i = 0; i < row->issue->n_members; i++) {
            const ph_figure_member *m = &row->figure->members[i];
            const csv_value v = {.unit = row->issue->members[i],
                                 .method = ph_cell_state_name(m->state),
                                 .has_value = m->state == PH_CELL_GIVEN || m->state == PH_CELL_HELD,
                                 .value = m->value,
                                 .status = m->status,
                                 .marks = m->marks,
                                 .rank = m->rank,
                                 .ruling = ph_ruling_of(rulings, n, i)};
            csv_line(c, row, &v);
        }
        for (uint8_t i = 0; i < row->figure->n_values; i++) {
            const ph_figure_value *f = &row->figure->values[i];
            const csv_value v = {.method = ph_method_name(f->method),
                                 .weight_set = f->weight_set,
                                 .has_value = f->has_value,
                                 .n_used = f->n_used,
                                 .value = f->value};
            csv_line(c, row, &v);
        }
    }
}
