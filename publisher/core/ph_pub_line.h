/* ph_pub_line - the exactly-once line from outbox to Kafka.   Layer: publisher/core (pure) */
#ifndef PH_PUB_LINE_H
#define PH_PUB_LINE_H

#include "ph_pub_ports.h"

/* The line's states. DOWN: Kafka must be connected (again) and progress read; READY: progress is known and agrees with
 * the ledger. */
typedef enum ph_pub_state { PH_PUB_DOWN, PH_PUB_READY } ph_pub_state;

typedef struct ph_pub_line {
    ph_pub_ledger *ledger;
    ph_pub_sink *sink;
    ph_pub_memory *memory;
    ph_pub_state state;
    ph_pub_progress progress; /* last committed; meaningful when READY */
    uint32_t batch;           /* records wanted in the next transaction; grows while behind, up to max_batch */
    uint32_t max_batch;
    bool adopt_epoch;   /* go on from a progress of an older epoch, once, after a legitimate restore */
    ph_figure *figures; /* room for one row's figures */
    uint64_t n_committed, n_transactions, n_aborted; /* since start */
    int64_t last_commit_us;
} ph_pub_line;

/** Borrows the ports; done is safe on zeroes. max_batch: most records of one transaction, at least 1 (one row is never
 * split).   Errors: NOMEM. */
ph_rc ph_pub_line_init(ph_pub_line *l, ph_pub_ledger *ledger, ph_pub_sink *sink, ph_pub_memory *memory,
                       uint32_t max_batch) PH_CHECKED;
void ph_pub_line_done(ph_pub_line *l);

/**
 * One turn: when DOWN, connect, read progress back and compare it with ledger, topic and memory; when READY, at most
 * one transaction. *ret_more: more is waiting, come again at once. @now_us stamps the progress record. Errors: RETRY
 * class: nothing was lost, come again later (the line is DOWN or READY as it must be). FATAL class, with a named code,
 * stop and explain: pub.progress.ahead   HISTORY  the topic holds records that the ledger does not pub.progress.epoch
 * EPOCH    progress is of another ledger epoch pub.progress.chain   HISTORY  same record number, other content
 *   pub.topic.empty      HISTORY  no progress in the topic though our memory has one
 *   pub.topic.truncated  HISTORY  a data partition ends before where progress says it ended
 *   pub.topic.behind     HISTORY  progress in the topic is older than our memory of it
 *   pub.fenced           FENCED   another publisher took over
 * Thread: one.   Source: design §10, §15.
 */
ph_rc ph_pub_line_step(ph_pub_line *l, int64_t now_us, bool *ret_more, ph_err *err) PH_CHECKED;

/**
 * After a legitimate restore: take the line up although progress is of another epoch, and commit a progress record of
 * the ledger's own epoch with the same number and chain. Nothing else is published.   Errors: as step;
 * pub.progress.ahead and pub.progress.chain refuse as ever.
 */
ph_rc ph_pub_line_adopt(ph_pub_line *l, int64_t now_us, ph_err *err) PH_CHECKED;

#endif
