/* ph_col_spool_sql_put - how an item comes into the spool: room, ground, what it takes the place of.   Layer:
 * collector/io (SQLite) */
#include "ph_col_spool_sql.h"
#include "ph_locale.h"

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

ph_rc ph_col_sql_put(ph_col_spool *sp, const ph_col_item *item, ph_span envelope, uint64_t newest,
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
    rc = ph_col_sql_end(s, rc);
    if (rc == PH_OK)
        *ret_number = number;
    return rc;
}
