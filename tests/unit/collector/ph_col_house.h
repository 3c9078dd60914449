/* ph_col_house - an aggregator in memory that signs real receipts, a line that loses and repeats, and items to send.
 * Layer: tests */
#ifndef PH_COL_HOUSE_H
#define PH_COL_HOUSE_H

#include "ph_col_agent.h"
#include "ph_col_fixture.h"
#include "ph_frame.h"
#include "ph_merkle.h"
#include "ph_receipt.h"
#include "ph_submission.h"

enum { HOUSE_MAX = 128, LINE_MAX_FRAMES = 512, FRAME_MAX = 24 * 1024, HOUSE_PAGE = 2 };

/* What it logged. */
typedef struct house_entry {
    ph_uuid id;
    ph_digest body;
    ph_submission sub; /* key and revision only; texts point into house memory */
    char cluster[PH_ID_BUFFER_BYTES], form[PH_ID_BUFFER_BYTES];
    ph_buf receipt; /* its frame body */
} house_entry;

typedef struct house {
    uint8_t public_key[PH_SIGN_PUBLIC_BYTES], secret[PH_SIGN_SECRET_BYTES];
    ph_key_id key_id;
    ph_uuid epoch;
    ph_frontier frontier;
    size_t n;
    house_entry log[HOUSE_MAX];
    ph_verdict next_verdict; /* for new submissions; ACCEPTED */
    uint64_t n_submissions;  /* frames seen, repeats too */
    uint32_t max_frame;
    const char *server;
    ph_entry_kind lies; /* receipts say this kind instead of the one that was sent; 0 = they do not lie */
    size_t n_cases;     /* of a status answer, in pages of HOUSE_PAGE */
    unsigned n_queries_for_cases;
} house;

void house_open(house *h, uint8_t seed);
void house_close(house *h);
/* Answer one frame into @dst (a whole frame; empty = no answer). */
void house_answer(house *h, ph_span frame, int64_t wall_us, ph_buf *dst);
/* A refusal of that submission frame. */
void house_refuse(ph_span frame, ph_verdict verdict, uint32_t retry_ms, bool by_frame, ph_buf *dst);
/* Take the id out of a submission frame. */
ph_uuid house_id_of(ph_span frame);

/* One direction of the line: frames with the time at which they arrive. */
typedef struct line_frame {
    int64_t at_us;
    size_t len;
    uint8_t bytes[FRAME_MAX];
} line_frame;
typedef struct line {
    size_t n;
    line_frame frames[LINE_MAX_FRAMES];
} line;
void line_put(line *l, ph_span frame, int64_t at_us);
/* Take the earliest that arrived by @now_us; false if none. */
bool line_take(line *l, int64_t now_us, line_frame *ret);
int64_t line_next(const line *l);

/* An agent over RAM, its line, and what it said. */
typedef struct stage {
    house *house;
    ph_col_spool *spool;
    ph_col_agent *agent;
    line out, in;
    bool is_open, refuses_to_open;
    unsigned n_opens, n_events[PH_COL_EVENT_COUNT];
    ph_col_cause last_cause;
    ph_verdict last_verdict;
    ph_col_now now;
    int64_t next_us;
    size_t n_parked; /* ids that were parked once: others may overtake them */
    ph_uuid parked[HOUSE_MAX];
    ph_rc rc; /* of the last call */
} stage;

void stage_open(stage *s, house *h, uint64_t seed);
/* The agent made anew, over whatever spool the stage has now. */
void stage_remake_agent(stage *s, uint64_t seed);
void stage_close(stage *s);
/* A new signed item of revision @revision in the spool. */
ph_col_item stage_spool(stage *s, const char *form, uint32_t revision);
/* A new signed explanation, or a decision to confirm, of that form's IIP. */
ph_col_item stage_spool_other(stage *s, const char *form, ph_entry_kind kind);
/* Step now; then let the house answer everything that waits, until nothing moves. */
void stage_settle(stage *s);
/* Move time to @us later and step once there. */
void stage_wait(stage *s, int64_t us);
void stage_deliver(stage *s, ph_span frame);
ph_col_item stage_find(stage *s, const ph_uuid *id);
ph_col_agent_view stage_view(const stage *s);

/* Chance with a seed. */
uint64_t chance(uint64_t *state);

#endif
