/* test_engine_change - an engine under another registry and roster, and one that is opened again.   Layer: tests */
#include "ph_engine_fixture.h"

/* ---- activations ---- */

static void a_new_registry_fits_the_open_sheets(void **state)
{
    fixture *f = *state;
    const ph_registry *next = ph_world_registry(&f->w, 1); /* one unit less, one indicator more */
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});
    ph_sheet *s = NULL;

    (void)send_alone(f, first);
    (void)send_alone(f, make(f, (ph_world_form){.unit = 2, .revision = 1}));
    begin(f, START + 5);
    (void)take(f, make(f, (ph_world_form){.unit = 1, .revision = 1}));
    assert_int_equal(ph_engine_activate_registry(f->e, ph_registry_digest(next), ph_world_document(1)), PH_OK);
    (void)take(f,
               make(f, (ph_world_form){.revision = 2, .base_revision = 1, .base_digest = first->intake.body_digest}));
    finish(f, true);
    assert_ptr_equal(ph_engine_registry(f->e), next);
    assert_memory_equal(&ph_engine_head(f->e)->registry, ph_registry_digest(next), sizeof(ph_digest));
    (void)sheet(f, 1, &s);
    assert_int_equal(s->n_rows, 2);
    assert_int_equal(s->n_columns, 5);
    assert_int_equal(ph_sheet_cell(s, 0, 0)->mantissa, 100);
    assert_int_equal(ph_sheet_cell(s, 0, 0)->revision, 1); /* only said again since */
    assert_int_equal(s->rows[0].last_revision, 2);
    assert_int_equal(s->rows[1].last_revision, 1);
    assert_int_equal(sheet(f, 2, &s)->n_rows, 2);
    /* no member any more; with the old registry back it is one again, and its numbers are still used up */
    assert_judged(f, make(f, (ph_world_form){.unit = 2, .revision = 2}), PH_VERDICT_REJECTED,
                  "submission.member(c0/2023)");
    begin(f, START + 6);
    assert_int_equal(
        ph_engine_activate_registry(f->e, ph_registry_digest(ph_world_registry(&f->w, 2)), ph_world_document(2)),
        PH_OK);
    finish(f, true);
    assert_judged(f, make(f, (ph_world_form){.unit = 2, .revision = 1}), PH_VERDICT_REJECTED, "revision.reused(1)");
    assert_judged(f, make(f, (ph_world_form){.unit = 2, .revision = 3}), PH_VERDICT_ACCEPTED, "");
    ph_sheet_free(s);
}

static void an_unknown_registry_takes_the_batch_back(void **state)
{
    fixture *f = *state;
    const ph_digest unknown = {{1}};
    uint64_t last = ph_engine_head(f->e)->last_seq;
    ph_outcome o;

    begin(f, START + 5);
    (void)take(f, make(f, (ph_world_form){.revision = 1}));
    assert_int_equal(ph_engine_activate_registry(f->e, &unknown, ph_span_str("x")), PH_NOT_FOUND);
    assert_int_equal(ph_engine_finish(f->e, true), PH_BUG); /* no batch is open */
    assert_int_equal(ph_engine_head(f->e)->last_seq, last);
    o = send_alone(f, &f->sent[0]);
    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
}

static void a_roster_only_grows(void **state)
{
    fixture *f = *state;
    const ph_digest next = {{5}};

    begin(f, START + 5);
    assert_int_equal(ph_engine_activate_roster(f->e, &next, ph_span_str("roster 2"), 1), PH_INVALID);
    assert_int_equal(ph_engine_activate_roster(f->e, &next, ph_span_str("roster 2"), 7), PH_OK);
    assert_int_equal(ph_engine_activate_roster(f->e, &next, ph_span_str("roster 2"), 7), PH_INVALID);
    finish(f, false);
    assert_int_equal(ph_engine_head(f->e)->roster_serial, 7);
    assert_memory_equal(&ph_engine_head(f->e)->roster, &next, sizeof next);
}

/* ---- opening again ---- */

static void an_engine_goes_on_where_it_stood(void **state)
{
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});

    begin(f, START + 2);
    (void)take(f, first);
    (void)take(f, make(f, (ph_world_form){.unit = 1, .revision = 3}));
    finish(f, false); /* in the tail: in no stored sheet yet */
    ph_engine_free(f->e);
    f->e = NULL;
    assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &f->e), PH_OK);
    assert_true(ph_engine_wants_figures(f->e));
    assert_judged(f, make(f, (ph_world_form){.unit = 1, .revision = 2}), PH_VERDICT_ACCEPTED, "revision.superseded(3)");
    assert_judged(f,
                  make(f, (ph_world_form){.revision = 2, .base_revision = 1, .base_digest = first->intake.body_digest}),
                  PH_VERDICT_ACCEPTED, "");
}

static void another_fold_version_is_not_guessed_at(void **state)
{
    fixture *f = *state;
    ph_ledger_head h = *ph_engine_head(f->e);
    ph_engine *e = NULL;

    h.fold_version = PH_FOLD_VERSION + 1;
    assert_int_equal(f->st->ops->begin(f->st), PH_OK);
    assert_int_equal(f->st->ops->put_head(f->st, &h), PH_OK);
    assert_int_equal(f->st->ops->commit(f->st), PH_OK);
    assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &e), PH_UNSUPPORTED);
}

static void a_batch_has_an_end(void **state)
{
    fixture *f = *state;
    ph_outcome o;

    begin(f, START + 2);
    for (uint32_t i = 0; i < PH_BATCH_MAX_SUBMISSIONS; i++) {
        ph_world_sent s;
        ph_world_make(&f->w,
                      &(ph_world_form){
                          .revision = 1, .values = plain, .n_values = 4, .number = i + 1, .received_at_us = START + 1},
                      &s);
        s.intake.unit = ph_span_str(s.unit);
        assert_int_equal(ph_engine_take(f->e, &s.intake, &o), PH_OK);
        ph_world_drop(&s);
    }
    assert_int_equal(ph_engine_take(f->e, &make(f, (ph_world_form){.revision = 1, .number = 9999})->intake, &o),
                     PH_BUG);
    assert_int_equal(ph_engine_begin(f->e, START), PH_BUG); /* and it sticks */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_new_registry_fits_the_open_sheets),
        CASE(an_unknown_registry_takes_the_batch_back),
        CASE(a_roster_only_grows),
        CASE(an_engine_goes_on_where_it_stood),
        CASE(another_fold_version_is_not_guessed_at),
        CASE(a_batch_has_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
