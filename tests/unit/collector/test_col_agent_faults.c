/* test_col_agent_faults - hours of a bad line in milliseconds: loss, repeats, delay, refusals, cuts; everything arrives
 * once.   Layer: tests */
#include "ph_col_house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SEEDS = 200, ITEMS = 24, HOURS = 12 };

static house h;
static stage s;

/* What the line does with a frame now. */
typedef enum fate { DELIVER, LOSE, REPEAT, DELAY } fate;

static fate draw_fate(uint64_t *seed)
{
    uint64_t roll = chance(seed) % 100;
    return roll < 15 ? LOSE : roll < 25 ? REPEAT : roll < 50 ? DELAY : DELIVER;
}

static void carry(line *to, ph_span frame, int64_t now_us, uint64_t *seed)
{
    fate f = draw_fate(seed);
    if (f == LOSE)
        return;
    line_put(to, frame, now_us + (f == DELAY ? (int64_t)(chance(seed) % (40 * PH_US_PER_S)) : 1000));
    if (f == REPEAT)
        line_put(to, frame, now_us + (int64_t)(chance(seed) % PH_US_PER_S));
}

/* The house answers, refuses for a while, or says nothing; what it says travels badly too. */
static void house_hears(line_frame *f, uint64_t *seed)
{
    static const ph_verdict moods[] = {PH_VERDICT_BUSY, PH_VERDICT_NO_SPACE, PH_VERDICT_FORBIDDEN};
    ph_span bytes = ph_span_of(f->bytes, f->len);
    ph_frame frame;
    ph_buf answer;
    ph_buf_init(&answer, PH_ZMQ_MAXREPLY_BYTES);
    assert_ok(ph_frame_split(bytes, PH_ZMQ_MAXMSG_BYTES, &frame));
    if (frame.type == PH_MSG_SUBMISSION && chance(seed) % 5 == 0)
        house_refuse(bytes, moods[chance(seed) % 3], (uint32_t)(chance(seed) % 3000), chance(seed) % 2 == 0, &answer);
    else
        house_answer(&h, bytes, s.now.wall_us, &answer);
    if (answer.len > 0)
        carry(&s.in, ph_buf_span(&answer), s.now.mono_us, seed);
    ph_buf_done(&answer);
}

static void everything_moves(uint64_t *seed)
{
    static line_frame f;
    while (line_take(&s.out, s.now.mono_us, &f))
        house_hears(&f, seed);
    while (line_take(&s.in, s.now.mono_us, &f)) {
        stage_deliver(&s, ph_span_of(f.bytes, f.len));
        assert_ok(s.rc);
    }
    if (chance(seed) % 400 == 0)
        ph_col_agent_link_lost(s.agent, s.now, PH_COL_CAUSE_DROPPED);
    if (chance(seed) % 50 == 0)
        s.refuses_to_open = !s.refuses_to_open;
}

static int64_t next_moment(void)
{
    int64_t t = s.next_us, o = line_next(&s.out), i = line_next(&s.in);
    t = o < t ? o : t;
    t = i < t ? i : t;
    int64_t latest = s.now.mono_us + 10 * PH_US_PER_S;
    return t <= s.now.mono_us ? s.now.mono_us + 1000 : t > latest ? latest : t;
}

/* Judged; or refused as forbidden and then replaced by a newer one of its key, as the port has it. */
static bool is_settled(const ph_col_item *item)
{
    return item->state == PH_COL_JUDGED || (item->state == PH_COL_SUPERSEDED && item->verdict == PH_VERDICT_FORBIDDEN);
}

static bool all_settled(const ph_col_item *items)
{
    for (size_t i = 0; i < ITEMS; i++) {
        ph_col_item now = stage_find(&s, &items[i].id);
        if (!is_settled(&now))
            return false;
    }
    return true;
}

static size_t times_logged(const ph_uuid *id)
{
    size_t n = 0;
    for (size_t i = 0; i < h.n; i++)
        n += ph_uuid_eq(&h.log[i].id, id);
    return n;
}

static bool was_parked(const ph_uuid *id)
{
    for (size_t i = 0; i < s.n_parked; i++)
        if (ph_uuid_eq(&s.parked[i], id))
            return true;
    return false;
}

/* Each judged id once in the log, no id twice; revisions of one key in the order in which they were spooled,
 * but for those that were put aside once, which nobody waits for. */
static void assert_log(const ph_col_item *items)
{
    for (size_t i = 0; i < ITEMS; i++) {
        bool judged = stage_find(&s, &items[i].id).state == PH_COL_JUDGED;
        assert_in_range(times_logged(&items[i].id), judged ? 1 : 0, 1);
    }
    for (size_t i = 0; i < h.n; i++)
        for (size_t k = 0; k < i; k++)
            if (strcmp(h.log[i].form, h.log[k].form) == 0 && !was_parked(&h.log[i].id) && !was_parked(&h.log[k].id))
                assert_true(h.log[k].sub.revision < h.log[i].sub.revision);
}

static void one_life(uint64_t seed)
{
    ph_col_item items[ITEMS];
    uint64_t dice = seed * 7919 + 1;
    size_t spooled = 0;
    house_open(&h, 1);
    stage_open(&s, &h, seed);
    int64_t end_us = s.now.mono_us + HOURS * 3600 * PH_US_PER_S;
    while (s.now.mono_us < end_us) {
        /* A new one only behind one that was sent: the port replaces what was not. */
        static const char *const forms[] = {"a", "b", "c", "d"};
        ph_col_key key = {.cluster = "dbsh", .period = {PH_FREQ_S, 2023, 1}};
        (void)ph_span_copy(ph_span_str(forms[spooled % 4]), key.form, sizeof key.form);
        ph_col_item newest;
        ph_rc rc = s.spool->ops->newest(s.spool, &key, &newest);
        if (spooled < ITEMS && (rc == PH_NOT_FOUND || newest.state == PH_COL_SENT || newest.state == PH_COL_JUDGED)) {
            items[spooled] = stage_spool(&s, forms[spooled % 4], (uint32_t)(spooled / 4 + 1));
            spooled++;
        }
        everything_moves(&dice);
        if (spooled == ITEMS && all_settled(items))
            break;
        stage_wait(&s, next_moment() - s.now.mono_us);
        assert_ok(s.rc);
    }
    if (spooled != ITEMS || !all_settled(items))
        fail_msg("seed %llu: not everything was settled", (unsigned long long)seed);
    assert_log(items);
    stage_close(&s);
    house_close(&h);
}

static void a_bad_line_loses_nothing_and_doubles_nothing(void **state)
{
    const char *only = getenv("PHUSA_SEED");
    (void)state;
    for (uint64_t seed = 1; seed <= SEEDS; seed++)
        if (only == NULL || strtoull(only, NULL, 10) == seed)
            one_life(seed);
}

/* ---- a spool that fails: the n-th call, before or after its work ---- */

typedef struct failing {
    ph_col_spool base;
    ph_col_spool *real;
    unsigned countdown; /* 1 = this call fails; 0 = none */
    bool after;
} failing;

static failing bad;
static ph_col_spool_ops bad_ops;

static bool fails_now(void)
{
    return bad.countdown > 0 && --bad.countdown == 0;
}

#define FAILING(call)               \
    bool now = fails_now();         \
    if (now && !bad.after)          \
        return PH_IO;               \
    ph_rc rc = bad.real->ops->call; \
    return now && rc == PH_OK ? PH_IO : rc

static ph_rc bad_pending(ph_col_spool *sp, ph_col_item *ret, size_t max, size_t *n)
{
    (void)sp;
    FAILING(pending(bad.real, ret, max, n));
}

static ph_rc bad_load(ph_col_spool *sp, const ph_uuid *id, ph_buf *dst)
{
    (void)sp;
    FAILING(load(bad.real, id, dst));
}

static ph_rc bad_find(ph_col_spool *sp, const ph_uuid *id, ph_col_item *ret)
{
    (void)sp;
    FAILING(find(bad.real, id, ret));
}

static ph_rc bad_mark_sent(ph_col_spool *sp, const ph_uuid *id, int64_t now_us)
{
    (void)sp;
    FAILING(mark_sent(bad.real, id, now_us));
}

static ph_rc bad_release(ph_col_spool *sp, const ph_uuid *id, const ph_col_release *r)
{
    (void)sp;
    FAILING(release(bad.real, id, r));
}

static ph_rc bad_adopt_epoch(ph_col_spool *sp, const ph_uuid *epoch, uint64_t *n)
{
    (void)sp;
    FAILING(adopt_epoch(bad.real, epoch, n));
}

static ph_rc bad_meta(ph_col_spool *sp, const char *name, ph_buf *dst)
{
    (void)sp;
    FAILING(meta(bad.real, name, dst));
}

static ph_rc bad_put_standing(ph_col_spool *sp, const ph_col_standing *standing)
{
    (void)sp;
    FAILING(put_standing(bad.real, standing));
}

static ph_rc bad_put_meta(ph_col_spool *sp, const char *name, ph_span value)
{
    (void)sp;
    FAILING(put_meta(bad.real, name, value));
}

static ph_rc bad_unpark(ph_col_spool *sp, ph_verdict verdict, uint64_t *n)
{
    (void)sp;
    FAILING(unpark(bad.real, verdict, n));
}

static ph_rc bad_put_cases(ph_col_spool *sp, const ph_col_heard *heard, ph_span lines)
{
    (void)sp;
    FAILING(put_cases(bad.real, heard, lines));
}

/* Put the failing spool between the agent and its own. What it does not pass on must not be called: it would be given
 * another spool's memory. */
static void spoil(unsigned nth, bool after)
{
    bad = (failing){.real = s.spool, .countdown = nth, .after = after};
    bad_ops = (ph_col_spool_ops){.put_cases = bad_put_cases};
    bad_ops.pending = bad_pending;
    bad_ops.load = bad_load;
    bad_ops.find = bad_find;
    bad_ops.mark_sent = bad_mark_sent;
    bad_ops.release = bad_release;
    bad_ops.adopt_epoch = bad_adopt_epoch;
    bad_ops.meta = bad_meta;
    bad_ops.put_standing = bad_put_standing;
    bad_ops.put_meta = bad_put_meta;
    bad_ops.unpark = bad_unpark;
    bad.base.ops = &bad_ops;
    s.spool = &bad.base;
}

static void any_failing_call_only_delays(void **state)
{
    (void)state;
    for (unsigned nth = 1; nth <= 20; nth++)
        for (int after = 0; after <= 1; after++) {
            house_open(&h, 1);
            stage_open(&s, &h, nth);
            ph_col_item item = stage_spool(&s, "a", 1), now;
            spoil(nth, after == 1);
            stage_remake_agent(&s, nth);
            for (int i = 0; i < 600; i++) {
                stage_settle(&s);
                assert_ok(s.rc);
                assert_ok(bad.real->ops->find(bad.real, &item.id, &now));
                if (now.state == PH_COL_JUDGED)
                    break;
                stage_wait(&s, PH_US_PER_S);
            }
            assert_int_equal(now.state, PH_COL_JUDGED);
            assert_int_equal(h.n, 1);
            ph_col_agent_free(s.agent);
            bad.real->ops->close(bad.real);
            house_close(&h);
        }
}

static ph_rc dying_release(ph_col_spool *sp, const ph_uuid *id, const ph_col_release *r)
{
    (void)sp;
    (void)id;
    (void)r;
    return PH_DURABILITY;
}

static void a_fatal_answer_of_the_spool_stops_it(void **state)
{
    (void)state;
    house_open(&h, 1);
    stage_open(&s, &h, 1);
    (void)stage_spool(&s, "a", 1);
    ph_col_spool_ops dying = *s.spool->ops;
    const ph_col_spool_ops *alive = s.spool->ops;
    dying.release = dying_release;
    s.spool->ops = &dying;
    stage_settle(&s);
    assert_int_equal(s.rc, PH_DURABILITY);
    assert_false(s.is_open);
    s.spool->ops = alive;
    stage_close(&s);
    house_close(&h);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bad_line_loses_nothing_and_doubles_nothing),
        cmocka_unit_test(any_failing_call_only_delays),
        cmocka_unit_test(a_fatal_answer_of_the_spool_stops_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
