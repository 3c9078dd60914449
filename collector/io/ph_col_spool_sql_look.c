/* ph_col_spool_sql_look - statements, rows, and the spool's operations that only look.   Layer: collector/io (SQLite)
 */
#include "ph_col_spool_sql.h"

ph_col_sql *ph_col_sql_self(ph_col_spool *sp)
{
    return (ph_col_sql *)sp;
}

ph_stmt *ph_col_sql_query(ph_col_sql *s, ph_col_query q)
{
    ph_stmt_reset(s->q[q]);
    return s->q[q];
}

ph_rc ph_col_sql_run(ph_col_sql *s, ph_col_query q)
{
    return ph_stmt_run(s->q[q], &s->err);
}

/* First row of a bound query.   Errors: NOT_FOUND. */
ph_rc ph_col_sql_row(ph_col_sql *s, ph_col_query q)
{
    bool has_row = false;
    ph_rc rc = ph_stmt_step(s->q[q], &has_row, &s->err);
    return rc == PH_OK && !has_row ? PH_NOT_FOUND : rc;
}

void ph_col_sql_bind_id(ph_stmt *q, const ph_uuid *id)
{
    ph_stmt_blob_bytes(q, 1, id->bytes, sizeof id->bytes);
}

void ph_col_sql_bind_key(ph_stmt *q, const ph_col_key *key, char period[PH_PERIOD_TEXT_BYTES])
{
    (void)ph_period_print(key->period, period);
    ph_stmt_text(q, 1, key->cluster);
    ph_stmt_text(q, 2, key->form);
    ph_stmt_text(q, 3, period);
}

/* ---- rows to items ---- */

static ph_rc read_key(ph_stmt *q, int column, ph_col_key *ret)
{
    ph_rc rc = ph_stmt_col_text(q, column, ret->cluster, sizeof ret->cluster);
    if (rc == PH_OK)
        rc = ph_stmt_col_text(q, column + 1, ret->form, sizeof ret->form);
    if (rc == PH_OK && ph_period_parse(ph_stmt_col_span(q, column + 2), &ret->period) != PH_OK)
        rc = PH_CORRUPT;
    return rc;
}

static ph_rc read_epoch(ph_stmt *q, ph_uuid *ret)
{
    return ph_stmt_col_span(q, 17).len == 0 ? PH_OK : ph_stmt_col_bytes(q, 17, ret->bytes, sizeof ret->bytes);
}

static bool is_kind(const ph_col_item *i)
{
    bool is_decision = i->kind == PH_ENTRY_DECISION && (unsigned)i->decision <= PH_DECISION_REOPEN;
    return i->kind == PH_ENTRY_SUBMISSION || i->kind == PH_ENTRY_EXPLANATION || is_decision;
}

ph_rc ph_col_sql_read_item(ph_stmt *q, ph_col_item *ret)
{
    ph_col_item i = {.number = (uint64_t)ph_stmt_col_int(q, 0),
                     .revision = (uint32_t)ph_stmt_col_int(q, 5),
                     .base_revision = (uint32_t)ph_stmt_col_int(q, 6),
                     .spooled_at_us = ph_stmt_col_int(q, 10),
                     .state = (ph_col_state)ph_stmt_col_int(q, 11),
                     .sent_at_us = ph_stmt_col_int(q, 12),
                     .verdict = (ph_verdict)ph_stmt_col_int(q, 13),
                     .seq = (uint64_t)ph_stmt_col_int(q, 15),
                     .judged_at_us = ph_stmt_col_int(q, 16),
                     .kind = (ph_entry_kind)ph_stmt_col_int(q, 18),
                     .decision = (ph_decision_kind)ph_stmt_col_int(q, 19)};
    ph_rc rc = ph_stmt_col_bytes(q, 1, i.id.bytes, sizeof i.id.bytes);
    if (rc == PH_OK)
        rc = read_key(q, 2, &i.key);
    if (rc == PH_OK)
        rc = ph_stmt_col_bytes(q, 7, i.body.bytes, sizeof i.body.bytes);
    if (rc == PH_OK)
        rc = ph_stmt_col_bytes(q, 8, i.signature.bytes, sizeof i.signature.bytes);
    if (rc == PH_OK)
        rc = ph_stmt_col_bytes(q, 9, i.key_id.bytes, sizeof i.key_id.bytes);
    if (rc == PH_OK)
        rc = ph_stmt_col_text(q, 14, i.reason, sizeof i.reason);
    if (rc == PH_OK)
        rc = read_epoch(q, &i.epoch);
    if (rc == PH_OK)
        rc = ph_stmt_col_text(q, 20, i.subject, sizeof i.subject);
    if (rc == PH_OK)
        rc = ph_stmt_col_text(q, 21, i.indicator, sizeof i.indicator);
    if (rc == PH_OK && !is_kind(&i))
        rc = PH_CORRUPT;
    if (rc == PH_OK)
        *ret = i;
    return rc;
}

ph_rc ph_col_sql_one_item(ph_col_sql *s, ph_col_query q, ph_col_item *ret)
{
    ph_rc rc = ph_col_sql_row(s, q);
    if (rc == PH_OK)
        rc = ph_col_sql_read_item(s->q[q], ret);
    ph_stmt_reset(s->q[q]);
    return rc;
}

/* ---- looking ---- */

static ph_rc item_of_key(ph_col_sql *s, ph_col_query q, const ph_col_key *key, ph_col_item *ret)
{
    char period[PH_PERIOD_TEXT_BYTES];
    ph_col_sql_bind_key(ph_col_sql_query(s, q), key, period);
    return ph_col_sql_one_item(s, q, ret);
}

ph_rc ph_col_sql_newest(ph_col_spool *sp, const ph_col_key *key, ph_col_item *ret)
{
    return item_of_key(ph_col_sql_self(sp), PH_COL_Q_NEWEST, key, ret);
}

ph_rc ph_col_sql_last_accepted(ph_col_spool *sp, const ph_col_key *key, ph_col_item *ret)
{
    return item_of_key(ph_col_sql_self(sp), PH_COL_Q_LAST_ACCEPTED, key, ret);
}

ph_rc ph_col_sql_highest(ph_col_spool *sp, const ph_col_key *key, uint32_t *ret)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    char period[PH_PERIOD_TEXT_BYTES];
    ph_col_sql_bind_key(ph_col_sql_query(s, PH_COL_Q_HIGHEST), key, period);
    ph_rc rc = ph_col_sql_row(s, PH_COL_Q_HIGHEST);
    if (rc == PH_OK)
        *ret = (uint32_t)ph_stmt_col_int(s->q[PH_COL_Q_HIGHEST], 0);
    ph_stmt_reset(s->q[PH_COL_Q_HIGHEST]);
    return rc;
}

ph_rc ph_col_sql_list(ph_col_spool *sp, size_t max, ph_col_item_fn fn, void *arg)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_col_item item;
    bool has_row = true;
    ph_stmt_int(ph_col_sql_query(s, PH_COL_Q_LIST), 1, max == 0 ? -1 : (int64_t)max);
    ph_rc rc = ph_stmt_step(s->q[PH_COL_Q_LIST], &has_row, &s->err);
    while (rc == PH_OK && has_row) {
        if (ph_col_sql_read_item(s->q[PH_COL_Q_LIST], &item) == PH_OK)
            rc = fn(arg, &item);
        if (rc == PH_OK)
            rc = ph_stmt_step(s->q[PH_COL_Q_LIST], &has_row, &s->err);
    }
    ph_stmt_reset(s->q[PH_COL_Q_LIST]);
    return rc;
}

ph_rc ph_col_sql_put_standing(ph_col_spool *sp, const ph_col_standing *standing)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    char period[PH_PERIOD_TEXT_BYTES];
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_PUT_STANDING);
    ph_col_sql_bind_key(q, &standing->key, period);
    ph_stmt_int(q, 4, standing->state);
    ph_stmt_int(q, 5, standing->due_us);
    ph_stmt_int(q, 6, standing->highest_revision);
    ph_stmt_int(q, 7, standing->last_revision);
    ph_stmt_blob_bytes(q, 8, standing->last_digest.bytes, sizeof standing->last_digest.bytes);
    ph_stmt_int(q, 9, standing->n_held);
    ph_stmt_int(q, 10, standing->heard_at_us);
    return ph_col_sql_run(s, PH_COL_Q_PUT_STANDING);
}

static ph_rc read_standing(ph_stmt *q, ph_col_standing *ret)
{
    *ret = (ph_col_standing){.state = (ph_period_state)ph_stmt_col_int(q, 3),
                             .due_us = ph_stmt_col_int(q, 4),
                             .highest_revision = (uint32_t)ph_stmt_col_int(q, 5),
                             .last_revision = (uint32_t)ph_stmt_col_int(q, 6),
                             .n_held = (uint32_t)ph_stmt_col_int(q, 8),
                             .heard_at_us = ph_stmt_col_int(q, 9)};
    ph_rc rc = read_key(q, 0, &ret->key);
    return rc == PH_OK ? ph_stmt_col_bytes(q, 7, ret->last_digest.bytes, sizeof ret->last_digest.bytes) : rc;
}

ph_rc ph_col_sql_standing(ph_col_spool *sp, const ph_col_key *key, ph_col_standing *ret)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    char period[PH_PERIOD_TEXT_BYTES];
    ph_col_sql_bind_key(ph_col_sql_query(s, PH_COL_Q_STANDING), key, period);
    ph_rc rc = ph_col_sql_row(s, PH_COL_Q_STANDING);
    if (rc == PH_OK)
        rc = read_standing(s->q[PH_COL_Q_STANDING], ret);
    ph_stmt_reset(s->q[PH_COL_Q_STANDING]);
    return rc;
}

ph_rc ph_col_sql_list_standings(ph_col_spool *sp, ph_col_standing_fn fn, void *arg)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    ph_col_standing standing;
    bool has_row = true;
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_LIST_STANDINGS);
    ph_rc rc = ph_stmt_step(q, &has_row, &s->err);
    while (rc == PH_OK && has_row) {
        if (read_standing(q, &standing) == PH_OK)
            rc = fn(arg, &standing);
        if (rc == PH_OK)
            rc = ph_stmt_step(q, &has_row, &s->err);
    }
    ph_stmt_reset(q);
    return rc;
}

/* ---- cases ---- */

ph_rc ph_col_sql_put_cases(ph_col_spool *sp, const ph_col_heard *heard, ph_span lines)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    if (lines.len > PH_COL_MAX_CASES_BYTES)
        return PH_LIMIT;
    ph_stmt *q = ph_col_sql_query(s, PH_COL_Q_PUT_CASES);
    ph_stmt_int(q, 1, (int64_t)heard->asked);
    ph_stmt_int(q, 2, heard->at_us);
    ph_stmt_int(q, 3, heard->n);
    ph_stmt_int(q, 4, heard->has_more ? 1 : 0);
    ph_stmt_blob(q, 5, lines);
    return ph_col_sql_run(s, PH_COL_Q_PUT_CASES);
}

ph_rc ph_col_sql_cases(ph_col_spool *sp, ph_col_heard *ret, ph_buf *dst)
{
    ph_col_sql *s = ph_col_sql_self(sp);
    (void)ph_col_sql_query(s, PH_COL_Q_CASES);
    ph_rc rc = ph_col_sql_row(s, PH_COL_Q_CASES);
    if (rc == PH_OK) {
        ph_stmt *q = s->q[PH_COL_Q_CASES];
        *ret = (ph_col_heard){.asked = (uint64_t)ph_stmt_col_int(q, 0),
                              .at_us = ph_stmt_col_int(q, 1),
                              .n = (uint32_t)ph_stmt_col_int(q, 2),
                              .has_more = ph_stmt_col_int(q, 3) != 0};
        rc = ph_buf_put_span(dst, ph_stmt_col_span(q, 4));
    }
    ph_stmt_reset(s->q[PH_COL_Q_CASES]);
    return rc;
}
