/* test_utf8 - strictness byte by byte, clean text, folding, escapes, columns.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ph_utf8.h"

static bool in(unsigned c, unsigned from, unsigned to)
{
    return c >= from && c <= to;
}

/* Table 3-7 of the Unicode standard, row by row: is this one well-formed character of @n bytes? */
static bool is_row_of_table(const uint8_t *b, size_t n)
{
    for (size_t i = 2; i < n; i++)
        if (!in(b[i], 0x80, 0xBF))
            return false;
    switch (n) {
    case 1:
        return b[0] <= 0x7F;
    case 2:
        return in(b[0], 0xC2, 0xDF) && in(b[1], 0x80, 0xBF);
    case 3:
        return (b[0] == 0xE0 && in(b[1], 0xA0, 0xBF)) || (in(b[0], 0xE1, 0xEC) && in(b[1], 0x80, 0xBF)) ||
               (b[0] == 0xED && in(b[1], 0x80, 0x9F)) || (in(b[0], 0xEE, 0xEF) && in(b[1], 0x80, 0xBF));
    case 4:
        return (b[0] == 0xF0 && in(b[1], 0x90, 0xBF)) || (in(b[0], 0xF1, 0xF3) && in(b[1], 0x80, 0xBF)) ||
               (b[0] == 0xF4 && in(b[1], 0x80, 0x8F));
    default:
        return false;
    }
}

/* Can the bytes be cut into rows of the table? */
static bool is_well_formed(const uint8_t *b, size_t n)
{
    for (size_t len = 1; len <= 4 && len <= n; len++)
        if (is_row_of_table(b, len))
            return is_well_formed(b + len, n - len);
    return n == 0;
}

static void assert_validity(const uint8_t *b, size_t n)
{
    if (ph_utf8_is_valid(ph_span_of(b, n)) != is_well_formed(b, n))
        fail_msg("%02x %02x %02x %02x (%zu)", b[0], b[1], b[2], b[3], n);
}

static void every_short_sequence_is_judged_by_the_table(void **state)
{
    (void)state;
    static const uint8_t borders[] = {0x00, 0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0,
                                      0xBF, 0xC0, 0xC2, 0xE0, 0xED, 0xF0, 0xF4, 0xFF};
    uint8_t b[4] = {0};
    for (unsigned i = 0; i < 0x10000; i++) {
        b[0] = (uint8_t)(i >> 8);
        b[1] = (uint8_t)i;
        assert_validity(b, 1);
        assert_validity(b, 2);
        for (size_t k = 0; k < sizeof borders; k++) {
            b[2] = borders[k];
            assert_validity(b, 3);
            for (size_t l = 0; l < sizeof borders && b[0] >= 0xE0; l++) {
                b[3] = borders[l];
                assert_validity(b, 4);
            }
        }
    }
}

static void the_famous_cases(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool valid;
    } cases[] = {
        {"", true},
        {"Chỉ tiêu", true},
        {"\xC0\x80", false},                 /* overlong NUL */
        {"\xC1\xBF", false},                 /* overlong DEL */
        {"\xE0\x80\xAF", false},             /* overlong slash */
        {"\xF0\x82\x82\xAC", false},         /* overlong euro */
        {"\xED\xA0\x80", false},             /* surrogate D800 */
        {"\xED\xBF\xBF", false},             /* surrogate DFFF */
        {"\xED\xA0\xBD\xED\xB8\x80", false}, /* CESU-8 pair */
        {"\xF4\x8F\xBF\xBF", true},          /* U+10FFFF */
        {"\xF4\x90\x80\x80", false},         /* U+110000 */
        {"\xF8\x88\x80\x80\x80", false},
        {"\xFE", false},
        {"\xFF", false},
        {"\x80", false},
        {"abcdefgh\xC3", false}, /* cut behind a run of ASCII */
        {"\xE2\x82", false},
        {"\xF0\x9F\x8C", false},
        {"C\xF4ng nghi\xD6p", false}, /* TCVN3 */
        {"\xEF\xBB\xBF\x61", true},   /* BOM: well-formed, not clean */
        {"\xEF\xBF\xBF", true},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ph_utf8_is_valid(ph_span_str(cases[i].text)), cases[i].valid);
    assert_true(ph_utf8_is_valid(ph_span_of("a\0b", 3)));
    assert_true(ph_utf8_is_valid(ph_span_of(NULL, 0)));
}

static void a_bad_byte_is_seen_at_every_offset(void **state)
{
    (void)state;
    for (size_t len = 1; len < 40; len++)
        for (size_t bad = 0; bad < len; bad++) {
            uint8_t *text = malloc(len); /* of just that size: a read beyond it is seen */
            assert_non_null(text);
            memset(text, 'a', len);
            assert_true(ph_utf8_is_valid(ph_span_of(text, len)));
            text[bad] = 0x80;
            assert_false(ph_utf8_is_valid(ph_span_of(text, len)));
            text[bad] = 0xE2;
            assert_false(ph_utf8_is_valid(ph_span_of(text, len)));
            free(text);
        }
}

static void clean_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool clean;
    } cases[] = {
        {"", true},
        {"Tốc độ tăng trưởng GRDP đạt −12,59 %", true},
        {"một dòng\nhai\tcột", true},
        {"\xF0\x9F\x8C\xBE lúa", true},
        {"e\xCC\x82\xCC\x81", false},        /* e + circumflex + acute */
        {"\xC3\xAA\xCC\x81", false},         /* ê + acute */
        {"\xE1\xBA\xBF", true},              /* ế */
        {"\xCC\x81 at the start", true},     /* a lone mark is its own NFC */
        {"\xE2\x84\xAA", false},             /* Kelvin sign is K */
        {"\xE2\x84\xA6", false},             /* Ohm sign is omega */
        {"\xE1\x84\x80\xE1\x85\xA1", false}, /* Hangul jamo of one syllable */
        {"\xEA\xB0\x80", true},
        {"a\rb", false},
        {"a\x1B[31mb", false},
        {"\x7F", false},
        {"\xC2\x85", false},                    /* C1 next line */
        {"\xC2\x9B\x33\x31m", false},           /* C1 CSI */
        {"\xE2\x80\xAE_bc\xE2\x80\xAC", false}, /* right-to-left override */
        {"\xE2\x81\xA6_bc\xE2\x81\xA9", false}, /* isolate */
        {"\xD8\x9C", false},                    /* Arabic letter mark */
        {"\xE2\x80\x8B", false},                /* zero width space */
        {"\xEF\xBB\xBF\x61", false},
        {"\xE2\x80\xA8", false},     /* line separator */
        {"\xF3\xA0\x81\xA1", false}, /* tag character */
        {"\xC2\xA0", true},
        {"\xFF", false},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        if (ph_utf8_is_clean_nfc(ph_span_str(cases[i].text)) != cases[i].clean)
            fail_msg("case %zu", i);
    }
    assert_false(ph_utf8_is_clean_nfc(ph_span_of("a\0b", 3)));
}

typedef ph_rc transform(ph_span text, ph_buf *dst);

static void assert_becomes(transform *how, const char *text, const char *want)
{
    ph_buf b;
    ph_buf_init(&b, 4096);
    assert_int_equal(ph_buf_put_str(&b, "> "), PH_OK);
    assert_int_equal(how(ph_span_str(text), &b), PH_OK);
    assert_int_equal(ph_buf_put_byte(&b, 0), PH_OK);
    assert_string_equal((const char *)b.ptr + 2, want);
    ph_buf_done(&b);
}

static void nfc_composes(void **state)
{
    (void)state;
    assert_becomes(ph_utf8_nfc, "", "");
    assert_becomes(ph_utf8_nfc, "abc", "abc");
    /* "ế" in its three forms, alone and amid text */
    assert_becomes(ph_utf8_nfc, "e\xCC\x82\xCC\x81", "ế");
    assert_becomes(ph_utf8_nfc, "\xC3\xAA\xCC\x81", "ế");
    assert_becomes(ph_utf8_nfc, "ế", "ế");
    assert_becomes(ph_utf8_nfc, "kinh te\xCC\x82\xCC\x81 xa\xCC\x83 ho\xCC\xA3\xCC\x82i", "kinh tế xã hội");
    /* marks in the other order: dot below has the lower class */
    assert_becomes(ph_utf8_nfc, "e\xCC\x82\xCC\xA3", "ệ");
    assert_becomes(ph_utf8_nfc, "e\xCC\xA3\xCC\x82", "ệ");
    assert_becomes(ph_utf8_nfc, "o\xCC\x9B\xCC\xA3", "ợ");
    assert_becomes(ph_utf8_nfc, "\xE2\x84\xAA", "K");
    assert_becomes(ph_utf8_nfc, "\xE1\x84\x80\xE1\x85\xA1", "가");
    assert_becomes(ph_utf8_nfc, "\xEA\xB0\x80\xE1\x86\xA8", "각");
    assert_becomes(ph_utf8_nfc, "\xCC\x81\x61", "\xCC\x81\x61");
}

/* The limit is one of marks in a row, not of the text. */
static void a_long_text_is_composed(void **state)
{
    (void)state;
    static char text[9003];
    memset(text, 'e', 9000);
    memcpy(text + 9000, "\xCC\x81", 3);
    ph_buf b;
    ph_buf_init(&b, sizeof text);
    assert_int_equal(ph_utf8_nfc(ph_span_of(text, 9002), &b), PH_OK);
    assert_int_equal(b.len, 9001);
    assert_memory_equal(b.ptr, text, 8999);
    assert_memory_equal(b.ptr + 8999, "é", 2);
    assert_true(ph_utf8_is_clean_nfc(ph_buf_span(&b)));
    ph_buf_done(&b);
}

static void what_cannot_be_done_leaves_the_buffer(void **state)
{
    (void)state;
    static transform *const all[] = {ph_utf8_nfc, ph_utf8_fold};
    for (size_t i = 0; i < 2; i++) {
        ph_buf b;
        ph_buf_init(&b, 8);
        assert_int_equal(ph_buf_put_str(&b, "ab"), PH_OK);
        assert_int_equal(all[i](ph_span_str("e\xCC\x81\xFF"), &b), PH_MALFORMED);
        assert_true(ph_span_is(ph_buf_span(&b), "ab"));
        assert_int_equal(b.rc, PH_OK);
        assert_int_equal(all[i](ph_span_str("1234e\xCC\x81xyz"), &b), PH_LIMIT);
        assert_true(ph_span_is(ph_buf_span(&b), "ab"));
        ph_buf_done(&b);
    }
}

static void a_heap_of_marks_is_refused_quickly(void **state)
{
    (void)state;
    static char text[20001] = "e";
    for (size_t i = 1; i + 1 < sizeof text; i += 2)
        memcpy(text + i, (i & 2) != 0 ? "\xCC\x81" : "\xCC\xA3", 2);
    ph_buf b;
    ph_buf_init(&b, SIZE_MAX);
    assert_int_equal(ph_utf8_nfc(ph_span_of(text, 20001), &b), PH_LIMIT);
    assert_false(ph_utf8_is_clean_nfc(ph_span_of(text, 20001)));
    assert_int_equal(ph_utf8_nfc(ph_span_of(text, 1023), &b), PH_OK);
    ph_buf_done(&b);
}

static void fold_makes_one_key_of_all_ways_to_type(void **state)
{
    (void)state;
    static const char *const same[] = {
        "Chỉ tiêu",
        "chỉ tiêu",
        "CHỈ TIÊU",
        "chi tieu",
        "Chi\xCC\x89 tie\xCC\x82u",
        "CHI\xCC\x89 TIE\xCC\x82U",
        " Chỉ  tiêu ",
        "chi_tieu",
        "Chỉ\xC2\xA0tiêu",
        "chỉ-tiêu",
        "Chỉ tiêu (%):",
        "\xEF\xBB\xBF\x43hỉ tiêu",
        "Chi\xE2\x80\x8B tieu",
        "Chỉ ti\xE2\x80\x8Bêu",
        "chỉ\ttiêu\n",
    };
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_becomes(ph_utf8_fold, same[i], "chi_tieu");
    assert_becomes(ph_utf8_fold, "Đơn vị tính", "don_vi_tinh");
    assert_becomes(ph_utf8_fold, "đã ĐÓNG", "da_dong");
    assert_becomes(ph_utf8_fold, "Giá trị (tỷ đồng), năm 2023", "gia_tri_ty_dong_nam_2023");
    assert_becomes(ph_utf8_fold, "ươ ƯƠ ợ", "uo_uo_o");
    assert_becomes(ph_utf8_fold, "Straße", "strasse");
    assert_becomes(ph_utf8_fold, "GRDP_GROWTH", "grdp_growth");
    assert_becomes(ph_utf8_fold, "", "");
    assert_becomes(ph_utf8_fold, " - ", "");
}

static void escapes_are_visible(void **state)
{
    (void)state;
    assert_becomes(ph_utf8_escape, "Hải Dương", "Hải Dương");
    assert_becomes(ph_utf8_escape, "a\x1B[31mb", "a\\u{1b}[31mb");
    assert_becomes(ph_utf8_escape, "a\nb\tc\rd", "a\\u{a}b\\u{9}c\\u{d}d");
    assert_becomes(ph_utf8_escape, "\x7F", "\\u{7f}");
    assert_becomes(ph_utf8_escape, "\xC2\x9B", "\\u{9b}");
    assert_becomes(ph_utf8_escape, "x\xE2\x80\xAEgpj.exe\xE2\x80\xAC", "x\\u{202e}gpj.exe\\u{202c}");
    assert_becomes(ph_utf8_escape, "\xFF\xC3(", "\\xff\\xc3(");
    assert_becomes(ph_utf8_escape, "\xE1\xBA", "\\xe1\\xba");
    assert_becomes(ph_utf8_escape, "\xEF\xBB\xBF\x61", "\\u{feff}a");
    ph_buf b;
    ph_buf_init(&b, 8);
    assert_int_equal(ph_utf8_escape(ph_span_of("\0", 1), &b), PH_OK);
    assert_true(ph_span_is(ph_buf_span(&b), "\\u{0}"));
    assert_int_equal(ph_utf8_escape(ph_span_str("\xFF"), &b), PH_LIMIT);
    ph_buf_done(&b);
}

/* Whatever the bytes: what comes out is well-formed and has nothing left to escape. */
static void escaped_is_harmless(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 0x10000; i++) {
        const uint8_t text[] = {'a', (uint8_t)(i >> 8), (uint8_t)i, 0x80};
        ph_buf once;
        ph_buf twice;
        ph_buf_init(&once, 64);
        ph_buf_init(&twice, 64);
        assert_int_equal(ph_utf8_escape(ph_span_of(text, 4), &once), PH_OK);
        assert_true(ph_utf8_is_valid(ph_buf_span(&once)));
        assert_int_equal(ph_utf8_escape(ph_buf_span(&once), &twice), PH_OK);
        assert_true(ph_span_eq(ph_buf_span(&once), ph_buf_span(&twice)));
        ph_buf_done(&once);
        ph_buf_done(&twice);
    }
}

static void columns_are_what_a_terminal_shows(void **state)
{
    (void)state;
    assert_int_equal(ph_utf8_columns(ph_span_str("")), 0);
    assert_int_equal(ph_utf8_columns(ph_span_str("Hải Dương")), 9);
    assert_int_equal(ph_utf8_columns(ph_span_str("Ha\xCC\x89i Du\xCC\x9Bo\xCC\x9Bng")), 9);
    assert_int_equal(ph_utf8_columns(ph_span_str("\xE4\xB8\xAD\xE6\x96\x87")), 4);
    assert_int_equal(ph_utf8_columns(ph_span_str("a\xFFz")), 3);
    assert_int_equal(ph_utf8_columns(ph_span_str("\xE2\x88\x92\x31\x32")), 3);
}

static void blank_is_what_shows_nothing(void **state)
{
    static const char *const blank[] = {"", " ", "   ", "\t\n\r", "\xC2\xA0", " \xE3\x80\x80 "};
    static const char *const said[] = {"x", "  .", "\xC2\xA0ế", "-", "\xFF"};
    (void)state;
    for (size_t i = 0; i < sizeof blank / sizeof blank[0]; i++)
        assert_true(ph_utf8_is_blank(ph_span_str(blank[i])));
    for (size_t i = 0; i < sizeof said / sizeof said[0]; i++)
        assert_false(ph_utf8_is_blank(ph_span_str(said[i])));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_short_sequence_is_judged_by_the_table),
        cmocka_unit_test(the_famous_cases),
        cmocka_unit_test(a_bad_byte_is_seen_at_every_offset),
        cmocka_unit_test(clean_text),
        cmocka_unit_test(nfc_composes),
        cmocka_unit_test(a_long_text_is_composed),
        cmocka_unit_test(what_cannot_be_done_leaves_the_buffer),
        cmocka_unit_test(a_heap_of_marks_is_refused_quickly),
        cmocka_unit_test(fold_makes_one_key_of_all_ways_to_type),
        cmocka_unit_test(escapes_are_visible),
        cmocka_unit_test(escaped_is_harmless),
        cmocka_unit_test(columns_are_what_a_terminal_shows),
        cmocka_unit_test(blank_is_what_shows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
