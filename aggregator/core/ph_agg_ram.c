/* ph_agg_ram - the ledger's store in memory.   Layer: aggregator/core (pure)
 *
 * Rows only ever grow, so a rollback cuts every table back to its length at begin; what can be replaced (sheets, the
 * head) is remembered. A row that was replaced twice in a transaction is remembered once: as it was at begin. */
#include "ph_agg_ram.h"

#include <stdlib.h>

#include "ph_agg_ram_rows.h"

static ph_ram_sheet *sheet_at(const ph_ram *r, uint32_t number)
{
    return &((ph_ram_sheet *)r->rows.tables[PH_RAM_SHEETS].rows)[number];
}

static uint8_t *copy_of(ph_span a, ph_span b)
{
    uint8_t *p = malloc(a.len + b.len + 1);

    if (p != NULL && a.len > 0)
        memcpy(p, a.ptr, a.len);
    if (p != NULL && b.len > 0)
        memcpy(p + a.len, b.ptr, b.len);
    return p;
}

/* ---- transaction ---- */

static ph_rc ram_begin(ph_agg_store *st)
{
    ph_ram *r = ph_ram_of(st);

    if (r->is_open)
        return PH_BUG;
    for (int i = 0; i < PH_RAM_TABLES; i++)
        r->rows.tables[i].mark = r->rows.tables[i].n;
    r->had_head = r->has_head;
    r->head_before = r->head;
    r->is_open = true;
    return PH_OK;
}

static ph_rc ram_commit(ph_agg_store *st)
{
    ph_ram *r = ph_ram_of(st);

    if (!r->is_open)
        return PH_BUG;
    for (size_t i = 0; i < r->n_undo; i++)
        free(r->undo[i].before.packed);
    r->n_undo = 0;
    r->is_open = false;
    return PH_OK;
}

static void ram_rollback(ph_agg_store *st)
{
    ph_ram *r = ph_ram_of(st);

    if (!r->is_open)
        return;
    for (size_t i = 0; i < r->n_undo; i++) {
        ph_ram_sheet *row = sheet_at(r, r->undo[i].sheet);
        free(row->packed);
        *row = r->undo[i].before;
    }
    for (int i = 0; i < PH_RAM_TABLES; i++)
        ph_ram_rows_cut(&r->rows, (ph_ram_which)i, r->rows.tables[i].mark);
    r->has_head = r->had_head;
    r->head = r->head_before;
    r->n_undo = 0;
    r->is_open = false;
}

/* ---- writing ---- */

static ph_rc ram_put_entry(ph_agg_store *st, const ph_entry *e)
{
    ph_ram *r = ph_ram_of(st);
    const ph_ram_table *t = &r->rows.tables[PH_RAM_ENTRIES];
    void *at = NULL;
    ph_rc rc;

    if (!r->is_open)
        return PH_BUG;
    if (ph_ram_entry_at(&r->rows, e->seq) != NULL ||
        (e->unit.len > 0 && ph_ram_find_entry(&r->rows, e->unit, &e->id) != NULL))
        return PH_EXISTS;
    if (t->n > 0 && e->seq < ((ph_ram_entry *)t->rows)[t->n - 1].entry.seq)
        return PH_BUG;
    rc = ph_ram_rows_add(&r->rows, PH_RAM_ENTRIES, &at);
    if (rc != PH_OK)
        return rc;
    ph_ram_entry *row = at;
    size_t n = e->unit.len + e->bytes.len;
    row->entry = *e;
    row->bytes = malloc(n + e->signature.len + 1);
    if (row->bytes == NULL)
        return PH_NOMEM;
    const ph_span parts[] = {e->unit, e->bytes, e->signature};
    uint8_t *to = row->bytes;
    for (size_t i = 0; i < 3; i++) {
        if (parts[i].len > 0)
            memcpy(to, parts[i].ptr, parts[i].len);
        to += parts[i].len;
    }
    row->entry.unit = ph_span_of(row->bytes, e->unit.len);
    row->entry.bytes = ph_span_of(row->bytes + e->unit.len, e->bytes.len);
    row->entry.signature = ph_span_of(row->bytes + n, e->signature.len);
    ph_ram_rows_added(&r->rows, PH_RAM_ENTRIES);
    return PH_OK;
}

static ph_rc ram_put_verdict(ph_agg_store *st, uint64_t seq, const ph_stored_verdict *v)
{
    ph_ram *r = ph_ram_of(st);
    ph_ram_entry *row = ph_ram_entry_at(&r->rows, seq);

    if (!r->is_open || row == NULL)
        return PH_BUG;
    if (row->verdict != NULL)
        return PH_EXISTS;
    row->verdict = copy_of(v->verdict_bytes, v->findings);
    row->n_verdict = v->verdict_bytes.len;
    row->n_findings = v->findings.len;
    return row->verdict == NULL ? PH_NOMEM : PH_OK;
}

static ph_rc ram_put_revision(ph_agg_store *st, const ph_sheet_key *key, ph_span unit, uint32_t revision, uint64_t seq)
{
    ph_ram *r = ph_ram_of(st);
    uint32_t sheet;
    void *at = NULL;
    ph_rc rc;

    if (!r->is_open)
        return PH_BUG;
    if (ph_ram_find_revision(&r->rows, key, unit, revision) != NULL)
        return PH_EXISTS;
    rc = ph_ram_name_sheet(&r->rows, key, &sheet);
    if (rc == PH_OK)
        rc = ph_ram_rows_add(&r->rows, PH_RAM_REVISIONS, &at);
    if (rc != PH_OK)
        return rc;
    ph_ram_revision *row = at;
    if (!ph_span_copy(unit, row->unit, sizeof row->unit))
        return PH_BUG;
    row->sheet = sheet;
    row->revision = revision;
    row->entry = seq;
    ph_ram_rows_added(&r->rows, PH_RAM_REVISIONS);
    return PH_OK;
}

/* The first replacement of a row that was there at begin keeps what it replaces. */
static ph_rc remember(ph_ram *r, uint32_t sheet, bool *ret_is_kept)
{
    *ret_is_kept = false;
    if (sheet >= r->rows.tables[PH_RAM_SHEETS].mark)
        return PH_OK;
    for (size_t i = 0; i < r->n_undo; i++)
        if (r->undo[i].sheet == sheet)
            return PH_OK;
    if (r->n_undo == r->cap_undo) {
        size_t cap = r->cap_undo == 0 ? 16 : 2 * r->cap_undo;
        ph_ram_undo *grown = realloc(r->undo, cap * sizeof *grown);
        if (grown == NULL)
            return PH_NOMEM;
        r->undo = grown;
        r->cap_undo = cap;
    }
    r->undo[r->n_undo++] = (ph_ram_undo){.sheet = sheet, .before = *sheet_at(r, sheet)};
    *ret_is_kept = true;
    return PH_OK;
}

static ph_rc ram_put_sheet(ph_agg_store *st, const ph_sheet_key *key, uint64_t folded_to_seq, ph_span packed)
{
    ph_ram *r = ph_ram_of(st);
    uint8_t *bytes = NULL;
    uint32_t number;
    bool is_kept;
    ph_rc rc;

    if (!r->is_open)
        return PH_BUG;
    rc = ph_ram_name_sheet(&r->rows, key, &number);
    if (rc == PH_OK)
        bytes = copy_of(packed, (ph_span){0});
    if (rc == PH_OK && bytes == NULL)
        rc = PH_NOMEM;
    if (rc == PH_OK)
        rc = remember(r, number, &is_kept);
    if (rc != PH_OK) {
        free(bytes);
        return rc;
    }
    ph_ram_sheet *row = sheet_at(r, number);
    if (!is_kept)
        free(row->packed);
    row->packed = bytes;
    row->len = packed.len;
    row->folded_to_seq = folded_to_seq;
    return PH_OK;
}

static ph_rc ram_put_summary(ph_agg_store *st, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    ph_ram *r = ph_ram_of(st);
    uint32_t sheet;
    void *at = NULL;
    ph_rc rc;

    if (!r->is_open)
        return PH_BUG;
    if (ph_ram_find_summary(&r->rows, key, seal) != NULL)
        return PH_EXISTS;
    rc = ph_ram_name_sheet(&r->rows, key, &sheet);
    if (rc == PH_OK)
        rc = ph_ram_rows_add(&r->rows, PH_RAM_SUMMARIES, &at);
    if (rc != PH_OK)
        return rc;
    ph_ram_summary *row = at;
    row->packed = copy_of(packed, (ph_span){0});
    if (row->packed == NULL)
        return PH_NOMEM;
    row->sheet = sheet;
    row->seal = seal;
    row->len = packed.len;
    ph_ram_rows_added(&r->rows, PH_RAM_SUMMARIES);
    return PH_OK;
}

static ph_rc ram_put_outbox(ph_agg_store *st, const ph_outbox_row *o)
{
    ph_ram *r = ph_ram_of(st);
    const ph_ram_table *t = &r->rows.tables[PH_RAM_OUTBOX];
    uint32_t sheet;
    void *at = NULL;
    ph_rc rc;

    if (!r->is_open)
        return PH_BUG;
    if (t->n > 0 && ((ph_ram_outbox *)t->rows)[t->n - 1].first_record >= o->first_record)
        return PH_EXISTS;
    rc = ph_ram_name_sheet(&r->rows, &o->sheet, &sheet);
    if (rc == PH_OK)
        rc = ph_ram_rows_add(&r->rows, PH_RAM_OUTBOX, &at);
    if (rc != PH_OK)
        return rc;
    *(ph_ram_outbox *)at = (ph_ram_outbox){
        .sheet = sheet, .count = o->count, .first_record = o->first_record, .seal = o->seal, .chain = o->chain};
    ph_ram_rows_added(&r->rows, PH_RAM_OUTBOX);
    return PH_OK;
}

static ph_rc ram_put_seal(ph_agg_store *st, const ph_seal_row *row)
{
    ph_ram *r = ph_ram_of(st);
    const ph_ram_table *t = &r->rows.tables[PH_RAM_SEALS];
    void *at = NULL;
    ph_rc rc;

    if (!r->is_open)
        return PH_BUG;
    if (t->n > 0 && ((ph_seal_row *)t->rows)[t->n - 1].seq >= row->seq)
        return PH_EXISTS;
    rc = ph_ram_rows_add(&r->rows, PH_RAM_SEALS, &at);
    if (rc != PH_OK)
        return rc;
    *(ph_seal_row *)at = *row;
    ph_ram_rows_added(&r->rows, PH_RAM_SEALS);
    return PH_OK;
}

static ph_rc ram_put_document(ph_agg_store *st, const ph_digest *digest, ph_span bytes)
{
    ph_ram *r = ph_ram_of(st);
    void *at = NULL;
    ph_rc rc;

    if (!r->is_open)
        return PH_BUG;
    if (ph_ram_find_document(&r->rows, digest) != NULL)
        return PH_OK;
    rc = ph_ram_rows_add(&r->rows, PH_RAM_DOCUMENTS, &at);
    if (rc != PH_OK)
        return rc;
    ph_ram_document *row = at;
    row->bytes = copy_of(bytes, (ph_span){0});
    if (row->bytes == NULL)
        return PH_NOMEM;
    row->digest = *digest;
    row->len = bytes.len;
    ph_ram_rows_added(&r->rows, PH_RAM_DOCUMENTS);
    return PH_OK;
}

static ph_rc ram_put_head(ph_agg_store *st, const ph_ledger_head *head)
{
    ph_ram *r = ph_ram_of(st);

    if (!r->is_open)
        return PH_BUG;
    r->head = *head;
    r->has_head = true;
    return PH_OK;
}

/* ---- life ---- */

static void ram_close(ph_agg_store *st)
{
    ph_ram *r = ph_ram_of(st);

    ram_rollback(st);
    ph_ram_rows_done(&r->rows);
    free(r->undo);
    free(r);
}

ph_rc ph_agg_ram_open(ph_agg_store **ret)
{
    struct {
        ph_ram ram;
        ph_agg_store_ops ops;
    } *both = calloc(1, sizeof *both);

    if (both == NULL)
        return PH_NOMEM;
    both->ops = (ph_agg_store_ops){.begin = ram_begin,
                                   .commit = ram_commit,
                                   .rollback = ram_rollback,
                                   .put_entry = ram_put_entry,
                                   .put_verdict = ram_put_verdict,
                                   .put_revision = ram_put_revision,
                                   .put_sheet = ram_put_sheet,
                                   .put_summary = ram_put_summary,
                                   .put_outbox = ram_put_outbox,
                                   .put_seal = ram_put_seal,
                                   .put_document = ram_put_document,
                                   .put_head = ram_put_head,
                                   .close = ram_close};
    ph_ram_read_ops(&both->ops);
    both->ram.base.ops = &both->ops;
    ph_ram_rows_init(&both->ram.rows);
    *ret = &both->ram.base;
    return PH_OK;
}
