/* ph_utf8 - strict UTF-8, NFC, and the safe display of foreign text.   Layer: base/core (pure; links utf8proc) */
#include "ph_utf8.h"

#include <stdint.h>
#include <string.h>
#include <utf8proc.h>

enum {
    SEGMENT_BYTES = 1024, /* longest run of characters that may interact in normalisation */
    SEGMENT_CHARS =
        2 * SEGMENT_BYTES, /* a byte becomes 1.5 characters at most: U+0390 is two bytes and decomposes into three */
    PART_CHARS = 8         /* one character becomes at most this many (four in Unicode 14) */
};

/* The character at @text and its length in bytes; 0 when there is none that is well-formed (Unicode, table 3-7). */
static size_t decode(const uint8_t *text, size_t len, uint32_t *ret)
{
    if (len == 0)
        return 0;
    uint8_t lead = text[0];
    if (lead < 0x80) {
        *ret = lead;
        return 1;
    }
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || len < need)
        return 0;
    uint32_t c = lead & (0x7FU >> need);
    for (size_t i = 1; i < need; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        c = c << 6 | (text[i] & 0x3FU);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[need] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        return 0;
    *ret = c;
    return need;
}

/* How many of the first bytes are ASCII, eight at a time. */
static size_t ascii_run(const uint8_t *text, size_t len)
{
    size_t at = 0;

    for (uint64_t word = 0; len - at >= sizeof word; at += sizeof word) {
        memcpy(&word, text + at, sizeof word);
        if ((word & UINT64_C(0x8080808080808080)) != 0)
            break;
    }
    while (at < len && text[at] < 0x80)
        at++;
    return at;
}

bool ph_utf8_is_valid(ph_span text)
{
    size_t at = 0;

    while (at < text.len) {
        uint32_t c = 0;
        at += ascii_run(text.ptr + at, text.len - at);
        if (at == text.len)
            break;
        size_t n = decode(text.ptr + at, text.len - at, &c);
        if (n == 0)
            return false;
        at += n;
    }
    return true;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7F && c <= 0x9F);
}

/* Characters that change how others look, or that nobody can see: direction, joiners of nothing, line separators, tags.
 */
static bool is_deceptive(uint32_t c)
{
    return c == 0x061C || c == 0x200B || c == 0x200E || c == 0x200F || (c >= 0x2028 && c <= 0x202E) ||
           (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) ||
           (c >= 0xE0000 && c <= 0xE007F);
}

/* Is @c a starter that is its own NFC and never composes with what stands before it? Only scripts that we expect are
 * named; for the others the slow way is right as well. */
static bool is_plain(uint32_t c)
{
    return c < 0x300 || (c >= 0x1E00 && c <= 0x1EFF) || (c >= 0x400 && c <= 0x481) || (c >= 0x2010 && c <= 0x2027) ||
           (c >= 0x2030 && c <= 0x205E) || (c >= 0x20A0 && c <= 0x20BF) || c == 0x2212 ||
           (c >= 0x3400 && c <= 0x9FFF) || (c >= 0xAC00 && c <= 0xD7A3);
}

/* A stretch of text whose normal form depends on nothing outside: one plain character and all that is not plain behind
 * it, or a run of plain ones. */
typedef struct segment {
    ph_span text;
    bool plain; /* is its own NFC */
} segment;

/* The next segment of *text, taken off it.   Errors: MALFORMED, LIMIT when it is longer than any that people write. */
static ph_rc next_segment(ph_span *text, segment *ret)
{
    size_t at = 0;
    size_t begin_of_last = 0;
    bool plain = true;

    while (at < text->len) {
        uint32_t c = 0;
        size_t n = decode(text->ptr + at, text->len - at, &c);
        if (n == 0)
            return PH_MALFORMED;
        if (is_plain(c)) {
            if (!plain)
                break;
        } else if (plain && begin_of_last > 0) {
            at = begin_of_last;
            break;
        } else {
            plain = false;
        }
        begin_of_last = at;
        at += n;
    }
    if (!plain && at > SEGMENT_BYTES)
        return PH_LIMIT;
    *ret = (segment){.text = ph_span_of(text->ptr, at), .plain = plain};
    *text = ph_span_of(text->ptr + at, text->len - at);
    return PH_OK;
}

/* NFC of a segment that is not plain, as UTF-8 into @dst of 4 * SEGMENT_CHARS bytes. */
static ph_rc compose_segment(ph_span text, uint8_t *dst, size_t *ret_len)
{
    const utf8proc_option_t nfc = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
    utf8proc_int32_t chars[SEGMENT_CHARS + 1];
    size_t len = 0;

    utf8proc_ssize_t n = utf8proc_decompose(text.ptr, (utf8proc_ssize_t)text.len, chars, SEGMENT_CHARS, nfc);
    if (n < 0 || n > SEGMENT_CHARS)
        return n == UTF8PROC_ERROR_INVALIDUTF8 ? PH_MALFORMED : PH_BUG;
    n = utf8proc_normalize_utf32(chars, n, nfc);
    for (utf8proc_ssize_t i = 0; i < n; i++)
        len += (size_t)utf8proc_encode_char(chars[i], dst + len);
    *ret_len = len;
    return PH_OK;
}

/* Is every segment its own NFC? */
static bool is_nfc(ph_span text)
{
    while (text.len > 0) {
        uint8_t composed[4 * SEGMENT_CHARS];
        segment s;
        size_t len = 0;
        if (next_segment(&text, &s) != PH_OK)
            return false;
        if (!s.plain &&
            (compose_segment(s.text, composed, &len) != PH_OK || !ph_span_eq(s.text, ph_span_of(composed, len))))
            return false;
    }
    return true;
}

bool ph_utf8_is_clean_nfc(ph_span text)
{
    bool plain = true;

    for (size_t at = 0; at < text.len;) {
        uint32_t c = 0;
        size_t n = decode(text.ptr + at, text.len - at, &c);
        if (n == 0 || (is_control(c) && c != '\t' && c != '\n') || is_deceptive(c))
            return false;
        plain = plain && is_plain(c);
        at += n;
    }
    return plain || is_nfc(text);
}

bool ph_utf8_is_blank(ph_span text)
{
    for (size_t at = 0; at < text.len;) {
        uint32_t c = 0;
        size_t n = decode(text.ptr + at, text.len - at, &c);
        if (n == 0 || (!is_control(c) && utf8proc_category((utf8proc_int32_t)c) != UTF8PROC_CATEGORY_ZS))
            return false;
        at += n;
    }
    return true;
}

ph_rc ph_utf8_nfc(ph_span text, ph_buf *dst)
{
    size_t begin = dst->len;
    ph_rc rc = dst->rc;

    while (rc == PH_OK && text.len > 0) {
        uint8_t composed[4 * SEGMENT_CHARS];
        segment s;
        size_t len = 0;
        rc = next_segment(&text, &s);
        if (rc == PH_OK && !s.plain)
            rc = compose_segment(s.text, composed, &len);
        if (rc == PH_OK)
            rc = s.plain ? ph_buf_put_span(dst, s.text) : ph_buf_put(dst, composed, len);
    }
    if (rc != PH_OK)
        dst->len = begin;
    return rc;
}

static bool is_word(utf8proc_category_t category)
{
    return (category >= UTF8PROC_CATEGORY_LU && category <= UTF8PROC_CATEGORY_LO) ||
           (category >= UTF8PROC_CATEGORY_ND && category <= UTF8PROC_CATEGORY_NO);
}

/* Letters and digits go to @dst; anything else asks for a separator before the next of them, format characters vanish.
 */
static void put_folded(ph_buf *dst, size_t begin, utf8proc_int32_t c, bool *separate)
{
    utf8proc_category_t category = utf8proc_category(c);
    uint8_t bytes[4];

    if (category == UTF8PROC_CATEGORY_CF)
        return;
    if (!is_word(category)) {
        *separate = true;
        return;
    }
    if (*separate && dst->len > begin)
        (void)ph_buf_put_byte(dst, '_');
    *separate = false;
    if (c == 0x111) /* d with stroke has no decomposition */
        c = 'd';
    (void)ph_buf_put(dst, bytes, (size_t)utf8proc_encode_char(c, bytes));
}

/* Decomposed before its case is folded: so each normal form of a text goes the same way. */
static void fold_character(ph_buf *dst, size_t begin, uint32_t c, bool *separate)
{
    const utf8proc_option_t nfd = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);
    const utf8proc_option_t folded = (utf8proc_option_t)(nfd | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK);
    utf8proc_int32_t parts[PART_CHARS];
    utf8proc_int32_t out[PART_CHARS];
    int boundary = 0;

    utf8proc_ssize_t n = utf8proc_decompose_char((utf8proc_int32_t)c, parts, PART_CHARS, nfd, &boundary);
    for (utf8proc_ssize_t i = 0; i < n && i < PART_CHARS; i++) {
        utf8proc_ssize_t m = utf8proc_decompose_char(parts[i], out, PART_CHARS, folded, &boundary);
        for (utf8proc_ssize_t k = 0; k < m && k < PART_CHARS; k++)
            put_folded(dst, begin, out[k], separate);
    }
}

ph_rc ph_utf8_fold(ph_span text, ph_buf *dst)
{
    size_t begin = dst->len;
    bool separate = false;

    if (!ph_utf8_is_valid(text))
        return PH_MALFORMED;
    for (size_t at = 0; at < text.len && dst->rc == PH_OK;) {
        uint32_t c = 0;
        at += decode(text.ptr + at, text.len - at, &c);
        fold_character(dst, begin, c, &separate);
    }
    if (dst->rc != PH_OK)
        dst->len = begin;
    return dst->rc;
}

ph_rc ph_utf8_escape(ph_span text, ph_buf *dst)
{
    for (size_t at = 0; at < text.len && dst->rc == PH_OK;) {
        uint32_t c = 0;
        size_t n = decode(text.ptr + at, text.len - at, &c);
        if (n == 0)
            (void)ph_buf_printf(dst, "\\x%02x", (unsigned)text.ptr[at++]);
        else if (is_control(c) || is_deceptive(c))
            (void)ph_buf_printf(dst, "\\u{%x}", (unsigned)c);
        else
            (void)ph_buf_put(dst, text.ptr + at, n);
        at += n;
    }
    return dst->rc;
}

size_t ph_utf8_columns(ph_span text)
{
    size_t columns = 0;

    for (size_t at = 0; at < text.len;) {
        uint32_t c = 0;
        size_t n = decode(text.ptr + at, text.len - at, &c);
        int width = n == 0 ? 1 : utf8proc_charwidth((utf8proc_int32_t)c);
        columns += width > 0 ? (size_t)width : 0;
        at += n == 0 ? 1 : n;
    }
    return columns;
}
