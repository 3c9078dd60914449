/* cmd_timeliness_print - who has reported and when, for people, as JSON and as CSV.   Layer: aggregator (app) */
#include <inttypes.h>

#include "ph_agg_timeliness.h"
#include "ph_agg_words.h"
#include "ph_json.h"
#include "ph_term.h"

#define TR(vi, en) ph_tr(lang, (vi), (en))

/* ---- for people ---- */

static const char *punctuality_text(ph_lang lang, ph_punctuality p)
{
    switch (p) {
    case PH_PUNCTUALITY_AWAITED:
        return TR("chưa đến hạn", "awaited");
    case PH_PUNCTUALITY_ON_TIME:
        return TR("đúng hạn", "on time");
    case PH_PUNCTUALITY_LATE:
        return TR("muộn", "late");
    case PH_PUNCTUALITY_MISSING:
        return TR("chưa báo cáo", "missing");
    }
    return "";
}

static const char *unit_name(const ph_duty_report *d, const char *id, ph_lang lang)
{
    uint16_t i = ph_registry_find_unit(d->registry, ph_span_str(id));

    return i == PH_NO_INDEX ? id : ph_name_in(ph_registry_unit(d->registry, i)->name, lang);
}

static void put_title(const ph_duty_report *d, ph_lang lang, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES], due[PH_TIME_TEXT_BYTES], now[PH_TIME_TEXT_BYTES];

    (void)ph_period_print(d->duty->period, period);
    (void)ph_time_print_local(d->duty->due_us, due);
    (void)ph_time_print_local(d->now_us, now);
    (void)ph_buf_printf(dst, "%s\n%s\n", ph_name_in(ph_registry_cluster(d->registry, d->duty->cluster)->name, lang),
                        ph_name_in(ph_registry_form(d->registry, d->duty->form)->name, lang));
    (void)ph_buf_printf(
        dst, TR("kỳ %s (%s), hạn nộp %s, theo nhật ký đến %s\n", "period %s (%s), due %s, by the log up to %s\n"),
        period, ph_agg_state_text(lang, d->state), due, now);
    (void)ph_buf_printf(dst,
                        TR("phải nộp %zu: đúng hạn %u, muộn %u, chưa báo cáo %u, chưa đến hạn %u\n\n",
                           "expected %zu: on time %u, late %u, missing %u, awaited %u\n\n"),
                        d->n_units, d->counts[PH_PUNCTUALITY_ON_TIME], d->counts[PH_PUNCTUALITY_LATE],
                        d->counts[PH_PUNCTUALITY_MISSING], d->counts[PH_PUNCTUALITY_AWAITED]);
}

static void put_days(const ph_timeliness *t, ph_lang lang, ph_table *table)
{
    if (t->n_standing == 0)
        ph_table_cell(table, "");
    else if (t->days_early == 0)
        ph_table_cell(table, TR("trong ngày", "same day"));
    else if (t->days_early > 0)
        ph_table_cellf(table, TR("sớm %d ngày", "%d days early"), t->days_early);
    else
        ph_table_cellf(table, TR("muộn %d ngày", "%d days late"), -t->days_early);
}

static ph_rc put_units(const ph_duty_report *d, ph_lang lang, ph_buf *dst)
{
    static const ph_align aligns[] = {PH_ALIGN_LEFT,  PH_ALIGN_LEFT,  PH_ALIGN_LEFT,
                                      PH_ALIGN_RIGHT, PH_ALIGN_RIGHT, PH_ALIGN_RIGHT};
    char time[PH_TIME_TEXT_BYTES];
    ph_table *t = NULL;
    ph_rc rc = ph_table_new(aligns, 6, &t);

    if (rc != PH_OK)
        return rc;
    ph_table_cell(t, TR("đơn vị", "unit"));
    ph_table_cell(t, TR("tình trạng", "standing"));
    ph_table_cell(t, TR("nhận lần đầu", "first received"));
    ph_table_cell(t, TR("so với hạn", "against due"));
    ph_table_cell(t, TR("số lần gửi được nhận", "revisions"));
    ph_table_cell(t, TR("bị từ chối", "rejected"));
    ph_table_row(t);
    ph_table_rule(t);
    for (size_t i = 0; i < d->n_units; i++) {
        const ph_timeliness *u = &d->units[i].t;
        ph_table_cell(t, unit_name(d, d->units[i].unit, lang));
        ph_table_cell(t, punctuality_text(lang, u->punctuality));
        if (u->n_standing > 0)
            (void)ph_time_print_local(u->first_us, time);
        ph_table_cell(t, u->n_standing > 0 ? time : "-");
        put_days(u, lang, t);
        ph_table_cellf(t, "%" PRIu32, u->n_standing);
        ph_table_cellf(t, "%" PRIu32, u->n_rejected);
        ph_table_row(t);
    }
    rc = ph_table_print(t, dst);
    ph_table_free(t);
    return rc;
}

static void put_extension(const ph_duty_report *d, const ph_duty_unit *u, ph_lang lang, ph_buf *dst)
{
    char due[PH_TIME_TEXT_BYTES];

    (void)ph_time_print_local(u->due_us, due);
    (void)ph_buf_printf(dst,
                        u->extended_by == PH_EXTENSION_BY_DECISION
                            ? TR("%s: được gia hạn đến %s theo quyết định của cụm trưởng",
                                 "%s: extended to %s by a decision of the head")
                            : TR("%s: được gia hạn đến %s theo lịch báo cáo", "%s: extended to %s by the calendar"),
                        unit_name(d, u->unit, lang), due);
    if (u->extension_reason[0] != '\0')
        (void)ph_buf_printf(dst, ": “%s”", u->extension_reason);
    if (u->extension_entry != 0)
        (void)ph_buf_printf(dst, TR(" (mục %" PRIu64 ")", " (entry %" PRIu64 ")"), u->extension_entry);
    (void)ph_buf_put_byte(dst, '\n');
}

/* Those that have more time than the others, and those for whom it came too late, below their table. */
static void put_extensions(const ph_duty_report *d, ph_lang lang, ph_buf *dst)
{
    char due[PH_TIME_TEXT_BYTES];

    for (size_t i = 0; i < d->n_units; i++) {
        const ph_duty_unit *u = &d->units[i];
        if (u->extended_by != PH_EXTENSION_BY_NONE)
            put_extension(d, u, lang, dst);
        if (u->not_excused_us == 0)
            continue;
        (void)ph_time_print_local(u->not_excused_us, due);
        (void)ph_buf_printf(
            dst,
            TR("%s: hạn %s của lịch báo cáo có sau khi biểu đã đến nên không xóa việc nộp muộn; quyết định gia hạn của "
               "cụm trưởng thì có\n",
               "%s: the calendar's %s became known after the form had come and does not excuse it; a decision of the "
               "head would\n"),
            unit_name(d, u->unit, lang), due);
    }
}

static ph_rc put_columns(const ph_duty_report *d, ph_lang lang, ph_buf *dst)
{
    static const ph_align aligns[] = {PH_ALIGN_LEFT,  PH_ALIGN_LEFT,  PH_ALIGN_RIGHT,
                                      PH_ALIGN_RIGHT, PH_ALIGN_RIGHT, PH_ALIGN_RIGHT};
    ph_table *t = NULL;
    ph_rc rc = ph_table_new(aligns, 6, &t);

    if (rc != PH_OK)
        return rc;
    ph_table_cell(t, TR("chỉ tiêu", "indicator"));
    ph_table_cell(t, TR("bắt buộc", "required"));
    ph_table_cell(t, TR("có số liệu", "given"));
    ph_table_cell(t, TR("tạm giữ", "held"));
    ph_table_cell(t, TR("không có giá trị", "no value"));
    ph_table_cell(t, TR("chưa báo cáo", "not yet reported"));
    ph_table_row(t);
    ph_table_rule(t);
    for (size_t i = 0; i < d->n_columns; i++) {
        const ph_column_count *c = &d->columns[i];
        ph_table_cell(t, d->indicators[i]);
        ph_table_cell(t, d->is_required[i] ? TR("có", "yes") : "");
        ph_table_cellf(t, "%u/%u", c->n_given, c->n_expected);
        ph_table_cellf(t, "%u", c->n_held);
        ph_table_cellf(t, "%u", c->n_no_value);
        ph_table_cellf(t, "%u", c->n_missing);
        ph_table_row(t);
    }
    rc = ph_table_print(t, dst);
    ph_table_free(t);
    return rc;
}

void ph_duty_report_print(const ph_duty_report *d, ph_lang lang, ph_buf *dst)
{
    put_title(d, lang, dst);
    ph_rc rc = put_units(d, lang, dst);
    put_extensions(d, lang, dst);
    (void)ph_buf_put_byte(dst, '\n');
    if (rc == PH_OK)
        rc = put_columns(d, lang, dst);
    if (rc != PH_OK)
        dst->rc = rc;
}

/* ---- JSON ---- */

static void put_str(ph_json *j, const char *key, const char *v)
{
    ph_json_key(j, key);
    ph_json_str(j, v);
}

static void put_uint(ph_json *j, const char *key, uint64_t v)
{
    ph_json_key(j, key);
    ph_json_uint(j, v);
}

static void put_instant(ph_json *j, const char *key, bool is_there, int64_t us)
{
    char time[PH_TIME_TEXT_BYTES];

    ph_json_key(j, key);
    if (is_there) {
        (void)ph_time_print_utc(us, time);
        ph_json_str(j, time);
    } else {
        ph_json_null(j);
    }
}

/* Of a decision; the calendar's have no entry. */
static void json_extension(ph_json *j, const ph_duty_unit *u)
{
    ph_json_key(j, "extension_entry");
    if (u->extension_entry == 0)
        ph_json_null(j);
    else
        ph_json_uint(j, u->extension_entry);
    ph_json_key(j, "extension_reason");
    if (u->extension_entry == 0)
        ph_json_null(j);
    else
        ph_json_str(j, u->extension_reason);
}

static void json_units(ph_json *j, const ph_duty_report *d)
{
    ph_json_key(j, "units");
    ph_json_begin_array(j);
    for (size_t i = 0; i < d->n_units; i++) {
        const ph_timeliness *t = &d->units[i].t;
        ph_json_begin_object(j);
        ph_json_key(j, "days_early");
        if (t->n_standing > 0)
            ph_json_decimal(j, (ph_decimal){.mantissa = t->days_early});
        else
            ph_json_null(j);
        put_instant(j, "due_at", true, d->units[i].due_us);
        put_str(j, "extended_by", ph_extension_by_name(d->units[i].extended_by));
        json_extension(j, &d->units[i]);
        put_instant(j, "first_received_at", t->n_standing > 0, t->first_us);
        put_instant(j, "last_received_at", t->n_standing > 0, t->last_us);
        put_instant(j, "not_excused_by", d->units[i].not_excused_us != 0, d->units[i].not_excused_us);
        put_str(j, "punctuality", ph_punctuality_name(t->punctuality));
        put_uint(j, "rejected", t->n_rejected);
        put_uint(j, "revisions", t->n_standing);
        put_str(j, "unit", d->units[i].unit);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

static void json_columns(ph_json *j, const ph_duty_report *d)
{
    ph_json_key(j, "indicators");
    ph_json_begin_array(j);
    for (size_t i = 0; i < d->n_columns; i++) {
        ph_json_begin_object(j);
        put_uint(j, "expected", d->columns[i].n_expected);
        put_uint(j, "given", d->columns[i].n_given);
        put_uint(j, "held", d->columns[i].n_held);
        put_str(j, "indicator", d->indicators[i]);
        put_uint(j, "missing", d->columns[i].n_missing);
        put_uint(j, "no_value", d->columns[i].n_no_value);
        ph_json_key(j, "required");
        ph_json_bool(j, d->is_required[i]);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
}

void ph_duty_report_print_json(const ph_duty_report *d, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES];
    ph_json j = ph_json_over(dst);

    (void)ph_period_print(d->duty->period, period);
    ph_json_begin_object(&j);
    put_instant(&j, "as_of", true, d->now_us);
    put_uint(&j, "awaited", d->counts[PH_PUNCTUALITY_AWAITED]);
    put_str(&j, "cluster", ph_registry_cluster(d->registry, d->duty->cluster)->id);
    put_instant(&j, "due_at", true, d->duty->due_us);
    put_uint(&j, "expected", d->n_units);
    put_str(&j, "form", ph_registry_form(d->registry, d->duty->form)->id);
    json_columns(&j, d);
    put_uint(&j, "late", d->counts[PH_PUNCTUALITY_LATE]);
    put_uint(&j, "missing", d->counts[PH_PUNCTUALITY_MISSING]);
    put_uint(&j, "on_time", d->counts[PH_PUNCTUALITY_ON_TIME]);
    put_str(&j, "period", period);
    put_str(&j, "state", ph_period_state_name(d->state));
    ph_json_key(&j, "touched");
    ph_json_bool(&j, d->is_touched);
    json_units(&j, d);
    ph_json_end_object(&j);
}

/* ---- CSV: a line for each unit with its due instant, then one for each indicator ---- */

static void csv_begin(ph_agg_csv *c, const ph_duty_report *d, int64_t due_us)
{
    char text[PH_TIME_TEXT_BYTES];

    ph_agg_csv_str(c, ph_registry_cluster(d->registry, d->duty->cluster)->id);
    ph_agg_csv_str(c, ph_registry_form(d->registry, d->duty->form)->id);
    (void)ph_period_print(d->duty->period, text);
    ph_agg_csv_str(c, text);
    ph_agg_csv_str(c, ph_period_state_name(d->state));
    (void)ph_time_print_utc(due_us, text);
    ph_agg_csv_str(c, text);
}

static void csv_skip(ph_agg_csv *c, unsigned n)
{
    while (n-- > 0)
        ph_agg_csv_empty(c);
}

static void csv_unit(ph_agg_csv *c, const ph_duty_report *d, const ph_duty_unit *u)
{
    char time[PH_TIME_TEXT_BYTES];

    csv_begin(c, d, u->due_us);
    ph_agg_csv_str(c, u->unit);
    ph_agg_csv_str(c, ph_punctuality_name(u->t.punctuality));
    if (u->t.n_standing > 0) {
        (void)ph_time_print_utc(u->t.first_us, time);
        ph_agg_csv_str(c, time);
        ph_agg_csv_int(c, u->t.days_early);
    } else {
        csv_skip(c, 2);
    }
    ph_agg_csv_int(c, u->t.n_standing);
    ph_agg_csv_int(c, u->t.n_rejected);
    ph_agg_csv_str(c, ph_extension_by_name(u->extended_by));
    csv_skip(c, 7);
    if (u->extension_entry == 0)
        ph_agg_csv_empty(c);
    else
        ph_agg_csv_int(c, (int64_t)u->extension_entry);
    ph_agg_csv_str(c, u->extension_reason);
    ph_agg_csv_end_line(c);
}

static void csv_column(ph_agg_csv *c, const ph_duty_report *d, size_t i)
{
    const ph_column_count *n = &d->columns[i];

    csv_begin(c, d, d->duty->due_us);
    csv_skip(c, 7);
    ph_agg_csv_str(c, d->indicators[i]);
    ph_agg_csv_str(c, d->is_required[i] ? "yes" : "no");
    ph_agg_csv_int(c, n->n_expected);
    ph_agg_csv_int(c, n->n_given);
    ph_agg_csv_int(c, n->n_held);
    ph_agg_csv_int(c, n->n_no_value);
    ph_agg_csv_int(c, n->n_missing);
    csv_skip(c, 2);
    ph_agg_csv_end_line(c);
}

void ph_duty_report_print_csv(const ph_duty_report *d, ph_agg_csv *c)
{
    for (size_t i = 0; i < d->n_units; i++)
        csv_unit(c, d, &d->units[i]);
    for (size_t i = 0; i < d->n_columns; i++)
        csv_column(c, d, i);
}
