/* ph_reader - bounded pull reader over untrusted msgpack; the first error sticks.   Layer: proto (pure) */
#include "ph_reader.h"

#include "ph_limits.h"
#include "ph_utf8.h"

typedef enum kind {
    KIND_UINT,
    KIND_NEGATIVE,
    KIND_NIL,
    KIND_BOOL,
    KIND_TEXT,
    KIND_BIN,
    KIND_ARRAY,
    KIND_MAP,
    KIND_REFUSED /* floats, extensions, the reserved byte */
} kind;

/* The head of the next item: what it is, and its value, length or count. */
typedef struct item {
    kind kind;
    uint64_t n; /* integers: the value, two's complement when negative; bool 0 or 1; otherwise length or count */
    const uint8_t *next; /* behind the head */
} item;

/* What follows a lead byte of 0xc0 to 0xdf: the kind, and how many bytes hold its value, length or count. */
static const struct {
    uint8_t kind;
    uint8_t width;
} by_lead[32] = {
    {KIND_NIL, 0},      {KIND_REFUSED, 0},  {KIND_BOOL, 0},     {KIND_BOOL, 0},     /* c0 nil, c1, c2 false, c3 true */
    {KIND_BIN, 1},      {KIND_BIN, 2},      {KIND_BIN, 4},      {KIND_REFUSED, 0},  /* c4 bin8 … c6 bin32, c7 ext8 */
    {KIND_REFUSED, 0},  {KIND_REFUSED, 0},  {KIND_REFUSED, 0},  {KIND_REFUSED, 0},  /* c8, c9 ext, ca, cb float */
    {KIND_UINT, 1},     {KIND_UINT, 2},     {KIND_UINT, 4},     {KIND_UINT, 8},     /* cc … cf uint */
    {KIND_NEGATIVE, 1}, {KIND_NEGATIVE, 2}, {KIND_NEGATIVE, 4}, {KIND_NEGATIVE, 8}, /* d0 … d3 int, of either sign */
    {KIND_REFUSED, 0},  {KIND_REFUSED, 0},  {KIND_REFUSED, 0},  {KIND_REFUSED, 0},  /* d4 … d7 fixext */
    {KIND_REFUSED, 0},  {KIND_TEXT, 1},     {KIND_TEXT, 2},     {KIND_TEXT, 4},     /* d8 fixext, d9 … db str */
    {KIND_ARRAY, 2},    {KIND_ARRAY, 4},    {KIND_MAP, 2},      {KIND_MAP, 4},      /* dc, dd array, de, df map */
};

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

/* The head at r->at, with lengths and counts already held against the bytes left. Does not move r. */
static bool peek_wide(ph_reader *r, item *ret)
{
    uint8_t lead = *r->at;
    unsigned width = by_lead[lead & 31].width;

    ret->kind = (kind)by_lead[lead & 31].kind;
    ret->n = lead & 1; /* true is 0xc3; others are overwritten or do not care */
    ret->next = r->at + 1;
    if (bytes_left(r) - 1 < width) {
        ph_read_fail(r, PH_MALFORMED, "truncated item");
        return false;
    }
    if (width > 0) {
        ret->n = load(ret->next, width);
        ret->next += width;
    }
    if (ret->kind == KIND_NEGATIVE) {
        ret->n = extend(ret->n, width);
        if (ret->n <= INT64_MAX)
            ret->kind = KIND_UINT;
    }
    if (ret->kind == KIND_REFUSED) {
        ph_read_fail(r, PH_MALFORMED, "a kind that does not exist here (float, extension or 0xc1)");
        return false;
    }
    return true;
}

static bool peek_small(const ph_reader *r, item *ret)
{
    uint8_t lead = *r->at;

    ret->next = r->at + 1;
    if (lead < 0x80) {
        ret->kind = KIND_UINT;
        ret->n = lead;
    } else if (lead >= 0xe0) {
        ret->kind = KIND_NEGATIVE;
        ret->n = ~UINT64_C(0xff) | lead;
    } else if (lead >= 0xc0) {
        return false;
    } else if (lead >= 0xa0) {
        ret->kind = KIND_TEXT;
        ret->n = lead & 31;
    } else {
        ret->kind = lead >= 0x90 ? KIND_ARRAY : KIND_MAP;
        ret->n = lead & 15;
    }
    return true;
}

static bool peek(ph_reader *r, item *ret)
{
    if (r->rc != PH_OK)
        return false;
    if (r->at == r->end) {
        ph_read_fail(r, PH_MALFORMED, "truncated: an item is missing");
        return false;
    }
    if (!peek_small(r, ret) && !peek_wide(r, ret))
        return false;
    size_t left = (size_t)(r->end - ret->next);
    bool fits = true;
    if (ret->kind == KIND_MAP)
        fits = ret->n <= left / 2;
    else if (ret->kind == KIND_TEXT || ret->kind == KIND_BIN || ret->kind == KIND_ARRAY)
        fits = ret->n <= left;
    if (!fits)
        ph_read_fail(r, PH_MALFORMED, "truncated: a length or count is larger than the bytes left");
    return fits;
}

/* peek, and it must be of `wanted`. */
static bool expect(ph_reader *r, kind wanted, item *ret, const char *why)
{
    if (!peek(r, ret))
        return false;
    if (ret->kind != wanted) {
        ph_read_fail(r, PH_MALFORMED, why);
        return false;
    }
    return true;
}

uint64_t ph_read_uint(ph_reader *r, uint64_t max)
{
    item it;

    if (!expect(r, KIND_UINT, &it, "not an unsigned integer"))
        return 0;
    if (it.n > max) {
        ph_read_fail(r, PH_LIMIT, "an integer above its limit");
        return 0;
    }
    r->at = it.next;
    return it.n;
}

int64_t ph_read_int(ph_reader *r, int64_t min, int64_t max)
{
    item it;

    if (!peek(r, &it))
        return 0;
    if (it.kind != KIND_UINT && it.kind != KIND_NEGATIVE) {
        ph_read_fail(r, PH_MALFORMED, "not an integer");
        return 0;
    }
    if ((it.kind == KIND_UINT && it.n > INT64_MAX) || (int64_t)it.n < min || (int64_t)it.n > max) {
        ph_read_fail(r, PH_RANGE, "an integer outside its range");
        return 0;
    }
    r->at = it.next;
    return (int64_t)it.n;
}

bool ph_read_bool(ph_reader *r)
{
    item it;

    if (!expect(r, KIND_BOOL, &it, "not a boolean"))
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
static ph_span read_bytes(ph_reader *r, kind wanted, size_t max, const char *why)
{
    item it;

    if (!expect(r, wanted, &it, why))
        return (ph_span){0};
    if (it.n > max) {
        ph_read_fail(r, PH_LIMIT, "text or binary longer than its limit");
        return (ph_span){0};
    }
    ph_span s = ph_span_of(it.next, (size_t)it.n);
    if (wanted == KIND_TEXT && !is_utf8(s)) {
        ph_read_fail(r, PH_MALFORMED, "text is not UTF-8");
        return (ph_span){0};
    }
    r->at = it.next + it.n;
    return s;
}

ph_span ph_read_text(ph_reader *r, size_t max_bytes)
{
    return read_bytes(r, KIND_TEXT, max_bytes, "not a text");
}

ph_span ph_read_bin(ph_reader *r, size_t max_bytes)
{
    return read_bytes(r, KIND_BIN, max_bytes, "not a binary");
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

ph_span ph_read_id(ph_reader *r)
{
    item it;
    uint8_t all = 1;

    if (!expect(r, KIND_TEXT, &it, "not an id: not a text"))
        return (ph_span){0};
    if (it.n > PH_MAX_ID_TEXT) {
        ph_read_fail(r, PH_LIMIT, "an id longer than 32 bytes");
        return (ph_span){0};
    }
    for (size_t i = 0; i < it.n; i++)
        all &= id_byte[it.next[i]];
    if (it.n == 0 || all == 0) {
        ph_read_fail(r, PH_MALFORMED, "not an id: [A-Za-z0-9._-]{1,32}");
        return (ph_span){0};
    }
    r->at = it.next + it.n;
    return ph_span_of(it.next, (size_t)it.n);
}

void ph_read_bin_exact(ph_reader *r, uint8_t *ret, size_t len)
{
    item it;

    memset(ret, 0, len);
    if (!expect(r, KIND_BIN, &it, "not a binary"))
        return;
    if (it.n != len) {
        ph_read_fail(r, PH_MALFORMED, "a binary of another length");
        return;
    }
    memcpy(ret, it.next, len);
    r->at = it.next + len;
}

static size_t enter(ph_reader *r, kind wanted, size_t max, const char *why)
{
    item it;

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
    return enter(r, KIND_ARRAY, max_items, "not an array");
}

size_t ph_read_map(ph_reader *r, size_t max_pairs)
{
    return enter(r, KIND_MAP, max_pairs, "not a map");
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
    item it;

    if (!peek(r, &it))
        return 0;
    bool nests = it.kind == KIND_ARRAY || it.kind == KIND_MAP;
    bool bytes = it.kind == KIND_TEXT || it.kind == KIND_BIN;
    if (nests && r->depth + level >= PH_MAX_DEPTH)
        ph_read_fail(r, PH_LIMIT, "nested too deep");
    else if (it.kind == KIND_TEXT && !is_utf8(ph_span_of(it.next, (size_t)it.n)))
        ph_read_fail(r, PH_MALFORMED, "text is not UTF-8");
    else
        r->at = it.next + (bytes ? it.n : 0);
    if (r->rc != PH_OK || !nests)
        return 0;
    return it.kind == KIND_MAP ? 2 * it.n : it.n;
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
