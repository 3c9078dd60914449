/* ph_findings_release - findings taken back where the head has let a held value pass.   Layer: domain/core (pure) */
#include "ph_plan_columns.h"
#include "ph_validate.h"

/* One finding of this rule less. */
static void discount(ph_findings *fs, unsigned number)
{
    size_t place = 0;

    while (place < fs->n_order && fs->order[place] != number)
        place++;
    if (place == fs->n_order || fs->counts[number] == 0)
        return;
    fs->n_all--;
    if (--fs->counts[number] > 0)
        return;
    fs->n_order--;
    for (size_t i = place; i < fs->n_order; i++) {
        fs->order[i] = fs->order[i + 1];
        fs->ids[i] = fs->ids[i + 1];
        fs->actions[i] = fs->actions[i + 1];
    }
}

static unsigned number_of(const ph_findings *fs, ph_span id)
{
    for (size_t i = 0; i < fs->n_order; i++)
        if (ph_span_eq(fs->ids[i], id))
            return fs->order[i];
    return PH_RULE_ALL;
}

/* Listed findings that hold the column, out of list and counts. @is_listed says which rules they were of. */
static void drop_listed(ph_findings *fs, ph_span code, bool is_listed[PH_RULE_ALL])
{
    size_t kept = 0;

    for (size_t i = 0; i < fs->n; i++) {
        const ph_finding *f = &fs->list[i];
        unsigned number = number_of(fs, f->rule);
        if (f->action == PH_ACTION_HOLD && ph_span_eq(f->indicator, code) && number < PH_RULE_ALL) {
            is_listed[number] = true;
            discount(fs, number);
        } else {
            fs->list[kept++] = *f;
        }
    }
    fs->n = kept;
}

/* Holds of the column; those whose finding was not listed any more leave the counts here. */
static void drop_holds(ph_findings *fs, uint16_t column, const bool is_listed[PH_RULE_ALL])
{
    uint16_t kept = 0;

    for (uint16_t i = 0; i < fs->n_holds; i++) {
        unsigned number = PH_RULE_COUNT + (unsigned)fs->holds[i].rule;
        if (fs->holds[i].column != column)
            fs->holds[kept++] = fs->holds[i];
        else if (!is_listed[number])
            discount(fs, number);
    }
    fs->n_holds = kept;
}

static bool still_holds(const ph_findings *fs, unsigned number)
{
    for (uint16_t i = 0; i < fs->n_holds; i++)
        if (PH_RULE_COUNT + (unsigned)fs->holds[i].rule == number)
            return true;
    return false;
}

/* What is left of a rule that held: it only flags. */
static void weigh(ph_findings *fs)
{
    fs->worst = PH_ACTION_NOTE;
    for (size_t i = 0; i < fs->n_order; i++) {
        if (fs->actions[i] == PH_ACTION_HOLD && !still_holds(fs, fs->order[i]))
            fs->actions[i] = PH_ACTION_FLAG;
        if (fs->actions[i] > fs->worst)
            fs->worst = fs->actions[i];
    }
}

void ph_findings_release(ph_findings *fs, const ph_plan *plan, uint16_t column, const ph_finding *finding)
{
    bool is_listed[PH_RULE_ALL] = {false};

    drop_listed(fs, ph_span_str(plan->columns[column].code), is_listed);
    drop_holds(fs, column, is_listed);
    weigh(fs);
    ph_findings_add(fs, PH_RULE_RELEASED, finding);
}
