/* ph_sqlite - SQLite with our result codes: handles.   Layer: base/io (SQLite) */
#include "ph_sqlite.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>

#include "ph_file.h"
#include "ph_locale.h"

enum { MAX_PRAGMA_BYTES = 128 };

/* ---- codes ---- */

static ph_rc rc_of_io(int extended)
{
    switch (extended) {
    case SQLITE_IOERR_NOMEM:
        return PH_NOMEM;
    case SQLITE_IOERR_WRITE:
    case SQLITE_IOERR_FSYNC:
    case SQLITE_IOERR_DIR_FSYNC:
    case SQLITE_IOERR_TRUNCATE:
    case SQLITE_IOERR_COMMIT_ATOMIC:
    case SQLITE_IOERR_DELETE:
    case SQLITE_IOERR_CLOSE:
    case SQLITE_IOERR_MMAP:
        return PH_DURABILITY;
    case SQLITE_IOERR_DATA:
    case SQLITE_IOERR_CORRUPTFS:
        return PH_CORRUPT;
    default:
        return PH_IO;
    }
}

static ph_rc rc_of_constraint(int extended)
{
    bool exists = extended == SQLITE_CONSTRAINT_UNIQUE || extended == SQLITE_CONSTRAINT_PRIMARYKEY ||
                  extended == SQLITE_CONSTRAINT_ROWID;

    return exists ? PH_EXISTS : PH_INVALID;
}

ph_rc ph_db_rc(int code)
{
    switch (code & 0xFF) {
    case SQLITE_OK:
    case SQLITE_ROW:
    case SQLITE_DONE:
        return PH_OK;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_INTERRUPT:
    case SQLITE_PROTOCOL:
    case SQLITE_SCHEMA:
        return PH_BUSY;
    case SQLITE_NOMEM:
        return PH_NOMEM;
    case SQLITE_FULL:
        return PH_NO_SPACE;
    case SQLITE_IOERR:
        return rc_of_io(code);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_FORMAT:
        return PH_CORRUPT;
    case SQLITE_CONSTRAINT:
        return rc_of_constraint(code);
    case SQLITE_PERM:
    case SQLITE_READONLY:
    case SQLITE_AUTH:
        return PH_FORBIDDEN;
    case SQLITE_CANTOPEN:
        return code == SQLITE_CANTOPEN_SYMLINK ? PH_FORBIDDEN : PH_IO;
    case SQLITE_TOOBIG:
        return PH_LIMIT;
    default:
        return PH_BUG;
    }
}

static const char *meaning_of(ph_rc rc)
{
    if (rc == PH_DURABILITY)
        return PH_T("việc ghi chưa được xác nhận; không biên nhận nào được phát ra",
                    "the write is not confirmed; no receipt was given for it");
    if (rc == PH_NO_SPACE)
        return PH_T("giao dịch đã hủy, dữ liệu cũ còn nguyên", "the transaction was undone, older data is untouched");
    return "";
}

static const char *hint_of(ph_rc rc)
{
    if (rc == PH_NO_SPACE)
        return PH_T("giải phóng chỗ trên đĩa rồi thử lại", "free space on the disk, then try again");
    if (rc == PH_CORRUPT)
        return PH_T("khôi phục từ bản sao lưu; xem OPERATIONS, dữ liệu hỏng",
                    "restore from a backup; see OPERATIONS, damaged data");
    if (rc == PH_IO)
        return PH_T("xem thư mục có đó không, quyền ghi và đĩa",
                    "see whether its folder is there, its permissions and the disk");
    if (rc == PH_BUSY)
        return PH_T("tiến trình khác đang dùng tệp này; thử lại", "another process is using this file; try again");
    return "";
}

static const char *file_of(ph_db *db)
{
    const char *name = db == NULL ? NULL : sqlite3_db_filename(db, "main");

    return name == NULL || name[0] == '\0' ? ":memory:" : name;
}

ph_rc ph_db_err(ph_db *db, int code, const char *doing, ph_err *err)
{
    ph_rc rc = ph_db_rc(code);
    char name[48];

    (void)snprintf(name, sizeof name, "db.%d", code);
    (void)ph_err_set(err, rc, name, file_of(db), "%.200s: %s", doing,
                     db == NULL ? sqlite3_errstr(code) : sqlite3_errmsg(db));
    ph_err_means(err, "%s", meaning_of(rc));
    ph_err_hint(err, "%s", hint_of(rc));
    return rc;
}

/* ---- opening ---- */

/* Numbers with which SQLite answers to names. */
static bool same_setting(const char *given, const char *answer)
{
    static const struct {
        const char *name, *number;
    } numbers[] = {{"off", "0"},  {"on", "1"},    {"false", "0"},  {"true", "1"},       {"normal", "1"},
                   {"full", "2"}, {"extra", "3"}, {"memory", "2"}, {"incremental", "2"}};

    if (strcasecmp(given, answer) == 0)
        return true;
    for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
        if (strcasecmp(given, numbers[i].name) == 0 && strcmp(answer, numbers[i].number) == 0)
            return true;
    return strncmp(given, "0x", 2) == 0 && strtoll(given, NULL, 16) == strtoll(answer, NULL, 10);
}

/* Set, then ask: a pragma that SQLite does not like is silently ignored. */
static ph_rc apply_pragma(ph_db *db, const char *pragma, ph_err *err)
{
    char sql[MAX_PRAGMA_BYTES], answer[MAX_PRAGMA_BYTES] = "";
    const char *equals = strchr(pragma, '=');
    ph_stmt *s = NULL;
    bool row = false;

    if (equals == NULL || (size_t)snprintf(sql, sizeof sql, "PRAGMA %s", pragma) >= sizeof sql)
        return ph_err_set(err, PH_BUG, "db.pragma", file_of(db), "%s", pragma);
    ph_rc rc = ph_db_exec(db, sql, err);
    (void)snprintf(sql, sizeof sql, "PRAGMA %.*s", (int)(equals - pragma), pragma);
    if (rc == PH_OK)
        rc = ph_stmt_prepare(db, sql, &s, err);
    if (rc == PH_OK)
        rc = ph_stmt_step(s, &row, err);
    if (rc == PH_OK && row)
        rc = ph_stmt_col_text(s, 0, answer, sizeof answer);
    ph_stmt_done(&s);
    if (rc == PH_OK && row && !same_setting(equals + 1, answer))
        rc = ph_err_set(err, PH_UNSUPPORTED, "db.pragma", file_of(db),
                        PH_T("cần %s, SQLite trả lời \"%s\"", "wanted %s, SQLite answers \"%s\""), pragma, answer);
    return rc;
}

/* Safety switches of each of our handles. */
static int harden(ph_db *db, int mode)
{
    int rc = sqlite3_extended_result_codes(db, 1);

    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, (int *)NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, (int *)NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, (int *)NULL);
    if (rc == SQLITE_OK && mode == PH_DB_READ)
        rc = sqlite3_db_config(db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL);
    return rc;
}

static int open_flags(int mode)
{
    int flags = mode == PH_DB_READ ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;

    return flags | (mode == PH_DB_CREATE ? SQLITE_OPEN_CREATE : 0) | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
}

static ph_rc fail_missing(const char *path, ph_err *err)
{
    return ph_err_set(err, PH_NOT_FOUND, "db.missing", path, "%s",
                      PH_T("không có tệp dữ liệu này", "there is no such database file"));
}

/* The file itself must be no link; a linked folder is an operator's choice (SQLITE_OPEN_NOFOLLOW would refuse that
 * too). */
static bool is_symlink(const char *path)
{
    struct stat st;

    return lstat(path, &st) == 0 && S_ISLNK(st.st_mode);
}

static ph_rc open_handle(const char *path, int mode, ph_db **ret, ph_err *err)
{
    sqlite3 *db = NULL;
    bool file = strcmp(path, ":memory:") != 0;

    if (file && mode != PH_DB_CREATE && !ph_file_exists(path))
        return fail_missing(path, err);
    if (file && is_symlink(path))
        return ph_err_set(err, PH_FORBIDDEN, "db.symlink", path, "%s",
                          PH_T("là liên kết; tệp dữ liệu phải là chính nó",
                               "is a symbolic link; the database must be the file itself"));
    mode_t before = umask(077);
    int code = sqlite3_open_v2(path, &db, open_flags(mode), NULL);
    (void)umask(before);
    if (code == SQLITE_OK)
        code = harden(db, mode);
    if (code != SQLITE_OK) {
        ph_rc rc =
            ph_db_err(db, db == NULL ? code : sqlite3_extended_errcode(db), PH_T("không mở được", "cannot open"), err);
        if (err != NULL) /* a handle that did not open names no file */
            (void)snprintf(err->where, sizeof err->where, "%s", path);
        (void)sqlite3_close(db);
        return rc;
    }
    *ret = db;
    return PH_OK;
}

ph_rc ph_db_open(const char *path, int mode, const char *const *pragmas, ph_db **ret, ph_err *err)
{
    ph_db *db = NULL;
    ph_rc rc = open_handle(path, mode, &db, err);

    for (; rc == PH_OK && pragmas != NULL && *pragmas != NULL; pragmas++)
        rc = apply_pragma(db, *pragmas, err);
    if (rc == PH_OK)
        rc = ph_db_exec(db, "SELECT count(*) FROM sqlite_schema",
                        err); /* the first real read: is it a database at all? */
    if (rc == PH_OK)
        *ret = db;
    else
        ph_db_close(db);
    return rc;
}

void ph_db_close(ph_db *db)
{
    (void)sqlite3_close_v2(db);
}

void ph_db_busy_timeout(ph_db *db, int64_t us)
{
    (void)sqlite3_busy_timeout(db, (int)(us / 1000));
}

/* ---- small things ---- */

ph_rc ph_db_exec(ph_db *db, const char *sql, ph_err *err)
{
    int code = sqlite3_exec(db, sql, NULL, NULL, NULL);

    return code == SQLITE_OK ? PH_OK : ph_db_err(db, sqlite3_extended_errcode(db), sql, err);
}

ph_rc ph_db_int(ph_db *db, const char *sql, int64_t *ret, ph_err *err)
{
    ph_stmt *s = NULL;
    bool row = false;
    ph_rc rc = ph_stmt_prepare(db, sql, &s, err);

    if (rc == PH_OK)
        rc = ph_stmt_step(s, &row, err);
    if (rc == PH_OK && !row)
        rc = ph_err_set(err, PH_NOT_FOUND, "db.no_row", file_of(db), "%.200s", sql);
    if (rc == PH_OK)
        *ret = ph_stmt_col_int(s, 0);
    ph_stmt_done(&s);
    return rc;
}

ph_rc ph_db_begin(ph_db *db, ph_err *err)
{
    return ph_db_exec(db, "BEGIN IMMEDIATE", err);
}

ph_rc ph_db_commit(ph_db *db, ph_err *err)
{
    ph_rc rc = ph_db_exec(db, "COMMIT", err);

    if (rc != PH_OK)
        ph_db_rollback(db);
    return rc;
}

void ph_db_rollback(ph_db *db)
{
    if (db != NULL && sqlite3_get_autocommit(db) == 0)
        (void)sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
}

int64_t ph_db_changes(ph_db *db)
{
    return sqlite3_changes64(db);
}

int64_t ph_db_last_rowid(ph_db *db)
{
    return sqlite3_last_insert_rowid(db);
}

ph_rc ph_db_checkpoint(ph_db *db, ph_err *err)
{
    int code = sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_TRUNCATE, NULL, NULL);

    return code == SQLITE_OK ? PH_OK : ph_db_err(db, sqlite3_extended_errcode(db), "wal_checkpoint(TRUNCATE)", err);
}

ph_rc ph_db_check(ph_db *db, bool full, ph_err *err)
{
    char complaint[256] = "";
    ph_stmt *s = NULL;
    bool row = false;
    ph_rc rc = ph_stmt_prepare(db, full ? "PRAGMA integrity_check(1)" : "PRAGMA quick_check(1)", &s, err);

    if (rc == PH_OK)
        rc = ph_stmt_step(s, &row, err);
    if (rc == PH_OK && row)
        (void)ph_span_copy(ph_stmt_col_span(s, 0), complaint, sizeof complaint);
    ph_stmt_done(&s);
    if (rc != PH_OK || strcmp(complaint, "ok") == 0)
        return rc;
    (void)ph_err_set(err, PH_CORRUPT, "db.check", file_of(db), "%s", complaint);
    ph_err_hint(err, "%s", hint_of(PH_CORRUPT));
    return PH_CORRUPT;
}
