/* ph_agg_judge - the verdict on one submission.   Layer: aggregator/core (pure) */
#include "ph_agg_judge.h"

#include <stdio.h>

#include "ph_agg_cases.h"

void ph_judge_begin(ph_judge *j)
{
    j->evidence = NULL;
    j->findings.n_all = 0;
    j->findings.n = 0;
    j->findings.n_order = 0;
    j->findings.n_holds = 0;
    j->findings.worst = PH_ACTION_NOTE;
    memset(j->findings.counts, 0, sizeof j->findings.counts);
    j->n_details = 0;
}

void ph_judge_find(ph_judge *j, ph_rule rule, const char *detail)
{
    char *kept = j->detail[j->n_details++];

    (void)snprintf(kept, sizeof j->detail[0], "%s", detail);
    ph_findings_add(&j->findings, rule, &(ph_finding){.row = -1, .detail = ph_span_str(kept)});
}

static void find_number(ph_judge *j, ph_rule rule, uint32_t number)
{
    char text[16];

    (void)snprintf(text, sizeof text, "%u", number);
    ph_judge_find(j, rule, text);
}

void ph_judge_find_time(ph_judge *j, ph_rule rule, int64_t time_us)
{
    char text[PH_TIME_TEXT_BYTES];

    (void)ph_time_print_utc(time_us, text);
    ph_judge_find(j, rule, text);
}

void ph_judge_no_duty(ph_judge *j, const ph_sheet_key *key)
{
    char text[sizeof j->detail[0]], period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(key->period, period);
    (void)snprintf(text, sizeof text, "%.*s/%.*s", (int)key->form.len, (const char *)key->form.ptr,
                   PH_PERIOD_TEXT_BYTES, period);
    ph_judge_find(j, PH_RULE_DUTY, text);
}

void ph_judge_no_member(ph_judge *j, const ph_sheet_key *key)
{
    char text[sizeof j->detail[0]];

    (void)snprintf(text, sizeof text, "%.*s/%u", (int)key->cluster.len, (const char *)key->cluster.ptr,
                   key->period.year);
    ph_judge_find(j, PH_RULE_MEMBER, text);
}

static bool is_base(const ph_sheet_row *row, const ph_submission *sub)
{
    return sub->base_revision == row->last_revision &&
           (row->last_revision == 0 || ph_digest_eq(&sub->base_digest, &row->last_digest));
}

/* What comes before the cells. True: go on to them. */
static bool check_standing(ph_judge *j, const ph_cached_sheet *cs, const ph_sheet_row *row, const ph_submission *sub,
                           bool is_consumed)
{
    if (cs->sheet->state == PH_PERIOD_FROZEN)
        ph_judge_find(j, PH_RULE_FROZEN, "");
    else if (cs->sheet->state == PH_PERIOD_PLANNED)
        ph_judge_find_time(j, PH_RULE_NOT_OPEN, cs->duty->opens_us);
    else if (is_consumed)
        find_number(j, PH_RULE_REUSED, sub->revision);
    else if (sub->revision < row->last_revision)
        find_number(j, PH_RULE_SUPERSEDED, row->last_revision);
    else if (!is_base(row, sub))
        find_number(j, PH_RULE_STALE_BASE, row->last_revision);
    else
        return true;
    return false;
}

bool ph_judge_is_blank(ph_span text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.ptr[i] > ' ')
            return false;
    return true;
}

/* A correction says what kind it is, and why. */
static void check_reason(ph_judge *j, const ph_submission *sub)
{
    if (sub->base_revision != 0 && (sub->kind == PH_REVISION_FIRST || ph_judge_is_blank(sub->reason)))
        ph_judge_find(j, PH_RULE_NO_REASON, "");
}

int64_t ph_judge_due(const ph_cached_sheet *cs, const ph_sheet_row *row, ph_date known_on)
{
    const ph_calendar_item *duty = cs->duty;
    int64_t due_us = duty == NULL ? 0 : duty->due_us;

    if (duty != NULL && duty->n_extensions > 0)
        due_us = ph_calendar_due(duty, ph_registry_find_unit(cs->reg, ph_span_str(row->unit)), known_on);
    return row->due_us > due_us ? row->due_us : due_us;
}

static bool is_same_cell(const ph_cell *a, const ph_cell *b)
{
    return a->state == b->state && a->mantissa == b->mantissa && a->status == b->status && a->marks == b->marks;
}

/* The unit says again what stands: whether it waits or counts may have changed, what was given has not. */
static bool is_said_again(const ph_cell *at, const ph_cell *fresh)
{
    return at->state != PH_CELL_MISSING && (at->state == PH_CELL_NO_VALUE) == (fresh->state == PH_CELL_NO_VALUE) &&
           at->mantissa == fresh->mantissa && at->status == fresh->status;
}

/* Does it look different? What was said first, entry and all, stays; only whether it waits, and its marks, may have
 * changed. */
static bool stands_on(ph_cell *at, const ph_cell *said)
{
    uint8_t marks = (uint8_t)(said->marks | (at->marks & PH_MARK_LATE));
    bool is_changed = at->state != said->state || at->marks != marks;

    at->state = said->state;
    at->marks = marks;
    return is_changed;
}

static bool put_cell(ph_cell *at, const ph_cell *said, uint64_t seq, uint32_t revision, bool is_late)
{
    ph_cell fresh = {0};
    bool is_changed;

    if (said->state != PH_CELL_MISSING) {
        fresh = *said;
        fresh.entry = seq;
        fresh.revision = revision;
        fresh.marks |= is_late ? PH_MARK_LATE : 0;
    }
    is_changed = !is_same_cell(at, &fresh);
    *at = fresh;
    return is_changed;
}

/* A revision is the whole form: a cell that it does not name is missing from now on. A cell that it says again comes
 * from the entry that said it first, and is late only if that one was. A column is touched only by what would be seen
 * in a figure. */
static void write_cells(ph_sheet *s, uint16_t row, const ph_cell *cells, uint64_t seq, uint32_t revision, bool is_late)
{
    for (uint16_t i = 0; i < s->n_columns; i++) {
        ph_cell *at = ph_sheet_cell(s, row, i);
        const ph_cell *said = &cells[i];
        if (said->state == PH_CELL_MISSING && at->state == PH_CELL_MISSING)
            continue;
        if (said->state != PH_CELL_MISSING && is_said_again(at, said))
            s->columns[i].is_touched |= stands_on(at, said);
        else
            s->columns[i].is_touched |= put_cell(at, said, seq, revision, is_late);
    }
}

ph_rc ph_judge_on_sheet(ph_judge *j, ph_cached_sheet *cs, uint16_t at, const ph_entry *entry, const ph_submission *sub,
                        bool is_consumed, bool *ret_is_changed)
{
    ph_sheet_row *row = &cs->sheet->rows[at];
    int64_t due_us = ph_judge_due(cs, row, ph_date_of_us(entry->received_at_us));
    bool is_late = entry->received_at_us > due_us, goes_on = check_standing(j, cs, row, sub, is_consumed);
    ph_rc rc = PH_OK;

    if (goes_on)
        check_reason(j, sub);
    if (goes_on && is_late)
        ph_judge_find_time(j, PH_RULE_LATE, due_us);
    if (goes_on)
        rc = ph_validate(cs->plan, sub, j->evidence, j->cells, &j->findings);
    if (rc == PH_OK && goes_on && ph_findings_verdict(&j->findings) != PH_VERDICT_REJECTED)
        rc = ph_cases_follow(j, cs, at, entry->seq);
    if (rc != PH_OK)
        return rc;
    *ret_is_changed = false;
    if (!is_consumed && sub->revision > row->highest_revision) {
        row->highest_revision = sub->revision;
        *ret_is_changed = true;
    }
    if (goes_on && ph_findings_verdict(&j->findings) != PH_VERDICT_REJECTED) {
        row->last_revision = sub->revision;
        row->last_digest = entry->digest;
        row->last_entry = entry->seq;
        row->words = ph_submission_words(sub);
        cs->sheet->has_register |= sub->n_narratives > 0;
        write_cells(cs->sheet, at, j->cells, entry->seq, sub->revision, is_late);
        *ret_is_changed = true;
    }
    return PH_OK;
}
