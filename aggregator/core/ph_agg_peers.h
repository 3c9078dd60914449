/* ph_agg_peers - connections of the ROUTER, each bound to the key that spoke on it.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_PEERS_H
#define PH_AGG_PEERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_roster.h"
#include "ph_span.h"

/* libzmq names a connection by a zero byte and four of its own; an agent that chooses a name itself is not heard, so
 * nobody can take another's. */
enum { PH_PEER_NAME_BYTES = 5 };

/* Names one peer for as long as the same key speaks on the same connection; a reference that outlived it finds nothing.
 * The zero value never finds anything. */
typedef struct ph_peer_ref {
    uint32_t index;
    uint32_t generation;
} ph_peer_ref;

typedef struct ph_peers ph_peers;

/** A table of at most @max peers (1 to 65536).   Owns: *ret by the caller.   Errors: NOMEM, INVALID.   Thread: one. */
ph_rc ph_peers_new(size_t max, ph_peers **ret) PH_CHECKED;
void ph_peers_free(ph_peers *p);

/**
 * @key just spoke on connection @name: find it, or enter it. Another key on a known name ends all references to the old
 * one. When the table is full the peer that was silent longest is forgotten (its unsent replies can be asked for
 * again). Owns: copies both.   Errors: MALFORMED, a name that libzmq did not give.
 */
ph_rc ph_peers_hear(ph_peers *p, ph_span name, const uint8_t key[PH_CURVE_PUBLIC_BYTES], ph_peer_ref *ret) PH_CHECKED;

/** The connection of @ref, valid until the next call on @p; false when it is gone or another key speaks there now. */
bool ph_peers_find(const ph_peers *p, ph_peer_ref ref, ph_span *ret_name);
/** The connection is closed. */
void ph_peers_forget(ph_peers *p, ph_peer_ref ref);

size_t ph_peers_n(const ph_peers *p);

#endif
