/* ph_pub_app - the daemon: a worker that publishes, a loop that answers.   Layer: publisher (app) */
#ifndef PH_PUB_APP_H
#define PH_PUB_APP_H

#include <stdbool.h>

#include "ph_err.h"
#include "ph_pub_cfg.h"
#include "ph_result.h"

/** Publish until a stopping signal or a FATAL. @embedded: start the trial broker first.   Errors: of configuration,
 * ledger and topics before the start; FATAL as ph_pub_line_step names them. Thread: main; starts one worker. */
ph_rc ph_pub_app_run(const ph_pub_cfg *cfg, bool embedded, ph_err *err) PH_CHECKED;

#endif
