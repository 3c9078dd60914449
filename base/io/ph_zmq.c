/* ph_zmq - our socket options in one place.   Layer: base/io (libzmq) */
#include "ph_zmq.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "ph_locale.h"

#ifndef ZMQ_ZAP_ENFORCE_DOMAIN
#define ZMQ_ZAP_ENFORCE_DOMAIN 93 /* in the draft block of zmq.h, but Debian's 4.3.4 knows it */
#endif

ph_rc ph_zmq_rc(int zmq_error)
{
    switch (zmq_error) {
    case EAGAIN:
    case EINTR:
        return PH_BUSY;
    case EHOSTUNREACH:
    case EADDRINUSE:
    case EADDRNOTAVAIL:
    case ENODEV:
        return PH_UNREACHABLE;
    case ENOMEM:
        return PH_NOMEM;
    case EMFILE:
    case ENFILE:
        return PH_LIMIT;
    case EACCES:
    case EPERM:
        return PH_FORBIDDEN;
    case EINVAL:
    case ENOCOMPATPROTO:
    case EPROTONOSUPPORT:
        return PH_INVALID;
    default:
        return PH_BUG;
    }
}

static ph_rc fail(ph_err *err, const char *code, const char *where)
{
    int why = zmq_errno();
    ph_rc rc = ph_zmq_rc(why);

    (void)ph_err_set(err, rc, code, where, "%s", zmq_strerror(why));
    return rc;
}

/* ---- life ---- */

ph_rc ph_zmq_context_open(void **ret, ph_err *err)
{
    void *context = zmq_ctx_new();

    if (context == NULL)
        return fail(err, "zmq.context", "");
    if (zmq_has("curve") != 1) {
        (void)zmq_ctx_term(context);
        return ph_err_set(err, PH_BUG, "zmq.curve", "libzmq", "this libzmq has no CURVE");
    }
    *ret = context;
    return PH_OK;
}

void ph_zmq_context_close(void *context)
{
    if (context == NULL)
        return;
    while (zmq_ctx_term(context) != 0 && zmq_errno() == EINTR)
        ;
}

ph_rc ph_zmq_open(void *context, int type, void **ret, ph_err *err)
{
    void *socket = zmq_socket(context, type);

    if (socket == NULL)
        return fail(err, "zmq.socket", "");
    *ret = socket;
    return PH_OK;
}

void ph_zmq_close(void **socket)
{
    if (*socket != NULL)
        (void)zmq_close(*socket);
    *socket = NULL;
}

/* ---- options ---- */

/* Sets options one after the other; the first that is refused sticks. */
typedef struct setter {
    void *socket;
    int refused; /* the option, 0 = none */
} setter;

static void set(setter *s, int option, const void *value, size_t len)
{
    if (s->refused == 0 && zmq_setsockopt(s->socket, option, value, len) != 0)
        s->refused = option;
}

static void set_int(setter *s, int option, int value)
{
    set(s, option, &value, sizeof value);
}

/* Alike at both ends. */
static void set_common(setter *s, int64_t max_message_bytes, int hwm)
{
    int64_t max_frame = max_message_bytes + PH_ZMQ_CURVE_OVERHEAD_BYTES;

    set(s, ZMQ_MAXMSGSIZE, &max_frame, sizeof max_frame);
    set_int(s, ZMQ_SNDHWM, hwm);
    set_int(s, ZMQ_RCVHWM, hwm);
    set_int(s, ZMQ_LINGER, PH_ZMQ_LINGER_MS);
    set_int(s, ZMQ_IPV6, 1);
    set_int(s, ZMQ_HEARTBEAT_IVL, PH_ZMQ_HEARTBEAT_MS);
    set_int(s, ZMQ_HEARTBEAT_TIMEOUT, PH_ZMQ_HEARTBEAT_TIMEOUT_MS);
    set_int(s, ZMQ_HEARTBEAT_TTL, PH_ZMQ_HEARTBEAT_TTL_MS);
    set_int(s, ZMQ_TCP_KEEPALIVE, 1);
    set_int(s, ZMQ_TCP_KEEPALIVE_IDLE, 60);
    set_int(s, ZMQ_TCP_KEEPALIVE_INTVL, 15);
    set_int(s, ZMQ_TCP_KEEPALIVE_CNT, 4);
}

static ph_rc result(const setter *s, ph_err *err)
{
    if (s->refused == 0)
        return PH_OK;
    return ph_err_set(err, PH_BUG, "zmq.option", "libzmq", "option %d is refused: %s", s->refused,
                      zmq_strerror(zmq_errno()));
}

ph_rc ph_zmq_server_options(void *socket, const ph_identity *key, int64_t max_message_bytes, int hwm, ph_err *err)
{
    setter s = {.socket = socket};

    if (key->kind != PH_IDENTITY_CURVE)
        return ph_err_set(err, PH_BUG, "zmq.key", key->name, "not a CURVE key");
    set_int(&s, ZMQ_CURVE_SERVER, 1);
    set(&s, ZMQ_CURVE_SECRETKEY, key->secret, PH_CURVE_KEY_BYTES);
    set(&s, ZMQ_ZAP_DOMAIN, PH_ZMQ_ZAP_DOMAIN, strlen(PH_ZMQ_ZAP_DOMAIN));
    set_int(&s, ZMQ_ZAP_ENFORCE_DOMAIN, 1);
    set_int(&s, ZMQ_ROUTER_MANDATORY, 1);
    set_int(&s, ZMQ_ROUTER_HANDOVER, 0);
    set_int(&s, ZMQ_HANDSHAKE_IVL, PH_ZMQ_SERVER_HANDSHAKE_MS);
    set_int(&s, ZMQ_BACKLOG, PH_ZMQ_BACKLOG);
    set_common(&s, max_message_bytes, hwm);
    return result(&s, err);
}

ph_rc ph_zmq_agent_options(void *socket, const ph_identity *key, const uint8_t server_public[PH_CURVE_KEY_BYTES],
                           int64_t max_message_bytes, int hwm, ph_err *err)
{
    setter s = {.socket = socket};

    if (key->kind != PH_IDENTITY_CURVE)
        return ph_err_set(err, PH_BUG, "zmq.key", key->name, "not a CURVE key");
    set(&s, ZMQ_CURVE_SERVERKEY, server_public, PH_CURVE_KEY_BYTES);
    set(&s, ZMQ_CURVE_PUBLICKEY, key->public_key, PH_CURVE_KEY_BYTES);
    set(&s, ZMQ_CURVE_SECRETKEY, key->secret, PH_CURVE_KEY_BYTES);
    set_int(&s, ZMQ_HANDSHAKE_IVL, PH_ZMQ_AGENT_HANDSHAKE_MS);
    set_int(&s, ZMQ_CONNECT_TIMEOUT, PH_ZMQ_CONNECT_TIMEOUT_MS);
    set_int(&s, ZMQ_RECONNECT_IVL, PH_ZMQ_RECONNECT_MS);
    set_int(&s, ZMQ_RECONNECT_IVL_MAX, PH_ZMQ_RECONNECT_MAX_MS);
    set_common(&s, max_message_bytes, hwm);
    return result(&s, err);
}

/* ---- endpoints ---- */

ph_rc ph_zmq_bind(void *socket, const char *endpoint, char *ret_endpoint, size_t size, ph_err *err)
{
    if (zmq_bind(socket, endpoint) != 0) {
        bool in_use = zmq_errno() == EADDRINUSE;
        ph_rc rc = fail(err, "zmq.bind", endpoint);
        if (in_use)
            ph_err_hint(err, "%s", PH_T("xem ai đang dùng cổng: ss -ltnp", "see who uses the port: ss -ltnp"));
        return rc;
    }
    if (ret_endpoint != NULL && zmq_getsockopt(socket, ZMQ_LAST_ENDPOINT, ret_endpoint, &size) != 0)
        return fail(err, "zmq.bind", endpoint);
    return PH_OK;
}

ph_rc ph_zmq_connect(void *socket, const char *endpoint, ph_err *err)
{
    return zmq_connect(socket, endpoint) == 0 ? PH_OK : fail(err, "zmq.connect", endpoint);
}
