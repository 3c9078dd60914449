/* ph_time - instants and dates; the zone of all dates is UTC+7, without DST.   Layer: base/core (pure) */
#include "ph_time.h"

#include <stdio.h>

/* 0001-01-01 and 9999-12-31. */
enum { FIRST_DATE = -719162, LAST_DATE = 2932896 };
#define LAST_US ((LAST_DATE + 1) * PH_US_PER_DAY - 1)

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Years are counted from March, so that the leap day is the last of its year; 400 years are one cycle of 146097 days.
 */
ph_rc ph_date_from_civil(int year, int month, int day, ph_date *ret)
{
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > days_in_month(year, month))
        return PH_RANGE;
    int y = month > 2 ? year : year - 1;
    int cycle = y / 400;
    int year_of_cycle = y % 400;
    int day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int day_of_cycle = year_of_cycle * 365 + year_of_cycle / 4 - year_of_cycle / 100 + day_of_year;
    *ret = cycle * 146097 + day_of_cycle - 719468;
    return PH_OK;
}

static ph_date clamp_date(int64_t days)
{
    return days < FIRST_DATE ? FIRST_DATE : days > LAST_DATE ? LAST_DATE : (ph_date)days;
}

void ph_date_to_civil(ph_date d, int *ret_year, int *ret_month, int *ret_day)
{
    int days = clamp_date(d) + 719468;
    int cycle = days / 146097;
    int day_of_cycle = days % 146097;
    int year_of_cycle = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 - day_of_cycle / 146096) / 365;
    int day_of_year = day_of_cycle - (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    int month = (5 * day_of_year + 2) / 153;

    *ret_day = day_of_year - (153 * month + 2) / 5 + 1;
    *ret_month = month < 10 ? month + 3 : month - 9;
    *ret_year = cycle * 400 + year_of_cycle + (*ret_month <= 2 ? 1 : 0);
}

/* Digits and fixed characters by a pattern: '0' stands for any digit. */
static bool has_shape(ph_span text, size_t at, const char *shape)
{
    for (; *shape != '\0'; shape++, at++) {
        if (at >= text.len)
            return false;
        uint8_t c = text.ptr[at];
        if (*shape == '0' ? c < '0' || c > '9' : c != (uint8_t)*shape)
            return false;
    }
    return true;
}

static int number_at(ph_span text, size_t at, size_t digits)
{
    int value = 0;

    for (size_t i = 0; i < digits; i++)
        value = value * 10 + (text.ptr[at + i] - '0');
    return value;
}

static ph_rc date_at_begin(ph_span text, ph_date *ret)
{
    return ph_date_from_civil(number_at(text, 0, 4), number_at(text, 5, 2), number_at(text, 8, 2), ret);
}

ph_rc ph_date_parse(ph_span text, ph_date *ret)
{
    if (text.len != 10 || !has_shape(text, 0, "0000-00-00"))
        return PH_MALFORMED;
    return date_at_begin(text, ret);
}

size_t ph_date_print(ph_date d, char *dst)
{
    int year = 0;
    int month = 0;
    int day = 0;

    ph_date_to_civil(d, &year, &month, &day);
    return (size_t)snprintf(dst, PH_DATE_TEXT_BYTES, "%04u-%02u-%02u", (unsigned)year % 10000, (unsigned)month % 100,
                            (unsigned)day % 100);
}

/* Rounds down, also before 1970. */
static int64_t floor_div(int64_t a, int64_t b)
{
    return a / b - (a % b < 0 ? 1 : 0);
}

static ph_date utc_date_of_us(int64_t time_us)
{
    return clamp_date(floor_div(time_us, PH_US_PER_DAY));
}

int64_t ph_date_begin_us(ph_date d)
{
    return clamp_date(d) * PH_US_PER_DAY - PH_ZONE_US;
}

ph_date ph_date_of_us(int64_t time_us)
{
    return utc_date_of_us(time_us > INT64_MAX - PH_ZONE_US ? INT64_MAX : time_us + PH_ZONE_US);
}

/* The fraction behind the seconds at *at, in microseconds; -1 when it is malformed. */
static int64_t fraction_at(ph_span text, size_t *at)
{
    int64_t us = 0;
    size_t digits = 0;

    if (*at >= text.len || text.ptr[*at] != '.')
        return 0;
    for ((*at)++; has_shape(text, *at, "0"); (*at)++, digits++)
        if (digits < 6)
            us = us * 10 + (text.ptr[*at] - '0');
    if (digits == 0 || digits > 6)
        return -1;
    for (; digits < 6; digits++)
        us *= 10;
    return us;
}

/* "Z" or "+07:00" at @at, up to the end of the text. */
static ph_rc zone_at(ph_span text, size_t at, int64_t *ret_us)
{
    if (at + 1 == text.len && text.ptr[at] == 'Z') {
        *ret_us = 0;
        return PH_OK;
    }
    if (at + 6 != text.len || (!has_shape(text, at, "+00:00") && !has_shape(text, at, "-00:00")))
        return PH_MALFORMED;
    int hour = number_at(text, at + 1, 2);
    int minute = number_at(text, at + 4, 2);
    if (hour > 23 || minute > 59)
        return PH_RANGE;
    int64_t us = (hour * 60 + minute) * 60 * PH_US_PER_S;
    *ret_us = text.ptr[at] == '-' ? -us : us;
    return PH_OK;
}

ph_rc ph_time_parse(ph_span text, int64_t *ret_us)
{
    ph_date date = 0;
    int64_t zone_us = 0;
    size_t at = 19;

    if (!has_shape(text, 0, "0000-00-00T00:00:00"))
        return PH_MALFORMED;
    int64_t fraction_us = fraction_at(text, &at);
    ph_rc rc = fraction_us < 0 ? PH_MALFORMED : zone_at(text, at, &zone_us);
    if (rc == PH_OK)
        rc = date_at_begin(text, &date);
    if (rc != PH_OK)
        return rc;
    int hour = number_at(text, 11, 2);
    int minute = number_at(text, 14, 2);
    int second = number_at(text, 17, 2);
    if (hour > 23 || minute > 59 || second > 59)
        return PH_RANGE;
    int64_t us = date * PH_US_PER_DAY + ((hour * 60 + minute) * 60 + second) * PH_US_PER_S + fraction_us - zone_us;
    if (us < 0 || us > LAST_US)
        return PH_RANGE;
    *ret_us = us;
    return PH_OK;
}

/* "2023-07-15T10:00:00" with @between for the T. */
static size_t print_clock(int64_t time_us, char between, char *dst)
{
    size_t len = ph_date_print(utc_date_of_us(time_us), dst);
    int64_t second = (time_us - floor_div(time_us, PH_US_PER_DAY) * PH_US_PER_DAY) / PH_US_PER_S;
    unsigned s = (unsigned)second % 86400;

    return len + (size_t)snprintf(dst + len, PH_TIME_TEXT_BYTES - len, "%c%02u:%02u:%02u", between, s / 3600,
                                  s / 60 % 60, s % 60);
}

static int64_t clamp_time(int64_t time_us)
{
    const int64_t first_us = FIRST_DATE * PH_US_PER_DAY;

    return time_us < first_us ? first_us : time_us > LAST_US ? LAST_US : time_us;
}

size_t ph_time_print_utc(int64_t time_us, char *dst)
{
    int64_t us = clamp_time(time_us);
    size_t len = print_clock(us, 'T', dst);
    unsigned fraction = (unsigned)(us - floor_div(us, PH_US_PER_S) * PH_US_PER_S);

    if (fraction > 0)
        len += (size_t)snprintf(dst + len, PH_TIME_TEXT_BYTES - len, ".%06u", fraction);
    return len + (size_t)snprintf(dst + len, PH_TIME_TEXT_BYTES - len, "Z");
}

size_t ph_time_print_local(int64_t time_us, char *dst)
{
    return print_clock(clamp_time(clamp_time(time_us) + PH_ZONE_US), ' ', dst);
}
