/* ph_pub_kafka - the sink port over librdkafka's transactional producer.   Layer: publisher/io (librdkafka) */
#ifndef PH_PUB_KAFKA_H
#define PH_PUB_KAFKA_H

#include <stdatomic.h>

#include "ph_pub_ports.h"

/* A librdkafka property handed through (security.protocol, sasl.username, ssl.ca.location …). */
typedef struct ph_kafka_property {
    const char *name, *value;
} ph_kafka_property;

/* For attempt_ms of who comes again: longer than a silent connection lasts in a client, well below what people bear. */
enum { PH_KAFKA_ATTEMPT_MS = 12000 };

typedef struct ph_kafka_options {
    const char *bootstrap;
    const char *client_id;        /* short: librdkafka 2.0.2 dislikes long ones */
    const char *transactional_id; /* stable; holds no epoch */
    const char *shard;
    const char *topic_summaries, *topic_history, *topic_progress;
    int transaction_timeout_ms; /* 1,000 .. 30,000: a dead publisher holds read_committed readers that long */
    int deadline_ms;            /* of connecting, of reading progress and ends back, of a doubtful commit */
    int attempt_ms; /* the same but the commit, of one client: who can try again with a fresh one waits less. 0: all */
    const ph_kafka_property *properties;
    size_t n_properties;
    /* When set (ph_clock_mono_us, 0 = not): nothing new is waited for any more, and a transaction in progress ends
     * successfully or not by then. NULL: never. */
    const _Atomic int64_t *stop_at_us;
} ph_kafka_options;

/** Owns: *ret by the caller (ops->close, which may block for a moment while the client's threads end); copies nothing
 * of @options, which must outlive it. Connects only at ops->connect. No call blocks longer than half a second beyond
 * its deadline or stop_at_us.   Errors: NOMEM. */
ph_rc ph_pub_kafka_new(const ph_kafka_options *options, ph_pub_sink **ret) PH_CHECKED;

/** Partition of @key among @n as Kafka's own clients choose it (murmur2), so that other producers and tools agree.
 * Source: Kafka, BuiltInPartitioner. */
int32_t ph_kafka_partition(ph_span key, int32_t n);

#endif
