/* cmd_timeliness - the command `timeliness`: duties of the calendar held against what the log has.   Layer: aggregator
 * (app) */
#include "ph_agg_timeliness.h"

#include <stdlib.h>
#include <string.h>

#include "ph_agg_cache.h"
#include "ph_agg_said.h"
#include "ph_agg_sheets.h"
#include "ph_locale.h"

/* ---- one duty ---- */

typedef struct loading {
    const ph_agg_reading *reading;
    ph_duty_report *d;
    ph_rc rc;
} loading;

static ph_duty_unit *unit_of(ph_duty_report *d, ph_span unit)
{
    for (size_t i = 0; i < d->n_units; i++)
        if (ph_span_is(unit, d->units[i].unit))
            return &d->units[i];
    return NULL;
}

/* When it was due by the calendar in force on the day that it came, as the engine judged it. */
static ph_rc find_calendar_due(const loading *l, const ph_digest *registry, int64_t received_at_us, ph_duty_unit *u)
{
    const ph_duty_report *d = l->d;
    const ph_sheet_key key = ph_duty_key(d->registry, d->duty);
    const ph_registry *then = d->registry;
    const ph_calendar_item *duty = d->duty;
    ph_rc rc = PH_OK;

    if (!ph_digest_eq(registry, ph_registry_digest(d->registry))) {
        rc = l->reading->registries.get(l->reading->registries.arg, registry, &then);
        duty = rc == PH_OK ? ph_duty_of(then, &key) : NULL;
    }
    if (rc != PH_OK || duty == NULL)
        return rc == PH_OK ? PH_CORRUPT : rc;
    u->calendar_us =
        ph_calendar_due(duty, ph_registry_find_unit(then, ph_span_str(u->unit)), ph_date_of_us(received_at_us));
    return PH_OK;
}

/* A unit that is no member any more is not reported on. */
static bool on_revision(void *arg, ph_span unit, uint32_t revision, uint64_t seq)
{
    loading *l = arg;
    ph_agg_store *st = l->reading->store;
    ph_duty_unit *u = unit_of(l->d, unit);
    ph_stored_verdict stored;
    ph_judgement j;
    ph_entry e;

    (void)revision;
    if (u == NULL)
        return true;
    l->rc = st->ops->get_entry(st, seq, &e, &stored);
    if (l->rc == PH_OK && ph_judgement_read(stored.verdict_bytes, &j) != PH_OK)
        l->rc = PH_CORRUPT;
    if (l->rc != PH_OK)
        return false;
    ph_timeliness_add(&u->t, e.received_at_us, j.verdict);
    if (u->t.n_standing > 0 && u->t.first_us == e.received_at_us && j.verdict != PH_VERDICT_REJECTED)
        l->rc = find_calendar_due(l, &e.registry, e.received_at_us, u);
    return l->rc == PH_OK;
}

static bool is_required(const ph_form *form, const ph_registry *reg, const char *indicator)
{
    uint16_t code = ph_registry_find_indicator(reg, ph_span_str(indicator));

    for (uint16_t i = 0; i < form->n_items; i++)
        if (form->items[i].indicator == code)
            return form->items[i].is_required;
    return false;
}

const char *ph_extension_by_name(ph_extension_by by)
{
    switch (by) {
#define PH_X(name, text)         \
    case PH_EXTENSION_BY_##name: \
        return text;
        PH_EXTENSION_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

/* As the engine judges lateness: what the calendar said when the form came, or what was decided, whenever, if that is
 * later. */
static void judge(const ph_duty_report *d, ph_duty_unit *u)
{
    int64_t now_us =
        ph_calendar_due(d->duty, ph_registry_find_unit(d->registry, ph_span_str(u->unit)), PH_DATE_FOREVER);

    u->due_us = u->t.n_standing == 0 ? now_us : u->calendar_us;
    u->extended_by = u->due_us > d->duty->due_us ? PH_EXTENSION_BY_CALENDAR : PH_EXTENSION_BY_NONE;
    if (u->decided_us > u->due_us) {
        u->due_us = u->decided_us;
        u->extended_by = PH_EXTENSION_BY_DECISION;
    }
    ph_timeliness_judge(&u->t, u->due_us, d->now_us);
    if (u->t.punctuality == PH_PUNCTUALITY_LATE && u->t.first_us <= now_us)
        u->not_excused_us = now_us;
}

/* The decisions behind the extensions are looked up only where there are any: for that the log is walked. */
static ph_rc name_decisions(const ph_agg_reading *r, const ph_sheet_key *key, ph_duty_report *d)
{
    ph_said_list said = {0};
    ph_rc rc = PH_OK;
    bool is_loaded = false;

    for (size_t i = 0; rc == PH_OK && i < d->n_units; i++) {
        ph_duty_unit *u = &d->units[i];
        if (u->extended_by != PH_EXTENSION_BY_DECISION)
            continue;
        if (!is_loaded)
            rc = ph_said_load(r, key, &said);
        is_loaded = true;
        const ph_said *s = rc == PH_OK ? ph_said_extension(&said, u->unit, u->due_us) : NULL;
        if (s == NULL)
            continue;
        u->extension_entry = s->seq;
        memcpy(u->extension_reason, s->text, sizeof u->extension_reason);
    }
    ph_said_free(&said);
    return rc;
}

static void take_sheet(ph_duty_report *d, const ph_sheet *s)
{
    const ph_form *form = ph_registry_form(d->registry, d->duty->form);

    d->n_units = s->n_rows;
    d->n_columns = s->n_columns;
    for (uint16_t i = 0; i < s->n_rows; i++) {
        memcpy(d->units[i].unit, s->rows[i].unit, sizeof d->units[i].unit);
        d->units[i].decided_us = s->rows[i].due_us;
    }
    for (uint16_t i = 0; i < s->n_columns; i++) {
        memcpy(d->indicators[i], s->columns[i].indicator, sizeof d->indicators[i]);
        d->is_required[i] = is_required(form, d->registry, d->indicators[i]);
        d->columns[i] = ph_column_counted(s, i);
    }
}

/* The sheet as the ledger has it; one that nobody has opened is an empty one, made from the calendar. */
static ph_rc find_sheet(const ph_agg_reading *r, const ph_sheet_key *key, ph_duty_report *d, ph_sheet **ret)
{
    ph_agg_store *st = r->store;
    uint64_t folded_to_seq;
    ph_span packed;
    ph_rc rc = st->ops->get_sheet(st, key, &folded_to_seq, &packed);

    d->is_touched = rc == PH_OK;
    if (rc == PH_NOT_FOUND)
        return ph_sheet_new(d->registry, d->duty, ret);
    if (rc != PH_OK)
        return rc;
    rc = ph_sheet_unpack(packed, ret);
    return rc == PH_OK || rc == PH_NOMEM ? rc : PH_CORRUPT;
}

ph_rc ph_duty_report_load(const ph_agg_reading *r, const ph_registry *reg, const ph_calendar_item *duty,
                          ph_duty_report *ret)
{
    const ph_sheet_key key = ph_duty_key(reg, duty);
    loading l = {.reading = r, .d = ret, .rc = PH_OK};
    ph_sheet *s = NULL;

    memset(ret, 0, sizeof *ret);
    ret->registry = reg;
    ret->duty = duty;
    ret->now_us = r->head.sealed_at_us;
    ph_rc rc = find_sheet(r, &key, ret, &s);
    if (rc != PH_OK)
        return rc;
    ret->state = ret->is_touched ? s->state : ph_calendar_state(duty, ret->now_us);
    take_sheet(ret, s);
    ph_sheet_free(s);
    rc = r->store->ops->walk_revisions(r->store, &key, on_revision, &l);
    rc = rc == PH_OK ? l.rc : rc;
    for (size_t i = 0; i < ret->n_units; i++) {
        judge(ret, &ret->units[i]);
        ret->counts[ret->units[i].t.punctuality]++;
    }
    return rc == PH_OK ? name_decisions(r, &key, ret) : rc;
}

/* ---- the command ---- */

typedef struct request {
    const ph_args *args;
    const ph_registry *registry;
    uint16_t cluster;
    ph_period period; /* of frequency A: the whole year, with all its parts */
    ph_duty_report *d;
    ph_agg_csv csv;
    ph_buf *text;
    size_t n_printed;
} request;

static bool is_asked(const request *q, const ph_calendar_item *duty)
{
    if (duty->cluster != q->cluster)
        return false;
    return q->period.freq == PH_FREQ_A ? duty->period.year == q->period.year : ph_period_eq(duty->period, q->period);
}

static ph_rc print_duty(request *q, const ph_agg_reading *r, const ph_calendar_item *duty)
{
    ph_rc rc = ph_duty_report_load(r, q->registry, duty, q->d);

    if (rc != PH_OK)
        return rc;
    if (q->n_printed > 0 && !ph_agg_csv_asked(q->args))
        (void)ph_buf_put_byte(q->text, q->args->json ? ',' : '\n');
    if (q->args->json)
        ph_duty_report_print_json(q->d, q->text);
    else if (ph_agg_csv_asked(q->args))
        ph_duty_report_print_csv(q->d, &q->csv);
    else
        ph_duty_report_print(q->d, q->args->lang, q->text);
    q->n_printed++;
    return PH_OK;
}

static int by_period(const void *a, const void *b)
{
    const ph_calendar_item *const *x = a, *const *y = b;
    int cmp = ph_period_cmp((*x)->period, (*y)->period);

    return cmp != 0 ? cmp : ((*x)->form > (*y)->form) - ((*x)->form < (*y)->form);
}

static ph_rc print_duties(request *q, const ph_agg_reading *r)
{
    size_t n_all = ph_registry_n_calendar(q->registry), n = 0;
    const ph_calendar_item **order = calloc(n_all + 1, sizeof *order);
    ph_rc rc = order == NULL ? PH_NOMEM : PH_OK;

    for (size_t i = 0; rc == PH_OK && i < n_all; i++)
        if (is_asked(q, ph_registry_calendar(q->registry, i)))
            order[n++] = ph_registry_calendar(q->registry, i);
    if (rc == PH_OK)
        qsort(order, n, sizeof(const ph_calendar_item *), by_period);
    for (size_t i = 0; rc == PH_OK && i < n; i++)
        rc = print_duty(q, r, order[i]);
    free(order);
    return rc;
}

static ph_rc print_all(request *q, const ph_agg_reading *r, ph_err *err)
{
    ph_rc rc = r->registries.get(r->registries.arg, &r->head.registry, &q->registry);
    if (rc == PH_OK && ph_agg_cluster_find(q->registry, q->args->operands[0], &q->cluster, err) != PH_OK)
        return PH_NOT_FOUND;
    bool is_csv = !q->args->json && ph_agg_csv_asked(q->args);
    if (q->args->json)
        (void)ph_buf_put_byte(q->text, '[');
    else if (is_csv)
        q->csv = ph_agg_csv_begin(q->text, ph_args_has(q->args, PH_AGG_OPT_EXCEL), PH_TIMELINESS_CSV_HEADER);
    q->d = calloc(1, sizeof *q->d);
    if (rc == PH_OK)
        rc = q->d == NULL ? PH_NOMEM : print_duties(q, r);
    free(q->d);
    if (rc != PH_OK)
        return ph_agg_reading_failed(r, rc, "reading what has been received", err);
    if (q->n_printed == 0)
        return ph_err_set(err, PH_NOT_FOUND, "agg.duty.none", q->args->operands[1], "%s",
                          PH_T("lịch báo cáo của cụm không có kỳ này", "the cluster's calendar has no such period"));
    if (q->args->json)
        (void)ph_buf_put_str(q->text, "]\n");
    return PH_OK;
}

ph_rc ph_agg_cmd_timeliness(const ph_args *args, ph_err *err)
{
    ph_agg_reading r = {0};
    ph_buf text;
    request q = {.args = args, .text = &text};
    ph_buf_init(&text, 64 * 1024 * 1024);
    ph_rc rc = ph_agg_period_parse(args->operands[1], &q.period, err);
    if (rc == PH_OK)
        rc = ph_agg_reading_open(args, &r, err);
    if (rc == PH_OK)
        rc = print_all(&q, &r, err);
    if (rc == PH_OK)
        rc = ph_agg_cmd_print(&text, err);
    ph_buf_done(&text);
    ph_agg_reading_close(&r);
    return rc;
}
