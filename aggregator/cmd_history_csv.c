/* cmd_history_csv - vintages as CSV: a line for each value, each changed member, each changed circumstance, each cause
 * beyond the first and all else that was said.   Layer: aggregator (app) */
#include <stdio.h>

#include "ph_agg_history.h"
#include "ph_agg_words.h"

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

static void csv_cause(ph_agg_csv *c, const ph_history_cause *cause)
{
    bool is_submission = cause->kind == PH_ENTRY_SUBMISSION;

    ph_agg_csv_int(c, (int64_t)cause->seq);
    ph_agg_csv_str(c, ph_entry_kind_name(cause->kind));
    if (is_submission)
        ph_agg_csv_int(c, cause->revision);
    else
        ph_agg_csv_empty(c);
    ph_agg_csv_str(c, is_submission ? ph_agg_revision_code(cause->revision_kind) : "");
    ph_agg_csv_str(c, cause->reason);
    ph_agg_csv_str(c, cause->kind == PH_ENTRY_DECISION ? ph_decision_name(cause->decision) : "");
    ph_agg_csv_str(c, cause->unit);
}

static void csv_status(ph_agg_csv *c, const ph_figure_member *m)
{
    char status[2] = {m == NULL ? '\0' : m->status, '\0'};

    ph_agg_csv_str(c, status);
}

/* In words, parted by blanks. */
static void csv_marks(ph_agg_csv *c, const ph_figure_member *m)
{
    char text[128] = "";
    size_t len = 0;

    for (unsigned bit = 1; m != NULL && bit <= PH_MARK_ALL; bit <<= 1)
        if ((m->marks & bit) != 0)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%s", len == 0 ? "" : " ", ph_mark_name(bit));
    ph_agg_csv_str(c, text);
}

/* The rest of a line: its cause, and what else is seen of a member's cells. Either may be NULL. */
static void csv_end(ph_agg_csv *c, const ph_history_cause *cause, const ph_vintage_change *change)
{
    for (int i = 0; cause == NULL && i < 7; i++)
        ph_agg_csv_empty(c);
    if (cause != NULL)
        csv_cause(c, cause);
    for (int i = 0; change == NULL && i < 4; i++)
        ph_agg_csv_empty(c);
    if (change != NULL) {
        csv_status(c, change->before);
        csv_status(c, change->after);
        csv_marks(c, change->before);
        csv_marks(c, change->after);
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
        csv_end(c, NULL, NULL);
    }
}

/* A cell whose value does not count is told by its state, and by the value that waits. */
static void csv_cell(ph_agg_csv *c, const ph_figure_member *m)
{
    char number[PH_DECIMAL_TEXT_BYTES], text[PH_DECIMAL_TEXT_BYTES + 16];

    if (m == NULL) {
        ph_agg_csv_empty(c);
    } else if (m->state == PH_CELL_GIVEN) {
        ph_agg_csv_decimal(c, m->value);
    } else if (m->state == PH_CELL_HELD) {
        (void)ph_decimal_print(m->value, number);
        (void)snprintf(text, sizeof text, "%s %s", ph_cell_state_name(m->state), number);
        ph_agg_csv_str(c, text);
    } else {
        ph_agg_csv_str(c, ph_cell_state_name(m->state));
    }
}

static void csv_circumstance(ph_agg_csv *c, const ph_history *h, size_t i, const char *what, const char *before,
                             const char *after, const ph_history_cause *cause)
{
    csv_begin(c, h, &h->vintages[i], what);
    ph_agg_csv_empty(c);
    ph_agg_csv_str(c, before);
    ph_agg_csv_str(c, after);
    csv_end(c, cause, NULL);
}

/* A cause more, or what lies behind no change. Of an extension the new instant is told. */
static void csv_said(ph_agg_csv *c, const ph_history *h, const ph_history_vintage *v, const char *what,
                     const ph_history_cause *cause)
{
    bool is_extension = cause->kind == PH_ENTRY_DECISION && cause->decision == PH_DECISION_EXTEND;
    char due[PH_TIME_TEXT_BYTES] = "";

    if (is_extension)
        (void)ph_time_print_utc(cause->due_us, due);
    csv_begin(c, h, v, what);
    ph_agg_csv_str(c, cause->subject);
    ph_agg_csv_empty(c);
    ph_agg_csv_str(c, due);
    csv_end(c, cause, NULL);
}

static void csv_member(ph_agg_csv *c, ph_history *h, size_t i, const ph_vintage_change *change)
{
    const ph_history_vintage *v = &h->vintages[i];
    ph_history_cause cause;
    size_t at = 0;
    bool has_cause = ph_history_next_cause(h, i, change, &at, &cause);

    csv_begin(c, h, v, "member");
    ph_agg_csv_text(c, change->unit);
    csv_cell(c, change->before);
    csv_cell(c, change->after);
    csv_end(c, has_cause ? &cause : NULL, change);
    while (has_cause && ph_history_next_cause(h, i, change, &at, &cause))
        csv_said(c, h, v, "cause", &cause);
}

static void csv_state(ph_agg_csv *c, ph_history *h, size_t i)
{
    const ph_history_vintage *v = &h->vintages[i];
    ph_history_cause cause;
    size_t at = 0;
    bool has_cause = ph_history_next_of_period(h, i, &at, &cause);

    csv_circumstance(c, h, i, "state", ph_period_state_name(v[-1].issue.state), ph_period_state_name(v->issue.state),
                     has_cause ? &cause : NULL);
    while (has_cause && ph_history_next_of_period(h, i, &at, &cause))
        csv_said(c, h, v, "cause", &cause);
}

static void csv_vintage(ph_agg_csv *c, ph_history *h, size_t i)
{
    static ph_vintage_diff d; /* one thread */
    const ph_history_vintage *v = &h->vintages[i];
    char before[PH_DIGEST_TEXT_BYTES], after[PH_DIGEST_TEXT_BYTES];
    ph_history_cause cause;
    size_t at = 0;

    ph_history_compare(h, i, &d);
    csv_values(c, h, i);
    for (size_t k = 0; k < d.n_changes; k++)
        csv_member(c, h, i, &d.changes[k]);
    if (d.state_changed)
        csv_state(c, h, i);
    if (d.registry_changed) {
        ph_hex_print(v[-1].issue.registry.bytes, PH_DIGEST_BYTES, before);
        ph_hex_print(v->issue.registry.bytes, PH_DIGEST_BYTES, after);
        csv_circumstance(c, h, i, "registry", before, after, NULL);
    }
    while (ph_history_next_said(h, i, &d, &at, &cause))
        csv_said(c, h, v, "said", &cause);
}

void ph_history_print_csv(ph_history *h, ph_agg_csv *c)
{
    ph_history_cause cause;
    size_t at = 0;

    for (size_t i = 0; i < h->n; i++)
        csv_vintage(c, h, i);
    while (ph_history_next_said(h, h->n, NULL, &at, &cause))
        csv_said(c, h, &h->vintages[h->n - 1], "said_since", &cause);
}
