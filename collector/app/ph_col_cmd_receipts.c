/* ph_col_cmd_receipts - the list of receipts, or one of them to print.   Layer: collector/app */
#include <stdio.h>
#include <string.h>

#include "ph_col_look.h"
#include "ph_col_show.h"
#include "ph_exit.h"
#include "ph_locale.h"

typedef struct search {
    const char *prefix;
    size_t n;
    ph_col_item found;
} search;

static ph_rc match(void *arg, const ph_col_item *item)
{
    search *s = arg;
    char id[PH_UUID_TEXT_BYTES];
    ph_uuid_print(&item->id, id);
    if (strncmp(id, s->prefix, strlen(s->prefix)) == 0) {
        s->found = *item;
        s->n++;
    }
    return PH_OK;
}

static ph_rc find_item(ph_col_app *app, const char *prefix, ph_col_item *ret, ph_err *err)
{
    search s = {.prefix = prefix};
    ph_rc rc = ph_col_app_spool_err(app, app->spool->ops->list(app->spool, 0, match, &s), err);
    if (rc != PH_OK || s.n == 1) {
        *ret = s.found;
        return rc;
    }
    rc = ph_err_set(err, s.n == 0 ? PH_NOT_FOUND : PH_AMBIGUOUS, "receipts.id", prefix, "%s",
                    s.n == 0 ? PH_T("không có bản gửi nào có mã này", "there is no submission of that id")
                             : PH_T("nhiều bản có mã bắt đầu như vậy", "several ids begin like that"));
    ph_err_hint(err, "phusa-collector receipts");
    return rc;
}

static ph_rc print_receipt(ph_col_app *app, const ph_col_item *item, ph_err *err)
{
    static ph_col_stored_receipt r; /* large; a command runs once */
    ph_buf text;
    ph_rc rc = ph_col_stored_receipt_load(app, item, &r, err);
    if (rc == PH_NOT_FOUND) {
        char state[512], id[PH_UUID_TEXT_BYTES];
        ph_uuid_print(&item->id, id);
        ph_col_show_state(app, item, state, sizeof state);
        rc = ph_err_set(err, PH_NOT_FOUND, "receipts.none", id,
                        PH_T("chưa có biên nhận (%s)", "there is no receipt yet (%s)"), state);
        ph_err_hint(err, "phusa-collector status");
    }
    ph_buf_init(&text, PH_COL_LOOK_JSON_BYTES);
    if (rc == PH_OK && app->args->json) {
        ph_json j = ph_json_over(&text);
        ph_col_show_receipt_json(app, item, &r, &j);
        (void)ph_buf_put_byte(&text, '\n');
    } else if (rc == PH_OK) {
        ph_col_show_receipt(app, item, &r, &text);
    }
    if (rc == PH_OK)
        rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    if (rc == PH_OK && r.check != PH_OK)
        app->exit = PH_EXIT_FINDINGS;
    ph_buf_done(&text);
    ph_col_stored_receipt_done(&r);
    return rc;
}

static ph_rc receipts_json(ph_col_app *app, ph_err *err)
{
    ph_buf text;
    ph_buf_init(&text, PH_COL_LOOK_JSON_BYTES);
    ph_json j = ph_json_over(&text);
    ph_col_listing l = {.app = app, .json = &j, .receipts_only = true};
    ph_json_begin_array(&j);
    ph_rc rc = app->spool->ops->list(app->spool, 0, ph_col_look_item, &l);
    ph_json_end_array(&j);
    (void)ph_buf_put_byte(&text, '\n');
    if (rc != PH_OK)
        rc = ph_col_app_spool_err(app, rc, err);
    else
        rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    ph_buf_done(&text);
    return rc;
}

ph_rc ph_col_cmd_receipts(ph_col_app *app, ph_err *err)
{
    ph_col_item item;
    ph_rc rc = ph_col_look_open(app, err);
    if (rc != PH_OK)
        return rc;
    if (app->args->n_operands == 0)
        return app->args->json ? receipts_json(app, err) : ph_col_look_items(app, 0, true, err);
    rc = ph_col_app_registry(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_card(app, err);
    if (rc == PH_OK)
        rc = find_item(app, app->args->operands[0], &item, err);
    return rc == PH_OK ? print_receipt(app, &item, err) : rc;
}
