/* ph_col_cmd_submit - a file becomes a signed revision, durable first, then sent, then answered.   Layer: collector/app
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ph_clock.h"
#include "ph_col_cmds.h"
#include "ph_col_correction.h"
#include "ph_col_prepare.h"
#include "ph_col_show.h"
#include "ph_col_wait.h"
#include "ph_exit.h"
#include "ph_locale.h"
#include "ph_sign.h"

enum { TRIES = 5, HEAR_S = 8 };

/* ---- asking ---- */

static ph_rc ask(const ph_col_app *app, ph_err *err)
{
    char answer[16];
    if (ph_args_has(app->args, PH_COL_OPT_YES))
        return PH_OK;
    if (isatty(STDIN_FILENO) == 0) {
        (void)ph_err_set(err, PH_USAGE, "submit.unasked", app->args->operands[0], "%s",
                         PH_T("không có ai ở bàn phím để hỏi", "nobody is there to ask"));
        ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
        ph_err_hint(err, "--yes");
        return PH_USAGE;
    }
    (void)fprintf(stderr, "%s", PH_T("Ký và gửi? [c/K] ", "Sign and send? [y/N] "));
    if (fgets(answer, sizeof answer, stdin) != NULL && strchr("cCyY", answer[0]) != NULL)
        return PH_OK;
    (void)ph_err_set(err, PH_USAGE, "submit.declined", "", "%s",
                     PH_T("không gửi, theo ý bạn", "not sent, as you wish"));
    return PH_USAGE;
}

/* ---- signing and spooling ---- */

static ph_rc sign_it(const ph_col_app *app, ph_col_prepared *p, ph_col_item *item, ph_buf *envelope, ph_buf *body)
{
    uint8_t random[PH_UUID_RANDOM_BYTES];
    int64_t now_us = ph_clock_now_us();
    ph_random(random, sizeof random);
    p->sub.id = ph_uuid_v7(now_us / 1000, random);
    p->sub.agent_time_us = now_us;
    ph_submission_write(&p->sub, body);
    ph_envelope e = {.key_id = ph_key_id_of(app->sign->public_key), .body = ph_buf_span(body)};
    ph_rc rc = body->rc == PH_OK ? ph_sign_make(PH_SIGN_SUBMISSION, app->sign->secret, e.body, &e.signature) : body->rc;
    if (rc != PH_OK)
        return rc;
    ph_envelope_write(&e, envelope);
    *item = (ph_col_item){.id = p->sub.id,
                          .key = p->key,
                          .revision = p->sub.revision,
                          .base_revision = p->sub.base_revision,
                          .body = ph_digest_of_span(e.body),
                          .signature = ph_digest_of_span(ph_span_of(e.signature.bytes, sizeof e.signature.bytes)),
                          .key_id = e.key_id,
                          .spooled_at_us = now_us,
                          .state = PH_COL_QUEUED};
    if (envelope->rc == PH_OK && envelope->len + PH_FRAME_HEADER_BYTES > PH_MAX_FRAME_BYTES)
        return PH_LIMIT;
    return envelope->rc;
}

static ph_rc spool_it(ph_col_app *app, ph_col_prepared *p, ph_col_item *item, ph_err *err)
{
    ph_buf envelope, body;
    ph_buf_init(&envelope, 4 * PH_COL_MAX_ENVELOPE_BYTES);
    ph_buf_init(&body, 4 * PH_COL_MAX_ENVELOPE_BYTES);
    ph_rc rc = sign_it(app, p, item, &envelope, &body);
    if (rc != PH_OK) {
        (void)ph_err_set(err, rc, "submit.too_large", p->file,
                         PH_T("bản gửi lớn hơn %d byte", "the submission is larger than %d bytes"), PH_MAX_FRAME_BYTES);
        ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
        ph_err_hint(err, "%s", PH_T("rút gọn các ghi chú", "shorten the notes"));
    } else {
        rc = app->spool->ops->put(app->spool, item, ph_buf_span(&envelope), p->newest, p->newest_state, &item->number);
        if (rc != PH_OK && rc != PH_CONFLICT)
            rc = ph_col_app_spool_err(app, rc, err);
    }
    ph_buf_done(&envelope);
    ph_buf_done(&body);
    return rc;
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

static ph_rc print_item_json(const ph_col_item *item)
{
    ph_buf text;
    ph_buf_init(&text, 64 * 1024);
    ph_json j = ph_json_over(&text);
    ph_json_begin_object(&j);
    ph_json_key(&j, "item");
    ph_json_begin_object(&j);
    ph_col_show_item_json(item, &j);
    ph_json_end_object(&j);
    ph_json_end_object(&j);
    (void)ph_buf_put_byte(&text, '\n');
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    ph_buf_done(&text);
    return rc;
}

static ph_rc print_receipt_json(const ph_col_app *app, const ph_col_item *item, const ph_col_stored_receipt *r)
{
    ph_buf text;
    ph_buf_init(&text, 256 * 1024);
    ph_json j = ph_json_over(&text);
    ph_col_show_receipt_json(app, item, r, &j);
    (void)ph_buf_put_byte(&text, '\n');
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    ph_buf_done(&text);
    return rc;
}

static ph_rc tell_judged(ph_col_app *app, const ph_col_item *item, ph_err *err)
{
    static ph_col_stored_receipt r; /* large; a command runs once */
    ph_rc rc = ph_col_stored_receipt_load(app, item, &r, err);
    if (rc == PH_OK)
        rc = app->args->json ? print_receipt_json(app, item, &r) : ph_col_show_verdict(app, item, &r);
    ph_col_stored_receipt_done(&r);
    app->exit = item->verdict == PH_VERDICT_REJECTED ? PH_EXIT_FINDINGS : PH_EXIT_OK;
    return rc;
}

static ph_rc tell_refused(ph_col_app *app, const ph_col_item *item, ph_err *err)
{
    char state[512], id[PH_UUID_TEXT_BYTES];
    ph_uuid_print(&item->id, id);
    ph_col_show_state(app, item, state, sizeof state);
    if (app->args->json) {
        app->exit = PH_EXIT_REFUSED;
        return print_item_json(item);
    }
    (void)ph_err_set(err, PH_FORBIDDEN, "submit.refused", id, "%s", state);
    ph_err_means(
        err, "%s",
        PH_T("số liệu vẫn nằm trong spool, chưa được tính", "the figures are still in the spool and do not count yet"));
    ph_err_hint(err, "phusa-collector status");
    return PH_FORBIDDEN;
}

static ph_rc tell_waiting(ph_col_app *app, const ph_col_item *item, ph_col_cause cause, ph_err *err)
{
    char id[PH_UUID_TEXT_BYTES];
    ph_uuid_print(&item->id, id);
    if (app->args->json) {
        app->exit = PH_EXIT_AGAIN;
        return print_item_json(item);
    }
    (void)ph_err_set(err, PH_TIMEOUT, "submit.unanswered", app->aggregator.address, "%s: %s",
                     ph_col_stage_word(ph_col_stage_of(item->state, item->verdict), app->lang),
                     ph_col_cause_word(cause, app->lang));
    ph_err_means(err,
                 PH_T("không mất gì: bản %s nằm trong spool và sẽ được gửi khi nối được",
                      "nothing is lost: %s is in the spool and is sent once there is a connection"),
                 id);
    ph_err_hint(err,
                PH_T("%s Tự gửi: phusa-collector run; xem: phusa-collector status",
                     "%s To have it sent by itself: phusa-collector run; to see: phusa-collector status"),
                ph_col_cause_remedy(cause, app->lang));
    return PH_TIMEOUT;
}

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

static ph_rc tell_spooled(const ph_col_item *item)
{
    char id[PH_UUID_TEXT_BYTES];
    ph_uuid_print(&item->id, id);
    (void)fprintf(stderr,
                  PH_T("Đã ký và giữ trong spool: bản số %u, %s\n", "Signed and safe in the spool: revision %u, %s\n"),
                  item->revision, id);
    return PH_OK;
}

/* ---- the command ---- */

static ph_rc open_all(ph_col_app *app, ph_err *err)
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

static ph_rc tell_unclean(ph_col_app *app, const ph_col_prepared *p)
{
    ph_buf text;
    app->exit = PH_EXIT_FINDINGS;
    if (!app->args->json) {
        ph_rc rc = ph_col_show_check(app, p);
        (void)fprintf(stderr, "%s\n", PH_T("Chưa gửi: sửa các lỗi trên.", "Not sent: correct the errors above."));
        return rc;
    }
    ph_buf_init(&text, 1024 * 1024);
    ph_rc rc = ph_col_show_check_json(app, p, &text);
    if (rc == PH_OK)
        rc = ph_term_write_buf(stdout, &text);
    ph_buf_done(&text);
    return rc;
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

static ph_rc wait_and_tell(ph_col_app *app, ph_col_wait *w, ph_col_item *item, int64_t patience_us, ph_err *err)
{
    ph_col_cause cause = PH_COL_CAUSE_STARTING;
    ph_rc rc = ph_col_wait_item(w, item, patience_us, &cause, err);
    if (rc != PH_OK)
        return rc;
    switch (item->state) {
    case PH_COL_JUDGED:
        return tell_judged(app, item, err);
    case PH_COL_PARKED:
    case PH_COL_SUPERSEDED:
    case PH_COL_QUARANTINED:
        return tell_refused(app, item, err);
    case PH_COL_QUEUED:
    case PH_COL_SENT:
        break;
    }
    return tell_waiting(app, item, cause, err);
}

/* That there is nothing to withdraw is said before the rules complain of a form that is not whole. */
static ph_rc base_to_withdraw(ph_col_app *app, ph_col_wait *w, ph_col_prepared *p, ph_err *err)
{
    ph_rc rc = PH_OK;
    if (p->correction.kind != PH_REVISION_WITHDRAWAL || p->duty == NULL)
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
        return tell_unclean(app, p);
    if (rc == PH_OK && !app->args->json && (p->input->problems.n > 0 || p->findings.n > 0))
        rc = ph_col_show_check(app, p);
    if (rc == PH_OK && !no_wait)
        rc = hear_first(app, w, err);
    if (rc == PH_OK)
        rc = prepare_and_spool(app, p, &item, err);
    if (rc != PH_OK)
        return rc;
    if (!ph_col_prepared_is_clean(p))
        return tell_unclean(app, p);
    if (!ph_col_prepared_has_change(p))
        return tell_no_change(app, p);
    rc = app->args->json ? PH_OK : tell_spooled(&item);
    if (rc == PH_OK && no_wait)
        return app->args->json ? print_item_json(&item) : PH_OK;
    return rc == PH_OK ? wait_and_tell(app, w, &item, patience_us, err) : rc;
}

ph_rc ph_col_cmd_submit(ph_col_app *app, ph_err *err)
{
    static ph_col_prepared p; /* large; a command runs once */
    ph_col_wait *w = NULL;
    if (app->args->json && !ph_args_has(app->args, PH_COL_OPT_YES))
        return ph_err_set(err, PH_USAGE, "submit.unasked", "--json", "%s",
                          PH_T("--json cần --yes", "--json needs --yes"));
    ph_rc rc = open_all(app, err);
    if (rc == PH_OK)
        rc = ph_col_wait_open(app, &w, err);
    if (rc == PH_OK)
        rc = submit(app, w, &p, err);
    ph_col_wait_close(w);
    ph_col_prepared_done(&p);
    return rc;
}
