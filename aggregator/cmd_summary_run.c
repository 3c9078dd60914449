/* cmd_summary_run - the command `summary`: which sheets, as of when, in which form.   Layer: aggregator (app) */
#include <stdlib.h>
#include <string.h>

#include "ph_agg_restate.h"
#include "ph_agg_sheets.h"
#include "ph_clock.h"
#include "ph_locale.h"

/* Where to print, and what. */
typedef struct request {
    const ph_args *args;
    ph_summary_when when;
    ph_restated_view view;
    bool is_csv;
    ph_agg_csv csv;
    ph_buf *text;
} request;

static void print_then(request *q, const ph_summary *s)
{
    if (q->args->json)
        ph_summary_print_json(s, q->text);
    else if (q->is_csv)
        ph_summary_print_csv(s, &q->csv);
    else
        ph_summary_print(s, q->args->lang, q->text);
}

static ph_rc print_restated(request *q, const ph_agg_reading *r, const ph_sheet_key *key, const ph_summary *s)
{
    ph_restated *v = calloc(1, sizeof *v);
    ph_rc rc = v == NULL ? PH_NOMEM : ph_restated_load(r, key, s, q->view, v);

    if (rc == PH_OK && q->args->json)
        ph_restated_print_json(v, q->text);
    else if (rc == PH_OK && q->is_csv)
        ph_restated_print_csv(v, &q->csv);
    else if (rc == PH_OK)
        ph_restated_print(v, q->args->lang, q->text);
    ph_restated_free(v);
    free(v);
    return rc;
}

static ph_rc print_sheet(request *q, const ph_agg_reading *r, const ph_sheet_key *key)
{
    ph_summary s;
    ph_rc rc = ph_summary_load(r, key, q->when, &s);
    if (rc == PH_OK && q->view.is_then)
        print_then(q, &s);
    else if (rc == PH_OK)
        rc = print_restated(q, r, key, &s);
    ph_summary_free(&s);
    return rc;
}

/* Sheets of which nothing had been published by then are passed over; when that is all of them, it is said. */
static ph_rc print_sheets(request *q, const ph_agg_reading *r, const ph_agg_sheets *f, ph_err *err)
{
    size_t n_printed = 0;
    q->is_csv = !q->args->json && ph_agg_csv_asked(q->args);
    if (q->args->json)
        (void)ph_buf_put_byte(q->text, '[');
    else if (q->is_csv)
        q->csv = ph_agg_csv_begin(q->text, ph_args_has(q->args, PH_AGG_OPT_EXCEL),
                                  q->view.is_then ? PH_SUMMARY_CSV_HEADER : PH_RESTATED_CSV_HEADER);
    for (size_t i = 0; i < f->n; i++) {
        const ph_sheet_key key = ph_agg_sheets_key(f, i);
        size_t before = q->text->len;
        if (n_printed > 0 && q->args->json)
            (void)ph_buf_put_byte(q->text, ',');
        else if (n_printed > 0 && !q->is_csv)
            (void)ph_buf_put_byte(q->text, '\n');
        ph_rc rc = print_sheet(q, r, &key);
        if (rc == PH_NOT_FOUND && q->when.is_asked)
            q->text->len = before;
        else if (rc != PH_OK)
            return ph_agg_reading_failed(r, rc, "reading the figures", err);
        else
            n_printed++;
    }
    if (n_printed == 0)
        return ph_summary_nothing_then(q->args, err);
    if (q->args->json)
        (void)ph_buf_put_str(q->text, "]\n");
    return PH_OK;
}

ph_rc ph_agg_cmd_summary(const ph_args *args, ph_err *err)
{
    const char *view = ph_args_get(args, PH_AGG_OPT_VIEW);
    ph_agg_sheets found = {0};
    ph_agg_reading r = {0};
    ph_buf text;
    request q = {.args = args, .when = PH_SUMMARY_NOW, .view = {.is_then = true}, .text = &text};
    ph_buf_init(&text, 64 * 1024 * 1024);
    ph_rc rc = PH_OK;
    if (view != NULL)
        rc = ph_restated_view_parse(view, ph_date_of_us(ph_clock_now_us()), &q.view, err);
    if (rc == PH_OK)
        rc = ph_agg_reading_open(args, &r, err);
    if (rc == PH_OK)
        rc = ph_summary_when_read(args, PH_AGG_OPT_AS_OF, &r, &q.when, err);
    if (rc == PH_OK)
        rc = ph_agg_sheets_find(args, &r, &found, err);
    if (rc == PH_OK)
        rc = ph_restated_view_check(&q.view, found.period, view, err);
    if (rc == PH_OK)
        rc = print_sheets(&q, &r, &found, err);
    if (rc == PH_OK)
        rc = ph_agg_cmd_print(&text, err);
    ph_buf_done(&text);
    ph_agg_reading_close(&r);
    return rc;
}
