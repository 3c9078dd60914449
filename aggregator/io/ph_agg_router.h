/* ph_agg_router - the ROUTER that provinces connect to: frames with the key that sent them.   Layer: aggregator/io
 * (libzmq) */
#ifndef PH_AGG_ROUTER_H
#define PH_AGG_ROUTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

#include "ph_agg_peers.h"
#include "ph_err.h"
#include "ph_identity.h"
#include "ph_result.h"
#include "ph_span.h"

typedef struct ph_agg_router ph_agg_router;

typedef struct ph_router_options {
    const char *endpoint;
    const ph_identity *key;
    int hwm; /* messages of a peer that wait; its replies have room for four whole answers to a query besides */
    size_t max_peers;
} ph_router_options;

/* Who sent the frame that was received. */
typedef struct ph_router_from {
    ph_peer_ref peer;
    uint8_t key[PH_CURVE_PUBLIC_BYTES];
    bool has_more_parts; /* there were more, which were thrown away */
} ph_router_from;

typedef struct ph_router_counts {
    uint64_t n_unnamed;  /* messages without an authenticated key, or on a connection that named itself: dropped */
    uint64_t n_unsent;   /* replies that could not be sent: peer gone, its queue full, or another key there now */
    uint64_t n_in_bytes; /* payload */
    uint64_t n_out_bytes;
} ph_router_counts;

/**
 * Bind, with an authenticator already running (ph_zap_open).   Owns: caller closes (NULL allowed).   Errors:
 * UNREACHABLE (in use), INVALID, FORBIDDEN, NOMEM, LIMIT, BUG.   Thread: the loop's.
 */
ph_rc ph_router_open(void *context, const ph_router_options *options, ph_agg_router **ret, ph_err *err) PH_CHECKED;
void ph_router_close(ph_agg_router *r);
/** What to poll; the endpoint in use, with its port. */
void *ph_router_socket(ph_agg_router *r);
const char *ph_router_endpoint(const ph_agg_router *r);

/**
 * The next frame without waiting, into @frame (initialised; what it held is released).   Errors: BUSY nothing there;
 * FORBIDDEN one was there and was dropped, call again; other RETRY codes: try later; BUG.
 */
ph_rc ph_router_receive(ph_agg_router *r, zmq_msg_t *frame, ph_router_from *ret) PH_CHECKED;
/** Is something waiting to be received? */
bool ph_router_has_input(ph_agg_router *r);

/** Send without waiting, to that key on that connection only.   Errors: none: what cannot be sent is counted, and can
 * be asked for again. */
void ph_router_send(ph_agg_router *r, ph_peer_ref peer, ph_span frame);

size_t ph_router_n_peers(const ph_agg_router *r);
const ph_router_counts *ph_router_count(const ph_agg_router *r);

/** The key behind a message, from the metadata of its payload frame (the routing frame has none in 4.3.4); false when
 * the channel was not authenticated. */
bool ph_router_key_of(zmq_msg_t *payload, uint8_t ret[PH_CURVE_PUBLIC_BYTES]);

#endif
