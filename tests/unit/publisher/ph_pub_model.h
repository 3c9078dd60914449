/* ph_pub_model - a ledger, a Kafka and a memory in RAM, for the line's tests.   Layer: tests/unit/publisher */
#ifndef PH_PUB_MODEL_H
#define PH_PUB_MODEL_H

#include "ph_pub_line.h"

enum { PH_MODEL_MAX_ROWS = 16, PH_MODEL_MAX_COMMITTED = 256 };

typedef struct ph_model_row {
    uint64_t first;
    uint32_t count;
    ph_digest chain;
    ph_buf packed;
} ph_model_row;

typedef struct ph_model_ledger {
    ph_pub_ledger base;
    ph_pub_head head;
    ph_model_row rows[PH_MODEL_MAX_ROWS];
    size_t n;
} ph_model_ledger;

/* What a read_committed reader sees, and who may write. */
typedef struct ph_model_kafka {
    uint64_t committed[PH_MODEL_MAX_COMMITTED];
    size_t n_committed;
    ph_pub_found found;
    ph_pub_progress progress;
    ph_topic_end ends[3];
    size_t n_ends;
    unsigned generation; /* of the client that may write; each connect takes the next */
} ph_model_kafka;

/* One publisher's client: its open transaction, and the fault that it will meet. */
typedef struct ph_model_client {
    ph_pub_sink base;
    ph_model_kafka *kafka;
    unsigned generation; /* 0 = not connected */
    bool is_open, has_pending_progress;
    uint64_t pending[PH_MODEL_MAX_COMMITTED];
    size_t n_pending;
    ph_pub_progress pending_progress;
    uint64_t n_queued, n_lost; /* lost: reports that never come */
    /* the fault: the nth call fails, before or after its work */
    unsigned n_calls, fail_at;
    bool fails_after;
    ph_rc fail_with;
} ph_model_client;

typedef struct ph_model_memory {
    ph_pub_memory base;
    bool is_set;
    ph_pub_progress progress;
} ph_model_memory;

/* A publisher with its world. */
typedef struct ph_model {
    ph_model_ledger ledger;
    ph_model_kafka kafka;
    ph_model_client client;
    ph_model_memory memory;
    ph_pub_line line;
} ph_model;

/** @max_batch of the line. free takes all down. */
ph_model *ph_model_new(uint32_t max_batch);
void ph_model_free(ph_model *m);
/** A row of @count figures, packed by the real codec, behind the durable mark. */
void ph_model_add_row(ph_model *m, uint32_t count);
/** A publisher that was killed: all it knew is gone, but for its memory file; another run begins. */
void ph_model_restart(ph_model *m);
/** A second publisher with a memory of its own on the same ledger and Kafka; done by ph_pub_line_done. */
void ph_model_second(ph_model *m, ph_model_client *client, ph_model_memory *memory, ph_pub_line *line);
/** Step until nothing more is waiting, or an error. */
ph_rc ph_model_step(ph_pub_line *line, ph_err *err);
/** Each record of the ledger once, in order. */
void ph_model_assert_each_once(const ph_model *m);
/** Something was published: two rows of three. */
ph_model *ph_model_published(void);
/** Restarted, it must refuse with this, say what it means and what to do, and publish nothing. Frees @m. */
void ph_model_assert_refused(ph_model *m, ph_rc rc, const char *code);

#endif
