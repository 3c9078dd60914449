/* ph_stmt - SQLite statements: bind, step, read.   Layer: base/io (SQLite) */
#include <assert.h>
#include <limits.h>
#include <sqlite3.h>
#include <string.h>

#include "ph_sqlite.h"

ph_rc ph_stmt_prepare(ph_db *db, const char *sql, ph_stmt **ret, ph_err *err)
{
    sqlite3_stmt *s = NULL;
    int code = sqlite3_prepare_v3(db, sql, -1, SQLITE_PREPARE_PERSISTENT, &s, NULL);

    if (code != SQLITE_OK)
        return ph_db_err(db, sqlite3_extended_errcode(db), sql, err);
    *ret = s;
    return PH_OK;
}

void ph_stmt_done(ph_stmt **s)
{
    (void)sqlite3_finalize(*s);
    *s = NULL;
}

/* Nothing is copied, so nothing can fail but a parameter that is not there. */
static void bound(int code)
{
    assert(code == SQLITE_OK);
    (void)code;
}

void ph_stmt_int(ph_stmt *s, int i, int64_t v)
{
    bound(sqlite3_bind_int64(s, i, v));
}

void ph_stmt_text(ph_stmt *s, int i, const char *text)
{
    ph_stmt_text_span(s, i, ph_span_str(text));
}

void ph_stmt_text_span(ph_stmt *s, int i, ph_span text)
{
    bound(sqlite3_bind_text64(s, i, text.len == 0 ? "" : (const char *)text.ptr, text.len, SQLITE_STATIC, SQLITE_UTF8));
}

void ph_stmt_blob(ph_stmt *s, int i, ph_span bytes)
{
    bound(sqlite3_bind_blob64(s, i, bytes.len == 0 ? "" : (const void *)bytes.ptr, bytes.len,
                              SQLITE_STATIC)); /* a NULL pointer would bind NULL */
}

void ph_stmt_blob_bytes(ph_stmt *s, int i, const void *ptr, size_t len)
{
    ph_stmt_blob(s, i, ph_span_of(ptr, len));
}

void ph_stmt_null(ph_stmt *s, int i)
{
    bound(sqlite3_bind_null(s, i));
}

ph_rc ph_stmt_step(ph_stmt *s, bool *ret_row, ph_err *err)
{
    int code = sqlite3_step(s);

    if (code == SQLITE_ROW) {
        *ret_row = true;
        return PH_OK;
    }
    if (code == SQLITE_DONE) {
        *ret_row = false;
        ph_stmt_reset(s);
        return PH_OK;
    }
    ph_db *db = sqlite3_db_handle(s);
    ph_rc rc = ph_db_err(db, sqlite3_extended_errcode(db), sqlite3_sql(s), err);
    ph_stmt_reset(s);
    return rc;
}

ph_rc ph_stmt_run(ph_stmt *s, ph_err *err)
{
    bool row = false;
    ph_rc rc = ph_stmt_step(s, &row, err);

    if (rc == PH_OK && row)
        ph_stmt_reset(s);
    return rc;
}

void ph_stmt_reset(ph_stmt *s)
{
    (void)sqlite3_reset(s); /* its code is that of the last step, told already */
    (void)sqlite3_clear_bindings(s);
}

int64_t ph_stmt_col_int(ph_stmt *s, int i)
{
    return sqlite3_column_int64(s, i);
}

ph_span ph_stmt_col_span(ph_stmt *s, int i)
{
    const void *ptr =
        sqlite3_column_type(s, i) == SQLITE_BLOB ? sqlite3_column_blob(s, i) : (const void *)sqlite3_column_text(s, i);

    return ph_span_of(ptr, ptr == NULL ? 0 : (size_t)sqlite3_column_bytes(s, i));
}

bool ph_stmt_col_is_null(ph_stmt *s, int i)
{
    return sqlite3_column_type(s, i) == SQLITE_NULL;
}

ph_rc ph_stmt_col_bytes(ph_stmt *s, int i, void *dst, size_t len)
{
    ph_span bytes = ph_stmt_col_span(s, i);

    if (bytes.len != len)
        return PH_CORRUPT;
    if (len > 0)
        memcpy(dst, bytes.ptr, len);
    return PH_OK;
}

ph_rc ph_stmt_col_text(ph_stmt *s, int i, char *dst, size_t size)
{
    return ph_span_copy(ph_stmt_col_span(s, i), dst, size) ? PH_OK : PH_CORRUPT;
}
