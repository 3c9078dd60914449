/* ph_agg_zap - answers libzmq's question "may this key connect?" in a thread of its own.   Layer: aggregator/io
 * (libzmq)
 */
#ifndef PH_AGG_ZAP_H
#define PH_AGG_ZAP_H

#include <stdint.h>

#include "ph_err.h"
#include "ph_result.h"
#include "ph_roster.h"

/*
 * A key of the roster gets 200, with the key in hex as User-Id; what it may say is decided anew for each message.
 * A revoked key gets 400, which tells its agent so.
 * An unknown key gets 300, "not now": libzmq 4.3.4 turns a DEALER mute for good after a 400, and an unknown key is most
 * often one whose roster is not here yet. With 300 any agent comes back by itself about once in a handshake interval
 * and gets in when the roster has come. The price: the agent is not told the reason, it sees a closed handshake.
 * Without this thread nobody gets in: the server socket enforces the domain.
 */
typedef struct ph_agg_zap ph_agg_zap;

typedef struct ph_zap_counts {
    uint64_t n_allowed, n_unknown, n_revoked, n_malformed;
} ph_zap_counts;

/**
 * Bind the authenticator of @context and start its thread; it knows no key yet. One for a context, before the server
 * socket binds. Owns: caller closes (NULL allowed) before the context is closed.   Errors: NOMEM, LIMIT, BUG (another
 * authenticator is there).   Thread: the opener's; the thread's signals are blocked.   Source: ZeroMQ RFC 27 (ZAP).
 */
ph_rc ph_zap_open(void *context, ph_agg_zap **ret, ph_err *err) PH_CHECKED;
void ph_zap_close(ph_agg_zap *z);

/** From the next handshake on these keys are known; all at once.   Owns: copies.   Errors: NOMEM (the old ones stay).
 */
ph_rc ph_zap_set_roster(ph_agg_zap *z, const ph_roster *roster) PH_CHECKED;

/** What it answered so far; and when (ph_clock_mono_us) its thread last turned, at least once a second while it lives.
 */
ph_zap_counts ph_zap_count(ph_agg_zap *z);
int64_t ph_zap_last_turn_us(ph_agg_zap *z);

#endif
