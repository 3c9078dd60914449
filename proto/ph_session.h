/* ph_session - hello, welcome, query, status, ping, pong, refusal.   Layer: proto (pure) */
#ifndef PH_SESSION_H
#define PH_SESSION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_case.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_receipt.h"
#include "ph_result.h"
#include "ph_span.h"
#include "ph_time.h"
#include "ph_uuid.h"
#include "ph_verdict.h"

/* hello: map {"lo","hi": versions spoken, "a": agent text ("phusa-collector 0.1.0"), "u": unit, "g": bin 32 registry
 * digest, "c": bin, the last checkpoint the agent verified (absent at first)}. */
typedef struct ph_hello {
    uint8_t version_min, version_max;
    ph_span agent;
    ph_span unit;
    ph_digest registry;
    bool has_checkpoint;
    ph_checkpoint checkpoint;
} ph_hello;

/* welcome: map {"v": version chosen, "e": bin 16 epoch, "t": server time us, "g": bin 32 registry digest, "mf": largest
 * frame, "mo": observations, "x": credit, "n": tree size, "s": server text}. */
typedef struct ph_welcome {
    uint8_t version;
    ph_uuid epoch;
    int64_t server_time_us;
    ph_digest registry;
    uint32_t max_frame_bytes;
    uint32_t max_observations;
    uint32_t credit;
    uint64_t tree_size;
    ph_span server;
} ph_welcome;

/* query: map {"q": number of our own, echoed in the answer, "i": array of bin 16 ids (receipts wanted; may be empty),
 * "e": bool, what is expected of me, "h": bool, which values are held (absent = false), "hs": cases to be skipped, for
 * what did not fit before (absent = 0)}. */
typedef struct ph_query {
    uint32_t number;
    bool wants_expected;
    bool wants_cases;
    uint32_t n_skipped;
    size_t n_ids;
    ph_uuid ids[PH_MAX_QUERY_IDS];
} ph_query;

/* Where a unit stands with one form and period. */
#define PH_PERIOD_STATE_MAP(X) \
    X(PLANNED, 0, "planned")   \
    X(OPEN, 1, "open") X(DUE, 2, "due") X(CLOSED, 3, "closed") X(FROZEN, 4, "frozen") X(REOPENED, 5, "reopened")
typedef enum ph_period_state {
#define PH_X(name, number, text) PH_PERIOD_##name = (number),
    PH_PERIOD_STATE_MAP(PH_X)
#undef PH_X
} ph_period_state;
const char *ph_period_state_name(ph_period_state s);

typedef struct ph_expected {
    ph_span cluster, form; /* borrowed */
    ph_period period;
    ph_period_state state;
    int64_t due_us;
    uint32_t highest_revision; /* highest number ever logged: a reinstalled agent goes on above it; 0 = none */
    uint32_t last_revision;    /* last accepted or held; 0 = none */
    ph_digest last_digest;     /* of its body */
    uint32_t n_held;           /* cells held now */
} ph_expected;

/* status: map {"q": number of the query, "u": array of bin 16 ids asked for and not known, "e": array of
 * [cluster, form, period, state, due us, highest, last, bin 32 digest, held], "m": bool, more than fit, "h":
 * array of ph_case_line, "hm": bool, more cases than fit; these two only when the query asked for cases; "hf": array of
 * ph_case_found, one for each case, left out where none is known}. Receipts asked for travel as RECEIPT frames (with
 * duplicate = true) before it. */
typedef struct ph_status {
    uint32_t number;
    bool has_more;
    size_t n_unknown;
    ph_uuid unknown[PH_MAX_QUERY_IDS];
    size_t n_expected;
    ph_expected *expected; /* the caller's array of PH_MAX_EXPECTED */
    bool has_cases;        /* asked for */
    bool has_more_cases;
    size_t n_cases;
    ph_case_line *cases; /* the caller's array of PH_MAX_CASES, or NULL */
} ph_status;

/* ping / pong: map {"n": number, "t": sender's time us, "w": submissions waiting at the sender}. A pong echoes the
 * number. */
typedef struct ph_ping {
    uint32_t number;
    int64_t time_us;
    uint32_t n_waiting;
} ph_ping;

/* refusal: map {"v": verdict that leaves the id free, "d": bin 32 SHA-256 of the frame body it answers ("b" bytes once
 * verified, else the whole frame), "i": bin 16 id only when the signature was verified, "a": retry after ms (0 = not by
 * itself), "c": stable code text, "w": static English text, "o": offset in the body (MALFORMED)}. */
typedef struct ph_refusal {
    ph_verdict verdict;
    ph_digest digest;
    bool has_id;
    ph_uuid id;
    uint32_t retry_after_ms;
    ph_span code;
    ph_span why;
    uint32_t offset;
} ph_refusal;

/* Writers: errors stick in dst. Readers: borrow from @body; MALFORMED, LIMIT, RANGE. */
void ph_hello_write(const ph_hello *m, ph_buf *dst);
ph_rc ph_hello_read(ph_span body, ph_hello *ret) PH_CHECKED;
void ph_welcome_write(const ph_welcome *m, ph_buf *dst);
ph_rc ph_welcome_read(ph_span body, ph_welcome *ret) PH_CHECKED;
void ph_query_write(const ph_query *m, ph_buf *dst);
ph_rc ph_query_read(ph_span body, ph_query *ret) PH_CHECKED;
void ph_status_write(const ph_status *m, ph_buf *dst);
/* @cases may be NULL: then they are passed over and has_cases is false. */
ph_rc ph_status_read(ph_span body, ph_expected *store, ph_case_line *cases, ph_status *ret) PH_CHECKED;
void ph_ping_write(const ph_ping *m, ph_buf *dst);
ph_rc ph_ping_read(ph_span body, ph_ping *ret) PH_CHECKED;
void ph_refusal_write(const ph_refusal *m, ph_buf *dst);
ph_rc ph_refusal_read(ph_span body, ph_refusal *ret) PH_CHECKED;

#endif
