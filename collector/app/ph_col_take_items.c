/* ph_col_take_items - the file of option --items, and its place in the revision.   Layer: collector/app */
#include <stdio.h>

#include "ph_col_csv.h"
#include "ph_col_prepare.h"
#include "ph_file.h"
#include "ph_locale.h"

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
    return rc;
}

/* Without the option the items stay as they were: a revision is the whole form. */
void ph_col_lay_items(ph_col_prepared *p)
{
    bool is_read = p->items == NULL || p->items->problems.n_errors == 0; /* else they are judged by nobody */
    size_t n_before = p->base_is_known ? p->base.n_narratives : 0;
    ph_span before = n_before > 0 ? p->base.narratives : (ph_span){0};

    p->sub.n_narratives = p->items == NULL ? n_before : is_read ? p->items->n : 0;
    p->sub.narratives = p->items == NULL ? before : is_read ? ph_buf_span(&p->items->packed) : (ph_span){0};
    p->items_changed = p->sub.n_narratives != n_before || !ph_span_eq(p->sub.narratives, before);
}
