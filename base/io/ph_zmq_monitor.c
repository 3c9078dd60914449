/* ph_zmq_monitor - what happened to a socket's connections, and why.   Layer: base/io (libzmq) */
#include <errno.h>
#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "ph_zmq.h"

struct ph_zmq_monitor {
    void *watched;
    void *socket;
    bool handshaking; /* of a connecting socket: connected, and nothing heard of the handshake since */
};

static const struct {
    int event;
    ph_zmq_what what;
} events[] = {{ZMQ_EVENT_CONNECTED, PH_ZMQ_CONNECTED},
              {ZMQ_EVENT_CONNECT_DELAYED, PH_ZMQ_CONNECT_DELAYED},
              {ZMQ_EVENT_CONNECT_RETRIED, PH_ZMQ_CONNECT_RETRIED},
              {ZMQ_EVENT_LISTENING, PH_ZMQ_LISTENING},
              {ZMQ_EVENT_BIND_FAILED, PH_ZMQ_BIND_FAILED},
              {ZMQ_EVENT_ACCEPTED, PH_ZMQ_ACCEPTED},
              {ZMQ_EVENT_ACCEPT_FAILED, PH_ZMQ_ACCEPT_FAILED},
              {ZMQ_EVENT_CLOSED, PH_ZMQ_CLOSED},
              {ZMQ_EVENT_CLOSE_FAILED, PH_ZMQ_CLOSED},
              {ZMQ_EVENT_DISCONNECTED, PH_ZMQ_DISCONNECTED},
              {ZMQ_EVENT_MONITOR_STOPPED, PH_ZMQ_STOPPED},
              {ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL, PH_ZMQ_HANDSHAKE_LOST},
              {ZMQ_EVENT_HANDSHAKE_SUCCEEDED, PH_ZMQ_HANDSHAKE_OK},
              {ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL, PH_ZMQ_PROTOCOL_ERROR},
              {ZMQ_EVENT_HANDSHAKE_FAILED_AUTH, PH_ZMQ_AUTH_REFUSED}};

const char *ph_zmq_what_name(ph_zmq_what what)
{
    static const char *const names[] = {"listening",      "bind_failed",     "accepted",        "accept_failed",
                                        "connected",      "handshake_ok",    "auth_refused",    "protocol_error",
                                        "handshake_lost", "connect_delayed", "connect_retried", "disconnected",
                                        "closed",         "stopped"};

    return (size_t)what < sizeof names / sizeof names[0] ? names[what] : "unknown";
}

bool ph_zmq_is_dead_end(const ph_zmq_event *e)
{
    return e->what == PH_ZMQ_PROTOCOL_ERROR || (e->what == PH_ZMQ_AUTH_REFUSED && e->value != 300);
}

ph_rc ph_zmq_monitor_open(void *context, void *socket, ph_zmq_monitor **ret, ph_err *err)
{
    static atomic_uint serial;
    char address[64];
    ph_rc rc = PH_OK;

    (void)snprintf(address, sizeof address, "inproc://phusa.monitor.%u", atomic_fetch_add(&serial, 1) + 1);
    ph_zmq_monitor *m = calloc(1, sizeof *m);
    if (m == NULL)
        return ph_err_set(err, PH_NOMEM, "zmq.monitor", "", "%s", ph_rc_text(PH_NOMEM));
    m->watched = socket;
    if (zmq_socket_monitor(socket, address, ZMQ_EVENT_ALL) != 0)
        rc = ph_err_set(err, ph_zmq_rc(zmq_errno()), "zmq.monitor", "", "%s", zmq_strerror(zmq_errno()));
    if (rc == PH_OK)
        rc = ph_zmq_open(context, ZMQ_PAIR, &m->socket, err);
    if (rc == PH_OK)
        rc = ph_zmq_connect(m->socket, address, err);
    if (rc == PH_OK)
        *ret = m;
    else
        ph_zmq_monitor_close(m);
    return rc;
}

void ph_zmq_monitor_close(ph_zmq_monitor *m)
{
    if (m == NULL)
        return;
    (void)zmq_socket_monitor(m->watched, NULL, 0);
    ph_zmq_close(&m->socket);
    free(m);
}

void *ph_zmq_monitor_socket(ph_zmq_monitor *m)
{
    return m->socket;
}

static ph_zmq_what what_of(uint16_t event)
{
    for (size_t i = 0; i < sizeof events / sizeof events[0]; i++)
        if (events[i].event == (int)event)
            return events[i].what;
    return PH_ZMQ_CLOSED;
}

/* libzmq 4.3.4 tells nothing but "disconnected" when the first bytes are no greeting of its own (a captive portal): a
 * connection that ends in the middle of its handshake, with no other word on it, met another protocol. */
static ph_zmq_what judge(ph_zmq_monitor *m, ph_zmq_what what)
{
    bool broken = what == PH_ZMQ_DISCONNECTED && m->handshaking;

    if (what == PH_ZMQ_CONNECTED)
        m->handshaking = true;
    else if (what == PH_ZMQ_HANDSHAKE_OK || what == PH_ZMQ_HANDSHAKE_LOST || what == PH_ZMQ_AUTH_REFUSED ||
             what == PH_ZMQ_PROTOCOL_ERROR || what == PH_ZMQ_DISCONNECTED)
        m->handshaking = false;
    return broken ? PH_ZMQ_PROTOCOL_ERROR : what;
}

/* First frame: event (16 bits) and value (32 bits) in the machine's order; second: the address. */
static ph_rc read_event(zmq_msg_t *first, ph_zmq_event *ret)
{
    uint16_t event;
    uint32_t value;

    if (zmq_msg_size(first) != sizeof event + sizeof value)
        return PH_MALFORMED;
    memcpy(&event, zmq_msg_data(first), sizeof event);
    memcpy(&value, (const char *)zmq_msg_data(first) + sizeof event, sizeof value);
    ret->what = what_of(event);
    ret->value = (int)value;
    return PH_OK;
}

ph_rc ph_zmq_monitor_next(ph_zmq_monitor *m, ph_zmq_event *ret)
{
    zmq_msg_t msg;
    ph_zmq_event e = {0};

    (void)zmq_msg_init(&msg);
    ph_rc rc = zmq_msg_recv(&msg, m->socket, ZMQ_DONTWAIT) < 0 ? ph_zmq_rc(zmq_errno()) : read_event(&msg, &e);
    if (rc == PH_OK && (zmq_msg_more(&msg) == 0 || zmq_msg_recv(&msg, m->socket, ZMQ_DONTWAIT) < 0))
        rc = PH_MALFORMED;
    if (rc == PH_OK) {
        size_t len = zmq_msg_size(&msg) < sizeof e.address ? zmq_msg_size(&msg) : sizeof e.address - 1;
        memcpy(e.address, zmq_msg_data(&msg), len);
        e.what = judge(m, e.what);
        *ret = e;
    }
    (void)zmq_msg_close(&msg);
    return rc;
}
