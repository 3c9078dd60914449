/* ph_agg_pool - one mutex, two conditions; items are taken a few at a time.   Layer: aggregator/io (threads) */
#include "ph_agg_pool.h"

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>

/* A signature costs some 75 microseconds: four make a lock worth its while and still spread over threads. */
enum { TAKE = 4 };

struct ph_agg_pool {
    pthread_mutex_t lock; /* all below but threads */
    pthread_cond_t work, idle;
    ph_pool_fn fn;
    void *arg;
    size_t n_published, n_taken, n_done;
    bool is_closing;
    size_t n_threads;
    pthread_t threads[PH_POOL_MAX_THREADS];
};

/* Take up to TAKE items and do them; the lock is held on entry and exit. False when there was nothing to take. */
static bool do_some(ph_agg_pool *p)
{
    size_t first = p->n_taken;
    size_t n = p->n_published - first < TAKE ? p->n_published - first : TAKE;
    if (n == 0)
        return false;
    p->n_taken += n;
    ph_pool_fn fn = p->fn;
    void *arg = p->arg;
    pthread_mutex_unlock(&p->lock);
    for (size_t i = first; i < first + n; i++)
        fn(arg, i);
    pthread_mutex_lock(&p->lock);
    p->n_done += n;
    if (p->n_done == p->n_published)
        pthread_cond_signal(&p->idle);
    return true;
}

static void *run(void *arg)
{
    ph_agg_pool *p = arg;
    pthread_mutex_lock(&p->lock);
    while (!p->is_closing)
        if (!do_some(p))
            pthread_cond_wait(&p->work, &p->lock);
    pthread_mutex_unlock(&p->lock);
    return NULL;
}

ph_rc ph_pool_open(size_t n_threads, ph_agg_pool **ret, ph_err *err)
{
    ph_agg_pool *p = n_threads > PH_POOL_MAX_THREADS ? NULL : calloc(1, sizeof *p);
    if (p == NULL)
        return ph_err_set(err, PH_NOMEM, "agg.pool.memory", "verify_threads", "out of memory, or more than %d threads",
                          PH_POOL_MAX_THREADS);
    pthread_mutex_init(&p->lock, NULL);
    pthread_cond_init(&p->work, NULL);
    pthread_cond_init(&p->idle, NULL);
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    while (p->n_threads < n_threads && pthread_create(&p->threads[p->n_threads], NULL, run, p) == 0)
        p->n_threads++;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (p->n_threads < n_threads) {
        ph_rc rc = ph_err_set(err, PH_LIMIT, "agg.pool.threads", "verify_threads", "only %zu of %zu threads started",
                              p->n_threads, n_threads);
        ph_pool_close(p);
        return rc;
    }
    *ret = p;
    return PH_OK;
}

void ph_pool_close(ph_agg_pool *p)
{
    if (p == NULL)
        return;
    pthread_mutex_lock(&p->lock);
    p->is_closing = true;
    pthread_cond_broadcast(&p->work);
    pthread_mutex_unlock(&p->lock);
    for (size_t i = 0; i < p->n_threads; i++)
        pthread_join(p->threads[i], NULL);
    pthread_cond_destroy(&p->idle);
    pthread_cond_destroy(&p->work);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

void ph_pool_begin(ph_agg_pool *p, ph_pool_fn fn, void *arg)
{
    pthread_mutex_lock(&p->lock);
    p->fn = fn;
    p->arg = arg;
    p->n_published = p->n_taken = p->n_done = 0;
    pthread_mutex_unlock(&p->lock);
}

void ph_pool_publish(ph_agg_pool *p, size_t n)
{
    pthread_mutex_lock(&p->lock);
    size_t fresh = n - p->n_published;
    p->n_published = n;
    if (fresh > TAKE)
        pthread_cond_broadcast(&p->work);
    else if (fresh > 0)
        pthread_cond_signal(&p->work);
    pthread_mutex_unlock(&p->lock);
}

void ph_pool_wait(ph_agg_pool *p)
{
    pthread_mutex_lock(&p->lock);
    while (p->n_done < p->n_published)
        if (!do_some(p))
            pthread_cond_wait(&p->idle, &p->lock);
    pthread_mutex_unlock(&p->lock);
}
