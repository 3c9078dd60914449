/* test_col_spool_file - what only a spool in a file can suffer: damage, strangers, its own past.   Layer: tests */
#include "ph_col_spool_fixture.h"

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>

#include "ph_receipt.h"

static void tamper(const char *sql)
{
    sqlite3 *db;
    char *why = NULL;
    assert_int_equal(sqlite3_open(spool_path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s", why);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void damaged_bytes_are_noticed_and_the_rest_flows(void **state)
{
    ph_buf bytes;
    ph_col_item got[4];
    size_t n = 0;
    (void)state;
    ph_col_item a = spool_put("a", 1, 1), b = spool_put("b", 1, 2);
    tamper("UPDATE envelope SET bytes = CAST('X' AS BLOB) || SUBSTR(bytes, 2) WHERE number = 1");
    ph_buf_init(&bytes, 1024);
    assert_int_equal(sp->ops->load(sp, &a.id, &bytes), PH_CORRUPT);
    assert_int_equal(bytes.len, 0);
    assert_ok(sp->ops->load(sp, &b.id, &bytes));
    assert_ok(sp->ops->quarantine(sp, &a.id, ph_span_str("damaged")));
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 1);
    ph_buf_done(&bytes);
}

static void a_damaged_row_is_put_aside(void **state)
{
    ph_col_item got[4];
    size_t n = 0;
    (void)state;
    ph_col_item a = spool_put("a", 1, 1), b = spool_put("b", 1, 2);
    tamper("UPDATE item SET period = 'nonsense' WHERE number = 1");
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 1);
    assert_true(ph_uuid_eq(&got[0].id, &b.id));
    assert_int_equal(sp->ops->find(sp, &a.id, &got[0]), PH_CORRUPT);
    tamper("UPDATE item SET id = x'00' WHERE number = 2");
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 0);
}

static void another_unit_is_refused(void **state)
{
    ph_col_spool *other = NULL;
    ph_err err = {0};
    (void)state;
    assert_int_equal(ph_col_spool_sqlite_open(spool_path, "hanam", &spool_limits, &other, &err), PH_CONFLICT);
    assert_string_equal(err.code, "spool.owner");
    assert_ok(ph_col_spool_sqlite_open(spool_path, NULL, &spool_limits, &other, &err));
    other->ops->close(other);
}

static void a_newer_schema_is_refused(void **state)
{
    ph_col_spool *newer = NULL;
    ph_err err = {0};
    (void)state;
    tamper("PRAGMA user_version = 3");
    assert_int_equal(ph_col_spool_sqlite_open(spool_path, "thaibinh", &spool_limits, &newer, &err), PH_UNSUPPORTED);
    assert_string_equal(err.code, "spool.version");
}

/* ---- a spool that the program before wrote ---- */

/* spool-v1.db: written by phusa-collector before explanations and decisions were in the spool, against the aggregator
 * of its day: revision 1 accepted, with its receipt; revision 2 signed and not sent. */
static void with_old_spool(void)
{
    static uint8_t bytes[256 * 1024];
    char old[512];
    const char *source = getenv("PHUSA_SOURCE");
    snprintf(old, sizeof old, "%s/tests/contract/collector/spool-v1.db", source == NULL ? "." : source);
    sp->ops->close(sp);
    sp = NULL;
    FILE *from = fopen(old, "rb"), *to = fopen(spool_path, "wb");
    assert_non_null(from);
    assert_non_null(to);
    size_t n = fread(bytes, 1, sizeof bytes, from);
    assert_in_range(n, 1, sizeof bytes - 1);
    assert_int_equal(fwrite(bytes, 1, n, to), n);
    assert_int_equal(fclose(from), 0);
    assert_int_equal(fclose(to), 0);
}

static void an_old_spool_goes_on(void **state)
{
    ph_col_item got[4], last;
    ph_col_key key = {.cluster = "dbsh", .form = "socio-economic", .period = {PH_FREQ_S, 2023, 1}};
    size_t n = 0;
    ph_buf bytes;
    (void)state;
    with_old_spool();
    spool_open("thaibinh");
    spool_reopen(); /* the second time it is a new one */
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 1);
    assert_int_equal(got[0].kind, PH_ENTRY_SUBMISSION);
    assert_int_equal(got[0].revision, 2);
    assert_string_equal(got[0].indicator, "");
    assert_ok(sp->ops->last_accepted(sp, &key, &last));
    assert_int_equal(last.revision, 1);
    assert_int_equal(last.verdict, PH_VERDICT_ACCEPTED);
    ph_buf_init(&bytes, PH_MAX_REPLY_BYTES);
    assert_ok(sp->ops->load(sp, &got[0].id, &bytes));
    ph_buf_clear(&bytes);
    assert_ok(sp->ops->receipt(sp, &last.id, &bytes));
    ph_receipt one;
    ph_receipts frame;
    assert_ok(ph_receipts_read(ph_buf_span(&bytes), &one, &frame));
    assert_int_equal(one.kind, PH_ENTRY_SUBMISSION);
    assert_true(ph_uuid_eq(&one.id, &last.id));
    ph_buf_done(&bytes);
    ph_col_item e = spool_other_item(PH_ENTRY_EXPLANATION, PH_DECISION_CONFIRM, "", "IIP", 9);
    e.key = key;
    assert_ok(sp->ops->put(sp, &e, spool_envelope(), 0, PH_COL_QUEUED, &e.number));
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 1);
    assert_int_equal(got[0].revision, 2); /* still before it */
}

/* A step that cannot be done leaves the file to the program that wrote it. */
static void a_step_that_fails_leaves_the_old_spool(void **state)
{
    ph_err err = {0};
    sqlite3 *db;
    sqlite3_stmt *q;
    (void)state;
    with_old_spool();
    tamper("CREATE TABLE cases (x)"); /* in the step's way, after it has begun */
    assert_int_not_equal(ph_col_spool_sqlite_open(spool_path, "thaibinh", &spool_limits, &sp, &err), PH_OK);
    assert_null(sp);
    assert_true(err.what[0] != '\0');
    assert_int_equal(sqlite3_open(spool_path, &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_prepare_v2(db, "SELECT kind FROM item", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(q, 0), 1);
    assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    tamper("DROP TABLE cases");
    spool_open("thaibinh");
}

static void what_is_no_spool_is_refused(void **state)
{
    ph_col_spool *none = NULL;
    ph_err err = {0};
    (void)state;
    sp->ops->close(sp);
    sp = NULL;
    FILE *f = fopen(spool_path, "w");
    assert_non_null(f);
    for (int i = 0; i < 2000; i++)
        (void)fputs("this is not a database\n", f);
    (void)fclose(f);
    assert_int_equal(ph_col_spool_sqlite_open(spool_path, "thaibinh", &spool_limits, &none, &err), PH_CORRUPT);
    assert_true(err.what[0] != '\0');
}

static void two_processes_see_one_another(void **state)
{
    ph_col_spool *mine = sp, *theirs = NULL;
    int64_t before = 0, after = 0;
    uint64_t number;
    (void)state;
    assert_ok(ph_col_spool_sqlite_open(spool_path, "thaibinh", &spool_limits, &theirs, NULL));
    assert_ok(mine->ops->change(mine, &before));
    ph_col_item a = spool_item("a", 1, 1), got;
    assert_ok(theirs->ops->put(theirs, &a, spool_envelope(), 0, PH_COL_QUEUED, &number));
    assert_ok(mine->ops->change(mine, &after));
    assert_int_not_equal(before, after);
    assert_ok(mine->ops->mark_sent(mine, &a.id, 5));
    assert_ok(theirs->ops->find(theirs, &a.id, &got));
    assert_int_equal(got.state, PH_COL_SENT);
    theirs->ops->close(theirs);
}

static void a_full_file_refuses_and_recovers(void **state)
{
    static uint8_t large[PH_COL_MAX_ENVELOPE_BYTES];
    const ph_col_spool_limits tight = {.max_waiting = 1000, .max_bytes = 256 * 1024};
    ph_rc rc = PH_OK;
    uint64_t number;
    uint8_t n = 0;
    (void)state;
    sp->ops->close(sp);
    assert_ok(ph_col_spool_sqlite_open(spool_path, "thaibinh", &tight, &sp, NULL));
    for (n = 1; n < 60 && rc == PH_OK; n++) {
        char form[8];
        snprintf(form, sizeof form, "f%u", n);
        ph_col_item i = spool_item(form, 1, n);
        rc = sp->ops->put(sp, &i, ph_span_of(large, sizeof large), 0, PH_COL_QUEUED, &number);
    }
    assert_int_equal(rc, PH_NO_SPACE);
    assert_true(n > 5);
    sp->ops->close(sp);
    spool_open("thaibinh"); /* more room: goes on, with all that was accepted */
    ph_col_item first = spool_item("f1", 1, 1);
    ph_buf bytes;
    ph_buf_init(&bytes, sizeof large);
    assert_ok(sp->ops->load(sp, &first.id, &bytes));
    assert_int_equal(bytes.len, sizeof large);
    ph_buf_done(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        FILES(damaged_bytes_are_noticed_and_the_rest_flows),
        FILES(a_damaged_row_is_put_aside),
        FILES(another_unit_is_refused),
        FILES(a_newer_schema_is_refused),
        FILES(an_old_spool_goes_on),
        FILES(a_step_that_fails_leaves_the_old_spool),
        FILES(what_is_no_spool_is_refused),
        FILES(two_processes_see_one_another),
        FILES(a_full_file_refuses_and_recovers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
