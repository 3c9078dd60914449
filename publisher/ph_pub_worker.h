/* ph_pub_worker - the thread in which everything happens that may block: topics, Kafka, ledger.   Layer: publisher
 * (app) */
#ifndef PH_PUB_WORKER_H
#define PH_PUB_WORKER_H

#include <stdbool.h>

#include "ph_metrics.h"
#include "ph_pub_cfg.h"
#include "ph_pub_line.h"

typedef struct ph_pub_worker ph_pub_worker;

/* What the worker last told. Times by ph_clock_mono_us unless said; 0 = not now. */
typedef struct ph_pub_news {
    bool is_up;               /* the line is READY and its last step went well */
    int64_t busy_since_us;    /* the present step began */
    int64_t trouble_since_us; /* steps have been failing, the first then, the last with trouble */
    ph_err trouble;
    uint64_t record, ledger_record, durable_record;
    uint64_t n_committed, n_transactions, n_aborted;
    int64_t last_commit_us; /* wall clock; of this run */
} ph_pub_news;

typedef struct ph_pub_worker_options {
    const ph_pub_cfg *cfg;
    ph_pub_kafka_setup *setup; /* its options get stop_at_us */
    bool checks_topics;        /* the trial broker cannot be asked */
    ph_pub_line *line;
    ph_metric *transaction_seconds; /* histogram */
    int ended_fd;                   /* eventfd, written when the worker has ended */
} ph_pub_worker_options;

/** Start the thread. Borrows all of @options until stop. The line's sink is closed by the worker at its end.   Errors:
 * NOMEM, LIMIT.   Thread: main. */
ph_rc ph_pub_worker_start(const ph_pub_worker_options *options, ph_pub_worker **ret, ph_err *err) PH_CHECKED;

void ph_pub_worker_news(ph_pub_worker *w, ph_pub_news *ret);

/**
 * Ask the worker to end and wait for it: a transaction in progress gets PH_PUB_GRACE_US, then the worker
 * PH_PUB_STOP_US in all. @ret_ended false: it hangs in the client library, nothing it uses may be freed any more and
 * the process should _exit; that is safe, as a kill is. Otherwise @w is gone.   Errors: what ended the worker.
 */
enum { PH_PUB_GRACE_US = 4000000, PH_PUB_STOP_US = 8000000 };
ph_rc ph_pub_worker_stop(ph_pub_worker *w, bool *ret_ended, ph_err *err) PH_CHECKED;

#endif
