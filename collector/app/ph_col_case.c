/* ph_col_case - the held value that a command speaks of.   Layer: collector/app */
#include "ph_col_case.h"

#include <stdio.h>
#include <string.h>

#include "ph_col_meant.h"
#include "ph_col_show.h"
#include "ph_locale.h"
#include "ph_submission.h"

/* ---- hearing ---- */

ph_rc ph_col_case_hear(ph_col_app *app, ph_col_wait *w, ph_col_cases *ret, ph_col_hearing_end *ret_end, ph_err *err)
{
    ph_rc rc = PH_OK;
    *ret_end = (ph_col_hearing_end){.cause = PH_COL_CAUSE_STARTING};
    if (!ph_args_has(app->args, PH_COL_OPT_NO_WAIT))
        rc = ph_col_wait_cases(w, PH_COL_HEAR_S * PH_US_PER_S, ret_end, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_col_cases_load(app->spool, ret);
    if (rc == PH_CORRUPT) { /* only a copy: it is heard anew */
        ph_col_cases_done(ret);
        return PH_OK;
    }
    return rc == PH_NOT_FOUND ? PH_OK : ph_col_app_spool_err(app, rc, err);
}

ph_rc ph_col_case_offline(const ph_col_app *app, const ph_col_cases *known, ph_col_cause cause, ph_err *err)
{
    char at[PH_TIME_TEXT_BYTES];
    const char *remedy = ph_col_cause_remedy(cause, app->lang);
    bool is_named = cause != PH_COL_CAUSE_NONE && cause != PH_COL_CAUSE_STARTING;
    ph_col_show_time(known->heard.at_us, at);
    (void)ph_err_set(err, PH_TIMEOUT, "cases.offline", app->aggregator.address, "%s",
                     is_named ? ph_col_cause_word(cause, app->lang)
                              : PH_T("chưa hỏi được máy tổng hợp về các số liệu tạm giữ",
                                     "the aggregator did not tell which values are held"));
    if (at[0] != '\0')
        ph_err_means(err,
                     PH_T("không mất gì; những gì biết được là của lúc %s, từ đó có thể đã đổi",
                          "nothing is lost; what is known is of %s and may have changed since"),
                     at);
    else
        ph_err_means(err, "%s",
                     PH_T("không mất gì; máy này chưa biết số liệu nào đang bị giữ",
                          "nothing is lost; this machine does not know yet which values are held"));
    ph_err_hint(err, "%s",
                remedy[0] != '\0' ? remedy
                                  : PH_T("chạy lại lệnh khi nối được: phusa-collector status",
                                         "repeat it once there is a connection: phusa-collector status"));
    return PH_TIMEOUT;
}

/* ---- who and what is meant ---- */

ph_rc ph_col_case_unit(const ph_col_app *app, const char *said, uint16_t *ret, ph_err *err)
{
    char near[128];
    *ret = ph_col_unit_meant(app->registry, ph_span_str(said));
    if (*ret != PH_NO_INDEX)
        return PH_OK;
    (void)ph_err_set(err, PH_NOT_FOUND, "args.unit", said, "%s",
                     PH_T("không có đơn vị này trong danh mục", "the registry knows no such unit"));
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    if (ph_col_unit_near(app->registry, ph_span_str(said), near, sizeof near))
        ph_err_hint(err, PH_T("có phải ý bạn là %s?", "did you mean %s?"), near);
    else
        ph_err_hint(err, "phusa-collector cases");
    return PH_NOT_FOUND;
}

ph_rc ph_col_case_indicator(const ph_col_app *app, const char *form, const char *said, uint16_t *ret, ph_err *err)
{
    char near[192];
    *ret = ph_col_indicator_meant(app->registry, form, ph_span_str(said));
    if (*ret != PH_NO_INDEX)
        return PH_OK;
    (void)ph_err_set(err, PH_NOT_FOUND, "args.indicator", said, "%s",
                     PH_T("không có chỉ tiêu này trong danh mục", "the registry knows no such indicator"));
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    if (ph_col_indicator_near(app->registry, form, ph_span_str(said), near, sizeof near))
        ph_err_hint(err, PH_T("có phải ý bạn là %s?", "did you mean %s?"), near);
    else
        ph_err_hint(err, "phusa-collector cases");
    return PH_NOT_FOUND;
}

/* ---- which case ---- */

static bool fits_key(const ph_col_wanted *wanted, const ph_col_key *key)
{
    bool has_cluster = wanted->cluster != NULL && wanted->cluster[0] != '\0';
    bool has_form = wanted->form != NULL && wanted->form[0] != '\0';
    return (!has_cluster || strcmp(key->cluster, wanted->cluster) == 0) &&
           (!has_form || strcmp(key->form, wanted->form) == 0) &&
           (!wanted->has_period || ph_period_eq(wanted->period, key->period));
}

bool ph_col_case_fits(const ph_col_wanted *wanted, const ph_case_line *line)
{
    ph_col_key key;
    ph_col_case_key(line, &key);
    return fits_key(wanted, &key);
}

void ph_col_case_key(const ph_case_line *line, ph_col_key *ret)
{
    *ret = (ph_col_key){.period = line->of.period};
    (void)ph_span_copy(line->of.cluster, ret->cluster, sizeof ret->cluster); /* ids fit: the reader saw to it */
    (void)ph_span_copy(line->of.form, ret->form, sizeof ret->form);
}

bool ph_col_case_role_of(const ph_col_app *app, const ph_col_key *key, ph_span unit, ph_role *ret)
{
    uint16_t cluster = ph_registry_find_cluster(app->registry, ph_span_str(key->cluster));
    uint16_t number = ph_registry_find_unit(app->registry, unit);
    const ph_cycle *cycle =
        cluster == PH_NO_INDEX ? NULL : ph_cluster_cycle(ph_registry_cluster(app->registry, cluster), key->period);
    uint16_t row = cycle == NULL || number == PH_NO_INDEX ? PH_NO_INDEX : ph_cycle_member(cycle, number);
    if (row == PH_NO_INDEX)
        return false;
    *ret = cycle->roles[row];
    return true;
}

bool ph_col_case_role(const ph_col_app *app, const ph_col_key *key, ph_role *ret)
{
    return ph_col_case_role_of(app, key, ph_span_str(app->cfg.unit), ret);
}

static bool is_open(const ph_case_line *line)
{
    return line->state == PH_CASE_HELD || line->state == PH_CASE_EXPLAINED || line->state == PH_CASE_RETURNED;
}

/* Cases as words that choose one of them, for a hint. */
typedef struct candidates {
    size_t n, len;
    char text[512];
    const ph_case_line *last;
} candidates;

static void add_candidate(candidates *c, const ph_case_line *line, bool with_options)
{
    char period[PH_PERIOD_TEXT_BYTES], one[256];
    (void)ph_period_print(line->of.period, period);
    if (with_options)
        snprintf(one, sizeof one, "--cluster %.*s --form %.*s --period %s", (int)line->of.cluster.len,
                 (const char *)line->of.cluster.ptr, (int)line->of.form.len, (const char *)line->of.form.ptr, period);
    else
        snprintf(one, sizeof one, "%.*s %.*s (%s)", (int)line->of.unit.len, (const char *)line->of.unit.ptr,
                 (int)line->of.indicator.len, (const char *)line->of.indicator.ptr, period);
    c->last = line;
    c->n++;
    if (c->len + strlen(one) + 3 < sizeof c->text)
        c->len += (size_t)snprintf(c->text + c->len, sizeof c->text - c->len, "%s%s", c->len == 0 ? "" : "; ", one);
}

static bool has_member(const ph_col_app *app, const ph_calendar_item *duty, uint16_t unit)
{
    const ph_cycle *cycle = ph_cluster_cycle(ph_registry_cluster(app->registry, duty->cluster), duty->period);
    return cycle != NULL && ph_cycle_member(cycle, unit) != PH_NO_INDEX;
}

/* Is there a report of the other unit that fits, whose values nobody shows us? Then that none is listed says nothing.
 * Clusters that we are not in count only when there is none in which we see all. */
static bool is_kept_from_us(const ph_col_app *app, const ph_col_wanted *wanted, uint16_t unit)
{
    bool is_outside = false, sees = false;
    ph_role role;
    if (strcmp(ph_registry_unit(app->registry, unit)->id, app->cfg.unit) == 0)
        return false;
    for (size_t i = 0; i < ph_registry_n_calendar(app->registry); i++) {
        const ph_calendar_item *duty = ph_registry_calendar(app->registry, i);
        ph_col_key key;
        ph_col_app_key(app, duty, &key);
        if (!has_member(app, duty, unit) || !fits_key(wanted, &key))
            continue;
        if (!ph_col_case_role(app, &key, &role))
            is_outside = true;
        else if (role == PH_ROLE_MEMBER)
            return true;
        else
            sees = true;
    }
    return is_outside && !sees;
}

static ph_rc not_shown_to_us(const char *unit, const char *indicator, ph_err *err)
{
    (void)ph_err_set(err, PH_NOT_FOUND, "case.none", indicator,
                     PH_T("số liệu tạm giữ của %s chỉ cụm trưởng và cụm phó của năm số liệu thấy được, nên ở đây không "
                          "biết có hay không",
                          "held values of %s are shown to the head of the cluster and its deputies of the year of the "
                          "data only, so it is not known here whether there is one"),
                     unit);
    ph_err_means(err, "%s", PH_T("chưa có gì được quyết định hay gửi", "nothing was decided or sent"));
    ph_err_hint(err, "%s",
                PH_T("chỉ cụm trưởng quyết định: chuyển việc này cho cụm trưởng. Số liệu của đơn vị mình: "
                     "phusa-collector cases",
                     "only the head decides: pass it on to the head. Your own values: phusa-collector cases"));
    return PH_NOT_FOUND;
}

static ph_rc no_such_case(const ph_col_cases *cases, const char *unit, const char *indicator, ph_err *err)
{
    candidates there = {0};
    for (size_t i = 0; i < cases->n; i++)
        if (is_open(&cases->lines[i]))
            add_candidate(&there, &cases->lines[i], false);
    (void)ph_err_set(err, PH_NOT_FOUND, "case.none", indicator,
                     PH_T("không có số liệu nào như vậy của %s đang bị tạm giữ", "no such value of %s is held"), unit);
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    if (there.n == 0)
        ph_err_hint(err, "%s",
                    PH_T("không có số liệu nào đang bị giữ: phusa-collector cases",
                         "no value is held now: phusa-collector cases"));
    else
        ph_err_hint(err, PH_T("đang bị giữ: %s", "held are: %s"), there.text);
    return PH_NOT_FOUND;
}

ph_rc ph_col_case_pick(const ph_col_app *app, const ph_col_cases *cases, const ph_col_wanted *wanted, uint16_t unit,
                       uint16_t indicator, const ph_case_line **ret, ph_err *err)
{
    const char *unit_id = ph_registry_unit(app->registry, unit)->id;
    const char *code = ph_registry_indicator(app->registry, indicator)->code;
    candidates open = {0}, closed = {0};
    for (size_t i = 0; i < cases->n; i++) {
        const ph_case_line *line = &cases->lines[i];
        if (ph_span_is(line->of.unit, unit_id) && ph_span_is(line->of.indicator, code) &&
            ph_col_case_fits(wanted, line))
            add_candidate(is_open(line) ? &open : &closed, line, true);
    }
    const candidates *found = open.n > 0 ? &open : &closed;
    *ret = found->last;
    if (found->n == 1)
        return PH_OK;
    if (found->n == 0)
        return is_kept_from_us(app, wanted, unit) ? not_shown_to_us(unit_id, code, err)
                                                  : no_such_case(cases, unit_id, code, err);
    (void)ph_err_set(err, PH_AMBIGUOUS, "case.several", code, "%s",
                     PH_T("chỉ tiêu này bị giữ ở nhiều báo cáo, hãy chọn một",
                          "this indicator is held in several reports, choose one"));
    ph_err_hint(err, "%s", found->text);
    return PH_AMBIGUOUS;
}

/* ---- our own value, off-line ---- */

static ph_rc none_here(const char *code, const char *vi, const char *en, ph_err *err)
{
    (void)ph_err_set(err, PH_NOT_FOUND, "explain.no_figure", code, "%s", ph_lang_current() == PH_LANG_VI ? vi : en);
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    ph_err_hint(
        err, "%s",
        PH_T("chạy lại khi nối được với máy tổng hợp; xem: phusa-collector status, phusa-collector cases",
             "repeat it once the aggregator can be reached; see: phusa-collector status, phusa-collector cases"));
    return PH_NOT_FOUND;
}

/* The newest one that is on its way comes before the explanation; else what was accepted last. */
static ph_rc find_revision(ph_col_app *app, const ph_col_key *key, ph_col_item *ret)
{
    const ph_col_spool_ops *ops = app->spool->ops;
    ph_rc rc = ops->newest(app->spool, key, ret);
    if (rc == PH_OK && (ret->state == PH_COL_QUEUED || ret->state == PH_COL_SENT))
        return PH_OK;
    return rc == PH_OK || rc == PH_NOT_FOUND ? ops->last_accepted(app->spool, key, ret) : rc;
}

static const ph_observation *find_observation(const ph_submission *sub, const char *code)
{
    for (size_t i = 0; i < sub->n_observations; i++)
        if (ph_span_is(sub->observations[i].indicator, code))
            return &sub->observations[i];
    return NULL;
}

static ph_rc speak(const ph_col_app *app, const ph_col_key *key, const ph_indicator *ind, const ph_observation *o,
                   ph_case_line *ret, ph_err *err)
{
    if (o == NULL || strchr(PH_OBS_NO_VALUE, o->status) != NULL)
        return none_here(ind->code, "bản gửi gần nhất không có giá trị nào của chỉ tiêu này",
                         "the last sending gives no value of this indicator", err);
    *ret = (ph_case_line){.of = {.cluster = ph_span_str(key->cluster),
                                 .form = ph_span_str(key->form),
                                 .period = key->period,
                                 .unit = ph_span_str(app->cfg.unit),
                                 .indicator = ph_span_str(ind->code),
                                 .status = o->status},
                          .state = PH_CASE_HELD};
    if (ph_decimal_rescale(o->value, ind->decimals, &ret->of.value) != PH_OK)
        return none_here(ind->code, "giá trị đã gửi có quá nhiều chữ số thập phân nên không được nhận",
                         "the value sent has too many decimals and is not taken", err);
    ret->digest = ph_spoken_value_digest(&ret->of);
    return PH_OK;
}

ph_rc ph_col_case_from_spool(ph_col_app *app, const ph_col_key *key, uint16_t indicator, ph_case_line *ret, ph_err *err)
{
    static ph_observation store[PH_MAX_OBSERVATIONS]; /* large; a command runs once */
    const ph_indicator *ind = ph_registry_indicator(app->registry, indicator);
    ph_submission sub;
    ph_col_item item;
    ph_buf bytes;
    ph_rc rc = find_revision(app, key, &item);
    if (rc == PH_NOT_FOUND)
        return none_here(ind->code, "máy này không giữ bản gửi nào của báo cáo này",
                         "this machine holds no sending of this report", err);
    if (rc != PH_OK)
        return ph_col_app_spool_err(app, rc, err);
    ph_buf_init(&bytes, PH_COL_MAX_ENVELOPE_BYTES);
    rc = ph_col_app_body(app, &item, &bytes, store, &sub, err);
    if (rc == PH_OK)
        rc = speak(app, key, ind, find_observation(&sub, ind->code), ret, err);
    ph_buf_done(&bytes);
    return rc;
}
