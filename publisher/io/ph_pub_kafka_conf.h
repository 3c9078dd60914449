/* ph_pub_kafka_conf - client configurations and error classes, for sink, reader and topic commands.   Layer:
 * publisher/io (librdkafka) */
#ifndef PH_PUB_KAFKA_CONF_H
#define PH_PUB_KAFKA_CONF_H

#include <librdkafka/rdkafka.h>

#include "ph_pub_kafka.h"

/** Base configuration: bootstrap, client id, handed-through properties, librdkafka's own logging silenced into our
 * event `pub.kafka.log`. Owns: *ret by the caller until a client takes it.   Errors: INVALID for a property librdkafka
 * refuses (named in @err). */
ph_rc ph_kafka_conf_new(const ph_kafka_options *o, rd_kafka_conf_t **ret, ph_err *err) PH_CHECKED;
ph_rc ph_kafka_conf_put(rd_kafka_conf_t *conf, const char *name, const char *value, ph_err *err) PH_CHECKED;

/** Client from @conf, which is consumed in any case.   Errors: INVALID. */
ph_rc ph_kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret, ph_err *err) PH_CHECKED;

/** A consumer that reads partitions by assignment only, with end-of-partition events. @committed: read_committed, else
 * read_uncommitted. */
ph_rc ph_kafka_reader_new(const ph_kafka_options *o, bool committed, rd_kafka_t **ret, ph_err *err) PH_CHECKED;

/** Result and @err for a code met while @doing something on @topic (may be NULL). Named: pub.kafka.acl FORBIDDEN with
 * the right that is needed, pub.kafka.topic NOT_FOUND, pub.kafka.auth FORBIDDEN, pub.fenced FENCED, pub.kafka.down
 * UNREACHABLE, pub.kafka.error IO. */
ph_rc ph_kafka_rc(rd_kafka_resp_err_t code, const char *doing, const char *topic, ph_err *err);

#endif
