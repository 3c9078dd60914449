/* ph_agg_sqlite_write - rows into the ledger.   Layer: aggregator/io (SQLite) */
#include <sqlite3.h>

#include "ph_agg_sqlite_parts.h"

/* ---- packed frontiers ---- */

size_t ph_frontier_pack(const ph_frontier *f, uint8_t *dst)
{
    for (unsigned i = 0; i < 8; i++)
        dst[i] = (uint8_t)(f->size >> (56 - 8 * i));
    memcpy(dst + 8, f->peaks, (size_t)f->n * PH_DIGEST_BYTES);
    return 8 + (size_t)f->n * PH_DIGEST_BYTES;
}

ph_rc ph_frontier_unpack(ph_span bytes, ph_frontier *ret)
{
    size_t n = bytes.len < 8 ? 0 : (bytes.len - 8) / PH_DIGEST_BYTES;
    uint64_t size = 0;

    if (bytes.len < 8 || (bytes.len - 8) % PH_DIGEST_BYTES != 0 || n > PH_MERKLE_MAX_LEVELS)
        return PH_CORRUPT;
    for (unsigned i = 0; i < 8; i++)
        size = size << 8 | bytes.ptr[i];
    if ((size_t)__builtin_popcountll(size) != n)
        return PH_CORRUPT;
    *ret = (ph_frontier){.size = size, .n = (uint8_t)n};
    memcpy(ret->peaks, bytes.ptr + 8, n * PH_DIGEST_BYTES);
    return PH_OK;
}

/* ---- numbers of sheets ---- */

static size_t place_of(const ph_sheet_key *k)
{
    uint64_t h = (uint64_t)k->period.year << 16 | (uint64_t)k->period.freq << 8 | k->period.index;

    for (size_t i = 0; i < k->cluster.len; i++)
        h = (h ^ k->cluster.ptr[i]) * UINT64_C(0x100000001B3);
    for (size_t i = 0; i < k->form.len; i++)
        h = (h ^ k->form.ptr[i]) * UINT64_C(0x100000001B3);
    return (size_t)((h ^ h >> 29) % PH_LEDGER_NUMBERS);
}

static void remember(ph_ledger *l, const ph_sheet_key *key, int64_t sheet)
{
    ph_ledger_number *n = &l->numbers[place_of(key)];

    n->sheet = 0;
    if (!ph_span_copy(key->cluster, n->cluster, sizeof n->cluster) || !ph_span_copy(key->form, n->form, sizeof n->form))
        return;
    n->period = key->period;
    n->sheet = sheet;
}

void ph_ledger_forget_numbers(ph_ledger *l)
{
    for (size_t i = 0; i < PH_LEDGER_NUMBERS; i++)
        l->numbers[i].sheet = 0;
}

static void bind_key(ph_stmt *s, const ph_sheet_key *key, char period[PH_PERIOD_TEXT_BYTES])
{
    (void)ph_period_print(key->period, period);
    ph_stmt_text_span(s, 1, key->cluster);
    ph_stmt_text_span(s, 2, key->form);
    ph_stmt_text(s, 3, period);
}

ph_rc ph_ledger_find_number(ph_ledger *l, const ph_sheet_key *key, int64_t *ret)
{
    const ph_ledger_number *known = &l->numbers[place_of(key)];
    char period[PH_PERIOD_TEXT_BYTES];
    bool row = false;
    ph_stmt *s;
    ph_rc rc;

    if (known->sheet != 0 && ph_period_eq(known->period, key->period) && ph_span_is(key->cluster, known->cluster) &&
        ph_span_is(key->form, known->form)) {
        *ret = known->sheet;
        return PH_OK;
    }
    s = ph_ledger_stmt(l, PH_LEDGER_FIND_SHEET, &rc);
    if (rc != PH_OK)
        return rc;
    bind_key(s, key, period);
    rc = ph_stmt_step(s, &row, &l->err);
    if (rc == PH_OK && !row)
        return PH_NOT_FOUND;
    if (rc != PH_OK)
        return rc;
    *ret = ph_stmt_col_int(s, 0);
    ph_stmt_reset(s);
    remember(l, key, *ret);
    return PH_OK;
}

ph_rc ph_ledger_name_sheet(ph_ledger *l, const ph_sheet_key *key, int64_t *ret)
{
    char period[PH_PERIOD_TEXT_BYTES];
    ph_rc rc = ph_ledger_find_number(l, key, ret);
    ph_stmt *s;

    if (rc != PH_NOT_FOUND)
        return rc;
    s = ph_ledger_stmt(l, PH_LEDGER_ADD_SHEET, &rc);
    if (rc != PH_OK)
        return rc;
    bind_key(s, key, period);
    rc = ph_stmt_run(s, &l->err);
    if (rc != PH_OK)
        return rc;
    *ret = ph_db_last_rowid(l->db);
    remember(l, key, *ret);
    return PH_OK;
}

/* ---- rows ---- */

/* Nothing is written outside a transaction, or by a reader. */
static ph_stmt *writing(ph_ledger *l, ph_ledger_sql which, ph_rc *ret_rc)
{
    if (l->is_read_only || sqlite3_get_autocommit(l->db) != 0) {
        *ret_rc = l->is_read_only ? PH_FORBIDDEN : PH_BUG;
        return NULL;
    }
    return ph_ledger_stmt(l, which, ret_rc);
}

static void bind_digest(ph_stmt *s, int i, const ph_digest *d)
{
    ph_stmt_blob_bytes(s, i, d->bytes, sizeof d->bytes);
}

static ph_rc ledger_put_entry(ph_agg_store *st, const ph_entry *e)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_ENTRY, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, (int64_t)e->seq);
    ph_stmt_int(s, 2, e->received_at_us);
    ph_stmt_int(s, 3, e->kind);
    if (e->unit.len > 0) { /* else NULL: an entry of our own */
        ph_stmt_text_span(s, 4, e->unit);
        ph_stmt_blob_bytes(s, 5, e->id.bytes, sizeof e->id.bytes);
        ph_stmt_blob_bytes(s, 7, e->key_id.bytes, sizeof e->key_id.bytes);
    }
    bind_digest(s, 6, &e->digest);
    bind_digest(s, 8, &e->registry);
    bind_digest(s, 9, &e->leaf);
    if (e->signature.len > 0)
        ph_stmt_blob(s, 10, e->signature);
    ph_stmt_blob(s, 11, e->bytes);
    return ph_stmt_run(s, &l->err);
}

static ph_rc ledger_put_verdict(ph_agg_store *st, uint64_t seq, const ph_stored_verdict *v)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_VERDICT, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, (int64_t)seq);
    ph_stmt_blob(s, 2, v->verdict_bytes);
    ph_stmt_blob(s, 3, v->findings);
    return ph_stmt_run(s, &l->err);
}

static ph_rc ledger_put_revision(ph_agg_store *st, const ph_sheet_key *key, ph_span unit, uint32_t revision,
                                 uint64_t seq)
{
    ph_ledger *l = ph_ledger_of(st);
    int64_t sheet = 0;
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_REVISION, &rc);

    if (rc == PH_OK)
        rc = ph_ledger_name_sheet(l, key, &sheet);
    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, sheet);
    ph_stmt_text_span(s, 2, unit);
    ph_stmt_int(s, 3, revision);
    ph_stmt_int(s, 4, (int64_t)seq);
    return ph_stmt_run(s, &l->err);
}

static ph_rc ledger_put_sheet(ph_agg_store *st, const ph_sheet_key *key, uint64_t folded_to_seq, ph_span packed)
{
    ph_ledger *l = ph_ledger_of(st);
    int64_t sheet = 0;
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_SHEET, &rc);

    if (rc == PH_OK)
        rc = ph_ledger_name_sheet(l, key, &sheet);
    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, sheet);
    ph_stmt_int(s, 2, (int64_t)folded_to_seq);
    ph_stmt_blob(s, 3, packed);
    return ph_stmt_run(s, &l->err);
}

static ph_rc ledger_put_summary(ph_agg_store *st, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    ph_ledger *l = ph_ledger_of(st);
    int64_t sheet = 0;
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_SUMMARY, &rc);

    if (rc == PH_OK)
        rc = ph_ledger_name_sheet(l, key, &sheet);
    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, sheet);
    ph_stmt_int(s, 2, (int64_t)seal);
    ph_stmt_blob(s, 3, packed);
    return ph_stmt_run(s, &l->err);
}

static ph_rc ledger_put_outbox(ph_agg_store *st, const ph_outbox_row *o)
{
    ph_ledger *l = ph_ledger_of(st);
    int64_t sheet = 0;
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_OUTBOX, &rc);

    if (rc == PH_OK)
        rc = ph_ledger_name_sheet(l, &o->sheet, &sheet);
    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, (int64_t)o->first_record);
    ph_stmt_int(s, 2, o->count);
    ph_stmt_int(s, 3, sheet);
    ph_stmt_int(s, 4, (int64_t)o->seal);
    bind_digest(s, 5, &o->chain);
    return ph_stmt_run(s, &l->err);
}

static ph_rc ledger_put_seal(ph_agg_store *st, const ph_seal_row *row)
{
    ph_ledger *l = ph_ledger_of(st);
    uint8_t before[PH_FRONTIER_MAX_BYTES];
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_SEAL, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, (int64_t)row->seq);
    ph_stmt_blob_bytes(s, 2, before, ph_frontier_pack(&row->before, before));
    bind_digest(s, 3, &row->root);
    ph_stmt_int(s, 4, row->sealed_at_us);
    ph_stmt_blob_bytes(s, 5, row->key_id.bytes, sizeof row->key_id.bytes);
    ph_stmt_blob_bytes(s, 6, row->signature.bytes, sizeof row->signature.bytes);
    return ph_stmt_run(s, &l->err);
}

static ph_rc ledger_put_document(ph_agg_store *st, const ph_digest *digest, ph_span bytes)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_DOCUMENT, &rc);

    if (rc != PH_OK)
        return rc;
    bind_digest(s, 1, digest);
    ph_stmt_blob(s, 2, bytes);
    return ph_stmt_run(s, &l->err);
}

static ph_rc ledger_put_head(ph_agg_store *st, const ph_ledger_head *h)
{
    ph_ledger *l = ph_ledger_of(st);
    uint8_t frontier[PH_FRONTIER_MAX_BYTES];
    ph_rc rc;
    ph_stmt *s = writing(l, PH_LEDGER_PUT_HEAD, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_blob_bytes(s, 1, h->epoch.bytes, sizeof h->epoch.bytes);
    ph_stmt_int(s, 2, h->fold_version);
    ph_stmt_int(s, 3, (int64_t)h->last_seq);
    ph_stmt_int(s, 4, (int64_t)h->last_record);
    ph_stmt_int(s, 5, (int64_t)h->durable_record);
    bind_digest(s, 6, &h->chain);
    ph_stmt_blob_bytes(s, 7, frontier, ph_frontier_pack(&h->frontier, frontier));
    ph_stmt_int(s, 8, h->sealed_at_us);
    ph_stmt_int(s, 9, h->through_us);
    ph_stmt_int(s, 10, (int64_t)h->last_figure_seal);
    bind_digest(s, 11, &h->registry);
    bind_digest(s, 12, &h->roster);
    ph_stmt_int(s, 13, (int64_t)h->roster_serial);
    return ph_stmt_run(s, &l->err);
}

void ph_ledger_write_ops(ph_agg_store_ops *ops)
{
    ops->put_entry = ledger_put_entry;
    ops->put_verdict = ledger_put_verdict;
    ops->put_revision = ledger_put_revision;
    ops->put_sheet = ledger_put_sheet;
    ops->put_summary = ledger_put_summary;
    ops->put_outbox = ledger_put_outbox;
    ops->put_seal = ledger_put_seal;
    ops->put_document = ledger_put_document;
    ops->put_head = ledger_put_head;
}
