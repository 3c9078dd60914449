/* ph_wire - the small codecs that every message of the wire shares.   Layer: proto (pure) */
#include "ph_wire.h"

#include "ph_limits.h"
#include "ph_utf8.h"
#include "ph_writer.h"

ph_map ph_map_enter(ph_reader *r, const char *const *keys, uint8_t n)
{
    ph_map m = {.set = {.keys = keys, .n = n}};

    m.left = ph_read_map(r, (size_t)n + sizeof m.set.unknown / sizeof m.set.unknown[0]);
    return m;
}

int ph_map_next(ph_reader *r, ph_map *m)
{
    while (r->rc == PH_OK && m->left > 0) {
        m->left--;
        int key = ph_read_key(r, &m->set);
        if (key >= 0)
            return key;
        ph_read_skip(r);
    }
    ph_read_leave(r);
    return -1;
}

bool ph_map_has(const ph_map *m, int key)
{
    return (m->set.seen >> key & 1) != 0;
}

void ph_map_require(ph_reader *r, const ph_map *m, uint32_t mask)
{
    if ((m->set.seen & mask) != mask)
        ph_read_fail(r, PH_MALFORMED, "a required key is missing");
}

void ph_read_tuple(ph_reader *r, size_t n)
{
    if (ph_read_array(r, n) != n)
        ph_read_fail(r, PH_MALFORMED, "an array with items missing");
}

ph_digest ph_read_digest(ph_reader *r)
{
    ph_digest d;

    ph_read_bin_exact(r, d.bytes, sizeof d.bytes);
    return d;
}

ph_uuid ph_read_uuid(ph_reader *r)
{
    ph_uuid id;

    ph_read_bin_exact(r, id.bytes, sizeof id.bytes);
    return id;
}

ph_key_id ph_read_key_id(ph_reader *r)
{
    ph_key_id id;

    ph_read_bin_exact(r, id.bytes, sizeof id.bytes);
    return id;
}

int64_t ph_read_time(ph_reader *r)
{
    return ph_read_int(r, 0, PH_WIRE_MAX_TIME_US);
}

ph_period ph_read_period(ph_reader *r)
{
    const uint8_t *start = r->at;
    ph_period p = {0};
    ph_span text = ph_read_text(r, PH_PERIOD_TEXT_BYTES);

    if (r->rc != PH_OK)
        return p;
    ph_rc rc = ph_period_parse(text, &p);
    if (rc != PH_OK) {
        r->at = start;
        ph_read_fail(r, rc, "not a period");
    }
    return p;
}

ph_decimal ph_read_mantissa_scale(ph_reader *r)
{
    ph_decimal d;

    d.mantissa = ph_read_int(r, -PH_DECIMAL_MAX_MANTISSA, PH_DECIMAL_MAX_MANTISSA);
    d.scale = (uint8_t)ph_read_int(r, 0, PH_DECIMAL_MAX_SCALE);
    return d;
}

bool ph_read_decimal_or_nil(ph_reader *r, ph_decimal *ret)
{
    if (ph_read_is_nil(r))
        return false;
    ph_read_tuple(r, 2);
    *ret = ph_read_mantissa_scale(r);
    ph_read_leave(r);
    return true;
}

ph_span ph_read_id_or_empty(ph_reader *r)
{
    if (r->rc == PH_OK && r->at != r->end && *r->at == 0xa0) { /* the empty text */
        r->at++;
        return (ph_span){0};
    }
    return ph_read_id(r);
}

/* Plain ASCII without controls needs no tables. */
static bool is_plain(ph_span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < 0x20 || s.ptr[i] > 0x7e)
            return false;
    return true;
}

ph_span ph_read_clean_text(ph_reader *r, size_t max_bytes)
{
    const uint8_t *start = r->at;
    ph_span s = ph_read_text(r, max_bytes);

    if (r->rc != PH_OK || is_plain(s) || ph_utf8_is_clean_nfc(s))
        return s;
    r->at = start;
    ph_read_fail(r, PH_MALFORMED, "text is not clean NFC");
    return (ph_span){0};
}

void ph_write_digest(ph_buf *b, const ph_digest *d)
{
    ph_write_bin(b, d->bytes, sizeof d->bytes);
}

void ph_write_uuid(ph_buf *b, const ph_uuid *id)
{
    ph_write_bin(b, id->bytes, sizeof id->bytes);
}

void ph_write_key_id(ph_buf *b, const ph_key_id *id)
{
    ph_write_bin(b, id->bytes, sizeof id->bytes);
}

void ph_write_period(ph_buf *b, ph_period p)
{
    char text[PH_PERIOD_TEXT_BYTES];

    ph_write_text(b, ph_span_of(text, ph_period_print(p, text)));
}

void ph_write_decimal_or_nil(ph_buf *b, bool has, ph_decimal d)
{
    if (!has) {
        ph_write_nil(b);
        return;
    }
    ph_write_array(b, 2);
    ph_write_int(b, d.mantissa);
    ph_write_uint(b, d.scale);
}

uint8_t *ph_put_be(uint8_t *dst, uint64_t v, unsigned width)
{
    for (unsigned i = 0; i < width; i++)
        dst[i] = (uint8_t)(v >> (8 * (width - 1 - i)));
    return dst + width;
}

uint8_t *ph_put_bytes(uint8_t *dst, const void *src, size_t len)
{
    if (len > 0)
        memcpy(dst, src, len);
    return dst + len;
}
