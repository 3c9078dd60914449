/* test_io_loop - sources, timers, signals; what callbacks may do to the loop they are called from.   Layer: tests */
#include "ph_loop.h"

#include <signal.h>
#include <sys/eventfd.h>
#include <zmq.h>

#include "ph_clock.h"
#include "ph_scratch.h"

enum { LOG_SIZE = 64 };

/* What was called, in order, as letters. */
static char calls[LOG_SIZE];
static size_t n_calls;

static ph_loop *loop;

static int open_loop(void **state)
{
    (void)state;
    n_calls = 0;
    memset(calls, 0, sizeof calls);
    return ph_loop_open(&loop, NULL) == PH_OK ? 0 : -1;
}

static int close_loop(void **state)
{
    (void)state;
    ph_loop_close(loop);
    return 0;
}

static void note(char c)
{
    assert_true(n_calls < LOG_SIZE - 1);
    calls[n_calls++] = c;
}

static ph_rc note_timer(void *arg, int64_t now)
{
    (void)now;
    note(*(const char *)arg);
    return PH_OK;
}

static char A[] = "A", B[] = "B", C[] = "C";

static void turn(int64_t wait_us)
{
    assert_int_equal(ph_loop_step(loop, wait_us), PH_OK);
}

static void timers_fire_once_in_the_order_of_their_time(void **state)
{
    (void)state;
    int64_t now = ph_clock_mono_us();
    ph_loop_id id;

    assert_int_equal(ph_loop_timer_at(loop, now - 1, note_timer, B, &id), PH_OK);
    assert_int_equal(ph_loop_timer_at(loop, now - 2, note_timer, A, NULL), PH_OK);
    assert_int_equal(ph_loop_timer_at(loop, now, note_timer, C, NULL), PH_OK);
    assert_int_equal(ph_loop_timer_at(loop, now + 3600 * INT64_C(1000000), note_timer, A, NULL), PH_OK);
    turn(-1); /* does not wait an hour, because something is due */
    assert_string_equal(calls, "ABC");
    turn(0);
    assert_string_equal(calls, "ABC");
    ph_loop_timer_set(loop, id, now); /* gone: nothing happens */
    turn(0);
    assert_string_equal(calls, "ABC");
}

static void a_late_periodic_timer_is_called_once(void **state)
{
    (void)state;
    ph_loop_id id;

    assert_int_equal(ph_loop_timer_every(loop, 3600 * INT64_C(1000000), note_timer, A, &id), PH_OK);
    turn(0);
    assert_string_equal(calls, "");
    ph_loop_timer_set(loop, id, ph_clock_mono_us() - 100 * 3600 * INT64_C(1000000)); /* as if 100 periods were missed */
    turn(-1);
    turn(0);
    assert_string_equal(calls, "A");
    ph_loop_remove(loop, id);
    ph_loop_remove(loop, id);
}

static void a_step_waits_for_a_timer(void **state)
{
    (void)state;
    int64_t due = ph_clock_mono_us() + 3000;

    assert_int_equal(ph_loop_timer_at(loop, due, note_timer, A, NULL), PH_OK);
    while (n_calls == 0)
        turn(-1);
    assert_true(ph_clock_mono_us() >= due);
}

static ph_rc add_again(void *arg, int64_t now)
{
    (void)arg;
    note('R');
    return ph_loop_timer_at(loop, now - 1, add_again, NULL, NULL);
}

static void a_timer_added_for_now_waits_for_the_next_turn(void **state)
{
    (void)state;
    assert_int_equal(ph_loop_timer_at(loop, 0, add_again, NULL, NULL), PH_OK);
    turn(-1);
    assert_string_equal(calls, "R");
    turn(-1);
    assert_string_equal(calls, "RR");
}

/* ---- sources ---- */

static int fds[3];
static ph_loop_id ids[3];

static ph_rc note_fd(void *arg, int events)
{
    assert_int_equal(events, PH_LOOP_IN);
    note(*(const char *)arg);
    return PH_OK;
}

static ph_rc remove_others(void *arg, int events)
{
    (void)events;
    note(*(const char *)arg);
    for (size_t i = 0; i < 3; i++)
        ph_loop_remove(loop, ids[i]);
    return PH_OK;
}

static void open_fds(ph_loop_fd_fn fn)
{
    static char *const names[] = {A, B, C};

    for (size_t i = 0; i < 3; i++) {
        fds[i] = eventfd(1, EFD_NONBLOCK);
        assert_true(fds[i] >= 0);
        assert_int_equal(ph_loop_add_fd(loop, fds[i], PH_LOOP_IN, fn, names[i], &ids[i]), PH_OK);
    }
}

static void close_fds(void)
{
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(close(fds[i]), 0);
}

static void sources_are_level_triggered_and_can_be_silenced(void **state)
{
    (void)state;
    uint64_t value;

    open_fds(note_fd);
    turn(-1);
    assert_string_equal(calls, "ABC");
    ph_loop_set_events(loop, ids[1], 0);
    assert_int_equal(read(fds[2], &value, sizeof value), sizeof value);
    turn(-1);
    assert_string_equal(calls, "ABCA");
    ph_loop_set_events(loop, ids[1], PH_LOOP_IN);
    ph_loop_remove(loop, ids[0]);
    turn(-1);
    assert_string_equal(calls, "ABCAB");
    close_fds();
}

static void a_source_removed_by_a_callback_is_not_called(void **state)
{
    (void)state;
    open_fds(remove_others);
    turn(-1);
    assert_string_equal(calls, "A");
    turn(0);
    assert_string_equal(calls, "A");
    close_fds();
}

static ph_rc add_another(void *arg, int events)
{
    (void)arg;
    (void)events;
    note('+');
    ph_loop_remove(loop, ids[0]);
    return ph_loop_add_fd(loop, fds[1], PH_LOOP_IN, note_fd, B, &ids[1]);
}

static void a_source_added_by_a_callback_is_polled_from_the_next_turn(void **state)
{
    (void)state;
    for (size_t i = 0; i < 3; i++)
        fds[i] = eventfd(1, EFD_NONBLOCK);
    assert_int_equal(ph_loop_add_fd(loop, fds[0], PH_LOOP_IN, add_another, NULL, &ids[0]), PH_OK);
    turn(-1);
    assert_string_equal(calls, "+");
    turn(-1);
    assert_string_equal(calls, "+B");
    close_fds();
}

static ph_rc give_rc(void *arg, int64_t now)
{
    (void)now;
    return *(const ph_rc *)arg;
}

static void only_a_fatal_code_ends_the_loop(void **state)
{
    (void)state;
    static ph_rc retry = PH_NO_SPACE, fatal = PH_DURABILITY;

    assert_int_equal(ph_loop_timer_at(loop, 0, give_rc, &retry, NULL), PH_OK);
    turn(-1);
    assert_int_equal(ph_loop_timer_at(loop, 0, give_rc, &fatal, NULL), PH_OK);
    assert_int_equal(ph_loop_run(loop), PH_DURABILITY);
    assert_false(ph_loop_stopped(loop));
}

static ph_rc stop_it(void *arg, int64_t now)
{
    (void)arg;
    (void)now;
    ph_loop_stop(loop);
    return PH_OK;
}

static void stop_ends_run(void **state)
{
    (void)state;
    assert_int_equal(ph_loop_timer_at(loop, 1, stop_it, NULL, NULL), PH_OK);
    assert_int_equal(ph_loop_timer_at(loop, 2, note_timer, A, NULL), PH_OK);
    assert_int_equal(ph_loop_run(loop), PH_OK);
    assert_string_equal(calls, "");
    assert_int_equal(ph_loop_stop_signal(loop), 0);
}

/* ---- signals ---- */

static ph_rc note_signal(void *arg, int signo)
{
    (void)arg;
    note(signo == SIGHUP ? 'H' : signo == SIGTERM ? 'T' : '?');
    return PH_OK;
}

static void sigterm_stops_it(void **state)
{
    (void)state;
    assert_int_equal(ph_loop_on_signal(loop, SIGHUP, note_signal, NULL), PH_OK);
    assert_int_equal(raise(SIGHUP), 0);
    turn(-1);
    assert_string_equal(calls, "H");
    assert_int_equal(raise(SIGTERM), 0);
    assert_int_equal(ph_loop_run(loop), PH_OK);
    assert_int_equal(ph_loop_stop_signal(loop), SIGTERM);
}

static void a_handler_takes_the_place_of_stopping(void **state)
{
    (void)state;
    assert_int_equal(ph_loop_on_signal(loop, SIGTERM, note_signal, NULL), PH_OK);
    assert_int_equal(raise(SIGTERM), 0);
    turn(-1);
    assert_string_equal(calls, "T");
    assert_false(ph_loop_stopped(loop));
}

static void closing_gives_the_signal_mask_back(void **state)
{
    (void)state;
    sigset_t before, inside, after;
    ph_loop *other = NULL;

    ph_loop_close(loop);
    loop = NULL;
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &before), 0);
    assert_int_equal(ph_loop_open(&other, NULL), PH_OK);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &inside), 0);
    ph_loop_close(other);
    assert_int_equal(pthread_sigmask(SIG_SETMASK, NULL, &after), 0);
    assert_int_equal(sigismember(&before, SIGTERM), 0);
    assert_int_equal(sigismember(&inside, SIGTERM), 1);
    assert_int_equal(sigismember(&after, SIGTERM), 0);
}

/* ---- zmq, limits ---- */

static ph_rc receive(void *socket, int events)
{
    char byte;

    assert_int_equal(events & PH_LOOP_IN, PH_LOOP_IN);
    assert_int_equal(zmq_recv(socket, &byte, 1, ZMQ_DONTWAIT), 1);
    note(byte);
    return PH_OK;
}

static void zmq_sockets_stand_beside_fds(void **state)
{
    (void)state;
    void *context = zmq_ctx_new();
    void *a = zmq_socket(context, ZMQ_PAIR), *b = zmq_socket(context, ZMQ_PAIR);

    assert_int_equal(zmq_bind(a, "inproc://x"), 0);
    assert_int_equal(zmq_connect(b, "inproc://x"), 0);
    assert_int_equal(ph_loop_add_zmq(loop, b, PH_LOOP_IN, receive, b, &ids[0]), PH_OK);
    assert_int_equal(zmq_send(a, "xyz", 1, 0), 1);
    assert_int_equal(zmq_send(a, "yz", 1, 0), 1);
    turn(-1);
    turn(-1); /* the second message is not forgotten though the fd's edge was seen */
    assert_string_equal(calls, "xy");
    ph_loop_remove(loop, ids[0]);
    turn(0);
    zmq_close(a);
    zmq_close(b);
    zmq_ctx_term(context);
}

static void there_is_a_ceiling(void **state)
{
    (void)state;
    size_t n = 0;

    while (ph_loop_timer_at(loop, INT64_MAX, note_timer, A, NULL) == PH_OK)
        n++;
    assert_int_equal(n, PH_LOOP_MAX_TIMERS);
    assert_int_equal(ph_loop_timer_at(loop, INT64_MAX, note_timer, A, NULL), PH_LIMIT);
    for (n = 0; ph_loop_add_fd(loop, 0, 0, note_fd, A, NULL) == PH_OK;)
        n++;
    assert_int_equal(n, PH_LOOP_MAX_SOURCES - 1); /* one is the loop's own, for signals */
    turn(0);
}

#define WITH_LOOP(f) cmocka_unit_test_setup_teardown(f, open_loop, close_loop)

int main(void)
{
    const struct CMUnitTest tests[] = {
        WITH_LOOP(timers_fire_once_in_the_order_of_their_time),
        WITH_LOOP(a_late_periodic_timer_is_called_once),
        WITH_LOOP(a_step_waits_for_a_timer),
        WITH_LOOP(a_timer_added_for_now_waits_for_the_next_turn),
        WITH_LOOP(sources_are_level_triggered_and_can_be_silenced),
        WITH_LOOP(a_source_removed_by_a_callback_is_not_called),
        WITH_LOOP(a_source_added_by_a_callback_is_polled_from_the_next_turn),
        WITH_LOOP(only_a_fatal_code_ends_the_loop),
        WITH_LOOP(stop_ends_run),
        WITH_LOOP(sigterm_stops_it),
        WITH_LOOP(a_handler_takes_the_place_of_stopping),
        WITH_LOOP(closing_gives_the_signal_mask_back),
        WITH_LOOP(zmq_sockets_stand_beside_fds),
        WITH_LOOP(there_is_a_ceiling),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
