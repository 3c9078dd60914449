/* ph_plan_rules - the registry's rules, compiled for the columns of one form and period.   Layer: domain/core (pure) */
#include <stdlib.h>

#include "ph_plan_columns.h"

static bool is_valid(const ph_plan *p, const ph_rule_def *def)
{
    ph_date from, to;

    ph_period_range(p->duty->period, &from, &to);
    return def->valid_from <= from && from < def->valid_to;
}

static uint16_t column_of(const ph_plan *p, uint16_t indicator)
{
    return ph_plan_column(p, ph_span_str(ph_registry_indicator(p->reg, indicator)->code));
}

/* Inputs that are not on this form: a rule that can do without some keeps going while there is any. */
static bool has_inputs(const ph_plan *p, const ph_rule_def *def)
{
    unsigned n = 0;

    for (unsigned i = 0; i < def->n_inputs; i++)
        n += column_of(p, def->inputs[i]) != PH_NO_INDEX;
    return n == def->n_inputs || (n > 0 && def->missing == PH_MISSING_SKIP_ALL);
}

/* The loader lets no more digits through than PH_RULE_SCALE, nor more than the kind's limits. */
static ph_rc compile_params(ph_check *k, const ph_rule_def *def, const ph_kind_spec *spec)
{
    for (unsigned i = 0; i < def->n_params; i++) {
        int place = ph_kind_param(spec, ph_span_str(def->params[i].key));
        ph_decimal d;
        if (place < 0 || ph_decimal_rescale(def->params[i].value, PH_RULE_SCALE, &d) != PH_OK)
            return PH_BUG;
        k->has |= (uint8_t)(1U << place);
        k->params[place] = d.mantissa;
    }
    return PH_OK;
}

static bool is_of_references(const ph_kind_spec *spec)
{
    return spec->need == PH_NEEDS_PUBLISHED || spec->need == PH_NEEDS_PLAN;
}

static uint8_t needs_of(const ph_rule_def *def)
{
    unsigned needs = def->against != PH_AGAINST_NOTHING ? PH_CHECK_EARLIER : 0;

    if (is_of_references(ph_kind_of(def->kind)))
        needs |= PH_CHECK_REFERENCES;
    if (def->missing != PH_MISSING_NEVER && def->kind == PH_RULE_KIND_SIGN_WORD)
        needs |= PH_CHECK_NOTES;
    if (def->missing != PH_MISSING_NEVER &&
        (def->kind == PH_RULE_KIND_DECIMAL_SLIP || def->kind == PH_RULE_KIND_INDEX_FORM))
        needs |= PH_CHECK_UNUSUAL;
    return (uint8_t)needs;
}

static void find_references(const ph_plan *p, const ph_kind_spec *spec, ph_check *k)
{
    uint16_t indicator = p->form->items[k->column].indicator;
    ph_period period = p->duty->period, year = {.freq = PH_FREQ_A, .year = period.year, .index = 1};

    if (spec->need == PH_NEEDS_PLAN) {
        k->of_period = ph_registry_references_of(p->reg, indicator, period, PH_REFERENCE_PLAN);
        k->of_year = ph_registry_references_of(p->reg, indicator, year, PH_REFERENCE_PLAN);
    } else if (is_of_references(spec)) {
        k->of_period = ph_registry_references_of(p->reg, indicator, period, PH_REFERENCE_PUBLISHED);
    }
}

static ph_rc compile(const ph_plan *p, uint16_t rule, uint16_t column, uint16_t expr, ph_check *ret)
{
    const ph_rule_def *def = ph_registry_rule(p->reg, rule);
    const ph_kind_spec *spec = ph_kind_of(def->kind);

    *ret = (ph_check){.rule = rule,
                      .column = column,
                      .kind = (uint8_t)def->kind,
                      .action = def->action,
                      .missing = (uint8_t)def->missing,
                      .against = (uint8_t)def->against,
                      .n_inputs = def->n_inputs,
                      .expr = expr,
                      .known_since = def->known_since,
                      .takes_part = spec->takes_part,
                      .needs = needs_of(def)};
    for (unsigned i = 0; i < def->n_inputs; i++)
        ret->inputs[i] = column_of(p, def->inputs[i]);
    if (spec->judges ==
        PH_JUDGES_RATIOS) { /* the loader lets no other indicators through, and no form without both numbers */
        const ph_indicator *rate = ph_registry_indicator(p->reg, p->form->items[column].indicator);
        ret->ratio[0] = column_of(p, rate->numerator);
        ret->ratio[1] = column_of(p, rate->denominator);
    }
    find_references(p, spec, ret);
    return compile_params(ret, def, spec);
}

/* A check asks for earlier values of its target and its inputs, never of other columns. */
static ph_rc add(ph_plan *p, uint16_t rule, uint16_t column, uint16_t expr, ph_check *ret)
{
    ph_rc rc = compile(p, rule, column, expr, ret);
    ph_column_set *asked = &p->looks_back[ret->against];

    ph_columns_add(asked, column);
    for (unsigned i = 0; i < ret->n_inputs; i++)
        if (ret->inputs[i] != PH_NO_INDEX)
            ph_columns_add(asked, ret->inputs[i]);
    return rc;
}

/* Does anybody say anything of this indicator and period, of whatever unit? Where nobody does, nothing is looked for;
 * a rule that may never be skipped says so each time. */
static bool has_reference(const ph_plan *p, const ph_rule_def *def, uint16_t indicator)
{
    const ph_kind_spec *spec = ph_kind_of(def->kind);
    ph_reference_kind kind = spec->need == PH_NEEDS_PLAN ? PH_REFERENCE_PLAN : PH_REFERENCE_PUBLISHED;
    ph_period now = p->duty->period;

    if (!is_of_references(spec) || def->missing == PH_MISSING_NEVER)
        return true;
    for (size_t i = 0; i < ph_registry_n_references(p->reg); i++) {
        const ph_reference *r = ph_registry_reference(p->reg, i);
        if (r->indicator == indicator && r->kind == kind && r->period.year == now.year &&
            (r->period.freq == PH_FREQ_A || ph_period_eq(r->period, now)))
            return true;
    }
    return false;
}

static bool is_judged(const ph_plan *p, const ph_rule_def *def, uint16_t target)
{
    return column_of(p, def->targets[target]) != PH_NO_INDEX && has_reference(p, def, def->targets[target]);
}

/* How many checks one rule makes here; across: those on a whole cluster, else those on a submission. */
static size_t count(const ph_plan *p, const ph_rule_def *def, bool across)
{
    size_t n = 0;

    if (ph_kind_of(def->kind)->is_across != across || !is_valid(p, def) || !has_inputs(p, def))
        return 0;
    for (uint16_t i = 0; i < def->n_targets; i++)
        n += is_judged(p, def, i);
    return n;
}

static ph_rc compile_rule(ph_plan *p, uint16_t rule, bool across, uint16_t *n_exprs, size_t *at)
{
    const ph_rule_def *def = ph_registry_rule(p->reg, rule);
    char why[PH_LUA_WHY_BYTES];
    ph_rc rc = PH_OK;

    if (count(p, def, across) == 0)
        return PH_OK;
    if (def->kind == PH_RULE_KIND_EXPR)
        rc = ph_rule_lua_add(p->lua, def->expr, why) == PH_OK ? PH_OK : PH_BUG;
    for (uint16_t i = 0; rc == PH_OK && i < def->n_targets; i++)
        if (is_judged(p, def, i))
            rc = add(p, rule, column_of(p, def->targets[i]), *n_exprs, &p->checks[(*at)++]);
    *n_exprs = (uint16_t)(*n_exprs + (def->kind == PH_RULE_KIND_EXPR));
    return rc;
}

static void measure(ph_plan *p, size_t *ret_n_exprs)
{
    for (size_t i = 0; i < ph_registry_n_rules(p->reg); i++) {
        const ph_rule_def *def = ph_registry_rule(p->reg, i);
        size_t n = count(p, def, false);
        p->n_checks += n;
        p->n_across += count(p, def, true);
        *ret_n_exprs += n > 0 && def->kind == PH_RULE_KIND_EXPR;
    }
}

static void link_needs(ph_plan *p)
{
    for (size_t i = p->n_checks; i-- > 0;)
        p->checks[i].skip_to = i + 1 < p->n_checks && p->checks[i + 1].needs == p->checks[i].needs
                                   ? p->checks[i + 1].skip_to
                                   : (uint16_t)(i + 1);
}

ph_rc ph_plan_compile_rules(ph_plan *p)
{
    size_t n_exprs = 0, at = 0;
    uint16_t placed = 0;
    ph_rc rc = PH_OK;

    measure(p, &n_exprs);
    if (p->n_checks + p->n_across == 0)
        return PH_OK;
    p->checks = calloc(p->n_checks + p->n_across, sizeof *p->checks);
    if (p->checks == NULL)
        return PH_NOMEM;
    if (n_exprs > 0)
        rc = ph_rule_lua_new(n_exprs, &p->lua);
    for (unsigned across = 0; across < 2; across++)
        for (size_t i = 0; rc == PH_OK && i < ph_registry_n_rules(p->reg); i++)
            rc = compile_rule(p, (uint16_t)i, across == 1, &placed, &at);
    link_needs(p);
    return rc == PH_OK && p->lua != NULL ? ph_rule_lua_ready(p->lua) : rc;
}

bool ph_plan_needs(const ph_plan *p, ph_against against)
{
    uint64_t any = 0;

    for (size_t i = 0; i < sizeof p->looks_back[0].words / sizeof p->looks_back[0].words[0]; i++)
        any |= p->looks_back[against].words[i];
    return any != 0;
}

bool ph_plan_looks_back(const ph_plan *p, ph_against against, uint16_t column)
{
    return ph_columns_have(&p->looks_back[against], column);
}

/* Shorter than a year: the number of periods in one. */
static uint8_t in_a_year(ph_freq freq)
{
    switch (freq) {
    case PH_FREQ_A:
        return 1;
    case PH_FREQ_S:
        return 2;
    case PH_FREQ_Q:
        return 4;
    case PH_FREQ_M:
        return 12;
    }
    return 1;
}

bool ph_period_earlier(ph_period p, ph_against against, ph_period *ret)
{
    bool crosses = against == PH_AGAINST_YEAR_AGO || p.index == 1;

    if (against == PH_AGAINST_NOTHING || (crosses && p.year <= 1))
        return false;
    if (against == PH_AGAINST_PREVIOUS)
        p.index = p.index == 1 ? in_a_year(p.freq) : (uint8_t)(p.index - 1);
    p.year = crosses ? (uint16_t)(p.year - 1) : p.year;
    *ret = p;
    return true;
}
