/* test_time - the calendar day by day, and instants at every border of RFC 3339.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_gen.h"
#include "ph_time.h"

enum { FIRST = -719162, LAST = 2932896 };
#define LAST_US (INT64_C(253402300800) * PH_US_PER_S - 1)

static bool leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

/* Every day of the years 1 to 9999, counted on by the rules that children learn. */
static void every_day_has_its_number(void **state)
{
    (void)state;
    static const int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    ph_date expected = FIRST;
    for (int year = 1; year <= 9999; year++)
        for (int month = 1; month <= 12; month++) {
            int length = lengths[month - 1] + (month == 2 && leap(year) ? 1 : 0);
            for (int day = 1; day <= length; day++, expected++) {
                ph_date d = 0;
                int y = 0;
                int m = 0;
                int dd = 0;
                if (ph_date_from_civil(year, month, day, &d) != PH_OK || d != expected)
                    fail_msg("%d-%d-%d", year, month, day);
                ph_date_to_civil(d, &y, &m, &dd);
                if (y != year || m != month || dd != day)
                    fail_msg("%d-%d-%d gives %d-%d-%d", year, month, day, y, m, dd);
            }
            ph_date past = 7;
            assert_int_equal(ph_date_from_civil(year, month, length + 1, &past), PH_RANGE);
            assert_int_equal(past, 7);
        }
    assert_int_equal(expected, LAST + 1);
}

static void known_days(void **state)
{
    (void)state;
    ph_date d = 7;
    assert_int_equal(ph_date_from_civil(1970, 1, 1, &d), PH_OK);
    assert_int_equal(d, 0);
    assert_int_equal(ph_date_from_civil(2000, 2, 29, &d), PH_OK);
    assert_int_equal(d, 11016);
    assert_int_equal(ph_date_from_civil(2023, 6, 30, &d), PH_OK);
    assert_int_equal(d, 19538);
    static const int bad[][3] = {
        {0, 1, 1},     {-1, 1, 1},        {10000, 1, 1},        {2023, 0, 1},        {2023, 13, 1},
        {2023, 1, 0},  {2023, 1, -1},     {2023, 2, 29},        {1900, 2, 29},       {2023, 2, 31},
        {2023, 6, 31}, {INT32_MAX, 1, 1}, {2023, INT32_MAX, 1}, {2023, 1, INT32_MIN}};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(ph_date_from_civil(bad[i][0], bad[i][1], bad[i][2], &d), PH_RANGE);
}

static void dates_in_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ph_rc rc;
    } cases[] = {
        {"2023-06-30", PH_OK},
        {"0001-01-01", PH_OK},
        {"9999-12-31", PH_OK},
        {"2024-02-29", PH_OK},
        {"2023-02-29", PH_RANGE},
        {"2023-02-31", PH_RANGE},
        {"0000-01-01", PH_RANGE},
        {"2023-00-10", PH_RANGE},
        {"2023-13-01", PH_RANGE},
        {"2023-06-00", PH_RANGE},
        {"", PH_MALFORMED},
        {"2023-6-30", PH_MALFORMED},
        {"2023-06-3", PH_MALFORMED},
        {"2023-06-300", PH_MALFORMED},
        {"2023/06/30", PH_MALFORMED},
        {"30/06/2023", PH_MALFORMED},
        {"31-02-2023", PH_MALFORMED},
        {"20230630", PH_MALFORMED},
        {" 2023-06-30", PH_MALFORMED},
        {"2023-06-30 ", PH_MALFORMED},
        {"+023-06-30", PH_MALFORMED},
        {"-023-06-30", PH_MALFORMED},
        {"2023-06-3a", PH_MALFORMED},
        {"45107", PH_MALFORMED},
        {"2023-06-30T", PH_MALFORMED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_date d = 12345678;
        char text[PH_DATE_TEXT_BYTES];
        assert_int_equal(ph_date_parse(ph_span_str(cases[i].text), &d), cases[i].rc);
        if (cases[i].rc != PH_OK) {
            assert_int_equal(d, 12345678);
            continue;
        }
        assert_int_equal(ph_date_print(d, text), 10);
        assert_string_equal(text, cases[i].text);
    }
}

static void a_day_begins_at_17_utc_the_day_before(void **state)
{
    (void)state;
    ph_date d = 0;
    int64_t us = 0;
    assert_int_equal(ph_date_parse(ph_span_str("2023-07-01"), &d), PH_OK);
    assert_int_equal(ph_time_parse(ph_span_str("2023-06-30T17:00:00Z"), &us), PH_OK);
    assert_int_equal(ph_date_begin_us(d), us);
    assert_int_equal(ph_date_of_us(us), d);
    assert_int_equal(ph_date_of_us(us - 1), d - 1);
    assert_int_equal(ph_date_of_us(us + PH_US_PER_DAY - 1), d);
    assert_int_equal(ph_date_of_us(us + PH_US_PER_DAY), d + 1);
    for (d = FIRST; d <= LAST; d += 997) {
        assert_int_equal(ph_date_of_us(ph_date_begin_us(d)), d);
        if (d > FIRST)
            assert_int_equal(ph_date_of_us(ph_date_begin_us(d) - 1), d - 1);
    }
}

static void what_lies_outside_is_taken_to_the_border(void **state)
{
    (void)state;
    char text[PH_TIME_TEXT_BYTES];
    assert_int_equal(ph_date_of_us(INT64_MAX), LAST);
    assert_int_equal(ph_date_of_us(INT64_MIN), FIRST);
    assert_int_equal(ph_date_begin_us(INT32_MAX), ph_date_begin_us(LAST));
    assert_int_equal(ph_date_begin_us(INT32_MIN), ph_date_begin_us(FIRST));
    (void)ph_date_print(INT32_MAX, text);
    assert_string_equal(text, "9999-12-31");
    (void)ph_date_print(INT32_MIN, text);
    assert_string_equal(text, "0001-01-01");
    assert_int_equal(ph_time_print_utc(INT64_MAX, text), 27);
    assert_string_equal(text, "9999-12-31T23:59:59.999999Z");
    (void)ph_time_print_utc(INT64_MIN, text);
    assert_string_equal(text, "0001-01-01T00:00:00Z");
    (void)ph_time_print_local(INT64_MAX, text);
    assert_string_equal(text, "9999-12-31 23:59:59");
    (void)ph_time_print_local(INT64_MIN, text);
    assert_string_equal(text, "0001-01-01 07:00:00");
}

static void instants_in_text(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        int64_t us;
    } cases[] = {
        {"1970-01-01T00:00:00Z", 0},
        {"1970-01-01T07:00:00+07:00", 0},
        {"1969-12-31T19:00:00-05:00", 0},
        {"1970-01-01T00:00:00-00:00", 0},
        {"1970-01-01T00:00:00.000001Z", 1},
        {"1970-01-01T00:00:00.1Z", 100000},
        {"1970-01-01T00:00:00.10Z", 100000},
        {"1970-01-01T00:00:01.123456Z", 1123456},
        {"2023-07-15T17:00:00+07:00", INT64_C(1689415200000000)},
        {"2023-07-15T10:00:00Z", INT64_C(1689415200000000)},
        {"2024-02-29T23:59:59Z", INT64_C(1709251199000000)},
        {"9999-12-31T23:59:59.999999Z", LAST_US},
        {"1970-01-02T00:00:00+23:59", 60 * PH_US_PER_S},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t us = -1;
        assert_int_equal(ph_time_parse(ph_span_str(cases[i].text), &us), PH_OK);
        assert_int_equal(us, cases[i].us);
    }
}

static void other_instants_are_refused(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        ph_rc rc;
    } cases[] = {
        {"", PH_MALFORMED},
        {"2023-07-15", PH_MALFORMED},
        {"2023-07-15T10:00:00", PH_MALFORMED},
        {"2023-07-15T10:00Z", PH_MALFORMED},
        {"2023-07-15 10:00:00Z", PH_MALFORMED},
        {"2023-07-15t10:00:00Z", PH_MALFORMED},
        {"2023-07-15T10:00:00z", PH_MALFORMED},
        {"2023-07-15T10:00:00ZZ", PH_MALFORMED},
        {"2023-07-15T10:00:00Z ", PH_MALFORMED},
        {"2023-07-15T10:00:00.Z", PH_MALFORMED},
        {"2023-07-15T10:00:00.1234567Z", PH_MALFORMED},
        {"2023-07-15T10:00:00.12", PH_MALFORMED},
        {"2023-07-15T10:00:00,5Z", PH_MALFORMED},
        {"2023-07-15T10:00:00+07", PH_MALFORMED},
        {"2023-07-15T10:00:00+0700", PH_MALFORMED},
        {"2023-07-15T10:00:00+07:00Z", PH_MALFORMED},
        {"2023-07-15T10:00:00+7:00", PH_MALFORMED},
        {"2023-7-15T10:00:00Z", PH_MALFORMED},
        {"2023-W28-6T10:00:00Z", PH_MALFORMED},
        {"2023-07-15T24:00:00Z", PH_RANGE},
        {"2023-07-15T10:60:00Z", PH_RANGE},
        {"2016-12-31T23:59:60Z", PH_RANGE},
        {"2023-02-29T10:00:00Z", PH_RANGE},
        {"2023-07-15T10:00:00+24:00", PH_RANGE},
        {"2023-07-15T10:00:00+07:60", PH_RANGE},
        {"1969-12-31T23:59:59.999999Z", PH_RANGE},
        {"1970-01-01T06:59:59+07:00", PH_RANGE},
        {"9999-12-31T23:59:59-00:01", PH_RANGE},
        {"0000-01-01T00:00:00Z", PH_RANGE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        int64_t us = -7;
        ph_rc rc = ph_time_parse(ph_span_str(cases[i].text), &us);
        if (rc != cases[i].rc)
            print_error("`%s`\n", cases[i].text);
        assert_int_equal(rc, cases[i].rc);
        assert_int_equal(us, -7);
    }
}

static void printed_instants(void **state)
{
    (void)state;
    static const struct {
        int64_t us;
        const char *utc;
        const char *local;
    } cases[] = {
        {0, "1970-01-01T00:00:00Z", "1970-01-01 07:00:00"},
        {1, "1970-01-01T00:00:00.000001Z", "1970-01-01 07:00:00"},
        {INT64_C(1689415200000000), "2023-07-15T10:00:00Z", "2023-07-15 17:00:00"},
        {INT64_C(1688144399999999), "2023-06-30T16:59:59.999999Z", "2023-06-30 23:59:59"},
        {INT64_C(1688144400000000), "2023-06-30T17:00:00Z", "2023-07-01 00:00:00"},
        {-1, "1969-12-31T23:59:59.999999Z", "1970-01-01 06:59:59"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[PH_TIME_TEXT_BYTES];
        assert_int_equal(ph_time_print_utc(cases[i].us, text), strlen(cases[i].utc));
        assert_string_equal(text, cases[i].utc);
        assert_int_equal(ph_time_print_local(cases[i].us, text), strlen(cases[i].local));
        assert_string_equal(text, cases[i].local);
    }
}

static void print_and_parse_are_inverse(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("print_and_parse_are_inverse");
    for (int i = 0; i < 20000; i++) {
        int64_t us = (int64_t)ph_gen_below(&g, (uint64_t)LAST_US + 1);
        int64_t back = -1;
        char text[PH_TIME_TEXT_BYTES];
        us -= (i & 1) != 0 ? us % PH_US_PER_S : 0;
        size_t len = ph_time_print_utc(us, text);
        assert_true(len == 20 || len == 27);
        assert_int_equal(ph_time_parse(ph_span_of(text, len), &back), PH_OK);
        assert_int_equal(back, us);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_day_has_its_number),
        cmocka_unit_test(known_days),
        cmocka_unit_test(dates_in_text),
        cmocka_unit_test(a_day_begins_at_17_utc_the_day_before),
        cmocka_unit_test(what_lies_outside_is_taken_to_the_border),
        cmocka_unit_test(instants_in_text),
        cmocka_unit_test(other_instants_are_refused),
        cmocka_unit_test(printed_instants),
        cmocka_unit_test(print_and_parse_are_inverse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
