/* cmd_score_print - a scoring for people: the overview of all units, and the sheet of one.   Layer: aggregator (app) */
#include "ph_agg_score.h"

#include "ph_term.h"

typedef struct printing {
    const ph_scoring *s;
    const ph_score_scheme *scheme;
    ph_lang lang;
    ph_table *t;
    ph_buf *dst;
} printing;

#define TR(vi, en) ph_tr(p->lang, (vi), (en))

static const char *unit_name(const printing *p, size_t unit)
{
    uint16_t i = ph_registry_find_unit(p->s->registry, ph_span_str(p->s->set->units[unit]));
    return i == PH_NO_INDEX ? p->s->set->units[unit] : ph_name_in(ph_registry_unit(p->s->registry, i)->name, p->lang);
}

static void cell_decimal(const printing *p, ph_decimal d, const char *after)
{
    char text[2 * PH_DECIMAL_TEXT_BYTES];

    (void)ph_decimal_print_human(d, p->lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN, text);
    ph_table_cellf(p->t, "%s%s", text, after);
}

static void cell_points(const printing *p, int64_t points, const char *after)
{
    cell_decimal(p, ph_scoring_points(p->s, points), after);
}

static bool begin(printing *p, size_t n_columns, size_t left)
{
    ph_align aligns[PH_SCORE_MAX_NODES + 8];

    for (size_t i = 0; i < n_columns; i++)
        aligns[i] = i == 0 || i == left ? PH_ALIGN_LEFT : PH_ALIGN_RIGHT;
    ph_rc rc = ph_table_new(aligns, n_columns, &p->t);
    if (rc != PH_OK)
        p->dst->rc = rc;
    return rc == PH_OK;
}

static void end(printing *p)
{
    ph_rc rc = ph_table_print(p->t, p->dst);
    if (rc != PH_OK)
        p->dst->rc = rc;
    ph_table_free(p->t);
    p->t = NULL;
    (void)ph_buf_put_byte(p->dst, '\n');
}

static void put_title(const printing *p)
{
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(p->s->input.period, period);
    (void)ph_buf_printf(p->dst, "%s\n", ph_name_in(p->scheme->title, p->lang));
    (void)ph_buf_printf(p->dst,
                        TR("căn cứ: %s; phiên bản %u; số liệu kỳ %s\n\n", "by: %s; version %u; figures of %s\n\n"),
                        ph_name_in(p->scheme->basis, p->lang), p->scheme->version, period);
}

/* Which inputs, and that people decide. */
static void put_foot(const printing *p)
{
    char version[PH_DIGEST_TEXT_BYTES];

    ph_hex_print(p->s->version.bytes, PH_DIGEST_BYTES, version);
    if (p->s->last_vintage == 0)
        (void)ph_buf_put_str(p->dst, TR("sổ cái chưa có số liệu nào của kỳ này cho các tiêu chí lấy từ sổ cái\n",
                                        "the ledger has no figures of this period for the criteria bound to it\n"));
    else
        (void)ph_buf_printf(p->dst,
                            TR("số liệu: bản công bố mới nhất %llu, tính đến mục %llu của sổ cái\n",
                               "figures: newest vintage %llu, as of entry %llu of the ledger\n"),
                            (unsigned long long)p->s->last_vintage, (unsigned long long)p->s->as_of);
    (void)ph_buf_printf(p->dst, TR("phiên bản chấm điểm: %s\n", "version of this scoring: %s\n"), version);
    if (p->scheme->is_illustrative)
        (void)ph_buf_put_str(p->dst, TR("bộ tiêu chí minh họa, không dùng để xét khen thưởng\n",
                                        "illustrative criteria, not for judging awards\n"));
    (void)ph_buf_put_str(p->dst,
                         TR("Thứ hạng là đề xuất, không phải quyết định.\n", "Ranks are proposed, not decided.\n"));
}

static const char *basis_text(const printing *p, ph_score_basis basis)
{
    switch (basis) {
    case PH_SCORE_BY_NONE:
        return TR("chưa chấm", "not scored by anybody");
    case PH_SCORE_BY_NO_ACTUAL:
        return TR("chưa có số thực hiện", "no actual value");
    case PH_SCORE_BY_HELD:
        return TR("số thực hiện đang tạm giữ", "actual value held");
    case PH_SCORE_BY_NO_VALUE:
        return TR("đã báo cáo là không có giá trị", "reported as having no value");
    case PH_SCORE_BY_NO_TARGET:
        return TR("chưa giao chỉ tiêu", "no target");
    case PH_SCORE_BY_TOO_LARGE:
        return TR("số quá lớn để chấm", "too large to be scored");
    case PH_SCORE_BY_SUM:
        return "";
    case PH_SCORE_BY_SELF:
        return TR("tự chấm", "self-score");
    case PH_SCORE_BY_REVIEW1:
        return TR("thẩm định lần 1", "review 1");
    case PH_SCORE_BY_REVIEW2:
        return TR("thẩm định lần 2", "review 2");
    case PH_SCORE_BY_BELOW:
        return TR("chưa đạt chỉ tiêu", "below target");
    case PH_SCORE_BY_FLOOR:
        return TR("chưa đạt, không dưới 0", "below target, not under 0");
    case PH_SCORE_BY_MET:
        return TR("đạt", "met");
    case PH_SCORE_BY_ABOVE:
        return TR("vượt", "above target");
    case PH_SCORE_BY_LEADER:
        return TR("dẫn đầu", "leader");
    case PH_SCORE_BY_UNMEASURED_MET:
        return TR("đạt (chỉ tiêu không dương, không đo được mức vượt)",
                  "met (target not positive, excess not measurable)");
    case PH_SCORE_BY_UNMEASURED_MISSED:
        return TR("chưa đạt (chỉ tiêu không dương)", "missed (target not positive)");
    }
    return "";
}

/* ---- overview ---- */

static bool is_column(const ph_score_node *n)
{
    return n->parent == PH_NO_INDEX && n->kind != PH_SCORE_BONUS && n->kind != PH_SCORE_PENALTY;
}

static void put_head(const printing *p, bool has_gaps)
{
    ph_table_cell(p->t, TR("đơn vị", "unit"));
    for (size_t i = 0; i < p->scheme->n_nodes; i++)
        if (is_column(&p->scheme->nodes[i]))
            ph_table_cell(p->t, p->scheme->nodes[i].id);
    ph_table_cell(p->t, TR("điểm thưởng", "bonus"));
    ph_table_cell(p->t, TR("điểm trừ", "penalty"));
    ph_table_cell(p->t, TR("tổng điểm", "total"));
    ph_table_cell(p->t, TR("hạng đề xuất", "proposed rank"));
    if (has_gaps)
        ph_table_cell(p->t, TR("chưa có điểm", "not scored"));
    ph_table_row(p->t);
    ph_table_rule(p->t);
}

static void put_unit(const printing *p, size_t unit, bool has_gaps)
{
    const ph_score_total *t = &p->s->totals[unit];

    ph_table_cell(p->t, unit_name(p, unit));
    for (size_t i = 0; i < p->scheme->n_nodes; i++)
        if (is_column(&p->scheme->nodes[i]))
            cell_points(p, ph_scoring_cell(p->s, unit, i)->points,
                        ph_scoring_cell(p->s, unit, i)->is_complete ? "" : " *");
    cell_points(p, t->bonus, "");
    cell_points(p, -t->penalty, "");
    cell_points(p, t->total, t->n_unscored == 0 ? "" : " *");
    if (t->rank == 0)
        ph_table_cell(p->t, "-");
    else
        ph_table_cellf(p->t, "%u", t->rank);
    if (has_gaps)
        ph_table_cellf(p->t, "%u/%u", t->n_unscored, t->n_leaves);
    ph_table_row(p->t);
}

static bool any_gaps(const ph_scoring *s)
{
    for (size_t u = 0; u < s->set->n_units; u++)
        if (s->totals[u].n_unscored > 0)
            return true;
    return false;
}

static void put_criteria(const printing *p)
{
    char max[2 * PH_DECIMAL_TEXT_BYTES];

    for (size_t i = 0; i < p->scheme->n_nodes; i++) {
        const ph_score_node *n = &p->scheme->nodes[i];
        (void)ph_decimal_print_human(ph_decimal_trim(ph_scoring_points(p->s, n->max)),
                                     p->lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN, max);
        if (n->parent == PH_NO_INDEX)
            (void)ph_buf_printf(p->dst, TR("%s: %s (tối đa %s)\n", "%s: %s (at most %s)\n"), n->id,
                                ph_name_in(n->name, p->lang), max);
    }
}

/* "I.1: no actual value: Bắc Ninh, Hà Nam", for each reason; bonus and penalty that nobody gave are nothing. */
static void put_gaps(const printing *p, size_t node, ph_score_basis basis)
{
    const ph_score_node *n = &p->scheme->nodes[node];
    bool is_first = true;

    if (n->kind == PH_SCORE_BONUS || n->kind == PH_SCORE_PENALTY)
        return;
    for (size_t u = 0; u < p->s->set->n_units; u++) {
        if (ph_scoring_cell(p->s, u, node)->basis != basis)
            continue;
        if (is_first)
            (void)ph_buf_printf(p->dst, "%s: %s: ", n->id, basis_text(p, basis));
        (void)ph_buf_printf(p->dst, "%s%s", is_first ? "" : ", ", unit_name(p, u));
        is_first = false;
    }
    if (!is_first)
        (void)ph_buf_put_byte(p->dst, '\n');
}

void ph_scoring_print(const ph_scoring *s, ph_lang lang, ph_buf *dst)
{
    printing all = {.s = s, .scheme = &s->set->scheme, .lang = lang, .dst = dst}, *p = &all;
    bool has_gaps = any_gaps(s);
    size_t n_columns = has_gaps ? 6 : 5;

    for (size_t i = 0; i < p->scheme->n_nodes; i++)
        n_columns += is_column(&p->scheme->nodes[i]);
    put_title(p);
    if (!begin(p, n_columns, 0))
        return;
    put_head(p, has_gaps);
    for (size_t u = 0; u < s->set->n_units; u++)
        put_unit(p, u, has_gaps);
    end(p);
    put_criteria(p);
    if (has_gaps)
        (void)ph_buf_put_str(
            dst, TR("*  chưa đủ: có tiêu chí chưa có điểm (thiếu không phải là 0), nên chưa xếp hạng\n",
                    "*  not complete: a criterion has no points (missing is not zero), so it is not ranked\n"));
    for (size_t i = 0; i < p->scheme->n_nodes; i++)
        for (ph_score_basis b = PH_SCORE_BY_NONE; b < PH_SCORE_BY_SUM; b++)
            put_gaps(p, i, b);
    (void)ph_buf_put_byte(dst, '\n');
    put_foot(p);
}

/* ---- the sheet of one unit ---- */

static void put_stage(const printing *p, const ph_score_entry *e, ph_score_stage stage)
{
    if (e->has_stage[stage])
        cell_points(p, e->stage[stage], "");
    else
        ph_table_cell(p->t, "");
}

static void put_value(const printing *p, bool has, ph_decimal d)
{
    if (has)
        cell_decimal(p, d, "");
    else
        ph_table_cell(p->t, "");
}

static void put_row(const printing *p, size_t unit, size_t node)
{
    const ph_score_node *n = &p->scheme->nodes[node];
    const ph_score_entry *e = ph_scoring_entry(p->s, unit, node);
    const ph_score_cell *c = ph_scoring_cell(p->s, unit, node);

    if (n->kind == PH_SCORE_GROUP)
        ph_table_colour(p->t, PH_COLOUR_BOLD);
    ph_table_cellf(p->t, "%*s%s %s", 2 * n->level, "", n->id, ph_name_in(n->name, p->lang));
    put_value(p, e->has_target, e->target);
    put_value(p, e->has_actual, e->actual);
    cell_points(p, n->max, "");
    put_stage(p, e, PH_SCORE_SELF);
    put_stage(p, e, PH_SCORE_REVIEW1);
    ph_table_cell(p->t, e->explanation == NULL ? "" : e->explanation);
    put_stage(p, e, PH_SCORE_REVIEW2);
    if (ph_score_is_scored(c->basis))
        cell_points(p, n->kind == PH_SCORE_PENALTY ? -c->points : c->points, c->is_complete ? "" : " *");
    else
        ph_table_cell(p->t, n->kind == PH_SCORE_BONUS || n->kind == PH_SCORE_PENALTY ? "" : "-");
    bool is_silent = (n->kind == PH_SCORE_BONUS || n->kind == PH_SCORE_PENALTY) && c->basis == PH_SCORE_BY_NONE;
    ph_table_cell(p->t, is_silent ? "" : basis_text(p, c->basis));
    ph_table_row(p->t);
}

static void put_sheet_head(const printing *p)
{
    ph_table_cell(p->t, TR("Tiêu chí", "Criterion"));
    ph_table_cell(p->t, TR("Chỉ tiêu", "Target"));
    ph_table_cell(p->t, TR("Thực hiện", "Actual"));
    ph_table_cell(p->t, TR("Điểm tối đa", "Maximum"));
    ph_table_cell(p->t, TR("Điểm tự chấm", "Self-score"));
    ph_table_cell(p->t, TR("Thẩm định lần 1", "Review 1"));
    ph_table_cell(p->t, TR("Giải trình", "Explanation"));
    ph_table_cell(p->t, TR("Thẩm định lần 2", "Review 2"));
    ph_table_cell(p->t, TR("Điểm cuối", "Final"));
    ph_table_cell(p->t, TR("Căn cứ", "By"));
    ph_table_row(p->t);
    ph_table_rule(p->t);
}

void ph_scoring_print_unit(const ph_scoring *s, size_t unit, ph_lang lang, ph_buf *dst)
{
    printing all = {.s = s, .scheme = &s->set->scheme, .lang = lang, .dst = dst}, *p = &all;
    const ph_score_total *t = &s->totals[unit];
    char total[2 * PH_DECIMAL_TEXT_BYTES];

    put_title(p);
    (void)ph_buf_printf(dst, "%s\n\n", unit_name(p, unit));
    if (!begin(p, 10, 6))
        return;
    put_sheet_head(p);
    for (size_t i = 0; i < p->scheme->n_nodes; i++)
        put_row(p, unit, i);
    end(p);
    (void)ph_decimal_print_human(ph_scoring_points(s, t->total),
                                 lang == PH_LANG_VI ? PH_NOTATION_VI : PH_NOTATION_PLAIN, total);
    (void)ph_buf_printf(dst, TR("tổng điểm: %s%s", "total: %s%s"), total, t->n_unscored == 0 ? "" : " *");
    if (t->rank > 0)
        (void)ph_buf_printf(dst, TR("; hạng đề xuất %u trên %u đơn vị\n", "; proposed rank %u of %u units\n"), t->rank,
                            s->set->n_units);
    else
        (void)ph_buf_printf(dst,
                            TR("; chưa xếp hạng: %u tiêu chí chưa có điểm\n", "; not ranked: %u criteria not scored\n"),
                            t->n_unscored);
    put_foot(p);
}
