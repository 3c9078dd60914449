/* test_engine - what becomes of a submission.   Layer: tests */
#include "ph_engine_fixture.h"

#include "ph_agg_ram.h"

/* ---- genesis ---- */

static void a_new_ledger_publishes_that_nothing_is_there(void **state)
{
    fixture *f = *state;
    const ph_ledger_head *h = ph_engine_head(f->e);
    ph_figure figures[8];
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};
    ph_issue issue;
    ph_span packed;

    assert_int_equal(h->last_seq, 3); /* genesis, figure seal, seal */
    assert_int_equal(h->last_figure_seal, 2);
    assert_int_equal(h->last_record, 8); /* two periods of four indicators */
    assert_int_equal(h->roster_serial, 1);
    assert_int_equal(f->st->ops->get_summary(f->st, &key, 2, &packed), PH_OK);
    assert_int_equal(ph_issue_read(packed, figures, 8, &issue), PH_OK);
    assert_int_equal(issue.n_figures, 4);
    assert_int_equal(issue.state, PH_PERIOD_OPEN);
    assert_int_equal(figures[0].n_expected, 3);
    assert_int_equal(figures[0].n_received, 0);
    assert_false(figures[0].values[0].has_value);
    assert_int_equal(ph_world_genesis(&f->w, f->st, START), PH_EXISTS);
}

static void an_empty_ledger_is_not_opened(void **state)
{
    fixture *f = *state;
    ph_agg_store *empty = NULL;
    ph_engine *e = NULL;

    assert_int_equal(ph_agg_ram_open(&empty), PH_OK);
    assert_int_equal(ph_engine_open(empty, &f->w.source, &f->w.key, &e), PH_NOT_FOUND);
    empty->ops->close(empty);
}

/* ---- verdicts, in the order in which they are looked for ---- */

static void what_does_not_exist_is_rejected_and_consumes_no_number(void **state)
{
    fixture *f = *state;

    assert_judged(f, make(f, (ph_world_form){.cluster = 1, .revision = 1}), PH_VERDICT_REJECTED,
                  "submission.duty(F/2023-01)");
    assert_judged(f, make(f, (ph_world_form){.period = 7, .revision = 1}), PH_VERDICT_REJECTED,
                  "submission.duty(F/2023-08)");
    assert_judged(f, make(f, (ph_world_form){.unit = 5, .revision = 1}), PH_VERDICT_REJECTED,
                  "submission.member(c0/2023)");
    assert_judged(f, make(f, (ph_world_form){.revision = 1}), PH_VERDICT_ACCEPTED, "");
}

static void a_number_is_used_once(void **state)
{
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 2});
    ph_digest base = first->intake.body_digest;

    assert_judged(f, first, PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.revision = 2, .base_revision = 2, .base_digest = base}),
                  PH_VERDICT_REJECTED, "revision.reused(2)");
    /* one that was rejected is used up as well */
    assert_judged(f, make(f, (ph_world_form){.revision = 3}), PH_VERDICT_REJECTED, "revision.stale_base(2)");
    assert_judged(f, make(f, (ph_world_form){.revision = 3, .base_revision = 2, .base_digest = base}),
                  PH_VERDICT_REJECTED, "revision.reused(3)");
    assert_judged(f, make(f, (ph_world_form){.revision = 4, .base_revision = 2, .base_digest = base}),
                  PH_VERDICT_ACCEPTED, "");
    /* of another unit, another sheet */
    assert_judged(f, make(f, (ph_world_form){.unit = 1, .revision = 4}), PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 4}), PH_VERDICT_ACCEPTED, "");
}

static void an_older_one_that_comes_late_changes_nothing(void **state)
{
    static const int64_t other[] = {1, 2, 3, 4};
    fixture *f = *state;
    ph_sheet *s = NULL;

    assert_judged(f, make(f, (ph_world_form){.revision = 5}), PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.revision = 3, .values = other, .n_values = 4}), PH_VERDICT_ACCEPTED,
                  "revision.superseded(5)");
    assert_int_equal(ph_sheet_cell(sheet(f, 1, &s), 0, 0)->mantissa, 100);
    assert_int_equal(s->rows[0].last_revision, 5);
    assert_judged(f, make(f, (ph_world_form){.revision = 3}), PH_VERDICT_REJECTED, "revision.reused(3)");
    ph_sheet_free(s);
}

static void a_wrong_base_is_stale(void **state)
{
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});
    ph_digest base = first->intake.body_digest, other = base;

    other.bytes[0] ^= 1;
    assert_judged(f, make(f, (ph_world_form){.revision = 9, .base_revision = 1, .base_digest = base}),
                  PH_VERDICT_REJECTED, "revision.stale_base(0)");
    assert_judged(f, make(f, (ph_world_form){.revision = 10}), PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.revision = 11, .base_revision = 10, .base_digest = other}),
                  PH_VERDICT_REJECTED, "revision.stale_base(10)");
    assert_judged(f, make(f, (ph_world_form){.revision = 12, .base_revision = 9, .base_digest = base}),
                  PH_VERDICT_REJECTED, "revision.stale_base(10)");
}

static void what_comes_after_the_due_time_counts_and_is_marked(void **state)
{
    static const int64_t unusual[] = {10001, 200, 300, 400};
    fixture *f = *state;
    ph_sheet *s = NULL;
    int64_t due = START + PH_US_PER_DAY;

    assert_judged(f, make(f, (ph_world_form){.revision = 1, .received_at_us = due}), PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.unit = 1, .revision = 1, .received_at_us = due + 1}), PH_VERDICT_ACCEPTED,
                  "submission.late(2023-11-15T22:13:20Z)");
    assert_judged(
        f,
        make(f, (ph_world_form){.unit = 2, .revision = 1, .received_at_us = due + 1, .values = unusual, .n_values = 4}),
        PH_VERDICT_ACCEPTED, "submission.late(2023-11-15T22:13:20Z) range.soft()");
    (void)sheet(f, 1, &s);
    assert_int_equal(ph_sheet_cell(s, 0, 0)->marks, 0);
    assert_int_equal(ph_sheet_cell(s, 1, 0)->marks, PH_MARK_LATE);
    assert_int_equal(ph_sheet_cell(s, 2, 0)->marks, PH_MARK_LATE | PH_MARK_FLAGGED);
    assert_int_equal(ph_sheet_cell(s, 2, 1)->marks, PH_MARK_LATE);
    ph_sheet_free(s);
}

static void more_time_is_for_the_unit_that_was_given_it(void **state)
{
    fixture *f = *state;
    int64_t due = START + PH_US_PER_DAY, extended = due + INT64_C(3600) * PH_US_PER_S;

    assert_judged(f, make(f, (ph_world_form){.revision = 1, .received_at_us = due + 1}), PH_VERDICT_ACCEPTED,
                  "submission.late(2023-11-15T22:13:20Z)");
    const ph_world_sent *first = make(f, (ph_world_form){.unit = 1, .revision = 1, .received_at_us = extended});
    ph_digest base = first->intake.body_digest;
    assert_judged(f, first, PH_VERDICT_ACCEPTED, "");
    ph_world_form next = {
        .unit = 1, .revision = 2, .base_revision = 1, .base_digest = base, .received_at_us = extended + 1};
    assert_judged(f, make(f, next), PH_VERDICT_ACCEPTED, "submission.late(2023-11-15T23:13:20Z)");
}

static void a_revision_is_the_whole_form(void **state)
{
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});
    ph_sheet *s = NULL;

    assert_judged(f, first, PH_VERDICT_ACCEPTED, "");
    assert_judged(f,
                  make(f, (ph_world_form){.revision = 2,
                                          .base_revision = 1,
                                          .base_digest = first->intake.body_digest,
                                          .values = plain,
                                          .n_values = 2}),
                  PH_VERDICT_ACCEPTED, "");
    (void)sheet(f, 1, &s);
    assert_int_equal(ph_sheet_cell(s, 0, 1)->state, PH_CELL_GIVEN);
    assert_int_equal(ph_sheet_cell(s, 0, 1)->revision, 1); /* said again, it comes from where it was said first */
    assert_int_equal(s->rows[0].last_revision, 2);
    assert_int_equal(ph_sheet_cell(s, 0, 2)->state, PH_CELL_MISSING);
    assert_int_equal(ph_sheet_cell(s, 0, 2)->entry, 0);
    ph_sheet_free(s);
}

/* ---- known ids ---- */

static void the_same_bytes_again_are_a_duplicate(void **state)
{
    fixture *f = *state;
    const ph_world_sent *s = make(f, (ph_world_form){.revision = 1});
    ph_outcome first = send_alone(f, s), again = send_alone(f, s), third;
    uint64_t last = ph_engine_head(f->e)->last_seq;

    assert_int_equal(again.kind, PH_OUTCOME_DUPLICATE);
    assert_int_equal(again.seq, first.seq);
    assert_int_equal(again.verdict, PH_VERDICT_ACCEPTED);
    assert_int_equal(last, first.seq + 2); /* figure seal and seal of the first: nothing was logged for the second */
    begin(f, START + 3);
    first = take(f, make(f, (ph_world_form){.unit = 1, .revision = 1}));
    third = take(f, &f->sent[f->n_sent - 1]); /* in the very same batch */
    finish(f, false);
    assert_int_equal(third.kind, PH_OUTCOME_DUPLICATE);
    assert_int_equal(third.seq, first.seq);
}

static void other_bytes_under_a_known_id_conflict(void **state)
{
    fixture *f = *state;
    const ph_world_sent *s = make(f, (ph_world_form){.revision = 1, .number = 50});
    const ph_world_sent *other = make(f, (ph_world_form){.revision = 2, .number = 50});
    ph_outcome first = send_alone(f, s), o = send_alone(f, other);
    ph_uuid id = ph_world_id(50);
    ph_entry e;

    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_CONFLICT);
    assert_true(o.refusal.has_id);
    assert_memory_equal(&o.refusal.id, &id, sizeof id);
    assert_int_equal(f->st->ops->get_entry(f->st, first.seq, &e, NULL), PH_OK);
    assert_true(ph_span_eq(e.bytes, s->intake.body));
    /* another unit may use the same id */
    assert_judged(f, make(f, (ph_world_form){.unit = 1, .revision = 1, .number = 50}), PH_VERDICT_ACCEPTED, "");
}

static void a_key_speaks_for_its_own_unit_only(void **state)
{
    fixture *f = *state;
    ph_world_sent *s = &f->sent[f->n_sent];
    ph_outcome o;

    (void)make(f, (ph_world_form){.revision = 1});
    s->intake.unit = ph_span_str("u02");
    o = send_alone(f, s);
    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_FORBIDDEN);
    assert_int_equal(ph_engine_head(f->e)->last_seq, 3);
}

static void what_cannot_be_read_is_malformed_at_its_place(void **state)
{
    fixture *f = *state;
    ph_world_sent *s = &f->sent[f->n_sent];
    ph_outcome o;

    (void)make(f, (ph_world_form){.revision = 1});
    s->intake.body.len -= 1;
    o = send_alone(f, s);
    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_MALFORMED);
    assert_false(o.refusal.has_id);
    assert_true(o.refusal.offset > 100 && o.refusal.offset <= s->intake.body.len);
    assert_true(o.refusal.why.len > 0);
    assert_memory_equal(&o.refusal.digest, &s->intake.body_digest, sizeof(ph_digest));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_new_ledger_publishes_that_nothing_is_there),
        CASE(an_empty_ledger_is_not_opened),
        CASE(what_does_not_exist_is_rejected_and_consumes_no_number),
        CASE(a_number_is_used_once),
        CASE(an_older_one_that_comes_late_changes_nothing),
        CASE(a_wrong_base_is_stale),
        EXTENDED_CASE(more_time_is_for_the_unit_that_was_given_it),
        CASE(what_comes_after_the_due_time_counts_and_is_marked),
        CASE(a_revision_is_the_whole_form),
        CASE(the_same_bytes_again_are_a_duplicate),
        CASE(other_bytes_under_a_known_id_conflict),
        CASE(a_key_speaks_for_its_own_unit_only),
        CASE(what_cannot_be_read_is_malformed_at_its_place),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
