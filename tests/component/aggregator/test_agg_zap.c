/* test_agg_zap - the authenticator and the socket it guards: without the one, nobody comes through the other.
 *
 * The adapters of the daemon themselves, in one process with one context (libzmq 4.3.4 wants no more). */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_agg_router.h"
#include "ph_agg_zap.h"
#include "ph_clock.h"
#include "ph_limits.h"
#include "ph_log.h"
#include "ph_zmq.h"

enum { PATIENCE_MS = 20000, N_KEYS = 3 };
enum { ANNA, REVOKED, STRANGER };

static void *context;
static ph_identity server_key = {.kind = PH_IDENTITY_CURVE, .name = "server"};
static ph_identity keys[N_KEYS];

typedef struct world {
    ph_agg_zap *zap;
    ph_agg_router *router;
    ph_zmq_monitor *watch; /* of the server's socket */
    ph_roster *roster;
} world;

static ph_roster *make_roster(uint64_t serial, size_t n)
{
    const ph_digest digest = {{1}};
    ph_roster_entry entries[N_KEYS] = {{{0}, {{0}}, {0}, {0}, 0, 0, PH_KEY_ACTIVE, {0}}};
    ph_roster *roster = NULL;
    for (size_t i = 0; i < n; i++) {
        entries[i] = (ph_roster_entry){.unit = "haiduong", .valid_to_us = INT64_MAX};
        entries[i].status = i == REVOKED ? PH_KEY_REVOKED : PH_KEY_ACTIVE;
        entries[i].key_id.bytes[0] = (uint8_t)(i + 1);
        memcpy(entries[i].curve_public, keys[i].public_key, sizeof entries[i].curve_public);
    }
    assert_int_equal(ph_roster_build(serial, entries, n, &digest, &roster), PH_OK);
    return roster;
}

static int open_all(void **state)
{
    (void)state;
    ph_log_init("test");
    ph_curve_keypair(server_key.public_key, server_key.secret);
    for (size_t i = 0; i < N_KEYS; i++) {
        keys[i] = (ph_identity){.kind = PH_IDENTITY_CURVE, .name = "agent"};
        ph_curve_keypair(keys[i].public_key, keys[i].secret);
    }
    return ph_zmq_context_open(&context, NULL) == PH_OK ? 0 : -1;
}

static int close_all(void **state)
{
    (void)state;
    ph_zmq_context_close(context);
    return 0;
}

static int open_world(void **state)
{
    static world w;
    w = (world){.roster = make_roster(1, 2)};
    assert_int_equal(ph_zap_open(context, &w.zap, NULL), PH_OK);
    assert_int_equal(ph_zap_set_roster(w.zap, w.roster), PH_OK);
    const ph_router_options options = {.endpoint = "tcp://127.0.0.1:*", .key = &server_key, .hwm = 16, .max_peers = 8};
    assert_int_equal(ph_router_open(context, &options, &w.router, NULL), PH_OK);
    assert_int_equal(ph_zmq_monitor_open(context, ph_router_socket(w.router), &w.watch, NULL), PH_OK);
    *state = &w;
    return 0;
}

static int close_world(void **state)
{
    world *w = *state;
    ph_zmq_monitor_close(w->watch);
    ph_router_close(w->router);
    ph_zap_close(w->zap);
    ph_roster_free(w->roster);
    return 0;
}

/* An agent that has said one word, which waits in its socket until somebody lets it in. */
static void *knock(world *w, size_t key)
{
    void *agent = NULL;
    int ivl = 100;
    assert_int_equal(ph_zmq_open(context, ZMQ_DEALER, &agent, NULL), PH_OK);
    assert_int_equal(ph_zmq_agent_options(agent, &keys[key], server_key.public_key, PH_MAX_REPLY_BYTES, 16, NULL),
                     PH_OK);
    assert_int_equal(zmq_setsockopt(agent, ZMQ_RECONNECT_IVL, &ivl, sizeof ivl), 0);
    ivl = 0;
    assert_int_equal(zmq_setsockopt(agent, ZMQ_LINGER, &ivl, sizeof ivl), 0);
    assert_int_equal(ph_zmq_connect(agent, ph_router_endpoint(w->router), NULL), PH_OK);
    assert_int_equal(zmq_send(agent, "word", 4, ZMQ_DONTWAIT), 4);
    return agent;
}

/* Does a frame come? Its sender is checked. */
static bool hears(world *w, size_t key, long timeout_ms, ph_router_from *from)
{
    zmq_pollitem_t item = {.socket = ph_router_socket(w->router), .events = ZMQ_POLLIN};
    zmq_msg_t frame;
    if (zmq_poll(&item, 1, timeout_ms) <= 0)
        return false;
    zmq_msg_init(&frame);
    assert_int_equal(ph_router_receive(w->router, &frame, from), PH_OK);
    assert_int_equal(zmq_msg_size(&frame), 4);
    assert_memory_equal(from->key, keys[key].public_key, sizeof from->key);
    zmq_msg_close(&frame);
    return true;
}

/* The next event of the server's socket that says how a handshake ended. */
static ph_zmq_event end_of_handshake(world *w)
{
    zmq_pollitem_t item = {.socket = ph_zmq_monitor_socket(w->watch), .events = ZMQ_POLLIN};
    ph_zmq_event event = {.what = PH_ZMQ_STOPPED};
    int64_t until = ph_clock_mono_us() + PATIENCE_MS * INT64_C(1000);
    while (ph_clock_mono_us() < until && zmq_poll(&item, 1, 1000) >= 0)
        while (ph_zmq_monitor_next(w->watch, &event) == PH_OK)
            if (event.what == PH_ZMQ_HANDSHAKE_OK || event.what == PH_ZMQ_AUTH_REFUSED ||
                event.what == PH_ZMQ_PROTOCOL_ERROR || event.what == PH_ZMQ_HANDSHAKE_LOST)
                return event;
    fail_msg("no handshake ended");
    return event;
}

/* Handshakes of one that was closed before may still end meanwhile. */
static void wait_for_refusal(world *w)
{
    int64_t until = ph_clock_mono_us() + PATIENCE_MS * INT64_C(1000);
    while (end_of_handshake(w).what != PH_ZMQ_AUTH_REFUSED)
        assert_true(ph_clock_mono_us() < until);
}

static void a_known_key_is_heard_and_answered(void **state)
{
    world *w = *state;
    ph_router_from from = {0};
    char reply[8];
    void *agent = knock(w, ANNA);
    assert_true(hears(w, ANNA, PATIENCE_MS, &from));
    ph_router_send(w->router, from.peer, ph_span_str("answer"));
    zmq_pollitem_t item = {.socket = agent, .events = ZMQ_POLLIN};
    assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
    assert_int_equal(zmq_recv(agent, reply, sizeof reply, 0), 6);
    assert_int_equal(ph_zap_count(w->zap).n_allowed, 1);
    ph_zmq_close(&agent);
}

static void a_revoked_key_is_told_so(void **state)
{
    world *w = *state;
    ph_router_from from = {0};
    void *agent = knock(w, REVOKED);
    ph_zmq_event event = end_of_handshake(w);
    assert_int_equal(event.what, PH_ZMQ_AUTH_REFUSED);
    assert_int_equal(event.value, 400);
    assert_false(hears(w, REVOKED, 200, &from));
    assert_int_equal(ph_zap_count(w->zap).n_revoked, 1);
    ph_zmq_close(&agent);
}

static void an_unknown_key_waits_for_its_roster(void **state)
{
    world *w = *state;
    ph_router_from from = {0};
    void *agent = knock(w, STRANGER);
    ph_zmq_event event = end_of_handshake(w);
    assert_int_equal(event.what, PH_ZMQ_AUTH_REFUSED);
    assert_int_equal(event.value, 300);
    assert_false(hears(w, STRANGER, 200, &from));
    ph_roster *next = make_roster(2, N_KEYS);
    assert_int_equal(ph_zap_set_roster(w->zap, next), PH_OK);
    ph_roster_free(next);
    assert_true(hears(w, STRANGER, PATIENCE_MS, &from)); /* the same socket, with no help */
    ph_zmq_close(&agent);
}

static void without_the_authenticator_nobody_gets_in(void **state)
{
    world *w = *state;
    ph_router_from from = {0};
    ph_zap_close(w->zap);
    w->zap = NULL;
    void *agent = knock(w, ANNA);
    ph_zmq_event event = end_of_handshake(w);
    assert_int_not_equal(event.what, PH_ZMQ_HANDSHAKE_OK);
    assert_false(hears(w, ANNA, 500, &from));
    assert_int_equal(ph_router_n_peers(w->router), 0);
    ph_zmq_close(&agent);
    assert_int_equal(ph_zap_open(context, &w->zap, NULL), PH_OK); /* there again, but it knows nobody yet */
    agent = knock(w, ANNA);
    wait_for_refusal(w);
    assert_int_equal(ph_zap_set_roster(w->zap, w->roster), PH_OK);
    assert_true(hears(w, ANNA, PATIENCE_MS, &from));
    ph_zmq_close(&agent);
}

/* The control: what libzmq does by itself, so that the test above is known to notice. */
static void a_bare_curve_server_would_let_anybody_in(void **state)
{
    world *w = *state;
    void *server = NULL;
    int yes = 1;
    char endpoint[256];
    ph_zap_close(w->zap);
    w->zap = NULL;
    assert_int_equal(ph_zmq_open(context, ZMQ_ROUTER, &server, NULL), PH_OK);
    assert_int_equal(zmq_setsockopt(server, ZMQ_CURVE_SERVER, &yes, sizeof yes), 0);
    assert_int_equal(zmq_setsockopt(server, ZMQ_CURVE_SECRETKEY, server_key.secret, PH_CURVE_KEY_BYTES), 0);
    assert_int_equal(ph_zmq_bind(server, "tcp://127.0.0.1:*", endpoint, sizeof endpoint, NULL), PH_OK);
    void *agent = NULL;
    int none = 0;
    assert_int_equal(ph_zmq_open(context, ZMQ_DEALER, &agent, NULL), PH_OK);
    assert_int_equal(ph_zmq_agent_options(agent, &keys[STRANGER], server_key.public_key, 1024, 16, NULL), PH_OK);
    assert_int_equal(zmq_setsockopt(agent, ZMQ_LINGER, &none, sizeof none), 0);
    assert_int_equal(ph_zmq_connect(agent, endpoint, NULL), PH_OK);
    assert_int_equal(zmq_send(agent, "word", 4, ZMQ_DONTWAIT), 4);
    zmq_pollitem_t item = {.socket = server, .events = ZMQ_POLLIN};
    assert_int_equal(zmq_poll(&item, 1, PATIENCE_MS), 1);
    zmq_msg_t frame;
    uint8_t key[PH_CURVE_PUBLIC_BYTES];
    zmq_msg_init(&frame);
    assert_true(zmq_msg_recv(&frame, server, 0) >= 0 && zmq_msg_more(&frame));
    assert_true(zmq_msg_recv(&frame, server, 0) >= 0);
    assert_false(ph_router_key_of(&frame, key)); /* and has no name, by which the router would drop it */
    zmq_msg_close(&frame);
    ph_zmq_close(&agent);
    ph_zmq_close(&server);
}

static void one_authenticator_for_a_context(void **state)
{
    world *w = *state;
    ph_agg_zap *second = NULL;
    ph_err err = {0};
    assert_int_equal(ph_zap_open(context, &second, &err), PH_BUG);
    assert_string_equal(err.code, "agg.zap.bind");
    assert_true(ph_clock_mono_us() - ph_zap_last_turn_us(w->zap) < 10 * PH_US_PER_S);
}

/* Handshakes while the roster changes under them: for the thread sanitizer, and nobody is let in by halves. */
static void *change_rosters(void *arg)
{
    world *w = arg;
    for (uint64_t i = 0; i < 300; i++) {
        ph_roster *roster = make_roster(i + 2, 1 + i % N_KEYS);
        assert_int_equal(ph_zap_set_roster(w->zap, roster), PH_OK);
        ph_roster_free(roster);
    }
    return NULL;
}

static void rosters_change_under_handshakes(void **state)
{
    world *w = *state;
    ph_router_from from = {0};
    pthread_t changer;
    assert_int_equal(pthread_create(&changer, NULL, change_rosters, w), 0);
    for (int i = 0; i < 10; i++) {
        void *agent = knock(w, ANNA); /* in each of them */
        assert_true(hears(w, ANNA, PATIENCE_MS, &from));
        ph_zmq_close(&agent);
    }
    pthread_join(changer, NULL);
    assert_int_equal(ph_zap_count(w->zap).n_allowed, 10);
    assert_int_equal(ph_zap_count(w->zap).n_malformed, 0);
}

#define CASE(f) cmocka_unit_test_setup_teardown(f, open_world, close_world)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_known_key_is_heard_and_answered),        CASE(a_revoked_key_is_told_so),
        CASE(an_unknown_key_waits_for_its_roster),      CASE(without_the_authenticator_nobody_gets_in),
        CASE(a_bare_curve_server_would_let_anybody_in), CASE(one_authenticator_for_a_context),
        CASE(rosters_change_under_handshakes),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
