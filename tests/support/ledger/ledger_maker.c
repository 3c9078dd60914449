/* ledger-maker - a ledger file as docs/LEDGER.md describes it, with as many records as a publisher's test wants. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_figure.h"
#include "ph_sqlite.h"
#include "ph_uint.h"

static const char schema[] = "PRAGMA application_id=0x50485553; PRAGMA user_version=1;"
                             "CREATE TABLE head (one INTEGER PRIMARY KEY CHECK (one = 1), epoch BLOB NOT NULL, "
                             "fold_version INTEGER NOT NULL, last_seq INTEGER NOT NULL,"
                             " last_record INTEGER NOT NULL, durable_record INTEGER NOT NULL, chain BLOB NOT NULL, "
                             "frontier BLOB NOT NULL, sealed_at_us INTEGER NOT NULL,"
                             " through_us INTEGER NOT NULL, last_figure_seal INTEGER NOT NULL, registry BLOB NOT NULL, "
                             "roster BLOB NOT NULL, roster_serial INTEGER NOT NULL);"
                             "CREATE TABLE summary (sheet INTEGER NOT NULL, seal INTEGER NOT NULL, packed BLOB NOT "
                             "NULL, PRIMARY KEY (sheet, seal));"
                             "CREATE TABLE outbox (first_record INTEGER PRIMARY KEY, count INTEGER NOT NULL, sheet "
                             "INTEGER NOT NULL, seal INTEGER NOT NULL, chain BLOB NOT NULL);";

static void must(ph_rc rc, const char *doing, const ph_err *err)
{
    if (rc == PH_OK)
        return;
    fprintf(stderr, "ledger-maker: %s: %s %s\n", doing, ph_rc_text(rc), err == NULL ? "" : err->what);
    exit(1);
}

static uint64_t number(const char *text)
{
    uint64_t n = 0;
    must(ph_uint_parse(ph_span_str(text), INT64_MAX, &n), text, NULL);
    return n;
}

static void create(ph_db *db, const char *epoch_text)
{
    ph_err err = {0};
    ph_uuid epoch;
    ph_stmt *s = NULL;
    must(ph_uuid_parse(ph_span_str(epoch_text), &epoch), "reading the epoch", NULL);
    must(ph_db_exec(db, schema, &err), "making the tables", &err);
    must(ph_stmt_prepare(db,
                         "INSERT INTO head VALUES (1, ?1, 1, 1, 0, 0, zeroblob(32), zeroblob(8), 0, 0, 0, "
                         "zeroblob(32), zeroblob(32), 1)",
                         &s, &err),
         "head", &err);
    ph_stmt_blob_bytes(s, 1, epoch.bytes, sizeof epoch.bytes);
    must(ph_stmt_run(s, &err), "head", &err);
    ph_stmt_done(&s);
}

static int64_t head_int(ph_db *db, const char *sql)
{
    ph_err err = {0};
    int64_t v = 0;
    must(ph_db_int(db, sql, &v, &err), sql, &err);
    return v;
}

static ph_digest head_chain(ph_db *db)
{
    ph_err err = {0};
    ph_stmt *s = NULL;
    bool is_row = false;
    ph_digest chain;
    must(ph_stmt_prepare(db, "SELECT chain FROM head", &s, &err), "chain", &err);
    must(ph_stmt_step(s, &is_row, &err), "chain", &err);
    must(ph_stmt_col_bytes(s, 0, chain.bytes, sizeof chain.bytes), "chain", NULL);
    ph_stmt_done(&s);
    return chain;
}

/* One unit with one item, whose title differs from row to row. */
static void say(uint64_t seal, ph_buf *items, ph_issue *issue)
{
    char title[64];
    const ph_narrative item = {.kind = ph_span_str("movement"), .title = ph_span_str(title)};
    snprintf(title, sizeof title, "Phong trào thi đua số %llu", (unsigned long long)seal);
    ph_narratives_write(&item, 1, items);
    must(items->rc, "items", NULL);
    issue->n_parts = 1;
    issue->parts[0] = (ph_register_part){.number = 1, .n_units = 1};
    issue->parts[0].units[0] =
        (ph_register_unit){.revision = 1, .entry = seal, .n_items = 1, .items = ph_buf_span(items)};
}

/* Figures whose values differ from row to row, so that no two records are alike; a row of more than one record ends
 * with one of a register. */
static void make_issue(uint64_t seal, uint32_t n_records, ph_figure *figures, char codes[][16], ph_buf *packed)
{
    uint32_t n_figures = n_records > 1 ? n_records - 1 : n_records;
    ph_buf items;
    ph_issue issue = {.cluster = ph_span_str("dbsh"),
                      .form = ph_span_str("socio-economic"),
                      .seal = seal,
                      .sealed_at_us = 1700000000000000 + (int64_t)seal,
                      .state = PH_PERIOD_OPEN,
                      .n_members = 1,
                      .n_figures = (uint16_t)n_figures,
                      .figures = figures};
    must(ph_period_parse(ph_span_str("2023-S1"), &issue.period), "period", NULL);
    issue.members[0] = ph_span_str("haiduong");
    for (uint32_t i = 0; i < n_figures; i++) {
        snprintf(codes[i], sizeof codes[i], "I%03u", i);
        figures[i] = (ph_figure){.indicator = ph_span_str(codes[i]),
                                 .decimals = 2,
                                 .is_ranked = true,
                                 .n_expected = 1,
                                 .n_received = 1,
                                 .n_values = 1};
        figures[i].values[0] = (ph_figure_value){
            .method = PH_METHOD_MEAN, .has_value = true, .value = {.mantissa = (int64_t)(seal * 1000 + i), .scale = 2}};
        figures[i].members[0] = (ph_figure_member){.state = PH_CELL_GIVEN,
                                                   .value = figures[i].values[0].value,
                                                   .status = 'A',
                                                   .rank = 1,
                                                   .revision = 1,
                                                   .entry = seal};
    }
    ph_buf_init(&items, 4096);
    if (n_records > 1)
        say(seal, &items, &issue);
    ph_buf_clear(packed);
    ph_issue_write(&issue, packed);
    must(packed->rc, "packing", NULL);
    ph_buf_done(&items);
}

static void append(ph_db *db, uint32_t n_rows, uint32_t n_records)
{
    ph_err err = {0};
    ph_figure *figures = calloc(n_records, sizeof *figures);
    char(*codes)[16] = calloc(n_records, sizeof *codes);
    ph_stmt *summary = NULL, *outbox = NULL, *head = NULL;
    ph_buf packed;
    ph_buf_init(&packed, 1 << 22);
    must(figures == NULL || codes == NULL ? PH_NOMEM : PH_OK, "memory", NULL);
    must(ph_stmt_prepare(db, "INSERT INTO summary VALUES (1, ?1, ?2)", &summary, &err), "summary", &err);
    must(ph_stmt_prepare(db, "INSERT INTO outbox VALUES (?1, ?2, 1, ?3, ?4)", &outbox, &err), "outbox", &err);
    must(ph_stmt_prepare(
             db, "UPDATE head SET durable_record = last_record, last_record = ?1, chain = ?2, last_seq = last_seq + ?3",
             &head, &err),
         "head", &err);
    must(ph_db_begin(db, &err), "begin", &err);
    uint64_t last = (uint64_t)head_int(db, "SELECT last_record FROM head");
    uint64_t seal = (uint64_t)head_int(db, "SELECT coalesce(max(seal), 0) FROM summary");
    ph_digest chain = head_chain(db);
    for (uint32_t r = 0; r < n_rows; r++, last += n_records) {
        make_issue(++seal, n_records, figures, codes, &packed);
        ph_digest digest = ph_digest_of_span(ph_buf_span(&packed));
        chain = ph_outbox_chain(&chain, last + 1, n_records, &digest);
        ph_stmt_int(summary, 1, (int64_t)seal);
        ph_stmt_blob(summary, 2, ph_buf_span(&packed));
        must(ph_stmt_run(summary, &err), "summary", &err);
        ph_stmt_int(outbox, 1, (int64_t)last + 1);
        ph_stmt_int(outbox, 2, n_records);
        ph_stmt_int(outbox, 3, (int64_t)seal);
        ph_stmt_blob_bytes(outbox, 4, chain.bytes, sizeof chain.bytes);
        must(ph_stmt_run(outbox, &err), "outbox", &err);
    }
    ph_stmt_int(head, 1, (int64_t)last);
    ph_stmt_blob_bytes(head, 2, chain.bytes, sizeof chain.bytes);
    ph_stmt_int(head, 3, n_rows);
    must(ph_stmt_run(head, &err), "head", &err);
    must(ph_db_commit(db, &err), "commit", &err);
    ph_stmt_done(&summary);
    ph_stmt_done(&outbox);
    ph_stmt_done(&head);
    ph_buf_done(&packed);
    free(figures);
    free(codes);
    printf("%llu\n", (unsigned long long)last);
}

static void run_with_int(ph_db *db, const char *sql, int64_t value)
{
    ph_err err = {0};
    ph_stmt *s = NULL;
    must(ph_stmt_prepare(db, sql, &s, &err), sql, &err);
    ph_stmt_int(s, 1, value);
    must(ph_stmt_run(s, &err), sql, &err);
    ph_stmt_done(&s);
}

static void set_epoch(ph_db *db, const char *text)
{
    ph_err err = {0};
    ph_uuid epoch;
    ph_stmt *s = NULL;
    must(ph_uuid_parse(ph_span_str(text), &epoch), "reading the epoch", NULL);
    must(ph_stmt_prepare(db, "UPDATE head SET epoch = ?1", &s, &err), "epoch", &err);
    ph_stmt_blob_bytes(s, 1, epoch.bytes, sizeof epoch.bytes);
    must(ph_stmt_run(s, &err), "epoch", &err);
    ph_stmt_done(&s);
}

static int usage(void)
{
    fputs("usage: ledger-maker FILE VERB\n"
          "  create UUID            an empty ledger of that epoch\n"
          "  append ROWS FIGURES    one commit of so many rows; the durable mark moves to the commit before\n"
          "  mark                   the trailing commit, which makes everything durable for readers\n"
          "  epoch UUID             another epoch, as after a restore\n"
          "  forge RECORD           spoil the chain value of the row that ends with RECORD\n"
          "  cut RECORD             forget all rows behind RECORD, as an older copy would\n",
          stderr);
    return 2;
}

static int act(ph_db *db, const char *verb, char **rest, int n_rest)
{
    ph_err err = {0};
    if (strcmp(verb, "create") == 0 && n_rest == 1)
        create(db, rest[0]);
    else if (strcmp(verb, "append") == 0 && n_rest == 2)
        append(db, (uint32_t)number(rest[0]), (uint32_t)number(rest[1]));
    else if (strcmp(verb, "mark") == 0 && n_rest == 0)
        must(ph_db_exec(db, "UPDATE head SET durable_record = last_record", &err), "mark", &err);
    else if (strcmp(verb, "epoch") == 0 && n_rest == 1)
        set_epoch(db, rest[0]);
    else if (strcmp(verb, "forge") == 0 && n_rest == 1)
        run_with_int(db, "UPDATE outbox SET chain = zeroblob(32) WHERE first_record + count - 1 = ?1",
                     (int64_t)number(rest[0]));
    else if (strcmp(verb, "cut") == 0 && n_rest == 1) {
        run_with_int(db, "DELETE FROM outbox WHERE first_record > ?1", (int64_t)number(rest[0]));
        run_with_int(db,
                     "UPDATE head SET last_record = ?1, durable_record = ?1, chain = (SELECT chain FROM outbox ORDER "
                     "BY first_record DESC LIMIT 1)",
                     (int64_t)number(rest[0]));
    } else
        return usage();
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const pragmas[] = {"journal_mode=WAL", "synchronous=FULL", NULL};
    ph_err err = {0};
    ph_db *db = NULL;
    if (argc < 3)
        return usage();
    must(ph_db_open(argv[1], PH_DB_CREATE, pragmas, &db, &err), "opening", &err);
    int code = act(db, argv[2], argv + 3, argc - 3);
    ph_db_close(db);
    return code;
}
