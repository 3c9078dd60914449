/* ph_col_cmd_file - template and check: a file before it is sent.   Layer: collector/app */
#include <stdio.h>
#include <string.h>

#include "ph_col_cmds.h"
#include "ph_col_correction.h"
#include "ph_col_items.h"
#include "ph_col_prepare.h"
#include "ph_col_show.h"
#include "ph_col_template.h"
#include "ph_exit.h"
#include "ph_file.h"
#include "ph_locale.h"

enum { TEMPLATE_BYTES = 1024 * 1024, FILE_MODE = 0644 };

/* Without a spool file yet there is nothing to look up, and none is made. */
static ph_rc spool_if_there(ph_col_app *app, ph_err *err)
{
    return ph_file_exists(app->cfg.spool) ? ph_col_app_spool(app, err) : PH_OK;
}

/* ---- template ---- */

typedef struct revisions {
    ph_buf base_bytes, previous_bytes;
    ph_observation base_cells[PH_MAX_OBSERVATIONS], previous_cells[PH_MAX_OBSERVATIONS];
    ph_submission base, previous;
    bool has_base, has_previous;
    ph_col_key key;
    ph_col_item best; /* newest accepted of an earlier period */
} revisions;

static ph_rc consider_previous(void *arg, const ph_col_item *item)
{
    revisions *r = arg;
    bool accepted = item->kind == PH_ENTRY_SUBMISSION && item->state == PH_COL_JUDGED &&
                    (item->verdict == PH_VERDICT_ACCEPTED || item->verdict == PH_VERDICT_HELD);
    bool alike = strcmp(item->key.cluster, r->key.cluster) == 0 && strcmp(item->key.form, r->key.form) == 0;
    if (!accepted || !alike || ph_period_cmp(item->key.period, r->key.period) >= 0)
        return PH_OK;
    int cmp = r->has_previous ? ph_period_cmp(item->key.period, r->best.key.period) : 1;
    if (cmp > 0 || (cmp == 0 && item->revision > r->best.revision))
        r->best = *item;
    r->has_previous = true;
    return PH_OK;
}

static ph_rc find_revisions(ph_col_app *app, revisions *r, ph_err *err)
{
    ph_col_item item;
    if (app->spool == NULL)
        return PH_OK;
    ph_rc rc = app->spool->ops->last_accepted(app->spool, &r->key, &item);
    r->has_base = rc == PH_OK;
    if (rc == PH_OK)
        rc = ph_col_app_body(app, &item, &r->base_bytes, r->base_cells, &r->base, err);
    if (rc != PH_OK && rc != PH_NOT_FOUND)
        return rc;
    rc = app->spool->ops->list(app->spool, 0, consider_previous, r);
    if (rc != PH_OK)
        return ph_col_app_spool_err(app, rc, err);
    return r->has_previous ? ph_col_app_body(app, &r->best, &r->previous_bytes, r->previous_cells, &r->previous, err)
                           : PH_OK;
}

static void put_figures(const ph_col_app *app, const ph_calendar_item *duty, const revisions *r, ph_buf *text)
{
    bool for_excel = ph_args_has(app->args, PH_COL_OPT_EXCEL);
    const ph_col_template t = {.registry = app->registry,
                               .duty = duty,
                               .unit = app->cfg.unit,
                               .base = r->has_base ? &r->base : NULL,
                               .previous = r->has_previous ? &r->previous : NULL,
                               .lang = app->lang,
                               .for_excel = for_excel,
                               .notation = for_excel ? PH_NOTATION_VI : PH_NOTATION_PLAIN};
    ph_col_template_write(&t, text);
}

/* Those that stand are written already: the file will take their place. */
static void put_items(const ph_col_app *app, const revisions *r, ph_buf *text)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    size_t n = r->has_base ? ph_submission_narratives(&r->base, items) : 0;
    ph_col_items_template(items, n, app->lang, ph_args_has(app->args, PH_COL_OPT_EXCEL), text);
}

static void tell_made(const ph_col_app *app, const char *output)
{
    if (ph_args_has(app->args, PH_COL_OPT_ITEMS))
        (void)fprintf(stderr,
                      PH_T("Đã tạo %s. Ghi mỗi dòng một mục, rồi: phusa-collector check so-lieu.csv --items %s\n",
                           "Made %s. Write one item a row, then: phusa-collector check figures.csv --items %s\n"),
                      output, output);
    else
        (void)fprintf(stderr,
                      PH_T("Đã tạo %s. Điền cột giá trị, rồi: phusa-collector check %s\n",
                           "Made %s. Fill in the value column, then: phusa-collector check %s\n"),
                      output, output);
}

static ph_rc write_template(ph_col_app *app, const ph_calendar_item *duty, ph_err *err)
{
    static revisions r; /* large; a command runs once */
    const char *output = ph_args_get(app->args, PH_COL_OPT_OUTPUT);
    ph_buf text;
    ph_buf_init(&text, TEMPLATE_BYTES);
    ph_buf_init(&r.base_bytes, PH_COL_MAX_ENVELOPE_BYTES);
    ph_buf_init(&r.previous_bytes, PH_COL_MAX_ENVELOPE_BYTES);
    ph_col_app_key(app, duty, &r.key);
    ph_rc rc = find_revisions(app, &r, err);
    if (rc == PH_OK && ph_args_has(app->args, PH_COL_OPT_ITEMS))
        put_items(app, &r, &text);
    else if (rc == PH_OK)
        put_figures(app, duty, &r, &text);
    rc = rc == PH_OK ? text.rc : rc;
    if (rc == PH_OK)
        rc = output != NULL ? ph_file_write_new(output, ph_buf_span(&text), FILE_MODE, err)
                            : ph_term_write_buf(stdout, &text);
    if (rc == PH_OK && output != NULL)
        tell_made(app, output);
    ph_buf_done(&text);
    ph_buf_done(&r.base_bytes);
    ph_buf_done(&r.previous_bytes);
    return rc;
}

ph_rc ph_col_cmd_template(ph_col_app *app, ph_err *err)
{
    const ph_calendar_item *duty = NULL;
    ph_col_wanted wanted;
    ph_rc rc = ph_col_app_config(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_registry(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_wanted(app, &wanted, err);
    if (rc == PH_OK)
        rc = ph_col_app_duty(app, &wanted, &duty, err);
    if (rc == PH_OK)
        rc = spool_if_there(app, err);
    return rc == PH_OK ? write_template(app, duty, err) : rc;
}

/* ---- check ---- */

static void tell_outcome(const ph_col_prepared *p)
{
    ph_col_show_unread(p);
    if (!ph_col_prepared_is_clean(p))
        (void)fprintf(stderr, "%s\n",
                      PH_T("Tệp chưa gửi được: sửa các lỗi trên. Chưa có gì được gửi.",
                           "The file cannot be sent: correct the errors above. Nothing was sent."));
    else if (p->revision.n_changes == 0)
        ph_col_show_no_change(p);
    else
        (void)fprintf(stderr, "%s\n",
                      PH_T("Tệp gửi được. Chưa có gì được gửi.", "The file can be sent. Nothing was sent."));
}

static ph_rc show(ph_col_app *app, const ph_col_prepared *p)
{
    if (app->args->json)
        return ph_col_show_check_json(app, p);
    ph_rc rc = ph_col_show_check(app, p);
    if (rc == PH_OK && p->is_checked && ph_col_prepared_is_read(p))
        rc = ph_col_show_difference(app, p, stderr);
    tell_outcome(p);
    return rc;
}

ph_rc ph_col_cmd_check(ph_col_app *app, ph_err *err)
{
    static ph_col_prepared p; /* large; a command runs once */
    ph_rc rc = ph_col_app_config(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_registry(app, err);
    if (rc == PH_OK)
        rc = spool_if_there(app, err);
    if (rc == PH_OK)
        rc = ph_col_prepare(app, app->args->operands[0], &p, err);
    if (rc == PH_OK && p.duty != NULL && ph_col_prepared_is_read(&p) && ph_col_correction_is_said(&p.correction))
        rc = ph_col_correction_settle(&p, err);
    if (rc == PH_OK)
        rc = show(app, &p);
    if (rc == PH_OK)
        ph_col_correction_tell(&p);
    if (rc == PH_OK && !ph_col_prepared_is_clean(&p))
        app->exit = PH_EXIT_FINDINGS;
    if (rc == PH_OK)
        rc = ph_col_prepared_unsettled(&p, err);
    ph_col_prepared_done(&p);
    return rc;
}
