/* ph_health_listen - a listening TCP socket from "host:port".   Layer: base/io */
#include "ph_health_listen.h"

#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "ph_file.h"
#include "ph_locale.h"
#include "ph_span.h"

enum { BACKLOG = 16 };

/* "127.0.0.1:9464" or "[::1]:9464" into host and port, both terminated. */
static bool split(const char *address, char *host, size_t host_size, char *port, size_t port_size)
{
    const char *colon = strrchr(address, ':');
    size_t len = colon == NULL ? 0 : (size_t)(colon - address);
    bool v6 = len > 2 && address[0] == '[' && address[len - 1] == ']';

    if (len == 0)
        return false;
    return ph_span_copy(ph_span_of(address + v6, len - (v6 ? 2 : 0)), host, host_size) &&
           ph_span_copy(ph_span_str(colon + 1), port, port_size);
}

static ph_rc fail(const char *address, ph_err *err)
{
    int why = errno;
    ph_rc rc = why == EADDRINUSE || why == EADDRNOTAVAIL ? PH_UNREACHABLE : ph_errno_rc(why);

    (void)ph_err_set(err, rc, "health.listen", address, PH_T("không mở được cổng: %s", "cannot listen: %s"),
                     strerrordesc_np(why));
    if (why == EADDRINUSE)
        ph_err_hint(err, PH_T("xem ai đang dùng cổng: ss -ltnp; hoặc đổi khóa cấu hình",
                              "see who uses the port: ss -ltnp; or change the key"));
    return rc;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage a = {0};
    socklen_t len = sizeof a;

    if (getsockname(fd, (struct sockaddr *)&a, &len) != 0)
        return 0;
    if (a.ss_family == AF_INET6) {
        struct sockaddr_in6 six;
        memcpy(&six, &a, sizeof six);
        return ntohs(six.sin6_port);
    }
    struct sockaddr_in four;
    memcpy(&four, &a, sizeof four);
    return ntohs(four.sin_port);
}

static int listen_on(const struct addrinfo *a)
{
    int yes = 1;
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 && bind(fd, a->ai_addr, a->ai_addrlen) == 0 &&
        listen(fd, BACKLOG) == 0)
        return fd;
    int why = errno;
    (void)close(fd);
    errno = why;
    return -1;
}

ph_rc ph_health_listen(const char *address, int *ret_fd, uint16_t *ret_port, ph_err *err)
{
    const struct addrinfo want = {
        .ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM, .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *found = NULL;
    char host[256], port[8];

    if (!split(address, host, sizeof host, port, sizeof port))
        return ph_err_set(err, PH_INVALID, "health.address", address, "%s",
                          PH_T("phải là máy:cổng", "must be host:port"));
    int code = getaddrinfo(host, port, &want, &found);
    if (code != 0)
        return ph_err_set(err, PH_INVALID, "health.address", address, "%s", gai_strerror(code));
    int fd = listen_on(found);
    ph_rc rc = fd < 0 ? fail(address, err) : PH_OK;
    freeaddrinfo(found);
    if (rc != PH_OK)
        return rc;
    *ret_fd = fd;
    *ret_port = port_of(fd);
    return PH_OK;
}
