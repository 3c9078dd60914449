/* ph_zmq - our socket options in one place, and a monitor that tells causes.   Layer: base/io (libzmq) */
#ifndef PH_ZMQ_H
#define PH_ZMQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_err.h"
#include "ph_identity.h"
#include "ph_result.h"

/* House values; why is in the protocol's document. */
enum {
    PH_ZMQ_HEARTBEAT_MS = 20000,
    PH_ZMQ_HEARTBEAT_TIMEOUT_MS = 60000,
    PH_ZMQ_HEARTBEAT_TTL_MS = 60000, /* above 65 s libzmq 4.3.4 overflows */
    PH_ZMQ_SERVER_HANDSHAKE_MS = 10000,
    PH_ZMQ_AGENT_HANDSHAKE_MS = 30000,
    PH_ZMQ_CONNECT_TIMEOUT_MS = 10000,
    PH_ZMQ_RECONNECT_MS = 1000,
    PH_ZMQ_RECONNECT_MAX_MS = 60000,
    PH_ZMQ_LINGER_MS = 2000,
    PH_ZMQ_BACKLOG = 1024,
    PH_ZMQ_CURVE_OVERHEAD_BYTES = 33
};
#define PH_ZMQ_ZAP_DOMAIN   "phusa"
#define PH_ZMQ_ZAP_ENDPOINT "inproc://zeromq.zap.01"

/** The one context of the process.   Owns: caller closes, after all sockets.   Errors: NOMEM, LIMIT. */
ph_rc ph_zmq_context_open(void **ret, ph_err *err) PH_CHECKED;
void ph_zmq_context_close(void *context);

/**
 * A socket; close with ph_zmq_close (NULL allowed, nulls the pointer). @type as ZMQ_ROUTER.
 * Errors: LIMIT (fds), NOMEM.
 */
ph_rc ph_zmq_open(void *context, int type, void **ret, ph_err *err) PH_CHECKED;
void ph_zmq_close(void **socket);

/**
 * ROUTER that provinces connect to: CURVE server with @key, ZAP domain enforced (no authenticator, no service),
 * MANDATORY, no handover, heartbeats, keepalive, HWM and the largest message (@max_message_bytes is the plain body;
 * the overhead is added here). Set before bind.
 * Errors: BUG (an option was refused; this libzmq cannot do what we promise).
 * Source: design, wire protocol.
 */
ph_rc ph_zmq_server_options(void *socket, const ph_identity *key, int64_t max_message_bytes, int hwm,
                            ph_err *err) PH_CHECKED;

/** DEALER of a province: CURVE client with @key to the server of @server_public. Set before connect.   Errors: BUG. */
ph_rc ph_zmq_agent_options(void *socket, const ph_identity *key, const uint8_t server_public[PH_CURVE_KEY_BYTES],
                           int64_t max_message_bytes, int hwm, ph_err *err) PH_CHECKED;

/**
 * bind returns the endpoint in use (with the port when :* or :0 was asked) in @ret_endpoint if not NULL.
 * Errors: UNREACHABLE in use, INVALID, FORBIDDEN.
 */
ph_rc ph_zmq_bind(void *socket, const char *endpoint, char *ret_endpoint, size_t size, ph_err *err) PH_CHECKED;
ph_rc ph_zmq_connect(void *socket, const char *endpoint, ph_err *err) PH_CHECKED;

/** ph_rc of zmq_errno() after a failed call: EAGAIN → BUSY, EHOSTUNREACH → UNREACHABLE, ENOMEM → NOMEM, EMFILE → LIMIT,
 * EINTR → BUSY, else BUG. */
ph_rc ph_zmq_rc(int zmq_error);

/* What happened to a connection. */
typedef enum ph_zmq_what {
    PH_ZMQ_LISTENING,
    PH_ZMQ_BIND_FAILED,
    PH_ZMQ_ACCEPTED,      /* server: TCP is there, handshake begins */
    PH_ZMQ_ACCEPT_FAILED, /* value = errno, EMFILE: no more fds */
    PH_ZMQ_CONNECTED,     /* agent: TCP is there, handshake begins */
    PH_ZMQ_HANDSHAKE_OK,
    PH_ZMQ_AUTH_REFUSED,   /* value = ZAP status: 300 for now, 400 this key is not known, 500 their error */
    PH_ZMQ_PROTOCOL_ERROR, /* not our protocol at the other end, or a wrong mechanism; value = ZMQ_PROTOCOL_ERROR_… or 0
                            */
    PH_ZMQ_HANDSHAKE_LOST, /* closed during the handshake: a wrong server key looks like this; value = errno */
    PH_ZMQ_CONNECT_DELAYED,
    PH_ZMQ_CONNECT_RETRIED, /* value = ms until the next try */
    PH_ZMQ_DISCONNECTED,
    PH_ZMQ_CLOSED,
    PH_ZMQ_STOPPED /* the monitored socket is closed; nothing follows */
} ph_zmq_what;

typedef struct ph_zmq_event {
    ph_zmq_what what;
    int value;
    char address[128];
} ph_zmq_event;

const char *ph_zmq_what_name(ph_zmq_what what);

/* Does a 4.3.4 DEALER stay mute for good after this? Then destroy it and make a new one (pitfalls: one protocol error
 * or one ZAP 400). */
bool ph_zmq_is_dead_end(const ph_zmq_event *e);

/**
 * Watch @socket. Add ph_zmq_monitor_socket to the loop and drain with next until it returns BUSY: what is not read is
 * lost memory.
 * Owns: caller closes, before @socket is closed.
 * Errors: NOMEM, LIMIT; next: BUSY nothing there, MALFORMED.   Thread: @socket's.
 */
typedef struct ph_zmq_monitor ph_zmq_monitor;
ph_rc ph_zmq_monitor_open(void *context, void *socket, ph_zmq_monitor **ret, ph_err *err) PH_CHECKED;
void ph_zmq_monitor_close(ph_zmq_monitor *m);
void *ph_zmq_monitor_socket(ph_zmq_monitor *m);
ph_rc ph_zmq_monitor_next(ph_zmq_monitor *m, ph_zmq_event *ret) PH_CHECKED;

#endif
