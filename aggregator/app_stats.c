/* app_stats - the table of series.   Layer: aggregator (app) */
#include "ph_agg_stats.h"

static const char *const fate_labels[] = {
#define PH_X(name, label) [PH_FATE_##name] = (label),
    PH_FATE_MAP(PH_X)
#undef PH_X
};

ph_fate ph_fate_of(ph_verdict verdict)
{
    switch (verdict) {
    case PH_VERDICT_ACCEPTED:
        return PH_FATE_ACCEPTED;
    case PH_VERDICT_HELD:
        return PH_FATE_HELD;
    case PH_VERDICT_REJECTED:
        return PH_FATE_REJECTED;
    case PH_VERDICT_FORBIDDEN:
        return PH_FATE_FORBIDDEN;
    case PH_VERDICT_BUSY:
        return PH_FATE_BUSY;
    case PH_VERDICT_NO_SPACE:
        return PH_FATE_NO_SPACE;
    case PH_VERDICT_TOO_LARGE:
        return PH_FATE_TOO_LARGE;
    case PH_VERDICT_UPGRADE:
        return PH_FATE_UPGRADE;
    case PH_VERDICT_MALFORMED:
        return PH_FATE_MALFORMED;
    case PH_VERDICT_CONFLICT:
        return PH_FATE_CONFLICT;
    }
    return PH_FATE_MALFORMED;
}

static const double batch_buckets[] = {1, 2, 4, 8, 16, 32, 64, 128, 256, 512};

static void init_submissions(ph_agg_stats *s)
{
    ph_metrics *m = s->metrics;
    s->received = ph_metrics_counter(m, "submissions_received_total",
                                     "Submissions, and messages refused before that could be known; equals the sum of "
                                     "submissions_total.",
                                     PH_NO_LABELS);
    for (size_t i = 0; i < PH_FATE_COUNT; i++)
        s->fates[i] = ph_metrics_counter(m, "submissions_total", "What became of what was received.",
                                         PH_LABELS({"verdict", fate_labels[i]}));
    s->receipt_seconds = ph_metrics_histogram(m, "receipt_seconds", "From the arrival of a submission to its receipt.",
                                              ph_metrics_latency_buckets, ph_metrics_n_latency_buckets, PH_NO_LABELS);
    s->hellos = ph_metrics_counter(m, "messages_total", "Other messages.", PH_LABELS({"type", "hello"}));
    s->queries = ph_metrics_counter(m, "messages_total", "Other messages.", PH_LABELS({"type", "query"}));
    s->pings = ph_metrics_counter(m, "messages_total", "Other messages.", PH_LABELS({"type", "ping"}));
}

static void init_ledger(ph_agg_stats *s)
{
    ph_metrics *m = s->metrics;
    s->commits = ph_metrics_counter(m, "commits_total", "Durable commits.", PH_NO_LABELS);
    s->commit_failures =
        ph_metrics_counter(m, "commit_failures_total", "Commits that failed and were rolled back.", PH_NO_LABELS);
    s->commit_seconds = ph_metrics_histogram(m, "commit_seconds", "Fold, seal and fsync of one batch.",
                                             ph_metrics_latency_buckets, ph_metrics_n_latency_buckets, PH_NO_LABELS);
    s->batch_submissions = ph_metrics_histogram(m, "batch_submissions", "Submissions in one commit.", batch_buckets,
                                                sizeof batch_buckets / sizeof batch_buckets[0], PH_NO_LABELS);
    s->log_entries = ph_metrics_gauge(m, "log_entries", "Entries of the log.", PH_NO_LABELS);
    s->records = ph_metrics_gauge(m, "outbox_records", "Records made for the publisher.", PH_NO_LABELS);
    s->durable_records =
        ph_metrics_gauge(m, "outbox_durable_records", "Records that the publisher may act on.", PH_NO_LABELS);
    s->seal_at = ph_metrics_gauge(m, "last_seal_timestamp_seconds", "Time of the last seal.", PH_NO_LABELS);
    s->roster_serial = ph_metrics_gauge(m, "roster_serial", "Serial of the roster in force.", PH_NO_LABELS);
    s->wal_pages = ph_metrics_gauge(m, "ledger_wal_pages", "Pages in the write-ahead log.", PH_NO_LABELS);
    s->free_bytes = ph_metrics_gauge(m, "ledger_free_bytes", "Free space on the ledger's disk.", PH_NO_LABELS);
    s->reload_success = ph_metrics_gauge(m, "config_reload_success",
                                         "Did the last reload succeed (1) or keep the old "
                                         "state (0)?",
                                         PH_NO_LABELS);
    s->reload_at = ph_metrics_gauge(m, "config_reload_timestamp_seconds", "Time of the last reload.", PH_NO_LABELS);
}

static void init_network(ph_agg_stats *s)
{
    ph_metrics *m = s->metrics;
    s->peers = ph_metrics_gauge(m, "peers", "Connections that have spoken.", PH_NO_LABELS);
    s->unnamed = ph_metrics_counter(m, "messages_unnamed_total",
                                    "Messages dropped because no authenticated key was behind them.", PH_NO_LABELS);
    s->unsent = ph_metrics_counter(m, "replies_unsent_total",
                                   "Replies that could not be sent; they can be asked for again.", PH_NO_LABELS);
    s->in_bytes = ph_metrics_counter(m, "received_bytes_total", "Payload received.", PH_NO_LABELS);
    s->out_bytes = ph_metrics_counter(m, "sent_bytes_total", "Payload sent.", PH_NO_LABELS);
    const char *help = "Answers to libzmq's question whether a key may connect.";
    s->zap_allowed = ph_metrics_counter(m, "handshakes_total", help, PH_LABELS({"answer", "allowed"}));
    s->zap_unknown = ph_metrics_counter(m, "handshakes_total", help, PH_LABELS({"answer", "unknown"}));
    s->zap_revoked = ph_metrics_counter(m, "handshakes_total", help, PH_LABELS({"answer", "revoked"}));
    s->zap_malformed = ph_metrics_counter(m, "handshakes_total", help, PH_LABELS({"answer", "malformed"}));
}

void ph_stats_init(ph_agg_stats *s, ph_metrics *metrics)
{
    *s = (ph_agg_stats){.metrics = metrics};
    init_submissions(s);
    init_ledger(s);
    init_network(s);
}

void ph_stats_set_units(ph_agg_stats *s, size_t n, const char *(*name)(const void *arg, size_t i), const void *arg)
{
    size_t max = sizeof s->units / sizeof s->units[0];
    s->n_units = n < max ? n : max;
    for (size_t i = 0; i < s->n_units; i++)
        s->units[i] = ph_metrics_counter(s->metrics, "unit_submissions_total", "Submissions let in, by unit.",
                                         PH_LABELS({"unit", name(arg, i)}));
}

void ph_stats_end(ph_agg_stats *s, ph_fate fate)
{
    ph_metric_add(s->received, 1);
    ph_metric_add(s->fates[fate], 1);
}

void ph_stats_unit(ph_agg_stats *s, size_t unit)
{
    if (unit < s->n_units)
        ph_metric_add(s->units[unit], 1);
}
