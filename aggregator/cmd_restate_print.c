/* cmd_restate_print - restated figures for people: units of the day down, indicators across, refusals below in words.
 * Layer: aggregator (app) */
#include <string.h>

#include "ph_agg_block.h"
#include "ph_agg_restate.h"
#include "ph_agg_summary_print.h"

#define TR(vi, en) ph_tr(p->lang, (vi), (en))

typedef struct page {
    const ph_restated *v;
    ph_lang lang;
    ph_table *t;
    const size_t *shown; /* rows of the summary */
    size_t n;
} page;

static const ph_figure *figure_at(const page *p, size_t i)
{
    return p->v->then->rows[p->shown[i]].figure;
}

static const char *unit_name(const page *p, uint16_t unit)
{
    return ph_name_in(ph_registry_unit(p->v->registry, unit)->name, p->lang);
}

/* A part may bear the name of what it went into; then it is called the former one. */
static void put_part(const page *p, const ph_restate_unit *u, uint16_t part, ph_buf *dst)
{
    const char *name = unit_name(p, part);
    bool is_namesake = part != u->unit && strcmp(name, unit_name(p, u->unit)) == 0;

    (void)ph_buf_printf(dst, is_namesake ? TR("%s cũ", "former %s") : "%s", name);
}

static void put_parts(const page *p, const ph_restate_unit *u, const uint16_t *parts, uint8_t n, ph_buf *dst)
{
    for (uint8_t i = 0; i < n; i++) {
        if (i > 0)
            (void)ph_buf_put_str(dst, ", ");
        put_part(p, u, parts[i], dst);
    }
}

/* ---- the table ---- */

static const char *way_text(const page *p, const ph_restate_cell *c)
{
    if (c->refusal != PH_RESTATE_NONE)
        return TR("từ chối", "refused");
    switch (c->way) {
    case PH_RESTATE_WAY_AS_IT_WAS:
        return TR("giữ nguyên", "as it was");
    case PH_RESTATE_WAY_SUM:
        return TR("cộng", "sum");
    case PH_RESTATE_WAY_RATIO:
        return TR("tỷ lệ", "ratio");
    case PH_RESTATE_WAY_LEVELS:
        return TR("từ số tuyệt đối", "levels");
    }
    return "";
}

static void put_head(const page *p)
{
    ph_table_cell(p->t, TR("đơn vị", "unit"));
    ph_table_cell(p->t, TR("gồm", "made of"));
    for (size_t i = 0; i < p->n; i++) {
        const ph_figure *f = figure_at(p, i);
        ph_table_cellf(p->t, "%.*s", (int)f->indicator.len, (const char *)f->indicator.ptr);
        ph_table_cell(p->t, TR("cách", "way"));
    }
    ph_table_row(p->t);
    ph_table_rule(p->t);
}

static void put_cell(const page *p, const ph_restate_cell *c)
{
    char text[2 * PH_DECIMAL_TEXT_BYTES];

    if (c->refusal == PH_RESTATE_NONE) {
        (void)ph_decimal_print_human(c->value, p->lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN, text);
        ph_table_cell(p->t, text);
    } else {
        ph_table_cell(p->t, "-");
    }
    ph_table_cell(p->t, way_text(p, c));
}

static ph_rc put_unit(const page *p, size_t unit)
{
    const ph_restate_unit *u = &p->v->units.list[unit];
    ph_buf parts;

    ph_buf_init(&parts, 64 * 1024);
    put_parts(p, u, u->parts, u->n_parts, &parts);
    ph_table_cell(p->t, unit_name(p, u->unit));
    ph_table_cellf(p->t, "%.*s", (int)parts.len, (const char *)ph_buf_span(&parts).ptr);
    for (size_t i = 0; i < p->n; i++) {
        const ph_restate_cell c = ph_restated_cell(p->v, unit, p->shown[i]);
        put_cell(p, &c);
    }
    ph_table_row(p->t);
    ph_rc rc = parts.rc;
    ph_buf_done(&parts);
    return rc;
}

static ph_rc make_table(const void *arg, size_t n, ph_table **ret)
{
    ph_align aligns[2 + 2 * PH_MAX_OBSERVATIONS] = {PH_ALIGN_LEFT, PH_ALIGN_LEFT};
    page p = *(const page *)arg;

    p.n = n;
    for (size_t i = 0; i < n; i++) {
        aligns[2 + 2 * i] = PH_ALIGN_RIGHT;
        aligns[3 + 2 * i] = PH_ALIGN_LEFT;
    }
    ph_rc rc = ph_table_new(aligns, 2 + 2 * n, &p.t);
    if (rc != PH_OK)
        return rc;
    put_head(&p);
    for (size_t i = 0; rc == PH_OK && i < p.v->units.n; i++)
        rc = put_unit(&p, i);
    if (rc == PH_OK)
        *ret = p.t;
    else
        ph_table_free(p.t);
    return rc;
}

static ph_rc put_blocks(page p, ph_buf *dst)
{
    ph_rc rc = PH_OK;

    for (size_t n = 0; rc == PH_OK && p.n > 0; p.shown += n, p.n -= n) {
        ph_table *t = NULL;
        rc = ph_agg_block_make(&p, make_table, p.n, &n, &t);
        if (rc == PH_OK)
            rc = ph_table_print(t, dst);
        ph_table_free(t);
        (void)ph_buf_put_byte(dst, '\n');
    }
    return rc;
}

/* ---- refusals in words ---- */

static void put_refused_unit(const page *p, const ph_restate_unit *u, ph_buf *dst)
{
    (void)ph_buf_printf(dst, TR("%s: không quy đổi được: ", "%s: refused: "), unit_name(p, u->unit));
    put_parts(p, u, u->absent, u->n_absent, dst);
    (void)ph_buf_put_str(
        dst, u->refusal == PH_RESTATE_SPLIT
                 ? TR(" đã chia cho nhiều đơn vị, số đã công bố không tách ra được\n",
                      " was split between several units, and what was published cannot be taken apart\n")
                 : TR(" cũng nhập vào đơn vị này nhưng không thuộc cụm, nên cụm thiếu số liệu của phần đó\n",
                      " went into it too but was no member of the cluster, which lacks the figures of that part\n"));
}

/* What is not there, and of whom, as far as the refusal names them. */
static void put_lack(const page *p, const ph_restate_unit *u, const ph_restate_cell *c, ph_buf *dst)
{
    const char *code =
        c->needs == PH_NO_INDEX ? TR("số", "that") : ph_registry_indicator(p->v->registry, c->needs)->code;

    if (c->unit == PH_NO_INDEX && c->needs == PH_NO_INDEX)
        return;
    (void)ph_buf_printf(dst, TR("; thiếu %s", "; missing: %s"), code);
    if (c->unit == PH_NO_INDEX)
        return;
    (void)ph_buf_put_str(dst, TR(" của ", " of "));
    put_part(p, u, c->unit, dst);
}

static const char *refusal_text(const page *p, const ph_restate_cell *c)
{
    switch (c->refusal) {
    case PH_RESTATE_PART_MISSING:
        return TR("một đơn vị cũ không có số được tính (chưa báo cáo, tạm giữ hoặc không có giá trị)",
                  "a former unit has no value that counts (not reported, held or without value)");
    case PH_RESTATE_GROWTH:
        return c->needs == PH_NO_INDEX
                   ? TR("tốc độ không bao giờ lấy bình quân, và danh mục không nêu số tuyệt đối của nó",
                        "rates are never averaged, and the registry names no level of this one")
                   : TR("tốc độ không bao giờ lấy bình quân; phải có số tuyệt đối của cả kỳ này và cùng kỳ năm trước",
                        "rates are never averaged; the levels of this period and of the year before are needed");
    case PH_RESTATE_BREAK:
        return TR("số tuyệt đối của hai kỳ không so được với nhau vì chuỗi gãy ở giữa",
                  "the levels of both periods do not compare: the series breaks in between");
    case PH_RESTATE_RATIO_PARTS:
        return TR("tỷ lệ phải tính từ tử số và mẫu số đã công bố",
                  "a ratio is made of its published numerator and denominator");
    case PH_RESTATE_NOT_ADDITIVE:
        return TR("chỉ tiêu này không cộng được giữa các đơn vị", "this indicator cannot be added up between units");
    case PH_RESTATE_OUTGROWN:
        return TR("mẫu số bằng không, hoặc kết quả vượt phạm vi số thập phân",
                  "the denominator is zero, or no decimal holds the result");
    case PH_RESTATE_NONE:
    case PH_RESTATE_NOT_WHOLE:
    case PH_RESTATE_SPLIT:
        break;
    }
    return "";
}

static void put_refused_cells(const page *p, size_t unit, ph_buf *dst)
{
    const ph_restate_unit *u = &p->v->units.list[unit];

    for (size_t i = 0; i < p->n; i++) {
        const ph_restate_cell c = ph_restated_cell(p->v, unit, p->shown[i]);
        if (c.refusal == PH_RESTATE_NONE)
            continue;
        (void)ph_buf_printf(dst, "%s, %.*s: %s%s", unit_name(p, u->unit), (int)figure_at(p, i)->indicator.len,
                            (const char *)figure_at(p, i)->indicator.ptr, TR("không quy đổi được: ", "refused: "),
                            refusal_text(p, &c));
        put_lack(p, u, &c, dst);
        (void)ph_buf_put_byte(dst, '\n');
    }
}

static void put_notes(const page *p, ph_buf *dst)
{
    for (size_t i = 0; i < p->v->units.n; i++) {
        if (p->v->units.list[i].refusal != PH_RESTATE_NONE)
            put_refused_unit(p, &p->v->units.list[i], dst);
        else
            put_refused_cells(p, i, dst);
    }
    if (p->v->units.n_unknown > 0)
        (void)ph_buf_printf(dst,
                            TR("%zu thành viên không có trong danh mục đang dùng nên bị bỏ ra ngoài\n",
                               "%zu members are not in the registry in force and are left out\n"),
                            p->v->units.n_unknown);
    (void)ph_buf_put_str(dst, TR("Đây là cách nhìn tính lại khi hỏi: số đã công bố vẫn nguyên (--view then).\n",
                                 "This is a view, made when asked for: what was published stands (--view then).\n"));
}

static void put_label(const page *p, ph_buf *dst)
{
    char day[PH_DATE_TEXT_BYTES];

    (void)ph_date_print(p->v->view.day, day);
    (void)ph_buf_printf(dst,
                        p->v->view.is_today
                            ? TR("quy đổi theo địa giới hiện nay (%s)", "restated to today's units (%s)")
                            : TR("quy đổi theo địa giới ngày %s", "restated to the units of %s"),
                        day);
    (void)ph_buf_printf(dst, TR(", theo danh mục %s\n\n", ", by registry %s\n\n"), ph_registry_version(p->v->registry));
}

void ph_restated_print(const ph_restated *v, ph_lang lang, ph_buf *dst)
{
    const ph_summary *s = v->then;
    size_t shown[PH_MAX_OBSERVATIONS];
    page all = {.v = v, .lang = lang, .shown = shown}, *p = &all;

    for (size_t i = 0; i < s->n; i++)
        if (s->rows[i].figure->n_received + s->rows[i].figure->n_held > 0)
            shown[p->n++] = i;
    for (size_t i = 0, has_any = p->n; i < s->n && has_any == 0; i++)
        shown[p->n++] = i;
    ph_summary_put_title(s, lang, dst);
    put_label(p, dst);
    ph_rc rc = put_blocks(all, dst);
    if (rc != PH_OK)
        dst->rc = rc;
    put_notes(p, dst);
}
