/* ph_pub_cfg - what can be configured of the publisher.   Layer: publisher (app) */
#ifndef PH_PUB_CFG_H
#define PH_PUB_CFG_H

#include "ph_buf.h"
#include "ph_cfg.h"
#include "ph_file.h"
#include "ph_pub_kafka.h"
#include "ph_pub_topics.h"

enum { PH_PUB_MAX_PROPERTIES = 64 };

typedef struct ph_pub_cfg {
    char ledger[1024];
    char bootstrap[1024];
    char kafka_properties[1024]; /* name=value, joined by commas */
    char kafka_secrets[1024];    /* private file of name=value lines */
    char transactional_id[128];
    char shard[PH_PUB_SHARD_BYTES];
    char topic_summaries[64], topic_history[64], topic_progress[64];
    int64_t partitions, min_replication, min_insync;
    int64_t transaction_timeout_us, kafka_deadline_us;
    int64_t batch_max, poll_us;
    char memory[1024];
    char embedded_address[1024];
    char health[128];
} ph_pub_cfg;

extern const ph_cfg_schema ph_pub_schema;

/* Kafka options made from a configuration; texts live here or in the configuration. */
typedef struct ph_pub_kafka_setup {
    ph_kafka_options options;
    ph_topic_demand demand;
    ph_kafka_property properties[PH_PUB_MAX_PROPERTIES];
    char plain[1024]; /* cut copy of kafka_properties */
    ph_buf secrets;   /* cut copy of the secrets file */
    char bootstrap[1024];
} ph_pub_kafka_setup;

/** Owns: @ret keeps copies; done wipes the secrets; @cfg must outlive it.   Errors: INVALID for a property without '=',
 * FORBIDDEN for a secrets file others can read, IO. */
ph_rc ph_pub_kafka_setup_make(const ph_pub_cfg *cfg, ph_pub_kafka_setup *ret, ph_err *err) PH_CHECKED;
void ph_pub_kafka_setup_done(ph_pub_kafka_setup *s);

/** The lock beside the memory file: one publisher, or one command that writes, at a time.   Errors: as ph_lock_take. */
ph_rc ph_pub_take_lock(const ph_pub_cfg *cfg, ph_lock *ret, ph_err *err) PH_CHECKED;

#endif
