/* ph_agg_sqlite - the ledger's store in one SQLite file: opening, transactions, checkpoints.   Layer: aggregator/io
 * (SQLite) */
#include "ph_agg_sqlite.h"

#include <errno.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statfs.h>

#include "ph_agg_sqlite_parts.h"
#include "ph_figure.h"
#include "ph_locale.h"

enum {
    DEFAULT_PAGE_BYTES = 16384,
    DEFAULT_CACHE_KIB = 64 * 1024,
    DEFAULT_CHECKPOINT_PAGES = 4000,
    PATH_BYTES = 4096,
    HELD_MAX_BYTES = 2 * PH_ISSUE_MAX_BYTES
};
#define BUSY_WAIT_US (INT64_C(5) * 1000 * 1000)

static const char *const sql_of[PH_LEDGER_SQL_COUNT] = {
#define PH_X(name, sql) sql,
    PH_LEDGER_SQL_MAP(PH_X)
#undef PH_X
};

ph_stmt *ph_ledger_stmt(ph_ledger *l, ph_ledger_sql which, ph_rc *ret_rc)
{
    *ret_rc = PH_OK;
    if (l->stmts[which] == NULL)
        *ret_rc = ph_stmt_prepare(l->db, sql_of[which], &l->stmts[which], &l->err);
    return l->stmts[which];
}

/* ---- transactions ---- */

static ph_rc ledger_begin(ph_agg_store *st)
{
    ph_ledger *l = ph_ledger_of(st);

    if (l->sick != PH_OK)
        return l->sick;
    return l->is_read_only ? ph_db_exec(l->db, "BEGIN", &l->err) : ph_db_begin(l->db, &l->err);
}

static void ledger_rollback(ph_agg_store *st)
{
    ph_db_rollback(ph_ledger_of(st)->db);
    ph_ledger_forget_numbers(ph_ledger_of(st));
}

/* What is in the WAL is safe, but a checkpoint that fails to write or sync the file itself leaves it in doubt: the
 * commit that was just made counts, nothing after it does. */
static void checkpoint(ph_ledger *l)
{
    int code = sqlite3_wal_checkpoint_v2(l->db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
    ph_rc rc = code == SQLITE_OK ? PH_OK : ph_db_err(l->db, sqlite3_extended_errcode(l->db), "wal_checkpoint", &l->err);

    if (ph_rc_class(rc) == PH_CLASS_FATAL)
        l->sick = rc;
}

static ph_rc ledger_commit(ph_agg_store *st)
{
    ph_ledger *l = ph_ledger_of(st);
    ph_rc rc = ph_db_commit(l->db, &l->err);

    if (rc != PH_OK) {
        ph_ledger_forget_numbers(l);
        return rc;
    }
    if (!l->is_read_only && l->wal_pages >= l->checkpoint_pages)
        checkpoint(l);
    return PH_OK;
}

/* SQLite calls it in the commit, with the length of the log in pages. */
static int on_wal(void *arg, sqlite3 *db, const char *name, int pages)
{
    (void)db;
    (void)name;
    ((ph_ledger *)arg)->wal_pages = (uint32_t)pages;
    return SQLITE_OK;
}

/* ---- opening ---- */

static ph_rc tell_network(const char *path, const char *kind, ph_err *err)
{
    ph_rc rc = ph_err_set(err, PH_UNSUPPORTED, "ledger.network_fs", path,
                          PH_T("nằm trên hệ tập tin mạng (%s)", "lies on a network file system (%s)"), kind);

    ph_err_means(
        err, "%s",
        PH_T("khóa và ghi bền vững không chắc chắn ở đó", "locks and durable writes cannot be relied on there"));
    ph_err_hint(err, "%s", PH_T("đặt sổ cái trên đĩa của máy này", "put the ledger on a disk of this machine"));
    return rc;
}

static ph_rc check_disk(const char *path, ph_err *err)
{
    static const struct {
        uint32_t type;
        const char *name;
    } network[] = {{0x6969, "nfs"},        {0x517B, "smb"},      {0xFF534D42, "cifs"}, {0xFE534D42, "smb2"},
                   {0x5346414F, "afs"},    {0x73757245, "coda"}, {0x564C, "ncp"},      {0x00C36400, "ceph"},
                   {0x0BD00BD0, "lustre"}, {0x47504653, "gpfs"}};
    char folder[PATH_BYTES];
    struct statfs fs;
    char *slash;

    if ((size_t)snprintf(folder, sizeof folder, "%s", path) >= sizeof folder)
        return ph_err_set(err, PH_LIMIT, "ledger.path", path, "%s", PH_T("đường dẫn quá dài", "the path is too long"));
    slash = strrchr(folder, '/');
    if (slash == NULL)
        (void)snprintf(folder, sizeof folder, ".");
    else
        slash[slash == folder ? 1 : 0] = '\0';
    if (statfs(folder, &fs) != 0)
        return ph_err_set(err, errno == ENOENT ? PH_NOT_FOUND : PH_IO, "ledger.folder", folder, "%s",
                          strerrordesc_np(errno));
    for (size_t i = 0; i < sizeof network / sizeof network[0]; i++)
        if ((uint32_t)fs.f_type == network[i].type)
            return tell_network(path, network[i].name, err);
    return PH_OK;
}

static ph_rc take_lock(ph_ledger *l, const char *path, ph_err *err)
{
    char name[PATH_BYTES];
    ph_rc rc;

    if ((size_t)snprintf(name, sizeof name, "%s.lock", path) >= sizeof name)
        return ph_err_set(err, PH_LIMIT, "ledger.path", path, "%s", PH_T("đường dẫn quá dài", "the path is too long"));
    rc = ph_lock_take(name, &l->lock, err);
    if (rc == PH_BUSY && err != NULL)
        (void)snprintf(err->code, sizeof err->code, "ledger.held");
    return rc;
}

static ph_rc open_database(ph_ledger *l, const char *path, bool may_create, const ph_ledger_tuning *tuning, ph_err *err)
{
    char page[48], cache[32];
    uint32_t page_bytes = tuning != NULL && tuning->page_bytes != 0 ? tuning->page_bytes : DEFAULT_PAGE_BYTES;
    uint32_t cache_kib = tuning != NULL && tuning->cache_kib != 0 ? tuning->cache_kib : DEFAULT_CACHE_KIB;
    bool is_new = may_create && !ph_file_exists(path);
    const char *const pragmas[] = {is_new ? page : "synchronous=FULL",
                                   "journal_mode=WAL",
                                   "synchronous=FULL",
                                   "wal_autocheckpoint=0",
                                   "temp_store=MEMORY",
                                   cache,
                                   NULL};
    ph_rc rc;

    (void)snprintf(page, sizeof page, "page_size=%u", page_bytes);
    (void)snprintf(cache, sizeof cache, "cache_size=-%u", cache_kib);
    l->checkpoint_pages =
        tuning != NULL && tuning->checkpoint_pages != 0 ? tuning->checkpoint_pages : DEFAULT_CHECKPOINT_PAGES;
    rc = ph_db_open(path, may_create ? PH_DB_CREATE : PH_DB_WRITE, pragmas, &l->db, err);
    if (rc == PH_OK) {
        ph_db_busy_timeout(l->db,
                           tuning != NULL && tuning->busy_ms != 0 ? tuning->busy_ms * INT64_C(1000) : BUSY_WAIT_US);
        rc = ph_ledger_migrate(l->db, path, err);
    }
    if (rc == PH_OK && tuning != NULL && tuning->max_pages != 0) {
        (void)snprintf(page, sizeof page, "PRAGMA max_page_count=%u", tuning->max_pages);
        rc = ph_db_exec(l->db, page, err);
    }
    return rc;
}

/* Before anything is answered: what a predecessor that was killed never saw synced is made durable now. */
static ph_rc recover(ph_ledger *l, const ph_uuid *boot, int64_t started_at_us, ph_err *err)
{
    ph_rc rc = ph_db_checkpoint(l->db, err);
    ph_stmt *s = rc == PH_OK ? ph_ledger_stmt(l, PH_LEDGER_PUT_BOOT, &rc) : NULL;

    if (rc != PH_OK)
        return rc;
    (void)sqlite3_wal_hook(l->db, on_wal, l);
    ph_stmt_blob_bytes(s, 1, boot->bytes, sizeof boot->bytes);
    ph_stmt_int(s, 2, started_at_us);
    return ph_stmt_run(s, err);
}

static void ledger_close(ph_agg_store *st)
{
    ph_ledger *l = ph_ledger_of(st);

    for (size_t i = 0; i < PH_LEDGER_SQL_COUNT; i++)
        ph_stmt_done(&l->stmts[i]);
    if (l->db != NULL)
        ph_db_rollback(l->db);
    ph_db_close(l->db);
    ph_lock_release(&l->lock);
    ph_buf_done(&l->held);
    free(l);
}

static ph_ledger *new_ledger(void)
{
    struct {
        ph_ledger ledger;
        ph_agg_store_ops ops;
    } *both = calloc(1, sizeof *both);

    if (both == NULL)
        return NULL;
    both->ops = (ph_agg_store_ops){
        .begin = ledger_begin, .commit = ledger_commit, .rollback = ledger_rollback, .close = ledger_close};
    ph_ledger_write_ops(&both->ops);
    ph_ledger_read_ops(&both->ops);
    ph_ledger_walk_ops(&both->ops);
    both->ledger.base.ops = &both->ops;
    ph_buf_init(&both->ledger.held, HELD_MAX_BYTES);
    return &both->ledger;
}

static ph_rc check_is_new(ph_ledger *l, const char *path, ph_err *err)
{
    int64_t n = 0;
    ph_rc rc = ph_db_int(l->db, "SELECT count(*) FROM head", &n, err);

    if (rc == PH_OK && n > 0) {
        rc = ph_err_set(err, PH_EXISTS, "ledger.exists", path, "%s",
                        PH_T("ở đây đã có một sổ cái", "there is a ledger here already"));
        ph_err_hint(err, "%s",
                    PH_T("chọn tệp khác, hoặc chạy `phusa-aggregator run`",
                         "choose another file, or start `phusa-aggregator run`"));
    }
    return rc;
}

ph_rc ph_agg_sqlite_open(const char *path, ph_ledger_mode mode, const ph_uuid *boot, int64_t started_at_us,
                         const ph_ledger_tuning *tuning, ph_agg_store **ret, ph_err *err)
{
    bool may_create = mode == PH_LEDGER_CREATE;
    ph_ledger *l = NULL;
    ph_rc rc = check_disk(path, err);

    if (rc == PH_OK && (l = new_ledger()) == NULL)
        rc = ph_err_set(err, PH_NOMEM, "ledger.memory", path, "%s", ph_rc_text(PH_NOMEM));
    if (rc == PH_OK)
        rc = take_lock(l, path, err);
    if (rc == PH_OK)
        rc = open_database(l, path, may_create, tuning, err);
    if (rc == PH_OK && may_create)
        rc = check_is_new(l, path, err);
    if (rc == PH_OK)
        rc = recover(l, boot, started_at_us, err);
    if (rc != PH_OK) {
        if (l != NULL)
            ledger_close(&l->base);
        return rc;
    }
    *ret = &l->base;
    return PH_OK;
}

static ph_rc check_version(ph_ledger *l, const char *path, ph_err *err)
{
    int64_t id = 0, version = 0;
    ph_rc rc = ph_db_int(l->db, "PRAGMA application_id", &id, err);

    if (rc == PH_OK)
        rc = ph_db_int(l->db, "PRAGMA user_version", &version, err);
    if (rc == PH_OK && id != PH_LEDGER_APPLICATION_ID)
        return ph_err_set(err, PH_CORRUPT, "ledger.foreign", path, "%s",
                          PH_T("đây không phải sổ cái của phusa", "this is not a phusa ledger"));
    if (rc == PH_OK && version != PH_LEDGER_SCHEMA_VERSION)
        return ph_err_set(err, PH_UNSUPPORTED, "ledger.version", path,
                          PH_T("sổ cái có phiên bản %lld, chương trình này đọc %d",
                               "the ledger has version %lld, this program reads %d"),
                          (long long)version, PH_LEDGER_SCHEMA_VERSION);
    return rc;
}

ph_rc ph_agg_sqlite_open_read(const char *path, ph_agg_store **ret, ph_err *err)
{
    ph_ledger *l = new_ledger();
    ph_rc rc = l == NULL ? ph_err_set(err, PH_NOMEM, "ledger.memory", path, "%s", ph_rc_text(PH_NOMEM)) : PH_OK;

    if (rc == PH_OK) {
        l->is_read_only = true;
        rc = ph_db_open(path, PH_DB_READ, NULL, &l->db, err);
    }
    if (rc == PH_OK) {
        ph_db_busy_timeout(l->db, BUSY_WAIT_US);
        rc = check_version(l, path, err);
    }
    if (rc != PH_OK) {
        if (l != NULL)
            ledger_close(&l->base);
        return rc;
    }
    *ret = &l->base;
    return PH_OK;
}

const ph_err *ph_agg_sqlite_error(const ph_agg_store *st)
{
    return &((const ph_ledger *)(const void *)st)->err;
}

uint32_t ph_agg_sqlite_wal_pages(const ph_agg_store *st)
{
    return ((const ph_ledger *)(const void *)st)->wal_pages;
}
