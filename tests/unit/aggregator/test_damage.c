/* test_damage - a ledger with something changed in it: found by verify or by replay, and named; or it changed nothing
 * that anybody reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_ram.h"
#include "ph_agg_replay.h"
#include "ph_sqlite.h"
#include "ph_test_file.h"
#include "ph_test_script.h"

typedef struct fixture {
    ph_world w;
    ph_test_file file;
    char copy[PH_TEST_PATH_BYTES + 32];
    uint8_t *bytes; /* of the sound ledger */
    size_t len;
} fixture;

static void read_all(fixture *f)
{
    FILE *in = fopen(f->file.path, "rb");

    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    f->len = (size_t)ftell(in);
    rewind(in);
    f->bytes = malloc(f->len);
    assert_non_null(f->bytes);
    assert_int_equal(fread(f->bytes, 1, f->len, in), f->len);
    assert_int_equal(fclose(in), 0);
}

/* A ledger with everything in it: several seals, corrections, a new registry, a roster, rejections. */
static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    uint64_t random = 11;
    size_t order[60];
    ph_agg_store *st;
    ph_engine *e;
    ph_script s;

    assert_non_null(f);
    ph_world_init(&f->w, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 3, .n_periods = 2});
    ph_test_file_make(&f->file);
    (void)snprintf(f->copy, sizeof f->copy, "%s/copy.db", f->file.folder);
    st = ph_test_file_open(&f->file);
    e = ph_world_engine(&f->w, st);
    ph_script_make(&f->w, &random, 60, &s);
    ph_script_shuffle(&s, &random, order);
    ph_script_play(e, &s, order, (ph_script_run){.max_batch = 8, .figures_one_in = 2}, &random);
    assert_int_equal(ph_engine_begin(e, PH_WORLD_START_US + 9), PH_OK);
    assert_int_equal(
        ph_engine_activate_registry(e, ph_registry_digest(ph_world_registry(&f->w, 1)), ph_world_document(1)), PH_OK);
    assert_int_equal(ph_engine_finish(e, true), PH_OK);
    assert_int_equal(ph_engine_take_boundaries(e, PH_WORLD_START_US + 5 * PH_US_PER_DAY), PH_OK);
    ph_engine_free(e);
    st->ops->close(st);
    ph_script_done(&s);
    read_all(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;

    ph_test_file_remove(&f->file);
    ph_world_done(&f->w);
    free(f->bytes);
    free(f);
    return 0;
}

static void write_copy(fixture *f, const uint8_t *bytes)
{
    char side[sizeof f->copy + 8];
    FILE *out = fopen(f->copy, "wb");

    assert_non_null(out);
    assert_int_equal(fwrite(bytes, 1, f->len, out), f->len);
    assert_int_equal(fclose(out), 0);
    (void)snprintf(side, sizeof side, "%s-wal", f->copy);
    (void)remove(side);
    (void)snprintf(side, sizeof side, "%s-shm", f->copy);
    (void)remove(side);
}

/* ---- looking ---- */

typedef struct look {
    char what[160]; /* the first complaint; empty: all is well */
} look;

static void note_flaw(void *arg, const ph_flaw *flaw)
{
    look *l = arg;

    if (l->what[0] == '\0')
        (void)snprintf(l->what, sizeof l->what, "verify: %s at %llu %s", ph_flaw_code(flaw->kind),
                       (unsigned long long)flaw->seq, flaw->detail);
}

static void note_rc(look *l, const char *who, ph_rc rc)
{
    if (rc != PH_OK && l->what[0] == '\0')
        (void)snprintf(l->what, sizeof l->what, "%s: %s", who, ph_rc_name(rc));
}

/* Verify, then replay, as the commands do. */
static void examine(fixture *f, look *l)
{
    ph_agg_store *st = NULL, *fresh = NULL;
    ph_verify_report verified;
    ph_replay_report replayed = {0};
    ph_err err = {0};
    ph_rc rc = ph_agg_sqlite_open_read(f->copy, &st, &err);

    l->what[0] = '\0';
    note_rc(l, "open", rc);
    if (rc != PH_OK)
        return;
    note_rc(l, "verify", ph_verify(st, &f->w.rosters, f->w.key.public_key, note_flaw, l, &verified));
    assert_int_equal(ph_agg_ram_open(&fresh), PH_OK);
    rc = ph_replay(st, fresh, &f->w.source, &replayed);
    note_rc(l, "replay", rc);
    if (strncmp(l->what, "verify: entry.digest", 20) == 0)
        assert_false(rc == PH_OK && replayed.is_identical); /* replay alone tells of an altered log, too */
    if (rc == PH_OK && !replayed.is_identical && l->what[0] == '\0')
        (void)snprintf(l->what, sizeof l->what, "replay: %s %s", ph_dump_table_name(replayed.dump.table),
                       replayed.dump.name);
    fresh->ops->close(fresh);
    st->ops->close(st);
}

static void a_sound_ledger_has_no_flaw(void **state)
{
    fixture *f = *state;
    look l;

    write_copy(f, f->bytes);
    examine(f, &l);
    assert_string_equal(l.what, "");
}

/* ---- one field ---- */

/* Change @column of row @k: a bit of a blob, a letter of a text, a number by much. False when there is no such row. */
static bool change(fixture *f, const char *table, const char *key, const char *column, int k)
{
    char sql[512];
    ph_db *db = NULL;
    ph_stmt *s = NULL;
    bool row = false;
    uint8_t bytes[64 * 1024];
    ph_span old;

    assert_int_equal(ph_db_open(f->copy, PH_DB_WRITE, NULL, &db, NULL), PH_OK);
    (void)snprintf(sql, sizeof sql, "SELECT typeof(%s), %s FROM %s WHERE %s IS NOT NULL ORDER BY %s LIMIT 1 OFFSET %d",
                   column, column, table, column, key, k);
    assert_int_equal(ph_stmt_prepare(db, sql, &s, NULL), PH_OK);
    assert_int_equal(ph_stmt_step(s, &row, NULL), PH_OK);
    if (row) {
        char type[16];
        ph_stmt *u = NULL;
        assert_int_equal(ph_stmt_col_text(s, 0, type, sizeof type), PH_OK);
        old = ph_stmt_col_span(s, 1);
        (void)snprintf(sql, sizeof sql,
                       "UPDATE %s SET %s = ?1 WHERE (%s) = (SELECT %s FROM %s WHERE %s IS NOT NULL ORDER BY %s "
                       "LIMIT 1 OFFSET %d)",
                       table, column, key, key, table, column, key, k);
        assert_int_equal(ph_stmt_prepare(db, sql, &u, NULL), PH_OK);
        assert_true(old.len <= sizeof bytes);
        if (old.len > 0)
            memcpy(bytes, old.ptr, old.len);
        if (strcmp(type, "integer") == 0) {
            ph_stmt_int(u, 1, ph_stmt_col_int(s, 1) + 1000000);
        } else if (strcmp(type, "text") == 0) {
            bytes[old.len - 1] = 'z';
            ph_stmt_text_span(u, 1, ph_span_of(bytes, old.len));
        } else if (old.len == 0) {
            ph_stmt_blob(u, 1, ph_span_str("x"));
        } else {
            bytes[old.len / 2] ^= 4;
            ph_stmt_blob(u, 1, ph_span_of(bytes, old.len));
        }
        ph_stmt_reset(s);
        assert_int_equal(ph_stmt_run(u, NULL), PH_OK);
        ph_stmt_done(&u);
    }
    ph_stmt_done(&s);
    ph_db_close(db);
    return row;
}

static void each_field_of_each_table_is_watched(void **state)
{
    static const struct {
        const char *table, *key, *columns[14];
    } tables[] = {
        {"head",
         "one",
         {"epoch", "fold_version", "last_seq", "last_record", "durable_record", "chain", "frontier", "sealed_at_us",
          "through_us", "last_figure_seal", "registry", "roster", "roster_serial"}},
        {"entry",
         "seq",
         {"seq", "received_at_us", "kind", "unit", "id", "digest", "key_id", "registry", "leaf", "signature", "bytes"}},
        {"receipt", "entry", {"entry", "verdict", "findings"}},
        {"sheet", "sheet", {"sheet", "cluster", "form", "period", "folded_to_seq", "packed"}},
        {"revision", "sheet, unit, revision", {"sheet", "unit", "revision", "entry"}},
        {"summary", "sheet, seal", {"sheet", "seal", "packed"}},
        {"outbox", "first_record", {"first_record", "count", "sheet", "seal", "chain"}},
        {"seal", "seq", {"seq", "sealed_at_us", "before", "root", "key_id", "signature"}},
        {"document", "digest", {"digest", "bytes"}},
    };
    static const int rows[] = {0, 1, 7};
    fixture *f = *state;
    int n = 0;

    for (size_t t = 0; t < sizeof tables / sizeof tables[0]; t++)
        for (size_t c = 0; tables[t].columns[c] != NULL; c++)
            for (size_t k = 0; k < sizeof rows / sizeof rows[0]; k++) {
                look l;
                write_copy(f, f->bytes);
                if (!change(f, tables[t].table, tables[t].key, tables[t].columns[c], rows[k]))
                    continue;
                examine(f, &l);
                if (l.what[0] == '\0')
                    fail_msg("%s.%s, row %d: nobody noticed", tables[t].table, tables[t].columns[c], rows[k]);
                n++;
            }
    assert_true(n > 100);
}

/* ---- any byte of the file ---- */

static bool same_entry(void *arg, const ph_entry *e, const ph_stored_verdict *v)
{
    ph_agg_store *other = arg;
    ph_stored_verdict w;
    ph_entry o;

    assert_int_equal(other->ops->get_entry(other, e->seq, &o, &w), PH_OK);
    assert_true(ph_span_eq(e->bytes, o.bytes) && ph_span_eq(e->signature, o.signature) && ph_span_eq(e->unit, o.unit));
    assert_true(ph_span_eq(v->verdict_bytes, w.verdict_bytes) && ph_span_eq(v->findings, w.findings));
    return true;
}

/* Nobody complained: then all that can be asked for is as it was. */
static void assert_harmless(fixture *f)
{
    ph_agg_store *sound = NULL, *copy = NULL;
    ph_dump_report report;

    assert_int_equal(ph_agg_sqlite_open_read(f->file.path, &sound, NULL), PH_OK);
    assert_int_equal(ph_agg_sqlite_open_read(f->copy, &copy, NULL), PH_OK);
    assert_int_equal(ph_dump_compare(sound, copy, &report), PH_OK);
    assert_true(report.is_equal);
    assert_int_equal(copy->ops->walk_entries(copy, 1, UINT64_MAX, same_entry, sound), PH_OK);
    sound->ops->close(sound);
    copy->ops->close(copy);
}

static void any_flipped_byte_is_found_or_harmless(void **state)
{
    const char *given = getenv("PHUSA_SEED");
    uint64_t random = given == NULL ? 1 : strtoull(given, NULL, 10);
    fixture *f = *state;
    uint8_t *damaged = malloc(f->len);
    int n_found = 0;

    assert_non_null(damaged);
    printf("# flips: PHUSA_SEED=%llu, %zu bytes\n", (unsigned long long)random, f->len);
    for (int i = 0; i < 150; i++) {
        size_t at = (size_t)(ph_script_random(&random) % f->len);
        look l;
        while (f->bytes[at] == 0 && ph_script_random(&random) % 8 != 0) /* mostly where something stands */
            at = (size_t)(ph_script_random(&random) % f->len);
        memcpy(damaged, f->bytes, f->len);
        damaged[at] ^= (uint8_t)(1U << (ph_script_random(&random) % 8));
        write_copy(f, damaged);
        examine(f, &l);
        if (l.what[0] != '\0')
            n_found++;
        else
            assert_harmless(f);
    }
    assert_true(n_found > 75);
    free(damaged);
}

static void a_shortened_file_is_found(void **state)
{
    fixture *f = *state;
    size_t whole = f->len;
    look l;

    for (size_t pages = 1; pages < whole / 16384; pages += 3) {
        f->len = pages * 16384;
        write_copy(f, f->bytes);
        examine(f, &l);
        assert_string_not_equal(l.what, "");
    }
    f->len = whole;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sound_ledger_has_no_flaw), cmocka_unit_test(each_field_of_each_table_is_watched),
        cmocka_unit_test(any_flipped_byte_is_found_or_harmless), cmocka_unit_test(a_shortened_file_is_found)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
