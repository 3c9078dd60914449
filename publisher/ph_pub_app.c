/* ph_pub_app - Kafka's calls may block for their deadline, so they live in a worker; the loop keeps health and signals
 * alive. */
#include "ph_pub_app.h"

#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ph_clock.h"
#include "ph_daemon.h"
#include "ph_file.h"
#include "ph_health.h"
#include "ph_log.h"
#include "ph_metrics.h"
#include "ph_notify.h"
#include "ph_pub_embedded.h"
#include "ph_pub_progress.h"
#include "ph_pub_sqlite.h"
#include "ph_pub_worker.h"

enum { STUCK_AFTER_US = 5000000, PATH_BYTES = 1100 };

typedef struct app {
    const ph_pub_cfg *cfg;
    ph_pub_kafka_setup setup;
    ph_embedded_broker *broker;
    ph_pub_line line;
    ph_pub_ledger *ledger;
    ph_pub_sink *sink;
    ph_pub_memory *memory;
    ph_lock lock;
    ph_loop *loop;
    ph_metrics *metrics;
    ph_health *health;
    ph_metric *m_records, *m_transactions, *m_aborted, *m_time, *m_lag, *m_record, *m_commit_time, *m_up;
    ph_pub_worker *worker;
    int ended_fd;
} app;

static ph_rc on_ended(void *arg, int events)
{
    (void)events;
    ph_loop_stop(((app *)arg)->loop);
    return PH_OK;
}

static void news_of(app *a, ph_pub_news *ret)
{
    memset(ret, 0, sizeof *ret);
    if (a->worker != NULL)
        ph_pub_worker_news(a->worker, ret);
}

static void refresh_metrics(void *arg)
{
    app *a = arg;
    ph_pub_news n;
    news_of(a, &n);
    ph_metric_set_total(a->m_records, n.n_committed);
    ph_metric_set_total(a->m_transactions, n.n_transactions);
    ph_metric_set_total(a->m_aborted, n.n_aborted);
    ph_metric_set(a->m_lag, n.ledger_record > n.record ? (double)(n.ledger_record - n.record) : 0);
    ph_metric_set(a->m_record, (double)n.record);
    ph_metric_set(a->m_commit_time, (double)n.last_commit_us / 1e6);
    ph_metric_set(a->m_up, n.is_up ? 1 : 0);
}

static bool is_of_ledger(const ph_err *e)
{
    return strncmp(e->code, "db.", 3) == 0 || strncmp(e->code, "pub.ledger.", 11) == 0 ||
           strncmp(e->code, "pub.outbox.", 11) == 0;
}

static void say_trouble(const ph_pub_news *n, int64_t now_mono_us, ph_ready *ret)
{
    ph_ready_no(ret, n->trouble.hint[0] != '\0' ? n->trouble.hint : "see pub.line.trouble in the log", "%s, for %lld s",
                n->trouble.what, (long long)((now_mono_us - n->trouble_since_us) / 1000000));
}

static void check_ledger(void *arg, int64_t now_mono_us, ph_ready *ret)
{
    ph_pub_news n;
    news_of(arg, &n);
    if (n.trouble_since_us != 0 && is_of_ledger(&n.trouble))
        say_trouble(&n, now_mono_us, ret);
    else
        ph_ready_yes(ret);
}

/* A step that hangs is told before its deadline has passed. */
static void check_kafka(void *arg, int64_t now_mono_us, ph_ready *ret)
{
    app *a = arg;
    ph_pub_news n;
    news_of(a, &n);
    bool is_stuck = n.busy_since_us != 0 && now_mono_us - n.busy_since_us > STUCK_AFTER_US;
    if (n.trouble_since_us != 0 && !is_of_ledger(&n.trouble))
        say_trouble(&n, now_mono_us, ret);
    else if (is_stuck)
        ph_ready_no(ret, "check that the broker runs, its address is right, and it is not overloaded",
                    "no answer from %s for %lld s", a->setup.bootstrap,
                    (long long)((now_mono_us - n.busy_since_us) / 1000000));
    else if (!n.is_up && n.trouble_since_us == 0)
        ph_ready_no(ret, "wait; if it lasts, see pub.line.trouble in the log", "not connected to %s yet",
                    a->setup.bootstrap);
    else
        ph_ready_yes(ret);
}

static ph_rc open_metrics(app *a, ph_err *err)
{
    ph_rc rc = ph_metrics_open("publisher", &a->metrics);
    ph_metrics *m = a->metrics;
    if (rc != PH_OK)
        return rc;
    a->m_records =
        ph_metrics_counter(m, "records_published_total", "Records committed to Kafka since the start.", PH_NO_LABELS);
    a->m_transactions =
        ph_metrics_counter(m, "transactions_total", "Kafka transactions committed since the start.", PH_NO_LABELS);
    a->m_aborted = ph_metrics_counter(m, "transactions_aborted_total", "Kafka transactions given up since the start.",
                                      PH_NO_LABELS);
    a->m_time = ph_metrics_histogram(m, "transaction_duration_seconds", "How long committed transactions took.",
                                     ph_metrics_latency_buckets, ph_metrics_n_latency_buckets, PH_NO_LABELS);
    a->m_lag = ph_metrics_gauge(m, "lag_records", "Records in the ledger that are not published yet.", PH_NO_LABELS);
    a->m_record = ph_metrics_gauge(m, "last_record", "Number of the last published record.", PH_NO_LABELS);
    a->m_commit_time = ph_metrics_gauge(m, "last_commit_timestamp_seconds",
                                        "When the last transaction was committed, seconds since 1970.", PH_NO_LABELS);
    a->m_up = ph_metrics_gauge(m, "up", "1 while the line to Kafka is up and its last step went well.", PH_NO_LABELS);
    rc = ph_metrics_on_scrape(m, refresh_metrics, a);
    if (rc == PH_OK)
        rc = ph_health_open(a->loop, m, a->cfg->health, &a->health, err);
    if (rc == PH_OK)
        rc = ph_health_add(a->health, "ledger", check_ledger, a);
    if (rc == PH_OK)
        rc = ph_health_add(a->health, "kafka", check_kafka, a);
    return rc;
}

static ph_rc start_broker(app *a, ph_err *err)
{
    ph_rc rc = ph_embedded_broker_start(&a->setup.options, (int)a->cfg->partitions, &a->broker, err);
    if (rc != PH_OK)
        return rc;
    const char *address = ph_embedded_broker_address(a->broker);
    if (!ph_span_copy(ph_span_str(address), a->setup.bootstrap, sizeof a->setup.bootstrap))
        return PH_LIMIT;
    PH_LOG(PH_LOG_WARNING, "pub.embedded.running", PH_KV_STR("address", address),
           PH_KV_STR("note", "for trying out: no isolation, no restart, nothing is kept"));
    return ph_file_write(a->cfg->embedded_address, ph_span_str(address), 0644, err);
}

/* The trial broker forgets all at its end, so what an earlier one had published is no evidence of anything. */
static ph_rc open_memory(app *a, bool embedded)
{
    char path[PATH_BYTES];
    snprintf(path, sizeof path, "%s%s", a->cfg->memory, embedded ? ".embedded" : "");
    if (embedded)
        (void)unlink(path);
    return ph_pub_memory_file(path, a->cfg->shard, &a->memory);
}

static ph_rc open_line(app *a)
{
    uint8_t random[PH_UUID_RANDOM_BYTES];
    randombytes_buf(random, sizeof random);
    ph_uuid writer = ph_uuid_v7(ph_clock_now_us() / 1000, random);
    ph_rc rc = ph_pub_kafka_new(&a->setup.options, &a->sink);
    if (rc == PH_OK)
        rc = ph_pub_line_init(&a->line, a->ledger, a->sink, a->memory, &writer, (uint32_t)a->cfg->batch_max);
    return rc;
}

static ph_rc open_ports(app *a, bool embedded, ph_err *err)
{
    ph_rc rc = ph_pub_take_lock(a->cfg, &a->lock, err);
    if (rc == PH_OK)
        rc = ph_pub_sqlite_open(a->cfg->ledger, &a->ledger, err);
    if (rc == PH_OK)
        rc = open_memory(a, embedded);
    if (rc == PH_OK && embedded)
        rc = start_broker(a, err);
    if (rc == PH_OK)
        rc = open_line(a);
    return rc;
}

static void close_app(app *a)
{
    ph_health_close(a->health);
    ph_metrics_close(a->metrics);
    if (a->sink != NULL) /* no worker was started that would have closed it */
        a->sink->ops->close(a->sink);
    ph_pub_line_done(&a->line);
    ph_pub_memory_free(a->memory);
    if (a->ledger != NULL)
        a->ledger->ops->close(a->ledger);
    ph_embedded_broker_stop(a->broker);
    ph_lock_release(&a->lock);
    if (a->ended_fd >= 0)
        close(a->ended_fd);
    ph_loop_close(a->loop);
    ph_pub_kafka_setup_done(&a->setup);
}

static ph_rc open_app(app *a, bool embedded, ph_err *err)
{
    ph_rc rc = ph_loop_open(&a->loop, err);
    if (rc == PH_OK)
        rc = ph_daemon_attach(a->loop);
    if (rc == PH_OK)
        rc = ph_pub_kafka_setup_make(a->cfg, &a->setup, err);
    a->ended_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (rc == PH_OK)
        rc = a->ended_fd < 0 ? PH_LIMIT : ph_loop_add_fd(a->loop, a->ended_fd, PH_LOOP_IN, on_ended, a, NULL);
    if (rc == PH_OK)
        rc = open_metrics(a, err);
    if (rc == PH_OK)
        rc = open_ports(a, embedded, err);
    return rc;
}

static ph_rc start_worker(app *a, bool embedded, ph_err *err)
{
    ph_pub_worker_options o = {.cfg = a->cfg,
                               .setup = &a->setup,
                               .checks_topics = !embedded,
                               .line = &a->line,
                               .transaction_seconds = a->m_time,
                               .ended_fd = a->ended_fd};
    ph_rc rc = ph_pub_worker_start(&o, &a->worker, err);
    if (rc == PH_OK)
        a->sink = NULL;
    return rc;
}

/* A worker that hangs in the client library would hold SIGTERM up. Ending without it is what a kill does, and that is
 * survived at every instruction. */
static ph_rc stop_worker(app *a, ph_err *err)
{
    bool has_ended = false;
    ph_rc rc = ph_pub_worker_stop(a->worker, &has_ended, err);
    if (!has_ended) {
        PH_LOG(PH_LOG_WARNING, "pub.stop.forced",
               PH_KV_STR("note", "Kafka's client did not end in time; nothing is lost by leaving it"));
        ph_log_flush();
        _exit(0);
    }
    a->worker = NULL;
    return rc;
}

ph_rc ph_pub_app_run(const ph_pub_cfg *cfg, bool embedded, ph_err *err)
{
    static app a;
    memset(&a, 0, sizeof a);
    a.cfg = cfg;
    a.ended_fd = -1;
    ph_rc rc = open_app(&a, embedded, err);
    if (rc == PH_OK)
        rc = start_worker(&a, embedded, err);
    if (rc == PH_OK) {
        ph_notify_ready(embedded ? "publishing to the embedded trial broker" : "connecting");
        PH_LOG(PH_LOG_NOTICE, "pub.started", PH_KV_STR("bootstrap", a.setup.bootstrap),
               PH_KV_BOOL("embedded", embedded));
        rc = ph_loop_run(a.loop);
        ph_notify_stopping("stopping");
        ph_rc ended = stop_worker(&a, err);
        rc = rc == PH_OK ? ended : rc;
    }
    close_app(&a);
    return rc;
}
