/* ph_pub_kafka_end - rd_kafka_destroy joins its threads without a deadline; one that hangs must not take us along. */
#include "ph_pub_kafka_end.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "ph_clock.h"
#include "ph_log.h"
#include "ph_pub_kafka_conf.h"

static _Atomic int n_left; /* hanging now */

/* Shared by the two; whoever is last frees it. */
typedef struct ending {
    void (*end)(void *);
    void *arg;
    pthread_mutex_t lock;
    pthread_cond_t is_over;
    bool has_ended, is_left;
} ending;

static void free_ending(ending *e)
{
    pthread_cond_destroy(&e->is_over);
    pthread_mutex_destroy(&e->lock);
    free(e);
}

static void *work(void *arg)
{
    ending *e = arg;
    e->end(e->arg);
    pthread_mutex_lock(&e->lock);
    e->has_ended = true;
    bool is_left = e->is_left;
    pthread_cond_signal(&e->is_over);
    pthread_mutex_unlock(&e->lock);
    if (is_left) {
        atomic_fetch_sub(&n_left, 1);
        free_ending(e);
    }
    return NULL;
}

static ending *begin(void (*end)(void *), void *arg, pthread_t *ret)
{
    pthread_condattr_t attr;
    ending *e = atomic_load(&n_left) >= PH_KAFKA_MAX_LEFT ? NULL : calloc(1, sizeof *e);
    if (e == NULL)
        return NULL;
    e->end = end;
    e->arg = arg;
    pthread_condattr_init(&attr);
    pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    pthread_cond_init(&e->is_over, &attr);
    pthread_condattr_destroy(&attr);
    pthread_mutex_init(&e->lock, NULL);
    if (pthread_create(ret, NULL, work, e) == 0)
        return e;
    free_ending(e);
    return NULL;
}

bool ph_kafka_end_within(void (*end)(void *), void *arg, int ms)
{
    pthread_t thread;
    struct timespec until;
    int waited = 0;
    ending *e = begin(end, arg, &thread);
    if (e == NULL) {
        end(arg);
        return true;
    }
    int64_t until_us = ph_clock_mono_us() + (int64_t)ms * 1000;
    until.tv_sec = (time_t)(until_us / 1000000);
    until.tv_nsec = (long)(until_us % 1000000) * 1000;
    pthread_mutex_lock(&e->lock);
    while (!e->has_ended && waited == 0)
        waited = pthread_cond_timedwait(&e->is_over, &e->lock, &until);
    bool has_ended = e->has_ended;
    e->is_left = !has_ended;
    if (!has_ended) { /* counted while it cannot end yet */
        atomic_fetch_add(&n_left, 1);
        pthread_detach(thread);
    }
    pthread_mutex_unlock(&e->lock);
    if (has_ended) {
        pthread_join(thread, NULL);
        free_ending(e);
    }
    return has_ended;
}

static void destroy(void *rk)
{
    rd_kafka_destroy(rk);
}

void ph_kafka_client_end(rd_kafka_t *rk)
{
    if (!ph_kafka_end_within(destroy, rk, PH_KAFKA_END_MS))
        PH_LOG(PH_LOG_WARNING, "pub.client.stuck",
               PH_KV_STR("note", "left behind; a fresh client is used, nothing is lost"));
}
