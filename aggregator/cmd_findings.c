/* cmd_findings - what the rules found in the submissions of a cluster and period, page by page.   Layer: aggregator
 * (app) */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_agg_findings.h"
#include "ph_locale.h"
#include "ph_submission.h"
#include "ph_suggest.h"
#include "ph_uint.h"

enum { DEFAULT_LIMIT = 1000, MAX_LIMIT = 20000, MAX_TEXT_BYTES = 64 * 1024 * 1024 };
#define MAX_SEQ UINT64_C(1000000000000000)

typedef struct wanted {
    ph_span cluster, unit; /* unit empty: all */
    ph_period period;
    uint64_t after, limit; /* entries up to after are passed over; a page ends with the entry that fills it */
} wanted;

typedef struct listing {
    const ph_args *args;
    const ph_agg_reading *r;
    wanted w;
    ph_buf *text;
    ph_json json;
    bool is_csv;
    ph_agg_csv csv;
    bool is_counted; /* for people: beside the page, of all that is wanted */
    ph_agg_tally tally;
    ph_rc rc;
    uint64_t n, last_seq; /* findings listed; the entry they end with */
    bool has_more;
    ph_observation observations[PH_MAX_OBSERVATIONS];
    ph_finding findings[PH_MAX_FINDINGS];
    ph_judgement judgement;
} listing;

/* ---- one judged submission ---- */

static void put_report(listing *l, const ph_report *r, size_t n)
{
    const ph_agg_found found = {.report = r, .list = l->findings, .n = n, .judgement = &l->judgement};

    if (l->args->json) {
        ph_report_findings(&l->json, r, l->findings, n);
        ph_report_counts(&l->json, r, l->judgement.counts, l->judgement.n_counts);
    } else if (l->is_csv) {
        ph_agg_found_print_csv(&found, &l->csv);
    } else {
        ph_agg_found_print(&found, l->text);
    }
}

static bool is_wanted(const wanted *w, const ph_submission *sub)
{
    return ph_span_eq(sub->cluster, w->cluster) && ph_period_eq(sub->period, w->period) &&
           (w->unit.len == 0 || ph_span_eq(sub->unit, w->unit));
}

static ph_rc take(listing *l, const ph_entry *entry, const ph_stored_verdict *verdict)
{
    ph_submission sub;
    const ph_registry *reg = NULL;
    char id[PH_UUID_TEXT_BYTES];
    size_t n = 0;
    ph_rc rc = ph_submission_read(entry->bytes, l->observations, &sub, NULL, NULL);

    if (rc != PH_OK)
        return rc == PH_NOMEM ? rc : PH_CORRUPT;
    if (!is_wanted(&l->w, &sub))
        return PH_OK;
    if (ph_judgement_read(verdict->verdict_bytes, &l->judgement) != PH_OK ||
        ph_findings_read(verdict->findings, l->findings, PH_MAX_FINDINGS, &n) != PH_OK)
        return PH_CORRUPT;
    if (l->judgement.n_findings == 0)
        return PH_OK;
    ph_agg_tally_add(&l->tally, &l->judgement);
    if (entry->seq <= l->w.after)
        return PH_OK;
    if (l->n >= l->w.limit) {
        l->has_more = true;
        return PH_OK;
    }
    rc = l->r->registries.get(l->r->registries.arg, &entry->registry, &reg);
    if (rc != PH_OK)
        return rc;
    ph_uuid_print(&entry->id, id);
    const ph_report r = {.id = id,
                         .actor = "phusa-aggregator",
                         .agent = "phusa " PH_VERSION,
                         .trigger = "submission",
                         .time_us = entry->received_at_us,
                         .cluster = sub.cluster,
                         .form = sub.form,
                         .unit = sub.unit,
                         .period = sub.period,
                         .revision = sub.revision,
                         .verdict = ph_verdict_name(l->judgement.verdict),
                         .registry = reg,
                         .lang = l->args->lang};
    put_report(l, &r, n);
    l->n += n;
    l->last_seq = entry->seq;
    return l->text->rc;
}

static bool on_entry(void *arg, const ph_entry *entry, const ph_stored_verdict *verdict)
{
    listing *l = arg;

    if (entry->kind == PH_ENTRY_SUBMISSION)
        l->rc = take(l, entry, verdict);
    return l->rc == PH_OK && (!l->has_more || l->is_counted);
}

/* ---- what is asked for ---- */

static ph_rc read_count(const ph_args *args, int option, const char *name, uint64_t min, uint64_t max, uint64_t *ret,
                        ph_err *err)
{
    const char *said = ph_args_get(args, option);
    uint64_t number;

    if (said == NULL)
        return PH_OK;
    if (ph_uint_parse(ph_span_str(said), max, &number) == PH_OK && number >= min) {
        *ret = number;
        return PH_OK;
    }
    return ph_err_set(
        err, PH_USAGE, "args.number", said,
        PH_T("%s cần một số nguyên từ %" PRIu64 " đến %" PRIu64, "%s takes an integer from %" PRIu64 " to %" PRIu64),
        name, min, max);
}

/* An id that the registry does not have, with the nearest that it has. */
static ph_rc refuse(const char *code, const char *typed, const char *what, const char *const *first, size_t stride,
                    size_t n, ph_err *err)
{
    const char *meant = n == 0 ? NULL : ph_suggest_rows(ph_span_str(typed), first, stride, n);

    (void)ph_err_set(err, PH_NOT_FOUND, code, typed, "%s", what);
    if (meant != NULL)
        ph_err_hint(err, PH_T("có phải là %s?", "did you mean %s?"), meant);
    return PH_NOT_FOUND;
}

static ph_rc check_names(const listing *l, ph_err *err)
{
    const ph_registry *reg = NULL;
    ph_rc rc = l->r->registries.get(l->r->registries.arg, &l->r->head.registry, &reg);

    if (rc != PH_OK)
        return ph_agg_reading_failed(l->r, rc, "reading the registry", err);
    if (ph_registry_find_cluster(reg, l->w.cluster) == PH_NO_INDEX)
        return refuse("agg.cluster.unknown", l->args->operands[0],
                      PH_T("không có cụm này trong danh mục", "there is no such cluster in the registry"),
                      ph_registry_n_clusters(reg) == 0 ? NULL : &ph_registry_cluster(reg, 0)->id, sizeof(ph_cluster),
                      ph_registry_n_clusters(reg), err);
    if (l->w.unit.len > 0 && ph_registry_find_unit(reg, l->w.unit) == PH_NO_INDEX)
        return refuse("agg.unit.unknown", ph_args_get(l->args, PH_AGG_OPT_UNIT),
                      PH_T("không có đơn vị này trong danh mục", "there is no such unit in the registry"),
                      ph_registry_n_units(reg) == 0 ? NULL : &ph_registry_unit(reg, 0)->id, sizeof(ph_unit),
                      ph_registry_n_units(reg), err);
    return PH_OK;
}

static ph_rc read_wanted(const ph_args *args, wanted *w, ph_err *err)
{
    const char *unit = ph_args_get(args, PH_AGG_OPT_UNIT);

    *w = (wanted){.cluster = ph_span_str(args->operands[0]), .limit = DEFAULT_LIMIT};
    if (unit != NULL)
        w->unit = ph_span_str(unit);
    if (ph_period_parse(ph_span_str(args->operands[1]), &w->period) != PH_OK) {
        (void)ph_err_set(err, PH_USAGE, "usage.period", args->operands[1], "%s",
                         PH_T("không phải kỳ báo cáo", "is not a reporting period"));
        ph_err_hint(err, "2023, 2023-S1, 2023-Q2, 2023-06");
        return PH_USAGE;
    }
    ph_rc rc = read_count(args, PH_AGG_OPT_LIMIT, "--limit", 1, MAX_LIMIT, &w->limit, err);
    return rc == PH_OK ? read_count(args, PH_AGG_OPT_AFTER, "--after", 0, MAX_SEQ, &w->after, err) : rc;
}

/* ---- the command ---- */

/* Nothing on this page is not nothing at all: the counts below it are of everything. */
static void put_nothing(listing *l)
{
    if (l->w.after == 0)
        (void)ph_buf_put_str(l->text, PH_T("không có phát hiện nào\n", "no findings\n"));
    else
        (void)ph_buf_printf(
            l->text, PH_T("không có phát hiện nào sau mục %" PRIu64 "\n", "no findings after entry %" PRIu64 "\n"),
            l->w.after);
}

static ph_rc list(listing *l, ph_err *err)
{
    ph_agg_store *store = l->r->store;

    l->is_csv = !l->args->json && ph_agg_csv_asked(l->args);
    l->is_counted = !l->args->json && !l->is_csv;
    if (l->args->json)
        ph_json_begin_array(&l->json);
    else if (l->is_csv)
        l->csv = ph_agg_csv_begin(l->text, ph_args_has(l->args, PH_AGG_OPT_EXCEL), PH_FINDINGS_CSV_HEADER);
    ph_rc rc = store->ops->walk_entries(store, l->is_counted ? 1 : l->w.after + 1, l->r->head.last_seq, on_entry, l);
    if (rc == PH_OK)
        rc = l->rc;
    if (rc != PH_OK)
        return ph_agg_reading_failed(l->r, rc, "reading the findings", err);
    if (l->args->json) {
        ph_json_end_array(&l->json);
        (void)ph_buf_put_byte(l->text, '\n');
    }
    if (l->is_counted && l->n == 0)
        put_nothing(l);
    if (l->is_counted)
        ph_agg_tally_print(&l->tally, l->args->lang, l->text);
    return PH_OK;
}

ph_rc ph_agg_cmd_findings(const ph_args *args, ph_err *err)
{
    listing *l = calloc(1, sizeof *l);
    ph_agg_reading r;
    ph_buf text;

    if (l == NULL)
        return ph_err_set(err, PH_NOMEM, "memory", "findings", "%s", ph_rc_text(PH_NOMEM));
    ph_buf_init(&text, MAX_TEXT_BYTES);
    *l = (listing){.args = args, .r = &r, .text = &text, .json = ph_json_over(&text)};
    ph_rc rc = read_wanted(args, &l->w, err);
    if (rc == PH_OK) {
        rc = ph_agg_reading_open(args, &r, err);
        if (rc == PH_OK)
            rc = check_names(l, err);
        if (rc == PH_OK)
            rc = list(l, err);
        if (rc == PH_OK)
            rc = ph_agg_cmd_print(&text, err);
        if (rc == PH_OK && l->has_more)
            (void)fprintf(stderr, PH_T("còn nữa: --after %" PRIu64 "\n", "there are more: --after %" PRIu64 "\n"),
                          l->last_seq);
        ph_agg_reading_close(&r);
    }
    ph_buf_done(&text);
    free(l);
    return rc;
}
