/* ph_pub_embedded - the broker that ships inside librdkafka, for trying out: no isolation, no restart, nothing on disk.
 * Layer: publisher/io (librdkafka) */
#ifndef PH_PUB_EMBEDDED_H
#define PH_PUB_EMBEDDED_H

#include "ph_pub_kafka.h"

typedef struct ph_embedded_broker ph_embedded_broker;

/** Start it on loopback with our three topics.   Owns: *ret by the caller (stop); address() is valid until then.
 * Errors: NOMEM, IO. */
ph_rc ph_embedded_broker_start(const ph_kafka_options *topics, int n_partitions, ph_embedded_broker **ret,
                               ph_err *err) PH_CHECKED;
void ph_embedded_broker_stop(ph_embedded_broker *b); /* NULL allowed */
const char *ph_embedded_broker_address(const ph_embedded_broker *b);

#endif
