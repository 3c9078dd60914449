/* test_flow_refused - who may not say what of a held value, and ids that are used up.   Layer: tests */
#include "ph_flow_fixture.h"

#include "ph_receipt.h"

static void explanations_that_are_refused(void **state)
{
    fixture *f = *state;
    ph_world_words words = {.unit = TWO, .subject = ONE, .indicator = A, .value = 6000, .text = "không phải của mình"};
    ph_world_sent s;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    explain(f, ONE, B, 2000, "explanation.no_case()"); /* it counts */
    explain(f, ONE, 3, 400, "explanation.no_case()");
    explain(f, ONE, 9, 400, "explanation.no_case()"); /* not on the form */
    explain(f, TWO, A, 6000, "explanation.no_case()");
    explain(f, ONE, A, 6100, "explanation.stale()");
    words.number = ++f->number;
    ph_world_explain(&f->w, &words, &s); /* signed by two, of the value of one */
    judged(f, &s, PH_VERDICT_REJECTED, "explanation.not_yours(u01)");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_HELD);
    words = (ph_world_words){.unit = 5, .subject = NOBODY, .indicator = A, .text = "x", .number = ++f->number};
    ph_world_explain(&f->w, &words, &s);
    judged(f, &s, PH_VERDICT_REJECTED, "submission.member(c0/2023)");
    words = (ph_world_words){.unit = ONE, .subject = NOBODY, .period = 7, .text = "x", .number = ++f->number};
    ph_world_explain(&f->w, &words, &s);
    judged(f, &s, PH_VERDICT_REJECTED, "submission.duty(F/2023-08)");
}

static void decisions_that_are_refused(void **state)
{
    fixture *f = *state;
    ph_world_words by_one = {.unit = ONE, .kind = PH_DECISION_OVERRIDE, .subject = ONE, .indicator = A, .value = 6000};

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    by_one.text = "tự chấp nhận";
    decide_by(f, by_one, "decision.not_head(u00)");
    by_one.unit = 5; /* no member at all */
    decide_by(f, by_one, "decision.not_head(u00)");
    by_one.cluster = 3;
    decide_by(f, by_one, "submission.duty(F/2023-01)");
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "decision.state(held)"); /* nobody has explained it */
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6000, NULL, "decision.reason(override)");
    decide(f, PH_DECISION_RETURN, ONE, A, 6000, " \n ", "decision.reason(return)");
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6000, "\t", "decision.reason(override)");
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6001, "", "decision.reason(override) decision.stale(u01)");
    decide(f, PH_DECISION_OVERRIDE, ONE, B, 2000, "x", "decision.no_case(u01)");
    decide(f, PH_DECISION_OVERRIDE, TWO, A, 6000, "x", "decision.no_case(u02)");
    decide(f, PH_DECISION_OVERRIDE, 7, A, 6000, "x", "decision.no_case(u07)");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_HELD);
    assert_true(ph_sheet_find_case(f->sheet, ONE, A)->decision == 0);
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6000, "x", "");
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6000, "x", "decision.state(overridden)");
    decide(f, PH_DECISION_RETURN, ONE, A, 6000, "x", "decision.state(overridden)");
    explain(f, ONE, A, 6000, "explanation.no_case()");
    rule(f, PH_DECISION_REOPEN, 0, "x", "decision.state(open)");
    rule(f, PH_DECISION_REOPEN, 0, NULL, "decision.reason(reopen) decision.state(open)");
    decide_by(f, (ph_world_words){.unit = HEAD, .kind = PH_DECISION_FREEZE, .subject = NOBODY, .period = 1},
              "decision.state(planned)");
    decide_by(f, (ph_world_words){.unit = HEAD, .kind = PH_DECISION_FREEZE, .subject = NOBODY, .period = 7},
              "submission.duty(F/2023-08)");
}

static void a_correction_gives_its_reason(void **state)
{
    fixture *f = *state;
    static const int64_t values[] = {100, 1000, 2000, 400};
    ph_world_form form = {.unit = ONE, .revision = 2, .base_revision = 1, .values = values, .n_values = 4};
    static const char *const bad[] = {"", " ", "x"};

    submit(f, ONE, 1000, 2000, PH_VERDICT_ACCEPTED, "");
    form.base_digest = f->digest[ONE];
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++, form.revision++) {
        ph_world_sent s;
        form.number = ++f->number;
        form.received_at_us = f->now_us;
        form.reason = bad[i];
        form.has_no_kind = bad[i][0] == 'x';
        ph_world_make(&f->w, &form, &s);
        judged(f, &s, PH_VERDICT_REJECTED, "revision.reason()");
    }
    f->revision[ONE] = 4;
    submit(f, ONE, 1001, 2000, PH_VERDICT_ACCEPTED, "");
}

/* ---- ids ---- */

static void an_id_is_used_once_over_all_kinds(void **state)
{
    fixture *f = *state;
    ph_world_words words = {.unit = ONE, .subject = NOBODY, .indicator = A, .value = 6000, .text = "x"};
    ph_world_sent first, other;
    ph_outcome o;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    words.number = f->number; /* the submission's */
    ph_world_explain(&f->w, &words, &other);
    o = take(f, &other);
    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_CONFLICT);
    ph_world_drop(&other);
    words.number = ++f->number;
    ph_world_explain(&f->w, &words, &first);
    o = take(f, &first);
    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
    assert_int_equal(o.verdict, PH_VERDICT_ACCEPTED);
    uint64_t seq = o.seq;
    o = take(f, &first);
    assert_int_equal(o.kind, PH_OUTCOME_DUPLICATE);
    assert_int_equal(o.verdict, PH_VERDICT_ACCEPTED);
    assert_true(o.seq == seq);
    first.intake.kind = PH_ENTRY_DECISION; /* the same bytes cannot be both */
    o = take(f, &first);
    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_MALFORMED);
    assert_true(ph_span_is(o.refusal.code, "decision.malformed"));
    ph_world_drop(&first);
    words.text = "khác";
    ph_world_explain(&f->w, &words, &other);
    o = take(f, &other);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_CONFLICT);
    ph_world_drop(&other);
}

/* Bytes that read as both kinds, since what one does not know it skips: the first that came stays what it is. */
static void the_same_bytes_as_another_kind_conflict(void **state)
{
    fixture *f = *state;
    ph_world_words words = {.unit = ONE, .subject = NOBODY, .indicator = A, .value = 6000, .text = "x"};
    static const uint8_t more[] = {0xa1, 'k', 0x00, 0xa1, 's', 0xa3, 'u', '0', '1'};
    ph_world_sent s;
    ph_outcome o;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    words.number = ++f->number;
    ph_world_explain(&f->w, &words, &s);
    assert_int_equal(s.body.ptr[0], 0x89);
    s.body.ptr[0] = 0x8b;
    assert_int_equal(ph_buf_put(&s.body, more, sizeof more), PH_OK);
    s.intake.body = ph_buf_span(&s.body);
    s.intake.body_digest = ph_digest_of_span(s.intake.body);
    s.intake.kind = PH_ENTRY_DECISION;
    assert_int_equal(ph_sign_make(PH_SIGN_DECISION, f->w.secrets[ONE], s.intake.body, &s.intake.signature), PH_OK);
    o = take(f, &s);
    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
    s.intake.kind = PH_ENTRY_EXPLANATION;
    o = take(f, &s);
    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_CONFLICT);
    ph_world_drop(&s);
}

static void a_receipt_proves_its_kind(void **state)
{
    fixture *f = *state;
    static ph_receipt store[PH_MAX_RECEIPTS];
    ph_receipts frame;
    ph_buf body;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    explain(f, ONE, A, 6000, "");
    ph_buf_init(&body, PH_MAX_REPLY_BYTES);
    for (int stored = 0; stored <= 1; stored++) {
        ph_buf_clear(&body);
        if (stored)
            assert_int_equal(ph_engine_stored_receipt(f->e, f->last, 8, &body), PH_OK);
        else
            assert_int_equal(ph_engine_receipts(f->e, &f->last, 1, 8, &body), PH_OK);
        assert_int_equal(ph_receipts_read(ph_buf_span(&body), store, &frame), PH_OK);
        assert_int_equal(store[0].kind, PH_ENTRY_EXPLANATION);
        assert_int_equal(ph_receipt_verify(&frame, &store[0], ph_span_str("u01"), f->w.key.public_key), PH_OK);
        store[0].kind = PH_ENTRY_SUBMISSION;
        assert_int_equal(ph_receipt_verify(&frame, &store[0], ph_span_str("u01"), f->w.key.public_key), PH_CONFLICT);
    }
    ph_buf_done(&body);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_RAM(explanations_that_are_refused),     IN_RAM(decisions_that_are_refused),
        IN_RAM(a_correction_gives_its_reason),     IN_RAM(the_same_bytes_as_another_kind_conflict),
        IN_RAM(an_id_is_used_once_over_all_kinds), IN_RAM(a_receipt_proves_its_kind),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
