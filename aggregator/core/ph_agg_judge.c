/* ph_agg_judge - the verdict on one submission.   Layer: aggregator/core (pure) */
#include "ph_agg_judge.h"

#include <stdio.h>

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

/* A finding on the whole submission; @detail is copied. */
static void find(ph_judge *j, ph_rule rule, const char *detail)
{
    char *kept = j->detail[j->n_details++];

    (void)snprintf(kept, sizeof j->detail[0], "%s", detail);
    ph_findings_add(&j->findings, rule, &(ph_finding){.row = -1, .detail = ph_span_str(kept)});
}

static void find_number(ph_judge *j, ph_rule rule, uint32_t number)
{
    char text[16];

    (void)snprintf(text, sizeof text, "%u", number);
    find(j, rule, text);
}

static void find_time(ph_judge *j, ph_rule rule, int64_t time_us)
{
    char text[PH_TIME_TEXT_BYTES];

    (void)ph_time_print_utc(time_us, text);
    find(j, rule, text);
}

void ph_judge_no_duty(ph_judge *j, const ph_submission *sub)
{
    char text[sizeof j->detail[0]], period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(sub->period, period);
    (void)snprintf(text, sizeof text, "%.*s/%.*s", (int)sub->form.len, (const char *)sub->form.ptr,
                   PH_PERIOD_TEXT_BYTES, period);
    find(j, PH_RULE_DUTY, text);
}

void ph_judge_no_member(ph_judge *j, const ph_submission *sub)
{
    char text[sizeof j->detail[0]];

    (void)snprintf(text, sizeof text, "%.*s/%u", (int)sub->cluster.len, (const char *)sub->cluster.ptr,
                   sub->period.year);
    find(j, PH_RULE_MEMBER, text);
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
    if (cs->sheet->state == PH_PERIOD_PLANNED)
        find_time(j, PH_RULE_NOT_OPEN, cs->duty->opens_us);
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

static bool is_same_cell(const ph_cell *a, const ph_cell *b)
{
    return a->state == b->state && a->mantissa == b->mantissa && a->status == b->status && a->marks == b->marks;
}

/* A revision is the whole form: a cell that it does not name is missing from now on. A column is touched only by what
 * would be seen in a figure; every cell names the entry that it now comes from. */
static void write_cells(ph_sheet *s, uint16_t row, const ph_cell *cells, uint64_t seq, uint32_t revision, bool is_late)
{
    for (uint16_t i = 0; i < s->n_columns; i++) {
        ph_cell *at = ph_sheet_cell(s, row, i), fresh = cells[i];
        if (fresh.state == PH_CELL_MISSING) {
            fresh = (ph_cell){0};
        } else {
            fresh.entry = seq;
            fresh.revision = revision;
            fresh.marks |= is_late ? PH_MARK_LATE : 0;
        }
        if (!is_same_cell(at, &fresh))
            s->columns[i].is_touched = true;
        *at = fresh;
    }
}

ph_rc ph_judge_on_sheet(ph_judge *j, ph_cached_sheet *cs, uint16_t at, const ph_entry *entry, const ph_submission *sub,
                        bool is_consumed, bool *ret_is_changed)
{
    ph_sheet_row *row = &cs->sheet->rows[at];
    bool is_late = entry->received_at_us > cs->duty->due_us, goes_on = check_standing(j, cs, row, sub, is_consumed);
    ph_rc rc = PH_OK;

    if (goes_on && is_late)
        find_time(j, PH_RULE_LATE, cs->duty->due_us);
    if (goes_on)
        rc = ph_validate(cs->plan, sub, j->evidence, j->cells, &j->findings);
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
        write_cells(cs->sheet, at, j->cells, entry->seq, sub->revision, is_late);
        *ret_is_changed = true;
    }
    return PH_OK;
}
