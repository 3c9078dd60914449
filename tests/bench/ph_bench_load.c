/* ph_bench_load - the generator of the benchmark. */
#include "ph_bench_load.h"

#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "ph_clock.h"
#include "ph_frame.h"
#include "ph_receipt.h"
#include "ph_session.h"
#include "ph_submission.h"

enum { STALL_MS = 20000 };

/* splitmix64: a printed seed gives the same load again */
static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static void fill_random(uint64_t *state, uint8_t *dst, size_t n)
{
    for (size_t i = 0; i < n; i++)
        dst[i] = (uint8_t)next_random(state);
}

void ph_bench_agents_make(ph_bench_agent agents[PH_BENCH_AGENTS], uint64_t seed)
{
    memset(agents, 0, sizeof(ph_bench_agent) * PH_BENCH_AGENTS);
    for (unsigned i = 0; i < PH_BENCH_AGENTS; i++) {
        ph_bench_agent *a = &agents[i];
        uint8_t secret[32];
        a->random = seed + i;
        snprintf(a->unit, sizeof a->unit, "u%u", i + 1);
        fill_random(&a->random, secret, sizeof secret);
        ph_sign_keypair(secret, a->sign_public, a->sign_secret);
        fill_random(&a->random, secret, sizeof secret);
        crypto_scalarmult_base(a->curve_public_raw, secret);
        zmq_z85_encode(a->curve_public, a->curve_public_raw, sizeof a->curve_public_raw);
        zmq_z85_encode(a->curve_secret, secret, sizeof secret);
    }
}

static void make_observations(ph_bench_agent *a, uint32_t n, char codes[][16], ph_observation *obs)
{
    for (uint32_t i = 0; i < n; i++) {
        snprintf(codes[i], sizeof codes[i], "I%03u", i);
        obs[i] = (ph_observation){.indicator = ph_span_str(codes[i]),
                                  .value = {.mantissa = (int64_t)(next_random(&a->random) % 100000), .scale = 2},
                                  .status = 'A'};
    }
}

static ph_rc make_frame(ph_bench_agent *a, const ph_bench_shape *shape, uint32_t sheet, ph_buf *body, ph_buf *frame)
{
    static char codes[PH_MAX_OBSERVATIONS][16];
    ph_observation obs[PH_MAX_OBSERVATIONS];
    char cluster[16], period[32];
    uint8_t random[PH_UUID_RANDOM_BYTES];
    uint32_t month = sheet % shape->n_periods;

    make_observations(a, shape->n_observations, codes, obs);
    snprintf(cluster, sizeof cluster, "c%u", sheet / shape->n_periods + 1);
    snprintf(period, sizeof period, "%u-%02u", 2015 + month / 12, month % 12 + 1);
    fill_random(&a->random, random, sizeof random);
    ph_bench_chain *chain = &a->chains[sheet];
    ph_submission s = {.id = ph_uuid_v7(ph_clock_now_us() / 1000, random),
                       .unit = ph_span_str(a->unit),
                       .cluster = ph_span_str(cluster),
                       .form = ph_span_str("bench"),
                       .revision = chain->revision + 1,
                       .base_revision = chain->revision,
                       .base_digest = chain->digest,
                       .kind = chain->revision == 0 ? PH_REVISION_FIRST : PH_REVISION_RESTATEMENT,
                       .reason = chain->revision == 0 ? ph_span_str("") : ph_span_str("load"),
                       .agent_time_us = ph_clock_now_us(),
                       .n_observations = shape->n_observations,
                       .observations = obs};
    ph_rc rc = ph_period_parse(ph_span_str(period), &s.period);
    if (rc != PH_OK)
        return rc;
    ph_buf_clear(body);
    ph_submission_write(&s, body);
    chain->revision++;
    chain->digest = ph_digest_of_span(ph_buf_span(body));
    ph_envelope e = {.key_id = ph_key_id_of(a->sign_public), .body = ph_buf_span(body)};
    rc = ph_sign_make(PH_SIGN_SUBMISSION, a->sign_secret, e.body, &e.signature);
    ph_buf_clear(frame);
    ph_frame_begin(frame, PH_MSG_SUBMISSION);
    ph_envelope_write(&e, frame);
    return rc != PH_OK ? rc : frame->rc;
}

ph_rc ph_bench_frames_make(ph_bench_agent agents[PH_BENCH_AGENTS], const ph_bench_shape *shape, ph_bench_frames *ret)
{
    ph_buf body, frame, all;
    ph_bench_frames f = {.n = shape->n_submissions};
    ph_rc rc = PH_OK;

    ph_buf_init(&body, PH_BENCH_FRAME_ROOM);
    ph_buf_init(&frame, PH_BENCH_FRAME_ROOM);
    ph_buf_init(&all, SIZE_MAX / 2);
    f.offset = calloc((size_t)f.n + 1, sizeof *f.offset);
    f.agent = calloc((size_t)f.n + 1, 1);
    if (f.offset == NULL || f.agent == NULL)
        rc = PH_NOMEM;
    for (uint32_t i = 0; rc == PH_OK && i < f.n; i++) {
        uint32_t who = i % PH_BENCH_AGENTS;
        f.agent[i] = (uint8_t)who;
        rc = make_frame(&agents[who], shape, (i / PH_BENCH_AGENTS) % (shape->n_clusters * shape->n_periods), &body,
                        &frame);
        if (rc == PH_OK)
            rc = ph_buf_put_span(&all, ph_buf_span(&frame));
        f.offset[i + 1] = (uint32_t)all.len;
    }
    ph_buf_done(&body);
    ph_buf_done(&frame);
    f.bytes = all.ptr;
    f.n_bytes = all.len;
    if (rc != PH_OK)
        ph_bench_frames_done(&f);
    else
        *ret = f;
    return rc;
}

void ph_bench_frames_done(ph_bench_frames *f)
{
    free(f->bytes);
    free(f->offset);
    free(f->agent);
    *f = (ph_bench_frames){0};
}

/* One agent's connection and what it still waits for. Answers of one agent come in its own order, so a ring of send
 * times is enough. */
typedef struct line {
    void *socket;
    uint32_t next; /* index into frames of its next own frame */
    uint32_t in_flight;
    int64_t *sent_us; /* ring of `window` */
    uint32_t head, tail;
} line;

typedef struct run {
    const ph_bench_frames *frames;
    const ph_bench_shape *shape;
    bool is_bare;
    line lines[PH_BENCH_AGENTS];
    int64_t *latency_us;
    uint32_t n_done, n_accepted;
    ph_receipt store[PH_MAX_RECEIPTS];
} run;

static ph_rc open_line(void *ctx, const char *endpoint, const char *server_key, const ph_bench_agent *a, line *l,
                       uint32_t window)
{
    int zero = 0, hwm = 100000;
    l->socket = zmq_socket(ctx, ZMQ_DEALER);
    l->sent_us = calloc(window, sizeof *l->sent_us);
    if (l->socket == NULL || l->sent_us == NULL)
        return PH_NOMEM;
    if (zmq_setsockopt(l->socket, ZMQ_LINGER, &zero, sizeof zero) != 0 ||
        zmq_setsockopt(l->socket, ZMQ_SNDHWM, &hwm, sizeof hwm) != 0 ||
        zmq_setsockopt(l->socket, ZMQ_RCVHWM, &hwm, sizeof hwm) != 0 ||
        zmq_setsockopt(l->socket, ZMQ_CURVE_SERVERKEY, server_key, strlen(server_key)) != 0 ||
        zmq_setsockopt(l->socket, ZMQ_CURVE_PUBLICKEY, a->curve_public, strlen(a->curve_public)) != 0 ||
        zmq_setsockopt(l->socket, ZMQ_CURVE_SECRETKEY, a->curve_secret, strlen(a->curve_secret)) != 0 ||
        zmq_connect(l->socket, endpoint) != 0)
        return PH_IO;
    return PH_OK;
}

static ph_rc fill_line(run *r, line *l)
{
    while (l->in_flight < r->shape->window && l->next < r->frames->n) {
        uint32_t at = r->frames->offset[l->next];
        size_t n = r->frames->offset[l->next + 1] - at;
        l->sent_us[l->head] = ph_clock_mono_us();
        if (zmq_send(l->socket, r->frames->bytes + at, n, ZMQ_DONTWAIT) < 0)
            return PH_IO;
        l->head = (l->head + 1) % r->shape->window;
        l->next += PH_BENCH_AGENTS;
        l->in_flight++;
    }
    return PH_OK;
}

static void count_answer(run *r, line *l, bool is_accepted)
{
    if (l->in_flight == 0)
        return;
    r->latency_us[r->n_done++] = ph_clock_mono_us() - l->sent_us[l->tail];
    r->n_accepted += is_accepted;
    l->tail = (l->tail + 1) % r->shape->window;
    l->in_flight--;
}

static ph_rc read_receipts(run *r, line *l, ph_span body)
{
    ph_receipts receipts;
    ph_rc rc = ph_receipts_read(body, r->store, &receipts);
    for (size_t i = 0; rc == PH_OK && i < receipts.n; i++) {
        ph_judgement j;
        rc = ph_judgement_read(receipts.items[i].verdict_bytes, &j);
        if (rc == PH_OK)
            count_answer(r, l, j.verdict == PH_VERDICT_ACCEPTED);
    }
    return rc;
}

static ph_rc read_answer(run *r, line *l, ph_span bytes)
{
    ph_frame frame;
    ph_refusal refusal;
    if (r->is_bare) {
        count_answer(r, l, true);
        return PH_OK;
    }
    ph_rc rc = ph_frame_split(bytes, PH_MAX_REPLY_BYTES, &frame);
    if (rc != PH_OK)
        return rc;
    if (frame.type == PH_MSG_RECEIPT)
        return read_receipts(r, l, frame.body);
    if (frame.type == PH_MSG_REFUSAL && ph_refusal_read(frame.body, &refusal) == PH_OK)
        fprintf(stderr, "phusa-bench: refused: %s %.*s\n", ph_verdict_name(refusal.verdict), (int)refusal.why.len,
                (const char *)refusal.why.ptr);
    return PH_FORBIDDEN;
}

static ph_rc drain_line(run *r, line *l)
{
    ph_rc rc = PH_OK;
    while (rc == PH_OK) {
        zmq_msg_t msg;
        zmq_msg_init(&msg);
        if (zmq_msg_recv(&msg, l->socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&msg);
            return PH_OK;
        }
        rc = read_answer(r, l, ph_span_of(zmq_msg_data(&msg), zmq_msg_size(&msg)));
        zmq_msg_close(&msg);
    }
    return rc;
}

static ph_rc turn(run *r)
{
    zmq_pollitem_t items[PH_BENCH_AGENTS];
    for (unsigned i = 0; i < PH_BENCH_AGENTS; i++)
        items[i] = (zmq_pollitem_t){.socket = r->lines[i].socket, .events = ZMQ_POLLIN};
    int n = zmq_poll(items, PH_BENCH_AGENTS, STALL_MS);
    if (n <= 0)
        return PH_TIMEOUT;
    ph_rc rc = PH_OK;
    for (unsigned i = 0; rc == PH_OK && i < PH_BENCH_AGENTS; i++) {
        if (items[i].revents != 0)
            rc = drain_line(r, &r->lines[i]);
        if (rc == PH_OK)
            rc = fill_line(r, &r->lines[i]);
    }
    return rc;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static void summarize(run *r, int64_t began_us, ph_bench_result *ret)
{
    ret->seconds = (double)(ph_clock_mono_us() - began_us) / 1e6;
    ret->n_answered = r->n_done;
    ret->n_accepted = r->n_accepted;
    qsort(r->latency_us, r->n_done, sizeof *r->latency_us, by_value);
    size_t middle = r->n_done / 2, high = (size_t)r->n_done * 99 / 100;
    ret->p50_ms = r->n_done == 0 ? 0 : (double)r->latency_us[middle] / 1e3;
    ret->p99_ms = r->n_done == 0 ? 0 : (double)r->latency_us[high] / 1e3;
}

ph_rc ph_bench_run(const char *endpoint, const char *server_key_z85, const ph_bench_agent agents[PH_BENCH_AGENTS],
                   const ph_bench_frames *frames, const ph_bench_shape *shape, bool is_bare, ph_bench_result *ret)
{
    static run r;
    void *ctx = zmq_ctx_new();
    ph_rc rc = ctx == NULL ? PH_NOMEM : PH_OK;

    memset(&r, 0, sizeof r);
    r.frames = frames;
    r.shape = shape;
    r.is_bare = is_bare;
    r.latency_us = calloc((size_t)frames->n + 1, sizeof *r.latency_us);
    if (r.latency_us == NULL)
        rc = PH_NOMEM;
    for (unsigned i = 0; rc == PH_OK && i < PH_BENCH_AGENTS; i++) {
        r.lines[i].next = i;
        rc = open_line(ctx, endpoint, server_key_z85, &agents[i], &r.lines[i], shape->window);
    }
    int64_t began_us = ph_clock_mono_us();
    for (unsigned i = 0; rc == PH_OK && i < PH_BENCH_AGENTS; i++)
        rc = fill_line(&r, &r.lines[i]);
    while (rc == PH_OK && r.n_done < frames->n)
        rc = turn(&r);
    if (r.latency_us != NULL)
        summarize(&r, began_us, ret);
    for (unsigned i = 0; i < PH_BENCH_AGENTS; i++) {
        if (r.lines[i].socket != NULL)
            zmq_close(r.lines[i].socket);
        free(r.lines[i].sent_us);
    }
    free(r.latency_us);
    if (ctx != NULL)
        zmq_ctx_term(ctx);
    return rc;
}
