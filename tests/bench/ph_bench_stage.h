/* ph_bench_stage - a real aggregator for the load: registry, roster, keys, process, and what it cost.   Layer:
 * tests/bench */
#ifndef PH_BENCH_STAGE_H
#define PH_BENCH_STAGE_H

#include <sys/types.h>

#include "ph_bench_load.h"
#include "ph_err.h"

typedef struct ph_bench_stage {
    char dir[256];
    char bin[1024]; /* folder of the programs */
    char endpoint[64];
    char server_key[41];
    pid_t pid;       /* of the running daemon, 0 = none */
    double start_ms; /* from spawn to READY=1 */
    long peak_kib;   /* VmHWM when it was stopped */
} ph_bench_stage;

/** Folder, registry for @shape, roster of @agents, ledger. @verify_threads goes into the configuration.   Errors: IO
 * with @err. */
ph_rc ph_bench_stage_make(ph_bench_stage *st, const char *bin, const ph_bench_agent agents[PH_BENCH_AGENTS],
                          const ph_bench_shape *shape, unsigned verify_threads, ph_err *err) PH_CHECKED;
/** Start the daemon and wait for READY=1.   Errors: TIMEOUT, IO. */
ph_rc ph_bench_stage_start(ph_bench_stage *st, ph_err *err) PH_CHECKED;
/** Processor time, user and system, that the running server has used so far. 0 when not running. */
double ph_bench_stage_cpu_s(const ph_bench_stage *st);
/** Ask it to end, wait, note its peak memory. Harmless when not running. */
void ph_bench_stage_stop(ph_bench_stage *st);
/** Remove the folder. */
void ph_bench_stage_remove(ph_bench_stage *st);

/** Start `phusa-bench limit-server` on the same keys; its pid is in @st afterwards, as a daemon's.   Errors: IO,
 * TIMEOUT. */
ph_rc ph_bench_stage_start_limit(ph_bench_stage *st, const char *self, const ph_bench_agent agents[PH_BENCH_AGENTS],
                                 unsigned verify_threads, ph_err *err) PH_CHECKED;

#endif
