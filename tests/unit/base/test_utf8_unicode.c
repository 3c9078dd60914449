/* test_utf8_unicode - our normal form, made segment by segment, against the library's of the whole, over all
 * characters.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <utf8proc.h>

#include "ph_gen.h"
#include "ph_utf8.h"

static const utf8proc_option_t to_nfc = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_COMPOSE);
static const utf8proc_option_t to_nfd = (utf8proc_option_t)(UTF8PROC_STABLE | UTF8PROC_DECOMPOSE);

static size_t encode(const utf8proc_int32_t *chars, size_t n, uint8_t *dst)
{
    size_t len = 0;
    for (size_t i = 0; i < n; i++)
        len += (size_t)utf8proc_encode_char(chars[i], dst + len);
    return len;
}

/* Does it pass, or contain what clean text may not? */
static bool has_unclean(const utf8proc_int32_t *chars, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        utf8proc_category_t category = utf8proc_category(chars[i]);
        if (category == UTF8PROC_CATEGORY_CC || category == UTF8PROC_CATEGORY_CF || category == UTF8PROC_CATEGORY_ZL ||
            category == UTF8PROC_CATEGORY_ZP || (chars[i] >= 0xE0000 && chars[i] <= 0xE007F) ||
            (chars[i] >= 0x2060 && chars[i] <= 0x206F))
            return true;
    }
    return false;
}

static void assert_as_the_library(const utf8proc_int32_t *chars, size_t n)
{
    uint8_t text[64] = {0};
    utf8proc_uint8_t *want = NULL;
    size_t len = encode(chars, n, text);
    utf8proc_ssize_t want_len = utf8proc_map(text, (utf8proc_ssize_t)len, &want, to_nfc);
    assert_true(want_len >= 0);
    ph_span nfc = ph_span_of(want, (size_t)want_len);
    ph_buf b;
    ph_buf_init(&b, 256);
    if (ph_utf8_nfc(ph_span_of(text, len), &b) != PH_OK || !ph_span_eq(ph_buf_span(&b), nfc))
        fail_msg("U+%04X U+%04X (%zu)", (unsigned)chars[0], n > 1 ? (unsigned)chars[n - 1] : 0, n);
    if (!has_unclean(chars, n))
        assert_int_equal(ph_utf8_is_clean_nfc(ph_span_of(text, len)), ph_span_eq(ph_span_of(text, len), nfc));
    ph_buf_done(&b);
    free(want);
}

static bool is_scalar(utf8proc_int32_t c)
{
    return c < 0xD800 || c > 0xDFFF;
}

static void every_character_alone(void **state)
{
    (void)state;
    for (utf8proc_int32_t c = 1; c < 0x30000; c++)
        if (is_scalar(c))
            assert_as_the_library(&c, 1);
}

/* Every composition there is: a character's full decomposition, and its last part behind the composition of the others.
 */
static void every_composition(void **state)
{
    (void)state;
    size_t compositions = 0;
    for (utf8proc_int32_t c = 1; c < 0x30000; c++) {
        utf8proc_int32_t parts[16];
        uint8_t text[8];
        if (!is_scalar(c) || (c > 0xAC80 && c < 0xD7A4)) /* Hangul is a formula: a few syllables do */
            continue;
        size_t len = encode(&c, 1, text);
        utf8proc_ssize_t n = utf8proc_decompose(text, (utf8proc_ssize_t)len, parts, 16, to_nfd);
        assert_true(n >= 1 && n <= 16);
        if (n == 1)
            continue;
        assert_as_the_library(parts, (size_t)n);
        utf8proc_int32_t last = parts[n - 1];
        utf8proc_ssize_t composed = utf8proc_normalize_utf32(parts, n - 1, to_nfc);
        parts[composed] = last;
        assert_as_the_library(parts, (size_t)composed + 1);
        compositions++;
    }
    assert_true(compositions > 1000);
}

/* Any character behind those that like company. */
static void every_character_behind_some(void **state)
{
    (void)state;
    static const utf8proc_int32_t bases[] = {'e',   0xEA,   0x1EB9, 0x1A1, 0x415, 0x301,
                                             0x323, 0xAC00, 0x1100, 0x3B1, 0x304B};
    for (size_t i = 0; i < sizeof bases / sizeof bases[0]; i++)
        for (utf8proc_int32_t c = 0x80; c < 0x3200; c++) {
            const utf8proc_int32_t pair[] = {bases[i], c};
            assert_as_the_library(pair, 2);
        }
}

/* Random strings of letters and marks, in any order. */
static void random_strings(void **state)
{
    (void)state;
    static const utf8proc_int32_t alphabet[] = {'a',   'e',    'o',    'u',    ' ',    0xEA,   0x1A1, 0x1B0,
                                                0x111, 0x300,  0x301,  0x302,  0x303,  0x309,  0x306, 0x323,
                                                0x31B, 0x1EBF, 0x1100, 0x1161, 0x11A8, 0xAC00, 0x415, 0x483,
                                                0x308, 0x345,  0x3099, 0x212B, 0x4E2D, 0x2212};
    ph_gen g = ph_gen_seeded("random_strings");
    for (int i = 0; i < 50000; i++) {
        utf8proc_int32_t chars[14];
        size_t n = 1 + ph_gen_below(&g, 14);
        for (size_t k = 0; k < n; k++)
            chars[k] = alphabet[ph_gen_below(&g, sizeof alphabet / sizeof alphabet[0])];
        assert_as_the_library(chars, n);
    }
}

/* One key for every normal form of the same text. */
static void fold_forgets_the_form(void **state)
{
    (void)state;
    for (utf8proc_int32_t c = 1; c < 0x3000; c++) {
        uint8_t text[8];
        utf8proc_uint8_t *nfd = NULL;
        size_t len = encode(&c, 1, text);
        utf8proc_ssize_t nfd_len = utf8proc_map(text, (utf8proc_ssize_t)len, &nfd, to_nfd);
        assert_true(nfd_len > 0);
        ph_buf a;
        ph_buf b;
        ph_buf_init(&a, 64);
        ph_buf_init(&b, 64);
        assert_int_equal(ph_utf8_fold(ph_span_of(text, len), &a), PH_OK);
        assert_int_equal(ph_utf8_fold(ph_span_of(nfd, (size_t)nfd_len), &b), PH_OK);
        if (!ph_span_eq(ph_buf_span(&a), ph_buf_span(&b)))
            fail_msg("U+%04X", (unsigned)c);
        ph_buf_done(&a);
        ph_buf_done(&b);
        free(nfd);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_character_alone),       cmocka_unit_test(every_composition),
        cmocka_unit_test(every_character_behind_some), cmocka_unit_test(random_strings),
        cmocka_unit_test(fold_forgets_the_form),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
