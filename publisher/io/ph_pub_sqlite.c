/* ph_pub_sqlite - short read transactions on a file that somebody else writes. */
#include "ph_pub_sqlite.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "ph_file.h"
#include "ph_sqlite.h"

enum {
    SCHEMA_VERSION = 1,
    APPLICATION_ID = 0x50485553,
    CHUNK_ROWS = 256,
    CHUNK_ENOUGH_BYTES = 4 * 1024 * 1024,
    CHUNK_BYTES = 2 * PH_ISSUE_MAX_BYTES
};

typedef struct sqlite_ledger {
    ph_pub_ledger base;
    char path[1024];
    dev_t dev;
    ino_t ino; /* a restore puts another file in the place of ours */
    ph_db *db;
    ph_stmt *head, *chain, *rows;
} sqlite_ledger;

static ph_rc open_db(sqlite_ledger *l, ph_err *err);

static void close_db(sqlite_ledger *l)
{
    ph_stmt_done(&l->head);
    ph_stmt_done(&l->chain);
    ph_stmt_done(&l->rows);
    ph_db_close(l->db);
    l->db = NULL;
}

static ph_rc missing(const sqlite_ledger *l, int error, ph_err *err)
{
    ph_rc rc = ph_err_set(err, ph_errno_rc(error), "pub.ledger.missing", l->path, "the ledger file: %s",
                          strerrordesc_np(error));
    ph_err_means(err, "nothing was read or published");
    ph_err_hint(err, "point `ledger` at the aggregator's file; `phusa-aggregator init` makes a new one");
    return rc;
}

/* An open handle would go on reading a file that was replaced, for ever and without an error. */
static ph_rc stay_with_the_file(sqlite_ledger *l, ph_err *err)
{
    struct stat st;
    if (stat(l->path, &st) != 0)
        return missing(l, errno, err);
    if (l->db != NULL && st.st_dev == l->dev && st.st_ino == l->ino)
        return PH_OK;
    close_db(l);
    return open_db(l, err);
}

static ph_rc read_head(ph_pub_ledger *base, ph_pub_head *ret, ph_err *err)
{
    sqlite_ledger *l = (sqlite_ledger *)base;
    bool is_row = false;
    ph_pub_head head = {0};
    ph_rc rc = stay_with_the_file(l, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_stmt_step(l->head, &is_row, err);
    if (rc == PH_OK && !is_row) {
        rc = ph_err_set(err, PH_NOT_FOUND, "pub.ledger.empty", l->path, "the ledger has no genesis yet");
        ph_err_means(err, "there is nothing to publish");
        ph_err_hint(err, "start the aggregator on it; publishing begins by itself");
    }
    if (rc == PH_OK) {
        rc = ph_stmt_col_bytes(l->head, 0, head.epoch.bytes, sizeof head.epoch.bytes);
        head.durable_record = (uint64_t)ph_stmt_col_int(l->head, 1);
        head.last_record = (uint64_t)ph_stmt_col_int(l->head, 2);
    }
    ph_stmt_reset(l->head);
    if (rc == PH_OK)
        *ret = head;
    return rc;
}

static ph_rc read_chain(ph_pub_ledger *base, uint64_t record, ph_digest *ret, ph_err *err)
{
    sqlite_ledger *l = (sqlite_ledger *)base;
    bool is_row = false;
    ph_digest chain;
    ph_stmt_int(l->chain, 1, (int64_t)record);
    ph_rc rc = ph_stmt_step(l->chain, &is_row, err);
    if (rc == PH_OK && (!is_row || (uint64_t)ph_stmt_col_int(l->chain, 1) != record))
        rc = PH_NOT_FOUND;
    if (rc == PH_OK)
        rc = ph_stmt_col_bytes(l->chain, 0, chain.bytes, sizeof chain.bytes);
    ph_stmt_reset(l->chain);
    if (rc == PH_OK)
        *ret = chain;
    return rc;
}

/* Some rows, copied, so that the read transaction is over before anything is done with them. */
typedef struct chunk {
    ph_pub_row rows[CHUNK_ROWS];
    size_t starts[CHUNK_ROWS]; /* of packed in bytes */
    size_t n;
    ph_buf bytes;
} chunk;

static ph_rc take_row(sqlite_ledger *l, chunk *c)
{
    ph_span packed = ph_stmt_col_span(l->rows, 3);
    ph_pub_row *row = &c->rows[c->n];
    row->first_record = (uint64_t)ph_stmt_col_int(l->rows, 0);
    row->count = (uint32_t)ph_stmt_col_int(l->rows, 1);
    row->packed = ph_span_of(NULL, packed.len);
    c->starts[c->n] = c->bytes.len;
    ph_rc rc = ph_stmt_col_bytes(l->rows, 2, row->chain.bytes, sizeof row->chain.bytes);
    if (rc == PH_OK)
        rc = ph_buf_put(&c->bytes, packed.ptr, packed.len);
    if (rc == PH_OK)
        c->n++;
    return rc;
}

static bool has_room(const chunk *c)
{
    return c->n < CHUNK_ROWS && c->bytes.len < CHUNK_ENOUGH_BYTES;
}

static ph_rc read_chunk(sqlite_ledger *l, uint64_t after_record, chunk *c, ph_err *err)
{
    bool is_row = true;
    ph_rc rc = PH_OK;
    c->n = 0;
    ph_buf_clear(&c->bytes);
    ph_stmt_int(l->rows, 1, (int64_t)after_record);
    ph_stmt_int(l->rows, 2, CHUNK_ROWS);
    while (rc == PH_OK && is_row && has_room(c)) {
        rc = ph_stmt_step(l->rows, &is_row, err);
        if (rc == PH_OK && is_row)
            rc = take_row(l, c);
    }
    ph_stmt_reset(l->rows);
    for (size_t i = 0; i < c->n; i++)
        c->rows[i].packed.ptr = c->bytes.ptr + c->starts[i];
    if (rc == PH_LIMIT) /* twice what the largest issue can be */
        rc = ph_err_set(err, PH_CORRUPT, "pub.outbox.corrupt", l->path, "a row is larger than any issue can be");
    return rc;
}

static ph_rc walk_rows(ph_pub_ledger *base, uint64_t after_record, ph_pub_row_fn fn, void *arg, ph_err *err)
{
    sqlite_ledger *l = (sqlite_ledger *)base;
    chunk *c = calloc(1, sizeof *c);
    bool goes_on = c != NULL;
    ph_rc rc = goes_on ? PH_OK : PH_NOMEM;
    if (goes_on)
        ph_buf_init(&c->bytes, CHUNK_BYTES);
    while (rc == PH_OK && goes_on) {
        rc = read_chunk(l, after_record, c, err);
        goes_on = rc == PH_OK && c->n > 0;
        for (size_t i = 0; goes_on && i < c->n; i++) {
            after_record = c->rows[i].first_record + c->rows[i].count - 1;
            goes_on = fn(arg, &c->rows[i]);
        }
    }
    if (c != NULL)
        ph_buf_done(&c->bytes);
    free(c);
    return rc;
}

static void close_ledger(ph_pub_ledger *base)
{
    close_db((sqlite_ledger *)base);
    free(base);
}

static const ph_pub_ledger_ops ops = {
    .head = read_head, .chain_at = read_chain, .walk = walk_rows, .close = close_ledger};

static ph_rc check_schema(ph_db *db, const char *path, ph_err *err)
{
    int64_t application = 0, version = 0;
    ph_rc rc = ph_db_int(db, "PRAGMA application_id", &application, err);
    if (rc == PH_OK)
        rc = ph_db_int(db, "PRAGMA user_version", &version, err);
    if (rc == PH_OK && (application != APPLICATION_ID || version != SCHEMA_VERSION)) {
        rc = ph_err_set(err, PH_UNSUPPORTED, "pub.ledger.schema", path,
                        "not a ledger of schema %d (application %llx, version %lld)", SCHEMA_VERSION,
                        (unsigned long long)application, (long long)version);
        ph_err_means(err, "nothing was read or published");
        ph_err_hint(err, "point `ledger` at the aggregator's file, with a publisher of the same release");
    }
    return rc;
}

static ph_rc prepare(sqlite_ledger *l, ph_err *err)
{
    ph_rc rc = ph_stmt_prepare(l->db, "SELECT epoch, durable_record, last_record FROM head", &l->head, err);
    if (rc == PH_OK)
        rc = ph_stmt_prepare(l->db,
                             "SELECT chain, first_record + count - 1 FROM outbox WHERE first_record <= ?1 ORDER BY "
                             "first_record DESC LIMIT 1",
                             &l->chain, err);
    if (rc == PH_OK)
        rc = ph_stmt_prepare(
            l->db,
            "SELECT o.first_record, o.count, o.chain, s.packed FROM outbox o JOIN summary s ON s.sheet = o.sheet AND "
            "s.seal = o.seal"
            " WHERE o.first_record > ?1 AND o.first_record + o.count - 1 <= (SELECT durable_record FROM head)"
            " ORDER BY o.first_record LIMIT ?2",
            &l->rows, err);
    return rc;
}

static ph_rc open_db(sqlite_ledger *l, ph_err *err)
{
    struct stat st;
    if (stat(l->path, &st) != 0)
        return missing(l, errno, err);
    l->dev = st.st_dev;
    l->ino = st.st_ino;
    ph_rc rc = ph_db_open(l->path, PH_DB_READ, NULL, &l->db, err);
    if (rc == PH_OK)
        rc = check_schema(l->db, l->path, err);
    if (rc == PH_OK)
        rc = prepare(l, err);
    if (rc != PH_OK)
        close_db(l);
    return rc;
}

ph_rc ph_pub_sqlite_open(const char *path, ph_pub_ledger **ret, ph_err *err)
{
    sqlite_ledger *l = calloc(1, sizeof *l);
    if (l == NULL)
        return PH_NOMEM;
    l->base.ops = &ops;
    ph_rc rc = ph_span_copy(ph_span_str(path), l->path, sizeof l->path) ? open_db(l, err) : PH_LIMIT;
    if (rc == PH_OK)
        *ret = &l->base;
    else
        close_ledger(&l->base);
    return rc;
}
