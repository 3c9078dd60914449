/* ph_col_house - an aggregator in memory that signs real receipts, a line that loses and repeats, and items to send.
 * Layer: tests */
#include "ph_col_house.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_decision.h"
#include "ph_explanation.h"
#include "ph_submission.h"
#include "ph_verdict.h"

static const uint8_t unit_seed[PH_SIGN_SEED_BYTES] = {9};

uint64_t chance(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

void house_open(house *h, uint8_t seed)
{
    uint8_t bytes[PH_SIGN_SEED_BYTES];
    *h = (house){.next_verdict = PH_VERDICT_ACCEPTED, .max_frame = PH_MAX_FRAME_BYTES, .server = "house 1"};
    memset(bytes, seed, sizeof bytes);
    ph_sign_keypair(bytes, h->public_key, h->secret);
    h->key_id = ph_key_id_of(h->public_key);
    memset(h->epoch.bytes, seed, sizeof h->epoch.bytes);
}

void house_close(house *h)
{
    for (size_t i = 0; i < h->n; i++)
        ph_buf_done(&h->log[i].receipt);
}

/* ---- logging one submission ---- */

static void make_receipt(house *h, house_entry *e, const ph_envelope *envelope, ph_entry_kind kind, ph_verdict verdict,
                         int64_t wall_us)
{
    ph_buf page, verdict_bytes;
    ph_judgement j = {.verdict = verdict};
    ph_digest hash;
    ph_buf_init(&page, 1024);
    ph_buf_init(&verdict_bytes, 1024);
    ph_findings_write(NULL, 0, &page);
    j.findings_digest = ph_digest_of_span(ph_buf_span(&page));
    ph_judgement_write(&j, &verdict_bytes);
    ph_receipt r = {.kind = h->lies != 0 ? h->lies : kind,
                    .id = e->id,
                    .body = e->body,
                    .seq = h->frontier.size + 1,
                    .received_at_us = wall_us,
                    .key_id = envelope->key_id,
                    .signature =
                        ph_digest_of_span(ph_span_of(envelope->signature.bytes, sizeof envelope->signature.bytes)),
                    .verdict_bytes = ph_buf_span(&verdict_bytes),
                    .findings = ph_buf_span(&page)};
    ph_leaf leaf = {.seq = r.seq,
                    .received_at_us = wall_us,
                    .kind = r.kind,
                    .unit = ph_span_str("thaibinh"),
                    .id = r.id,
                    .body = r.body,
                    .key_id = r.key_id,
                    .signature = r.signature,
                    .registry = j.registry,
                    .verdict = ph_digest_of_span(r.verdict_bytes)};
    ph_receipts frame = {.before = h->frontier, .credit = PH_DEFAULT_CREDIT, .n = 1, .items = &r};
    hash = ph_leaf_hash(&leaf);
    assert_ok(ph_merkle_path(&frame.before, &hash, 1, frame.before.size, &r.path));
    assert_ok(ph_frontier_push(&h->frontier, &hash));
    frame.checkpoint = (ph_checkpoint){.epoch = h->epoch,
                                       .size = h->frontier.size,
                                       .root = ph_frontier_root(&h->frontier),
                                       .sealed_at_us = wall_us,
                                       .key_id = h->key_id};
    assert_ok(ph_checkpoint_sign(&frame.checkpoint, h->secret));
    ph_receipts_write(&frame, &e->receipt);
    assert_ok(e->receipt.rc);
    ph_buf_done(&page);
    ph_buf_done(&verdict_bytes);
}

static house_entry *known(house *h, const ph_uuid *id)
{
    for (size_t i = 0; i < h->n; i++)
        if (ph_uuid_eq(&h->log[i].id, id))
            return &h->log[i];
    return NULL;
}

/* Id, cluster and form of a body of that type, into a submission's fields. */
static ph_submission read_body(ph_msg_type type, ph_span body)
{
    static ph_observation store[PH_MAX_OBSERVATIONS];
    ph_submission sub = {0};
    ph_explanation x;
    ph_decision d;
    if (type == PH_MSG_SUBMISSION) {
        assert_ok(ph_submission_read(body, store, &sub, NULL, NULL));
    } else if (type == PH_MSG_EXPLANATION) {
        assert_ok(ph_explanation_read(body, &x, NULL, NULL));
        sub = (ph_submission){.id = x.id, .cluster = x.cluster, .form = x.form, .period = x.period};
    } else {
        assert_ok(ph_decision_read(body, &d, NULL, NULL));
        sub = (ph_submission){.id = d.id, .cluster = d.cluster, .form = d.form, .period = d.period};
    }
    return sub;
}

/* A signature made for one use is worth nothing in another. */
static ph_entry_kind verify(ph_msg_type type, const ph_envelope *e)
{
    uint8_t public_key[PH_SIGN_PUBLIC_BYTES], secret[PH_SIGN_SECRET_BYTES];
    ph_sign_context context = type == PH_MSG_SUBMISSION    ? PH_SIGN_SUBMISSION
                              : type == PH_MSG_EXPLANATION ? PH_SIGN_EXPLANATION
                                                           : PH_SIGN_DECISION;
    ph_sign_keypair(unit_seed, public_key, secret);
    assert_ok(ph_sign_verify(context, public_key, e->body, &e->signature));
    return type == PH_MSG_SUBMISSION    ? PH_ENTRY_SUBMISSION
           : type == PH_MSG_EXPLANATION ? PH_ENTRY_EXPLANATION
                                        : PH_ENTRY_DECISION;
}

static house_entry *take(house *h, ph_msg_type type, ph_span body, int64_t wall_us)
{
    ph_envelope envelope;
    assert_ok(ph_envelope_read(body, &envelope));
    ph_submission sub = read_body(type, envelope.body);
    ph_entry_kind kind = verify(type, &envelope);
    house_entry *e = known(h, &sub.id);
    h->n_submissions++;
    if (e != NULL)
        return e;
    assert_true(h->n < HOUSE_MAX);
    e = &h->log[h->n++];
    *e = (house_entry){.id = sub.id, .body = ph_digest_of_span(envelope.body), .sub = sub};
    assert_true(ph_span_copy(sub.cluster, e->cluster, sizeof e->cluster));
    assert_true(ph_span_copy(sub.form, e->form, sizeof e->form));
    ph_buf_init(&e->receipt, PH_MAX_REPLY_BYTES);
    make_receipt(h, e, &envelope, kind, h->next_verdict, wall_us);
    return e;
}

static void welcome(const house *h, int64_t wall_us, ph_buf *dst)
{
    ph_welcome w = {.version = 1,
                    .epoch = h->epoch,
                    .server_time_us = wall_us,
                    .max_frame_bytes = h->max_frame,
                    .max_observations = PH_MAX_OBSERVATIONS,
                    .credit = PH_DEFAULT_CREDIT,
                    .tree_size = h->frontier.size,
                    .server = ph_span_str(h->server)};
    ph_frame_begin(dst, PH_MSG_WELCOME);
    ph_welcome_write(&w, dst);
}

/* The n-th case of many: units u00, u01, … What its rule found is known of each but the first. */
static ph_case_line case_of(size_t n)
{
    static char units[64][24];
    assert_true(n < 64);
    snprintf(units[n], sizeof units[n], "u%02zu", n);
    return (ph_case_line){.of = {.cluster = ph_span_str("dbsh"),
                                 .form = ph_span_str("a"),
                                 .period = {PH_FREQ_S, 2023, 1},
                                 .unit = ph_span_str(units[n]),
                                 .indicator = ph_span_str("IIP"),
                                 .value = {94, 1},
                                 .status = 'A'},
                          .state = n == 0   ? PH_CASE_EXPLAINED
                                   : n == 2 ? PH_CASE_RETURNED
                                            : PH_CASE_HELD,
                          .n_rules = 1,
                          .rules = {ph_span_str("test.rule")},
                          .found = {{.is_known = n > 0,
                                     .has_bound = n > 0,
                                     .bound = {.mantissa = (int64_t)n, .scale = 2},
                                     .detail = ph_span_str("IIP")}}};
}

static void put_cases(house *h, const ph_query *q, ph_status *s)
{
    static ph_case_line cases[HOUSE_PAGE];
    s->has_cases = q->wants_cases;
    s->cases = cases;
    h->n_queries_for_cases += q->wants_cases;
    for (size_t i = q->n_skipped; q->wants_cases && i < h->n_cases && s->n_cases < HOUSE_PAGE; i++)
        cases[s->n_cases++] = case_of(i);
    s->has_more_cases = q->n_skipped + s->n_cases < h->n_cases;
}

static void status(house *h, ph_span body, ph_buf *dst)
{
    static ph_expected expected[1];
    ph_query q;
    assert_ok(ph_query_read(body, &q));
    expected[0] = (ph_expected){.cluster = ph_span_str("dbsh"),
                                .form = ph_span_str("a"),
                                .period = {PH_FREQ_S, 2023, 1},
                                .state = PH_PERIOD_OPEN,
                                .highest_revision = 4,
                                .last_revision = 3};
    ph_status s = {.number = q.number, .n_expected = q.wants_expected ? 1 : 0, .expected = expected};
    put_cases(h, &q, &s);
    ph_frame_begin(dst, PH_MSG_STATUS);
    ph_status_write(&s, dst);
}

void house_answer(house *h, ph_span bytes, int64_t wall_us, ph_buf *dst)
{
    ph_frame f;
    ph_ping p;
    assert_ok(ph_frame_split(bytes, PH_ZMQ_MAXMSG_BYTES, &f));
    ph_buf_clear(dst);
    if (f.type == PH_MSG_HELLO) {
        welcome(h, wall_us, dst);
    } else if (f.type == PH_MSG_QUERY) {
        status(h, f.body, dst);
    } else if (f.type == PH_MSG_PING) {
        assert_ok(ph_ping_read(f.body, &p));
        ph_frame_begin(dst, PH_MSG_PONG);
        ph_ping_write(&p, dst);
    } else if (f.type == PH_MSG_SUBMISSION || f.type == PH_MSG_EXPLANATION || f.type == PH_MSG_DECISION) {
        ph_frame_begin(dst, PH_MSG_RECEIPT);
        assert_ok(ph_buf_put_span(dst, ph_buf_span(&take(h, f.type, f.body, wall_us)->receipt)));
    }
    assert_ok(dst->rc);
}

void house_refuse(ph_span bytes, ph_verdict verdict, uint32_t retry_ms, bool by_frame, ph_buf *dst)
{
    ph_frame f;
    ph_envelope e;
    assert_ok(ph_frame_split(bytes, PH_ZMQ_MAXMSG_BYTES, &f));
    ph_refusal r = {.verdict = verdict,
                    .retry_after_ms = retry_ms,
                    .code = ph_span_str("test.code"),
                    .why = ph_span_str("because"),
                    .digest = ph_digest_of_span(by_frame ? bytes : f.body)};
    if (!by_frame && f.type != PH_MSG_HELLO) {
        assert_ok(ph_envelope_read(f.body, &e));
        r.digest = ph_digest_of_span(e.body);
    }
    ph_buf_clear(dst);
    ph_frame_begin(dst, PH_MSG_REFUSAL);
    ph_refusal_write(&r, dst);
    assert_ok(dst->rc);
}

ph_uuid house_id_of(ph_span bytes)
{
    ph_envelope envelope;
    ph_frame f;
    assert_ok(ph_frame_split(bytes, PH_ZMQ_MAXMSG_BYTES, &f));
    assert_ok(ph_envelope_read(f.body, &envelope));
    return read_body(f.type, envelope.body).id;
}

/* ---- the line ---- */

void line_put(line *l, ph_span frame, int64_t at_us)
{
    assert_true(l->n < LINE_MAX_FRAMES && frame.len <= FRAME_MAX);
    l->frames[l->n].at_us = at_us;
    l->frames[l->n].len = frame.len;
    memcpy(l->frames[l->n++].bytes, frame.ptr, frame.len);
}

bool line_take(line *l, int64_t now_us, line_frame *ret)
{
    size_t first = 0;
    for (size_t i = 1; i < l->n; i++)
        if (l->frames[i].at_us < l->frames[first].at_us)
            first = i;
    if (l->n == 0 || l->frames[first].at_us > now_us)
        return false;
    *ret = l->frames[first];
    memmove(&l->frames[first], &l->frames[first + 1], (l->n - first - 1) * sizeof l->frames[0]);
    l->n--;
    return true;
}

int64_t line_next(const line *l)
{
    int64_t at = INT64_MAX;
    for (size_t i = 0; i < l->n; i++)
        at = l->frames[i].at_us < at ? l->frames[i].at_us : at;
    return at;
}

/* ---- the stage ---- */

static ph_rc link_open(void *arg)
{
    stage *s = arg;
    s->n_opens++;
    s->out.n = s->in.n = 0; /* a new connection knows nothing of the old one's frames */
    s->is_open = !s->refuses_to_open;
    return s->is_open ? PH_OK : PH_IO;
}

static ph_rc link_send(void *arg, ph_span frame)
{
    stage *s = arg;
    if (!s->is_open)
        return PH_UNREACHABLE;
    line_put(&s->out, frame, s->now.mono_us);
    return PH_OK;
}

static void link_close(void *arg)
{
    stage *s = arg;
    s->is_open = false;
    s->out.n = s->in.n = 0;
}

static const ph_col_link_ops link_ops = {.open = link_open, .send = link_send, .close = link_close};

static void on_event(void *arg, const ph_col_event *e)
{
    stage *s = arg;
    s->n_events[e->kind]++;
    if (e->kind == PH_COL_EV_LINK_DOWN)
        s->last_cause = e->cause;
    if (e->kind == PH_COL_EV_PARKED && s->n_parked < HOUSE_MAX)
        s->parked[s->n_parked++] = e->item->id;
    if (e->verdict != 0)
        s->last_verdict = e->verdict;
}

void stage_remake_agent(stage *s, uint64_t seed)
{
    ph_col_agent_cfg cfg = {.unit = "thaibinh",
                            .agent = "test",
                            .seed = seed,
                            .times.connect_timeout_us = 10 * PH_US_PER_S,
                            .times.answer_timeout_us = 20 * PH_US_PER_S,
                            .times.ping_every_us = 30 * PH_US_PER_S,
                            .times.status_every_us = 600 * PH_US_PER_S,
                            .times.backoff_min_us = PH_US_PER_S / 10,
                            .times.backoff_max_us = 60 * PH_US_PER_S};
    memcpy(cfg.receipt_key, s->house->public_key, sizeof cfg.receipt_key);
    ph_col_agent_free(s->agent);
    assert_ok(ph_col_agent_new(&cfg, s->spool, &link_ops, s, on_event, s, &s->agent));
}

void stage_open(stage *s, house *h, uint64_t seed)
{
    memset(s, 0, sizeof *s); /* too large for a literal on the stack */
    s->house = h;
    s->now = (ph_col_now){.mono_us = 1000, .wall_us = INT64_C(1690000000) * PH_US_PER_S};
    assert_ok(ph_col_spool_ram_open(HOUSE_MAX, &s->spool));
    stage_remake_agent(s, seed);
}

void stage_close(stage *s)
{
    ph_col_agent_free(s->agent);
    s->spool->ops->close(s->spool);
}

static ph_uuid next_id(const stage *s)
{
    static uint64_t serial = 77;
    uint8_t random[PH_UUID_RANDOM_BYTES] = {0};
    uint64_t number = chance(&serial);
    memcpy(random, &number, sizeof number);
    return ph_uuid_v7(s->now.wall_us / 1000, random);
}

/* Sign @body, fill the rest of @item, put it. */
static ph_col_item sign_and_put(stage *s, ph_col_item item, const char *form, ph_sign_context context, ph_buf *body)
{
    uint8_t public_key[PH_SIGN_PUBLIC_BYTES], secret[PH_SIGN_SECRET_BYTES];
    ph_buf envelope;
    ph_buf_init(&envelope, PH_COL_MAX_ENVELOPE_BYTES);
    ph_sign_keypair(unit_seed, public_key, secret);
    ph_envelope e = {.key_id = ph_key_id_of(public_key), .body = ph_buf_span(body)};
    assert_ok(ph_sign_make(context, secret, e.body, &e.signature));
    ph_envelope_write(&e, &envelope);
    item.body = ph_digest_of_span(e.body);
    item.signature = ph_digest_of_span(ph_span_of(e.signature.bytes, sizeof e.signature.bytes));
    item.key_id = e.key_id;
    item.spooled_at_us = s->now.wall_us;
    item.key = (ph_col_key){.cluster = "dbsh", .period = {PH_FREQ_S, 2023, 1}};
    assert_true(ph_span_copy(ph_span_str(form), item.key.form, sizeof item.key.form));
    ph_col_item newest;
    bool has = s->spool->ops->newest(s->spool, &item.key, &newest) == PH_OK;
    assert_ok(s->spool->ops->put(s->spool, &item, ph_buf_span(&envelope), has ? newest.number : 0,
                                 has ? newest.state : PH_COL_QUEUED, &item.number));
    ph_buf_done(body);
    ph_buf_done(&envelope);
    ph_col_agent_spool_changed(s->agent);
    return item;
}

ph_col_item stage_spool(stage *s, const char *form, uint32_t revision)
{
    static const ph_observation cells[] = {{.indicator = {(const uint8_t *)"IIP", 3}, .value = {94, 1}, .status = 'A'}};
    ph_buf body;
    ph_submission sub = {.id = next_id(s),
                         .unit = ph_span_str("thaibinh"),
                         .cluster = ph_span_str("dbsh"),
                         .form = ph_span_str(form),
                         .period = {PH_FREQ_S, 2023, 1},
                         .revision = revision,
                         .agent_time_us = s->now.wall_us,
                         .n_observations = 1,
                         .observations = cells};
    ph_buf_init(&body, PH_COL_MAX_ENVELOPE_BYTES);
    ph_submission_write(&sub, &body);
    const ph_col_item item = {.id = sub.id, .kind = PH_ENTRY_SUBMISSION, .revision = revision};
    return sign_and_put(s, item, form, PH_SIGN_SUBMISSION, &body);
}

ph_col_item stage_spool_other(stage *s, const char *form, ph_entry_kind kind)
{
    ph_buf body;
    ph_col_item item = {.id = next_id(s), .kind = kind, .indicator = "IIP"};
    ph_explanation x = {.id = item.id,
                        .unit = ph_span_str("thaibinh"),
                        .cluster = ph_span_str("dbsh"),
                        .form = ph_span_str(form),
                        .period = {PH_FREQ_S, 2023, 1},
                        .indicator = ph_span_str("IIP"),
                        .text = ph_span_str("vì"),
                        .agent_time_us = s->now.wall_us};
    ph_decision d = {.id = item.id,
                     .unit = x.unit,
                     .cluster = x.cluster,
                     .form = x.form,
                     .period = x.period,
                     .kind = PH_DECISION_CONFIRM,
                     .subject = ph_span_str("hanam"),
                     .indicator = x.indicator,
                     .agent_time_us = x.agent_time_us};
    ph_buf_init(&body, PH_COL_MAX_ENVELOPE_BYTES);
    if (kind == PH_ENTRY_EXPLANATION) {
        ph_explanation_write(&x, &body);
        return sign_and_put(s, item, form, PH_SIGN_EXPLANATION, &body);
    }
    assert_true(ph_span_copy(d.subject, item.subject, sizeof item.subject));
    ph_decision_write(&d, &body);
    return sign_and_put(s, item, form, PH_SIGN_DECISION, &body);
}

static void step(stage *s)
{
    s->rc = ph_col_agent_step(s->agent, s->now, &s->next_us);
}

void stage_deliver(stage *s, ph_span frame)
{
    s->rc = ph_col_agent_frame(s->agent, s->now, frame);
    if (s->rc == PH_OK)
        step(s);
}

void stage_settle(stage *s)
{
    static line_frame f;
    ph_buf answer;
    ph_buf_init(&answer, PH_ZMQ_MAXREPLY_BYTES);
    step(s);
    while (s->rc == PH_OK && line_take(&s->out, s->now.mono_us, &f)) {
        house_answer(s->house, ph_span_of(f.bytes, f.len), s->now.wall_us, &answer);
        if (answer.len > 0)
            stage_deliver(s, ph_buf_span(&answer));
    }
    ph_buf_done(&answer);
}

void stage_wait(stage *s, int64_t us)
{
    s->now.mono_us += us;
    s->now.wall_us += us;
    step(s);
}

ph_col_item stage_find(stage *s, const ph_uuid *id)
{
    ph_col_item item;
    assert_ok(s->spool->ops->find(s->spool, id, &item));
    return item;
}

ph_col_agent_view stage_view(const stage *s)
{
    ph_col_agent_view v;
    ph_col_agent_view_of(s->agent, &v);
    return v;
}
