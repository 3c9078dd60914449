/* ph_pub_checks - does what the topic says agree with ledger, memory and the topics' ends?   Layer: publisher/core
 * (pure) */
#ifndef PH_PUB_CHECKS_H
#define PH_PUB_CHECKS_H

#include "ph_pub_ports.h"

/* What is compared at each coming up. ends: the present ones. */
typedef struct ph_pub_evidence {
    ph_pub_found found;
    ph_pub_progress *topic; /* zeroes with the ledger's epoch when nothing was found */
    const ph_topic_end *ends;
    size_t n_ends;
} ph_pub_evidence;

/** Our memory may be older than the topic, never newer.   Errors: pub.topic.empty, pub.topic.behind; the memory's own.
 */
ph_rc ph_pub_check_memory(ph_pub_memory *memory, const ph_pub_evidence *e, ph_err *err) PH_CHECKED;

/** Same epoch (or @adopt), and the same chain at the same record.   Errors: pub.progress.epoch, .ahead, .chain; the
 * ledger's own. */
ph_rc ph_pub_check_ledger(ph_pub_ledger *ledger, const ph_pub_evidence *e, bool adopt, ph_err *err) PH_CHECKED;

/** The data partitions are those of progress and have not shrunk; there are no records without progress.   Errors:
 * pub.topic.truncated, .partitions, .empty. */
ph_rc ph_pub_check_ends(const ph_pub_evidence *e, ph_err *err) PH_CHECKED;

/** A FATAL refusal that says what it means and what to do; returns @rc. */
ph_rc ph_pub_refuse(ph_err *err, ph_rc rc, const char *code, const char *what, const char *hint);

#endif
