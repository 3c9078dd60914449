/* ph_pub_kafka_reader - reading back by assignment to the end of partitions, within a deadline of our own.   Layer:
 * publisher/io (librdkafka) */
#ifndef PH_PUB_KAFKA_READER_H
#define PH_PUB_KAFKA_READER_H

#include "ph_pub_kafka_conf.h"

/** Partitions of @topic. @trouble: of @rk's configuration, may be NULL.   Errors: pub.kafka.topic NOT_FOUND, and as
 * ph_kafka_rc. */
ph_rc ph_kafka_n_partitions(const ph_kafka_options *o, rd_kafka_t *rk, const ph_kafka_trouble *trouble,
                            const char *topic, int32_t *ret, ph_err *err) PH_CHECKED;

/** All partitions of @topic from their beginnings, asked for by a client of its own.   Owns: *ret by the caller
 * (rd_kafka_topic_partition_list_destroy).   Errors: as n_partitions. */
ph_rc ph_kafka_all_partitions(const ph_kafka_options *o, const char *topic, rd_kafka_topic_partition_list_t **ret,
                              ph_err *err) PH_CHECKED;

/* Return PH_OK to go on; anything else ends the reading with that code. */
typedef ph_rc (*ph_kafka_message_fn)(void *arg, const rd_kafka_message_t *message);

/**
 * Read each of @parts from its offset to its present end (the last stable offset when @committed) and hand every
 * message to @fn (NULL allowed). @at_least: NULL, or for each of @parts an end that must be reached: what an open
 * transaction holds back is waited for. On return the offsets in @parts are the ends.   Errors: TIMEOUT when nothing
 * came for the deadline, pub.progress.held when an open transaction was in the way; as ph_kafka_rc.
 * (rd_kafka_query_watermark_offsets of 2.0.2 ignores its timeout.)
 */
ph_rc ph_kafka_read_to_end(const ph_kafka_options *o, bool committed, rd_kafka_topic_partition_list_t *parts,
                           const int64_t *at_least, ph_kafka_message_fn fn, void *arg, ph_err *err) PH_CHECKED;

/** The last committed progress of options->shard, whatever its epoch. Nothing committed before the call is missed.
 * Errors: CORRUPT when the last record cannot be read; as above. */
ph_rc ph_kafka_read_progress(const ph_kafka_options *o, ph_pub_progress *ret, ph_pub_found *ret_found,
                             ph_err *err) PH_CHECKED;

/** Ends of all partitions of both data topics. */
ph_rc ph_kafka_read_ends(const ph_kafka_options *o, const int32_t n_partitions[2], ph_topic_end *ret, size_t max,
                         size_t *ret_n, ph_err *err) PH_CHECKED;

#endif
