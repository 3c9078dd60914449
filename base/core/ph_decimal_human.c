/* ph_decimal_human - numbers as people write and read them; the only place that knows of commas.   Layer: base/core
 * (pure) */
#include <string.h>

#include "ph_decimal.h"

/* What stands in a number. All blanks that people use for grouping are one kind. */
typedef enum token {
    TOKEN_DIGIT,
    TOKEN_DOT,
    TOKEN_COMMA,
    TOKEN_BLANK,
    TOKEN_MINUS,
    TOKEN_PLUS,
    TOKEN_PERCENT,
    TOKEN_OTHER
} token;

/* How one reading takes the separators. */
typedef struct reading {
    token point;
    token group; /* TOKEN_OTHER: none, blanks neither */
} reading;

static const reading as_plain = {.point = TOKEN_DOT, .group = TOKEN_OTHER};
static const reading as_vietnamese = {.point = TOKEN_COMMA, .group = TOKEN_DOT};
static const reading as_english = {.point = TOKEN_DOT, .group = TOKEN_COMMA};

static const struct {
    const char *bytes;
    uint8_t len;
    token kind;
} signs[] = {
    {".", 1, TOKEN_DOT},
    {",", 1, TOKEN_COMMA},
    {" ", 1, TOKEN_BLANK},
    {"\t", 1, TOKEN_BLANK},
    {"-", 1, TOKEN_MINUS},
    {"+", 1, TOKEN_PLUS},
    {"%", 1, TOKEN_PERCENT},
    {"\xC2\xA0", 2, TOKEN_BLANK},     /* U+00A0 no-break space */
    {"\xE2\x80\xAF", 3, TOKEN_BLANK}, /* U+202F narrow no-break space */
    {"\xE2\x80\x87", 3, TOKEN_BLANK}, /* U+2007 figure space */
    {"\xE2\x80\x89", 3, TOKEN_BLANK}, /* U+2009 thin space */
    {"\xE2\x88\x92", 3, TOKEN_MINUS}, /* U+2212 minus sign */
};

/* The token at the beginning of @text (not empty), and its length. */
static token token_at(ph_span text, size_t *ret_len)
{
    *ret_len = 1;
    if (text.ptr[0] >= '0' && text.ptr[0] <= '9')
        return TOKEN_DIGIT;
    for (size_t i = 0; i < sizeof signs / sizeof signs[0]; i++)
        if (text.len >= signs[i].len && memcmp(text.ptr, signs[i].bytes, signs[i].len) == 0) {
            *ret_len = signs[i].len;
            return signs[i].kind;
        }
    return TOKEN_OTHER;
}

static ph_span without_first(ph_span text, size_t len)
{
    return ph_span_of(text.ptr + len, text.len - len);
}

/* Take a token of @kind from the beginning; false if another one stands there. */
static bool take_first(ph_span *text, token kind)
{
    size_t len = 0;

    if (text->len == 0 || token_at(*text, &len) != kind)
        return false;
    *text = without_first(*text, len);
    return true;
}

static bool take_last(ph_span *text, token kind)
{
    for (size_t len = 1; len <= 3 && len <= text->len; len++) {
        size_t token_len = 0;
        token last = token_at(without_first(*text, text->len - len), &token_len);
        if (last == kind && token_len == len) {
            text->len -= len;
            return true;
        }
    }
    return false;
}

/* Digits gathered so far. scale counts those behind the point; more than fit are counted, not kept. */
typedef struct number {
    int64_t mantissa;
    size_t scale;
} number;

static size_t take_digits(ph_span *text, number *n)
{
    size_t count = 0;

    for (; text->len > 0 && text->ptr[0] >= '0' && text->ptr[0] <= '9'; count++) {
        if (n->mantissa <= PH_DECIMAL_MAX_MANTISSA)
            n->mantissa = n->mantissa * 10 + (text->ptr[0] - '0');
        *text = without_first(*text, 1);
    }
    return count;
}

/* Whole part: digits without leading zero, or a first group of one to three and groups of three behind one kind of
 * separator. */
static bool take_whole(ph_span *text, reading as, number *n)
{
    bool zero = text->len > 0 && text->ptr[0] == '0';
    size_t digits = take_digits(text, n);
    size_t len = 0;

    if (digits == 0 || (zero && digits > 1))
        return false;
    token group = text->len > 0 ? token_at(*text, &len) : TOKEN_OTHER;
    if (as.group == TOKEN_OTHER || (group != as.group && group != TOKEN_BLANK))
        return true;
    if (digits > 3 || zero)
        return false;
    while (take_first(text, group))
        if (take_digits(text, n) != 3)
            return false;
    return true;
}

/* The digits and separators of an unsigned number, all of them, in one reading. */
static ph_rc read_as(ph_span text, reading as, bool minus, ph_decimal *ret)
{
    number n = {0};

    if (!take_whole(&text, as, &n))
        return PH_MALFORMED;
    if (take_first(&text, as.point)) {
        n.scale = take_digits(&text, &n);
        if (n.scale == 0)
            return PH_MALFORMED;
    }
    if (text.len > 0)
        return PH_MALFORMED;
    if (n.mantissa > PH_DECIMAL_MAX_MANTISSA || n.scale > PH_DECIMAL_MAX_SCALE)
        return PH_RANGE;
    *ret = (ph_decimal){.mantissa = minus ? -n.mantissa : n.mantissa, .scale = (uint8_t)n.scale};
    return PH_OK;
}

/* Both readings; where both make sense and differ, the writer must say which. */
static ph_rc read_unsaid(ph_span text, bool minus, ph_decimal *ret, ph_decimal *ret_other)
{
    ph_decimal vi = {0};
    ph_decimal en = {0};
    ph_rc rc_vi = read_as(text, as_vietnamese, minus, &vi);
    ph_rc rc_en = read_as(text, as_english, minus, &en);

    if (rc_vi != PH_OK && rc_en != PH_OK)
        return rc_vi == PH_RANGE ? rc_vi : rc_en;
    *ret = rc_vi == PH_OK ? vi : en;
    if (rc_vi != PH_OK || rc_en != PH_OK || ph_decimal_cmp(vi, en) == 0)
        return PH_OK;
    if (ret_other != NULL)
        *ret_other = en;
    return PH_AMBIGUOUS;
}

ph_rc ph_decimal_parse_human(ph_span text, ph_notation notation, ph_decimal *ret, ph_decimal *ret_other)
{
    while (take_first(&text, TOKEN_BLANK))
        ;
    while (take_last(&text, TOKEN_BLANK))
        ;
    if (take_last(&text, TOKEN_PERCENT))
        while (take_last(&text, TOKEN_BLANK))
            ;
    bool minus = take_first(&text, TOKEN_MINUS);
    if (!minus)
        (void)take_first(&text, TOKEN_PLUS);
    switch (notation) {
    case PH_NOTATION_PLAIN:
        return read_as(text, as_plain, minus, ret);
    case PH_NOTATION_VI:
        return read_as(text, as_vietnamese, minus, ret);
    case PH_NOTATION_UNSAID:
        return read_unsaid(text, minus, ret, ret_other);
    }
    return PH_BUG;
}

size_t ph_decimal_print_human(ph_decimal d, ph_notation notation, char *dst)
{
    char plain[PH_DECIMAL_TEXT_BYTES];
    size_t n = ph_decimal_print(d, plain);
    size_t len = 0;

    if (notation != PH_NOTATION_VI) {
        memcpy(dst, plain, n + 1);
        return n;
    }
    size_t point = n - (d.scale > 0 ? d.scale + 1U : 0);
    for (size_t i = 0; i < n; i++) {
        if (i > 0 && i < point && (point - i) % 3 == 0 && plain[i - 1] != '-')
            dst[len++] = '.';
        dst[len++] = plain[i] == '.' ? ',' : plain[i];
    }
    dst[len] = '\0';
    return len;
}
