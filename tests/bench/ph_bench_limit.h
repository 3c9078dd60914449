/* ph_bench_limit - the bare limit: the same bytes with nothing decoded, validated or folded.   Layer: tests/bench */
#ifndef PH_BENCH_LIMIT_H
#define PH_BENCH_LIMIT_H

#include <stdint.h>

#include "ph_result.h"

/* Order of arrival of keys in the file given: agents' Ed25519 public keys, 32 bytes each, PH_BENCH_AGENTS of them. */
typedef struct ph_bench_limit_options {
    const char *endpoint;
    const char *curve_secret_z85;
    const char *keys_path;
    const char *db_path;
    unsigned n_threads; /* that verify */
} ph_bench_limit_options;

/**
 * Serve until SIGTERM: ROUTER with CURVE (any client key), Ed25519 verification by n_threads, SHA-256, one SQLite FULL
 * commit and one signature a batch, then a 64-byte reply to each. Sends READY=1 to $NOTIFY_SOCKET once bound.   Errors:
 * NOMEM, IO, and of SQLite.
 */
ph_rc ph_bench_limit_serve(const ph_bench_limit_options *options) PH_CHECKED;

#endif
