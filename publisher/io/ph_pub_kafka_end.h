/* ph_pub_kafka_end - ending what may hang, in bounded time.   Layer: publisher/io (threads) */
#ifndef PH_PUB_KAFKA_END_H
#define PH_PUB_KAFKA_END_H

#include <stdbool.h>

/* At most so many may be left behind hanging in one process; the next is waited for, and the supervisor sees it. */
enum { PH_KAFKA_END_MS = 3000, PH_KAFKA_MAX_LEFT = 4 };

/**
 * Call end(arg) in a thread of its own and wait for it at most @ms. False: it goes on by itself; @arg is its own.
 * Without a thread, or with PH_KAFKA_MAX_LEFT hanging already, it is waited for without bound.
 * Errors: none.   Thread: any.   Source: none.
 */
bool ph_kafka_end_within(void (*end)(void *), void *arg, int ms);

#endif
