/* cmd_sheets - which sheets a cluster has for a period, and operands that name them.   Layer: aggregator (app) */
#include "ph_agg_sheets.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_locale.h"
#include "ph_suggest.h"

ph_rc ph_agg_period_parse(const char *text, ph_period *ret, ph_err *err)
{
    if (ph_period_parse(ph_span_str(text), ret) == PH_OK)
        return PH_OK;
    (void)ph_err_set(err, PH_USAGE, "usage.period", text, "%s",
                     PH_T("không phải kỳ báo cáo", "is not a reporting period"));
    ph_err_hint(err, "2023, 2023-S1, 2023-Q2, 2023-06");
    return PH_USAGE;
}

ph_rc ph_agg_cluster_find(const ph_registry *reg, const char *typed, uint16_t *ret, ph_err *err)
{
    const char *names[64];
    size_t n = 0;
    *ret = ph_registry_find_cluster(reg, ph_span_str(typed));
    if (*ret != PH_NO_INDEX)
        return PH_OK;
    for (size_t i = 0; i < ph_registry_n_clusters(reg) && n < 64; i++)
        names[n++] = ph_registry_cluster(reg, i)->id;
    const char *meant = ph_suggest(ph_span_str(typed), names, n);
    (void)ph_err_set(err, PH_NOT_FOUND, "agg.cluster.unknown", typed, "%s",
                     PH_T("không có cụm này trong danh mục", "there is no such cluster in the registry"));
    if (meant != NULL)
        ph_err_hint(err, PH_T("có phải là %s?", "did you mean %s?"), meant);
    return PH_NOT_FOUND;
}

static bool on_sheet(void *arg, const ph_sheet_key *key, uint64_t folded_to_seq, ph_span packed)
{
    ph_agg_sheets *s = arg;
    (void)folded_to_seq;
    (void)packed;
    if (ph_span_eq(key->cluster, s->cluster) && ph_period_eq(key->period, s->period) && s->n < 16 &&
        ph_span_copy(key->form, s->forms[s->n], sizeof s->forms[0]))
        s->n++;
    return true;
}

/* ---- why there are none ---- */

enum { MAX_PERIODS = 256, N_NAMED = 12 };

static int by_time(const void *a, const void *b)
{
    return ph_period_cmp(*(const ph_period *)a, *(const ph_period *)b);
}

/* The periods of a cluster, each once, in order. */
static size_t list_periods(const ph_registry *reg, uint16_t cluster, ph_period *list)
{
    size_t n = 0, n_once = 0;

    for (size_t i = 0; i < ph_registry_n_calendar(reg) && n < MAX_PERIODS; i++)
        if (ph_registry_calendar(reg, i)->cluster == cluster)
            list[n++] = ph_registry_calendar(reg, i)->period;
    qsort(list, n, sizeof *list, by_time);
    for (size_t i = 0; i < n; i++)
        if (n_once == 0 || !ph_period_eq(list[n_once - 1], list[i]))
            list[n_once++] = list[i];
    return n_once;
}

/* "…, 2023-Q1, 2023-S1, … (31)": those around the one that is not there. */
static void name_periods(const ph_registry *reg, uint16_t cluster, ph_period typed, ph_err *err)
{
    ph_period list[MAX_PERIODS];
    char names[N_NAMED * (PH_PERIOD_TEXT_BYTES + 2) + 16] = "";
    size_t n = list_periods(reg, cluster, list), at = 0, first = 0, len = 0;

    while (at < n && ph_period_cmp(list[at], typed) < 0)
        at++;
    if (n > N_NAMED && at > N_NAMED / 2)
        first = at - N_NAMED / 2 < n - N_NAMED ? at - N_NAMED / 2 : n - N_NAMED;
    for (size_t i = first; i < n && i < first + N_NAMED; i++) {
        char period[PH_PERIOD_TEXT_BYTES];
        (void)ph_period_print(list[i], period);
        len += (size_t)snprintf(names + len, sizeof names - len, "%s%s",
                                i > first   ? ", "
                                : first > 0 ? "…, "
                                            : "",
                                period);
    }
    if (n > 0)
        ph_err_hint(err, PH_T("các kỳ của cụm: %s%s (tất cả %zu kỳ)", "the cluster's periods: %s%s (%zu in all)"),
                    names, first + N_NAMED < n ? ", …" : "", n);
}

/* A period that nobody has touched: not opened yet, or none of the cluster's. */
static ph_rc tell_none(const ph_agg_sheets *s, uint16_t cluster, const char *typed, ph_err *err)
{
    int64_t opens_us = INT64_MAX;
    char opens[PH_TIME_TEXT_BYTES];

    for (size_t i = 0; i < ph_registry_n_calendar(s->registry); i++) {
        const ph_calendar_item *duty = ph_registry_calendar(s->registry, i);
        if (duty->cluster == cluster && ph_period_eq(duty->period, s->period) && duty->opens_us < opens_us)
            opens_us = duty->opens_us;
    }
    if (opens_us < INT64_MAX) {
        (void)ph_time_print_local(opens_us, opens);
        return ph_err_set(err, PH_NOT_FOUND, "agg.sheet.none", typed,
                          PH_T("kỳ này chưa mở, chưa có số liệu nào; mở lúc %s",
                               "this period has not opened, there are no figures; it opens at %s"),
                          opens);
    }
    (void)ph_err_set(err, PH_NOT_FOUND, "agg.period.unknown", typed, "%s",
                     PH_T("lịch báo cáo của cụm không có kỳ này", "the cluster's calendar has no such period"));
    name_periods(s->registry, cluster, s->period, err);
    return PH_NOT_FOUND;
}

ph_rc ph_agg_sheets_find(const ph_args *args, const ph_agg_reading *r, ph_agg_sheets *ret, ph_err *err)
{
    uint16_t cluster = PH_NO_INDEX;
    *ret = (ph_agg_sheets){.cluster = ph_span_str(args->operands[0])};
    ph_rc rc = ph_agg_period_parse(args->operands[1], &ret->period, err);
    if (rc != PH_OK)
        return rc;
    rc = r->registries.get(r->registries.arg, &r->head.registry, &ret->registry);
    if (rc == PH_OK && ph_agg_cluster_find(ret->registry, args->operands[0], &cluster, err) != PH_OK)
        return PH_NOT_FOUND;
    if (rc == PH_OK)
        rc = r->store->ops->walk_sheets(r->store, on_sheet, ret);
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "looking for the sheet", err);
    return ret->n == 0 ? tell_none(ret, cluster, args->operands[1], err) : PH_OK;
}

ph_sheet_key ph_agg_sheets_key(const ph_agg_sheets *s, size_t i)
{
    return (ph_sheet_key){.cluster = s->cluster, .form = ph_span_str(s->forms[i]), .period = s->period};
}
