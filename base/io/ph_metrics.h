/* ph_metrics - counters, gauges, histograms; text exposition for Prometheus.   Layer: base/io */
#ifndef PH_METRICS_H
#define PH_METRICS_H

#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_result.h"

enum {
    PH_METRICS_MAX_SERIES = 4096,
    PH_METRICS_MAX_LABELS = 4,
    PH_METRICS_MAX_BUCKETS = 24,
    PH_METRICS_MAX_TEXT_BYTES = 4 * 1024 * 1024
};

typedef struct ph_metrics ph_metrics;
typedef struct ph_metric ph_metric; /* one series; NULL is allowed everywhere and does nothing */

typedef struct ph_label {
    const char *name;
    const char *value;
} ph_label;

/* PH_LABELS({ "verdict", "accepted" }) as the two last arguments; PH_NO_LABELS for none. */
#define PH_LABELS(...) (const ph_label[]){__VA_ARGS__}, sizeof((ph_label[]){__VA_ARGS__}) / sizeof(ph_label)
#define PH_NO_LABELS   NULL, 0

/**
 * Open a registry. Process figures (phusa_<component>_process_…), build information and the log's counts come with
 * it.
 * Owns: caller closes (NULL allowed); series live as long as it.
 * Errors: NOMEM.   Thread: any after open.
 * Source: Prometheus exposition format 0.0.4; names as in conventions (phusa_<component>_<noun>_<unit>, _total for
 * counters).
 */
ph_rc ph_metrics_open(const char *component, ph_metrics **ret) PH_CHECKED;
void ph_metrics_close(ph_metrics *m);

/**
 * The series of that name and labels, made at the first call. @name without prefix: "submissions_total" becomes
 * phusa_<component>_submissions_total. NULL when the registry is full or memory is (counted in metrics_dropped_total):
 * go on without.
 * Shape: names [a-z][a-z0-9_]*, literals; label values any UTF-8, copied; keep their number small (unit ids yes,
 * submission ids no).
 * Buckets: upper bounds, growing, without +Inf.
 * Errors: as said; a name of two kinds is a BUG (assert).   Thread: any.
 */
ph_metric *ph_metrics_counter(ph_metrics *m, const char *name, const char *help, const ph_label *labels, size_t n);
ph_metric *ph_metrics_gauge(ph_metrics *m, const char *name, const char *help, const ph_label *labels, size_t n);
ph_metric *ph_metrics_histogram(ph_metrics *m, const char *name, const char *help, const double *buckets,
                                size_t n_buckets, const ph_label *labels, size_t n);

/* Seconds, 0.1 ms to 30 s: fits receipts, commits and transactions. */
extern const double ph_metrics_latency_buckets[];
extern const size_t ph_metrics_n_latency_buckets;

/** add: counters grow. set: gauges. observe: histograms, in base units (seconds, bytes).   Thread: any. */
void ph_metric_add(ph_metric *s, uint64_t n);
void ph_metric_set(ph_metric *s, double value);
void ph_metric_observe(ph_metric *s, double value);
/** A counter that something else counts: take its total. Must not go back. */
void ph_metric_set_total(ph_metric *s, uint64_t total);
/** What it holds (a histogram: its count). 0 for NULL. */
double ph_metric_value(const ph_metric *s);

/** Call @fn before each exposition, to refresh gauges; at most 16.   Errors: LIMIT. */
typedef void (*ph_metrics_refresh_fn)(void *arg);
ph_rc ph_metrics_on_scrape(ph_metrics *m, ph_metrics_refresh_fn fn, void *arg) PH_CHECKED;

/** Append the exposition text.   Errors: LIMIT, NOMEM.   Thread: one scrape at a time. */
ph_rc ph_metrics_write(ph_metrics *m, ph_buf *dst) PH_CHECKED;

#endif
