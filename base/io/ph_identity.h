/* ph_identity - secret keys: made, kept in small private files, loaded only when nobody else can read them.   Layer:
 * base/io (libsodium) */
#ifndef PH_IDENTITY_H
#define PH_IDENTITY_H

#include <stddef.h>
#include <stdint.h>

#include "ph_err.h"
#include "ph_result.h"
#include "ph_sign.h"
#include "ph_span.h"

typedef enum ph_identity_kind { PH_IDENTITY_CURVE, PH_IDENTITY_SIGN } ph_identity_kind;

enum { PH_CURVE_KEY_BYTES = 32, PH_Z85_TEXT_BYTES = 41, PH_IDENTITY_NAME_BYTES = 64 };

/* In locked memory with guard pages, wiped when freed. CURVE uses 32 bytes of secret, SIGN all 64 (seed || public). */
typedef struct ph_identity {
    ph_identity_kind kind;
    char name[PH_IDENTITY_NAME_BYTES]; /* whose: "PROV_07", "receipt", "root"; [A-Za-z0-9_.-] */
    int64_t created_us;
    uint8_t public_key[32];
    uint8_t secret[PH_SIGN_SECRET_BYTES];
} ph_identity;

/**
 * Make a key pair and its file: 0600, never over an existing one, file and folder fsynced before it returns.
 * Owns: *ret (may be NULL: file only) is the caller's, ph_identity_free.
 * Errors: EXISTS, INVALID name, IO, NO_SPACE, DURABILITY, NOMEM.   Thread: any.
 * Source: docs, key files: lines "phusa key 1", kind, name, created, public, secret; CURVE in Z85, Ed25519 in hex.
 */
ph_rc ph_identity_create(const char *path, ph_identity_kind kind, const char *name, int64_t now_us, ph_identity **ret,
                         ph_err *err) PH_CHECKED;

/**
 * Load: a regular file (no symlink), owned by our user, mode without group or world bits, of that kind, public part
 * matching the secret. The error names the exact command that mends it.
 * Owns: *ret is the caller's, ph_identity_free.
 * Errors: NOT_FOUND, FORBIDDEN, MALFORMED, INVALID, IO, NOMEM; codes "key.…".
 */
ph_rc ph_identity_load(const char *path, ph_identity_kind kind, ph_identity **ret, ph_err *err) PH_CHECKED;

/** Wipes; NULL allowed. */
void ph_identity_free(ph_identity *id);

/**
 * Z85 of 32 bytes (as ZeroMQ writes CURVE keys), terminated; dst holds PH_Z85_TEXT_BYTES. Parse takes 40 characters.
 * Errors: MALFORMED.
 */
void ph_z85_print(const uint8_t key[PH_CURVE_KEY_BYTES], char *dst);
ph_rc ph_z85_parse(ph_span text, uint8_t ret[PH_CURVE_KEY_BYTES]) PH_CHECKED;

/** A CURVE pair in memory only (tests, bench). */
void ph_curve_keypair(uint8_t ret_public[PH_CURVE_KEY_BYTES], uint8_t ret_secret[PH_CURVE_KEY_BYTES]);

/** Unpredictable bytes from the system.   Errors: none (aborts if there are none).   Thread: any. */
void ph_random(void *dst, size_t len);

#endif
