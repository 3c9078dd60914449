/* test_io_zmq - our options on real sockets: who gets in, what the monitor says of it.   Layer: tests */
#include "ph_zmq.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <zmq.h>

#include "ph_locale.h"
#include "ph_scratch.h"

enum { MAX_BODY = 1000, WAIT_MS = 20000 };

static void *context;
static void *router, *dealer, *zap;
static ph_zmq_monitor *monitor, *server_monitor;
static char endpoint[128];
static ph_identity server_key = {.kind = PH_IDENTITY_CURVE}, agent_key = {.kind = PH_IDENTITY_CURVE};
static const char *zap_status; /* what our authenticator answers */

/* One context for all: libzmq 4.3.4 does not like one to end while another works. */
static int open_context(void **state)
{
    (void)state;
    ph_curve_keypair(server_key.public_key, server_key.secret);
    ph_curve_keypair(agent_key.public_key, agent_key.secret);
    return ph_zmq_context_open(&context, NULL) == PH_OK ? 0 : -1;
}

static int close_context(void **state)
{
    (void)state;
    ph_zmq_close(&zap);
    ph_zmq_context_close(context);
    ph_zmq_context_close(NULL);
    return 0;
}

/* Opened by the first test that needs it and kept: an inproc name is free again only some time after its socket is
 * closed. */
static void open_zap(const char *status)
{
    zap_status = status;
    if (zap != NULL)
        return;
    assert_int_equal(ph_zmq_open(context, ZMQ_REP, &zap, NULL), PH_OK);
    assert_int_equal(ph_zmq_bind(zap, PH_ZMQ_ZAP_ENDPOINT, NULL, 0, NULL), PH_OK);
}

static void open_server(void)
{
    ph_err e;

    assert_int_equal(ph_zmq_open(context, ZMQ_ROUTER, &router, &e), PH_OK);
    assert_int_equal(ph_zmq_server_options(router, &server_key, MAX_BODY, 16, &e), PH_OK);
    assert_int_equal(ph_zmq_monitor_open(context, router, &server_monitor, &e), PH_OK);
    assert_int_equal(ph_zmq_bind(router, "tcp://127.0.0.1:*", endpoint, sizeof endpoint, &e), PH_OK);
}

static void open_agent(const uint8_t *server_public)
{
    ph_err e;

    assert_int_equal(ph_zmq_open(context, ZMQ_DEALER, &dealer, &e), PH_OK);
    assert_int_equal(ph_zmq_agent_options(dealer, &agent_key, server_public, MAX_BODY, 16, &e), PH_OK);
    assert_int_equal(ph_zmq_monitor_open(context, dealer, &monitor, &e), PH_OK);
    assert_int_equal(ph_zmq_connect(dealer, endpoint, &e), PH_OK);
}

static int close_all(void **state)
{
    (void)state;
    ph_zmq_monitor_close(monitor);
    ph_zmq_monitor_close(server_monitor);
    monitor = server_monitor = NULL;
    ph_zmq_close(&dealer);
    ph_zmq_close(&router);
    return 0;
}

/* The ten frames of a ZAP request in, the six of a reply out. */
static void answer_zap(void)
{
    char request_id[32] = "";
    int more = 1, len = 0;

    for (int frame = 0; more != 0; frame++) {
        char buffer[256];
        size_t size = sizeof more;
        int n = zmq_recv(zap, buffer, sizeof buffer, 0);
        assert_true(n >= 0);
        if (frame == 1) {
            memcpy(request_id, buffer, (size_t)n);
            len = n;
        }
        assert_int_equal(zmq_getsockopt(zap, ZMQ_RCVMORE, &more, &size), 0);
    }
    const char *const frames[] = {"1.0", NULL, zap_status, "", "agent", ""};
    for (size_t i = 0; i < 6; i++) {
        const char *text = frames[i] == NULL ? request_id : frames[i];
        assert_true(zmq_send(zap, text, frames[i] == NULL ? (size_t)len : strlen(text), i < 5 ? ZMQ_SNDMORE : 0) >= 0);
    }
}

/* Wait for an event of @m of that kind, answering ZAP meanwhile. */
static ph_zmq_event wait_for(ph_zmq_monitor *m, ph_zmq_what what)
{
    ph_zmq_event e;

    for (;;) {
        zmq_pollitem_t items[] = {{.socket = ph_zmq_monitor_socket(m), .events = ZMQ_POLLIN},
                                  {.socket = zap, .events = ZMQ_POLLIN}};
        if (zmq_poll(items, zap == NULL ? 1 : 2, WAIT_MS) <= 0)
            fail_msg("no %s", ph_zmq_what_name(what));
        if (zap != NULL && (items[1].revents & ZMQ_POLLIN) != 0)
            answer_zap();
        while (ph_zmq_monitor_next(m, &e) == PH_OK)
            if (e.what == what)
                return e;
    }
}

static bool arrives(void *socket, int wait_ms)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};

    return zmq_poll(&item, 1, wait_ms) == 1;
}

static void a_known_key_gets_in_and_is_named(void **state)
{
    (void)state;
    char id[8], body[MAX_BODY];
    zmq_msg_t msg;

    open_zap("200");
    open_server();
    assert_null(strstr(endpoint, "*")); /* the port in use */
    open_agent(server_key.public_key);
    (void)wait_for(monitor, PH_ZMQ_CONNECTED);
    (void)wait_for(monitor, PH_ZMQ_HANDSHAKE_OK);
    (void)wait_for(server_monitor, PH_ZMQ_HANDSHAKE_OK);
    memset(body, 'x', sizeof body);
    assert_int_equal(zmq_send(dealer, body, sizeof body, 0), sizeof body); /* the largest there may be */
    assert_true(arrives(router, WAIT_MS));
    int id_len = zmq_recv(router, id, sizeof id, 0);
    assert_true(id_len > 0);
    (void)zmq_msg_init(&msg);
    assert_int_equal(zmq_msg_recv(&msg, router, 0), sizeof body);
    assert_string_equal(zmq_msg_gets(&msg, "User-Id"), "agent");
    (void)zmq_msg_close(&msg);
    assert_int_equal(zmq_send(router, id, (size_t)id_len, ZMQ_SNDMORE | ZMQ_DONTWAIT), id_len);
    assert_int_equal(zmq_send(router, "ok", 2, ZMQ_DONTWAIT), 2);
    assert_true(arrives(dealer, WAIT_MS));
    assert_int_equal(zmq_send(router, "nobody", 6, ZMQ_SNDMORE | ZMQ_DONTWAIT), -1); /* MANDATORY */
    assert_int_equal(ph_zmq_rc(zmq_errno()), PH_UNREACHABLE);
}

static void a_frame_above_the_limit_ends_the_connection(void **state)
{
    (void)state;
    char body[MAX_BODY + 1] = {0};

    open_zap("200");
    open_server();
    open_agent(server_key.public_key);
    (void)wait_for(monitor, PH_ZMQ_HANDSHAKE_OK);
    assert_int_equal(zmq_send(dealer, body, sizeof body, 0), sizeof body);
    (void)wait_for(monitor, PH_ZMQ_DISCONNECTED);
    assert_false(arrives(router, 0));
}

static void an_unknown_key_is_refused_by_name(void **state)
{
    (void)state;
    open_zap("400");
    open_server();
    open_agent(server_key.public_key);
    assert_int_equal(zmq_send(dealer, "x", 1, 0), 1);
    ph_zmq_event e = wait_for(monitor, PH_ZMQ_AUTH_REFUSED);
    assert_int_equal(e.value, 400);
    assert_true(ph_zmq_is_dead_end(&e));
    (void)wait_for(server_monitor, PH_ZMQ_AUTH_REFUSED);
    assert_false(arrives(router, 0));
}

static void a_refusal_for_now_is_no_dead_end(void **state)
{
    (void)state;
    open_zap("300");
    open_server();
    open_agent(server_key.public_key);
    ph_zmq_event e = wait_for(server_monitor, PH_ZMQ_AUTH_REFUSED);
    assert_int_equal(e.value, 300);
    assert_false(ph_zmq_is_dead_end(&e));
}

static void without_an_authenticator_nobody_gets_in(void **state)
{
    (void)state;
    const int handshake_ms = 300; /* what the server waits for an authenticator that is not there */

    assert_null(zap);
    open_server();
    assert_int_equal(zmq_setsockopt(router, ZMQ_HANDSHAKE_IVL, &handshake_ms, sizeof handshake_ms), 0);
    assert_int_equal(zmq_unbind(router, endpoint), 0);
    assert_int_equal(ph_zmq_bind(router, "tcp://127.0.0.1:*", endpoint, sizeof endpoint, NULL), PH_OK);
    open_agent(server_key.public_key);
    assert_int_equal(zmq_send(dealer, "x", 1, 0), 1);
    ph_zmq_event e;
    do {
        zmq_pollitem_t item = {.socket = ph_zmq_monitor_socket(monitor), .events = ZMQ_POLLIN};
        assert_int_equal(zmq_poll(&item, 1, WAIT_MS), 1);
        assert_int_equal(ph_zmq_monitor_next(monitor, &e), PH_OK);
        assert_int_not_equal(e.what, PH_ZMQ_HANDSHAKE_OK);
    } while (e.what != PH_ZMQ_DISCONNECTED && e.what != PH_ZMQ_HANDSHAKE_LOST && e.what != PH_ZMQ_AUTH_REFUSED &&
             e.what != PH_ZMQ_PROTOCOL_ERROR);
    assert_false(arrives(router, 0));
}

static void a_wrong_server_key_is_lost_in_the_handshake(void **state)
{
    (void)state;
    open_zap("200");
    open_server();
    open_agent(agent_key.public_key);
    (void)wait_for(monitor, PH_ZMQ_CONNECTED);
    ph_zmq_event e = wait_for(monitor, PH_ZMQ_HANDSHAKE_LOST);
    assert_false(ph_zmq_is_dead_end(&e));
    assert_true(e.address[0] != '\0');
}

/* A captive portal: it answers whatever comes with a page. */
static void another_protocol_is_a_dead_end(void **state)
{
    (void)state;
    static const char page[] =
        "HTTP/1.1 302 Found\r\nLocation: http://login/\r\nContent-Length: 0\r\n\r\n................................";
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof a;
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    (void)snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", ntohs(a.sin_port));
    open_agent(server_key.public_key);
    int peer = accept(fd, NULL, NULL);
    assert_true(peer >= 0);
    assert_true(send(peer, page, sizeof page, 0) > 0);
    ph_zmq_event e = wait_for(monitor, PH_ZMQ_PROTOCOL_ERROR);
    assert_true(ph_zmq_is_dead_end(&e));
    (void)close(peer);
    (void)close(fd);
}

static void nobody_there_is_retried(void **state)
{
    (void)state;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof a;

    assert_int_equal(bind(fd, (const struct sockaddr *)&a, sizeof a), 0); /* a port that is ours, but nobody listens */
    assert_int_equal(getsockname(fd, (struct sockaddr *)&a, &len), 0);
    (void)snprintf(endpoint, sizeof endpoint, "tcp://127.0.0.1:%u", ntohs(a.sin_port));
    open_agent(server_key.public_key);
    ph_zmq_event e = wait_for(monitor, PH_ZMQ_CONNECT_RETRIED);
    assert_in_range(e.value, 0, 2 * PH_ZMQ_RECONNECT_MS);
    (void)close(fd);
}

static int get_int(void *socket, int option)
{
    int value;
    size_t size = sizeof value;

    assert_int_equal(zmq_getsockopt(socket, option, &value, &size), 0);
    return value;
}

static void the_options_are_what_the_house_says(void **state)
{
    (void)state;
    int64_t max;
    size_t size = sizeof max;

    open_server();
    open_agent(server_key.public_key);
    assert_int_equal(get_int(router, ZMQ_HANDSHAKE_IVL), 10000);
    assert_int_equal(get_int(dealer, ZMQ_HANDSHAKE_IVL), 30000);
    assert_int_equal(get_int(dealer, ZMQ_CONNECT_TIMEOUT), 10000);
    assert_int_equal(get_int(dealer, ZMQ_RECONNECT_IVL_MAX), 60000);
    assert_int_equal(get_int(router, ZMQ_MECHANISM), ZMQ_CURVE);
    assert_int_equal(get_int(router, ZMQ_CURVE_SERVER), 1);
    assert_int_equal(zmq_getsockopt(router, ZMQ_MAXMSGSIZE, &max, &size), 0);
    assert_true(max == MAX_BODY + 33);
    void *const both[] = {router, dealer};
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(get_int(both[i], ZMQ_HEARTBEAT_IVL), 20000);
        assert_int_equal(get_int(both[i], ZMQ_HEARTBEAT_TIMEOUT), 60000);
        assert_int_equal(get_int(both[i], ZMQ_HEARTBEAT_TTL), 60000);
        assert_int_equal(get_int(both[i], ZMQ_RCVHWM), 16);
        assert_int_equal(get_int(both[i], ZMQ_SNDHWM), 16);
        assert_int_equal(get_int(both[i], ZMQ_LINGER), 2000);
        assert_int_equal(get_int(both[i], ZMQ_TCP_KEEPALIVE), 1);
    }
}

static void errors_have_codes(void **state)
{
    (void)state;
    ph_err e;
    ph_identity sign = {.kind = PH_IDENTITY_SIGN};

    open_server();
    assert_int_equal(ph_zmq_open(context, ZMQ_ROUTER, &dealer, &e), PH_OK);
    assert_int_equal(ph_zmq_bind(dealer, endpoint, NULL, 0, &e), PH_UNREACHABLE);
    assert_string_equal(e.code, "zmq.bind");
    assert_true(e.hint[0] != '\0');
    assert_int_equal(ph_zmq_bind(dealer, "nonsense", NULL, 0, &e), PH_INVALID);
    assert_int_equal(ph_zmq_connect(dealer, "tcp://", &e), PH_INVALID);
    assert_int_equal(ph_zmq_server_options(dealer, &sign, 1, 1, &e), PH_BUG);
    assert_int_equal(ph_zmq_server_options(dealer, &server_key, -1000, -5, &e), PH_BUG); /* an option that is refused */
    assert_int_equal(ph_zmq_rc(EAGAIN), PH_BUSY);
    assert_int_equal(ph_zmq_rc(EMFILE), PH_LIMIT);
    assert_int_equal(ph_zmq_rc(ETERM), PH_BUG);
    for (int w = 0; w <= (int)PH_ZMQ_STOPPED; w++)
        assert_string_not_equal(ph_zmq_what_name((ph_zmq_what)w), "unknown");
}

#define TEST(f) cmocka_unit_test_teardown(f, close_all)

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(without_an_authenticator_nobody_gets_in), /* first: there is none yet */
        TEST(a_known_key_gets_in_and_is_named),
        TEST(a_frame_above_the_limit_ends_the_connection),
        TEST(an_unknown_key_is_refused_by_name),
        TEST(a_refusal_for_now_is_no_dead_end),
        TEST(a_wrong_server_key_is_lost_in_the_handshake),
        TEST(another_protocol_is_a_dead_end),
        TEST(nobody_there_is_retried),
        TEST(the_options_are_what_the_house_says),
        TEST(errors_have_codes),
    };
    ph_lang_set(PH_LANG_EN);
    return cmocka_run_group_tests(tests, open_context, close_context);
}
