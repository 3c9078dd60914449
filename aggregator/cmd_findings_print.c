/* cmd_findings_print - what the rules found, for people and as CSV, and counted.   Layer: aggregator (app) */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ph_agg_findings.h"
#include "ph_term.h"
#include "ph_validate.h"

enum { WORDS_BYTES = 1024 };

/* ---- for people ---- */

void ph_agg_found_print(const ph_agg_found *f, ph_buf *dst)
{
    char words[WORDS_BYTES], period[PH_PERIOD_TEXT_BYTES], time[PH_TIME_TEXT_BYTES];
    const ph_report *r = f->report;

    (void)ph_period_print(r->period, period);
    (void)ph_time_print_local(r->time_us, time);
    (void)ph_buf_printf(dst,
                        ph_tr(r->lang, "%.*s, %.*s %s, bản %u, nhận %s: %s, %u phát hiện\n",
                              "%.*s, %.*s %s, revision %u, received %s: %s, findings: %u\n"),
                        (int)r->unit.len, (const char *)r->unit.ptr, (int)r->form.len, (const char *)r->form.ptr,
                        period, r->revision, time, r->verdict, f->judgement->n_findings);
    for (size_t i = 0; i < f->n; i++) {
        (void)ph_finding_say(&f->list[i], r->registry, r->lang, words, sizeof words);
        (void)ph_buf_printf(dst, "  %-6s %.*s  %s\n", ph_action_name(f->list[i].action), (int)f->list[i].rule.len,
                            (const char *)f->list[i].rule.ptr, words);
    }
    if (f->n < f->judgement->n_findings)
        (void)ph_buf_printf(dst, ph_tr(r->lang, "  … %zu trong %u được liệt kê\n", "  … %zu of %u are listed\n"), f->n,
                            f->judgement->n_findings);
}

/* ---- counts ---- */

static struct ph_agg_tally_row *row_of(ph_agg_tally *t, const ph_rule_count *c)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->rows[i].action == c->action && ph_span_is(c->rule, t->rows[i].rule))
            return &t->rows[i];
    if (t->n == PH_AGG_TALLY_RULES || !ph_span_copy(c->rule, t->rows[t->n].rule, sizeof t->rows[t->n].rule))
        return NULL;
    t->rows[t->n].action = c->action;
    return &t->rows[t->n++];
}

void ph_agg_tally_add(ph_agg_tally *t, const ph_judgement *j)
{
    for (size_t i = 0; i < j->n_counts; i++) {
        struct ph_agg_tally_row *row = row_of(t, &j->counts[i]);
        *(row == NULL ? &t->n_others : &row->n) += j->counts[i].n;
    }
}

static int by_weight(const void *a, const void *b)
{
    const struct ph_agg_tally_row *x = a, *y = b;

    return x->action != y->action ? (x->action < y->action) - (x->action > y->action) : strcmp(x->rule, y->rule);
}

static ph_rc print_rows(const ph_agg_tally *t, ph_lang lang, ph_buf *dst)
{
    static const ph_align aligns[] = {PH_ALIGN_LEFT, PH_ALIGN_LEFT, PH_ALIGN_RIGHT};
    ph_table *table = NULL;
    ph_rc rc = ph_table_new(aligns, 3, &table);

    if (rc != PH_OK)
        return rc;
    ph_table_cell(table, ph_tr(lang, "quy tắc", "rule"));
    ph_table_cell(table, ph_tr(lang, "tác động", "action"));
    ph_table_cell(table, ph_tr(lang, "số phát hiện", "findings"));
    ph_table_row(table);
    ph_table_rule(table);
    for (size_t i = 0; i < t->n; i++) {
        ph_table_cell(table, t->rows[i].rule);
        ph_table_cell(table, ph_action_name(t->rows[i].action));
        ph_table_cellf(table, "%" PRIu64, t->rows[i].n);
        ph_table_row(table);
    }
    if (t->n_others > 0) {
        ph_table_cell(table, ph_tr(lang, "các quy tắc khác", "other rules"));
        ph_table_cell(table, "");
        ph_table_cellf(table, "%" PRIu64, t->n_others);
        ph_table_row(table);
    }
    rc = ph_table_print(table, dst);
    ph_table_free(table);
    return rc;
}

void ph_agg_tally_print(ph_agg_tally *t, ph_lang lang, ph_buf *dst)
{
    if (t->n == 0)
        return;
    qsort(t->rows, t->n, sizeof t->rows[0], by_weight);
    (void)ph_buf_put_str(dst, ph_tr(lang, "\nSố phát hiện theo quy tắc, của mọi lần gửi, mọi trang:\n",
                                    "\nFindings by rule, of all submissions, on all pages:\n"));
    ph_rc rc = print_rows(t, lang, dst);
    if (rc != PH_OK)
        dst->rc = rc;
}

/* ---- CSV ---- */

static void csv_lead(ph_agg_csv *c, const ph_report *r, const char *kind, ph_span rule, ph_action action)
{
    char period[PH_PERIOD_TEXT_BYTES], time[PH_TIME_TEXT_BYTES];

    (void)ph_period_print(r->period, period);
    (void)ph_time_print_utc(r->time_us, time);
    ph_agg_csv_str(c, kind);
    ph_agg_csv_str(c, r->id);
    ph_agg_csv_text(c, r->cluster);
    ph_agg_csv_text(c, r->form);
    ph_agg_csv_str(c, period);
    ph_agg_csv_text(c, r->unit);
    ph_agg_csv_int(c, r->revision);
    ph_agg_csv_str(c, time);
    ph_agg_csv_str(c, r->verdict);
    ph_agg_csv_text(c, rule);
    ph_agg_csv_str(c, ph_action_name(action));
}

static void csv_number(ph_agg_csv *c, bool is_there, ph_decimal d)
{
    if (is_there)
        ph_agg_csv_decimal(c, d);
    else
        ph_agg_csv_empty(c);
}

static void csv_finding(ph_agg_csv *c, const ph_report *r, const ph_finding *f)
{
    char words[WORDS_BYTES];

    csv_lead(c, r, "finding", f->rule, f->action);
    csv_number(c, f->row >= 0, (ph_decimal){.mantissa = f->row + 1});
    ph_agg_csv_text(c, f->indicator);
    csv_number(c, f->has_value, f->value);
    csv_number(c, f->has_bound, f->bound);
    ph_agg_csv_value(c, f->detail); /* a number or a code: what the rule found besides */
    ph_agg_csv_int(c, 1);
    (void)ph_finding_say(f, r->registry, r->lang, words, sizeof words);
    ph_agg_csv_str(c, words);
    ph_agg_csv_end_line(c);
}

void ph_agg_found_print_csv(const ph_agg_found *f, ph_agg_csv *c)
{
    for (size_t i = 0; i < f->n; i++)
        csv_finding(c, f->report, &f->list[i]);
    for (size_t i = 0; i < f->judgement->n_counts; i++) {
        const ph_rule_count *count = &f->judgement->counts[i];
        csv_lead(c, f->report, "count", count->rule, count->action);
        for (int k = 0; k < 5; k++)
            ph_agg_csv_empty(c);
        ph_agg_csv_int(c, count->n);
        ph_agg_csv_empty(c);
        ph_agg_csv_end_line(c);
    }
}
