/* cmd_said - what was explained and decided of one sheet, read out of the log.   Layer: aggregator (app) */
#include "ph_agg_said.h"

#include <stdlib.h>
#include <string.h>

#include "ph_verdict.h"

typedef struct listing {
    const ph_sheet_key *key;
    ph_said_list *list;
    ph_rc rc;
} listing;

static bool is_of_sheet(const listing *l, ph_span cluster, ph_span form, ph_period period)
{
    return ph_span_eq(cluster, l->key->cluster) && ph_span_eq(form, l->key->form) &&
           ph_period_eq(period, l->key->period);
}

static bool grow(listing *l)
{
    ph_said_list *list = l->list;
    size_t capacity = list->capacity == 0 ? 16 : 2 * list->capacity;
    ph_said *more;

    if (list->n < list->capacity)
        return true;
    more = realloc(list->all, capacity * sizeof *more);
    if (more == NULL) {
        l->rc = PH_NOMEM;
        return false;
    }
    list->all = more;
    list->capacity = capacity;
    return true;
}

/* One more, with what every entry has. NULL: no memory. */
static ph_said *add(listing *l, const ph_entry *e)
{
    ph_said *s;

    if (!grow(l))
        return NULL;
    s = &l->list->all[l->list->n++];
    *s = (ph_said){.seq = e->seq, .kind = e->kind, .received_at_us = e->received_at_us};
    (void)ph_span_copy(e->unit, s->unit, sizeof s->unit);
    return s;
}

static void take_decision(listing *l, const ph_entry *e)
{
    ph_decision d;
    ph_rc rc = ph_decision_read(e->bytes, &d, NULL, NULL);
    ph_said *s = rc == PH_OK && is_of_sheet(l, d.cluster, d.form, d.period) ? add(l, e) : NULL;

    if (rc != PH_OK)
        l->rc = PH_CORRUPT;
    if (s == NULL)
        return;
    s->decision = d.kind;
    s->due_us = d.due_us;
    (void)ph_span_copy(d.subject, s->subject, sizeof s->subject);
    (void)ph_span_copy(d.indicator, s->indicator, sizeof s->indicator);
    (void)ph_span_copy(d.reason, s->text, sizeof s->text);
}

static void take_explanation(listing *l, const ph_entry *e)
{
    ph_explanation x;
    ph_rc rc = ph_explanation_read(e->bytes, &x, NULL, NULL);
    ph_said *s = rc == PH_OK && is_of_sheet(l, x.cluster, x.form, x.period) ? add(l, e) : NULL;

    if (rc != PH_OK)
        l->rc = PH_CORRUPT;
    if (s == NULL)
        return;
    (void)ph_span_copy(x.unit, s->subject, sizeof s->subject);
    (void)ph_span_copy(x.indicator, s->indicator, sizeof s->indicator);
    (void)ph_span_copy(x.text, s->text, sizeof s->text);
}

static bool was_accepted(listing *l, const ph_stored_verdict *verdict)
{
    ph_judgement j;

    if (ph_judgement_read(verdict->verdict_bytes, &j) == PH_OK)
        return j.verdict == PH_VERDICT_ACCEPTED;
    l->rc = PH_CORRUPT;
    return false;
}

static bool on_entry(void *arg, const ph_entry *e, const ph_stored_verdict *verdict)
{
    listing *l = arg;

    if (e->kind == PH_ENTRY_DECISION && was_accepted(l, verdict))
        take_decision(l, e);
    else if (e->kind == PH_ENTRY_EXPLANATION && was_accepted(l, verdict))
        take_explanation(l, e);
    return l->rc == PH_OK;
}

ph_rc ph_said_load(const ph_agg_reading *r, const ph_sheet_key *key, ph_said_list *ret)
{
    listing l = {.key = key, .list = ret};
    ph_rc rc;

    *ret = (ph_said_list){0};
    rc = r->store->ops->walk_entries(r->store, 1, r->head.last_seq, on_entry, &l);
    return rc == PH_OK ? l.rc : rc;
}

void ph_said_free(ph_said_list *list)
{
    free(list->all);
    *list = (ph_said_list){0};
}

bool ph_said_is_extension(const ph_said *s)
{
    return s->kind == PH_ENTRY_DECISION && s->decision == PH_DECISION_EXTEND;
}

bool ph_said_is_of_period(const ph_said *s)
{
    return s->kind == PH_ENTRY_DECISION && (s->decision == PH_DECISION_FREEZE || s->decision == PH_DECISION_REOPEN);
}

const ph_said *ph_said_extension(const ph_said_list *list, const char *unit, int64_t due_us)
{
    for (size_t i = 0; i < list->n; i++) {
        const ph_said *s = &list->all[i];
        if (ph_said_is_extension(s) && s->due_us == due_us && (s->subject[0] == '\0' || strcmp(s->subject, unit) == 0))
            return s;
    }
    return NULL;
}
