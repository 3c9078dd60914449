/* ph_pub_app - Kafka's calls may block for their deadline, so they live in a worker; the loop keeps health and signals
 * alive. */
#include "ph_pub_app.h"

#include <pthread.h>
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
#include "ph_pub_line.h"
#include "ph_pub_progress.h"
#include "ph_pub_sqlite.h"

enum { FIRST_BACKOFF_US = 500000, MAX_BACKOFF_US = 30000000, STUCK_AFTER_US = 30000000 };

/* What the worker tells the loop; under the lock. */
typedef struct shared {
    pthread_mutex_t lock;
    pthread_cond_t wake; /* the loop wakes the worker to stop */
    bool is_stopping, has_ended;
    ph_rc rc;
    ph_err err;
    bool is_ready;
    int64_t trouble_since_us; /* 0 = none */
    ph_err trouble;
    uint64_t record, waiting, n_committed, n_transactions, n_aborted;
    int64_t last_commit_us;
} shared;

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
    ph_metric *m_records, *m_transactions, *m_aborted, *m_lag, *m_record, *m_commit_time;
    int ended_fd;
    bool has_worker;
    pthread_t worker;
    shared s;
} app;

/* Sleep, but end at once when told to stop. */
static bool rest(app *a, int64_t us)
{
    struct timespec until;
    int64_t end_us = ph_clock_mono_us() + us;
    until.tv_sec = (time_t)(end_us / 1000000);
    until.tv_nsec = (long)(end_us % 1000000) * 1000;
    pthread_mutex_lock(&a->s.lock);
    while (!a->s.is_stopping && ph_clock_mono_us() < end_us)
        pthread_cond_timedwait(&a->s.wake, &a->s.lock, &until);
    bool goes_on = !a->s.is_stopping;
    pthread_mutex_unlock(&a->s.lock);
    return goes_on;
}

static void tell(app *a, ph_rc rc, const ph_err *err)
{
    ph_pub_head head = {0};
    bool has_head = a->ledger->ops->head(a->ledger, &head, NULL) == PH_OK;
    pthread_mutex_lock(&a->s.lock);
    bool was_in_trouble = a->s.trouble_since_us != 0;
    a->s.is_ready = a->line.state == PH_PUB_READY && rc == PH_OK;
    if (rc != PH_OK) {
        a->s.trouble = *err;
        a->s.trouble_since_us = was_in_trouble ? a->s.trouble_since_us : ph_clock_mono_us();
    } else {
        a->s.trouble_since_us = 0;
    }
    a->s.record = a->line.progress.record;
    a->s.waiting = has_head && head.last_record > a->s.record ? head.last_record - a->s.record : 0;
    a->s.n_committed = a->line.n_committed;
    a->s.n_transactions = a->line.n_transactions;
    a->s.n_aborted = a->line.n_aborted;
    a->s.last_commit_us = a->line.last_commit_us;
    pthread_mutex_unlock(&a->s.lock);
    if (rc == PH_OK && was_in_trouble)
        ph_log_event(PH_LOG_NOTICE, "pub.line.recovered",
                     (ph_log_kv[]){PH_KV_UINT("record", a->line.progress.record), PH_KV_END});
    if (rc != PH_OK && !was_in_trouble)
        ph_log_event(PH_LOG_WARNING, "pub.line.trouble", (ph_log_kv[]){PH_KV_ERR(err), PH_KV_END});
}

/* What must end the process: FATAL, and a refusal that time does not mend. */
static bool is_final(ph_rc rc)
{
    return ph_rc_class(rc) == PH_CLASS_FATAL || rc == PH_INVALID || rc == PH_FORBIDDEN || rc == PH_UNSUPPORTED ||
           rc == PH_LIMIT;
}

static void log_transaction(const app *a, uint64_t before)
{
    if (a->line.progress.record != before)
        ph_log_event(
            PH_LOG_INFO, "pub.transaction.committed",
            (ph_log_kv[]){PH_KV_UINT("first", before + 1), PH_KV_UINT("last", a->line.progress.record), PH_KV_END});
}

static void *work(void *arg)
{
    app *a = arg;
    int64_t backoff_us = FIRST_BACKOFF_US;
    bool goes_on = true;
    ph_rc rc = PH_OK;
    ph_err err = {0};
    while (goes_on) {
        bool more = false;
        bool was_up = a->line.state == PH_PUB_READY;
        uint64_t before = a->line.progress.record;
        rc = ph_pub_line_step(&a->line, ph_clock_now_us(), &more, &err);
        if (rc != PH_OK && is_final(rc))
            break;
        if (rc == PH_OK && was_up)
            log_transaction(a, before);
        tell(a, rc, &err);
        backoff_us = rc == PH_OK ? FIRST_BACKOFF_US : backoff_us * 2 > MAX_BACKOFF_US ? MAX_BACKOFF_US : backoff_us * 2;
        goes_on = rest(a, rc != PH_OK ? backoff_us : more ? 0 : a->cfg->poll_us);
    }
    pthread_mutex_lock(&a->s.lock);
    a->s.has_ended = true;
    a->s.rc = is_final(rc) ? rc : PH_OK;
    a->s.err = err;
    pthread_mutex_unlock(&a->s.lock);
    uint64_t one = 1;
    if (write(a->ended_fd, &one, sizeof one) != (ssize_t)sizeof one)
        ph_log_event(PH_LOG_ERROR, "pub.worker.mute", (ph_log_kv[]){PH_KV_END});
    return NULL;
}

static ph_rc on_ended(void *arg, int events)
{
    (void)events;
    ph_loop_stop(((app *)arg)->loop);
    return PH_OK;
}

static void refresh_metrics(void *arg)
{
    app *a = arg;
    pthread_mutex_lock(&a->s.lock);
    ph_metric_set_total(a->m_records, a->s.n_committed);
    ph_metric_set_total(a->m_transactions, a->s.n_transactions);
    ph_metric_set_total(a->m_aborted, a->s.n_aborted);
    ph_metric_set(a->m_lag, (double)a->s.waiting);
    ph_metric_set(a->m_record, (double)a->s.record);
    ph_metric_set(a->m_commit_time, (double)a->s.last_commit_us / 1e6);
    pthread_mutex_unlock(&a->s.lock);
}

static void check_kafka(void *arg, int64_t now_mono_us, ph_ready *ret)
{
    app *a = arg;
    pthread_mutex_lock(&a->s.lock);
    if (a->s.trouble_since_us != 0)
        ph_ready_no(ret, a->s.trouble.hint[0] != '\0' ? a->s.trouble.hint : "see the log", "%s, for %lld s",
                    a->s.trouble.what, (long long)((now_mono_us - a->s.trouble_since_us) / 1000000));
    else if (!a->s.is_ready)
        ph_ready_no(ret, "wait for the first contact; see the log if it lasts", "not connected to Kafka yet");
    else
        ph_ready_yes(ret);
    pthread_mutex_unlock(&a->s.lock);
}

static ph_rc open_metrics(app *a, ph_err *err)
{
    ph_rc rc = ph_metrics_open("publisher", &a->metrics);
    if (rc != PH_OK)
        return rc;
    a->m_records = ph_metrics_counter(a->metrics, "records_published_total",
                                      "Records committed to Kafka since the start.", PH_NO_LABELS);
    a->m_transactions = ph_metrics_counter(a->metrics, "transactions_total",
                                           "Kafka transactions committed since the start.", PH_NO_LABELS);
    a->m_aborted = ph_metrics_counter(a->metrics, "transactions_aborted_total",
                                      "Kafka transactions given up since the start.", PH_NO_LABELS);
    a->m_lag =
        ph_metrics_gauge(a->metrics, "lag_records", "Records in the ledger that are not published yet.", PH_NO_LABELS);
    a->m_record = ph_metrics_gauge(a->metrics, "last_record", "Number of the last published record.", PH_NO_LABELS);
    a->m_commit_time = ph_metrics_gauge(a->metrics, "last_commit_timestamp_seconds",
                                        "When the last transaction was committed, seconds since 1970.", PH_NO_LABELS);
    rc = ph_metrics_on_scrape(a->metrics, refresh_metrics, a);
    if (rc == PH_OK)
        rc = ph_health_open(a->loop, a->metrics, a->cfg->health, &a->health, err);
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
    ph_log_event(PH_LOG_WARNING, "pub.embedded.running",
                 (ph_log_kv[]){PH_KV_STR("address", address),
                               PH_KV_STR("note", "for trying out: no isolation, no restart, nothing is kept"),
                               PH_KV_END});
    return ph_file_write(a->cfg->embedded_address, ph_span_str(address), 0644, err);
}

/* The trial broker cannot be asked for settings; a real one is never written to before its topics were looked at. */
static ph_rc check_topics(app *a, ph_err *err)
{
    ph_topic_report reports[PH_N_TOPICS];
    ph_rc rc = ph_pub_topics_check(&a->setup.options, &a->setup.demand, reports, err);
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++)
        if (reports[i].complaint[0] != '\0') {
            rc = ph_err_set(err, PH_INVALID, "pub.topic.weak", reports[i].name, "topic %s %s", reports[i].name,
                            reports[i].complaint);
            ph_err_means(err, "nothing was published");
            ph_err_hint(err, "phusa-publisher topics create, or lower min_replication and min_insync knowingly");
        }
    return rc;
}

/* A broker that is away at the start is waited for: the line's own backoff does it, this only must not end the process.
 */
static ph_rc check_topics_patiently(app *a, ph_err *err)
{
    ph_rc rc = check_topics(a, err);
    while (ph_rc_class(rc) == PH_CLASS_RETRY) {
        ph_log_event(PH_LOG_WARNING, "pub.kafka.waiting", (ph_log_kv[]){PH_KV_ERR(err), PH_KV_END});
        int64_t until_us = ph_clock_mono_us() + MAX_BACKOFF_US / 10;
        while (ph_clock_mono_us() < until_us && !ph_loop_stopped(a->loop)) {
            ph_rc turned = ph_loop_step(a->loop, until_us - ph_clock_mono_us());
            if (turned != PH_OK)
                return turned;
        }
        if (ph_loop_stopped(a->loop))
            return PH_OK;
        rc = check_topics(a, err);
    }
    return rc;
}

/* The trial broker forgets all at its end, so what an earlier one had published is no evidence of anything. */
static ph_rc open_memory(app *a, bool embedded)
{
    char path[1100];
    snprintf(path, sizeof path, "%s%s", a->cfg->memory, embedded ? ".embedded" : "");
    if (embedded)
        (void)unlink(path);
    return ph_pub_memory_file(path, a->cfg->shard, &a->memory);
}

static ph_rc open_ports(app *a, bool embedded, ph_err *err)
{
    char lock_path[1100];
    snprintf(lock_path, sizeof lock_path, "%s.lock", a->cfg->memory);
    ph_rc rc = ph_lock_take(lock_path, &a->lock, err);
    if (rc == PH_OK)
        rc = ph_pub_sqlite_open(a->cfg->ledger, &a->ledger, err);
    if (rc == PH_OK)
        rc = open_memory(a, embedded);
    if (rc == PH_OK)
        rc = ph_pub_kafka_new(&a->setup.options, &a->sink);
    if (rc == PH_OK)
        rc = ph_pub_line_init(&a->line, a->ledger, a->sink, a->memory, (uint32_t)a->cfg->batch_max);
    return rc;
}

static ph_rc start_worker(app *a)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_mutex_init(&a->s.lock, NULL);
    pthread_cond_init(&a->s.wake, &attr);
    pthread_condattr_destroy(&attr);
    a->has_worker = pthread_create(&a->worker, NULL, work, a) == 0;
    return a->has_worker ? PH_OK : PH_NOMEM;
}

static ph_rc join_worker(app *a, ph_err *err)
{
    pthread_mutex_lock(&a->s.lock);
    a->s.is_stopping = true;
    pthread_cond_signal(&a->s.wake);
    pthread_mutex_unlock(&a->s.lock);
    pthread_join(a->worker, NULL);
    if (a->s.rc != PH_OK)
        *err = a->s.err;
    return a->s.rc;
}

static void close_app(app *a)
{
    ph_health_close(a->health);
    ph_metrics_close(a->metrics);
    ph_pub_line_done(&a->line);
    if (a->sink != NULL)
        a->sink->ops->close(a->sink);
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
        rc = open_ports(a, embedded, err);
    if (rc == PH_OK)
        rc = open_metrics(a, err);
    if (rc == PH_OK)
        rc = embedded ? start_broker(a, err) : check_topics_patiently(a, err);
    return rc;
}

ph_rc ph_pub_app_run(const ph_pub_cfg *cfg, bool embedded, ph_err *err)
{
    static app a;
    memset(&a, 0, sizeof a);
    a.cfg = cfg;
    a.ended_fd = -1;
    pthread_mutex_init(&a.s.lock, NULL);
    ph_rc rc = open_app(&a, embedded, err);
    if (rc == PH_OK && !ph_loop_stopped(a.loop)) {
        rc = start_worker(&a);
        if (rc == PH_OK) {
            ph_notify_ready(embedded ? "publishing to the embedded trial broker" : "publishing");
            ph_log_event(
                PH_LOG_NOTICE, "pub.started",
                (ph_log_kv[]){PH_KV_STR("bootstrap", a.setup.bootstrap), PH_KV_BOOL("embedded", embedded), PH_KV_END});
            rc = ph_loop_run(a.loop);
            ph_notify_stopping("stopping");
            ph_rc ended = join_worker(&a, err);
            rc = rc == PH_OK ? ended : rc;
        }
    }
    close_app(&a);
    return rc;
}
