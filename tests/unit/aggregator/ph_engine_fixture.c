/* ph_engine_fixture - see the header.   Layer: tests */
#include "ph_engine_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_agg_ram.h"
#include "ph_validate.h"

const int64_t plain[] = {100, 200, 300, 400};

static int setup_shape(void **state, ph_world_shape shape)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    ph_world_init(&f->w, shape);
    assert_int_equal(ph_agg_ram_open(&f->st), PH_OK);
    f->e = ph_world_engine(&f->w, f->st);
    *state = f;
    return 0;
}

int setup(void **state)
{
    return setup_shape(state, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 2});
}

int setup_extended(void **state)
{
    return setup_shape(
        state, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 2, .is_extended = true});
}

int setup_staggered(void **state)
{
    return setup_shape(
        state,
        (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 3, .is_staggered = true});
}

int teardown(void **state)
{
    fixture *f = *state;

    ph_engine_free(f->e);
    f->st->ops->close(f->st);
    for (size_t i = 0; i < f->n_sent; i++)
        ph_world_drop(&f->sent[i]);
    ph_world_done(&f->w);
    free(f);
    return 0;
}

void begin(fixture *f, int64_t now_us)
{
    assert_int_equal(ph_engine_begin(f->e, now_us), PH_OK);
}

void finish(fixture *f, bool with_figures)
{
    assert_int_equal(ph_engine_finish(f->e, with_figures), PH_OK);
}

const ph_world_sent *make(fixture *f, ph_world_form form)
{
    ph_world_sent *s = &f->sent[f->n_sent++];

    assert_true(f->n_sent <= 64);
    if (form.values == NULL) {
        form.values = plain;
        form.n_values = 4;
    }
    if (form.number == 0)
        form.number = ++f->number;
    if (form.received_at_us == 0)
        form.received_at_us = START + 1;
    ph_world_make(&f->w, &form, s);
    s->intake.unit = ph_span_str(s->unit);
    return s;
}

ph_outcome take(fixture *f, const ph_world_sent *s)
{
    ph_outcome o;

    assert_int_equal(ph_engine_take(f->e, &s->intake, &o), PH_OK);
    return o;
}

ph_outcome send_alone(fixture *f, const ph_world_sent *s)
{
    ph_outcome o;

    begin(f, START + 2);
    o = take(f, s);
    finish(f, true);
    return o;
}

/* The stored findings of an entry: "rule(detail) …". */
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

void assert_judged(fixture *f, const ph_world_sent *s, ph_verdict verdict, const char *findings)
{
    ph_outcome o = send_alone(f, s);
    char text[512];

    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
    assert_string_equal(ph_verdict_name(o.verdict), ph_verdict_name(verdict));
    findings_of(f, o.seq, text, sizeof text);
    assert_string_equal(text, findings);
}

const ph_sheet *sheet(fixture *f, uint8_t month, ph_sheet **keep)
{
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, month}};
    ph_span packed;
    uint64_t seq;

    assert_int_equal(f->st->ops->get_sheet(f->st, &key, &seq, &packed), PH_OK);
    ph_sheet_free(*keep);
    *keep = NULL;
    assert_int_equal(ph_sheet_unpack(packed, keep), PH_OK);
    return *keep;
}
