/* ph_health_listen - a listening TCP socket from "host:port".   Layer: base/io */
#ifndef PH_HEALTH_LISTEN_H
#define PH_HEALTH_LISTEN_H

#include <stdint.h>

#include "ph_err.h"
#include "ph_result.h"

/**
 * Listen on the numeric or resolvable @address; non-blocking, close-on-exec. *ret_port is the port bound.
 * Owns: caller closes *ret_fd.
 * Errors: INVALID (shape, unknown host), UNREACHABLE (in use), FORBIDDEN, IO; codes "health.…".
 */
ph_rc ph_health_listen(const char *address, int *ret_fd, uint16_t *ret_port, ph_err *err) PH_CHECKED;

#endif
