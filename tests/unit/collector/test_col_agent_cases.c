/* test_col_agent_cases - explanations and decisions on their way, and the cases that they are about.   Layer: tests */
#include <string.h>

#include "ph_col_cases.h"
#include "ph_col_house.h"

static house h;
static stage s;

static int opened(void **state)
{
    (void)state;
    house_open(&h, 1);
    stage_open(&s, &h, 42);
    return 0;
}

static int closed(void **state)
{
    (void)state;
    stage_close(&s);
    house_close(&h);
    return 0;
}

static ph_span sent(ph_msg_type type)
{
    static line_frame f;
    ph_frame frame;
    assert_true(line_take(&s.out, s.now.mono_us, &f));
    assert_ok(ph_frame_split(ph_span_of(f.bytes, f.len), PH_ZMQ_MAXMSG_BYTES, &frame));
    assert_int_equal(frame.type, type);
    return ph_span_of(f.bytes, f.len);
}

static void answer(ph_span frame)
{
    ph_buf a;
    ph_buf_init(&a, PH_ZMQ_MAXREPLY_BYTES);
    house_answer(&h, frame, s.now.wall_us, &a);
    stage_deliver(&s, ph_buf_span(&a));
    ph_buf_done(&a);
}

/* ---- sending ---- */

/* The house verifies each signature for the use that the frame names. */
static void each_kind_goes_by_its_own_frame(void **state)
{
    static ph_receipt store[PH_MAX_RECEIPTS];
    ph_receipts frame;
    ph_buf kept;
    (void)state;
    ph_col_item x = stage_spool_other(&s, "a", PH_ENTRY_EXPLANATION);
    ph_col_item d = stage_spool_other(&s, "b", PH_ENTRY_DECISION);
    stage_settle(&s);
    assert_int_equal(stage_find(&s, &x.id).state, PH_COL_JUDGED);
    assert_int_equal(stage_find(&s, &d.id).state, PH_COL_JUDGED);
    assert_int_equal(h.n_submissions, 2);
    ph_buf_init(&kept, PH_MAX_REPLY_BYTES);
    assert_ok(s.spool->ops->receipt(s.spool, &d.id, &kept));
    assert_ok(ph_receipts_read(ph_buf_span(&kept), store, &frame));
    assert_int_equal(frame.items[0].kind, PH_ENTRY_DECISION);
    assert_ok(ph_receipt_verify(&frame, &frame.items[0], ph_span_str("thaibinh"), h.public_key));
    ph_buf_done(&kept);
}

static void an_explanation_follows_the_figures(void **state)
{
    (void)state;
    stage_settle(&s);
    ph_col_item figures = stage_spool(&s, "a", 1), x = stage_spool_other(&s, "a", PH_ENTRY_EXPLANATION);
    stage_wait(&s, PH_US_PER_S);
    ph_span frame = sent(PH_MSG_SUBMISSION);
    assert_int_equal(s.out.n, 0); /* one at a time */
    assert_int_equal(stage_find(&s, &x.id).state, PH_COL_QUEUED);
    answer(frame);
    assert_int_equal(stage_find(&s, &figures.id).state, PH_COL_JUDGED);
    answer(sent(PH_MSG_EXPLANATION));
    assert_int_equal(stage_find(&s, &x.id).state, PH_COL_JUDGED);
}

/* A receipt that proves the log has these bytes as something else proves nothing of what was sent. */
static void a_receipt_of_another_kind_releases_nothing(void **state)
{
    (void)state;
    ph_col_item x = stage_spool_other(&s, "a", PH_ENTRY_EXPLANATION);
    h.lies = PH_ENTRY_SUBMISSION;
    stage_settle(&s);
    assert_int_equal(stage_find(&s, &x.id).state, PH_COL_SENT);
    assert_int_equal(s.n_events[PH_COL_EV_IGNORED], 1);
    assert_int_equal(s.n_events[PH_COL_EV_JUDGED], 0);
}

static void a_refused_decision_is_parked(void **state)
{
    ph_buf a;
    (void)state;
    stage_settle(&s);
    ph_col_item d = stage_spool_other(&s, "a", PH_ENTRY_DECISION);
    stage_wait(&s, PH_US_PER_S);
    ph_buf_init(&a, PH_MAX_REPLY_BYTES);
    house_refuse(sent(PH_MSG_DECISION), PH_VERDICT_FORBIDDEN, 0, false, &a);
    stage_deliver(&s, ph_buf_span(&a));
    ph_buf_done(&a);
    assert_int_equal(stage_find(&s, &d.id).state, PH_COL_PARKED);
    ph_col_item figures = stage_spool(&s, "a", 1); /* nothing waits behind it */
    stage_settle(&s);
    assert_int_equal(stage_find(&s, &figures.id).state, PH_COL_JUDGED);
}

/* ---- cases ---- */

static void load(ph_col_cases *ret)
{
    *ret = (ph_col_cases){0};
    assert_ok(ph_col_cases_load(s.spool, ret));
}

static void all_pages_are_heard_and_kept_at_once(void **state)
{
    const ph_col_key key = {.cluster = "dbsh", .form = "a", .period = {PH_FREQ_S, 2023, 1}};
    ph_col_case_counts counts;
    ph_col_cases c = {0};
    (void)state;
    assert_int_equal(ph_col_cases_load(s.spool, &c), PH_NOT_FOUND);
    ph_col_cases_done(&c);
    h.n_cases = 5;
    stage_settle(&s);
    assert_int_equal(h.n_queries_for_cases, 3);
    load(&c);
    assert_int_equal(c.n, 5);
    assert_false(c.heard.has_more);
    assert_int_equal(c.heard.at_us, s.now.wall_us);
    for (size_t i = 0; i < c.n; i++) {
        const ph_case_found *found = &c.lines[i].found[0];
        assert_int_equal(c.lines[i].of.unit.ptr[2], '0' + i);
        assert_int_equal(found->is_known, i > 0);
        assert_int_equal(found->bound.mantissa, i);
        assert_true(i == 0 || ph_span_is(found->detail, "IIP"));
    }
    assert_non_null(ph_col_cases_find(&c, &key, ph_span_str("u04"), ph_span_str("IIP")));
    assert_null(ph_col_cases_find(&c, &key, ph_span_str("u05"), ph_span_str("IIP")));
    assert_null(ph_col_cases_find(&c, &key, ph_span_str("u04"), ph_span_str("GRDP_GROWTH")));
    ph_col_cases_count(&c, ph_span_str("u01"), &counts);
    assert_int_equal(counts.own_to_explain, 1);
    assert_int_equal(counts.others_to_explain, 3);
    assert_int_equal(counts.to_decide, 1);
    ph_col_cases_done(&c);
}

/* Between two pages nobody may see half of the new and nothing of the old. */
static void half_of_the_pages_changes_nothing(void **state)
{
    ph_col_cases c;
    (void)state;
    h.n_cases = 1;
    stage_settle(&s);
    h.n_cases = 4;
    for (unsigned i = 0; i < 60 && h.n_queries_for_cases < 2; i++) { /* until the next status is due */
        stage_wait(&s, 15 * PH_US_PER_S);
        while (s.out.n > 0) {
            static line_frame f;
            assert_true(line_take(&s.out, s.now.mono_us, &f));
            answer(ph_span_of(f.bytes, f.len));
            if (h.n_queries_for_cases == 2)
                break;
        }
    }
    assert_int_equal(h.n_queries_for_cases, 2);
    load(&c);
    assert_int_equal(c.n, 1);
    ph_col_cases_done(&c);
    stage_settle(&s);
    load(&c);
    assert_int_equal(c.n, 4);
    ph_col_cases_done(&c);
}

static void who_wants_to_hear_is_heard(void **state)
{
    uint64_t wanted = 0;
    ph_col_cases c;
    (void)state;
    stage_settle(&s);
    assert_int_equal(h.n_queries_for_cases, 1);
    load(&c);
    assert_int_equal(c.heard.asked, 0);
    ph_col_cases_done(&c);
    assert_ok(ph_col_cases_want(s.spool, &wanted));
    assert_int_equal(wanted, 1);
    ph_col_agent_spool_changed(s.agent);
    stage_settle(&s);
    assert_int_equal(h.n_queries_for_cases, 2);
    load(&c);
    assert_int_equal(c.heard.asked, 1);
    ph_col_cases_done(&c);
    ph_col_agent_spool_changed(s.agent); /* another change: nobody asked anew */
    stage_settle(&s);
    assert_int_equal(h.n_queries_for_cases, 2);
}

/* What was judged may have begun or ended a case. */
static void the_cases_are_asked_for_after_a_decision(void **state)
{
    (void)state;
    stage_settle(&s);
    (void)stage_spool_other(&s, "a", PH_ENTRY_DECISION);
    stage_settle(&s);
    assert_int_equal(h.n_queries_for_cases, 2);
    (void)stage_spool(&s, "a", 1); /* plain figures, and nothing is open: no need */
    stage_settle(&s);
    assert_int_equal(h.n_queries_for_cases, 2);
    h.n_cases = 1;
    h.next_verdict = PH_VERDICT_HELD;
    (void)stage_spool(&s, "a", 2);
    stage_settle(&s);
    assert_int_equal(h.n_queries_for_cases, 3);
    h.next_verdict = PH_VERDICT_ACCEPTED;
    (void)stage_spool(&s, "a", 3); /* this may end the one that is open */
    stage_settle(&s);
    assert_int_equal(h.n_queries_for_cases, 4);
}

static void damaged_cases_are_said_to_be(void **state)
{
    const ph_col_heard heard = {.n = 1};
    ph_col_cases c = {0};
    (void)state;
    assert_ok(s.spool->ops->put_cases(s.spool, &heard, ph_span_str("x")));
    assert_int_equal(ph_col_cases_load(s.spool, &c), PH_CORRUPT);
    ph_col_cases_done(&c);
}

/* An agent before this one kept the lines alone. */
static void cases_kept_without_what_was_found(void **state)
{
    static const ph_case_line one = {.of = {.cluster = {(const uint8_t *)"c", 1},
                                            .form = {(const uint8_t *)"f", 1},
                                            .period = {PH_FREQ_S, 2023, 1},
                                            .unit = {(const uint8_t *)"u", 1},
                                            .indicator = {(const uint8_t *)"i", 1},
                                            .status = 'A'},
                                     .n_rules = 1,
                                     .rules = {{(const uint8_t *)"r", 1}}};
    const ph_col_heard heard = {.n = 2};
    ph_col_cases c;
    ph_buf lines;
    (void)state;
    ph_buf_init(&lines, 1024);
    ph_case_line_write(&one, &lines);
    ph_case_line_write(&one, &lines);
    assert_ok(s.spool->ops->put_cases(s.spool, &heard, ph_buf_span(&lines)));
    load(&c);
    assert_int_equal(c.n, 2);
    assert_false(c.lines[1].found[0].is_known);
    ph_col_cases_done(&c);
    ph_case_found_write(&one, &lines); /* of one of two */
    assert_ok(s.spool->ops->put_cases(s.spool, &heard, ph_buf_span(&lines)));
    assert_int_equal(ph_col_cases_load(s.spool, &c), PH_CORRUPT);
    ph_col_cases_done(&c);
    ph_buf_done(&lines);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, opened, closed)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(each_kind_goes_by_its_own_frame),
        TEST(an_explanation_follows_the_figures),
        TEST(a_receipt_of_another_kind_releases_nothing),
        TEST(a_refused_decision_is_parked),
        TEST(all_pages_are_heard_and_kept_at_once),
        TEST(half_of_the_pages_changes_nothing),
        TEST(who_wants_to_hear_is_heard),
        TEST(the_cases_are_asked_for_after_a_decision),
        TEST(damaged_cases_are_said_to_be),
        TEST(cases_kept_without_what_was_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
