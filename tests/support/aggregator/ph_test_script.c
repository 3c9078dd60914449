/* ph_test_script - random submissions, and a model of what must become of them.   Layer: tests/support */
#include "ph_test_script.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { MAX_REVISIONS = 64, MAX_VALUES = 64 };

uint64_t ph_script_random(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint64_t below(uint64_t *state, uint64_t n)
{
    return ph_script_random(state) % n;
}

/* A unit on a sheet, as the model has it. */
typedef struct standing {
    uint32_t highest, last;
    ph_digest last_digest;
    bool consumed[MAX_REVISIONS];
} standing;

typedef enum act { NEXT, NEXT_SKIPPING, REUSED, STALE, OLDER, TOO_HIGH, INCOMPLETE, UNUSUAL, LATE, ACTS } act;

/* Revision and base for @what, or false when the standing does not allow it. */
static bool choose(const standing *s, act what, uint64_t *random, ph_world_form *form)
{
    form->base_revision = s->last;
    form->base_digest = s->last_digest;
    form->revision = s->highest + 1 + (what == NEXT_SKIPPING ? (uint32_t)below(random, 3) : 0);
    if (what == REUSED) {
        if (s->highest == 0)
            return false;
        do
            form->revision = 1 + (uint32_t)below(random, s->highest);
        while (!s->consumed[form->revision]);
    }
    if (what == STALE) {
        if (s->last == 0) {
            form->base_revision = 1;
            form->base_digest.bytes[0] = 1;
        } else if (below(random, 2) == 0) {
            form->base_digest.bytes[5] ^= 1;
        } else {
            form->base_revision = 0;
            form->base_digest = (ph_digest){0};
        }
    }
    if (what == OLDER) {
        for (uint32_t r = 1; r < s->last; r++)
            if (!s->consumed[r]) {
                form->revision = r;
                return true;
            }
        return false;
    }
    return form->revision + 1 < MAX_REVISIONS;
}

static void fill_values(act what, uint64_t *random, int64_t values[MAX_VALUES], ph_world_form *form, uint16_t n)
{
    form->values = values;
    form->n_values = what == INCOMPLETE ? 1 : (uint16_t)(n - below(random, 2));
    for (uint16_t i = 0; i < form->n_values; i++)
        values[i] = (int64_t)below(random, 20001) - 10000; /* within the soft range */
    if (what == TOO_HIGH)
        values[below(random, form->n_values)] = 100001;
    if (what == UNUSUAL)
        values[below(random, form->n_values)] = 10001 + (int64_t)below(random, 100);
}

/* The verdict, and what follows from it. */
static void judge(standing *s, act what, const ph_world_form *form, ph_script_step *step)
{
    static const struct {
        ph_verdict verdict;
        const char *rule;
    } said[ACTS] = {[NEXT] = {PH_VERDICT_ACCEPTED, NULL},
                    [NEXT_SKIPPING] = {PH_VERDICT_ACCEPTED, NULL},
                    [REUSED] = {PH_VERDICT_REJECTED, "revision.reused"},
                    [STALE] = {PH_VERDICT_REJECTED, "revision.stale_base"},
                    [OLDER] = {PH_VERDICT_ACCEPTED, "revision.superseded"},
                    [TOO_HIGH] = {PH_VERDICT_REJECTED, "range.hard"},
                    [INCOMPLETE] = {PH_VERDICT_REJECTED, "cell.required"},
                    [UNUSUAL] = {PH_VERDICT_ACCEPTED, "range.soft"},
                    [LATE] = {PH_VERDICT_ACCEPTED, "submission.late"}};

    step->verdict = said[what].verdict;
    step->rule = said[what].rule;
    s->consumed[form->revision] = true;
    if (form->revision > s->highest)
        s->highest = form->revision;
    if (step->verdict == PH_VERDICT_ACCEPTED && what != OLDER) {
        s->last = form->revision;
        s->last_digest = step->sent.intake.body_digest;
    }
}

void ph_script_make(const ph_world *w, uint64_t *random, size_t n_steps, ph_script *ret)
{
    size_t n_sheets = (size_t)w->shape.n_clusters * w->shape.n_periods;
    standing *all = calloc(n_sheets * w->shape.n_units, sizeof *all);
    int64_t values[MAX_VALUES];

    assert(all != NULL && w->shape.n_indicators <= MAX_VALUES);
    *ret = (ph_script){.steps = calloc(n_steps, sizeof *ret->steps)};
    assert(ret->steps != NULL);
    for (uint64_t tries = 0; ret->n < n_steps; tries++) {
        ph_script_step *step = &ret->steps[ret->n];
        act what = (act)below(random, ACTS);
        uint16_t unit = (uint16_t)below(random, w->shape.n_units), sheet = (uint16_t)below(random, n_sheets);
        standing *s = &all[(size_t)sheet * w->shape.n_units + unit];
        ph_world_form form = {.unit = unit,
                              .cluster = (uint16_t)(sheet / w->shape.n_periods),
                              .period = (uint16_t)(sheet % w->shape.n_periods),
                              .number = ret->n + 1};
        assert(tries < 100 * n_steps + 1000);
        if (!choose(s, what, random, &form))
            continue;
        form.received_at_us = PH_WORLD_START_US + (what == LATE ? PH_US_PER_DAY + 1 : (int64_t)ret->n);
        fill_values(what, random, values, &form, w->shape.n_indicators);
        form.n_items = (uint8_t)(below(random, 2) * below(random, 4)); /* half of them have no words */
        form.words = (uint32_t)below(random, 3);                       /* or the same as before */
        ph_world_make(w, &form, &step->sent);
        step->sent.intake.unit = ph_span_str(step->sent.unit);
        step->unit = unit;
        judge(s, what, &form, step);
        ret->n++;
    }
    free(all);
}

void ph_script_done(ph_script *s)
{
    for (size_t i = 0; i < s->n; i++)
        ph_world_drop(&s->steps[i].sent);
    free(s->steps);
}

void ph_script_shuffle(const ph_script *s, uint64_t *random, size_t *ret)
{
    size_t next[PH_WORLD_MAX_UNITS] = {0}; /* where each unit goes on */
    size_t n = 0;

    while (n < s->n) {
        uint16_t unit = (uint16_t)below(random, PH_WORLD_MAX_UNITS);
        size_t at = next[unit];
        while (at < s->n && s->steps[at].unit != unit)
            at++;
        next[unit] = at + 1;
        if (at < s->n)
            ret[n++] = at;
    }
}

/* ---- playing ---- */

static void check(const ph_script_step *step, const ph_outcome *o, bool is_again)
{
    if (o->kind != (is_again ? PH_OUTCOME_DUPLICATE : PH_OUTCOME_PENDING) || o->verdict != step->verdict) {
        (void)fprintf(stderr, "unit %s: wanted %s for %s, got kind %d %s %.*s\n", step->sent.unit,
                      ph_verdict_name(step->verdict), step->rule == NULL ? "-" : step->rule, (int)o->kind,
                      ph_verdict_name(o->verdict), (int)o->refusal.why.len, (const char *)o->refusal.why.ptr);
        abort();
    }
}

static void take(ph_engine *e, const ph_script_step *step, bool is_again)
{
    ph_outcome o;

    assert(ph_engine_take(e, &step->sent.intake, &o) == PH_OK);
    check(step, &o, is_again);
}

void ph_script_play(ph_engine *e, const ph_script *s, const size_t *order, ph_script_run how, uint64_t *random)
{
    size_t left = 0;
    bool is_open = false;

    for (size_t i = 0; i < s->n; i++) {
        if (!is_open) {
            assert(ph_engine_begin(e, PH_WORLD_START_US + 1) == PH_OK);
            left = how.is_full ? how.max_batch : 1 + below(random, how.max_batch);
            is_open = true;
        }
        take(e, &s->steps[order[i]], false);
        if (how.again_one_in != 0 && below(random, how.again_one_in) == 0)
            take(e, &s->steps[order[below(random, i + 1)]], true);
        if (--left == 0) {
            bool with_figures = how.figures_one_in != 0 && below(random, how.figures_one_in) == 0;
            assert(ph_engine_finish(e, with_figures) == PH_OK);
            is_open = false;
        }
    }
    if (!is_open)
        assert(ph_engine_begin(e, PH_WORLD_START_US + 1) == PH_OK);
    assert(ph_engine_finish(e, true) == PH_OK);
    assert(!ph_engine_wants_figures(e));
}

/* ---- outcome ---- */

static void put_row(ph_buf *b, const ph_sheet_row *r)
{
    char hex[PH_DIGEST_TEXT_BYTES], words[PH_DIGEST_TEXT_BYTES];

    ph_hex_print(r->last_digest.bytes, PH_DIGEST_BYTES, hex);
    ph_hex_print(r->words.bytes, PH_DIGEST_BYTES, words);
    (void)ph_buf_printf(b, "%s %u %u %s %lld %s\n", r->unit, r->highest_revision, r->last_revision, hex,
                        (long long)r->due_us, words);
}

static void put_column(ph_buf *b, const ph_sheet *s, uint16_t column)
{
    char hex[PH_DIGEST_TEXT_BYTES];

    ph_hex_print(s->columns[column].published.bytes, PH_DIGEST_BYTES, hex);
    (void)ph_buf_printf(b, "%s %d %s", s->columns[column].indicator, s->columns[column].was_published, hex);
    for (uint16_t row = 0; row < s->n_rows; row++) {
        const ph_cell *c = ph_sheet_cell(s, row, column);
        (void)ph_buf_printf(b, " %d:%lld:%d:%d:%u", c->state, (long long)c->mantissa, c->status, c->marks, c->revision);
    }
    (void)ph_buf_put_byte(b, '\n');
}

static void put_case(ph_buf *b, const ph_case *c)
{
    char hex[PH_DIGEST_TEXT_BYTES];

    ph_hex_print(c->value.bytes, PH_DIGEST_BYTES, hex);
    (void)ph_buf_printf(b, "%d %d %s %s %d %d", c->row, c->column, ph_case_state_name(c->state), hex,
                        c->explanation != 0, c->decision != 0);
    for (unsigned i = 0; i < c->n_rules; i++)
        (void)ph_buf_printf(b, " %s", c->rules[i]);
    (void)ph_buf_put_byte(b, '\n');
}

static bool put_sheet(void *arg, const ph_sheet_key *key, uint64_t seq, ph_span packed)
{
    ph_sheet *s = NULL;

    (void)key;
    (void)seq;
    assert(ph_sheet_unpack(packed, &s) == PH_OK);
    (void)ph_buf_printf(arg, "%s %s %d %d\n", s->cluster, s->form, s->period.index, s->state);
    for (uint16_t i = 0; i < s->n_rows; i++)
        put_row(arg, &s->rows[i]);
    for (uint16_t i = 0; i < s->n_columns; i++)
        put_column(arg, s, i);
    for (uint16_t i = 0; i < s->n_cases; i++)
        put_case(arg, &s->cases[i]);
    ph_sheet_free(s);
    return true;
}

ph_digest ph_script_outcome(ph_agg_store *st)
{
    ph_digest d;
    ph_buf b;

    ph_buf_init(&b, 16 * 1024 * 1024);
    assert(st->ops->walk_sheets(st, put_sheet, &b) == PH_OK);
    assert(b.rc == PH_OK && b.len > 0);
    d = ph_digest_of_span(ph_buf_span(&b));
    ph_buf_done(&b);
    return d;
}
