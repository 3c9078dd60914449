/* ph_rule_earlier - kinds that look at the unit's earlier data, at a plan or at a published figure.   Layer:
 * domain/core (pure) */
#include "ph_rule_run.h"

static const ph_wide one = 1000000, hundred = 100;

static ph_rule_said no_earlier(const ph_rule_ctx *x, ph_rule_out *out)
{
    out->why = x->check->against == PH_AGAINST_PREVIOUS ? "previous" : "year_ago";
    return PH_RULE_NO_EVIDENCE;
}

static bool earlier(const ph_rule_ctx *x, uint16_t column, ph_wide *ret)
{
    return ph_rule_earlier(x, (ph_against)x->check->against, column, ret);
}

/* The limit of a change in percent, as a value: before * (100 + percent) / 100. */
static ph_wide moved(ph_rule_ctx *x, ph_wide before, int64_t percent)
{
    return ph_rule_times(x, before, hundred * one + percent); /* at 100 * one times the scale */
}

static bool leaves_points(const ph_rule_ctx *x, ph_wide change, ph_wide before, ph_rule_out *out)
{
    const ph_check *k = x->check;

    if (ph_rule_has(k, PH_P_MIN_POINTS) && change < k->params[PH_P_MIN_POINTS])
        out->bound = before + k->params[PH_P_MIN_POINTS];
    else if (ph_rule_has(k, PH_P_MAX_POINTS) && change > k->params[PH_P_MAX_POINTS])
        out->bound = before + k->params[PH_P_MAX_POINTS];
    else
        return false;
    out->has_bound = true;
    return true;
}

static bool leaves_percent(ph_rule_ctx *x, ph_wide value, ph_wide before, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide mine = ph_rule_times(x, value, hundred * one), limit = 0;

    if (ph_rule_has(k, PH_P_MIN_PERCENT) && mine < moved(x, before, k->params[PH_P_MIN_PERCENT]))
        limit = moved(x, before, k->params[PH_P_MIN_PERCENT]);
    else if (ph_rule_has(k, PH_P_MAX_PERCENT) && mine > moved(x, before, k->params[PH_P_MAX_PERCENT]))
        limit = moved(x, before, k->params[PH_P_MAX_PERCENT]);
    else
        return false;
    out->has_bound = ph_rule_quotient(limit, hundred * one * one, x->plan->columns[k->column].decimals, &out->bound);
    return true;
}

/* Percent of nothing or of a negative says nothing. */
ph_rule_said ph_rule_change(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    bool by_percent = ph_rule_has(k, PH_P_MIN_PERCENT) || ph_rule_has(k, PH_P_MAX_PERCENT);
    ph_wide before;

    if (!earlier(x, k->column, &before) || (by_percent && before <= 0))
        return no_earlier(x, out);
    out->has_hint = true;
    out->hint = before;
    return leaves_points(x, value - before, before, out) || (by_percent && leaves_percent(x, value, before, out))
               ? PH_RULE_BREACHED
               : PH_RULE_PASSES;
}

/* level / level a year ago against the growth that is said. */
ph_rule_said ph_rule_level_growth(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide level = 0, before;

    (void)ph_rule_value(x, k->inputs[0], &level);
    if (!earlier(x, k->inputs[0], &before) || before <= 0)
        return no_earlier(x, out);
    ph_wide off = ph_rule_times(x, level - before, hundred * one) - ph_rule_times(x, value, before);
    ph_wide room = ph_rule_times(x, before, k->params[PH_P_TOLERANCE]);
    if (off <= room && off >= -room)
        return PH_RULE_PASSES;
    out->has_hint =
        ph_rule_quotient(hundred * (level - before), before, x->plan->columns[k->column].decimals, &out->hint);
    out->has_bound = out->has_hint;
    out->bound = out->hint;
    return PH_RULE_BREACHED;
}

/* Is a about b, within a factor of slack either way? Both at one scale. */
static bool is_near(ph_rule_ctx *x, ph_wide a, ph_wide b, int64_t slack)
{
    return ph_rule_times(x, a, one) <= ph_rule_times(x, b, slack) &&
           ph_rule_times(x, b, one) <= ph_rule_times(x, a, slack);
}

/* Most values are of the size that they were: four products say so, for the slip either way needs more than these. */
static bool is_same_size(ph_rule_ctx *x, ph_wide value, ph_wide before, int64_t factor, int64_t slack)
{
    return ph_rule_times(x, value, factor) > ph_rule_times(x, before, slack) &&
           ph_rule_times(x, before, factor) > ph_rule_times(x, value, slack);
}

/* About a thousand times, or a thousandth, of what it was: another unit. */
ph_rule_said ph_rule_unit_slip(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    int64_t factor = ph_rule_param_or(k, PH_P_FACTOR, 1000 * (int64_t)one);
    int64_t slack = ph_rule_param_or(k, PH_P_SLACK, 3 * (int64_t)one);
    uint8_t decimals = x->plan->columns[k->column].decimals;
    ph_wide before;

    if (!earlier(x, k->column, &before) || before <= 0)
        return no_earlier(x, out);
    if (value <= 0 || is_same_size(x, value, before, factor, slack))
        return PH_RULE_PASSES;
    bool is_small = is_near(x, ph_rule_times(x, value, factor), ph_rule_times(x, before, one), slack);
    bool is_large = is_near(x, ph_rule_times(x, value, one), ph_rule_times(x, before, factor), slack);
    if (!is_small && !is_large)
        return PH_RULE_PASSES;
    out->has_bound = true;
    out->bound = before;
    out->has_hint = is_small ? ph_rule_quotient(ph_rule_times(x, value, factor), one * one, decimals, &out->hint)
                             : ph_rule_quotient(value, factor, decimals, &out->hint);
    return PH_RULE_BREACHED;
}

ph_rule_said ph_rule_monotone(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    ph_wide before;

    if (!earlier(x, x->check->column, &before))
        return no_earlier(x, out);
    out->has_bound = true;
    out->bound = before;
    return value < before ? PH_RULE_BREACHED : PH_RULE_PASSES;
}

ph_rule_said ph_rule_equals_plan(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    out->why = "plan";
    if (!ph_rule_reference(x, &out->bound))
        return PH_RULE_NO_EVIDENCE;
    out->has_bound = true;
    return value == out->bound ? PH_RULE_BREACHED : PH_RULE_PASSES;
}

ph_rule_said ph_rule_reference_differs(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    ph_wide tolerance = x->check->params[PH_P_TOLERANCE];

    out->why = "published";
    if (!ph_rule_reference(x, &out->bound))
        return PH_RULE_NO_EVIDENCE;
    out->has_bound = true;
    return value - out->bound > tolerance || out->bound - value > tolerance ? PH_RULE_BREACHED : PH_RULE_PASSES;
}

/* ---- expressions ---- */

/* An input that is not on this form is known, and not there. */
static bool find_column(const ph_rule_ctx *x, ph_span code, uint16_t *ret)
{
    const ph_check *k = x->check;

    if (ph_span_is(code, x->plan->columns[k->column].code)) {
        *ret = k->column;
        return true;
    }
    const ph_rule_def *def = ph_registry_rule(x->plan->reg, k->rule);
    for (unsigned i = 0; i < k->n_inputs; i++)
        if (ph_span_is(code, ph_registry_indicator(x->plan->reg, def->inputs[i])->code)) {
            *ret = k->inputs[i];
            return true;
        }
    return false;
}

static bool answer_value(void *arg, ph_span code, ph_against when, bool *ret_is_there, ph_decimal *ret)
{
    const ph_rule_ctx *x = arg;
    uint16_t column;
    ph_wide v;

    if (!find_column(x, code, &column) || (when != PH_AGAINST_NOTHING && when != (ph_against)x->check->against))
        return false;
    *ret_is_there = when == PH_AGAINST_NOTHING ? ph_rule_value(x, column, &v) : ph_rule_earlier(x, when, column, &v);
    if (*ret_is_there)
        *ret = (ph_decimal){.mantissa = (int64_t)(v / x->plan->columns[column].lift),
                            .scale = x->plan->columns[column].decimals};
    return true;
}

ph_rule_said ph_rule_expr(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    ph_lua_question question = {.value = answer_value, .arg = x};
    ph_lua_answer a = ph_rule_lua_run(x->plan->lua, x->check->expr, &question);

    (void)value;
    out->why = ph_lua_said_name(a.said);
    if (a.said == PH_LUA_GOOD)
        return PH_RULE_PASSES;
    if (a.said == PH_LUA_UNKNOWN)
        return PH_RULE_NO_EVIDENCE;
    if (a.said != PH_LUA_BAD) {
        memcpy(x->lua, a.why, sizeof x->lua);
        return PH_RULE_FAILED;
    }
    out->has_hint = a.has_hint;
    if (a.has_hint)
        out->hint = (ph_wide)a.hint.mantissa * ph_pow10((unsigned)(PH_RULE_SCALE - a.hint.scale));
    return PH_RULE_BREACHED;
}
