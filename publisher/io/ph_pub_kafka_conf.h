/* ph_pub_kafka_conf - client configurations, waiting and error classes, for sink, reader and topic commands.   Layer:
 * publisher/io (librdkafka) */
#ifndef PH_PUB_KAFKA_CONF_H
#define PH_PUB_KAFKA_CONF_H

#include <librdkafka/rdkafka.h>

#include "ph_pub_kafka.h"

/* What a client says of its connections between calls: calls only time out, the cause (wrong password, expired
 * certificate, unknown name) comes by the error callback. Lives as long as the client. */
typedef struct ph_kafka_trouble {
    rd_kafka_resp_err_t code; /* the last one that explains a timeout */
    char text[256];
} ph_kafka_trouble;

/** Base configuration: bootstrap, client id, handed-through properties, librdkafka's own logging as our event
 * `pub.kafka.log`, errors into @trouble (NULL allowed; it becomes the configuration's opaque).   Owns: *ret by the
 * caller until a client takes it.   Errors: INVALID for a property librdkafka refuses (named in @err). */
ph_rc ph_kafka_conf_new(const ph_kafka_options *o, ph_kafka_trouble *trouble, rd_kafka_conf_t **ret,
                        ph_err *err) PH_CHECKED;
ph_rc ph_kafka_conf_put(rd_kafka_conf_t *conf, const char *name, const char *value, ph_err *err) PH_CHECKED;

/** Client from @conf, which is consumed in any case.   Errors: INVALID. */
ph_rc ph_kafka_client_new(rd_kafka_type_t type, rd_kafka_conf_t *conf, rd_kafka_t **ret, ph_err *err) PH_CHECKED;

/** End a client; never longer than PH_KAFKA_END_MS: rd_kafka_destroy has no deadline and was seen to hang by others
 * (librdkafka#3470), so one that does is left behind, as `pub.client.stuck` tells. */
void ph_kafka_client_end(rd_kafka_t *rk);

/** A consumer that reads partitions by assignment only, with end-of-partition events, and does not linger at an end.
 * @committed: read_committed, else read_uncommitted. */
ph_rc ph_kafka_reader_new(const ph_kafka_options *o, bool committed, rd_kafka_t **ret, ph_err *err) PH_CHECKED;

/* How long to go on: waits are cut into slices, so that stopping is seen. A connection without an answer is closed and
 * made anew by the client after SOCKET. */
enum { PH_KAFKA_SLICE_MS = 500, PH_KAFKA_SOCKET_MS = 8000 };

/** Milliseconds of the next slice of a wait until @deadline_us; 0 = give up, also when @o is told to stop. in_work: a
 * transaction is being finished and may use the time left until stop_at_us. */
int ph_kafka_slice(const ph_kafka_options *o, int64_t deadline_us, bool in_work);
/** Of an attempt (attempt_ms, at most deadline_ms), and of what must not be tried anew. */
int64_t ph_kafka_deadline(const ph_kafka_options *o);
int64_t ph_kafka_last_deadline(const ph_kafka_options *o);

/** Result and @err for a code met while @doing something on @topic (may be NULL). Named: pub.kafka.acl FORBIDDEN with
 * the right that is needed, pub.kafka.auth FORBIDDEN, pub.kafka.topic NOT_FOUND, pub.fenced FENCED, pub.kafka.down
 * UNREACHABLE, pub.kafka.timeout TIMEOUT, pub.record.too_large and pub.kafka.error IO. @trouble (may be NULL) explains
 * a timeout. */
ph_rc ph_kafka_rc(const ph_kafka_options *o, rd_kafka_resp_err_t code, const ph_kafka_trouble *trouble,
                  const char *doing, const char *topic, ph_err *err);

#endif
