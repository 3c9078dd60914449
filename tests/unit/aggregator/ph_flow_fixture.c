/* ph_flow_fixture - see the header.   Layer: tests */
#include "ph_flow_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_agg_ram.h"
#include "ph_agg_replay.h"
#include "ph_validate.h"

static int setup_world(void **state, bool has_file)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    ph_world_init(&f->w, (ph_world_shape){.n_units = 3,
                                          .n_clusters = 1,
                                          .n_indicators = 4,
                                          .n_periods = 2,
                                          .is_staggered = true,
                                          .is_guarded = true});
    f->has_file = has_file;
    f->now_us = START + 1;
    if (has_file) {
        ph_test_file_make(&f->file);
        f->st = ph_test_file_open(&f->file);
    } else {
        assert_int_equal(ph_agg_ram_open(&f->st), PH_OK);
    }
    f->e = ph_world_engine(&f->w, f->st);
    *state = f;
    return 0;
}

int setup(void **state)
{
    return setup_world(state, false);
}

int setup_file(void **state)
{
    return setup_world(state, true);
}

static void no_flaw(void *arg, const ph_flaw *flaw)
{
    (void)arg;
    fail_msg("%s at %llu %s", ph_flaw_code(flaw->kind), (unsigned long long)flaw->seq, flaw->detail);
}

int teardown(void **state)
{
    fixture *f = *state;
    ph_replay_report replayed;
    ph_verify_report verified;
    ph_agg_store *fresh = NULL;

    assert_int_equal(ph_verify(f->st, &f->w.rosters, f->w.key.public_key, no_flaw, NULL, &verified), PH_OK);
    assert_int_equal(ph_agg_ram_open(&fresh), PH_OK);
    assert_int_equal(ph_replay(f->st, fresh, &f->w.source, &replayed), PH_OK);
    if (!replayed.is_identical)
        fail_msg("replay differs at %s %s", ph_dump_table_name(replayed.dump.table), replayed.dump.name);
    fresh->ops->close(fresh);
    ph_engine_free(f->e);
    f->st->ops->close(f->st);
    if (f->has_file)
        ph_test_file_remove(&f->file);
    ph_sheet_free(f->sheet);
    ph_world_done(&f->w);
    free(f);
    return 0;
}

/* ---- sending ---- */

static void findings_of(fixture *f, uint64_t seq, char *dst, size_t size)
{
    ph_finding list[PH_MAX_FINDINGS];
    ph_stored_verdict stored;
    size_t n = 0, len = 0;

    assert_int_equal(f->st->ops->get_entry(f->st, seq, NULL, &stored), PH_OK);
    assert_int_equal(ph_findings_read(stored.findings, list, PH_MAX_FINDINGS, &n), PH_OK);
    dst[0] = '\0';
    for (size_t i = 0; i < n; i++)
        len +=
            (size_t)snprintf(dst + len, size - len, "%s%.*s(%.*s)", i == 0 ? "" : " ", (int)list[i].rule.len,
                             (const char *)list[i].rule.ptr, (int)list[i].detail.len, (const char *)list[i].detail.ptr);
}

ph_outcome take(fixture *f, ph_world_sent *s)
{
    ph_outcome o;

    s->intake.unit = ph_span_str(s->unit);
    assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_take(f->e, &s->intake, &o), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
    return o;
}

void judged(fixture *f, ph_world_sent *s, ph_verdict verdict, const char *findings)
{
    ph_outcome o = take(f, s);
    char text[512];

    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
    findings_of(f, o.seq, text, sizeof text);
    assert_string_equal(text, findings);
    assert_string_equal(ph_verdict_name(o.verdict), ph_verdict_name(verdict));
    f->last = o.seq;
    ph_world_drop(s);
}

void submit(fixture *f, uint16_t unit, int64_t a, int64_t b, ph_verdict verdict, const char *findings)
{
    const int64_t values[] = {100, a, b, 400};
    ph_world_form form = {.unit = unit,
                          .revision = ++f->revision[unit],
                          .base_revision = f->base[unit],
                          .base_digest = f->digest[unit],
                          .values = values,
                          .n_values = 4,
                          .number = ++f->number,
                          .received_at_us = f->now_us};
    ph_world_sent s;
    ph_digest digest;

    ph_world_make(&f->w, &form, &s);
    digest = s.intake.body_digest;
    judged(f, &s, verdict, findings);
    if (verdict != PH_VERDICT_REJECTED) {
        f->base[unit] = f->revision[unit];
        f->digest[unit] = digest;
    }
}

void explain(fixture *f, uint16_t unit, uint16_t indicator, int64_t value, const char *findings)
{
    ph_world_words words = {.unit = unit,
                            .subject = NOBODY,
                            .indicator = indicator,
                            .value = value,
                            .text = "nhà máy mới vận hành",
                            .number = ++f->number,
                            .received_at_us = f->now_us};
    ph_world_sent s;

    ph_world_explain(&f->w, &words, &s);
    judged(f, &s, findings[0] == '\0' ? PH_VERDICT_ACCEPTED : PH_VERDICT_REJECTED, findings);
}

void decide_by(fixture *f, ph_world_words words, const char *findings)
{
    ph_world_sent s;

    words.number = ++f->number;
    words.received_at_us = f->now_us;
    ph_world_decide(&f->w, &words, &s);
    judged(f, &s, findings[0] == '\0' ? PH_VERDICT_ACCEPTED : PH_VERDICT_REJECTED, findings);
}

void decide(fixture *f, ph_decision_kind kind, uint16_t subject, uint16_t indicator, int64_t value, const char *reason,
            const char *findings)
{
    decide_by(
        f,
        (ph_world_words){
            .unit = HEAD, .kind = kind, .subject = subject, .indicator = indicator, .value = value, .text = reason},
        findings);
}

void rule(fixture *f, ph_decision_kind kind, int64_t due_us, const char *reason, const char *findings)
{
    decide_by(f, (ph_world_words){.unit = HEAD, .kind = kind, .subject = NOBODY, .due_us = due_us, .text = reason},
              findings);
}

void activate(fixture *f, unsigned variant, bool is_open)
{
    ph_digest digest = *ph_registry_digest(ph_world_registry(&f->w, variant));

    if (!is_open)
        assert_int_equal(ph_engine_begin(f->e, f->now_us), PH_OK);
    assert_int_equal(ph_engine_activate_registry(f->e, &digest, ph_world_document(variant)), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
}

/* ---- looking ---- */

const ph_sheet *look(fixture *f)
{
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};
    ph_span packed;
    uint64_t seq;

    assert_int_equal(f->st->ops->get_sheet(f->st, &key, &seq, &packed), PH_OK);
    ph_sheet_free(f->sheet);
    f->sheet = NULL;
    assert_int_equal(ph_sheet_unpack(packed, &f->sheet), PH_OK);
    return f->sheet;
}

void assert_cell(fixture *f, uint16_t row, uint16_t column, ph_cell_state state, uint8_t marks)
{
    const ph_cell *cell = ph_sheet_cell(look(f), row, column);

    assert_int_equal(cell->state, state);
    assert_int_equal(cell->marks, marks);
}

int case_state(fixture *f, uint16_t row, uint16_t column)
{
    const ph_case *c = ph_sheet_find_case(look(f), row, column);

    return c == NULL ? -1 : (int)c->state;
}

static bool find_latest(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    latest *l = arg;
    static ph_figure figures[PH_MAX_OBSERVATIONS];
    ph_issue issue;

    (void)key;
    (void)seal;
    assert_int_equal(ph_issue_read(packed, figures, PH_MAX_OBSERVATIONS, &issue), PH_OK);
    for (size_t i = 0; i < issue.n_figures; i++)
        if (ph_span_is(figures[i].indicator, l->indicator)) {
            l->figure = figures[i];
            l->state = issue.state;
            l->registry = issue.registry;
            l->is_found = true;
        }
    return true;
}

latest published(fixture *f, const char *indicator)
{
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};
    latest l = {.indicator = indicator};

    assert_int_equal(f->st->ops->walk_summaries(f->st, &key, find_latest, &l), PH_OK);
    assert_true(l.is_found);
    return l;
}
