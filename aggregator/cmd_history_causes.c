/* cmd_history_causes - what lies behind a change: revisions, and what was said of them.   Layer: aggregator (app) */
#include <string.h>

#include "ph_agg_history.h"

/* ---- revisions ---- */

static void describe(const ph_entry *e, ph_history_cause *ret)
{
    static ph_observation store[PH_MAX_OBSERVATIONS]; /* one thread */
    ph_submission sub;

    *ret = (ph_history_cause){.seq = e->seq, .kind = e->kind, .received_at_us = e->received_at_us};
    (void)ph_span_copy(e->unit, ret->unit, sizeof ret->unit);
    if (e->kind != PH_ENTRY_SUBMISSION || ph_submission_read(e->bytes, store, &sub, NULL, NULL) != PH_OK)
        return;
    ret->revision = sub.revision;
    ret->revision_kind = sub.kind;
    (void)ph_span_copy(sub.reason, ret->reason, sizeof ret->reason);
}

static bool describe_entry(ph_history *h, uint64_t seq, ph_history_cause *ret)
{
    ph_agg_store *st = h->reading->store;
    ph_entry e;
    ph_rc rc = st->ops->get_entry(st, seq, &e, NULL);

    if (rc == PH_OK)
        describe(&e, ret);
    else if (h->rc == PH_OK)
        h->rc = rc;
    return rc == PH_OK;
}

/* ---- what was said ---- */

static uint64_t begin_of(const ph_history *h, size_t i)
{
    return i == 0 ? 0 : h->vintages[i - 1].issue.seal;
}

static bool is_in(const ph_history *h, size_t i, const ph_said *s)
{
    return s->seq > begin_of(h, i) && (i == h->n || s->seq < h->vintages[i].issue.seal);
}

static void quote(const ph_said *s, ph_history_cause *ret)
{
    *ret = (ph_history_cause){.seq = s->seq,
                              .kind = s->kind,
                              .received_at_us = s->received_at_us,
                              .decision = s->decision,
                              .is_own_unit = s->kind == PH_ENTRY_DECISION && s->indicator[0] != '\0' &&
                                             strcmp(s->subject, s->unit) == 0,
                              .due_us = s->due_us};
    memcpy(ret->unit, s->unit, sizeof ret->unit);
    memcpy(ret->subject, s->subject, sizeof ret->subject);
    memcpy(ret->reason, s->text, sizeof ret->reason);
}

static bool is_of_figure(const ph_history *h, const ph_said *s)
{
    return s->indicator[0] == '\0' || strcmp(s->indicator, h->indicator->code) == 0;
}

static bool lost_its_mark(const ph_vintage_change *c)
{
    return c->before != NULL && c->after != NULL && c->after->state != PH_CELL_MISSING &&
           (c->before->marks & ~c->after->marks & PH_MARK_LATE) != 0;
}

/* The extension of vintage i that took the mark from that cell: the first under which its entry was in time. */
static const ph_said *excuse_of(ph_history *h, size_t i, const ph_vintage_change *c)
{
    ph_agg_store *st = h->reading->store;
    ph_entry e;
    ph_rc rc = st->ops->get_entry(st, c->after->entry, &e, NULL);

    if (rc != PH_OK) {
        h->rc = h->rc == PH_OK ? rc : h->rc;
        return NULL;
    }
    for (size_t k = 0; k < h->said.n; k++) {
        const ph_said *s = &h->said.all[k];
        if (is_in(h, i, s) && ph_said_is_extension(s) && s->due_us >= e.received_at_us &&
            (s->subject[0] == '\0' || ph_span_is(c->unit, s->subject)))
            return s;
    }
    return NULL;
}

/* Does it lie behind that change of vintage i? What was said before the value came was said of another. */
static bool is_behind(ph_history *h, size_t i, const ph_said *s, const ph_vintage_change *c)
{
    if (!is_in(h, i, s))
        return false;
    if (ph_said_is_extension(s))
        return lost_its_mark(c) && excuse_of(h, i, c) == s;
    return strcmp(s->indicator, h->indicator->code) == 0 && ph_span_is(c->unit, s->subject) &&
           (!c->has_new_entry || s->seq > c->after->entry);
}

static bool has_said(ph_history *h, size_t i, const ph_vintage_change *c)
{
    for (size_t k = 0; k < h->said.n; k++)
        if (is_behind(h, i, &h->said.all[k], c))
            return true;
    return false;
}

/* ---- walks ---- */

/* The last revision of a unit since a vintage that was accepted or held. */
typedef struct finding {
    ph_agg_store *st;
    ph_span unit;
    uint64_t first, end, seq;
    ph_rc rc;
} finding;

static bool on_revision(void *arg, ph_span unit, uint32_t revision, uint64_t seq)
{
    finding *f = arg;
    ph_stored_verdict stored;
    ph_judgement j;

    (void)revision;
    if (seq <= f->first || seq >= f->end || !ph_span_eq(unit, f->unit))
        return true;
    f->rc = f->st->ops->get_entry(f->st, seq, NULL, &stored);
    if (f->rc == PH_OK && ph_judgement_read(stored.verdict_bytes, &j) != PH_OK)
        f->rc = PH_CORRUPT;
    if (f->rc == PH_OK && j.verdict != PH_VERDICT_REJECTED)
        f->seq = seq;
    return f->rc == PH_OK;
}

/* No value any more; or the same from the same entry, but a rule of its own unit's form says another thing of it since
 * another cell of the form was corrected. Others' figures and the registry put marks, too. */
static bool is_judged_anew(ph_history *h, size_t i, const ph_vintage_change *c)
{
    const unsigned others = PH_MARK_OUTLIER | PH_MARK_BREAK;

    return i > 0 && c->before != NULL && c->after != NULL &&
           (c->after->state == PH_CELL_MISSING || !has_said(h, i, c)) &&
           (c->before->state != c->after->state || ((c->before->marks ^ c->after->marks) & ~others) != 0);
}

static uint64_t revision_behind(ph_history *h, size_t i, const ph_vintage_change *c)
{
    const ph_issue *issue = &h->vintages[i].issue;
    const ph_sheet_key key = {.cluster = issue->cluster, .form = issue->form, .period = issue->period};
    finding f = {.st = h->reading->store, .unit = c->unit, .first = begin_of(h, i), .end = issue->seal, .rc = PH_OK};
    ph_rc rc;

    if (c->has_new_entry)
        return c->after->entry;
    if (!is_judged_anew(h, i, c))
        return 0;
    rc = f.st->ops->walk_revisions(f.st, &key, on_revision, &f);
    rc = rc == PH_OK ? f.rc : rc;
    h->rc = h->rc == PH_OK ? rc : h->rc;
    return f.seq;
}

bool ph_history_next_cause(ph_history *h, size_t i, const ph_vintage_change *change, size_t *at, ph_history_cause *ret)
{
    if (*at == 0) {
        uint64_t seq = revision_behind(h, i, change);
        *at = 1;
        if (seq != 0 && describe_entry(h, seq, ret))
            return true;
    }
    while (*at <= h->said.n) {
        const ph_said *s = &h->said.all[(*at)++ - 1];
        if (is_behind(h, i, s, change)) {
            quote(s, ret);
            return true;
        }
    }
    return false;
}

bool ph_history_next_of_period(ph_history *h, size_t i, size_t *at, ph_history_cause *ret)
{
    while (*at < h->said.n) {
        const ph_said *s = &h->said.all[(*at)++];
        if (is_in(h, i, s) && ph_said_is_of_period(s)) {
            quote(s, ret);
            return true;
        }
    }
    return false;
}

static bool is_told(ph_history *h, size_t i, const ph_said *s, const ph_vintage_diff *d)
{
    if (d == NULL)
        return false;
    if (ph_said_is_of_period(s))
        return d->state_changed;
    for (size_t k = 0; k < d->n_changes; k++)
        if (is_behind(h, i, s, &d->changes[k]))
            return true;
    return false;
}

bool ph_history_next_said(ph_history *h, size_t i, const ph_vintage_diff *d, size_t *at, ph_history_cause *ret)
{
    while (*at < h->said.n) {
        const ph_said *s = &h->said.all[(*at)++];
        if (is_in(h, i, s) && is_of_figure(h, s) && !is_told(h, i, s, d)) {
            quote(s, ret);
            return true;
        }
    }
    return false;
}
