/* test_flow_period - periods that are frozen, reopened and given more time.   Layer: tests */
#include "ph_flow_fixture.h"

static void frozen_and_reopened(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    explain(f, ONE, A, 6000, "");
    rule(f, PH_DECISION_FREEZE, 0, NULL, "");
    assert_int_equal(look(f)->state, PH_PERIOD_FROZEN);
    assert_int_equal(published(f, "I000").state, PH_PERIOD_FROZEN);
    submit(f, TWO, 1000, 2000, PH_VERDICT_REJECTED, "submission.frozen()");
    submit(f, ONE, 1000, 2000, PH_VERDICT_REJECTED, "submission.frozen()");
    explain(f, ONE, A, 6000, "submission.frozen()");
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "submission.frozen()");
    rule(f, PH_DECISION_EXTEND, DUE + PH_US_PER_DAY, "x", "submission.frozen()");
    rule(f, PH_DECISION_FREEZE, 0, NULL, "decision.state(frozen)");
    assert_int_equal(look(f)->rows[TWO].highest_revision, 1); /* the number is used up */
    f->now_us = DUE + 1;
    assert_int_equal(ph_engine_take_boundaries(f->e, f->now_us), PH_OK); /* the calendar moves on, this does not */
    assert_int_equal(look(f)->state, PH_PERIOD_FROZEN);

    rule(f, PH_DECISION_REOPEN, 0, "Cục Thống kê đính chính", "");
    assert_int_equal(look(f)->state, PH_PERIOD_REOPENED);
    assert_int_equal(published(f, "I000").state, PH_PERIOD_REOPENED);
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED);
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "");
    submit(f, TWO, 1000, 2000, PH_VERDICT_ACCEPTED, "submission.late(2023-11-15T22:13:20Z)");
    rule(f, PH_DECISION_REOPEN, 0, "x", "decision.state(reopened)");
    f->now_us = DUE + 2 * PH_US_PER_DAY;
    assert_int_equal(ph_engine_take_boundaries(f->e, f->now_us), PH_OK);
    assert_int_equal(look(f)->state, PH_PERIOD_REOPENED);
    rule(f, PH_DECISION_FREEZE, 0, NULL, "");
    assert_int_equal(look(f)->state, PH_PERIOD_FROZEN);
    assert_int_equal(published(f, "I001").figure.n_received, 2);
}

/* The batch stays open, and @s with it; the entry. */
static uint64_t freeze_in_open_batch(fixture *f, ph_world_sent *s)
{
    ph_world_words words = {
        .unit = HEAD, .kind = PH_DECISION_FREEZE, .subject = NOBODY, .number = ++f->number, .received_at_us = START};
    ph_outcome o;

    ph_world_decide(&f->w, &words, s);
    s->intake.unit = ph_span_str(s->unit);
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_take(f->e, &s->intake, &o), PH_OK);
    return o.seq;
}

/* A freeze is sealed with figures in its own commit, also where nobody asks for them. */
static void a_freeze_publishes_at_once(void **state)
{
    fixture *f = *state;
    ph_world_sent s;
    uint64_t seq = freeze_in_open_batch(f, &s);

    assert_int_equal(ph_engine_finish(f->e, false), PH_OK);
    assert_int_equal(published(f, "I000").state, PH_PERIOD_FROZEN);
    assert_int_equal(ph_engine_head(f->e)->last_figure_seal, seq + 1);
    ph_world_drop(&s);
}

/* Frozen figures keep to the registry that they were frozen under, reopened ones come to the one in force. */
static void frozen_over_an_activation(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    rule(f, PH_DECISION_FREEZE, 0, NULL, "");
    activate(f, 1, false);
    assert_int_equal(look(f)->n_rows, 3);
    assert_int_equal(f->sheet->n_columns, 4);
    submit(f, ONE, 1000, 2000, PH_VERDICT_REJECTED, "submission.frozen()");
    ph_engine_free(f->e); /* read from the store again: still frozen, and whole */
    assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &f->e), PH_OK);
    submit(f, ONE, 1000, 2000, PH_VERDICT_REJECTED, "submission.frozen()");
    rule(f, PH_DECISION_REOPEN, 0, "x", "");
    assert_int_equal(look(f)->n_rows, 2); /* the last unit left the cluster */
    assert_int_equal(f->sheet->n_columns, 5);
    assert_int_equal(case_state(f, ONE, A), PH_CASE_HELD);
    explain(f, ONE, A, 6000, "");
}

/* Both in one commit: the frozen figures are still made by the registry that they were frozen under. */
static void frozen_just_before_an_activation(void **state)
{
    fixture *f = *state;
    ph_world_sent s;

    (void)freeze_in_open_batch(f, &s);
    activate(f, 1, true);
    latest l = published(f, "I000");
    assert_int_equal(l.state, PH_PERIOD_FROZEN);
    assert_true(ph_digest_eq(&l.registry, ph_registry_digest(ph_world_registry(&f->w, 0))));
    ph_world_drop(&s);
}

static void extended_deadlines(void **state)
{
    fixture *f = *state;
    ph_expected expected[8];
    size_t n;
    bool has_more;
    ph_world_words for_one = {.unit = HEAD, .kind = PH_DECISION_EXTEND, .subject = ONE, .text = "lũ lụt"};

    rule(f, PH_DECISION_EXTEND, DUE, "bão", "decision.due(2023-11-15T22:13:20Z)");
    rule(f, PH_DECISION_EXTEND, DUE + 10, NULL, "decision.reason(extend)");
    for_one.due_us = DUE + 1000;
    decide_by(f, for_one, "");
    assert_true(look(f)->rows[ONE].due_us == DUE + 1000);
    assert_true(f->sheet->rows[TWO].due_us == 0);
    decide_by(f, for_one, "decision.due(2023-11-15T22:13:20.001000Z)");
    for_one.subject = 7;
    decide_by(f, for_one, "submission.member(c0/2023)");
    rule(f, PH_DECISION_EXTEND, DUE + 500, "bão số 3", ""); /* who has more keeps it */
    assert_true(look(f)->rows[ONE].due_us == DUE + 1000);
    assert_true(f->sheet->rows[TWO].due_us == DUE + 500);
    assert_int_equal(ph_engine_expected(f->e, ph_span_str("u01"), expected, 8, &n, &has_more), PH_OK);
    assert_true(n >= 1 && expected[0].due_us == DUE + 1000);
    f->now_us = DUE + 501;
    submit(f, ONE, 1000, 2000, PH_VERDICT_ACCEPTED, "");
    submit(f, TWO, 1000, 2000, PH_VERDICT_ACCEPTED, "submission.late(2023-11-15T22:13:20.000500Z)");
    assert_cell(f, TWO, A, PH_CELL_GIVEN, PH_MARK_LATE);
    /* an extension that comes afterwards excuses; the receipt says what it said */
    rule(f, PH_DECISION_EXTEND, DUE + 5000, "x", "");
    assert_cell(f, TWO, A, PH_CELL_GIVEN, 0);
}

/* A period that is planned can be given more time; it is kept until it opens. */
static void a_planned_period_is_extended(void **state)
{
    fixture *f = *state;
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 2}};
    ph_span packed;
    uint64_t seq;

    decide_by(f,
              (ph_world_words){.unit = HEAD,
                               .kind = PH_DECISION_EXTEND,
                               .subject = NOBODY,
                               .period = 1,
                               .text = "nghỉ Tết",
                               .due_us = DUE + PH_US_PER_DAY + 7},
              "");
    f->now_us = START + PH_US_PER_DAY + 1;
    assert_int_equal(ph_engine_take_boundaries(f->e, f->now_us), PH_OK);
    ph_engine_free(f->e);
    assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &f->e), PH_OK);
    assert_int_equal(f->st->ops->get_sheet(f->st, &key, &seq, &packed), PH_OK);
    ph_sheet_free(f->sheet);
    assert_int_equal(ph_sheet_unpack(packed, &f->sheet), PH_OK);
    assert_int_equal(f->sheet->state, PH_PERIOD_OPEN);
    assert_true(f->sheet->rows[TWO].due_us == DUE + PH_US_PER_DAY + 7);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_RAM(frozen_just_before_an_activation),
        IN_RAM(frozen_and_reopened),
        IN_FILE(frozen_and_reopened),
        IN_RAM(a_freeze_publishes_at_once),
        IN_RAM(frozen_over_an_activation),
        IN_RAM(extended_deadlines),
        IN_FILE(extended_deadlines),
        IN_RAM(a_planned_period_is_extended),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
