/* ph_agg_ram_read - what is read from the store in memory.   Layer: aggregator/core (pure) */
#include <stdlib.h>

#include "ph_agg_ram_rows.h"

static const ph_ram_table *table_of(ph_agg_store *st, ph_ram_which which)
{
    return &ph_ram_of(st)->rows.tables[which];
}

static ph_sheet_key key_at(ph_agg_store *st, uint32_t sheet)
{
    return ph_ram_key_of(&((ph_ram_sheet *)table_of(st, PH_RAM_SHEETS)->rows)[sheet]);
}

static ph_stored_verdict verdict_of(const ph_ram_entry *row)
{
    if (row->verdict == NULL)
        return (ph_stored_verdict){0};
    return (ph_stored_verdict){.verdict_bytes = ph_span_of(row->verdict, row->n_verdict),
                               .findings = ph_span_of(row->verdict + row->n_verdict, row->n_findings)};
}

static ph_rc ram_get_head(ph_agg_store *st, ph_ledger_head *ret)
{
    if (!ph_ram_of(st)->has_head)
        return PH_NOT_FOUND;
    *ret = ph_ram_of(st)->head;
    return PH_OK;
}

static ph_rc ram_find_sent(ph_agg_store *st, ph_span unit, const ph_uuid *id, uint64_t *ret_seq, ph_digest *ret_digest)
{
    const ph_ram_entry *row = ph_ram_find_entry(&ph_ram_of(st)->rows, unit, id);

    if (row == NULL)
        return PH_NOT_FOUND;
    *ret_seq = row->entry.seq;
    *ret_digest = row->entry.digest;
    return PH_OK;
}

static ph_rc ram_find_revision(ph_agg_store *st, const ph_sheet_key *key, ph_span unit, uint32_t revision,
                               uint64_t *ret_seq)
{
    const ph_ram_revision *row = ph_ram_find_revision(&ph_ram_of(st)->rows, key, unit, revision);

    if (row == NULL)
        return PH_NOT_FOUND;
    *ret_seq = row->entry;
    return PH_OK;
}

static ph_rc ram_get_entry(ph_agg_store *st, uint64_t seq, ph_entry *ret, ph_stored_verdict *ret_verdict)
{
    const ph_ram_entry *row = ph_ram_entry_at(&ph_ram_of(st)->rows, seq);

    if (row == NULL)
        return PH_NOT_FOUND;
    if (ret != NULL)
        *ret = row->entry;
    if (ret_verdict != NULL)
        *ret_verdict = verdict_of(row);
    return PH_OK;
}

static ph_rc ram_get_sheet(ph_agg_store *st, const ph_sheet_key *key, uint64_t *ret_folded_to_seq, ph_span *ret)
{
    const ph_ram_sheet *row = ph_ram_find_sheet(&ph_ram_of(st)->rows, key);

    if (row == NULL || row->packed == NULL)
        return PH_NOT_FOUND;
    *ret_folded_to_seq = row->folded_to_seq;
    *ret = ph_span_of(row->packed, row->len);
    return PH_OK;
}

static ph_rc ram_get_summary(ph_agg_store *st, const ph_sheet_key *key, uint64_t seal, ph_span *ret)
{
    const ph_ram_summary *row = ph_ram_find_summary(&ph_ram_of(st)->rows, key, seal);

    if (row == NULL)
        return PH_NOT_FOUND;
    *ret = ph_span_of(row->packed, row->len);
    return PH_OK;
}

static ph_rc ram_get_document(ph_agg_store *st, const ph_digest *digest, ph_span *ret)
{
    const ph_ram_document *row = ph_ram_find_document(&ph_ram_of(st)->rows, digest);

    if (row == NULL)
        return PH_NOT_FOUND;
    *ret = ph_span_of(row->bytes, row->len);
    return PH_OK;
}

static ph_rc ram_get_seal_covering(ph_agg_store *st, uint64_t seq, ph_seal_row *ret)
{
    const ph_ram_table *t = table_of(st, PH_RAM_SEALS);
    const ph_seal_row *rows = t->rows;
    size_t low = 0, high = t->n;

    while (low < high) {
        size_t mid = low + (high - low) / 2;
        if (rows[mid].seq < seq)
            low = mid + 1;
        else
            high = mid;
    }
    if (low == t->n)
        return PH_NOT_FOUND;
    *ret = rows[low];
    return PH_OK;
}

static ph_rc ram_get_leaves(ph_agg_store *st, uint64_t first_seq, uint64_t n, ph_digest *ret)
{
    for (uint64_t i = 0; i < n; i++) {
        const ph_ram_entry *row = ph_ram_entry_at(&ph_ram_of(st)->rows, first_seq + i);
        if (row == NULL)
            return PH_NOT_FOUND;
        ret[i] = row->entry.leaf;
    }
    return PH_OK;
}

/* ---- walks ---- */

static ph_rc ram_walk_entries(ph_agg_store *st, uint64_t first, uint64_t last, ph_entry_fn fn, void *arg)
{
    const ph_ram_table *t = table_of(st, PH_RAM_ENTRIES);

    for (size_t i = 0; i < t->n; i++) {
        const ph_ram_entry *row = &((const ph_ram_entry *)t->rows)[i];
        ph_stored_verdict v = verdict_of(row);
        if (row->entry.seq >= first && row->entry.seq <= last && !fn(arg, &row->entry, &v))
            break;
    }
    return PH_OK;
}

typedef struct keyed {
    ph_sheet_key key;
    uint64_t seal; /* summaries */
    size_t row;
} keyed;

static int compare_keys(const ph_sheet_key *a, const ph_sheet_key *b)
{
    char x[PH_PERIOD_TEXT_BYTES], y[PH_PERIOD_TEXT_BYTES];
    int cmp = ph_span_cmp(a->cluster, b->cluster);

    if (cmp == 0)
        cmp = ph_span_cmp(a->form, b->form);
    if (cmp != 0)
        return cmp;
    (void)ph_period_print(a->period, x);
    (void)ph_period_print(b->period, y);
    return strcmp(x, y);
}

static int by_key(const void *a, const void *b)
{
    const keyed *x = a, *y = b;
    int cmp = compare_keys(&x->key, &y->key);

    return cmp != 0 ? cmp : (x->seal > y->seal) - (x->seal < y->seal);
}

static ph_rc ram_walk_sheets(ph_agg_store *st, ph_sheet_fn fn, void *arg)
{
    const ph_ram_table *t = table_of(st, PH_RAM_SHEETS);
    keyed *order = calloc(t->n + 1, sizeof *order);

    if (order == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < t->n; i++)
        order[i] = (keyed){.key = key_at(st, (uint32_t)i), .row = i};
    qsort(order, t->n, sizeof *order, by_key);
    for (size_t i = 0; i < t->n; i++) {
        const ph_ram_sheet *row = &((const ph_ram_sheet *)t->rows)[order[i].row];
        if (row->packed != NULL && !fn(arg, &order[i].key, row->folded_to_seq, ph_span_of(row->packed, row->len)))
            break;
    }
    free(order);
    return PH_OK;
}

static ph_rc ram_walk_summaries(ph_agg_store *st, const ph_sheet_key *only, ph_summary_fn fn, void *arg)
{
    const ph_ram_table *t = table_of(st, PH_RAM_SUMMARIES);
    keyed *order = calloc(t->n + 1, sizeof *order);
    size_t n = 0;

    if (order == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < t->n; i++) {
        const ph_ram_summary *row = &((const ph_ram_summary *)t->rows)[i];
        order[n] = (keyed){.key = key_at(st, row->sheet), .seal = row->seal, .row = i};
        if (only == NULL || compare_keys(only, &order[n].key) == 0)
            n++;
    }
    qsort(order, n, sizeof *order, by_key);
    for (size_t i = 0; i < n; i++) {
        const ph_ram_summary *row = &((const ph_ram_summary *)t->rows)[order[i].row];
        if (!fn(arg, &order[i].key, row->seal, ph_span_of(row->packed, row->len)))
            break;
    }
    free(order);
    return PH_OK;
}

static int by_entry(const void *a, const void *b)
{
    const ph_ram_revision *x = a, *y = b;

    return (x->entry > y->entry) - (x->entry < y->entry);
}

static ph_rc ram_walk_revisions(ph_agg_store *st, const ph_sheet_key *key, ph_revision_fn fn, void *arg)
{
    const ph_ram_table *t = table_of(st, PH_RAM_REVISIONS);
    ph_ram_revision *found = calloc(t->n + 1, sizeof *found);
    size_t n = 0;

    if (found == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < t->n; i++) {
        const ph_ram_revision *row = &((const ph_ram_revision *)t->rows)[i];
        ph_sheet_key own = key_at(st, row->sheet);
        if (compare_keys(key, &own) == 0)
            found[n++] = *row;
    }
    qsort(found, n, sizeof *found, by_entry);
    for (size_t i = 0; i < n && fn(arg, ph_span_str(found[i].unit), found[i].revision, found[i].entry); i++)
        continue;
    free(found);
    return PH_OK;
}

static ph_rc ram_walk_outbox(ph_agg_store *st, uint64_t first_record, ph_outbox_fn fn, void *arg)
{
    const ph_ram_table *t = table_of(st, PH_RAM_OUTBOX);

    for (size_t i = 0; i < t->n; i++) {
        const ph_ram_outbox *o = &((const ph_ram_outbox *)t->rows)[i];
        ph_outbox_row row = {.first_record = o->first_record,
                             .count = o->count,
                             .sheet = key_at(st, o->sheet),
                             .seal = o->seal,
                             .chain = o->chain};
        const ph_ram_summary *s = ph_ram_find_summary(&ph_ram_of(st)->rows, &row.sheet, row.seal);
        ph_span packed = s == NULL ? (ph_span){0} : ph_span_of(s->packed, s->len);
        if (o->first_record >= first_record && !fn(arg, &row, packed))
            break;
    }
    return PH_OK;
}

static ph_rc ram_walk_seals(ph_agg_store *st, ph_seal_fn fn, void *arg)
{
    const ph_ram_table *t = table_of(st, PH_RAM_SEALS);

    for (size_t i = 0; i < t->n; i++)
        if (!fn(arg, &((const ph_seal_row *)t->rows)[i]))
            break;
    return PH_OK;
}

void ph_ram_read_ops(ph_agg_store_ops *ops)
{
    ops->get_head = ram_get_head;
    ops->find_sent = ram_find_sent;
    ops->find_revision = ram_find_revision;
    ops->get_entry = ram_get_entry;
    ops->get_sheet = ram_get_sheet;
    ops->get_summary = ram_get_summary;
    ops->get_document = ram_get_document;
    ops->get_seal_covering = ram_get_seal_covering;
    ops->get_leaves = ram_get_leaves;
    ops->walk_entries = ram_walk_entries;
    ops->walk_sheets = ram_walk_sheets;
    ops->walk_summaries = ram_walk_summaries;
    ops->walk_revisions = ram_walk_revisions;
    ops->walk_outbox = ram_walk_outbox;
    ops->walk_seals = ram_walk_seals;
}
