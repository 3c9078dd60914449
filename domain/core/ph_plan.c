/* ph_plan - a form compiled for one cluster and period.   Layer: domain/core (pure) */
#include <stdlib.h>

#include "ph_plan_columns.h"

/* The value's place at @decimals, as a wide number: a bound may be finer or larger than what the column can hold. */
static ph_wide scaled(ph_decimal d, uint8_t decimals, bool round_up)
{
    if (d.scale <= decimals)
        return (ph_wide)d.mantissa * ph_pow10((unsigned)(decimals - d.scale));
    int64_t unit = ph_pow10((unsigned)(d.scale - decimals));
    ph_wide whole = d.mantissa / unit, rest = d.mantissa % unit;
    return whole + (round_up && rest > 0 ? 1 : 0) - (!round_up && rest < 0 ? 1 : 0);
}

static int64_t clamp(ph_wide v, int64_t limit)
{
    return v > limit ? limit : v < -limit ? -limit : (int64_t)v;
}

/* An inclusive bound finer than the column is rounded inwards: for values of the column that changes nothing. */
static int64_t lower(const ph_bounds *b, uint8_t decimals, int64_t limit)
{
    return b->has_min ? clamp(scaled(b->min, decimals, true), limit) : -limit;
}

static int64_t upper(const ph_bounds *b, uint8_t decimals, int64_t limit)
{
    return b->has_max ? clamp(scaled(b->max, decimals, false), limit) : limit;
}

/* Where values are summed, the largest sum of a full cluster must still be a decimal. */
int64_t ph_plan_limit(const ph_indicator *ind)
{
    for (size_t i = 0; i < ind->n_methods; i++)
        if (ind->methods[i] == PH_METHOD_SUM)
            return PH_DECIMAL_MAX_MANTISSA / PH_MAX_MEMBERS;
    return PH_DECIMAL_MAX_MANTISSA;
}

static void compile(ph_column *column, const ph_indicator *ind, ph_period period, bool is_required)
{
    const ph_bounds *soft = ph_indicator_soft(ind, period);
    int64_t limit = ph_plan_limit(ind);
    ph_span code = ph_span_str(ind->code);

    column->hard_min = lower(&ind->hard, ind->decimals, limit);
    column->hard_max = upper(&ind->hard, ind->decimals, limit);
    column->soft_min = lower(soft, ind->decimals, limit);
    column->soft_max = upper(soft, ind->decimals, limit);
    column->lift = ph_pow10((unsigned)(PH_RULE_SCALE - ind->decimals));
    column->decimals = ind->decimals;
    column->is_required = is_required;
    column->is_growth = ph_indicator_is_growth(ind);
    column->code_length = (uint8_t)code.len;
    (void)ph_span_copy(code, column->code, sizeof column->code); /* an id fits: checked by the caller */
}

ph_rc ph_plan_new(const ph_registry *reg, const ph_calendar_item *duty, ph_plan **ret)
{
    const ph_form *form = ph_registry_form(reg, duty->form);
    ph_plan *p = calloc(1, sizeof *p + form->n_items * sizeof p->columns[0]);
    ph_rc rc = p == NULL ? PH_NOMEM : ph_id_index_init(&p->index, form->n_items);

    for (uint16_t i = 0; rc == PH_OK && i < form->n_items; i++) {
        const ph_indicator *ind = ph_registry_indicator(reg, form->items[i].indicator);
        if (!ph_id_is_valid(ph_span_str(ind->code)) || !ph_id_index_put(&p->index, ph_span_str(ind->code), i)) {
            rc = PH_BUG;
            continue;
        }
        compile(&p->columns[i], ind, duty->period, form->items[i].is_required);
        if (form->items[i].is_required)
            p->required_end = (uint16_t)(i + 1);
    }
    if (rc == PH_OK) {
        p->reg = reg;
        p->duty = duty;
        p->form = form;
        p->n_columns = form->n_items;
        rc = ph_plan_compile_rules(p);
    }
    if (rc != PH_OK) {
        ph_plan_free(p);
        return rc;
    }
    *ret = p;
    return PH_OK;
}

void ph_plan_free(ph_plan *p)
{
    if (p == NULL)
        return;
    ph_id_index_done(&p->index);
    ph_rule_lua_free(p->lua);
    free(p->checks);
    free(p);
}

const ph_calendar_item *ph_plan_duty(const ph_plan *p)
{
    return p->duty;
}

uint16_t ph_plan_n_columns(const ph_plan *p)
{
    return p->n_columns;
}

uint16_t ph_plan_column(const ph_plan *p, ph_span indicator)
{
    return indicator.len == 0 ? PH_NO_INDEX : ph_id_index_find(&p->index, indicator);
}

const ph_indicator *ph_plan_indicator(const ph_plan *p, uint16_t column)
{
    return ph_registry_indicator(p->reg, p->form->items[column].indicator);
}

bool ph_plan_is_required(const ph_plan *p, uint16_t column)
{
    return p->columns[column].is_required;
}
