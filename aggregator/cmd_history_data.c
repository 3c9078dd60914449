/* cmd_history_data - vintages as JSON and as CSV.   Layer: aggregator (app) */
#include <stdio.h>

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
    ph_json_key(j, "marks");
    ph_json_begin_array(j);
    for (unsigned bit = 1; bit <= PH_MARK_ALL; bit <<= 1)
        if ((m->marks & bit) != 0)
            ph_json_str(j, ph_mark_name(bit));
    ph_json_end_array(j);
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
    char time[PH_TIME_TEXT_BYTES];

    (void)ph_time_print_utc(c->received_at_us, time);
    ph_json_begin_object(j);
    put_uint(j, "entry", c->seq);
    put_str(j, "kind", ph_entry_kind_name(c->kind));
    if (c->kind == PH_ENTRY_DECISION) {
        ph_json_key(j, "own_unit");
        ph_json_bool(j, c->is_own_unit);
    }
    put_str(j, "reason", c->reason);
    put_str(j, "received_at", time);
    if (c->kind == PH_ENTRY_SUBMISSION) {
        put_uint(j, "revision", c->revision);
        put_str(j, "revision_kind", ph_agg_revision_code(c->revision_kind));
    }
    put_str(j, "unit", c->unit);
    ph_json_end_object(j);
}

static void json_changes(ph_json *j, ph_history *h, size_t i, const ph_vintage_diff *d)
{
    ph_history_cause causes[16];

    ph_json_key(j, "changes");
    ph_json_begin_array(j);
    for (size_t k = 0; k < d->n_changes; k++) {
        size_t n = ph_history_causes(h, i, &d->changes[k], causes, 16);
        ph_json_begin_object(j);
        json_cell(j, "after", d->changes[k].after);
        json_cell(j, "before", d->changes[k].before);
        ph_json_key(j, "causes");
        ph_json_begin_array(j);
        for (size_t c = 0; c < n; c++)
            json_cause(j, &causes[c]);
        ph_json_end_array(j);
        put_text(j, "unit", d->changes[k].unit);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
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
    ph_json_key(j, "state_changed");
    ph_json_bool(j, d.state_changed);
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
    ph_json_key(&j, "vintages");
    ph_json_begin_array(&j);
    for (size_t i = 0; i < h->n; i++)
        json_vintage(&j, h, i);
    ph_json_end_array(&j);
    ph_json_end_object(&j);
}

/* ---- CSV: a line for each value, each changed member and each changed circumstance ---- */

static void csv_begin(ph_agg_csv *c, const ph_history *h, const ph_history_vintage *v, const char *what)
{
    char text[PH_TIME_TEXT_BYTES];

    ph_agg_csv_text(c, v->issue.cluster);
    ph_agg_csv_text(c, v->issue.form);
    (void)ph_period_print(v->issue.period, text);
    ph_agg_csv_str(c, text);
    ph_agg_csv_str(c, h->indicator->code);
    ph_agg_csv_int(c, (int64_t)v->issue.seal);
    (void)ph_time_print_utc(v->issue.sealed_at_us, text);
    ph_agg_csv_str(c, text);
    ph_agg_csv_str(c, ph_period_state_name(v->issue.state));
    ph_agg_csv_str(c, ph_completeness_name(ph_figure_completeness(&v->figure)));
    ph_agg_csv_int(c, v->figure.n_expected);
    ph_agg_csv_int(c, v->figure.n_received);
    ph_agg_csv_int(c, v->figure.n_held);
    ph_agg_csv_str(c, what);
}

static void csv_end(ph_agg_csv *c, const ph_history_cause *cause)
{
    bool is_submission = cause != NULL && cause->kind == PH_ENTRY_SUBMISSION;

    for (int i = 0; cause == NULL && i < 5; i++)
        ph_agg_csv_empty(c);
    if (cause != NULL) {
        ph_agg_csv_int(c, (int64_t)cause->seq);
        ph_agg_csv_str(c, ph_entry_kind_name(cause->kind));
        if (is_submission)
            ph_agg_csv_int(c, cause->revision);
        else
            ph_agg_csv_empty(c);
        ph_agg_csv_str(c, is_submission ? ph_agg_revision_code(cause->revision_kind) : "");
        ph_agg_csv_str(c, cause->reason);
    }
    ph_agg_csv_end_line(c);
}

static void csv_number(ph_agg_csv *c, bool has, ph_decimal d)
{
    if (has)
        ph_agg_csv_decimal(c, d);
    else
        ph_agg_csv_empty(c);
}

static void csv_values(ph_agg_csv *c, const ph_history *h, size_t i)
{
    const ph_history_vintage *v = &h->vintages[i];
    char what[40];

    for (uint8_t k = 0; k < v->figure.n_values; k++) {
        const ph_figure_value *now = &v->figure.values[k], *before = NULL;
        for (uint8_t m = 0; i > 0 && m < v[-1].figure.n_values; m++)
            before = v[-1].figure.values[m].method == now->method ? &v[-1].figure.values[m] : before;
        (void)snprintf(what, sizeof what, "value:%s", ph_method_name(now->method));
        csv_begin(c, h, v, what);
        ph_agg_csv_empty(c);
        csv_number(c, before != NULL && before->has_value, before == NULL ? (ph_decimal){0} : before->value);
        csv_number(c, now->has_value, now->value);
        csv_end(c, NULL);
    }
}

/* A cell without a value is told by its state. */
static void csv_cell(ph_agg_csv *c, const ph_figure_member *m)
{
    if (m == NULL)
        ph_agg_csv_empty(c);
    else if (m->state == PH_CELL_GIVEN)
        ph_agg_csv_decimal(c, m->value);
    else
        ph_agg_csv_str(c, ph_cell_state_name(m->state));
}

static void csv_circumstance(ph_agg_csv *c, const ph_history *h, size_t i, const char *what, const char *before,
                             const char *after)
{
    csv_begin(c, h, &h->vintages[i], what);
    ph_agg_csv_empty(c);
    ph_agg_csv_str(c, before);
    ph_agg_csv_str(c, after);
    csv_end(c, NULL);
}

static void csv_vintage(ph_agg_csv *c, ph_history *h, size_t i)
{
    static ph_vintage_diff d; /* one thread */
    const ph_history_vintage *v = &h->vintages[i];
    char before[PH_DIGEST_TEXT_BYTES], after[PH_DIGEST_TEXT_BYTES];
    ph_history_cause cause;

    ph_history_compare(h, i, &d);
    csv_values(c, h, i);
    for (size_t k = 0; k < d.n_changes; k++) {
        size_t n = ph_history_causes(h, i, &d.changes[k], &cause, 1);
        csv_begin(c, h, v, "member");
        ph_agg_csv_text(c, d.changes[k].unit);
        csv_cell(c, d.changes[k].before);
        csv_cell(c, d.changes[k].after);
        csv_end(c, n == 0 ? NULL : &cause);
    }
    if (d.state_changed)
        csv_circumstance(c, h, i, "state", ph_period_state_name(v[-1].issue.state),
                         ph_period_state_name(v->issue.state));
    if (d.registry_changed) {
        ph_hex_print(v[-1].issue.registry.bytes, PH_DIGEST_BYTES, before);
        ph_hex_print(v->issue.registry.bytes, PH_DIGEST_BYTES, after);
        csv_circumstance(c, h, i, "registry", before, after);
    }
}

void ph_history_print_csv(ph_history *h, ph_agg_csv *c)
{
    for (size_t i = 0; i < h->n; i++)
        csv_vintage(c, h, i);
}
