/* test_flow_cases - what the units and the head are told of held values.   Layer: tests */
#include "ph_flow_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_agg_cases.h"

/* ---- status ---- */

static ph_status cases_of(fixture *f, const char *unit, uint32_t n_skipped, size_t max, ph_case_line *lines,
                          ph_buf *texts)
{
    ph_status s = {.cases = lines};

    assert_int_equal(ph_engine_cases(f->e, ph_span_str(unit), n_skipped, max, texts, &s), PH_OK);
    return s;
}

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

/* ---- published: why a value that was held counts ---- */

typedef struct saying {
    const char *indicator;
    uint8_t member;
    char text[256]; /* of the newest issue of it; "" = no ruling */
} saying;

static void say(const ph_ruling *r, char *dst, size_t size)
{
    size_t n = 0;

    dst[0] = '\0';
    if (r == NULL)
        return;
    n = (size_t)snprintf(dst, size, "%s by %.*s “%.*s” “%.*s”", ph_decision_name(r->kind), (int)r->unit.len,
                         (const char *)r->unit.ptr, (int)r->reason.len, (const char *)r->reason.ptr, (int)r->text.len,
                         (const char *)r->text.ptr);
    for (unsigned i = 0; i < r->n_rules; i++)
        n += (size_t)snprintf(dst + n, size - n, " %.*s", (int)r->rules[i].len, (const char *)r->rules[i].ptr);
}

static bool find_saying(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    static ph_figure figures[8];
    saying *s = arg;
    ph_issue issue;
    ph_ruling rulings[PH_MAX_MEMBERS];

    (void)key;
    (void)seal;
    assert_int_equal(ph_issue_read(packed, figures, 8, &issue), PH_OK);
    for (uint16_t i = 0; i < issue.n_figures; i++)
        if (ph_span_is(figures[i].indicator, s->indicator)) {
            size_t n = ph_figure_rulings(&figures[i], rulings);
            say(ph_ruling_of(rulings, n, s->member), s->text, sizeof s->text);
        }
    return true;
}

static void assert_says(fixture *f, uint8_t member, const char *indicator, const char *text)
{
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};
    saying s = {.indicator = indicator, .member = member};

    assert_int_equal(f->st->ops->walk_summaries(f->st, &key, find_saying, &s), PH_OK);
    assert_string_equal(s.text, text);
}

static void a_figure_tells_why_a_held_value_counts(void **state)
{
    fixture *f = *state;
    uint64_t before;

    submit(f, ONE, 6000, 9000, PH_VERDICT_HELD, "guard.a() guard.a() guard.b()");
    explain(f, ONE, A, 6000, "");
    assert_says(f, ONE, "I001", ""); /* it does not count yet */
    decide(f, PH_DECISION_CONFIRM, ONE, A, 6000, "", "");
    assert_says(f, ONE, "I001", "confirm by u00 “” “nhà máy mới vận hành” guard.a");
    decide(f, PH_DECISION_OVERRIDE, ONE, B, 9000, "đã đối chiếu", "");
    assert_says(f, ONE, "I002", "override by u00 “đã đối chiếu” “” guard.a guard.b");
    /* others report: the reasons are in every vintage in which the values stand */
    submit(f, TWO, 2000, 2000, PH_VERDICT_ACCEPTED, "");
    assert_says(f, ONE, "I001", "confirm by u00 “” “nhà máy mới vận hành” guard.a");
    assert_says(f, ONE, "I002", "override by u00 “đã đối chiếu” “” guard.a guard.b");
    assert_says(f, TWO, "I002", "");
    /* the same value again says nothing new */
    before = ph_engine_head(f->e)->last_record;
    submit(f, ONE, 6000, 9000, PH_VERDICT_ACCEPTED, "cell.released(confirmed) cell.released(overridden)");
    assert_int_equal(ph_engine_head(f->e)->last_record, before);
    /* another value: the reason went with the old one */
    submit(f, ONE, 6000, 3000, PH_VERDICT_ACCEPTED, "cell.released(confirmed)");
    assert_says(f, ONE, "I002", "");
    assert_says(f, ONE, "I001", "confirm by u00 “” “nhà máy mới vận hành” guard.a");
}

/* Between two figure seals the value went and came back, and was let pass for another reason. */
static void another_reason_is_published_though_the_value_is_the_same(void **state)
{
    fixture *f = *state;

    submit(f, ONE, 6000, 1000, PH_VERDICT_HELD, "guard.a()");
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6000, "một", "");
    assert_says(f, ONE, "I001", "override by u00 “một” “” guard.a");
    submit(f, ONE, 2000, 1000, PH_VERDICT_ACCEPTED, "");
    submit(f, ONE, 6000, 1000, PH_VERDICT_HELD, "guard.a()");
    decide(f, PH_DECISION_OVERRIDE, ONE, A, 6000, "hai", "");
    assert_says(f, ONE, "I001", "override by u00 “hai” “” guard.a");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_RAM(who_is_told_of_which_cases),
        IN_RAM(a_case_tells_what_its_rules_found),
        IN_FILE(a_case_tells_what_its_rules_found),
        IN_RAM(a_page_that_was_cut_leaves_the_rule_alone),
        IN_RAM(a_damaged_page_is_said_to_be),
        IN_RAM(a_figure_tells_why_a_held_value_counts),
        IN_FILE(a_figure_tells_why_a_held_value_counts),
        IN_RAM(another_reason_is_published_though_the_value_is_the_same),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
