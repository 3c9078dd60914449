/* ph_col_agent - the conversation with the aggregator as a state machine: no clock, no socket, seeded.   Layer:
 * collector/core (pure) */
#ifndef PH_COL_AGENT_H
#define PH_COL_AGENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_col_spool.h"
#include "ph_col_stage.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_result.h"
#include "ph_session.h"
#include "ph_sign.h"
#include "ph_span.h"
#include "ph_uuid.h"
#include "ph_verdict.h"

/* Both clocks in one argument: timers run on mono, stamps are wall. Microseconds. */
typedef struct ph_col_now {
    int64_t mono_us, wall_us;
} ph_col_now;

/* The line below: opened anew for each attempt, since libzmq's own reconnecting falls silent after a protocol error.
 * open: a fresh connection begins; its fate comes back through ph_col_agent_link. send: BUSY = full, try later. close:
 * harmless when none is open. */
typedef struct ph_col_link_ops {
    ph_rc (*open)(void *link);
    ph_rc (*send)(void *link, ph_span frame);
    void (*close)(void *link);
} ph_col_link_ops;

/* What happened, for logs, metrics and progress lines. X(NAME, event id). */
#define PH_COL_EVENT_MAP(X)                \
    X(LINK_UP, "col.link.up")              \
    X(LINK_DOWN, "col.link.down")          \
    X(SENT, "col.item.sent")               \
    X(JUDGED, "col.item.judged")           \
    X(REFUSED, "col.item.refused")         \
    X(PARKED, "col.item.parked")           \
    X(QUARANTINED, "col.item.quarantined") \
    X(IGNORED, "col.frame.ignored")        \
    X(EPOCH, "col.epoch.changed")          \
    X(REGISTRY, "col.registry.differs")    \
    X(CLOCK, "col.clock.differs")          \
    X(STATUS, "col.status.heard")          \
    X(SPOOL, "col.spool.failed")           \
    X(HISTORY, "col.history.differs")
typedef enum ph_col_event_kind {
#define PH_X(name, id) PH_COL_EV_##name,
    PH_COL_EVENT_MAP(PH_X)
#undef PH_X
        PH_COL_EVENT_COUNT
} ph_col_event_kind;

typedef struct ph_col_event {
    ph_col_event_kind kind;
    const ph_col_item *item; /* NULL where none is concerned */
    ph_verdict verdict;      /* JUDGED, REFUSED, PARKED */
    ph_col_cause cause;      /* LINK_DOWN, LINK_UP: NONE */
    ph_rc rc;                /* SPOOL, IGNORED */
    int64_t number;          /* retry after us; items offered again; clock difference us */
    const char *why;         /* static or borrowed during the call; "" = nothing */
} ph_col_event;
typedef void (*ph_col_event_fn)(void *arg, const ph_col_event *event);

const char *ph_col_event_id(ph_col_event_kind kind);

/* Patience; may change while it runs. */
typedef struct ph_col_agent_times {
    int64_t connect_timeout_us; /* open → welcome */
    int64_t answer_timeout_us;  /* submission → receipt or refusal */
    int64_t ping_every_us;      /* when nothing else is heard; twice that in silence = dead */
    int64_t status_every_us;    /* ask what is expected; refused keys are tried again then too */
    int64_t backoff_min_us, backoff_max_us;
} ph_col_agent_times;

typedef struct ph_col_agent_cfg {
    char unit[PH_ID_BUFFER_BYTES];
    char agent[PH_MAX_TEXT_BYTES]; /* "phusa-collector 0.1.0" */
    ph_digest registry;
    uint8_t receipt_key[PH_SIGN_PUBLIC_BYTES];
    uint64_t seed;
    ph_col_agent_times times;
} ph_col_agent_cfg;

/* What it is doing, for status and progress. */
typedef struct ph_col_agent_view {
    bool is_ready;      /* welcome received */
    ph_col_cause cause; /* STARTING while connecting, NONE when ready, else why not */
    bool has_status;    /* a status answer came in this process */
    size_t n_in_flight;
    uint64_t n_sent, n_judged, n_refused, n_ignored, n_reconnects, n_waiting_at_peer;
    ph_uuid epoch;
    uint64_t tree_size;
} ph_col_agent_view;

typedef struct ph_col_agent ph_col_agent;

/**
 * Owns: *ret by the caller (free closes the link); borrows @spool, @link and @on_event's arg, which must outlive it.
 * Errors: NOMEM.   Thread: one.   Source: PROTOCOL.md, the agent; design §15, agent.
 */
ph_rc ph_col_agent_new(const ph_col_agent_cfg *cfg, ph_col_spool *spool, const ph_col_link_ops *ops, void *link,
                       ph_col_event_fn on_event, void *arg, ph_col_agent **ret) PH_CHECKED;
void ph_col_agent_free(ph_col_agent *a);

/**
 * step: connect, send, retry, give up: whatever is due at @now. *ret_next_us is the monotonic time of the next thing
 * due. Call it after each of the others. Errors: DURABILITY, CORRUPT, HISTORY: the caller must stop and nothing more is
 * sent. Others are handled within.
 */
ph_rc ph_col_agent_step(ph_col_agent *a, ph_col_now now, int64_t *ret_next_us) PH_CHECKED;

/** One frame from the aggregator; foreign, forged and broken ones are counted and ignored.   Errors: as step. */
ph_rc ph_col_agent_frame(ph_col_agent *a, ph_col_now now, ph_span bytes) PH_CHECKED;

/** The line below failed (or a refused handshake): begin anew after a wait. */
void ph_col_agent_link_lost(ph_col_agent *a, ph_col_now now, ph_col_cause cause);

/** The line is there, its handshake takes long: said while connecting where no better cause is known. */
void ph_col_agent_link_slow(ph_col_agent *a);

/**
 * Other times from now on: what is due later than they say becomes due by them, a submission on its way keeps the time
 * it was sent with, and silence so far does not count. Call step after it.
 */
void ph_col_agent_tune(ph_col_agent *a, ph_col_now now, const ph_col_agent_times *times);

/** Another process changed the spool: look again. */
void ph_col_agent_spool_changed(ph_col_agent *a);

void ph_col_agent_view_of(const ph_col_agent *a, ph_col_agent_view *ret);

/**
 * Check one receipt of @frame against what was sent and write it alone, as a receipts frame body that proves itself, to
 * @dst. Errors: CONFLICT another kind, body, key or signature than @item's, or the proof does not hold; FORBIDDEN
 * signature; MALFORMED; LIMIT, NOMEM.
 */
ph_rc ph_col_receipt_check(const ph_receipts *frame, const ph_receipt *receipt, const ph_col_item *item, ph_span unit,
                           const uint8_t receipt_key[PH_SIGN_PUBLIC_BYTES], ph_buf *dst) PH_CHECKED;

#endif
