/* ph_agg_pool - a few threads that do the items of one job while it is still being filled.   Layer: aggregator/io
 * (threads) */
#ifndef PH_AGG_POOL_H
#define PH_AGG_POOL_H

#include <stddef.h>

#include "ph_err.h"
#include "ph_result.h"

enum { PH_POOL_MAX_THREADS = 64 };

/* Does item @i; runs in any thread, items side by side, each once. */
typedef void (*ph_pool_fn)(void *arg, size_t i);

typedef struct ph_agg_pool ph_agg_pool;

/** @n_threads in [0, PH_POOL_MAX_THREADS]; 0: the caller of wait does everything.   Owns: caller closes (NULL allowed),
 * when no job is open.   Errors: NOMEM, LIMIT.   Thread: begin, publish and wait from one thread. */
ph_rc ph_pool_open(size_t n_threads, ph_agg_pool **ret, ph_err *err) PH_CHECKED;
void ph_pool_close(ph_agg_pool *p);

/**
 * One job at a time: begin; publish says that items [0, @n) may be done now (@n only grows); wait helps and returns
 * when all that was published is done. What a worker wrote is seen by the caller after wait; items must stay untouched
 * in between.   Errors: none.
 */
void ph_pool_begin(ph_agg_pool *p, ph_pool_fn fn, void *arg);
void ph_pool_publish(ph_agg_pool *p, size_t n);
void ph_pool_wait(ph_agg_pool *p);

#endif
