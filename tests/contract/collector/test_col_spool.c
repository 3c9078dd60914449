/* test_col_spool - what the spool's port promises, on RAM and on SQLite; then what only a file can suffer.   Layer:
 * tests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ph_col_spool_sqlite.h"
#include "ph_receipt.h"

#define assert_ok(expression) assert_int_equal((expression), PH_OK)

static ph_col_spool *sp;
static char folder[64], path[96];
static bool in_a_file;
static const ph_col_spool_limits limits = {.max_waiting = 8, .max_bytes = 1024 * 1024};

static void open_file(const char *unit)
{
    ph_err err = {0};
    if (ph_col_spool_sqlite_open(path, unit, &limits, &sp, &err) != PH_OK)
        fail_msg("%s: %s", err.code, err.what);
}

static int with_ram(void **state)
{
    (void)state;
    in_a_file = false;
    return ph_col_spool_ram_open(8, &sp) == PH_OK ? 0 : -1;
}

static int with_sqlite(void **state)
{
    (void)state;
    in_a_file = true;
    snprintf(folder, sizeof folder, "/tmp/ph_spool_XXXXXX");
    if (mkdtemp(folder) == NULL)
        return -1;
    snprintf(path, sizeof path, "%s/spool.db", folder);
    open_file("thaibinh");
    return 0;
}

static int closed(void **state)
{
    (void)state;
    if (sp != NULL)
        sp->ops->close(sp);
    sp = NULL;
    if (!in_a_file)
        return 0;
    (void)unlink(path);
    (void)rmdir(folder);
    return 0;
}

/* What is durable is there for another process too. */
static void reopen(void)
{
    if (!in_a_file)
        return;
    sp->ops->close(sp);
    open_file("thaibinh");
}

static ph_col_key key_of(const char *form)
{
    ph_col_key key = {.cluster = "dbsh", .period = {PH_FREQ_S, 2023, 1}};
    assert_true(ph_span_copy(ph_span_str(form), key.form, sizeof key.form));
    return key;
}

static ph_col_item item_of(const char *form, uint32_t revision, uint8_t n)
{
    ph_col_item i = {.kind = PH_ENTRY_SUBMISSION,
                     .key = key_of(form),
                     .revision = revision,
                     .base_revision = revision - 1,
                     .spooled_at_us = 1000 + n,
                     .state = PH_COL_JUDGED};
    memset(i.id.bytes, n, sizeof i.id.bytes);
    memset(i.body.bytes, n + 1, sizeof i.body.bytes);
    memset(i.signature.bytes, n + 2, sizeof i.signature.bytes);
    memset(i.key_id.bytes, n + 3, sizeof i.key_id.bytes);
    return i;
}

static const char envelope[] = "the exact bytes\0that were signed";
#define ENVELOPE ph_span_of(envelope, sizeof envelope)

static ph_rc try_put(const ph_col_item *item, uint64_t *ret_number)
{
    ph_col_item newest;
    ph_rc rc = sp->ops->newest(sp, &item->key, &newest);
    return sp->ops->put(sp, item, ENVELOPE, rc == PH_OK ? newest.number : 0, rc == PH_OK ? newest.state : PH_COL_QUEUED,
                        ret_number);
}

static ph_col_item put(const char *form, uint32_t revision, uint8_t n)
{
    ph_col_item i = item_of(form, revision, n);
    assert_ok(try_put(&i, &i.number));
    return i;
}

static ph_col_item find(const ph_uuid *id)
{
    ph_col_item i;
    assert_ok(sp->ops->find(sp, id, &i));
    return i;
}

static ph_rc release(const ph_uuid *id, ph_verdict verdict, uint8_t epoch, uint64_t size)
{
    ph_col_release r = {.verdict = verdict,
                        .seq = 7,
                        .received_at_us = 55,
                        .stored_at_us = 66,
                        .frame = ph_span_str("receipt"),
                        .checkpoint = ph_span_str(size > 10 ? "large" : "small"),
                        .checkpoint_size = size};
    memset(r.epoch.bytes, epoch, sizeof r.epoch.bytes);
    return sp->ops->release(sp, id, &r);
}

/* ---- both ---- */

static void what_is_put_comes_back(void **state)
{
    ph_buf bytes;
    (void)state;
    ph_col_item i = put("a", 3, 10);
    reopen();
    ph_col_item back = find(&i.id);
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
    assert_true(ph_span_eq(ph_buf_span(&bytes), ENVELOPE));
    ph_buf_done(&bytes);
}

static void unknown_ids(void **state)
{
    ph_col_item i = item_of("a", 1, 1), got;
    ph_buf bytes;
    (void)state;
    ph_buf_init(&bytes, 1024);
    assert_int_equal(sp->ops->find(sp, &i.id, &got), PH_NOT_FOUND);
    assert_int_equal(sp->ops->load(sp, &i.id, &bytes), PH_NOT_FOUND);
    assert_int_equal(sp->ops->mark_sent(sp, &i.id, 1), PH_NOT_FOUND);
    assert_int_equal(sp->ops->park(sp, &i.id, PH_VERDICT_FORBIDDEN, ph_span_str("x")), PH_NOT_FOUND);
    assert_int_equal(sp->ops->quarantine(sp, &i.id, ph_span_str("x")), PH_NOT_FOUND);
    assert_int_equal(release(&i.id, PH_VERDICT_ACCEPTED, 1, 1), PH_NOT_FOUND);
    assert_int_equal(sp->ops->receipt(sp, &i.id, &bytes), PH_NOT_FOUND);
    assert_int_equal(sp->ops->newest(sp, &i.key, &got), PH_NOT_FOUND);
    assert_int_equal(sp->ops->last_accepted(sp, &i.key, &got), PH_NOT_FOUND);
    ph_buf_done(&bytes);
}

static void an_id_stands_once(void **state)
{
    uint64_t number = 0;
    (void)state;
    ph_col_item i = put("a", 1, 1);
    assert_int_equal(try_put(&i, &number), PH_EXISTS);
    assert_int_equal(number, 0);
}

static void a_newer_one_replaces_what_was_never_logged(void **state)
{
    (void)state;
    ph_col_item first = put("a", 1, 1), other = put("b", 1, 2), second = put("a", 2, 3);
    assert_int_equal(find(&first.id).state, PH_COL_SUPERSEDED);
    assert_int_equal(find(&other.id).state, PH_COL_QUEUED);
    assert_ok(sp->ops->mark_sent(sp, &second.id, 99));
    ph_col_item third = put("a", 3, 4);
    assert_int_equal(find(&second.id).state, PH_COL_SENT); /* somebody may have logged it */
    assert_ok(sp->ops->mark_sent(sp, &third.id, 99));
    assert_ok(sp->ops->park(sp, &third.id, PH_VERDICT_MALFORMED, ph_span_str("x")));
    (void)put("a", 4, 5);
    assert_int_equal(find(&third.id).state, PH_COL_SUPERSEDED);
}

/* submit prepares over what it saw; when that is no longer so, it must prepare anew. */
static void put_sees_that_the_ground_moved(void **state)
{
    uint64_t number = 0;
    (void)state;
    ph_col_item first = put("a", 1, 1), next = item_of("a", 2, 2);
    assert_int_equal(sp->ops->put(sp, &next, ENVELOPE, 0, PH_COL_QUEUED, &number), PH_CONFLICT);
    assert_ok(sp->ops->mark_sent(sp, &first.id, 5));
    assert_int_equal(sp->ops->put(sp, &next, ENVELOPE, first.number, PH_COL_QUEUED, &number), PH_CONFLICT);
    assert_int_equal(sp->ops->find(sp, &next.id, &next), PH_NOT_FOUND); /* nothing changed */
    assert_ok(sp->ops->put(sp, &next, ENVELOPE, first.number, PH_COL_SENT, &number));
}

static void pending_gives_the_oldest_of_each_key(void **state)
{
    ph_col_item got[PH_COL_MAX_PENDING];
    size_t n = 0;
    (void)state;
    ph_col_item a1 = put("a", 1, 1), b1 = put("b", 1, 2);
    assert_ok(sp->ops->mark_sent(sp, &a1.id, 5));
    (void)put("a", 2, 3);
    ph_col_item c1 = put("c", 1, 4);
    assert_ok(sp->ops->park(sp, &c1.id, PH_VERDICT_FORBIDDEN, ph_span_str("x")));
    assert_ok(sp->ops->pending(sp, got, PH_COL_MAX_PENDING, &n));
    assert_int_equal(n, 2);
    assert_true(ph_uuid_eq(&got[0].id, &a1.id));
    assert_true(ph_uuid_eq(&got[1].id, &b1.id));
    assert_ok(sp->ops->pending(sp, got, 1, &n));
    assert_int_equal(n, 1);
    assert_ok(release(&a1.id, PH_VERDICT_ACCEPTED, 1, 1));
    assert_ok(sp->ops->pending(sp, got, PH_COL_MAX_PENDING, &n));
    assert_int_equal(n, 2);
    assert_int_equal(got[1].revision, 2);
}

static void sending_is_marked_once(void **state)
{
    (void)state;
    ph_col_item i = put("a", 1, 1);
    assert_ok(sp->ops->mark_sent(sp, &i.id, 50));
    assert_ok(sp->ops->mark_sent(sp, &i.id, 60));
    reopen();
    assert_int_equal(find(&i.id).sent_at_us, 50);
    assert_ok(release(&i.id, PH_VERDICT_ACCEPTED, 1, 1));
    assert_int_equal(sp->ops->mark_sent(sp, &i.id, 70), PH_CONFLICT);
    assert_int_equal(sp->ops->park(sp, &i.id, PH_VERDICT_FORBIDDEN, ph_span_str("x")), PH_CONFLICT);
}

static void parked_ones_come_back_as_they_were(void **state)
{
    uint64_t n = 0;
    (void)state;
    ph_col_item a = put("a", 1, 1), b = put("b", 1, 2), c = put("c", 1, 3);
    assert_ok(sp->ops->mark_sent(sp, &a.id, 5));
    assert_ok(sp->ops->park(sp, &a.id, PH_VERDICT_FORBIDDEN, ph_span_str("key.unknown")));
    assert_ok(sp->ops->park(sp, &b.id, PH_VERDICT_TOO_LARGE, ph_span_str("large")));
    assert_ok(sp->ops->park(sp, &c.id, PH_VERDICT_CONFLICT, ph_span_str("")));
    reopen();
    ph_col_item back = find(&a.id);
    assert_int_equal(back.verdict, PH_VERDICT_FORBIDDEN);
    assert_string_equal(back.reason, "key.unknown");
    assert_ok(sp->ops->unpark(sp, PH_VERDICT_FORBIDDEN, &n));
    assert_int_equal(n, 1);
    back = find(&a.id);
    assert_int_equal(back.state, PH_COL_SENT);
    assert_int_equal(back.verdict, 0);
    assert_string_equal(back.reason, "");
    assert_ok(sp->ops->unpark(sp, (ph_verdict)0, &n));
    assert_int_equal(n, 2);
    assert_int_equal(find(&b.id).state, PH_COL_QUEUED);
    assert_ok(sp->ops->unpark(sp, (ph_verdict)0, &n));
    assert_int_equal(n, 0);
}

static void a_long_reason_is_cut(void **state)
{
    char text[2 * PH_MAX_TEXT_BYTES];
    (void)state;
    memset(text, 'x', sizeof text);
    ph_col_item i = put("a", 1, 1);
    assert_ok(sp->ops->park(sp, &i.id, PH_VERDICT_MALFORMED, ph_span_of(text, sizeof text)));
    assert_int_equal(strlen(find(&i.id).reason), PH_MAX_TEXT_BYTES - 1);
}

static void a_receipt_releases_for_good(void **state)
{
    ph_buf bytes;
    (void)state;
    ph_col_item i = put("a", 1, 1);
    assert_ok(sp->ops->mark_sent(sp, &i.id, 5));
    assert_ok(release(&i.id, PH_VERDICT_REJECTED, 1, 20));
    reopen();
    ph_col_item back = find(&i.id);
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
    assert_true(ph_span_eq(ph_buf_span(&bytes), ENVELOPE));
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
    ph_col_item a = put("a", 1, 1), b = put("b", 1, 2), c = put("c", 1, 3);
    assert_meta(PH_COL_META_CHECKPOINT, NULL);
    assert_ok(release(&a.id, PH_VERDICT_ACCEPTED, 1, 5));
    assert_meta(PH_COL_META_CHECKPOINT, "small");
    assert_ok(release(&b.id, PH_VERDICT_ACCEPTED, 1, 300));
    assert_meta(PH_COL_META_CHECKPOINT, "large");
    assert_ok(release(&c.id, PH_VERDICT_ACCEPTED, 1, 6));
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
    ph_col_item a = put("a", 1, 1), b = put("b", 1, 2), c = put("c", 1, 3);
    assert_ok(sp->ops->adopt_epoch(sp, &first, &n));
    assert_int_equal(n, 0);
    assert_ok(sp->ops->mark_sent(sp, &a.id, 5));
    assert_ok(release(&a.id, PH_VERDICT_ACCEPTED, 1, 20));
    assert_ok(release(&b.id, PH_VERDICT_REJECTED, 1, 21));
    assert_ok(sp->ops->quarantine(sp, &c.id, ph_span_str("damaged")));
    assert_ok(sp->ops->adopt_epoch(sp, &second, &n));
    assert_int_equal(n, 2);
    reopen();
    assert_int_equal(find(&a.id).state, PH_COL_SENT);
    assert_int_equal(find(&c.id).state, PH_COL_QUARANTINED);
    assert_meta(PH_COL_META_CHECKPOINT, NULL);
    ph_buf_init(&bytes, 1024);
    assert_ok(sp->ops->receipt(sp, &a.id, &bytes));      /* the old receipt stays until a new one comes */
    assert_ok(sp->ops->last_accepted(sp, &a.key, &got)); /* and what was accepted is still known */
    assert_ok(release(&a.id, PH_VERDICT_ACCEPTED, 2, 3));
    assert_meta(PH_COL_META_CHECKPOINT, "small"); /* sizes of another epoch do not count */
    assert_int_equal(release(&c.id, PH_VERDICT_ACCEPTED, 2, 4), PH_CONFLICT);
    ph_buf_done(&bytes);
}

static void newest_last_accepted_and_highest(void **state)
{
    ph_col_key key = key_of("a");
    ph_col_item got;
    uint32_t highest = 99;
    (void)state;
    assert_ok(sp->ops->highest(sp, &key, &highest));
    assert_int_equal(highest, 0);
    ph_col_item one = put("a", 1, 1);
    assert_ok(release(&one.id, PH_VERDICT_ACCEPTED, 1, 1));
    ph_col_item two = put("a", 2, 2);
    assert_ok(release(&two.id, PH_VERDICT_HELD, 1, 2));
    ph_col_item three = put("a", 3, 3);
    assert_ok(release(&three.id, PH_VERDICT_REJECTED, 1, 3));
    (void)put("b", 9, 4);
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
    (void)put("a", 1, 1);
    (void)put("b", 2, 2);
    (void)put("c", 3, 3);
    assert_ok(sp->ops->list(sp, 0, count, &seen));
    assert_int_equal(seen, 321); /* newest first */
    seen = 0;
    assert_ok(sp->ops->list(sp, 2, count, &seen));
    assert_int_equal(seen, 32);
    (void)put("d", 9, 4);
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
    ph_col_standing a = {.key = key_of("a"),
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
    b.key = key_of("b");
    assert_int_equal(sp->ops->standing(sp, &a.key, &got), PH_NOT_FOUND);
    assert_ok(sp->ops->put_standing(sp, &a));
    assert_ok(sp->ops->put_standing(sp, &b));
    a.highest_revision = 6;
    memset(a.last_digest.bytes, 7, sizeof a.last_digest.bytes);
    assert_ok(sp->ops->put_standing(sp, &a));
    reopen();
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
    reopen();
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
        (void)put(form, 1, n);
    ph_col_item more = item_of("z", 1, 99);
    assert_int_equal(try_put(&more, &number), PH_NO_SPACE);
    uint32_t seen = 0;
    assert_ok(sp->ops->list(sp, 0, count, &seen));
    assert_int_equal(seen, 11111111);
}

/* ---- explanations and decisions ---- */

static ph_col_item other_item(ph_entry_kind kind, ph_decision_kind decision, const char *subject, const char *indicator,
                              uint8_t n)
{
    ph_col_item i = item_of("a", 0, n);
    i.kind = kind;
    i.base_revision = 0;
    i.decision = decision;
    assert_true(ph_span_copy(ph_span_str(subject), i.subject, sizeof i.subject));
    assert_true(ph_span_copy(ph_span_str(indicator), i.indicator, sizeof i.indicator));
    return i;
}

/* Nobody is asked for the newest: it is a submission's matter. */
static ph_col_item put_other(ph_entry_kind kind, ph_decision_kind decision, const char *subject, const char *indicator,
                             uint8_t n)
{
    ph_col_item i = other_item(kind, decision, subject, indicator, n);
    assert_ok(sp->ops->put(sp, &i, ENVELOPE, 0, PH_COL_QUEUED, &i.number));
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
    ph_col_item s = put("a", 1, 1), e = put_explanation("IIP", 2);
    ph_col_item d = put_decision(PH_DECISION_OVERRIDE, "hanam", "GRDP_GROWTH", 3);
    reopen();
    ph_col_item back = find(&s.id);
    assert_int_equal(back.kind, PH_ENTRY_SUBMISSION);
    assert_string_equal(back.indicator, "");
    back = find(&e.id);
    assert_int_equal(back.kind, PH_ENTRY_EXPLANATION);
    assert_string_equal(back.indicator, "IIP");
    assert_string_equal(back.subject, "");
    back = find(&d.id);
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
    ph_col_item s = put("a", 1, 1), e = put_explanation("IIP", 2), b = put("b", 1, 3);
    assert_ok(sp->ops->pending(sp, got, PH_COL_MAX_PENDING, &n));
    assert_int_equal(n, 2);
    assert_true(ph_uuid_eq(&got[0].id, &s.id));
    assert_true(ph_uuid_eq(&got[1].id, &b.id));
    assert_ok(release(&s.id, PH_VERDICT_HELD, 1, 1));
    assert_ok(sp->ops->pending(sp, got, PH_COL_MAX_PENDING, &n));
    assert_int_equal(n, 2);
    assert_true(ph_uuid_eq(&got[0].id, &e.id));
    assert_int_equal(got[0].kind, PH_ENTRY_EXPLANATION);
}

static void what_takes_the_place_of_what(void **state)
{
    (void)state;
    ph_col_item s = put("a", 1, 1), iip = put_explanation("IIP", 2), gdp = put_explanation("GRDP_GROWTH", 3);
    ph_col_item confirm = put_decision(PH_DECISION_CONFIRM, "hanam", "IIP", 4);
    ph_col_item elsewhere = put_decision(PH_DECISION_CONFIRM, "hanoi", "IIP", 5);
    ph_col_item freeze = put_decision(PH_DECISION_FREEZE, "", "", 6);
    (void)put_explanation("IIP", 7);
    assert_int_equal(find(&iip.id).state, PH_COL_SUPERSEDED);
    assert_int_equal(find(&gdp.id).state, PH_COL_QUEUED);
    assert_int_equal(find(&confirm.id).state, PH_COL_QUEUED);
    assert_int_equal(find(&s.id).state, PH_COL_QUEUED);
    (void)put_decision(PH_DECISION_RETURN, "hanam", "IIP", 8); /* the last word on a value is the one that counts */
    assert_int_equal(find(&confirm.id).state, PH_COL_SUPERSEDED);
    assert_int_equal(find(&elsewhere.id).state, PH_COL_QUEUED);
    assert_int_equal(find(&freeze.id).state, PH_COL_QUEUED);
}

/* Freezing and reopening are two deeds; the second does not undo that the first is to be in the log. */
static void a_reopening_does_not_replace_a_freeze(void **state)
{
    (void)state;
    ph_col_item freeze = put_decision(PH_DECISION_FREEZE, "", "", 1);
    ph_col_item reopen_it = put_decision(PH_DECISION_REOPEN, "", "", 2);
    assert_int_equal(find(&freeze.id).state, PH_COL_QUEUED);
    (void)put_decision(PH_DECISION_REOPEN, "", "", 3);
    assert_int_equal(find(&reopen_it.id).state, PH_COL_SUPERSEDED);
    assert_int_equal(find(&freeze.id).state, PH_COL_QUEUED);
}

/* Revisions count among submissions alone. */
static void others_are_no_revisions(void **state)
{
    ph_col_key key = key_of("a");
    ph_col_item got;
    uint32_t highest = 9;
    (void)state;
    ph_col_item e = put_explanation("IIP", 1);
    assert_ok(release(&e.id, PH_VERDICT_ACCEPTED, 1, 1));
    assert_int_equal(sp->ops->newest(sp, &key, &got), PH_NOT_FOUND);
    assert_int_equal(sp->ops->last_accepted(sp, &key, &got), PH_NOT_FOUND);
    assert_ok(sp->ops->highest(sp, &key, &highest));
    assert_int_equal(highest, 0);
    ph_col_item s = put("a", 1, 2);
    (void)put_explanation("IIP", 3);
    assert_ok(sp->ops->newest(sp, &key, &got));
    assert_true(ph_uuid_eq(&got.id, &s.id));
    assert_int_equal(find(&s.id).state, PH_COL_QUEUED);
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
    reopen();
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

static void changes_are_seen(void **state)
{
    int64_t before = 0, after = 0;
    (void)state;
    assert_ok(sp->ops->change(sp, &before));
    assert_ok(sp->ops->change(sp, &after));
    assert_int_equal(before, after);
    (void)put("a", 1, 1);
    assert_ok(sp->ops->change(sp, &after));
    assert_int_not_equal(before, after);
}

/* ---- files only ---- */

static void tamper(const char *sql)
{
    sqlite3 *db;
    char *why = NULL;
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
        fail_msg("%s", why);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

static void damaged_bytes_are_noticed_and_the_rest_flows(void **state)
{
    ph_buf bytes;
    ph_col_item got[4];
    size_t n = 0;
    (void)state;
    ph_col_item a = put("a", 1, 1), b = put("b", 1, 2);
    tamper("UPDATE envelope SET bytes = CAST('X' AS BLOB) || SUBSTR(bytes, 2) WHERE number = 1");
    ph_buf_init(&bytes, 1024);
    assert_int_equal(sp->ops->load(sp, &a.id, &bytes), PH_CORRUPT);
    assert_int_equal(bytes.len, 0);
    assert_ok(sp->ops->load(sp, &b.id, &bytes));
    assert_ok(sp->ops->quarantine(sp, &a.id, ph_span_str("damaged")));
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 1);
    ph_buf_done(&bytes);
}

static void a_damaged_row_is_put_aside(void **state)
{
    ph_col_item got[4];
    size_t n = 0;
    (void)state;
    ph_col_item a = put("a", 1, 1), b = put("b", 1, 2);
    tamper("UPDATE item SET period = 'nonsense' WHERE number = 1");
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 1);
    assert_true(ph_uuid_eq(&got[0].id, &b.id));
    assert_int_equal(sp->ops->find(sp, &a.id, &got[0]), PH_CORRUPT);
    tamper("UPDATE item SET id = x'00' WHERE number = 2");
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 0);
}

static void another_unit_is_refused(void **state)
{
    ph_col_spool *other = NULL;
    ph_err err = {0};
    (void)state;
    assert_int_equal(ph_col_spool_sqlite_open(path, "hanam", &limits, &other, &err), PH_CONFLICT);
    assert_string_equal(err.code, "spool.owner");
    assert_ok(ph_col_spool_sqlite_open(path, NULL, &limits, &other, &err));
    other->ops->close(other);
}

static void a_newer_schema_is_refused(void **state)
{
    ph_col_spool *newer = NULL;
    ph_err err = {0};
    (void)state;
    tamper("PRAGMA user_version = 3");
    assert_int_equal(ph_col_spool_sqlite_open(path, "thaibinh", &limits, &newer, &err), PH_UNSUPPORTED);
    assert_string_equal(err.code, "spool.version");
}

/* ---- a spool that the program before wrote ---- */

/* spool-v1.db: written by phusa-collector before explanations and decisions were in the spool, against the aggregator
 * of its day: revision 1 accepted, with its receipt; revision 2 signed and not sent. */
static void with_old_spool(void)
{
    static uint8_t bytes[256 * 1024];
    char old[512];
    const char *source = getenv("PHUSA_SOURCE");
    snprintf(old, sizeof old, "%s/tests/contract/collector/spool-v1.db", source == NULL ? "." : source);
    sp->ops->close(sp);
    sp = NULL;
    FILE *from = fopen(old, "rb"), *to = fopen(path, "wb");
    assert_non_null(from);
    assert_non_null(to);
    size_t n = fread(bytes, 1, sizeof bytes, from);
    assert_in_range(n, 1, sizeof bytes - 1);
    assert_int_equal(fwrite(bytes, 1, n, to), n);
    assert_int_equal(fclose(from), 0);
    assert_int_equal(fclose(to), 0);
}

static void an_old_spool_goes_on(void **state)
{
    ph_col_item got[4], last;
    ph_col_key key = {.cluster = "dbsh", .form = "socio-economic", .period = {PH_FREQ_S, 2023, 1}};
    size_t n = 0;
    ph_buf bytes;
    (void)state;
    with_old_spool();
    open_file("thaibinh");
    reopen(); /* the second time it is a new one */
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 1);
    assert_int_equal(got[0].kind, PH_ENTRY_SUBMISSION);
    assert_int_equal(got[0].revision, 2);
    assert_string_equal(got[0].indicator, "");
    assert_ok(sp->ops->last_accepted(sp, &key, &last));
    assert_int_equal(last.revision, 1);
    assert_int_equal(last.verdict, PH_VERDICT_ACCEPTED);
    ph_buf_init(&bytes, PH_MAX_REPLY_BYTES);
    assert_ok(sp->ops->load(sp, &got[0].id, &bytes));
    ph_buf_clear(&bytes);
    assert_ok(sp->ops->receipt(sp, &last.id, &bytes));
    ph_receipt one;
    ph_receipts frame;
    assert_ok(ph_receipts_read(ph_buf_span(&bytes), &one, &frame));
    assert_int_equal(one.kind, PH_ENTRY_SUBMISSION);
    assert_true(ph_uuid_eq(&one.id, &last.id));
    ph_buf_done(&bytes);
    ph_col_item e = other_item(PH_ENTRY_EXPLANATION, PH_DECISION_CONFIRM, "", "IIP", 9);
    e.key = key;
    assert_ok(sp->ops->put(sp, &e, ENVELOPE, 0, PH_COL_QUEUED, &e.number));
    assert_ok(sp->ops->pending(sp, got, 4, &n));
    assert_int_equal(n, 1);
    assert_int_equal(got[0].revision, 2); /* still before it */
}

/* A step that cannot be done leaves the file to the program that wrote it. */
static void a_step_that_fails_leaves_the_old_spool(void **state)
{
    ph_err err = {0};
    sqlite3 *db;
    sqlite3_stmt *q;
    (void)state;
    with_old_spool();
    tamper("CREATE TABLE cases (x)"); /* in the step's way, after it has begun */
    assert_int_not_equal(ph_col_spool_sqlite_open(path, "thaibinh", &limits, &sp, &err), PH_OK);
    assert_null(sp);
    assert_true(err.what[0] != '\0');
    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_not_equal(sqlite3_prepare_v2(db, "SELECT kind FROM item", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, "PRAGMA user_version", -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    assert_int_equal(sqlite3_column_int(q, 0), 1);
    assert_int_equal(sqlite3_finalize(q), SQLITE_OK);
    assert_int_equal(sqlite3_close(db), SQLITE_OK);
    tamper("DROP TABLE cases");
    open_file("thaibinh");
}

static void what_is_no_spool_is_refused(void **state)
{
    ph_col_spool *none = NULL;
    ph_err err = {0};
    (void)state;
    sp->ops->close(sp);
    sp = NULL;
    FILE *f = fopen(path, "w");
    assert_non_null(f);
    for (int i = 0; i < 2000; i++)
        (void)fputs("this is not a database\n", f);
    (void)fclose(f);
    assert_int_equal(ph_col_spool_sqlite_open(path, "thaibinh", &limits, &none, &err), PH_CORRUPT);
    assert_true(err.what[0] != '\0');
}

static void two_processes_see_one_another(void **state)
{
    ph_col_spool *mine = sp, *theirs = NULL;
    int64_t before = 0, after = 0;
    uint64_t number;
    (void)state;
    assert_ok(ph_col_spool_sqlite_open(path, "thaibinh", &limits, &theirs, NULL));
    assert_ok(mine->ops->change(mine, &before));
    ph_col_item a = item_of("a", 1, 1), got;
    assert_ok(theirs->ops->put(theirs, &a, ENVELOPE, 0, PH_COL_QUEUED, &number));
    assert_ok(mine->ops->change(mine, &after));
    assert_int_not_equal(before, after);
    assert_ok(mine->ops->mark_sent(mine, &a.id, 5));
    assert_ok(theirs->ops->find(theirs, &a.id, &got));
    assert_int_equal(got.state, PH_COL_SENT);
    theirs->ops->close(theirs);
}

static void a_full_file_refuses_and_recovers(void **state)
{
    static uint8_t large[PH_COL_MAX_ENVELOPE_BYTES];
    const ph_col_spool_limits tight = {.max_waiting = 1000, .max_bytes = 256 * 1024};
    ph_rc rc = PH_OK;
    uint64_t number;
    uint8_t n = 0;
    (void)state;
    sp->ops->close(sp);
    assert_ok(ph_col_spool_sqlite_open(path, "thaibinh", &tight, &sp, NULL));
    for (n = 1; n < 60 && rc == PH_OK; n++) {
        char form[8];
        snprintf(form, sizeof form, "f%u", n);
        ph_col_item i = item_of(form, 1, n);
        rc = sp->ops->put(sp, &i, ph_span_of(large, sizeof large), 0, PH_COL_QUEUED, &number);
    }
    assert_int_equal(rc, PH_NO_SPACE);
    assert_true(n > 5);
    sp->ops->close(sp);
    open_file("thaibinh"); /* more room: goes on, with all that was accepted */
    ph_col_item first = item_of("f1", 1, 1);
    ph_buf bytes;
    ph_buf_init(&bytes, sizeof large);
    assert_ok(sp->ops->load(sp, &first.id, &bytes));
    assert_int_equal(bytes.len, sizeof large);
    ph_buf_done(&bytes);
}

#define BOTH(name) \
    cmocka_unit_test_setup_teardown(name, with_ram, closed), cmocka_unit_test_setup_teardown(name, with_sqlite, closed)
#define FILES(name) cmocka_unit_test_setup_teardown(name, with_sqlite, closed)

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
        BOTH(every_kind_comes_back),
        BOTH(one_of_a_key_at_a_time_whatever_its_kind),
        BOTH(what_takes_the_place_of_what),
        BOTH(a_reopening_does_not_replace_a_freeze),
        BOTH(others_are_no_revisions),
        BOTH(cases_are_kept_as_heard_last),
        BOTH(changes_are_seen),
        FILES(damaged_bytes_are_noticed_and_the_rest_flows),
        FILES(a_damaged_row_is_put_aside),
        FILES(another_unit_is_refused),
        FILES(a_newer_schema_is_refused),
        FILES(an_old_spool_goes_on),
        FILES(a_step_that_fails_leaves_the_old_spool),
        FILES(what_is_no_spool_is_refused),
        FILES(two_processes_see_one_another),
        FILES(a_full_file_refuses_and_recovers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
