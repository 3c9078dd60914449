/* test_engine_figures - when figures are published, how time and the calendar go.   Layer: tests */
#include "ph_engine_fixture.h"

static void a_figure_is_published_when_it_changed(void **state)
{
    static const int64_t changed[] = {100, 200, 999, 400};
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});
    uint64_t before = ph_engine_head(f->e)->last_record;

    (void)send_alone(f, first);
    assert_int_equal(ph_engine_head(f->e)->last_record, before + 4);
    (void)send_alone(
        f, make(f, (ph_world_form){.revision = 2, .base_revision = 1, .base_digest = first->intake.body_digest}));
    assert_int_equal(ph_engine_head(f->e)->last_record, before + 4); /* the same values again */
    (void)send_alone(f, make(f, (ph_world_form){.revision = 3,
                                                .base_revision = 2,
                                                .base_digest = f->sent[1].intake.body_digest,
                                                .values = changed,
                                                .n_values = 4}));
    assert_int_equal(ph_engine_head(f->e)->last_record, before + 5);
}

static void what_changed_back_before_the_seal_is_not_published(void **state)
{
    static const int64_t changed[] = {1, 2, 3, 4};
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1}), *second;
    uint64_t before;
    ph_sheet *s = NULL;

    (void)send_alone(f, first);
    before = ph_engine_head(f->e)->last_record;
    begin(f, START + 3);
    second = make(f, (ph_world_form){.revision = 2,
                                     .base_revision = 1,
                                     .base_digest = first->intake.body_digest,
                                     .values = changed,
                                     .n_values = 4});
    (void)take(f, second);
    (void)take(f,
               make(f, (ph_world_form){.revision = 3, .base_revision = 2, .base_digest = second->intake.body_digest}));
    finish(f, true);
    assert_int_equal(ph_engine_head(f->e)->last_record, before);
    assert_int_equal(sheet(f, 1, &s)->rows[0].last_revision, 3); /* but the sheet was written */
    assert_false(s->columns[0].is_touched);
    ph_sheet_free(s);
}

static void figures_wait_for_their_seal(void **state)
{
    fixture *f = *state;
    uint64_t before = ph_engine_head(f->e)->last_record;

    begin(f, START + 2);
    (void)take(f, make(f, (ph_world_form){.revision = 1}));
    finish(f, false);
    assert_true(ph_engine_wants_figures(f->e));
    assert_int_equal(ph_engine_head(f->e)->last_record, before);
    begin(f, START + 3);
    finish(f, true); /* nothing was taken: only the figures */
    assert_false(ph_engine_wants_figures(f->e));
    assert_int_equal(ph_engine_head(f->e)->last_record, before + 4);
    begin(f, START + 4);
    finish(f, true); /* nothing at all: no entry */
    assert_int_equal(ph_engine_head(f->e)->last_seq, ph_engine_head(f->e)->last_figure_seal + 1);
}

static void the_durable_mark_is_one_commit_behind(void **state)
{
    fixture *f = *state;
    uint64_t at_genesis = ph_engine_head(f->e)->last_record, seq;

    assert_int_equal(ph_engine_head(f->e)->durable_record, 0);
    (void)send_alone(f, make(f, (ph_world_form){.revision = 1}));
    assert_int_equal(ph_engine_head(f->e)->durable_record, at_genesis);
    seq = ph_engine_head(f->e)->last_seq;
    assert_int_equal(ph_engine_mark_durable(f->e), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->durable_record, ph_engine_head(f->e)->last_record);
    assert_int_equal(ph_engine_mark_durable(f->e), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->last_seq, seq);
}

static void time_never_goes_back_in_the_log(void **state)
{
    fixture *f = *state;

    begin(f, START + 1000);
    (void)take(f, make(f, (ph_world_form){.revision = 1}));
    finish(f, true);
    begin(f, START - 5000);
    (void)take(f, make(f, (ph_world_form){.unit = 1, .revision = 1}));
    finish(f, true);
    assert_int_equal(ph_engine_head(f->e)->sealed_at_us, START + 1000);
}

static ph_period_state state_of(fixture *f, uint8_t month)
{
    ph_sheet *s = NULL;
    ph_period_state state = sheet(f, month, &s)->state;

    ph_sheet_free(s);
    return state;
}

static void the_calendar_opens_and_closes_without_traffic(void **state)
{
    fixture *f = *state;
    uint64_t before = ph_engine_head(f->e)->last_seq;

    assert_int_equal(state_of(f, 1), PH_PERIOD_OPEN);
    assert_int_equal(ph_engine_next_boundary(f->e), START + PH_US_PER_DAY);
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY - 1), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->last_seq, before);
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY), PH_OK);
    assert_int_equal(state_of(f, 1), PH_PERIOD_DUE);
    assert_int_equal(state_of(f, 2), PH_PERIOD_OPEN);
    /* all that was missed, in order: days 2, 3 and 4 */
    before = ph_engine_head(f->e)->last_seq;
    assert_int_equal(ph_engine_take_boundaries(f->e, START + 9 * PH_US_PER_DAY), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->last_seq, before + 6);
    assert_int_equal(state_of(f, 1), PH_PERIOD_CLOSED);
    assert_int_equal(state_of(f, 3), PH_PERIOD_CLOSED);
    assert_int_equal(ph_engine_next_boundary(f->e), INT64_MAX);
    /* closed is no refusal */
    assert_judged(f, make(f, (ph_world_form){.revision = 1, .received_at_us = START + 9 * PH_US_PER_DAY}),
                  PH_VERDICT_ACCEPTED, "submission.late(2023-11-15T22:13:20Z)");
}

static void what_comes_before_the_opening_is_rejected_but_logged(void **state)
{
    fixture *f = *state;
    uint64_t before = ph_engine_head(f->e)->last_record;
    ph_sheet *s = NULL;

    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 1}), PH_VERDICT_REJECTED,
                  "submission.not_open(2023-11-15T22:13:20Z)");
    assert_int_equal(state_of(f, 2), PH_PERIOD_PLANNED);
    assert_int_equal(ph_engine_head(f->e)->last_record, before); /* a planned sheet publishes nothing */
    /* by the state at the last seal, not by the time of arrival */
    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 2, .received_at_us = START + 2 * PH_US_PER_DAY}),
                  PH_VERDICT_REJECTED, "submission.not_open(2023-11-15T22:13:20Z)");
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY), PH_OK);
    assert_int_equal(state_of(f, 2), PH_PERIOD_OPEN);
    assert_int_equal(sheet(f, 2, &s)->rows[0].highest_revision, 2);
    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 2}), PH_VERDICT_REJECTED, "revision.reused(2)");
    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 3}), PH_VERDICT_ACCEPTED, "");
    ph_sheet_free(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_figure_is_published_when_it_changed),
        CASE(what_changed_back_before_the_seal_is_not_published),
        CASE(figures_wait_for_their_seal),
        CASE(the_durable_mark_is_one_commit_behind),
        CASE(time_never_goes_back_in_the_log),
        STAGGERED_CASE(the_calendar_opens_and_closes_without_traffic),
        STAGGERED_CASE(what_comes_before_the_opening_is_rejected_but_logged),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
