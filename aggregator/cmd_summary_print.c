/* cmd_summary_print - a summary for people: units down, indicators across, cluster's figures below.   Layer: aggregator
 * (app) */
#include "ph_agg_summary.h"

#include "ph_term.h"

typedef struct printing {
    const ph_summary *s;
    ph_lang lang;
    ph_table *t;
    const ph_summary_row *shown[PH_MAX_OBSERVATIONS];
    size_t n;
} printing;

#define TR(vi, en) ph_tr(p->lang, (vi), (en))

static const char *unit_name(const ph_summary *s, ph_span unit, ph_lang lang)
{
    uint16_t i = ph_registry_find_unit(s->registry, unit);
    return i == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_unit(s->registry, i)->name, lang);
}

static const ph_indicator *indicator_of(const ph_summary *s, ph_span code)
{
    uint16_t i = ph_registry_find_indicator(s->registry, code);
    return i == PH_NO_INDEX ? NULL : ph_registry_indicator(s->registry, i);
}

static void cell_decimal(const printing *p, ph_decimal d, const char *after)
{
    char text[2 * PH_DECIMAL_TEXT_BYTES];
    (void)ph_decimal_print_human(d, p->lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN, text);
    ph_table_cellf(p->t, "%s%s", text, after);
}

static void put_head(printing *p)
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
        const ph_indicator *ind = indicator_of(p->s, p->shown[i]->figure->indicator);
        ph_table_cell(p->t, ind == NULL ? "" : ph_name_in(ind->unit_name, p->lang));
        ph_table_cell(p->t, "");
    }
    ph_table_row(p->t);
    ph_table_rule(p->t);
}

/* Members may differ from issue to issue: each figure is asked for the unit by name. */
static const ph_figure_member *member_of(const ph_summary_row *row, ph_span unit)
{
    for (uint8_t i = 0; i < row->issue->n_members; i++)
        if (ph_span_eq(row->issue->members[i], unit))
            return &row->figure->members[i];
    return NULL;
}

static void put_cell(const printing *p, const ph_figure_member *m)
{
    if (m == NULL || m->state == PH_CELL_MISSING) {
        ph_table_cell(p->t, "-");
        ph_table_cell(p->t, "");
        return;
    }
    if (m->state == PH_CELL_NO_VALUE)
        ph_table_cellf(p->t, "(%c)", m->status);
    else
        cell_decimal(p, m->value, m->state == PH_CELL_HELD ? " ?" : (m->marks & PH_MARK_FLAGGED) != 0 ? " !" : "");
    if (m->rank > 0)
        ph_table_cellf(p->t, "%u", m->rank);
    else
        ph_table_cell(p->t, "");
}

/* A form is late as a whole; the star stands beside the name, so that it does not crowd the figures. */
static bool is_late(const printing *p, ph_span unit)
{
    for (size_t i = 0; i < p->n; i++) {
        const ph_figure_member *m = member_of(p->shown[i], unit);
        if (m != NULL && m->state != PH_CELL_MISSING && (m->marks & PH_MARK_LATE) != 0)
            return true;
    }
    return false;
}

static void put_members(const printing *p)
{
    for (uint8_t m = 0; m < p->s->last->n_members; m++) {
        ph_span unit = p->s->last->members[m];
        ph_table_cellf(p->t, "%s%s", unit_name(p->s, unit, p->lang), is_late(p, unit) ? " *" : "");
        for (size_t i = 0; i < p->n; i++)
            put_cell(p, member_of(p->shown[i], unit));
        ph_table_row(p->t);
    }
    ph_table_rule(p->t);
}

static const char *method_text(const printing *p, ph_method method)
{
    switch (method) {
    case PH_METHOD_MEAN:
        return TR("bình quân giản đơn", "simple mean");
    case PH_METHOD_WEIGHTED_MEAN:
        return TR("bình quân gia quyền", "weighted mean");
    case PH_METHOD_SUM:
        return TR("tổng", "sum");
    case PH_METHOD_MIN:
        return TR("thấp nhất", "lowest");
    case PH_METHOD_MEDIAN:
        return TR("trung vị", "median");
    case PH_METHOD_MAX:
        return TR("cao nhất", "highest");
    case PH_METHOD_RATIO:
        return TR("tỷ lệ", "ratio");
    case PH_METHOD_LIST:
        return TR("liệt kê", "list");
    }
    return "";
}

static const ph_figure_value *value_of(const ph_figure *f, ph_method method)
{
    for (uint8_t i = 0; i < f->n_values; i++)
        if (f->values[i].method == method)
            return &f->values[i];
    return NULL;
}

static void put_method(const printing *p, ph_method method)
{
    bool is_used = false;
    for (size_t i = 0; i < p->n && !is_used; i++)
        is_used = value_of(p->shown[i]->figure, method) != NULL;
    if (!is_used)
        return;
    ph_table_colour(p->t, PH_COLOUR_BOLD);
    ph_table_cell(p->t, method_text(p, method));
    for (size_t i = 0; i < p->n; i++) {
        const ph_figure_value *v = value_of(p->shown[i]->figure, method);
        if (v == NULL || !v->has_value)
            ph_table_cell(p->t, v == NULL ? "" : "-");
        else
            cell_decimal(p, v->value, "");
        ph_table_cell(p->t, "");
    }
    ph_table_row(p->t);
}

/* In tenths of a percent, rounded half up; 100.0 only when all is there. */
static void cell_share(const printing *p, int64_t part, int64_t whole)
{
    int64_t tenths = whole <= 0 ? 0 : (part * 2000 + whole) / (2 * whole);
    tenths = part < whole && tenths > 999 ? 999 : tenths;
    ph_table_cellf(p->t, "%lld%c%lld %%", (long long)(tenths / 10), p->lang == PH_LANG_VI ? ',' : '.',
                   (long long)(tenths % 10));
}

static void put_coverage(const printing *p)
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

static void put_marks(const printing *p)
{
    ph_table_cell(p->t, TR("đánh dấu", "mark"));
    for (size_t i = 0; i < p->n; i++) {
        ph_summary_mark mark = ph_summary_mark_of(p->shown[i]);
        ph_table_cell(p->t, mark == PH_MARK_PARTIAL       ? TR("một phần", "partial")
                            : mark == PH_MARK_PROVISIONAL ? TR("tạm tính", "provisional")
                                                          : TR("đã chốt", "final"));
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

/* "GRDP_GROWTH: not yet reported: Thái Bình, Hà Nam" */
static void put_names(const printing *p, const ph_summary_row *row, ph_cell_state state, const char *label, ph_buf *dst)
{
    const char *between = label;
    bool is_first = true;
    for (uint8_t i = 0; i < row->issue->n_members; i++) {
        if (row->figure->members[i].state != state)
            continue;
        if (is_first)
            (void)ph_buf_printf(dst, "%.*s: ", (int)row->figure->indicator.len,
                                (const char *)row->figure->indicator.ptr);
        (void)ph_buf_printf(dst, "%s%s", between, unit_name(p->s, row->issue->members[i], p->lang));
        between = ", ";
        is_first = false;
    }
    if (!is_first)
        (void)ph_buf_put_byte(dst, '\n');
}

/* Explains the marks that the table shows, and no others. */
static void put_legend(const printing *p, ph_buf *dst)
{
    bool has_late = false, has_flagged = false, has_held = false, has_status = false;
    for (uint8_t m = 0; m < p->s->last->n_members; m++) {
        has_late = has_late || is_late(p, p->s->last->members[m]);
        for (size_t i = 0; i < p->n; i++) {
            const ph_figure_member *c = member_of(p->shown[i], p->s->last->members[m]);
            has_flagged = has_flagged || (c != NULL && c->state == PH_CELL_GIVEN && (c->marks & PH_MARK_FLAGGED) != 0);
            has_held = has_held || (c != NULL && c->state == PH_CELL_HELD);
            has_status = has_status || (c != NULL && c->state == PH_CELL_NO_VALUE);
        }
    }
    if (has_late)
        (void)ph_buf_put_str(dst, TR("*  nhận sau hạn nộp\n", "*  received after it was due\n"));
    if (has_flagged)
        (void)ph_buf_put_str(
            dst, TR("!  ngoài khoảng thường gặp; vẫn được tính\n", "!  outside the usual range; it counts\n"));
    if (has_held)
        (void)ph_buf_put_str(dst, TR("?  tạm giữ, chưa được tính\n", "?  held, not counted\n"));
    if (has_status)
        (void)ph_buf_put_str(dst, TR("(M) đã báo cáo là không có giá trị, kèm trạng thái\n",
                                     "(M) reported as having no value, with this status\n"));
}

static void put_notes(const printing *p, ph_buf *dst)
{
    put_legend(p, dst);
    for (size_t i = 0; i < p->n; i++) {
        const ph_indicator *ind = indicator_of(p->s, p->shown[i]->figure->indicator);
        if (ind != NULL)
            (void)ph_buf_printf(dst, "%s: %s\n", ind->code, ph_name_in(ind->name, p->lang));
    }
    for (size_t i = 0; i < p->n; i++) {
        const ph_summary_row *row = p->shown[i];
        const ph_figure_value *w = value_of(row->figure, PH_METHOD_WEIGHTED_MEAN);
        put_names(p, row, PH_CELL_MISSING, TR("chưa báo cáo: ", "not yet reported: "), dst);
        put_names(p, row, PH_CELL_HELD, TR("tạm giữ: ", "held: "), dst);
        put_names(p, row, PH_CELL_NO_VALUE, TR("không có giá trị: ", "no value: "), dst);
        if (w != NULL)
            (void)ph_buf_printf(dst, TR("%.*s: trọng số %.*s\n", "%.*s: weights %.*s\n"),
                                (int)row->figure->indicator.len, (const char *)row->figure->indicator.ptr,
                                (int)w->weight_set.len, (const char *)w->weight_set.ptr);
    }
    bool has_silent = false;
    for (size_t i = 0; i < p->s->n; i++) {
        const ph_figure *f = p->s->rows[i].figure;
        if (f->n_received + f->n_held > 0 || p->n == p->s->n)
            continue;
        (void)ph_buf_printf(dst, "%s%.*s", has_silent ? ", " : TR("chưa có số liệu nào: ", "no figures yet: "),
                            (int)f->indicator.len, (const char *)f->indicator.ptr);
        has_silent = true;
    }
    if (has_silent)
        (void)ph_buf_put_byte(dst, '\n');
}

static const char *state_text(const printing *p, ph_period_state state)
{
    switch (state) {
    case PH_PERIOD_PLANNED:
        return TR("chưa mở", "planned");
    case PH_PERIOD_OPEN:
        return TR("đang mở", "open");
    case PH_PERIOD_DUE:
        return TR("đã đến hạn", "due");
    case PH_PERIOD_CLOSED:
        return TR("đã đóng", "closed");
    case PH_PERIOD_FROZEN:
        return TR("đã chốt", "frozen");
    case PH_PERIOD_REOPENED:
        return TR("đã mở lại", "reopened");
    }
    return "";
}

static void put_title(const printing *p, ph_buf *dst)
{
    const ph_issue *last = p->s->last;
    char period[PH_PERIOD_TEXT_BYTES], sealed[PH_TIME_TEXT_BYTES];
    uint16_t cluster = ph_registry_find_cluster(p->s->registry, last->cluster);
    uint16_t form = ph_registry_find_form(p->s->registry, last->form, last->period);
    (void)ph_period_print(last->period, period);
    (void)ph_time_print_local(last->sealed_at_us, sealed);
    (void)ph_buf_printf(
        dst, "%s\n",
        cluster == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_cluster(p->s->registry, cluster)->name, p->lang));
    (void)ph_buf_printf(dst, TR("%s, kỳ %s (%s), số liệu lúc %s\n\n", "%s, period %s (%s), figures of %s\n\n"),
                        form == PH_NO_INDEX ? "?" : ph_name_in(ph_registry_form(p->s->registry, form)->name, p->lang),
                        period, state_text(p, last->state), sealed);
}

void ph_summary_print(const ph_summary *s, ph_lang lang, ph_buf *dst)
{
    printing all = {.s = s, .lang = lang}, *p = &all;
    ph_align aligns[1 + 2 * PH_MAX_OBSERVATIONS] = {PH_ALIGN_LEFT};
    for (size_t i = 0; i < s->n; i++)
        if (s->rows[i].figure->n_received + s->rows[i].figure->n_held > 0)
            p->shown[p->n++] = &s->rows[i];
    bool has_any = p->n > 0;
    for (size_t i = 0; i < s->n && !has_any; i++) /* so that "0/9" is seen */
        p->shown[p->n++] = &s->rows[i];
    for (size_t i = 1; i <= 2 * p->n; i++)
        aligns[i] = PH_ALIGN_RIGHT;
    put_title(p, dst);
    ph_rc rc = ph_table_new(aligns, 1 + 2 * p->n, &p->t);
    if (rc != PH_OK) {
        dst->rc = rc;
        return;
    }
    put_head(p);
    put_members(p);
    static const ph_method methods[] = {PH_METHOD_MEAN,   PH_METHOD_WEIGHTED_MEAN, PH_METHOD_SUM,  PH_METHOD_MIN,
                                        PH_METHOD_MEDIAN, PH_METHOD_MAX,           PH_METHOD_RATIO};
    for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
        put_method(p, methods[i]);
    ph_table_rule(p->t);
    put_coverage(p);
    put_marks(p);
    rc = ph_table_print(p->t, dst);
    if (rc != PH_OK)
        dst->rc = rc;
    ph_table_free(p->t);
    (void)ph_buf_put_byte(dst, '\n');
    put_notes(p, dst);
}
