/* fuzz_decimal - any bytes as a number: one canonical text each, and no reading that the writer did not mean.   Layer:
 * tests/fuzz */
#include <stdlib.h>

#include "ph_decimal.h"

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static void canonical(ph_span text)
{
    ph_decimal d = {.mantissa = 77, .scale = 3};
    char back[PH_DECIMAL_TEXT_BYTES];

    if (ph_decimal_parse(text, &d) != PH_OK) {
        expect(d.mantissa == 77 && d.scale == 3);
        return;
    }
    size_t len = ph_decimal_print(d, back);
    expect(ph_span_eq(text, ph_span_of(back, len)));
    expect(ph_decimal_cmp(ph_decimal_trim(d), d) == 0);
}

static void human(ph_span text, ph_notation notation)
{
    ph_decimal d = {.mantissa = 77, .scale = 3};
    ph_decimal other = d;
    ph_decimal again = d;
    char back[2 * PH_DECIMAL_TEXT_BYTES];
    ph_rc rc = ph_decimal_parse_human(text, notation, &d, &other);

    if (rc == PH_AMBIGUOUS) {
        expect(notation == PH_NOTATION_UNSAID && ph_decimal_cmp(d, other) != 0);
        return;
    }
    expect(other.mantissa == 77 && other.scale == 3);
    if (rc != PH_OK) {
        expect((rc == PH_MALFORMED || rc == PH_RANGE) && d.mantissa == 77);
        return;
    }
    expect(ph_decimal_check(d.mantissa, d.scale, &again) == PH_OK);
    ph_notation written = notation == PH_NOTATION_UNSAID ? PH_NOTATION_VI : notation;
    size_t len = ph_decimal_print_human(d, written, back);
    expect(ph_decimal_parse_human(ph_span_of(back, len), written, &again, NULL) == PH_OK);
    expect(again.mantissa == d.mantissa && again.scale == d.scale);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ph_span text = ph_span_of(data, size);

    canonical(text);
    human(text, PH_NOTATION_PLAIN);
    human(text, PH_NOTATION_VI);
    human(text, PH_NOTATION_UNSAID);
    return 0;
}
