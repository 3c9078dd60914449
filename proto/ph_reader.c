/* ph_reader - bounded pull reader over untrusted msgpack; the first error sticks.   Layer: proto (pure) */
#include "ph_reader.h"

#include "ph_item.h"
#include "ph_limits.h"
#include "ph_utf8.h"

ph_reader ph_reader_over(ph_span bytes)
{
    static const uint8_t nothing[1]; /* so that `at` is never NULL */
    const uint8_t *begin = bytes.len == 0 ? nothing : bytes.ptr;

    return (ph_reader){.begin = begin, .at = begin, .end = begin + bytes.len, .rc = PH_OK};
}

void ph_read_fail(ph_reader *r, ph_rc rc, const char *why)
{
    if (r->rc == PH_OK) {
        r->rc = rc;
        r->why = why;
    }
}

/* ph_item_peek, and it must be of `wanted`. */
static bool expect(ph_reader *r, ph_item_kind wanted, ph_item *ret, const char *why)
{
    if (!ph_item_peek(r, ret))
        return false;
    if (ret->kind != wanted) {
        ph_read_fail(r, PH_MALFORMED, why);
        return false;
    }
    return true;
}

/* Observations are small integers, short ids and short arrays, a hundred in a message: each of their readers takes the
 * plain case at once and leaves all others, refusals among them, to the general way. `no_lead`: an error before, or the
 * end. */
enum { no_lead = 0x100 };

static inline unsigned lead_of(const ph_reader *r)
{
    return r->rc == PH_OK && r->at != r->end ? *r->at : (unsigned)no_lead;
}

static uint64_t read_any_uint(ph_reader *r, uint64_t max)
{
    ph_item it;

    if (!expect(r, PH_ITEM_UINT, &it, "not an unsigned integer"))
        return 0;
    if (it.n > max) {
        ph_read_fail(r, PH_LIMIT, "an integer above its limit");
        return 0;
    }
    r->at = it.next;
    return it.n;
}

uint64_t ph_read_uint(ph_reader *r, uint64_t max)
{
    unsigned lead = lead_of(r);

    if (lead >= 0x80 || lead > max)
        return read_any_uint(r, max);
    r->at++;
    return lead;
}

static int64_t read_any_int(ph_reader *r, int64_t min, int64_t max)
{
    ph_item it;

    if (!ph_item_peek(r, &it))
        return 0;
    if (it.kind != PH_ITEM_UINT && it.kind != PH_ITEM_NEGATIVE) {
        ph_read_fail(r, PH_MALFORMED, "not an integer");
        return 0;
    }
    if ((it.kind == PH_ITEM_UINT && it.n > INT64_MAX) || (int64_t)it.n < min || (int64_t)it.n > max) {
        ph_read_fail(r, PH_RANGE, "an integer outside its range");
        return 0;
    }
    r->at = it.next;
    return (int64_t)it.n;
}

int64_t ph_read_int(ph_reader *r, int64_t min, int64_t max)
{
    unsigned lead = lead_of(r);
    size_t bytes = 1;
    int64_t v = lead;

    if (lead == 0xcd && r->end - r->at >= 3) {
        bytes = 3;
        v = (int64_t)r->at[1] << 8 | r->at[2];
    } else if (lead == 0xce && r->end - r->at >= 5) {
        bytes = 5;
        v = (int64_t)r->at[1] << 24 | (int64_t)r->at[2] << 16 | (int64_t)r->at[3] << 8 | r->at[4];
    } else if (lead >= 0x80) {
        return read_any_int(r, min, max);
    }
    if (v < min || v > max)
        return read_any_int(r, min, max);
    r->at += bytes;
    return v;
}

bool ph_read_bool(ph_reader *r)
{
    ph_item it;

    if (!expect(r, PH_ITEM_BOOL, &it, "not a boolean"))
        return false;
    r->at = it.next;
    return it.n != 0;
}

static bool is_ascii(ph_span s)
{
    uint8_t any = 0;

    for (size_t i = 0; i < s.len; i++)
        any |= s.ptr[i];
    return any < 0x80;
}

static bool is_utf8(ph_span s)
{
    return is_ascii(s) || ph_utf8_is_valid(s);
}

/* Text or binary of at most `max` bytes. */
static ph_span read_bytes(ph_reader *r, ph_item_kind wanted, size_t max, const char *why)
{
    ph_item it;

    if (!expect(r, wanted, &it, why))
        return (ph_span){0};
    if (it.n > max) {
        ph_read_fail(r, PH_LIMIT, "text or binary longer than its limit");
        return (ph_span){0};
    }
    ph_span s = ph_span_of(it.next, (size_t)it.n);
    if (wanted == PH_ITEM_TEXT && !is_utf8(s)) {
        ph_read_fail(r, PH_MALFORMED, "text is not UTF-8");
        return (ph_span){0};
    }
    r->at = it.next + it.n;
    return s;
}

ph_span ph_read_text(ph_reader *r, size_t max_bytes)
{
    return read_bytes(r, PH_ITEM_TEXT, max_bytes, "not a text");
}

ph_span ph_read_bin(ph_reader *r, size_t max_bytes)
{
    return read_bytes(r, PH_ITEM_BIN, max_bytes, "not a binary");
}

/* 1 for [A-Za-z0-9._-]. */
static const uint8_t id_byte[256] = {
    ['-'] = 1, ['.'] = 1, ['_'] = 1, ['0'] = 1, ['1'] = 1, ['2'] = 1, ['3'] = 1, ['4'] = 1, ['5'] = 1, ['6'] = 1,
    ['7'] = 1, ['8'] = 1, ['9'] = 1, ['A'] = 1, ['B'] = 1, ['C'] = 1, ['D'] = 1, ['E'] = 1, ['F'] = 1, ['G'] = 1,
    ['H'] = 1, ['I'] = 1, ['J'] = 1, ['K'] = 1, ['L'] = 1, ['M'] = 1, ['N'] = 1, ['O'] = 1, ['P'] = 1, ['Q'] = 1,
    ['R'] = 1, ['S'] = 1, ['T'] = 1, ['U'] = 1, ['V'] = 1, ['W'] = 1, ['X'] = 1, ['Y'] = 1, ['Z'] = 1, ['a'] = 1,
    ['b'] = 1, ['c'] = 1, ['d'] = 1, ['e'] = 1, ['f'] = 1, ['g'] = 1, ['h'] = 1, ['i'] = 1, ['j'] = 1, ['k'] = 1,
    ['l'] = 1, ['m'] = 1, ['n'] = 1, ['o'] = 1, ['p'] = 1, ['q'] = 1, ['r'] = 1, ['s'] = 1, ['t'] = 1, ['u'] = 1,
    ['v'] = 1, ['w'] = 1, ['x'] = 1, ['y'] = 1, ['z'] = 1,
};

static bool is_id(const uint8_t *p, size_t n)
{
    uint8_t all = 1;

    for (size_t i = 0; i < n; i++)
        all &= id_byte[p[i]];
    return n > 0 && all != 0;
}

static ph_span read_any_id(ph_reader *r)
{
    ph_item it;

    if (!expect(r, PH_ITEM_TEXT, &it, "not an id: not a text"))
        return (ph_span){0};
    if (it.n > PH_MAX_ID_TEXT) {
        ph_read_fail(r, PH_LIMIT, "an id longer than 32 bytes");
        return (ph_span){0};
    }
    if (!is_id(it.next, (size_t)it.n)) {
        ph_read_fail(r, PH_MALFORMED, "not an id: [A-Za-z0-9._-]{1,32}");
        return (ph_span){0};
    }
    r->at = it.next + it.n;
    return ph_span_of(it.next, (size_t)it.n);
}

ph_span ph_read_id(ph_reader *r)
{
    unsigned lead = lead_of(r);
    size_t n = lead & 31;

    if (lead < 0xa0 || lead > 0xbf || n >= (size_t)(r->end - r->at) || !is_id(r->at + 1, n))
        return read_any_id(r);
    ph_span id = ph_span_of(r->at + 1, n);
    r->at += 1 + n;
    return id;
}

void ph_read_bin_exact(ph_reader *r, uint8_t *ret, size_t len)
{
    ph_item it;

    memset(ret, 0, len);
    if (!expect(r, PH_ITEM_BIN, &it, "not a binary"))
        return;
    if (it.n != len) {
        ph_read_fail(r, PH_MALFORMED, "a binary of another length");
        return;
    }
    memcpy(ret, it.next, len);
    r->at = it.next + len;
}

static size_t enter(ph_reader *r, ph_item_kind wanted, size_t max, const char *why)
{
    ph_item it;

    if (!expect(r, wanted, &it, why))
        return 0;
    if (r->depth >= PH_MAX_DEPTH) {
        ph_read_fail(r, PH_LIMIT, "nested too deep");
        return 0;
    }
    if (it.n > max) {
        ph_read_fail(r, PH_LIMIT, "more items than the limit");
        return 0;
    }
    r->depth++;
    r->at = it.next;
    return (size_t)it.n;
}

size_t ph_read_array(ph_reader *r, size_t max_items)
{
    unsigned lead = lead_of(r);
    size_t n = lead & 15;

    if (lead >= 0x90 && lead <= 0x9f && n < (size_t)(r->end - r->at) && n <= max_items && r->depth < PH_MAX_DEPTH) {
        r->depth++;
        r->at++;
        return n;
    }
    return enter(r, PH_ITEM_ARRAY, max_items, "not an array");
}

size_t ph_read_map(ph_reader *r, size_t max_pairs)
{
    return enter(r, PH_ITEM_MAP, max_pairs, "not a map");
}

void ph_read_leave(ph_reader *r)
{
    if (r->rc == PH_OK && r->depth > 0)
        r->depth--;
}

bool ph_read_is_nil(ph_reader *r)
{
    if (r->rc != PH_OK || r->at == r->end || *r->at != 0xc0)
        return false;
    r->at++;
    return true;
}

/* Step over one item; a container's content is not stepped over but returned as the number of items that follow. */
static uint64_t step_over(ph_reader *r, unsigned level)
{
    ph_item it;

    if (!ph_item_peek(r, &it))
        return 0;
    bool nests = it.kind == PH_ITEM_ARRAY || it.kind == PH_ITEM_MAP;
    bool bytes = it.kind == PH_ITEM_TEXT || it.kind == PH_ITEM_BIN;
    if (nests && r->depth + level >= PH_MAX_DEPTH)
        ph_read_fail(r, PH_LIMIT, "nested too deep");
    else if (it.kind == PH_ITEM_TEXT && !is_utf8(ph_span_of(it.next, (size_t)it.n)))
        ph_read_fail(r, PH_MALFORMED, "text is not UTF-8");
    else
        r->at = it.next + (bytes ? it.n : 0);
    if (r->rc != PH_OK || !nests)
        return 0;
    return it.kind == PH_ITEM_MAP ? 2 * it.n : it.n;
}

void ph_read_skip(ph_reader *r)
{
    uint64_t todo[PH_MAX_DEPTH + 1] = {1};
    unsigned level = 0;

    while (r->rc == PH_OK) {
        if (todo[level] == 0) {
            if (level == 0)
                return;
            level--;
            continue;
        }
        todo[level]--;
        uint64_t inner = step_over(r, level);
        if (inner > 0)
            todo[++level] = inner;
    }
}

ph_rc ph_read_end(ph_reader *r)
{
    if (r->rc == PH_OK && r->at != r->end)
        ph_read_fail(r, PH_MALFORMED, "bytes after the end");
    return r->rc;
}

size_t ph_read_offset(const ph_reader *r)
{
    return (size_t)(r->at - r->begin);
}
