/* ph_bench_load - nine agents in one process: pre-signed submissions over CURVE, receipts timed.   Layer: tests/bench
 */
#ifndef PH_BENCH_LOAD_H
#define PH_BENCH_LOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_result.h"
#include "ph_sign.h"
#include "ph_uuid.h"

enum { PH_BENCH_AGENTS = 9, PH_BENCH_MAX_SHEETS = 128, PH_BENCH_FRAME_ROOM = PH_MAX_FRAME_BYTES };

/* What is loaded: n_clusters * n_periods sheets; each agent walks over them, each submission the next revision of its
 * sheet. */
typedef struct ph_bench_shape {
    uint32_t n_observations;
    uint32_t n_clusters, n_periods;
    uint32_t n_submissions; /* over all agents, in one run */
    uint32_t window;        /* unanswered submissions of one agent */
} ph_bench_shape;

/* Where an agent's sheet stands, so that a second run goes on from the first. */
typedef struct ph_bench_chain {
    uint32_t revision;
    ph_digest digest;
} ph_bench_chain;

typedef struct ph_bench_agent {
    char unit[PH_ID_BUFFER_BYTES];
    uint8_t sign_public[PH_SIGN_PUBLIC_BYTES], sign_secret[PH_SIGN_SECRET_BYTES];
    char curve_public[41], curve_secret[41]; /* Z85 */
    uint8_t curve_public_raw[32];
    ph_bench_chain chains[PH_BENCH_MAX_SHEETS];
    uint64_t random; /* generator state, seeded */
} ph_bench_agent;

/* Pre-signed frames of one run, back to back. */
typedef struct ph_bench_frames {
    uint8_t *bytes;
    size_t n_bytes;
    uint32_t n;
    uint32_t *offset; /* n + 1 */
    uint8_t *agent;   /* whose */
} ph_bench_frames;

typedef struct ph_bench_result {
    uint32_t n_answered, n_accepted;
    double seconds;
    double p50_ms, p99_ms;
    double cpu_s; /* of the server, filled by the caller */
} ph_bench_result;

/** Keys for all agents from a printed seed. */
void ph_bench_agents_make(ph_bench_agent agents[PH_BENCH_AGENTS], uint64_t seed);

/** Sign shape->n_submissions frames, agents in turn.   Owns: *ret by the caller (ph_bench_frames_done).   Errors:
 * NOMEM, LIMIT. */
ph_rc ph_bench_frames_make(ph_bench_agent agents[PH_BENCH_AGENTS], const ph_bench_shape *shape,
                           ph_bench_frames *ret) PH_CHECKED;
void ph_bench_frames_done(ph_bench_frames *f);

/**
 * Send all frames and wait for each answer. Replies of our protocol are counted by receipts; a bare 64-byte reply
 * counts as one answer. Errors: TIMEOUT when nothing was answered for 20 s; MALFORMED; IO.
 */
ph_rc ph_bench_run(const char *endpoint, const char *server_key_z85, const ph_bench_agent agents[PH_BENCH_AGENTS],
                   const ph_bench_frames *frames, const ph_bench_shape *shape, bool is_bare,
                   ph_bench_result *ret) PH_CHECKED;

#endif
