/* cmd_summary_when - up to which seal a reader wants to see: parsed, told, and when there is nothing.   Layer:
 * aggregator (app) */
#include <string.h>

#include "ph_agg_summary.h"
#include "ph_locale.h"

static bool is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static ph_rc parse_number(const char *text, uint64_t *ret)
{
    *ret = 0;
    for (; *text != '\0'; text++) {
        if (*ret > UINT64_MAX / 10 - 1)
            return PH_RANGE;
        *ret = *ret * 10 + (uint64_t)(*text - '0');
    }
    return *ret == 0 ? PH_RANGE : PH_OK;
}

ph_rc ph_summary_when_parse(const char *text, ph_summary_when *ret, ph_err *err)
{
    ph_summary_when when = PH_SUMMARY_NOW;
    ph_date day;
    ph_rc rc;

    when.is_asked = true;
    if (is_number(text)) {
        rc = parse_number(text, &when.seq);
    } else if (ph_date_parse(ph_span_str(text), &day) == PH_OK) {
        when.time_us = ph_date_begin_us(day + 1) - 1;
        rc = PH_OK;
    } else {
        rc = ph_time_parse(ph_span_str(text), &when.time_us);
    }
    if (rc == PH_OK) {
        *ret = when;
        return PH_OK;
    }
    (void)ph_err_set(err, PH_USAGE, "usage.as_of", text, "%s",
                     PH_T("không phải số thứ tự mục nhật ký, ngày, hay thời điểm",
                          "is neither the number of a log entry nor a day nor an instant"));
    ph_err_hint(err, "--as-of 1204, --as-of 2023-07-20, --as-of 2023-07-20T17:00:00+07:00");
    return PH_USAGE;
}

void ph_summary_when_put_json(const ph_summary_when *when, ph_json *j)
{
    char asked[PH_TIME_TEXT_BYTES];

    ph_json_key(j, "as_of");
    if (!when->is_asked) {
        ph_json_null(j);
    } else if (when->seq != UINT64_MAX) {
        ph_json_uint(j, when->seq);
    } else {
        (void)ph_time_print_utc(when->time_us, asked);
        ph_json_str(j, asked);
    }
}

void ph_summary_when_print(const ph_summary_when *when, ph_lang lang, ph_buf *dst)
{
    char time[PH_TIME_TEXT_BYTES];

    if (when->is_asked && when->seq != UINT64_MAX) {
        (void)ph_buf_printf(
            dst, ph_tr(lang, "như đã công bố đến mục %llu của nhật ký", "as published up to entry %llu of the log"),
            (unsigned long long)when->seq);
    } else if (when->is_asked) {
        (void)ph_time_print_local(when->time_us, time);
        (void)ph_buf_printf(dst, ph_tr(lang, "như đã công bố đến %s", "as published up to %s"), time);
    }
}

ph_rc ph_summary_nothing_then(const ph_args *args, ph_err *err)
{
    const char *as_of = ph_args_get(args, PH_AGG_OPT_AS_OF);

    (void)ph_err_set(
        err, PH_NOT_FOUND, "agg.summary.not_yet", as_of == NULL ? args->operands[1] : as_of, "%s",
        PH_T("khi ấy kỳ này chưa có số liệu nào được công bố", "nothing of this period had been published by then"));
    ph_err_hint(err,
                PH_T("các lần công bố: phusa-aggregator history %s %s CHỈ_TIÊU",
                     "the vintages: phusa-aggregator history %s %s INDICATOR"),
                args->operands[0], args->operands[1]);
    return PH_NOT_FOUND;
}
