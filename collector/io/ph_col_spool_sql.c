/* ph_col_spool_sql - the spool's operations, each one transaction.   Layer: collector/io (SQLite) */
#include "ph_col_spool_sql.h"

#include <stdlib.h>
#include <string.h>

ph_rc ph_col_sql_end(ph_col_sql *s, ph_rc rc)
{
    if (rc == PH_OK)
        rc = ph_db_commit(s->db, &s->err);
    if (rc == PH_OK)
        s->own_changes++;
    else
        ph_db_rollback(s->db);
    return rc;
}

/* ---- sending ---- */

/* Rows of @q into @ret; one that makes no sense ends the reading, with its number in @ret_bad. */
static ph_rc read_rows(ph_col_sql *s, ph_col_query q, ph_col_item *ret, size_t max, size_t *ret_n, int64_t *ret_bad)
{
    bool has_row = true;
    size_t n = 0;
    ph_rc rc = ph_stmt_step(s->q[q], &has_row, &s->err);
    while (rc == PH_OK && has_row && n < max) {
        if (ph_col_sql_read_item(s->q[q], &ret[n]) != PH_OK) {
            *ret_bad = ph_stmt_col_int(s->q[q], 0);
            break;
        }
        n++;
        rc = ph_stmt_step(s->q[q], &has_row, &s->err);
    }
    ph_stmt_reset(s->q[q]);
    *ret_n = n;
    return rc;
}

/* A damaged row stands in nobody's way: it is put aside and the rest is read again. */
static ph_rc sql_pending(ph_col_spool *sp, ph_col_item *ret, size_t max, size_t *ret_n)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    for (;;) {
        int64_t bad = 0;
        ph_stmt_int(ph_col_sql_query(s, PH_COL_Q_PENDING), 1, (int64_t)max);
        ph_rc rc = read_rows(s, PH_COL_Q_PENDING, ret, max, ret_n, &bad);
        if (rc != PH_OK || bad == 0)
            return rc;
        ph_stmt_int(ph_col_sql_query(s, PH_COL_Q_QUARANTINE_ROW), 1, bad);
        rc = ph_col_sql_run(s, PH_COL_Q_QUARANTINE_ROW);
        if (rc != PH_OK || ph_db_changes(s->db) == 0)
            return rc;
    }
}

static ph_rc sql_load(ph_col_spool *sp, const ph_uuid *id, ph_buf *dst)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_LOAD);
    ph_digest digest = {0};
    ph_col_sql_bind_id(q, id);
    ph_rc rc = ph_col_sql_row(s, PH_COL_Q_LOAD);
    if (rc == PH_OK)
        rc = ph_stmt_col_bytes(q, 0, digest.bytes, sizeof digest.bytes);
    if (rc == PH_OK) {
        ph_span bytes = ph_stmt_col_span(q, 1);
        ph_digest now = ph_digest_of_span(bytes);
        rc = ph_digest_eq(&now, &digest) ? ph_buf_put_span(dst, bytes) : PH_CORRUPT;
    }
    ph_stmt_reset(q);
    return rc;
}

static ph_rc sql_find(ph_col_spool *sp, const ph_uuid *id, ph_col_item *ret)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_col_sql_bind_id(ph_col_sql_query(s, PH_COL_Q_FIND), id);
    return ph_col_sql_one_item(s, PH_COL_Q_FIND, ret);
}

/* One bound UPDATE that must hit a row of @id.   Errors: NOT_FOUND, CONFLICT (in another state). */
static ph_rc update_item(ph_col_sql *s, ph_col_query q, const ph_uuid *id)
{
    ph_col_item known;
    ph_rc rc = ph_col_sql_run(s, q);
    if (rc != PH_OK)
        return rc;
    if (ph_db_changes(s->db) > 0) {
        s->own_changes++;
        return PH_OK;
    }
    rc = sql_find(&s->base, id, &known);
    return rc == PH_OK ? PH_CONFLICT : rc;
}

static ph_rc sql_mark_sent(ph_col_spool *sp, const ph_uuid *id, int64_t now_us)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_MARK_SENT);
    ph_col_sql_bind_id(q, id);
    ph_stmt_int(q, 2, now_us);
    return update_item(s, PH_COL_Q_MARK_SENT, id);
}

static ph_rc sql_park(ph_col_spool *sp, const ph_uuid *id, ph_verdict verdict, ph_span reason)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_PARK);
    ph_col_sql_bind_id(q, id);
    ph_stmt_int(q, 2, verdict);
    ph_stmt_text_span(q, 3, reason.len < PH_MAX_TEXT_BYTES ? reason : ph_span_of(reason.ptr, PH_MAX_TEXT_BYTES - 1));
    return update_item(s, PH_COL_Q_PARK, id);
}

static ph_rc sql_unpark(ph_col_spool *sp, ph_verdict verdict, uint64_t *ret_n)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_stmt_int(ph_col_sql_query(s, PH_COL_Q_UNPARK), 1, (int64_t)verdict);
    ph_rc rc = ph_col_sql_run(s, PH_COL_Q_UNPARK);
    *ret_n = rc == PH_OK ? (uint64_t)ph_db_changes(s->db) : 0;
    s->own_changes += *ret_n > 0;
    return rc;
}

static ph_rc sql_quarantine(ph_col_spool *sp, const ph_uuid *id, ph_span reason)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_QUARANTINE);
    ph_col_sql_bind_id(q, id);
    ph_stmt_text_span(q, 2, reason);
    return update_item(s, PH_COL_Q_QUARANTINE, id);
}

/* ---- receipts ---- */

static ph_rc put_meta(ph_col_sql *s, const char *name, ph_span value)
{
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_PUT_META);
    if (value.len > PH_COL_MAX_META_BYTES)
        return PH_LIMIT;
    ph_stmt_text(q, 1, name);
    ph_stmt_blob(q, 2, value);
    return ph_col_sql_run(s, PH_COL_Q_PUT_META);
}

static ph_rc sql_meta(ph_col_spool *sp, const char *name, ph_buf *dst)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_META);
    ph_stmt_text(q, 1, name);
    ph_rc rc = ph_col_sql_row(s, PH_COL_Q_META);
    if (rc == PH_OK && ph_stmt_col_span(q, 0).len == 0)
        rc = PH_NOT_FOUND;
    if (rc == PH_OK)
        rc = ph_buf_put_span(dst, ph_stmt_col_span(q, 0));
    ph_stmt_reset(q);
    return rc;
}

/* The size travels in front of the checkpoint, so that the larger of two processes' wins. */
static ph_rc keep_checkpoint(ph_col_sql *s, const ph_col_release *r)
{
    static const char size_name[] = "checkpoint.size";
    ph_buf had;
    uint8_t size[8];
    for (size_t i = 0; i < sizeof size; i++)
        size[i] = (uint8_t)(r->checkpoint_size >> (8 * (sizeof size - 1 - i)));
    ph_buf_init(&had, PH_COL_MAX_META_BYTES);
    ph_rc rc = sql_meta(&s->base, size_name, &had);
    bool larger =
        rc == PH_NOT_FOUND || (rc == PH_OK && ph_span_cmp(ph_buf_span(&had), ph_span_of(size, sizeof size)) < 0);
    ph_buf_done(&had);
    if (rc != PH_OK && rc != PH_NOT_FOUND)
        return rc;
    rc = larger ? put_meta(s, PH_COL_META_CHECKPOINT, r->checkpoint) : PH_OK;
    return rc == PH_OK && larger ? put_meta(s, size_name, ph_span_of(size, sizeof size)) : rc;
}

static ph_rc judge(ph_col_sql *s, const ph_uuid *id, const ph_col_release *r)
{
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_JUDGE);
    ph_col_sql_bind_id(q, id);
    ph_stmt_int(q, 2, r->verdict);
    ph_stmt_int(q, 3, (int64_t)r->seq);
    ph_stmt_int(q, 4, r->received_at_us);
    ph_stmt_blob_bytes(q, 5, r->epoch.bytes, sizeof r->epoch.bytes);
    return update_item(s, PH_COL_Q_JUDGE, id);
}

static ph_rc sql_release(ph_col_spool *sp, const ph_uuid *id, const ph_col_release *r)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_rc rc = ph_db_begin(s->db, &s->err);
    if (rc != PH_OK)
        return rc;
    rc = judge(s, id, r);
    if (rc == PH_OK) {
        ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_PUT_RECEIPT);
        ph_col_sql_bind_id(q, id);
        ph_stmt_int(q, 2, r->stored_at_us);
        ph_stmt_blob(q, 3, r->frame);
        rc = ph_col_sql_run(s, PH_COL_Q_PUT_RECEIPT);
    }
    if (rc == PH_OK && r->checkpoint.len > 0)
        rc = keep_checkpoint(s, r);
    return ph_col_sql_end(s, rc);
}

static ph_rc sql_receipt(ph_col_spool *sp, const ph_uuid *id, ph_buf *dst)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_RECEIPT);
    ph_col_sql_bind_id(q, id);
    ph_rc rc = ph_col_sql_row(s, PH_COL_Q_RECEIPT);
    if (rc == PH_OK)
        rc = ph_buf_put_span(dst, ph_stmt_col_span(q, 0));
    ph_stmt_reset(q);
    return rc;
}

static ph_rc sql_adopt_epoch(ph_col_spool *sp, const ph_uuid *epoch, uint64_t *ret_n)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    uint64_t n = 0;
    ph_rc rc = ph_db_begin(s->db, &s->err);
    if (rc != PH_OK)
        return rc;
    ph_stmt_blob_bytes(ph_col_sql_query(s, PH_COL_Q_OFFER_AGAIN), 1, epoch->bytes, sizeof epoch->bytes);
    rc = ph_col_sql_run(s, PH_COL_Q_OFFER_AGAIN);
    if (rc == PH_OK)
        n = (uint64_t)ph_db_changes(s->db);
    if (rc == PH_OK)
        rc = put_meta(s, PH_COL_META_EPOCH, ph_span_of(epoch->bytes, sizeof epoch->bytes));
    if (rc == PH_OK)
        rc = put_meta(s, PH_COL_META_CHECKPOINT, ph_span_str(""));
    if (rc == PH_OK)
        rc = put_meta(s, "checkpoint.size", ph_span_str(""));
    rc = ph_col_sql_end(s, rc);
    if (rc == PH_OK)
        *ret_n = n;
    return rc;
}

/* ---- the rest ---- */

static ph_rc sql_put_meta(ph_col_spool *sp, const char *name, ph_span value)
{
    return put_meta(ph_col_sql_self(sp), name, value);
}

static ph_rc sql_change(ph_col_spool *sp, int64_t *ret)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    (void)ph_col_sql_query(s, PH_COL_Q_DATA_VERSION);
    ph_rc rc = ph_col_sql_row(s, PH_COL_Q_DATA_VERSION);
    if (rc == PH_OK)
        *ret = ph_stmt_col_int(s->q[PH_COL_Q_DATA_VERSION], 0) + s->own_changes;
    ph_stmt_reset(s->q[PH_COL_Q_DATA_VERSION]);
    return rc;
}

void ph_col_sql_close(ph_col_spool *sp)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    for (size_t i = 0; i < PH_COL_Q_COUNT; i++)
        ph_stmt_done(&s->q[i]);
    ph_db_close(s->db);
    free(s);
}

const ph_col_spool_ops ph_col_sql_ops = {
    .put = ph_col_sql_put,
    .pending = sql_pending,
    .load = sql_load,
    .find = sql_find,
    .mark_sent = sql_mark_sent,
    .park = sql_park,
    .unpark = sql_unpark,
    .quarantine = sql_quarantine,
    .release = sql_release,
    .receipt = sql_receipt,
    .adopt_epoch = sql_adopt_epoch,
    .newest = ph_col_sql_newest,
    .last_accepted = ph_col_sql_last_accepted,
    .highest = ph_col_sql_highest,
    .list = ph_col_sql_list,
    .put_standing = ph_col_sql_put_standing,
    .standing = ph_col_sql_standing,
    .list_standings = ph_col_sql_list_standings,
    .put_cases = ph_col_sql_put_cases,
    .cases = ph_col_sql_cases,
    .put_meta = sql_put_meta,
    .meta = sql_meta,
    .change = sql_change,
    .close = ph_col_sql_close,
};
