/* cmd_summary - reads the newest issue of each figure out of the vintages.   Layer: aggregator (app) */
#include "ph_agg_summary.h"

#include <stdlib.h>
#include <string.h>

#include "ph_locale.h"
#include "ph_suggest.h"

/* ---- loading ---- */

typedef struct loading {
    ph_summary *s;
    ph_rc rc;
} loading;

static uint16_t order_of(const ph_summary *s, const ph_issue *issue, ph_span indicator)
{
    uint16_t form = ph_registry_find_form(s->registry, issue->form, issue->period);
    uint16_t code = ph_registry_find_indicator(s->registry, indicator);
    if (form == PH_NO_INDEX)
        return PH_NO_INDEX;
    const ph_form *f = ph_registry_form(s->registry, form);
    for (uint16_t i = 0; i < f->n_items; i++)
        if (f->items[i].indicator == code)
            return i;
    return PH_NO_INDEX;
}

/* A newer figure takes the place of the older one of the same indicator. */
static void place(ph_summary *s, const ph_issue *issue, const ph_figure *figure)
{
    size_t i = 0;
    while (i < s->n && !ph_span_eq(s->rows[i].figure->indicator, figure->indicator))
        i++;
    if (i == PH_MAX_OBSERVATIONS)
        return;
    s->rows[i] = (ph_summary_row){.issue = issue, .figure = figure, .order = order_of(s, issue, figure->indicator)};
    s->n += i == s->n;
}

static ph_rc keep_issue(ph_summary *s, ph_span packed)
{
    ph_summary_issue *kept = calloc(1, sizeof *kept);
    if (kept == NULL)
        return PH_NOMEM;
    kept->next = s->issues;
    s->issues = kept;
    kept->bytes = malloc(packed.len + 1);
    kept->figures = calloc(PH_MAX_OBSERVATIONS, sizeof *kept->figures);
    if (kept->bytes == NULL || kept->figures == NULL)
        return PH_NOMEM;
    memcpy(kept->bytes, packed.ptr, packed.len);
    ph_rc rc = ph_issue_read(ph_span_of(kept->bytes, packed.len), kept->figures, PH_MAX_OBSERVATIONS, &kept->issue);
    if (rc != PH_OK)
        return rc == PH_NOMEM ? rc : PH_CORRUPT;
    s->last = &kept->issue;
    for (uint16_t i = 0; i < kept->issue.n_figures; i++)
        place(s, &kept->issue, &kept->issue.figures[i]);
    return PH_OK;
}

/* Issues that no row points into any more go again: a ledger may hold thousands of vintages. */
static void drop_unused(ph_summary *s)
{
    for (ph_summary_issue **at = &s->issues; *at != NULL;) {
        ph_summary_issue *i = *at;
        bool is_used = &i->issue == s->last;
        for (size_t k = 0; k < s->n && !is_used; k++)
            is_used = s->rows[k].issue == &i->issue;
        if (is_used) {
            at = &i->next;
            continue;
        }
        *at = i->next;
        free(i->bytes);
        free(i->figures);
        free(i);
    }
}

static bool on_issue(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    loading *l = arg;
    (void)key;
    (void)seal;
    l->rc = keep_issue(l->s, packed);
    if (l->rc == PH_OK)
        drop_unused(l->s);
    return l->rc == PH_OK;
}

static int by_order(const void *a, const void *b)
{
    const ph_summary_row *x = a, *y = b;
    return x->order != y->order ? (x->order > y->order) - (x->order < y->order)
                                : ph_span_cmp(x->figure->indicator, y->figure->indicator);
}

ph_rc ph_summary_load(const ph_agg_reading *r, const ph_sheet_key *key, ph_summary *ret)
{
    *ret = (ph_summary){0};
    loading l = {.s = ret, .rc = PH_OK};
    ph_rc rc = r->registries.get(r->registries.arg, &r->head.registry, &ret->registry);
    if (rc == PH_OK)
        rc = r->store->ops->walk_summaries(r->store, key, on_issue, &l);
    if (rc == PH_OK)
        rc = l.rc;
    if (rc == PH_OK && ret->n == 0)
        rc = PH_NOT_FOUND;
    qsort(ret->rows, ret->n, sizeof ret->rows[0], by_order);
    return rc;
}

void ph_summary_free(ph_summary *s)
{
    while (s->issues != NULL) {
        ph_summary_issue *i = s->issues;
        s->issues = i->next;
        free(i->bytes);
        free(i->figures);
        free(i);
    }
    *s = (ph_summary){0};
}

ph_summary_mark ph_summary_mark_of(const ph_summary_row *row)
{
    if (!ph_figure_is_complete(row->figure))
        return PH_MARK_PARTIAL;
    return ph_figure_is_provisional(row->issue, row->figure) ? PH_MARK_PROVISIONAL : PH_MARK_FINAL;
}

/* ---- the command ---- */

/* Which sheets the cluster has for the period. */
typedef struct finding_sheets {
    ph_span cluster;
    ph_period period;
    size_t n;
    char forms[16][PH_ID_BUFFER_BYTES];
} finding_sheets;

static bool on_sheet(void *arg, const ph_sheet_key *key, uint64_t folded_to_seq, ph_span packed)
{
    finding_sheets *f = arg;
    (void)folded_to_seq;
    (void)packed;
    if (ph_span_eq(key->cluster, f->cluster) && ph_period_eq(key->period, f->period) && f->n < 16 &&
        ph_span_copy(key->form, f->forms[f->n], sizeof f->forms[0]))
        f->n++;
    return true;
}

static ph_rc no_cluster(const ph_registry *reg, const char *typed, ph_err *err)
{
    const char *names[64];
    size_t n = 0;
    for (size_t i = 0; i < ph_registry_n_clusters(reg) && n < 64; i++)
        names[n++] = ph_registry_cluster(reg, i)->id;
    const char *meant = ph_suggest(ph_span_str(typed), names, n);
    (void)ph_err_set(err, PH_NOT_FOUND, "agg.cluster.unknown", typed, "%s",
                     PH_T("không có cụm này trong danh mục", "there is no such cluster in the registry"));
    if (meant != NULL)
        ph_err_hint(err, PH_T("có phải là %s?", "did you mean %s?"), meant);
    return PH_NOT_FOUND;
}

static ph_rc print_sheet(const ph_args *args, const ph_agg_reading *r, const ph_sheet_key *key, ph_buf *text)
{
    ph_summary s;
    ph_rc rc = ph_summary_load(r, key, &s);
    if (rc == PH_OK && args->json)
        ph_summary_print_json(&s, text);
    else if (rc == PH_OK && ph_args_has(args, PH_AGG_OPT_CSV))
        ph_summary_print_csv(&s, text);
    else if (rc == PH_OK)
        ph_summary_print(&s, args->lang, text);
    ph_summary_free(&s);
    return rc;
}

static ph_rc print_sheets(const ph_args *args, const ph_agg_reading *r, const finding_sheets *f, ph_buf *text,
                          ph_err *err)
{
    if (args->json)
        (void)ph_buf_put_byte(text, '[');
    else if (ph_args_has(args, PH_AGG_OPT_CSV))
        (void)ph_buf_put_str(text, PH_SUMMARY_CSV_HEADER);
    for (size_t i = 0; i < f->n; i++) {
        const ph_sheet_key key = {.cluster = f->cluster, .form = ph_span_str(f->forms[i]), .period = f->period};
        if (args->json && i > 0)
            (void)ph_buf_put_byte(text, ',');
        ph_rc rc = print_sheet(args, r, &key, text);
        if (rc != PH_OK)
            return ph_agg_reading_failed(r, rc, "reading the figures", err);
    }
    if (args->json)
        (void)ph_buf_put_str(text, "]\n");
    return PH_OK;
}

static ph_rc find_sheets(const ph_args *args, const ph_agg_reading *r, finding_sheets *f, ph_err *err)
{
    const char *cluster = args->operands[0], *period = args->operands[1];
    const ph_registry *reg = NULL;
    if (ph_period_parse(ph_span_str(period), &f->period) != PH_OK) {
        (void)ph_err_set(err, PH_USAGE, "usage.period", period, "%s",
                         PH_T("không phải kỳ báo cáo", "is not a reporting period"));
        ph_err_hint(err, "2023, 2023-S1, 2023-Q2, 2023-06");
        return PH_USAGE;
    }
    f->cluster = ph_span_str(cluster);
    ph_rc rc = r->registries.get(r->registries.arg, &r->head.registry, &reg);
    if (rc == PH_OK && ph_registry_find_cluster(reg, f->cluster) == PH_NO_INDEX)
        return no_cluster(reg, cluster, err);
    if (rc == PH_OK)
        rc = r->store->ops->walk_sheets(r->store, on_sheet, f);
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "looking for the sheet", err);
    if (f->n == 0)
        return ph_err_set(
            err, PH_NOT_FOUND, "agg.sheet.none", period, "%s",
            PH_T("kỳ này chưa mở, chưa có số liệu nào", "this period has not opened: there are no figures"));
    return PH_OK;
}

ph_rc ph_agg_cmd_summary(const ph_args *args, ph_err *err)
{
    finding_sheets found = {0};
    ph_agg_reading r;
    ph_buf text;
    ph_buf_init(&text, 16 * 1024 * 1024);
    ph_rc rc = ph_agg_reading_open(args, &r, err);
    if (rc == PH_OK)
        rc = find_sheets(args, &r, &found, err);
    if (rc == PH_OK)
        rc = print_sheets(args, &r, &found, &text, err);
    if (rc == PH_OK)
        rc = ph_agg_cmd_print(&text, err);
    ph_buf_done(&text);
    ph_agg_reading_close(&r);
    return rc;
}
