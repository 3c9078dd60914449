/* cmd_summary - reads the newest issue of each figure out of the vintages.   Layer: aggregator (app) */
#include "ph_agg_summary.h"

#include <stdlib.h>
#include <string.h>

/* ---- loading ---- */

typedef struct loading {
    ph_summary *s;
    ph_rc rc;
} loading;

static uint16_t order_of(const ph_summary *s, const ph_issue *issue, ph_span indicator)
{
    uint16_t form = ph_registry_find_form(s->registry, issue->form, issue->period);
    uint16_t code = ph_registry_find_indicator(s->registry, indicator);
    if (form == PH_NO_INDEX)
        return PH_NO_INDEX;
    const ph_form *f = ph_registry_form(s->registry, form);
    for (uint16_t i = 0; i < f->n_items; i++)
        if (f->items[i].indicator == code)
            return i;
    return PH_NO_INDEX;
}

/* A newer figure takes the place of the older one of the same indicator. */
static void place(ph_summary *s, const ph_issue *issue, const ph_figure *figure)
{
    size_t i = 0;
    while (i < s->n && !ph_span_eq(s->rows[i].figure->indicator, figure->indicator))
        i++;
    if (i == PH_MAX_OBSERVATIONS)
        return;
    s->rows[i] = (ph_summary_row){.issue = issue, .figure = figure};
    s->n += i == s->n;
}

static void free_issue(ph_summary_issue *i)
{
    free(i->bytes);
    free(i->figures);
    free(i);
}

static ph_rc keep_issue(ph_summary *s, ph_span packed)
{
    ph_summary_issue *kept = calloc(1, sizeof *kept);
    if (kept == NULL)
        return PH_NOMEM;
    kept->next = s->issues;
    s->issues = kept;
    kept->bytes = malloc(packed.len + 1);
    kept->figures = calloc(PH_MAX_OBSERVATIONS, sizeof *kept->figures);
    if (kept->bytes == NULL || kept->figures == NULL)
        return PH_NOMEM;
    memcpy(kept->bytes, packed.ptr, packed.len);
    ph_rc rc = ph_issue_read(ph_span_of(kept->bytes, packed.len), kept->figures, PH_MAX_OBSERVATIONS, &kept->issue);
    if (rc != PH_OK)
        return rc == PH_NOMEM ? rc : PH_CORRUPT;
    if (kept->issue.sealed_at_us > s->when.time_us) { /* seals stand in order of time as well */
        s->issues = kept->next;
        free_issue(kept);
        return PH_NOT_FOUND;
    }
    s->last = &kept->issue;
    for (uint16_t i = 0; i < kept->issue.n_figures; i++)
        place(s, &kept->issue, &kept->issue.figures[i]);
    return PH_OK;
}

/* Issues that no row points into any more go again: a ledger may hold thousands of vintages. */
static void drop_unused(ph_summary *s)
{
    for (ph_summary_issue **at = &s->issues; *at != NULL;) {
        ph_summary_issue *i = *at;
        bool is_used = &i->issue == s->last;
        for (size_t k = 0; k < s->n && !is_used; k++)
            is_used = s->rows[k].issue == &i->issue;
        if (is_used) {
            at = &i->next;
            continue;
        }
        *at = i->next;
        free_issue(i);
    }
}

static bool on_issue(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    loading *l = arg;
    ph_rc rc = PH_NOT_FOUND;
    (void)key;
    if (seal <= l->s->when.seq)
        rc = keep_issue(l->s, packed);
    if (rc == PH_OK)
        drop_unused(l->s);
    l->rc = rc == PH_NOT_FOUND ? PH_OK : rc;
    return rc == PH_OK;
}

static int by_order(const void *a, const void *b)
{
    const ph_summary_row *x = a, *y = b;
    return x->order != y->order ? (x->order > y->order) - (x->order < y->order)
                                : ph_span_cmp(x->figure->indicator, y->figure->indicator);
}

ph_rc ph_summary_load(const ph_agg_reading *r, const ph_sheet_key *key, ph_summary_when when, ph_summary *ret)
{
    *ret = (ph_summary){.when = when};
    loading l = {.s = ret, .rc = PH_OK};
    ph_rc rc = r->registries.get(r->registries.arg, &r->head.registry, &ret->registry);
    if (rc == PH_OK)
        rc = r->store->ops->walk_summaries(r->store, key, on_issue, &l);
    if (rc == PH_OK)
        rc = l.rc;
    if (rc == PH_OK && ret->n == 0)
        rc = PH_NOT_FOUND;
    if (rc == PH_OK && when.is_asked)
        rc = r->registries.get(r->registries.arg, &ret->last->registry, &ret->registry);
    for (size_t i = 0; rc == PH_OK && i < ret->n; i++)
        ret->rows[i].order = order_of(ret, ret->rows[i].issue, ret->rows[i].figure->indicator);
    qsort(ret->rows, ret->n, sizeof ret->rows[0], by_order);
    return rc;
}

void ph_summary_free(ph_summary *s)
{
    while (s->issues != NULL) {
        ph_summary_issue *i = s->issues;
        s->issues = i->next;
        free_issue(i);
    }
    *s = (ph_summary){0};
}

ph_summary_mark ph_summary_mark_of(const ph_summary_row *row)
{
    switch (ph_figure_completeness(row->figure)) {
    case PH_FIGURE_INSUFFICIENT:
        return PH_SUMMARY_INSUFFICIENT;
    case PH_FIGURE_PARTIAL:
        return PH_SUMMARY_PARTIAL;
    case PH_FIGURE_COMPLETE:
        break;
    }
    return ph_figure_is_provisional(row->issue, row->figure) ? PH_SUMMARY_PROVISIONAL : PH_SUMMARY_FINAL;
}
