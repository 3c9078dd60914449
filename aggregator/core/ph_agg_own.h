/* ph_agg_own - the bytes of the log's own entries: genesis, activations and seals.   Layer: aggregator/core (pure)
 *
 * Each is a msgpack map, keys in the order given; unknown keys are refused (a later fold version must not be read by
 * an older one). The figure seal's pair stands in ph_agg_fold.h. */
#ifndef PH_AGG_OWN_H
#define PH_AGG_OWN_H

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_result.h"
#include "ph_span.h"
#include "ph_uuid.h"

enum { PH_OWN_MAX_BYTES = 256 };

/* {"e": bin 16 epoch, "g": bin 32 registry, "r": bin 32 roster, "s": roster serial, "v": fold version} */
typedef struct ph_genesis {
    ph_uuid epoch;
    ph_digest registry, roster;
    uint64_t roster_serial;
    uint32_t fold_version;
} ph_genesis;

/* REGISTRY: {"g": bin 32}. ROSTER: {"r": bin 32, "s": serial}. SEAL: {"t": sealed at us, "v": fold version}. */

/** Writers: errors stick in @dst. Readers: MALFORMED, LIMIT, RANGE; outputs untouched then.   Thread: any. */
void ph_genesis_write(const ph_genesis *g, ph_buf *dst);
ph_rc ph_genesis_read(ph_span bytes, ph_genesis *ret) PH_CHECKED;
void ph_own_registry_write(const ph_digest *registry, ph_buf *dst);
ph_rc ph_own_registry_read(ph_span bytes, ph_digest *ret) PH_CHECKED;
void ph_own_roster_write(const ph_digest *roster, uint64_t serial, ph_buf *dst);
ph_rc ph_own_roster_read(ph_span bytes, ph_digest *ret, uint64_t *ret_serial) PH_CHECKED;
void ph_own_seal_write(int64_t sealed_at_us, ph_buf *dst);
ph_rc ph_own_seal_read(ph_span bytes, int64_t *ret_sealed_at_us, uint32_t *ret_version) PH_CHECKED;

#endif
