/* test_col_agent - the agent's conversation, step by step: welcome, window, receipts, every refusal, watchdog.   Layer:
 * tests */
#include "ph_col_house.h"

#include <string.h>

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

/* The next frame that the agent sent. */
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

static void refuse(ph_span frame, ph_verdict verdict, uint32_t retry_ms, bool by_frame)
{
    ph_buf a;
    ph_buf_init(&a, PH_MAX_REPLY_BYTES);
    house_refuse(frame, verdict, retry_ms, by_frame, &a);
    stage_deliver(&s, ph_buf_span(&a));
    ph_buf_done(&a);
}

/* Connected, hello and status behind us. */
static void connect_it(void)
{
    stage_settle(&s);
    assert_true(stage_view(&s).is_ready);
    assert_true(stage_view(&s).has_status);
}

static void nothing_is_sent_before_the_welcome(void **state)
{
    (void)state;
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    ph_span hello = sent(PH_MSG_HELLO);
    assert_int_equal(s.out.n, 0);
    answer(hello);
    assert_int_equal(s.n_events[PH_COL_EV_LINK_UP], 1);
    (void)sent(PH_MSG_QUERY);
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_SENT);
    (void)sent(PH_MSG_SUBMISSION);
}

static void a_receipt_releases_and_is_kept(void **state)
{
    static ph_receipt store[PH_MAX_RECEIPTS];
    ph_receipts frame;
    ph_buf kept, checkpoint;
    (void)state;
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_settle(&s);
    ph_col_item after = stage_find(&s, &item.id);
    assert_int_equal(after.state, PH_COL_JUDGED);
    assert_int_equal(after.verdict, PH_VERDICT_ACCEPTED);
    assert_int_equal(after.seq, 1);
    ph_buf_init(&kept, PH_MAX_REPLY_BYTES);
    ph_buf_init(&checkpoint, 1024);
    assert_ok(s.spool->ops->receipt(s.spool, &item.id, &kept));
    assert_ok(ph_receipts_read(ph_buf_span(&kept), store, &frame));
    assert_ok(ph_receipt_verify(&frame, &frame.items[0], ph_span_str("thaibinh"), h.public_key)); /* by anyone, later */
    assert_ok(s.spool->ops->meta(s.spool, PH_COL_META_CHECKPOINT, &checkpoint));
    ph_buf_done(&kept);
    ph_buf_done(&checkpoint);
}

static void one_in_flight_for_each_key(void **state)
{
    (void)state;
    connect_it();
    ph_col_item first = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    (void)stage_spool(&s, "a", 2);
    (void)stage_spool(&s, "b", 1);
    stage_wait(&s, 0);
    ph_span one = sent(PH_MSG_SUBMISSION);
    ph_uuid id = house_id_of(one);
    assert_true(ph_uuid_eq(&id, &first.id));
    answer(one);
    assert_int_equal(s.out.n, 2); /* b's, and a's second now */
    stage_settle(&s);
    assert_int_equal(h.n, 3);
    assert_int_equal(h.log[0].sub.revision, 1);
}

static void the_window_is_the_credit(void **state)
{
    char form[2] = "a";
    (void)state;
    connect_it();
    for (int i = 0; i < 20; i++, form[0]++)
        (void)stage_spool(&s, form, 1);
    stage_wait(&s, 0);
    assert_int_equal(s.out.n, PH_DEFAULT_CREDIT);
    assert_int_equal(stage_view(&s).n_in_flight, PH_DEFAULT_CREDIT);
    stage_settle(&s);
    assert_int_equal(h.n, 20);
    assert_int_equal(stage_view(&s).n_judged, 20);
}

static void busy_waits_as_asked_and_says_so(void **state)
{
    (void)state;
    connect_it();
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    refuse(sent(PH_MSG_SUBMISSION), PH_VERDICT_BUSY, 2000, false);
    assert_int_equal(s.n_events[PH_COL_EV_REFUSED], 1);
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_SENT);
    (void)stage_spool(&s, "b", 1);
    stage_wait(&s, 1900000);
    assert_int_equal(s.out.n, 0); /* busy speaks of the whole house */
    stage_wait(&s, 700000);
    assert_int_equal(s.out.n, 2);
    stage_settle(&s);
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_JUDGED);
}

static void no_space_delays_that_item_only(void **state)
{
    (void)state;
    connect_it();
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    refuse(sent(PH_MSG_SUBMISSION), PH_VERDICT_NO_SPACE, 5000, false);
    (void)stage_spool(&s, "b", 1);
    stage_settle(&s);
    assert_int_equal(h.n, 1);
    stage_wait(&s, 7 * PH_US_PER_S);
    stage_settle(&s);
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_JUDGED);
}

static void parking_blocks_nothing_behind(void **state)
{
    static const ph_verdict parks[] = {PH_VERDICT_FORBIDDEN, PH_VERDICT_TOO_LARGE, PH_VERDICT_UPGRADE,
                                       PH_VERDICT_MALFORMED, PH_VERDICT_CONFLICT};
    (void)state;
    connect_it();
    for (size_t i = 0; i < sizeof parks / sizeof parks[0]; i++) {
        ph_col_item item = stage_spool(&s, "a", (uint32_t)(10 * i + 1));
        stage_wait(&s, 0);
        ph_span frame = sent(PH_MSG_SUBMISSION);
        ph_col_item behind = stage_spool(&s, "a", (uint32_t)(10 * i + 2));
        stage_wait(&s, 0);
        assert_int_equal(s.out.n, 0);
        refuse(frame, parks[i], 0, i % 2 == 0); /* a refusal names the frame, or the body once it was verified */
        ph_col_item after = stage_find(&s, &item.id);
        assert_int_equal(after.state, PH_COL_PARKED);
        assert_int_equal(after.verdict, parks[i]);
        assert_string_equal(after.reason, "test.code");
        stage_settle(&s);
        assert_int_equal(stage_find(&s, &behind.id).state, PH_COL_JUDGED);
    }
}

static void forbidden_is_offered_again_now_and_then(void **state)
{
    (void)state;
    connect_it();
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    refuse(sent(PH_MSG_SUBMISSION), PH_VERDICT_FORBIDDEN, 0, false);
    for (int i = 0; i < 30 && stage_find(&s, &item.id).state == PH_COL_PARKED; i++) {
        stage_settle(&s);
        stage_wait(&s, 29 * PH_US_PER_S);
    }
    stage_settle(&s);
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_JUDGED);
}

static void another_version_is_a_reason_to_try_again(void **state)
{
    (void)state;
    connect_it();
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    refuse(sent(PH_MSG_SUBMISSION), PH_VERDICT_MALFORMED, 0, false);
    ph_col_agent_link_lost(s.agent, s.now, PH_COL_CAUSE_DROPPED);
    stage_wait(&s, PH_US_PER_S);
    stage_settle(&s);
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_PARKED); /* the same version: no use */
    h.server = "house 2";
    ph_col_agent_link_lost(s.agent, s.now, PH_COL_CAUSE_DROPPED);
    stage_wait(&s, PH_US_PER_S);
    stage_settle(&s);
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_JUDGED);
}

static void the_announced_limit_is_kept_here(void **state)
{
    (void)state;
    h.max_frame = 100;
    connect_it();
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_settle(&s);
    assert_int_equal(h.n, 0);
    assert_int_equal(stage_find(&s, &item.id).verdict, PH_VERDICT_TOO_LARGE);
}

static void silence_after_a_submission_reconnects(void **state)
{
    (void)state;
    connect_it();
    (void)stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    unsigned opens = s.n_opens;
    s.out.n = 0; /* lost */
    stage_wait(&s, 19 * PH_US_PER_S);
    assert_true(s.is_open);
    stage_wait(&s, PH_US_PER_S);
    assert_int_equal(s.last_cause, PH_COL_CAUSE_NO_RECEIPT);
    assert_false(s.is_open);
    stage_wait(&s, 60 * PH_US_PER_S);
    assert_int_equal(s.n_opens, opens + 1);
    stage_settle(&s);
    assert_int_equal(h.n, 1);
}

static void silence_when_idle_reconnects(void **state)
{
    (void)state;
    connect_it();
    stage_wait(&s, 30 * PH_US_PER_S);
    answer(sent(PH_MSG_PING));
    stage_wait(&s, 30 * PH_US_PER_S);
    (void)sent(PH_MSG_PING);
    stage_wait(&s, 31 * PH_US_PER_S);
    assert_int_equal(s.last_cause, PH_COL_CAUSE_DROPPED);
}

static void no_welcome_is_named(void **state)
{
    (void)state;
    stage_wait(&s, 0);
    stage_wait(&s, 10 * PH_US_PER_S);
    assert_int_equal(s.last_cause, PH_COL_CAUSE_NO_WELCOME);
    assert_int_equal(stage_view(&s).cause, PH_COL_CAUSE_NO_WELCOME);
}

/* A guess while connecting: it never covers a better one, and a welcome ends it. */
static void a_slow_handshake_is_named(void **state)
{
    (void)state;
    stage_wait(&s, 0);
    ph_span hello = sent(PH_MSG_HELLO);
    ph_col_agent_link_slow(s.agent);
    assert_int_equal(stage_view(&s).cause, PH_COL_CAUSE_NOT_GREETED);
    answer(hello);
    assert_int_equal(stage_view(&s).cause, PH_COL_CAUSE_NONE);
    ph_col_agent_link_slow(s.agent); /* too late: greeted */
    assert_int_equal(stage_view(&s).cause, PH_COL_CAUSE_NONE);
    ph_col_agent_link_lost(s.agent, s.now, PH_COL_CAUSE_KEY_REFUSED);
    stage_wait(&s, 60 * PH_US_PER_S);
    ph_col_agent_link_slow(s.agent);
    assert_int_equal(stage_view(&s).cause, PH_COL_CAUSE_KEY_REFUSED);
}

static void a_refused_hello_is_named(void **state)
{
    (void)state;
    stage_wait(&s, 0);
    refuse(sent(PH_MSG_HELLO), PH_VERDICT_UPGRADE, 0, true);
    assert_int_equal(s.last_cause, PH_COL_CAUSE_UPGRADE);
    stage_wait(&s, 60 * PH_US_PER_S);
    refuse(sent(PH_MSG_HELLO), PH_VERDICT_FORBIDDEN, 0, false);
    assert_int_equal(s.last_cause, PH_COL_CAUSE_FORBIDDEN);
}

static const ph_col_agent_times hasty = {.connect_timeout_us = PH_US_PER_S,
                                         .answer_timeout_us = PH_US_PER_S,
                                         .ping_every_us = 2 * PH_US_PER_S,
                                         .status_every_us = 5 * PH_US_PER_S,
                                         .backoff_min_us = PH_US_PER_S / 100,
                                         .backoff_max_us = PH_US_PER_S / 50};

static void shorter_times_hold_at_once(void **state)
{
    (void)state;
    s.refuses_to_open = true;
    for (int i = 0; i < 12; i++)
        stage_wait(&s, 60 * PH_US_PER_S); /* the wait for the next attempt is long by now */
    s.refuses_to_open = false;
    ph_col_agent_tune(s.agent, s.now, &hasty);
    unsigned n = s.n_opens;
    stage_wait(&s, PH_US_PER_S / 50);
    assert_int_equal(s.n_opens, n + 1);
    stage_wait(&s, PH_US_PER_S); /* no welcome comes */
    assert_int_equal(s.last_cause, PH_COL_CAUSE_NO_WELCOME);
}

static void shorter_times_do_not_cut_a_quiet_line(void **state)
{
    (void)state;
    connect_it();
    unsigned n = s.n_events[PH_COL_EV_LINK_DOWN];
    stage_wait(&s, 20 * PH_US_PER_S); /* silent for ten times the new patience */
    ph_col_agent_tune(s.agent, s.now, &hasty);
    stage_wait(&s, 0);
    assert_int_equal(s.n_events[PH_COL_EV_LINK_DOWN], n);
    stage_wait(&s, 2 * PH_US_PER_S);
    answer(sent(PH_MSG_PING));
    stage_wait(&s, 3 * PH_US_PER_S);
    (void)sent(PH_MSG_PING);
    (void)sent(PH_MSG_QUERY); /* and asks where it stands after five */
}

static void attempts_back_off(void **state)
{
    int64_t longest = 0;
    (void)state;
    s.refuses_to_open = true;
    stage_wait(&s, 0);
    for (int i = 0; i < 40; i++) {
        int64_t wait = s.next_us - s.now.mono_us;
        assert_in_range(wait, PH_US_PER_S / 10, 60 * PH_US_PER_S);
        longest = wait > longest ? wait : longest;
        stage_wait(&s, wait);
    }
    assert_int_equal(s.n_opens, 41);
    assert_true(longest > 20 * PH_US_PER_S);
    s.refuses_to_open = false;
    stage_wait(&s, s.next_us - s.now.mono_us);
    stage_settle(&s);
    assert_true(stage_view(&s).is_ready);
}

/* ---- receipts that release nothing ---- */

static ph_buf receipt_of(house *by, ph_span submission)
{
    ph_buf a;
    ph_buf_init(&a, PH_ZMQ_MAXREPLY_BYTES);
    house_answer(by, submission, s.now.wall_us, &a);
    return a;
}

static void forged_receipts_are_ignored_and_counted(void **state)
{
    static house other;
    (void)state;
    connect_it();
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    ph_span frame = sent(PH_MSG_SUBMISSION);
    house_open(&other, 2);
    other.epoch = h.epoch;
    ph_buf forged = receipt_of(&other, frame);
    stage_deliver(&s, ph_buf_span(&forged)); /* signed by another key */
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_SENT);
    ph_buf good = receipt_of(&h, frame);
    for (size_t i = PH_FRAME_HEADER_BYTES; i < good.len;
         i++) { /* every byte of it counts, but for credit and the duplicate mark */
        good.ptr[i] ^= 0x01;
        stage_deliver(&s, ph_buf_span(&good));
        good.ptr[i] ^= 0x01;
        ph_col_item now = stage_find(&s, &item.id);
        if (now.state == PH_COL_JUDGED)
            assert_int_equal(now.verdict, PH_VERDICT_ACCEPTED);
        if (now.state == PH_COL_JUDGED)
            break;
    }
    assert_true(stage_view(&s).n_ignored > 100);
    stage_deliver(&s, ph_buf_span(&good));
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_JUDGED);
    ph_buf_done(&forged);
    ph_buf_done(&good);
    house_close(&other);
}

static void foreign_and_repeated_receipts_change_nothing(void **state)
{
    static stage elsewhere;
    static house same;
    (void)state;
    house_open(&same, 1);
    stage_open(&elsewhere, &same, 1);
    connect_it();
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    ph_span frame = sent(PH_MSG_SUBMISSION);
    ph_buf mine = receipt_of(&h, frame);
    ph_col_item theirs = stage_spool(&elsewhere, "a", 1);
    stage_settle(&elsewhere);
    ph_buf foreign;
    ph_buf_init(&foreign, PH_ZMQ_MAXREPLY_BYTES);
    ph_frame_begin(&foreign, PH_MSG_RECEIPT);
    assert_ok(elsewhere.spool->ops->receipt(elsewhere.spool, &theirs.id, &foreign));
    stage_deliver(&s, ph_buf_span(&foreign));
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_SENT);
    stage_deliver(&s, ph_buf_span(&mine));
    stage_deliver(&s, ph_buf_span(&mine));
    stage_deliver(&s, ph_buf_span(&mine));
    assert_int_equal(s.n_events[PH_COL_EV_JUDGED], 1);
    ph_buf_done(&mine);
    ph_buf_done(&foreign);
    stage_close(&elsewhere);
    house_close(&same);
}

static void two_histories_stop_the_agent(void **state)
{
    static house twin;
    (void)state;
    house_open(&twin, 1); /* the same key, another log */
    connect_it();
    (void)stage_spool(&s, "a", 1);
    stage_settle(&s);
    (void)stage_spool(&s, "b", 1);
    stage_wait(&s, 0);
    ph_buf lie = receipt_of(&twin, sent(PH_MSG_SUBMISSION)); /* its first entry, where ours holds another */
    stage_deliver(&s, ph_buf_span(&lie));
    assert_int_equal(s.rc, PH_HISTORY);
    assert_int_equal(s.n_events[PH_COL_EV_HISTORY], 1);
    assert_false(s.is_open);
    stage_wait(&s, 3600 * PH_US_PER_S);
    assert_int_equal(s.rc, PH_HISTORY); /* for good */
    ph_buf_done(&lie);
    house_close(&twin);
}

static void another_epoch_offers_everything_again(void **state)
{
    static house restored;
    (void)state;
    connect_it();
    ph_col_item a = stage_spool(&s, "a", 1), b = stage_spool(&s, "b", 1);
    stage_settle(&s);
    assert_int_equal(h.n, 2);
    house_open(&restored, 1);
    memset(restored.epoch.bytes, 9, sizeof restored.epoch.bytes);
    s.house = &restored;
    ph_col_agent_link_lost(s.agent, s.now, PH_COL_CAUSE_DROPPED);
    stage_wait(&s, PH_US_PER_S);
    stage_settle(&s);
    assert_int_equal(s.n_events[PH_COL_EV_EPOCH], 1);
    assert_int_equal(restored.n, 2);
    assert_int_equal(stage_find(&s, &a.id).state, PH_COL_JUDGED);
    b = stage_find(&s, &b.id);
    assert_true(ph_uuid_eq(&b.epoch, &restored.epoch));
    house_close(&restored);
}

static void garbage_is_ignored(void **state)
{
    uint64_t seed = 4711;
    uint8_t bytes[256];
    (void)state;
    connect_it();
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, 0);
    (void)sent(PH_MSG_SUBMISSION);
    for (int i = 0; i < 20000; i++) {
        size_t len = chance(&seed) % sizeof bytes;
        for (size_t k = 0; k < len; k++)
            bytes[k] = (uint8_t)chance(&seed);
        if (i % 2 == 0 && len > 4)
            memcpy(bytes, (const uint8_t[]){PH_MAGIC_0, PH_MAGIC_1, PH_WIRE_VERSION, (uint8_t)(1 + i % 9)}, 4);
        stage_deliver(&s, ph_span_of(bytes, len));
        assert_ok(s.rc);
    }
    assert_int_equal(stage_find(&s, &item.id).state, PH_COL_SENT);
}

static void rejected_asks_anew_where_we_stand(void **state)
{
    (void)state;
    connect_it();
    h.next_verdict = PH_VERDICT_REJECTED;
    ph_col_item item = stage_spool(&s, "a", 1);
    stage_wait(&s, PH_US_PER_S);
    answer(sent(PH_MSG_SUBMISSION));
    assert_int_equal(stage_find(&s, &item.id).verdict, PH_VERDICT_REJECTED);
    (void)sent(PH_MSG_QUERY);
}

static void what_is_expected_is_kept(void **state)
{
    ph_col_standing standing;
    const ph_col_key key = {.cluster = "dbsh", .form = "a", .period = {PH_FREQ_S, 2023, 1}};
    (void)state;
    connect_it();
    assert_ok(s.spool->ops->standing(s.spool, &key, &standing));
    assert_int_equal(standing.highest_revision, 4);
    assert_int_equal(standing.last_revision, 3);
    assert_int_equal(standing.state, PH_PERIOD_OPEN);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, opened, closed)
int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(nothing_is_sent_before_the_welcome),
        TEST(a_receipt_releases_and_is_kept),
        TEST(one_in_flight_for_each_key),
        TEST(the_window_is_the_credit),
        TEST(busy_waits_as_asked_and_says_so),
        TEST(no_space_delays_that_item_only),
        TEST(parking_blocks_nothing_behind),
        TEST(forbidden_is_offered_again_now_and_then),
        TEST(another_version_is_a_reason_to_try_again),
        TEST(the_announced_limit_is_kept_here),
        TEST(silence_after_a_submission_reconnects),
        TEST(silence_when_idle_reconnects),
        TEST(no_welcome_is_named),
        TEST(a_slow_handshake_is_named),
        TEST(a_refused_hello_is_named),
        TEST(shorter_times_hold_at_once),
        TEST(shorter_times_do_not_cut_a_quiet_line),
        TEST(attempts_back_off),
        TEST(forged_receipts_are_ignored_and_counted),
        TEST(foreign_and_repeated_receipts_change_nothing),
        TEST(two_histories_stop_the_agent),
        TEST(another_epoch_offers_everything_again),
        TEST(garbage_is_ignored),
        TEST(rejected_asks_anew_where_we_stand),
        TEST(what_is_expected_is_kept),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
