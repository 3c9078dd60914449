/* test_agg_sqlite - what is the file's own: who may open it, and what happens before anything is answered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "ph_sqlite.h"
#include "ph_test_file.h"
#include "ph_test_script.h"

typedef struct fixture {
    ph_test_file file;
    ph_world w;
} fixture;

static const ph_uuid boot_mark = {{7, 7}};

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    ph_test_file_make(&f->file);
    ph_world_init(&f->w, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 3, .n_periods = 1});
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;

    ph_test_file_remove(&f->file);
    ph_world_done(&f->w);
    free(f);
    return 0;
}

static ph_rc open_as(const fixture *f, ph_ledger_mode mode, ph_agg_store **ret, ph_err *err)
{
    *err = (ph_err){0};
    return ph_agg_sqlite_open(f->file.path, mode, &boot_mark, 5, NULL, ret, err);
}

static off_t size_of(const fixture *f, const char *tail)
{
    char name[sizeof f->file.path + 8];
    struct stat st;

    (void)snprintf(name, sizeof name, "%s%s", f->file.path, tail);
    return stat(name, &st) == 0 ? st.st_size : -1;
}

static void copy_file(const fixture *f, const char *from_tail, const char *to_name)
{
    char from[sizeof f->file.path + 16], to[sizeof f->file.path + 64];
    FILE *in, *out;
    int c;

    (void)snprintf(from, sizeof from, "%s%s", f->file.path, from_tail);
    (void)snprintf(to, sizeof to, "%s/%s", f->file.folder, to_name);
    in = fopen(from, "rb");
    out = fopen(to, "wb");
    assert_non_null(in);
    assert_non_null(out);
    while ((c = getc(in)) != EOF)
        assert_int_equal(putc(c, out), c);
    assert_int_equal(fclose(in), 0);
    assert_int_equal(fclose(out), 0);
}

static void a_ledger_is_made_once(void **state)
{
    fixture *f = *state;
    ph_agg_store *st = NULL;
    ph_err err;

    assert_int_equal(open_as(f, PH_LEDGER_WRITE, &st, &err), PH_NOT_FOUND);
    assert_int_equal(size_of(f, ""), -1);
    assert_int_equal(open_as(f, PH_LEDGER_CREATE, &st, &err), PH_OK);
    st->ops->close(st);
    assert_int_equal(open_as(f, PH_LEDGER_CREATE, &st, &err), PH_OK); /* made, but without a genesis: begun again */
    assert_int_equal(ph_world_genesis(&f->w, st, PH_WORLD_START_US), PH_OK);
    st->ops->close(st);
    assert_int_equal(open_as(f, PH_LEDGER_CREATE, &st, &err), PH_EXISTS);
    assert_string_equal(err.code, "ledger.exists");
    assert_int_equal(open_as(f, PH_LEDGER_WRITE, &st, &err), PH_OK);
    st->ops->close(st);
}

static void a_second_aggregator_is_refused_by_name(void **state)
{
    fixture *f = *state;
    ph_agg_store *st = ph_test_file_open(&f->file), *second = NULL;
    char pid[32];
    ph_err err;

    assert_int_equal(open_as(f, PH_LEDGER_WRITE, &second, &err), PH_BUSY);
    assert_string_equal(err.code, "ledger.held");
    (void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
    assert_non_null(strstr(err.what, pid));
    st->ops->close(st);
    assert_int_equal(open_as(f, PH_LEDGER_WRITE, &second, &err), PH_OK);
    second->ops->close(second);
}

static void raw(const fixture *f, const char *sql)
{
    ph_db *db = NULL;

    assert_int_equal(ph_db_open(f->file.path, PH_DB_CREATE, NULL, &db, NULL), PH_OK);
    assert_int_equal(ph_db_exec(db, sql, NULL), PH_OK);
    ph_db_close(db);
}

static void another_database_is_left_alone(void **state)
{
    fixture *f = *state;
    ph_agg_store *st = NULL;
    ph_err err;

    raw(f, "CREATE TABLE somebody (elses INTEGER)");
    assert_int_equal(open_as(f, PH_LEDGER_CREATE, &st, &err), PH_CORRUPT);
    assert_string_equal(err.code, "ledger.foreign");
    assert_int_equal(open_as(f, PH_LEDGER_WRITE, &st, &err), PH_CORRUPT);
    assert_int_equal(ph_agg_sqlite_open_read(f->file.path, &st, &err), PH_CORRUPT);
}

static void no_database_at_all_is_left_alone(void **state)
{
    fixture *f = *state;
    ph_agg_store *st = NULL;
    ph_err err;
    FILE *out = fopen(f->file.path, "w");

    assert_non_null(out);
    for (int i = 0; i < 500; i++)
        assert_true(fputs("unit,indicator,value\n", out) >= 0);
    assert_int_equal(fclose(out), 0);
    assert_int_equal(open_as(f, PH_LEDGER_WRITE, &st, &err), PH_CORRUPT);
    assert_int_equal(ph_agg_sqlite_open_read(f->file.path, &st, &err), PH_CORRUPT);
}

static void a_newer_schema_is_not_touched(void **state)
{
    fixture *f = *state;
    ph_agg_store *st = ph_test_file_open(&f->file);
    ph_err err;

    st->ops->close(st);
    raw(f, "PRAGMA user_version = 99");
    assert_int_equal(open_as(f, PH_LEDGER_WRITE, &st, &err), PH_UNSUPPORTED);
    assert_string_equal(err.code, "ledger.newer");
    assert_int_equal(ph_agg_sqlite_open_read(f->file.path, &st, &err), PH_UNSUPPORTED);
}

static void each_start_leaves_its_mark(void **state)
{
    fixture *f = *state;
    ph_agg_store *st = ph_test_file_open(&f->file);
    ph_db *db = NULL;
    int64_t started = 0;
    ph_err err;

    st->ops->close(st);
    assert_int_equal(open_as(f, PH_LEDGER_WRITE, &st, &err), PH_OK);
    st->ops->close(st);
    assert_int_equal(ph_db_open(f->file.path, PH_DB_READ, NULL, &db, NULL), PH_OK);
    assert_int_equal(ph_db_int(db, "SELECT started_at_us FROM boot WHERE mark = x'07070000000000000000000000000000'",
                               &started, NULL),
                     PH_OK);
    assert_int_equal(started, 5);
    ph_db_close(db);
}

static void submit(fixture *f, ph_agg_store *st)
{
    static const int64_t values[] = {1, 2, 3};
    ph_world_form form = {
        .revision = 1, .values = values, .n_values = 3, .number = 1, .received_at_us = PH_WORLD_START_US};
    ph_engine *e = ph_world_engine(&f->w, st);
    ph_world_sent sent;
    ph_outcome o;

    ph_world_make(&f->w, &form, &sent);
    sent.intake.unit = ph_span_str(sent.unit);
    assert_int_equal(ph_engine_begin(e, PH_WORLD_START_US), PH_OK);
    assert_int_equal(ph_engine_take(e, &sent.intake, &o), PH_OK);
    assert_int_equal(ph_engine_finish(e, true), PH_OK);
    ph_engine_free(e);
    ph_world_drop(&sent);
}

static void a_reader_only_reads(void **state)
{
    fixture *f = *state;
    ph_agg_store *st = ph_test_file_open(&f->file), *reader = NULL;
    ph_ledger_head head;
    ph_err err = {0};
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};

    submit(f, st);
    assert_int_equal(ph_agg_sqlite_open_read(f->file.path, &reader, &err), PH_OK);
    assert_int_equal(reader->ops->begin(reader), PH_OK);
    assert_int_equal(reader->ops->get_head(reader, &head), PH_OK);
    assert_int_equal(reader->ops->put_head(reader, &head), PH_FORBIDDEN);
    assert_int_equal(reader->ops->put_sheet(reader, &key, 1, ph_span_str("x")), PH_FORBIDDEN);
    /* one snapshot, though the writer goes on */
    assert_int_equal(st->ops->begin(st), PH_OK);
    head.last_record = 12345;
    assert_int_equal(st->ops->put_head(st, &head), PH_OK);
    assert_int_equal(st->ops->commit(st), PH_OK);
    assert_int_equal(reader->ops->get_head(reader, &head), PH_OK);
    assert_int_not_equal(head.last_record, 12345);
    reader->ops->rollback(reader);
    assert_int_equal(reader->ops->get_head(reader, &head), PH_OK);
    assert_int_equal(head.last_record, 12345);
    reader->ops->close(reader);
    st->ops->close(st);
}

/* The writer was killed: its log lies there. A reader leaves it as it is; the next writer makes it durable first. */
static void what_a_killed_writer_left_is_made_durable_first(void **state)
{
    fixture *f = *state;
    ph_agg_store *st = ph_test_file_open(&f->file), *reader = NULL;
    fixture killed = *f;
    ph_ledger_head head;
    ph_err err = {0};
    off_t wal;

    submit(f, st);
    copy_file(f, "", "killed.db"); /* as they are, while it lives */
    copy_file(f, "-wal", "killed.db-wal");
    st->ops->close(st);
    (void)snprintf(killed.file.path, sizeof killed.file.path, "%s/killed.db", f->file.folder);
    wal = size_of(&killed, "-wal");
    assert_true(wal > 0);
    assert_int_equal(ph_agg_sqlite_open_read(killed.file.path, &reader, &err), PH_OK);
    assert_int_equal(reader->ops->get_head(reader, &head), PH_OK);
    assert_int_equal(head.last_seq, 6);
    reader->ops->close(reader);
    assert_int_equal(size_of(&killed, "-wal"), wal);
    assert_int_equal(open_as(&killed, PH_LEDGER_WRITE, &st, &err), PH_OK);
    assert_true(size_of(&killed, "-wal") < wal); /* the boot mark alone */
    assert_int_equal(st->ops->get_head(st, &head), PH_OK);
    assert_int_equal(head.last_seq, 6);
    st->ops->close(st);
}

/* A reader that will not go away holds up the checkpoint: the start is refused rather than answered in doubt. */
static void a_reader_in_the_way_of_the_first_checkpoint(void **state)
{
    fixture *f = *state;
    const ph_ledger_tuning hasty = {.busy_ms = 50};
    ph_agg_store *st = ph_test_file_open(&f->file), *reader = NULL;
    fixture killed = *f;
    ph_ledger_head head;
    ph_err err = {0};

    submit(f, st);
    copy_file(f, "", "killed.db");
    copy_file(f, "-wal", "killed.db-wal");
    st->ops->close(st);
    (void)snprintf(killed.file.path, sizeof killed.file.path, "%s/killed.db", f->file.folder);
    assert_int_equal(ph_agg_sqlite_open_read(killed.file.path, &reader, &err), PH_OK);
    assert_int_equal(reader->ops->begin(reader), PH_OK);
    assert_int_equal(reader->ops->get_head(reader, &head), PH_OK);
    assert_int_equal(ph_agg_sqlite_open(killed.file.path, PH_LEDGER_WRITE, &boot_mark, 5, &hasty, &st, &err), PH_BUSY);
    reader->ops->close(reader);
    assert_int_equal(open_as(&killed, PH_LEDGER_WRITE, &st, &err), PH_OK);
    st->ops->close(st);
}

static void a_long_log_is_checkpointed_after_a_commit(void **state)
{
    fixture *f = *state;
    const ph_ledger_tuning tuning = {.checkpoint_pages = 8};
    ph_agg_store *st = NULL;
    uint32_t longest = 0;
    ph_ledger_head head;

    assert_int_equal(ph_agg_sqlite_open(f->file.path, PH_LEDGER_CREATE, &boot_mark, 5, &tuning, &st, NULL), PH_OK);
    assert_int_equal(ph_world_genesis(&f->w, st, PH_WORLD_START_US), PH_OK);
    assert_int_equal(st->ops->get_head(st, &head), PH_OK);
    for (int i = 0; i < 100; i++) {
        assert_int_equal(st->ops->begin(st), PH_OK);
        assert_int_equal(st->ops->put_head(st, &head), PH_OK);
        assert_int_equal(st->ops->commit(st), PH_OK);
        if (ph_agg_sqlite_wal_pages(st) > longest)
            longest = ph_agg_sqlite_wal_pages(st);
    }
    assert_true(longest >= 8 && longest < 40);
    st->ops->close(st);
}

/* The file cannot grow: told as NO_SPACE, the batch undone, and all goes on once there is room. */
static void a_full_disk_takes_nothing_and_loses_nothing(void **state)
{
    fixture *f = *state;
    ph_ledger_tuning tuning = {.max_pages = 24};
    uint64_t random = 2;
    size_t order[200], n_told = 0;
    ph_agg_store *st = ph_test_file_open(&f->file);
    ph_engine *e = ph_world_engine(&f->w, st);
    ph_script s;
    ph_rc rc = PH_OK;

    ph_engine_free(e);
    st->ops->close(st);
    assert_int_equal(ph_agg_sqlite_open(f->file.path, PH_LEDGER_WRITE, &boot_mark, 5, &tuning, &st, NULL), PH_OK);
    assert_int_equal(ph_engine_open(st, &f->w.source, &f->w.key, &e), PH_OK);
    ph_script_make(&f->w, &random, 150, &s);
    ph_script_shuffle(&s, &random, order);
    for (int round = 0; n_told < s.n && round < 400; round++) {
        ph_outcome o;
        rc = ph_engine_begin(e, PH_WORLD_START_US + 1);
        if (rc == PH_OK)
            rc = ph_engine_take(e, &s.steps[order[n_told]].sent.intake, &o);
        if (rc == PH_OK)
            rc = ph_engine_finish(e, true);
        if (rc == PH_OK) {
            assert_int_equal(o.verdict, s.steps[order[n_told]].verdict);
            n_told++;
            continue;
        }
        assert_int_equal(rc, PH_NO_SPACE);
        assert_int_equal(ph_agg_sqlite_error(st)->rc, PH_NO_SPACE);
        ph_engine_free(e);
        st->ops->close(st);
        tuning.max_pages += 2; /* somebody made room */
        assert_int_equal(ph_agg_sqlite_open(f->file.path, PH_LEDGER_WRITE, &boot_mark, 5, &tuning, &st, NULL), PH_OK);
        assert_int_equal(ph_engine_open(st, &f->w.source, &f->w.key, &e), PH_OK);
    }
    assert_int_equal(n_told, s.n);
    assert_true(tuning.max_pages > 26);
    ph_engine_free(e);
    st->ops->close(st);
    ph_script_done(&s);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {CASE(a_ledger_is_made_once),
                                       CASE(a_second_aggregator_is_refused_by_name),
                                       CASE(another_database_is_left_alone),
                                       CASE(no_database_at_all_is_left_alone),
                                       CASE(a_newer_schema_is_not_touched),
                                       CASE(each_start_leaves_its_mark),
                                       CASE(a_reader_only_reads),
                                       CASE(what_a_killed_writer_left_is_made_durable_first),
                                       CASE(a_reader_in_the_way_of_the_first_checkpoint),
                                       CASE(a_long_log_is_checkpointed_after_a_commit),
                                       CASE(a_full_disk_takes_nothing_and_loses_nothing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
