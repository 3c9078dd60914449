/* ph_agg_zap - a REP socket, a sorted key table behind a mutex, a thread.   Layer: aggregator/io (libzmq) */
#include "ph_agg_zap.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "ph_clock.h"
#include "ph_digest.h"
#include "ph_log.h"
#include "ph_zmq.h"

#define STOP_ENDPOINT "inproc://phusa.zap.stop"
enum { TURN_MS = 500, REQUEST_FRAMES = 7, FRAME_BYTES = 256 };

typedef struct zap_key {
    uint8_t curve[PH_CURVE_PUBLIC_BYTES];
    bool is_revoked;
} zap_key;

struct ph_agg_zap {
    void *answer;             /* REP, the thread's */
    void *stop_in, *stop_out; /* PAIR: the thread's end, the opener's end */
    pthread_t thread;
    bool has_thread;
    pthread_mutex_t lock; /* keys, counts, last_turn_us */
    zap_key *keys;        /* sorted */
    size_t n_keys;
    ph_zap_counts counts;
    int64_t last_turn_us;
};

/* One request; frames longer than any of ours are cut, which no check takes for right. */
typedef struct zap_request {
    uint8_t frames[REQUEST_FRAMES][FRAME_BYTES];
    size_t len[REQUEST_FRAMES];
    int n; /* REQUEST_FRAMES + 1 when there were more */
} zap_request;

enum { AT_VERSION, AT_REQUEST, AT_DOMAIN, AT_ADDRESS, AT_NAME, AT_MECHANISM, AT_KEY };

static bool receive(void *socket, zap_request *ret)
{
    int more = 1;
    size_t more_size = sizeof more;
    for (ret->n = 0; more; ret->n += ret->n <= REQUEST_FRAMES) {
        uint8_t spill[1];
        bool fits = ret->n < REQUEST_FRAMES;
        int len = zmq_recv(socket, fits ? (void *)ret->frames[ret->n] : spill, fits ? FRAME_BYTES : 1, ZMQ_DONTWAIT);
        if (len < 0 || zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &more_size) != 0)
            return false;
        if (fits)
            ret->len[ret->n] = (size_t)len;
    }
    return true;
}

static bool frame_is(const zap_request *q, int i, const char *text)
{
    return i < q->n && ph_span_is(ph_span_of(q->frames[i], q->len[i]), text);
}

static bool is_well_formed(const zap_request *q)
{
    return q->n == REQUEST_FRAMES && frame_is(q, AT_VERSION, "1.0") && frame_is(q, AT_DOMAIN, PH_ZMQ_ZAP_DOMAIN) &&
           frame_is(q, AT_MECHANISM, "CURVE") && q->len[AT_KEY] == PH_CURVE_PUBLIC_BYTES;
}

static int by_curve(const void *a, const void *b)
{
    return memcmp(((const zap_key *)a)->curve, ((const zap_key *)b)->curve, PH_CURVE_PUBLIC_BYTES);
}

/* The status for one request; counts it. */
static const char *judge(ph_agg_zap *z, const zap_request *q)
{
    const char *status = "500";
    pthread_mutex_lock(&z->lock);
    if (!is_well_formed(q)) {
        z->counts.n_malformed++;
    } else {
        zap_key wanted = {0};
        memcpy(wanted.curve, q->frames[AT_KEY], sizeof wanted.curve);
        const zap_key *known = z->n_keys == 0 ? NULL : bsearch(&wanted, z->keys, z->n_keys, sizeof wanted, by_curve);
        status = known == NULL ? "300" : known->is_revoked ? "400" : "200";
        z->counts.n_unknown += known == NULL;
        z->counts.n_revoked += known != NULL && known->is_revoked;
        z->counts.n_allowed += known != NULL && !known->is_revoked;
    }
    pthread_mutex_unlock(&z->lock);
    return status;
}

static void tell(const zap_request *q, const char *status)
{
    ph_span address = q->n > AT_ADDRESS ? ph_span_of(q->frames[AT_ADDRESS], q->len[AT_ADDRESS]) : ph_span_str("");
    if (strcmp(status, "500") == 0) {
        PH_LOG(PH_LOG_ERROR, "agg.zap.malformed", PH_KV_SPAN("address", address));
        return;
    }
    char key[PH_Z85_TEXT_BYTES];
    ph_z85_print(q->frames[AT_KEY], key);
    if (strcmp(status, "300") == 0)
        PH_LOG(PH_LOG_WARNING, "agg.key.unknown", PH_KV_STR("curve", key), PH_KV_SPAN("address", address));
    else if (strcmp(status, "400") == 0)
        PH_LOG(PH_LOG_WARNING, "agg.key.revoked", PH_KV_STR("curve", key), PH_KV_SPAN("address", address));
}

static void send_reply(void *socket, const zap_request *q, const char *status)
{
    char user[2 * PH_CURVE_PUBLIC_BYTES + 1] = "";
    if (strcmp(status, "200") == 0)
        ph_hex_print(q->frames[AT_KEY], PH_CURVE_PUBLIC_BYTES, user);
    size_t request_len = q->n > AT_REQUEST ? q->len[AT_REQUEST] : 0;
    /* A reply that cannot be sent leaves the handshake waiting until it times out: nobody gets in by that. */
    bool ok = zmq_send(socket, "1.0", 3, ZMQ_SNDMORE) >= 0 &&
              zmq_send(socket, q->frames[AT_REQUEST], request_len, ZMQ_SNDMORE) >= 0 &&
              zmq_send(socket, status, 3, ZMQ_SNDMORE) >= 0 && zmq_send(socket, "", 0, ZMQ_SNDMORE) >= 0 &&
              zmq_send(socket, user, strlen(user), ZMQ_SNDMORE) >= 0 && zmq_send(socket, "", 0, 0) >= 0;
    if (!ok)
        PH_LOG(PH_LOG_ERROR, "agg.zap.unanswered", PH_KV_STR("why", zmq_strerror(zmq_errno())));
}

static void note_turn(ph_agg_zap *z)
{
    pthread_mutex_lock(&z->lock);
    z->last_turn_us = ph_clock_mono_us();
    pthread_mutex_unlock(&z->lock);
}

static void *run(void *arg)
{
    ph_agg_zap *z = arg;
    zap_request q;
    for (;;) {
        zmq_pollitem_t items[] = {{.socket = z->answer, .events = ZMQ_POLLIN},
                                  {.socket = z->stop_in, .events = ZMQ_POLLIN}};
        int n = zmq_poll(items, 2, TURN_MS);
        if ((n < 0 && zmq_errno() != EINTR) || (items[1].revents & ZMQ_POLLIN) != 0)
            return NULL;
        note_turn(z);
        if (n <= 0 || (items[0].revents & ZMQ_POLLIN) == 0 || !receive(z->answer, &q))
            continue;
        const char *status = judge(z, &q);
        tell(&q, status);
        send_reply(z->answer, &q, status);
    }
}

/* The thread must never be the one that a signal interrupts: the loop reads them from its signalfd. */
static bool start(ph_agg_zap *z)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    z->has_thread = pthread_create(&z->thread, NULL, run, z) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return z->has_thread;
}

ph_rc ph_zap_open(void *context, ph_agg_zap **ret, ph_err *err)
{
    ph_agg_zap *z = calloc(1, sizeof *z);
    if (z == NULL)
        return ph_err_set(err, PH_NOMEM, "agg.zap.memory", "authenticator", "out of memory");
    pthread_mutex_init(&z->lock, NULL);
    z->last_turn_us = ph_clock_mono_us();
    ph_rc rc = ph_zmq_open(context, ZMQ_REP, &z->answer, err);
    if (rc == PH_OK)
        rc = ph_zmq_open(context, ZMQ_PAIR, &z->stop_in, err);
    if (rc == PH_OK)
        rc = ph_zmq_open(context, ZMQ_PAIR, &z->stop_out, err);
    if (rc == PH_OK && (zmq_bind(z->answer, PH_ZMQ_ZAP_ENDPOINT) != 0 || zmq_bind(z->stop_in, STOP_ENDPOINT) != 0 ||
                        zmq_connect(z->stop_out, STOP_ENDPOINT) != 0))
        rc = ph_err_set(err, PH_BUG, "agg.zap.bind", PH_ZMQ_ZAP_ENDPOINT, "%s", zmq_strerror(zmq_errno()));
    if (rc == PH_OK && !start(z))
        rc = ph_err_set(err, PH_LIMIT, "agg.zap.thread", "authenticator", "no thread could be started");
    if (rc != PH_OK)
        ph_zap_close(z);
    else
        *ret = z;
    return rc;
}

void ph_zap_close(ph_agg_zap *z)
{
    if (z == NULL)
        return;
    if (z->has_thread) {
        while (zmq_send(z->stop_out, "", 0, 0) < 0 && zmq_errno() == EINTR) {
        }
        pthread_join(z->thread, NULL);
    }
    /* zmq_close lets go of names some time later, unbind at once: another authenticator may follow. */
    if (z->answer != NULL)
        (void)zmq_unbind(z->answer, PH_ZMQ_ZAP_ENDPOINT);
    if (z->stop_in != NULL)
        (void)zmq_unbind(z->stop_in, STOP_ENDPOINT);
    ph_zmq_close(&z->answer);
    ph_zmq_close(&z->stop_out);
    ph_zmq_close(&z->stop_in);
    pthread_mutex_destroy(&z->lock);
    free(z->keys);
    free(z);
}

ph_rc ph_zap_set_roster(ph_agg_zap *z, const ph_roster *roster)
{
    size_t n = ph_roster_n(roster);
    zap_key *keys = calloc(n + 1, sizeof *keys);
    if (keys == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < n; i++) {
        const ph_roster_entry *e = ph_roster_at(roster, i);
        memcpy(keys[i].curve, e->curve_public, sizeof keys[i].curve);
        keys[i].is_revoked = e->status == PH_KEY_REVOKED;
    }
    qsort(keys, n, sizeof *keys, by_curve);
    pthread_mutex_lock(&z->lock);
    zap_key *old = z->keys;
    z->keys = keys;
    z->n_keys = n;
    pthread_mutex_unlock(&z->lock);
    free(old);
    return PH_OK;
}

ph_zap_counts ph_zap_count(ph_agg_zap *z)
{
    pthread_mutex_lock(&z->lock);
    ph_zap_counts counts = z->counts;
    pthread_mutex_unlock(&z->lock);
    return counts;
}

int64_t ph_zap_last_turn_us(ph_agg_zap *z)
{
    pthread_mutex_lock(&z->lock);
    int64_t at = z->last_turn_us;
    pthread_mutex_unlock(&z->lock);
    return at;
}
