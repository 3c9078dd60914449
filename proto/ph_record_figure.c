/* ph_record_figure - the value of a figure's record.   Layer: proto (pure) */
#include "ph_record_parts.h"

enum { SHARE_DECIMALS = 4 };

/* What share of the weight the received members carry; null when nothing can be weighed. */
static void put_share(ph_json *j, const ph_figure *f)
{
    ph_decimal share;

    ph_json_key(j, "share");
    if (f->weight_expected > 0 &&
        ph_decimal_divide(f->weight_received, 0, f->weight_expected, SHARE_DECIMALS, &share) == PH_OK)
        ph_json_decimal(j, share);
    else
        ph_json_null(j);
}

static void put_weight(ph_json *j, const ph_figure *f)
{
    ph_json_key(j, "by_weight");
    if (!f->has_weights) {
        ph_json_null(j);
        return;
    }
    ph_json_begin_object(j);
    ph_record_put_uint(j, "expected", (uint64_t)f->weight_expected);
    ph_record_put_uint(j, "held", (uint64_t)f->weight_held);
    ph_record_put_uint(j, "missing", (uint64_t)(f->weight_expected - f->weight_received - f->weight_held));
    ph_record_put_uint(j, "received", (uint64_t)f->weight_received);
    put_share(j, f);
    ph_json_end_object(j);
}

static void put_coverage(ph_json *j, const ph_figure *f)
{
    ph_json_key(j, "coverage");
    ph_json_begin_object(j);
    put_weight(j, f);
    ph_record_put_uint(j, "expected", f->n_expected);
    ph_record_put_uint(j, "held", f->n_held);
    ph_record_put_uint(j, "missing", (uint64_t)(f->n_expected - f->n_received - f->n_held));
    ph_record_put_uint(j, "no_value", f->n_no_value);
    ph_record_put_uint(j, "received", f->n_received);
    ph_json_end_object(j);
}

static void put_marks(ph_json *j, uint8_t marks)
{
    ph_json_key(j, "marks");
    ph_json_begin_array(j);
    for (unsigned bit = 1; bit <= PH_MARK_ALL; bit <<= 1)
        if ((marks & bit) != 0)
            ph_json_str(j, ph_mark_name(bit));
    ph_json_end_array(j);
}

static void put_member(ph_json *j, ph_span unit, const ph_figure_member *c, const ph_ruling *ruling)
{
    bool is_there = c->state != PH_CELL_MISSING;

    ph_json_begin_object(j);
    if (is_there)
        ph_record_put_uint(j, "entry", c->entry);
    put_marks(j, c->marks);
    if (c->rank > 0)
        ph_record_put_uint(j, "rank", c->rank);
    if (is_there)
        ph_record_put_uint(j, "revision", c->revision);
    if (ruling != NULL) {
        ph_json_key(j, "ruling");
        ph_ruling_put_json(j, ruling);
    }
    ph_record_put_str(j, "state", ph_cell_state_name(c->state));
    if (is_there)
        ph_record_put_text(j, "status", ph_span_of(&c->status, 1));
    ph_record_put_text(j, "unit", unit);
    if (c->state == PH_CELL_GIVEN || c->state == PH_CELL_HELD) {
        ph_json_key(j, "value");
        ph_json_decimal(j, c->value);
    }
    ph_json_end_object(j);
}

static void put_members(ph_json *j, const ph_issue *issue, const ph_figure *f)
{
    ph_ruling rulings[PH_MAX_MEMBERS];
    size_t n = ph_figure_rulings(f, rulings);

    ph_json_key(j, "members");
    ph_json_begin_array(j);
    for (unsigned i = 0; i < issue->n_members; i++)
        put_member(j, issue->members[i], &f->members[i], ph_ruling_of(rulings, n, i));
    ph_json_end_array(j);
}

static void put_units(ph_json *j, const char *key, const ph_issue *issue, const ph_figure *f, ph_cell_state state)
{
    ph_json_key(j, key);
    ph_json_begin_array(j);
    for (unsigned i = 0; i < issue->n_members; i++)
        if (f->members[i].state == state)
            ph_json_text(j, issue->members[i]);
    ph_json_end_array(j);
}

static void put_values(ph_json *j, const ph_figure *f)
{
    ph_json_key(j, "values");
    ph_json_begin_array(j);
    for (unsigned i = 0; i < f->n_values; i++) {
        const ph_figure_value *v = &f->values[i];

        ph_json_begin_object(j);
        ph_record_put_uint(j, "decimals", f->decimals);
        ph_record_put_str(j, "method", ph_method_name(v->method));
        ph_record_put_uint(j, "used", v->n_used);
        ph_json_key(j, "value");
        if (v->has_value)
            ph_json_decimal(j, v->value);
        else
            ph_json_null(j);
        if (v->weight_set.len > 0)
            ph_record_put_text(j, "weight_set", v->weight_set);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

static const char *ranking_of(const ph_figure *f)
{
    if (!f->is_ranked)
        return "none";
    return f->lower_is_better ? "lower_is_better" : "higher_is_better";
}

void ph_record_put_figure(const ph_issue *issue, const ph_figure *f, ph_buf *dst)
{
    ph_json j = ph_json_over(dst);
    char period[PH_PERIOD_TEXT_BYTES], time[PH_TIME_TEXT_BYTES];

    (void)ph_period_print(issue->period, period);
    (void)ph_time_print_utc(issue->sealed_at_us, time);
    ph_json_begin_object(&j);
    ph_record_put_text(&j, "cluster", issue->cluster);
    ph_record_put_str(&j, "completeness", ph_completeness_name(ph_figure_completeness(f)));
    put_coverage(&j, f);
    ph_record_put_text(&j, "form", issue->form);
    put_units(&j, "held", issue, f, PH_CELL_HELD);
    ph_record_put_text(&j, "indicator", f->indicator);
    ph_json_key(&j, "inputs");
    ph_json_hex(&j, &f->inputs);
    ph_record_put_str(&j, "issued_at", time);
    put_members(&j, issue, f);
    put_units(&j, "missing", issue, f, PH_CELL_MISSING);
    put_units(&j, "no_value", issue, f, PH_CELL_NO_VALUE);
    ph_record_put_str(&j, "period", period);
    ph_record_put_str(&j, "period_state", ph_period_state_name(issue->state));
    ph_json_key(&j, "provisional");
    ph_json_bool(&j, ph_figure_is_provisional(issue, f));
    ph_record_put_uint(&j, "provisional_percent", f->provisional_percent);
    ph_record_put_str(&j, "ranking", ranking_of(f));
    ph_json_key(&j, "registry");
    ph_json_hex(&j, &issue->registry);
    ph_json_key(&j, "series_break");
    ph_json_bool(&j, f->has_break);
    put_values(&j, f);
    ph_record_put_uint(&j, "vintage", issue->seal);
    ph_json_end_object(&j);
}
