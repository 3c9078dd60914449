/* cmd_summary_print - a summary for people: units down, indicators across, cluster's figures below.   Layer: aggregator
 * (app) */
#include "ph_agg_block.h"
#include "ph_agg_summary_print.h"
#include "ph_agg_words.h"

#define TR(vi, en) ph_tr(p->lang, (vi), (en))

const char *ph_summary_unit(const ph_summary *s, ph_span unit, ph_lang lang)
{
    uint16_t i = ph_registry_find_unit(s->registry, unit);
    return i == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_unit(s->registry, i)->name, lang);
}

const ph_indicator *ph_summary_indicator(const ph_summary *s, ph_span code)
{
    uint16_t i = ph_registry_find_indicator(s->registry, code);
    return i == PH_NO_INDEX ? NULL : ph_registry_indicator(s->registry, i);
}

static void cell_decimal(const ph_summary_page *p, ph_decimal d, const char *after)
{
    char text[2 * PH_DECIMAL_TEXT_BYTES];
    (void)ph_decimal_print_human(d, p->lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN, text);
    ph_table_cellf(p->t, "%s%s", text, after);
}

static void put_head(ph_summary_page *p)
{
    ph_table_cell(p->t, TR("đơn vị", "unit"));
    for (size_t i = 0; i < p->n; i++) {
        ph_table_cellf(p->t, "%.*s", (int)p->shown[i]->figure->indicator.len,
                       (const char *)p->shown[i]->figure->indicator.ptr);
        ph_table_cell(p->t, p->shown[i]->figure->is_ranked ? TR("hạng", "rank") : "");
    }
    ph_table_row(p->t);
    ph_table_cell(p->t, "");
    for (size_t i = 0; i < p->n; i++) {
        const ph_indicator *ind = ph_summary_indicator(p->s, p->shown[i]->figure->indicator);
        ph_table_cell(p->t, ind == NULL ? "" : ph_name_in(ind->unit_name, p->lang));
        ph_table_cell(p->t, "");
    }
    ph_table_row(p->t);
    ph_table_rule(p->t);
}

/* Members may differ from issue to issue: each figure is asked for the unit by name. */
const ph_figure_member *ph_summary_member(const ph_summary_row *row, ph_span unit)
{
    for (uint8_t i = 0; i < row->issue->n_members; i++)
        if (ph_span_eq(row->issue->members[i], unit))
            return &row->figure->members[i];
    return NULL;
}

static const char *signs_of(const ph_figure_member *m, char dst[16])
{
    size_t n = 0;
    dst[n++] = ' ';
    if (m->state == PH_CELL_HELD)
        dst[n++] = '?';
    for (size_t i = 0; i < ph_summary_n_signs; i++)
        if ((m->marks & ph_summary_signs[i].bit) != 0 && n < 15)
            dst[n++] = ph_summary_signs[i].sign;
    dst[n == 1 ? 0 : n] = '\0';
    return dst;
}

static void put_cell(const ph_summary_page *p, const ph_figure_member *m)
{
    char signs[16];
    if (m == NULL || m->state == PH_CELL_MISSING) {
        ph_table_cell(p->t, "-");
        ph_table_cell(p->t, "");
        return;
    }
    if (m->state == PH_CELL_NO_VALUE)
        ph_table_cellf(p->t, "(%c)", m->status);
    else
        cell_decimal(p, m->value, signs_of(m, signs));
    if (m->rank > 0)
        ph_table_cellf(p->t, "%u", m->rank);
    else
        ph_table_cell(p->t, "");
}

/* A form is late as a whole; the star stands beside the name, so that it does not crowd the figures. */
bool ph_summary_is_late(const ph_summary_page *p, ph_span unit)
{
    for (size_t i = 0; i < p->n; i++) {
        const ph_figure_member *m = ph_summary_member(p->shown[i], unit);
        if (m != NULL && m->state != PH_CELL_MISSING && (m->marks & PH_MARK_LATE) != 0)
            return true;
    }
    return false;
}

static void put_members(const ph_summary_page *p)
{
    for (uint8_t m = 0; m < p->s->last->n_members; m++) {
        ph_span unit = p->s->last->members[m];
        ph_table_cellf(p->t, "%s%s", ph_summary_unit(p->s, unit, p->lang), ph_summary_is_late(p, unit) ? " *" : "");
        for (size_t i = 0; i < p->n; i++)
            put_cell(p, ph_summary_member(p->shown[i], unit));
        ph_table_row(p->t);
    }
    ph_table_rule(p->t);
}

const ph_figure_value *ph_summary_value(const ph_figure *f, ph_method method)
{
    for (uint8_t i = 0; i < f->n_values; i++)
        if (f->values[i].method == method)
            return &f->values[i];
    return NULL;
}

static void put_method(const ph_summary_page *p, ph_method method)
{
    bool is_used = false;
    for (size_t i = 0; i < p->n && !is_used; i++)
        is_used = ph_summary_value(p->shown[i]->figure, method) != NULL;
    if (!is_used)
        return;
    ph_table_colour(p->t, PH_COLOUR_BOLD);
    ph_table_cell(p->t, ph_agg_method_text(p->lang, method));
    for (size_t i = 0; i < p->n; i++) {
        const ph_figure_value *v = ph_summary_value(p->shown[i]->figure, method);
        if (v == NULL || !v->has_value)
            ph_table_cell(p->t, v == NULL ? "" : "-");
        else
            cell_decimal(p, v->value, "");
        ph_table_cell(p->t, "");
    }
    ph_table_row(p->t);
}

/* In tenths of a percent, rounded half up; 100.0 only when all is there. */
static void cell_share(const ph_summary_page *p, int64_t part, int64_t whole)
{
    int64_t tenths = whole <= 0 ? 0 : (part * 2000 + whole) / (2 * whole);
    tenths = part < whole && tenths > 999 ? 999 : tenths;
    ph_table_cellf(p->t, "%lld%c%lld %%", (long long)(tenths / 10), p->lang == PH_LANG_VI ? ',' : '.',
                   (long long)(tenths % 10));
}

static void put_coverage(const ph_summary_page *p)
{
    ph_table_cell(p->t, TR("đã nhận", "received"));
    for (size_t i = 0; i < p->n; i++) {
        ph_table_cellf(p->t, "%u/%u", p->shown[i]->figure->n_received, p->shown[i]->figure->n_expected);
        ph_table_cell(p->t, "");
    }
    ph_table_row(p->t);
    ph_table_cell(p->t, TR("  theo trọng số", "  by weight"));
    for (size_t i = 0; i < p->n; i++) {
        const ph_figure *f = p->shown[i]->figure;
        if (f->has_weights)
            cell_share(p, f->weight_received, f->weight_expected);
        else
            ph_table_cell(p->t, "");
        ph_table_cell(p->t, "");
    }
    ph_table_row(p->t);
}

static void put_marks(const ph_summary_page *p)
{
    ph_table_cell(p->t, TR("đánh dấu", "mark"));
    for (size_t i = 0; i < p->n; i++) {
        ph_table_cell(p->t, ph_agg_mark_text(p->lang, ph_summary_mark_of(p->shown[i])));
        ph_table_cell(p->t, "");
    }
    ph_table_row(p->t);
    ph_table_cell(p->t, TR("bản công bố", "vintage"));
    for (size_t i = 0; i < p->n; i++) {
        ph_table_cellf(p->t, "%llu", (unsigned long long)p->shown[i]->issue->seal);
        ph_table_cell(p->t, "");
    }
    ph_table_row(p->t);
}

/* Asked for a moment: which one, and by which registry it was made. */
static void put_when(const ph_summary *s, ph_lang lang, ph_buf *dst)
{
    char digest[PH_DIGEST_TEXT_BYTES];
    ph_summary_when_print(&s->when, lang, dst);
    if (s->when.is_asked) {
        ph_hex_print(s->last->registry.bytes, sizeof s->last->registry.bytes, digest);
        (void)ph_buf_printf(dst, ph_tr(lang, ", theo danh mục %s (%.12s)\n", ", by registry %s (%.12s)\n"),
                            ph_registry_version(s->registry), digest);
    }
}

void ph_summary_put_title(const ph_summary *s, ph_lang lang, ph_buf *dst)
{
    const ph_issue *last = s->last;
    char period[PH_PERIOD_TEXT_BYTES], sealed[PH_TIME_TEXT_BYTES];
    uint16_t cluster = ph_registry_find_cluster(s->registry, last->cluster);
    uint16_t form = ph_registry_find_form(s->registry, last->form, last->period);
    (void)ph_period_print(last->period, period);
    (void)ph_time_print_local(last->sealed_at_us, sealed);
    (void)ph_buf_printf(
        dst, "%s\n", cluster == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_cluster(s->registry, cluster)->name, lang));
    (void)ph_buf_printf(dst, ph_tr(lang, "%s, kỳ %s (%s), số liệu lúc %s\n", "%s, period %s (%s), figures of %s\n"),
                        form == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_form(s->registry, form)->name, lang), period,
                        ph_agg_state_text(lang, last->state), sealed);
    put_when(s, lang, dst);
}

/* ---- blocks ---- */

static ph_rc make_table(const void *arg, size_t n, ph_table **ret)
{
    static const ph_method methods[] = {PH_METHOD_MEAN,   PH_METHOD_WEIGHTED_MEAN, PH_METHOD_SUM,  PH_METHOD_MIN,
                                        PH_METHOD_MEDIAN, PH_METHOD_MAX,           PH_METHOD_RATIO};
    ph_align aligns[1 + 2 * PH_MAX_OBSERVATIONS] = {PH_ALIGN_LEFT};
    ph_summary_page p = *(const ph_summary_page *)arg;

    p.n = n;
    for (size_t i = 1; i <= 2 * n; i++)
        aligns[i] = PH_ALIGN_RIGHT;
    ph_rc rc = ph_table_new(aligns, 1 + 2 * n, &p.t);
    if (rc != PH_OK)
        return rc;
    put_head(&p);
    put_members(&p);
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        put_method(&p, methods[i]);
    ph_table_rule(p.t);
    put_coverage(&p);
    put_marks(&p);
    *ret = p.t;
    return PH_OK;
}

/* As many of the page's figures as stand side by side, with what is to be said of them; how many, 0 after a failure. */
static size_t put_block(ph_summary_page p, ph_buf *dst)
{
    size_t n = 0;
    ph_table *t = NULL;
    ph_rc rc = ph_agg_block_make(&p, make_table, p.n, &n, &t);

    (void)ph_buf_put_byte(dst, '\n');
    if (rc == PH_OK)
        rc = ph_table_print(t, dst);
    ph_table_free(t);
    if (rc != PH_OK) {
        dst->rc = rc;
        return 0;
    }
    p.n = n;
    (void)ph_buf_put_byte(dst, '\n');
    ph_summary_put_notes(&p, dst);
    return n;
}

void ph_summary_print(const ph_summary *s, ph_lang lang, ph_buf *dst)
{
    const ph_summary_row *shown[PH_MAX_OBSERVATIONS];
    size_t n = 0;

    for (size_t i = 0; i < s->n; i++)
        if (s->rows[i].figure->n_received + s->rows[i].figure->n_held > 0)
            shown[n++] = &s->rows[i];
    bool has_any = n > 0;
    for (size_t i = 0; i < s->n && !has_any; i++) /* so that "0/9" is seen */
        shown[n++] = &s->rows[i];
    ph_summary_put_title(s, lang, dst);
    for (size_t at = 0, n_put = 1; at < n && n_put > 0; at += n_put)
        n_put = put_block((ph_summary_page){.s = s, .lang = lang, .shown = shown + at, .n = n - at}, dst);
    if (has_any)
        ph_summary_put_silent(s, lang, dst);
}
