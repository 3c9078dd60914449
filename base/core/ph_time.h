/* ph_time - instants, dates and reference periods; the zone of all dates is UTC+7, without DST.   Layer: base/core
 * (pure) */
#ifndef PH_TIME_H
#define PH_TIME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

#define PH_US_PER_S   INT64_C(1000000)
#define PH_US_PER_DAY (INT64_C(86400) * PH_US_PER_S)
#define PH_ZONE_US    (INT64_C(7) * 3600 * PH_US_PER_S) /* UTC+7 */
enum { PH_TIME_TEXT_BYTES = 36, PH_PERIOD_TEXT_BYTES = 12, PH_DATE_TEXT_BYTES = 12 };

/* Days since 1970-01-01 in the proleptic Gregorian calendar, years 1 to 9999. */
typedef int32_t ph_date;

/** Civil <-> days.   Errors: RANGE for a day that does not exist.   Thread: any.   Source: proleptic Gregorian
 * calendar. */
ph_rc ph_date_from_civil(int year, int month, int day, ph_date *ret) PH_CHECKED;
void ph_date_to_civil(ph_date d, int *ret_year, int *ret_month, int *ret_day);
/** "2023-06-30" only.   Errors: MALFORMED, RANGE. */
ph_rc ph_date_parse(ph_span text, ph_date *ret) PH_CHECKED;
size_t ph_date_print(ph_date d, char *dst);
/** Microseconds UTC at which the day begins in UTC+7; and the day in UTC+7 that an instant falls on.
 *  These, to_civil and all prints are total: what lies outside the years 1 to 9999 is taken to the border. */
int64_t ph_date_begin_us(ph_date d);
ph_date ph_date_of_us(int64_t time_us);

/**
 * Instants: microseconds UTC since 1970. Text: RFC 3339, "2023-07-15T17:00:00+07:00" or "…Z", fraction to 6 digits
 * optional. print_utc gives "2023-07-15T10:00:00Z" (fraction only when not zero), print_local "2023-07-15 17:00:00" in
 * UTC+7. T and Z in upper case; a leap second (":60") is RANGE, since no clock here shows one.
 * Errors: MALFORMED, RANGE (years 1970 to 9999).   Thread: any.   Source: RFC 3339.
 */
ph_rc ph_time_parse(ph_span text, int64_t *ret_us) PH_CHECKED;
size_t ph_time_print_utc(int64_t time_us, char *dst);
size_t ph_time_print_local(int64_t time_us, char *dst);

/* SDMX frequencies that we carry. */
typedef enum ph_freq { PH_FREQ_A = 'A', PH_FREQ_S = 'S', PH_FREQ_Q = 'Q', PH_FREQ_M = 'M' } ph_freq;

/* A reference period; index counts from 1 within the year (always 1 for A). */
typedef struct ph_period {
    ph_freq freq;
    uint16_t year;
    uint8_t index;
} ph_period;

/** "2023" "2023-S1" "2023-Q2" "2023-06", nothing else; years 1 to 9998, so that both ends are dates.
 *  Errors: MALFORMED, RANGE.   Source: SDMX time periods, conventions. */
ph_rc ph_period_parse(ph_span text, ph_period *ret) PH_CHECKED;
size_t ph_period_print(ph_period p, char *dst);
bool ph_period_eq(ph_period a, ph_period b);
/** Half-open [from, to) in dates of UTC+7. */
void ph_period_range(ph_period p, ph_date *ret_from, ph_date *ret_to);
/** By first day, then longer first: <0, 0, >0. */
int ph_period_cmp(ph_period a, ph_period b);

#endif
