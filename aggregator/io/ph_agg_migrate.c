/* ph_agg_migrate - the ledger's schema, version by version.   Layer: aggregator/io (SQLite) */
#include <stdio.h>

#include "ph_agg_sqlite_parts.h"
#include "ph_locale.h"

/* migrations[i] brings version i to i + 1. What stands here was in somebody's file: never change one, add the next. */
static const char *const migrations[PH_LEDGER_SCHEMA_VERSION] = {
    "CREATE TABLE head ("
    "  one              INTEGER PRIMARY KEY CHECK (one = 1),"
    "  epoch            BLOB    NOT NULL,"
    "  fold_version     INTEGER NOT NULL,"
    "  last_seq         INTEGER NOT NULL,"
    "  last_record      INTEGER NOT NULL,"
    "  durable_record   INTEGER NOT NULL,"
    "  chain            BLOB    NOT NULL,"
    "  frontier         BLOB    NOT NULL,"
    "  sealed_at_us     INTEGER NOT NULL,"
    "  through_us       INTEGER NOT NULL,"
    "  last_figure_seal INTEGER NOT NULL,"
    "  registry         BLOB    NOT NULL,"
    "  roster           BLOB    NOT NULL,"
    "  roster_serial    INTEGER NOT NULL);"
    "CREATE TABLE entry ("
    "  seq            INTEGER PRIMARY KEY,"
    "  received_at_us INTEGER NOT NULL,"
    "  kind           INTEGER NOT NULL,"
    "  unit           TEXT,"
    "  id             BLOB,"
    "  digest         BLOB    NOT NULL,"
    "  key_id         BLOB,"
    "  registry       BLOB    NOT NULL,"
    "  leaf           BLOB    NOT NULL,"
    "  signature      BLOB,"
    "  bytes          BLOB    NOT NULL);"
    "CREATE UNIQUE INDEX entry_id ON entry (unit, id) WHERE id IS NOT NULL;"
    "CREATE TABLE receipt (entry INTEGER PRIMARY KEY, verdict BLOB NOT NULL, findings BLOB NOT NULL);"
    "CREATE TABLE sheet ("
    "  sheet         INTEGER PRIMARY KEY,"
    "  cluster       TEXT NOT NULL, form TEXT NOT NULL, period TEXT NOT NULL,"
    "  folded_to_seq INTEGER NOT NULL DEFAULT 0,"
    "  packed        BLOB,"
    "  UNIQUE (cluster, form, period));"
    "CREATE TABLE revision (sheet INTEGER NOT NULL, unit TEXT NOT NULL, revision INTEGER NOT NULL, entry INTEGER NOT "
    "NULL, PRIMARY KEY (sheet, unit, revision)) WITHOUT ROWID;"
    "CREATE TABLE summary (sheet INTEGER NOT NULL, seal INTEGER NOT NULL, packed BLOB NOT NULL, PRIMARY KEY (sheet, "
    "seal));"
    "CREATE TABLE outbox (first_record INTEGER PRIMARY KEY, count INTEGER NOT NULL, sheet INTEGER NOT NULL, seal "
    "INTEGER NOT NULL, chain BLOB NOT NULL);"
    "CREATE TABLE seal (seq INTEGER PRIMARY KEY, sealed_at_us INTEGER NOT NULL, before BLOB NOT NULL, root BLOB NOT "
    "NULL, key_id BLOB NOT NULL, signature BLOB NOT NULL);"
    "CREATE TABLE document (digest BLOB PRIMARY KEY, bytes BLOB NOT NULL) WITHOUT ROWID;"
    "CREATE TABLE boot (one INTEGER PRIMARY KEY CHECK (one = 1), mark BLOB NOT NULL, started_at_us INTEGER NOT NULL);",
};

static ph_rc tell_foreign(const char *path, ph_err *err)
{
    ph_rc rc = ph_err_set(err, PH_CORRUPT, "ledger.foreign", path, "%s",
                          PH_T("đây không phải sổ cái của phusa", "this is not a phusa ledger"));

    ph_err_hint(err, "%s",
                PH_T("kiểm tra khóa `ledger` trong cấu hình", "check the key `ledger` in the configuration"));
    return rc;
}

static ph_rc tell_newer(const char *path, int64_t version, ph_err *err)
{
    ph_rc rc = ph_err_set(err, PH_UNSUPPORTED, "ledger.newer", path,
                          PH_T("sổ cái có phiên bản %lld, chương trình này biết đến %d",
                               "the ledger has version %lld, this program knows up to %d"),
                          (long long)version, PH_LEDGER_SCHEMA_VERSION);

    ph_err_means(err, "%s", PH_T("không có gì bị thay đổi", "nothing was changed"));
    ph_err_hint(err, "%s", PH_T("dùng lại bản chương trình mới hơn", "run the newer program again"));
    return rc;
}

/* Ours, or a file with nothing in it yet. */
static ph_rc check_owner(ph_db *db, const char *path, ph_err *err)
{
    int64_t id = 0, n_tables = 0;
    ph_rc rc = ph_db_int(db, "PRAGMA application_id", &id, err);

    if (rc == PH_OK && id == 0)
        rc = ph_db_int(db, "SELECT count(*) FROM sqlite_schema", &n_tables, err);
    if (rc == PH_OK && id != PH_LEDGER_APPLICATION_ID && (id != 0 || n_tables != 0))
        return tell_foreign(path, err);
    return rc;
}

static ph_rc run_migrations(ph_db *db, int64_t from, ph_err *err)
{
    char sql[96];
    ph_rc rc = ph_db_begin(db, err);

    for (int64_t i = from; rc == PH_OK && i < PH_LEDGER_SCHEMA_VERSION; i++)
        rc = ph_db_exec(db, migrations[i], err);
    (void)snprintf(sql, sizeof sql, "PRAGMA application_id = %d; PRAGMA user_version = %d", PH_LEDGER_APPLICATION_ID,
                   PH_LEDGER_SCHEMA_VERSION);
    if (rc == PH_OK)
        rc = ph_db_exec(db, sql, err);
    if (rc == PH_OK)
        rc = ph_db_commit(db, err);
    if (rc != PH_OK)
        ph_db_rollback(db);
    return rc;
}

ph_rc ph_ledger_migrate(ph_db *db, const char *path, ph_err *err)
{
    int64_t version = 0;
    ph_rc rc = check_owner(db, path, err);

    if (rc == PH_OK)
        rc = ph_db_int(db, "PRAGMA user_version", &version, err);
    if (rc == PH_OK && version > PH_LEDGER_SCHEMA_VERSION)
        return tell_newer(path, version, err);
    return rc == PH_OK && version < PH_LEDGER_SCHEMA_VERSION ? run_migrations(db, version, err) : rc;
}
