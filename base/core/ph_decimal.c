/* ph_decimal - exact numbers: mantissa * 10^-scale, no binary floats anywhere.   Layer: base/core (pure) */
#include "ph_decimal.h"

#include <assert.h>

typedef unsigned __int128 wide_magnitude;

static const int64_t powers[] = {
    INT64_C(1),
    INT64_C(10),
    INT64_C(100),
    INT64_C(1000),
    INT64_C(10000),
    INT64_C(100000),
    INT64_C(1000000),
    INT64_C(10000000),
    INT64_C(100000000),
    INT64_C(1000000000),
    INT64_C(10000000000),
    INT64_C(100000000000),
    INT64_C(1000000000000),
    INT64_C(10000000000000),
    INT64_C(100000000000000),
    INT64_C(1000000000000000),
    INT64_C(10000000000000000),
    INT64_C(100000000000000000),
    INT64_C(1000000000000000000),
};
enum { POWERS = sizeof powers / sizeof powers[0] };

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

int64_t ph_pow10(unsigned n)
{
    assert(n < POWERS);
    return powers[n];
}

/* Digits from *at on, added to *mantissa, which stays above its limit once it is there. Returns how many they were. */
static size_t read_digits(ph_span text, size_t *at, int64_t *mantissa)
{
    size_t begin = *at;

    for (; *at < text.len && is_digit(text.ptr[*at]); (*at)++)
        if (*mantissa <= PH_DECIMAL_MAX_MANTISSA)
            *mantissa = *mantissa * 10 + (text.ptr[*at] - '0');
    return *at - begin;
}

ph_rc ph_decimal_parse(ph_span text, ph_decimal *ret)
{
    int64_t mantissa = 0;
    bool minus = text.len > 0 && text.ptr[0] == '-';
    size_t at = minus ? 1 : 0;
    size_t scale = 0;

    size_t first = at;
    size_t whole = read_digits(text, &at, &mantissa);
    if (whole == 0 || (whole > 1 && text.ptr[first] == '0'))
        return PH_MALFORMED;
    if (at < text.len && text.ptr[at] == '.') {
        at++;
        scale = read_digits(text, &at, &mantissa);
        if (scale == 0 || scale > PH_DECIMAL_MAX_SCALE)
            return PH_MALFORMED;
    }
    if (at != text.len || (minus && mantissa == 0))
        return PH_MALFORMED;
    if (mantissa > PH_DECIMAL_MAX_MANTISSA)
        return PH_RANGE;
    *ret = (ph_decimal){.mantissa = minus ? -mantissa : mantissa, .scale = (uint8_t)scale};
    return PH_OK;
}

size_t ph_decimal_print(ph_decimal d, char *dst)
{
    char reversed[PH_DECIMAL_TEXT_BYTES];
    uint64_t rest = d.mantissa < 0 ? 0 - (uint64_t)d.mantissa : (uint64_t)d.mantissa;
    size_t n = 0;
    size_t len = 0;

    assert(d.scale <= PH_DECIMAL_MAX_SCALE);
    for (unsigned digits = 0; rest > 0 || digits <= d.scale; digits++, rest /= 10) {
        if (digits > 0 && digits == d.scale)
            reversed[n++] = '.';
        reversed[n++] = (char)('0' + rest % 10);
    }
    if (d.mantissa < 0)
        dst[len++] = '-';
    while (n > 0)
        dst[len++] = reversed[--n];
    dst[len] = '\0';
    return len;
}

static bool is_in_range(int64_t mantissa)
{
    return mantissa <= PH_DECIMAL_MAX_MANTISSA && mantissa >= -PH_DECIMAL_MAX_MANTISSA;
}

ph_rc ph_decimal_check(int64_t mantissa, uint64_t scale, ph_decimal *ret)
{
    if (scale > PH_DECIMAL_MAX_SCALE || !is_in_range(mantissa))
        return PH_RANGE;
    *ret = (ph_decimal){.mantissa = mantissa, .scale = (uint8_t)scale};
    return PH_OK;
}

ph_rc ph_decimal_rescale(ph_decimal d, uint8_t scale, ph_decimal *ret)
{
    int64_t mantissa = d.mantissa;

    if (scale > PH_DECIMAL_MAX_SCALE)
        return PH_RANGE;
    if (scale > d.scale) {
        if (__builtin_mul_overflow(mantissa, powers[scale - d.scale], &mantissa) || !is_in_range(mantissa))
            return PH_RANGE;
    } else if (scale < d.scale) {
        int64_t unit = ph_pow10((unsigned)d.scale - scale);
        if (mantissa % unit != 0)
            return PH_RANGE;
        mantissa /= unit;
    }
    *ret = (ph_decimal){.mantissa = mantissa, .scale = scale};
    return PH_OK;
}

ph_decimal ph_decimal_trim(ph_decimal d)
{
    while (d.scale > 0 && d.mantissa % 10 == 0) {
        d.mantissa /= 10;
        d.scale--;
    }
    return d;
}

int ph_decimal_cmp(ph_decimal a, ph_decimal b)
{
    ph_wide left = a.mantissa;
    ph_wide right = b.mantissa;

    if (a.scale < b.scale)
        left *= ph_pow10((unsigned)b.scale - a.scale);
    else if (b.scale < a.scale)
        right *= ph_pow10((unsigned)a.scale - b.scale);
    return (left > right) - (left < right);
}

/* *value *= 10^n; false when that is beyond 128 bits. */
static bool shift_left(wide_magnitude *value, unsigned n)
{
    for (; n > 0 && *value > 0; n -= n < POWERS ? n : POWERS - 1)
        if (__builtin_mul_overflow(*value, (wide_magnitude)powers[n < POWERS ? n : POWERS - 1], value))
            return false;
    return true;
}

ph_rc ph_decimal_divide(ph_wide num, uint8_t num_scale, ph_wide den, uint8_t scale, ph_decimal *ret)
{
    wide_magnitude n = num < 0 ? 0 - (wide_magnitude)num : (wide_magnitude)num;
    wide_magnitude d = (wide_magnitude)den;
    wide_magnitude quotient = 0;

    if (den <= 0)
        return PH_BUG;
    if (scale > PH_DECIMAL_MAX_SCALE)
        return PH_RANGE;
    if (scale > num_scale && !shift_left(&n, (unsigned)scale - num_scale))
        return PH_RANGE;
    /* A divisor beyond 2^128 is more than twice any |num| <= 2^127: the quotient rounds to zero. */
    if (scale >= num_scale || shift_left(&d, (unsigned)num_scale - scale)) {
        wide_magnitude rest = n % d;
        quotient = n / d + (rest >= d - rest ? 1 : 0);
    }
    if (quotient > (wide_magnitude)PH_DECIMAL_MAX_MANTISSA)
        return PH_RANGE;
    int64_t mantissa = (int64_t)quotient;
    *ret = (ph_decimal){.mantissa = num < 0 ? -mantissa : mantissa, .scale = scale};
    return PH_OK;
}
