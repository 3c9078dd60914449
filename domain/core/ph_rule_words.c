/* ph_rule_words - what a note says of a figure's sign.   Layer: domain/core (pure) */
#include "ph_rule_run.h"

/* Words for a fall, as they stand in front of a number. Vietnamese has no forms; case is by the first letter or all. */
static const char *const falls[] = {"giảm",    "Giảm",    "GIẢM", "decreased by",
                                    "fell by", "down by", "down", "decrease of"};

static ph_span rest_from(ph_span text, size_t at)
{
    return ph_span_of(text.ptr + at, text.len - at);
}

/* Blanks and an opening bracket may stand between word and number. */
static ph_span skip_between(ph_span text)
{
    size_t n = 0;

    while (n < text.len && (text.ptr[n] == ' ' || text.ptr[n] == '('))
        n++;
    return rest_from(text, n);
}

/* What looks like a number from here on, its minus (also U+2212) included. */
static size_t number_length(ph_span text)
{
    size_t n = 0;

    if (text.len >= 3 && memcmp(text.ptr, "−", 3) == 0)
        n = 3;
    else if (text.len >= 1 && text.ptr[0] == '-')
        n = 1;
    size_t digits = n;
    while (n < text.len && ((text.ptr[n] >= '0' && text.ptr[n] <= '9') ||
                            ((text.ptr[n] == ',' || text.ptr[n] == '.') && n + 1 < text.len && text.ptr[n + 1] >= '0' &&
                             text.ptr[n + 1] <= '9')))
        n++;
    return n > digits ? n : 0;
}

/* "giảm -6,83%" says it twice; "giảm 12,59%" beside a figure of +12,59 has lost its sign. */
static bool contradicts(ph_span after, ph_decimal value)
{
    ph_span text = skip_between(after);
    ph_decimal said, other;

    text.len = number_length(text);
    if (text.len == 0)
        return false;
    if (text.ptr[0] == '-' || text.ptr[0] == 0xE2)
        return true;
    ph_rc rc = ph_decimal_parse_human(text, PH_NOTATION_UNSAID, &said, &other);
    if (value.mantissa <= 0 || (rc != PH_OK && rc != PH_AMBIGUOUS))
        return false;
    return ph_decimal_cmp(said, value) == 0 || (rc == PH_AMBIGUOUS && ph_decimal_cmp(other, value) == 0);
}

static bool is_at(ph_span note, size_t at, const char *word)
{
    size_t n = strlen(word);

    return note.len - at >= n && memcmp(note.ptr + at, word, n) == 0;
}

ph_rule_said ph_rule_sign_word(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    int32_t row = ph_rule_row(x, x->check->column);

    (void)value;
    (void)out;
    if (row < 0)
        return PH_RULE_PASSES;
    const ph_observation *o = &x->sub->observations[row];
    for (size_t at = 0; at < o->note.len; at++)
        for (size_t i = 0; i < sizeof falls / sizeof falls[0]; i++)
            if (is_at(o->note, at, falls[i]) && contradicts(rest_from(o->note, at + strlen(falls[i])), o->value))
                return PH_RULE_BREACHED;
    return PH_RULE_PASSES;
}
