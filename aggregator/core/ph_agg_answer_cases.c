/* ph_agg_answer_cases - the held values that a unit may know of, with what was said of them.   Layer: aggregator/core
 * (pure) */
#include "ph_agg_cache.h"
#include "ph_agg_engine_parts.h"
#include "ph_decision.h"
#include "ph_explanation.h"

/* texts has its room before anything points into it. */
typedef struct telling {
    ph_engine *e;
    const ph_registry *reg;
    ph_span unit;
    bool wants_open; /* those that wait, or those that are settled */
    uint32_t left_out;
    ph_case_line *ret;
    size_t max, n;
    bool has_more;
    ph_buf *texts;
} telling;

/* The sheet and the entries that texts come from are gone with the next call. */
static ph_span keep(telling *t, ph_span text)
{
    size_t at = t->texts->len;

    if (ph_buf_put_span(t->texts, text) != PH_OK)
        return (ph_span){0};
    return ph_span_of(t->texts->ptr + at, text.len);
}

/* ---- what was said ---- */

static ph_rc entry_bytes(telling *t, uint64_t seq, ph_span *ret)
{
    ph_entry entry;
    ph_rc rc = t->e->store->ops->get_entry(t->e->store, seq, &entry, NULL);

    if (rc == PH_OK)
        *ret = entry.bytes;
    return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
}

static ph_rc tell_explanation(telling *t, uint64_t seq, ph_span *ret)
{
    ph_explanation e;
    ph_span bytes;
    ph_rc rc = seq == 0 ? PH_OK : entry_bytes(t, seq, &bytes);

    if (seq == 0 || rc != PH_OK)
        return rc;
    rc = ph_explanation_read(bytes, &e, NULL, NULL);
    if (rc == PH_OK)
        *ret = keep(t, e.text);
    return ph_rc_class(rc) == PH_CLASS_REJECT ? PH_CORRUPT : rc;
}

static ph_rc tell_reason(telling *t, uint64_t seq, ph_span *ret)
{
    ph_decision d;
    ph_span bytes;
    ph_rc rc = seq == 0 ? PH_OK : entry_bytes(t, seq, &bytes);

    if (seq == 0 || rc != PH_OK)
        return rc;
    rc = ph_decision_read(bytes, &d, NULL, NULL);
    if (rc == PH_OK)
        *ret = keep(t, d.reason);
    return ph_rc_class(rc) == PH_CLASS_REJECT ? PH_CORRUPT : rc;
}

/* ---- what its rules found ---- */

/* A value is held by a finding that stands on the page of its receipt, unless the page was cut before it. */
static void take_found(telling *t, const ph_finding *page, size_t n, ph_case_line *line)
{
    for (unsigned k = 0; k < line->n_rules; k++)
        for (size_t i = 0; i < n && !line->found[k].is_known; i++) {
            const ph_finding *f = &page[i];
            if (f->action == PH_ACTION_HOLD && ph_span_eq(f->rule, line->rules[k]) &&
                ph_span_eq(f->indicator, line->of.indicator))
                line->found[k] = (ph_case_found){.is_known = true,
                                                 .has_value = f->has_value,
                                                 .has_bound = f->has_bound,
                                                 .value = f->value,
                                                 .bound = f->bound,
                                                 .detail = keep(t, f->detail)};
        }
}

static ph_rc tell_found_by(telling *t, uint64_t seq, ph_case_line *line)
{
    ph_finding page[PH_MAX_FINDINGS];
    ph_stored_verdict verdict;
    size_t n = 0;
    ph_rc rc = t->e->store->ops->get_entry(t->e->store, seq, NULL, &verdict);

    if (rc == PH_OK)
        rc = ph_findings_read(verdict.findings, page, PH_MAX_FINDINGS, &n);
    if (rc == PH_NOT_FOUND || ph_rc_class(rc) == PH_CLASS_REJECT)
        return PH_CORRUPT;
    if (rc == PH_OK)
        take_found(t, page, n, line);
    return rc;
}

/* As the unit's last revision found it, which says again what it did not change: a rule that looks at other cells may
 * have found another thing in one before. Where the head had let the value pass by then its holds are gone from that
 * page, and the one that was first held says it. */
static ph_rc tell_found(telling *t, const ph_case *c, uint64_t last_entry, ph_case_line *line)
{
    ph_rc rc = tell_found_by(t, last_entry, line);

    if (rc == PH_OK && !ph_case_is_open(c) && c->entry != last_entry && !ph_case_has_found(line))
        rc = tell_found_by(t, c->entry, line);
    return rc;
}

/* ---- cases ---- */

static ph_rc tell(telling *t, const ph_sheet *s, const ph_case *c)
{
    const ph_cell *cell = ph_sheet_cell(s, c->row, c->column);
    ph_case_line *line = &t->ret[t->n++];
    ph_rc rc;

    *line = (ph_case_line){.of = {.cluster = keep(t, ph_span_str(s->cluster)),
                                  .form = keep(t, ph_span_str(s->form)),
                                  .period = s->period,
                                  .unit = keep(t, ph_span_str(s->rows[c->row].unit)),
                                  .indicator = keep(t, ph_span_str(s->columns[c->column].indicator)),
                                  .value = {.mantissa = cell->mantissa, .scale = s->columns[c->column].decimals},
                                  .status = cell->status},
                           .digest = c->value,
                           .state = c->state,
                           .n_rules = c->n_rules,
                           .entry = c->entry};
    for (unsigned i = 0; i < c->n_rules; i++)
        line->rules[i] = keep(t, ph_span_str(c->rules[i]));
    rc = tell_found(t, c, s->rows[c->row].last_entry, line);
    if (rc == PH_OK)
        rc = tell_explanation(t, c->explanation, &line->explanation);
    if (rc == PH_OK)
        rc = tell_reason(t, c->decision, &line->reason);
    return rc == PH_OK ? t->texts->rc : rc;
}

/* What is wanted of one sheet: all rows for who leads the cluster, his own for anybody else. A frozen one is over. */
static ph_rc tell_sheet(telling *t, const ph_sheet *s, bool leads)
{
    uint16_t row = ph_sheet_find_row(s, t->unit);
    ph_rc rc = PH_OK;

    for (uint16_t i = 0; rc == PH_OK && i < s->n_cases && s->state != PH_PERIOD_FROZEN; i++) {
        const ph_case *c = &s->cases[i];
        if (ph_case_is_open(c) != t->wants_open || (!leads && c->row != row))
            continue;
        if (t->left_out > 0) {
            t->left_out--;
        } else if (t->n == t->max) {
            t->has_more = true;
            break;
        } else {
            rc = tell(t, s, c);
        }
    }
    return rc;
}

static ph_rc tell_duty(telling *t, const ph_calendar_item *duty)
{
    const ph_cycle *cycle = ph_cluster_cycle(ph_registry_cluster(t->reg, duty->cluster), duty->period);
    uint16_t number = ph_registry_find_unit(t->reg, t->unit);
    uint16_t member = cycle == NULL || number == PH_NO_INDEX ? PH_NO_INDEX : ph_cycle_member(cycle, number);
    ph_sheet_key key = ph_duty_key(t->reg, duty);
    const ph_sheet *s = NULL;
    ph_rc rc;

    if (member == PH_NO_INDEX)
        return PH_OK;
    rc = ph_fold_sheet(t->e->fold, &key, &s);
    if (rc == PH_OK)
        rc = tell_sheet(t, s, cycle->roles[member] != PH_ROLE_MEMBER);
    return rc == PH_NOT_FOUND ? PH_OK : rc;
}

static ph_rc tell_all(telling *t, bool wants_open)
{
    ph_rc rc = PH_OK;

    t->wants_open = wants_open;
    for (size_t i = 0; rc == PH_OK && !t->has_more && i < ph_registry_n_calendar(t->reg); i++)
        rc = tell_duty(t, ph_registry_calendar(t->reg, i));
    return rc;
}

ph_rc ph_engine_cases(ph_engine *e, ph_span unit, uint32_t n_skipped, size_t max, ph_buf *texts, ph_status *ret)
{
    telling t = {.e = e,
                 .reg = ph_fold_registry(e->fold),
                 .unit = unit,
                 .left_out = n_skipped,
                 .ret = ret->cases,
                 .max = max,
                 .texts = texts};
    ph_rc rc;

    ph_buf_clear(texts);
    if (ph_buf_reserve(texts, max * PH_CASE_TEXTS_BYTES) == NULL)
        return texts->rc;
    rc = tell_all(&t, true);
    if (rc == PH_OK && !t.has_more)
        rc = tell_all(&t, false);
    ret->n_cases = t.n;
    ret->has_more_cases = t.has_more;
    return rc;
}
