/* cmd_summary_when - up to which seal a reader wants to see: parsed, told, and when there is nothing.   Layer:
 * aggregator (app) */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "ph_agg_summary.h"
#include "ph_clock.h"
#include "ph_locale.h"
#include "ph_uint.h"

static bool is_number(const char *text)
{
    return text[0] != '\0' && text[strspn(text, "0123456789")] == '\0';
}

static ph_rc refuse(const char *text, const char *what, ph_err *err)
{
    (void)ph_err_set(err, PH_USAGE, "usage.as_of", text, "%s", what);
    ph_err_hint(err, "--as-of 1204, --as-of 2023-07-20, --as-of \"2023-07-20 17:00\", "
                     "--as-of 2023-07-20T17:00:00+07:00");
    return PH_USAGE;
}

/* Numbers that no log could reach are beyond this one too. */
static ph_rc read_number(const char *text, uint64_t last_seq, ph_summary_when *ret, ph_err *err)
{
    ph_rc rc = ph_uint_parse(ph_span_str(text), last_seq, &ret->seq);

    if (rc == PH_OK && ret->seq > 0)
        return PH_OK;
    if (rc == PH_OK)
        return refuse(text, PH_T("nhật ký bắt đầu từ mục 1", "the log begins with entry 1"), err);
    (void)ph_err_set(err, PH_USAGE, "usage.as_of", text,
                     PH_T("nhật ký chưa có mục này; mục cuối là %" PRIu64 ", chưa biết gì sau đó",
                          "the log has no such entry yet; the last entry is %" PRIu64
                          ", of later ones nothing is known"),
                     last_seq);
    ph_err_hint(err,
                PH_T("--as-of %" PRIu64 ", hoặc bỏ --as-of để xem hiện nay",
                     "--as-of %" PRIu64 ", or leave --as-of out for what holds now"),
                last_seq);
    return PH_USAGE;
}

typedef struct moment {
    int64_t begin_us, length_us;
} moment;

/* "2023-07-20 17:00" or "2023-07-20 17:00:05", as we print instants: in UTC+7. */
static ph_rc parse_printed(const char *text, moment *ret)
{
    char instant[PH_TIME_TEXT_BYTES];
    size_t len = strlen(text);

    if ((len != 16 && len != 19) || text[10] != ' ')
        return PH_MALFORMED;
    (void)snprintf(instant, sizeof instant, "%.10sT%s%s+07:00", text, text + 11, len == 16 ? ":00" : "");
    ret->length_us = len == 16 ? 60 * PH_US_PER_S : PH_US_PER_S;
    return ph_time_parse(ph_span_str(instant), &ret->begin_us);
}

static ph_rc parse_moment(const char *text, moment *ret)
{
    ph_date day;

    if (ph_date_parse(ph_span_str(text), &day) == PH_OK) {
        *ret = (moment){.begin_us = ph_date_begin_us(day), .length_us = PH_US_PER_DAY};
        return PH_OK;
    }
    ret->length_us = strchr(text, '.') == NULL ? PH_US_PER_S : 1;
    ph_rc rc = ph_time_parse(ph_span_str(text), &ret->begin_us);
    return rc == PH_OK ? rc : parse_printed(text, ret);
}

/* What has passed is known up to this clock, or up to the last seal where the aggregator's is ahead of it. */
static ph_rc read_moment(const char *text, int64_t sealed_at_us, ph_summary_when *ret, ph_err *err)
{
    int64_t now_us = ph_clock_now_us();
    moment m = {0};

    if (parse_moment(text, &m) != PH_OK)
        return refuse(text,
                      PH_T("không phải số thứ tự mục nhật ký, ngày, hay thời điểm",
                           "is neither the number of a log entry nor a day nor an instant"),
                      err);
    now_us = now_us > sealed_at_us ? now_us : sealed_at_us;
    if (m.begin_us > now_us) {
        (void)ph_err_set(err, PH_USAGE, "usage.as_of", text, "%s",
                         PH_T("thời điểm này chưa tới; chưa biết khi ấy sẽ công bố gì",
                              "this moment has not come; what will have been published by then is not known"));
        ph_err_hint(err, PH_T("bỏ --as-of để xem hiện nay", "leave --as-of out for what holds now"));
        return PH_USAGE;
    }
    ret->time_us = m.begin_us + m.length_us - 1;
    ret->time_us = ret->time_us < now_us ? ret->time_us : now_us;
    return PH_OK;
}

ph_rc ph_summary_when_read(const ph_args *args, int option, const ph_agg_reading *r, ph_summary_when *ret, ph_err *err)
{
    const char *text = ph_args_get(args, option);
    ph_summary_when when = PH_SUMMARY_NOW;
    ph_rc rc = PH_OK;

    when.is_asked = text != NULL;
    if (text != NULL && is_number(text))
        rc = read_number(text, r->head.last_seq, &when, err);
    else if (text != NULL)
        rc = read_moment(text, r->head.sealed_at_us, &when, err);
    if (rc == PH_OK)
        *ret = when;
    return rc;
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
