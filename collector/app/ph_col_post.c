/* ph_col_post - from a body to its verdict: signed, durable in the spool, sent, answered, told.   Layer: collector/app
 */
#include "ph_col_post.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ph_clock.h"
#include "ph_col_cases.h"
#include "ph_col_show.h"
#include "ph_exit.h"
#include "ph_frame.h"
#include "ph_locale.h"
#include "ph_sign.h"
#include "ph_submission.h"

enum { AFTERWARDS_S = 3 };

/* ---- signing and spooling ---- */

void ph_col_post_stamp(ph_uuid *ret_id, int64_t *ret_now_us)
{
    uint8_t random[PH_UUID_RANDOM_BYTES];
    *ret_now_us = ph_clock_now_us();
    ph_random(random, sizeof random);
    *ret_id = ph_uuid_v7(*ret_now_us / 1000, random);
}

static ph_sign_context context_of(ph_entry_kind kind)
{
    return kind == PH_ENTRY_EXPLANATION ? PH_SIGN_EXPLANATION
           : kind == PH_ENTRY_DECISION  ? PH_SIGN_DECISION
                                        : PH_SIGN_SUBMISSION;
}

ph_rc ph_col_post_sign(const ph_col_app *app, const ph_buf *body, ph_col_item *item, ph_buf *envelope)
{
    ph_envelope e = {.key_id = ph_key_id_of(app->sign->public_key), .body = ph_buf_span(body)};
    ph_rc rc = body->rc;
    if (rc == PH_OK)
        rc = ph_sign_make(context_of(item->kind), app->sign->secret, e.body, &e.signature);
    if (rc != PH_OK)
        return rc;
    ph_envelope_write(&e, envelope);
    item->body = ph_digest_of_span(e.body);
    item->signature = ph_digest_of_span(ph_span_of(e.signature.bytes, sizeof e.signature.bytes));
    item->key_id = e.key_id;
    item->state = PH_COL_QUEUED;
    if (envelope->rc == PH_OK && envelope->len + PH_FRAME_HEADER_BYTES > PH_MAX_FRAME_BYTES)
        return PH_LIMIT;
    return envelope->rc;
}

ph_rc ph_col_post_put(ph_col_app *app, const ph_buf *body, ph_col_item *item, ph_err *err)
{
    ph_buf envelope;
    ph_buf_init(&envelope, 2 * PH_COL_MAX_ENVELOPE_BYTES);
    ph_rc rc = ph_col_post_sign(app, body, item, &envelope);
    if (rc == PH_OK) {
        rc = app->spool->ops->put(app->spool, item, ph_buf_span(&envelope), 0, PH_COL_QUEUED, &item->number);
        rc = ph_col_app_spool_err(app, rc, err);
    } else {
        (void)ph_err_set(err, rc, "post.unsigned", app->cfg.unit, "%s", ph_rc_text(rc));
        ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
        ph_err_hint(err, "%s", PH_T("rút gọn lời giải trình hoặc lý do", "shorten the explanation or the reason"));
    }
    ph_buf_done(&envelope);
    return rc;
}

/* ---- asking ---- */

ph_rc ph_col_post_ask(const ph_col_app *app, const ph_col_question *question, const char *words, ph_err *err)
{
    char answer[16];
    if (ph_args_has(app->args, PH_COL_OPT_YES))
        return PH_OK;
    if (isatty(STDIN_FILENO) == 0) {
        const char *where = app->args->n_operands > 0 ? app->args->operands[0] : app->cfg.unit;
        (void)ph_err_set(err, PH_USAGE, question->unasked, where, "%s",
                         PH_T("không có ai ở bàn phím để hỏi", "nobody is there to ask"));
        ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
        ph_err_hint(err, "--yes");
        return PH_USAGE;
    }
    (void)fprintf(stderr, "%s", words);
    if (fgets(answer, sizeof answer, stdin) != NULL && strchr("cCyY", answer[0]) != NULL)
        return PH_OK;
    return ph_err_set(err, PH_USAGE, question->declined, "", "%s",
                      PH_T("không gửi, theo ý bạn", "not sent, as you wish"));
}

/* ---- telling ---- */

static ph_rc print_item_json(const ph_col_app *app, const ph_col_item *item)
{
    ph_buf text;
    ph_buf_init(&text, 64 * 1024);
    ph_json j = ph_json_over(&text);
    ph_json_begin_object(&j);
    ph_json_key(&j, "item");
    ph_json_begin_object(&j);
    ph_col_show_item_json(app, item, &j);
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
        return print_item_json(app, item);
    }
    bool is_figures = item->kind == PH_ENTRY_SUBMISSION;
    (void)ph_err_set(err, PH_FORBIDDEN, is_figures ? "submit.refused" : "post.refused", id, "%s", state);
    ph_err_means(err, "%s",
                 is_figures ? PH_T("số liệu vẫn nằm trong spool, chưa được tính",
                                   "the figures are still in the spool and do not count yet")
                            : PH_T("nó vẫn nằm trong spool và chưa có hiệu lực",
                                   "it is still in the spool and has no effect yet"));
    ph_err_hint(err, "phusa-collector status");
    return PH_FORBIDDEN;
}

static ph_rc tell_waiting(ph_col_app *app, const ph_col_item *item, ph_col_cause cause, ph_err *err)
{
    char id[PH_UUID_TEXT_BYTES];
    ph_uuid_print(&item->id, id);
    if (app->args->json) {
        app->exit = PH_EXIT_AGAIN;
        return print_item_json(app, item);
    }
    const char *code = item->kind == PH_ENTRY_SUBMISSION ? "submit.unanswered" : "post.unanswered";
    (void)ph_err_set(err, PH_TIMEOUT, code, app->aggregator.address, "%s: %s",
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

static ph_rc tell_spooled(const ph_col_app *app, const ph_col_item *item)
{
    char id[PH_UUID_TEXT_BYTES], what[256];
    ph_uuid_print(&item->id, id);
    ph_col_show_what(item, app->lang, what, sizeof what);
    (void)fprintf(stderr, PH_T("Đã ký và giữ trong spool: %s, %s\n", "Signed and safe in the spool: %s, %s\n"), what,
                  id);
    return PH_OK;
}

/* What was judged may have begun or ended a case: so that status says how it is now. Nobody waits long for it. */
static ph_rc hear_afterwards(ph_col_app *app, ph_col_wait *w, const ph_col_item *item, ph_err *err)
{
    ph_col_cases known = {0};
    ph_col_hearing_end end;
    bool had_cases = ph_col_cases_load(app->spool, &known) == PH_OK && known.n > 0;
    ph_col_cases_done(&known);
    if (item->kind == PH_ENTRY_SUBMISSION && item->verdict != PH_VERDICT_HELD && !had_cases)
        return PH_OK;
    return ph_col_wait_cases(w, AFTERWARDS_S * PH_US_PER_S, &end, err);
}

static ph_rc wait_and_tell(ph_col_app *app, ph_col_wait *w, ph_col_item *item, int64_t patience_us, ph_err *err)
{
    ph_col_cause cause = PH_COL_CAUSE_STARTING;
    ph_rc rc = ph_col_wait_item(w, item, patience_us, &cause, err);
    if (rc != PH_OK)
        return rc;
    switch (item->state) {
    case PH_COL_JUDGED:
        rc = hear_afterwards(app, w, item, err);
        return rc == PH_OK ? tell_judged(app, item, err) : rc;
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

ph_rc ph_col_post_follow(ph_col_app *app, ph_col_wait *w, ph_col_item *item, int64_t patience_us, ph_err *err)
{
    ph_rc rc = app->args->json ? PH_OK : tell_spooled(app, item);
    if (rc == PH_OK && ph_args_has(app->args, PH_COL_OPT_NO_WAIT))
        return app->args->json ? print_item_json(app, item) : PH_OK;
    return rc == PH_OK ? wait_and_tell(app, w, item, patience_us, err) : rc;
}
