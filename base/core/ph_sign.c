/* ph_sign - Ed25519 over context || version || key id || exact bytes.   Layer: base/core (pure; links libsodium) */
#include "ph_sign.h"

#include <sodium/crypto_sign.h>
#include <stdlib.h>
#include <string.h>

#include "ph_digest.h"

_Static_assert(PH_SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "public key");
_Static_assert(PH_SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "secret key");
_Static_assert(PH_SIGN_SEED_BYTES == crypto_sign_SEEDBYTES, "seed");
_Static_assert(PH_SIGNATURE_BYTES == crypto_sign_BYTES, "signature");

enum { VERSION = 1, SCRATCH_BYTES = 32 * 1024 };

static const struct {
    const char *text;
    uint8_t len; /* with its NUL, which ends the context in the signed bytes */
} contexts[PH_SIGN_CONTEXT_COUNT] = {
#define PH_X(name, ctx_text) [PH_SIGN_##name] = {.text = (ctx_text), .len = sizeof(ctx_text)},
    PH_SIGN_CONTEXT_MAP(PH_X)
#undef PH_X
};

/* The signed bytes, contiguous: in `small` when they fit there, else on the heap. */
typedef struct scratch {
    uint8_t *ptr;
    size_t len;
    uint8_t *heap;
    uint8_t small[SCRATCH_BYTES];
} scratch;

ph_key_id ph_key_id_of(const uint8_t public_key[PH_SIGN_PUBLIC_BYTES])
{
    ph_digest digest = ph_digest_of_span(ph_span_of(public_key, PH_SIGN_PUBLIC_BYTES));
    ph_key_id id;

    memcpy(id.bytes, digest.bytes, PH_KEY_ID_BYTES);
    return id;
}

bool ph_key_id_eq(const ph_key_id *a, const ph_key_id *b)
{
    return memcmp(a->bytes, b->bytes, PH_KEY_ID_BYTES) == 0;
}

void ph_sign_keypair(const uint8_t seed[PH_SIGN_SEED_BYTES], uint8_t ret_public[PH_SIGN_PUBLIC_BYTES],
                     uint8_t ret_secret[PH_SIGN_SECRET_BYTES])
{
    (void)crypto_sign_seed_keypair(ret_public, ret_secret, seed);
}

static ph_rc compose(scratch *s, ph_sign_context ctx, const uint8_t *public_key, ph_span bytes)
{
    s->heap = NULL;
    if ((unsigned)ctx >= PH_SIGN_CONTEXT_COUNT)
        return PH_BUG;
    if (bytes.len > PH_SIGN_MAX_BYTES)
        return PH_LIMIT;
    size_t prefix = (size_t)contexts[ctx].len + 1 + PH_KEY_ID_BYTES;
    s->len = prefix + bytes.len;
    s->ptr = s->len <= SCRATCH_BYTES ? s->small : (s->heap = malloc(s->len));
    if (s->ptr == NULL)
        return PH_NOMEM;
    ph_key_id id = ph_key_id_of(public_key);
    memcpy(s->ptr, contexts[ctx].text, contexts[ctx].len);
    s->ptr[contexts[ctx].len] = VERSION;
    memcpy(s->ptr + contexts[ctx].len + 1, id.bytes, PH_KEY_ID_BYTES);
    if (bytes.len > 0)
        memcpy(s->ptr + prefix, bytes.ptr, bytes.len);
    return PH_OK;
}

ph_rc ph_sign_make(ph_sign_context ctx, const uint8_t secret[PH_SIGN_SECRET_BYTES], ph_span bytes, ph_signature *ret)
{
    scratch s __attribute__((uninitialized)); /* 32 KiB that nobody needs to see zeroed */
    ph_rc rc = compose(&s, ctx, secret + PH_SIGN_SEED_BYTES, bytes);

    if (rc == PH_OK)
        (void)crypto_sign_detached(ret->bytes, NULL, s.ptr, s.len, secret);
    free(s.heap);
    return rc;
}

ph_rc ph_sign_verify(ph_sign_context ctx, const uint8_t public_key[PH_SIGN_PUBLIC_BYTES], ph_span bytes,
                     const ph_signature *sig)
{
    scratch s __attribute__((uninitialized));
    ph_rc rc = compose(&s, ctx, public_key, bytes);

    if (rc == PH_OK && crypto_sign_verify_detached(sig->bytes, s.ptr, s.len, public_key) != 0)
        rc = PH_FORBIDDEN;
    free(s.heap);
    return rc;
}
