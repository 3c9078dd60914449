/* test_io_health - the HTTP answers, and that nobody holds a connection for ever. The clock is the test's.   Layer:
 * tests */
#include "ph_health.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include "ph_clock.h"
#include "ph_locale.h"
#include "ph_scratch.h"

/* In place of ph_clock.c. */
static int64_t now_us = 1000000;

int64_t ph_clock_now_us(void)
{
    return 1700000000000000 + now_us;
}

int64_t ph_clock_mono_us(void)
{
    return now_us;
}

int64_t ph_clock_boot_us(void)
{
    return now_us;
}

static ph_loop *loop;
static ph_metrics *metrics;
static ph_health *health;
static bool ledger_ok;

static void check_ledger(void *arg, int64_t now, ph_ready *ret)
{
    (void)arg;
    assert_int_equal(now, now_us);
    if (ledger_ok)
        ph_ready_yes(ret);
    else
        ph_ready_no(ret, "look for \"x\" in the log", "no durable write for %d s", 42);
}

static int open_health(void **state)
{
    (void)state;
    ph_err e;

    ledger_ok = true;
    if (ph_loop_open(&loop, NULL) != PH_OK || ph_metrics_open("test", &metrics) != PH_OK)
        return -1;
    if (ph_health_open(loop, metrics, "127.0.0.1:0", &health, &e) != PH_OK)
        return -1;
    return ph_health_add(health, "ledger", check_ledger, NULL) == PH_OK ? 0 : -1;
}

static int close_health(void **state)
{
    (void)state;
    ph_health_close(health);
    ph_metrics_close(metrics);
    ph_loop_close(loop);
    return 0;
}

static int connect_to_it(void)
{
    struct sockaddr_in a = {
        .sin_family = AF_INET, .sin_port = htons(ph_health_port(health)), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    assert_int_equal(connect(fd, (const struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
    return fd;
}

/* Turn the loop until the other side has closed; what it said before. Each idle turn is a fifth of a second of the
 * test's clock. */
static const char *answer_of(int fd)
{
    static char text[1 << 18];
    size_t len = 0;

    for (int idle = 0;;) {
        ssize_t n = recv(fd, text + len, sizeof text - 1 - len, 0);
        if (n == 0 || (n < 0 && errno != EAGAIN))
            break;
        if (n > 0) {
            len += (size_t)n;
            continue;
        }
        assert_in_range(++idle, 1, 200); /* 40 seconds: it should have been cut long before */
        assert_int_equal(ph_loop_step(loop, 5000), PH_OK);
        now_us += 200000;
    }
    text[len] = '\0';
    (void)close(fd);
    return text;
}

static const char *ask(const char *method, const char *path)
{
    char request[512];
    int fd = connect_to_it();
    int n = snprintf(request, sizeof request, "%s %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", method, path);

    assert_int_equal(send(fd, request, (size_t)n, 0), n);
    return answer_of(fd);
}

static void assert_answer(const char *answer, const char *status, const char *body)
{
    char line[64];
    const char *end = strstr(answer, "\r\n\r\n");

    (void)snprintf(line, sizeof line, "HTTP/1.1 %s ", status);
    if (strncmp(answer, line, strlen(line)) != 0 || end == NULL)
        fail_msg("wanted %s, got: %s", status, answer);
    if (body != NULL)
        assert_string_equal(end + 4, body);
}

static void each_path_has_its_answer(void **state)
{
    (void)state;
    assert_answer(ask("GET", "/healthz"), "200", "{\"ok\":true}\n");
    assert_answer(ask("GET", "/readyz"), "200",
                  "{\"ready\":true,\"checks\":[{\"name\":\"ledger\",\"ok\":true,\"why\":\"\",\"next\":\"\"}]}\n");
    ledger_ok = false;
    assert_answer(ask("GET", "/readyz"), "503",
                  "{\"ready\":false,\"checks\":[{\"name\":\"ledger\",\"ok\":false,\"why\":\"no durable write for 42 "
                  "s\",\"next\":\"look for \\\"x\\\" in the log\"}]}\n");
    const char *text = ask("GET", "/metrics");
    assert_answer(text, "200", NULL);
    assert_non_null(strstr(text, "Content-Type: text/plain; version=0.0.4"));
    assert_non_null(strstr(text, "\nphusa_test_build_info{"));
    assert_answer(ask("GET", "/etc/passwd"), "404", NULL);
    assert_answer(ask("GET", "/healthz/../../etc/passwd"), "404", NULL);
    assert_answer(ask("POST", "/healthz"), "405", NULL);
    assert_answer(ask("HEAD", "/healthz"), "200", "");
    assert_answer(ask("GET", "/healthz?x=1"), "200", NULL);
}

static void garbage_is_answered_or_closed(void **state)
{
    (void)state;
    static const char *const bad[] = {"\r\n\r\n\r\n", "GET\r\n\r\n", "\x16\x03\x01\x02\x00\x01",
                                      "GET /healthz HTTP/9.9\r\n\r\n"};

    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        int fd = connect_to_it();
        assert_true(send(fd, bad[i], strlen(bad[i]), 0) > 0);
        assert_int_equal(shutdown(fd, SHUT_WR), 0);
        assert_null(strstr(answer_of(fd), " 200 "));
    }
    size_t n = 64 * 1024;
    char *big = malloc(n);
    memset(big, 'a', n);
    memcpy(big, "GET /", 5);
    int fd = connect_to_it();
    (void)send(fd, big, n, MSG_NOSIGNAL);
    free(big);
    assert_null(strstr(answer_of(fd), " 200 "));
    assert_answer(ask("GET", "/healthz"), "200", NULL);
}

/* A byte now and then keeps the library's own limit away; ours does not care. */
static void a_slow_client_is_cut_at_the_deadline(void **state)
{
    (void)state;
    int fd = connect_to_it();

    for (int s = 0; s < PH_HEALTH_DEADLINE_S + 2; s++) {
        (void)send(fd, s == 0 ? "G" : "X", 1, MSG_NOSIGNAL);
        for (int i = 0; i < 3; i++)
            assert_int_equal(ph_loop_step(loop, 2000), PH_OK);
        char byte;
        ssize_t n = recv(fd, &byte, 1, 0);
        if (s < PH_HEALTH_DEADLINE_S - 1)
            assert_true(n < 0 && errno == EAGAIN); /* still open */
        now_us += 1000000;
    }
    assert_string_equal(answer_of(fd), "");
    assert_answer(ask("GET", "/healthz"), "200", NULL);
}

static void connections_are_bounded_and_given_back(void **state)
{
    (void)state;
    int fds[PH_HEALTH_MAX_CONNECTIONS + 8];
    const size_t n = sizeof fds / sizeof fds[0];

    for (size_t i = 0; i < n; i++) {
        fds[i] = connect_to_it();
        assert_int_equal(ph_loop_step(loop, 2000), PH_OK);
    }
    for (int s = 0; s < PH_HEALTH_DEADLINE_S + 2; s++) {
        now_us += 1000000;
        for (int i = 0; i < 3; i++)
            assert_int_equal(ph_loop_step(loop, 2000), PH_OK);
    }
    for (size_t i = 0; i < n; i++)
        (void)close(fds[i]);
    assert_answer(ask("GET", "/healthz"), "200", NULL);
}

static void addresses_are_checked(void **state)
{
    (void)state;
    ph_health *other = NULL;
    ph_err e;
    char same[32];

    assert_int_equal(ph_health_open(loop, NULL, "", &other, &e), PH_OK);
    assert_null(other);
    assert_int_equal(ph_health_port(NULL), 0);
    assert_int_equal(ph_health_add(NULL, "x", check_ledger, NULL), PH_OK);
    static const char *const bad[] = {"9464", ":9464", "127.0.0.1", "127.0.0.1:http", "no.such.host.invalid:1"};
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(ph_health_open(loop, NULL, bad[i], &other, &e), PH_INVALID);
    (void)snprintf(same, sizeof same, "127.0.0.1:%u", ph_health_port(health));
    assert_int_equal(ph_health_open(loop, NULL, same, &other, &e), PH_UNREACHABLE);
    assert_string_equal(e.code, "health.listen");
    for (size_t i = 1; i < PH_HEALTH_MAX_CHECKS; i++)
        assert_int_equal(ph_health_add(health, "x", check_ledger, NULL), PH_OK);
    assert_int_equal(ph_health_add(health, "x", check_ledger, NULL), PH_LIMIT);
}

#define WITH_HEALTH(f) cmocka_unit_test_setup_teardown(f, open_health, close_health)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_HEALTH(each_path_has_its_answer),
        WITH_HEALTH(garbage_is_answered_or_closed),
        WITH_HEALTH(a_slow_client_is_cut_at_the_deadline),
        WITH_HEALTH(connections_are_bounded_and_given_back),
        WITH_HEALTH(addresses_are_checked),
    };
    ph_lang_set(PH_LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
