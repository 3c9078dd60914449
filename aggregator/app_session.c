/* app_session - hello, query and ping.   Layer: aggregator (app) */
#include "ph_agg_app.h"

#include "ph_clock.h"
#include "ph_frame.h"
#include "ph_log.h"

static void refuse(ph_agg_app *app, ph_peer_ref peer, const char *unit, ph_verdict verdict, ph_span frame,
                   const char *code, const char *why)
{
    ph_refusal refusal = ph_gate_refusal(verdict, frame, code, why);
    ph_agg_app_refuse(app, peer, &refusal, unit);
}

/* A checkpoint counts only when our own receipt key signed it: else any agent could stop us with an invented one. */
static ph_rc check_history(ph_agg_app *app, const char *unit, const ph_checkpoint *seen)
{
    ph_rc rc = ph_engine_check_history(app->engine, seen);
    if (rc == PH_FORBIDDEN) {
        PH_LOG(PH_LOG_WARNING, "agg.hello.unsigned", PH_KV_STR("unit", unit), PH_KV_UINT("size", seen->size));
        return PH_OK;
    }
    if (rc == PH_HISTORY) {
        ph_err cause = {0};
        (void)ph_err_set(&cause, rc, "agg.history.lost", unit,
                         "the agent's checkpoint is of %llu entries, this log has %llu", (unsigned long long)seen->size,
                         (unsigned long long)ph_engine_head(app->engine)->last_seq);
        return ph_agg_fatal(&app->fatal, rc, "hello", &cause);
    }
    if (rc == PH_EPOCH) { /* before a restore that was recorded: the agent learns the new epoch from the welcome */
        PH_LOG(PH_LOG_NOTICE, "agg.hello.epoch", PH_KV_STR("unit", unit));
        return PH_OK;
    }
    if (ph_rc_class(rc) == PH_CLASS_FATAL)
        return ph_agg_fatal(&app->fatal, rc, "checking an agent's checkpoint", NULL);
    return PH_OK;
}

static void send_welcome(ph_agg_app *app, ph_peer_ref peer)
{
    const ph_ledger_head *head = ph_engine_head(app->engine);
    const ph_welcome welcome = {.version = PH_WIRE_VERSION,
                                .epoch = head->epoch,
                                .server_time_us = ph_clock_now_us(),
                                .registry = head->registry,
                                .max_frame_bytes = PH_MAX_FRAME_BYTES,
                                .max_observations = PH_MAX_OBSERVATIONS,
                                .credit = (uint32_t)app->cfg.credit,
                                .tree_size = head->frontier.size,
                                .server = ph_span_str("phusa-aggregator " PH_VERSION)};
    ph_buf_clear(&app->reply);
    ph_frame_begin(&app->reply, PH_MSG_WELCOME);
    ph_welcome_write(&welcome, &app->reply);
    ph_agg_app_send_reply(app, peer);
}

static ph_rc on_hello(ph_agg_app *app, ph_peer_ref peer, const ph_gate_answer *said, ph_span frame)
{
    const char *unit = said->sender->unit;
    ph_hello hello;
    ph_metric_add(app->stats.hellos, 1);
    if (ph_hello_read(said->body, &hello) != PH_OK) {
        refuse(app, peer, unit, PH_VERDICT_MALFORMED, frame, "agg.hello.malformed", "the hello cannot be read");
        return PH_OK;
    }
    if (hello.version_min > PH_WIRE_VERSION || hello.version_max < PH_WIRE_VERSION) {
        refuse(app, peer, unit, PH_VERDICT_UPGRADE, frame, "agg.hello.version",
               "this aggregator speaks version 1 only");
        return PH_OK;
    }
    if (!ph_span_is(hello.unit, unit)) {
        refuse(app, peer, unit, PH_VERDICT_FORBIDDEN, frame, "agg.hello.unit", "the channel's key is another unit's");
        return PH_OK;
    }
    ph_rc rc = hello.has_checkpoint ? check_history(app, unit, &hello.checkpoint) : PH_OK;
    if (rc != PH_OK)
        return rc;
    PH_LOG(PH_LOG_INFO, "agg.agent.hello", PH_KV_STR("unit", unit), PH_KV_SPAN("agent", hello.agent));
    send_welcome(app, peer);
    return PH_OK;
}

/* Receipts first, each in a frame of its own, then the status that names what is not known. */
static ph_rc send_asked(ph_agg_app *app, ph_peer_ref peer, ph_span unit, const ph_query *query, ph_status *status)
{
    ph_rc rc = PH_OK;
    for (size_t i = 0; i < query->n_ids && rc == PH_OK; i++) {
        uint64_t seq;
        rc = ph_engine_find(app->engine, unit, &query->ids[i], &seq);
        if (rc == PH_OK)
            rc = ph_agg_app_send_stored(app, peer, seq);
        else if (rc == PH_NOT_FOUND) {
            status->unknown[status->n_unknown++] = query->ids[i];
            rc = PH_OK;
        }
    }
    return rc;
}

static ph_rc on_query(ph_agg_app *app, ph_peer_ref peer, const ph_gate_answer *said, ph_span frame)
{
    ph_span unit = ph_span_str(said->sender->unit);
    ph_expected expected[PH_MAX_EXPECTED];
    ph_case_line cases[PH_MAX_CASES];
    ph_query query;
    ph_metric_add(app->stats.queries, 1);
    if (ph_query_read(said->body, &query) != PH_OK) {
        refuse(app, peer, said->sender->unit, PH_VERDICT_MALFORMED, frame, "agg.query.malformed",
               "the query cannot be read");
        return PH_OK;
    }
    ph_status status = {.number = query.number, .expected = expected, .has_cases = query.wants_cases, .cases = cases};
    ph_rc rc = send_asked(app, peer, unit, &query, &status);
    if (rc == PH_OK && query.wants_expected)
        rc = ph_engine_expected(app->engine, unit, expected, PH_MAX_EXPECTED, &status.n_expected, &status.has_more);
    if (rc == PH_OK && query.wants_cases)
        rc = ph_engine_cases(app->engine, unit, query.n_skipped, cases, PH_MAX_CASES, &app->texts, &status.n_cases,
                             &status.has_more_cases);
    if (ph_rc_class(rc) == PH_CLASS_FATAL)
        return app->fatal.rc == rc ? rc : ph_agg_fatal(&app->fatal, rc, "answering a query", NULL);
    if (rc != PH_OK) {
        refuse(app, peer, said->sender->unit, PH_VERDICT_BUSY, frame, "agg.query.busy", "not possible now, ask again");
        return PH_OK;
    }
    ph_buf_clear(&app->reply);
    ph_frame_begin(&app->reply, PH_MSG_STATUS);
    ph_status_write(&status, &app->reply);
    ph_agg_app_send_reply(app, peer);
    return PH_OK;
}

static void on_ping(ph_agg_app *app, ph_peer_ref peer, const ph_gate_answer *said, ph_span frame)
{
    ph_ping ping;
    ph_metric_add(app->stats.pings, 1);
    if (ph_ping_read(said->body, &ping) != PH_OK) {
        refuse(app, peer, said->sender->unit, PH_VERDICT_MALFORMED, frame, "agg.ping.malformed",
               "the ping cannot be read");
        return;
    }
    const ph_ping pong = {.number = ping.number,
                          .time_us = ph_clock_now_us(),
                          .n_waiting = (uint32_t)(app->batches[0].n + app->batches[1].n)};
    ph_buf_clear(&app->reply);
    ph_frame_begin(&app->reply, PH_MSG_PONG);
    ph_ping_write(&pong, &app->reply);
    ph_agg_app_send_reply(app, peer);
}

ph_rc ph_agg_app_converse(ph_agg_app *app, ph_peer_ref peer, const ph_gate_answer *said, ph_span frame)
{
    if (said->kind == PH_GATE_HELLO)
        return on_hello(app, peer, said, frame);
    if (said->kind == PH_GATE_QUERY)
        return on_query(app, peer, said, frame);
    on_ping(app, peer, said, frame);
    return PH_OK;
}
