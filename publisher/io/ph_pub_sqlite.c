/* ph_pub_sqlite - short read transactions on a file that somebody else writes. */
#include "ph_pub_sqlite.h"

#include <stdlib.h>

#include "ph_sqlite.h"

enum { SCHEMA_VERSION = 1, APPLICATION_ID = 0x50485553, ROWS_A_WALK = 2048 };

typedef struct sqlite_ledger {
    ph_pub_ledger base;
    ph_db *db;
    ph_stmt *head, *chain, *rows;
} sqlite_ledger;

static ph_rc read_head(ph_pub_ledger *base, ph_pub_head *ret, ph_err *err)
{
    sqlite_ledger *l = (sqlite_ledger *)base;
    bool is_row = false;
    ph_pub_head head = {0};
    ph_rc rc = ph_stmt_step(l->head, &is_row, err);
    if (rc == PH_OK && !is_row)
        rc = ph_err_set(err, PH_NOT_FOUND, "pub.ledger.empty", "ledger", "the ledger has no genesis yet");
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

static ph_rc walk_rows(ph_pub_ledger *base, uint64_t after_record, ph_pub_row_fn fn, void *arg, ph_err *err)
{
    sqlite_ledger *l = (sqlite_ledger *)base;
    bool is_row = true;
    bool goes_on = true;
    ph_stmt_int(l->rows, 1, (int64_t)after_record);
    ph_stmt_int(l->rows, 2, ROWS_A_WALK);
    ph_rc rc = PH_OK;
    while (rc == PH_OK && goes_on) {
        rc = ph_stmt_step(l->rows, &is_row, err);
        if (rc != PH_OK || !is_row)
            break;
        ph_pub_row row = {.first_record = (uint64_t)ph_stmt_col_int(l->rows, 0),
                          .count = (uint32_t)ph_stmt_col_int(l->rows, 1),
                          .packed = ph_stmt_col_span(l->rows, 3)};
        rc = ph_stmt_col_bytes(l->rows, 2, row.chain.bytes, sizeof row.chain.bytes);
        goes_on = rc == PH_OK && fn(arg, &row);
    }
    ph_stmt_reset(l->rows);
    return rc;
}

static void close_ledger(ph_pub_ledger *base)
{
    sqlite_ledger *l = (sqlite_ledger *)base;
    ph_stmt_done(&l->head);
    ph_stmt_done(&l->chain);
    ph_stmt_done(&l->rows);
    ph_db_close(l->db);
    free(l);
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

ph_rc ph_pub_sqlite_open(const char *path, ph_pub_ledger **ret, ph_err *err)
{
    sqlite_ledger *l = calloc(1, sizeof *l);
    if (l == NULL)
        return PH_NOMEM;
    l->base.ops = &ops;
    ph_rc rc = ph_db_open(path, PH_DB_READ, NULL, &l->db, err);
    if (rc == PH_OK)
        rc = check_schema(l->db, path, err);
    if (rc == PH_OK)
        rc = prepare(l, err);
    if (rc == PH_OK)
        *ret = &l->base;
    else
        close_ledger(&l->base);
    return rc;
}
