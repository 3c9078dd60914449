/* ph_draft_calendar - who reports what, and when.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

enum { CLUSTER, FORM, PERIOD, OPENS, DUE, CLOSES, EMBARGO, WORKING_DAYS, EXTENSIONS, KNOWN };

static void find_cluster(ph_draft *d, const ph_yaml *ref, const ph_yaml *at_period, ph_calendar_item *item)
{
    if (ref == NULL || *ph_doc_id(&d->doc, ref) == '\0')
        return;
    item->cluster = ph_id_index_find(&d->clusters, ref->text);
    if (item->cluster == PH_NO_INDEX)
        ph_draft_tell_ref(d, ref, PH_T("cụm", "cluster"), &d->parts.clusters[0].id, sizeof(ph_cluster),
                          d->parts.n_clusters);
    else if (at_period != NULL && !d->rows[PH_SECTION_CLUSTERS].doubts[item->cluster] &&
             ph_cluster_cycle(&d->parts.clusters[item->cluster], item->period) == NULL)
        ph_doc_tell(&d->doc, at_period, "calendar.cycle",
                    PH_T("cụm %s không có chu kỳ năm %u", "the cluster %s has no cycle of %u"),
                    d->parts.clusters[item->cluster].id, item->period.year);
}

static void find_form(ph_draft *d, const ph_yaml *ref, const ph_yaml *at_period, ph_calendar_item *item)
{
    bool is_known = false;

    if (ref == NULL || at_period == NULL || *ph_doc_id(&d->doc, ref) == '\0')
        return;
    bool is_doubtful = false;
    item->form = ph_draft_find_form(d, ref->text, item->period, &is_known, &is_doubtful);
    if (is_doubtful)
        item->form = PH_NO_INDEX; /* what is wrong with it was told where it stands */
    else if (!is_known)
        ph_draft_tell_ref(d, ref, PH_T("biểu", "form"), &d->parts.forms[0].id, sizeof(ph_form), d->parts.n_forms);
    else if (item->form == PH_NO_INDEX && !ph_draft_may_be_lost(d, ref->text))
        ph_doc_tell_hint(
            &d->doc, at_period, "calendar.form",
            PH_T("đối chiếu freq, valid_from và valid_to của biểu",
                 "compare freq, valid_from and valid_to of the form"),
            PH_T("biểu %.*s không có phiên bản nào cho kỳ này", "no version of the form %.*s is for this period"),
            (int)ref->text.len, (const char *)ref->text.ptr);
}

/* NULL, and told, when the period cannot be read: then nothing that hangs on it is checked. */
static const ph_yaml *read_period(ph_draft *d, const ph_yaml *node, ph_period *ret)
{
    if (node == NULL || *ph_doc_text(&d->doc, node, PH_MAX_TEXT_BYTES) == '\0')
        return NULL;
    if (ph_period_parse(node->text, ret) == PH_OK)
        return node;
    ph_doc_tell(&d->doc, node, "period.grammar",
                PH_T("kỳ viết dạng 2023, 2023-S1, 2023-Q2 hoặc 2023-06",
                     "a period is written 2023, 2023-S1, 2023-Q2 or 2023-06"));
    return NULL;
}

/* 17:00 of the day, when offices close. */
static int64_t end_of_work(ph_date day)
{
    return ph_date_begin_us(day) + INT64_C(17) * 3600 * PH_US_PER_S;
}

static int64_t read_due(ph_draft *d, const ph_yaml *at, const ph_doc_field *f, const ph_yaml *at_period,
                        ph_period period)
{
    int64_t n = ph_doc_int(&d->doc, f[WORKING_DAYS].node, 1, PH_MAX_WORKING_DAYS, 1);
    ph_date from, to;

    if ((f[DUE].node == NULL) == (f[WORKING_DAYS].node == NULL))
        ph_doc_tell(&d->doc, at, "calendar.due",
                    PH_T("ghi đúng một trong hai: due hoặc due_after_working_days",
                         "give one of the two: due or due_after_working_days"));
    if (f[WORKING_DAYS].node == NULL || at_period == NULL)
        return ph_doc_time(&d->doc, f[DUE].node, 0);
    ph_period_range(period, &from, &to);
    return end_of_work(ph_working_day_after(d->parts.days_off, d->parts.n_days_off, to - 1, (unsigned)n));
}

/* Mostly a slip in the year: nothing can be due before there is anything to report. */
static void check_instants(ph_draft *d, const ph_doc_field *f, const ph_calendar_item *item)
{
    ph_date from, to;

    ph_period_range(item->period, &from, &to);
    bool has_cycle =
        item->cluster != PH_NO_INDEX && ph_cluster_cycle(&d->parts.clusters[item->cluster], item->period) != NULL;
    if (f[DUE].node != NULL && has_cycle && item->due_us <= ph_date_begin_us(from))
        ph_doc_tell(&d->doc, f[DUE].node, "calendar.period",
                    PH_T("hạn nộp trước khi kỳ báo cáo bắt đầu", "due before the period begins"));
    if (item->embargo_us != 0 && item->embargo_us < item->opens_us)
        ph_doc_tell(&d->doc, f[EMBARGO].node, "calendar.embargo",
                    PH_T("embargo trước thời điểm mở", "the embargo ends before it opens"));
}

static void read_instants(ph_draft *d, const ph_yaml *at, const ph_doc_field *f, const ph_yaml *at_period,
                          ph_calendar_item *item)
{
    size_t errors = d->doc.n_errors;

    item->opens_us = ph_doc_time(&d->doc, f[OPENS].node, 0);
    item->due_us = read_due(d, at, f, at_period, item->period);
    item->closes_us = ph_doc_time(&d->doc, f[CLOSES].node, 0);
    bool is_whole = d->doc.n_errors == errors;
    item->embargo_us = ph_doc_time(&d->doc, f[EMBARGO].node, 0);
    if (!is_whole || f[OPENS].node == NULL || f[CLOSES].node == NULL || at_period == NULL)
        return;
    if (item->opens_us >= item->due_us || item->due_us > item->closes_us)
        ph_doc_tell(&d->doc, f[OPENS].node, "calendar.order",
                    PH_T("thời điểm mở phải trước hạn nộp, hạn nộp không được sau thời điểm đóng",
                         "it must open before it is due, and be due before it closes or just then"));
    check_instants(d, f, item);
}

/* ---- more time ---- */

static void read_extension(ph_draft *d, const ph_yaml *node, ph_calendar_item *item)
{
    ph_doc_field f[] = {{.key = "due", .is_required = true},
                        {.key = "reason", .is_required = true},
                        {.key = "unit"},
                        {.key = "known_since"}};
    ph_extension *e = &item->extensions[item->n_extensions];

    if (!ph_doc_open(&d->doc, node, f, 4))
        return;
    *e = (ph_extension){.due_us = ph_doc_time(&d->doc, f[0].node, 0),
                        .reason = ph_doc_name(&d->doc, f[1].node),
                        .unit = ph_draft_unit_ref(d, f[2].node),
                        .known_since = ph_draft_known_since(d, f[3].node)};
    item->n_extensions++;
    const ph_cycle *cycle =
        item->cluster == PH_NO_INDEX ? NULL : ph_cluster_cycle(&d->parts.clusters[item->cluster], item->period);
    if (cycle != NULL && e->unit != PH_NO_INDEX && ph_cycle_member(cycle, e->unit) == PH_NO_INDEX)
        ph_doc_tell(&d->doc, f[2].node, "extension.unit",
                    PH_T("%s không phải thành viên của chu kỳ này", "%s is no member of this cycle"),
                    d->parts.units[e->unit].id);
    if (e->due_us == 0 || item->due_us == 0 || item->closes_us == 0)
        return; /* told: one of them could not be read */
    if (e->due_us <= item->due_us || e->due_us > item->closes_us)
        ph_doc_tell(&d->doc, f[0].node, "extension.order",
                    PH_T("hạn gia hạn phải sau hạn nộp và không sau thời điểm đóng",
                         "more time ends after the due instant and not after the closing"));
}

static ph_rc read_extensions(ph_draft *d, const ph_yaml *node, ph_calendar_item *item)
{
    const ph_yaml *list = ph_doc_list(&d->doc, node, 0, PH_MAX_EXTENSIONS);

    if (list == NULL)
        return PH_OK;
    item->extensions = calloc(list->n_children + 1U, sizeof *item->extensions);
    if (item->extensions == NULL)
        return PH_NOMEM;
    for (const ph_yaml *e = list->first; e != NULL; e = e->next)
        read_extension(d, e, item);
    return PH_OK;
}

static ph_rc read_duty(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {[CLUSTER] = {.key = "cluster", .is_required = true},
                        [FORM] = {.key = "form", .is_required = true},
                        [PERIOD] = {.key = "period", .is_required = true},
                        [OPENS] = {.key = "opens", .is_required = true},
                        [DUE] = {.key = "due"},
                        [CLOSES] = {.key = "closes", .is_required = true},
                        [EMBARGO] = {.key = "embargo"},
                        [WORKING_DAYS] = {.key = "due_after_working_days"},
                        [EXTENSIONS] = {.key = "extensions"},
                        [KNOWN] = {.key = "known_since"}};
    ph_calendar_item *item = &d->parts.calendar[i];

    *item = (ph_calendar_item){.cluster = PH_NO_INDEX, .form = PH_NO_INDEX};
    if (!ph_doc_open(&d->doc, d->rows[PH_SECTION_CALENDAR].nodes[i], f, COUNT(f)))
        return PH_OK;
    const ph_yaml *at_period = read_period(d, f[PERIOD].node, &item->period);
    find_cluster(d, f[CLUSTER].node, at_period, item);
    find_form(d, f[FORM].node, at_period, item);
    item->known_since = ph_draft_known_since(d, f[KNOWN].node);
    read_instants(d, d->rows[PH_SECTION_CALENDAR].nodes[i], f, at_period, item);
    return read_extensions(d, f[EXTENSIONS].node, item);
}

ph_rc ph_draft_calendar(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_CALENDAR].n;

    d->parts.calendar = calloc(n + 1, sizeof *d->parts.calendar);
    if (d->parts.calendar == NULL)
        return PH_NOMEM;
    ph_rc rc = PH_OK;
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        d->parts.n_calendar = i + 1;
        rc = read_duty(d, i);
    }
    return rc;
}
