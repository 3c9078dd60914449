/* ph_score - see the header.   Layer: domain/core (pure) */
#include "ph_score.h"

const char *ph_score_kind_name(ph_score_kind k)
{
    static const char *const names[] = {
#define PH_X(name, text) text,
        PH_SCORE_KIND_MAP(PH_X)
#undef PH_X
    };
    return names[k];
}

const char *ph_score_state_name(ph_score_state s)
{
    static const char *const names[] = {
#define PH_X(name, text) text,
        PH_SCORE_STATE_MAP(PH_X)
#undef PH_X
    };
    return names[s];
}

const char *ph_score_basis_name(ph_score_basis b)
{
    static const char *const names[] = {
#define PH_X(name, text) text,
        PH_SCORE_BASIS_MAP(PH_X)
#undef PH_X
    };
    return names[b];
}

typedef struct scoring {
    const ph_score_input *in;
    const ph_score_scheme *scheme;
    ph_score_cell *cells;
} scoring;

static const ph_score_entry *entry_at(const scoring *s, size_t unit, size_t node)
{
    return &s->in->entries[unit * s->scheme->n_nodes + node];
}

static ph_score_cell *cell_at(const scoring *s, size_t unit, size_t node)
{
    return &s->cells[unit * s->scheme->n_nodes + node];
}

/* ---- what people enter ---- */

static ph_score_state state_of(const ph_score_entry *e)
{
    return e->is_final                      ? PH_SCORE_FINALIZED
           : e->has_stage[PH_SCORE_REVIEW2] ? PH_SCORE_REVIEW2_COMPLETED
           : e->explanation != NULL         ? PH_SCORE_EXPLANATION_SUBMITTED
           : e->has_stage[PH_SCORE_REVIEW1] ? PH_SCORE_REVIEW1_COMPLETED
           : e->has_stage[PH_SCORE_SELF]    ? PH_SCORE_SUBMITTED
                                            : PH_SCORE_DRAFT;
}

ph_score_basis ph_score_entered(const ph_score_entry *e, int64_t *ret_points)
{
    static const ph_score_basis bases[] = {PH_SCORE_BY_SELF, PH_SCORE_BY_REVIEW1, PH_SCORE_BY_REVIEW2};

    *ret_points = 0;
    for (int i = PH_SCORE_STAGES - 1; i >= 0; i--)
        if (e->has_stage[i]) {
            *ret_points = e->stage[i];
            return bases[i];
        }
    return PH_SCORE_BY_NONE;
}

/* ---- quantitative leaves ---- */

/* Actual and target of all units at one scale, made so that more is better: gain = what exceeds the target. */
typedef struct measured {
    ph_score_basis basis; /* why it is not measured, or BELOW when it is */
    int64_t actual, target, gain;
} measured;

static ph_score_basis gap_of(const ph_score_entry *e)
{
    if (!e->has_actual)
        return e->state == PH_CELL_HELD       ? PH_SCORE_BY_HELD
               : e->state == PH_CELL_NO_VALUE ? PH_SCORE_BY_NO_VALUE
                                              : PH_SCORE_BY_NO_ACTUAL;
    return e->has_target ? PH_SCORE_BY_BELOW : PH_SCORE_BY_NO_TARGET;
}

static uint8_t common_scale(const scoring *s, size_t node)
{
    uint8_t scale = 0;

    for (size_t u = 0; u < s->in->n_units; u++) {
        const ph_score_entry *e = entry_at(s, u, node);
        if (gap_of(e) != PH_SCORE_BY_BELOW)
            continue;
        uint8_t a = ph_decimal_trim(e->actual).scale, t = ph_decimal_trim(e->target).scale;
        scale = a > scale ? a : scale;
        scale = t > scale ? t : scale;
    }
    return scale;
}

static bool at_scale(ph_decimal d, uint8_t scale, int64_t *ret)
{
    ph_decimal same;

    if (ph_decimal_rescale(ph_decimal_trim(d), scale, &same) != PH_OK || same.mantissa > PH_SCORE_MAX_VALUE ||
        same.mantissa < -PH_SCORE_MAX_VALUE)
        return false;
    *ret = same.mantissa;
    return true;
}

static measured measure(const scoring *s, size_t unit, size_t node, uint8_t scale)
{
    const ph_score_entry *e = entry_at(s, unit, node);
    measured m = {.basis = gap_of(e)};

    if (m.basis != PH_SCORE_BY_BELOW)
        return m;
    if (!at_scale(e->actual, scale, &m.actual) || !at_scale(e->target, scale, &m.target)) {
        m.basis = PH_SCORE_BY_TOO_LARGE;
        return m;
    }
    bool is_lower = s->scheme->nodes[node].direction == PH_LOWER_IS_BETTER;
    m.gain = is_lower ? m.target - m.actual : m.actual - m.target;
    return m;
}

static bool can_lead(const measured *m)
{
    return m->basis == PH_SCORE_BY_BELOW && m->target > 0 && m->gain > 0;
}

/* Relative excess, gain/target, compared crosswise: <0, 0, >0. Both targets are positive. */
static int cmp_excess(const measured *a, const measured *b)
{
    ph_wide x = (ph_wide)a->gain * b->target, y = (ph_wide)b->gain * a->target;
    return (x > y) - (x < y);
}

/* num/den of @max, rounded to the scheme's decimals: both are integers there. */
static ph_rc share(int64_t max, ph_wide num, ph_wide den, int64_t *ret)
{
    ph_decimal points;
    ph_rc rc = ph_decimal_divide(max * num, 0, den, 0, &points);

    if (rc == PH_OK)
        *ret = points.mantissa;
    return rc;
}

/* Not reached: half of what was reached of it. T > 0, so A < T; lower is better: A > T > 0. */
static ph_rc score_below(int64_t max, bool is_lower, const measured *m, ph_score_cell *ret)
{
    int64_t part = is_lower ? m->target : m->actual, whole = is_lower ? m->actual : m->target;

    ret->basis = part > 0 ? PH_SCORE_BY_BELOW : PH_SCORE_BY_FLOOR;
    return part > 0 ? share(max, part, 2 * (ph_wide)whole, &ret->points) : PH_OK;
}

static ph_rc score_above(int64_t max, const measured *m, const measured *lead, ph_score_cell *ret)
{
    ph_wide part = (ph_wide)m->gain * lead->target, whole = (ph_wide)lead->gain * m->target;

    ret->basis = part == whole ? PH_SCORE_BY_LEADER : PH_SCORE_BY_ABOVE;
    return share(max, whole + part, 2 * whole, &ret->points); /* 1/2 + part / (2 whole) */
}

static ph_rc score_measured(const ph_score_node *node, const measured *m, const measured *lead, ph_score_cell *ret)
{
    bool is_reached = m->gain >= 0;

    if (m->basis != PH_SCORE_BY_BELOW) {
        ret->basis = m->basis;
        return PH_OK;
    }
    if (m->target > 0 && m->gain > 0)
        return score_above(node->max, m, lead, ret);
    if (m->target > 0 && !is_reached)
        return score_below(node->max, node->direction == PH_LOWER_IS_BETTER, m, ret);
    ret->basis = m->target > 0 ? PH_SCORE_BY_MET
                 : is_reached  ? PH_SCORE_BY_UNMEASURED_MET
                               : PH_SCORE_BY_UNMEASURED_MISSED;
    return is_reached ? share(node->max, 1, 2, &ret->points) : PH_OK;
}

static ph_rc score_quantitative(const scoring *s, size_t node)
{
    measured all[PH_MAX_MEMBERS], *lead = NULL;
    uint8_t scale = common_scale(s, node);
    ph_rc rc = PH_OK;

    for (size_t u = 0; u < s->in->n_units; u++) {
        all[u] = measure(s, u, node, scale);
        if (can_lead(&all[u]) && (lead == NULL || cmp_excess(&all[u], lead) > 0))
            lead = &all[u];
    }
    for (size_t u = 0; rc == PH_OK && u < s->in->n_units; u++)
        rc = score_measured(&s->scheme->nodes[node], &all[u], lead, cell_at(s, u, node));
    return rc;
}

/* ---- sums ---- */

static bool is_adjustment(const ph_score_node *node)
{
    return node->kind == PH_SCORE_BONUS || node->kind == PH_SCORE_PENALTY;
}

static void score_entered(const scoring *s, size_t node)
{
    for (size_t u = 0; u < s->in->n_units; u++) {
        ph_score_cell *c = cell_at(s, u, node);
        c->basis = ph_score_entered(entry_at(s, u, node), &c->points);
    }
}

/* From the last node up: a group's children all stand behind it. */
static void sum_groups(const scoring *s, size_t unit)
{
    for (size_t i = 0; i < s->scheme->n_nodes; i++) {
        ph_score_cell *c = cell_at(s, unit, i);
        bool is_group = s->scheme->nodes[i].kind == PH_SCORE_GROUP;
        c->basis = is_group ? PH_SCORE_BY_SUM : c->basis;
        c->is_complete = is_group || ph_score_is_scored(c->basis);
    }
    for (size_t i = s->scheme->n_nodes; i-- > 0;) {
        const ph_score_cell *c = cell_at(s, unit, i);
        if (s->scheme->nodes[i].parent == PH_NO_INDEX)
            continue;
        ph_score_cell *parent = cell_at(s, unit, s->scheme->nodes[i].parent);
        parent->points += c->points;
        parent->is_complete = parent->is_complete && c->is_complete;
    }
}

static ph_score_total total_of(const scoring *s, size_t unit)
{
    ph_score_total t = {0};

    for (size_t i = 0; i < s->scheme->n_nodes; i++) {
        const ph_score_node *node = &s->scheme->nodes[i];
        const ph_score_cell *c = cell_at(s, unit, i);
        if (node->kind == PH_SCORE_BONUS)
            t.bonus += c->points;
        else if (node->kind == PH_SCORE_PENALTY)
            t.penalty += c->points;
        else if (node->parent == PH_NO_INDEX)
            t.criteria += c->points;
        bool is_leaf = node->kind != PH_SCORE_GROUP && !is_adjustment(node);
        if (is_leaf)
            t.n_leaves++;
        if (is_leaf && !ph_score_is_scored(c->basis))
            t.n_unscored++;
    }
    t.total = t.criteria + t.bonus - t.penalty;
    return t;
}

/* 1 + how many complete units stand above; a unit with an unscored leaf has no comparable total. */
static void rank(size_t n, ph_score_total *totals)
{
    for (size_t u = 0; u < n; u++) {
        unsigned above = 0;
        for (size_t k = 0; k < n; k++)
            above += totals[k].n_unscored == 0 && totals[k].total > totals[u].total;
        totals[u].rank = totals[u].n_unscored == 0 ? (uint8_t)(1 + above) : 0;
    }
}

static bool is_in_bounds(const ph_score_input *in)
{
    const ph_score_scheme *s = in->scheme;

    if (in->n_units > PH_MAX_MEMBERS || s->n_nodes > PH_SCORE_MAX_NODES || s->decimals > PH_SCORE_MAX_DECIMALS)
        return false;
    for (size_t i = 0; i < s->n_nodes; i++)
        if (s->nodes[i].max < 0 || s->nodes[i].max > PH_SCORE_MAX_POINTS ||
            (s->nodes[i].parent != PH_NO_INDEX &&
             (s->nodes[i].parent >= i || s->nodes[s->nodes[i].parent].kind != PH_SCORE_GROUP)))
            return false;
    return true;
}

ph_rc ph_score_compute(const ph_score_input *in, ph_score_cell *ret_cells, ph_score_total *ret_totals)
{
    scoring s = {.in = in, .scheme = in->scheme, .cells = ret_cells};
    ph_rc rc = is_in_bounds(in) ? PH_OK : PH_BUG;

    for (size_t i = 0; rc == PH_OK && i < (size_t)in->n_units * in->scheme->n_nodes; i++)
        ret_cells[i] = (ph_score_cell){.state = state_of(&in->entries[i])};
    for (size_t i = 0; rc == PH_OK && i < in->scheme->n_nodes; i++) {
        if (in->scheme->nodes[i].kind == PH_SCORE_QUANTITATIVE)
            rc = score_quantitative(&s, i);
        else if (in->scheme->nodes[i].kind != PH_SCORE_GROUP)
            score_entered(&s, i);
    }
    for (size_t u = 0; rc == PH_OK && u < in->n_units; u++) {
        sum_groups(&s, u);
        ret_totals[u] = total_of(&s, u);
    }
    if (rc == PH_OK)
        rank(in->n_units, ret_totals);
    return rc;
}
