/* cmd_history_data - vintages as JSON.   Layer: aggregator (app) */
#include "ph_agg_history.h"
#include "ph_agg_summary.h"
#include "ph_agg_words.h"
#include "ph_json.h"

static void put_str(ph_json *j, const char *key, const char *v)
{
    ph_json_key(j, key);
    ph_json_str(j, v);
}

static void put_text(ph_json *j, const char *key, ph_span v)
{
    ph_json_key(j, key);
    ph_json_text(j, v);
}

static void put_uint(ph_json *j, const char *key, uint64_t v)
{
    ph_json_key(j, key);
    ph_json_uint(j, v);
}

static bool has_value(const ph_figure_member *m)
{
    return m->state == PH_CELL_GIVEN || m->state == PH_CELL_HELD;
}

/* ---- JSON ---- */

static void json_cell(ph_json *j, const char *key, const ph_figure_member *m)
{
    char status[2] = {m == NULL ? '\0' : m->status, '\0'};

    ph_json_key(j, key);
    if (m == NULL) {
        ph_json_null(j);
        return;
    }
    ph_json_begin_object(j);
    put_uint(j, "entry", m->entry);
    ph_json_key(j, "marks");
    ph_json_begin_array(j);
    for (unsigned bit = 1; bit <= PH_MARK_ALL; bit <<= 1)
        if ((m->marks & bit) != 0)
            ph_json_str(j, ph_mark_name(bit));
    ph_json_end_array(j);
    put_uint(j, "revision", m->revision);
    put_str(j, "state", ph_cell_state_name(m->state));
    put_str(j, "status", status);
    ph_json_key(j, "value");
    if (has_value(m))
        ph_json_decimal(j, m->value);
    else
        ph_json_null(j);
    ph_json_end_object(j);
}

static void json_cause(ph_json *j, const ph_history_cause *c)
{
    bool is_decision = c->kind == PH_ENTRY_DECISION;
    char time[PH_TIME_TEXT_BYTES];

    ph_json_begin_object(j);
    if (is_decision)
        put_str(j, "decision", ph_decision_name(c->decision));
    if (is_decision && c->decision == PH_DECISION_EXTEND) {
        (void)ph_time_print_utc(c->due_us, time);
        put_str(j, "due_at", time);
    }
    put_uint(j, "entry", c->seq);
    put_str(j, "kind", ph_entry_kind_name(c->kind));
    if (is_decision) {
        ph_json_key(j, "own_unit");
        ph_json_bool(j, c->is_own_unit);
    }
    put_str(j, "reason", c->reason);
    (void)ph_time_print_utc(c->received_at_us, time);
    put_str(j, "received_at", time);
    if (c->kind == PH_ENTRY_SUBMISSION) {
        put_uint(j, "revision", c->revision);
        put_str(j, "revision_kind", ph_agg_revision_code(c->revision_kind));
    } else {
        ph_json_key(j, "subject");
        if (c->subject[0] == '\0')
            ph_json_null(j);
        else
            ph_json_str(j, c->subject);
    }
    put_str(j, "unit", c->unit);
    ph_json_end_object(j);
}

static void json_changes(ph_json *j, ph_history *h, size_t i, const ph_vintage_diff *d)
{
    ph_history_cause cause;

    ph_json_key(j, "changes");
    ph_json_begin_array(j);
    for (size_t k = 0; k < d->n_changes; k++) {
        size_t at = 0;
        ph_json_begin_object(j);
        json_cell(j, "after", d->changes[k].after);
        json_cell(j, "before", d->changes[k].before);
        ph_json_key(j, "causes");
        ph_json_begin_array(j);
        while (ph_history_next_cause(h, i, &d->changes[k], &at, &cause))
            json_cause(j, &cause);
        ph_json_end_array(j);
        put_text(j, "unit", d->changes[k].unit);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

static void json_said(ph_json *j, const char *key, ph_history *h, size_t i, const ph_vintage_diff *d)
{
    ph_history_cause cause;
    size_t at = 0;

    ph_json_key(j, key);
    ph_json_begin_array(j);
    while (ph_history_next_said(h, i, d, &at, &cause))
        json_cause(j, &cause);
    ph_json_end_array(j);
}

static void json_state(ph_json *j, ph_history *h, size_t i, const ph_vintage_diff *d)
{
    ph_history_cause cause;
    size_t at = 0;

    ph_json_key(j, "state_causes");
    ph_json_begin_array(j);
    while (d->state_changed && ph_history_next_of_period(h, i, &at, &cause))
        json_cause(j, &cause);
    ph_json_end_array(j);
    ph_json_key(j, "state_changed");
    ph_json_bool(j, d->state_changed);
}

static void json_values(ph_json *j, const ph_figure *f)
{
    ph_json_key(j, "values");
    ph_json_begin_array(j);
    for (uint8_t i = 0; i < f->n_values; i++) {
        ph_json_begin_object(j);
        put_str(j, "method", ph_method_name(f->values[i].method));
        put_uint(j, "used", f->values[i].n_used);
        ph_json_key(j, "value");
        if (f->values[i].has_value)
            ph_json_decimal(j, f->values[i].value);
        else
            ph_json_null(j);
        put_text(j, "weight_set", f->values[i].weight_set);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

static void json_vintage(ph_json *j, ph_history *h, size_t i)
{
    static ph_vintage_diff d; /* one thread */
    const ph_history_vintage *v = &h->vintages[i];
    char time[PH_TIME_TEXT_BYTES];

    ph_history_compare(h, i, &d);
    (void)ph_time_print_utc(v->issue.sealed_at_us, time);
    ph_json_begin_object(j);
    json_changes(j, h, i, &d);
    put_str(j, "completeness", ph_completeness_name(ph_figure_completeness(&v->figure)));
    put_uint(j, "expected", v->figure.n_expected);
    put_uint(j, "held", v->figure.n_held);
    put_str(j, "issued_at", time);
    put_str(j, "period_state", ph_period_state_name(v->issue.state));
    put_uint(j, "received", v->figure.n_received);
    ph_json_key(j, "registry");
    ph_json_hex(j, &v->issue.registry);
    ph_json_key(j, "registry_changed");
    ph_json_bool(j, d.registry_changed);
    json_said(j, "said", h, i, &d);
    json_state(j, h, i, &d);
    json_values(j, &v->figure);
    put_uint(j, "vintage", v->issue.seal);
    ph_json_end_object(j);
}

void ph_history_print_json(ph_history *h, ph_buf *dst)
{
    const ph_issue *last = &h->vintages[h->n - 1].issue;
    char period[PH_PERIOD_TEXT_BYTES];
    ph_json j = ph_json_over(dst);

    (void)ph_period_print(last->period, period);
    ph_json_begin_object(&j);
    put_text(&j, "cluster", last->cluster);
    put_text(&j, "form", last->form);
    put_str(&j, "indicator", h->indicator->code);
    put_str(&j, "period", period);
    json_said(&j, "said_since", h, h->n, NULL);
    ph_json_key(&j, "vintages");
    ph_json_begin_array(&j);
    for (size_t i = 0; i < h->n; i++)
        json_vintage(&j, h, i);
    ph_json_end_array(&j);
    ph_json_end_object(&j);
}
