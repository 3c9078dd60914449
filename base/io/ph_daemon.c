/* ph_daemon - how each of our programs begins and ends.   Layer: base/io (libsodium) */
#include "ph_daemon.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ph_exit.h"
#include "ph_locale.h"
#include "ph_log.h"
#include "ph_notify.h"
#include "ph_term.h"

enum { LOG_FLUSH_S = 60 };

/* A file opened later must not get the number 0, 1 or 2. What stands in for stderr refuses writes, so that lost lines
 * are counted. */
static bool keep_standard_fds(void)
{
    for (int fd = 0; fd <= 2; fd++) {
        if (fcntl(fd, F_GETFD) >= 0 || errno != EBADF)
            continue;
        if (open("/dev/null", fd == 1 ? O_WRONLY : O_RDONLY) != fd)
            return false;
    }
    return true;
}

ph_rc ph_program_begin(const char *component, ph_err *err)
{
    if (!keep_standard_fds() || signal(SIGPIPE, SIG_IGN) == SIG_ERR)
        return ph_err_set(err, PH_BUG, "daemon.begin", component, "%s", strerrordesc_np(errno));
    if (sodium_init() < 0)
        return ph_err_set(err, PH_BUG, "daemon.begin", component, "libsodium");
    (void)umask(077);
    ph_log_init(component);
    return PH_OK;
}

ph_rc ph_daemon_begin(const char *component, ph_err *err)
{
    const struct rlimit none = {0, 0};
    sigset_t set;
    ph_rc rc = ph_program_begin(component, err);

    if (rc != PH_OK)
        return rc;
    (void)sigemptyset(&set);
    (void)sigaddset(&set, SIGTERM);
    (void)sigaddset(&set, SIGINT);
    (void)sigaddset(&set, SIGHUP);
    if (setrlimit(RLIMIT_CORE, &none) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0 ||
        pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
        return ph_err_set(err, PH_BUG, "daemon.begin", component, "%s", strerrordesc_np(errno));
    return PH_OK;
}

/* The first line in red, the rest as it is. */
void ph_daemon_print_err(void *arg, const ph_err *err)
{
    char text[sizeof *err + 256];

    (void)arg;
    size_t len = ph_err_format(err, ph_lang_current(), text, sizeof text);
    char *end = memchr(text, '\n', len);
    int head = (int)(end == NULL ? len : (size_t)(end - text));
    (void)fprintf(stderr, "%s%.*s%s%s\n", ph_term_on(stderr, PH_COLOUR_RED), head, text,
                  ph_term_off(stderr, PH_COLOUR_RED), end == NULL ? "" : end);
    (void)fflush(stderr);
}

/* An error that nobody filled in still says something. */
static ph_err complete(ph_rc rc, const ph_err *err)
{
    ph_err e = {.rc = rc};

    if (err != NULL && err->what[0] != '\0')
        return *err;
    (void)ph_err_set(&e, rc, "program.failed", "", "%s", ph_rc_text(rc));
    return e;
}

int ph_program_exit(ph_rc rc, const ph_err *err)
{
    if (rc != PH_OK) {
        ph_err e = complete(rc, err);
        ph_daemon_print_err(NULL, &e);
    }
    return (int)ph_exit_of(rc, err);
}

int ph_daemon_exit(ph_rc rc, const ph_err *err)
{
    int code = (int)ph_exit_of(rc, err);

    ph_log_flush();
    if (rc == PH_OK) {
        ph_notify_stopping(NULL);
        return code;
    }
    ph_err e = complete(rc, err);
    ph_notify_stopping(e.what);
    if (ph_term_is_terminal(stderr))
        ph_daemon_print_err(NULL, &e);
    else
        PH_LOG(PH_LOG_ERROR, "daemon.failed", PH_KV_ERR(&e), PH_KV_INT("exit", code));
    return code;
}

static ph_rc on_watchdog(void *arg, int64_t now_mono_us)
{
    (void)arg;
    (void)now_mono_us;
    ph_notify_watchdog();
    return PH_OK;
}

static ph_rc on_flush(void *arg, int64_t now_mono_us)
{
    (void)arg;
    (void)now_mono_us;
    ph_log_flush();
    return PH_OK;
}

ph_rc ph_daemon_attach(ph_loop *loop)
{
    int64_t period = ph_notify_watchdog_period_us();
    ph_rc rc = ph_loop_timer_every(loop, (int64_t)LOG_FLUSH_S * 1000000, on_flush, NULL, NULL);

    if (rc == PH_OK && period > 0)
        rc = ph_loop_timer_every(loop, period, on_watchdog, NULL, NULL);
    return rc;
}
