/* test_io_daemon - how programs begin and end; what systemd is told.   Layer: tests */
#include "ph_daemon.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>

#include "ph_exit.h"
#include "ph_locale.h"
#include "ph_log.h"
#include "ph_notify.h"
#include "ph_scratch.h"

/* ---- systemd ---- */

static int listener = -1;
static char message[1024];

/* A datagram socket at @name of @len bytes ('\0' first = abstract) stands for systemd. */
static void listen_at(const char *name, size_t len)
{
    struct sockaddr_un a = {.sun_family = AF_UNIX};

    assert_true(len <= sizeof a.sun_path);
    memcpy(a.sun_path, name, len);
    listener = socket(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    assert_int_equal(
        bind(listener, (const struct sockaddr *)&a, (socklen_t)(offsetof(struct sockaddr_un, sun_path) + len)), 0);
}

static int open_systemd(void **state)
{
    if (scratch_open(state) != 0)
        return -1;
    const char *path = in_scratch("notify");
    listen_at(path, strlen(path));
    return setenv("NOTIFY_SOCKET", path, 1);
}

static int close_systemd(void **state)
{
    (void)close(listener);
    (void)unsetenv("NOTIFY_SOCKET");
    return scratch_close(state);
}

static const char *received(void)
{
    ssize_t n = recv(listener, message, sizeof message - 1, 0);

    message[n > 0 ? n : 0] = '\0';
    return message;
}

static void systemd_hears_each_state(void **state)
{
    (void)state;
    ph_notify_ready("nhận ở tcp://*:7001");
    assert_string_equal(received(), "READY=1\nSTATUS=nhận ở tcp://*:7001");
    ph_notify_ready(NULL);
    assert_string_equal(received(), "READY=1");
    ph_notify_reloading();
    assert_string_equal(received(), "RELOADING=1");
    ph_notify_stopping("a\nREADY=1"); /* no second assignment through a text */
    assert_string_equal(received(), "STOPPING=1\nSTATUS=a READY=1");
    ph_notify_status("%d/%d\nX=1", 1, 2);
    assert_string_equal(received(), "STATUS=1/2 X=1");
    ph_notify_watchdog();
    assert_string_equal(received(), "WATCHDOG=1");
    assert_string_equal(received(), "");
}

static void an_abstract_socket_works_and_none_is_harmless(void **state)
{
    (void)state;
    char name[64];

    int n = snprintf(name, sizeof name, "@phusa-test-%ld", (long)getpid());
    assert_int_equal(setenv("NOTIFY_SOCKET", name, 1), 0);
    name[0] = '\0';
    (void)close(listener);
    listen_at(name, (size_t)n);
    ph_notify_ready(NULL);
    assert_string_equal(received(), "READY=1");
    static const char *const useless[] = {"", "x", "relative", "/no/such/socket"};
    for (size_t i = 0; i < sizeof useless / sizeof useless[0]; i++) {
        assert_int_equal(setenv("NOTIFY_SOCKET", useless[i], 1), 0);
        ph_notify_ready(NULL);
    }
    assert_string_equal(received(), "");
}

static void the_watchdog_is_fed_twice_a_period(void **state)
{
    (void)state;
    char pid[32];

    assert_int_equal(ph_notify_watchdog_period_us(), 0);
    assert_int_equal(setenv("WATCHDOG_USEC", "30000000", 1), 0);
    assert_int_equal(ph_notify_watchdog_period_us(), 15000000);
    (void)snprintf(pid, sizeof pid, "%ld", (long)getpid());
    assert_int_equal(setenv("WATCHDOG_PID", pid, 1), 0);
    assert_int_equal(ph_notify_watchdog_period_us(), 15000000);
    assert_int_equal(setenv("WATCHDOG_PID", "1", 1), 0); /* meant for another */
    assert_int_equal(ph_notify_watchdog_period_us(), 0);
    assert_int_equal(unsetenv("WATCHDOG_PID") | unsetenv("WATCHDOG_USEC"), 0);
}

static void the_loop_feeds_the_watchdog(void **state)
{
    (void)state;
    ph_loop *loop = NULL;

    assert_int_equal(setenv("WATCHDOG_USEC", "2000", 1), 0);
    assert_int_equal(ph_loop_open(&loop, NULL), PH_OK);
    assert_int_equal(ph_daemon_attach(loop), PH_OK);
    while (received()[0] == '\0')
        assert_int_equal(ph_loop_step(loop, -1), PH_OK);
    assert_string_equal(message, "WATCHDOG=1");
    ph_loop_close(loop);
    assert_int_equal(unsetenv("WATCHDOG_USEC"), 0);
}

/* ---- begin and end, in a child ---- */

/* Run @fn in a child whose stderr is collected in @text; returns its exit code. */
static int in_child(int (*fn)(void), char *text, size_t size)
{
    int ends[2], status = 0;
    size_t len = 0;

    assert_int_equal(pipe(ends), 0);
    pid_t pid = fork();
    if (pid == 0) {
        (void)dup2(ends[1], STDERR_FILENO);
        (void)close(ends[1]);
        _exit(fn());
    }
    (void)close(ends[1]);
    for (ssize_t n; (n = read(ends[0], text + len, size - 1 - len)) > 0;)
        len += (size_t)n;
    text[len] = '\0';
    (void)close(ends[0]);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static int begin_and_look(void)
{
    struct rlimit core;
    sigset_t mask;
    ph_err e;

    if (ph_daemon_begin("test", &e) != PH_OK)
        return 1;
    if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_cur != 0 || prctl(PR_GET_DUMPABLE) != 0)
        return 2;
    if (umask(0) != 077)
        return 3;
    (void)pthread_sigmask(SIG_SETMASK, NULL, &mask);
    if (sigismember(&mask, SIGTERM) != 1 || sigismember(&mask, SIGINT) != 1 || sigismember(&mask, SIGHUP) != 1)
        return 4;
    if (raise(SIGPIPE) != 0) /* would kill us */
        return 5;
    return 0;
}

static void a_daemon_begins_safely(void **state)
{
    (void)state;
    char text[4096];

    assert_int_equal(in_child(begin_and_look, text, sizeof text), 0);
}

static int begin_without_fds(void)
{
    ph_err e;

    for (int fd = 0; fd <= 2; fd++)
        (void)close(fd);
    if (ph_program_begin("test", &e) != PH_OK)
        return 1;
    int fd = open("/dev/null", O_RDONLY);
    if (fd <= 2)
        return 2;
    PH_LOG(PH_LOG_INFO, "lost");
    return ph_log_dropped() == 1 ? 0 : 3;
}

static void closed_standard_fds_are_filled_and_lost_lines_counted(void **state)
{
    (void)state;
    char text[4096];

    assert_int_equal(in_child(begin_without_fds, text, sizeof text), 0);
}

static int end_with_an_error(void)
{
    ph_err e;

    if (ph_daemon_begin("test", &e) != PH_OK)
        return 1;
    return ph_daemon_exit(ph_err_set(&e, PH_DURABILITY, "ledger.commit", "ledger.db", "fsync: no"), &e);
}

static void a_daemon_ends_with_one_line_and_a_code(void **state)
{
    (void)state;
    char text[4096];

    assert_int_equal(in_child(end_with_an_error, text, sizeof text), PH_EXIT_DURABILITY);
    assert_non_null(
        strstr(text, "level=error component=test event=daemon.failed rc=DURABILITY code=ledger.commit where=ledger.db "
                     "what=\"fsync: no\" exit=74\n"));
    assert_string_equal(received(), "STOPPING=1\nSTATUS=fsync: no");
}

static int end_a_command(void)
{
    ph_err e;

    if (ph_program_begin("test", &e) != PH_OK)
        return 1;
    (void)ph_err_at(&e, PH_INVALID, "cfg.key.unknown", "a.yaml", 3, 7, "there is no key \"x\"");
    ph_err_hint(&e, "did you mean \"y\"?");
    return ph_program_exit(PH_INVALID, &e);
}

static void a_command_ends_with_words_for_people(void **state)
{
    (void)state;
    char text[4096];

    assert_int_equal(in_child(end_a_command, text, sizeof text), PH_EXIT_CONFIG);
    assert_ptr_equal(strstr(text, "a.yaml:3:7: there is no key \"x\""), text);
    assert_non_null(strstr(text, "did you mean \"y\"?"));
    assert_non_null(strstr(text, "\n  do: "));
    assert_null(strstr(text, "\x1b"));
    ph_lang_set(PH_LANG_VI);
    assert_int_equal(in_child(end_a_command, text, sizeof text), PH_EXIT_CONFIG);
    ph_lang_set(PH_LANG_EN);
    assert_non_null(strstr(text, "\n  cách xử lý: "));
    assert_null(strstr(text, "do:"));
}

static int end_untold(void)
{
    ph_err e;

    if (ph_program_begin("test", &e) != PH_OK)
        return 1;
    return ph_program_exit(PH_NOMEM, &(ph_err){0});
}

static int end_well(void)
{
    ph_err e;

    if (ph_program_begin("test", &e) != PH_OK)
        return 1;
    return ph_program_exit(PH_OK, NULL);
}

static void an_error_without_words_still_says_something(void **state)
{
    (void)state;
    char text[4096];

    assert_int_equal(in_child(end_untold, text, sizeof text), PH_EXIT_AGAIN);
    assert_non_null(strstr(text, "out of memory"));
    assert_int_equal(in_child(end_well, text, sizeof text), PH_EXIT_OK);
    assert_string_equal(text, "");
}

#define WITH_SYSTEMD(f) cmocka_unit_test_setup_teardown(f, open_systemd, close_systemd)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_SYSTEMD(systemd_hears_each_state),
        WITH_SYSTEMD(an_abstract_socket_works_and_none_is_harmless),
        cmocka_unit_test(the_watchdog_is_fed_twice_a_period),
        WITH_SYSTEMD(the_loop_feeds_the_watchdog),
        cmocka_unit_test(a_daemon_begins_safely),
        cmocka_unit_test(closed_standard_fds_are_filled_and_lost_lines_counted),
        WITH_SYSTEMD(a_daemon_ends_with_one_line_and_a_code),
        cmocka_unit_test(a_command_ends_with_words_for_people),
        cmocka_unit_test(an_error_without_words_still_says_something),
    };
    ph_lang_set(PH_LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
