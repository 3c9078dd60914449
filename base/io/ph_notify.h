/* ph_notify - tells systemd how we are; harmless without it.   Layer: base/io */
#ifndef PH_NOTIFY_H
#define PH_NOTIFY_H

#include <stdint.h>

/**
 * Send READY=1, RELOADING=1, STOPPING=1, WATCHDOG=1, STATUS=… to $NOTIFY_SOCKET; does nothing when it is not set,
 * never blocks. ready and reloading send a status too (may be NULL).
 * Errors: none.   Thread: any.   Source: sd_notify(3), the protocol.
 */
void ph_notify_ready(const char *status);
void ph_notify_reloading(void);
void ph_notify_stopping(const char *status);
void ph_notify_status(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void ph_notify_watchdog(void);

/** How often to call ph_notify_watchdog (half of WATCHDOG_USEC, if it is meant for us), 0 = never. */
int64_t ph_notify_watchdog_period_us(void);

#endif
