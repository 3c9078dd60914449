/* ph_agg_sqlite_read - rows out of the ledger, each length and number checked.   Layer: aggregator/io (SQLite) */
#include "ph_agg_sqlite_parts.h"

/* ---- columns ---- */

ph_rc ph_ledger_col_digest(ph_stmt *s, int i, ph_digest *ret)
{
    return ph_stmt_col_bytes(s, i, ret->bytes, sizeof ret->bytes);
}

/* A blob of that length, or zeroes for NULL. */
static ph_rc col_optional(ph_stmt *s, int i, void *dst, size_t len)
{
    memset(dst, 0, len);
    return ph_stmt_col_is_null(s, i) ? PH_OK : ph_stmt_col_bytes(s, i, dst, len);
}

static ph_rc col_kind(ph_stmt *s, int i, ph_entry_kind *ret)
{
    int64_t kind = ph_stmt_col_int(s, i);

    *ret = (ph_entry_kind)kind;
    return kind < PH_ENTRY_GENESIS || kind > PH_ENTRY_REFOLD ? PH_CORRUPT : PH_OK;
}

/* Columns in the order of PH_LEDGER_ENTRY_COLUMNS, then verdict and findings. Spans are the statement's. */
ph_rc ph_ledger_col_entry(ph_stmt *s, ph_entry *ret, ph_stored_verdict *ret_verdict)
{
    ph_entry e = {.seq = (uint64_t)ph_stmt_col_int(s, 0),
                  .received_at_us = ph_stmt_col_int(s, 1),
                  .unit = ph_stmt_col_span(s, 3),
                  .signature = ph_stmt_col_span(s, 9),
                  .bytes = ph_stmt_col_span(s, 10)};
    ph_rc rc = col_kind(s, 2, &e.kind);

    if (rc == PH_OK)
        rc = col_optional(s, 4, e.id.bytes, sizeof e.id.bytes);
    if (rc == PH_OK)
        rc = ph_ledger_col_digest(s, 5, &e.digest);
    if (rc == PH_OK)
        rc = col_optional(s, 6, e.key_id.bytes, sizeof e.key_id.bytes);
    if (rc == PH_OK)
        rc = ph_ledger_col_digest(s, 7, &e.registry);
    if (rc == PH_OK)
        rc = ph_ledger_col_digest(s, 8, &e.leaf);
    *ret = e;
    *ret_verdict = (ph_stored_verdict){.verdict_bytes = ph_stmt_col_span(s, 11), .findings = ph_stmt_col_span(s, 12)};
    return rc;
}

ph_rc ph_ledger_col_seal(ph_stmt *s, ph_seal_row *ret)
{
    ph_rc rc = ph_frontier_unpack(ph_stmt_col_span(s, 1), &ret->before);

    ret->seq = (uint64_t)ph_stmt_col_int(s, 0);
    ret->sealed_at_us = ph_stmt_col_int(s, 3);
    if (rc == PH_OK)
        rc = ph_ledger_col_digest(s, 2, &ret->root);
    if (rc == PH_OK)
        rc = ph_stmt_col_bytes(s, 4, ret->key_id.bytes, sizeof ret->key_id.bytes);
    if (rc == PH_OK)
        rc = ph_stmt_col_bytes(s, 5, ret->signature.bytes, sizeof ret->signature.bytes);
    return rc;
}

/* cluster, form, period in columns 0 to 2. */
ph_rc ph_ledger_col_key(ph_stmt *s, ph_sheet_key *ret)
{
    ret->cluster = ph_stmt_col_span(s, 0);
    ret->form = ph_stmt_col_span(s, 1);
    return ph_period_parse(ph_stmt_col_span(s, 2), &ret->period) == PH_OK ? PH_OK : PH_CORRUPT;
}

/* ---- one row ---- */

/* Step to the only row. NOT_FOUND resets. */
static ph_rc first_row(ph_ledger *l, ph_stmt *s)
{
    bool row = false;
    ph_rc rc = ph_stmt_step(s, &row, &l->err);

    return rc == PH_OK && !row ? PH_NOT_FOUND : rc;
}

/* Copy @span into what the last get handed out, so that the statement need not stay open: an open one would keep the
 * WAL from being reset. Room was reserved before. */
static ph_span hold(ph_ledger *l, ph_span span)
{
    const uint8_t *at = l->held.ptr + l->held.len;

    if (span.len > 0)
        memcpy(l->held.ptr + l->held.len, span.ptr, span.len);
    l->held.len += span.len;
    return ph_span_of(at, span.len);
}

static ph_rc room_for(ph_ledger *l, size_t bytes)
{
    ph_buf_clear(&l->held);
    return ph_buf_reserve(&l->held, bytes + 1) == NULL ? l->held.rc : PH_OK;
}

static ph_rc hold_only(ph_ledger *l, ph_stmt *s, int column, ph_span *ret)
{
    ph_span bytes = ph_stmt_col_span(s, column);
    ph_rc rc = room_for(l, bytes.len);

    if (rc == PH_OK)
        *ret = hold(l, bytes);
    return rc;
}

static ph_rc ledger_get_head(ph_agg_store *st, ph_ledger_head *ret)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_ledger_head h = {0};
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_GET_HEAD, &rc);

    if (rc == PH_OK)
        rc = first_row(l, s);
    if (rc != PH_OK)
        return rc;
    h.fold_version = (uint32_t)ph_stmt_col_int(s, 1);
    h.last_seq = (uint64_t)ph_stmt_col_int(s, 2);
    h.last_record = (uint64_t)ph_stmt_col_int(s, 3);
    h.durable_record = (uint64_t)ph_stmt_col_int(s, 4);
    h.sealed_at_us = ph_stmt_col_int(s, 7);
    h.through_us = ph_stmt_col_int(s, 8);
    h.last_figure_seal = (uint64_t)ph_stmt_col_int(s, 9);
    h.roster_serial = (uint64_t)ph_stmt_col_int(s, 12);
    rc = ph_stmt_col_bytes(s, 0, h.epoch.bytes, sizeof h.epoch.bytes);
    if (rc == PH_OK)
        rc = ph_ledger_col_digest(s, 5, &h.chain);
    if (rc == PH_OK)
        rc = ph_frontier_unpack(ph_stmt_col_span(s, 6), &h.frontier);
    if (rc == PH_OK)
        rc = ph_ledger_col_digest(s, 10, &h.registry);
    if (rc == PH_OK)
        rc = ph_ledger_col_digest(s, 11, &h.roster);
    ph_stmt_reset(s);
    if (rc == PH_OK)
        *ret = h;
    return rc;
}

static ph_rc ledger_find_sent(ph_agg_store *st, ph_span unit, const ph_uuid *id, uint64_t *ret_seq,
                              ph_digest *ret_digest)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_FIND_SENT, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_text_span(s, 1, unit);
    ph_stmt_blob_bytes(s, 2, id->bytes, sizeof id->bytes);
    rc = first_row(l, s);
    if (rc != PH_OK)
        return rc;
    *ret_seq = (uint64_t)ph_stmt_col_int(s, 0);
    rc = ph_ledger_col_digest(s, 1, ret_digest);
    ph_stmt_reset(s);
    return rc;
}

static ph_rc ledger_find_revision(ph_agg_store *st, const ph_sheet_key *key, ph_span unit, uint32_t revision,
                                  uint64_t *ret_seq)
{
    ph_ledger *l = ph_ledger_of(st);
    int64_t sheet = 0;
    ph_rc rc = ph_ledger_find_number(l, key, &sheet);
    ph_stmt *s = rc == PH_OK ? ph_ledger_stmt(l, PH_LEDGER_FIND_REVISION, &rc) : NULL;

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, sheet);
    ph_stmt_text_span(s, 2, unit);
    ph_stmt_int(s, 3, revision);
    rc = first_row(l, s);
    if (rc != PH_OK)
        return rc;
    *ret_seq = (uint64_t)ph_stmt_col_int(s, 0);
    ph_stmt_reset(s);
    return PH_OK;
}

static ph_rc ledger_get_entry(ph_agg_store *st, uint64_t seq, ph_entry *ret, ph_stored_verdict *ret_verdict)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_stored_verdict v = {0};
    ph_entry e = {0};
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_GET_ENTRY, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, (int64_t)seq);
    rc = first_row(l, s);
    if (rc != PH_OK)
        return rc;
    rc = ph_ledger_col_entry(s, &e, &v);
    if (rc == PH_OK)
        rc = room_for(l, e.unit.len + e.bytes.len + e.signature.len + v.verdict_bytes.len + v.findings.len);
    if (rc == PH_OK) {
        e.unit = hold(l, e.unit);
        e.bytes = hold(l, e.bytes);
        e.signature = hold(l, e.signature);
        v.verdict_bytes = hold(l, v.verdict_bytes);
        v.findings = hold(l, v.findings);
    }
    ph_stmt_reset(s);
    if (rc == PH_OK && ret != NULL)
        *ret = e;
    if (rc == PH_OK && ret_verdict != NULL)
        *ret_verdict = v;
    return rc;
}

static ph_rc ledger_get_sheet(ph_agg_store *st, const ph_sheet_key *key, uint64_t *ret_folded_to_seq, ph_span *ret)
{
    ph_ledger *l = ph_ledger_of(st);
    int64_t sheet = 0;
    ph_rc rc = ph_ledger_find_number(l, key, &sheet);
    ph_stmt *s = rc == PH_OK ? ph_ledger_stmt(l, PH_LEDGER_GET_SHEET, &rc) : NULL;

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, sheet);
    rc = first_row(l, s);
    if (rc != PH_OK)
        return rc;
    *ret_folded_to_seq = (uint64_t)ph_stmt_col_int(s, 0);
    rc = hold_only(l, s, 1, ret);
    ph_stmt_reset(s);
    return rc;
}

static ph_rc ledger_get_summary(ph_agg_store *st, const ph_sheet_key *key, uint64_t seal, ph_span *ret)
{
    ph_ledger *l = ph_ledger_of(st);
    int64_t sheet = 0;
    ph_rc rc = ph_ledger_find_number(l, key, &sheet);
    ph_stmt *s = rc == PH_OK ? ph_ledger_stmt(l, PH_LEDGER_GET_SUMMARY, &rc) : NULL;

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, sheet);
    ph_stmt_int(s, 2, (int64_t)seal);
    rc = first_row(l, s);
    if (rc != PH_OK)
        return rc;
    rc = hold_only(l, s, 0, ret);
    ph_stmt_reset(s);
    return rc;
}

static ph_rc ledger_get_document(ph_agg_store *st, const ph_digest *digest, ph_span *ret)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_GET_DOCUMENT, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_blob_bytes(s, 1, digest->bytes, sizeof digest->bytes);
    rc = first_row(l, s);
    if (rc != PH_OK)
        return rc;
    rc = hold_only(l, s, 0, ret);
    ph_stmt_reset(s);
    return rc;
}

static ph_rc ledger_get_seal_covering(ph_agg_store *st, uint64_t seq, ph_seal_row *ret)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_GET_SEAL, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, (int64_t)seq);
    rc = first_row(l, s);
    if (rc != PH_OK)
        return rc;
    rc = ph_ledger_col_seal(s, ret);
    ph_stmt_reset(s);
    return rc;
}

static ph_rc ledger_get_leaves(ph_agg_store *st, uint64_t first_seq, uint64_t n, ph_digest *ret)
{
    ph_ledger *l = ph_ledger_of(st);
    uint64_t at = 0;
    bool row = true;
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_GET_LEAVES, &rc);

    if (rc != PH_OK || n == 0)
        return rc;
    ph_stmt_int(s, 1, (int64_t)first_seq);
    ph_stmt_int(s, 2, (int64_t)(first_seq + n - 1));
    while (rc == PH_OK && (rc = ph_stmt_step(s, &row, &l->err)) == PH_OK && row) {
        if ((uint64_t)ph_stmt_col_int(s, 0) != first_seq + at)
            rc = PH_NOT_FOUND;
        else
            rc = ph_ledger_col_digest(s, 1, &ret[at++]);
    }
    ph_stmt_reset(s);
    return rc == PH_OK && at != n ? PH_NOT_FOUND : rc;
}

void ph_ledger_read_ops(ph_agg_store_ops *ops)
{
    ops->get_head = ledger_get_head;
    ops->find_sent = ledger_find_sent;
    ops->find_revision = ledger_find_revision;
    ops->get_entry = ledger_get_entry;
    ops->get_sheet = ledger_get_sheet;
    ops->get_summary = ledger_get_summary;
    ops->get_document = ledger_get_document;
    ops->get_seal_covering = ledger_get_seal_covering;
    ops->get_leaves = ledger_get_leaves;
}
