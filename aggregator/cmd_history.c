/* cmd_history - the command `history`: the vintages of one figure, read out of the summaries.   Layer: aggregator (app)
 */
#include "ph_agg_history.h"

#include <stdlib.h>
#include <string.h>

#include "ph_agg_sheets.h"
#include "ph_locale.h"
#include "ph_suggest.h"

/* ---- loading ---- */

static ph_rc grow(ph_history *h)
{
    size_t capacity = h->capacity == 0 ? 16 : 2 * h->capacity;
    ph_history_vintage *more;

    if (h->n < h->capacity)
        return PH_OK;
    more = realloc(h->vintages, capacity * sizeof *more);
    if (more == NULL)
        return PH_NOMEM;
    h->vintages = more;
    h->capacity = capacity;
    return PH_OK;
}

/* Keeps the issue when it holds the figure. */
static ph_rc take_issue(ph_history *h, ph_span packed)
{
    ph_history_vintage v = {.bytes = malloc(packed.len + 1)};
    ph_rc rc = v.bytes == NULL ? PH_NOMEM : grow(h);
    bool is_there = false;

    if (rc == PH_OK) {
        memcpy(v.bytes, packed.ptr, packed.len);
        rc = ph_issue_read(ph_span_of(v.bytes, packed.len), h->scratch, PH_MAX_OBSERVATIONS, &v.issue);
        rc = rc == PH_OK || rc == PH_NOMEM ? rc : PH_CORRUPT;
    }
    for (uint16_t i = 0; rc == PH_OK && i < v.issue.n_figures && !is_there; i++) {
        is_there = ph_span_is(h->scratch[i].indicator, h->indicator->code);
        v.figure = h->scratch[i];
    }
    v.issue.figures = NULL;
    if (is_there)
        h->vintages[h->n++] = v;
    else
        free(v.bytes);
    return rc;
}

static bool on_issue(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    ph_history *h = arg;
    (void)key;
    (void)seal;
    h->rc = take_issue(h, packed);
    return h->rc == PH_OK;
}

ph_rc ph_history_load(const ph_agg_reading *r, const ph_registry *reg, const ph_indicator *indicator,
                      const ph_sheet_key *key, ph_history *ret)
{
    *ret = (ph_history){.reading = r, .registry = reg, .indicator = indicator};
    ret->scratch = calloc(PH_MAX_OBSERVATIONS, sizeof *ret->scratch);
    if (ret->scratch == NULL)
        return PH_NOMEM;
    ph_rc rc = r->store->ops->walk_summaries(r->store, key, on_issue, ret);
    if (rc == PH_OK)
        rc = ret->rc;
    if (rc == PH_OK && ret->n == 0)
        return PH_NOT_FOUND;
    return rc == PH_OK ? ph_said_load(r, key, &ret->said) : rc;
}

void ph_history_free(ph_history *h)
{
    for (size_t i = 0; i < h->n; i++)
        free(h->vintages[i].bytes);
    free(h->vintages);
    free(h->scratch);
    ph_said_free(&h->said);
    *h = (ph_history){0};
}

void ph_history_compare(const ph_history *h, size_t i, ph_vintage_diff *ret)
{
    const ph_history_vintage *now = &h->vintages[i], *before = i == 0 ? NULL : &h->vintages[i - 1];

    ph_vintage_compare(before == NULL ? NULL : &before->issue, before == NULL ? NULL : &before->figure, &now->issue,
                       &now->figure, ret);
}

/* ---- the command ---- */

static ph_rc find_indicator(const ph_registry *reg, const char *typed, const ph_indicator **ret, ph_err *err)
{
    const char *names[256];
    size_t n = 0;
    uint16_t i = ph_registry_find_indicator(reg, ph_span_str(typed));
    if (i != PH_NO_INDEX) {
        *ret = ph_registry_indicator(reg, i);
        return PH_OK;
    }
    for (size_t k = 0; k < ph_registry_n_indicators(reg) && n < 256; k++)
        names[n++] = ph_registry_indicator(reg, k)->code;
    const char *meant = ph_suggest(ph_span_str(typed), names, n);
    (void)ph_err_set(err, PH_NOT_FOUND, "agg.indicator.unknown", typed, "%s",
                     PH_T("không có chỉ tiêu này trong danh mục", "there is no such indicator in the registry"));
    if (meant != NULL)
        ph_err_hint(err, PH_T("có phải là %s?", "did you mean %s?"), meant);
    return PH_NOT_FOUND;
}

typedef struct request {
    const ph_args *args;
    const ph_indicator *indicator;
    ph_agg_csv csv;
    ph_buf *text;
    size_t n_printed;
} request;

static ph_rc print_sheet(request *q, const ph_agg_reading *r, const ph_registry *reg, const ph_sheet_key *key)
{
    ph_history h;
    ph_rc rc = ph_history_load(r, reg, q->indicator, key, &h);
    bool is_elsewhere = rc == PH_NOT_FOUND; /* another form's sheet holds it, or none */
    if (rc == PH_OK && q->args->json) {
        if (q->n_printed > 0)
            (void)ph_buf_put_byte(q->text, ',');
        ph_history_print_json(&h, q->text);
    } else if (rc == PH_OK && ph_agg_csv_asked(q->args)) {
        ph_history_print_csv(&h, &q->csv);
    } else if (rc == PH_OK) {
        ph_history_print(&h, q->args->lang, q->text);
    }
    q->n_printed += rc == PH_OK;
    rc = rc == PH_OK ? h.rc : rc;
    ph_history_free(&h);
    return is_elsewhere ? PH_OK : rc;
}

static ph_rc print_sheets(request *q, const ph_agg_reading *r, const ph_agg_sheets *found, ph_err *err)
{
    ph_rc rc = find_indicator(found->registry, q->args->operands[2], &q->indicator, err);
    if (rc != PH_OK)
        return rc;
    if (q->args->json)
        (void)ph_buf_put_byte(q->text, '[');
    else if (ph_agg_csv_asked(q->args))
        q->csv = ph_agg_csv_begin(q->text, ph_args_has(q->args, PH_AGG_OPT_EXCEL), PH_HISTORY_CSV_HEADER);
    for (size_t i = 0; rc == PH_OK && i < found->n; i++) {
        const ph_sheet_key key = ph_agg_sheets_key(found, i);
        rc = print_sheet(q, r, found->registry, &key);
    }
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "reading the vintages", err);
    if (q->n_printed == 0)
        return ph_err_set(err, PH_NOT_FOUND, "agg.history.none", q->indicator->code, "%s",
                          PH_T("chỉ tiêu này chưa được công bố trong kỳ ấy, hoặc không thuộc biểu nào của kỳ",
                               "it has not been published for that period, or belongs to none of its forms"));
    if (q->args->json)
        (void)ph_buf_put_str(q->text, "]\n");
    return PH_OK;
}

ph_rc ph_agg_cmd_history(const ph_args *args, ph_err *err)
{
    ph_agg_sheets found = {0};
    ph_agg_reading r;
    ph_buf text;
    request q = {.args = args, .text = &text};
    ph_buf_init(&text, 64 * 1024 * 1024);
    ph_rc rc = ph_agg_reading_open(args, &r, err);
    if (rc == PH_OK)
        rc = ph_agg_sheets_find(args, &r, &found, err);
    if (rc == PH_OK)
        rc = print_sheets(&q, &r, &found, err);
    if (rc == PH_OK)
        rc = ph_agg_cmd_print(&text, err);
    ph_buf_done(&text);
    ph_agg_reading_close(&r);
    return rc;
}
