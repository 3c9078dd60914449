/* cmd_summary_notes - what stands below the table of a summary: signs, who is not in it, weights, breaks.   Layer:
 * aggregator (app) */
#include "ph_agg_summary_print.h"

#include "ph_break.h"

#define TR(vi, en) ph_tr(p->lang, (vi), (en))

const ph_summary_sign ph_summary_signs[] = {
    {PH_MARK_OVERRIDDEN, '^', "cụm trưởng cho qua dù vi phạm quy tắc, có nêu lý do",
     "against a rule, let pass by the head with a reason"},
    {PH_MARK_CONFIRMED, '+', "từng bị tạm giữ, cụm trưởng đã xác nhận", "was held, confirmed by the head"},
    {PH_MARK_EXPLAINED, '=', "đơn vị đã giải trình", "explained by the unit"},
    {PH_MARK_OUTLIER, '~', "khác xa phần còn lại của cụm", "far from the rest of the cluster"},
    {PH_MARK_FLAGGED, '!', "một quy tắc đã đánh dấu; vẫn được tính", "a rule marked it; it counts"},
    {PH_MARK_BREAK, '|', "không so được với kỳ đem ra so sánh", "not comparable with the period it is compared with"}};
const size_t ph_summary_n_signs = sizeof ph_summary_signs / sizeof ph_summary_signs[0];

/* "GRDP_GROWTH: not yet reported: Thái Bình, Hà Nam" */
static void put_names(const ph_summary_page *p, const ph_summary_row *row, ph_cell_state state, const char *label,
                      ph_buf *dst)
{
    const char *between = label;
    bool is_first = true;
    for (uint8_t i = 0; i < row->issue->n_members; i++) {
        if (row->figure->members[i].state != state)
            continue;
        if (is_first)
            (void)ph_buf_printf(dst, "%.*s: ", (int)row->figure->indicator.len,
                                (const char *)row->figure->indicator.ptr);
        (void)ph_buf_printf(dst, "%s%s", between, ph_summary_unit(p->s, row->issue->members[i], p->lang));
        between = ", ";
        is_first = false;
    }
    if (!is_first)
        (void)ph_buf_put_byte(dst, '\n');
}

static bool has_status(const ph_summary_page *p, int status)
{
    for (uint8_t m = 0; m < p->s->last->n_members; m++)
        for (size_t i = 0; i < p->n; i++) {
            const ph_figure_member *c = ph_summary_member(p->shown[i], p->s->last->members[m]);
            if (c != NULL && c->state == PH_CELL_NO_VALUE && c->status == status)
                return true;
        }
    return false;
}

/* "(M) (O)  reported as having no value": the letters that stand in the table. */
static void put_statuses(const ph_summary_page *p, ph_buf *dst)
{
    bool has_any = false;
    for (int status = 'A'; status <= 'Z'; status++)
        if (has_status(p, status)) {
            (void)ph_buf_printf(dst, "(%c) ", status);
            has_any = true;
        }
    if (has_any)
        (void)ph_buf_put_str(dst, TR(" đã báo cáo là không có giá trị, kèm trạng thái này\n",
                                     " reported as having no value, with this status\n"));
}

/* Explains the signs that the table shows, and no others. */
static void put_legend(const ph_summary_page *p, ph_buf *dst)
{
    bool has_late = false, has_held = false;
    uint8_t marks = 0;
    for (uint8_t m = 0; m < p->s->last->n_members; m++) {
        has_late = has_late || ph_summary_is_late(p, p->s->last->members[m]);
        for (size_t i = 0; i < p->n; i++) {
            const ph_figure_member *c = ph_summary_member(p->shown[i], p->s->last->members[m]);
            if (c == NULL)
                continue;
            marks |= c->state == PH_CELL_GIVEN || c->state == PH_CELL_HELD ? c->marks : 0;
            has_held = has_held || c->state == PH_CELL_HELD;
        }
    }
    if (has_late)
        (void)ph_buf_put_str(dst, TR("*  nhận sau hạn nộp\n", "*  received after it was due\n"));
    if (has_held)
        (void)ph_buf_put_str(dst, TR("?  tạm giữ, chưa được tính\n", "?  held, not counted\n"));
    for (size_t i = 0; i < ph_summary_n_signs; i++)
        if ((marks & ph_summary_signs[i].bit) != 0)
            (void)ph_buf_printf(dst, "%c  %s\n", ph_summary_signs[i].sign,
                                ph_tr(p->lang, ph_summary_signs[i].vi, ph_summary_signs[i].en));
    put_statuses(p, dst);
}

/* Whether the whole column does not compare, since when and why; by the registry that the page names things by. */
static void put_break(const ph_summary_page *p, const ph_summary_row *row, ph_buf *dst)
{
    const ph_indicator *ind = ph_summary_indicator(p->s, row->figure->indicator);
    const ph_series_break *b = ind == NULL || !row->figure->has_break ? NULL : ph_break_within(ind, row->issue->period);
    char day[PH_DATE_TEXT_BYTES];
    if (b == NULL)
        return;
    (void)ph_date_print(b->at, day);
    (void)ph_buf_printf(dst,
                        TR("%s: chuỗi gãy từ %s, không so được với kỳ trước đó (%s)\n",
                           "%s: the series breaks on %s, not comparable with before (%s)\n"),
                        ind->code, day, ph_name_in(b->why, p->lang));
}

/* A ratio of fewer members than the column has values. */
static void put_ratio(const ph_summary_page *p, const ph_summary_row *row, ph_buf *dst)
{
    const ph_figure_value *v = ph_summary_value(row->figure, PH_METHOD_RATIO);
    if (v == NULL || v->n_used == row->figure->n_received - row->figure->n_no_value)
        return;
    (void)ph_buf_printf(dst,
                        TR("%.*s: tỷ lệ tính từ %u đơn vị có đủ tử số và mẫu số\n",
                           "%.*s: the ratio is of the %u members that gave numerator and denominator\n"),
                        (int)row->figure->indicator.len, (const char *)row->figure->indicator.ptr, v->n_used);
}

void ph_summary_put_notes(const ph_summary_page *p, ph_buf *dst)
{
    put_legend(p, dst);
    for (size_t i = 0; i < p->n; i++) {
        const ph_indicator *ind = ph_summary_indicator(p->s, p->shown[i]->figure->indicator);
        if (ind != NULL)
            (void)ph_buf_printf(dst, "%s: %s\n", ind->code, ph_name_in(ind->name, p->lang));
    }
    for (size_t i = 0; i < p->n; i++) {
        const ph_summary_row *row = p->shown[i];
        const ph_figure_value *w = ph_summary_value(row->figure, PH_METHOD_WEIGHTED_MEAN);
        put_names(p, row, PH_CELL_MISSING, TR("chưa báo cáo: ", "not yet reported: "), dst);
        put_names(p, row, PH_CELL_HELD, TR("tạm giữ: ", "held: "), dst);
        put_names(p, row, PH_CELL_NO_VALUE, TR("không có giá trị: ", "no value: "), dst);
        put_break(p, row, dst);
        put_ratio(p, row, dst);
        ph_summary_put_rulings(p, row, dst);
        if (w != NULL)
            (void)ph_buf_printf(dst, TR("%.*s: trọng số %.*s\n", "%.*s: weights %.*s\n"),
                                (int)row->figure->indicator.len, (const char *)row->figure->indicator.ptr,
                                (int)w->weight_set.len, (const char *)w->weight_set.ptr);
    }
}

void ph_summary_put_silent(const ph_summary *s, ph_lang lang, ph_buf *dst)
{
    bool has_silent = false;
    for (size_t i = 0; i < s->n; i++) {
        const ph_figure *f = s->rows[i].figure;
        if (f->n_received + f->n_held > 0)
            continue;
        (void)ph_buf_printf(dst, "%s%.*s", has_silent ? ", " : ph_tr(lang, "chưa có số liệu nào: ", "no figures yet: "),
                            (int)f->indicator.len, (const char *)f->indicator.ptr);
        has_silent = true;
    }
    if (has_silent)
        (void)ph_buf_put_byte(dst, '\n');
}
