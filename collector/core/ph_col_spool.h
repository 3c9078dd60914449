/* ph_col_spool - the port of the spool: what was accepted from the clerk is durable until a verified receipt is. Layer:
 * collector/core (pure) */
#ifndef PH_COL_SPOOL_H
#define PH_COL_SPOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_col_stage.h"
#include "ph_decision.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_receipt.h"
#include "ph_result.h"
#include "ph_session.h"
#include "ph_sign.h"
#include "ph_span.h"
#include "ph_time.h"
#include "ph_uuid.h"
#include "ph_verdict.h"

/* What revisions count within, and what is sent in order: one form of one cluster for one period. */
typedef struct ph_col_key {
    char cluster[PH_ID_BUFFER_BYTES], form[PH_ID_BUFFER_BYTES];
    ph_period period;
} ph_col_key;

/* Everything about an item but its bytes (the exact signed envelope, load). Times are microseconds UTC. */
typedef struct ph_col_item {
    uint64_t number; /* order of spooling, given by put */
    ph_uuid id;
    ph_entry_kind kind; /* SUBMISSION, EXPLANATION, DECISION */
    ph_col_key key;
    uint32_t revision, base_revision;   /* SUBMISSION */
    ph_decision_kind decision;          /* DECISION */
    char subject[PH_ID_BUFFER_BYTES];   /* DECISION: the unit decided on; empty = the whole cluster */
    char indicator[PH_ID_BUFFER_BYTES]; /* EXPLANATION, DECISION on a value; else empty */
    ph_digest body, signature;          /* SHA-256 of the body, of the 64 signature bytes */
    ph_key_id key_id;
    int64_t spooled_at_us;
    ph_col_state state;
    int64_t sent_at_us;             /* first sending; 0 = never. An item that was offered again keeps it */
    ph_verdict verdict;             /* JUDGED: the receipt's; PARKED: the refusal; else 0 */
    char reason[PH_MAX_TEXT_BYTES]; /* PARKED, SUPERSEDED, QUARANTINED: code or text from the other side */
    uint64_t seq;                   /* JUDGED: place in the log */
    int64_t judged_at_us;           /* received_at of the receipt: the aggregator's clock */
    ph_uuid epoch;                  /* JUDGED: of the receipt's checkpoint */
} ph_col_item;

/* Where our own unit stands with a key, as the aggregator said it last. */
typedef struct ph_col_standing {
    ph_col_key key;
    ph_period_state state;
    int64_t due_us;
    uint32_t highest_revision, last_revision;
    ph_digest last_digest;
    uint32_t n_held;
    int64_t heard_at_us;
} ph_col_standing;

/* What release stores beside the item: a receipts frame body that holds this one receipt. */
typedef struct ph_col_release {
    ph_verdict verdict;
    uint64_t seq;
    int64_t received_at_us, stored_at_us;
    ph_uuid epoch;
    ph_span frame;      /* as proto reads it */
    ph_span checkpoint; /* as proto writes it: becomes the last one if it is the largest of its epoch; empty = leave */
    uint64_t checkpoint_size;
} ph_col_release;

/* About the cases heard last. */
typedef struct ph_col_heard {
    uint64_t asked; /* PH_COL_META_WANTED as it was when they were asked for */
    int64_t at_us;
    uint32_t n;
    bool has_more; /* there are more than are kept */
} ph_col_heard;

enum { PH_COL_MAX_CASES_BYTES = 1024 * 1024 };
enum { PH_COL_MAX_PENDING = 64, PH_COL_MAX_META_BYTES = 1024, PH_COL_MAX_ENVELOPE_BYTES = PH_MAX_FRAME_BYTES };

/* Settings of the spool, each a small value. */
#define PH_COL_META_UNIT       "unit"         /* whose spool this is */
#define PH_COL_META_EPOCH      "epoch"        /* 16 bytes: of the last welcome */
#define PH_COL_META_CHECKPOINT "checkpoint"   /* largest verified one of that epoch, as proto writes it */
#define PH_COL_META_LINK       "link"         /* text "cause wall_us detail", for status */
#define PH_COL_META_HEARD      "heard"        /* a status answer came at least once */
#define PH_COL_META_WANTED     "cases_wanted" /* text of a number: raised by who wants to hear the cases anew */

typedef struct ph_col_spool ph_col_spool;
typedef ph_rc (*ph_col_item_fn)(void *arg, const ph_col_item *item); /* not PH_OK ends the listing with that code */
typedef ph_rc (*ph_col_standing_fn)(void *arg, const ph_col_standing *standing);

/* Every call is one transaction: PH_OK only after the disk confirmed it (RAM: at once); any other code and nothing
 * changed. Errors of all: BUSY, NOMEM, IO, NO_SPACE (disk), DURABILITY, CORRUPT. Thread: one. Other processes may work
 * on the same spool meanwhile. */
typedef struct ph_col_spool_ops {
    /* Store a new item as QUEUED (number and state of @item are ignored, ret_number filled). Items of the same key that
     * were never logged (QUEUED, PARKED) and that it takes the place of (ph_col_item_replaces) become SUPERSEDED in the
     * same transaction. @newest: number and state of the newest submission of that key that the caller saw (0 = none);
     * CONFLICT when it is another by now; only a submission is asked for it. EXISTS: id known. NO_SPACE also when the
     * spool's own limit is reached. */
    ph_rc (*put)(ph_col_spool *sp, const ph_col_item *item, ph_span envelope, uint64_t newest,
                 ph_col_state newest_state, uint64_t *ret_number);

    /* Oldest unanswered item (QUEUED, SENT) of each key, of whatever kind, oldest first: at most @max. */
    ph_rc (*pending)(ph_col_spool *sp, ph_col_item *ret, size_t max, size_t *ret_n);
    /* Envelope bytes, appended to @dst. CORRUPT when they are not what was stored: the caller quarantines. NOT_FOUND.
     */
    ph_rc (*load)(ph_col_spool *sp, const ph_uuid *id, ph_buf *dst);
    ph_rc (*find)(ph_col_spool *sp, const ph_uuid *id, ph_col_item *ret);

    /* QUEUED → SENT; harmless on SENT. CONFLICT when the item is in another state by now (superseded by another
     * process). */
    ph_rc (*mark_sent)(ph_col_spool *sp, const ph_uuid *id, int64_t now_us);
    /* QUEUED, SENT → PARKED with the refusal. */
    ph_rc (*park)(ph_col_spool *sp, const ph_uuid *id, ph_verdict verdict, ph_span reason);
    /* PARKED → SENT if it was sent before, else QUEUED: those refused with @verdict, or all when verdict is 0; ret_n
     * how many. */
    ph_rc (*unpark)(ph_col_spool *sp, ph_verdict verdict, uint64_t *ret_n);
    ph_rc (*quarantine)(ph_col_spool *sp, const ph_uuid *id, ph_span reason);
    /* Any state but QUARANTINED → JUDGED, receipt and checkpoint in the same transaction. A later receipt replaces an
     * earlier one of another epoch. */
    ph_rc (*release)(ph_col_spool *sp, const ph_uuid *id, const ph_col_release *r);
    /* The stored receipts frame, appended. NOT_FOUND. */
    ph_rc (*receipt)(ph_col_spool *sp, const ph_uuid *id, ph_buf *dst);
    /* Another ledger epoch: JUDGED items of other epochs → SENT (their receipts stay until new ones come), the epoch
     * stored, the checkpoint forgotten. */
    ph_rc (*adopt_epoch)(ph_col_spool *sp, const ph_uuid *epoch, uint64_t *ret_n);

    /* Submissions only: newest of a key in any state but QUARANTINED; newest JUDGED one that was ACCEPTED or HELD;
     * highest revision number used. NOT_FOUND, 0. */
    ph_rc (*newest)(ph_col_spool *sp, const ph_col_key *key, ph_col_item *ret);
    ph_rc (*last_accepted)(ph_col_spool *sp, const ph_col_key *key, ph_col_item *ret);
    ph_rc (*highest)(ph_col_spool *sp, const ph_col_key *key, uint32_t *ret);
    /* All items of every kind, newest first; at most @max (0 = all). */
    ph_rc (*list)(ph_col_spool *sp, size_t max, ph_col_item_fn fn, void *arg);

    ph_rc (*put_standing)(ph_col_spool *sp, const ph_col_standing *standing);
    ph_rc (*standing)(ph_col_spool *sp, const ph_col_key *key, ph_col_standing *ret); /* NOT_FOUND */
    ph_rc (*list_standings)(ph_col_spool *sp, ph_col_standing_fn fn, void *arg);

    /* The cases as heard last: ph_case_lines one after the other, behind them what the rules of each found
     * (ph_case_found_write; absent: not known), and the number that was asked for then. All at once,
     * so that nobody sees half of them. get: appended to @dst; NOT_FOUND before the first. LIMIT above
     * PH_COL_MAX_CASES_BYTES. */
    ph_rc (*put_cases)(ph_col_spool *sp, const ph_col_heard *heard, ph_span lines);
    ph_rc (*cases)(ph_col_spool *sp, ph_col_heard *ret, ph_buf *dst);

    ph_rc (*put_meta)(ph_col_spool *sp, const char *name, ph_span value);
    ph_rc (*meta)(ph_col_spool *sp, const char *name, ph_buf *dst); /* appended; NOT_FOUND */
    /* A number that changes when another process (or we) changed the spool. */
    ph_rc (*change)(ph_col_spool *sp, int64_t *ret);
    void (*close)(ph_col_spool *sp);
} ph_col_spool_ops;

struct ph_col_spool {
    const ph_col_spool_ops *ops;
};

bool ph_col_key_eq(const ph_col_key *a, const ph_col_key *b);

/** Does a new item make an older one of its key pointless? A submission does a submission; an explanation one of the
 * same indicator; a decision one of the same kind for the same unit, and any on the same value. */
bool ph_col_item_replaces(const ph_col_item *newer, const ph_col_item *older);

/** In memory, for tests and as the model of what the port means.   Owns: ops->close frees.   Errors: NOMEM. */
ph_rc ph_col_spool_ram_open(size_t max_items, ph_col_spool **ret) PH_CHECKED;

#endif
