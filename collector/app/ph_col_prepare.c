/* ph_col_prepare - from a file to a revision that is ready to be signed, with all that is wrong with it.   Layer:
 * collector/app */
#include "ph_col_prepare.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ph_clock.h"
#include "ph_col_correction.h"
#include "ph_col_csv.h"
#include "ph_col_names.h"
#include "ph_col_unread.h"
#include "ph_file.h"
#include "ph_locale.h"

/* "-" is standard input. */
static ph_rc read_stdin(ph_buf *dst, ph_err *err)
{
    uint8_t part[16 * 1024];
    ssize_t n;
    while ((n = read(STDIN_FILENO, part, sizeof part)) > 0)
        if (ph_buf_put(dst, part, (size_t)n) != PH_OK)
            break;
    return n < 0 ? ph_err_set(err, PH_IO, "file.read", "-", "%s", ph_rc_text(PH_IO)) : dst->rc;
}

static ph_rc read_file(const char *file, ph_buf *dst, ph_err *err)
{
    struct stat st;
    if (stat(file, &st) == 0 && S_ISDIR(st.st_mode)) {
        (void)ph_err_set(err, PH_INVALID, "file.is_folder", file, "%s", PH_T("đây là thư mục", "this is a folder"));
        ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
        ph_err_hint(err, "%s", PH_T("ghi tên tệp CSV trong đó", "name the CSV file in it"));
        return PH_INVALID;
    }
    ph_rc rc = strcmp(file, "-") == 0 ? read_stdin(dst, err) : ph_file_read(file, dst, err);
    if (rc == PH_LIMIT) {
        (void)ph_err_set(err, PH_LIMIT, "file.too_large", file,
                         PH_T("tệp lớn hơn %d byte", "the file is larger than %d bytes"), PH_COL_CSV_MAX_BYTES);
        ph_err_hint(err, "%s",
                    PH_T("dùng tệp mẫu: phusa-collector template", "use the template: phusa-collector template"));
    }
    if (rc == PH_NOT_FOUND)
        ph_err_hint(
            err, "%s",
            PH_T("xem lại tên tệp và thư mục đang đứng; chưa có tệp: phusa-collector template --excel -o so-lieu.csv",
                 "see whether name and folder are right; no file yet: phusa-collector template -o figures.csv"));
    if (rc != PH_OK)
        ph_err_means(err, "%s", PH_T("chưa có gì được gửi", "nothing was sent"));
    return rc;
}

static ph_rc notation_of(const ph_col_app *app, ph_notation *ret, ph_err *err)
{
    const char *said = ph_args_get(app->args, PH_COL_OPT_NOTATION);
    *ret = PH_NOTATION_UNSAID;
    if (said == NULL || ph_col_notation_find(ph_span_str(said), ret))
        return PH_OK;
    (void)ph_err_set(err, PH_USAGE, "args.notation", said, "%s",
                     PH_T("không có ký hiệu số này", "there is no such notation"));
    ph_err_hint(err, "%s",
                PH_T("--notation vi (1.234,5) hoặc --notation plain (1234.5)",
                     "--notation vi (1.234,5) or --notation plain (1234.5)"));
    return PH_USAGE;
}

static ph_rc read_input(ph_col_app *app, const char *file, const ph_col_wanted *wanted, ph_col_prepared *p, ph_err *err)
{
    ph_col_input_opts opts = {.registry = app->registry,
                              .unit = app->cfg.unit,
                              .form = wanted->form,
                              .has_period = wanted->has_period,
                              .period = wanted->period,
                              .withdraws = p->correction.kind == PH_REVISION_WITHDRAWAL,
                              .reason = p->correction.reason};
    ph_buf bytes;
    ph_buf_init(&bytes, PH_COL_CSV_MAX_BYTES + 1);
    ph_rc rc = notation_of(app, &opts.notation, err);
    if (rc == PH_OK)
        rc = read_file(file, &bytes, err);
    if (rc == PH_OK) {
        rc = ph_col_input_read(ph_buf_span(&bytes), &opts, &p->input);
        if (rc != PH_OK)
            (void)ph_err_set(err, rc, "file.read", file, "%s", ph_rc_text(rc));
    }
    ph_buf_done(&bytes);
    return rc;
}

/* What the options leave open, the file may say. */
static void complete(ph_col_wanted *wanted, const ph_col_input *in)
{
    if (in->cluster[0] != '\0' && (wanted->cluster == NULL || wanted->cluster[0] == '\0'))
        wanted->cluster = in->cluster;
    if (wanted->form == NULL && in->form[0] != '\0')
        wanted->form = in->form;
    if (!wanted->has_period && in->has_period) {
        wanted->has_period = true;
        wanted->period = in->period;
    }
}

/* ---- the base ---- */

static ph_rc item_or_none(ph_rc rc, bool *ret_has)
{
    *ret_has = rc == PH_OK;
    return rc == PH_NOT_FOUND ? PH_OK : rc;
}

/* The item whose cells the file is laid over. One that was never logged will be replaced: the new one stands on what
 * that one stood on. One that was sent and is unanswered will be the last accepted, if it is accepted: the new one
 * builds on it. */
static ph_rc find_under(ph_col_app *app, ph_col_prepared *p, ph_col_item *ret, bool *ret_has)
{
    const ph_col_spool_ops *ops = app->spool->ops;
    ph_col_item newest;
    bool has_newest;
    ph_rc rc = item_or_none(ops->newest(app->spool, &p->key, &newest), &has_newest);
    if (rc != PH_OK)
        return rc;
    p->newest = has_newest ? newest.number : 0;
    p->newest_state = has_newest ? newest.state : PH_COL_QUEUED;
    p->replaces = has_newest && (newest.state == PH_COL_QUEUED || newest.state == PH_COL_PARKED);
    *ret_has = p->replaces || (has_newest && newest.state == PH_COL_SENT);
    *ret = newest;
    return *ret_has ? PH_OK : item_or_none(ops->last_accepted(app->spool, &p->key, ret), ret_has);
}

static ph_rc load_base(ph_col_app *app, ph_col_prepared *p, ph_err *err)
{
    ph_col_item item;
    bool has = false;
    ph_buf_clear(&p->base_bytes);
    ph_rc rc = find_under(app, p, &item, &has);
    if (rc != PH_OK)
        return ph_col_app_spool_err(app, rc, err);
    if (!has)
        return PH_OK;
    rc = ph_col_app_body(app, &item, &p->base_bytes, p->base_cells, &p->base, err);
    if (rc != PH_OK)
        return rc;
    p->base_is_known = true;
    p->base_revision = p->replaces ? p->base.base_revision : item.revision;
    p->base_digest = p->replaces ? p->base.base_digest : item.body;
    p->has_base = p->base_revision != 0;
    return PH_OK;
}

/* Over there they may know more than this spool does (a machine set up anew): number and base go on from that. */
static ph_rc number_it(ph_col_app *app, ph_col_prepared *p, ph_err *err)
{
    ph_col_standing standing;
    uint32_t highest = 0;
    bool has_standing;
    ph_rc rc = app->spool->ops->highest(app->spool, &p->key, &highest);
    if (rc == PH_OK)
        rc = item_or_none(app->spool->ops->standing(app->spool, &p->key, &standing), &has_standing);
    if (rc != PH_OK)
        return ph_col_app_spool_err(app, rc, err);
    if (has_standing && standing.highest_revision > highest)
        highest = standing.highest_revision;
    if (has_standing && standing.last_revision > p->base_revision) {
        p->has_base = true;
        p->base_is_known = false;
        p->base_revision = standing.last_revision;
        p->base_digest = standing.last_digest;
    }
    p->sub.revision = highest + 1;
    return PH_OK;
}

static ph_rc check(ph_col_app *app, ph_col_prepared *p, ph_err *err)
{
    p->findings = (ph_findings){0};
    ph_plan_free(p->plan);
    p->plan = NULL;
    uint64_t unread[PH_UNREAD_WORDS];
    ph_evidence evidence = {.unit = ph_registry_find_unit(app->registry, p->sub.unit),
                            .known_on = ph_date_of_us(ph_clock_now_us()), /* what was accepted earlier is not here */
                            .unread = unread};
    ph_rc rc = ph_plan_new(app->registry, p->duty, &p->plan);
    if (rc == PH_OK) {
        ph_col_unread_columns(app->registry, p->input, &p->revision, p->plan, unread);
        rc = ph_validate(p->plan, &p->sub, &evidence, p->cells, &p->findings);
    }
    p->is_checked = rc == PH_OK;
    return rc == PH_OK ? PH_OK : ph_err_set(err, rc, "check.failed", p->file, "%s", ph_rc_text(rc));
}

ph_rc ph_col_prepare_revision(ph_col_app *app, ph_col_prepared *p, ph_err *err)
{
    p->has_base = p->base_is_known = p->replaces = false;
    p->base_revision = 0;
    p->base_digest = (ph_digest){0};
    p->sub.revision = 1;
    p->newest = 0;
    ph_rc rc = app->spool == NULL ? PH_OK : load_base(app, p, err);
    if (rc == PH_OK && app->spool != NULL)
        rc = number_it(app, p, err);
    if (rc != PH_OK)
        return rc;
    rc = ph_col_revision_make(p->input, p->base_is_known ? &p->base : NULL,
                              ph_registry_form(app->registry, p->duty->form), app->registry, &p->revision);
    if (rc != PH_OK)
        return ph_err_set(err, rc, "revision.too_large", p->file, "%s", ph_rc_text(rc));
    p->sub.unit = ph_span_str(app->cfg.unit);
    p->sub.cluster = ph_span_str(p->key.cluster);
    p->sub.form = ph_span_str(p->key.form);
    p->sub.period = p->key.period;
    p->sub.base_revision = p->base_revision;
    p->sub.base_digest = p->base_digest;
    p->sub.registry = *ph_registry_digest(app->registry);
    p->sub.n_observations = p->revision.n;
    p->sub.observations = p->revision.cells;
    ph_col_lay_items(p);
    return check(app, p, err);
}

/* None where the rules have nothing to look at, or where it is not known for which report. Beside errors of the file
 * that is told after them, not instead. */
static ph_rc find_duty(ph_col_app *app, ph_col_prepared *p, ph_col_wanted *wanted, ph_err *err)
{
    bool is_read = ph_col_prepared_is_read(p);
    if (!is_read && (p->input->is_misplaced || p->input->n_cells == 0))
        return PH_OK;
    complete(wanted, p->input);
    ph_rc rc = ph_col_app_duty(app, wanted, &p->duty, err);
    if (rc == PH_OK || is_read)
        return rc;
    p->unsettled = *err;
    p->duty = NULL;
    *err = (ph_err){0};
    return PH_OK;
}

ph_rc ph_col_prepare(ph_col_app *app, const char *file, ph_col_prepared *ret, ph_err *err)
{
    ph_col_wanted wanted;
    ph_buf_init(&ret->base_bytes, PH_COL_MAX_ENVELOPE_BYTES);
    if (!ph_span_copy(ph_span_str(file), ret->file, sizeof ret->file))
        (void)ph_span_copy(ph_span_str("…"), ret->file, sizeof ret->file);
    ph_rc rc = ph_col_app_wanted(app, &wanted, err);
    if (rc == PH_OK)
        rc = ph_col_correction_read(app, &ret->correction, err);
    if (rc == PH_OK)
        rc = read_input(app, file, &wanted, ret, err);
    if (rc == PH_OK)
        rc = ph_col_take_items(app, ret, err);
    if (rc == PH_OK)
        rc = find_duty(app, ret, &wanted, err);
    if (rc != PH_OK || ret->duty == NULL)
        return rc;
    ph_col_app_key(app, ret->duty, &ret->key);
    return ph_col_prepare_revision(app, ret, err);
}

bool ph_col_prepared_is_read(const ph_col_prepared *p)
{
    return p->input->problems.n_errors == 0 && (p->items == NULL || p->items->problems.n_errors == 0);
}

bool ph_col_prepared_is_clean(const ph_col_prepared *p)
{
    return ph_col_prepared_is_read(p) && p->is_checked && ph_findings_verdict(&p->findings) != PH_VERDICT_REJECTED;
}

ph_rc ph_col_prepared_unsettled(const ph_col_prepared *p, ph_err *err)
{
    if (p->unsettled.rc != PH_OK)
        *err = p->unsettled;
    return p->unsettled.rc;
}

bool ph_col_prepared_has_change(const ph_col_prepared *p)
{
    return p->revision.n_changes > 0 || p->items_changed;
}

void ph_col_prepared_done(ph_col_prepared *p)
{
    ph_col_items_free(p->items);
    ph_plan_free(p->plan);
    ph_col_input_free(p->input);
    ph_buf_done(&p->base_bytes);
}
