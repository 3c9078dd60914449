/* cmd_restate - the figures of a sheet and of the year before it, ready to be added up to the units of a day.   Layer:
 * aggregator (app) */
#include "ph_agg_restate.h"

#include <string.h>

#include "ph_locale.h"

ph_rc ph_restated_view_parse(const char *text, ph_date today, ph_restated_view *ret, ph_err *err)
{
    ph_restated_view view = {.day = today};

    view.is_then = strcmp(text, "then") == 0;
    view.is_today = strcmp(text, "now") == 0;
    if (view.is_then || view.is_today || ph_date_parse(ph_span_str(text), &view.day) == PH_OK) {
        *ret = view;
        return PH_OK;
    }
    (void)ph_err_set(err, PH_USAGE, "usage.view", text, "%s",
                     PH_T("không phải then (địa giới khi ấy), now (địa giới hiện nay) hay một ngày",
                          "is neither then (units of the period) nor now (units of today) nor a day"));
    ph_err_hint(err, "--view then, --view now, --view 2025-07-01");
    return PH_USAGE;
}

ph_rc ph_restated_view_check(const ph_restated_view *view, ph_period period, const char *text, ph_err *err)
{
    char day[PH_DATE_TEXT_BYTES];
    ph_date from, to;

    ph_period_range(period, &from, &to);
    if (view->is_then || view->is_today || view->day >= from)
        return PH_OK;
    (void)ph_date_print(from, day);
    (void)ph_err_set(
        err, PH_USAGE, "usage.view", text,
        PH_T("trước ngày đầu của kỳ, %s: số liệu chỉ quy đổi xuôi theo các lần sáp nhập, không quy đổi ngược",
             "before the first day of the period, %s: figures are restated forward along mergers, never back"),
        day);
    ph_err_hint(err, PH_T("--view then: địa giới của kỳ", "--view then: the units of the period"));
    return PH_USAGE;
}

static size_t list_figures(const ph_summary *s, ph_restate_figure *list)
{
    for (size_t i = 0; i < s->n; i++)
        list[i] = (ph_restate_figure){.issue = s->rows[i].issue, .figure = s->rows[i].figure};
    return s->n;
}

static ph_rc load_before(const ph_agg_reading *r, const ph_sheet_key *key, ph_summary_when when, ph_summary *ret)
{
    ph_sheet_key a_year_ago = *key;

    a_year_ago.period.year--;
    ph_rc rc = ph_summary_load(r, &a_year_ago, when, ret);
    return rc == PH_NOT_FOUND ? PH_OK : rc;
}

ph_rc ph_restated_load(const ph_agg_reading *r, const ph_sheet_key *key, const ph_summary *then, ph_restated_view view,
                       ph_restated *ret)
{
    const ph_issue *last = then->last;

    memset(ret, 0, sizeof *ret);
    ret->then = then;
    ret->view = view;
    ph_rc rc = r->registries.get(r->registries.arg, &r->head.registry, &ret->registry);
    if (rc == PH_OK)
        rc = load_before(r, key, then->when, &ret->before);
    if (rc != PH_OK)
        return rc;
    ph_restate_find(ret->registry, last->members, last->n_members, last->period, view.day, &ret->units);
    ret->sheet = (ph_restate_sheet){.reg = ret->registry, .then = ret->figures[0], .before = ret->figures[1]};
    ret->sheet.n_then = list_figures(then, ret->figures[0]);
    ret->sheet.n_before = list_figures(&ret->before, ret->figures[1]);
    return PH_OK;
}

void ph_restated_free(ph_restated *v)
{
    if (v != NULL)
        ph_summary_free(&v->before);
}

ph_restate_cell ph_restated_cell(const ph_restated *v, size_t unit, size_t row)
{
    return ph_restate_value(&v->sheet, &v->units.list[unit], v->then->rows[row].figure);
}
