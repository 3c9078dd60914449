/* ph_agg_fold_seal - what a figure seal does: the calendar moves on, figures are made, sheets written back.   Layer:
 * aggregator/core (pure) */
#include <stdlib.h>

#include "ph_agg_fold_parts.h"

/* What a figure seal must look at: a sheet that changed, or a duty whose state the calendar moved. */
typedef struct target {
    char cluster[PH_ID_BUFFER_BYTES], form[PH_ID_BUFFER_BYTES], period_text[PH_PERIOD_TEXT_BYTES];
    ph_period period;
} target;

static void set_target(target *t, const ph_sheet_key *key)
{
    (void)ph_span_copy(key->cluster, t->cluster, sizeof t->cluster);
    (void)ph_span_copy(key->form, t->form, sizeof t->form);
    (void)ph_period_print(key->period, t->period_text);
    t->period = key->period;
}

static int by_name(const void *a, const void *b)
{
    const target *x = a, *y = b;
    int cmp = strcmp(x->cluster, y->cluster);

    if (cmp == 0)
        cmp = strcmp(x->form, y->form);
    return cmp != 0 ? cmp : strcmp(x->period_text, y->period_text);
}

static bool is_between(int64_t t, int64_t after, int64_t upto)
{
    return t > after && t <= upto;
}

static bool moves(const ph_fold *f, const ph_calendar_item *duty, int64_t through_us)
{
    return !ph_cache_is_settled(&f->cache) || is_between(duty->opens_us, f->through_us, through_us) ||
           is_between(duty->due_us, f->through_us, through_us) ||
           is_between(duty->closes_us, f->through_us, through_us);
}

/* All targets in order of their names, so that record numbers do not depend on what the cache happens to hold. */
static ph_rc gather(ph_fold *f, int64_t through_us, target **ret, size_t *ret_n)
{
    size_t n_duties = ph_registry_n_calendar(f->reg), n = 0, kept = 0;
    target *all = calloc(n_duties + f->cache.n + 1, sizeof *all);

    if (all == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < f->cache.n; i++)
        if (f->cache.slots[i].is_dirty) {
            ph_sheet_key key = ph_sheet_key_of(f->cache.slots[i].sheet);
            set_target(&all[n++], &key);
        }
    for (size_t i = 0; i < n_duties; i++)
        if (moves(f, ph_registry_calendar(f->reg, i), through_us)) {
            ph_sheet_key key = ph_duty_key(f->reg, ph_registry_calendar(f->reg, i));
            set_target(&all[n++], &key);
        }
    qsort(all, n, sizeof *all, by_name);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || by_name(&all[i - 1], &all[i]) != 0)
            all[kept++] = all[i];
    *ret = all;
    *ret_n = kept;
    return PH_OK;
}

/* The calendar moves a sheet on; only a decision freezes one, or opens it again, and then until it is frozen anew. */
static void move_state(ph_sheet *s, const ph_calendar_item *duty, int64_t through_us)
{
    ph_period_state state = duty == NULL ? s->state : ph_calendar_state(duty, through_us);

    if (s->state == PH_PERIOD_FROZEN || s->state == PH_PERIOD_REOPENED || s->state == state)
        return;
    s->state = state;
    ph_sheet_touch(s);
}

static ph_rc seal_sheet(ph_fold *f, const target *t, int64_t through_us, ph_ledger_head *head)
{
    ph_sheet_key key = {.cluster = ph_span_str(t->cluster), .form = ph_span_str(t->form), .period = t->period};
    const ph_calendar_item *duty = ph_duty_of(f->reg, &key);
    ph_cached_sheet *cs = NULL;
    ph_rc rc = ph_cache_find(&f->cache, &key, &cs);

    if (rc == PH_NOT_FOUND) {
        if (duty == NULL || ph_calendar_state(duty, through_us) == PH_PERIOD_PLANNED)
            return PH_OK;
        rc = ph_cache_open(&f->cache, duty, &cs);
    }
    if (rc != PH_OK)
        return rc;
    move_state(cs->sheet, cs->duty, through_us);
    if (cs->plan != NULL)
        ph_sheet_mark_outliers(cs->sheet, cs->plan);
    rc = ph_issue_sheet(&f->issuer, cs->sheet, head);
    ph_cache_mark_clean(&f->cache, cs);
    return rc;
}

ph_rc ph_fold_figures(ph_fold *f, const ph_entry *figure_seal, ph_ledger_head *head)
{
    target *targets = NULL;
    size_t n = 0;
    int64_t through_us;
    uint32_t version;
    ph_rc rc = ph_figure_seal_read(figure_seal->bytes, &f->issuer.sealed_at_us, &through_us, &version);

    f->issuer.seal = figure_seal->seq;
    f->issuer.reg = f->reg;
    if (rc == PH_OK && through_us < f->through_us)
        rc = PH_MALFORMED;
    if (rc == PH_OK)
        rc = gather(f, through_us, &targets, &n);
    for (size_t i = 0; rc == PH_OK && i < n; i++)
        rc = seal_sheet(f, &targets[i], through_us, head);
    free(targets);
    if (rc != PH_OK)
        return rc;
    ph_cache_settle(&f->cache);
    f->wants_seal = false;
    f->through_us = head->through_us = through_us;
    head->last_figure_seal = figure_seal->seq;
    return PH_OK;
}
