/* ph_agg_app - the daemon: what it holds, and the verbs its files share.   Layer: aggregator (app)
 *
 * One thread turns the loop and owns everything here; the authenticator and the verifying threads share nothing with it
 * but what their headers say. Between two callbacks of the loop nothing is half done: each wake drains, verifies,
 * commits and answers until nothing is left or its time is over. */
#ifndef PH_AGG_APP_H
#define PH_AGG_APP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zmq.h>

#include "ph_agg_cfg.h"
#include "ph_agg_clock.h"
#include "ph_agg_documents.h"
#include "ph_agg_engine.h"
#include "ph_agg_gate.h"
#include "ph_agg_pool.h"
#include "ph_agg_router.h"
#include "ph_agg_stats.h"
#include "ph_agg_zap.h"
#include "ph_health.h"
#include "ph_identity.h"
#include "ph_loop.h"

/* A submission, explanation or decision between gate and answer. */
typedef struct ph_agg_job {
    zmq_msg_t frame; /* holds what the envelope points into; initialised always */
    ph_entry_kind kind;
    ph_envelope envelope;
    ph_peer_ref peer;
    size_t unit_index; /* of the gate */
    char unit[PH_ID_BUFFER_BYTES];
    uint8_t sign_public[PH_SIGN_PUBLIC_BYTES];
    int64_t received_at_us, received_mono_us;
    ph_digest body_digest; /* this and verified: written by a verifying thread */
    ph_rc verified;
    ph_outcome outcome;
} ph_agg_job;

typedef struct ph_agg_batch {
    ph_agg_job *jobs; /* PH_BATCH_MAX_SUBMISSIONS */
    size_t n, n_bytes;
} ph_agg_batch;

/* Where the app stands with what an operator can reload. */
typedef struct ph_agg_start {
    ph_cfg_source config; /* for SIGHUP */
    bool accept_time;
} ph_agg_start;

typedef struct ph_agg_app {
    ph_agg_cfg cfg;
    ph_agg_start start;
    ph_loop *loop;
    ph_metrics *metrics;
    ph_agg_stats stats;
    ph_health *health;

    ph_identity *curve;
    ph_identity *receipt;
    ph_receipt_key receipt_key; /* wiped at close */
    uint8_t root_public[PH_SIGN_PUBLIC_BYTES];

    ph_agg_store *store;
    ph_agg_documents *documents;
    ph_registry_source registries;
    ph_engine *engine;
    ph_roster *roster;
    ph_gate *gate;
    ph_agg_clock clock;

    void *context;
    ph_agg_zap *zap;
    ph_agg_router *router;
    ph_agg_pool *pool;

    ph_agg_batch batches[2];
    ph_buf reply;
    ph_buf texts; /* of the cases in it */

    ph_loop_id idle_timer;   /* 0 = none set */
    int64_t last_commit_us;  /* mono, of the last durable write */
    int64_t last_figures_us; /* mono */
    int64_t retry_at_us;     /* mono: own commits wait until then after a failure */
    bool no_space;           /* submissions are told so */
    char trouble[256];       /* why the last commit failed; empty when it did not */
    ph_err fatal;            /* what ended the loop */
} ph_agg_app;

/**
 * Everything up to READY: keys, ledger, recovery, clock, roster, authenticator, socket, health; close undoes it in
 * reverse, safe on zeroes. run turns the loop until SIGTERM or a FATAL result (its error in @err).   Errors: all
 * classes, told in @err.   Thread: main.
 */
ph_rc ph_agg_app_open(ph_agg_app *app, const ph_agg_start *start, ph_err *err) PH_CHECKED;
ph_rc ph_agg_app_run(ph_agg_app *app, ph_err *err) PH_CHECKED;
void ph_agg_app_close(ph_agg_app *app);

/* Intake (app_intake.c): a ph_loop_fd_fn for the ROUTER. */
ph_rc ph_agg_app_intake(void *app, int events) PH_CHECKED;

/* Commit (app_commit.c): one batch whose signatures were verified: take, finish, answer. */
ph_rc ph_agg_app_commit(ph_agg_app *app, ph_agg_batch *batch) PH_CHECKED;
/** A commit of our own is due or failed: note it. note_failure turns a FATAL code into app->fatal and returns it,
 * others become app->trouble and PH_OK. */
void ph_agg_app_note_commit(ph_agg_app *app);
ph_rc ph_agg_app_note_failure(ph_agg_app *app, ph_rc rc, const char *doing) PH_CHECKED;

/* Answers (app_answer.c). */
void ph_agg_app_refuse(ph_agg_app *app, ph_peer_ref peer, const ph_refusal *refusal, const char *unit);
ph_rc ph_agg_app_answer(ph_agg_app *app, ph_agg_batch *batch) PH_CHECKED;
ph_rc ph_agg_app_send_stored(ph_agg_app *app, ph_peer_ref peer, uint64_t seq) PH_CHECKED;
/** Send app->reply, which holds a whole frame. */
void ph_agg_app_send_reply(ph_agg_app *app, ph_peer_ref peer);

/* Conversation (app_session.c): hello, query, ping. FATAL: history is lost. */
ph_rc ph_agg_app_converse(ph_agg_app *app, ph_peer_ref peer, const ph_gate_answer *said, ph_span frame) PH_CHECKED;

/* Housekeeping (app_idle.c): figures, boundaries, durable mark, clock, space; when the queue is empty and by timer. */
ph_rc ph_agg_app_idle(ph_agg_app *app) PH_CHECKED;
ph_rc ph_agg_app_tick(void *app, int64_t now_mono_us) PH_CHECKED; /* once a second */
ph_rc ph_agg_app_check_clock(ph_agg_app *app) PH_CHECKED;
/** At the end: the last figures and the durable mark, without waiting for their time. */
ph_rc ph_agg_app_conclude(ph_agg_app *app) PH_CHECKED;

/* Reload (app_reload.c): a ph_loop_signal_fn for SIGHUP; and the same for registry and roster at start. */
ph_rc ph_agg_app_reload(void *app, int signo) PH_CHECKED;
ph_rc ph_agg_app_adopt_documents(ph_agg_app *app, bool *ret_ok) PH_CHECKED;
/** The roster in force decides from now on, at the gate and at the authenticator. Nothing may wait in a batch. */
ph_rc ph_agg_app_use_roster(ph_agg_app *app, ph_err *err) PH_CHECKED;

/* Health (app_health.c). */
ph_rc ph_agg_app_open_health(ph_agg_app *app, ph_err *err) PH_CHECKED;

/* Errors that end the daemon (app_fatal.c): name, meaning and next step for each FATAL code. */
ph_rc ph_agg_fatal(ph_err *err, ph_rc rc, const char *doing, const ph_err *cause);

#endif
