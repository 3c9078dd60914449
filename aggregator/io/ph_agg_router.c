/* ph_agg_router - receive, send, never wait.   Layer: aggregator/io (libzmq) */
#include "ph_agg_router.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_log.h"
#include "ph_zmq.h"

struct ph_agg_router {
    void *socket;
    ph_peers *peers;
    char endpoint[256];
    ph_router_counts counts;
};

/* A query is answered by up to PH_MAX_QUERY_IDS receipts and a status at once: replies need more room than messages. */
static ph_rc widen_replies(void *socket, int hwm, ph_err *err)
{
    int replies = hwm + 4 * (PH_MAX_QUERY_IDS + 1);
    if (zmq_setsockopt(socket, ZMQ_SNDHWM, &replies, sizeof replies) == 0)
        return PH_OK;
    return ph_err_set(err, PH_BUG, "agg.router.option", "ZMQ_SNDHWM", "%s", zmq_strerror(zmq_errno()));
}

ph_rc ph_router_open(void *context, const ph_router_options *options, ph_agg_router **ret, ph_err *err)
{
    ph_agg_router *r = calloc(1, sizeof *r);
    if (r == NULL)
        return ph_err_set(err, PH_NOMEM, "agg.router.memory", options->endpoint, "out of memory");
    ph_rc rc = ph_peers_new(options->max_peers, &r->peers);
    if (rc != PH_OK)
        rc = ph_err_set(err, rc, "agg.router.peers", "max_peers", "%s", ph_rc_text(rc));
    if (rc == PH_OK)
        rc = ph_zmq_open(context, ZMQ_ROUTER, &r->socket, err);
    if (rc == PH_OK)
        rc = ph_zmq_server_options(r->socket, options->key, PH_ZMQ_MAXMSG_BYTES, options->hwm, err);
    if (rc == PH_OK)
        rc = widen_replies(r->socket, options->hwm, err);
    if (rc == PH_OK)
        rc = ph_zmq_bind(r->socket, options->endpoint, r->endpoint, sizeof r->endpoint, err);
    if (rc != PH_OK)
        ph_router_close(r);
    else
        *ret = r;
    return rc;
}

void ph_router_close(ph_agg_router *r)
{
    if (r == NULL)
        return;
    ph_zmq_close(&r->socket);
    ph_peers_free(r->peers);
    free(r);
}

void *ph_router_socket(ph_agg_router *r)
{
    return r->socket;
}

const char *ph_router_endpoint(const ph_agg_router *r)
{
    return r->endpoint;
}

bool ph_router_key_of(zmq_msg_t *payload, uint8_t ret[PH_CURVE_PUBLIC_BYTES])
{
    const char *user = zmq_msg_gets(payload, "User-Id");
    return user != NULL && ph_hex_parse(ph_span_str(user), ret, PH_CURVE_PUBLIC_BYTES) == PH_OK;
}

/* Throw the rest of a message away; its parts are all here already. */
static void skip_parts(void *socket)
{
    zmq_msg_t part;
    int more = 1;
    while (more) {
        zmq_msg_init(&part);
        more = zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&part);
        zmq_msg_close(&part);
    }
}

/* One message: @name the routing frame, @frame the first payload frame. */
static ph_rc receive_parts(void *socket, zmq_msg_t *name, zmq_msg_t *frame, bool *ret_more)
{
    if (zmq_msg_recv(name, socket, ZMQ_DONTWAIT) < 0)
        return ph_zmq_rc(zmq_errno());
    *ret_more = false;
    if (!zmq_msg_more(name)) { /* cannot come from a DEALER: an empty message */
        zmq_msg_close(frame);
        zmq_msg_init(frame);
        return PH_OK;
    }
    if (zmq_msg_recv(frame, socket, ZMQ_DONTWAIT) < 0)
        return ph_zmq_rc(zmq_errno());
    *ret_more = zmq_msg_more(frame) != 0;
    if (*ret_more)
        skip_parts(socket);
    return PH_OK;
}

ph_rc ph_router_receive(ph_agg_router *r, zmq_msg_t *frame, ph_router_from *ret)
{
    zmq_msg_t name;
    zmq_msg_init(&name);
    ph_rc rc = receive_parts(r->socket, &name, frame, &ret->has_more_parts);
    ph_span name_bytes = ph_span_of(zmq_msg_data(&name), zmq_msg_size(&name));
    bool is_known = rc == PH_OK && ph_router_key_of(frame, ret->key) &&
                    ph_peers_hear(r->peers, name_bytes, ret->key, &ret->peer) == PH_OK;
    zmq_msg_close(&name);
    if (rc != PH_OK)
        return rc;
    r->counts.n_in_bytes += zmq_msg_size(frame);
    if (is_known)
        return PH_OK;
    r->counts.n_unnamed++;
    PH_LOG(PH_LOG_ERROR, "agg.peer.unnamed", PH_KV_UINT("bytes", zmq_msg_size(frame)));
    return PH_FORBIDDEN;
}

bool ph_router_has_input(ph_agg_router *r)
{
    int events = 0;
    size_t size = sizeof events;
    return zmq_getsockopt(r->socket, ZMQ_EVENTS, &events, &size) == 0 && (events & ZMQ_POLLIN) != 0;
}

static void note_unsent(ph_agg_router *r, ph_peer_ref peer, int zmq_error)
{
    r->counts.n_unsent++;
    PH_LOG(PH_LOG_INFO, "agg.reply.unsent", PH_KV_STR("why", zmq_strerror(zmq_error)));
    if (zmq_error == EHOSTUNREACH)
        ph_peers_forget(r->peers, peer);
}

void ph_router_send(ph_agg_router *r, ph_peer_ref peer, ph_span frame)
{
    ph_span name;
    if (!ph_peers_find(r->peers, peer, &name)) {
        note_unsent(r, peer, EHOSTUNREACH);
        return;
    }
    if (zmq_send(r->socket, name.ptr, name.len, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0 ||
        zmq_send(r->socket, frame.ptr, frame.len, ZMQ_DONTWAIT) < 0) {
        note_unsent(r, peer, zmq_errno());
        return;
    }
    r->counts.n_out_bytes += frame.len;
}

size_t ph_router_n_peers(const ph_agg_router *r)
{
    return ph_peers_n(r->peers);
}

const ph_router_counts *ph_router_count(const ph_agg_router *r)
{
    return &r->counts;
}
