/* ph_digest - SHA-256, hex, and constant-time comparison.   Layer: base/core (pure; links libsodium) */
#include "ph_digest.h"

#include <string.h>

#include <sodium/crypto_hash_sha256.h>

ph_digest ph_digest_of(const ph_span *parts, size_t n)
{
    crypto_hash_sha256_state state;
    ph_digest ret;

    (void)crypto_hash_sha256_init(&state);
    for (size_t i = 0; i < n; i++)
        if (parts[i].len > 0)
            (void)crypto_hash_sha256_update(&state, parts[i].ptr, parts[i].len);
    (void)crypto_hash_sha256_final(&state, ret.bytes);
    return ret;
}

ph_digest ph_digest_of_span(ph_span bytes)
{
    return ph_digest_of(&bytes, 1);
}

/* Word by word and to the end, whatever the first ones say: as constant in time as byte by byte, at a twentieth of it.
 */
bool ph_digest_eq(const ph_digest *a, const ph_digest *b)
{
    uint64_t x[PH_DIGEST_BYTES / 8], y[PH_DIGEST_BYTES / 8], differs = 0;

    memcpy(x, a->bytes, sizeof x);
    memcpy(y, b->bytes, sizeof y);
    for (size_t i = 0; i < PH_DIGEST_BYTES / 8; i++)
        differs |= x[i] ^ y[i];
    return differs == 0;
}

bool ph_digest_is_zero(const ph_digest *a)
{
    uint8_t any = 0;

    for (size_t i = 0; i < PH_DIGEST_BYTES; i++)
        any |= a->bytes[i];
    return any == 0;
}

void ph_hex_print(const uint8_t *bytes, size_t len, char *dst)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        dst[2 * i] = digits[bytes[i] >> 4];
        dst[2 * i + 1] = digits[bytes[i] & 15];
    }
    dst[2 * len] = '\0';
}

/* 0 to 15, or -1. */
static int hex_value(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

ph_rc ph_hex_parse(ph_span text, uint8_t *ret, size_t len)
{
    if (text.len % 2 != 0 || text.len / 2 != len)
        return PH_MALFORMED;
    for (size_t i = 0; i < text.len; i++)
        if (hex_value(text.ptr[i]) < 0)
            return PH_MALFORMED;
    for (size_t i = 0; i < len; i++)
        ret[i] = (uint8_t)(hex_value(text.ptr[2 * i]) * 16 + hex_value(text.ptr[2 * i + 1]));
    return PH_OK;
}
