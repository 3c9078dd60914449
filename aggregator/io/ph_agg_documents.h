/* ph_agg_documents - registries and rosters out of the ledger, by their digests.   Layer: aggregator/io */
#ifndef PH_AGG_DOCUMENTS_H
#define PH_AGG_DOCUMENTS_H

#include <stdint.h>

#include "ph_agg_fold.h"
#include "ph_agg_store.h"
#include "ph_agg_verify.h"
#include "ph_err.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_roster.h"

enum { PH_DOCUMENTS_MAX_REGISTRIES = 1024 };

/* Registries stay loaded once used: a fold may go back to any of them. */
typedef struct ph_agg_documents ph_agg_documents;

/**
 * Documents of @store; rosters must be signed by @root_public (NULL: parsed only).   Owns: caller closes (NULL allowed)
 * after whoever borrowed; borrows @store, copies the key.   Errors: NOMEM.   Thread: the store's.
 */
ph_rc ph_documents_open(ph_agg_store *store, const uint8_t *root_public, ph_agg_documents **ret) PH_CHECKED;
void ph_documents_close(ph_agg_documents *d);

/** A registry that is in use before the ledger has it (genesis, activation).   Owns: takes @reg on success; frees it
 * when its like is there already.   Errors: NOMEM, LIMIT. */
ph_rc ph_documents_keep(ph_agg_documents *d, ph_registry *reg) PH_CHECKED;

/** What the fold and verify ask. The sources borrow @d. */
ph_registry_source ph_documents_registries(ph_agg_documents *d);
ph_roster_source ph_documents_rosters(ph_agg_documents *d);

/** The roster that the ledger keeps under @digest.   Owns: *ret by the caller.   Errors: NOT_FOUND, FORBIDDEN,
 * INVALID, MALFORMED, NOMEM; of the store. */
ph_rc ph_documents_load_roster(ph_agg_documents *d, const ph_digest *digest, ph_roster **ret, ph_err *err) PH_CHECKED;

/** A ph_err_fn that logs event @arg for each error. */
void ph_documents_log_err(void *arg, const ph_err *err);

#endif
