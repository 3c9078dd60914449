/* ph_notify - tells systemd how we are; harmless without it.   Layer: base/io */
#include "ph_notify.h"

#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* $NOTIFY_SOCKET as an address; '@' begins an abstract name. Returns 0 when there is none. */
static socklen_t address_of(struct sockaddr_un *a)
{
    const char *path = getenv("NOTIFY_SOCKET");
    size_t n = path == NULL ? 0 : strlen(path);

    if (n < 2 || n >= sizeof a->sun_path || (path[0] != '/' && path[0] != '@'))
        return 0;
    *a = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(a->sun_path, path, n);
    if (path[0] == '@')
        a->sun_path[0] = '\0';
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + n);
}

static void notify(const char *message)
{
    struct sockaddr_un a;
    socklen_t len = address_of(&a);
    int fd = len == 0 ? -1 : socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);

    if (fd < 0)
        return;
    (void)sendto(fd, message, strlen(message), MSG_NOSIGNAL, (const struct sockaddr *)&a, len);
    (void)close(fd);
}

/* @state with an optional status; a line break in it would begin another assignment. */
static void notify_with(const char *state, const char *status)
{
    char message[512];
    int n = snprintf(message, sizeof message, "%s%s%s", state,
                     status == NULL ? "" : "\nSTATUS=", status == NULL ? "" : status);

    if (n < 0)
        return;
    for (char *p = message + strlen(state) + (status != NULL); *p != '\0'; p++)
        if (*p == '\n')
            *p = ' ';
    notify(message);
}

void ph_notify_ready(const char *status)
{
    notify_with("READY=1", status);
}

void ph_notify_reloading(void)
{
    notify("RELOADING=1");
}

void ph_notify_stopping(const char *status)
{
    notify_with("STOPPING=1", status);
}

void ph_notify_watchdog(void)
{
    notify("WATCHDOG=1");
}

void ph_notify_status(const char *fmt, ...)
{
    char text[256];
    char message[sizeof text + 8];
    va_list ap;

    va_start(ap, fmt);
    (void)vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    for (char *p = text; *p != '\0'; p++)
        if (*p == '\n')
            *p = ' ';
    (void)snprintf(message, sizeof message, "STATUS=%s", text);
    notify(message);
}

int64_t ph_notify_watchdog_period_us(void)
{
    const char *usec = getenv("WATCHDOG_USEC");
    const char *pid = getenv("WATCHDOG_PID");

    if (usec == NULL || (pid != NULL && strtoll(pid, NULL, 10) != (long long)getpid()))
        return 0;
    long long us = strtoll(usec, NULL, 10);
    return us > 1 ? (int64_t)(us / 2) : 0;
}
