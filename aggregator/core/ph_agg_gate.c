/* ph_agg_gate - the checks in their order; units and their rates in a sorted table.   Layer: aggregator/core (pure) */
#include "ph_agg_gate.h"

#include <stdlib.h>
#include <string.h>

#include "ph_frame.h"
#include "ph_limits.h"

typedef struct gate_unit {
    char id[PH_ID_BUFFER_BYTES];
    int64_t paid_until_us; /* its messages so far have used up its rate until then */
    uint32_t n_waiting;
} gate_unit;

struct ph_gate {
    ph_gate_limits limits;
    const ph_roster *roster;
    gate_unit *units; /* sorted by id */
    size_t n_units;
};

ph_rc ph_gate_new(const ph_gate_limits *limits, ph_gate **ret)
{
    ph_gate *g = calloc(1, sizeof *g);
    if (g == NULL)
        return PH_NOMEM;
    g->limits = *limits;
    *ret = g;
    return PH_OK;
}

void ph_gate_free(ph_gate *g)
{
    if (g == NULL)
        return;
    free(g->units);
    free(g);
}

void ph_gate_set_limits(ph_gate *g, const ph_gate_limits *limits)
{
    g->limits = *limits;
}

static int by_id(const void *a, const void *b)
{
    return strcmp(((const gate_unit *)a)->id, ((const gate_unit *)b)->id);
}

static gate_unit *find_unit(const ph_gate *g, const char *id)
{
    gate_unit key;
    (void)ph_span_copy(ph_span_str(id), key.id, sizeof key.id);
    return g->n_units == 0 ? NULL : bsearch(&key, g->units, g->n_units, sizeof key, by_id);
}

ph_rc ph_gate_set_roster(ph_gate *g, const ph_roster *roster)
{
    size_t n = ph_roster_n(roster), n_units = 0;
    gate_unit *units = calloc(n + 1, sizeof *units);
    if (units == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < n; i++)
        memcpy(units[i].id, ph_roster_at(roster, i)->unit, sizeof units[i].id);
    qsort(units, n, sizeof *units, by_id);
    for (size_t i = 0; i < n; i++)
        if (n_units == 0 || strcmp(units[n_units - 1].id, units[i].id) != 0)
            units[n_units++] = units[i];
    for (size_t i = 0; i < n_units; i++) {
        const gate_unit *before = find_unit(g, units[i].id);
        if (before != NULL)
            units[i].paid_until_us = before->paid_until_us;
    }
    free(g->units);
    g->units = units;
    g->n_units = n_units;
    g->roster = roster;
    return PH_OK;
}

ph_refusal ph_gate_refusal(ph_verdict verdict, ph_span bytes, const char *code, const char *why)
{
    return (ph_refusal){
        .verdict = verdict, .digest = ph_digest_of_span(bytes), .code = ph_span_str(code), .why = ph_span_str(why)};
}

static bool refuse(ph_gate_answer *ret, const ph_gate_message *in, ph_verdict verdict, const char *code,
                   const char *why)
{
    ret->kind = PH_GATE_REFUSED;
    ret->refusal = ph_gate_refusal(verdict, in->frame, code, why);
    return false;
}

static bool refuse_for(ph_gate_answer *ret, const ph_gate_message *in, ph_verdict verdict, int64_t retry_ms,
                       const char *code, const char *why)
{
    (void)refuse(ret, in, verdict, code, why);
    ret->refusal.retry_after_ms = (uint32_t)retry_ms;
    return false;
}

/* May the holder of @e speak? Why not, in words. */
static bool may_speak(const ph_roster_entry *e, const ph_gate_message *in, ph_gate_answer *ret)
{
    if (ph_roster_may_speak(e, in->now_us))
        return true;
    if (e->status == PH_KEY_REVOKED)
        return refuse(ret, in, PH_VERDICT_FORBIDDEN, "agg.key.revoked", "this key was revoked in the roster");
    if (in->now_us < e->valid_from_us)
        return refuse(ret, in, PH_VERDICT_FORBIDDEN, "agg.key.early", "this key is not valid yet");
    return refuse(ret, in, PH_VERDICT_FORBIDDEN, "agg.key.expired", "this key is not valid any more");
}

static bool judge_sender(const ph_gate *g, const ph_gate_message *in, ph_gate_answer *ret)
{
    ret->sender = g->roster == NULL ? NULL : ph_roster_by_curve(g->roster, in->curve_key);
    if (ret->sender == NULL)
        return refuse(ret, in, PH_VERDICT_FORBIDDEN, "agg.key.unknown", "this channel key is not in the roster");
    ret->unit = (size_t)(find_unit(g, ret->sender->unit) - g->units);
    return may_speak(ret->sender, in, ret);
}

static bool judge_frame(const ph_gate_message *in, ph_frame *frame, ph_gate_answer *ret)
{
    if (in->has_more_parts)
        return refuse(ret, in, PH_VERDICT_MALFORMED, "agg.frame.parts", "a message is one frame, without parts");
    ph_rc rc = ph_frame_split(in->frame, PH_MAX_FRAME_BYTES, frame);
    if (rc == PH_OK)
        return true;
    if (rc == PH_LIMIT)
        return refuse(ret, in, PH_VERDICT_TOO_LARGE, "agg.frame.large", "larger than the frame limit in welcome");
    if (rc == PH_UNSUPPORTED)
        return refuse(ret, in, PH_VERDICT_UPGRADE, "agg.frame.version", "this aggregator speaks version 1 only");
    return refuse(ret, in, PH_VERDICT_MALFORMED, "agg.frame.malformed", "magic, version or type are wrong");
}

/* Each message pays 1/rate; a unit may be at most burst messages ahead of its payments. */
static bool judge_rate(const ph_gate *g, const ph_gate_message *in, ph_gate_answer *ret)
{
    if (g->limits.rate_per_s == 0)
        return true;
    gate_unit *u = &g->units[ret->unit];
    int64_t price_us = PH_US_PER_S / g->limits.rate_per_s;
    int64_t ahead_us = u->paid_until_us > in->mono_us ? u->paid_until_us - in->mono_us : 0;
    int64_t over_us = ahead_us + price_us - g->limits.burst * price_us;
    if (over_us > 0)
        return refuse_for(ret, in, PH_VERDICT_BUSY, 1 + over_us / 1000, "agg.unit.rate",
                          "more messages of this unit than its rate allows");
    u->paid_until_us = in->mono_us + ahead_us + price_us;
    return true;
}

static bool judge_signer(const ph_gate *g, const ph_gate_message *in, ph_gate_answer *ret)
{
    if (ph_envelope_read(ret->body, &ret->envelope) != PH_OK)
        return refuse(ret, in, PH_VERDICT_MALFORMED, "agg.envelope.malformed", "the envelope cannot be read");
    ret->signer = ph_roster_by_key(g->roster, &ret->envelope.key_id);
    if (ret->signer == NULL)
        return refuse(ret, in, PH_VERDICT_FORBIDDEN, "agg.sign.unknown", "this signing key is not in the roster");
    if (strcmp(ret->signer->unit, ret->sender->unit) != 0)
        return refuse(ret, in, PH_VERDICT_FORBIDDEN, "agg.sign.unit", "signed by another unit than the channel's");
    return may_speak(ret->signer, in, ret);
}

static bool judge_room(const ph_gate *g, const ph_gate_message *in, ph_gate_answer *ret)
{
    if (in->no_space)
        return refuse_for(ret, in, PH_VERDICT_NO_SPACE, PH_GATE_FULL_RETRY_MS, "agg.ledger.full",
                          "the aggregator's disk is full; keep it and send it again");
    gate_unit *u = &g->units[ret->unit];
    if (u->n_waiting >= g->limits.window)
        return refuse_for(ret, in, PH_VERDICT_BUSY, PH_GATE_WINDOW_RETRY_MS, "agg.unit.window",
                          "too many submissions of this unit wait for their verdict");
    u->n_waiting++;
    return true;
}

/* What will be signed for and logged. */
static void judge_intake(const ph_gate *g, const ph_gate_message *in, ph_entry_kind entry, ph_gate_answer *ret)
{
    if (!judge_signer(g, in, ret) || !judge_room(g, in, ret))
        return;
    ret->kind = PH_GATE_INTAKE;
    ret->entry = entry;
}

void ph_gate_judge(ph_gate *g, const ph_gate_message *in, ph_gate_answer *ret)
{
    ph_frame frame = {0};
    *ret = (ph_gate_answer){.kind = PH_GATE_REFUSED};
    if (!judge_sender(g, in, ret) || !judge_frame(in, &frame, ret) || !judge_rate(g, in, ret))
        return;
    ret->body = frame.body;
    switch (frame.type) {
    case PH_MSG_HELLO:
        ret->kind = PH_GATE_HELLO;
        break;
    case PH_MSG_QUERY:
        ret->kind = PH_GATE_QUERY;
        break;
    case PH_MSG_PING:
        ret->kind = PH_GATE_PING;
        break;
    case PH_MSG_SUBMISSION:
        judge_intake(g, in, PH_ENTRY_SUBMISSION, ret);
        break;
    case PH_MSG_EXPLANATION:
        judge_intake(g, in, PH_ENTRY_EXPLANATION, ret);
        break;
    case PH_MSG_DECISION:
        judge_intake(g, in, PH_ENTRY_DECISION, ret);
        break;
    case PH_MSG_WELCOME:
    case PH_MSG_RECEIPT:
    case PH_MSG_STATUS:
    case PH_MSG_PONG:
    case PH_MSG_REFUSAL:
    case PH_MSG_REGISTRY:
    case PH_MSG_CHUNK:
        (void)refuse(ret, in, PH_VERDICT_MALFORMED, "agg.frame.type", "agents do not send messages of this type");
        break;
    }
}

void ph_gate_done(ph_gate *g, size_t unit)
{
    if (unit < g->n_units && g->units[unit].n_waiting > 0)
        g->units[unit].n_waiting--;
}

size_t ph_gate_n_units(const ph_gate *g)
{
    return g->n_units;
}

const char *ph_gate_unit(const ph_gate *g, size_t i)
{
    return g->units[i].id;
}
