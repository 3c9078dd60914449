/* test_io_sqlite - codes, pragmas, locks, readers that touch nothing, and fsync that fails.   Layer: tests */
#include "ph_sqlite.h"

#include <errno.h>
#include <sqlite3.h>
#include <sys/syscall.h>

#include "ph_locale.h"
#include "ph_scratch.h"

/* Stands before libc's for SQLite too: while set, no sync succeeds. */
static bool fail_sync;

int fdatasync(int fd)
{
    if (fail_sync) {
        errno = EIO;
        return -1;
    }
    return (int)syscall(SYS_fdatasync, fd);
}

int fsync(int fd)
{
    return fdatasync(fd);
}

static const char *const wal[] = {"journal_mode=WAL", "synchronous=FULL", "application_id=0x70687573", NULL};

static ph_db *open_new(const char *name)
{
    ph_db *db = NULL;
    ph_err e;

    ph_rc rc = ph_db_open(in_scratch(name), PH_DB_CREATE, wal, &db, &e);
    if (rc != PH_OK)
        fail_msg("%s %s", e.code, e.what);
    assert_int_equal(
        ph_db_exec(db, "CREATE TABLE t(id INTEGER PRIMARY KEY, k TEXT UNIQUE, v BLOB NOT NULL) STRICT", &e), PH_OK);
    return db;
}

static ph_rc put(ph_db *db, int64_t id, const char *k, ph_span v, ph_err *e)
{
    ph_stmt *s = NULL;

    assert_int_equal(ph_stmt_prepare(db, "INSERT INTO t VALUES(?1, ?2, ?3)", &s, e), PH_OK);
    ph_stmt_int(s, 1, id);
    ph_stmt_text(s, 2, k);
    if (v.len == 1 && v.ptr[0] == 'N')
        ph_stmt_null(s, 3);
    else
        ph_stmt_blob(s, 3, v);
    ph_rc rc = ph_stmt_run(s, e);
    ph_stmt_done(&s);
    return rc;
}

static void what_is_bound_comes_back(void **state)
{
    (void)state;
    ph_db *db = open_new("a.db");
    ph_stmt *s = NULL;
    bool row;
    char text[8];
    uint8_t bytes[3];
    ph_err e;

    assert_int_equal(put(db, 1, "một", ph_span_of("\0\x01\xff", 3), &e), PH_OK);
    assert_int_equal(put(db, INT64_MAX, "", ph_span_of(NULL, 0), &e), PH_OK);
    assert_int_equal(ph_db_changes(db), 1);
    assert_true(ph_db_last_rowid(db) == INT64_MAX);
    assert_int_equal(ph_stmt_prepare(db, "SELECT id, k, v, NULL FROM t ORDER BY id", &s, &e), PH_OK);
    assert_int_equal(ph_stmt_step(s, &row, &e), PH_OK);
    assert_true(row);
    assert_int_equal(ph_stmt_col_int(s, 0), 1);
    assert_int_equal(ph_stmt_col_text(s, 1, text, sizeof text), PH_OK);
    assert_string_equal(text, "một");
    assert_int_equal(ph_stmt_col_text(s, 1, text, 3), PH_CORRUPT);
    assert_int_equal(ph_stmt_col_bytes(s, 2, bytes, 3), PH_OK);
    assert_memory_equal(bytes, "\0\x01\xff", 3);
    assert_int_equal(ph_stmt_col_bytes(s, 2, bytes, 2), PH_CORRUPT);
    assert_true(ph_stmt_col_is_null(s, 3));
    assert_int_equal(ph_stmt_step(s, &row, &e), PH_OK);
    assert_true(row);
    assert_false(ph_stmt_col_is_null(s, 2)); /* an empty blob is not NULL */
    assert_int_equal(ph_stmt_col_span(s, 2).len, 0);
    assert_int_equal(ph_stmt_step(s, &row, &e), PH_OK);
    assert_false(row);
    ph_stmt_done(&s);
    ph_stmt_done(&s);
    int64_t n;
    assert_int_equal(ph_db_int(db, "SELECT count(*) FROM t", &n, &e), PH_OK);
    assert_int_equal(n, 2);
    assert_int_equal(ph_db_int(db, "SELECT 1 WHERE 0", &n, &e), PH_NOT_FOUND);
    ph_db_close(db);
}

static void constraints_have_codes(void **state)
{
    (void)state;
    ph_db *db = open_new("a.db");
    ph_err e;

    assert_int_equal(put(db, 1, "a", ph_span_str("x"), &e), PH_OK);
    assert_int_equal(put(db, 1, "b", ph_span_str("x"), &e), PH_EXISTS);
    assert_int_equal(put(db, 2, "a", ph_span_str("x"), &e), PH_EXISTS);
    assert_string_equal(e.code, "db.2067");
    assert_int_equal(put(db, 2, "b", ph_span_str("N"), &e), PH_INVALID);
    assert_int_equal(ph_db_exec(db, "SELEKT", &e), PH_BUG);
    ph_db_close(db);
}

static void codes_fall_into_their_classes(void **state)
{
    (void)state;
    const struct {
        int code;
        ph_rc rc;
    } cases[] = {{SQLITE_OK, PH_OK},
                 {SQLITE_DONE, PH_OK},
                 {SQLITE_BUSY_SNAPSHOT, PH_BUSY},
                 {SQLITE_LOCKED, PH_BUSY},
                 {SQLITE_NOMEM, PH_NOMEM},
                 {SQLITE_IOERR_NOMEM, PH_NOMEM},
                 {SQLITE_FULL, PH_NO_SPACE},
                 {SQLITE_IOERR_FSYNC, PH_DURABILITY},
                 {SQLITE_IOERR_DIR_FSYNC, PH_DURABILITY},
                 {SQLITE_IOERR_WRITE, PH_DURABILITY},
                 {SQLITE_IOERR_TRUNCATE, PH_DURABILITY},
                 {SQLITE_IOERR_READ, PH_IO},
                 {SQLITE_IOERR_SHORT_READ, PH_IO},
                 {SQLITE_IOERR_DATA, PH_CORRUPT},
                 {SQLITE_CORRUPT_INDEX, PH_CORRUPT},
                 {SQLITE_NOTADB, PH_CORRUPT},
                 {SQLITE_READONLY, PH_FORBIDDEN},
                 {SQLITE_TOOBIG, PH_LIMIT},
                 {SQLITE_MISUSE, PH_BUG},
                 {SQLITE_RANGE, PH_BUG},
                 {SQLITE_ERROR, PH_BUG}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ph_db_rc(cases[i].code), cases[i].rc);
}

static void opening_tells_what_is_wrong(void **state)
{
    (void)state;
    static const char *const wal_in_memory[] = {"journal_mode=WAL", NULL}, *const unknown[] = {"journal_mode=WALL",
                                                                                               NULL};
    ph_db *db = NULL;
    ph_err e;

    assert_int_equal(ph_db_open(in_scratch("none.db"), PH_DB_WRITE, NULL, &db, &e), PH_NOT_FOUND);
    assert_int_equal(ph_db_open(in_scratch("none.db"), PH_DB_READ, NULL, &db, &e), PH_NOT_FOUND);
    write_text(
        in_scratch("text.db"),
        "this is no database at all, but it is long enough to have a header of one hundred bytes, is it not? yes",
        0600);
    assert_int_equal(ph_db_open(in_scratch("text.db"), PH_DB_WRITE, NULL, &db, &e), PH_CORRUPT);
    assert_int_equal(ph_db_open(":memory:", PH_DB_CREATE, wal_in_memory, &db, &e), PH_UNSUPPORTED);
    assert_string_equal(e.code, "db.pragma");
    assert_int_equal(ph_db_open(in_scratch("b.db"), PH_DB_CREATE, unknown, &db, &e), PH_UNSUPPORTED);
    ph_db_close(open_new("a.db"));
    assert_int_equal(symlink(in_scratch("a.db"), in_scratch("link.db")), 0);
    assert_int_equal(ph_db_open(in_scratch("link.db"), PH_DB_WRITE, NULL, &db, &e), PH_FORBIDDEN);
    struct stat st;
    assert_int_equal(stat(in_scratch("a.db"), &st), 0);
    assert_int_equal(st.st_mode & 0777, 0600);
    ph_db_close(NULL);
}

static void a_reader_never_touches_the_wal(void **state)
{
    (void)state;
    ph_db *writer = open_new("a.db"), *reader = NULL;
    struct stat before, after;
    ph_err e;
    int64_t n;

    assert_int_equal(put(writer, 1, "a", ph_span_str("x"), &e), PH_OK);
    /* The writer is gone without a checkpoint, as if killed: the reader is the last one. */
    assert_int_equal(sqlite3_db_config(writer, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, (int *)NULL), SQLITE_OK);
    ph_db_close(writer);
    assert_int_equal(stat(in_scratch("a.db-wal"), &before), 0);
    assert_true(before.st_size > 0);
    assert_int_equal(ph_db_open(in_scratch("a.db"), PH_DB_READ, NULL, &reader, &e), PH_OK);
    assert_int_equal(ph_db_int(reader, "SELECT count(*) FROM t", &n, &e), PH_OK);
    assert_int_equal(n, 1);
    assert_int_equal(ph_db_exec(reader, "DELETE FROM t", &e), PH_FORBIDDEN);
    ph_db_close(reader);
    assert_int_equal(stat(in_scratch("a.db-wal"), &after), 0);
    assert_int_equal(after.st_size, before.st_size);
    assert_true(after.st_mtim.tv_sec == before.st_mtim.tv_sec && after.st_mtim.tv_nsec == before.st_mtim.tv_nsec);
}

static void locks_are_busy_and_a_checkpoint_must_finish(void **state)
{
    (void)state;
    ph_db *one = open_new("a.db"), *two = NULL, *reader = NULL;
    ph_stmt *s = NULL;
    bool row;
    ph_err e;

    assert_int_equal(ph_db_open(in_scratch("a.db"), PH_DB_WRITE, NULL, &two, &e), PH_OK);
    assert_int_equal(ph_db_begin(one, &e), PH_OK);
    assert_int_equal(ph_db_begin(two, &e), PH_BUSY);
    ph_db_rollback(two);
    assert_int_equal(put(one, 1, "a", ph_span_str("x"), &e), PH_OK);
    assert_int_equal(put(one, 2, "b", ph_span_str("x"), &e), PH_OK);
    assert_int_equal(ph_db_commit(one, &e), PH_OK);
    assert_int_equal(ph_db_open(in_scratch("a.db"), PH_DB_READ, NULL, &reader, &e), PH_OK);
    assert_int_equal(ph_stmt_prepare(reader, "SELECT id FROM t", &s, &e), PH_OK);
    assert_int_equal(ph_stmt_step(s, &row, &e), PH_OK); /* a read transaction is open */
    assert_int_equal(put(one, 3, "c", ph_span_str("x"), &e), PH_OK);
    assert_int_equal(ph_db_checkpoint(one, &e), PH_BUSY);
    ph_stmt_reset(s);
    assert_int_equal(ph_db_checkpoint(one, &e), PH_OK);
    struct stat st;
    assert_int_equal(stat(in_scratch("a.db-wal"), &st), 0);
    assert_int_equal(st.st_size, 0);
    ph_stmt_done(&s);
    ph_db_close(reader);
    ph_db_close(two);
    ph_db_close(one);
}

static void a_failed_sync_ends_the_transaction_as_durability(void **state)
{
    (void)state;
    ph_db *db = open_new("a.db");
    ph_err e;

    assert_int_equal(ph_db_begin(db, &e), PH_OK);
    assert_int_equal(put(db, 1, "a", ph_span_str("x"), &e), PH_OK);
    fail_sync = true;
    assert_int_equal(ph_db_commit(db, &e), PH_DURABILITY);
    assert_int_equal(ph_rc_class(e.rc), PH_CLASS_FATAL);
    assert_true(e.means[0] != '\0');
    fail_sync = false;
    assert_int_equal(sqlite3_get_autocommit(db), 1); /* none left open */
    ph_db_rollback(db);
    ph_db_close(db);
}

static void a_full_disk_undoes_the_transaction(void **state)
{
    (void)state;
    ph_db *db = open_new("a.db");
    ph_err e;
    char big[20000];

    memset(big, 'x', sizeof big);
    assert_int_equal(ph_db_exec(db, "PRAGMA max_page_count=6", &e), PH_OK);
    assert_int_equal(ph_db_begin(db, &e), PH_OK);
    assert_int_equal(put(db, 1, "a", ph_span_str("x"), &e), PH_OK);
    assert_int_equal(put(db, 2, "b", ph_span_of(big, sizeof big), &e), PH_NO_SPACE);
    assert_true(e.hint[0] != '\0');
    ph_db_rollback(db);
    int64_t n;
    assert_int_equal(ph_db_int(db, "SELECT count(*) FROM t", &n, &e), PH_OK);
    assert_int_equal(n, 0);
    ph_db_close(db);
}

static void damage_is_found_by_the_check(void **state)
{
    (void)state;
    ph_db *db = open_new("a.db");
    ph_err e;
    char k[16];

    for (int i = 1; i < 500; i++) {
        (void)snprintf(k, sizeof k, "key%d", i);
        assert_int_equal(put(db, i, k, ph_span_str("some bytes that fill a page"), &e), PH_OK);
    }
    assert_int_equal(ph_db_check(db, true, &e), PH_OK);
    assert_int_equal(ph_db_check(db, false, &e), PH_OK);
    ph_db_close(db);
    FILE *f = fopen(in_scratch("a.db"), "r+");
    assert_non_null(f);
    assert_int_equal(fseek(f, 4096, SEEK_SET), 0);
    for (int i = 0; i < 4096; i++)
        (void)fputc(0xA5, f);
    (void)fclose(f);
    assert_int_equal(ph_db_open(in_scratch("a.db"), PH_DB_WRITE, NULL, &db, &e), PH_OK);
    assert_int_equal(ph_db_check(db, true, &e), PH_CORRUPT);
    ph_db_close(db);
}

#define WITH_SCRATCH(f) cmocka_unit_test_setup_teardown(f, scratch_open, scratch_close)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SCRATCH(what_is_bound_comes_back),
        WITH_SCRATCH(constraints_have_codes),
        cmocka_unit_test(codes_fall_into_their_classes),
        WITH_SCRATCH(opening_tells_what_is_wrong),
        WITH_SCRATCH(a_reader_never_touches_the_wal),
        WITH_SCRATCH(locks_are_busy_and_a_checkpoint_must_finish),
        WITH_SCRATCH(a_failed_sync_ends_the_transaction_as_durability),
        WITH_SCRATCH(a_full_disk_undoes_the_transaction),
        WITH_SCRATCH(damage_is_found_by_the_check),
    };
    ph_lang_set(PH_LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
