/* ph_log - one logfmt line per event on stderr; values cannot forge lines or keys.   Layer: base/io */
#include "ph_log.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ph_buf.h"
#include "ph_clock.h"
#include "ph_log_priv.h"
#include "ph_time.h"

enum { SLOTS = 128, EVENT_BYTES = 64, MILLI = 1000 };

_Static_assert((int)PH_LOG_LINE_BYTES <= PIPE_BUF, "a line must go into a pipe as one piece");

/* One event id's allowance: a bucket of thousandths of a line. */
typedef struct slot {
    char event[EVENT_BYTES];
    int64_t milli_tokens;
    int64_t filled_us;
    uint64_t suppressed;
} slot;

typedef enum sink { SINK_POLL, SINK_SOCKET, SINK_DIRECT } sink;

static struct {
    pthread_mutex_t lock;
    atomic_int level;
    unsigned burst;
    unsigned per_second;
    int fd;
    sink kind;
    bool own_fd;
    bool priorities; /* "<6>" before each line, for journald */
    bool torn;       /* the last line went out in part: end it first */
    char component[32];
    uint64_t dropped;
    uint64_t suppressed;
    ph_buf line;
    slot slots[SLOTS];
} g = {.lock = PTHREAD_MUTEX_INITIALIZER,
       .level = PH_LOG_INFO,
       .burst = PH_LOG_BURST,
       .per_second = PH_LOG_PER_SECOND,
       .fd = STDERR_FILENO,
       .component = "phusa",
       .line = {.max = PH_LOG_LINE_BYTES}};

static const struct {
    const char *name;
    ph_log_level level;
} levels[] = {{"error", PH_LOG_ERROR},
              {"warning", PH_LOG_WARNING},
              {"notice", PH_LOG_NOTICE},
              {"info", PH_LOG_INFO},
              {"debug", PH_LOG_DEBUG}};

static const char *level_name(ph_log_level level)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (levels[i].level == level)
            return levels[i].name;
    return "error";
}

ph_rc ph_log_level_parse(const char *text, ph_log_level *ret)
{
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++)
        if (strcmp(levels[i].name, text) == 0) {
            *ret = levels[i].level;
            return PH_OK;
        }
    return PH_INVALID;
}

void ph_log_set_level(ph_log_level level)
{
    atomic_store(&g.level, (int)level);
}

void ph_log_set_rate(unsigned burst, unsigned per_second)
{
    (void)pthread_mutex_lock(&g.lock);
    g.burst = burst;
    g.per_second = per_second;
    for (size_t i = 0; i < SLOTS; i++) /* the buckets were filled by the old rule */
        g.slots[i].event[0] = '\0';
    (void)pthread_mutex_unlock(&g.lock);
}

/* ---- where lines go ---- */

/* A pipe is opened anew: O_NONBLOCK on fd 2 itself would change it for whoever shares it. */
static void open_pipe(void)
{
    int fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC);

    if (fd < 0)
        return; /* SINK_POLL on fd 2 then */
    g.fd = fd;
    g.own_fd = true;
    g.kind = SINK_DIRECT;
}

/* JOURNAL_STREAM is "dev:inode" of what systemd gave us as stderr. */
static bool is_journal(const struct stat *st)
{
    const char *stream = getenv("JOURNAL_STREAM");
    char *end = NULL;

    if (stream == NULL)
        return false;
    unsigned long long dev = strtoull(stream, &end, 10);
    if (*end != ':')
        return false;
    return dev == (unsigned long long)st->st_dev && strtoull(end + 1, NULL, 10) == (unsigned long long)st->st_ino;
}

static void look_at_stderr(void)
{
    struct stat st;

    if (g.own_fd)
        (void)close(g.fd);
    g.fd = STDERR_FILENO;
    g.own_fd = false;
    g.kind = SINK_POLL;
    g.priorities = false;
    g.torn = false;
    if (fstat(STDERR_FILENO, &st) != 0)
        return;
    g.priorities = is_journal(&st);
    if (S_ISSOCK(st.st_mode))
        g.kind = SINK_SOCKET;
    else if (S_ISFIFO(st.st_mode))
        open_pipe();
    else if (S_ISREG(st.st_mode))
        g.kind = SINK_DIRECT;
}

void ph_log_init(const char *component)
{
    (void)pthread_mutex_lock(&g.lock);
    (void)ph_span_copy(ph_span_str(component), g.component, sizeof g.component);
    look_at_stderr();
    (void)pthread_mutex_unlock(&g.lock);
}

static ssize_t write_once(const void *ptr, size_t len)
{
    if (g.kind == SINK_SOCKET)
        return send(g.fd, ptr, len, MSG_DONTWAIT | MSG_NOSIGNAL);
    if (g.kind == SINK_POLL) {
        struct pollfd p = {.fd = g.fd, .events = POLLOUT};
        if (poll(&p, 1, 0) <= 0 || (p.revents & POLLOUT) == 0)
            return -1;
    }
    return write(g.fd, ptr, len);
}

/* All of it or nothing, as far as the kernel lets us; a torn line is ended before the next one. */
static void write_line(void)
{
    ssize_t n;

    if (g.torn && write_once("\n", 1) == 1)
        g.torn = false;
    do
        n = g.torn ? -1 : write_once(g.line.ptr, g.line.len);
    while (n < 0 && errno == EINTR && !g.torn);
    if (n == (ssize_t)g.line.len)
        return;
    g.dropped++;
    g.torn = g.torn || n > 0;
}

/* ---- the rate ---- */

static slot *slot_of(const char *event, int64_t now_us)
{
    slot *oldest = &g.slots[0];

    for (size_t i = 0; i < SLOTS; i++) {
        slot *s = &g.slots[i];
        if (s->event[0] == '\0' || strncmp(s->event, event, EVENT_BYTES - 1) == 0) {
            oldest = s;
            break;
        }
        if (s->filled_us < oldest->filled_us)
            oldest = s;
    }
    if (strncmp(oldest->event, event, EVENT_BYTES - 1) != 0) {
        *oldest = (slot){.milli_tokens = (int64_t)g.burst * MILLI, .filled_us = now_us};
        memcpy(oldest->event, event, strnlen(event, EVENT_BYTES - 1));
    }
    return oldest;
}

/* May this event be written now? *ret_missed: how many were held back since its last line. */
static bool may_pass(const char *event, uint64_t *ret_missed)
{
    int64_t now = ph_clock_mono_us();

    *ret_missed = 0;
    if (g.per_second == 0)
        return true;
    slot *s = slot_of(event, now);
    int64_t full = (int64_t)g.burst * MILLI;
    int64_t gain =
        (now - s->filled_us) / 1000 * g.per_second; /* per_second lines a second = that many thousandths a ms */
    if (gain > 0) {
        s->milli_tokens = gain > full - s->milli_tokens ? full : s->milli_tokens + gain;
        s->filled_us = now;
    }
    if (s->milli_tokens < MILLI) {
        s->suppressed++;
        g.suppressed++;
        return false;
    }
    s->milli_tokens -= MILLI;
    *ret_missed = s->suppressed;
    s->suppressed = 0;
    return true;
}

/* ---- the line ---- */

static void put_line(ph_log_level level, const char *event, uint64_t missed, const ph_log_kv *kv)
{
    char stamp[PH_TIME_TEXT_BYTES];

    ph_buf_clear(&g.line);
    (void)ph_time_print_utc(ph_clock_now_us(), stamp);
    if (g.priorities)
        (void)ph_buf_printf(&g.line, "<%d>", (int)level);
    (void)ph_buf_printf(&g.line, "ts=%s level=%s component=%s event=%s", stamp, level_name(level), g.component, event);
    if (missed > 0)
        (void)ph_buf_printf(&g.line, " suppressed=%llu", (unsigned long long)missed);
    ph_log_put_pairs(&g.line, kv);
    (void)ph_buf_put_byte(&g.line, '\n');
    if (g.line.rc == PH_OK)
        write_line();
    else
        g.dropped++;
}

void ph_log_event(ph_log_level level, const char *event, const ph_log_kv *kv)
{
    int saved = errno;
    uint64_t missed;

    if ((int)level > atomic_load_explicit(&g.level, memory_order_relaxed))
        return;
    (void)pthread_mutex_lock(&g.lock);
    if (may_pass(event, &missed))
        put_line(level, event, missed, kv);
    (void)pthread_mutex_unlock(&g.lock);
    errno = saved;
}

void ph_log_flush(void)
{
    (void)pthread_mutex_lock(&g.lock);
    for (size_t i = 0; i < SLOTS; i++) {
        slot *s = &g.slots[i];
        if (s->suppressed == 0)
            continue;
        const ph_log_kv kv[] = {PH_KV_STR("of", s->event), PH_KV_UINT("suppressed", s->suppressed), PH_KV_END};
        s->suppressed = 0;
        put_line(PH_LOG_NOTICE, "log.suppressed", 0, kv);
    }
    (void)pthread_mutex_unlock(&g.lock);
}

uint64_t ph_log_dropped(void)
{
    (void)pthread_mutex_lock(&g.lock);
    uint64_t n = g.dropped;
    (void)pthread_mutex_unlock(&g.lock);
    return n;
}

uint64_t ph_log_suppressed(void)
{
    (void)pthread_mutex_lock(&g.lock);
    uint64_t n = g.suppressed;
    (void)pthread_mutex_unlock(&g.lock);
    return n;
}
