/* ph_validate - the checks on cells, one pass over the rows and one over the form.   Layer: domain/core (pure) */
#include "ph_validate.h"

#include "ph_rule_run.h"

typedef struct ctx {
    const ph_plan *plan;
    const ph_submission *sub;
    ph_cell *cells;
    ph_findings *findings;
    bool *there;       /* by column: could its value be read? rules look at no other */
    ph_wide *values;   /* theirs, at PH_RULE_SCALE */
    size_t note_bytes; /* of all rows */
} ctx;

/* Findings are rare: kept out of line, so that the path of a good cell stays short. */
#define RARE __attribute__((noinline, cold))

static RARE void report(const ctx *c, ph_rule rule, size_t row, ph_finding f)
{
    f.row = (int32_t)row;
    f.indicator = c->sub->observations[row].indicator;
    ph_findings_add(c->findings, rule, &f);
}

static RARE void report_bare(const ctx *c, ph_rule rule, size_t row)
{
    report(c, rule, row, (ph_finding){0});
}

static RARE void report_unknown(const ctx *c, size_t row)
{
    report(c, PH_RULE_UNKNOWN, row, (ph_finding){.detail = c->sub->observations[row].indicator});
}

static RARE void report_value(const ctx *c, ph_rule rule, size_t row, ph_decimal bound)
{
    report(
        c, rule, row,
        (ph_finding){.has_value = true, .value = c->sub->observations[row].value, .has_bound = true, .bound = bound});
}

/* The limit that was crossed, as the registry writes it; where it names none, the largest that can be stored. */
static ph_decimal crossed(const ph_bounds *b, bool is_below, const ph_indicator *ind)
{
    ph_decimal limit = {.mantissa = ph_plan_limit(ind), .scale = ind->decimals};

    if (is_below) {
        limit.mantissa = -limit.mantissa;
        return b->has_min && ph_decimal_cmp(b->min, limit) > 0 ? b->min : limit;
    }
    return b->has_max && ph_decimal_cmp(b->max, limit) < 0 ? b->max : limit;
}

static RARE void report_hard(const ctx *c, size_t row, uint16_t column, bool is_below)
{
    const ph_indicator *ind = ph_plan_indicator(c->plan, column);

    report_value(c, PH_RULE_HARD, row, crossed(&ind->hard, is_below, ind));
}

static RARE void report_soft(const ctx *c, size_t row, uint16_t column, bool is_below)
{
    const ph_indicator *ind = ph_plan_indicator(c->plan, column);

    report_value(c, PH_RULE_SOFT, row, crossed(ph_indicator_soft(ind, c->plan->duty->period), is_below, ind));
}

/* To the column's scale; the plain case, digits as the form wants them, costs nothing. */
static bool to_column_scale(const ctx *c, size_t row, uint16_t column, int64_t *ret)
{
    ph_decimal v = c->sub->observations[row].value, at;
    uint8_t decimals = c->plan->columns[column].decimals;

    if (v.scale == decimals) {
        *ret = v.mantissa;
        return true;
    }
    if (ph_decimal_rescale(v, decimals, &at) == PH_OK) {
        *ret = at.mantissa;
        return true;
    }
    if (v.scale > decimals) /* to fewer decimals only digits can be lost, to more only the limit be outgrown */
        report_value(c, PH_RULE_DECIMALS, row, (ph_decimal){.mantissa = decimals});
    else
        report_hard(c, row, column, v.mantissa < 0);
    return false;
}

static void check_ranges(const ctx *c, size_t row, uint16_t column, ph_cell *cell)
{
    const ph_column *col = &c->plan->columns[column];
    int64_t v = cell->mantissa;

    if (v >= col->soft_min && v <= col->soft_max && v >= col->hard_min && v <= col->hard_max)
        return;
    if (v < col->hard_min || v > col->hard_max) {
        report_hard(c, row, column, v < col->hard_min);
        return;
    }
    cell->marks |= PH_MARK_FLAGGED;
    report_soft(c, row, column, v < col->soft_min);
}

static bool is_one_of(char status, const char *letters)
{
    for (; *letters != '\0'; letters++)
        if (*letters == status)
            return true;
    return false;
}

static RARE void report_status(const ctx *c, size_t row)
{
    const ph_observation *o = &c->sub->observations[row];

    report(c, PH_RULE_STATUS, row,
           (ph_finding){.detail = ph_span_of(&o->status, 1),
                        .has_value = !is_one_of(o->status, PH_OBS_NO_VALUE) || o->value.mantissa != 0,
                        .value = o->value});
}

/* Says that there is no figure: then there must be none, and of a required one we want to know why. */
static RARE void take_no_value(const ctx *c, size_t row, uint16_t column, ph_cell *cell)
{
    const ph_observation *o = &c->sub->observations[row];

    cell->state = PH_CELL_NO_VALUE;
    if (o->value.mantissa != 0 || o->value.scale != 0)
        report_status(c, row);
    else if (c->plan->columns[column].is_required && o->note.len == 0)
        report(c, PH_RULE_REQUIRED, row, (ph_finding){.detail = ph_span_of(&o->status, 1)});
}

/* I and V are the receiver's to give, K says that the value stands elsewhere; J and S may stand without a value, which
 * a bare 0 would be: missing is not zero. */
static bool is_misused(const ph_observation *o)
{
    return is_one_of(o->status, "IKV") || (is_one_of(o->status, "JS") && o->value.mantissa == 0 && o->value.scale == 0);
}

static void take_row(ctx *c, size_t row, uint16_t column)
{
    const ph_observation *o = &c->sub->observations[row];
    ph_cell *cell = &c->cells[column];

    if (cell->state != PH_CELL_MISSING) {
        report_bare(c, PH_RULE_REPEATED, row);
        return;
    }
    cell->status = o->status;
    cell->state = PH_CELL_GIVEN;
    if (o->status != 'A' && is_one_of(o->status, PH_OBS_NO_VALUE)) {
        take_no_value(c, row, column, cell);
        return;
    }
    if (o->status != 'A' && is_misused(o))
        report_status(c, row);
    if (!to_column_scale(c, row, column, &cell->mantissa))
        return;
    check_ranges(c, row, column, cell);
    c->values[column] = (ph_wide)cell->mantissa * c->plan->columns[column].lift;
    c->there[column] = true;
}

/* Rows mostly come in the order of the form: the column after the last one is tried before the index. */
static uint16_t column_of(const ph_plan *p, ph_span code, uint16_t guess)
{
    if (guess < p->n_columns && code.len == p->columns[guess].code_length &&
        memcmp(code.ptr, p->columns[guess].code, code.len) == 0)
        return guess;
    return ph_plan_column(p, code);
}

static void check_required(const ctx *c, const ph_evidence *evidence)
{
    for (uint16_t i = 0; i < c->plan->required_end; i++)
        if (c->plan->columns[i].is_required && c->cells[i].state == PH_CELL_MISSING &&
            !ph_evidence_is_unread(evidence, i)) {
            ph_finding f = {.row = -1, .indicator = ph_span_str(c->plan->columns[i].code)};
            ph_findings_add(c->findings, PH_RULE_REQUIRED, &f);
        }
}

static void run_rules(const ctx *c, const ph_evidence *evidence)
{
    ph_rule_ctx x = {.plan = c->plan,
                     .sub = c->sub,
                     .evidence = evidence,
                     .cells = c->cells,
                     .findings = c->findings,
                     .there = c->there,
                     .values = c->values,
                     .has_notes = c->note_bytes > 0};

    ph_rules_run(&x);
}

ph_rc ph_validate(const ph_plan *plan, const ph_submission *sub, const ph_evidence *evidence, ph_cell *ret_cells,
                  ph_findings *findings)
{
    ph_wide values[PH_MAX_OBSERVATIONS]; /* not cleared: good where there says so */
    bool there[PH_MAX_OBSERVATIONS];
    ctx c = {.plan = plan, .sub = sub, .cells = ret_cells, .findings = findings, .values = values, .there = there};
    uint16_t next = 0;

    memset(ret_cells, 0, plan->n_columns * sizeof *ret_cells);
    memset(there, 0, plan->n_columns * sizeof *there);
    for (size_t row = 0; row < sub->n_observations; row++) {
        uint16_t column = column_of(plan, sub->observations[row].indicator, next);
        c.note_bytes += sub->observations[row].note.len;
        if (column == PH_NO_INDEX) {
            report_unknown(&c, row);
            continue;
        }
        take_row(&c, row, column);
        next = (uint16_t)(column + 1);
    }
    check_required(&c, evidence);
    if (sub->n_narratives > 0)
        ph_validate_narratives(sub, findings);
    if (plan->n_checks > 0)
        run_rules(&c, evidence);
    return PH_OK;
}
