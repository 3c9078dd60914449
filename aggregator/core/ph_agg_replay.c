/* ph_agg_replay - derived rows made again from the log.   Layer: aggregator/core (pure) */
#include "ph_agg_replay.h"

#include "ph_agg_append.h"
#include "ph_agg_engine_parts.h"
#include "ph_agg_own.h"

enum { STRETCH = 2048 }; /* entries read, and written in one transaction, at a time */

typedef struct replay {
    ph_agg_store *from, *to;
    ph_append append;
    uint64_t altered_entry;
    ph_rc rc;
} replay;

/* What an entry names must be there to be replayed again from the copy. */
static ph_rc carry_document(replay *r, const ph_digest *digest)
{
    ph_span bytes;
    ph_rc rc = r->from->ops->get_document(r->from, digest, &bytes);

    if (rc == PH_OK)
        rc = r->to->ops->put_document(r->to, digest, bytes);
    return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
}

static ph_rc carry_documents(replay *r, const ph_entry *e)
{
    ph_genesis g;
    ph_digest digest;
    uint64_t serial;
    ph_rc rc = PH_OK;

    if (e->kind == PH_ENTRY_GENESIS) {
        rc = ph_genesis_read(e->bytes, &g);
        if (rc == PH_OK)
            rc = carry_document(r, &g.registry);
        if (rc == PH_OK)
            rc = carry_document(r, &g.roster);
    } else if (e->kind == PH_ENTRY_REGISTRY) {
        rc = ph_own_registry_read(e->bytes, &digest);
        if (rc == PH_OK)
            rc = carry_document(r, &digest);
    } else if (e->kind == PH_ENTRY_ROSTER) {
        rc = ph_own_roster_read(e->bytes, &digest, &serial);
        if (rc == PH_OK)
            rc = carry_document(r, &digest);
    }
    return ph_rc_class(rc) == PH_CLASS_REJECT ? PH_CORRUPT : rc;
}

/* The root is made again, its signature carried over: only the holder of the key could make that. */
static ph_rc close_batch(replay *r)
{
    ph_checkpoint c;
    ph_seal_row seal;
    ph_rc rc = ph_append_checkpoint(&r->append, &c);

    if (rc != PH_OK)
        return rc;
    rc = r->from->ops->get_seal_covering(r->from, c.size, &seal);
    if (rc != PH_OK && rc != PH_NOT_FOUND)
        return rc;
    if (rc == PH_OK && seal.seq == c.size) {
        c.key_id = seal.key_id;
        c.signature = seal.signature;
    }
    rc = ph_append_close(&r->append, &c);
    if (rc == PH_OK) {
        ph_ledger_head head = r->append.head;
        ph_append_begin(&r->append, &head);
    }
    return rc;
}

/* What is folded must be what was logged: equal rows made from altered bytes would prove nothing. */
static void look_for_alteration(replay *r, const ph_entry *stored, const ph_entry *made)
{
    ph_digest body = ph_digest_of_span(stored->bytes);

    if (r->altered_entry == 0 && (!ph_digest_eq(&body, &stored->digest) || !ph_digest_eq(&made->leaf, &stored->leaf)))
        r->altered_entry = stored->seq;
}

static bool replay_entry(void *arg, const ph_entry *entry, const ph_stored_verdict *stored)
{
    replay *r = arg;
    ph_entry copy = *entry;

    (void)stored;
    r->rc = entry->seq == r->append.head.last_seq + 1 ? carry_documents(r, entry) : PH_CORRUPT;
    if (r->rc == PH_OK)
        r->rc = ph_append_entry(&r->append, &copy, NULL, NULL, NULL);
    if (r->rc == PH_OK)
        look_for_alteration(r, entry, &copy);
    if (r->rc == PH_OK && entry->kind == PH_ENTRY_SEAL)
        r->rc = close_batch(r);
    return r->rc == PH_OK;
}

/* Entries up to @last, a stretch at a time. */
static ph_rc replay_to(replay *r, uint64_t last)
{
    ph_rc rc = PH_OK;

    while (rc == PH_OK && r->append.head.last_seq < last) {
        uint64_t first = r->append.head.last_seq + 1;
        uint64_t end = last - first < STRETCH ? last : first + STRETCH - 1;
        rc = r->to->ops->begin(r->to);
        if (rc == PH_OK)
            rc = r->from->ops->walk_entries(r->from, first, end, replay_entry, r);
        if (rc == PH_OK)
            rc = r->rc;
        if (rc == PH_OK && r->append.head.last_seq != end)
            rc = PH_CORRUPT; /* the log has a gap */
        if (rc == PH_OK)
            rc = r->to->ops->commit(r->to);
    }
    if (rc != PH_OK)
        r->to->ops->rollback(r->to);
    return rc;
}

/* What came in meanwhile, and the comparison, on one snapshot. */
static ph_rc conclude(replay *r, ph_replay_report *ret)
{
    ph_ledger_head head;
    ph_rc rc = r->from->ops->begin(r->from);

    if (rc != PH_OK)
        return rc;
    rc = r->from->ops->get_head(r->from, &head);
    if (rc == PH_OK)
        rc = replay_to(r, head.last_seq);
    if (rc == PH_OK)
        rc = ph_dump_compare(r->from, r->to, &ret->dump);
    r->from->ops->rollback(r->from);
    ret->altered_entry = r->altered_entry;
    ret->is_identical = rc == PH_OK && ret->dump.is_equal && r->altered_entry == 0;
    return rc;
}

ph_rc ph_replay(ph_agg_store *from, ph_agg_store *to, const ph_registry_source *source, ph_replay_report *ret)
{
    replay r = {.from = from, .to = to, .rc = PH_OK};
    ph_ledger_head head, nothing = {0};
    ph_fold *fold = NULL;
    ph_rc rc = to->ops->get_head(to, &head);

    *ret = (ph_replay_report){.is_identical = false};
    if (rc != PH_NOT_FOUND)
        return rc == PH_OK ? PH_EXISTS : rc;
    rc = from->ops->get_head(from, &head);
    if (rc == PH_OK)
        rc = ph_fold_new(to, source, &fold);
    if (rc == PH_OK)
        rc = ph_append_init(&r.append, to, fold, PH_BATCH_MAX_SUBMISSIONS + PH_BATCH_MAX_OWN);
    if (rc == PH_OK) {
        ph_append_begin(&r.append, &nothing);
        rc = replay_to(&r, head.last_seq);
    }
    if (rc == PH_OK)
        rc = conclude(&r, ret);
    ret->n_entries = r.append.head.last_seq;
    ph_append_done(&r.append);
    ph_fold_free(fold);
    return rc;
}
