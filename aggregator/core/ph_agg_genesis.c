/* ph_agg_genesis - the first entries of a new ledger.   Layer: aggregator/core (pure) */
#include "ph_agg_engine_parts.h"
#include "ph_agg_own.h"

ph_rc ph_engine_genesis(ph_agg_store *store, const ph_registry_source *source, const ph_receipt_key *key,
                        const ph_uuid *epoch, int64_t now_us, const ph_first_documents *documents)
{
    ph_genesis g = {.epoch = *epoch,
                    .registry = documents->registry,
                    .roster = documents->roster,
                    .roster_serial = documents->roster_serial,
                    .fold_version = PH_FOLD_VERSION};
    ph_ledger_head head;
    ph_engine *e = NULL;
    ph_rc rc = store->ops->get_head(store, &head);

    if (rc != PH_NOT_FOUND)
        return rc == PH_OK ? PH_EXISTS : rc;
    rc = ph_engine_new(store, source, key, &e);
    if (rc == PH_OK)
        rc = ph_engine_begin(e, now_us);
    if (rc == PH_OK)
        rc = store->ops->put_document(store, &documents->registry, documents->registry_bytes);
    if (rc == PH_OK)
        rc = store->ops->put_document(store, &documents->roster, documents->roster_bytes);
    if (rc == PH_OK) {
        ph_buf_clear(&e->own);
        ph_genesis_write(&g, &e->own);
        rc = ph_engine_put_own(e, PH_ENTRY_GENESIS);
    }
    if (rc == PH_OK)
        rc = ph_engine_seal_figures(e, now_us);
    if (rc == PH_OK)
        rc = ph_engine_close_batch(e);
    if (rc != PH_OK)
        store->ops->rollback(store);
    ph_engine_free(e);
    return rc;
}
