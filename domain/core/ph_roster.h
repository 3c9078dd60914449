/* ph_roster - who may speak for which unit: public keys with validity, signed by the root key.   Layer: domain/core
 * (pure) */
#ifndef PH_ROSTER_H
#define PH_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_result.h"
#include "ph_sign.h"
#include "ph_span.h"
#include "ph_time.h"

enum { PH_CURVE_PUBLIC_BYTES = 32, PH_CURVE_Z85_BYTES = 41, PH_ROSTER_MAX_ENTRIES = 10000 };

typedef enum ph_key_status { PH_KEY_ACTIVE, PH_KEY_REVOKED } ph_key_status;

typedef struct ph_roster_entry {
    char unit[PH_ID_BUFFER_BYTES];
    ph_key_id key_id;
    uint8_t sign_public[PH_SIGN_PUBLIC_BYTES];
    uint8_t curve_public[PH_CURVE_PUBLIC_BYTES];
    int64_t valid_from_us, valid_to_us; /* half-open */
    ph_key_status status;
    char note[PH_MAX_TEXT_BYTES]; /* reason of a revocation, contact; may be empty */
} ph_roster_entry;

typedef struct ph_roster ph_roster; /* immutable */

/** Owns: copies @entries.   Errors: NOMEM; LIMIT above PH_ROSTER_MAX_ENTRIES; EXISTS for a key id or CURVE key that
 * stands twice.   Thread: reading from any. */
ph_rc ph_roster_build(uint64_t serial, const ph_roster_entry *entries, size_t n, const ph_digest *digest,
                      ph_roster **ret) PH_CHECKED;
void ph_roster_free(ph_roster *r);

uint64_t ph_roster_serial(const ph_roster *r);         /* only grows */
const ph_digest *ph_roster_digest(const ph_roster *r); /* of the signed document's exact bytes */
size_t ph_roster_n(const ph_roster *r);
const ph_roster_entry *ph_roster_at(const ph_roster *r, size_t i);

/** O(1); NULL when unknown. May speak at @now_us only if ph_roster_may_speak says so. */
const ph_roster_entry *ph_roster_by_curve(const ph_roster *r, const uint8_t curve_public[PH_CURVE_PUBLIC_BYTES]);
const ph_roster_entry *ph_roster_by_key(const ph_roster *r, const ph_key_id *id);
bool ph_roster_may_speak(const ph_roster_entry *e, int64_t now_us);

#endif
