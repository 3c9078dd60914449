/* ph_col_cmd_cases - which values are held, why, what was said of them and what is to be done next.   Layer:
 * collector/app */
#include <stdio.h>

#include "ph_col_case.h"
#include "ph_col_cmds.h"
#include "ph_col_look.h"
#include "ph_col_show.h"
#include "ph_exit.h"
#include "ph_locale.h"

static ph_rc cases_json(ph_col_app *app, const ph_col_cases *cases, const ph_col_wanted *wanted, bool is_fresh)
{
    ph_buf text;
    ph_buf_init(&text, PH_COL_LOOK_JSON_BYTES);
    ph_json j = ph_json_over(&text);
    ph_json_begin_object(&j);
    ph_json_key(&j, "cases");
    ph_json_begin_array(&j);
    for (size_t i = 0; i < cases->n; i++)
        if (ph_col_case_fits(wanted, &cases->lines[i]))
            ph_col_case_json(app, &cases->lines[i], &j);
    ph_json_end_array(&j);
    ph_json_key(&j, "fresh");
    ph_json_bool(&j, is_fresh);
    ph_json_key(&j, "heard_at_us");
    ph_json_uint(&j, (uint64_t)cases->heard.at_us);
    ph_json_key(&j, "more");
    ph_json_bool(&j, cases->heard.has_more);
    ph_json_end_object(&j);
    (void)ph_buf_put_byte(&text, '\n');
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    ph_buf_done(&text);
    app->exit = is_fresh ? PH_EXIT_OK : PH_EXIT_AGAIN;
    return rc;
}

static ph_rc list(ph_col_app *app, const ph_col_cases *cases, const ph_col_wanted *wanted, bool is_fresh)
{
    size_t n = 0;
    ph_buf text;
    ph_buf_init(&text, PH_COL_LOOK_JSON_BYTES);
    for (size_t i = 0; i < cases->n; i++) {
        if (!ph_col_case_fits(wanted, &cases->lines[i]))
            continue;
        if (n++ > 0)
            (void)ph_buf_put_byte(&text, '\n');
        ph_col_case_show(app, &cases->lines[i], true, &text);
    }
    ph_rc rc = text.rc == PH_OK ? ph_term_write_buf(stdout, &text) : text.rc;
    ph_buf_done(&text);
    if (n == 0 && is_fresh && rc == PH_OK)
        (void)fprintf(stderr, "%s\n", PH_T("Không có số liệu nào bị tạm giữ.", "No value is held."));
    if (cases->heard.has_more)
        (void)fprintf(stderr, "%s\n", PH_T("… còn nữa, không liệt kê hết.", "… there are more than are listed."));
    return rc;
}

static ph_rc tell(ph_col_app *app, const ph_col_cases *cases, const ph_col_hearing_end *end,
                  const ph_col_wanted *wanted, ph_err *err)
{
    bool is_known = cases->heard.at_us != 0;
    if (app->args->json)
        return cases_json(app, cases, wanted, end->is_fresh);
    ph_rc rc = is_known ? list(app, cases, wanted, end->is_fresh) : PH_OK;
    if (rc == PH_OK && !end->is_fresh)
        rc = ph_col_case_offline(app, cases, end->cause, err);
    return rc;
}

ph_rc ph_col_cmd_cases(ph_col_app *app, ph_err *err)
{
    ph_col_cases cases = {0};
    ph_col_hearing_end end;
    ph_col_wanted wanted;
    ph_col_wait *w = NULL;
    ph_rc rc = ph_col_app_all(app, err);
    if (rc == PH_OK)
        rc = ph_col_app_wanted(app, &wanted, err);
    if (rc == PH_OK)
        rc = ph_col_wait_open(app, &w, err);
    if (rc == PH_OK)
        rc = ph_col_case_hear(app, w, &cases, &end, err);
    if (rc == PH_OK)
        rc = tell(app, &cases, &end, &wanted, err);
    ph_col_cases_done(&cases);
    ph_col_wait_close(w);
    return rc;
}
