/* ph_bench_limit - what this machine could do if the aggregator had no work of its own. */
#include "ph_bench_limit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "ph_agg_pool.h"
#include "ph_bench_load.h"
#include "ph_digest.h"
#include "ph_file.h"
#include "ph_frame.h"
#include "ph_notify.h"
#include "ph_sqlite.h"
#include "ph_submission.h"

enum { BATCH = 512, REPLY_BYTES = 64, PUBLISH_EVERY = 8 };

typedef struct job {
    zmq_msg_t route, frame;
    ph_digest digest;
    bool is_good;
} job;

/* Two batches: while one is verified, the one before it is committed and answered. */
typedef struct batch {
    const struct server *s;
    job jobs[BATCH];
    size_t n;
} batch;

typedef struct server {
    uint8_t keys[PH_BENCH_AGENTS][PH_SIGN_PUBLIC_BYTES];
    ph_key_id key_ids[PH_BENCH_AGENTS];
    batch batches[2];
    ph_agg_pool *pool;
    uint8_t sign_public[PH_SIGN_PUBLIC_BYTES], sign_secret[PH_SIGN_SECRET_BYTES];
    ph_db *db;
    ph_stmt *insert;
    int64_t seq;
    void *router;
} server;

static volatile sig_atomic_t is_stopped;

static void on_stop(int signo)
{
    (void)signo;
    is_stopped = 1;
}

static ph_rc verify_job(const server *s, job *j)
{
    ph_frame frame;
    ph_envelope e;
    ph_rc rc = ph_frame_split(ph_span_of(zmq_msg_data(&j->frame), zmq_msg_size(&j->frame)), PH_MAX_FRAME_BYTES, &frame);
    if (rc == PH_OK)
        rc = ph_envelope_read(frame.body, &e);
    for (unsigned i = 0; rc == PH_OK && i < PH_BENCH_AGENTS; i++)
        if (ph_key_id_eq(&e.key_id, &s->key_ids[i])) {
            rc = ph_sign_verify(PH_SIGN_SUBMISSION, s->keys[i], e.body, &e.signature);
            j->digest = ph_digest_of_span(e.body);
            return rc;
        }
    return rc != PH_OK ? rc : PH_FORBIDDEN;
}

static void verify_item(void *arg, size_t i)
{
    batch *b = arg;
    b->jobs[i].is_good = verify_job(b->s, &b->jobs[i]) == PH_OK;
}

static ph_rc commit_batch(server *s, batch *b)
{
    ph_rc rc = ph_db_begin(s->db, NULL);
    for (size_t i = 0; rc == PH_OK && i < b->n; i++) {
        job *j = &b->jobs[i];
        ph_stmt_int(s->insert, 1, ++s->seq);
        ph_stmt_blob_bytes(s->insert, 2, j->digest.bytes, sizeof j->digest.bytes);
        ph_stmt_blob_bytes(s->insert, 3, zmq_msg_data(&j->frame), zmq_msg_size(&j->frame));
        rc = ph_stmt_run(s->insert, NULL);
    }
    if (rc == PH_OK)
        rc = ph_db_commit(s->db, NULL);
    else
        ph_db_rollback(s->db);
    return rc;
}

static ph_rc reply_batch(server *s, batch *b)
{
    ph_signature signature;
    ph_rc rc = ph_sign_make(PH_SIGN_CHECKPOINT, s->sign_secret, ph_span_of(b->jobs[0].digest.bytes, PH_DIGEST_BYTES),
                            &signature);
    for (size_t i = 0; i < b->n; i++) {
        job *j = &b->jobs[i];
        if (rc == PH_OK && j->is_good && zmq_msg_send(&j->route, s->router, ZMQ_SNDMORE | ZMQ_DONTWAIT) >= 0 &&
            zmq_send(s->router, signature.bytes, REPLY_BYTES, ZMQ_DONTWAIT) < 0)
            rc = PH_IO;
        zmq_msg_close(&j->route);
        zmq_msg_close(&j->frame);
    }
    b->n = 0;
    return rc;
}

static void drain(server *s, batch *b)
{
    ph_pool_begin(s->pool, verify_item, b);
    while (b->n < BATCH) {
        job *j = &b->jobs[b->n];
        zmq_msg_init(&j->route);
        zmq_msg_init(&j->frame);
        if (zmq_msg_recv(&j->route, s->router, ZMQ_DONTWAIT) < 0 ||
            zmq_msg_recv(&j->frame, s->router, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&j->route);
            zmq_msg_close(&j->frame);
            break;
        }
        if (++b->n % PUBLISH_EVERY == 0)
            ph_pool_publish(s->pool, b->n);
    }
    ph_pool_publish(s->pool, b->n);
}

static ph_rc serve_loop(server *s)
{
    ph_rc rc = PH_OK;
    for (unsigned turn = 0; rc == PH_OK && !is_stopped; turn++) {
        batch *now = &s->batches[turn % 2], *before = &s->batches[(turn + 1) % 2];
        zmq_pollitem_t item = {.socket = s->router, .events = ZMQ_POLLIN};
        (void)zmq_poll(&item, 1, before->n > 0 ? 0 : 200);
        drain(s, now);
        if (before->n > 0)
            rc = commit_batch(s, before);
        if (rc == PH_OK && before->n > 0)
            rc = reply_batch(s, before);
        ph_pool_wait(s->pool);
    }
    return rc;
}

static ph_rc open_router(server *s, void *ctx, const ph_bench_limit_options *o)
{
    int one = 1, zero = 0, hwm = 100000;
    s->router = zmq_socket(ctx, ZMQ_ROUTER);
    if (s->router == NULL || zmq_setsockopt(s->router, ZMQ_CURVE_SERVER, &one, sizeof one) != 0 ||
        zmq_setsockopt(s->router, ZMQ_CURVE_SECRETKEY, o->curve_secret_z85, strlen(o->curve_secret_z85)) != 0 ||
        zmq_setsockopt(s->router, ZMQ_LINGER, &zero, sizeof zero) != 0 ||
        zmq_setsockopt(s->router, ZMQ_RCVHWM, &hwm, sizeof hwm) != 0 ||
        zmq_setsockopt(s->router, ZMQ_SNDHWM, &hwm, sizeof hwm) != 0 || zmq_bind(s->router, o->endpoint) != 0)
        return PH_IO;
    return PH_OK;
}

static ph_rc open_ledger(server *s, const ph_bench_limit_options *o)
{
    static const char *const pragmas[] = {"page_size=16384", "journal_mode=WAL", "synchronous=FULL", NULL};
    ph_err err = {0};
    ph_rc rc = ph_db_open(o->db_path, PH_DB_CREATE, pragmas, &s->db, &err);
    if (rc == PH_OK)
        rc = ph_db_exec(
            s->db, "CREATE TABLE entry (seq INTEGER PRIMARY KEY, digest BLOB NOT NULL, bytes BLOB NOT NULL)", &err);
    if (rc == PH_OK)
        rc = ph_stmt_prepare(s->db, "INSERT INTO entry VALUES (?1, ?2, ?3)", &s->insert, &err);
    if (rc != PH_OK)
        fprintf(stderr, "phusa-bench: %s\n", err.what);
    return rc;
}

static ph_rc load_keys(server *s, const char *path)
{
    ph_buf buf;
    ph_buf_init(&buf, sizeof s->keys);
    ph_rc rc = ph_file_read(path, &buf, NULL);
    if (rc == PH_OK && buf.len != sizeof s->keys)
        rc = PH_MALFORMED;
    if (rc == PH_OK)
        memcpy(s->keys, buf.ptr, sizeof s->keys);
    for (unsigned i = 0; rc == PH_OK && i < PH_BENCH_AGENTS; i++)
        s->key_ids[i] = ph_key_id_of(s->keys[i]);
    ph_buf_done(&buf);
    return rc;
}

ph_rc ph_bench_limit_serve(const ph_bench_limit_options *o)
{
    static server s;
    uint8_t seed[PH_SIGN_SEED_BYTES] = {1};

    s.batches[0].s = s.batches[1].s = &s;
    signal(SIGTERM, on_stop);
    ph_sign_keypair(seed, s.sign_public, s.sign_secret);
    void *ctx = zmq_ctx_new();
    ph_rc rc = ctx == NULL ? PH_NOMEM : load_keys(&s, o->keys_path);
    if (rc == PH_OK)
        rc = open_ledger(&s, o);
    if (rc == PH_OK)
        rc = open_router(&s, ctx, o);
    if (rc == PH_OK)
        rc = ph_pool_open(o->n_threads, &s.pool, NULL);
    if (rc == PH_OK) {
        ph_notify_ready("bare limit");
        rc = serve_loop(&s);
    }
    ph_pool_close(s.pool);
    ph_stmt_done(&s.insert);
    ph_db_close(s.db);
    if (s.router != NULL)
        zmq_close(s.router);
    if (ctx != NULL)
        zmq_ctx_term(ctx);
    return rc;
}
