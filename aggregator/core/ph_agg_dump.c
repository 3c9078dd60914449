/* ph_agg_dump - derived rows in order, and where two stores first differ.   Layer: aggregator/core (pure) */
#include "ph_agg_dump.h"

#include <stdio.h>
#include <stdlib.h>

enum { SHORT_BYTES = 16 }; /* of a digest: enough to tell rows apart */

const char *ph_dump_table_name(ph_dump_table t)
{
    static const char *const names[] = {
#define PH_X(name, text) text,
        PH_DUMP_MAP(PH_X)
#undef PH_X
    };
    return t < PH_DUMP_COUNT ? names[t] : "";
}

/* ---- rows ---- */

typedef struct dump {
    ph_dump_table table;
    ph_dump_fn fn;
    void *arg;
} dump;

enum { MAX_PARTS = 8 };

/* Parts of a row; each is hashed with its length, so that no two rows read alike. */
typedef struct parts {
    ph_span span[2 * MAX_PARTS];
    uint64_t number[MAX_PARTS];
    size_t n;
} parts;

static void put_span(parts *p, ph_span s)
{
    p->number[p->n] = s.len;
    p->span[2 * p->n] = ph_span_of(&p->number[p->n], sizeof p->number[0]);
    p->span[2 * p->n + 1] = s;
    p->n++;
}

static void put_number(parts *p, uint64_t v)
{
    p->number[p->n] = v;
    p->span[2 * p->n] = ph_span_of(&p->number[p->n], sizeof p->number[0]);
    p->span[2 * p->n + 1] = (ph_span){0};
    p->n++;
}

static void put_digest(parts *p, const ph_digest *d)
{
    put_span(p, ph_span_of(d->bytes, sizeof d->bytes));
}

static bool emit(const dump *d, const char *name, const parts *p)
{
    ph_dump_row row = {.table = d->table, .name = name, .digest = ph_digest_of(p->span, 2 * p->n)};

    return d->fn(d->arg, &row);
}

static void name_key(const ph_sheet_key *key, char name[PH_DUMP_NAME_BYTES])
{
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(key->period, period);
    (void)snprintf(name, PH_DUMP_NAME_BYTES, "%.*s/%.*s/%s", (int)key->cluster.len, (const char *)key->cluster.ptr,
                   (int)key->form.len, (const char *)key->form.ptr, period);
}

static void name_number(const char *what, uint64_t n, char name[PH_DUMP_NAME_BYTES])
{
    (void)snprintf(name, PH_DUMP_NAME_BYTES, "%s %llu", what, (unsigned long long)n);
}

static bool dump_entry(void *arg, const ph_entry *entry, const ph_stored_verdict *v)
{
    char name[PH_DUMP_NAME_BYTES];
    parts p = {.n = 0};

    if (v->verdict_bytes.len == 0 && v->findings.len == 0)
        return true; /* an entry of our own */
    name_number("entry", entry->seq, name);
    put_number(&p, entry->seq);
    put_span(&p, v->verdict_bytes);
    put_span(&p, v->findings);
    return emit(arg, name, &p);
}

static bool dump_sheet(void *arg, const ph_sheet_key *key, uint64_t folded_to_seq, ph_span packed)
{
    char name[PH_DUMP_NAME_BYTES];
    parts p = {.n = 0};

    name_key(key, name);
    put_span(&p, ph_span_str(name));
    put_number(&p, folded_to_seq);
    put_span(&p, packed);
    return emit(arg, name, &p);
}

static bool dump_summary(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    char name[PH_DUMP_NAME_BYTES];
    size_t len;
    parts p = {.n = 0};

    name_key(key, name);
    len = strlen(name);
    (void)snprintf(name + len, sizeof name - len, " seal %llu", (unsigned long long)seal);
    put_span(&p, ph_span_str(name));
    put_span(&p, packed);
    return emit(arg, name, &p);
}

static bool dump_outbox(void *arg, const ph_outbox_row *row, ph_span packed)
{
    char name[PH_DUMP_NAME_BYTES], sheet[PH_DUMP_NAME_BYTES];
    parts p = {.n = 0};

    (void)packed; /* dumped as a summary */
    name_number("record", row->first_record, name);
    name_key(&row->sheet, sheet);
    put_number(&p, row->first_record);
    put_number(&p, row->count);
    put_span(&p, ph_span_str(sheet));
    put_number(&p, row->seal);
    put_digest(&p, &row->chain);
    return emit(arg, name, &p);
}

static ph_span peaks(const ph_frontier *f)
{
    return ph_span_of(f->peaks, (size_t)f->n * sizeof f->peaks[0]);
}

static bool dump_seal(void *arg, const ph_seal_row *row)
{
    char name[PH_DUMP_NAME_BYTES];
    parts p = {.n = 0};

    name_number("seal", row->seq, name);
    put_number(&p, row->seq);
    put_number(&p, row->before.size);
    put_span(&p, peaks(&row->before));
    put_digest(&p, &row->root);
    put_number(&p, (uint64_t)row->sealed_at_us);
    put_span(&p, ph_span_of(row->key_id.bytes, sizeof row->key_id.bytes));
    put_span(&p, ph_span_of(row->signature.bytes, sizeof row->signature.bytes));
    return emit(arg, name, &p);
}

/* All but the durable mark. One row a field, so that a difference is named. */
static ph_rc dump_head(ph_agg_store *st, const dump *d)
{
    ph_ledger_head h;
    ph_rc rc = st->ops->get_head(st, &h);
    const struct {
        const char *name;
        ph_span value;
    } fields[] = {{"head epoch", ph_span_of(h.epoch.bytes, sizeof h.epoch.bytes)},
                  {"head fold_version", ph_span_of(&h.fold_version, sizeof h.fold_version)},
                  {"head last_seq", ph_span_of(&h.last_seq, sizeof h.last_seq)},
                  {"head last_record", ph_span_of(&h.last_record, sizeof h.last_record)},
                  {"head chain", ph_span_of(h.chain.bytes, sizeof h.chain.bytes)},
                  {"head frontier size", ph_span_of(&h.frontier.size, sizeof h.frontier.size)},
                  {"head frontier", peaks(&h.frontier)},
                  {"head sealed_at", ph_span_of(&h.sealed_at_us, sizeof h.sealed_at_us)},
                  {"head through", ph_span_of(&h.through_us, sizeof h.through_us)},
                  {"head last_figure_seal", ph_span_of(&h.last_figure_seal, sizeof h.last_figure_seal)},
                  {"head registry", ph_span_of(h.registry.bytes, sizeof h.registry.bytes)},
                  {"head roster", ph_span_of(h.roster.bytes, sizeof h.roster.bytes)},
                  {"head roster_serial", ph_span_of(&h.roster_serial, sizeof h.roster_serial)}};

    if (rc != PH_OK)
        return rc == PH_NOT_FOUND ? PH_OK : rc;
    for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
        parts p = {.n = 0};
        put_span(&p, fields[i].value);
        if (!emit(d, fields[i].name, &p))
            break;
    }
    return PH_OK;
}

ph_rc ph_dump_walk(ph_agg_store *st, ph_dump_table table, ph_dump_fn fn, void *arg)
{
    dump d = {.table = table, .fn = fn, .arg = arg};

    switch (table) {
    case PH_DUMP_RECEIPT:
        return st->ops->walk_entries(st, 1, UINT64_MAX, dump_entry, &d);
    case PH_DUMP_SHEET:
        return st->ops->walk_sheets(st, dump_sheet, &d);
    case PH_DUMP_SUMMARY:
        return st->ops->walk_summaries(st, NULL, dump_summary, &d);
    case PH_DUMP_OUTBOX:
        return st->ops->walk_outbox(st, 0, dump_outbox, &d);
    case PH_DUMP_SEAL:
        return st->ops->walk_seals(st, dump_seal, &d);
    case PH_DUMP_HEAD:
        return dump_head(st, &d);
    case PH_DUMP_COUNT:
        break;
    }
    return PH_BUG;
}

/* ---- comparing ---- */

typedef struct comparison {
    uint8_t (*rows)[SHORT_BYTES]; /* of the first store */
    uint64_t n, cap, at;          /* at: place in the second */
    ph_digest running;
    bool differs;
    char name[PH_DUMP_NAME_BYTES];
    ph_rc rc;
} comparison;

static bool collect(void *arg, const ph_dump_row *row)
{
    comparison *c = arg;
    const ph_span both[] = {ph_span_of(c->running.bytes, PH_DIGEST_BYTES),
                            ph_span_of(row->digest.bytes, PH_DIGEST_BYTES)};

    if (c->n == c->cap) {
        uint64_t cap = c->cap == 0 ? 256 : 2 * c->cap;
        void *rows = realloc(c->rows, (size_t)cap * SHORT_BYTES);
        if (rows == NULL) {
            c->rc = PH_NOMEM;
            return false;
        }
        c->rows = rows;
        c->cap = cap;
    }
    memcpy(c->rows[c->n++], row->digest.bytes, SHORT_BYTES);
    c->running = ph_digest_of(both, 2);
    return true;
}

static bool compare(void *arg, const ph_dump_row *row)
{
    comparison *c = arg;

    if (c->at < c->n && memcmp(c->rows[c->at], row->digest.bytes, SHORT_BYTES) == 0) {
        c->at++;
        return true;
    }
    c->differs = true;
    (void)snprintf(c->name, sizeof c->name, "%s", row->name);
    return false;
}

/* Walk to row `at` of the first store: its own name for what differs. */
static bool find_name(void *arg, const ph_dump_row *row)
{
    comparison *c = arg;

    if (c->at-- > 0)
        return true;
    (void)snprintf(c->name, sizeof c->name, "%s", row->name);
    return false;
}

static ph_rc compare_table(ph_agg_store *a, ph_agg_store *b, ph_dump_table table, comparison *c)
{
    ph_rc rc = ph_dump_walk(a, table, collect, c);

    if (rc == PH_OK)
        rc = c->rc;
    if (rc == PH_OK)
        rc = ph_dump_walk(b, table, compare, c);
    if (rc == PH_OK && c->at < c->n) {
        c->differs = true;
        rc = ph_dump_walk(a, table, find_name, c);
    }
    return rc;
}

ph_rc ph_dump_compare(ph_agg_store *a, ph_agg_store *b, ph_dump_report *ret)
{
    comparison c = {.rc = PH_OK};
    ph_rc rc = PH_OK;

    *ret = (ph_dump_report){.is_equal = true};
    for (int t = 0; rc == PH_OK && t < PH_DUMP_COUNT; t++) {
        c.n = c.at = 0;
        c.differs = false;
        rc = compare_table(a, b, (ph_dump_table)t, &c);
        ret->n[t] = c.n;
        if (rc == PH_OK && c.differs && ret->is_equal) {
            ret->is_equal = false;
            ret->table = (ph_dump_table)t;
            memcpy(ret->name, c.name, sizeof ret->name);
        }
    }
    ret->digest = c.running;
    free(c.rows);
    return rc;
}
