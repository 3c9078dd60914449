/* ph_item - the head of the next msgpack item of a reader, held against the bytes left.   Layer: proto (pure) */
#include "ph_item.h"

/* What follows a lead byte of 0xc0 to 0xdf: the kind, and how many bytes hold its value, length or count. */
static const struct {
    uint8_t kind;
    uint8_t width;
} by_lead[32] = {
    /* clang-format off */
    {PH_ITEM_NIL, 0}, {PH_ITEM_REFUSED, 0}, {PH_ITEM_BOOL, 0}, {PH_ITEM_BOOL, 0},                 /* c0 nil, c1, c2 false, c3 true */
    {PH_ITEM_BIN, 1}, {PH_ITEM_BIN, 2}, {PH_ITEM_BIN, 4}, {PH_ITEM_REFUSED, 0},                   /* c4 bin8 to c6 bin32, c7 ext8 */
    {PH_ITEM_REFUSED, 0}, {PH_ITEM_REFUSED, 0}, {PH_ITEM_REFUSED, 0}, {PH_ITEM_REFUSED, 0},       /* c8, c9 ext, ca, cb float */
    {PH_ITEM_UINT, 1}, {PH_ITEM_UINT, 2}, {PH_ITEM_UINT, 4}, {PH_ITEM_UINT, 8},                   /* cc to cf uint */
    {PH_ITEM_NEGATIVE, 1}, {PH_ITEM_NEGATIVE, 2}, {PH_ITEM_NEGATIVE, 4}, {PH_ITEM_NEGATIVE, 8},   /* d0 to d3 int, of either sign */
    {PH_ITEM_REFUSED, 0}, {PH_ITEM_REFUSED, 0}, {PH_ITEM_REFUSED, 0}, {PH_ITEM_REFUSED, 0},       /* d4 to d7 fixext */
    {PH_ITEM_REFUSED, 0}, {PH_ITEM_TEXT, 1}, {PH_ITEM_TEXT, 2}, {PH_ITEM_TEXT, 4},                /* d8 fixext, d9 to db str */
    {PH_ITEM_ARRAY, 2}, {PH_ITEM_ARRAY, 4}, {PH_ITEM_MAP, 2}, {PH_ITEM_MAP, 4},                   /* dc, dd array, de, df map */
    /* clang-format on */
};

static size_t bytes_left(const ph_reader *r)
{
    return (size_t)(r->end - r->at);
}

static uint64_t load(const uint8_t *p, unsigned width)
{
    uint64_t v = 0;

    for (unsigned i = 0; i < width; i++)
        v = v << 8 | p[i];
    return v;
}

/* An int of `width` bytes as 64-bit two's complement. */
static uint64_t extend(uint64_t v, unsigned width)
{
    unsigned bits = width * 8;

    return bits < 64 && (v >> (bits - 1)) != 0 ? v | ~UINT64_C(0) << bits : v;
}

/* Lead bytes of 0xc0 to 0xdf: a head of several bytes, or one that says all. */
static bool peek_wide(ph_reader *r, ph_item *ret)
{
    uint8_t lead = *r->at;
    unsigned width = by_lead[lead & 31].width;

    ret->kind = (ph_item_kind)by_lead[lead & 31].kind;
    ret->n = lead & 1; /* true is 0xc3; others are overwritten or do not care */
    if (ret->kind == PH_ITEM_REFUSED) {
        ph_read_fail(r, PH_MALFORMED, "a kind that does not exist here (float, extension or 0xc1)");
        return false;
    }
    if (bytes_left(r) - 1 < width) {
        ph_read_fail(r, PH_MALFORMED, "truncated item");
        return false;
    }
    if (width > 0)
        ret->n = load(ret->next, width);
    ret->next += width;
    if (ret->kind == PH_ITEM_NEGATIVE) {
        ret->n = extend(ret->n, width);
        ret->kind = ret->n <= INT64_MAX ? PH_ITEM_UINT : PH_ITEM_NEGATIVE;
    }
    return true;
}

/* All others say all in their lead byte. */
static void peek_small(uint8_t lead, ph_item *ret)
{
    if (lead < 0x80) {
        ret->kind = PH_ITEM_UINT;
        ret->n = lead;
    } else if (lead >= 0xe0) {
        ret->kind = PH_ITEM_NEGATIVE;
        ret->n = ~UINT64_C(0xff) | lead;
    } else if (lead >= 0xa0) {
        ret->kind = PH_ITEM_TEXT;
        ret->n = lead & 31;
    } else {
        ret->kind = lead >= 0x90 ? PH_ITEM_ARRAY : PH_ITEM_MAP;
        ret->n = lead & 15;
    }
}

bool ph_item_peek(ph_reader *r, ph_item *ret)
{
    if (r->rc != PH_OK)
        return false;
    if (r->at == r->end) {
        ph_read_fail(r, PH_MALFORMED, "truncated: an item is missing");
        return false;
    }
    uint8_t lead = *r->at;
    ret->next = r->at + 1;
    if (lead < 0xc0 || lead >= 0xe0)
        peek_small(lead, ret);
    else if (!peek_wide(r, ret))
        return false;
    size_t left = (size_t)(r->end - ret->next);
    if (ret->kind < PH_ITEM_TEXT || ret->n <= (ret->kind == PH_ITEM_MAP ? left / 2 : left))
        return true;
    ph_read_fail(r, PH_MALFORMED, "truncated: a length or count is larger than the bytes left");
    return false;
}
