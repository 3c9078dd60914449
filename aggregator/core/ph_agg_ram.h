/* ph_agg_ram - the ledger's store in memory: for tests, and for a replay that leaves nothing behind.   Layer:
 * aggregator/core (pure) */
#ifndef PH_AGG_RAM_H
#define PH_AGG_RAM_H

#include "ph_agg_store.h"

/**
 * An empty store. Nothing outlives it: a commit is durable as long as the process.
 * Owns: *ret by the caller (ops->close).   Errors: NOMEM.   Thread: one.   Source: ph_agg_store.h.
 */
ph_rc ph_agg_ram_open(ph_agg_store **ret) PH_CHECKED;

#endif
