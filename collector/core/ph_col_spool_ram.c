/* ph_col_spool_ram - the spool in memory: for tests, and the model of what the port means.   Layer: collector/core
 * (pure) */
#include "ph_col_spool_ram_parts.h"

#include <stdlib.h>
#include <string.h>

bool ph_col_key_eq(const ph_col_key *a, const ph_col_key *b)
{
    return strcmp(a->cluster, b->cluster) == 0 && strcmp(a->form, b->form) == 0 && ph_period_eq(a->period, b->period);
}

bool ph_col_item_replaces(const ph_col_item *newer, const ph_col_item *older)
{
    bool of_value = newer->indicator[0] != '\0';
    return newer->kind == older->kind && ph_col_key_eq(&newer->key, &older->key) &&
           strcmp(newer->subject, older->subject) == 0 && strcmp(newer->indicator, older->indicator) == 0 &&
           (newer->kind != PH_ENTRY_DECISION || of_value || newer->decision == older->decision);
}

static ph_col_ram_item *by_id(ph_col_ram *s, const ph_uuid *id)
{
    for (size_t i = 0; i < s->n; i++)
        if (ph_uuid_eq(&s->items[i].meta.id, id))
            return &s->items[i];
    return NULL;
}

static bool is_waiting(const ph_col_item *m)
{
    return m->state == PH_COL_QUEUED || m->state == PH_COL_SENT;
}

static void say(ph_col_item *m, ph_span reason)
{
    ph_span cut = reason.len < sizeof m->reason ? reason : ph_span_of(reason.ptr, sizeof m->reason - 1);
    (void)ph_span_copy(cut, m->reason, sizeof m->reason);
}

static const ph_col_ram_item *newest_of(const ph_col_ram *s, const ph_col_key *key)
{
    for (size_t i = s->n; i > 0; i--)
        if (s->items[i - 1].meta.kind == PH_ENTRY_SUBMISSION && ph_col_key_eq(&s->items[i - 1].meta.key, key) &&
            s->items[i - 1].meta.state != PH_COL_QUARANTINED)
            return &s->items[i - 1];
    return NULL;
}

static ph_rc ram_put(ph_col_spool *sp, const ph_col_item *item, ph_span envelope, uint64_t newest,
                     ph_col_state newest_state, uint64_t *ret_number)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    const ph_col_ram_item *last = newest_of(s, &item->key);
    if (by_id(s, &item->id) != NULL)
        return PH_EXISTS;
    if (item->kind == PH_ENTRY_SUBMISSION &&
        ((last == NULL ? 0 : last->meta.number) != newest || (last != NULL && last->meta.state != newest_state)))
        return PH_CONFLICT;
    if (s->n == s->max)
        return PH_NO_SPACE;
    ph_col_ram_item *grown = realloc(s->items, (s->n + 1) * sizeof *grown);
    if (grown == NULL)
        return PH_NOMEM;
    s->items = grown;
    ph_col_ram_item *i = &s->items[s->n];
    *i = (ph_col_ram_item){.meta = *item};
    ph_buf_init(&i->envelope, PH_COL_MAX_ENVELOPE_BYTES);
    ph_buf_init(&i->receipt, PH_MAX_REPLY_BYTES);
    ph_rc rc = ph_buf_put_span(&i->envelope, envelope);
    if (rc != PH_OK) {
        ph_buf_done(&i->envelope);
        return rc;
    }
    for (size_t k = 0; k < s->n; k++)
        if (ph_col_item_replaces(item, &s->items[k].meta) &&
            (s->items[k].meta.state == PH_COL_QUEUED || s->items[k].meta.state == PH_COL_PARKED))
            s->items[k].meta.state = PH_COL_SUPERSEDED;
    i->meta.number = *ret_number = ++s->n;
    i->meta.state = PH_COL_QUEUED;
    s->changes++;
    return PH_OK;
}

static ph_rc ram_pending(ph_col_spool *sp, ph_col_item *ret, size_t max, size_t *ret_n)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    size_t n = 0;
    for (size_t i = 0; i < s->n && n < max; i++) {
        const ph_col_item *m = &s->items[i].meta;
        bool first = is_waiting(m);
        for (size_t k = 0; k < n && first; k++)
            first = !ph_col_key_eq(&ret[k].key, &m->key);
        if (first)
            ret[n++] = *m;
    }
    *ret_n = n;
    return PH_OK;
}

static ph_rc ram_load(ph_col_spool *sp, const ph_uuid *id, ph_buf *dst)
{
    const ph_col_ram_item *i = by_id(ph_col_ram_self(sp), id);
    return i == NULL ? PH_NOT_FOUND : ph_buf_put_span(dst, ph_buf_span(&i->envelope));
}

static ph_rc ram_find(ph_col_spool *sp, const ph_uuid *id, ph_col_item *ret)
{
    const ph_col_ram_item *i = by_id(ph_col_ram_self(sp), id);
    if (i == NULL)
        return PH_NOT_FOUND;
    *ret = i->meta;
    return PH_OK;
}

static ph_rc ram_mark_sent(ph_col_spool *sp, const ph_uuid *id, int64_t now_us)
{
    ph_col_ram_item *i = by_id(ph_col_ram_self(sp), id);
    if (i == NULL || !is_waiting(&i->meta))
        return i == NULL ? PH_NOT_FOUND : PH_CONFLICT;
    i->meta.state = PH_COL_SENT;
    if (i->meta.sent_at_us == 0)
        i->meta.sent_at_us = now_us;
    ph_col_ram_self(sp)->changes++;
    return PH_OK;
}

static ph_rc ram_park(ph_col_spool *sp, const ph_uuid *id, ph_verdict verdict, ph_span reason)
{
    ph_col_ram_item *i = by_id(ph_col_ram_self(sp), id);
    if (i == NULL || !is_waiting(&i->meta))
        return i == NULL ? PH_NOT_FOUND : PH_CONFLICT;
    i->meta.state = PH_COL_PARKED;
    i->meta.verdict = verdict;
    say(&i->meta, reason);
    ph_col_ram_self(sp)->changes++;
    return PH_OK;
}

static ph_rc ram_unpark(ph_col_spool *sp, ph_verdict verdict, uint64_t *ret_n)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    *ret_n = 0;
    for (size_t i = 0; i < s->n; i++) {
        ph_col_item *m = &s->items[i].meta;
        if (m->state != PH_COL_PARKED || (verdict != 0 && m->verdict != verdict))
            continue;
        m->state = m->sent_at_us != 0 ? PH_COL_SENT : PH_COL_QUEUED;
        m->verdict = (ph_verdict)0;
        m->reason[0] = '\0';
        ++*ret_n;
    }
    s->changes += *ret_n > 0;
    return PH_OK;
}

static ph_rc ram_quarantine(ph_col_spool *sp, const ph_uuid *id, ph_span reason)
{
    ph_col_ram_item *i = by_id(ph_col_ram_self(sp), id);
    if (i == NULL)
        return PH_NOT_FOUND;
    i->meta.state = PH_COL_QUARANTINED;
    say(&i->meta, reason);
    ph_col_ram_self(sp)->changes++;
    return PH_OK;
}

static ph_rc ram_release(ph_col_spool *sp, const ph_uuid *id, const ph_col_release *r)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    ph_col_ram_item *i = by_id(s, id);
    if (i == NULL || i->meta.state == PH_COL_QUARANTINED)
        return i == NULL ? PH_NOT_FOUND : PH_CONFLICT;
    ph_buf_clear(&i->receipt);
    ph_rc rc = ph_buf_put_span(&i->receipt, r->frame);
    if (rc == PH_OK && r->checkpoint.len > 0 && r->checkpoint_size > s->checkpoint_size) {
        rc = ph_col_ram_put_meta(sp, PH_COL_META_CHECKPOINT, r->checkpoint);
        s->checkpoint_size = r->checkpoint_size;
    }
    if (rc != PH_OK)
        return rc;
    i->meta.state = PH_COL_JUDGED;
    i->meta.verdict = r->verdict;
    i->meta.seq = r->seq;
    i->meta.judged_at_us = r->received_at_us;
    i->meta.epoch = r->epoch;
    i->meta.reason[0] = '\0';
    s->changes++;
    return PH_OK;
}

static ph_rc ram_receipt(ph_col_spool *sp, const ph_uuid *id, ph_buf *dst)
{
    const ph_col_ram_item *i = by_id(ph_col_ram_self(sp), id);
    return i == NULL || i->receipt.len == 0 ? PH_NOT_FOUND : ph_buf_put_span(dst, ph_buf_span(&i->receipt));
}

static ph_rc ram_adopt_epoch(ph_col_spool *sp, const ph_uuid *epoch, uint64_t *ret_n)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    *ret_n = 0;
    for (size_t i = 0; i < s->n; i++)
        if (s->items[i].meta.state == PH_COL_JUDGED && !ph_uuid_eq(&s->items[i].meta.epoch, epoch)) {
            s->items[i].meta.state = PH_COL_SENT;
            ++*ret_n;
        }
    s->checkpoint_size = 0;
    s->changes++;
    ph_rc rc = ph_col_ram_put_meta(sp, PH_COL_META_CHECKPOINT, ph_span_str(""));
    return rc == PH_OK ? ph_col_ram_put_meta(sp, PH_COL_META_EPOCH, ph_span_of(epoch->bytes, sizeof epoch->bytes)) : rc;
}

static ph_rc ram_newest(ph_col_spool *sp, const ph_col_key *key, ph_col_item *ret)
{
    const ph_col_ram_item *i = newest_of(ph_col_ram_self(sp), key);
    if (i == NULL)
        return PH_NOT_FOUND;
    *ret = i->meta;
    return PH_OK;
}

static ph_rc ram_last_accepted(ph_col_spool *sp, const ph_col_key *key, ph_col_item *ret)
{
    const ph_col_ram *s = ph_col_ram_self(sp);
    const ph_col_item *best = NULL;
    for (size_t i = 0; i < s->n; i++) {
        const ph_col_item *m = &s->items[i].meta;
        if (m->kind == PH_ENTRY_SUBMISSION && ph_col_key_eq(&m->key, key) &&
            (m->state == PH_COL_JUDGED || m->state == PH_COL_SENT) &&
            (m->verdict == PH_VERDICT_ACCEPTED || m->verdict == PH_VERDICT_HELD) &&
            (best == NULL || m->revision > best->revision))
            best = m;
    }
    if (best == NULL)
        return PH_NOT_FOUND;
    *ret = *best;
    return PH_OK;
}

static ph_rc ram_highest(ph_col_spool *sp, const ph_col_key *key, uint32_t *ret)
{
    const ph_col_ram *s = ph_col_ram_self(sp);
    *ret = 0;
    for (size_t i = 0; i < s->n; i++)
        if (ph_col_key_eq(&s->items[i].meta.key, key) && s->items[i].meta.revision > *ret)
            *ret = s->items[i].meta.revision;
    return PH_OK;
}

static ph_rc ram_list(ph_col_spool *sp, size_t max, ph_col_item_fn fn, void *arg)
{
    const ph_col_ram *s = ph_col_ram_self(sp);
    ph_rc rc = PH_OK;
    for (size_t i = s->n; i > 0 && rc == PH_OK && (max == 0 || s->n - i < max); i--)
        rc = fn(arg, &s->items[i - 1].meta);
    return rc;
}

static ph_rc ram_change(ph_col_spool *sp, int64_t *ret)
{
    *ret = ph_col_ram_self(sp)->changes;
    return PH_OK;
}

static void ram_close(ph_col_spool *sp)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    for (size_t i = 0; i < s->n; i++) {
        ph_buf_done(&s->items[i].envelope);
        ph_buf_done(&s->items[i].receipt);
    }
    for (size_t i = 0; i < s->n_meta; i++)
        ph_buf_done(&s->meta[i].value);
    ph_buf_done(&s->cases);
    free(s->items);
    free(s);
}

static const ph_col_spool_ops ram_ops = {
    .put = ram_put,
    .pending = ram_pending,
    .load = ram_load,
    .find = ram_find,
    .mark_sent = ram_mark_sent,
    .park = ram_park,
    .unpark = ram_unpark,
    .quarantine = ram_quarantine,
    .release = ram_release,
    .receipt = ram_receipt,
    .adopt_epoch = ram_adopt_epoch,
    .newest = ram_newest,
    .last_accepted = ram_last_accepted,
    .highest = ram_highest,
    .list = ram_list,
    .put_standing = ph_col_ram_put_standing,
    .standing = ph_col_ram_standing,
    .list_standings = ph_col_ram_list_standings,
    .put_cases = ph_col_ram_put_cases,
    .cases = ph_col_ram_cases,
    .put_meta = ph_col_ram_put_meta,
    .meta = ph_col_ram_get_meta,
    .change = ram_change,
    .close = ram_close,
};

ph_rc ph_col_spool_ram_open(size_t max_items, ph_col_spool **ret)
{
    ph_col_ram *s = calloc(1, sizeof *s);
    if (s == NULL)
        return PH_NOMEM;
    s->base.ops = &ram_ops;
    ph_buf_init(&s->cases, PH_COL_MAX_CASES_BYTES);
    s->max = max_items;
    *ret = &s->base;
    return PH_OK;
}
