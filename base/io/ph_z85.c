/* ph_z85 - Z85 of a CURVE key, as ZeroMQ writes it.   Layer: base/io */
#include <string.h>

#include "ph_identity.h"

static const char alphabet[] = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#";

void ph_z85_print(const uint8_t key[PH_CURVE_KEY_BYTES], char *dst)
{
    for (size_t i = 0; i < PH_CURVE_KEY_BYTES; i += 4) {
        uint32_t v =
            (uint32_t)key[i] << 24 | (uint32_t)key[i + 1] << 16 | (uint32_t)key[i + 2] << 8 | (uint32_t)key[i + 3];
        for (size_t j = 5; j > 0; j--) {
            dst[i / 4 * 5 + j - 1] = alphabet[v % 85];
            v /= 85;
        }
    }
    dst[PH_Z85_TEXT_BYTES - 1] = '\0';
}

static ph_rc parse_group(const uint8_t *text, uint8_t *ret)
{
    uint64_t v = 0;

    for (size_t j = 0; j < 5; j++) {
        const char *at = text[j] == '\0' ? NULL : strchr(alphabet, text[j]);
        if (at == NULL)
            return PH_MALFORMED;
        v = v * 85 + (uint64_t)(at - alphabet);
    }
    if (v > UINT32_MAX)
        return PH_MALFORMED;
    for (size_t j = 0; j < 4; j++)
        ret[j] = (uint8_t)(v >> (24 - 8 * j));
    return PH_OK;
}

ph_rc ph_z85_parse(ph_span text, uint8_t ret[PH_CURVE_KEY_BYTES])
{
    uint8_t key[PH_CURVE_KEY_BYTES] = {0};
    ph_rc rc = text.len == PH_Z85_TEXT_BYTES - 1 ? PH_OK : PH_MALFORMED;

    for (size_t i = 0; i < PH_CURVE_KEY_BYTES && rc == PH_OK; i += 4)
        rc = parse_group(text.ptr + i / 4 * 5, key + i);
    if (rc == PH_OK)
        memcpy(ret, key, sizeof key);
    explicit_bzero(key, sizeof key);
    return rc;
}
