/* fuzz_time - any bytes as a date, an instant, a period; what is read prints to a text that reads the same.   Layer:
 * tests/fuzz */
#include <stdlib.h>

#include "ph_time.h"

static void expect(bool truth)
{
    if (!truth)
        abort();
}

static void date(ph_span text)
{
    ph_date d = 0;
    char back[PH_DATE_TEXT_BYTES];

    if (ph_date_parse(text, &d) != PH_OK)
        return;
    expect(ph_span_eq(text, ph_span_of(back, ph_date_print(d, back))));
    expect(ph_date_of_us(ph_date_begin_us(d)) == d);
}

static void instant(ph_span text)
{
    int64_t us = -1;
    int64_t again = -2;
    char back[PH_TIME_TEXT_BYTES];

    if (ph_time_parse(text, &us) != PH_OK)
        return;
    expect(us >= 0);
    expect(ph_time_parse(ph_span_of(back, ph_time_print_utc(us, back)), &again) == PH_OK && again == us);
    expect(ph_time_print_local(us, back) == 19);
}

static void period(ph_span text)
{
    ph_period p = {0};
    ph_date from = 0;
    ph_date to = 0;
    char back[PH_PERIOD_TEXT_BYTES];

    if (ph_period_parse(text, &p) != PH_OK)
        return;
    expect(ph_span_eq(text, ph_span_of(back, ph_period_print(p, back))));
    ph_period_range(p, &from, &to);
    expect(to - from >= 28 && to - from <= 366);
}

/* Eight bytes are an instant too, wherever it lies. */
static void any_number(const uint8_t *data, size_t size)
{
    int64_t us = 0;
    char back[PH_TIME_TEXT_BYTES];

    if (size != sizeof us)
        return;
    memcpy(&us, data, sizeof us);
    expect(ph_time_print_utc(us, back) < sizeof back);
    expect(ph_time_print_local(us, back) == 19);
    expect(ph_date_print((ph_date)us, back) == 10);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ph_span text = ph_span_of(data, size);

    date(text);
    instant(text);
    period(text);
    any_number(data, size);
    return 0;
}
