/* ph_pub_ports - what the publisher needs of the world: the ledger, Kafka, and a memory of its own.   Layer:
 * publisher/core (pure) */
#ifndef PH_PUB_PORTS_H
#define PH_PUB_PORTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_err.h"
#include "ph_figure.h"
#include "ph_result.h"
#include "ph_span.h"
#include "ph_uuid.h"

enum { PH_PUB_MAX_ENDS = 64, PH_PUB_SHARD_BYTES = 32, PH_PUB_MAX_RECORDS = 4096 };

/* Where a partition of a data topic ended when a transaction was committed. */
typedef struct ph_topic_end {
    char topic[64];
    int32_t partition;
    int64_t offset; /* next to be written */
} ph_topic_end;

/* How far the published records go. record 0 with a zero chain = nothing yet. */
typedef struct ph_pub_progress {
    ph_uuid epoch;
    ph_uuid writer;  /* the run of a publisher that wrote it: tells a takeover from a transaction that timed out */
    uint64_t record; /* last published */
    ph_digest chain; /* of the outbox row that ends with it */
    int64_t time_us;
    size_t n_ends;
    ph_topic_end ends[PH_PUB_MAX_ENDS]; /* of all data partitions, this transaction's own records included */
} ph_pub_progress;

/* What the progress topic holds: nothing at all, only records of other shards, or ours. */
typedef enum ph_pub_found { PH_PUB_FOUND_NONE, PH_PUB_FOUND_OTHERS, PH_PUB_FOUND_OURS } ph_pub_found;

typedef struct ph_pub_head {
    ph_uuid epoch;
    uint64_t durable_record; /* act only up to here */
    uint64_t last_record;
} ph_pub_head;

typedef struct ph_pub_row {
    uint64_t first_record;
    uint32_t count;
    ph_digest chain;
    ph_span packed; /* valid during the call */
} ph_pub_row;
/* Return false to stop. */
typedef bool (*ph_pub_row_fn)(void *arg, const ph_pub_row *row);

/* The ledger, read-only; each call is a short read transaction of its own. */
typedef struct ph_pub_ledger ph_pub_ledger;
typedef struct ph_pub_ledger_ops {
    ph_rc (*head)(ph_pub_ledger *, ph_pub_head *ret, ph_err *err);
    /* Chain value of the row that ends with @record; NOT_FOUND when no row ends there. */
    ph_rc (*chain_at)(ph_pub_ledger *, uint64_t record, ph_digest *ret, ph_err *err);
    /* Rows after @record in order, behind the durable mark only. */
    ph_rc (*walk)(ph_pub_ledger *, uint64_t after_record, ph_pub_row_fn, void *arg, ph_err *err);
    void (*close)(ph_pub_ledger *);
} ph_pub_ledger_ops;
struct ph_pub_ledger {
    const ph_pub_ledger_ops *ops;
};

/* Kafka. Errors: BUSY = the transaction must be aborted, begin again from the last progress; FENCED = this client may
 * write no more, because another instance took over or because our transaction outlived its time: progress tells which;
 * any other = nothing is known, take the connection up anew (connect) and read progress. */
typedef struct ph_pub_sink ph_pub_sink;
typedef struct ph_pub_sink_ops {
    /* Make the client anew: fences an older instance, finishes its transaction. Needed first, and after every failure
     * that is not an abort. */
    ph_rc (*connect)(ph_pub_sink *, ph_err *err);
    /* Read progress back, read_committed, up to all that was written before the call, within an own deadline. *ret is
     * filled when it is ours. Needs no connect. */
    ph_rc (*read_progress)(ph_pub_sink *, ph_pub_progress *ret, ph_pub_found *ret_found, ph_err *err);
    /* Present end offsets of all data partitions. Needs connect. */
    ph_rc (*ends)(ph_pub_sink *, ph_topic_end *ret, size_t max, size_t *ret_n, ph_err *err);
    ph_rc (*begin)(ph_pub_sink *, ph_err *err);
    /* Queue one record to both data topics. Copies. */
    ph_rc (*produce)(ph_pub_sink *, const ph_record *record, ph_err *err);
    ph_rc (*produce_progress)(ph_pub_sink *, const ph_pub_progress *progress, ph_err *err);
    /* Wait until each record queued since begin has its delivery report; how many of them were confirmed. Raises @ends
     * of the partitions that were written to what the reports say. */
    ph_rc (*settle)(ph_pub_sink *, uint64_t *ret_confirmed, ph_pub_progress *ends, ph_err *err);
    /* OK only when Kafka said so. A doubtful outcome is retried inside with the same commit; what stays doubtful is
     * TIMEOUT. */
    ph_rc (*commit)(ph_pub_sink *, ph_err *err);
    ph_rc (*abort)(ph_pub_sink *, ph_err *err);
    void (*close)(ph_pub_sink *);
} ph_pub_sink_ops;
struct ph_pub_sink {
    const ph_pub_sink_ops *ops;
};

/* The last progress we know of, in a file of our own: a check, never a source. */
typedef struct ph_pub_memory ph_pub_memory;
typedef struct ph_pub_memory_ops {
    ph_rc (*load)(ph_pub_memory *, ph_pub_progress *ret, ph_err *err); /* NOT_FOUND: none yet */
    ph_rc (*store)(ph_pub_memory *, const ph_pub_progress *, ph_err *err);
} ph_pub_memory_ops;
struct ph_pub_memory {
    const ph_pub_memory_ops *ops;
};

#endif
