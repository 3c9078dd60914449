/* ph_health - /metrics /healthz /readyz over HTTP, in the loop, bounded.   Layer: base/io (libmicrohttpd) */
#include "ph_health.h"

#include <microhttpd.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "ph_clock.h"
#include "ph_health_listen.h"

enum { MEMORY_PER_CONNECTION = 16 * 1024, MAX_BODY_BYTES = 8 * 1024 * 1024, SWEEP_US = 1000 * 1000 };

/* A connection and the moment after which it is closed, whatever it does: libmicrohttpd's own limit is on silence only.
 */
typedef struct client {
    int fd_plus_1;
    int64_t until_us;
} client;

typedef struct check {
    const char *name;
    ph_ready_fn fn;
    void *arg;
} check;

struct ph_health {
    ph_loop *loop;
    ph_metrics *metrics;
    struct MHD_Daemon *daemon;
    ph_loop_id source, timer;
    uint16_t port;
    client clients[PH_HEALTH_MAX_CONNECTIONS];
    check checks[PH_HEALTH_MAX_CHECKS];
    size_t n_checks;
};

/* ---- readiness ---- */

void ph_ready_yes(ph_ready *r)
{
    *r = (ph_ready){.ok = true};
}

void ph_ready_no(ph_ready *r, const char *next, const char *why, ...)
{
    va_list ap;

    *r = (ph_ready){.ok = false};
    (void)snprintf(r->next, sizeof r->next, "%s", next);
    va_start(ap, why);
    (void)vsnprintf(r->why, sizeof r->why, why, ap);
    va_end(ap);
}

ph_rc ph_health_add(ph_health *h, const char *name, ph_ready_fn fn, void *arg)
{
    if (h == NULL)
        return PH_OK;
    if (h->n_checks == PH_HEALTH_MAX_CHECKS)
        return PH_LIMIT;
    h->checks[h->n_checks++] = (check){.name = name, .fn = fn, .arg = arg};
    return PH_OK;
}

static void put_json(ph_buf *dst, const char *text)
{
    (void)ph_buf_put_byte(dst, '"');
    for (const char *p = text; *p != '\0'; p++) {
        uint8_t c = (uint8_t)*p;
        if (c < ' ')
            (void)ph_buf_printf(dst, "\\u%04x", (unsigned)c);
        else if (c == '"' || c == '\\')
            (void)ph_buf_printf(dst, "\\%c", (int)c);
        else
            (void)ph_buf_put_byte(dst, c);
    }
    (void)ph_buf_put_byte(dst, '"');
}

static void put_check(ph_buf *dst, const char *name, const ph_ready *r)
{
    (void)ph_buf_put_str(dst, "{\"name\":");
    put_json(dst, name);
    (void)ph_buf_printf(dst, ",\"ok\":%s,\"why\":", r->ok ? "true" : "false");
    put_json(dst, r->why);
    (void)ph_buf_put_str(dst, ",\"next\":");
    put_json(dst, r->next);
    (void)ph_buf_put_byte(dst, '}');
}

ph_rc ph_health_write(ph_health *h, int64_t now_mono_us, ph_buf *dst, bool *ret_ready)
{
    ph_ready results[PH_HEALTH_MAX_CHECKS] = {0};
    bool ready = true;

    for (size_t i = 0; i < h->n_checks; i++) {
        h->checks[i].fn(h->checks[i].arg, now_mono_us, &results[i]);
        ready = ready && results[i].ok;
    }
    (void)ph_buf_printf(dst, "{\"ready\":%s,\"checks\":[", ready ? "true" : "false");
    for (size_t i = 0; i < h->n_checks; i++) {
        (void)ph_buf_put_str(dst, i == 0 ? "" : ",");
        put_check(dst, h->checks[i].name, &results[i]);
    }
    *ret_ready = ready;
    return ph_buf_put_str(dst, "]}\n");
}

/* ---- answers ---- */

static enum MHD_Result answer(struct MHD_Connection *c, unsigned status, const char *type, ph_buf *body)
{
    /* The library copies: the body's life ends here. */
    struct MHD_Response *r =
        MHD_create_response_from_buffer(body->len, body->len == 0 ? (void *)"" : body->ptr, MHD_RESPMEM_MUST_COPY);

    ph_buf_done(body);
    if (r == NULL)
        return MHD_NO;
    (void)MHD_add_response_header(r, "Content-Type", type);
    (void)MHD_add_response_header(r, "Cache-Control", "no-store");
    (void)MHD_add_response_header(r, "X-Content-Type-Options", "nosniff");
    if (status == MHD_HTTP_METHOD_NOT_ALLOWED)
        (void)MHD_add_response_header(r, "Allow", "GET, HEAD");
    enum MHD_Result done = MHD_queue_response(c, status, r);
    MHD_destroy_response(r);
    return done;
}

static unsigned make_body(ph_health *h, const char *path, const char **ret_type, ph_buf *body)
{
    bool ready = true;

    *ret_type = "application/json";
    if (strcmp(path, "/metrics") == 0 && h->metrics != NULL) {
        *ret_type = "text/plain; version=0.0.4; charset=utf-8";
        return ph_metrics_write(h->metrics, body) == PH_OK ? MHD_HTTP_OK : MHD_HTTP_INTERNAL_SERVER_ERROR;
    }
    if (strcmp(path, "/readyz") == 0) {
        ph_rc rc = ph_health_write(h, ph_clock_mono_us(), body, &ready);
        return rc == PH_OK && ready ? MHD_HTTP_OK : MHD_HTTP_SERVICE_UNAVAILABLE;
    }
    if (strcmp(path, "/healthz") == 0) {
        (void)ph_buf_put_str(body, "{\"ok\":true}\n"); /* that the loop answers is the proof */
        return MHD_HTTP_OK;
    }
    (void)ph_buf_put_str(body, "{\"error\":\"not found\",\"paths\":[\"/metrics\",\"/healthz\",\"/readyz\"]}\n");
    return MHD_HTTP_NOT_FOUND;
}

/* NOLINTNEXTLINE(readability-function-size): the shape is libmicrohttpd's */
static enum MHD_Result on_request(void *cls, struct MHD_Connection *c, const char *path, const char *method,
                                  const char *version, const char *upload, size_t *upload_size, void **request)
{
    ph_buf body;
    const char *type;
    unsigned status;

    (void)version;
    (void)upload;
    (void)upload_size;
    (void)request;
    ph_buf_init(&body, MAX_BODY_BYTES);
    if (strcmp(method, "GET") != 0 && strcmp(method, "HEAD") != 0) {
        (void)ph_buf_put_str(&body, "{\"error\":\"GET and HEAD only\"}\n");
        return answer(c, MHD_HTTP_METHOD_NOT_ALLOWED, "application/json", &body);
    }
    status = make_body(cls, path, &type, &body);
    return answer(c, status, type, &body);
}

/* ---- the absolute deadline ---- */

static int fd_of(struct MHD_Connection *c)
{
    const union MHD_ConnectionInfo *info = MHD_get_connection_info(c, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info == NULL ? -1 : info->connect_fd;
}

static void on_connection(void *cls, struct MHD_Connection *c, void **socket_context,
                          enum MHD_ConnectionNotificationCode what)
{
    ph_health *h = cls;

    if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
        client *k = *socket_context;
        if (k != NULL)
            *k = (client){0};
        return;
    }
    *socket_context = NULL;
    for (size_t i = 0; i < PH_HEALTH_MAX_CONNECTIONS; i++)
        if (h->clients[i].fd_plus_1 == 0) {
            h->clients[i] = (client){.fd_plus_1 = fd_of(c) + 1,
                                     .until_us = ph_clock_mono_us() + (int64_t)PH_HEALTH_DEADLINE_S * 1000000};
            *socket_context = &h->clients[i];
            return;
        }
}

/* Shut, not closed: the library sees the end of the connection and closes it itself. */
static void sweep(ph_health *h, int64_t now_us)
{
    for (size_t i = 0; i < PH_HEALTH_MAX_CONNECTIONS; i++)
        if (h->clients[i].fd_plus_1 != 0 && h->clients[i].until_us <= now_us) {
            (void)shutdown(h->clients[i].fd_plus_1 - 1, SHUT_RDWR);
            h->clients[i].until_us = INT64_MAX;
        }
}

/* ---- in the loop ---- */

static ph_rc on_readable(void *arg, int events)
{
    ph_health *h = arg;

    (void)events;
    (void)MHD_run(h->daemon);
    return PH_OK;
}

static ph_rc on_timer(void *arg, int64_t now_mono_us)
{
    ph_health *h = arg;

    sweep(h, now_mono_us);
    (void)MHD_run(h->daemon);
    return PH_OK;
}

static struct MHD_Daemon *start(ph_health *h, int listen_fd)
{
    return MHD_start_daemon(MHD_USE_EPOLL, 0, NULL, NULL, on_request, h, MHD_OPTION_LISTEN_SOCKET, listen_fd,
                            MHD_OPTION_CONNECTION_LIMIT, (unsigned)PH_HEALTH_MAX_CONNECTIONS,
                            MHD_OPTION_CONNECTION_TIMEOUT, (unsigned)PH_HEALTH_DEADLINE_S,
                            MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY_PER_CONNECTION,
                            MHD_OPTION_NOTIFY_CONNECTION, on_connection, h, MHD_OPTION_END);
}

static ph_rc attach(ph_health *h)
{
    const union MHD_DaemonInfo *info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);

    if (info == NULL || info->epoll_fd < 0)
        return PH_BUG;
    ph_rc rc = ph_loop_add_fd(h->loop, info->epoll_fd, PH_LOOP_IN, on_readable, h, &h->source);
    return rc == PH_OK ? ph_loop_timer_every(h->loop, SWEEP_US, on_timer, h, &h->timer) : rc;
}

ph_rc ph_health_open(ph_loop *loop, ph_metrics *metrics, const char *address, ph_health **ret, ph_err *err)
{
    int fd = -1;

    *ret = NULL;
    if (address == NULL || address[0] == '\0')
        return PH_OK;
    ph_health *h = calloc(1, sizeof *h);
    if (h == NULL)
        return ph_err_set(err, PH_NOMEM, "health.open", address, "%s", ph_rc_text(PH_NOMEM));
    h->loop = loop;
    h->metrics = metrics;
    ph_rc rc = ph_health_listen(address, &fd, &h->port, err);
    if (rc == PH_OK) {
        h->daemon = start(h, fd); /* owns fd from here on, also when it fails */
        rc = h->daemon == NULL ? PH_NOMEM : attach(h);
        if (rc != PH_OK)
            (void)ph_err_set(err, rc, "health.open", address, "libmicrohttpd: %s", ph_rc_text(rc));
    }
    if (rc == PH_OK)
        *ret = h;
    else
        ph_health_close(h);
    return rc;
}

void ph_health_close(ph_health *h)
{
    if (h == NULL)
        return;
    ph_loop_remove(h->loop, h->source);
    ph_loop_remove(h->loop, h->timer);
    if (h->daemon != NULL)
        MHD_stop_daemon(h->daemon);
    free(h);
}

uint16_t ph_health_port(const ph_health *h)
{
    return h == NULL ? 0 : h->port;
}
