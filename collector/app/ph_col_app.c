/* ph_col_app - what the commands share: configuration, registry, keys, cards, spool.   Layer: collector/app */
#include "ph_col_app.h"

#include <stdio.h>
#include <string.h>

#include "ph_col_spool_sqlite.h"
#include "ph_daemon.h"
#include "ph_file.h"
#include "ph_locale.h"
#include "ph_submission.h"
#include "ph_suggest.h"

enum { CARD_MAX_BYTES = 16 * 1024, PH_COL_MAX_UNITS = 256 };

ph_rc ph_col_app_config(ph_col_app *app, ph_err *err)
{
    ph_cfg_source source = app->args->config;
    if (!app->args->config_given && source.file != NULL && !ph_file_exists(source.file))
        source.file = "";
    ph_rc rc = ph_cfg_load(&ph_col_cfg_schema, &source, &app->cfg, ph_daemon_print_err, NULL, err);
    if (rc != PH_OK && source.file != NULL && source.file[0] == '\0')
        ph_err_hint(
            err, "%s",
            PH_T("chưa có tệp cấu hình: chạy phusa-collector keygen --unit MÃ, hoặc chỉ tệp bằng --config",
                 "there is no configuration yet: run phusa-collector keygen --unit ID, or name one with --config"));
    return rc;
}

ph_rc ph_col_app_registry(ph_col_app *app, ph_err *err)
{
    ph_rc rc = ph_registry_load_dir(app->cfg.registry, ph_daemon_print_err, NULL, NULL, &app->registry);
    if (rc == PH_OK)
        return PH_OK;
    (void)ph_err_set(err, rc, "cfg.registry", app->cfg.registry, "%s",
                     PH_T("không nạp được danh mục", "the registry cannot be loaded"));
    ph_err_means(err, "%s", PH_T("chưa có gì được kiểm tra hay gửi", "nothing was checked or sent"));
    ph_err_hint(err, "%s",
                PH_T("sửa khóa registry: trong tệp cấu hình, hoặc cài lại gói phusa",
                     "correct registry: in the configuration, or install the phusa package again"));
    return rc;
}

static ph_rc load_key(const ph_col_app *app, const char *name, ph_identity_kind kind, ph_identity **ret, ph_err *err)
{
    char path[2 * PH_COL_PATH_BYTES];
    ph_rc rc = ph_file_join(path, sizeof path, app->cfg.key_dir, name);
    if (rc == PH_OK)
        rc = ph_identity_load(path, kind, ret, err);
    if (rc == PH_NOT_FOUND)
        ph_err_hint(err, "phusa-collector keygen --unit %s", app->cfg.unit);
    if (rc != PH_OK || strcmp((*ret)->name, app->cfg.unit) == 0)
        return rc;
    rc = ph_err_set(
        err, PH_FORBIDDEN, "key.unit", path,
        PH_T("khóa này của đơn vị %s, cấu hình ghi %s", "the key belongs to unit %s, the configuration says %s"),
        (*ret)->name, app->cfg.unit);
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    ph_err_hint(err, "%s",
                PH_T("sửa unit: hoặc key_dir: trong tệp cấu hình", "correct unit: or key_dir: in the configuration"));
    return rc;
}

ph_rc ph_col_app_keys(ph_col_app *app, ph_err *err)
{
    ph_rc rc = load_key(app, "curve.key", PH_IDENTITY_CURVE, &app->curve, err);
    return rc == PH_OK ? load_key(app, "sign.key", PH_IDENTITY_SIGN, &app->sign, err) : rc;
}

ph_rc ph_col_app_card(ph_col_app *app, ph_err *err)
{
    ph_buf text;
    ph_buf_init(&text, CARD_MAX_BYTES);
    ph_rc rc = ph_file_read(app->cfg.aggregator_card, &text, err);
    if (rc == PH_NOT_FOUND)
        ph_err_hint(err, "%s",
                    PH_T("xin thẻ (card) của máy tổng hợp từ người vận hành, đặt vào đường dẫn này",
                         "ask the operator for the aggregator's card and put it at this path"));
    bool is_read = rc == PH_OK;
    if (is_read)
        rc = ph_card_load(ph_buf_span(&text), app->cfg.aggregator_card, &app->aggregator, err);
    if (is_read && rc != PH_OK)
        ph_err_hint(
            err, "%s",
            PH_T("tệp này không phải thẻ còn nguyên của máy tổng hợp: xin lại thẻ từ người vận hành, chép nguyên tệp",
                 "this file is no card of an aggregator as it was made: ask the operator for it again, copy the file "
                 "whole"));
    if (rc == PH_OK && app->aggregator.kind != PH_CARD_AGGREGATOR) {
        rc = ph_err_set(err, PH_INVALID, "cfg.card.kind", app->cfg.aggregator_card, "%s",
                        PH_T("đây là thẻ của một đơn vị, không phải của máy tổng hợp",
                             "this is a province's card, not the aggregator's"));
        ph_err_hint(err, "%s", PH_T("xin đúng thẻ của máy tổng hợp", "ask for the aggregator's own card"));
    }
    if (rc != PH_OK)
        ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    ph_buf_done(&text);
    return rc;
}

/* SQLite names the statement that found the disk full; a clerk needs the disk. */
static ph_rc in_plain_words(const ph_col_app *app, ph_rc rc, ph_err *err)
{
    if (rc != PH_NO_SPACE || strncmp(err->code, "db.", 3) != 0)
        return rc;
    (void)ph_err_set(err, rc, "spool.no_space", app->cfg.spool, "%s",
                     PH_T("đĩa hoặc hạn mức của spool đã đầy", "the disk or the spool's limit is full"));
    ph_err_means(err, "%s",
                 PH_T("bản mới chưa được nhận vào spool và chưa gửi; những gì đã có trong đó vẫn nguyên",
                      "the new file was neither accepted nor sent; what the spool held before is untouched"));
    ph_err_hint(err,
                PH_T("df -h %s; giải phóng chỗ (hoặc tăng spool_max_bytes), rồi chạy lại lệnh này",
                     "df -h %s; free some space (or raise spool_max_bytes), then repeat this command"),
                app->cfg.spool);
    return rc;
}

ph_rc ph_col_app_spool(ph_col_app *app, ph_err *err)
{
    const ph_col_spool_limits limits = {.max_waiting = app->cfg.spool_max_items, .max_bytes = app->cfg.spool_max_bytes};
    ph_rc rc = ph_col_spool_sqlite_open(app->cfg.spool, app->cfg.unit, &limits, &app->spool, err);
    if (rc != PH_OK && err->means[0] == '\0')
        ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    return in_plain_words(app, rc, err);
}

ph_rc ph_col_app_all(ph_col_app *app, ph_err *err)
{
    ph_rc rc = ph_col_app_config(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_registry(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_keys(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_card(app, err);
    return rc == PH_OK ? ph_col_app_spool(app, err) : rc;
}

ph_rc ph_col_app_spool_err(const ph_col_app *app, ph_rc rc, ph_err *err)
{
    const ph_err *said = ph_col_spool_sqlite_err(app->spool);
    if (rc == PH_OK)
        return rc;
    if (said->rc == rc && said->what[0] != '\0')
        *err = *said;
    else
        (void)ph_err_set(err, rc, "spool.failed", app->cfg.spool, "%s", ph_rc_text(rc));
    if (in_plain_words(app, rc, err) == PH_NO_SPACE && err->hint[0] == '\0')
        ph_err_hint(err, "df -h %s", app->cfg.spool);
    if (err->means[0] == '\0')
        ph_err_means(err, "%s",
                     PH_T("bản mới chưa được nhận vào spool; những gì đã có trong đó vẫn nguyên",
                          "the new file was not accepted; what the spool held before is untouched"));
    return rc;
}

ph_rc ph_col_app_output_err(ph_rc rc, ph_err *err)
{
    if ((rc != PH_NO_SPACE && rc != PH_IO) || err->what[0] != '\0')
        return rc;
    (void)ph_err_set(err, rc, "output.write", "stdout",
                     PH_T("không in hết kết quả ra được: %s", "the output could not be written: %s"),
                     rc == PH_NO_SPACE ? PH_T("đĩa đầy", "the disk is full") : PH_T("đầu ra bị đóng", "it was closed"));
    ph_err_means(err, "%s",
                 PH_T("chỉ phần in ra bị thiếu; spool và số liệu không bị ảnh hưởng",
                      "only what is printed is incomplete; spool and figures are not touched by that"));
    ph_err_hint(err, "%s",
                PH_T("in ra nơi khác; xem đã gửi gì: phusa-collector status",
                     "write it elsewhere; what was sent: phusa-collector status"));
    return rc;
}

void ph_col_app_close(ph_col_app *app)
{
    if (app->spool != NULL)
        app->spool->ops->close(app->spool);
    ph_identity_free(app->sign);
    ph_identity_free(app->curve);
    ph_registry_free(app->registry);
    *app = (ph_col_app){.args = app->args, .lang = app->lang, .exit = app->exit};
}

void ph_col_app_own_card(const ph_col_app *app, ph_card *ret)
{
    *ret = (ph_card){.kind = PH_CARD_PROVINCE};
    (void)ph_span_copy(ph_span_str(app->cfg.unit), ret->unit, sizeof ret->unit);
    memcpy(ret->curve_public, app->curve->public_key, sizeof ret->curve_public);
    memcpy(ret->sign_public, app->sign->public_key, sizeof ret->sign_public);
}

/* ---- which duty ---- */

ph_rc ph_col_app_wanted(const ph_col_app *app, ph_col_wanted *ret, ph_err *err)
{
    const char *period = ph_args_get(app->args, PH_COL_OPT_PERIOD);
    const char *cluster = ph_args_get(app->args, PH_COL_OPT_CLUSTER);
    *ret = (ph_col_wanted){.cluster = cluster != NULL ? cluster : app->cfg.cluster,
                           .form = ph_args_get(app->args, PH_COL_OPT_FORM)};
    if (period == NULL)
        return PH_OK;
    ret->has_period = ph_period_parse(ph_span_str(period), &ret->period) == PH_OK;
    if (ret->has_period)
        return PH_OK;
    (void)ph_err_set(err, PH_USAGE, "args.period", period, "%s", PH_T("không phải kỳ báo cáo", "not a period"));
    ph_err_hint(err, "--period 2023 | 2023-S1 | 2023-Q2 | 2023-06");
    return PH_USAGE;
}

static bool fits(const ph_col_app *app, const ph_col_wanted *w, const ph_calendar_item *duty)
{
    const ph_cluster *cluster = ph_registry_cluster(app->registry, duty->cluster);
    const ph_cycle *cycle = ph_cluster_cycle(cluster, duty->period);
    uint16_t unit = ph_registry_find_unit(app->registry, ph_span_str(app->cfg.unit));
    bool has_cluster = w->cluster != NULL && w->cluster[0] != '\0', has_form = w->form != NULL && w->form[0] != '\0';
    return cycle != NULL && unit != PH_NO_INDEX && ph_cycle_member(cycle, unit) != PH_NO_INDEX &&
           (!has_cluster || strcmp(w->cluster, cluster->id) == 0) &&
           (!has_form || strcmp(w->form, ph_registry_form(app->registry, duty->form)->id) == 0) &&
           (!w->has_period || ph_period_eq(w->period, duty->period));
}

static void name_duty(const ph_col_app *app, const ph_calendar_item *duty, char *dst, size_t size)
{
    char period[PH_PERIOD_TEXT_BYTES];
    (void)ph_period_print(duty->period, period);
    snprintf(dst, size, "--cluster %s --form %s --period %s", ph_registry_cluster(app->registry, duty->cluster)->id,
             ph_registry_form(app->registry, duty->form)->id, period);
}

/* What was asked for, by option or by the file. */
static void name_wanted(const ph_col_wanted *w, char *dst, size_t size)
{
    char period[PH_PERIOD_TEXT_BYTES] = "";
    bool has_cluster = w->cluster != NULL && w->cluster[0] != '\0', has_form = w->form != NULL && w->form[0] != '\0';
    if (w->has_period)
        (void)ph_period_print(w->period, period);
    (void)snprintf(dst, size, "%s%s%s%s%s%s", has_cluster ? " --cluster " : "", has_cluster ? w->cluster : "",
                   has_form ? " --form " : "", has_form ? w->form : "", w->has_period ? " --period " : "", period);
}

const char *ph_col_app_near_unit(const ph_registry *reg, const char *unit)
{
    const char *ids[PH_COL_MAX_UNITS];
    size_t n = 0;
    for (; n < ph_registry_n_units(reg) && n < PH_COL_MAX_UNITS; n++)
        ids[n] = ph_registry_unit(reg, n)->id;
    return ph_suggest(ph_span_str(unit), ids, n);
}

static ph_rc no_duty(const ph_col_app *app, const ph_col_wanted *wanted, size_t n_fitting, const char *candidates,
                     ph_err *err)
{
    bool unit_known = ph_registry_find_unit(app->registry, ph_span_str(app->cfg.unit)) != PH_NO_INDEX;
    if (n_fitting > 1) {
        (void)ph_err_set(err, PH_AMBIGUOUS, "duty.several", app->cfg.unit, "%s",
                         PH_T("có nhiều báo cáo phù hợp, hãy chọn một", "several reports fit, choose one"));
    } else if (!unit_known) {
        (void)ph_err_set(err, PH_NOT_FOUND, "duty.unit", app->cfg.unit, "%s",
                         PH_T("không có đơn vị này trong danh mục", "the registry knows no such unit"));
        const char *near = ph_col_app_near_unit(app->registry, app->cfg.unit);
        ph_err_hint(err, PH_T("sửa unit: trong tệp cấu hình%s%s", "correct unit: in the configuration%s%s"),
                    near == NULL ? "" : PH_T(": có phải ", ": did you mean "), near == NULL ? "" : near);
        return PH_NOT_FOUND;
    } else {
        char asked[192];
        name_wanted(wanted, asked, sizeof asked);
        (void)ph_err_set(err, PH_NOT_FOUND, "duty.none", app->cfg.unit,
                         PH_T("lịch không có báo cáo nào như vậy cho đơn vị này:%s",
                              "the calendar names no such report for this unit:%s"),
                         asked);
    }
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    ph_err_hint(err, PH_T("có thể chọn: %s", "there is: %s"), candidates);
    return err->rc;
}

ph_rc ph_col_app_duty(const ph_col_app *app, const ph_col_wanted *wanted, const ph_calendar_item **ret, ph_err *err)
{
    const ph_col_wanted any = {0};
    char candidates[sizeof err->hint] = "";
    size_t n = 0, len = 0;
    for (size_t i = 0; i < ph_registry_n_calendar(app->registry); i++) {
        const ph_calendar_item *duty = ph_registry_calendar(app->registry, i);
        if (fits(app, wanted, duty)) {
            *ret = duty;
            n++;
        }
        char name[160];
        name_duty(app, duty, name, sizeof name);
        if (fits(app, &any, duty) && len + strlen(name) + 4 < sizeof candidates)
            len += (size_t)snprintf(candidates + len, sizeof candidates - len, "%s%s", len == 0 ? "" : "; ", name);
    }
    return n == 1 ? PH_OK : no_duty(app, wanted, n, candidates, err);
}

void ph_col_app_key(const ph_col_app *app, const ph_calendar_item *duty, ph_col_key *ret)
{
    *ret = (ph_col_key){.period = duty->period};
    (void)ph_span_copy(ph_span_str(ph_registry_cluster(app->registry, duty->cluster)->id), ret->cluster,
                       sizeof ret->cluster);
    (void)ph_span_copy(ph_span_str(ph_registry_form(app->registry, duty->form)->id), ret->form, sizeof ret->form);
}

ph_rc ph_col_app_body(ph_col_app *app, const ph_col_item *item, ph_buf *bytes, ph_observation *store,
                      ph_submission *ret, ph_err *err)
{
    ph_envelope envelope;
    ph_rc rc = app->spool->ops->load(app->spool, &item->id, bytes);
    if (rc != PH_OK)
        return ph_col_app_spool_err(app, rc, err);
    rc = ph_envelope_read(ph_buf_span(bytes), &envelope);
    if (rc == PH_OK)
        rc = ph_submission_read(envelope.body, store, ret, NULL, NULL);
    return rc == PH_OK ? PH_OK
                       : ph_err_set(err, PH_CORRUPT, "spool.item", app->cfg.spool, "%s",
                                    PH_T("một bản trong spool bị hỏng", "an item of the spool is damaged"));
}
