/* ph_pub_kafka_reader - reading back by assignment to the end of partitions, within a deadline of our own.   Layer:
 * publisher/io (librdkafka) */
#ifndef PH_PUB_KAFKA_READER_H
#define PH_PUB_KAFKA_READER_H

#include <librdkafka/rdkafka.h>

#include "ph_pub_kafka.h"

/** Partitions of @topic.   Errors: pub.kafka.topic NOT_FOUND, and as ph_kafka_rc. */
ph_rc ph_kafka_n_partitions(rd_kafka_t *rk, const char *topic, int timeout_ms, int32_t *ret, ph_err *err) PH_CHECKED;

/* Return PH_OK to go on; anything else ends the reading with that code. */
typedef ph_rc (*ph_kafka_message_fn)(void *arg, const rd_kafka_message_t *message);

/**
 * Read each of @parts from its offset to its present end (the last stable offset when @committed) and hand every
 * message to @fn (NULL allowed). On return the offsets in @parts are the ends.   Errors: TIMEOUT when the deadline
 * passes first; as ph_kafka_rc.   (rd_kafka_query_watermark_offsets of 2.0.2 ignores its timeout.)
 */
ph_rc ph_kafka_read_to_end(const ph_kafka_options *o, bool committed, rd_kafka_topic_partition_list_t *parts,
                           ph_kafka_message_fn fn, void *arg, ph_err *err) PH_CHECKED;

/** The last committed progress of options->shard, whatever its epoch.   Errors: NOT_FOUND none; MALFORMED; as above. */
ph_rc ph_kafka_read_progress(const ph_kafka_options *o, ph_pub_progress *ret, ph_err *err) PH_CHECKED;

/** Ends of all partitions of both data topics. */
ph_rc ph_kafka_read_ends(const ph_kafka_options *o, const int32_t n_partitions[2], ph_topic_end *ret, size_t max,
                         size_t *ret_n, ph_err *err) PH_CHECKED;

#endif
