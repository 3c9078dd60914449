/* ph_col_spool_sql - the spool's operations, each one transaction.   Layer: collector/io (SQLite) */
#include "ph_col_spool_sql.h"
#include "ph_locale.h"

#include <stdlib.h>
#include <string.h>

static ph_rc end(ph_col_sql *s, ph_rc rc)
{
    if (rc == PH_OK)
        rc = ph_db_commit(s->db, &s->err);
    if (rc == PH_OK)
        s->own_changes++;
    else
        ph_db_rollback(s->db);
    return rc;
}

/* ---- into the spool ---- */

static ph_rc check_room(ph_col_sql *s)
{
    (void)ph_col_sql_query(s, PH_COL_Q_COUNT_WAITING);
    ph_rc rc = ph_col_sql_row(s, PH_COL_Q_COUNT_WAITING);
    int64_t waiting = rc == PH_OK ? ph_stmt_col_int(s->q[PH_COL_Q_COUNT_WAITING], 0) : 0;
    ph_stmt_reset(s->q[PH_COL_Q_COUNT_WAITING]);
    if (rc != PH_OK || s->limits.max_waiting == 0 || waiting < s->limits.max_waiting)
        return rc;
    rc = ph_err_set(&s->err, PH_NO_SPACE, "spool.full", s->path,
                    PH_T("đã có %lld bản chờ gửi, là mức tối đa", "%lld items wait to be sent, which is the limit"),
                    (long long)waiting);
    ph_err_means(&s->err, "%s",
                 PH_T("bản mới chưa được nhận vào spool; các bản đang chờ vẫn nguyên",
                      "the new file was not accepted; what waits is safe"));
    ph_err_hint(&s->err, "%s",
                PH_T("nối lại với máy tổng hợp (phusa-collector status), hoặc tăng spool_max_items",
                     "get the connection going (phusa-collector status), or raise spool_max_items"));
    return rc;
}

static ph_rc check_newest(ph_col_sql *s, const ph_col_key *key, uint64_t newest, ph_col_state state)
{
    ph_col_item item = {0};
    char period[PH_PERIOD_TEXT_BYTES];
    ph_col_sql_bind_key(ph_col_sql_query(s, PH_COL_Q_NEWEST), key, period);
    ph_rc rc = ph_col_sql_one_item(s, PH_COL_Q_NEWEST, &item);
    if (rc == PH_NOT_FOUND)
        return newest == 0 ? PH_OK : PH_CONFLICT;
    if (rc != PH_OK)
        return rc;
    return item.number == newest && item.state == state ? PH_OK : PH_CONFLICT;
}

static ph_rc insert(ph_col_sql *s, const ph_col_item *item, ph_span envelope, uint64_t *ret_number)
{
    char period[PH_PERIOD_TEXT_BYTES];
    (void)ph_period_print(item->key.period, period);
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_INSERT);
    ph_col_sql_bind_id(q, &item->id);
    ph_stmt_text(q, 2, item->key.cluster);
    ph_stmt_text(q, 3, item->key.form);
    ph_stmt_text(q, 4, period);
    ph_stmt_int(q, 5, item->revision);
    ph_stmt_int(q, 6, item->base_revision);
    ph_stmt_blob_bytes(q, 7, item->body.bytes, sizeof item->body.bytes);
    ph_stmt_blob_bytes(q, 8, item->signature.bytes, sizeof item->signature.bytes);
    ph_stmt_blob_bytes(q, 9, item->key_id.bytes, sizeof item->key_id.bytes);
    ph_stmt_int(q, 10, item->spooled_at_us);
    ph_stmt_int(q, 11, item->kind);
    ph_stmt_int(q, 12, item->decision);
    ph_stmt_text(q, 13, item->subject);
    ph_stmt_text(q, 14, item->indicator);
    ph_rc rc = ph_col_sql_run(s, PH_COL_Q_INSERT);
    if (rc != PH_OK)
        return rc;
    int64_t number = ph_db_last_rowid(s->db);
    ph_digest digest = ph_digest_of_span(envelope);
    q = ph_col_sql_query(s, PH_COL_Q_INSERT_ENVELOPE);
    ph_stmt_int(q, 1, number);
    ph_stmt_blob_bytes(q, 2, digest.bytes, sizeof digest.bytes);
    ph_stmt_blob(q, 3, envelope);
    rc = ph_col_sql_run(s, PH_COL_Q_INSERT_ENVELOPE);
    *ret_number = (uint64_t)number;
    return rc;
}

/* As ph_col_item_replaces has it. */
static ph_rc supersede_others(ph_col_sql *s, const ph_col_item *item, uint64_t number)
{
    char period[PH_PERIOD_TEXT_BYTES];
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_SUPERSEDE);
    ph_col_sql_bind_key(q, &item->key, period);
    ph_stmt_int(q, 4, (int64_t)number);
    ph_stmt_int(q, 5, item->kind);
    ph_stmt_text(q, 6, item->subject);
    ph_stmt_text(q, 7, item->indicator);
    ph_stmt_int(q, 8, item->decision);
    return ph_col_sql_run(s, PH_COL_Q_SUPERSEDE);
}

static ph_rc sql_put(ph_col_spool *sp, const ph_col_item *item, ph_span envelope, uint64_t newest,
                     ph_col_state newest_state, uint64_t *ret_number)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    uint64_t number = 0;
    ph_rc rc = ph_db_begin(s->db, &s->err);
    if (rc != PH_OK)
        return rc;
    ph_col_item known;
    ph_col_sql_bind_id(ph_col_sql_query(s, PH_COL_Q_FIND), &item->id);
    rc = ph_col_sql_one_item(s, PH_COL_Q_FIND, &known);
    rc = rc == PH_OK ? PH_EXISTS : rc == PH_NOT_FOUND ? PH_OK : rc;
    if (rc == PH_OK && item->kind == PH_ENTRY_SUBMISSION)
        rc = check_newest(s, &item->key, newest, newest_state);
    if (rc == PH_OK)
        rc = check_room(s);
    if (rc == PH_OK)
        rc = insert(s, item, envelope, &number);
    if (rc == PH_OK)
        rc = supersede_others(s, item, number);
    rc = end(s, rc);
    if (rc == PH_OK)
        *ret_number = number;
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
    return end(s, rc);
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
    rc = end(s, rc);
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
    .put = sql_put,
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
