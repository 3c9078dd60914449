/* test_flow_late - what is late, what stays in time, and whom more time excuses.   Layer: tests */
#include "ph_flow_fixture.h"

#define RULE_LATE "submission.late(2023-11-15T22:13:20Z)"

static void at(fixture *f, int64_t now_us)
{
    f->now_us = now_us;
    assert_int_equal(ph_engine_take_boundaries(f->e, now_us), PH_OK);
}

static size_t n_summaries;

static bool count(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    static ph_figure figures[PH_MAX_OBSERVATIONS];
    ph_issue issue;

    (void)key;
    (void)seal;
    assert_int_equal(ph_issue_read(packed, figures, PH_MAX_OBSERVATIONS, &issue), PH_OK);
    for (size_t i = 0; i < issue.n_figures; i++)
        n_summaries += ph_span_is(figures[i].indicator, arg);
    return true;
}

/* How often an indicator of the first period was published. */
static size_t vintages(fixture *f, const char *indicator)
{
    char name[PH_ID_BUFFER_BYTES];
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};

    n_summaries = 0;
    assert_true(ph_span_copy(ph_span_str(indicator), name, sizeof name));
    assert_int_equal(f->st->ops->walk_summaries(f->st, &key, count, name), PH_OK);
    return n_summaries;
}

static void assert_origin(fixture *f, uint16_t row, uint16_t column, uint64_t entry, uint32_t revision)
{
    const ph_cell *cell = ph_sheet_cell(look(f), row, column);

    assert_int_equal(cell->entry, entry);
    assert_int_equal(cell->revision, revision);
}

/* A value that came in time is not late because another of the form was corrected: nothing of it is published anew. */
static void one_corrected_cell_is_late_alone(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 1000, 2000, PH_VERDICT_ACCEPTED, "");
    uint64_t first = f->last;
    at(f, DUE + 1);
    size_t before = vintages(f, "I002");
    submit(f, ONE, 1001, 2000, PH_VERDICT_ACCEPTED, RULE_LATE);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_LATE);
    assert_cell(f, ONE, B, PH_CELL_GIVEN, 0);
    assert_origin(f, ONE, A, f->last, 2);
    assert_origin(f, ONE, B, first, 1);
    assert_int_equal(vintages(f, "I002"), before);
    submit(f, ONE, 1000, 2000, PH_VERDICT_ACCEPTED, RULE_LATE); /* back to what was said first: said anew */
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_LATE);
    submit(f, TWO, 1000, 2000, PH_VERDICT_ACCEPTED, RULE_LATE);
    assert_cell(f, TWO, B, PH_CELL_GIVEN, PH_MARK_LATE);
    submit(f, TWO, 1001, 2000, PH_VERDICT_ACCEPTED, RULE_LATE);
    assert_cell(f, TWO, B, PH_CELL_GIVEN, PH_MARK_LATE); /* a late one stays late */
}

/* A value that waits keeps its story and its standing. */
static void a_held_cell_that_stays_held_keeps_its_standing(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    uint64_t first = f->last;
    explain(f, ONE, A, 6000, "");
    at(f, DUE + 1);
    submit(f, ONE, 6000, 2001, PH_VERDICT_HELD, RULE_LATE " guard.a()");
    assert_cell(f, ONE, A, PH_CELL_HELD, PH_MARK_EXPLAINED);
    assert_cell(f, ONE, B, PH_CELL_GIVEN, PH_MARK_LATE);
    assert_origin(f, ONE, A, first, 1);
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED);
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "");
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_EXPLAINED | PH_MARK_CONFIRMED);
}

/* Given again after it was taken back, a value came when it was given again. */
static void a_value_taken_back_comes_anew(void **state)
{
    static const int64_t all[] = {100, 1000, 2000, 400};
    fixture *f = *state;
    ph_world_form form = {.unit = ONE, .revision = 1, .values = all, .n_values = 4, .received_at_us = START};
    ph_world_sent s;

    for (uint32_t revision = 1; revision <= 3; revision++) {
        form.revision = revision;
        form.n_values = revision == 2 ? 3 : 4;
        form.number = ++f->number;
        form.received_at_us = f->now_us;
        ph_world_make(&f->w, &form, &s);
        form.base_revision = revision;
        form.base_digest = s.intake.body_digest;
        judged(f, &s, PH_VERDICT_ACCEPTED, revision == 1 ? "" : RULE_LATE);
        at(f, DUE + 1);
    }
    assert_cell(f, ONE, 3, PH_CELL_GIVEN, PH_MARK_LATE);
    assert_cell(f, ONE, B, PH_CELL_GIVEN, 0);
}

static void extend_one(fixture *f, uint16_t unit, int64_t due_us, const char *findings)
{
    decide_by(f,
              (ph_world_words){
                  .unit = HEAD, .kind = PH_DECISION_EXTEND, .subject = unit, .text = "bão số 3", .due_us = due_us},
              findings);
}

/* Decided afterwards, too: what came by the new instant is not late, and the figures say so at once. */
static void more_time_excuses_what_came_by_then(void **state)
{
    fixture *f = *state;

    at(f, DUE + 1000);
    submit(f, ONE, 1000, 2000, PH_VERDICT_ACCEPTED, RULE_LATE);
    submit(f, TWO, 1000, 2000, PH_VERDICT_ACCEPTED, RULE_LATE);
    at(f, DUE + 2000);
    submit(f, ONE, 1001, 2000, PH_VERDICT_ACCEPTED, RULE_LATE);
    extend_one(f, ONE, DUE + 999, "");
    assert_cell(f, ONE, B, PH_CELL_GIVEN, PH_MARK_LATE);
    extend_one(f, ONE, DUE + 1000, "");
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_LATE); /* corrected after that, too */
    assert_cell(f, ONE, B, PH_CELL_GIVEN, 0);            /* came by then, and has stood since */
    assert_cell(f, TWO, B, PH_CELL_GIVEN, PH_MARK_LATE);
    latest l = published(f, "I002");
    assert_int_equal(l.figure.members[ONE].marks, 0);
    assert_int_equal(l.figure.members[TWO].marks, PH_MARK_LATE);
    size_t before = vintages(f, "I002");
    rule(f, PH_DECISION_EXTEND, DUE + 1500, "cả cụm", "");
    assert_cell(f, TWO, A, PH_CELL_GIVEN, 0);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_LATE);
    assert_int_equal(vintages(f, "I002"), before + 1);
    assert_int_equal(published(f, "I002").figure.members[TWO].marks, 0);
    rule(f, PH_DECISION_EXTEND, DUE + 2000, "cả cụm", "");
    assert_cell(f, ONE, A, PH_CELL_GIVEN, 0);
    assert_int_equal(vintages(f, "I002"), before + 1); /* nothing of it changed any more */
}

/* In one batch with what it excuses, and folded again from the log after the power went. */
static void more_time_in_the_batch_of_what_came_late(void **state)
{
    fixture *f = *state;
    const int64_t values[] = {100, 1000, 2000, 400};
    ph_world_form form = {
        .unit = ONE, .revision = 1, .values = values, .n_values = 4, .number = ++f->number, .received_at_us = DUE + 5};
    ph_world_words words = {.unit = HEAD,
                            .kind = PH_DECISION_EXTEND,
                            .subject = ONE,
                            .due_us = DUE + 5,
                            .text = "bão",
                            .number = ++f->number,
                            .received_at_us = DUE + 6};
    ph_world_sent sent[2];
    ph_outcome o;

    at(f, DUE + 7);
    ph_world_make(&f->w, &form, &sent[0]);
    ph_world_decide(&f->w, &words, &sent[1]);
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    for (int i = 0; i < 2; i++) {
        sent[i].intake.unit = ph_span_str(sent[i].unit);
        assert_int_equal(ph_engine_take(f->e, &sent[i].intake, &o), PH_OK);
        assert_int_equal(o.verdict, PH_VERDICT_ACCEPTED);
        ph_world_drop(&sent[i]);
    }
    assert_int_equal(ph_engine_finish(f->e, false), PH_OK);
    ph_engine_free(f->e);
    assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &f->e), PH_OK);
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, 0);
    assert_int_equal(published(f, "I001").figure.members[ONE].marks, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_RAM(one_corrected_cell_is_late_alone),
        IN_FILE(one_corrected_cell_is_late_alone),
        IN_RAM(a_held_cell_that_stays_held_keeps_its_standing),
        IN_RAM(a_value_taken_back_comes_anew),
        IN_RAM(more_time_excuses_what_came_by_then),
        IN_FILE(more_time_excuses_what_came_by_then),
        IN_RAM(more_time_in_the_batch_of_what_came_late),
        IN_FILE(more_time_in_the_batch_of_what_came_late),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
