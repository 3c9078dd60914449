/* cmd_sheets - which sheets a cluster has for a period, and operands that name them.   Layer: aggregator (app) */
#include "ph_agg_sheets.h"

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

ph_rc ph_agg_sheets_find(const ph_args *args, const ph_agg_reading *r, ph_agg_sheets *ret, ph_err *err)
{
    uint16_t cluster;
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
    if (ret->n == 0)
        return ph_err_set(
            err, PH_NOT_FOUND, "agg.sheet.none", args->operands[1], "%s",
            PH_T("kỳ này chưa mở, chưa có số liệu nào", "this period has not opened: there are no figures"));
    return PH_OK;
}

ph_sheet_key ph_agg_sheets_key(const ph_agg_sheets *s, size_t i)
{
    return (ph_sheet_key){.cluster = s->cluster, .form = ph_span_str(s->forms[i]), .period = s->period};
}
