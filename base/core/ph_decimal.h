/* ph_decimal - exact numbers: mantissa * 10^-scale, no binary floats anywhere.   Layer: base/core (pure) */
#ifndef PH_DECIMAL_H
#define PH_DECIMAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

enum { PH_DECIMAL_MAX_SCALE = 6, PH_DECIMAL_TEXT_BYTES = 24 };
#define PH_DECIMAL_MAX_MANTISSA INT64_C(1000000000000000) /* 10^15, inclusive, both signs */

/* Invariants: |mantissa| <= 10^15, scale <= 6; there is no minus zero. 1.5 and 1.50 are equal in value, not in scale.
 */
typedef struct ph_decimal {
    int64_t mantissa;
    uint8_t scale;
} ph_decimal;

/* A sum of products that cannot overflow for 64 members with weights to 10^12: an exact integer at a fixed scale. */
typedef __int128 ph_wide;

/**
 * Canonical notation only: -?digits(.digits{1,6})?, no leading zeros, no plus, no exponent, no grouping, "-0" refused.
 * Shape: the whole of @text.   Errors: MALFORMED, RANGE; *ret untouched then.   Thread: any.   Source: PROTOCOL.md,
 * numbers.
 */
ph_rc ph_decimal_parse(ph_span text, ph_decimal *ret) PH_CHECKED;

/** Canonical text, trailing zeros of the scale kept ("1.50"), terminated. dst holds PH_DECIMAL_TEXT_BYTES. Returns its
 * length. */
size_t ph_decimal_print(ph_decimal d, char *dst);

/** Check the invariants (for values from outside).   Errors: RANGE. */
ph_rc ph_decimal_check(int64_t mantissa, uint64_t scale, ph_decimal *ret) PH_CHECKED;

/** Same value at @scale when that is exact; RANGE when digits would be lost or the mantissa outgrows its limit. */
ph_rc ph_decimal_rescale(ph_decimal d, uint8_t scale, ph_decimal *ret) PH_CHECKED;

/** The same value with no trailing zeros in its scale (1.50 -> 1.5, 3.0 -> 3). */
ph_decimal ph_decimal_trim(ph_decimal d);

/** By value: <0, 0, >0. Exact for every pair. */
int ph_decimal_cmp(ph_decimal a, ph_decimal b);

/**
 * num / (den * 10^num_scale) rounded half away from zero to @scale: the one rounding of the house.
 * Shape: den > 0.   Errors: RANGE when the result does not fit a ph_decimal or |num| would overflow; BUG for den <= 0.
 * Thread: any.
 */
ph_rc ph_decimal_divide(ph_wide num, uint8_t num_scale, ph_wide den, uint8_t scale, ph_decimal *ret) PH_CHECKED;

/** 10^n for n in [0, 18]. */
int64_t ph_pow10(unsigned n);

/* How people write numbers; the notation is declared, never guessed. */
typedef enum ph_notation {
    PH_NOTATION_PLAIN, /* 1234.5   point, no grouping (grouping by comma or space refused) */
    PH_NOTATION_VI,    /* 1.234,5  comma, dots group by threes; spaces and no-break spaces group too */
    PH_NOTATION_UNSAID /* not declared: what reads alike both ways is taken, a lone "1.439" or "1,439" is AMBIGUOUS */
} ph_notation;

/**
 * A number as people write it: surrounding blanks, leading plus, unicode minus (U+2212), a trailing % are accepted at
 * this edge only. Leading zeros, groups that are not threes, two kinds of grouping in one number, exponents and
 * parentheses are MALFORMED; -0 is 0. UNSAID takes the one reading that makes sense, as VI or as English (comma groups,
 * point divides): "12.59", "1,234.5". ret_other (may be NULL) receives the second reading when AMBIGUOUS (ret holds the
 * first: as in Vietnamese).
 * Errors: MALFORMED, RANGE, AMBIGUOUS (both outputs are filled for that one).   Thread: any.   Source: none.
 */
ph_rc ph_decimal_parse_human(ph_span text, ph_notation notation, ph_decimal *ret, ph_decimal *ret_other) PH_CHECKED;

/** As people read it: Vietnamese "1.234,5" or plain "1234.5". dst holds 2 * PH_DECIMAL_TEXT_BYTES. Returns its length.
 */
size_t ph_decimal_print_human(ph_decimal d, ph_notation notation, char *dst);

#endif
