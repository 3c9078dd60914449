/* ph_col_take_items - the file of option --items, and its place in the revision.   Layer: collector/app */
#include <stdio.h>

#include "ph_col_csv.h"
#include "ph_col_prepare.h"
#include "ph_file.h"
#include "ph_locale.h"

/* As a compiler would: file, row, column, what. */
static void tell(const ph_col_app *app, const char *file, const ph_col_problems *ps)
{
    char words[1024];

    for (size_t i = 0; i < ps->n; i++) {
        (void)ph_col_problem_say(&ps->list[i], app->lang, words, sizeof words);
        (void)fprintf(stderr, "%s:%u:%u: %s: %s [%s]\n", file, ps->list[i].row, ps->list[i].column,
                      ph_col_problem_level(ps->list[i].id) == PH_COL_ERROR ? PH_T("lỗi", "error")
                                                                           : PH_T("lưu ý", "note"),
                      words, ph_col_problem_code(ps->list[i].id));
    }
}

ph_rc ph_col_take_items(ph_col_app *app, ph_col_prepared *p, ph_err *err)
{
    const char *file = ph_args_get(app->args, PH_COL_OPT_ITEMS);
    ph_buf bytes;

    if (file == NULL)
        return PH_OK;
    ph_buf_init(&bytes, PH_COL_CSV_MAX_BYTES + 1);
    ph_rc rc = ph_file_read(file, &bytes, err);
    if (rc == PH_OK) {
        rc = ph_col_items_read(ph_buf_span(&bytes), app->cfg.unit, &p->items);
        if (rc != PH_OK)
            rc = ph_err_set(err, rc, "file.read", file, "%s", ph_rc_text(rc));
    }
    ph_buf_done(&bytes);
    if (rc != PH_OK)
        return rc;
    tell(app, file, &p->items->problems);
    if (p->items->problems.n_errors == 0)
        return PH_OK;
    (void)ph_err_set(err, PH_INVALID, "items.invalid", file, "%s",
                     PH_T("tệp nội dung có lỗi", "the file of items holds errors"));
    ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    return PH_INVALID;
}

/* Without the option the items stay as they were: a revision is the whole form. */
void ph_col_lay_items(ph_col_prepared *p)
{
    size_t n_before = p->base_is_known ? p->base.n_narratives : 0;
    ph_span before = n_before > 0 ? p->base.narratives : (ph_span){0};

    p->sub.n_narratives = p->items == NULL ? n_before : p->items->n;
    p->sub.narratives = p->items == NULL ? before : ph_buf_span(&p->items->packed);
    p->items_changed = p->sub.n_narratives != n_before || !ph_span_eq(p->sub.narratives, before);
}
