/* ph_agg_stats - what the aggregator counts, so that received always equals the sum of what became of it.   Layer:
 * aggregator (app) */
#ifndef PH_AGG_STATS_H
#define PH_AGG_STATS_H

#include <stddef.h>
#include <stdint.h>

#include "ph_metrics.h"
#include "ph_result.h"
#include "ph_verdict.h"

/* X(name, label): every message that was a submission, or was refused before that could be known, ends in exactly one.
 */
#define PH_FATE_MAP(X)        \
    X(ACCEPTED, "accepted")   \
    X(HELD, "held")           \
    X(REJECTED, "rejected")   \
    X(DUPLICATE, "duplicate") \
    X(CONFLICT, "conflict")   \
    X(FORBIDDEN, "forbidden") \
    X(BUSY, "busy")           \
    X(NO_SPACE, "no_space")   \
    X(TOO_LARGE, "too_large") \
    X(UPGRADE, "upgrade")     \
    X(MALFORMED, "malformed")
typedef enum ph_fate {
#define PH_X(name, label) PH_FATE_##name,
    PH_FATE_MAP(PH_X)
#undef PH_X
        PH_FATE_COUNT
} ph_fate;
ph_fate ph_fate_of(ph_verdict verdict);

typedef struct ph_agg_stats {
    ph_metrics *metrics;
    ph_metric *received, *fates[PH_FATE_COUNT];
    ph_metric *commits, *commit_failures, *commit_seconds, *batch_submissions;
    ph_metric *receipt_seconds;
    ph_metric *hellos, *queries, *pings;
    ph_metric *reload_success, *reload_at;
    ph_metric *log_entries, *records, *durable_records, *seal_at;
    ph_metric *peers, *unnamed, *unsent, *in_bytes, *out_bytes;
    ph_metric *zap_allowed, *zap_unknown, *zap_revoked, *zap_malformed;
    ph_metric *wal_pages, *free_bytes, *roster_serial;
    ph_metric *units[64 * 16]; /* received by unit, by the gate's index; units above are counted in sum only */
    size_t n_units;
} ph_agg_stats;

/** All series, at zero.   Owns: nothing; the series live with @metrics.   Errors: none, a series that could not be made
 * is NULL. */
void ph_stats_init(ph_agg_stats *s, ph_metrics *metrics);
/** Series for the units of a new roster. */
void ph_stats_set_units(ph_agg_stats *s, size_t n, const char *(*name)(const void *arg, size_t i), const void *arg);

/** One message found its end: counted as received and as that, in one step. */
void ph_stats_end(ph_agg_stats *s, ph_fate fate);
void ph_stats_unit(ph_agg_stats *s, size_t unit);

#endif
