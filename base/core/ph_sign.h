/* ph_sign - Ed25519 over context || version || key id || exact bytes.   Layer: base/core (pure; links libsodium) */
#ifndef PH_SIGN_H
#define PH_SIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

enum {
    PH_SIGN_PUBLIC_BYTES = 32,
    PH_SIGN_SECRET_BYTES = 64,
    PH_SIGN_SEED_BYTES = 32,
    PH_SIGNATURE_BYTES = 64,
    PH_KEY_ID_BYTES = 16
};

/* First 16 bytes of SHA-256 of the public key: names a key, is not a secret. */
typedef struct ph_key_id {
    uint8_t bytes[PH_KEY_ID_BYTES];
} ph_key_id;

typedef struct ph_signature {
    uint8_t bytes[PH_SIGNATURE_BYTES];
} ph_signature;

/* What a signature speaks of: a signature made for one use is worth nothing in another. X(name, ASCII context). */
#define PH_SIGN_CONTEXT_MAP(X)          \
    X(SUBMISSION, "phusa submission")   \
    X(CHECKPOINT, "phusa checkpoint")   \
    X(ROSTER, "phusa roster")           \
    X(REGISTRY, "phusa registry")       \
    X(EXPLANATION, "phusa explanation") \
    X(DECISION, "phusa decision")       \
    X(CARD, "phusa card")

typedef enum ph_sign_context {
#define PH_X(name, text) PH_SIGN_##name,
    PH_SIGN_CONTEXT_MAP(PH_X)
#undef PH_X
        PH_SIGN_CONTEXT_COUNT
} ph_sign_context;

ph_key_id ph_key_id_of(const uint8_t public_key[PH_SIGN_PUBLIC_BYTES]);
bool ph_key_id_eq(const ph_key_id *a, const ph_key_id *b);

/** Key pair from 32 secret random bytes (entropy is the caller's). secret = seed || public, as libsodium has it. */
void ph_sign_keypair(const uint8_t seed[PH_SIGN_SEED_BYTES], uint8_t ret_public[PH_SIGN_PUBLIC_BYTES],
                     uint8_t ret_secret[PH_SIGN_SECRET_BYTES]);

/**
 * The signed bytes are: context text, 0x00, version byte 0x01, key id of the signing key, then @bytes; copied once into
 * a contiguous scratch (stack up to 32 KiB, heap above), so messages are bounded by PH_SIGN_MAX_BYTES. Errors: LIMIT
 * above that, FORBIDDEN when a signature does not verify (non-canonical S and small-order keys included), NOMEM.
 * Thread: any.   Source: RFC 8032; PROTOCOL.md, signatures.
 */
#define PH_SIGN_MAX_BYTES ((size_t)16 * 1024 * 1024)
ph_rc ph_sign_make(ph_sign_context ctx, const uint8_t secret[PH_SIGN_SECRET_BYTES], ph_span bytes,
                   ph_signature *ret) PH_CHECKED;
ph_rc ph_sign_verify(ph_sign_context ctx, const uint8_t public_key[PH_SIGN_PUBLIC_BYTES], ph_span bytes,
                     const ph_signature *sig) PH_CHECKED;

#endif
