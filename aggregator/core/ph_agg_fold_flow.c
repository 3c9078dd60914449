/* ph_agg_fold_flow - explanations and decisions in the fold.   Layer: aggregator/core (pure) */
#include "ph_agg_decide.h"
#include "ph_agg_fold_parts.h"

/* Only a refusal by grammar means that the entry is not ours. */
static ph_rc as_read(ph_rc rc)
{
    return rc == PH_OK || rc == PH_NOMEM ? rc : PH_MALFORMED;
}

static ph_rc explain(ph_fold *f, const ph_entry *entry, const ph_explanation *e, const ph_sheet_key *key)
{
    ph_cached_sheet *cs = NULL;
    bool is_changed = false;
    ph_rc rc = ph_fold_sheet_for(f, key, e->unit, &cs);
    uint16_t row = rc == PH_OK && cs != NULL ? ph_sheet_find_row(cs->sheet, e->unit) : PH_NO_INDEX;

    if (rc != PH_OK || cs == NULL)
        return rc;
    if (row == PH_NO_INDEX)
        ph_judge_no_member(&f->judge, key);
    else
        ph_judge_explanation(&f->judge, cs->sheet, row, entry, e, &is_changed);
    if (is_changed)
        ph_cache_mark_dirty(&f->cache, cs);
    return PH_OK;
}

ph_rc ph_fold_explanation(ph_fold *f, const ph_entry *entry, ph_fold_result *ret)
{
    ph_explanation e;
    ph_rc rc = as_read(ph_explanation_read(entry->bytes, &e, NULL, NULL));

    if (rc != PH_OK)
        return rc;
    ret->sheet = (ph_sheet_key){.cluster = e.cluster, .form = e.form, .period = e.period};
    ph_judge_begin(&f->judge);
    rc = explain(f, entry, &e, &ret->sheet);
    return rc == PH_OK ? ph_fold_conclude(f, entry, ret) : rc;
}

/* The figures as frozen are published at once: nothing that comes later may stand between. */
static void freeze(ph_fold *f, ph_cached_sheet *cs)
{
    cs->sheet->state = PH_PERIOD_FROZEN;
    ph_sheet_touch(cs->sheet);
    ph_cache_mark_dirty(&f->cache, cs);
    f->wants_seal = true;
}

/* To the registry in force: what happened to it meanwhile went by a frozen sheet. */
static ph_rc reopen(ph_fold *f, ph_cached_sheet *cs, const ph_sheet_key *key)
{
    ph_rc rc = ph_cache_reopen(&f->cache, cs);

    if (rc == PH_NOT_FOUND)
        ph_judge_no_duty(&f->judge, key);
    else if (rc == PH_INVALID)
        ph_judge_find(&f->judge, PH_RULE_DECIDE_STATE, "registry");
    else if (rc != PH_OK)
        return rc;
    if (rc == PH_OK) {
        ph_cache_mark_dirty(&f->cache, cs);
        f->wants_seal = true;
    }
    return PH_OK;
}

/* ---- more time ---- */

/* When an entry came; cells of one row mostly come from the same. */
typedef struct arrival {
    uint64_t entry;
    int64_t at_us;
} arrival;

static ph_rc find_arrival(ph_agg_store *st, uint64_t seq, arrival *last)
{
    ph_entry e;
    ph_rc rc;

    if (last->entry == seq)
        return PH_OK;
    rc = st->ops->get_entry(st, seq, &e, NULL);
    if (rc == PH_OK)
        *last = (arrival){.entry = seq, .at_us = e.received_at_us};
    return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
}

/* What is marked late but came by the new instant: is there any, and is the mark to go? It goes also where the time is
 * given afterwards: what came when is in the log, and nobody is late who was given until then. */
static ph_rc excuse(ph_agg_store *st, ph_sheet *s, const ph_decision *d, bool is_carried_out, bool *ret_any)
{
    ph_rows rows = ph_judge_subjects(s, d->subject);
    arrival last = {0};
    ph_rc rc = PH_OK;

    *ret_any = false;
    for (uint16_t row = rows.first; row < rows.end; row++)
        for (uint16_t i = 0; i < s->n_columns; i++) {
            ph_cell *cell = ph_sheet_cell(s, row, i);
            if ((cell->marks & PH_MARK_LATE) == 0)
                continue;
            rc = find_arrival(st, cell->entry, &last);
            if (rc != PH_OK)
                return rc;
            if (last.at_us > d->due_us)
                continue;
            *ret_any = true;
            if (!is_carried_out)
                return PH_OK;
            cell->marks &= (uint8_t)~PH_MARK_LATE;
            s->columns[i].is_touched = true;
        }
    return PH_OK;
}

/* ---- decisions ---- */

static ph_rc decide(ph_fold *f, const ph_entry *entry, const ph_decision *d, const ph_sheet_key *key)
{
    ph_cached_sheet *cs = NULL;
    bool is_changed, excuses = false;
    ph_rc rc;

    if (!ph_judge_is_head(&f->judge, key, d->unit))
        return PH_OK;
    rc = ph_fold_sheet_for(f, key, d->unit, &cs);
    if (rc == PH_OK && cs != NULL && d->kind == PH_DECISION_EXTEND)
        rc = excuse(f->store, cs->sheet, d, false, &excuses);
    if (rc != PH_OK || cs == NULL)
        return rc;
    ph_judge_decision(&f->judge, cs, entry, d, excuses, &is_changed);
    if (is_changed)
        ph_cache_mark_dirty(&f->cache, cs);
    if (ph_findings_verdict(&f->judge.findings) == PH_VERDICT_REJECTED)
        return PH_OK;
    if (excuses)
        return excuse(f->store, cs->sheet, d, true, &excuses);
    if (d->kind == PH_DECISION_FREEZE)
        freeze(f, cs);
    return d->kind == PH_DECISION_REOPEN ? reopen(f, cs, key) : PH_OK;
}

ph_rc ph_fold_decision(ph_fold *f, const ph_entry *entry, ph_fold_result *ret)
{
    ph_decision d;
    ph_rc rc = as_read(ph_decision_read(entry->bytes, &d, NULL, NULL));

    if (rc != PH_OK)
        return rc;
    ret->sheet = (ph_sheet_key){.cluster = d.cluster, .form = d.form, .period = d.period};
    ph_judge_begin(&f->judge);
    rc = decide(f, entry, &d, &ret->sheet);
    return rc == PH_OK ? ph_fold_conclude(f, entry, ret) : rc;
}
