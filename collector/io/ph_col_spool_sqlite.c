/* ph_col_spool_sqlite - the spool in one SQLite file that several processes may work on.   Layer: collector/io (SQLite)
 */
#include "ph_col_spool_sqlite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_col_spool_sql.h"
#include "ph_locale.h"

/* Steps from one version to the next; a released one is never changed. A new file takes them all. */
static const char version_1[] =
    "CREATE TABLE item ("
    " number INTEGER PRIMARY KEY AUTOINCREMENT, id BLOB NOT NULL UNIQUE,"
    " cluster TEXT NOT NULL, form TEXT NOT NULL, period TEXT NOT NULL,"
    " revision INTEGER NOT NULL, base_revision INTEGER NOT NULL,"
    " body BLOB NOT NULL, signature BLOB NOT NULL, key_id BLOB NOT NULL,"
    " spooled_at_us INTEGER NOT NULL, state INTEGER NOT NULL, sent_at_us INTEGER NOT NULL,"
    " verdict INTEGER NOT NULL, reason TEXT NOT NULL, seq INTEGER NOT NULL, judged_at_us INTEGER NOT NULL,"
    " epoch BLOB NOT NULL);"
    "CREATE INDEX item_key ON item (cluster, form, period, number);"
    "CREATE INDEX item_waiting ON item (state) WHERE state <> 4;" /* all but JUDGED: few */
    "CREATE TABLE envelope (number INTEGER PRIMARY KEY REFERENCES item (number), digest BLOB NOT NULL, bytes BLOB NOT "
    "NULL);"
    "CREATE TABLE receipt (number INTEGER PRIMARY KEY REFERENCES item (number), stored_at_us INTEGER NOT NULL,"
    " frame BLOB NOT NULL);"
    "CREATE TABLE standing (cluster TEXT NOT NULL, form TEXT NOT NULL, period TEXT NOT NULL, state INTEGER NOT NULL,"
    " due_us INTEGER NOT NULL, highest INTEGER NOT NULL, last INTEGER NOT NULL, digest BLOB NOT NULL,"
    " held INTEGER NOT NULL, heard_at_us INTEGER NOT NULL, PRIMARY KEY (cluster, form, period)) WITHOUT ROWID;"
    "CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;"
    "PRAGMA application_id = 1346917235;" /* "PHSs" */
    "PRAGMA user_version = 1;";

/* 2: explanations and decisions beside submissions (kind 2); the cases as heard last. */
static const char version_2[] =
    "ALTER TABLE item ADD COLUMN kind INTEGER NOT NULL DEFAULT 2;"
    "ALTER TABLE item ADD COLUMN decision INTEGER NOT NULL DEFAULT 0;"
    "ALTER TABLE item ADD COLUMN subject TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE item ADD COLUMN indicator TEXT NOT NULL DEFAULT '';"
    "CREATE TABLE cases (one INTEGER PRIMARY KEY CHECK (one = 1), asked INTEGER NOT NULL, at_us INTEGER NOT NULL,"
    " n INTEGER NOT NULL, more INTEGER NOT NULL, lines BLOB NOT NULL);"
    "PRAGMA user_version = 2;";

static const char *const steps[] = {version_1, version_2};
enum { SCHEMA_VERSION = sizeof steps / sizeof steps[0] };

/* The time to wait for another process comes first: what follows needs the file. */
static const char *const pragmas[] = {"busy_timeout=5000", "journal_mode=delete", "synchronous=EXTRA", NULL};

static const char *const sql[PH_COL_Q_COUNT] = {
#define PH_X(name, text) text,
    PH_COL_QUERY_MAP(PH_X)
#undef PH_X
};

const ph_err *ph_col_spool_sqlite_err(const ph_col_spool *sp)
{
    return &((const ph_col_sql *)sp)->err;
}

/* All in one transaction: a step that fails, or a process that is killed, leaves the file as it was. */
static ph_rc bring_up(ph_col_sql *s, int64_t version)
{
    ph_rc rc = PH_OK;
    for (int64_t i = version; i < SCHEMA_VERSION && rc == PH_OK; i++)
        rc = ph_db_exec(s->db, steps[i], &s->err);
    return rc;
}

static ph_rc create_schema(ph_col_sql *s)
{
    int64_t version = 0;
    ph_rc rc = ph_db_begin(s->db, &s->err);
    if (rc != PH_OK)
        return rc;
    rc = ph_db_int(s->db, "PRAGMA user_version", &version, &s->err);
    if (rc == PH_OK && version >= 0)
        rc = bring_up(s, version);
    if (rc == PH_OK && version > SCHEMA_VERSION) {
        rc = ph_err_set(&s->err, PH_UNSUPPORTED, "spool.version", s->path,
                        PH_T("spool theo lược đồ %lld, chương trình này biết đến %d",
                             "the spool has schema %lld, this program knows %d"),
                        (long long)version, SCHEMA_VERSION);
        ph_err_means(&s->err, "%s", PH_T("không có gì bị đổi", "nothing was changed"));
        ph_err_hint(
            &s->err, "%s",
            PH_T("dùng bản phusa-collector mới hơn đã ghi tệp này", "use the newer phusa-collector that wrote it"));
    }
    if (rc == PH_OK)
        rc = ph_db_commit(s->db, &s->err);
    if (rc != PH_OK)
        ph_db_rollback(s->db);
    return rc;
}

static ph_rc set_limits(ph_col_sql *s)
{
    int64_t page = 0;
    ph_rc rc = ph_db_int(s->db, "PRAGMA page_size", &page, &s->err);
    if (rc != PH_OK || page == 0 || s->limits.max_bytes == 0)
        return rc;
    char text[64];
    snprintf(text, sizeof text, "PRAGMA max_page_count = %lld", (long long)(s->limits.max_bytes / page));
    return ph_db_int(s->db, text, &page, &s->err);
}

static ph_rc check_owner(ph_col_sql *s, const char *unit)
{
    ph_buf owner;
    ph_buf_init(&owner, PH_COL_MAX_META_BYTES);
    ph_rc rc = s->base.ops->meta(&s->base, PH_COL_META_UNIT, &owner);
    if (rc == PH_NOT_FOUND)
        rc = s->base.ops->put_meta(&s->base, PH_COL_META_UNIT, ph_span_str(unit));
    else if (rc == PH_OK && !ph_span_is(ph_buf_span(&owner), unit)) {
        rc = ph_err_set(&s->err, PH_CONFLICT, "spool.owner", s->path,
                        PH_T("spool này của đơn vị %.*s, không phải %s", "the spool belongs to unit %.*s, not %s"),
                        (int)owner.len, (const char *)owner.ptr, unit);
        ph_err_means(&s->err, "%s", PH_T("không có gì bị đổi hay được gửi", "nothing was changed or sent"));
        ph_err_hint(&s->err, "%s",
                    PH_T("đặt spool: là tệp riêng của đơn vị này, hoặc sửa unit: trong tệp cấu hình",
                         "set spool: to a file of this unit's own, or correct unit: in the configuration"));
    }
    ph_buf_done(&owner);
    return rc;
}

static ph_rc prepare_all(ph_col_sql *s)
{
    ph_rc rc = PH_OK;
    for (size_t i = 0; i < PH_COL_Q_COUNT && rc == PH_OK; i++)
        rc = ph_stmt_prepare(s->db, sql[i], &s->q[i], &s->err);
    return rc;
}

static ph_rc open_db(ph_col_sql *s, const char *path, const char *unit)
{
    ph_rc rc = ph_db_open(path, PH_DB_CREATE, pragmas, &s->db, &s->err);
    if (rc != PH_OK)
        return rc;
    rc = create_schema(s);
    if (rc == PH_OK)
        rc = set_limits(s);
    if (rc == PH_OK)
        rc = prepare_all(s);
    return rc == PH_OK && unit != NULL ? check_owner(s, unit) : rc;
}

ph_rc ph_col_spool_sqlite_open(const char *path, const char *unit, const ph_col_spool_limits *limits,
                               ph_col_spool **ret, ph_err *err)
{
    ph_col_sql *s = calloc(1, sizeof *s);
    if (s == NULL)
        return ph_err_set(err, PH_NOMEM, "spool.memory", path, "%s", PH_T("hết bộ nhớ", "out of memory"));
    s->base.ops = &ph_col_sql_ops;
    s->limits = *limits;
    (void)ph_span_copy(ph_span_str(path), s->path, sizeof s->path);
    ph_rc rc = open_db(s, path, unit);
    if (rc != PH_OK) {
        if (err != NULL)
            *err = s->err;
        ph_col_sql_close(&s->base);
        return rc;
    }
    *ret = &s->base;
    return PH_OK;
}
