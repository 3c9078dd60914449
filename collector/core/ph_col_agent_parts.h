/* ph_col_agent_parts - the agent's insides, shared by its files.   Layer: collector/core (pure) */
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

/* Cases come in pages; they are stored when the last one is here. */
typedef struct ph_col_hearing {
    uint64_t asked; /* PH_COL_META_WANTED when the first page was asked for */
    uint32_t n;     /* lines in @lines */
    ph_buf lines;
    ph_buf found; /* what their rules found: goes behind the lines */
} ph_col_hearing;

/* One item on its way. A refusal names it by the digest of its body, of the frame's body, or of the frame. */
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
    bool look_wanted; /* somebody may want to hear the cases */
    bool has_open;    /* cases were open when heard last: what is judged may end one */
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

    ph_col_hearing hearing;

    /* scratch */
    ph_buf frame, bytes;
    ph_receipt receipts[PH_MAX_RECEIPTS];
    ph_expected expected[PH_MAX_EXPECTED];
    ph_case_line cases[PH_MAX_CASES];
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
/** n_skipped 0: what is expected and the first page of the cases; else the page after those. */
ph_rc ph_col_agent_send_query(ph_col_agent *a, uint32_t n_skipped);
ph_rc ph_col_agent_send_ping(ph_col_agent *a, ph_col_now now);
ph_rc ph_col_agent_send_pong(ph_col_agent *a, ph_col_now now, uint32_t number);
ph_rc ph_col_agent_send_item(ph_col_agent *a, ph_col_now now, const ph_col_item *item);
/** Cases: a new hearing begins; somebody may want one; a page of it came.   Errors of the last: the spool's. */
void ph_col_agent_begin_cases(ph_col_agent *a);
void ph_col_agent_look_wanted(ph_col_agent *a, ph_col_now now);
ph_rc ph_col_agent_take_cases(ph_col_agent *a, ph_col_now now, const ph_status *s);
/** Receipts and refusals. */
ph_rc ph_col_agent_take_receipts(ph_col_agent *a, ph_col_now now, ph_span body);
ph_rc ph_col_agent_take_refusal(ph_col_agent *a, ph_col_now now, ph_span body);

#endif
