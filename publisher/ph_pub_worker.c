/* ph_pub_worker - step, tell, rest; the loop beside it keeps health and signals alive. */
#include "ph_pub_worker.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ph_clock.h"
#include "ph_log.h"
#include "ph_notify.h"
#include "ph_pub_kafka.h"
#include "ph_pub_watch.h"

enum {
    FIRST_BACKOFF_US = 250000,
    MAX_BACKOFF_US = 15000000,
    CHALLENGED_REST_US = 3000000, /* a successor claims the line within this */
    LOOK_GAP_US = 20000           /* a busy ledger wakes us at most so often */
};

struct ph_pub_worker {
    ph_pub_worker_options o;
    ph_pub_watch *watch;
    int stop_fd;
    _Atomic int64_t stop_at_us;
    int64_t backoff_us;
    bool are_topics_checked;
    pthread_t thread;
    pthread_mutex_t lock; /* of what follows */
    pthread_cond_t ended;
    bool has_ended;
    ph_rc rc;
    ph_err err;
    ph_pub_news news;
};

static bool is_stopping(ph_pub_worker *w)
{
    return atomic_load(&w->stop_at_us) != 0;
}

/* Wait, but not beyond a stop, nor beyond a write to the ledger when @may_wake. */
static void rest(ph_pub_worker *w, int64_t us, bool may_wake)
{
    int64_t until_us = ph_clock_mono_us() + us;
    struct pollfd fds[2] = {{.fd = w->stop_fd, .events = POLLIN},
                            {.fd = may_wake ? ph_pub_watch_fd(w->watch) : -1, .events = POLLIN}};
    for (;;) {
        int64_t left_us = until_us - ph_clock_mono_us();
        if (is_stopping(w) || left_us <= 0)
            return;
        int n = poll(fds, 2, (int)((left_us + 999) / 1000));
        if (n > 0 && (fds[1].revents & POLLIN) != 0 && ph_pub_watch_drain(w->watch))
            return;
    }
}

/* What must end the process: FATAL, and a refusal that time does not mend. */
static bool is_final(ph_rc rc)
{
    return ph_rc_class(rc) == PH_CLASS_FATAL || rc == PH_INVALID || rc == PH_FORBIDDEN || rc == PH_UNSUPPORTED ||
           rc == PH_LIMIT;
}

static ph_rc check_topics(ph_pub_worker *w, ph_err *err)
{
    ph_topic_report reports[PH_N_TOPICS];
    ph_rc rc = ph_pub_topics_check(&w->o.setup->options, &w->o.setup->demand, reports, err);
    /* a topic that is not there may just have been made: brokers hear of it one after another */
    for (int i = 0; rc == PH_OK && i < PH_N_TOPICS; i++)
        rc = ph_pub_topic_refuse(&reports[i], reports[i].is_there ? PH_FORBIDDEN : PH_NOT_FOUND, err);
    w->are_topics_checked = rc == PH_OK;
    return rc;
}

static ph_rc step(ph_pub_worker *w, bool *ret_more, ph_err *err)
{
    bool was_up = w->o.line->state == PH_PUB_READY;
    uint64_t before = w->o.line->progress.record;
    int64_t began_us = ph_clock_mono_us();
    *ret_more = false;
    ph_rc rc = w->are_topics_checked ? PH_OK : check_topics(w, err);
    if (rc == PH_OK)
        rc = ph_pub_line_step(w->o.line, ph_clock_now_us(), ret_more, err);
    if (rc == PH_OK && !was_up)
        PH_LOG(PH_LOG_NOTICE, "pub.line.up", PH_KV_UINT("record", w->o.line->progress.record));
    if (w->o.line->progress.record != before && was_up) {
        ph_metric_observe(w->o.transaction_seconds, (double)(ph_clock_mono_us() - began_us) / 1e6);
        PH_LOG(PH_LOG_INFO, "pub.transaction.committed", PH_KV_UINT("first", before + 1),
               PH_KV_UINT("last", w->o.line->progress.record));
    }
    return rc;
}

static void set_busy(ph_pub_worker *w, bool is_busy)
{
    pthread_mutex_lock(&w->lock);
    w->news.busy_since_us = is_busy ? ph_clock_mono_us() : 0;
    pthread_mutex_unlock(&w->lock);
}

/* Tells people on changes only. */
static void tell_people(const ph_pub_worker *w, ph_rc rc, const ph_err *err, const char *last_code)
{
    if (rc == PH_OK && last_code[0] != '\0') {
        PH_LOG(PH_LOG_NOTICE, "pub.line.recovered", PH_KV_UINT("record", w->o.line->progress.record));
        ph_notify_status("publishing");
    } else if (rc != PH_OK && strcmp(last_code, err->code) != 0) {
        PH_LOG(PH_LOG_WARNING, "pub.line.trouble", PH_KV_ERR(err));
        ph_notify_status("not publishing: %s", err->what);
    }
}

static void tell(ph_pub_worker *w, ph_rc rc, const ph_err *err)
{
    const ph_pub_line *l = w->o.line;
    ph_pub_head head = {0};
    bool has_head = rc == PH_OK && l->ledger->ops->head(l->ledger, &head, NULL) == PH_OK;
    char last_code[sizeof err->code] = "";
    pthread_mutex_lock(&w->lock);
    ph_pub_news *n = &w->news;
    if (n->trouble_since_us != 0)
        memcpy(last_code, n->trouble.code, sizeof last_code);
    n->is_up = l->state == PH_PUB_READY && rc == PH_OK;
    n->trouble_since_us = rc == PH_OK ? 0 : n->trouble_since_us != 0 ? n->trouble_since_us : ph_clock_mono_us();
    if (rc != PH_OK)
        n->trouble = *err;
    n->record = l->progress.record;
    n->ledger_record = has_head ? head.last_record : n->ledger_record;
    n->durable_record = has_head ? head.durable_record : n->durable_record;
    n->n_committed = l->n_committed;
    n->n_transactions = l->n_transactions;
    n->n_aborted = l->n_aborted;
    n->last_commit_us = l->last_commit_us;
    pthread_mutex_unlock(&w->lock);
    tell_people(w, rc, err, last_code);
}

static void rest_after(ph_pub_worker *w, ph_rc rc, bool more)
{
    if (rc != PH_OK) {
        rest(w, w->o.line->is_challenged ? CHALLENGED_REST_US : w->backoff_us, false);
        w->backoff_us = w->backoff_us * 2 > MAX_BACKOFF_US ? MAX_BACKOFF_US : w->backoff_us * 2;
        return;
    }
    w->backoff_us = FIRST_BACKOFF_US;
    if (more)
        return;
    rest(w, LOOK_GAP_US, false);
    rest(w, w->o.cfg->poll_us - LOOK_GAP_US, true);
}

static void end(ph_pub_worker *w, ph_rc rc, const ph_err *err)
{
    const uint64_t one = 1;
    w->o.line->sink->ops->close(w->o.line->sink); /* here: it may take a moment, which the loop has not */
    w->o.line->sink = NULL;
    pthread_mutex_lock(&w->lock);
    w->has_ended = true;
    w->rc = rc;
    w->err = *err;
    pthread_cond_signal(&w->ended);
    pthread_mutex_unlock(&w->lock);
    if (write(w->o.ended_fd, &one, sizeof one) != (ssize_t)sizeof one)
        PH_LOG(PH_LOG_ERROR, "pub.worker.mute");
}

static void *work(void *arg)
{
    ph_pub_worker *w = arg;
    ph_err err = {0};
    ph_rc rc = PH_OK;
    while (!is_stopping(w)) {
        bool more = false;
        set_busy(w, true);
        rc = step(w, &more, &err);
        set_busy(w, false);
        if (is_final(rc))
            break;
        if (rc == PH_OK || !is_stopping(w)) /* what a stop broke off is no trouble */
            tell(w, rc, &err);
        rest_after(w, rc, more);
    }
    end(w, is_final(rc) ? rc : PH_OK, &err);
    return NULL;
}

static void free_worker(ph_pub_worker *w)
{
    if (w->stop_fd >= 0)
        close(w->stop_fd);
    ph_pub_watch_close(w->watch);
    pthread_cond_destroy(&w->ended);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static void init_sync(ph_pub_worker *w)
{
    pthread_condattr_t attr;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&w->ended, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&w->lock, NULL);
}

ph_rc ph_pub_worker_start(const ph_pub_worker_options *options, ph_pub_worker **ret, ph_err *err)
{
    ph_pub_worker *w = calloc(1, sizeof *w);
    if (w == NULL)
        return PH_NOMEM;
    w->o = *options;
    w->backoff_us = FIRST_BACKOFF_US;
    w->are_topics_checked = !options->checks_topics;
    w->o.setup->options.stop_at_us = &w->stop_at_us;
    w->o.setup->options.attempt_ms = PH_KAFKA_ATTEMPT_MS; /* it comes again, with a fresh client */
    init_sync(w);
    if (ph_pub_watch_open(options->cfg->ledger, &w->watch, err) != PH_OK)
        PH_LOG(PH_LOG_NOTICE, "pub.watch.off", PH_KV_ERR(err));
    w->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    if (w->stop_fd < 0 || pthread_create(&w->thread, NULL, work, w) != 0) {
        w->o.setup->options.stop_at_us = NULL;
        free_worker(w);
        return PH_LIMIT;
    }
    *ret = w;
    return PH_OK;
}

void ph_pub_worker_news(ph_pub_worker *w, ph_pub_news *ret)
{
    pthread_mutex_lock(&w->lock);
    *ret = w->news;
    pthread_mutex_unlock(&w->lock);
}

ph_rc ph_pub_worker_stop(ph_pub_worker *w, bool *ret_ended, ph_err *err)
{
    const uint64_t one = 1;
    int64_t now_us = ph_clock_mono_us();
    struct timespec until = {.tv_sec = (time_t)((now_us + PH_PUB_STOP_US) / 1000000),
                             .tv_nsec = (long)((now_us + PH_PUB_STOP_US) % 1000000) * 1000};
    int waited = 0;
    atomic_store(&w->stop_at_us, now_us + PH_PUB_GRACE_US);
    if (write(w->stop_fd, &one, sizeof one) != (ssize_t)sizeof one)
        PH_LOG(PH_LOG_ERROR, "pub.worker.mute");
    pthread_mutex_lock(&w->lock);
    while (!w->has_ended && waited == 0)
        waited = pthread_cond_timedwait(&w->ended, &w->lock, &until);
    *ret_ended = w->has_ended;
    ph_rc rc = w->rc;
    if (w->has_ended && rc != PH_OK)
        *err = w->err;
    pthread_mutex_unlock(&w->lock);
    if (!*ret_ended)
        return PH_OK;
    pthread_join(w->thread, NULL);
    w->o.setup->options.stop_at_us = NULL;
    free_worker(w);
    return rc;
}
