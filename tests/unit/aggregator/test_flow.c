/* test_flow - the life of a held value and of a period: who may say what, when, and what it binds to.   Layer: tests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_ram.h"
#include "ph_agg_replay.h"
#include "ph_test_file.h"
#include "ph_test_world.h"
#include "ph_validate.h"

#define START PH_WORLD_START_US
#define DUE   (PH_WORLD_START_US + PH_US_PER_DAY)
enum { HEAD = 0, ONE = 1, TWO = 2, A = 1, B = 2, NOBODY = PH_NO_INDEX };

typedef struct fixture {
    ph_world w;
    ph_test_file file;
    bool has_file;
    ph_agg_store *st;
    ph_engine *e;
    uint64_t number;
    int64_t now_us;
    uint32_t revision[3], base[3];
    ph_digest digest[3];
    ph_sheet *sheet; /* as last looked at */
    uint64_t last;   /* entry */
} fixture;

static int setup_world(void **state, bool has_file)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    ph_world_init(&f->w, (ph_world_shape){.n_units = 3,
                                          .n_clusters = 1,
                                          .n_indicators = 4,
                                          .n_periods = 2,
                                          .is_staggered = true,
                                          .is_guarded = true});
    f->has_file = has_file;
    f->now_us = START + 1;
    if (has_file) {
        ph_test_file_make(&f->file);
        f->st = ph_test_file_open(&f->file);
    } else {
        assert_int_equal(ph_agg_ram_open(&f->st), PH_OK);
    }
    f->e = ph_world_engine(&f->w, f->st);
    *state = f;
    return 0;
}

static int setup(void **state)
{
    return setup_world(state, false);
}

static int setup_file(void **state)
{
    return setup_world(state, true);
}

static void no_flaw(void *arg, const ph_flaw *flaw)
{
    (void)arg;
    fail_msg("%s at %llu %s", ph_flaw_code(flaw->kind), (unsigned long long)flaw->seq, flaw->detail);
}

/* Whatever a test did: the ledger is whole, and replayed it gives the same rows. */
static int teardown(void **state)
{
    fixture *f = *state;
    ph_replay_report replayed;
    ph_verify_report verified;
    ph_agg_store *fresh = NULL;

    assert_int_equal(ph_verify(f->st, &f->w.rosters, f->w.key.public_key, no_flaw, NULL, &verified), PH_OK);
    assert_int_equal(ph_agg_ram_open(&fresh), PH_OK);
    assert_int_equal(ph_replay(f->st, fresh, &f->w.source, &replayed), PH_OK);
    if (!replayed.is_identical)
        fail_msg("replay differs at %s %s", ph_dump_table_name(replayed.dump.table), replayed.dump.name);
    fresh->ops->close(fresh);
    ph_engine_free(f->e);
    f->st->ops->close(f->st);
    if (f->has_file)
        ph_test_file_remove(&f->file);
    ph_sheet_free(f->sheet);
    ph_world_done(&f->w);
    free(f);
    return 0;
}

/* ---- sending ---- */

static void findings_of(fixture *f, uint64_t seq, char *dst, size_t size)
{
    ph_finding list[PH_MAX_FINDINGS];
    ph_stored_verdict stored;
    size_t n = 0, len = 0;

    assert_int_equal(f->st->ops->get_entry(f->st, seq, NULL, &stored), PH_OK);
    assert_int_equal(ph_findings_read(stored.findings, list, PH_MAX_FINDINGS, &n), PH_OK);
    dst[0] = '\0';
    for (size_t i = 0; i < n; i++)
        len +=
            (size_t)snprintf(dst + len, size - len, "%s%.*s(%.*s)", i == 0 ? "" : " ", (int)list[i].rule.len,
                             (const char *)list[i].rule.ptr, (int)list[i].detail.len, (const char *)list[i].detail.ptr);
}

static ph_outcome take(fixture *f, ph_world_sent *s)
{
    ph_outcome o;

    s->intake.unit = ph_span_str(s->unit);
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_take(f->e, &s->intake, &o), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
    return o;
}

/* Taken, judged thus, found that. Gives the message back. */
static void judged(fixture *f, ph_world_sent *s, ph_verdict verdict, const char *findings)
{
    ph_outcome o = take(f, s);
    char text[512];

    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
    findings_of(f, o.seq, text, sizeof text);
    assert_string_equal(text, findings);
    assert_string_equal(ph_verdict_name(o.verdict), ph_verdict_name(verdict));
    f->last = o.seq;
    ph_world_drop(s);
}

/* A whole form with these two values in the guarded cells; a correction where one stands already. */
static void submit(fixture *f, uint16_t unit, int64_t a, int64_t b, ph_verdict verdict, const char *findings)
{
    const int64_t values[] = {100, a, b, 400};
    ph_world_form form = {.unit = unit,
                          .revision = ++f->revision[unit],
                          .base_revision = f->base[unit],
                          .base_digest = f->digest[unit],
                          .values = values,
                          .n_values = 4,
                          .number = ++f->number,
                          .received_at_us = f->now_us};
    ph_world_sent s;
    ph_digest digest;

    ph_world_make(&f->w, &form, &s);
    digest = s.intake.body_digest;
    judged(f, &s, verdict, findings);
    if (verdict != PH_VERDICT_REJECTED) {
        f->base[unit] = f->revision[unit];
        f->digest[unit] = digest;
    }
}

static void explain(fixture *f, uint16_t unit, uint16_t indicator, int64_t value, const char *findings)
{
    ph_world_words words = {.unit = unit,
                            .subject = NOBODY,
                            .indicator = indicator,
                            .value = value,
                            .text = "nhà máy mới vận hành",
                            .number = ++f->number,
                            .received_at_us = f->now_us};
    ph_world_sent s;

    ph_world_explain(&f->w, &words, &s);
    judged(f, &s, findings[0] == '\0' ? PH_VERDICT_ACCEPTED : PH_VERDICT_REJECTED, findings);
}

static void decide_by(fixture *f, ph_world_words words, const char *findings)
{
    ph_world_sent s;

    words.number = ++f->number;
    words.received_at_us = f->now_us;
    ph_world_decide(&f->w, &words, &s);
    judged(f, &s, findings[0] == '\0' ? PH_VERDICT_ACCEPTED : PH_VERDICT_REJECTED, findings);
}

/* The head on a cell. */
static void decide(fixture *f, ph_decision_kind kind, uint16_t subject, uint16_t indicator, int64_t value,
                   const char *reason, const char *findings)
{
    decide_by(
        f,
        (ph_world_words){
            .unit = HEAD, .kind = kind, .subject = subject, .indicator = indicator, .value = value, .text = reason},
        findings);
}

/* The head on the period. */
static void rule(fixture *f, ph_decision_kind kind, int64_t due_us, const char *reason, const char *findings)
{
    decide_by(f, (ph_world_words){.unit = HEAD, .kind = kind, .subject = NOBODY, .due_us = due_us, .text = reason},
              findings);
}

/* ---- looking ---- */

static const ph_sheet *look(fixture *f)
{
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};
    ph_span packed;
    uint64_t seq;

    assert_int_equal(f->st->ops->get_sheet(f->st, &key, &seq, &packed), PH_OK);
    ph_sheet_free(f->sheet);
    f->sheet = NULL;
    assert_int_equal(ph_sheet_unpack(packed, &f->sheet), PH_OK);
    return f->sheet;
}

static void assert_cell(fixture *f, uint16_t row, uint16_t column, ph_cell_state state, uint8_t marks)
{
    const ph_cell *cell = ph_sheet_cell(look(f), row, column);

    assert_int_equal(cell->state, state);
    assert_int_equal(cell->marks, marks);
}

/* The state of the case of a cell, or -1. */
static int case_state(fixture *f, uint16_t row, uint16_t column)
{
    const ph_case *c = ph_sheet_find_case(look(f), row, column);

    return c == NULL ? -1 : (int)c->state;
}

/* The latest figure of an indicator at the sheet's latest issue that has it. */
typedef struct latest {
    const char *indicator;
    ph_figure figure;
    ph_period_state state;
    ph_digest registry;
    bool is_found;
} latest;

static bool find_latest(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    latest *l = arg;
    static ph_figure figures[PH_MAX_OBSERVATIONS];
    ph_issue issue;

    (void)key;
    (void)seal;
    assert_int_equal(ph_issue_read(packed, figures, PH_MAX_OBSERVATIONS, &issue), PH_OK);
    for (size_t i = 0; i < issue.n_figures; i++)
        if (ph_span_is(figures[i].indicator, l->indicator)) {
            l->figure = figures[i];
            l->state = issue.state;
            l->registry = issue.registry;
            l->is_found = true;
        }
    return true;
}

static latest published(fixture *f, const char *indicator)
{
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};
    latest l = {.indicator = indicator};

    assert_int_equal(f->st->ops->walk_summaries(f->st, &key, find_latest, &l), PH_OK);
    assert_true(l.is_found);
    return l;
}

static ph_status cases_of(fixture *f, const char *unit, uint32_t n_skipped, size_t max, ph_case_line *lines,
                          ph_buf *texts)
{
    ph_status s = {.cases = lines};

    assert_int_equal(ph_engine_cases(f->e, ph_span_str(unit), n_skipped, max, texts, &s), PH_OK);
    return s;
}

/* ---- the life of a held value ---- */

static void held_explained_confirmed(void **state)
{
    fixture *f = *state;

    submit(f, HEAD, 1000, 2000, PH_VERDICT_ACCEPTED, "");
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    assert_cell(f, ONE, A, PH_CELL_HELD, 0);
    assert_int_equal(case_state(f, ONE, A), PH_CASE_HELD);
    assert_int_equal(f->sheet->n_cases, 2);
    assert_int_equal(ph_sheet_find_case(f->sheet, ONE, B)->n_rules, 2);
    assert_string_equal(ph_sheet_find_case(f->sheet, ONE, B)->rules[1], "guard.b");
    latest l = published(f, "I001");
    assert_int_equal(l.figure.n_held, 1);
    assert_int_equal(l.figure.n_received, 1);
    assert_true(l.figure.values[0].value.mantissa == 1000); /* the mean is that of the head alone */

    explain(f, ONE, A, 6000, "");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED);
    assert_cell(f, ONE, A, PH_CELL_HELD, PH_MARK_EXPLAINED);
    l = published(f, "I001");
    assert_int_equal(l.figure.n_held, 1);
    assert_int_equal(l.figure.members[ONE].marks, PH_MARK_EXPLAINED);

    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_CONFIRMED);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_EXPLAINED | PH_MARK_CONFIRMED);
    assert_int_equal(case_state(f, ONE, B), PH_CASE_HELD); /* of another cell nothing was said */
    l = published(f, "I001");
    assert_int_equal(l.figure.n_held, 0);
    assert_int_equal(l.figure.n_received, 2);
    assert_true(l.figure.values[0].value.mantissa == 3500);
}

static void returned_explained_again_and_corrected(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    explain(f, ONE, A, 6000, "");
    decide(f, PH_DECISION_RETURN, ONE, A, 6000, "giải trình chưa nêu nguồn", "");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_RETURNED);
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "decision.state(returned)");
    explain(f, ONE, A, 6000, "");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED);
    explain(f, ONE, A, 6000, ""); /* better words */
    assert_true(ph_sheet_find_case(look(f), ONE, A)->explanation == f->last);
    submit(f, ONE, 4000, 2000, PH_VERDICT_ACCEPTED, "");
    assert_int_equal(case_state(f, ONE, A), -1);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, 0); /* the marks were the other value's */
}

static void overridden_for_as_long_as_the_value_stands(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    decide(f, PH_DECISION_OVERRIDE, ONE, B, 9000, "đã đối chiếu niên giám", "");
    assert_cell(f, ONE, B, PH_CELL_GIVEN, PH_MARK_OVERRIDDEN);
    /* the same value again: it counts, the other one waits on */
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() cell.released(overridden)");
    assert_cell(f, ONE, B, PH_CELL_GIVEN, PH_MARK_OVERRIDDEN);
    assert_cell(f, ONE, A, PH_CELL_HELD, 0);
    submit(f, ONE, 1000, 9000, PH_VERDICT_ACCEPTED, "cell.released(overridden)");
    assert_int_equal(case_state(f, ONE, B), PH_CASE_OVERRIDDEN);
    latest l = published(f, "I002");
    assert_int_equal(l.figure.members[ONE].marks, PH_MARK_OVERRIDDEN);
    /* another value, and the first one once more: that story is over */
    submit(f, ONE, 1000, 8500, PH_VERDICT_HELD, "guard.a() guard.b()");
    submit(f, ONE, 1000, 9000, PH_VERDICT_HELD, "guard.a() guard.b()");
    assert_int_equal(case_state(f, ONE, B), PH_CASE_HELD);
    assert_cell(f, ONE, B, PH_CELL_HELD, 0);
}

/* The verdict bytes count what is left. */
static void a_release_leaves_complete_counts(void **state)
{
    fixture *f = *state;
    ph_stored_verdict stored;
    ph_judgement j;

    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    decide(f, PH_DECISION_OVERRIDE, ONE, B, 9000, "đúng", "");
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() cell.released(overridden)");
    assert_int_equal(f->st->ops->get_entry(f->st, f->last, NULL, &stored), PH_OK);
    assert_int_equal(ph_judgement_read(stored.verdict_bytes, &j), PH_OK);
    assert_int_equal(j.n_findings, 2);
    assert_int_equal(j.n_counts, 2);
    assert_true(ph_span_is(j.counts[0].rule, "guard.a"));
    assert_int_equal(j.counts[0].n, 1);
    assert_int_equal(j.counts[0].action, PH_ACTION_HOLD);
    assert_true(ph_span_is(j.counts[1].rule, "cell.released"));
    assert_int_equal(j.counts[1].n, 1);
}

static void an_explanation_stays_with_its_value_over_revisions(void **state)
{
    fixture *f = *state;
    uint64_t first;

    submit(f, ONE, 6000, 2000, PH_VERDICT_HELD, "guard.a()");
    first = f->last;
    explain(f, ONE, A, 6000, "");
    submit(f, ONE, 6000, 2500, PH_VERDICT_HELD, "guard.a()"); /* another cell was corrected */
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED);
    assert_cell(f, ONE, A, PH_CELL_HELD, PH_MARK_EXPLAINED);
    assert_true(ph_sheet_find_case(f->sheet, ONE, A)->entry == first);
    submit(f, ONE, 6001, 2500, PH_VERDICT_HELD, "guard.a()");
    assert_int_equal(case_state(f, ONE, A), PH_CASE_HELD); /* dropped with the value */
    assert_cell(f, ONE, A, PH_CELL_HELD, 0);
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, NULL, "decision.stale(u01)");
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6001, NULL, "decision.state(held)");
    explain(f, ONE, A, 6000, "explanation.stale()");
}

/* ---- refusals ---- */

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

/* In a batch of its own, or behind what stands in the open one. */
static void activate(fixture *f, unsigned variant, bool is_open)
{
    ph_digest digest = *ph_registry_digest(ph_world_registry(&f->w, variant));

    if (!is_open)
        assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_activate_registry(f->e, &digest, ph_world_document(variant)), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
}

/* The rule is gone: what waited ends with the next revision, what was decided is still to be seen. */
static void values_that_no_rule_holds_any_more(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    explain(f, ONE, A, 6000, "");
    decide(f, PH_DECISION_OVERRIDE, ONE, B, 9000, "đúng", "");
    activate(f, 2, false);
    assert_int_equal(case_state(f, ONE, A), PH_CASE_EXPLAINED); /* verdicts given are not judged anew */
    submit(f, ONE, 6000, 9000, PH_VERDICT_ACCEPTED, "");
    assert_int_equal(case_state(f, ONE, A), -1);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, 0);
    assert_int_equal(case_state(f, ONE, B), PH_CASE_OVERRIDDEN);
    assert_cell(f, ONE, B, PH_CELL_GIVEN, PH_MARK_OVERRIDDEN);
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

/* ---- periods ---- */

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

/* A freeze is sealed with figures in its own commit, also where nobody asks for them. */
static void a_freeze_publishes_at_once(void **state)
{
    fixture *f = *state;
    ph_world_words words = {
        .unit = HEAD, .kind = PH_DECISION_FREEZE, .subject = NOBODY, .number = ++f->number, .received_at_us = START};
    ph_world_sent s;
    ph_outcome o;

    ph_world_decide(&f->w, &words, &s);
    s.intake.unit = ph_span_str(s.unit);
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_take(f->e, &s.intake, &o), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, false), PH_OK);
    assert_int_equal(published(f, "I000").state, PH_PERIOD_FROZEN);
    assert_int_equal(ph_engine_head(f->e)->last_figure_seal, o.seq + 1);
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
    ph_world_words words = {
        .unit = HEAD, .kind = PH_DECISION_FREEZE, .subject = NOBODY, .number = ++f->number, .received_at_us = START};
    ph_world_sent s;
    ph_outcome o;

    ph_world_decide(&f->w, &words, &s);
    s.intake.unit = ph_span_str(s.unit);
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_take(f->e, &s.intake, &o), PH_OK);
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
    /* an extension that comes afterwards judges nothing anew */
    rule(f, PH_DECISION_EXTEND, DUE + 5000, "x", "");
    assert_cell(f, TWO, A, PH_CELL_GIVEN, PH_MARK_LATE);
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

/* ---- recovery ---- */

/* A tail without figures is folded again: the same verdicts, the same stories. */
static void a_tail_with_words_is_folded_again(void **state)
{
    fixture *f = *state;
    const int64_t values[] = {100, 6000, 2000, 400};
    ph_world_form form = {.unit = ONE, .revision = 1, .values = values, .n_values = 4, .received_at_us = START};
    ph_world_words words = {
        .unit = ONE, .subject = NOBODY, .indicator = A, .value = 6000, .text = "x", .received_at_us = START};
    ph_world_sent s[3];
    ph_outcome o;

    form.number = ++f->number;
    ph_world_make(&f->w, &form, &s[0]);
    words.number = ++f->number;
    ph_world_explain(&f->w, &words, &s[1]);
    words = (ph_world_words){.unit = HEAD, .subject = ONE, .indicator = A, .value = 6000, .number = ++f->number};
    ph_world_decide(&f->w, &words, &s[2]);
    for (size_t i = 0; i < 3; i++) {
        s[i].intake.unit = ph_span_str(s[i].unit);
        assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
        assert_int_equal(ph_engine_take(f->e, &s[i].intake, &o), PH_OK);
        assert_int_equal(ph_engine_finish(f->e, false), PH_OK);
        ph_engine_free(f->e);
        assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &f->e), PH_OK);
        ph_world_drop(&s[i]);
    }
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
    assert_cell(f, ONE, A, PH_CELL_GIVEN, PH_MARK_EXPLAINED | PH_MARK_CONFIRMED);
}

/* ---- status ---- */

static void who_is_told_of_which_cases(void **state)
{
    fixture *f = *state;
    ph_case_line lines[8];
    ph_buf texts;

    ph_buf_init(&texts, sizeof lines / sizeof lines[0] * PH_CASE_TEXTS_BYTES);
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    submit(f, TWO, 7000, 2000, PH_VERDICT_HELD, "guard.a()");
    explain(f, ONE, B, 9000, "");
    decide(f, PH_DECISION_RETURN, ONE, B, 9000, "nêu nguồn", "");
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6000, "đúng", "");

    ph_status s = cases_of(f, "u00", 0, 8, lines, &texts);
    assert_int_equal(s.n_cases, 3);
    assert_false(s.has_more_cases);
    assert_true(ph_span_is(lines[0].of.unit, "u01")); /* what waits comes first */
    assert_true(ph_span_is(lines[0].of.indicator, "I002"));
    assert_int_equal(lines[0].state, PH_CASE_RETURNED);
    assert_true(lines[0].of.value.mantissa == 9000);
    assert_int_equal(lines[0].of.value.scale, 2);
    ph_digest digest = ph_spoken_value_digest(&lines[0].of);
    assert_true(ph_digest_eq(&digest, &lines[0].digest));
    assert_int_equal(lines[0].n_rules, 2);
    assert_true(ph_span_is(lines[0].rules[1], "guard.b"));
    assert_true(ph_span_is(lines[0].explanation, "nhà máy mới vận hành"));
    assert_true(ph_span_is(lines[0].reason, "nêu nguồn"));
    assert_true(ph_span_is(lines[1].of.unit, "u02"));
    assert_int_equal(lines[1].explanation.len, 0);
    assert_int_equal(lines[2].state, PH_CASE_OVERRIDDEN);
    assert_true(ph_span_is(lines[2].reason, "đúng"));

    s = cases_of(f, "u02", 0, 8, lines, &texts);
    assert_int_equal(s.n_cases, 1);
    assert_true(ph_span_is(lines[0].of.unit, "u02"));
    assert_int_equal(cases_of(f, "u05", 0, 8, lines, &texts).n_cases, 0);

    s = cases_of(f, "u00", 0, 2, lines, &texts);
    assert_int_equal(s.n_cases, 2);
    assert_true(s.has_more_cases);
    s = cases_of(f, "u00", 2, 2, lines, &texts);
    assert_int_equal(s.n_cases, 1);
    assert_false(s.has_more_cases);
    assert_int_equal(lines[0].state, PH_CASE_OVERRIDDEN);
    rule(f, PH_DECISION_FREEZE, 0, NULL, "");
    assert_int_equal(cases_of(f, "u00", 0, 8, lines, &texts).n_cases, 0);
    ph_buf_done(&texts);
}

/* ---- status: what the rules found ---- */

static void assert_found(const ph_case_line *line, unsigned i, int64_t value)
{
    const ph_case_found *found = &line->found[i];

    assert_true(i < line->n_rules);
    assert_true(found->is_known);
    assert_true(found->has_value);
    assert_true(found->value.mantissa == value && found->value.scale == 2);
    assert_true(found->has_bound);
    assert_true(found->bound.mantissa == 0);
}

static void a_case_tells_what_its_rules_found(void **state)
{
    fixture *f = *state;
    ph_case_line lines[8];
    ph_buf texts;

    ph_buf_init(&texts, sizeof lines / sizeof lines[0] * PH_CASE_TEXTS_BYTES);
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6000, "đúng", "");
    assert_int_equal(cases_of(f, "u00", 0, 8, lines, &texts).n_cases, 2);
    assert_found(&lines[0], 0, 9000);
    assert_found(&lines[0], 1, 9000);
    assert_found(&lines[1], 0, 6000);

    /* the page of this revision holds A no more: the first one says why it was held */
    submit(f, ONE, 6000, 8500, PH_VERDICT_HELD, "guard.a() guard.b() cell.released(overridden)");
    assert_int_equal(cases_of(f, "u00", 0, 8, lines, &texts).n_cases, 2);
    assert_found(&lines[0], 0, 8500);
    assert_found(&lines[0], 1, 8500);
    assert_int_equal(lines[1].state, PH_CASE_OVERRIDDEN);
    assert_found(&lines[1], 0, 6000);
    ph_buf_done(&texts);
}

/* A store whose pages list one finding less, the last: as one that was cut. Details are as long as they may be. */
static ph_rc (*get_whole)(ph_agg_store *, uint64_t, ph_entry *, ph_stored_verdict *);
static ph_buf cut_page;
static uint8_t long_detail[PH_MAX_TEXT_BYTES];

static ph_rc get_cut(ph_agg_store *st, uint64_t seq, ph_entry *ret, ph_stored_verdict *ret_verdict)
{
    ph_finding list[PH_MAX_FINDINGS];
    size_t n = 0;
    ph_rc rc = get_whole(st, seq, ret, ret_verdict);

    if (rc != PH_OK || ret_verdict == NULL)
        return rc;
    assert_int_equal(ph_findings_read(ret_verdict->findings, list, PH_MAX_FINDINGS, &n), PH_OK);
    for (size_t i = 0; i < n; i++)
        list[i].detail = ph_span_of(long_detail, sizeof long_detail);
    ph_buf_clear(&cut_page);
    ph_findings_write(list, n == 0 ? 0 : n - 1, &cut_page);
    ret_verdict->findings = ph_buf_span(&cut_page);
    return rc;
}

static void a_page_that_was_cut_leaves_the_rule_alone(void **state)
{
    fixture *f = *state;
    const ph_agg_store_ops *whole = f->st->ops;
    ph_agg_store_ops cut = *whole;
    ph_case_line lines[2];
    ph_buf texts;

    ph_buf_init(&texts, 2 * PH_CASE_TEXTS_BYTES);
    ph_buf_init(&cut_page, PH_MAX_FINDINGS_BYTES);
    memset(long_detail, 'd', sizeof long_detail);
    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    get_whole = whole->get_entry;
    cut.get_entry = get_cut;
    f->st->ops = &cut;
    assert_int_equal(cases_of(f, "u00", 0, 2, lines, &texts).n_cases, 2);
    f->st->ops = whole;
    assert_found(&lines[0], 0, 6000);
    assert_found(&lines[1], 0, 9000);
    assert_int_equal(lines[1].found[0].detail.len, PH_MAX_TEXT_BYTES);
    assert_int_equal(lines[1].n_rules, 2);
    assert_false(lines[1].found[1].is_known);
    assert_true(ph_span_is(lines[1].rules[1], "guard.b"));
    ph_buf_done(&cut_page);
    ph_buf_done(&texts);
}

/* A page that cannot be read is no page that was cut. */
static ph_rc get_damaged(ph_agg_store *st, uint64_t seq, ph_entry *ret, ph_stored_verdict *ret_verdict)
{
    ph_rc rc = get_whole(st, seq, ret, ret_verdict);

    if (rc == PH_OK && ret_verdict != NULL)
        ret_verdict->findings = ph_span_str("x");
    return rc;
}

static void a_damaged_page_is_said_to_be(void **state)
{
    fixture *f = *state;
    const ph_agg_store_ops *whole = f->st->ops;
    ph_agg_store_ops damaged = *whole;
    ph_case_line lines[2];
    ph_status s = {.cases = lines};
    ph_buf texts;

    ph_buf_init(&texts, 2 * PH_CASE_TEXTS_BYTES);
    submit(f, ONE, 6000, 1000, PH_VERDICT_HELD, "guard.a()");
    get_whole = whole->get_entry;
    damaged.get_entry = get_damaged;
    f->st->ops = &damaged;
    assert_int_equal(ph_engine_cases(f->e, ph_span_str("u00"), 0, 2, &texts, &s), PH_CORRUPT);
    f->st->ops = whole;
    ph_buf_done(&texts);
}

#define IN_RAM(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define IN_FILE(test)                                       \
    {                                                       \
#test " (SQLite)", test, setup_file, teardown, NULL \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {IN_RAM(held_explained_confirmed),
                                       IN_FILE(held_explained_confirmed),
                                       IN_RAM(returned_explained_again_and_corrected),
                                       IN_RAM(overridden_for_as_long_as_the_value_stands),
                                       IN_RAM(a_release_leaves_complete_counts),
                                       IN_RAM(an_explanation_stays_with_its_value_over_revisions),
                                       IN_RAM(explanations_that_are_refused),
                                       IN_RAM(decisions_that_are_refused),
                                       IN_RAM(a_correction_gives_its_reason),
                                       IN_RAM(values_that_no_rule_holds_any_more),
                                       IN_RAM(frozen_just_before_an_activation),
                                       IN_RAM(the_same_bytes_as_another_kind_conflict),
                                       IN_RAM(an_id_is_used_once_over_all_kinds),
                                       IN_RAM(a_receipt_proves_its_kind),
                                       IN_RAM(frozen_and_reopened),
                                       IN_FILE(frozen_and_reopened),
                                       IN_RAM(a_freeze_publishes_at_once),
                                       IN_RAM(frozen_over_an_activation),
                                       IN_RAM(extended_deadlines),
                                       IN_FILE(extended_deadlines),
                                       IN_RAM(a_planned_period_is_extended),
                                       IN_RAM(a_tail_with_words_is_folded_again),
                                       IN_FILE(a_tail_with_words_is_folded_again),
                                       IN_RAM(who_is_told_of_which_cases),
                                       IN_RAM(a_case_tells_what_its_rules_found),
                                       IN_FILE(a_case_tells_what_its_rules_found),
                                       IN_RAM(a_page_that_was_cut_leaves_the_rule_alone),
                                       IN_RAM(a_damaged_page_is_said_to_be)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
