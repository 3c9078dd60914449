/* ph_loop - one thread's loop over zmq sockets, fds, signals and timers.   Layer: base/io (libzmq) */
#include "ph_loop.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>
#include <zmq.h>

#include "ph_clock.h"

enum { MAX_SIGNALS = 8 };

typedef struct source {
    ph_loop_id id; /* 0 = removed, swept after the turn */
    void *socket;
    int fd;
    int events;
    ph_loop_fd_fn fn;
    void *arg;
} source;

typedef struct timer {
    ph_loop_id id;
    int64_t due_us;
    int64_t period_us; /* 0 = once */
    uint64_t turn;     /* in which it was made or last called: once a turn is enough */
    ph_loop_timer_fn fn;
    void *arg;
} timer;

typedef struct handler {
    int signo;
    ph_loop_signal_fn fn;
    void *arg;
} handler;

struct ph_loop {
    ph_loop_id last_id;
    uint64_t turn;
    source sources[PH_LOOP_MAX_SOURCES];
    zmq_pollitem_t items[PH_LOOP_MAX_SOURCES];
    size_t item_source[PH_LOOP_MAX_SOURCES];
    size_t n_sources;
    size_t n_items;
    bool stale; /* items are not what sources say */
    timer timers[PH_LOOP_MAX_TIMERS];
    size_t n_timers;
    handler handlers[MAX_SIGNALS];
    size_t n_handlers;
    sigset_t watched;
    sigset_t mask_before;
    int signal_fd;
    bool stopped;
    int stop_signal;
};

/* ---- sources ---- */

static ph_rc add_source(ph_loop *loop, source s, ph_loop_id *ret_id)
{
    if (loop->n_sources == PH_LOOP_MAX_SOURCES)
        return PH_LIMIT;
    s.id = ++loop->last_id;
    loop->sources[loop->n_sources++] = s;
    loop->stale = true;
    if (ret_id != NULL)
        *ret_id = s.id;
    return PH_OK;
}

ph_rc ph_loop_add_fd(ph_loop *loop, int fd, int events, ph_loop_fd_fn fn, void *arg, ph_loop_id *ret_id)
{
    return add_source(loop, (source){.fd = fd, .events = events, .fn = fn, .arg = arg}, ret_id);
}

ph_rc ph_loop_add_zmq(ph_loop *loop, void *socket, int events, ph_loop_fd_fn fn, void *arg, ph_loop_id *ret_id)
{
    return add_source(loop, (source){.socket = socket, .events = events, .fn = fn, .arg = arg}, ret_id);
}

void ph_loop_set_events(ph_loop *loop, ph_loop_id id, int events)
{
    for (size_t i = 0; i < loop->n_sources; i++)
        if (loop->sources[i].id == id && loop->sources[i].events != events) {
            loop->sources[i].events = events;
            loop->stale = true;
        }
}

static void remove_timer(ph_loop *loop, ph_loop_id id)
{
    for (size_t i = 0; i < loop->n_timers; i++)
        if (loop->timers[i].id == id) {
            loop->timers[i] = loop->timers[--loop->n_timers];
            return;
        }
}

void ph_loop_remove(ph_loop *loop, ph_loop_id id)
{
    if (id == 0)
        return;
    for (size_t i = 0; i < loop->n_sources; i++)
        if (loop->sources[i].id == id) {
            loop->sources[i].id = 0;
            loop->stale = true;
            return;
        }
    remove_timer(loop, id);
}

static short to_zmq(int events)
{
    int e = (events & PH_LOOP_IN ? ZMQ_POLLIN : 0) | (events & PH_LOOP_OUT ? ZMQ_POLLOUT : 0) |
            (events & PH_LOOP_ERR ? ZMQ_POLLERR : 0);
    return (short)e;
}

static int from_zmq(short events)
{
    return (events & ZMQ_POLLIN ? PH_LOOP_IN : 0) | (events & ZMQ_POLLOUT ? PH_LOOP_OUT : 0) |
           (events & ZMQ_POLLERR ? PH_LOOP_ERR : 0);
}

/* Sweep what was removed and write the poll set anew. */
static void refresh_items(ph_loop *loop)
{
    size_t kept = 0;

    if (!loop->stale)
        return;
    for (size_t i = 0; i < loop->n_sources; i++)
        if (loop->sources[i].id != 0)
            loop->sources[kept++] = loop->sources[i];
    loop->n_sources = kept;
    loop->n_items = 0;
    for (size_t i = 0; i < kept; i++) {
        const source *s = &loop->sources[i];
        if (s->events == 0)
            continue;
        loop->items[loop->n_items] = (zmq_pollitem_t){.socket = s->socket, .fd = s->fd, .events = to_zmq(s->events)};
        loop->item_source[loop->n_items++] = i;
    }
    loop->stale = false;
}

/* Sources removed by a callback of this turn keep their place until the next, so indexes hold. */
static ph_rc call_sources(ph_loop *loop)
{
    for (size_t i = 0; i < loop->n_items; i++) {
        source *s = &loop->sources[loop->item_source[i]];
        int events = from_zmq(loop->items[i].revents);
        if (events == 0 || s->id == 0)
            continue;
        ph_rc rc = s->fn(s->arg, events);
        if (ph_rc_class(rc) == PH_CLASS_FATAL)
            return rc;
    }
    return PH_OK;
}

/* ---- timers ---- */

static ph_rc add_timer(ph_loop *loop, timer t, ph_loop_id *ret_id)
{
    if (loop->n_timers == PH_LOOP_MAX_TIMERS)
        return PH_LIMIT;
    t.id = ++loop->last_id;
    t.turn = loop->turn;
    loop->timers[loop->n_timers++] = t;
    if (ret_id != NULL)
        *ret_id = t.id;
    return PH_OK;
}

ph_rc ph_loop_timer_at(ph_loop *loop, int64_t mono_us, ph_loop_timer_fn fn, void *arg, ph_loop_id *ret_id)
{
    return add_timer(loop, (timer){.due_us = mono_us, .fn = fn, .arg = arg}, ret_id);
}

ph_rc ph_loop_timer_every(ph_loop *loop, int64_t period_us, ph_loop_timer_fn fn, void *arg, ph_loop_id *ret_id)
{
    int64_t period = period_us > 0 ? period_us : 1;

    return add_timer(loop, (timer){.due_us = ph_clock_mono_us() + period, .period_us = period, .fn = fn, .arg = arg},
                     ret_id);
}

void ph_loop_timer_set(ph_loop *loop, ph_loop_id id, int64_t mono_us)
{
    for (size_t i = 0; i < loop->n_timers; i++)
        if (loop->timers[i].id == id)
            loop->timers[i].due_us = mono_us;
}

/* The earliest timer that is due and was not called in this turn; NULL when there is none. */
static timer *next_due(ph_loop *loop, int64_t now_us)
{
    timer *best = NULL;

    for (size_t i = 0; i < loop->n_timers; i++) {
        timer *t = &loop->timers[i];
        if (t->due_us <= now_us && t->turn != loop->turn && (best == NULL || t->due_us < best->due_us))
            best = t;
    }
    return best;
}

static ph_rc call_timers(ph_loop *loop)
{
    int64_t now = ph_clock_mono_us();
    timer *t;

    while ((t = next_due(loop, now)) != NULL) {
        timer copy = *t; /* the callback may move or remove it */
        t->turn = loop->turn;
        if (t->period_us == 0)
            remove_timer(loop, t->id);
        else
            t->due_us += (1 + (now - t->due_us) / t->period_us) * t->period_us;
        ph_rc rc = copy.fn(copy.arg, now);
        if (ph_rc_class(rc) == PH_CLASS_FATAL)
            return rc;
        if (loop->stopped)
            break;
    }
    return PH_OK;
}

/* Milliseconds to wait, rounded up so that a timer is never polled for in a hot loop. */
static long wait_ms(const ph_loop *loop, int64_t max_wait_us)
{
    int64_t now = loop->n_timers > 0 ? ph_clock_mono_us() : 0;
    int64_t wait = max_wait_us;

    for (size_t i = 0; i < loop->n_timers; i++) {
        int64_t left = loop->timers[i].due_us - now;
        left = left < 0 ? 0 : left;
        if (wait < 0 || left < wait)
            wait = left;
    }
    if (wait < 0)
        return -1;
    wait = wait / 1000 + (wait % 1000 != 0);
    return wait > INT_MAX ? INT_MAX : (long)wait;
}

/* ---- signals ---- */

static ph_rc stop_on_signal(void *arg, int signo)
{
    ph_loop *loop = arg;
    loop->stop_signal = signo;
    loop->stopped = true;
    return PH_OK;
}

static ph_rc read_signals(void *arg, int events)
{
    ph_loop *loop = arg;
    struct signalfd_siginfo info;

    (void)events;
    while (read(loop->signal_fd, &info, sizeof info) == (ssize_t)sizeof info) {
        for (size_t i = 0; i < loop->n_handlers; i++) {
            handler *h = &loop->handlers[i];
            if (h->signo != (int)info.ssi_signo)
                continue;
            ph_rc rc = h->fn(h->arg, h->signo);
            if (ph_rc_class(rc) == PH_CLASS_FATAL)
                return rc;
        }
    }
    return PH_OK;
}

ph_rc ph_loop_on_signal(ph_loop *loop, int signo, ph_loop_signal_fn fn, void *arg)
{
    handler *h = NULL;

    for (size_t i = 0; i < loop->n_handlers; i++)
        if (loop->handlers[i].signo == signo)
            h = &loop->handlers[i];
    if (h == NULL && loop->n_handlers == MAX_SIGNALS)
        return PH_LIMIT;
    (void)sigaddset(&loop->watched, signo);
    if (pthread_sigmask(SIG_BLOCK, &loop->watched, NULL) != 0 || signalfd(loop->signal_fd, &loop->watched, 0) < 0)
        return PH_IO;
    if (h == NULL)
        h = &loop->handlers[loop->n_handlers++];
    *h = (handler){.signo = signo, .fn = fn, .arg = arg};
    return PH_OK;
}

static ph_rc open_signals(ph_loop *loop)
{
    (void)sigemptyset(&loop->watched);
    (void)pthread_sigmask(SIG_SETMASK, NULL, &loop->mask_before);
    loop->signal_fd = signalfd(-1, &loop->watched, SFD_NONBLOCK | SFD_CLOEXEC);
    if (loop->signal_fd < 0)
        return errno == EMFILE || errno == ENFILE ? PH_LIMIT : PH_IO;
    ph_rc rc = ph_loop_on_signal(loop, SIGTERM, stop_on_signal, loop);
    if (rc == PH_OK)
        rc = ph_loop_on_signal(loop, SIGINT, stop_on_signal, loop);
    return rc == PH_OK ? ph_loop_add_fd(loop, loop->signal_fd, PH_LOOP_IN, read_signals, loop, NULL) : rc;
}

/* ---- life ---- */

ph_rc ph_loop_open(ph_loop **ret, ph_err *err)
{
    ph_loop *loop = calloc(1, sizeof *loop);

    if (loop == NULL)
        return ph_err_set(err, PH_NOMEM, "loop.open", "", "%s", ph_rc_text(PH_NOMEM));
    ph_rc rc = open_signals(loop);
    if (rc != PH_OK) {
        (void)ph_err_set(err, rc, "loop.open", "signalfd", "%s", strerrordesc_np(errno));
        ph_loop_close(loop);
        return rc;
    }
    *ret = loop;
    return PH_OK;
}

void ph_loop_close(ph_loop *loop)
{
    if (loop == NULL)
        return;
    if (loop->signal_fd >= 0)
        (void)close(loop->signal_fd);
    (void)pthread_sigmask(SIG_SETMASK, &loop->mask_before, NULL);
    free(loop);
}

ph_rc ph_loop_step(ph_loop *loop, int64_t max_wait_us)
{
    refresh_items(loop);
    loop->turn++;
    int n = zmq_poll(loop->items, (int)loop->n_items, wait_ms(loop, max_wait_us));
    if (n < 0 && zmq_errno() != EINTR)
        return PH_BUG; /* a socket or context was closed before it was removed here */
    ph_rc rc = n > 0 ? call_sources(loop) : PH_OK;
    return rc == PH_OK && !loop->stopped ? call_timers(loop) : rc;
}

ph_rc ph_loop_run(ph_loop *loop)
{
    ph_rc rc = PH_OK;

    while (rc == PH_OK && !loop->stopped)
        rc = ph_loop_step(loop, -1);
    return rc;
}

void ph_loop_stop(ph_loop *loop)
{
    loop->stopped = true;
}

bool ph_loop_stopped(const ph_loop *loop)
{
    return loop->stopped;
}

int ph_loop_stop_signal(const ph_loop *loop)
{
    return loop->stop_signal;
}
