/* cmd_score - the points that a year's criteria give, computed as a set from files and figures.   Layer: aggregator
 * (app) */
#include "ph_agg_score.h"
#include "ph_agg_summary.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_daemon.h"
#include "ph_file.h"
#include "ph_locale.h"
#include "ph_registry_load.h"
#include "ph_suggest.h"

/* ---- files ---- */

typedef struct score_files {
    size_t n;
    ph_score_file files[PH_SCORE_MAX_FILES];
    ph_buf texts[PH_SCORE_MAX_FILES];
} score_files;

static ph_rc read_file(score_files *f, const char *path, ph_err *err)
{
    if (f->n == PH_SCORE_MAX_FILES)
        return ph_err_set(err, PH_LIMIT, "score.files", path, PH_T("nhiều hơn %d tệp", "more than %d files"),
                          PH_SCORE_MAX_FILES);
    ph_buf *text = &f->texts[f->n];
    ph_buf_init(text, PH_SCORE_MAX_FILE_BYTES + 1);
    ph_rc rc = ph_file_read(path, text, err);
    f->files[f->n] = (ph_score_file){.name = path, .text = ph_buf_span(text)};
    f->n++;
    return rc;
}

static ph_rc read_option(score_files *f, const ph_args *args, int option, ph_err *err)
{
    ph_rc rc = PH_OK;
    const char *path;

    for (size_t i = 0; rc == PH_OK && (path = ph_args_nth(args, option, i)) != NULL; i++)
        rc = read_file(f, path, err);
    return rc;
}

static void files_done(score_files *f)
{
    for (size_t i = 0; i < f->n; i++)
        ph_buf_done(&f->texts[i]);
    free(f);
}

static ph_rc load(const score_files *f, const ph_registry *reg, ph_score_set **ret, ph_err *err)
{
    ph_rc rc = ph_score_load(f->files, f->n, reg, ph_daemon_print_err, NULL, ret);

    if (rc == PH_INVALID)
        return ph_err_set(err, rc, "score.invalid", f->files[0].name, "%s",
                          PH_T("có lỗi trong các tệp chấm điểm; chưa tính gì",
                               "the scoring files hold errors; nothing was computed"));
    return rc == PH_OK ? rc : ph_err_set(err, rc, "agg.memory", "", "%s", ph_rc_text(rc));
}

/* ---- score check ---- */

static ph_rc check(const ph_args *args, score_files *f, ph_err *err)
{
    ph_registry *reg = NULL;
    ph_score_set *set = NULL;
    ph_agg_cfg cfg;
    ph_rc rc = ph_agg_cmd_config(args, &cfg, err);

    for (size_t i = 0; rc == PH_OK && i < args->n_operands; i++)
        rc = read_file(f, args->operands[i], err);
    if (rc == PH_OK) {
        rc = ph_registry_load_dir(cfg.registry, ph_daemon_print_err, NULL, NULL, &reg);
        if (rc != PH_OK)
            rc = ph_err_set(err, rc, "agg.registry.invalid", cfg.registry, "%s", ph_rc_text(rc));
    }
    if (rc == PH_OK)
        rc = load(f, reg, &set, err);
    if (rc == PH_OK)
        (void)fprintf(stderr,
                      PH_T("đúng: %s năm %u, phiên bản %u, %u tiêu chí, %u đơn vị\n",
                           "correct: %s for %u, version %u, %u criteria, %u units\n"),
                      set->scheme.cluster, set->scheme.year, set->scheme.version, set->scheme.n_nodes, set->n_units);
    ph_score_set_free(set);
    ph_registry_free(reg);
    return rc;
}

ph_rc ph_agg_cmd_score_check(const ph_args *args, ph_err *err)
{
    score_files *f = calloc(1, sizeof *f);

    if (f == NULL)
        return ph_err_set(err, PH_NOMEM, "agg.memory", "", "%s", ph_rc_text(PH_NOMEM));
    ph_rc rc = check(args, f, err);
    files_done(f);
    return rc;
}

/* ---- score ---- */

typedef struct wanted {
    ph_period year, period;
    uint64_t as_of;
} wanted;

static ph_rc usage(ph_err *err, const char *code, const char *where, const char *what, const char *hint)
{
    (void)ph_err_set(err, PH_USAGE, code, where, "%s", what);
    ph_err_hint(err, "%s", hint);
    return PH_USAGE;
}

/* An entry, not a time: a scoring names the last entry that it looked at. */
static ph_rc read_as_of(const ph_args *args, const ph_agg_reading *r, uint64_t *ret, ph_err *err)
{
    ph_summary_when when;
    ph_rc rc = ph_summary_when_read(args, PH_AGG_OPT_SCORE_AS_OF, r, &when, err);

    if (rc != PH_OK)
        return rc;
    if (when.is_asked && when.seq == UINT64_MAX)
        return usage(err, "usage.as_of", ph_args_get(args, PH_AGG_OPT_SCORE_AS_OF),
                     PH_T("không phải số thứ tự mục nhật ký", "is no number of a log entry"),
                     PH_T("từ 1 đến mục cuối mà lệnh status in ra", "from 1 to the last entry that status prints"));
    *ret = when.is_asked ? when.seq : r->head.last_seq;
    return PH_OK;
}

static ph_rc read_wanted(const ph_args *args, const ph_agg_reading *r, wanted *ret, ph_err *err)
{
    const char *year = args->operands[1], *period = ph_args_get(args, PH_AGG_OPT_PERIOD);

    if (ph_period_parse(ph_span_str(year), &ret->year) != PH_OK || ret->year.freq != PH_FREQ_A)
        return usage(err, "usage.year", year, PH_T("không phải năm", "is not a year"), "2023");
    ret->period = ret->year;
    if (period != NULL &&
        (ph_period_parse(ph_span_str(period), &ret->period) != PH_OK || ret->period.year != ret->year.year))
        return usage(err, "usage.period", period, PH_T("không phải kỳ báo cáo của năm đó", "is no period of that year"),
                     "2023, 2023-S1, 2023-Q2, 2023-06");
    return read_as_of(args, r, &ret->as_of, err);
}

static ph_rc check_scheme(const ph_args *args, const ph_score_scheme *s, const wanted *w, ph_err *err)
{
    ph_date from, to;

    if (strcmp(s->cluster, args->operands[0]) != 0 || s->year != w->year.year)
        return ph_err_set(err, PH_INVALID, "score.scheme.other", ph_args_get(args, PH_AGG_OPT_SCHEME),
                          PH_T("bộ tiêu chí này của cụm %s năm %u", "these criteria are of %s for %u"), s->cluster,
                          s->year);
    ph_period_range(w->period, &from, &to);
    if (from < s->valid_from || from >= s->valid_to)
        return ph_err_set(err, PH_INVALID, "score.scheme.not_valid", ph_args_get(args, PH_AGG_OPT_SCHEME), "%s",
                          PH_T("bộ tiêu chí không có hiệu lực vào ngày đầu của kỳ này",
                               "the criteria are not valid on the first day of that period"));
    return PH_OK;
}

static ph_rc compute(const ph_agg_reading *r, const wanted *w, ph_scoring *s, ph_err *err)
{
    size_t n = (size_t)s->set->n_units * s->set->scheme.n_nodes;

    s->input = (ph_score_input){.scheme = &s->set->scheme,
                                .period = w->period,
                                .n_units = s->set->n_units,
                                .units = s->set->units,
                                .entries = s->set->entries};
    ph_rc rc = ph_scoring_take_actuals(r, w->as_of, s);
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "reading the figures", err);
    s->cells = calloc(n + 1, sizeof *s->cells);
    s->totals = calloc(s->set->n_units + 1U, sizeof *s->totals);
    rc = s->cells == NULL || s->totals == NULL ? PH_NOMEM : ph_score_compute(&s->input, s->cells, s->totals);
    if (rc == PH_OK)
        rc = ph_score_version(&s->input, &s->version);
    return rc == PH_OK ? rc : ph_err_set(err, rc, "score.compute", "", "%s", ph_rc_text(rc));
}

static ph_rc print(const ph_args *args, const ph_scoring *s, ph_err *err)
{
    const char *unit = ph_args_get(args, PH_AGG_OPT_UNIT);
    size_t u = 0;
    ph_buf text;

    while (unit != NULL && u < s->set->n_units && strcmp(s->set->units[u], unit) != 0)
        u++;
    if (unit != NULL && u == s->set->n_units) {
        const char *meant = ph_suggest(ph_span_str(unit), s->set->units, s->set->n_units);
        (void)ph_err_set(err, PH_NOT_FOUND, "score.unit.unknown", unit, "%s",
                         PH_T("không phải thành viên của cụm năm đó", "is no member of the cluster in that year"));
        if (meant != NULL)
            ph_err_hint(err, PH_T("có phải là %s?", "did you mean %s?"), meant);
        return PH_NOT_FOUND;
    }
    ph_buf_init(&text, 64 * 1024 * 1024);
    if (args->json) {
        ph_scoring_print_json(s, &text);
    } else if (ph_agg_csv_asked(args)) {
        ph_agg_csv csv = ph_agg_csv_begin(&text, ph_args_has(args, PH_AGG_OPT_EXCEL), PH_SCORING_CSV_HEADER);
        ph_scoring_print_csv(s, &csv);
    } else if (unit != NULL) {
        ph_scoring_print_unit(s, u, args->lang, &text);
    } else {
        ph_scoring_print(s, args->lang, &text);
    }
    ph_rc rc = ph_agg_cmd_print(&text, err);
    ph_buf_done(&text);
    return rc;
}

static ph_rc score(const ph_args *args, const ph_agg_reading *r, const score_files *f, ph_err *err)
{
    ph_scoring s = {0};
    wanted w;
    ph_rc rc = read_wanted(args, r, &w, err);

    if (rc == PH_OK) {
        rc = ph_scoring_find_registry(r, ph_span_str(args->operands[0]), w.period, w.as_of, &s.registry);
        if (rc != PH_OK)
            rc = ph_agg_reading_failed(r, rc, "reading the registry of then", err);
    }
    if (rc == PH_OK)
        rc = load(f, s.registry, &s.set, err);
    if (rc == PH_OK)
        rc = check_scheme(args, &s.set->scheme, &w, err);
    if (rc == PH_OK)
        rc = compute(r, &w, &s, err);
    if (rc == PH_OK)
        rc = print(args, &s, err);
    free(s.cells);
    free(s.totals);
    ph_score_set_free(s.set);
    return rc;
}

ph_rc ph_agg_cmd_score(const ph_args *args, ph_err *err)
{
    score_files *f = calloc(1, sizeof *f);
    ph_agg_reading r = {0};
    ph_rc rc = PH_NOMEM;

    if (f == NULL)
        return ph_err_set(err, rc, "agg.memory", "", "%s", ph_rc_text(rc));
    if (!ph_args_has(args, PH_AGG_OPT_SCHEME))
        rc = usage(err, "usage.scheme", "--scheme", PH_T("chưa nêu bộ tiêu chí", "the criteria are not named"),
                   "--scheme domain/scoring/dbsh-2023.yaml");
    else
        rc = read_option(f, args, PH_AGG_OPT_SCHEME, err);
    if (rc == PH_OK)
        rc = read_option(f, args, PH_AGG_OPT_TARGETS, err);
    if (rc == PH_OK)
        rc = read_option(f, args, PH_AGG_OPT_SHEET, err);
    if (rc == PH_OK) {
        rc = ph_agg_reading_open(args, &r, err);
        if (rc == PH_OK)
            rc = score(args, &r, f, err);
        ph_agg_reading_close(&r);
    }
    files_done(f);
    return rc;
}
