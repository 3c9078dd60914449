/* ph_test_flow - random words between submissions, and a model of what must become of them.   Layer: tests/support */
#include "ph_test_flow.h"

#include <assert.h>
#include <stdlib.h>

enum { N_VALUES = 4, FIRST_GUARDED = 1, GUARDED = 2, LIMIT = 5000 };

/* The model's case of one guarded cell. */
typedef struct story {
    bool is_there;
    ph_case_state state;
    int64_t value;
} story;

typedef struct standing {
    uint32_t highest, last;
    ph_digest last_digest;
    int64_t values[GUARDED];
    story stories[GUARDED];
} standing;

typedef struct period {
    bool is_frozen;
    int64_t due_us;
    standing units[PH_WORLD_MAX_UNITS];
} period;

typedef struct maker {
    const ph_world *w;
    uint64_t *random;
    ph_flow *flow;
    size_t max_steps, segment;
    period periods[PH_FLOW_MAX_PERIODS];
} maker;

static uint64_t below(maker *m, uint64_t n)
{
    return ph_script_random(m->random) % n;
}

static ph_script_step *add(maker *m, uint16_t unit, ph_verdict verdict)
{
    ph_script *s = &m->flow->script;
    ph_script_step *step = &s->steps[s->n];

    m->flow->segments[s->n++] = m->segment;
    step->unit = unit;
    step->verdict = verdict;
    return step;
}

static void settle(ph_script_step *step)
{
    step->sent.intake.unit = ph_span_str(step->sent.unit);
}

static bool is_settled(const story *s)
{
    return s->state == PH_CASE_CONFIRMED || s->state == PH_CASE_OVERRIDDEN;
}

/* ---- submissions ---- */

/* Half of them in time, the rest after the due instant, many of these by what extensions move it to. */
static int64_t arrival_of(const maker *m)
{
    size_t number = m->flow->script.n;

    return PH_WORLD_START_US + (number % 2 == 0 ? 1 : PH_US_PER_DAY + 1 + (int64_t)(number * 37 % 3000));
}

static void choose_values(maker *m, standing *s)
{
    static const int64_t some[] = {1000, 4000, 5001, -7000, 9000};

    for (size_t i = 0; i < GUARDED; i++)
        if (s->last == 0 || below(m, 2) == 0)
            s->values[i] = some[below(m, sizeof some / sizeof some[0])];
}

/* What the fold must make of the values; true when anything is held. */
static bool follow(standing *s)
{
    bool is_held = false;

    for (size_t i = 0; i < GUARDED; i++) {
        story *t = &s->stories[i];
        int64_t v = s->values[i];
        bool is_same = t->is_there && t->value == v;
        if (v <= LIMIT && v >= -LIMIT) {
            *t = (story){0};
            continue;
        }
        if (is_same && is_settled(t))
            continue;
        if (!is_same)
            *t = (story){.is_there = true, .value = v};
        is_held = true;
    }
    return is_held;
}

static void submit(maker *m, uint16_t month, uint16_t unit)
{
    period *p = &m->periods[month];
    standing *s = &p->units[unit];
    standing before = *s;
    int64_t values[N_VALUES] = {100, 0, 0, (int64_t)below(m, 100)};
    ph_script_step *step = add(m, unit, PH_VERDICT_REJECTED);
    ph_world_form form = {.unit = unit,
                          .period = month,
                          .revision = ++s->highest,
                          .base_revision = s->last,
                          .base_digest = s->last_digest,
                          .values = values,
                          .n_values = N_VALUES,
                          .number = m->flow->script.n,
                          .received_at_us = arrival_of(m)};

    choose_values(m, s);
    for (size_t i = 0; i < GUARDED; i++)
        values[FIRST_GUARDED + i] = s->values[i];
    ph_world_make(m->w, &form, &step->sent);
    settle(step);
    if (p->is_frozen) {
        before.highest = s->highest;
        *s = before;
        return;
    }
    step->verdict = follow(s) ? PH_VERDICT_HELD : PH_VERDICT_ACCEPTED;
    s->last = s->highest;
    s->last_digest = step->sent.intake.body_digest;
}

/* ---- words ---- */

/* Mostly the value that is there. */
static int64_t speak_of(maker *m, const standing *s, uint16_t i)
{
    return below(m, 6) == 0 ? s->values[i] + 1 : s->values[i];
}

static void explain(maker *m, uint16_t month, uint16_t unit, uint16_t i)
{
    period *p = &m->periods[month];
    story *t = &p->units[unit].stories[i];
    ph_world_words words = {.unit = unit,
                            .period = month,
                            .subject = PH_NO_INDEX,
                            .indicator = (uint16_t)(FIRST_GUARDED + i),
                            .value = speak_of(m, &p->units[unit], i),
                            .text = "theo số liệu của Cục Thống kê",
                            .received_at_us = PH_WORLD_START_US + 1};
    bool is_fine = !p->is_frozen && t->is_there && !is_settled(t) && t->value == words.value;
    ph_script_step *step = add(m, unit, is_fine ? PH_VERDICT_ACCEPTED : PH_VERDICT_REJECTED);

    words.number = m->flow->script.n;
    ph_world_explain(m->w, &words, &step->sent);
    settle(step);
    if (is_fine)
        t->state = PH_CASE_EXPLAINED;
}

static bool may_follow(const story *t, ph_decision_kind kind)
{
    if (!t->is_there || is_settled(t))
        return false;
    if (kind == PH_DECISION_CONFIRM)
        return t->state == PH_CASE_EXPLAINED;
    return kind == PH_DECISION_OVERRIDE || t->state != PH_CASE_RETURNED;
}

/* The same for every kind: who decides, and with which words. */
static ph_world_words begin_words(maker *m, uint16_t month, ph_decision_kind kind)
{
    return (ph_world_words){.unit = below(m, 6) == 0 ? 1 : 0,
                            .period = month,
                            .kind = kind,
                            .subject = PH_NO_INDEX,
                            .text = below(m, 6) == 0 ? NULL : "có lý do",
                            .received_at_us = PH_WORLD_START_US + 1};
}

static void say(maker *m, ph_world_words words, bool is_fine)
{
    ph_script_step *step = add(m, words.unit, is_fine ? PH_VERDICT_ACCEPTED : PH_VERDICT_REJECTED);

    words.number = m->flow->script.n;
    ph_world_decide(m->w, &words, &step->sent);
    settle(step);
}

static bool may_speak(const ph_world_words *words)
{
    return words->unit == 0 && (words->text != NULL || !ph_decision_wants_reason(words->kind));
}

static void decide_cell(maker *m, uint16_t month, ph_decision_kind kind, uint16_t unit, uint16_t i)
{
    period *p = &m->periods[month];
    story *t = &p->units[unit].stories[i];
    ph_world_words words = begin_words(m, month, kind);
    bool is_fine;

    words.subject = unit;
    words.indicator = (uint16_t)(FIRST_GUARDED + i);
    words.value = speak_of(m, &p->units[unit], i);
    is_fine = may_speak(&words) && !p->is_frozen && may_follow(t, kind) && t->value == words.value;
    say(m, words, is_fine);
    if (!is_fine)
        return;
    if (kind == PH_DECISION_RETURN)
        t->state = PH_CASE_RETURNED;
    else
        t->state = kind == PH_DECISION_CONFIRM ? PH_CASE_CONFIRMED : PH_CASE_OVERRIDDEN;
}

static void decide_period(maker *m, uint16_t month, ph_decision_kind kind)
{
    period *p = &m->periods[month];
    ph_world_words words = begin_words(m, month, kind);
    bool is_fine = may_speak(&words) && (kind == PH_DECISION_REOPEN) == p->is_frozen;

    words.due_us = p->due_us + 1 + (int64_t)below(m, 1000);
    say(m, words, is_fine);
    if (is_fine && kind == PH_DECISION_EXTEND)
        p->due_us = words.due_us;
    else if (is_fine)
        p->is_frozen = kind == PH_DECISION_FREEZE;
}

static void speak(maker *m)
{
    uint16_t month = (uint16_t)below(m, m->w->shape.n_periods), unit = (uint16_t)below(m, m->w->shape.n_units);
    uint16_t i = (uint16_t)below(m, GUARDED);

    switch (below(m, 12)) {
    case 0:
        decide_period(m, month, below(m, 3) == 0 ? PH_DECISION_FREEZE : PH_DECISION_EXTEND);
        break;
    case 1:
        decide_period(m, month, PH_DECISION_REOPEN);
        break;
    case 2:
    case 3:
    case 4:
    case 5:
        decide_cell(m, month, (ph_decision_kind)below(m, PH_DECISION_EXTEND), unit, i);
        break;
    default:
        explain(m, month, unit, i);
        break;
    }
}

/* ---- the whole ---- */

void ph_flow_make(const ph_world *w, uint64_t *random, size_t n_steps, ph_flow *ret)
{
    maker *m = calloc(1, sizeof *m);
    ph_script *s = &ret->script;

    *ret = (ph_flow){.segments = calloc(n_steps, sizeof *ret->segments)};
    s->steps = calloc(n_steps, sizeof *s->steps);
    assert(m != NULL && s->steps != NULL && ret->segments != NULL);
    assert(w->shape.is_guarded && w->shape.n_periods <= PH_FLOW_MAX_PERIODS && w->shape.n_indicators == N_VALUES);
    m->w = w;
    m->random = random;
    m->flow = ret;
    for (size_t i = 0; i < PH_FLOW_MAX_PERIODS; i++)
        m->periods[i].due_us = PH_WORLD_START_US + PH_US_PER_DAY;
    while (s->n < n_steps) {
        for (uint16_t unit = 0; unit < w->shape.n_units && s->n < n_steps; unit++)
            if (below(m, 2) == 0)
                submit(m, (uint16_t)below(m, w->shape.n_periods), unit);
        for (uint64_t n = 1 + below(m, 5); n > 0 && s->n < n_steps; n--) {
            m->segment++;
            speak(m);
        }
        m->segment++;
    }
    free(m);
}

void ph_flow_done(ph_flow *f)
{
    ph_script_done(&f->script);
    free(f->segments);
}

void ph_flow_shuffle(const ph_flow *f, uint64_t *random, size_t *ret)
{
    for (size_t i = 0; i < f->script.n; i++)
        ret[i] = i;
    for (size_t i = 1; i < f->script.n; i++) { /* with one before it in its segment, or itself */
        size_t first = i;
        while (first > 0 && f->segments[first - 1] == f->segments[i])
            first--;
        size_t other = first + ph_script_random(random) % (i - first + 1), kept = ret[i];
        ret[i] = ret[other];
        ret[other] = kept;
    }
}
