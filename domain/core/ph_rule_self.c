/* ph_rule_self - kinds that need nothing but the submission itself.   Layer: domain/core (pure) */
#include "ph_rule_run.h"

static const ph_wide one = 1000000; /* 1 at PH_RULE_SCALE */

/* The value of another indicator, copied into the wrong row. Zero is everybody's. */
static ph_rule_said equals_value(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide other;

    for (unsigned i = 0; value != 0 && i < k->n_inputs; i++)
        if (k->inputs[i] != k->column && ph_rule_value(x, k->inputs[i], &other) && other == value) {
            out->other = k->inputs[i];
            return PH_RULE_BREACHED;
        }
    return PH_RULE_PASSES;
}

/* Printed with one decimal or with as many as the column has. What is farther off than the coarser rounding is not
 * divided. */
static bool is_growth(ph_rule_ctx *x, ph_wide value, ph_wide level, ph_wide before, ph_wide *ret)
{
    uint8_t decimals = x->plan->columns[x->check->column].decimals;
    ph_wide coarse = 0, change = 100 * (level - before);
    ph_wide off = ph_rule_times(x, change, one) - ph_rule_times(x, value, before);
    ph_wide room = ph_rule_times(x, before, decimals == 0 ? one / 2 : one / 20);

    if (before <= 0 || off > room || off < -room || !ph_rule_quotient(change, before, decimals, ret))
        return false;
    return value == *ret || (decimals > 1 && ph_rule_quotient(change, before, 1, &coarse) && value == coarse);
}

/* The growth of another indicator's level, written for this one. */
static ph_rule_said equals_growth(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide level, before;
    unsigned n = 0;

    for (unsigned i = 0; i < k->n_inputs; i++) {
        if (!ph_rule_value(x, k->inputs[i], &level) ||
            !ph_rule_earlier(x, (ph_against)k->against, k->inputs[i], &before))
            continue;
        n++;
        out->has_hint = value != 0 && is_growth(x, value, level, before, &out->hint);
        if (out->has_hint)
            return PH_RULE_BREACHED;
    }
    out->why = k->against == PH_AGAINST_PREVIOUS ? "previous" : "year_ago";
    return n == 0 ? PH_RULE_NO_EVIDENCE : PH_RULE_PASSES;
}

ph_rule_said ph_rule_equals_indicator(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    return x->check->against == PH_AGAINST_NOTHING ? equals_value(x, value, out) : equals_growth(x, value, out);
}

/* A whole that grows faster than its fastest part, or slower than its slowest, cannot be. */
ph_rule_said ph_rule_component_bounds(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide v, low = 0, high = 0, tolerance = ph_rule_param_or(k, PH_P_TOLERANCE, 0);
    unsigned n = 0;

    for (unsigned i = 0; i < k->n_inputs; i++) {
        if (!ph_rule_value(x, k->inputs[i], &v))
            continue;
        low = n == 0 || v < low ? v : low;
        high = n == 0 || v > high ? v : high;
        n++;
    }
    if (n < 2 || (value >= low - tolerance && value <= high + tolerance))
        return PH_RULE_PASSES;
    out->has_bound = true;
    out->bound = value < low ? low : high;
    return PH_RULE_BREACHED;
}

/* whole = share * part + (1 - share) * rest: what the rest would have to be. The target is the part, the input the
 * whole. */
ph_rule_said ph_rule_implied_remainder(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide whole = 0, share = k->params[PH_P_SHARE], limit = k->params[PH_P_MAX_REST];

    (void)ph_rule_value(x, k->inputs[0], &whole);
    ph_wide rest = ph_rule_times(x, whole, one) - ph_rule_times(x, share, value); /* times (1 - share), twice scaled */
    if (rest <= limit * (one - share) && rest >= -limit * (one - share))
        return PH_RULE_PASSES;
    out->has_bound = true;
    out->bound = rest < 0 ? -limit : limit;
    out->has_hint = ph_rule_quotient(rest, (one - share) * one, x->plan->columns[k->column].decimals, &out->hint);
    return PH_RULE_BREACHED;
}

static bool is_usual(const ph_column *c, ph_wide v)
{
    return v >= (ph_wide)c->soft_min * c->lift && v <= (ph_wide)c->soft_max * c->lift;
}

/* 108.21 is how an index says 8.21. */
static bool reads_as_index(const ph_column *c, ph_wide value)
{
    return c->is_growth && is_usual(c, value - 100 * one);
}

/* Outside the usual, and a hundred less of it would be inside. */
ph_rule_said ph_rule_index_form(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_column *c = &x->plan->columns[x->check->column];

    if (is_usual(c, value) || !reads_as_index(c, value))
        return PH_RULE_PASSES;
    out->has_hint = true;
    out->hint = value - 100 * one;
    return PH_RULE_BREACHED;
}

/* Outside the usual, and a tenth or ten times of it would be inside. What reads as an index is none: its tenth fits by
 * chance. */
ph_rule_said ph_rule_decimal_slip(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_column *c = &x->plan->columns[x->check->column];
    ph_wide tenth = 0;

    if (value == 0 || is_usual(c, value) || reads_as_index(c, value) ||
        !ph_rule_quotient(value, 10 * one, c->decimals, &tenth))
        return PH_RULE_PASSES;
    if (!is_usual(c, tenth) && !is_usual(c, 10 * value))
        return PH_RULE_PASSES;
    out->has_hint = true;
    out->hint = is_usual(c, tenth) ? tenth : 10 * value;
    return PH_RULE_BREACHED;
}

/* A level against what one head has of it times the heads. */
ph_rule_said ph_rule_per_capita(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide each = 0, heads = 0, hundred = 100 * one, slack = k->params[PH_P_SLACK];
    ph_wide factor = ph_rule_param_or(k, PH_P_FACTOR, (int64_t)one);

    (void)ph_rule_value(x, k->inputs[0], &each);
    (void)ph_rule_value(x, k->inputs[1], &heads);
    ph_wide product = ph_rule_times(x, each, heads) / one; /* digits beyond the sixth are lost: far below any slack */
    ph_wide due = ph_rule_times(x, product, factor) / one;
    ph_wide off = value > due ? value - due : due - value;
    if (!x->is_beyond && ph_rule_times(x, off, hundred) <= ph_rule_times(x, due < 0 ? -due : due, slack))
        return PH_RULE_PASSES;
    out->has_bound = out->has_hint = !x->is_beyond;
    out->bound = out->hint = due;
    return PH_RULE_BREACHED;
}

/* A rate against the two numbers that the catalogue makes it of. With one of them missing, or of a whole that is
 * nothing, nothing follows. */
ph_rule_said ph_rule_ratio(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    const ph_indicator *rate = ph_plan_indicator(x->plan, k->column);
    ph_wide part = 0, whole = 0;

    for (unsigned i = 0; i < 2; i++)
        if (!ph_rule_value(x, k->ratio[i], i == 0 ? &part : &whole)) {
            out->why = ph_registry_indicator(x->plan->reg, i == 0 ? rate->numerator : rate->denominator)->code;
            return PH_RULE_NO_EVIDENCE;
        }
    if (whole <= 0)
        return PH_RULE_PASSES;
    part = ph_rule_times(x, part, rate->times);
    ph_wide off = ph_rule_times(x, value, whole) - ph_rule_times(x, part, one);
    ph_wide room = ph_rule_times(x, whole, k->params[PH_P_TOLERANCE]);
    if (off <= room && off >= -room)
        return PH_RULE_PASSES;
    out->has_hint = out->has_bound = ph_rule_quotient(part, whole, x->plan->columns[k->column].decimals, &out->hint);
    out->bound = out->hint;
    return PH_RULE_BREACHED;
}

ph_rule_said ph_rule_proportion(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide base = 0, mine = ph_rule_times(x, value, one);

    (void)ph_rule_value(x, k->inputs[0], &base);
    ph_wide low = ph_rule_times(x, base, k->params[PH_P_MIN]), high = ph_rule_times(x, base, k->params[PH_P_MAX]);
    bool is_low = ph_rule_has(k, PH_P_MIN) && mine < low, is_high = ph_rule_has(k, PH_P_MAX) && mine > high;
    if (!is_low && !is_high)
        return PH_RULE_PASSES;
    out->other = k->inputs[0];
    out->has_bound =
        ph_rule_quotient(is_low ? low : high, one * one, x->plan->columns[k->column].decimals, &out->bound);
    return PH_RULE_BREACHED;
}

ph_rule_said ph_rule_not_above(ph_rule_ctx *x, ph_wide value, ph_rule_out *out)
{
    const ph_check *k = x->check;
    ph_wide limit;

    for (unsigned i = 0; i < k->n_inputs; i++)
        if (ph_rule_value(x, k->inputs[i], &limit) && value > limit) {
            out->other = k->inputs[i];
            out->has_bound = true;
            out->bound = limit;
            return PH_RULE_BREACHED;
        }
    return PH_RULE_PASSES;
}
