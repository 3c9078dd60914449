/* ph_agg_sqlite_walk - all rows of a table in order.   Layer: aggregator/io (SQLite) */
#include "ph_agg_sqlite_parts.h"

typedef bool (*row_fn)(ph_stmt *s, ph_rc *ret_rc, void *arg);

/* Step through all rows; @fn reads one and returns false to stop. */
static ph_rc walk(ph_ledger *l, ph_stmt *s, row_fn fn, void *arg)
{
    bool row = true;
    ph_rc rc = PH_OK, why = PH_OK;

    while ((rc = ph_stmt_step(s, &row, &l->err)) == PH_OK && row)
        if (!fn(s, &why, arg)) {
            ph_stmt_reset(s);
            return why;
        }
    return rc;
}

typedef struct visitor {
    union {
        ph_entry_fn entry;
        ph_sheet_fn sheet;
        ph_summary_fn summary;
        ph_revision_fn revision;
        ph_outbox_fn outbox;
        ph_seal_fn seal;
    } fn;
    void *arg;
} visitor;

static bool visit_entry(ph_stmt *s, ph_rc *rc, void *arg)
{
    const visitor *v = arg;
    ph_stored_verdict verdict;
    ph_entry e;

    *rc = ph_ledger_col_entry(s, &e, &verdict);
    return *rc == PH_OK && v->fn.entry(v->arg, &e, &verdict);
}

static bool visit_sheet(ph_stmt *s, ph_rc *rc, void *arg)
{
    const visitor *v = arg;
    ph_sheet_key key;

    *rc = ph_ledger_col_key(s, &key);
    return *rc == PH_OK && v->fn.sheet(v->arg, &key, (uint64_t)ph_stmt_col_int(s, 3), ph_stmt_col_span(s, 4));
}

static bool visit_summary(ph_stmt *s, ph_rc *rc, void *arg)
{
    const visitor *v = arg;
    ph_sheet_key key;

    *rc = ph_ledger_col_key(s, &key);
    return *rc == PH_OK && v->fn.summary(v->arg, &key, (uint64_t)ph_stmt_col_int(s, 3), ph_stmt_col_span(s, 4));
}

static bool visit_revision(ph_stmt *s, ph_rc *rc, void *arg)
{
    const visitor *v = arg;

    *rc = PH_OK;
    return v->fn.revision(v->arg, ph_stmt_col_span(s, 0), (uint32_t)ph_stmt_col_int(s, 1),
                          (uint64_t)ph_stmt_col_int(s, 2));
}

static bool visit_outbox(ph_stmt *s, ph_rc *rc, void *arg)
{
    const visitor *v = arg;
    ph_outbox_row row = {.seal = (uint64_t)ph_stmt_col_int(s, 3),
                         .first_record = (uint64_t)ph_stmt_col_int(s, 5),
                         .count = (uint32_t)ph_stmt_col_int(s, 6)};

    *rc = ph_ledger_col_key(s, &row.sheet);
    if (*rc == PH_OK)
        *rc = ph_ledger_col_digest(s, 7, &row.chain);
    return *rc == PH_OK && v->fn.outbox(v->arg, &row, ph_stmt_col_span(s, 4));
}

static bool visit_seal(ph_stmt *s, ph_rc *rc, void *arg)
{
    const visitor *v = arg;
    ph_seal_row row;

    *rc = ph_ledger_col_seal(s, &row);
    return *rc == PH_OK && v->fn.seal(v->arg, &row);
}

static ph_rc ledger_walk_entries(ph_agg_store *st, uint64_t first, uint64_t last, ph_entry_fn fn, void *arg)
{
    ph_ledger *l = ph_ledger_of(st);
    visitor v = {.fn.entry = fn, .arg = arg};
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_WALK_ENTRIES, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, (int64_t)first);
    ph_stmt_int(s, 2, last > INT64_MAX ? INT64_MAX : (int64_t)last);
    return walk(l, s, visit_entry, &v);
}

static ph_rc ledger_walk_sheets(ph_agg_store *st, ph_sheet_fn fn, void *arg)
{
    ph_ledger *l = ph_ledger_of(st);
    visitor v = {.fn.sheet = fn, .arg = arg};
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_WALK_SHEETS, &rc);

    return rc == PH_OK ? walk(l, s, visit_sheet, &v) : rc;
}

/* SQLite borrows what is bound until the statement is reset, @period too. */
static void bind_key(ph_stmt *s, const ph_sheet_key *key, char period[PH_PERIOD_TEXT_BYTES])
{
    (void)ph_period_print(key->period, period);
    ph_stmt_text_span(s, 1, key->cluster);
    ph_stmt_text_span(s, 2, key->form);
    ph_stmt_text(s, 3, period);
}

static ph_rc ledger_walk_summaries(ph_agg_store *st, const ph_sheet_key *only, ph_summary_fn fn, void *arg)
{
    ph_ledger *l = ph_ledger_of(st);
    visitor v = {.fn.summary = fn, .arg = arg};
    char period[PH_PERIOD_TEXT_BYTES];
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, only == NULL ? PH_LEDGER_WALK_SUMMARIES : PH_LEDGER_WALK_SUMMARIES_OF, &rc);

    if (rc != PH_OK)
        return rc;
    if (only != NULL)
        bind_key(s, only, period);
    return walk(l, s, visit_summary, &v);
}

static ph_rc ledger_walk_revisions(ph_agg_store *st, const ph_sheet_key *key, ph_revision_fn fn, void *arg)
{
    ph_ledger *l = ph_ledger_of(st);
    visitor v = {.fn.revision = fn, .arg = arg};
    char period[PH_PERIOD_TEXT_BYTES];
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_WALK_REVISIONS, &rc);

    if (rc != PH_OK)
        return rc;
    bind_key(s, key, period);
    return walk(l, s, visit_revision, &v);
}

static ph_rc ledger_walk_outbox(ph_agg_store *st, uint64_t first_record, ph_outbox_fn fn, void *arg)
{
    ph_ledger *l = ph_ledger_of(st);
    visitor v = {.fn.outbox = fn, .arg = arg};
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_WALK_OUTBOX, &rc);

    if (rc != PH_OK)
        return rc;
    ph_stmt_int(s, 1, (int64_t)first_record);
    return walk(l, s, visit_outbox, &v);
}

static ph_rc ledger_walk_seals(ph_agg_store *st, ph_seal_fn fn, void *arg)
{
    ph_ledger *l = ph_ledger_of(st);
    visitor v = {.fn.seal = fn, .arg = arg};
    ph_rc rc;
    ph_stmt *s = ph_ledger_stmt(l, PH_LEDGER_WALK_SEALS, &rc);

    return rc == PH_OK ? walk(l, s, visit_seal, &v) : rc;
}

void ph_ledger_walk_ops(ph_agg_store_ops *ops)
{
    ops->walk_entries = ledger_walk_entries;
    ops->walk_sheets = ledger_walk_sheets;
    ops->walk_summaries = ledger_walk_summaries;
    ops->walk_revisions = ledger_walk_revisions;
    ops->walk_outbox = ledger_walk_outbox;
    ops->walk_seals = ledger_walk_seals;
}
