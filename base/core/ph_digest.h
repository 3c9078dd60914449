/* ph_digest - SHA-256, hex, and constant-time comparison.   Layer: base/core (pure; links libsodium) */
#ifndef PH_DIGEST_H
#define PH_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

enum { PH_DIGEST_BYTES = 32, PH_DIGEST_TEXT_BYTES = 65 };

typedef struct ph_digest {
    uint8_t bytes[PH_DIGEST_BYTES];
} ph_digest;

/** SHA-256 of the concatenation of @n parts.   Errors: none.   Thread: any.   Source: FIPS 180-4. */
ph_digest ph_digest_of(const ph_span *parts, size_t n);
ph_digest ph_digest_of_span(ph_span bytes);

bool ph_digest_eq(const ph_digest *a, const ph_digest *b);
bool ph_digest_is_zero(const ph_digest *a);

/** Lower-case hex, terminated; dst holds 2 * len + 1. Parse takes exactly 2 * len digits of either case.   Errors:
 * MALFORMED. */
void ph_hex_print(const uint8_t *bytes, size_t len, char *dst);
ph_rc ph_hex_parse(ph_span text, uint8_t *ret, size_t len) PH_CHECKED;

#endif
