/* cmd_summary_data - a summary as JSON and as CSV.   Layer: aggregator (app) */
#include "ph_agg_summary.h"

#include "ph_json.h"

static const char *mark_code(ph_summary_mark mark)
{
    return mark == PH_MARK_PARTIAL ? "partial" : mark == PH_MARK_PROVISIONAL ? "provisional" : "final";
}

static unsigned n_missing(const ph_figure *f)
{
    return (unsigned)(f->n_expected - f->n_received - f->n_held);
}

/* ---- JSON ---- */

static void json_member(ph_json *j, const ph_summary_row *row, uint8_t i)
{
    const ph_figure_member *m = &row->figure->members[i];
    char status[2] = {m->status, '\0'};
    ph_json_begin_object(j);
    ph_json_key(j, "flagged");
    ph_json_bool(j, (m->marks & PH_MARK_FLAGGED) != 0);
    ph_json_key(j, "late");
    ph_json_bool(j, (m->marks & PH_MARK_LATE) != 0);
    ph_json_key(j, "rank");
    ph_json_uint(j, m->rank);
    ph_json_key(j, "revision");
    ph_json_uint(j, m->revision);
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

static void json_value(ph_json *j, const ph_figure_value *v)
{
    ph_json_begin_object(j);
    ph_json_key(j, "method");
    ph_json_str(j, ph_method_name(v->method));
    ph_json_key(j, "value");
    if (v->has_value)
        ph_json_decimal(j, v->value);
    else
        ph_json_null(j);
    ph_json_key(j, "weight_set");
    ph_json_text(j, v->weight_set);
    ph_json_end_object(j);
}

static void json_figure(ph_json *j, const ph_summary_row *row)
{
    const ph_figure *f = row->figure;
    ph_json_begin_object(j);
    ph_json_key(j, "completeness");
    ph_json_str(j, ph_figure_is_complete(f) ? "complete" : "partial");
    ph_json_key(j, "expected");
    ph_json_uint(j, f->n_expected);
    ph_json_key(j, "held");
    ph_json_uint(j, f->n_held);
    ph_json_key(j, "indicator");
    ph_json_text(j, f->indicator);
    ph_json_key(j, "mark");
    ph_json_str(j, mark_code(ph_summary_mark_of(row)));
    ph_json_key(j, "members");
    ph_json_begin_array(j);
    for (uint8_t i = 0; i < row->issue->n_members; i++)
        json_member(j, row, i);
    ph_json_end_array(j);
    ph_json_key(j, "missing");
    ph_json_uint(j, n_missing(f));
    ph_json_key(j, "provisional");
    ph_json_bool(j, ph_figure_is_provisional(row->issue, f));
    ph_json_key(j, "received");
    ph_json_uint(j, f->n_received);
    ph_json_key(j, "values");
    ph_json_begin_array(j);
    for (uint8_t i = 0; i < f->n_values; i++)
        json_value(j, &f->values[i]);
    ph_json_end_array(j);
    ph_json_key(j, "vintage");
    ph_json_uint(j, row->issue->seal);
    ph_json_key(j, "weight_expected");
    ph_json_uint(j, f->has_weights ? (uint64_t)f->weight_expected : 0);
    ph_json_key(j, "weight_held");
    ph_json_uint(j, f->has_weights ? (uint64_t)f->weight_held : 0);
    ph_json_key(j, "weight_received");
    ph_json_uint(j, f->has_weights ? (uint64_t)f->weight_received : 0);
    ph_json_end_object(j);
}

void ph_summary_print_json(const ph_summary *s, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES], sealed[PH_TIME_TEXT_BYTES];
    ph_json j = ph_json_over(dst);
    (void)ph_period_print(s->last->period, period);
    (void)ph_time_print_utc(s->last->sealed_at_us, sealed);
    ph_json_begin_object(&j);
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
    ph_json_key(&j, "sealed_at");
    ph_json_str(&j, sealed);
    ph_json_key(&j, "state");
    ph_json_str(&j, ph_period_state_name(s->last->state));
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
    uint8_t rank;
} csv_value;

/* Ids and codes are [A-Za-z0-9._-] and @, so nothing needs quotes. */
static void csv_line(const ph_summary_row *row, const csv_value *v, ph_buf *dst)
{
    const ph_figure *f = row->figure;
    char period[PH_PERIOD_TEXT_BYTES], value[PH_DECIMAL_TEXT_BYTES] = "", status[2] = {v->status, '\0'};
    (void)ph_period_print(row->issue->period, period);
    if (v->has_value)
        (void)ph_decimal_print(v->value, value);
    (void)ph_buf_put_span(dst, row->issue->cluster);
    (void)ph_buf_put_byte(dst, ',');
    (void)ph_buf_put_span(dst, row->issue->form);
    (void)ph_buf_printf(dst, ",%s,", period);
    (void)ph_buf_put_span(dst, f->indicator);
    (void)ph_buf_put_byte(dst, ',');
    (void)ph_buf_put_span(dst, v->unit);
    (void)ph_buf_printf(dst, ",%s,%s,%s,", v->method, value, status);
    if (v->rank > 0)
        (void)ph_buf_printf(dst, "%u", v->rank);
    (void)ph_buf_put_byte(dst, ',');
    (void)ph_buf_put_span(dst, v->weight_set);
    (void)ph_buf_printf(dst, ",%u,%u,%u,%u,", f->n_expected, f->n_received, f->n_held, n_missing(f));
    if (f->has_weights)
        (void)ph_buf_printf(dst, "%lld,%lld,", (long long)f->weight_expected, (long long)f->weight_received);
    else
        (void)ph_buf_put_str(dst, ",,");
    (void)ph_buf_printf(dst, "%s,%s,%llu\n", mark_code(ph_summary_mark_of(row)),
                        ph_period_state_name(row->issue->state), (unsigned long long)row->issue->seal);
}

void ph_summary_print_csv(const ph_summary *s, ph_buf *dst)
{
    for (size_t k = 0; k < s->n; k++) {
        const ph_summary_row *row = &s->rows[k];
        for (uint8_t i = 0; i < row->issue->n_members; i++) {
            const ph_figure_member *m = &row->figure->members[i];
            const csv_value v = {.unit = row->issue->members[i],
                                 .method = ph_cell_state_name(m->state),
                                 .has_value = m->state == PH_CELL_GIVEN || m->state == PH_CELL_HELD,
                                 .value = m->value,
                                 .status = m->status,
                                 .rank = m->rank};
            csv_line(row, &v, dst);
        }
        for (uint8_t i = 0; i < row->figure->n_values; i++) {
            const ph_figure_value *f = &row->figure->values[i];
            const csv_value v = {.method = ph_method_name(f->method),
                                 .weight_set = f->weight_set,
                                 .has_value = f->has_value,
                                 .value = f->value};
            csv_line(row, &v, dst);
        }
    }
}
