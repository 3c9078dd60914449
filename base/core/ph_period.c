/* ph_period - reference periods in SDMX notation.   Layer: base/core (pure) */
#include <stdio.h>

#include "ph_time.h"

enum { FIRST_YEAR = 1, LAST_YEAR = 9998 }; /* so that the day after the last is a date too */

static int months_of(ph_freq freq)
{
    switch (freq) {
    case PH_FREQ_A:
        return 12;
    case PH_FREQ_S:
        return 6;
    case PH_FREQ_Q:
        return 3;
    case PH_FREQ_M:
        return 1;
    }
    return 12;
}

/* Months since the year 0: where the period begins. */
static int first_month(ph_period p)
{
    return p.year * 12 + (p.index - 1) * months_of(p.freq);
}

static int digit(ph_span text, size_t at)
{
    return text.ptr[at] >= '0' && text.ptr[at] <= '9' ? text.ptr[at] - '0' : -1;
}

/* The value of @n digits, -1 when one of them is none. */
static int digits(ph_span text, size_t at, size_t n)
{
    int value = 0;

    for (size_t i = 0; i < n; i++) {
        if (digit(text, at + i) < 0)
            return -1;
        value = value * 10 + digit(text, at + i);
    }
    return value;
}

/* What stands behind "2023-": one of S1, Q2, 06. */
static bool read_part(ph_span text, ph_freq *ret_freq, int *ret_index)
{
    if (text.ptr[4] != '-')
        return false;
    *ret_freq = text.ptr[5] == 'S' ? PH_FREQ_S : text.ptr[5] == 'Q' ? PH_FREQ_Q : PH_FREQ_M;
    *ret_index = *ret_freq == PH_FREQ_M ? digits(text, 5, 2) : digit(text, 6);
    return *ret_index >= 0;
}

ph_rc ph_period_parse(ph_span text, ph_period *ret)
{
    ph_freq freq = PH_FREQ_A;
    int index = 1;

    if (text.len != 4 && text.len != 7)
        return PH_MALFORMED;
    int year = digits(text, 0, 4);
    if (year < 0 || (text.len == 7 && !read_part(text, &freq, &index)))
        return PH_MALFORMED;
    if (year < FIRST_YEAR || year > LAST_YEAR || index < 1 || index > 12 / months_of(freq))
        return PH_RANGE;
    *ret = (ph_period){.freq = freq, .year = (uint16_t)year, .index = (uint8_t)index};
    return PH_OK;
}

size_t ph_period_print(ph_period p, char *dst)
{
    int len = 0;

    switch (p.freq) {
    case PH_FREQ_A:
        break;
    case PH_FREQ_S:
    case PH_FREQ_Q:
        len = snprintf(dst, PH_PERIOD_TEXT_BYTES, "%04u-%c%u", p.year, (char)p.freq, p.index);
        return (size_t)len;
    case PH_FREQ_M:
        len = snprintf(dst, PH_PERIOD_TEXT_BYTES, "%04u-%02u", p.year, p.index);
        return (size_t)len;
    }
    len = snprintf(dst, PH_PERIOD_TEXT_BYTES, "%04u", p.year);
    return (size_t)len;
}

bool ph_period_eq(ph_period a, ph_period b)
{
    return a.freq == b.freq && a.year == b.year && a.index == b.index;
}

static ph_date first_day(int month)
{
    ph_date day = 0;
    ph_rc rc = ph_date_from_civil(month / 12, month % 12 + 1, 1, &day);

    return rc == PH_OK ? day : 0;
}

void ph_period_range(ph_period p, ph_date *ret_from, ph_date *ret_to)
{
    *ret_from = first_day(first_month(p));
    *ret_to = first_day(first_month(p) + months_of(p.freq));
}

int ph_period_cmp(ph_period a, ph_period b)
{
    int begin_a = first_month(a);
    int begin_b = first_month(b);
    int months_a = months_of(a.freq);
    int months_b = months_of(b.freq);

    return begin_a != begin_b ? (begin_a > begin_b) - (begin_a < begin_b)
                              : (months_a < months_b) - (months_a > months_b);
}
