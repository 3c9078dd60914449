/* ph_restate - published figures added up to the units of today.   Layer: domain/core (pure) */
#include "ph_restate.h"

#include <string.h>

const char *ph_restate_refusal_name(ph_restate_refusal r)
{
    switch (r) {
#define PH_X(name, text)    \
    case PH_RESTATE_##name: \
        return text;
        PH_RESTATE_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

const char *ph_restate_way_name(ph_restate_way w)
{
    switch (w) {
#define PH_X(name, text)        \
    case PH_RESTATE_WAY_##name: \
        return text;
        PH_RESTATE_WAY_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

/* ---- units ---- */

typedef struct span_of_time {
    const ph_registry *reg;
    ph_date from, now;
} span_of_time;

static bool counts(const span_of_time *t, const ph_unit_link *link)
{
    return link->date > t->from && link->date <= t->now && link->known_since <= t->now;
}

/* The links of one unit: how many there are, whether it went over whole, and to whom (the first). */
typedef struct passage {
    size_t n;
    bool is_split;
    uint16_t successor;
} passage;

static passage passage_of(const span_of_time *t, uint16_t unit)
{
    passage p = {.successor = PH_NO_INDEX};

    for (size_t i = 0; i < ph_registry_n_links(t->reg); i++) {
        const ph_unit_link *link = ph_registry_link(t->reg, i);
        if (link->predecessor != unit || !counts(t, link))
            continue;
        p.is_split = p.is_split || link->kind == PH_LINK_SPLIT || p.n > 0 ||
                     ph_decimal_cmp(link->share, (ph_decimal){.mantissa = 1}) < 0;
        p.successor = p.n == 0 ? link->successor : p.successor;
        p.n++;
    }
    return p;
}

/* Where a unit's territory is at the end of the span; is_split when it went over in parts on the way. As many steps as
 * there are links, so that a ring ends too. */
static uint16_t end_of(const span_of_time *t, uint16_t unit, bool *ret_is_split)
{
    *ret_is_split = false;
    for (size_t step = 0; step <= ph_registry_n_links(t->reg); step++) {
        passage p = passage_of(t, unit);
        if (p.n == 0)
            break;
        *ret_is_split = *ret_is_split || p.is_split;
        unit = p.successor;
    }
    return unit;
}

static ph_restate_unit *unit_at(ph_restate_units *u, uint16_t unit)
{
    for (size_t i = 0; i < u->n; i++)
        if (u->list[i].unit == unit)
            return &u->list[i];
    if (u->n == PH_MAX_MEMBERS)
        return NULL;
    u->list[u->n] = (ph_restate_unit){.unit = unit};
    return &u->list[u->n++];
}

static void add_absent(ph_restate_unit *u, ph_restate_refusal why, uint16_t unit)
{
    u->refusal = why;
    if (u->n_absent < PH_MAX_MEMBERS)
        u->absent[u->n_absent++] = unit;
}

static bool is_part(const ph_restate_units *u, uint16_t unit)
{
    for (size_t i = 0; i < u->n; i++)
        for (size_t k = 0; k < u->list[i].n_parts; k++)
            if (u->list[i].parts[k] == unit)
                return true;
    return false;
}

static void take_member(const span_of_time *t, uint16_t member, ph_restate_units *ret)
{
    bool is_split;
    ph_restate_unit *u = unit_at(ret, end_of(t, member, &is_split));

    if (u == NULL)
        return;
    u->parts[u->n_parts++] = member;
    if (is_split)
        add_absent(u, PH_RESTATE_SPLIT, member);
}

/* Units of the period that are no members, but whose territory, or some of it, is in a unit of the view. One that came
 * to be within the span is a station on the way, not a part. */
static void find_outsiders(const span_of_time *t, ph_restate_units *ret)
{
    for (size_t i = 0; i < ph_registry_n_links(t->reg); i++) {
        const ph_unit_link *link = ph_registry_link(t->reg, i);
        bool is_split;
        uint16_t end = end_of(t, link->successor, &is_split);
        if (!counts(t, link) || ph_registry_unit(t->reg, link->predecessor)->valid_from > t->from ||
            is_part(ret, link->predecessor))
            continue;
        for (size_t k = 0; k < ret->n; k++)
            if (ret->list[k].unit == end && ret->list[k].refusal != PH_RESTATE_SPLIT)
                add_absent(&ret->list[k], PH_RESTATE_NOT_WHOLE, link->predecessor);
    }
}

void ph_restate_find(const ph_registry *reg, const ph_span *members, size_t n_members, ph_period period, ph_date now,
                     ph_restate_units *ret)
{
    span_of_time t = {.reg = reg, .now = now};
    ph_date unused;

    ph_period_range(period, &t.from, &unused);
    memset(ret, 0, sizeof *ret);
    for (size_t i = 0; i < n_members; i++) {
        uint16_t unit = ph_registry_find_unit(reg, members[i]);
        if (unit == PH_NO_INDEX)
            ret->n_unknown++;
        else
            take_member(&t, unit, ret);
    }
    find_outsiders(&t, ret);
}

/* ---- values ---- */

static const ph_figure_member *member_of(const ph_restate_sheet *s, const ph_restate_figure *f, uint16_t unit)
{
    ph_span id = ph_span_str(ph_registry_unit(s->reg, unit)->id);

    for (uint8_t i = 0; i < f->issue->n_members; i++)
        if (ph_span_eq(f->issue->members[i], id))
            return &f->figure->members[i];
    return NULL;
}

static const ph_restate_figure *figure_of(const ph_restate_figure *list, size_t n, ph_span indicator)
{
    for (size_t i = 0; i < n; i++)
        if (ph_span_eq(list[i].figure->indicator, indicator))
            return &list[i];
    return NULL;
}

/* Sum of the parts' values at six decimals, which is exact. */
typedef struct total {
    bool is_there;
    ph_wide sum;
    uint16_t missing; /* the part without a value */
} total;

static total add_up(const ph_restate_sheet *s, const ph_restate_unit *unit, const ph_restate_figure *f)
{
    total t = {.is_there = true, .missing = PH_NO_INDEX};

    for (size_t i = 0; i < unit->n_parts; i++) {
        const ph_figure_member *m = member_of(s, f, unit->parts[i]);
        if (m == NULL || m->state != PH_CELL_GIVEN)
            return (total){.missing = unit->parts[i]};
        t.sum += (ph_wide)m->value.mantissa * ph_pow10(PH_DECIMAL_MAX_SCALE - (unsigned)m->value.scale);
    }
    return t;
}

static ph_restate_cell refuse(ph_restate_refusal why, uint16_t unit, uint16_t needs)
{
    return (ph_restate_cell){.refusal = why, .unit = unit, .needs = needs};
}

static ph_restate_cell make(ph_restate_way way, ph_wide num, uint8_t num_scale, ph_wide den, uint8_t decimals)
{
    ph_restate_cell c = {.way = way, .unit = PH_NO_INDEX, .needs = PH_NO_INDEX};
    ph_wide sign = den < 0 ? -1 : 1;

    if (den == 0 || ph_decimal_divide(sign * num, num_scale, sign * den, decimals, &c.value) != PH_OK)
        c.refusal = PH_RESTATE_OUTGROWN;
    return c;
}

static bool has_method(const ph_indicator *ind, ph_method method)
{
    for (size_t i = 0; i < ind->n_methods; i++)
        if (ind->methods[i] == method)
            return true;
    return false;
}

/* Two totals of published figures; the one that fails says why. */
static bool add_both(const ph_restate_sheet *s, const ph_restate_unit *unit, const ph_restate_figure *const f[2],
                     const uint16_t indicators[2], ph_restate_refusal why, total ret[2], ph_restate_cell *ret_refused)
{
    for (int i = 0; i < 2; i++) {
        if (f[i] == NULL) {
            *ret_refused = refuse(why, PH_NO_INDEX, indicators[i]);
            return false;
        }
        ret[i] = add_up(s, unit, f[i]);
        if (!ret[i].is_there) {
            *ret_refused =
                refuse(why == PH_RESTATE_GROWTH ? why : PH_RESTATE_PART_MISSING, ret[i].missing, indicators[i]);
            return false;
        }
    }
    return true;
}

static ph_span code_of(const ph_restate_sheet *s, uint16_t indicator)
{
    return ph_span_str(ph_registry_indicator(s->reg, indicator)->code);
}

static ph_restate_cell ratio_of(const ph_restate_sheet *s, const ph_restate_unit *unit, const ph_indicator *ind,
                                uint8_t decimals)
{
    const uint16_t indicators[2] = {ind->numerator, ind->denominator};
    const ph_restate_figure *const f[2] = {figure_of(s->then, s->n_then, code_of(s, ind->numerator)),
                                           figure_of(s->then, s->n_then, code_of(s, ind->denominator))};
    ph_restate_cell refused;
    total t[2];

    if (!add_both(s, unit, f, indicators, PH_RESTATE_RATIO_PARTS, t, &refused))
        return refused;
    return make(PH_RESTATE_WAY_RATIO, t[0].sum * ind->times, 0, t[1].sum, decimals);
}

/* The level that the registry says a growth is the growth of, or PH_NO_INDEX. */
static uint16_t level_of(const ph_registry *reg, uint16_t growth)
{
    for (size_t i = 0; i < ph_registry_n_rules(reg); i++) {
        const ph_rule_def *rule = ph_registry_rule(reg, i);
        if (rule->kind != PH_RULE_KIND_LEVEL_GROWTH || rule->n_inputs == 0)
            continue;
        for (size_t k = 0; k < rule->n_targets; k++)
            if (rule->targets[k] == growth)
                return rule->inputs[0];
    }
    return PH_NO_INDEX;
}

/* (now - before) * 100 / before, of the summed levels. */
static ph_restate_cell growth_of(const ph_restate_sheet *s, const ph_restate_unit *unit, uint16_t level,
                                 uint8_t decimals)
{
    const uint16_t indicators[2] = {level, level};
    ph_restate_cell refused;
    total t[2];

    if (level == PH_NO_INDEX)
        return refuse(PH_RESTATE_GROWTH, PH_NO_INDEX, PH_NO_INDEX);
    const ph_restate_figure *const f[2] = {figure_of(s->then, s->n_then, code_of(s, level)),
                                           figure_of(s->before, s->n_before, code_of(s, level))};
    if (!add_both(s, unit, f, indicators, PH_RESTATE_GROWTH, t, &refused))
        return refused;
    if (ph_indicator_break(ph_registry_indicator(s->reg, level), f[1]->issue->period, f[0]->issue->period) != NULL)
        return refuse(PH_RESTATE_BREAK, PH_NO_INDEX, level);
    return make(PH_RESTATE_WAY_LEVELS, (t[0].sum - t[1].sum) * 100, 0, t[1].sum, decimals);
}

static ph_restate_cell as_it_was(const ph_restate_sheet *s, const ph_restate_unit *unit, const ph_restate_figure *f)
{
    total t = add_up(s, unit, f);

    if (!t.is_there)
        return refuse(PH_RESTATE_PART_MISSING, t.missing, PH_NO_INDEX);
    return make(unit->n_parts == 1 ? PH_RESTATE_WAY_AS_IT_WAS : PH_RESTATE_WAY_SUM, t.sum, PH_DECIMAL_MAX_SCALE, 1,
                f->figure->decimals);
}

ph_restate_cell ph_restate_value(const ph_restate_sheet *s, const ph_restate_unit *unit, const ph_figure *figure)
{
    const ph_restate_figure *f = figure_of(s->then, s->n_then, figure->indicator);
    uint16_t place = ph_registry_find_indicator(s->reg, figure->indicator);

    if (unit->refusal != PH_RESTATE_NONE)
        return refuse(unit->refusal, unit->n_absent > 0 ? unit->absent[0] : PH_NO_INDEX, PH_NO_INDEX);
    if (f == NULL || place == PH_NO_INDEX)
        return refuse(PH_RESTATE_NOT_ADDITIVE, PH_NO_INDEX, PH_NO_INDEX);
    const ph_indicator *ind = ph_registry_indicator(s->reg, place);
    if (unit->n_parts == 1 || has_method(ind, PH_METHOD_SUM))
        return as_it_was(s, unit, f);
    if (has_method(ind, PH_METHOD_RATIO))
        return ratio_of(s, unit, ind, figure->decimals);
    uint16_t level = level_of(s->reg, place);
    if (level != PH_NO_INDEX || (ind->comparison != NULL && strcmp(ind->comparison, "none") != 0))
        return growth_of(s, unit, level, figure->decimals);
    return refuse(PH_RESTATE_NOT_ADDITIVE, PH_NO_INDEX, PH_NO_INDEX);
}
