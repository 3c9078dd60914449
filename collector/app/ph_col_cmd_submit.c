/* ph_col_cmd_submit - a file becomes a signed revision, durable first, then sent, then answered.   Layer: collector/app
 */
#include <stdio.h>
#include <string.h>

#include "ph_col_cmds.h"
#include "ph_col_correction.h"
#include "ph_col_post.h"
#include "ph_col_prepare.h"
#include "ph_col_show.h"
#include "ph_col_wait.h"
#include "ph_exit.h"
#include "ph_locale.h"

enum { TRIES = 5, HEAR_S = 8 };

/* ---- signing and spooling ---- */

static ph_rc too_large(const ph_col_prepared *p, ph_rc rc, ph_err *err)
{
    (void)ph_err_set(err, rc, "submit.too_large", p->file,
                     PH_T("bản gửi lớn hơn %d byte", "the submission is larger than %d bytes"), PH_MAX_FRAME_BYTES);
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    ph_err_hint(err, "%s", PH_T("rút gọn các ghi chú", "shorten the notes"));
    return rc;
}

static ph_rc spool_it(ph_col_app *app, ph_col_prepared *p, ph_col_item *item, ph_err *err)
{
    ph_buf envelope, body;
    ph_buf_init(&envelope, 4 * PH_COL_MAX_ENVELOPE_BYTES);
    ph_buf_init(&body, 4 * PH_COL_MAX_ENVELOPE_BYTES);
    ph_col_post_stamp(&p->sub.id, &p->sub.agent_time_us);
    ph_submission_write(&p->sub, &body);
    *item = (ph_col_item){.id = p->sub.id,
                          .kind = PH_ENTRY_SUBMISSION,
                          .key = p->key,
                          .revision = p->sub.revision,
                          .base_revision = p->sub.base_revision,
                          .spooled_at_us = p->sub.agent_time_us};
    ph_rc rc = ph_col_post_sign(app, &body, item, &envelope);
    if (rc != PH_OK) {
        (void)too_large(p, rc, err);
    } else {
        rc = app->spool->ops->put(app->spool, item, ph_buf_span(&envelope), p->newest, p->newest_state, &item->number);
        if (rc != PH_OK && rc != PH_CONFLICT)
            rc = ph_col_app_spool_err(app, rc, err);
    }
    ph_buf_done(&envelope);
    ph_buf_done(&body);
    return rc;
}

static ph_rc ask(const ph_col_app *app, ph_err *err)
{
    static const ph_col_question question = {.unasked = "submit.unasked", .declined = "submit.declined"};
    return ph_col_post_ask(app, &question, PH_T("Ký và gửi? [c/K] ", "Sign and send? [y/N] "), err);
}

/* Another process may answer or send an earlier revision meanwhile: then number and difference are made anew. */
static ph_rc prepare_and_spool(ph_col_app *app, ph_col_prepared *p, ph_col_item *item, ph_err *err)
{
    size_t shown = SIZE_MAX;
    ph_rc rc = PH_CONFLICT;
    for (int i = 0; i < TRIES && rc == PH_CONFLICT; i++) {
        rc = ph_col_prepare_revision(app, p, err);
        if (rc != PH_OK || !ph_col_prepared_has_change(p) || !ph_col_prepared_is_clean(p))
            return rc;
        rc = ph_col_correction_settle(p, err);
        if (rc != PH_OK)
            return rc;
        if (shown == SIZE_MAX)
            ph_col_correction_tell(p);
        if (shown != p->revision.n_changes && !app->args->json) {
            rc = ph_col_show_difference(app, p, stderr);
            if (rc == PH_OK)
                rc = ask(app, err);
        }
        shown = p->revision.n_changes;
        if (rc == PH_OK)
            rc = spool_it(app, p, item, err);
    }
    if (rc == PH_CONFLICT)
        rc = ph_err_set(
            err, PH_BUSY, "spool.busy", app->cfg.spool, "%s",
            PH_T("một tiến trình khác đang đổi cùng báo cáo này", "another process keeps changing the same report"));
    return rc;
}

/* ---- telling ---- */

static ph_rc tell_no_change(ph_col_app *app, const ph_col_prepared *p)
{
    if (app->args->json) {
        char text[64];
        int n = snprintf(text, sizeof text, "{\"revision\":%u,\"unchanged\":true}\n", p->base_revision);
        return ph_term_write(stdout, ph_span_of(text, (size_t)n));
    }
    ph_col_show_no_change(p);
    return PH_OK;
}

/* ---- the command ---- */

static ph_rc tell_unclean(ph_col_app *app, const ph_col_prepared *p, ph_err *err)
{
    app->exit = PH_EXIT_FINDINGS;
    ph_rc rc = app->args->json ? ph_col_show_check_json(app, p) : ph_col_show_check(app, p);
    if (!app->args->json) {
        ph_col_show_unread(p);
        (void)fprintf(stderr, "%s\n", PH_T("Chưa gửi: sửa các lỗi trên.", "Not sent: correct the errors above."));
    }
    return rc == PH_OK ? ph_col_prepared_unsettled(p, err) : rc;
}

/* A spool that never heard from the aggregator may belong to a machine set up anew: ask for the numbers first, if it
 * answers soon. */
static ph_rc hear_first(ph_col_app *app, ph_col_wait *w, ph_err *err)
{
    ph_buf heard;
    ph_buf_init(&heard, 16);
    ph_rc rc = app->spool->ops->meta(app->spool, PH_COL_META_HEARD, &heard);
    ph_buf_done(&heard);
    if (rc != PH_NOT_FOUND)
        return rc == PH_OK ? rc : ph_col_app_spool_err(app, rc, err);
    return ph_col_wait_status(w, HEAR_S * PH_US_PER_S, err);
}

/* That there is nothing to withdraw is said before the rules complain of a form that is not whole. */
static ph_rc base_to_withdraw(ph_col_app *app, ph_col_wait *w, ph_col_prepared *p, ph_err *err)
{
    ph_rc rc = PH_OK;
    if (p->correction.kind != PH_REVISION_WITHDRAWAL || p->duty == NULL || !ph_col_prepared_is_read(p))
        return PH_OK;
    if (!p->has_base && !ph_args_has(app->args, PH_COL_OPT_NO_WAIT))
        rc = hear_first(app, w, err);
    if (rc == PH_OK)
        rc = ph_col_prepare_revision(app, p, err);
    return rc == PH_OK ? ph_col_correction_settle(p, err) : rc;
}

static ph_rc submit(ph_col_app *app, ph_col_wait *w, ph_col_prepared *p, ph_err *err)
{
    bool no_wait = ph_args_has(app->args, PH_COL_OPT_NO_WAIT);
    int64_t patience_us = 0;
    ph_col_item item = {0};
    ph_rc rc = ph_col_wait_patience(app->args, &patience_us, err);
    if (rc == PH_OK)
        rc = ph_col_prepare(app, app->args->operands[0], p, err);
    if (rc == PH_OK)
        rc = base_to_withdraw(app, w, p, err);
    if (rc == PH_OK && !ph_col_prepared_is_clean(p))
        return tell_unclean(app, p, err);
    if (rc == PH_OK && !app->args->json && ph_col_show_has_words(p))
        rc = ph_col_show_check(app, p);
    if (rc == PH_OK && !no_wait)
        rc = hear_first(app, w, err);
    if (rc == PH_OK)
        rc = prepare_and_spool(app, p, &item, err);
    if (rc != PH_OK)
        return rc;
    if (!ph_col_prepared_is_clean(p))
        return tell_unclean(app, p, err);
    if (!ph_col_prepared_has_change(p))
        return tell_no_change(app, p);
    return ph_col_post_follow(app, w, &item, patience_us, err);
}

ph_rc ph_col_cmd_submit(ph_col_app *app, ph_err *err)
{
    static ph_col_prepared p; /* large; a command runs once */
    ph_col_wait *w = NULL;
    if (app->args->json && !ph_args_has(app->args, PH_COL_OPT_YES))
        return ph_err_set(err, PH_USAGE, "submit.unasked", "--json", "%s",
                          PH_T("--json cần --yes", "--json needs --yes"));
    ph_rc rc = ph_col_app_all(app, err);
    if (rc == PH_OK)
        rc = ph_col_wait_open(app, &w, err);
    if (rc == PH_OK)
        rc = submit(app, w, &p, err);
    ph_col_wait_close(w);
    ph_col_prepared_done(&p);
    return rc;
}
