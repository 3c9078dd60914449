/* test_col_spool_kinds - explanations, decisions and cases in a spool, on RAM and on SQLite.   Layer: tests */
#include "ph_col_spool_fixture.h"

/* Nobody is asked for the newest: it is a submission's matter. */
static ph_col_item put_other(ph_entry_kind kind, ph_decision_kind decision, const char *subject, const char *indicator,
                             uint8_t n)
{
    ph_col_item i = spool_other_item(kind, decision, subject, indicator, n);
    assert_ok(sp->ops->put(sp, &i, spool_envelope(), 0, PH_COL_QUEUED, &i.number));
    return i;
}

static ph_col_item put_explanation(const char *indicator, uint8_t n)
{
    return put_other(PH_ENTRY_EXPLANATION, PH_DECISION_CONFIRM, "", indicator, n);
}

static ph_col_item put_decision(ph_decision_kind decision, const char *subject, const char *indicator, uint8_t n)
{
    return put_other(PH_ENTRY_DECISION, decision, subject, indicator, n);
}

static void every_kind_comes_back(void **state)
{
    (void)state;
    ph_col_item s = spool_put("a", 1, 1), e = put_explanation("IIP", 2);
    ph_col_item d = put_decision(PH_DECISION_OVERRIDE, "hanam", "GRDP_GROWTH", 3);
    spool_reopen();
    ph_col_item back = spool_find(&s.id);
    assert_int_equal(back.kind, PH_ENTRY_SUBMISSION);
    assert_string_equal(back.indicator, "");
    back = spool_find(&e.id);
    assert_int_equal(back.kind, PH_ENTRY_EXPLANATION);
    assert_string_equal(back.indicator, "IIP");
    assert_string_equal(back.subject, "");
    back = spool_find(&d.id);
    assert_int_equal(back.kind, PH_ENTRY_DECISION);
    assert_int_equal(back.decision, PH_DECISION_OVERRIDE);
    assert_string_equal(back.subject, "hanam");
    assert_string_equal(back.indicator, "GRDP_GROWTH");
}

/* An explanation of a figure that is itself still unsent waits for it. */
static void one_of_a_key_at_a_time_whatever_its_kind(void **state)
{
    ph_col_item got[PH_COL_MAX_PENDING];
    size_t n = 0;
    (void)state;
    ph_col_item s = spool_put("a", 1, 1), e = put_explanation("IIP", 2), b = spool_put("b", 1, 3);
    assert_ok(sp->ops->pending(sp, got, PH_COL_MAX_PENDING, &n));
    assert_int_equal(n, 2);
    assert_true(ph_uuid_eq(&got[0].id, &s.id));
    assert_true(ph_uuid_eq(&got[1].id, &b.id));
    assert_ok(spool_release(&s.id, PH_VERDICT_HELD, 1, 1));
    assert_ok(sp->ops->pending(sp, got, PH_COL_MAX_PENDING, &n));
    assert_int_equal(n, 2);
    assert_true(ph_uuid_eq(&got[0].id, &e.id));
    assert_int_equal(got[0].kind, PH_ENTRY_EXPLANATION);
}

static void what_takes_the_place_of_what(void **state)
{
    (void)state;
    ph_col_item s = spool_put("a", 1, 1), iip = put_explanation("IIP", 2), gdp = put_explanation("GRDP_GROWTH", 3);
    ph_col_item confirm = put_decision(PH_DECISION_CONFIRM, "hanam", "IIP", 4);
    ph_col_item elsewhere = put_decision(PH_DECISION_CONFIRM, "hanoi", "IIP", 5);
    ph_col_item freeze = put_decision(PH_DECISION_FREEZE, "", "", 6);
    (void)put_explanation("IIP", 7);
    assert_int_equal(spool_find(&iip.id).state, PH_COL_SUPERSEDED);
    assert_int_equal(spool_find(&gdp.id).state, PH_COL_QUEUED);
    assert_int_equal(spool_find(&confirm.id).state, PH_COL_QUEUED);
    assert_int_equal(spool_find(&s.id).state, PH_COL_QUEUED);
    (void)put_decision(PH_DECISION_RETURN, "hanam", "IIP", 8); /* the last word on a value is the one that counts */
    assert_int_equal(spool_find(&confirm.id).state, PH_COL_SUPERSEDED);
    assert_int_equal(spool_find(&elsewhere.id).state, PH_COL_QUEUED);
    assert_int_equal(spool_find(&freeze.id).state, PH_COL_QUEUED);
}

/* Freezing and reopening are two deeds; the second does not undo that the first is to be in the log. */
static void a_reopening_does_not_replace_a_freeze(void **state)
{
    (void)state;
    ph_col_item freeze = put_decision(PH_DECISION_FREEZE, "", "", 1);
    ph_col_item reopen_it = put_decision(PH_DECISION_REOPEN, "", "", 2);
    assert_int_equal(spool_find(&freeze.id).state, PH_COL_QUEUED);
    (void)put_decision(PH_DECISION_REOPEN, "", "", 3);
    assert_int_equal(spool_find(&reopen_it.id).state, PH_COL_SUPERSEDED);
    assert_int_equal(spool_find(&freeze.id).state, PH_COL_QUEUED);
}

/* Revisions count among submissions alone. */
static void others_are_no_revisions(void **state)
{
    ph_col_key key = spool_key("a");
    ph_col_item got;
    uint32_t highest = 9;
    (void)state;
    ph_col_item e = put_explanation("IIP", 1);
    assert_ok(spool_release(&e.id, PH_VERDICT_ACCEPTED, 1, 1));
    assert_int_equal(sp->ops->newest(sp, &key, &got), PH_NOT_FOUND);
    assert_int_equal(sp->ops->last_accepted(sp, &key, &got), PH_NOT_FOUND);
    assert_ok(sp->ops->highest(sp, &key, &highest));
    assert_int_equal(highest, 0);
    ph_col_item s = spool_put("a", 1, 2);
    (void)put_explanation("IIP", 3);
    assert_ok(sp->ops->newest(sp, &key, &got));
    assert_true(ph_uuid_eq(&got.id, &s.id));
    assert_int_equal(spool_find(&s.id).state, PH_COL_QUEUED);
}

static void cases_are_kept_as_heard_last(void **state)
{
    static uint8_t large[PH_COL_MAX_CASES_BYTES + 1];
    ph_col_heard heard = {.asked = 7, .at_us = 55, .n = 2, .has_more = true}, got;
    ph_buf lines;
    (void)state;
    ph_buf_init(&lines, PH_COL_MAX_CASES_BYTES);
    assert_int_equal(sp->ops->cases(sp, &got, &lines), PH_NOT_FOUND);
    assert_ok(sp->ops->put_cases(sp, &heard, ph_span_str("first")));
    heard = (ph_col_heard){.asked = 8, .at_us = 66};
    assert_int_equal(sp->ops->put_cases(sp, &heard, ph_span_of(large, sizeof large)), PH_LIMIT);
    spool_reopen();
    assert_ok(sp->ops->cases(sp, &got, &lines));
    assert_true(ph_span_is(ph_buf_span(&lines), "first"));
    assert_int_equal(got.asked, 7);
    assert_int_equal(got.at_us, 55);
    assert_int_equal(got.n, 2);
    assert_true(got.has_more);
    assert_ok(sp->ops->put_cases(sp, &heard, ph_span_str("")));
    ph_buf_clear(&lines);
    assert_ok(sp->ops->cases(sp, &got, &lines));
    assert_int_equal(lines.len, 0);
    assert_int_equal(got.asked, 8);
    assert_false(got.has_more);
    ph_buf_done(&lines);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(every_kind_comes_back),        BOTH(one_of_a_key_at_a_time_whatever_its_kind),
        BOTH(what_takes_the_place_of_what), BOTH(a_reopening_does_not_replace_a_freeze),
        BOTH(others_are_no_revisions),      BOTH(cases_are_kept_as_heard_last),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
