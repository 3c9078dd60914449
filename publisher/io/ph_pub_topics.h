/* ph_pub_topics - our three topics: made by an explicit command, checked at each start.   Layer: publisher/io
 * (librdkafka) */
#ifndef PH_PUB_TOPICS_H
#define PH_PUB_TOPICS_H

#include "ph_pub_kafka.h"

/* What is asked of the topics. */
typedef struct ph_topic_demand {
    int replication;  /* at least */
    int min_insync;   /* at least */
    int n_partitions; /* when they are created: of the data topics; progress has one */
} ph_topic_demand;

typedef struct ph_topic_report {
    char name[64];
    bool is_there;
    int n_partitions, replication, min_insync;
    int64_t max_message_bytes;
    bool keeps_for_ever; /* retention by neither time nor size */
    bool is_unclean;     /* a replica that lags may become leader */
    char cleanup_policy[32];
    char complaint[160]; /* "" = as it should be */
} ph_topic_report;

enum { PH_N_TOPICS = 3, PH_TOPIC_MIN_MESSAGE_BYTES = PH_RECORD_MAX_BYTES + 8 * 1024 /* key and headers */ };

/**
 * Look at the three topics (summaries, history, progress, in this order) and fill a complaint for each that is missing
 * or weaker than @demand. Errors: as ph_kafka_rc; OK even with complaints.
 */
ph_rc ph_pub_topics_check(const ph_kafka_options *o, const ph_topic_demand *demand, ph_topic_report ret[PH_N_TOPICS],
                          ph_err *err) PH_CHECKED;

/** Create those that are missing; existing ones are left as they are. OK once a broker that is asked knows all three.
 * Errors: as ph_kafka_rc. */
ph_rc ph_pub_topics_create(const ph_kafka_options *o, const ph_topic_demand *demand, ph_err *err) PH_CHECKED;

/** A complaint as an error with what to do: pub.topic.missing or pub.topic.weak with @rc; PH_OK without complaint. */
ph_rc ph_pub_topic_refuse(const ph_topic_report *r, ph_rc rc, ph_err *err);

#endif
