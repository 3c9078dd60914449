/* ph_pub_line - the exactly-once line from outbox to Kafka.   Layer: publisher/core (pure) */
#ifndef PH_PUB_LINE_H
#define PH_PUB_LINE_H

#include "ph_pub_ports.h"

/* The line's states. DOWN: Kafka must be connected (again) and progress read; READY: progress is known, agrees with the
 * ledger, and the topic names us as its writer. */
typedef enum ph_pub_state { PH_PUB_DOWN, PH_PUB_READY } ph_pub_state;

typedef struct ph_pub_line {
    ph_pub_ledger *ledger;
    ph_pub_sink *sink;
    ph_pub_memory *memory;
    ph_pub_state state;
    ph_pub_progress progress; /* last committed; meaningful when READY */
    ph_uuid writer;           /* this run */
    ph_uuid predecessor;      /* who had written last when we came up; zeroes = nobody */
    bool has_looked;          /* predecessor is known */
    uint32_t batch;           /* records wanted in the next transaction; grows while behind, up to max_batch */
    uint32_t max_batch;
    size_t max_bytes;   /* of values in a transaction, from which on no row is added: registers may be large */
    bool adopt_epoch;   /* go on from a progress of an older epoch, once, after a legitimate restore */
    bool is_challenged; /* Kafka fenced us: before connecting again, see whether another run has written since */
    ph_figure *figures; /* room for one row's figures */
    uint64_t n_committed, n_transactions, n_aborted; /* since start */
    int64_t last_commit_us;
} ph_pub_line;

/** Borrows the ports; done is safe on zeroes. @writer: minted for this run. @max_batch: most records of one
 * transaction, at least 1 (one row is never split).   Errors: NOMEM. */
ph_rc ph_pub_line_init(ph_pub_line *l, ph_pub_ledger *ledger, ph_pub_sink *sink, ph_pub_memory *memory,
                       const ph_uuid *writer, uint32_t max_batch) PH_CHECKED;
void ph_pub_line_done(ph_pub_line *l);

/**
 * One turn: when DOWN, come up: connect, read progress back, compare it with ledger, topic and memory, and claim the
 * line by a transaction of its own; when READY, at most one transaction. *ret_more: more is waiting, come again at
 * once. @now_us stamps the progress record.
 * Errors: RETRY class (and NOT_FOUND, LIMIT … of ledger and sink): nothing was lost, come again later; the line is DOWN
 * or READY as it must be. pub.challenged BUSY: fenced; wait a little, so that a successor can claim, and come again.
 * FATAL class, with a named code, stop and explain:
 *   pub.progress.ahead    HISTORY  the topic holds records that the ledger does not
 *   pub.progress.epoch    EPOCH    progress is of another ledger epoch
 *   pub.progress.chain    HISTORY  same record number, other content
 *   pub.topic.empty       HISTORY  no progress in the topic though our memory has one, or though records are there
 *   pub.topic.truncated   HISTORY  a data partition ends before where progress says it ended
 *   pub.topic.partitions  HISTORY  the data topics have partitions that progress does not know
 *   pub.topic.behind      HISTORY  progress in the topic is older than our memory of it
 *   pub.outbox.corrupt    CORRUPT  a row does not follow from its chain
 *   pub.fenced            FENCED   another run has claimed the line
 * Thread: one.   Source: design s.10, s.15.
 */
ph_rc ph_pub_line_step(ph_pub_line *l, int64_t now_us, bool *ret_more, ph_err *err) PH_CHECKED;

/**
 * Whether adopt has anything to do: false when progress already is of the ledger's epoch. Reads progress and ledger,
 * writes nothing and disturbs no publisher that runs.
 * Errors: as read_progress of the sink and head of the ledger.   Thread: one.   Source: none.
 */
ph_rc ph_pub_line_asks_adoption(ph_pub_line *l, bool *ret, ph_err *err) PH_CHECKED;

/**
 * After a legitimate restore: take the line up although progress is of another epoch; the claim then carries the
 * ledger's own epoch with the same number and chain. Nothing else is published.   Errors: as step; pub.progress.ahead
 * and pub.progress.chain refuse as ever.
 */
ph_rc ph_pub_line_adopt(ph_pub_line *l, int64_t now_us, ph_err *err) PH_CHECKED;

#endif
