/* ph_uuid - UUIDv7 minted from a given time and given random bytes.   Layer: base/core (pure) */
#ifndef PH_UUID_H
#define PH_UUID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

enum { PH_UUID_BYTES = 16, PH_UUID_TEXT_BYTES = 37, PH_UUID_RANDOM_BYTES = 10 };

typedef struct ph_uuid {
    uint8_t bytes[PH_UUID_BYTES];
} ph_uuid;

/** time_ms: milliseconds UTC since 1970, in [0, 2^48). Entropy is the caller's.   Source: RFC 9562 s.5.7. */
ph_uuid ph_uuid_v7(int64_t time_ms, const uint8_t random[PH_UUID_RANDOM_BYTES]);

/** 8-4-4-4-12 in lower case, terminated; dst holds PH_UUID_TEXT_BYTES. Parse takes that form, either case.   Errors:
 * MALFORMED. */
void ph_uuid_print(const ph_uuid *id, char *dst);
ph_rc ph_uuid_parse(ph_span text, ph_uuid *ret) PH_CHECKED;
bool ph_uuid_eq(const ph_uuid *a, const ph_uuid *b);

#endif
