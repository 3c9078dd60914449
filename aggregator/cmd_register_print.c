/* cmd_register_print - the register for people, as JSON and as CSV.   Layer: aggregator (app) */
#include "ph_agg_narratives.h"
#include "ph_json.h"
#include "ph_utf8.h"

static const char *unit_name(const ph_narratives *r, const char *unit, ph_lang lang)
{
    uint16_t i = ph_registry_find_unit(r->registry, ph_span_str(unit));
    return i == PH_NO_INDEX ? unit : ph_name_in(ph_registry_unit(r->registry, i)->name, lang);
}

/* ---- for people: one section a kind ---- */

static const char *kind_name(ph_narrative_kind kind, ph_lang lang)
{
    switch (kind) {
#define PH_X(name, text, vi, en) \
    case PH_NARRATIVE_##name:    \
        return ph_tr(lang, vi, en);
        PH_NARRATIVE_KIND_MAP(PH_X)
#undef PH_X
    case PH_NARRATIVE_KINDS:
        break;
    }
    return "";
}

/* "03/CT-UBND, 2023-03-31; nông thôn mới nâng cao (mục 12)": what there is of it. */
static void put_details(const ph_register_row *row, const ph_narrative *item, ph_lang lang, ph_buf *dst)
{
    const ph_span parts[] = {item->document_no, item->document_date, item->detail};
    const char *between = "";

    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (parts[i].len == 0)
            continue;
        (void)ph_buf_put_str(dst, between);
        (void)ph_buf_put_span(dst, parts[i]);
        between = i == 0 ? ", " : "; ";
    }
    (void)ph_buf_printf(dst, ph_tr(lang, "%s(mục %llu)\n", "%s(entry %llu)\n"), between[0] == '\0' ? "" : " ",
                        (unsigned long long)row->entry);
}

static size_t widest_unit(const ph_narratives *r, ph_lang lang)
{
    size_t widest = 0;

    for (size_t i = 0; i < r->n_rows; i++) {
        size_t columns = ph_utf8_columns(ph_span_str(unit_name(r, r->rows[i]->unit, lang)));
        widest = columns > widest ? columns : widest;
    }
    return widest;
}

static void put_blanks(ph_buf *dst, size_t n)
{
    for (size_t i = 0; i < n; i++)
        (void)ph_buf_put_byte(dst, ' ');
}

/* Titles are sentences: they stand on lines of their own, not in a column that would be as wide as the longest. */
static void put_section(const ph_narratives *r, ph_narrative_kind kind, ph_lang lang, ph_buf *dst)
{
    size_t n = 0, width = widest_unit(r, lang);

    (void)ph_buf_printf(dst, "%s\n", kind_name(kind, lang));
    for (size_t i = 0; i < r->n_rows; i++)
        for (size_t k = 0; k < r->rows[i]->n; k++) {
            const ph_narrative *item = &r->rows[i]->items[k];
            const char *unit = unit_name(r, r->rows[i]->unit, lang);
            if (ph_narrative_kind_find(item->kind) != kind)
                continue;
            (void)ph_buf_printf(dst, "%3zu  %s", ++n, unit);
            put_blanks(dst, width - ph_utf8_columns(ph_span_str(unit)));
            (void)ph_buf_printf(dst, "  %.*s\n", (int)item->title.len, (const char *)item->title.ptr);
            put_blanks(dst, 3 + 2 + width + 2);
            put_details(r->rows[i], item, lang, dst);
        }
    if (n == 0)
        (void)ph_buf_put_str(dst, ph_tr(lang, "chưa có mục nào\n", "none\n"));
    (void)ph_buf_put_byte(dst, '\n');
}

/* Who has reported without any item, and who has not reported at all: two different things. */
static void put_silent(const ph_narratives *r, bool has_reported, const char *label, ph_lang lang, ph_buf *dst)
{
    bool is_first = true;

    for (size_t i = 0; i < r->n_rows; i++) {
        if (r->rows[i]->n > 0 || (r->rows[i]->revision > 0) != has_reported)
            continue;
        (void)ph_buf_printf(dst, "%s%s", is_first ? label : ", ", unit_name(r, r->rows[i]->unit, lang));
        is_first = false;
    }
    if (!is_first)
        (void)ph_buf_put_byte(dst, '\n');
}

void ph_narratives_print(const ph_narratives *r, ph_lang lang, ph_buf *dst)
{
    char period[PH_PERIOD_TEXT_BYTES];
    uint16_t cluster = ph_registry_find_cluster(r->registry, r->cluster);

    (void)ph_period_print(r->period, period);
    (void)ph_buf_printf(
        dst, "%s\n", cluster == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_cluster(r->registry, cluster)->name, lang));
    (void)ph_buf_printf(dst, ph_tr(lang, "Sổ nội dung thi đua, kỳ %s, ", "Register of the period %s, "), period);
    if (r->when.is_asked)
        ph_summary_when_print(&r->when, lang, dst);
    else
        (void)ph_buf_printf(dst, ph_tr(lang, "đến mục %llu của sổ cái", "up to entry %llu of the ledger"),
                            (unsigned long long)r->last_seq);
    (void)ph_buf_put_str(dst, "\n\n");
    for (int k = 0; k < PH_NARRATIVE_KINDS; k++)
        put_section(r, (ph_narrative_kind)k, lang, dst);
    put_silent(r, true, ph_tr(lang, "đã báo cáo, không có mục nào: ", "reported without any item: "), lang, dst);
    put_silent(r, false, ph_tr(lang, "chưa báo cáo: ", "not yet reported: "), lang, dst);
}

/* ---- JSON ---- */

void ph_narratives_print_json(const ph_narratives *r, ph_buf *dst)
{
    ph_json out = ph_json_over(dst), *j = &out;
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(r->period, period);
    ph_json_begin_object(j);
    ph_summary_when_put_json(&r->when, j);
    ph_json_key(j, "cluster");
    ph_json_text(j, r->cluster);
    ph_json_key(j, "period");
    ph_json_str(j, period);
    ph_json_key(j, "units");
    ph_json_begin_array(j);
    for (size_t i = 0; i < r->n_rows; i++) {
        ph_json_begin_object(j);
        ph_json_key(j, "entry");
        ph_json_uint(j, r->rows[i]->entry);
        ph_json_key(j, "form");
        ph_json_str(j, r->rows[i]->form);
        ph_json_key(j, "items");
        ph_json_begin_array(j);
        for (size_t k = 0; k < r->rows[i]->n; k++)
            ph_narrative_put_json(j, &r->rows[i]->items[k]);
        ph_json_end_array(j);
        ph_json_key(j, "reported");
        ph_json_bool(j, r->rows[i]->revision > 0);
        ph_json_key(j, "revision");
        ph_json_uint(j, r->rows[i]->revision);
        ph_json_key(j, "unit");
        ph_json_str(j, r->rows[i]->unit);
        ph_json_end_object(j);
    }
    ph_json_end_array(j);
    ph_json_end_object(j);
    (void)ph_buf_put_byte(dst, '\n');
}

/* ---- CSV: as the province's file, with where it comes from ---- */

void ph_narratives_print_csv(const ph_narratives *r, ph_agg_csv *c)
{
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(r->period, period);
    for (size_t i = 0; i < r->n_rows; i++)
        for (size_t k = 0; k < r->rows[i]->n; k++) {
            const ph_narrative *item = &r->rows[i]->items[k];
            ph_agg_csv_text(c, r->cluster);
            ph_agg_csv_str(c, r->rows[i]->form);
            ph_agg_csv_str(c, period);
            ph_agg_csv_str(c, r->rows[i]->unit);
            ph_agg_csv_text(c, item->kind);
            ph_agg_csv_text(c, item->title);
            ph_agg_csv_text(c, item->document_no);
            ph_agg_csv_text(c, item->document_date);
            ph_agg_csv_text(c, item->detail);
            ph_agg_csv_int(c, r->rows[i]->revision);
            ph_agg_csv_int(c, (int64_t)r->rows[i]->entry);
            ph_agg_csv_end_line(c);
        }
}
