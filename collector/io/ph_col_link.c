/* ph_col_link - the agent's DEALER: made anew for each attempt, its monitor says why one failed.   Layer: collector/io
 * (libzmq) */
#include "ph_col_link.h"

#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "ph_clock.h"
#include "ph_limits.h"
#include "ph_zmq.h"

/* RESOLVE: no event at all by then, the name was not resolved; libzmq says nothing of that. SLOW: an aggregator that
 * does not know our key is silent until its handshake time is over; three round trips of a bad line are done by then.
 */
enum { RESOLVE_S = 12, SLOW_S = 3, FRAMES_A_TURN = 64, HWM = 64 };

struct ph_col_link {
    void *context;
    ph_loop *loop;
    const ph_identity *key;
    uint8_t server_public[PH_CURVE_KEY_BYTES];
    char address[PH_MAX_TEXT_BYTES];
    ph_col_link_handler handler;
    void *socket;
    ph_zmq_monitor *monitor;
    ph_loop_id on_socket, on_monitor, on_timer;
    int64_t connected_us; /* 0 = TCP is not there yet */
    bool is_greeted;      /* the handshake is over */
};

ph_rc ph_col_link_new(void *context, ph_loop *loop, const ph_identity *key,
                      const uint8_t server_public[PH_CURVE_KEY_BYTES], const char *address,
                      const ph_col_link_handler *handler, ph_col_link **ret)
{
    ph_col_link *l = calloc(1, sizeof *l);
    if (l == NULL)
        return PH_NOMEM;
    *l = (ph_col_link){.context = context, .loop = loop, .key = key, .handler = *handler};
    memcpy(l->server_public, server_public, sizeof l->server_public);
    (void)ph_span_copy(ph_span_str(address), l->address, sizeof l->address);
    *ret = l;
    return PH_OK;
}

static void link_close(void *arg)
{
    ph_col_link *l = arg;
    ph_loop_remove(l->loop, l->on_socket);
    ph_loop_remove(l->loop, l->on_monitor);
    ph_loop_remove(l->loop, l->on_timer);
    l->on_socket = l->on_monitor = l->on_timer = 0;
    ph_zmq_monitor_close(l->monitor);
    l->monitor = NULL;
    ph_zmq_close(&l->socket);
    l->connected_us = 0;
    l->is_greeted = false;
}

void ph_col_link_free(ph_col_link *l)
{
    if (l == NULL)
        return;
    link_close(l);
    free(l);
}

/* ---- what the socket says ---- */

static ph_rc receive_one(ph_col_link *l)
{
    zmq_msg_t msg;
    (void)zmq_msg_init(&msg);
    ph_rc rc = PH_BUSY;
    if (zmq_msg_recv(&msg, l->socket, ZMQ_DONTWAIT) >= 0) {
        /* One frame a message; what comes in parts is handed on part by part and refused as malformed. */
        rc = l->handler.frame(l->handler.arg, ph_span_of(zmq_msg_data(&msg), zmq_msg_size(&msg)));
        rc = ph_rc_class(rc) == PH_CLASS_FATAL ? rc : PH_OK;
    }
    (void)zmq_msg_close(&msg);
    return rc;
}

static ph_rc on_socket(void *arg, int events)
{
    ph_col_link *l = arg;
    ph_rc rc = PH_OK;
    (void)events;
    for (int i = 0; i < FRAMES_A_TURN && rc == PH_OK && l->socket != NULL; i++)
        rc = receive_one(l);
    return rc == PH_BUSY ? PH_OK : rc;
}

/* libzmq gives no reason when a handshake ends without an answer, but its length tells: a peer that cannot read us
 * (another key) hangs up at once; an aggregator that does not know our key mostly hears us out until its own handshake
 * time is over, but hangs up at once too where its authenticator was quicker, so the words of SERVER_KEY name both; one
 * that speaks something else is silent until ours is. */
static ph_col_cause cause_of_lost_handshake(const ph_col_link *l)
{
    int64_t took_ms = (ph_clock_mono_us() - l->connected_us) / 1000;
    if (took_ms < PH_ZMQ_SERVER_HANDSHAKE_MS / 2)
        return PH_COL_CAUSE_SERVER_KEY;
    return took_ms < (PH_ZMQ_SERVER_HANDSHAKE_MS + PH_ZMQ_AGENT_HANDSHAKE_MS) / 2 ? PH_COL_CAUSE_KEY_REFUSED
                                                                                  : PH_COL_CAUSE_NOT_ZMTP;
}

static bool cause_of(ph_col_link *l, const ph_zmq_event *e, ph_col_cause *ret)
{
    switch (e->what) {
    case PH_ZMQ_AUTH_REFUSED:
        *ret = e->value == 500 ? PH_COL_CAUSE_NO_WELCOME : PH_COL_CAUSE_KEY_REFUSED;
        return true;
    case PH_ZMQ_PROTOCOL_ERROR:
        *ret = PH_COL_CAUSE_NOT_ZMTP;
        return true;
    case PH_ZMQ_HANDSHAKE_LOST:
        *ret = cause_of_lost_handshake(l);
        return true;
    case PH_ZMQ_DISCONNECTED:
        *ret = PH_COL_CAUSE_DROPPED;
        return true;
    case PH_ZMQ_CLOSED:
        *ret = PH_COL_CAUSE_TCP;
        return l->connected_us == 0;
    case PH_ZMQ_CONNECTED:
        l->connected_us = ph_clock_mono_us();
        return false;
    case PH_ZMQ_HANDSHAKE_OK:
        l->is_greeted = true;
        return false;
    case PH_ZMQ_LISTENING:
    case PH_ZMQ_BIND_FAILED:
    case PH_ZMQ_ACCEPTED:
    case PH_ZMQ_ACCEPT_FAILED:
    case PH_ZMQ_CONNECT_DELAYED:
    case PH_ZMQ_CONNECT_RETRIED:
    case PH_ZMQ_STOPPED:
        break;
    }
    return false;
}

static ph_rc on_slow(void *arg, int64_t now_us)
{
    ph_col_link *l = arg;
    (void)now_us;
    l->on_timer = 0;
    l->handler.slow(l->handler.arg);
    return PH_OK;
}

static ph_rc on_monitor(void *arg, int events)
{
    ph_col_link *l = arg;
    ph_zmq_event e;
    ph_col_cause cause;
    (void)events;
    ph_loop_remove(l->loop, l->on_timer);
    l->on_timer = 0;
    while (l->monitor != NULL && ph_zmq_monitor_next(l->monitor, &e) == PH_OK)
        if (cause_of(l, &e, &cause))
            return l->handler.lost(l->handler.arg, cause); /* closes us: nothing more to read */
    if (l->connected_us == 0 || l->is_greeted)
        return PH_OK;
    return ph_loop_timer_at(l->loop, l->connected_us + SLOW_S * PH_US_PER_S, on_slow, l, &l->on_timer);
}

static ph_rc on_silence(void *arg, int64_t now_us)
{
    ph_col_link *l = arg;
    (void)now_us;
    l->on_timer = 0;
    return l->handler.lost(l->handler.arg, PH_COL_CAUSE_DNS);
}

/* ---- what the agent asks ---- */

static ph_rc set_our_options(ph_col_link *l)
{
    static const int never = -1, none = 0;
    ph_rc rc = ph_zmq_agent_options(l->socket, l->key, l->server_public, PH_ZMQ_MAXREPLY_BYTES, HWM, NULL);
    if (rc == PH_OK && (zmq_setsockopt(l->socket, ZMQ_RECONNECT_IVL, &never, sizeof never) != 0 ||
                        zmq_setsockopt(l->socket, ZMQ_LINGER, &none, sizeof none) != 0))
        rc = PH_BUG;
    return rc;
}

static ph_rc link_open(void *arg)
{
    ph_col_link *l = arg;
    int64_t silent_us = ph_clock_mono_us() + RESOLVE_S * PH_US_PER_S;
    link_close(l);
    ph_rc rc = ph_zmq_open(l->context, ZMQ_DEALER, &l->socket, NULL);
    if (rc == PH_OK)
        rc = set_our_options(l);
    if (rc == PH_OK)
        rc = ph_zmq_monitor_open(l->context, l->socket, &l->monitor, NULL);
    if (rc == PH_OK)
        rc = ph_zmq_connect(l->socket, l->address, NULL);
    if (rc == PH_OK)
        rc = ph_loop_add_zmq(l->loop, l->socket, PH_LOOP_IN, on_socket, l, &l->on_socket);
    if (rc == PH_OK)
        rc = ph_loop_add_zmq(l->loop, ph_zmq_monitor_socket(l->monitor), PH_LOOP_IN, on_monitor, l, &l->on_monitor);
    if (rc == PH_OK)
        rc = ph_loop_timer_at(l->loop, silent_us, on_silence, l, &l->on_timer);
    if (rc != PH_OK)
        link_close(l);
    return rc;
}

static ph_rc link_send(void *arg, ph_span frame)
{
    ph_col_link *l = arg;
    if (l->socket == NULL)
        return PH_UNREACHABLE;
    return zmq_send(l->socket, frame.ptr, frame.len, ZMQ_DONTWAIT) >= 0 ? PH_OK : ph_zmq_rc(zmq_errno());
}

const ph_col_link_ops ph_col_link_zmq = {.open = link_open, .send = link_send, .close = link_close};
