/* test_agg_gate - one message at a time: who is let in, and what the others are told. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_agg_gate.h"
#include "ph_frame.h"

#define NOW INT64_C(1690000000000000)
enum { WINDOW = 3 };

typedef struct world {
    ph_gate *gate;
    ph_roster *roster;
    ph_buf frame;
    uint8_t curve[6][PH_CURVE_PUBLIC_BYTES];
    ph_key_id sign[6];
} world;

enum { HANAM, THAIBINH, REVOKED, EARLY, EXPIRED, STRANGER };

static ph_roster_entry entry(world *w, size_t i, const char *unit, ph_key_status status, int64_t from, int64_t to)
{
    ph_roster_entry e = {.status = status, .valid_from_us = from, .valid_to_us = to};
    uint8_t seed[PH_SIGN_SEED_BYTES], secret[PH_SIGN_SECRET_BYTES];
    memset(seed, (int)(i + 1), sizeof seed);
    ph_sign_keypair(seed, e.sign_public, secret);
    memset(e.curve_public, (int)(i + 100), sizeof e.curve_public);
    memset(w->curve[i], (int)(i + 100), sizeof w->curve[i]);
    e.key_id = w->sign[i] = ph_key_id_of(e.sign_public);
    assert_true(ph_span_copy(ph_span_str(unit), e.unit, sizeof e.unit));
    return e;
}

static int open_world(void **state)
{
    static world w;
    const ph_gate_limits limits = {.rate_per_s = 0, .burst = 1, .window = WINDOW};
    const ph_digest digest = {{1}};
    ph_roster_entry entries[] = {
        entry(&w, HANAM, "hanam", PH_KEY_ACTIVE, 0, INT64_MAX),
        entry(&w, THAIBINH, "thaibinh", PH_KEY_ACTIVE, 0, INT64_MAX),
        entry(&w, REVOKED, "hanam", PH_KEY_REVOKED, 0, INT64_MAX),
        entry(&w, EARLY, "hanam", PH_KEY_ACTIVE, NOW + 1, INT64_MAX),
        entry(&w, EXPIRED, "hanam", PH_KEY_ACTIVE, 0, NOW),
    };
    (void)entry(&w, STRANGER, "hanam", PH_KEY_ACTIVE, 0, INT64_MAX);
    assert_int_equal(ph_roster_build(1, entries, 5, &digest, &w.roster), PH_OK);
    assert_int_equal(ph_gate_new(&limits, &w.gate), PH_OK);
    assert_int_equal(ph_gate_set_roster(w.gate, w.roster), PH_OK);
    ph_buf_init(&w.frame, 128 * 1024);
    *state = &w;
    return 0;
}

static int close_world(void **state)
{
    world *w = *state;
    ph_gate_free(w->gate);
    ph_roster_free(w->roster);
    ph_buf_done(&w->frame);
    *w = (world){0};
    return 0;
}

static ph_gate_answer say(world *w, size_t key)
{
    const ph_gate_message in = {
        .curve_key = w->curve[key], .frame = ph_buf_span(&w->frame), .now_us = NOW, .mono_us = 5000000};
    ph_gate_answer said;
    ph_gate_judge(w->gate, &in, &said);
    return said;
}

static void write_submission(world *w, size_t signer)
{
    const ph_envelope e = {.key_id = w->sign[signer], .body = ph_span_str("opaque")};
    ph_buf_clear(&w->frame);
    ph_frame_begin(&w->frame, PH_MSG_SUBMISSION);
    ph_envelope_write(&e, &w->frame);
    assert_int_equal(w->frame.rc, PH_OK);
}

static void write_ping(world *w)
{
    const ph_ping ping = {.number = 1};
    ph_buf_clear(&w->frame);
    ph_frame_begin(&w->frame, PH_MSG_PING);
    ph_ping_write(&ping, &w->frame);
}

static void assert_refused(const world *w, const ph_gate_answer *said, ph_verdict verdict, const char *code)
{
    ph_digest digest = ph_digest_of_span(ph_buf_span(&w->frame));
    assert_int_equal(said->kind, PH_GATE_REFUSED);
    assert_int_equal(said->refusal.verdict, verdict);
    assert_true(ph_span_is(said->refusal.code, code));
    assert_true(ph_digest_eq(&said->refusal.digest, &digest));
    assert_false(said->refusal.has_id);
}

static void a_submission_is_let_in(void **state)
{
    world *w = *state;
    write_submission(w, HANAM);
    ph_gate_answer said = say(w, HANAM);
    assert_int_equal(said.kind, PH_GATE_INTAKE);
    assert_string_equal(said.sender->unit, "hanam");
    assert_string_equal(said.signer->unit, "hanam");
    assert_true(ph_span_is(said.envelope.body, "opaque"));
    assert_string_equal(ph_gate_unit(w->gate, said.unit), "hanam");
    assert_int_equal(ph_gate_n_units(w->gate), 2);
}

static void channel_keys(void **state)
{
    world *w = *state;
    static const struct {
        size_t key;
        const char *code;
    } cases[] = {{REVOKED, "agg.key.revoked"},
                 {EARLY, "agg.key.early"},
                 {EXPIRED, "agg.key.expired"},
                 {STRANGER, "agg.key.unknown"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_submission(w, HANAM);
        ph_gate_answer said = say(w, cases[i].key);
        assert_refused(w, &said, PH_VERDICT_FORBIDDEN, cases[i].code);
        write_ping(w); /* not only submissions */
        said = say(w, cases[i].key);
        assert_refused(w, &said, PH_VERDICT_FORBIDDEN, cases[i].code);
    }
}

static void signing_keys(void **state)
{
    world *w = *state;
    static const struct {
        size_t signer;
        const char *code;
    } cases[] = {{THAIBINH, "agg.sign.unit"},
                 {STRANGER, "agg.sign.unknown"},
                 {REVOKED, "agg.key.revoked"},
                 {EARLY, "agg.key.early"},
                 {EXPIRED, "agg.key.expired"}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        write_submission(w, cases[i].signer);
        ph_gate_answer said = say(w, HANAM);
        assert_refused(w, &said, PH_VERDICT_FORBIDDEN, cases[i].code);
    }
}

static void nobody_without_a_roster(void **state)
{
    world *w = *state;
    const ph_gate_limits limits = {.burst = 1, .window = 1};
    ph_gate *full = w->gate;
    assert_int_equal(ph_gate_new(&limits, &w->gate), PH_OK);
    write_ping(w);
    ph_gate_answer said = say(w, HANAM);
    assert_refused(w, &said, PH_VERDICT_FORBIDDEN, "agg.key.unknown");
    ph_gate_free(w->gate);
    w->gate = full;
}

static void frames(void **state)
{
    world *w = *state;
    static const uint8_t zeroes[PH_MAX_FRAME_BYTES];
    write_ping(w);
    w->frame.ptr[2] = 9;
    ph_gate_answer said = say(w, HANAM);
    assert_refused(w, &said, PH_VERDICT_UPGRADE, "agg.frame.version");
    write_ping(w);
    w->frame.ptr[0] = 'X';
    said = say(w, HANAM);
    assert_refused(w, &said, PH_VERDICT_MALFORMED, "agg.frame.malformed");
    write_ping(w);
    w->frame.ptr[3] = PH_MSG_WELCOME;
    said = say(w, HANAM);
    assert_refused(w, &said, PH_VERDICT_MALFORMED, "agg.frame.type");
    write_ping(w);
    w->frame.ptr[3] = PH_MSG_SUBMISSION;
    said = say(w, HANAM);
    assert_refused(w, &said, PH_VERDICT_MALFORMED, "agg.envelope.malformed");
    write_ping(w);
    (void)ph_buf_put(&w->frame, zeroes, PH_MAX_FRAME_BYTES - w->frame.len + 1);
    said = say(w, HANAM);
    assert_refused(w, &said, PH_VERDICT_TOO_LARGE, "agg.frame.large");
}

static void parts_and_space(void **state)
{
    world *w = *state;
    ph_gate_message in = {.curve_key = w->curve[HANAM], .has_more_parts = true, .now_us = NOW};
    ph_gate_answer said;
    write_ping(w);
    in.frame = ph_buf_span(&w->frame);
    ph_gate_judge(w->gate, &in, &said);
    assert_refused(w, &said, PH_VERDICT_MALFORMED, "agg.frame.parts");
    in.has_more_parts = false;
    in.no_space = true;
    ph_gate_judge(w->gate, &in, &said);
    assert_int_equal(said.kind, PH_GATE_PING); /* asking is free */
    write_submission(w, HANAM);
    in.frame = ph_buf_span(&w->frame);
    ph_gate_judge(w->gate, &in, &said);
    assert_refused(w, &said, PH_VERDICT_NO_SPACE, "agg.ledger.full");
    assert_int_equal(said.refusal.retry_after_ms, PH_GATE_FULL_RETRY_MS);
}

static void window_of_a_unit(void **state)
{
    world *w = *state;
    write_submission(w, HANAM);
    for (int i = 0; i < WINDOW; i++)
        assert_int_equal(say(w, HANAM).kind, PH_GATE_INTAKE);
    ph_gate_answer said = say(w, HANAM);
    assert_refused(w, &said, PH_VERDICT_BUSY, "agg.unit.window");
    assert_true(said.refusal.retry_after_ms > 0);
    write_submission(w, THAIBINH);
    assert_int_equal(say(w, THAIBINH).kind, PH_GATE_INTAKE); /* another unit has its own */
    ph_gate_done(w->gate, said.unit);
    write_submission(w, HANAM);
    assert_int_equal(say(w, HANAM).kind, PH_GATE_INTAKE);
    assert_int_equal(say(w, HANAM).kind, PH_GATE_REFUSED);
}

static void rate_of_a_unit(void **state)
{
    world *w = *state;
    const ph_gate_limits limits = {.rate_per_s = 100, .burst = 5, .window = WINDOW};
    ph_gate_message in = {.curve_key = w->curve[HANAM], .now_us = NOW, .mono_us = 1000000};
    ph_gate_answer said;
    ph_gate_set_limits(w->gate, &limits);
    write_ping(w);
    in.frame = ph_buf_span(&w->frame);
    for (int i = 0; i < 5; i++) {
        ph_gate_judge(w->gate, &in, &said);
        assert_int_equal(said.kind, PH_GATE_PING);
    }
    ph_gate_judge(w->gate, &in, &said);
    assert_refused(w, &said, PH_VERDICT_BUSY, "agg.unit.rate");
    assert_in_range(said.refusal.retry_after_ms, 10, 11);
    assert_int_equal(ph_gate_set_roster(w->gate, w->roster), PH_OK); /* a new roster gives no new burst */
    ph_gate_judge(w->gate, &in, &said);
    assert_int_equal(said.kind, PH_GATE_REFUSED);
    in.mono_us += said.refusal.retry_after_ms * INT64_C(1000);
    ph_gate_judge(w->gate, &in, &said);
    assert_int_equal(said.kind, PH_GATE_PING);
    in.mono_us += 10 * PH_US_PER_S; /* a long pause saves up one burst, not more */
    for (int i = 0; i < 5; i++) {
        ph_gate_judge(w->gate, &in, &said);
        assert_int_equal(said.kind, PH_GATE_PING);
    }
    ph_gate_judge(w->gate, &in, &said);
    assert_int_equal(said.kind, PH_GATE_REFUSED);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_submission_is_let_in),  CASE(channel_keys),   CASE(signing_keys),
        CASE(nobody_without_a_roster), CASE(frames),         CASE(parts_and_space),
        CASE(window_of_a_unit),        CASE(rate_of_a_unit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
