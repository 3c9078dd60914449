/* ph_agg_engine_parts - the inside of the engine, shared by its files.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_ENGINE_PARTS_H
#define PH_AGG_ENGINE_PARTS_H

#include "ph_agg_append.h"
#include "ph_agg_engine.h"

enum {
    PH_BATCH_MAX_OWN = 64, /* entries of our own in a batch, besides the submissions */
    PH_BATCH_MAX_VERDICT_BYTES = 40 * 1024 * 1024
};

/* What a unit sent in the last batch, kept for its receipt. */
typedef struct ph_batch_item {
    uint64_t seq;
    ph_entry_kind kind;
    ph_uuid id;
    ph_digest body, signature;
    ph_key_id key_id;
    int64_t received_at_us;
    uint32_t verdict_at, n_verdict, n_findings; /* in `answers`: verdict bytes, then findings */
} ph_batch_item;

/* head: as committed. append.head: as it will be. Between begin and finish is_open. After a failure is_stale until the
 * committed state was folded again; a FATAL one sticks. */
struct ph_engine {
    ph_agg_store *store;
    const ph_registry_source *source;
    const ph_receipt_key *key;
    ph_fold *fold;
    ph_append append;
    ph_ledger_head head;
    bool is_open, is_stale;
    bool has_misfit; /* the last activation of a registry was refused for this value */
    ph_misfit misfit;
    ph_rc fatal;
    int64_t now_us;
    ph_buf own; /* bytes of an entry of our own */
    ph_observation observations[PH_MAX_OBSERVATIONS];

    ph_batch_item *items;
    size_t n_items;
    ph_buf answers;
    ph_checkpoint checkpoint;
};

/** Append an entry of our own whose bytes stand in e->own. */
ph_rc ph_engine_put_own(ph_engine *e, ph_entry_kind kind) PH_CHECKED;
/** A figure seal with the calendar taken as far as @through_us. */
ph_rc ph_engine_seal_figures(ph_engine *e, int64_t through_us) PH_CHECKED;
/** Seal, sign, put the head, commit.   Errors: as finish, without what follows a failure. */
ph_rc ph_engine_close_batch(ph_engine *e) PH_CHECKED;
/** What follows a failure: roll back, and fold the committed state again. Returns the code to answer with. */
ph_rc ph_engine_fail(ph_engine *e, ph_rc rc) PH_CHECKED;

/** Make the parts of an engine; nothing is read from the store yet. */
ph_rc ph_engine_new(ph_agg_store *store, const ph_registry_source *source, const ph_receipt_key *key,
                    ph_engine **ret) PH_CHECKED;

#endif
