/* ph_pub_commands - what people and scripts ask of the publisher besides running.   Layer: publisher (app) */
#ifndef PH_PUB_COMMANDS_H
#define PH_PUB_COMMANDS_H

#include <stdbool.h>

#include "ph_err.h"
#include "ph_pub_cfg.h"
#include "ph_result.h"

/* All print their answer on stdout, as a table or as JSON, and talk on stderr. Thread: main. */

/** topics create / topics check. check: INVALID (after the table) when a topic is missing or too weak. */
ph_rc ph_pub_cmd_topics(const ph_pub_cfg *cfg, bool create, bool json, ph_err *err) PH_CHECKED;

/** Where the topic stands against the ledger.   Errors: as of ledger and Kafka; OK also when behind. */
ph_rc ph_pub_cmd_status(const ph_pub_cfg *cfg, bool json, ph_err *err) PH_CHECKED;

/** Read records back, read_committed: the summaries topic, or history when @history. @to_end: stop at the present end,
 * else follow until a signal. */
ph_rc ph_pub_cmd_consume(const ph_pub_cfg *cfg, bool history, bool to_end, bool json, ph_err *err) PH_CHECKED;

/** Every record number up to progress stands exactly once in the history topic, with the value that the ledger renders.
 * Errors: CONFLICT after the report. */
ph_rc ph_pub_cmd_audit(const ph_pub_cfg *cfg, bool json, ph_err *err) PH_CHECKED;

/** Go on from a progress of another epoch, once: chain and number must agree with the ledger.   Errors: as
 * ph_pub_line_adopt. */
ph_rc ph_pub_cmd_adopt_epoch(const ph_pub_cfg *cfg, ph_err *err) PH_CHECKED;

/** Read the address of a running trial broker into @cfg->bootstrap when none is configured.   Errors: NOT_FOUND with
 * what to do. */
ph_rc ph_pub_find_broker(ph_pub_cfg *cfg, ph_err *err) PH_CHECKED;

#endif
