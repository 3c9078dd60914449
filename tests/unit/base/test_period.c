/* test_period - reference periods over all years: text, range, order.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_gen.h"
#include "ph_time.h"

static const struct {
    ph_freq freq;
    unsigned per_year;
} freqs[] = {{PH_FREQ_A, 1}, {PH_FREQ_S, 2}, {PH_FREQ_Q, 4}, {PH_FREQ_M, 12}};

static void texts_and_their_ranges(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        const char *from;
        const char *to;
    } cases[] = {
        {"2023", "2023-01-01", "2024-01-01"},    {"2023-S1", "2023-01-01", "2023-07-01"},
        {"2023-S2", "2023-07-01", "2024-01-01"}, {"2023-Q1", "2023-01-01", "2023-04-01"},
        {"2023-Q2", "2023-04-01", "2023-07-01"}, {"2023-Q4", "2023-10-01", "2024-01-01"},
        {"2023-06", "2023-06-01", "2023-07-01"}, {"2023-12", "2023-12-01", "2024-01-01"},
        {"2024-02", "2024-02-01", "2024-03-01"}, {"0001", "0001-01-01", "0002-01-01"},
        {"9998-12", "9998-12-01", "9999-01-01"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_period p = {0};
        ph_date from = 0;
        ph_date to = 0;
        char text[PH_PERIOD_TEXT_BYTES];
        char date[PH_DATE_TEXT_BYTES];
        assert_int_equal(ph_period_parse(ph_span_str(cases[i].text), &p), PH_OK);
        assert_int_equal(ph_period_print(p, text), strlen(cases[i].text));
        assert_string_equal(text, cases[i].text);
        ph_period_range(p, &from, &to);
        (void)ph_date_print(from, date);
        assert_string_equal(date, cases[i].from);
        (void)ph_date_print(to, date);
        assert_string_equal(date, cases[i].to);
    }
}

static void nothing_else_is_a_period(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ph_rc rc;
    } cases[] = {
        {"", PH_MALFORMED},         {"23", PH_MALFORMED},         {"2023-", PH_MALFORMED},    {"2023-6", PH_MALFORMED},
        {"202306", PH_MALFORMED},   {"2023S1", PH_MALFORMED},     {"2023Q2", PH_MALFORMED},   {"2023-s1", PH_MALFORMED},
        {"2023-q2", PH_MALFORMED},  {"2023-A1", PH_MALFORMED},    {"2023-M06", PH_MALFORMED}, {"2023-T1", PH_MALFORMED},
        {"2023-W24", PH_MALFORMED}, {"2023-06-30", PH_MALFORMED}, {"2023_S1", PH_MALFORMED},  {"2023-SA", PH_MALFORMED},
        {"2023-S:", PH_MALFORMED},  {"2023-0a", PH_MALFORMED},    {"a023", PH_MALFORMED},     {" 2023", PH_MALFORMED},
        {"2023-Q ", PH_MALFORMED},  {"2023-S-1", PH_MALFORMED},   {"-023", PH_MALFORMED},     {"2023-1S", PH_MALFORMED},
        {"2023-S0", PH_RANGE},      {"2023-S3", PH_RANGE},        {"2023-Q0", PH_RANGE},      {"2023-Q5", PH_RANGE},
        {"2023-00", PH_RANGE},      {"2023-13", PH_RANGE},        {"2023-99", PH_RANGE},      {"0000", PH_RANGE},
        {"9999", PH_RANGE},         {"9999-12", PH_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_period p = {.freq = PH_FREQ_Q, .year = 1, .index = 3};
        ph_rc rc = ph_period_parse(ph_span_str(cases[i].text), &p);
        if (rc != cases[i].rc)
            print_error("`%s`\n", cases[i].text);
        assert_int_equal(rc, cases[i].rc);
        assert_true(ph_period_eq(p, (ph_period){.freq = PH_FREQ_Q, .year = 1, .index = 3}));
    }
}

/* The periods of each frequency follow one another without gap, and each text leads back to its period. */
static void they_tile_all_years(void **state)
{
    (void)state;
    for (size_t f = 0; f < 4; f++) {
        ph_date expected = -719162;
        for (unsigned year = 1; year <= 9998; year++)
            for (unsigned index = 1; index <= freqs[f].per_year; index++) {
                ph_period p = {.freq = freqs[f].freq, .year = (uint16_t)year, .index = (uint8_t)index};
                ph_period back = {0};
                ph_date from = 0;
                ph_date to = 0;
                char text[PH_PERIOD_TEXT_BYTES];
                ph_period_range(p, &from, &to);
                assert_int_equal(from, expected);
                int days = to - from;
                int months = 12 / (int)freqs[f].per_year;
                assert_true(days >= 28 * months && days <= 31 * months);
                expected = to;
                size_t len = ph_period_print(p, text);
                assert_int_equal(ph_period_parse(ph_span_of(text, len), &back), PH_OK);
                assert_true(ph_period_eq(p, back));
            }
    }
}

static void february_knows_leap_years(void **state)
{
    (void)state;
    static const struct {
        uint16_t year;
        int days;
    } cases[] = {{1900, 28}, {2000, 29}, {2023, 28}, {2024, 29}, {2100, 28}, {2400, 29}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_date from = 0;
        ph_date to = 0;
        ph_period_range((ph_period){.freq = PH_FREQ_M, .year = cases[i].year, .index = 2}, &from, &to);
        assert_int_equal(to - from, cases[i].days);
    }
}

static ph_period gen_period(ph_gen *g)
{
    size_t f = ph_gen_below(g, 4);
    return (ph_period){.freq = freqs[f].freq,
                       .year = (uint16_t)(2020 + ph_gen_below(g, 5)),
                       .index = (uint8_t)(1 + ph_gen_below(g, freqs[f].per_year))};
}

static void order_is_by_first_day_then_longer_first(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("order_is_by_first_day_then_longer_first");
    for (int i = 0; i < 20000; i++) {
        ph_period a = gen_period(&g);
        ph_period b = gen_period(&g);
        ph_date from_a = 0;
        ph_date to_a = 0;
        ph_date from_b = 0;
        ph_date to_b = 0;
        ph_period_range(a, &from_a, &to_a);
        ph_period_range(b, &from_b, &to_b);
        int want = from_a != from_b ? (from_a > from_b) - (from_a < from_b) : (to_a < to_b) - (to_a > to_b);
        assert_int_equal(ph_period_cmp(a, b), want);
        assert_int_equal(want == 0, ph_period_eq(a, b));
    }
    static const char *const sorted[] = {"2023",    "2023-S1", "2023-Q1", "2023-01",
                                         "2023-02", "2023-Q2", "2023-S2", "2024"};
    for (size_t i = 0; i + 1 < sizeof sorted / sizeof sorted[0]; i++) {
        ph_period a = {0};
        ph_period b = {0};
        assert_int_equal(ph_period_parse(ph_span_str(sorted[i]), &a), PH_OK);
        assert_int_equal(ph_period_parse(ph_span_str(sorted[i + 1]), &b), PH_OK);
        assert_true(ph_period_cmp(a, b) < 0);
    }
}

/* No struct, however damaged, writes beyond its array. */
static void printing_is_total(void **state)
{
    (void)state;
    for (int freq = 0; freq < 256; freq++) {
        char text[PH_PERIOD_TEXT_BYTES];
        ph_period p = {.freq = (ph_freq)freq, .year = UINT16_MAX, .index = UINT8_MAX};
        ph_date from = 0;
        ph_date to = 0;
        size_t len = ph_period_print(p, text);
        assert_true(len < sizeof text && text[len] == '\0');
        ph_period_range(p, &from, &to);
        assert_int_equal(ph_period_cmp(p, p), 0);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(texts_and_their_ranges),
        cmocka_unit_test(nothing_else_is_a_period),
        cmocka_unit_test(they_tile_all_years),
        cmocka_unit_test(february_knows_leap_years),
        cmocka_unit_test(order_is_by_first_day_then_longer_first),
        cmocka_unit_test(printing_is_total),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
