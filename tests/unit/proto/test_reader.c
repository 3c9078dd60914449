/* test_reader - the bounded reader item by item: kinds, widths, limits, depth, keys, the sticky error.   Layer: tests
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_limits.h"
#include "ph_reader.h"

#define OVER(literal) ph_reader_over(ph_span_of(literal, sizeof(literal) - 1))

typedef struct int_case {
    const char *bytes;
    size_t len;
    int64_t value;
    ph_rc rc; /* of ph_read_int over the whole range */
} int_case;
#define CASE(literal, value, rc)                     \
    {                                                \
        literal, sizeof(literal) - 1, value, PH_##rc \
    }

static const int_case ints[] = {
    CASE("\x00", 0, OK),
    CASE("\x7f", 127, OK),
    CASE("\xff", -1, OK),
    CASE("\xe0", -32, OK),
    CASE("\xcc\x05", 5, OK), /* wider than needed is taken */
    CASE("\xcd\x00\x05", 5, OK),
    CASE("\xce\x00\x00\x00\x05", 5, OK),
    CASE("\xcf\x00\x00\x00\x00\x00\x00\x00\x05", 5, OK),
    CASE("\xd0\x05", 5, OK), /* signed widths hold positives too */
    CASE("\xd0\x80", -128, OK),
    CASE("\xd1\xff\xff", -1, OK),
    CASE("\xd2\xff\xff\xff\xfe", -2, OK),
    CASE("\xd3\x80\x00\x00\x00\x00\x00\x00\x00", INT64_MIN, OK),
    CASE("\xd3\x7f\xff\xff\xff\xff\xff\xff\xff", INT64_MAX, OK),
    CASE("\xcf\x80\x00\x00\x00\x00\x00\x00\x00", 0, RANGE),
    CASE("", 0, MALFORMED),
    CASE("\xcc", 0, MALFORMED),
    CASE("\xcd\x00", 0, MALFORMED),
    CASE("\xd3\x00\x00\x00\x00\x00\x00\x00", 0, MALFORMED),
    CASE("\xc0", 0, MALFORMED),
    CASE("\xc1", 0, MALFORMED),
    CASE("\xc2", 0, MALFORMED),
    CASE("\xca\x00\x00\x00\x00", 0, MALFORMED),
    CASE("\xcb\x00\x00\x00\x00\x00\x00\x00\x00", 0, MALFORMED),
    CASE("\xa1"
         "5",
         0, MALFORMED),
    CASE("\xc4\x00", 0, MALFORMED),
    CASE("\x90", 0, MALFORMED),
    CASE("\x80", 0, MALFORMED),
    CASE("\xc7\x00\x01", 0, MALFORMED),
    CASE("\xd4\x01\x00", 0, MALFORMED),
};

static void integers_are_read_in_every_width(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof ints / sizeof ints[0]; i++) {
        ph_reader r = ph_reader_over(ph_span_of(ints[i].bytes, ints[i].len));
        int64_t got = ph_read_int(&r, INT64_MIN, INT64_MAX);
        if (r.rc != ints[i].rc || got != ints[i].value)
            fail_msg("row %zu: rc %s, value %lld", i, ph_rc_name(r.rc), (long long)got);
        assert_int_equal(ph_read_offset(&r), r.rc == PH_OK ? ints[i].len : 0);
        assert_int_equal(r.why == NULL, r.rc == PH_OK);
    }
}

static void integers_keep_to_their_limits(void **state)
{
    (void)state;
    ph_reader r = OVER("\x05");
    assert_int_equal(ph_read_uint(&r, 5), 5);
    assert_int_equal(ph_read_end(&r), PH_OK);
    r = OVER("\x05");
    assert_int_equal(ph_read_uint(&r, 4), 0);
    assert_int_equal(r.rc, PH_LIMIT);
    r = OVER("\xd0\x05\xd3\x00\x00\x00\x00\x00\x00\x00\x05"); /* signed heads of positive values */
    assert_int_equal(ph_read_uint(&r, 5), 5);
    assert_int_equal(ph_read_uint(&r, 5), 5);
    assert_int_equal(ph_read_end(&r), PH_OK);
    r = OVER("\xff");
    (void)ph_read_uint(&r, UINT64_MAX);
    assert_int_equal(r.rc, PH_MALFORMED);
    r = OVER("\xcf\xff\xff\xff\xff\xff\xff\xff\xff");
    assert_true(ph_read_uint(&r, UINT64_MAX) == UINT64_MAX);
    r = OVER("\xfe");
    (void)ph_read_int(&r, -1, 1);
    assert_int_equal(r.rc, PH_RANGE);
    r = OVER("\x02");
    (void)ph_read_int(&r, -1, 1);
    assert_int_equal(r.rc, PH_RANGE);
}

/* Five bytes (or fewer) that promise more than there is: refused before anything else, whatever the caller's limit. */
static void a_count_above_the_bytes_left_is_malformed(void **state)
{
    static const char *const heads[] = {"\xdd\xff\xff\xff\xff", "\xdf\xff\xff\xff\xff", "\xdb\xff\xff\xff\xff",
                                        "\xc6\xff\xff\xff\xff", "\xdd\x10\x00\x00\x00", "\xdf\x7f\xff\xff\xff"};

    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof heads[0]; i++) {
        ph_reader r = ph_reader_over(ph_span_of(heads[i], 5));
        ph_read_skip(&r);
        assert_int_equal(r.rc, PH_MALFORMED);
        r = ph_reader_over(ph_span_of(heads[i], 5));
        (void)ph_read_array(&r, SIZE_MAX);
        assert_int_equal(r.rc, PH_MALFORMED);
        r = ph_reader_over(ph_span_of(heads[i], 5));
        (void)ph_read_map(&r, SIZE_MAX);
        assert_int_equal(r.rc, PH_MALFORMED);
        r = ph_reader_over(ph_span_of(heads[i], 5));
        assert_int_equal(ph_read_text(&r, SIZE_MAX).len, 0);
        assert_int_equal(r.rc, PH_MALFORMED);
        r = ph_reader_over(ph_span_of(heads[i], 5));
        assert_int_equal(ph_read_bin(&r, SIZE_MAX).len, 0);
        assert_int_equal(r.rc, PH_MALFORMED);
    }
    ph_reader r = OVER("\x82\x01\x02\x03"); /* two pairs need four bytes at least */
    (void)ph_read_map(&r, 9);
    assert_int_equal(r.rc, PH_MALFORMED);
    r = OVER("\x93\x01\x02");
    (void)ph_read_array(&r, 9);
    assert_int_equal(r.rc, PH_MALFORMED);
}

static void texts_and_binaries_keep_to_their_kind_and_limit(void **state)
{
    (void)state;
    ph_reader r = OVER("\xa2hi\xc4\x01\xff\xd9\x02hi\xda\x00\x02hi\xdb\x00\x00\x00\x02hi");
    assert_true(ph_span_is(ph_read_text(&r, 2), "hi"));
    assert_int_equal(ph_read_bin(&r, 1).ptr[0], 0xff);
    for (int i = 0; i < 3; i++)
        assert_true(ph_span_is(ph_read_text(&r, 2), "hi"));
    assert_int_equal(ph_read_end(&r), PH_OK);
    r = OVER("\xa2hi");
    (void)ph_read_text(&r, 1);
    assert_int_equal(r.rc, PH_LIMIT);
    r = OVER("\xa2hi");
    (void)ph_read_bin(&r, 9);
    assert_int_equal(r.rc, PH_MALFORMED);
    r = OVER("\xc4\x02hi");
    (void)ph_read_text(&r, 9);
    assert_int_equal(r.rc, PH_MALFORMED);
    r = OVER("\xc4\x02hi");
    (void)ph_read_bin(&r, 1);
    assert_int_equal(r.rc, PH_LIMIT);
    uint8_t exact[2] = {9, 9};
    r = OVER("\xc4\x01h");
    ph_read_bin_exact(&r, exact, 2);
    assert_int_equal(r.rc, PH_MALFORMED);
    assert_int_equal(exact[0] | exact[1], 0);
    r = OVER("\xc4\x03hij");
    ph_read_bin_exact(&r, exact, 2);
    assert_int_equal(r.rc, PH_MALFORMED);
}

static void bad_utf8_is_refused_read_or_skipped(void **state)
{
    static const char *const texts[] = {"\xa1\x80",
                                        "\xa1\xff",
                                        "\xa2\xc0\x80",
                                        "\xa2\xc1\xbf",
                                        "\xa3\xe0\x80\x80",
                                        "\xa3\xed\xa0\x80",
                                        "\xa4\xf0\x80\x80\x80",
                                        "\xa4\xf4\x90\x80\x80",
                                        "\xa2\xc3\x28",
                                        "\xa2\xe1\xbb",
                                        "\xa1\xc3"};

    (void)state;
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        size_t len = 1U + ((uint8_t)texts[i][0] & 31U);
        ph_reader r = ph_reader_over(ph_span_of(texts[i], len));
        (void)ph_read_text(&r, 9);
        assert_int_equal(r.rc, PH_MALFORMED);
        r = ph_reader_over(ph_span_of(texts[i], len));
        ph_read_skip(&r);
        assert_int_equal(r.rc, PH_MALFORMED);
    }
    ph_reader r = OVER("\xa3\xe1\xba\xbf"); /* ế */
    assert_int_equal(ph_read_text(&r, 3).len, 3);
    assert_int_equal(ph_read_end(&r), PH_OK);
}

static void ids_are_of_their_alphabet(void **state)
{
    (void)state;
    for (unsigned c = 0; c < 256; c++) {
        const uint8_t bytes[2] = {0xa1, (uint8_t)c};
        bool wanted = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                      c == '_' || c == '-';
        ph_reader r = ph_reader_over(ph_span_of(bytes, 2));
        assert_int_equal(ph_read_id(&r).len, wanted ? 1 : 0);
        assert_int_equal(r.rc, wanted ? PH_OK : PH_MALFORMED);
    }
    ph_reader r = OVER("\xa0");
    (void)ph_read_id(&r);
    assert_int_equal(r.rc, PH_MALFORMED);
    r = OVER("\xd9\x20"
             "01234567890123456789012345678901");
    assert_int_equal(ph_read_id(&r).len, PH_MAX_ID_TEXT);
    r = OVER("\xd9\x21"
             "012345678901234567890123456789012");
    (void)ph_read_id(&r);
    assert_int_equal(r.rc, PH_LIMIT);
}

static void depth_ends_at_its_limit(void **state)
{
    uint8_t deep[PH_MAX_DEPTH + 2];

    (void)state;
    memset(deep, 0x91, sizeof deep);
    for (size_t levels = 1; levels <= PH_MAX_DEPTH + 1; levels++) {
        deep[levels - 1] = 0x90;
        ph_rc wanted = levels <= PH_MAX_DEPTH ? PH_OK : PH_LIMIT;
        ph_reader r = ph_reader_over(ph_span_of(deep, levels));
        ph_read_skip(&r);
        assert_int_equal(ph_read_end(&r), wanted);
        r = ph_reader_over(ph_span_of(deep, levels));
        for (size_t i = 0; i < levels; i++)
            (void)ph_read_array(&r, 1);
        assert_int_equal(r.rc, wanted);
        r = ph_reader_over(ph_span_of(deep, levels)); /* half entered, half skipped */
        (void)ph_read_array(&r, 1);
        if (levels > 1)
            ph_read_skip(&r);
        assert_int_equal(r.rc, wanted);
        deep[levels - 1] = 0x91;
    }
}

static void leaving_gives_depth_back(void **state)
{
    uint8_t flat[1 + 2 * PH_MAX_DEPTH];

    (void)state;
    memset(flat, 0x90, sizeof flat);
    ph_reader r = ph_reader_over(ph_span_of(flat, sizeof flat));
    for (size_t i = 0; i < sizeof flat; i++) {
        (void)ph_read_array(&r, 0);
        ph_read_leave(&r);
    }
    assert_int_equal(ph_read_end(&r), PH_OK);
}

static void keys_come_once_whether_known_or_not(void **state)
{
    static const char *const names[] = {"a", "bb"};
    ph_key_set set = {.keys = names, .n = 2};

    (void)state;
    ph_reader r = OVER("\xa2"
                       "bb\xa1"
                       "a\xa1z\xa1z");
    assert_int_equal(ph_read_key(&r, &set), 1);
    assert_int_equal(ph_read_key(&r, &set), 0);
    assert_int_equal(ph_read_key(&r, &set), -1);
    assert_int_equal(r.rc, PH_OK);
    assert_int_equal(ph_read_key(&r, &set), -1);
    assert_int_equal(r.rc, PH_MALFORMED);
    assert_int_equal(ph_read_offset(&r), 7); /* where the second z is */
    set = (ph_key_set){.keys = names, .n = 2};
    r = OVER("\xa1"
             "a\xd9\x01"
             "a"); /* the same key in a wider head is the same key */
    assert_int_equal(ph_read_key(&r, &set), 0);
    assert_int_equal(ph_read_key(&r, &set), -1);
    assert_int_equal(r.rc, PH_MALFORMED);
}

static void the_first_error_sticks(void **state)
{
    (void)state;
    ph_reader r = OVER("\xc1\x01\xa1x");
    ph_read_skip(&r);
    const char *why = r.why;
    assert_int_equal(r.rc, PH_MALFORMED);
    assert_int_equal(ph_read_uint(&r, 9), 0);
    assert_int_equal(ph_read_text(&r, 9).len, 0);
    assert_false(ph_read_bool(&r));
    assert_false(ph_read_is_nil(&r));
    assert_int_equal(ph_read_array(&r, 9), 0);
    ph_read_fail(&r, PH_RANGE, "later");
    assert_int_equal(ph_read_end(&r), PH_MALFORMED);
    assert_ptr_equal(r.why, why);
    assert_int_equal(ph_read_offset(&r), 0);
}

static void nil_and_bool_are_themselves_only(void **state)
{
    (void)state;
    ph_reader r = OVER("\xc0\xc3\xc2\x00");
    assert_true(ph_read_is_nil(&r));
    assert_false(ph_read_is_nil(&r));
    assert_true(ph_read_bool(&r));
    assert_false(ph_read_bool(&r));
    assert_int_equal(r.rc, PH_OK);
    (void)ph_read_bool(&r);
    assert_int_equal(r.rc, PH_MALFORMED);
}

static void the_end_is_the_end(void **state)
{
    (void)state;
    ph_reader r = ph_reader_over((ph_span){0});
    assert_int_equal(ph_read_end(&r), PH_OK);
    assert_int_equal(ph_read_offset(&r), 0);
    r = OVER("\xc0");
    assert_int_equal(ph_read_end(&r), PH_MALFORMED);
    r = ph_reader_over((ph_span){0});
    ph_read_skip(&r);
    assert_int_equal(r.rc, PH_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_are_read_in_every_width),
        cmocka_unit_test(integers_keep_to_their_limits),
        cmocka_unit_test(a_count_above_the_bytes_left_is_malformed),
        cmocka_unit_test(texts_and_binaries_keep_to_their_kind_and_limit),
        cmocka_unit_test(bad_utf8_is_refused_read_or_skipped),
        cmocka_unit_test(ids_are_of_their_alphabet),
        cmocka_unit_test(depth_ends_at_its_limit),
        cmocka_unit_test(leaving_gives_depth_back),
        cmocka_unit_test(keys_come_once_whether_known_or_not),
        cmocka_unit_test(the_first_error_sticks),
        cmocka_unit_test(nil_and_bool_are_themselves_only),
        cmocka_unit_test(the_end_is_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
