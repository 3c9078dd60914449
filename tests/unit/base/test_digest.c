/* test_digest - SHA-256 of known texts, hex both ways.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_digest.h"
#include "ph_gen.h"

static void assert_digest(ph_digest got, const char *want)
{
    char text[PH_DIGEST_TEXT_BYTES];
    ph_hex_print(got.bytes, PH_DIGEST_BYTES, text);
    assert_string_equal(text, want);
}

/* FIPS 180-4 examples. */
static void known_texts(void **state)
{
    (void)state;
    assert_digest(ph_digest_of(NULL, 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_digest(ph_digest_of_span(ph_span_str("abc")),
                  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    assert_digest(ph_digest_of_span(ph_span_str("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")),
                  "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static void parts_are_their_concatenation(void **state)
{
    (void)state;
    uint8_t bytes[300];
    ph_gen g = ph_gen_seeded("parts_are_their_concatenation");
    for (size_t i = 0; i < sizeof bytes; i++)
        bytes[i] = (uint8_t)ph_gen_next(&g);
    ph_digest whole = ph_digest_of_span(ph_span_of(bytes, sizeof bytes));
    for (size_t a = 0; a <= sizeof bytes; a += 13) {
        size_t b = a + ph_gen_below(&g, sizeof bytes - a + 1);
        const ph_span parts[] = {ph_span_of(bytes, a), ph_span_of(NULL, 0), ph_span_of(bytes + a, b - a),
                                 ph_span_of(bytes + b, sizeof bytes - b)};
        ph_digest got = ph_digest_of(parts, 4);
        assert_true(ph_digest_eq(&got, &whole));
    }
}

static void equality_sees_every_bit(void **state)
{
    (void)state;
    const ph_digest zero = {{0}};
    assert_true(ph_digest_is_zero(&zero));
    for (unsigned bit = 0; bit < 256; bit++) {
        ph_digest d = zero;
        d.bytes[bit / 8] = (uint8_t)(1U << bit % 8);
        assert_false(ph_digest_is_zero(&d));
        assert_false(ph_digest_eq(&d, &zero));
        assert_true(ph_digest_eq(&d, &d));
    }
}

static void hex_goes_both_ways(void **state)
{
    (void)state;
    for (int i = 0; i < 256; i++) {
        uint8_t byte = (uint8_t)i;
        uint8_t back = (uint8_t)~byte;
        char text[3];
        ph_hex_print(&byte, 1, text);
        assert_int_equal(strlen(text), 2);
        assert_int_equal(ph_hex_parse(ph_span_str(text), &back, 1), PH_OK);
        assert_int_equal(back, byte);
    }
    uint8_t two[2];
    assert_int_equal(ph_hex_parse(ph_span_str("aFB0"), two, 2), PH_OK);
    assert_memory_equal(two, "\xAF\xB0", 2);
    assert_int_equal(ph_hex_parse(ph_span_str(""), two, 0), PH_OK);
}

static void hex_refuses_all_else(void **state)
{
    (void)state;
    static const char *const bad[] = {"",     "a",    "abc",        "abcde", "abcdef", "ab d",
                                      "0xab", "abcg", "ab\xC3\xA9", "-123",  "ab\n1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        uint8_t two[2] = {1, 2};
        assert_int_equal(ph_hex_parse(ph_span_str(bad[i]), two, 2), PH_MALFORMED);
        assert_memory_equal(two, "\1\2", 2);
    }
    for (int c = 0; c < 256; c++) {
        const uint8_t text[2] = {'0', (uint8_t)c};
        uint8_t ret = 0;
        bool hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
        assert_int_equal(ph_hex_parse(ph_span_of(text, 2), &ret, 1), hex ? PH_OK : PH_MALFORMED);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_texts),
        cmocka_unit_test(parts_are_their_concatenation),
        cmocka_unit_test(equality_sees_every_bit),
        cmocka_unit_test(hex_goes_both_ways),
        cmocka_unit_test(hex_refuses_all_else),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
