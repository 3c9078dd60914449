/* test_col_spool - what the spool's port promises, on RAM and on SQLite.   Layer: tests */
#include "ph_col_spool_fixture.h"

#include <string.h>

static void what_is_put_comes_back(void **state)
{
    ph_buf bytes;
    (void)state;
    ph_col_item i = spool_put("a", 3, 10);
    spool_reopen();
    ph_col_item back = spool_find(&i.id);
    assert_int_equal(back.number, i.number);
    assert_true(ph_col_key_eq(&back.key, &i.key));
    assert_int_equal(back.revision, 3);
    assert_int_equal(back.base_revision, 2);
    assert_true(ph_digest_eq(&back.body, &i.body));
    assert_true(ph_digest_eq(&back.signature, &i.signature));
    assert_true(ph_key_id_eq(&back.key_id, &i.key_id));
    assert_int_equal(back.spooled_at_us, i.spooled_at_us);
    assert_int_equal(back.state, PH_COL_QUEUED); /* whatever the caller said */
    assert_int_equal(back.sent_at_us, 0);
    ph_buf_init(&bytes, 1024);
    assert_ok(sp->ops->load(sp, &i.id, &bytes));
    assert_true(ph_span_eq(ph_buf_span(&bytes), spool_envelope()));
    ph_buf_done(&bytes);
}

static void unknown_ids(void **state)
{
    ph_col_item i = spool_item("a", 1, 1), got;
    ph_buf bytes;
    (void)state;
    ph_buf_init(&bytes, 1024);
    assert_int_equal(sp->ops->find(sp, &i.id, &got), PH_NOT_FOUND);
    assert_int_equal(sp->ops->load(sp, &i.id, &bytes), PH_NOT_FOUND);
    assert_int_equal(sp->ops->mark_sent(sp, &i.id, 1), PH_NOT_FOUND);
    assert_int_equal(sp->ops->park(sp, &i.id, PH_VERDICT_FORBIDDEN, ph_span_str("x")), PH_NOT_FOUND);
    assert_int_equal(sp->ops->quarantine(sp, &i.id, ph_span_str("x")), PH_NOT_FOUND);
    assert_int_equal(spool_release(&i.id, PH_VERDICT_ACCEPTED, 1, 1), PH_NOT_FOUND);
    assert_int_equal(sp->ops->receipt(sp, &i.id, &bytes), PH_NOT_FOUND);
    assert_int_equal(sp->ops->newest(sp, &i.key, &got), PH_NOT_FOUND);
    assert_int_equal(sp->ops->last_accepted(sp, &i.key, &got), PH_NOT_FOUND);
    ph_buf_done(&bytes);
}

static void an_id_stands_once(void **state)
{
    uint64_t number = 0;
    (void)state;
    ph_col_item i = spool_put("a", 1, 1);
    assert_int_equal(spool_try_put(&i, &number), PH_EXISTS);
    assert_int_equal(number, 0);
}

static void a_newer_one_replaces_what_was_never_logged(void **state)
{
    (void)state;
    ph_col_item first = spool_put("a", 1, 1), other = spool_put("b", 1, 2), second = spool_put("a", 2, 3);
    assert_int_equal(spool_find(&first.id).state, PH_COL_SUPERSEDED);
    assert_int_equal(spool_find(&other.id).state, PH_COL_QUEUED);
    assert_ok(sp->ops->mark_sent(sp, &second.id, 99));
    ph_col_item third = spool_put("a", 3, 4);
    assert_int_equal(spool_find(&second.id).state, PH_COL_SENT); /* somebody may have logged it */
    assert_ok(sp->ops->mark_sent(sp, &third.id, 99));
    assert_ok(sp->ops->park(sp, &third.id, PH_VERDICT_MALFORMED, ph_span_str("x")));
    (void)spool_put("a", 4, 5);
    assert_int_equal(spool_find(&third.id).state, PH_COL_SUPERSEDED);
}

/* submit prepares over what it saw; when that is no longer so, it must prepare anew. */
static void put_sees_that_the_ground_moved(void **state)
{
    uint64_t number = 0;
    (void)state;
    ph_col_item first = spool_put("a", 1, 1), next = spool_item("a", 2, 2);
    assert_int_equal(sp->ops->put(sp, &next, spool_envelope(), 0, PH_COL_QUEUED, &number), PH_CONFLICT);
    assert_ok(sp->ops->mark_sent(sp, &first.id, 5));
    assert_int_equal(sp->ops->put(sp, &next, spool_envelope(), first.number, PH_COL_QUEUED, &number), PH_CONFLICT);
    assert_int_equal(sp->ops->find(sp, &next.id, &next), PH_NOT_FOUND); /* nothing changed */
    assert_ok(sp->ops->put(sp, &next, spool_envelope(), first.number, PH_COL_SENT, &number));
}

static void pending_gives_the_oldest_of_each_key(void **state)
{
    ph_col_item got[PH_COL_MAX_PENDING];
    size_t n = 0;
    (void)state;
    ph_col_item a1 = spool_put("a", 1, 1), b1 = spool_put("b", 1, 2);
    assert_ok(sp->ops->mark_sent(sp, &a1.id, 5));
    (void)spool_put("a", 2, 3);
    ph_col_item c1 = spool_put("c", 1, 4);
    assert_ok(sp->ops->park(sp, &c1.id, PH_VERDICT_FORBIDDEN, ph_span_str("x")));
    assert_ok(sp->ops->pending(sp, got, PH_COL_MAX_PENDING, &n));
    assert_int_equal(n, 2);
    assert_true(ph_uuid_eq(&got[0].id, &a1.id));
    assert_true(ph_uuid_eq(&got[1].id, &b1.id));
    assert_ok(sp->ops->pending(sp, got, 1, &n));
    assert_int_equal(n, 1);
    assert_ok(spool_release(&a1.id, PH_VERDICT_ACCEPTED, 1, 1));
    assert_ok(sp->ops->pending(sp, got, PH_COL_MAX_PENDING, &n));
    assert_int_equal(n, 2);
    assert_int_equal(got[1].revision, 2);
}

static void sending_is_marked_once(void **state)
{
    (void)state;
    ph_col_item i = spool_put("a", 1, 1);
    assert_ok(sp->ops->mark_sent(sp, &i.id, 50));
    assert_ok(sp->ops->mark_sent(sp, &i.id, 60));
    spool_reopen();
    assert_int_equal(spool_find(&i.id).sent_at_us, 50);
    assert_ok(spool_release(&i.id, PH_VERDICT_ACCEPTED, 1, 1));
    assert_int_equal(sp->ops->mark_sent(sp, &i.id, 70), PH_CONFLICT);
    assert_int_equal(sp->ops->park(sp, &i.id, PH_VERDICT_FORBIDDEN, ph_span_str("x")), PH_CONFLICT);
}

static void parked_ones_come_back_as_they_were(void **state)
{
    uint64_t n = 0;
    (void)state;
    ph_col_item a = spool_put("a", 1, 1), b = spool_put("b", 1, 2), c = spool_put("c", 1, 3);
    assert_ok(sp->ops->mark_sent(sp, &a.id, 5));
    assert_ok(sp->ops->park(sp, &a.id, PH_VERDICT_FORBIDDEN, ph_span_str("key.unknown")));
    assert_ok(sp->ops->park(sp, &b.id, PH_VERDICT_TOO_LARGE, ph_span_str("large")));
    assert_ok(sp->ops->park(sp, &c.id, PH_VERDICT_CONFLICT, ph_span_str("")));
    spool_reopen();
    ph_col_item back = spool_find(&a.id);
    assert_int_equal(back.verdict, PH_VERDICT_FORBIDDEN);
    assert_string_equal(back.reason, "key.unknown");
    assert_ok(sp->ops->unpark(sp, PH_VERDICT_FORBIDDEN, &n));
    assert_int_equal(n, 1);
    back = spool_find(&a.id);
    assert_int_equal(back.state, PH_COL_SENT);
    assert_int_equal(back.verdict, 0);
    assert_string_equal(back.reason, "");
    assert_ok(sp->ops->unpark(sp, (ph_verdict)0, &n));
    assert_int_equal(n, 2);
    assert_int_equal(spool_find(&b.id).state, PH_COL_QUEUED);
    assert_ok(sp->ops->unpark(sp, (ph_verdict)0, &n));
    assert_int_equal(n, 0);
}

static void a_long_reason_is_cut(void **state)
{
    char text[2 * PH_MAX_TEXT_BYTES];
    (void)state;
    memset(text, 'x', sizeof text);
    ph_col_item i = spool_put("a", 1, 1);
    assert_ok(sp->ops->park(sp, &i.id, PH_VERDICT_MALFORMED, ph_span_of(text, sizeof text)));
    assert_int_equal(strlen(spool_find(&i.id).reason), PH_MAX_TEXT_BYTES - 1);
}

static void a_receipt_releases_for_good(void **state)
{
    ph_buf bytes;
    (void)state;
    ph_col_item i = spool_put("a", 1, 1);
    assert_ok(sp->ops->mark_sent(sp, &i.id, 5));
    assert_ok(spool_release(&i.id, PH_VERDICT_REJECTED, 1, 20));
    spool_reopen();
    ph_col_item back = spool_find(&i.id);
    assert_int_equal(back.state, PH_COL_JUDGED);
    assert_int_equal(back.verdict, PH_VERDICT_REJECTED);
    assert_int_equal(back.seq, 7);
    assert_int_equal(back.judged_at_us, 55);
    assert_int_equal(back.epoch.bytes[0], 1);
    ph_buf_init(&bytes, 1024);
    assert_ok(sp->ops->receipt(sp, &i.id, &bytes));
    assert_true(ph_span_is(ph_buf_span(&bytes), "receipt"));
    ph_buf_clear(&bytes);
    assert_ok(sp->ops->load(sp, &i.id, &bytes)); /* sent bytes are kept */
    assert_true(ph_span_eq(ph_buf_span(&bytes), spool_envelope()));
    ph_buf_done(&bytes);
}

static void assert_meta(const char *name, const char *value)
{
    ph_buf bytes;
    ph_buf_init(&bytes, PH_COL_MAX_META_BYTES);
    ph_rc rc = sp->ops->meta(sp, name, &bytes);
    if (value == NULL)
        assert_int_equal(rc, PH_NOT_FOUND);
    else
        assert_true(rc == PH_OK && ph_span_is(ph_buf_span(&bytes), value));
    ph_buf_done(&bytes);
}

static void the_largest_checkpoint_stays(void **state)
{
    (void)state;
    ph_col_item a = spool_put("a", 1, 1), b = spool_put("b", 1, 2), c = spool_put("c", 1, 3);
    assert_meta(PH_COL_META_CHECKPOINT, NULL);
    assert_ok(spool_release(&a.id, PH_VERDICT_ACCEPTED, 1, 5));
    assert_meta(PH_COL_META_CHECKPOINT, "small");
    assert_ok(spool_release(&b.id, PH_VERDICT_ACCEPTED, 1, 300));
    assert_meta(PH_COL_META_CHECKPOINT, "large");
    assert_ok(spool_release(&c.id, PH_VERDICT_ACCEPTED, 1, 6));
    assert_meta(PH_COL_META_CHECKPOINT, "large");
}

static void another_epoch_offers_again(void **state)
{
    ph_uuid first, second;
    ph_col_item got;
    uint64_t n = 0;
    ph_buf bytes;
    (void)state;
    memset(first.bytes, 1, sizeof first.bytes);
    memset(second.bytes, 2, sizeof second.bytes);
    ph_col_item a = spool_put("a", 1, 1), b = spool_put("b", 1, 2), c = spool_put("c", 1, 3);
    assert_ok(sp->ops->adopt_epoch(sp, &first, &n));
    assert_int_equal(n, 0);
    assert_ok(sp->ops->mark_sent(sp, &a.id, 5));
    assert_ok(spool_release(&a.id, PH_VERDICT_ACCEPTED, 1, 20));
    assert_ok(spool_release(&b.id, PH_VERDICT_REJECTED, 1, 21));
    assert_ok(sp->ops->quarantine(sp, &c.id, ph_span_str("damaged")));
    assert_ok(sp->ops->adopt_epoch(sp, &second, &n));
    assert_int_equal(n, 2);
    spool_reopen();
    assert_int_equal(spool_find(&a.id).state, PH_COL_SENT);
    assert_int_equal(spool_find(&c.id).state, PH_COL_QUARANTINED);
    assert_meta(PH_COL_META_CHECKPOINT, NULL);
    ph_buf_init(&bytes, 1024);
    assert_ok(sp->ops->receipt(sp, &a.id, &bytes));      /* the old receipt stays until a new one comes */
    assert_ok(sp->ops->last_accepted(sp, &a.key, &got)); /* and what was accepted is still known */
    assert_ok(spool_release(&a.id, PH_VERDICT_ACCEPTED, 2, 3));
    assert_meta(PH_COL_META_CHECKPOINT, "small"); /* sizes of another epoch do not count */
    assert_int_equal(spool_release(&c.id, PH_VERDICT_ACCEPTED, 2, 4), PH_CONFLICT);
    ph_buf_done(&bytes);
}

static void newest_last_accepted_and_highest(void **state)
{
    ph_col_key key = spool_key("a");
    ph_col_item got;
    uint32_t highest = 99;
    (void)state;
    assert_ok(sp->ops->highest(sp, &key, &highest));
    assert_int_equal(highest, 0);
    ph_col_item one = spool_put("a", 1, 1);
    assert_ok(spool_release(&one.id, PH_VERDICT_ACCEPTED, 1, 1));
    ph_col_item two = spool_put("a", 2, 2);
    assert_ok(spool_release(&two.id, PH_VERDICT_HELD, 1, 2));
    ph_col_item three = spool_put("a", 3, 3);
    assert_ok(spool_release(&three.id, PH_VERDICT_REJECTED, 1, 3));
    (void)spool_put("b", 9, 4);
    assert_ok(sp->ops->last_accepted(sp, &key, &got));
    assert_int_equal(got.revision, 2);
    assert_ok(sp->ops->newest(sp, &key, &got));
    assert_int_equal(got.revision, 3);
    assert_ok(sp->ops->quarantine(sp, &three.id, ph_span_str("x")));
    assert_ok(sp->ops->newest(sp, &key, &got));
    assert_int_equal(got.revision, 2);
    assert_ok(sp->ops->highest(sp, &key, &highest));
    assert_int_equal(highest, 3); /* a number is never used again */
}

static ph_rc count(void *arg, const ph_col_item *item)
{
    uint32_t *seen = arg;
    *seen = *seen * 10 + item->revision;
    return item->revision == 9 ? PH_INVALID : PH_OK;
}

static void listings(void **state)
{
    uint32_t seen = 0;
    (void)state;
    (void)spool_put("a", 1, 1);
    (void)spool_put("b", 2, 2);
    (void)spool_put("c", 3, 3);
    assert_ok(sp->ops->list(sp, 0, count, &seen));
    assert_int_equal(seen, 321); /* newest first */
    seen = 0;
    assert_ok(sp->ops->list(sp, 2, count, &seen));
    assert_int_equal(seen, 32);
    (void)spool_put("d", 9, 4);
    seen = 0;
    assert_int_equal(sp->ops->list(sp, 0, count, &seen), PH_INVALID); /* the reader may end it */
    assert_int_equal(seen, 9);
}

static ph_rc count_standing(void *arg, const ph_col_standing *standing)
{
    *(uint32_t *)arg += standing->highest_revision;
    return PH_OK;
}

static void standings(void **state)
{
    ph_col_standing a = {.key = spool_key("a"),
                         .state = PH_PERIOD_DUE,
                         .due_us = 5,
                         .highest_revision = 4,
                         .last_revision = 3,
                         .n_held = 1,
                         .heard_at_us = 9},
                    got;
    ph_col_standing b = a;
    uint32_t sum = 0;
    (void)state;
    b.key = spool_key("b");
    assert_int_equal(sp->ops->standing(sp, &a.key, &got), PH_NOT_FOUND);
    assert_ok(sp->ops->put_standing(sp, &a));
    assert_ok(sp->ops->put_standing(sp, &b));
    a.highest_revision = 6;
    memset(a.last_digest.bytes, 7, sizeof a.last_digest.bytes);
    assert_ok(sp->ops->put_standing(sp, &a));
    spool_reopen();
    assert_ok(sp->ops->standing(sp, &a.key, &got));
    assert_int_equal(got.state, PH_PERIOD_DUE);
    assert_int_equal(got.due_us, 5);
    assert_int_equal(got.highest_revision, 6);
    assert_int_equal(got.last_revision, 3);
    assert_int_equal(got.n_held, 1);
    assert_int_equal(got.heard_at_us, 9);
    assert_true(ph_digest_eq(&got.last_digest, &a.last_digest));
    assert_ok(sp->ops->list_standings(sp, count_standing, &sum));
    assert_int_equal(sum, 10);
}

static void metas(void **state)
{
    char large[PH_COL_MAX_META_BYTES + 1];
    (void)state;
    memset(large, 'x', sizeof large);
    assert_meta("link", NULL);
    assert_ok(sp->ops->put_meta(sp, "link", ph_span_str("up")));
    assert_ok(sp->ops->put_meta(sp, "link", ph_span_str("down")));
    spool_reopen();
    assert_meta("link", "down");
    assert_ok(sp->ops->put_meta(sp, "link", ph_span_str("")));
    assert_meta("link", NULL);
    assert_int_equal(sp->ops->put_meta(sp, "link", ph_span_of(large, sizeof large)), PH_LIMIT);
}

static void a_full_spool_refuses_the_new_and_keeps_the_old(void **state)
{
    uint64_t number = 0;
    char form[2] = "a";
    (void)state;
    for (uint8_t n = 1; n <= 8; n++, form[0]++)
        (void)spool_put(form, 1, n);
    ph_col_item more = spool_item("z", 1, 99);
    assert_int_equal(spool_try_put(&more, &number), PH_NO_SPACE);
    uint32_t seen = 0;
    assert_ok(sp->ops->list(sp, 0, count, &seen));
    assert_int_equal(seen, 11111111);
}

static void changes_are_seen(void **state)
{
    int64_t before = 0, after = 0;
    (void)state;
    assert_ok(sp->ops->change(sp, &before));
    assert_ok(sp->ops->change(sp, &after));
    assert_int_equal(before, after);
    (void)spool_put("a", 1, 1);
    assert_ok(sp->ops->change(sp, &after));
    assert_int_not_equal(before, after);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        BOTH(what_is_put_comes_back),
        BOTH(unknown_ids),
        BOTH(an_id_stands_once),
        BOTH(a_newer_one_replaces_what_was_never_logged),
        BOTH(put_sees_that_the_ground_moved),
        BOTH(pending_gives_the_oldest_of_each_key),
        BOTH(sending_is_marked_once),
        BOTH(parked_ones_come_back_as_they_were),
        BOTH(a_long_reason_is_cut),
        BOTH(a_receipt_releases_for_good),
        BOTH(the_largest_checkpoint_stays),
        BOTH(another_epoch_offers_again),
        BOTH(newest_last_accepted_and_highest),
        BOTH(listings),
        BOTH(standings),
        BOTH(metas),
        BOTH(a_full_spool_refuses_the_new_and_keeps_the_old),
        BOTH(changes_are_seen),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
