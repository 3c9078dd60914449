/* ph_col_agent_parts - the agent's insides, shared by its three files.   Layer: collector/core (pure) */
#ifndef PH_COL_AGENT_PARTS_H
#define PH_COL_AGENT_PARTS_H

#include "ph_col_agent.h"
#include "ph_col_backoff.h"
#include "ph_receipt.h"

enum { PH_COL_MAX_DELAYED = 256 };

typedef enum ph_col_phase {
    PH_COL_PHASE_WAITING,
    PH_COL_PHASE_CONNECTING,
    PH_COL_PHASE_READY,
    PH_COL_PHASE_STOPPED
} ph_col_phase;

/* One submission on its way. A refusal names it by the digest of its body, of the frame's body, or of the frame. */
typedef struct ph_col_flight {
    ph_col_item item;
    ph_digest frame_body, frame;
    int64_t due_us; /* mono: answered by then, or the line is taken for dead */
} ph_col_flight;

/* Not before: after BUSY, or when the spool could not be written. */
typedef struct ph_col_delay {
    ph_uuid id;
    int64_t until_us;
} ph_col_delay;

struct ph_col_agent {
    ph_col_agent_cfg cfg;
    ph_col_spool *spool;
    const ph_col_link_ops *ops;
    void *link;
    ph_col_event_fn on_event;
    void *arg;

    ph_col_phase phase;
    ph_col_cause cause;
    ph_rc fatal;
    ph_col_backoff backoff;
    int64_t next_try_us, connect_due_us, heard_us, ready_since_us, ping_due_us, status_due_us, send_after_us;
    bool hello_sent, has_status, look;
    uint32_t n_pings, n_queries, credit, max_frame;
    ph_digest hello_frame, hello_body;
    char server[PH_MAX_TEXT_BYTES]; /* of the last welcome: another version is a reason to offer parked items again */

    size_t n_flights;
    ph_col_flight flights[PH_COL_MAX_PENDING];
    size_t n_delays;
    ph_col_delay delays[PH_COL_MAX_DELAYED];

    bool has_checkpoint;
    ph_checkpoint checkpoint;
    ph_col_agent_view counts; /* only its numbers are kept here */

    /* scratch */
    ph_buf frame, bytes;
    ph_receipt receipts[PH_MAX_RECEIPTS];
    ph_expected expected[PH_MAX_EXPECTED];
    ph_col_item pending[PH_COL_MAX_PENDING];
};

void ph_col_agent_tell(ph_col_agent *a, ph_col_event event);
void ph_col_agent_ignore(ph_col_agent *a, ph_rc rc, const char *why);
/** The line is given up: everything in flight goes back to waiting, and after a wait a new one is opened. */
void ph_col_agent_drop(ph_col_agent *a, ph_col_now now, ph_col_cause cause);
/** Tell a failed spool call; a FATAL one stops the agent and is returned. */
ph_rc ph_col_agent_spool_rc(ph_col_agent *a, ph_rc rc, const char *what);
void ph_col_agent_delay(ph_col_agent *a, const ph_uuid *id, int64_t until_us);
void ph_col_agent_land(ph_col_agent *a, ph_col_flight *f);
/** Frames that the agent sends. */
ph_rc ph_col_agent_send_hello(ph_col_agent *a);
ph_rc ph_col_agent_send_query(ph_col_agent *a);
ph_rc ph_col_agent_send_ping(ph_col_agent *a, ph_col_now now);
ph_rc ph_col_agent_send_pong(ph_col_agent *a, ph_col_now now, uint32_t number);
ph_rc ph_col_agent_send_item(ph_col_agent *a, ph_col_now now, const ph_col_item *item);
/** Receipts and refusals. */
ph_rc ph_col_agent_take_receipts(ph_col_agent *a, ph_col_now now, ph_span body);
ph_rc ph_col_agent_take_refusal(ph_col_agent *a, ph_col_now now, ph_span body);

#endif
