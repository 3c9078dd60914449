/* test_decimal_human - numbers as people write them: what is taken, refused, or asked back.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "ph_decimal.h"
#include "ph_gen.h"

#define NBSP  "\xC2\xA0"
#define NNBSP "\xE2\x80\xAF"
#define THIN  "\xE2\x80\x89"
#define MINUS "\xE2\x88\x92"

/* What one text gives: "m" malformed, "r" out of range, a number, or "vi|other" for both readings. */
typedef struct expectation {
    const char *text;
    const char *plain;
    const char *vi;
    const char *unsaid;
} expectation;

static void assert_reading(const char *text, ph_notation notation, const char *want)
{
    const ph_decimal untouched = {.mantissa = 77, .scale = 3};
    ph_decimal d = untouched;
    ph_decimal other = untouched;
    char got[2 * PH_DECIMAL_TEXT_BYTES + 1] = "";
    char plain[PH_DECIMAL_TEXT_BYTES];
    ph_rc rc = ph_decimal_parse_human(ph_span_str(text), notation, &d, &other);

    if (rc == PH_MALFORMED || rc == PH_RANGE) {
        assert_int_equal(d.mantissa, untouched.mantissa);
        assert_int_equal(other.mantissa, untouched.mantissa);
        (void)snprintf(got, sizeof got, "%s", rc == PH_MALFORMED ? "m" : "r");
    } else {
        size_t len = ph_decimal_print(d, got);
        if (rc == PH_AMBIGUOUS) {
            (void)ph_decimal_print(other, plain);
            (void)snprintf(got + len, sizeof got - len, "|%s", plain);
        } else {
            assert_int_equal(rc, PH_OK);
            assert_int_equal(other.mantissa, untouched.mantissa);
        }
    }
    if (strcmp(got, want) != 0)
        print_error("`%s` in notation %d\n", text, (int)notation);
    assert_string_equal(got, want);
    assert_int_equal(ph_decimal_parse_human(ph_span_str(text), notation, &d, NULL), rc);
}

static const expectation readings[] = {
    /* text, plain, vi, unsaid */
    {"0", "0", "0", "0"},
    {"5", "5", "5", "5"},
    {"1234", "1234", "1234", "1234"},
    {"12.59", "12.59", "m", "12.59"},
    {"12,59", "m", "12.59", "12.59"},
    {"1.439", "1.439", "1439", "1439|1.439"},
    {"1,439", "m", "1.439", "1.439|1439"},
    {"-1.439", "-1.439", "-1439", "-1439|-1.439"},
    {"1.000", "1.000", "1000", "1000|1.000"},
    {"1.234,5", "m", "1234.5", "1234.5"},
    {"1,234.5", "m", "m", "1234.5"},
    {"1.234,56", "m", "1234.56", "1234.56"},
    {"1,234.56", "m", "m", "1234.56"},
    {"1.234.567", "m", "1234567", "1234567"},
    {"1,234,567", "m", "m", "1234567"},
    {"1.234.567,891", "m", "1234567.891", "1234567.891"},
    {"1234,567", "m", "1234.567", "1234.567"},
    {"1234.567", "1234.567", "m", "1234.567"},
    {"0.123", "0.123", "m", "0.123"},
    {"0,123", "m", "0.123", "0.123"},
    {"0.5", "0.5", "m", "0.5"},
    {"1.5", "1.5", "m", "1.5"},
    {"1.23456", "1.23456", "m", "1.23456"},
    /* blanks group, one kind in a number */
    {"1 234", "m", "1234", "1234"},
    {"1 234,5", "m", "1234.5", "1234.5"},
    {"1 234.5", "m", "m", "1234.5"},
    {"1" NBSP "234" NBSP "567,8", "m", "1234567.8", "1234567.8"},
    {"1" NNBSP "234,5", "m", "1234.5", "1234.5"},
    {"1" THIN "234,5", "m", "1234.5", "1234.5"},
    {"1 234" NBSP "567", "m", "1234567", "1234567"},
    {"1 234.567,8", "m", "m", "m"},
    {"1.234 567", "m", "m", "m"},
    {"1  234", "m", "m", "m"},
    {"12 34", "m", "m", "m"},
    {"1 2345", "m", "m", "m"},
    {"1234 567", "m", "m", "m"},
    /* around it */
    {"  12,5\t", "m", "12.5", "12.5"},
    {NBSP "12.5" NBSP, "12.5", "m", "12.5"},
    {"9,46%", "m", "9.46", "9.46"},
    {"9,46 %", "m", "9.46", "9.46"},
    {"9.46" NBSP "%", "9.46", "m", "9.46"},
    {"9,46%%", "m", "m", "m"},
    {"%", "m", "m", "m"},
    {"%9,46", "m", "m", "m"},
    {"+5", "5", "5", "5"},
    {"-5", "-5", "-5", "-5"},
    {MINUS "12,59", "m", "-12.59", "-12.59"},
    {MINUS "12.59", "-12.59", "m", "-12.59"},
    {"-0", "0", "0", "0"},
    {"-0,0", "m", "0.0", "0.0"},
    {"- 5", "m", "m", "m"},
    {"+-5", "m", "m", "m"},
    {"--5", "m", "m", "m"},
    {"5-", "m", "m", "m"},
    {"\xE2\x80\x93"
     "5",
     "m", "m", "m"}, /* en dash */
    /* never */
    {"", "m", "m", "m"},
    {" ", "m", "m", "m"},
    {"-", "m", "m", "m"},
    {"(9,46)", "m", "m", "m"},
    {"(9.46)", "m", "m", "m"},
    {"1e5", "m", "m", "m"},
    {"1,23E+11", "m", "m", "m"},
    {"1.23E+11", "m", "m", "m"},
    {"NaN", "m", "m", "m"},
    {"-inf", "m", "m", "m"},
    {"#N/A", "m", "m", "m"},
    {"0x1F", "m", "m", "m"},
    {"1'234", "m", "m", "m"},
    {".5", "m", "m", "m"},
    {",5", "m", "m", "m"},
    {"5.", "m", "m", "m"},
    {"5,", "m", "m", "m"},
    {"1.", "m", "m", "m"},
    {"1.2.3", "m", "m", "m"},
    {"1,2,3", "m", "m", "m"},
    {"1.23.456", "m", "m", "m"},
    {"1.234.56", "m", "m", "m"},
    {"1.234,5.6", "m", "m", "m"},
    {"1,234.567,8", "m", "m", "m"},
    {"1..234", "m", "m", "m"},
    {"1234.567,8", "m", "m", "m"},
    {"12 tỷ", "m", "m", "m"},
    {"\xEF\xBC\x95", "m", "m", "m"}, /* fullwidth five */
    {"5\xC2", "m", "m", "m"},
    {"\xE2\x88", "m", "m", "m"},
    /* leading zeros: an id or a date, not a number */
    {"007", "m", "m", "m"},
    {"00", "m", "m", "m"},
    {"01,5", "m", "m", "m"},
    {"0.001.000", "m", "m", "m"},
    {"01/02/2026", "m", "m", "m"},
    /* too much of it */
    {"1,2345678", "m", "r", "r"},
    {"1.2345678", "r", "m", "r"},
    {"1000000000000000", "1000000000000000", "1000000000000000", "1000000000000000"},
    {"1000000000000001", "r", "r", "r"},
    {"1.000.000.000.000.001", "m", "r", "r"},
    {"1,000,000,000,000,001", "m", "m", "r"},
    {"1.000.000.000.000.000", "m", "1000000000000000", "1000000000000000"},
    {"99999999999999999999999999999999999999999", "r", "r", "r"},
};

static void texts_and_their_readings(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof readings / sizeof readings[0]; i++) {
        assert_reading(readings[i].text, PH_NOTATION_PLAIN, readings[i].plain);
        assert_reading(readings[i].text, PH_NOTATION_VI, readings[i].vi);
        assert_reading(readings[i].text, PH_NOTATION_UNSAID, readings[i].unsaid);
    }
}

static void people_read_what_they_write(void **state)
{
    (void)state;
    static const struct {
        ph_decimal d;
        const char *vi;
        const char *plain;
    } cases[] = {
        {{0, 0}, "0", "0"},
        {{999, 0}, "999", "999"},
        {{-999, 0}, "-999", "-999"},
        {{1000, 0}, "1.000", "1000"},
        {{-100000, 0}, "-100.000", "-100000"},
        {{12345, 1}, "1.234,5", "1234.5"},
        {{-1259, 2}, "-12,59", "-12.59"},
        {{1, 6}, "0,000001", "0.000001"},
        {{1000000000, 6}, "1.000,000000", "1000.000000"},
        {{PH_DECIMAL_MAX_MANTISSA, 0}, "1.000.000.000.000.000", "1000000000000000"},
        {{-PH_DECIMAL_MAX_MANTISSA, 6}, "-1.000.000.000,000000", "-1000000000.000000"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[2 * PH_DECIMAL_TEXT_BYTES];
        assert_int_equal(ph_decimal_print_human(cases[i].d, PH_NOTATION_VI, text), strlen(cases[i].vi));
        assert_string_equal(text, cases[i].vi);
        assert_int_equal(ph_decimal_print_human(cases[i].d, PH_NOTATION_PLAIN, text), strlen(cases[i].plain));
        assert_string_equal(text, cases[i].plain);
    }
}

static void print_and_parse_are_inverse(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("print_and_parse_are_inverse");
    for (int i = 0; i < 20000; i++) {
        ph_decimal d = {.mantissa = ph_gen_signed(&g, PH_DECIMAL_MAX_MANTISSA), .scale = (uint8_t)ph_gen_below(&g, 7)};
        ph_notation notation = (i & 1) != 0 ? PH_NOTATION_VI : PH_NOTATION_PLAIN;
        ph_decimal back = {0};
        char text[2 * PH_DECIMAL_TEXT_BYTES];
        size_t len = ph_decimal_print_human(d, notation, text);
        assert_int_equal(ph_decimal_parse_human(ph_span_of(text, len), notation, &back, NULL), PH_OK);
        assert_int_equal(back.mantissa, d.mantissa);
        assert_int_equal(back.scale, d.scale);
        /* Undeclared it is never read as another number: the writer's own reading, or a question. */
        ph_decimal other = {0};
        ph_rc rc = ph_decimal_parse_human(ph_span_of(text, len), PH_NOTATION_UNSAID, &back, &other);
        if (rc == PH_AMBIGUOUS && ph_decimal_cmp(back, d) != 0)
            back = other;
        else
            assert_true(rc == PH_OK || rc == PH_AMBIGUOUS);
        assert_int_equal(ph_decimal_cmp(back, d), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_their_readings),
        cmocka_unit_test(people_read_what_they_write),
        cmocka_unit_test(print_and_parse_are_inverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
