/* ph_col_link - the agent's DEALER: made anew for each attempt, its monitor says why one failed.   Layer: collector/io
 * (libzmq) */
#ifndef PH_COL_LINK_H
#define PH_COL_LINK_H

#include "ph_col_agent.h"
#include "ph_col_stage.h"
#include "ph_err.h"
#include "ph_identity.h"
#include "ph_loop.h"
#include "ph_result.h"
#include "ph_span.h"

/* Called from the loop. slow: TCP is there and the handshake is not over after a time that good lines do not need; the
 * attempt goes on. After the others, the link may have been closed or opened anew by the callee. A FATAL code ends the
 * loop. */
typedef struct ph_col_link_handler {
    ph_rc (*frame)(void *arg, ph_span bytes);
    ph_rc (*lost)(void *arg, ph_col_cause cause);
    void (*slow)(void *arg);
    void *arg;
} ph_col_link_handler;

typedef struct ph_col_link ph_col_link;

/**
 * Nothing is opened yet; ph_col_link_ops of the link does that. libzmq's own reconnecting is off: each open is a new
 * socket. Owns: *ret by the caller (free closes the socket); borrows context, loop and @key; copies the rest.   Errors:
 * NOMEM. Thread: the loop's.   Source: pitfalls of libzmq 4.3.4: a DEALER is mute for good after a protocol error.
 */
ph_rc ph_col_link_new(void *context, ph_loop *loop, const ph_identity *key,
                      const uint8_t server_public[PH_CURVE_KEY_BYTES], const char *address,
                      const ph_col_link_handler *handler, ph_col_link **ret) PH_CHECKED;
void ph_col_link_free(ph_col_link *l);

/** For ph_col_agent_new: ops and the link itself as its argument. */
extern const ph_col_link_ops ph_col_link_zmq;

#endif
