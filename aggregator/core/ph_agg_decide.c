/* ph_agg_decide - the verdict on an explanation or a decision.   Layer: aggregator/core (pure) */
#include "ph_agg_decide.h"

#include "ph_agg_cases.h"

/* ---- findings on a cell ---- */

/* What the cell holds now stands beside it: the sender may have looked at another value. */
static void find_cell(ph_judge *j, ph_rule rule, const ph_sheet *s, const ph_case *c, ph_span indicator, ph_span detail)
{
    ph_finding f = {.row = -1, .indicator = indicator, .detail = detail};

    if (c != NULL) {
        f.has_value = true;
        f.value.mantissa = ph_sheet_cell(s, c->row, c->column)->mantissa;
        f.value.scale = s->columns[c->column].decimals;
    }
    ph_findings_add(&j->findings, rule, &f);
}

static ph_case *case_of(const ph_sheet *s, uint16_t row, ph_span indicator)
{
    uint16_t column = ph_sheet_find_column(s, indicator);

    return column == PH_NO_INDEX ? NULL : ph_sheet_find_case(s, row, column);
}

/* The cell now counts, or is marked otherwise: its figure is to be made again. */
static void touch(ph_sheet *s, const ph_case *c, ph_cell_state state)
{
    ph_cell *cell = ph_sheet_cell(s, c->row, c->column);

    cell->state = (uint8_t)state;
    cell->marks |= ph_case_marks(c);
    s->columns[c->column].is_touched = true;
}

/* ---- explanations ---- */

/* Whose waiting value of this indicator has that digest? */
static const char *owner_of(const ph_sheet *s, ph_span indicator, const ph_digest *value)
{
    for (uint16_t i = 0; i < s->n_cases; i++)
        if (ph_span_is(indicator, s->columns[s->cases[i].column].indicator) && ph_digest_eq(&s->cases[i].value, value))
            return s->rows[s->cases[i].row].unit;
    return NULL;
}

void ph_judge_explanation(ph_judge *j, ph_sheet *s, uint16_t row, const ph_entry *entry, const ph_explanation *e,
                          bool *ret_is_changed)
{
    ph_case *c = case_of(s, row, e->indicator);
    const char *owner = owner_of(s, e->indicator, &e->value);
    bool is_own = owner != NULL && strcmp(owner, s->rows[row].unit) == 0;

    *ret_is_changed = false;
    if (s->state == PH_PERIOD_FROZEN) {
        ph_judge_find(j, PH_RULE_FROZEN, "");
    } else if (owner != NULL && !is_own) {
        find_cell(j, PH_RULE_EXPLAIN_NOT_YOURS, s, NULL, e->indicator, ph_span_str(owner));
    } else if (c == NULL || !ph_case_is_open(c)) {
        find_cell(j, PH_RULE_EXPLAIN_NO_CASE, s, NULL, e->indicator, (ph_span){0});
    } else if (!ph_digest_eq(&c->value, &e->value)) {
        find_cell(j, PH_RULE_EXPLAIN_STALE, s, c, e->indicator, (ph_span){0});
    } else {
        c->state = PH_CASE_EXPLAINED;
        c->explanation = entry->seq;
        touch(s, c, PH_CELL_HELD);
        *ret_is_changed = true;
    }
}

/* ---- decisions ---- */

bool ph_judge_is_head(ph_judge *j, const ph_sheet_key *key, ph_span unit)
{
    uint16_t cluster = ph_registry_find_cluster(j->reg, key->cluster), number = ph_registry_find_unit(j->reg, unit);
    const ph_cycle *cycle =
        cluster == PH_NO_INDEX ? NULL : ph_cluster_cycle(ph_registry_cluster(j->reg, cluster), key->period);

    if (cycle == NULL) {
        ph_judge_no_duty(j, key);
        return false;
    }
    for (uint8_t i = 0; i < cycle->n_members; i++)
        if (cycle->roles[i] == PH_ROLE_HEAD) {
            if (cycle->units[i] == number)
                return true;
            ph_judge_find(j, PH_RULE_DECIDE_NOT_HEAD, ph_registry_unit(j->reg, cycle->units[i])->id);
            return false;
        }
    ph_judge_find(j, PH_RULE_DECIDE_NOT_HEAD, "");
    return false;
}

static void check_reason(ph_judge *j, const ph_decision *d)
{
    if (ph_decision_wants_reason(d->kind) && ph_judge_is_blank(d->reason))
        ph_judge_find(j, PH_RULE_DECIDE_REASON, ph_decision_name(d->kind));
}

/* Does the story stand where this decision can follow? Who returns or overrides need not wait for an explanation. */
static bool may_follow(ph_case_state now, ph_decision_kind kind)
{
    if (kind == PH_DECISION_CONFIRM)
        return now == PH_CASE_EXPLAINED;
    return now == PH_CASE_HELD || now == PH_CASE_EXPLAINED || (now == PH_CASE_RETURNED && kind == PH_DECISION_OVERRIDE);
}

static void check_case(ph_judge *j, const ph_sheet *s, const ph_case *c, const ph_decision *d)
{
    if (c == NULL)
        find_cell(j, PH_RULE_DECIDE_NO_CASE, s, NULL, d->indicator, d->subject);
    else if (!ph_digest_eq(&c->value, &d->value))
        find_cell(j, PH_RULE_DECIDE_STALE, s, c, d->indicator, d->subject);
    else if (!may_follow(c->state, d->kind))
        find_cell(j, PH_RULE_DECIDE_STATE, s, c, d->indicator, ph_span_str(ph_case_state_name(c->state)));
}

static bool is_fine(const ph_judge *j)
{
    return ph_findings_verdict(&j->findings) != PH_VERDICT_REJECTED;
}

static void decide_cell(ph_judge *j, ph_sheet *s, const ph_entry *entry, const ph_decision *d, bool *ret_is_changed)
{
    uint16_t row = ph_sheet_find_row(s, d->subject);
    ph_case *c = row == PH_NO_INDEX ? NULL : case_of(s, row, d->indicator);

    check_case(j, s, c, d);
    if (c == NULL || !is_fine(j))
        return;
    c->decision = entry->seq;
    *ret_is_changed = true;
    if (d->kind == PH_DECISION_RETURN) {
        c->state = PH_CASE_RETURNED;
        return;
    }
    c->state = d->kind == PH_DECISION_CONFIRM ? PH_CASE_CONFIRMED : PH_CASE_OVERRIDDEN;
    touch(s, c, PH_CELL_GIVEN);
}

ph_rows ph_judge_subjects(const ph_sheet *s, ph_span subject)
{
    uint16_t row = subject.len == 0 ? 0 : ph_sheet_find_row(s, subject);

    if (row == PH_NO_INDEX)
        return (ph_rows){0};
    return (ph_rows){.first = row, .end = subject.len == 0 ? s->n_rows : (uint16_t)(row + 1)};
}

/* Who has a later deadline of his own keeps it. Where nobody would gain, the decision is a mistake; who is excused
 * gains, also where the calendar came to give him as much after his form. */
static void extend(ph_judge *j, ph_cached_sheet *cs, const ph_entry *entry, const ph_decision *d, bool excuses,
                   bool *ret_is_changed)
{
    ph_sheet *s = cs->sheet;
    ph_rows rows = ph_judge_subjects(s, d->subject);
    int64_t least_us = INT64_MAX;
    ph_date known_on = ph_date_of_us(entry->received_at_us);

    if (rows.first == rows.end) {
        ph_sheet_key key = ph_sheet_key_of(s);
        ph_judge_no_member(j, &key);
        return;
    }
    for (uint16_t i = rows.first; i < rows.end; i++) {
        int64_t due_us = ph_judge_due(cs, &s->rows[i], known_on);
        least_us = due_us < least_us ? due_us : least_us;
    }
    if (d->due_us <= least_us && !excuses)
        ph_judge_find_time(j, PH_RULE_DECIDE_DUE, least_us);
    for (uint16_t i = rows.first; i < rows.end && is_fine(j); i++)
        if (s->rows[i].due_us < d->due_us) {
            s->rows[i].due_us = d->due_us;
            *ret_is_changed = true;
        }
}

/* A period that has not opened has nothing to freeze, only a frozen one can be opened again. */
static void check_period(ph_judge *j, ph_period_state state, ph_decision_kind kind)
{
    bool is_frozen = state == PH_PERIOD_FROZEN;
    bool may_be = kind == PH_DECISION_REOPEN ? is_frozen : !is_frozen && state != PH_PERIOD_PLANNED;

    if (!may_be)
        ph_judge_find(j, PH_RULE_DECIDE_STATE, ph_period_state_name(state));
}

void ph_judge_decision(ph_judge *j, ph_cached_sheet *cs, const ph_entry *entry, const ph_decision *d, bool excuses,
                       bool *ret_is_changed)
{
    bool is_on_period = d->kind == PH_DECISION_FREEZE || d->kind == PH_DECISION_REOPEN;

    *ret_is_changed = false;
    check_reason(j, d);
    if (is_on_period)
        check_period(j, cs->sheet->state, d->kind);
    else if (cs->sheet->state == PH_PERIOD_FROZEN)
        ph_judge_find(j, PH_RULE_FROZEN, "");
    else if (d->kind == PH_DECISION_EXTEND)
        extend(j, cs, entry, d, excuses, ret_is_changed);
    else
        decide_cell(j, cs->sheet, entry, d, ret_is_changed);
}
