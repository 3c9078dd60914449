/* test_decimal - exact numbers against 128-bit arithmetic, at and beyond their limits.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_decimal.h"
#include "ph_gen.h"

#define MAX PH_DECIMAL_MAX_MANTISSA
enum { ROUNDS = 20000 };

static const ph_decimal untouched = {.mantissa = 77, .scale = 3};

static void assert_decimal(ph_decimal got, int64_t mantissa, unsigned scale)
{
    assert_int_equal(got.mantissa, mantissa);
    assert_int_equal(got.scale, scale);
}

static ph_decimal gen_decimal(ph_gen *g)
{
    return (ph_decimal){.mantissa = ph_gen_signed(g, MAX), .scale = (uint8_t)ph_gen_below(g, PH_DECIMAL_MAX_SCALE + 1)};
}

static void canonical_texts_are_read(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t mantissa;
        unsigned scale;
    } cases[] = {
        {"0", 0, 0},
        {"0.0", 0, 1},
        {"0.000000", 0, 6},
        {"5", 5, 0},
        {"-5", -5, 0},
        {"10", 10, 0},
        {"1.50", 150, 2},
        {"-12.59", -1259, 2},
        {"0.000001", 1, 6},
        {"-0.000001", -1, 6},
        {"1000000000000000", MAX, 0},
        {"-1000000000000000", -MAX, 0},
        {"1000000000.000000", MAX, 6},
        {"999999999.999999", MAX - 1, 6},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_decimal d = untouched;
        char text[PH_DECIMAL_TEXT_BYTES];
        assert_int_equal(ph_decimal_parse(ph_span_str(cases[i].text), &d), PH_OK);
        assert_decimal(d, cases[i].mantissa, cases[i].scale);
        assert_int_equal(ph_decimal_print(d, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
    }
}

static void all_other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const malformed[] = {
        "",
        "-",
        "+5",
        " 5",
        "5 ",
        "05",
        "00",
        "-0",
        "-0.0",
        "-0.000000",
        ".5",
        "5.",
        "-.5",
        "1,5",
        "1.5.5",
        "1e5",
        "1E5",
        "NaN",
        "inf",
        "-inf",
        "0x10",
        "1_000",
        "--5",
        "5-",
        "1.-5",
        "1.0000000",
        "0.1234567",
        "1 000",
        "\xE2\x88\x92\x35",
        "5%",
        "٥",
        "1.",
        "1.5e1",
        "01.5",
        "-01",
        "5\n",
    };
    static const char *const out_of_range[] = {
        "1000000000000001",     "-1000000000000001",
        "1000000000.000001",    "10000000000000000",
        "9223372036854775807",  "-9223372036854775808",
        "18446744073709551616", "99999999999999999999999999999999.999999",
    };
    for (size_t i = 0; i < sizeof malformed / sizeof malformed[0]; i++) {
        ph_decimal d = untouched;
        assert_int_equal(ph_decimal_parse(ph_span_str(malformed[i]), &d), PH_MALFORMED);
        assert_decimal(d, 77, 3);
    }
    for (size_t i = 0; i < sizeof out_of_range / sizeof out_of_range[0]; i++) {
        ph_decimal d = untouched;
        assert_int_equal(ph_decimal_parse(ph_span_str(out_of_range[i]), &d), PH_RANGE);
        assert_decimal(d, 77, 3);
    }
    ph_decimal d = untouched;
    assert_int_equal(ph_decimal_parse(ph_span_of("5\0", 2), &d), PH_MALFORMED);
}

/* 10^400 as text. */
static void a_very_long_text_is_out_of_range(void **state)
{
    (void)state;
    char text[402];
    ph_decimal d = untouched;
    memset(text, '0', sizeof text);
    text[0] = '1';
    text[401] = '\0';
    assert_int_equal(ph_decimal_parse(ph_span_str(text), &d), PH_RANGE);
    text[400] = 'x';
    assert_int_equal(ph_decimal_parse(ph_span_str(text), &d), PH_MALFORMED);
}

static void print_and_parse_are_inverse(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("print_and_parse_are_inverse");
    for (int i = 0; i < ROUNDS; i++) {
        ph_decimal d = gen_decimal(&g);
        ph_decimal back = untouched;
        char text[PH_DECIMAL_TEXT_BYTES];
        size_t len = ph_decimal_print(d, text);
        assert_int_equal(len, strlen(text));
        assert_int_equal(ph_decimal_parse(ph_span_of(text, len), &back), PH_OK);
        assert_decimal(back, d.mantissa, d.scale);
    }
}

static void check_draws_the_limits(void **state)
{
    (void)state;
    ph_decimal d = untouched;
    assert_int_equal(ph_decimal_check(MAX, 6, &d), PH_OK);
    assert_decimal(d, MAX, 6);
    assert_int_equal(ph_decimal_check(-MAX, 0, &d), PH_OK);
    assert_decimal(d, -MAX, 0);
    static const struct {
        int64_t mantissa;
        uint64_t scale;
    } bad[] = {{MAX + 1, 0}, {-MAX - 1, 0}, {INT64_MAX, 0}, {INT64_MIN, 0}, {0, 7}, {1, 256}, {1, UINT64_MAX}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        d = untouched;
        assert_int_equal(ph_decimal_check(bad[i].mantissa, bad[i].scale, &d), PH_RANGE);
        assert_decimal(d, 77, 3);
    }
}

static void rescale_is_exact_or_refused(void **state)
{
    (void)state;
    static const struct {
        ph_decimal from;
        uint8_t scale;
        ph_rc rc;
        int64_t mantissa;
    } cases[] = {
        {{15, 1}, 1, PH_OK, 15},
        {{15, 1}, 2, PH_OK, 150},
        {{150, 2}, 1, PH_OK, 15},
        {{151, 2}, 1, PH_RANGE, 0},
        {{-150, 2}, 1, PH_OK, -15},
        {{-151, 2}, 1, PH_RANGE, 0},
        {{0, 0}, 6, PH_OK, 0},
        {{MAX, 0}, 0, PH_OK, MAX},
        {{MAX, 0}, 1, PH_RANGE, 0},
        {{MAX / 10, 0}, 1, PH_OK, MAX},
        {{MAX / 10 + 1, 0}, 1, PH_RANGE, 0},
        {{-MAX / 10, 0}, 1, PH_OK, -MAX},
        {{MAX, 6}, 0, PH_OK, MAX / 1000000},
        {{1, 0}, 7, PH_RANGE, 0},
        {{1, 0}, 255, PH_RANGE, 0},
        {{MAX, 0}, 6, PH_RANGE, 0},
        {{-MAX, 0}, 6, PH_RANGE, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_decimal d = untouched;
        assert_int_equal(ph_decimal_rescale(cases[i].from, cases[i].scale, &d), cases[i].rc);
        if (cases[i].rc == PH_OK)
            assert_decimal(d, cases[i].mantissa, cases[i].scale);
        else
            assert_decimal(d, 77, 3);
    }
}

static void rescale_agrees_with_wide_arithmetic(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("rescale_agrees_with_wide_arithmetic");
    for (int i = 0; i < ROUNDS; i++) {
        ph_decimal d = gen_decimal(&g);
        ph_decimal got = untouched;
        uint8_t scale = (uint8_t)ph_gen_below(&g, PH_DECIMAL_MAX_SCALE + 1);
        __int128 wide = (__int128)d.mantissa * ph_pow10(scale);
        int64_t unit = ph_pow10(d.scale);
        bool fits = wide % unit == 0 && wide / unit <= MAX && wide / unit >= -MAX;
        assert_int_equal(ph_decimal_rescale(d, scale, &got), fits ? PH_OK : PH_RANGE);
        if (fits)
            assert_decimal(got, (int64_t)(wide / unit), scale);
        ph_decimal trimmed = ph_decimal_trim(d);
        assert_int_equal(ph_decimal_cmp(trimmed, d), 0);
        assert_true(trimmed.scale == 0 || trimmed.mantissa % 10 != 0);
    }
}

static void trim_drops_zeros_of_the_scale_only(void **state)
{
    (void)state;
    assert_decimal(ph_decimal_trim((ph_decimal){150, 2}), 15, 1);
    assert_decimal(ph_decimal_trim((ph_decimal){300, 2}), 3, 0);
    assert_decimal(ph_decimal_trim((ph_decimal){300, 0}), 300, 0);
    assert_decimal(ph_decimal_trim((ph_decimal){0, 6}), 0, 0);
    assert_decimal(ph_decimal_trim((ph_decimal){-1200, 3}), -12, 1);
}

static void order_agrees_with_wide_arithmetic(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("order_agrees_with_wide_arithmetic");
    for (int i = 0; i < ROUNDS; i++) {
        ph_decimal a = gen_decimal(&g);
        ph_decimal b = (i & 3) == 0 ? ph_decimal_trim(a) : gen_decimal(&g);
        __int128 left = (__int128)a.mantissa * ph_pow10(PH_DECIMAL_MAX_SCALE - (unsigned)a.scale);
        __int128 right = (__int128)b.mantissa * ph_pow10(PH_DECIMAL_MAX_SCALE - (unsigned)b.scale);
        int cmp = ph_decimal_cmp(a, b);
        assert_int_equal((cmp > 0) - (cmp < 0), (left > right) - (left < right));
        assert_int_equal(ph_decimal_cmp(b, a), -cmp);
    }
    assert_true(ph_decimal_cmp((ph_decimal){MAX, 0}, (ph_decimal){MAX, 6}) > 0);
    assert_true(ph_decimal_cmp((ph_decimal){-MAX, 0}, (ph_decimal){-MAX, 6}) < 0);
}

static void division_rounds_half_away_from_zero(void **state)
{
    (void)state;
    static const struct {
        int64_t num;
        uint8_t num_scale;
        int64_t den;
        uint8_t scale;
        int64_t mantissa;
    } cases[] = {
        {1, 0, 2, 0, 1},      {-1, 0, 2, 0, -1},    {1, 0, 3, 0, 0},        {-1, 0, 3, 0, 0},
        {2, 0, 3, 0, 1},      {5, 0, 2, 0, 3},      {-5, 0, 2, 0, -3},      {4, 0, 2, 0, 2},
        {1, 0, 3, 6, 333333}, {2, 0, 3, 6, 666667}, {-2, 0, 3, 6, -666667}, {15, 1, 1, 0, 2},
        {149, 2, 1, 0, 1},    {125, 2, 1, 1, 13},   {-125, 2, 1, 1, -13},   {124, 2, 1, 1, 12},
        {0, 6, 7, 2, 0},      {4749, 2, 9, 2, 528}, {4999, 4, 1, 0, 0},     {5000, 4, 1, 0, 1},
        {-4999, 4, 1, 0, 0},  {-5000, 4, 1, 0, -1}, {1, 255, 1, 6, 0},      {INT64_MAX, 60, INT64_MAX, 6, 0},
        {5, 19, 1, 0, 0},     {MAX, 0, 1, 0, MAX},  {-MAX, 0, 1, 0, -MAX},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_decimal d = untouched;
        assert_int_equal(ph_decimal_divide(cases[i].num, cases[i].num_scale, cases[i].den, cases[i].scale, &d), PH_OK);
        assert_decimal(d, cases[i].mantissa, cases[i].scale);
    }
}

static void division_at_the_limits(void **state)
{
    (void)state;
    const __int128 biggest = (__int128)((~(unsigned __int128)0) >> 1);
    const __int128 smallest = -biggest - 1;
    static const struct {
        int64_t num;
        int64_t den;
        uint8_t scale;
        ph_rc rc;
    } cases[] = {
        {MAX, 1, 0, PH_OK},
        {MAX, 1, 1, PH_RANGE},
        {MAX + 1, 1, 0, PH_RANGE},
        {-MAX - 1, 1, 0, PH_RANGE},
        {2 * MAX, 2, 0, PH_OK},
        {2 * MAX + 1, 2, 0, PH_RANGE},
        {-2 * MAX - 1, 2, 0, PH_RANGE},
        {3 * MAX + 1, 3, 0, PH_OK},
        {1, 0, 0, PH_BUG},
        {1, -1, 0, PH_BUG},
        {1, 1, 7, PH_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_decimal d = untouched;
        assert_int_equal(ph_decimal_divide(cases[i].num, 0, cases[i].den, cases[i].scale, &d), cases[i].rc);
        if (cases[i].rc != PH_OK)
            assert_decimal(d, 77, 3);
    }
    ph_decimal d = untouched;
    assert_int_equal(ph_decimal_divide(biggest, 0, biggest, 0, &d), PH_OK);
    assert_decimal(d, 1, 0);
    assert_int_equal(ph_decimal_divide(smallest, 0, biggest, 0, &d), PH_OK);
    assert_decimal(d, -1, 0);
    assert_int_equal(ph_decimal_divide(biggest, 0, biggest, 1, &d), PH_RANGE); /* num * 10 overflows */
    assert_int_equal(ph_decimal_divide(smallest, 1, biggest, 0, &d), PH_OK);   /* den * 10 overflows: -0.1 */
    assert_decimal(d, 0, 0);
    assert_int_equal(ph_decimal_divide(smallest, 1, biggest / 10 + 1, 0, &d), PH_OK); /* twice the rest is 2^128 */
    assert_decimal(d, -1, 0);
    assert_int_equal(ph_decimal_divide(biggest, 0, 1, 0, &d), PH_RANGE);
    assert_int_equal(ph_decimal_divide(smallest, 38, 1, 6, &d), PH_OK); /* -2^127 / 10^38 */
    assert_decimal(d, -1701412, 6);
    /* 64 members with values at the limit and weights of 10^12. */
    __int128 sum = (__int128)64 * MAX * INT64_C(1000000000000);
    assert_int_equal(ph_decimal_divide(sum, 0, (__int128)64 * INT64_C(1000000000000), 0, &d), PH_OK);
    assert_decimal(d, MAX, 0);
    assert_int_equal(ph_decimal_divide(sum, 6, (__int128)64 * INT64_C(1000000000000), 6, &d), PH_OK);
    assert_decimal(d, MAX, 6);
}

/* |2 * (result * divisor - num)| <= divisor, and where it is equal the result is the one further from zero. */
static void division_is_the_nearest(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("division_is_the_nearest");
    for (int i = 0; i < ROUNDS; i++) {
        __int128 num = (__int128)ph_gen_signed(&g, MAX) * (1 + (__int128)ph_gen_below(&g, 1000));
        int64_t den = 1 + (int64_t)ph_gen_below(&g, (i & 1) != 0 ? 12 : 1000000000);
        uint8_t num_scale = (uint8_t)ph_gen_below(&g, 13);
        uint8_t scale = (uint8_t)ph_gen_below(&g, PH_DECIMAL_MAX_SCALE + 1);
        ph_decimal d = untouched;
        __int128 n = num * ph_pow10(scale);
        __int128 by = (__int128)den * ph_pow10(num_scale);
        if (ph_decimal_divide(num, num_scale, den, scale, &d) != PH_OK) {
            assert_true(n / by >= MAX || n / by <= -MAX);
            continue;
        }
        __int128 off = 2 * (d.mantissa * by - n);
        assert_int_equal(d.scale, scale);
        assert_true((off < 0 ? -off : off) <= by);
        if (off == by || off == -by)
            assert_true(num > 0 ? off > 0 : off < 0);
    }
}

static void powers_of_ten(void **state)
{
    (void)state;
    int64_t p = 1;
    for (unsigned n = 0; n <= 18; n++, p = n <= 18 ? p * 10 : p)
        assert_int_equal(ph_pow10(n), p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(canonical_texts_are_read),
        cmocka_unit_test(all_other_texts_are_refused),
        cmocka_unit_test(a_very_long_text_is_out_of_range),
        cmocka_unit_test(print_and_parse_are_inverse),
        cmocka_unit_test(check_draws_the_limits),
        cmocka_unit_test(rescale_is_exact_or_refused),
        cmocka_unit_test(rescale_agrees_with_wide_arithmetic),
        cmocka_unit_test(trim_drops_zeros_of_the_scale_only),
        cmocka_unit_test(order_agrees_with_wide_arithmetic),
        cmocka_unit_test(division_rounds_half_away_from_zero),
        cmocka_unit_test(division_at_the_limits),
        cmocka_unit_test(division_is_the_nearest),
        cmocka_unit_test(powers_of_ten),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
