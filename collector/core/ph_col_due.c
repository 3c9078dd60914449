/* ph_col_due - a deadline as people write it.   Layer: collector/core (pure) */
#include "ph_col_due.h"

#include <stdio.h>
#include <string.h>

#include "ph_time.h"

enum { DAY_BYTES = 10, MINUTES_BYTES = 5, SECONDS_BYTES = 8 };

/* "05/08/2023" → "2023-08-05"; anything else as it is. */
static void to_iso(const char *text, char dst[DAY_BYTES + 1])
{
    memcpy(dst, text, DAY_BYTES);
    dst[DAY_BYTES] = '\0';
    if (text[2] != '/' || text[5] != '/')
        return;
    memcpy(dst, text + 6, 4);
    memcpy(dst + 4, "-", 1);
    memcpy(dst + 5, text + 3, 2);
    memcpy(dst + 7, "-", 1);
    memcpy(dst + 8, text, 2);
}

ph_rc ph_col_due_parse(ph_span text, int64_t *ret_us)
{
    char given[DAY_BYTES + 1 + SECONDS_BYTES + 1] = "", day[DAY_BYTES + 1], whole[PH_TIME_TEXT_BYTES];
    if (ph_time_parse(text, ret_us) == PH_OK)
        return PH_OK;
    if (text.len < DAY_BYTES || !ph_span_copy(text, given, sizeof given))
        return PH_MALFORMED;
    to_iso(given, day);
    const char *clock = "23:59:59";
    if (text.len > DAY_BYTES) {
        clock = given + DAY_BYTES + 1;
        if (given[DAY_BYTES] != ' ' && given[DAY_BYTES] != 'T')
            return PH_MALFORMED;
    }
    size_t n = strlen(clock);
    if (n != MINUTES_BYTES && n != SECONDS_BYTES)
        return PH_MALFORMED;
    snprintf(whole, sizeof whole, "%sT%s%s+07:00", day, clock, n == MINUTES_BYTES ? ":00" : "");
    return ph_time_parse(ph_span_str(whole), ret_us);
}
