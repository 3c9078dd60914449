/* ph_sqlite - SQLite with our result codes: open, prepare, bind, step, read.   Layer: base/io (SQLite) */
#ifndef PH_SQLITE_H
#define PH_SQLITE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_err.h"
#include "ph_result.h"
#include "ph_span.h"

struct sqlite3;
struct sqlite3_stmt;
typedef struct sqlite3 ph_db; /* the library's own handle: what is not here may be called on it in an adapter */
typedef struct sqlite3_stmt ph_stmt;

enum {
    PH_DB_READ = 0,  /* existing, read-only, NO_CKPT_ON_CLOSE: never touches the WAL */
    PH_DB_WRITE = 1, /* existing, read and write */
    PH_DB_CREATE = 2 /* made when missing (0600), read and write */
};

/**
 * Open @path and run each of @pragmas ("journal_mode=WAL", "synchronous=FULL" …; NULL-terminated, may be NULL). A
 * pragma that answers with another value than it was given is an error, so that a WAL that could not be had is seen
 * at once. No symlinks; defensive mode on; foreign_keys on; trusted_schema off.
 * Owns: caller closes (NULL allowed).
 * Errors: NOT_FOUND, FORBIDDEN, CORRUPT, BUSY, NO_SPACE, IO, NOMEM; codes "db.…".
 * Thread: one at a time per handle.   Source: sqlite.org, C interface 3.40.
 */
ph_rc ph_db_open(const char *path, int mode, const char *const *pragmas, ph_db **ret, ph_err *err) PH_CHECKED;
/** All statements must be done before. */
void ph_db_close(ph_db *db);

/** Wait at most that long for another's lock (0 = not at all). */
void ph_db_busy_timeout(ph_db *db, int64_t us);

/** Statements without results, separated by ';'. */
ph_rc ph_db_exec(ph_db *db, const char *sql, ph_err *err) PH_CHECKED;
/** First column of the first row.   Errors: NOT_FOUND no row. */
ph_rc ph_db_int(ph_db *db, const char *sql, int64_t *ret, ph_err *err) PH_CHECKED;

/** begin is BEGIN IMMEDIATE; rollback is harmless with no transaction open. commit: any failure leaves none open. */
ph_rc ph_db_begin(ph_db *db, ph_err *err) PH_CHECKED;
ph_rc ph_db_commit(ph_db *db, ph_err *err) PH_CHECKED;
void ph_db_rollback(ph_db *db);
int64_t ph_db_changes(ph_db *db);
int64_t ph_db_last_rowid(ph_db *db);

/** wal_checkpoint(TRUNCATE), checked to have finished.   Errors: BUSY when a reader held it up, DURABILITY, … */
ph_rc ph_db_checkpoint(ph_db *db, ph_err *err) PH_CHECKED;
/** quick_check (or integrity_check when @full).   Errors: CORRUPT with the first complaint. */
ph_rc ph_db_check(ph_db *db, bool full, ph_err *err) PH_CHECKED;

/** A prepared statement, kept. done: NULL allowed, nulls the caller's pointer. */
ph_rc ph_stmt_prepare(ph_db *db, const char *sql, ph_stmt **ret, ph_err *err) PH_CHECKED;
void ph_stmt_done(ph_stmt **s);

/**
 * Bind parameter @i (from 1; a wrong one is a bug and asserted). Spans and texts are borrowed until ph_stmt_reset.
 * step: *ret_row true = a row is there, false = done (the statement is reset then). run: for statements without rows;
 * resets. After an error or when leaving rows unread call ph_stmt_reset.
 * Errors: EXISTS (unique, primary key), INVALID (other constraints), BUSY, NO_SPACE, DURABILITY (write and fsync
 * errors), CORRUPT, IO, NOMEM, BUG.
 */
void ph_stmt_int(ph_stmt *s, int i, int64_t v);
void ph_stmt_text(ph_stmt *s, int i, const char *text);
void ph_stmt_text_span(ph_stmt *s, int i, ph_span text);
void ph_stmt_blob(ph_stmt *s, int i, ph_span bytes);
void ph_stmt_blob_bytes(ph_stmt *s, int i, const void *ptr, size_t len);
void ph_stmt_null(ph_stmt *s, int i);
ph_rc ph_stmt_step(ph_stmt *s, bool *ret_row, ph_err *err) PH_CHECKED;
ph_rc ph_stmt_run(ph_stmt *s, ph_err *err) PH_CHECKED;
void ph_stmt_reset(ph_stmt *s);

/** Columns count from 0. Spans are valid until the next step or reset. bytes: a blob of exactly @len, else CORRUPT. */
int64_t ph_stmt_col_int(ph_stmt *s, int i);
ph_span ph_stmt_col_span(ph_stmt *s, int i);
bool ph_stmt_col_is_null(ph_stmt *s, int i);
ph_rc ph_stmt_col_bytes(ph_stmt *s, int i, void *dst, size_t len) PH_CHECKED;
/** A text that must fit and hold no NUL, else CORRUPT. */
ph_rc ph_stmt_col_text(ph_stmt *s, int i, char *dst, size_t size) PH_CHECKED;

/** Result of an (extended) SQLite code; and an ph_err from a handle's last error, with the extended code and what it
 * means. */
ph_rc ph_db_rc(int sqlite_code);
ph_rc ph_db_err(ph_db *db, int sqlite_code, const char *doing, ph_err *err);

#endif
