/* ph_test_fault - a store that fails its n-th call.   Layer: tests/support */
#include "ph_test_fault.h"

#include <assert.h>
#include <stdlib.h>

typedef struct fault {
    ph_agg_store base;
    ph_agg_store *real;
    ph_fault_plan plan;
    uint64_t n;
    bool was_hit;
} fault;

static fault *self(ph_agg_store *st)
{
    return (fault *)(void *)st;
}

/* Is this call the one? */
static bool strikes(fault *f)
{
    f->n++;
    if (f->plan.nth == 0 || (f->plan.for_ever ? f->n < f->plan.nth : f->n != f->plan.nth))
        return false;
    f->was_hit = true;
    return true;
}

/* A call of the real store, failed when its turn has come. */
#define FAULTY(call)                        \
    do {                                    \
        fault *f = self(st);                \
        ph_agg_store *real = f->real;       \
        bool is_struck = strikes(f);        \
        ph_rc rc;                           \
        if (is_struck && !f->plan.after)    \
            return f->plan.rc;              \
        rc = real->ops->call;               \
        return is_struck ? f->plan.rc : rc; \
    } while (0)

static ph_rc fault_begin(ph_agg_store *st)
{
    FAULTY(begin(real));
}

static ph_rc fault_commit(ph_agg_store *st)
{
    FAULTY(commit(real));
}

static void fault_rollback(ph_agg_store *st)
{
    self(st)->real->ops->rollback(self(st)->real);
}

static ph_rc fault_put_entry(ph_agg_store *st, const ph_entry *e)
{
    FAULTY(put_entry(real, e));
}

static ph_rc fault_put_verdict(ph_agg_store *st, uint64_t seq, const ph_stored_verdict *v)
{
    FAULTY(put_verdict(real, seq, v));
}

static ph_rc fault_put_revision(ph_agg_store *st, const ph_sheet_key *key, ph_span unit, uint32_t revision,
                                uint64_t seq)
{
    FAULTY(put_revision(real, key, unit, revision, seq));
}

static ph_rc fault_put_sheet(ph_agg_store *st, const ph_sheet_key *key, uint64_t seq, ph_span packed)
{
    FAULTY(put_sheet(real, key, seq, packed));
}

static ph_rc fault_put_summary(ph_agg_store *st, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    FAULTY(put_summary(real, key, seal, packed));
}

static ph_rc fault_put_outbox(ph_agg_store *st, const ph_outbox_row *row)
{
    FAULTY(put_outbox(real, row));
}

static ph_rc fault_put_seal(ph_agg_store *st, const ph_seal_row *row)
{
    FAULTY(put_seal(real, row));
}

static ph_rc fault_put_document(ph_agg_store *st, const ph_digest *digest, ph_span bytes)
{
    FAULTY(put_document(real, digest, bytes));
}

static ph_rc fault_put_head(ph_agg_store *st, const ph_ledger_head *head)
{
    FAULTY(put_head(real, head));
}

static ph_rc fault_get_head(ph_agg_store *st, ph_ledger_head *ret)
{
    FAULTY(get_head(real, ret));
}

static ph_rc fault_find_sent(ph_agg_store *st, ph_span unit, const ph_uuid *id, uint64_t *seq, ph_digest *digest)
{
    FAULTY(find_sent(real, unit, id, seq, digest));
}

static ph_rc fault_find_revision(ph_agg_store *st, const ph_sheet_key *key, ph_span unit, uint32_t revision,
                                 uint64_t *seq)
{
    FAULTY(find_revision(real, key, unit, revision, seq));
}

static ph_rc fault_get_entry(ph_agg_store *st, uint64_t seq, ph_entry *ret, ph_stored_verdict *verdict)
{
    FAULTY(get_entry(real, seq, ret, verdict));
}

static ph_rc fault_get_sheet(ph_agg_store *st, const ph_sheet_key *key, uint64_t *seq, ph_span *ret)
{
    FAULTY(get_sheet(real, key, seq, ret));
}

static ph_rc fault_get_summary(ph_agg_store *st, const ph_sheet_key *key, uint64_t seal, ph_span *ret)
{
    FAULTY(get_summary(real, key, seal, ret));
}

static ph_rc fault_get_document(ph_agg_store *st, const ph_digest *digest, ph_span *ret)
{
    FAULTY(get_document(real, digest, ret));
}

static ph_rc fault_get_seal_covering(ph_agg_store *st, uint64_t seq, ph_seal_row *ret)
{
    FAULTY(get_seal_covering(real, seq, ret));
}

static ph_rc fault_get_leaves(ph_agg_store *st, uint64_t first, uint64_t n, ph_digest *ret)
{
    FAULTY(get_leaves(real, first, n, ret));
}

static ph_rc fault_walk_entries(ph_agg_store *st, uint64_t first, uint64_t last, ph_entry_fn fn, void *arg)
{
    FAULTY(walk_entries(real, first, last, fn, arg));
}

static ph_rc fault_walk_sheets(ph_agg_store *st, ph_sheet_fn fn, void *arg)
{
    FAULTY(walk_sheets(real, fn, arg));
}

static ph_rc fault_walk_summaries(ph_agg_store *st, const ph_sheet_key *only, ph_summary_fn fn, void *arg)
{
    FAULTY(walk_summaries(real, only, fn, arg));
}

static ph_rc fault_walk_revisions(ph_agg_store *st, const ph_sheet_key *key, ph_revision_fn fn, void *arg)
{
    FAULTY(walk_revisions(real, key, fn, arg));
}

static ph_rc fault_walk_outbox(ph_agg_store *st, uint64_t first, ph_outbox_fn fn, void *arg)
{
    FAULTY(walk_outbox(real, first, fn, arg));
}

static ph_rc fault_walk_seals(ph_agg_store *st, ph_seal_fn fn, void *arg)
{
    FAULTY(walk_seals(real, fn, arg));
}

static void fault_close(ph_agg_store *st)
{
    free(st);
}

static const ph_agg_store_ops ops = {.begin = fault_begin,
                                     .commit = fault_commit,
                                     .rollback = fault_rollback,
                                     .put_entry = fault_put_entry,
                                     .put_verdict = fault_put_verdict,
                                     .put_revision = fault_put_revision,
                                     .put_sheet = fault_put_sheet,
                                     .put_summary = fault_put_summary,
                                     .put_outbox = fault_put_outbox,
                                     .put_seal = fault_put_seal,
                                     .put_document = fault_put_document,
                                     .put_head = fault_put_head,
                                     .get_head = fault_get_head,
                                     .find_sent = fault_find_sent,
                                     .find_revision = fault_find_revision,
                                     .get_entry = fault_get_entry,
                                     .get_sheet = fault_get_sheet,
                                     .get_summary = fault_get_summary,
                                     .get_document = fault_get_document,
                                     .get_seal_covering = fault_get_seal_covering,
                                     .get_leaves = fault_get_leaves,
                                     .walk_entries = fault_walk_entries,
                                     .walk_sheets = fault_walk_sheets,
                                     .walk_summaries = fault_walk_summaries,
                                     .walk_revisions = fault_walk_revisions,
                                     .walk_outbox = fault_walk_outbox,
                                     .walk_seals = fault_walk_seals,
                                     .close = fault_close};

ph_agg_store *ph_fault_over(ph_agg_store *real)
{
    fault *f = calloc(1, sizeof *f);

    assert(f != NULL);
    f->base.ops = &ops;
    f->real = real;
    return &f->base;
}

void ph_fault_arm(ph_agg_store *st, ph_fault_plan plan)
{
    self(st)->plan = plan;
    self(st)->n = 0;
    self(st)->was_hit = false;
}

uint64_t ph_fault_calls(const ph_agg_store *st)
{
    return ((const fault *)(const void *)st)->n;
}

bool ph_fault_hit(const ph_agg_store *st)
{
    return ((const fault *)(const void *)st)->was_hit;
}
