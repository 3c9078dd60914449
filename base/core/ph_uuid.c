/* ph_uuid - UUIDv7 minted from a given time and given random bytes.   Layer: base/core (pure) */
#include "ph_uuid.h"

#include <string.h>

#include "ph_digest.h"

/* Where the four dashes stand, and how many bytes come before each. */
static const struct {
    uint8_t text;
    uint8_t bytes;
} dashes[] = {{8, 4}, {13, 6}, {18, 8}, {23, 10}};
enum { DASHES = sizeof dashes / sizeof dashes[0] };

ph_uuid ph_uuid_v7(int64_t time_ms, const uint8_t random[PH_UUID_RANDOM_BYTES])
{
    uint64_t ms = (uint64_t)time_ms;
    ph_uuid id;

    for (unsigned i = 0; i < 6; i++)
        id.bytes[i] = (uint8_t)(ms >> (8 * (5 - i)));
    memcpy(id.bytes + 6, random, PH_UUID_RANDOM_BYTES);
    id.bytes[6] = (uint8_t)(0x70 | (id.bytes[6] & 0x0F)); /* version 7 */
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3F)); /* variant of RFC 9562 */
    return id;
}

void ph_uuid_print(const ph_uuid *id, char *dst)
{
    size_t done = 0;

    for (size_t i = 0; i < DASHES; i++) {
        ph_hex_print(id->bytes + done, dashes[i].bytes - done, dst + 2 * done + i);
        dst[dashes[i].text] = '-';
        done = dashes[i].bytes;
    }
    ph_hex_print(id->bytes + done, PH_UUID_BYTES - done, dst + 2 * done + DASHES);
}

ph_rc ph_uuid_parse(ph_span text, ph_uuid *ret)
{
    uint8_t hex[2 * PH_UUID_BYTES];
    size_t len = 0;

    if (text.len != PH_UUID_TEXT_BYTES - 1)
        return PH_MALFORMED;
    for (size_t i = 0, dash = 0; i < text.len; i++) {
        if (dash < DASHES && i == dashes[dash].text) {
            if (text.ptr[i] != '-')
                return PH_MALFORMED;
            dash++;
        } else {
            hex[len++] = text.ptr[i];
        }
    }
    return ph_hex_parse(ph_span_of(hex, len), ret->bytes, PH_UUID_BYTES);
}

bool ph_uuid_eq(const ph_uuid *a, const ph_uuid *b)
{
    return memcmp(a->bytes, b->bytes, PH_UUID_BYTES) == 0;
}
