/* ph_rule_run - the registry's rules over one submission: evidence, missing values, findings.   Layer: domain/core
 * (pure) */
#include "ph_rule_run.h"

#include <stdio.h>

#define RARE __attribute__((noinline, cold))

static const ph_rule_fn kinds[] = {
    [PH_RULE_KIND_CHANGE] = ph_rule_change,
    [PH_RULE_KIND_OUTLIER] = NULL, /* across units: at the seal */
    [PH_RULE_KIND_EQUALS_INDICATOR] = ph_rule_equals_indicator,
    [PH_RULE_KIND_EQUALS_PLAN] = ph_rule_equals_plan,
    [PH_RULE_KIND_COMPONENT_BOUNDS] = ph_rule_component_bounds,
    [PH_RULE_KIND_IMPLIED_REMAINDER] = ph_rule_implied_remainder,
    [PH_RULE_KIND_LEVEL_GROWTH] = ph_rule_level_growth,
    [PH_RULE_KIND_INDEX_FORM] = ph_rule_index_form,
    [PH_RULE_KIND_DECIMAL_SLIP] = ph_rule_decimal_slip,
    [PH_RULE_KIND_UNIT_SLIP] = ph_rule_unit_slip,
    [PH_RULE_KIND_PER_CAPITA] = ph_rule_per_capita,
    [PH_RULE_KIND_RATIO] = ph_rule_ratio,
    [PH_RULE_KIND_PROPORTION] = ph_rule_proportion,
    [PH_RULE_KIND_NOT_ABOVE] = ph_rule_not_above,
    [PH_RULE_KIND_MONOTONE] = ph_rule_monotone,
    [PH_RULE_KIND_SIGN_WORD] = ph_rule_sign_word,
    [PH_RULE_KIND_REFERENCE] = ph_rule_reference_differs,
    [PH_RULE_KIND_EXPR] = ph_rule_expr,
};

/* ---- evidence ---- */

bool ph_rule_earlier(const ph_rule_ctx *x, ph_against against, uint16_t column, ph_wide *ret)
{
    const ph_earlier *e = against == PH_AGAINST_PREVIOUS ? &x->evidence->previous : &x->evidence->year_ago;

    if (column == PH_NO_INDEX || !e->is_there || e->cells[column].state != PH_CELL_GIVEN)
        return false;
    *ret = (ph_wide)e->cells[column].mantissa * x->plan->columns[column].lift;
    return true;
}

bool ph_rule_quotient(ph_wide num, ph_wide den, uint8_t decimals, ph_wide *ret)
{
    ph_decimal d;

    if (den < 0) {
        num = -num;
        den = -den;
    }
    if (den == 0 || ph_decimal_divide(num, 0, den, decimals, &d) != PH_OK)
        return false;
    *ret = (ph_wide)d.mantissa * ph_pow10((unsigned)(PH_RULE_SCALE - d.scale));
    return true;
}

/* Of most periods nobody has said anything. */
static const ph_reference *said_in(const ph_rule_ctx *x, ph_reference_range range)
{
    const ph_evidence *e = x->evidence;

    return range.from == range.to ? NULL : ph_registry_reference_in(x->plan->reg, range, e->unit, e->known_on);
}

bool ph_rule_reference(const ph_rule_ctx *x, ph_wide *ret)
{
    const ph_reference *r = said_in(x, x->check->of_period);

    if (r == NULL)
        r = said_in(x, x->check->of_year);
    if (r == NULL)
        return false;
    *ret = (ph_wide)r->value.mantissa * ph_pow10((unsigned)(PH_RULE_SCALE - r->value.scale));
    return true;
}

/* ---- findings ---- */

int32_t ph_rule_row(const ph_rule_ctx *x, uint16_t column)
{
    const ph_column *c = &x->plan->columns[column];

    for (size_t i = 0; i < x->sub->n_observations; i++)
        if (ph_span_is(x->sub->observations[i].indicator, c->code))
            return (int32_t)i;
    return -1;
}

static bool to_decimal(ph_wide v, uint8_t decimals, ph_decimal *ret)
{
    return ph_decimal_divide(v, PH_RULE_SCALE, 1, decimals, ret) == PH_OK;
}

/* Bounds may be finer than the column: as many digits as they need. */
static bool to_bound(ph_wide v, ph_decimal *ret)
{
    for (int decimals = PH_RULE_SCALE; decimals >= 0; decimals--)
        if (to_decimal(v, (uint8_t)decimals, ret)) {
            *ret = ph_decimal_trim(*ret);
            return true;
        }
    return false;
}

static void hold(ph_rule_ctx *x)
{
    ph_findings *fs = x->findings;
    uint16_t column = x->check->column;
    size_t n = 0;

    x->cells[column].state = PH_CELL_HELD;
    for (size_t i = 0; i < fs->n_holds; i++)
        n += fs->holds[i].column == column;
    if (n < PH_CASE_MAX_RULES && fs->n_holds < PH_MAX_HOLDS)
        fs->holds[fs->n_holds++] = (ph_hold){.column = column, .rule = x->check->rule};
}

/* Where there is no value nothing can wait: it is flagged. */
static ph_action soften(const ph_rule_ctx *x, ph_action action, bool is_partial)
{
    uint8_t state = x->cells[x->check->column].state;

    if (is_partial && action == PH_ACTION_REJECT)
        action = PH_ACTION_HOLD;
    if (action == PH_ACTION_HOLD && state != PH_CELL_GIVEN && state != PH_CELL_HELD)
        action = PH_ACTION_FLAG;
    return action;
}

static RARE void report(ph_rule_ctx *x, ph_action action, const ph_rule_out *out, ph_span detail)
{
    const ph_check *k = x->check;
    ph_finding f = {.row = ph_rule_row(x, k->column),
                    .indicator = ph_span_str(x->plan->columns[k->column].code),
                    .detail = detail,
                    .action = soften(x, action, out->is_partial)};

    if (f.row >= 0) {
        f.has_value = x->cells[k->column].state != PH_CELL_NO_VALUE;
        f.value = x->sub->observations[f.row].value;
    }
    f.has_bound = out->has_bound && to_bound(out->bound, &f.bound);
    ph_findings_add_data(x->findings, x->plan->reg, k->rule, &f);
    if (f.action == PH_ACTION_HOLD)
        hold(x);
    else if (f.action == PH_ACTION_FLAG)
        x->cells[k->column].marks |= PH_MARK_FLAGGED;
}

static RARE void report_breach(ph_rule_ctx *x, const ph_rule_out *out)
{
    char text[PH_DECIMAL_TEXT_BYTES];
    ph_span detail = {0};
    ph_decimal hint;

    if (out->other != PH_NO_INDEX)
        detail = ph_span_str(x->plan->columns[out->other].code);
    else if (out->has_hint && to_decimal(out->hint, x->plan->columns[x->check->column].decimals, &hint))
        detail = ph_span_of(text, ph_decimal_print(hint, text));
    report(x, (ph_action)x->check->action, out, detail);
}

static RARE void report_words(ph_rule_ctx *x, ph_action action, const char *lead, const char *what)
{
    ph_rule_out none = {.other = PH_NO_INDEX};
    char text[PH_FINDING_TEXT_BYTES];

    (void)snprintf(text, sizeof text, "%s:%s", lead, what);
    report(x, action, &none, ph_span_str(text));
}

static RARE void report_failed(ph_rule_ctx *x, const ph_rule_out *out)
{
    char what[PH_FINDING_TEXT_BYTES];

    (void)snprintf(what, sizeof what, "%s%s%s", out->why, x->lua[0] == '\0' ? "" : ":", x->lua);
    report_words(x, PH_ACTION_HOLD, "expr.failed", what);
}

static RARE void report_missing(ph_rule_ctx *x, const char *what)
{
    report_words(x, (ph_action)x->check->action, "missing", what);
}

/* ---- one check ---- */

static unsigned count_missing(const ph_rule_ctx *x)
{
    const ph_check *k = x->check;
    unsigned n = 0;

    for (unsigned i = 0; i < k->n_inputs; i++)
        n += !ph_rule_is_there(x, k->inputs[i]);
    return n;
}

/* Names the first of them, which need not be on this form. */
static RARE void report_missing_input(ph_rule_ctx *x)
{
    const ph_rule_def *def = ph_registry_rule(x->plan->reg, x->check->rule);
    unsigned i = 0;

    while (ph_rule_is_there(x, x->check->inputs[i]))
        i++;
    report_missing(x, ph_registry_indicator(x->plan->reg, def->inputs[i])->code);
}

static void judge(ph_rule_ctx *x, ph_wide value, bool is_partial)
{
    ph_rule_out out = {.other = PH_NO_INDEX, .is_partial = is_partial};
    ph_rule_said said;

    x->is_beyond = false;
    said = kinds[x->check->kind](x, value, &out);
    if (x->is_beyond && said == PH_RULE_PASSES)
        said = PH_RULE_BREACHED;
    switch (said) {
    case PH_RULE_PASSES:
        return;
    case PH_RULE_BREACHED:
        report_breach(x, &out);
        return;
    case PH_RULE_NO_EVIDENCE:
        if (x->check->missing == PH_MISSING_NEVER)
            report_missing(x, out.why);
        return;
    case PH_RULE_FAILED:
        report_failed(x, &out);
        return;
    }
}

/* Nothing is said where nobody looked: an agent has no earlier data, and a unit that is not known no references. */
static uint8_t what_is_known(const ph_rule_ctx *x)
{
    const ph_evidence *e = x->evidence;
    unsigned known = e != NULL && e->has_earlier ? PH_CHECK_EARLIER : 0;

    if (e != NULL && e->unit != PH_NO_INDEX)
        known |= PH_CHECK_REFERENCES;
    if (x->has_notes)
        known |= PH_CHECK_NOTES;
    if (x->findings->counts[PH_RULE_SOFT] + x->findings->counts[PH_RULE_HARD] > 0)
        known |= PH_CHECK_UNUSUAL;
    return (uint8_t)known;
}

/* What was given and could not be read is neither there nor missing: nothing can be said. */
static bool touches_unread(const ph_rule_ctx *x)
{
    const ph_check *k = x->check;

    for (unsigned i = 0; i < k->n_inputs; i++)
        if (ph_evidence_is_unread(x->evidence, k->inputs[i]))
            return true;
    return ph_evidence_is_unread(x->evidence, k->column);
}

static void run(ph_rule_ctx *x)
{
    const ph_check *k = x->check;
    ph_wide value;

    if (!ph_rule_value(x, k->column, &value)) {
        if (k->missing == PH_MISSING_NEVER)
            report_missing(x, x->plan->columns[k->column].code);
        return;
    }
    unsigned n_missing = count_missing(x);
    bool does_without = k->missing == PH_MISSING_SKIP_ALL && n_missing < k->n_inputs;
    if (n_missing == 0 || (does_without && k->takes_part))
        judge(x, value, n_missing > 0);
    else if (does_without || k->missing == PH_MISSING_NEVER)
        report_missing_input(x);
}

void ph_rules_run(ph_rule_ctx *x)
{
    const ph_check *checks = x->plan->checks;
    bool has_unread = x->evidence != NULL && x->evidence->unread != NULL;
    size_t n = x->plan->n_checks, next = 0;

    x->known = what_is_known(x);
    x->known_on = x->evidence == NULL ? PH_DATE_FOREVER : x->evidence->known_on;
    while (next < n) {
        x->check = &checks[next];
        if ((x->check->needs & ~x->known) != 0) {
            next = x->check->skip_to;
            continue;
        }
        next++;
        if (x->check->known_since <= x->known_on && (!has_unread || !touches_unread(x)))
            run(x);
    }
}
