/* test_engine - what becomes of a submission, and what the engine answers afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_ram.h"
#include "ph_test_script.h"
#include "ph_validate.h"

#define START PH_WORLD_START_US

typedef struct fixture {
    ph_world w;
    ph_agg_store *st;
    ph_engine *e;
    uint64_t number; /* of the last submission */
    ph_world_sent sent[64];
    size_t n_sent;
} fixture;

static const int64_t plain[] = {100, 200, 300, 400};

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

static int setup(void **state)
{
    return setup_shape(state, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 2});
}

static int setup_extended(void **state)
{
    return setup_shape(
        state, (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 2, .is_extended = true});
}

static int setup_staggered(void **state)
{
    return setup_shape(
        state,
        (ph_world_shape){.n_units = 3, .n_clusters = 1, .n_indicators = 4, .n_periods = 3, .is_staggered = true});
}

static int teardown(void **state)
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

static void begin(fixture *f, int64_t now_us)
{
    assert_int_equal(ph_engine_begin(f->e, now_us), PH_OK);
}

static void finish(fixture *f, bool with_figures)
{
    assert_int_equal(ph_engine_finish(f->e, with_figures), PH_OK);
}

static const ph_world_sent *make(fixture *f, ph_world_form form)
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

static ph_outcome take(fixture *f, const ph_world_sent *s)
{
    ph_outcome o;

    assert_int_equal(ph_engine_take(f->e, &s->intake, &o), PH_OK);
    return o;
}

/* One submission in a batch of its own. */
static ph_outcome send(fixture *f, const ph_world_sent *s)
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

static void assert_judged(fixture *f, const ph_world_sent *s, ph_verdict verdict, const char *findings)
{
    ph_outcome o = send(f, s);
    char text[512];

    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
    assert_string_equal(ph_verdict_name(o.verdict), ph_verdict_name(verdict));
    findings_of(f, o.seq, text, sizeof text);
    assert_string_equal(text, findings);
}

static const ph_sheet *sheet(fixture *f, uint8_t month, ph_sheet **keep)
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

/* ---- genesis ---- */

static void a_new_ledger_publishes_that_nothing_is_there(void **state)
{
    fixture *f = *state;
    const ph_ledger_head *h = ph_engine_head(f->e);
    ph_figure figures[8];
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};
    ph_issue issue;
    ph_span packed;

    assert_int_equal(h->last_seq, 3); /* genesis, figure seal, seal */
    assert_int_equal(h->last_figure_seal, 2);
    assert_int_equal(h->last_record, 8); /* two periods of four indicators */
    assert_int_equal(h->roster_serial, 1);
    assert_int_equal(f->st->ops->get_summary(f->st, &key, 2, &packed), PH_OK);
    assert_int_equal(ph_issue_read(packed, figures, 8, &issue), PH_OK);
    assert_int_equal(issue.n_figures, 4);
    assert_int_equal(issue.state, PH_PERIOD_OPEN);
    assert_int_equal(figures[0].n_expected, 3);
    assert_int_equal(figures[0].n_received, 0);
    assert_false(figures[0].values[0].has_value);
    assert_int_equal(ph_world_genesis(&f->w, f->st, START), PH_EXISTS);
}

static void an_empty_ledger_is_not_opened(void **state)
{
    fixture *f = *state;
    ph_agg_store *empty = NULL;
    ph_engine *e = NULL;

    assert_int_equal(ph_agg_ram_open(&empty), PH_OK);
    assert_int_equal(ph_engine_open(empty, &f->w.source, &f->w.key, &e), PH_NOT_FOUND);
    empty->ops->close(empty);
}

/* ---- verdicts, in the order in which they are looked for ---- */

static void what_does_not_exist_is_rejected_and_consumes_no_number(void **state)
{
    fixture *f = *state;

    assert_judged(f, make(f, (ph_world_form){.cluster = 1, .revision = 1}), PH_VERDICT_REJECTED,
                  "submission.duty(F/2023-01)");
    assert_judged(f, make(f, (ph_world_form){.period = 7, .revision = 1}), PH_VERDICT_REJECTED,
                  "submission.duty(F/2023-08)");
    assert_judged(f, make(f, (ph_world_form){.unit = 5, .revision = 1}), PH_VERDICT_REJECTED,
                  "submission.member(c0/2023)");
    assert_judged(f, make(f, (ph_world_form){.revision = 1}), PH_VERDICT_ACCEPTED, "");
}

static void a_number_is_used_once(void **state)
{
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 2});
    ph_digest base = first->intake.body_digest;

    assert_judged(f, first, PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.revision = 2, .base_revision = 2, .base_digest = base}),
                  PH_VERDICT_REJECTED, "revision.reused(2)");
    /* one that was rejected is used up as well */
    assert_judged(f, make(f, (ph_world_form){.revision = 3}), PH_VERDICT_REJECTED, "revision.stale_base(2)");
    assert_judged(f, make(f, (ph_world_form){.revision = 3, .base_revision = 2, .base_digest = base}),
                  PH_VERDICT_REJECTED, "revision.reused(3)");
    assert_judged(f, make(f, (ph_world_form){.revision = 4, .base_revision = 2, .base_digest = base}),
                  PH_VERDICT_ACCEPTED, "");
    /* of another unit, another sheet */
    assert_judged(f, make(f, (ph_world_form){.unit = 1, .revision = 4}), PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 4}), PH_VERDICT_ACCEPTED, "");
}

static void an_older_one_that_comes_late_changes_nothing(void **state)
{
    static const int64_t other[] = {1, 2, 3, 4};
    fixture *f = *state;
    ph_sheet *s = NULL;

    assert_judged(f, make(f, (ph_world_form){.revision = 5}), PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.revision = 3, .values = other, .n_values = 4}), PH_VERDICT_ACCEPTED,
                  "revision.superseded(5)");
    assert_int_equal(ph_sheet_cell(sheet(f, 1, &s), 0, 0)->mantissa, 100);
    assert_int_equal(s->rows[0].last_revision, 5);
    assert_judged(f, make(f, (ph_world_form){.revision = 3}), PH_VERDICT_REJECTED, "revision.reused(3)");
    ph_sheet_free(s);
}

static void a_wrong_base_is_stale(void **state)
{
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});
    ph_digest base = first->intake.body_digest, other = base;

    other.bytes[0] ^= 1;
    assert_judged(f, make(f, (ph_world_form){.revision = 9, .base_revision = 1, .base_digest = base}),
                  PH_VERDICT_REJECTED, "revision.stale_base(0)");
    assert_judged(f, make(f, (ph_world_form){.revision = 10}), PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.revision = 11, .base_revision = 10, .base_digest = other}),
                  PH_VERDICT_REJECTED, "revision.stale_base(10)");
    assert_judged(f, make(f, (ph_world_form){.revision = 12, .base_revision = 9, .base_digest = base}),
                  PH_VERDICT_REJECTED, "revision.stale_base(10)");
}

static void what_comes_after_the_due_time_counts_and_is_marked(void **state)
{
    static const int64_t unusual[] = {10001, 200, 300, 400};
    fixture *f = *state;
    ph_sheet *s = NULL;
    int64_t due = START + PH_US_PER_DAY;

    assert_judged(f, make(f, (ph_world_form){.revision = 1, .received_at_us = due}), PH_VERDICT_ACCEPTED, "");
    assert_judged(f, make(f, (ph_world_form){.unit = 1, .revision = 1, .received_at_us = due + 1}), PH_VERDICT_ACCEPTED,
                  "submission.late(2023-11-15T22:13:20Z)");
    assert_judged(
        f,
        make(f, (ph_world_form){.unit = 2, .revision = 1, .received_at_us = due + 1, .values = unusual, .n_values = 4}),
        PH_VERDICT_ACCEPTED, "submission.late(2023-11-15T22:13:20Z) range.soft()");
    (void)sheet(f, 1, &s);
    assert_int_equal(ph_sheet_cell(s, 0, 0)->marks, 0);
    assert_int_equal(ph_sheet_cell(s, 1, 0)->marks, PH_MARK_LATE);
    assert_int_equal(ph_sheet_cell(s, 2, 0)->marks, PH_MARK_LATE | PH_MARK_FLAGGED);
    assert_int_equal(ph_sheet_cell(s, 2, 1)->marks, PH_MARK_LATE);
    ph_sheet_free(s);
}

static void more_time_is_for_the_unit_that_was_given_it(void **state)
{
    fixture *f = *state;
    int64_t due = START + PH_US_PER_DAY, extended = due + INT64_C(3600) * PH_US_PER_S;

    assert_judged(f, make(f, (ph_world_form){.revision = 1, .received_at_us = due + 1}), PH_VERDICT_ACCEPTED,
                  "submission.late(2023-11-15T22:13:20Z)");
    const ph_world_sent *first = make(f, (ph_world_form){.unit = 1, .revision = 1, .received_at_us = extended});
    ph_digest base = first->intake.body_digest;
    assert_judged(f, first, PH_VERDICT_ACCEPTED, "");
    ph_world_form next = {
        .unit = 1, .revision = 2, .base_revision = 1, .base_digest = base, .received_at_us = extended + 1};
    assert_judged(f, make(f, next), PH_VERDICT_ACCEPTED, "submission.late(2023-11-15T23:13:20Z)");
}

static void a_revision_is_the_whole_form(void **state)
{
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});
    ph_sheet *s = NULL;

    assert_judged(f, first, PH_VERDICT_ACCEPTED, "");
    assert_judged(f,
                  make(f, (ph_world_form){.revision = 2,
                                          .base_revision = 1,
                                          .base_digest = first->intake.body_digest,
                                          .values = plain,
                                          .n_values = 2}),
                  PH_VERDICT_ACCEPTED, "");
    (void)sheet(f, 1, &s);
    assert_int_equal(ph_sheet_cell(s, 0, 1)->state, PH_CELL_GIVEN);
    assert_int_equal(ph_sheet_cell(s, 0, 1)->revision, 2);
    assert_int_equal(ph_sheet_cell(s, 0, 2)->state, PH_CELL_MISSING);
    assert_int_equal(ph_sheet_cell(s, 0, 2)->entry, 0);
    ph_sheet_free(s);
}

/* ---- known ids ---- */

static void the_same_bytes_again_are_a_duplicate(void **state)
{
    fixture *f = *state;
    const ph_world_sent *s = make(f, (ph_world_form){.revision = 1});
    ph_outcome first = send(f, s), again = send(f, s), third;
    uint64_t last = ph_engine_head(f->e)->last_seq;

    assert_int_equal(again.kind, PH_OUTCOME_DUPLICATE);
    assert_int_equal(again.seq, first.seq);
    assert_int_equal(again.verdict, PH_VERDICT_ACCEPTED);
    assert_int_equal(last, first.seq + 2); /* figure seal and seal of the first: nothing was logged for the second */
    begin(f, START + 3);
    first = take(f, make(f, (ph_world_form){.unit = 1, .revision = 1}));
    third = take(f, &f->sent[f->n_sent - 1]); /* in the very same batch */
    finish(f, false);
    assert_int_equal(third.kind, PH_OUTCOME_DUPLICATE);
    assert_int_equal(third.seq, first.seq);
}

static void other_bytes_under_a_known_id_conflict(void **state)
{
    fixture *f = *state;
    const ph_world_sent *s = make(f, (ph_world_form){.revision = 1, .number = 50});
    const ph_world_sent *other = make(f, (ph_world_form){.revision = 2, .number = 50});
    ph_outcome first = send(f, s), o = send(f, other);
    ph_uuid id = ph_world_id(50);
    ph_entry e;

    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_CONFLICT);
    assert_true(o.refusal.has_id);
    assert_memory_equal(&o.refusal.id, &id, sizeof id);
    assert_int_equal(f->st->ops->get_entry(f->st, first.seq, &e, NULL), PH_OK);
    assert_true(ph_span_eq(e.bytes, s->intake.body));
    /* another unit may use the same id */
    assert_judged(f, make(f, (ph_world_form){.unit = 1, .revision = 1, .number = 50}), PH_VERDICT_ACCEPTED, "");
}

static void a_key_speaks_for_its_own_unit_only(void **state)
{
    fixture *f = *state;
    ph_world_sent *s = &f->sent[f->n_sent];
    ph_outcome o;

    (void)make(f, (ph_world_form){.revision = 1});
    s->intake.unit = ph_span_str("u02");
    o = send(f, s);
    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_FORBIDDEN);
    assert_int_equal(ph_engine_head(f->e)->last_seq, 3);
}

static void what_cannot_be_read_is_malformed_at_its_place(void **state)
{
    fixture *f = *state;
    ph_world_sent *s = &f->sent[f->n_sent];
    ph_outcome o;

    (void)make(f, (ph_world_form){.revision = 1});
    s->intake.body.len -= 1;
    o = send(f, s);
    assert_int_equal(o.kind, PH_OUTCOME_REFUSED);
    assert_int_equal(o.refusal.verdict, PH_VERDICT_MALFORMED);
    assert_false(o.refusal.has_id);
    assert_true(o.refusal.offset > 100 && o.refusal.offset <= s->intake.body.len);
    assert_true(o.refusal.why.len > 0);
    assert_memory_equal(&o.refusal.digest, &s->intake.body_digest, sizeof(ph_digest));
}

/* ---- receipts ---- */

static void assert_receipts(fixture *f, ph_span body, size_t n, bool is_duplicate)
{
    ph_receipt store[PH_MAX_RECEIPTS];
    ph_receipts frame;

    assert_int_equal(ph_receipts_read(body, store, &frame), PH_OK);
    assert_int_equal(frame.n, n);
    assert_int_equal(frame.credit, 8);
    for (size_t i = 0; i < n; i++) {
        const ph_world_sent *s = NULL;
        for (size_t k = 0; s == NULL && k < f->n_sent; k++)
            if (ph_digest_eq(&store[i].body, &f->sent[k].intake.body_digest))
                s = &f->sent[k];
        assert_non_null(s);
        assert_int_equal(store[i].duplicate, is_duplicate);
        assert_int_equal(ph_receipt_verify(&frame, &store[i], s->intake.unit, f->w.key.public_key), PH_OK);
        assert_int_equal(ph_receipt_verify(&frame, &store[i], ph_span_str("u09"), f->w.key.public_key), PH_CONFLICT);
    }
}

static void every_receipt_proves_its_entry(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 8, 9, 20};
    fixture *f = *state;
    uint64_t seqs[32];
    ph_buf frame;
    uint32_t revision = 0;
    ph_digest base = {0};

    ph_buf_init(&frame, PH_MAX_REPLY_BYTES);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        begin(f, START + 2);
        for (size_t k = 0; k < sizes[i]; k++) {
            const ph_world_sent *s =
                make(f, (ph_world_form){.revision = revision + 1, .base_revision = revision, .base_digest = base});
            seqs[k] = take(f, s).seq;
            revision++;
            base = s->intake.body_digest;
        }
        finish(f, i % 2 == 0);
        ph_buf_clear(&frame);
        assert_int_equal(ph_engine_receipts(f->e, seqs, sizes[i], 8, &frame), PH_OK);
        assert_receipts(f, ph_buf_span(&frame), sizes[i], false);
    }
    assert_int_equal(ph_engine_receipts(f->e, (const uint64_t[]){1}, 1, 8, &frame), PH_NOT_FOUND);
    for (uint64_t seq = 4; seq <= ph_engine_head(f->e)->last_seq; seq++) { /* each at any time later */
        ph_entry e;
        assert_int_equal(f->st->ops->get_entry(f->st, seq, &e, NULL), PH_OK);
        ph_buf_clear(&frame);
        if (e.kind != PH_ENTRY_SUBMISSION) {
            assert_int_equal(ph_engine_stored_receipt(f->e, seq, 8, &frame), PH_NOT_FOUND);
            continue;
        }
        assert_int_equal(ph_engine_stored_receipt(f->e, seq, 8, &frame), PH_OK);
        assert_receipts(f, ph_buf_span(&frame), 1, true);
    }
    assert_int_equal(ph_engine_stored_receipt(f->e, 100000, 8, &frame), PH_NOT_FOUND);
    ph_buf_done(&frame);
}

static void a_receipt_too_large_for_the_frame_says_so(void **state)
{
    fixture *f = *state;
    ph_outcome o = send(f, make(f, (ph_world_form){.revision = 1}));
    ph_buf small;

    ph_buf_init(&small, 100);
    assert_int_equal(ph_engine_receipts(f->e, &o.seq, 1, 8, &small), PH_LIMIT);
    ph_buf_done(&small);
}

/* ---- figures, marks, boundaries ---- */

static void a_figure_is_published_when_it_changed(void **state)
{
    static const int64_t changed[] = {100, 200, 999, 400};
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});
    uint64_t before = ph_engine_head(f->e)->last_record;

    (void)send(f, first);
    assert_int_equal(ph_engine_head(f->e)->last_record, before + 4);
    (void)send(f,
               make(f, (ph_world_form){.revision = 2, .base_revision = 1, .base_digest = first->intake.body_digest}));
    assert_int_equal(ph_engine_head(f->e)->last_record, before + 4); /* the same values again */
    (void)send(f, make(f, (ph_world_form){.revision = 3,
                                          .base_revision = 2,
                                          .base_digest = f->sent[1].intake.body_digest,
                                          .values = changed,
                                          .n_values = 4}));
    assert_int_equal(ph_engine_head(f->e)->last_record, before + 5);
}

static void what_changed_back_before_the_seal_is_not_published(void **state)
{
    static const int64_t changed[] = {1, 2, 3, 4};
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1}), *second;
    uint64_t before;
    ph_sheet *s = NULL;

    (void)send(f, first);
    before = ph_engine_head(f->e)->last_record;
    begin(f, START + 3);
    second = make(f, (ph_world_form){.revision = 2,
                                     .base_revision = 1,
                                     .base_digest = first->intake.body_digest,
                                     .values = changed,
                                     .n_values = 4});
    (void)take(f, second);
    (void)take(f,
               make(f, (ph_world_form){.revision = 3, .base_revision = 2, .base_digest = second->intake.body_digest}));
    finish(f, true);
    assert_int_equal(ph_engine_head(f->e)->last_record, before);
    assert_int_equal(sheet(f, 1, &s)->rows[0].last_revision, 3); /* but the sheet was written */
    assert_false(s->columns[0].is_touched);
    ph_sheet_free(s);
}

static void figures_wait_for_their_seal(void **state)
{
    fixture *f = *state;
    uint64_t before = ph_engine_head(f->e)->last_record;

    begin(f, START + 2);
    (void)take(f, make(f, (ph_world_form){.revision = 1}));
    finish(f, false);
    assert_true(ph_engine_wants_figures(f->e));
    assert_int_equal(ph_engine_head(f->e)->last_record, before);
    begin(f, START + 3);
    finish(f, true); /* nothing was taken: only the figures */
    assert_false(ph_engine_wants_figures(f->e));
    assert_int_equal(ph_engine_head(f->e)->last_record, before + 4);
    begin(f, START + 4);
    finish(f, true); /* nothing at all: no entry */
    assert_int_equal(ph_engine_head(f->e)->last_seq, ph_engine_head(f->e)->last_figure_seal + 1);
}

static void the_durable_mark_is_one_commit_behind(void **state)
{
    fixture *f = *state;
    uint64_t at_genesis = ph_engine_head(f->e)->last_record, seq;

    assert_int_equal(ph_engine_head(f->e)->durable_record, 0);
    (void)send(f, make(f, (ph_world_form){.revision = 1}));
    assert_int_equal(ph_engine_head(f->e)->durable_record, at_genesis);
    seq = ph_engine_head(f->e)->last_seq;
    assert_int_equal(ph_engine_mark_durable(f->e), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->durable_record, ph_engine_head(f->e)->last_record);
    assert_int_equal(ph_engine_mark_durable(f->e), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->last_seq, seq);
}

static void time_never_goes_back_in_the_log(void **state)
{
    fixture *f = *state;

    begin(f, START + 1000);
    (void)take(f, make(f, (ph_world_form){.revision = 1}));
    finish(f, true);
    begin(f, START - 5000);
    (void)take(f, make(f, (ph_world_form){.unit = 1, .revision = 1}));
    finish(f, true);
    assert_int_equal(ph_engine_head(f->e)->sealed_at_us, START + 1000);
}

static ph_period_state state_of(fixture *f, uint8_t month)
{
    ph_sheet *s = NULL;
    ph_period_state state = sheet(f, month, &s)->state;

    ph_sheet_free(s);
    return state;
}

static void the_calendar_opens_and_closes_without_traffic(void **state)
{
    fixture *f = *state;
    uint64_t before = ph_engine_head(f->e)->last_seq;

    assert_int_equal(state_of(f, 1), PH_PERIOD_OPEN);
    assert_int_equal(ph_engine_next_boundary(f->e), START + PH_US_PER_DAY);
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY - 1), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->last_seq, before);
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY), PH_OK);
    assert_int_equal(state_of(f, 1), PH_PERIOD_DUE);
    assert_int_equal(state_of(f, 2), PH_PERIOD_OPEN);
    /* all that was missed, in order: days 2, 3 and 4 */
    before = ph_engine_head(f->e)->last_seq;
    assert_int_equal(ph_engine_take_boundaries(f->e, START + 9 * PH_US_PER_DAY), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->last_seq, before + 6);
    assert_int_equal(state_of(f, 1), PH_PERIOD_CLOSED);
    assert_int_equal(state_of(f, 3), PH_PERIOD_CLOSED);
    assert_int_equal(ph_engine_next_boundary(f->e), INT64_MAX);
    /* closed is no refusal */
    assert_judged(f, make(f, (ph_world_form){.revision = 1, .received_at_us = START + 9 * PH_US_PER_DAY}),
                  PH_VERDICT_ACCEPTED, "submission.late(2023-11-15T22:13:20Z)");
}

static void what_comes_before_the_opening_is_rejected_but_logged(void **state)
{
    fixture *f = *state;
    uint64_t before = ph_engine_head(f->e)->last_record;
    ph_sheet *s = NULL;

    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 1}), PH_VERDICT_REJECTED,
                  "submission.not_open(2023-11-15T22:13:20Z)");
    assert_int_equal(state_of(f, 2), PH_PERIOD_PLANNED);
    assert_int_equal(ph_engine_head(f->e)->last_record, before); /* a planned sheet publishes nothing */
    /* by the state at the last seal, not by the time of arrival */
    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 2, .received_at_us = START + 2 * PH_US_PER_DAY}),
                  PH_VERDICT_REJECTED, "submission.not_open(2023-11-15T22:13:20Z)");
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY), PH_OK);
    assert_int_equal(state_of(f, 2), PH_PERIOD_OPEN);
    assert_int_equal(sheet(f, 2, &s)->rows[0].highest_revision, 2);
    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 2}), PH_VERDICT_REJECTED, "revision.reused(2)");
    assert_judged(f, make(f, (ph_world_form){.period = 1, .revision = 3}), PH_VERDICT_ACCEPTED, "");
    ph_sheet_free(s);
}

/* ---- what a unit is told ---- */

static void a_unit_is_told_what_is_expected_of_it(void **state)
{
    fixture *f = *state;
    const ph_world_sent *s = make(f, (ph_world_form){.revision = 4});
    ph_expected list[4];
    size_t n = 0;
    bool more = true;

    (void)send(f, s);
    (void)send(f, make(f, (ph_world_form){.revision = 6}));
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY), PH_OK);
    assert_int_equal(ph_engine_expected(f->e, ph_span_str("u00"), list, 4, &n, &more), PH_OK);
    assert_int_equal(n, 2); /* the third is planned */
    assert_false(more);
    assert_true(ph_span_is(list[0].cluster, "c0") && ph_span_is(list[0].form, "F"));
    assert_int_equal(list[0].period.index, 1);
    assert_int_equal(list[0].state, PH_PERIOD_DUE);
    assert_int_equal(list[0].due_us, START + PH_US_PER_DAY);
    assert_int_equal(list[0].highest_revision, 6);
    assert_int_equal(list[0].last_revision, 4);
    assert_memory_equal(&list[0].last_digest, &s->intake.body_digest, sizeof(ph_digest));
    assert_int_equal(list[1].last_revision, 0);
    assert_int_equal(ph_engine_expected(f->e, ph_span_str("u00"), list, 1, &n, &more), PH_OK);
    assert_true(n == 1 && more);
    assert_int_equal(ph_engine_expected(f->e, ph_span_str("u09"), list, 4, &n, &more), PH_OK);
    assert_true(n == 0 && !more);
}

static void history_is_compared_with_what_an_agent_saw(void **state)
{
    fixture *f = *state;
    ph_seal_row row;
    ph_checkpoint seen;
    uint8_t stranger[PH_SIGN_SECRET_BYTES], stranger_public[PH_SIGN_PUBLIC_BYTES];

    (void)send(f, make(f, (ph_world_form){.revision = 1}));
    assert_int_equal(f->st->ops->get_seal_covering(f->st, 3, &row), PH_OK);
    seen = (ph_checkpoint){.epoch = f->w.epoch,
                           .size = row.seq,
                           .root = row.root,
                           .sealed_at_us = row.sealed_at_us,
                           .key_id = row.key_id,
                           .signature = row.signature};
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_OK);
    seen.size = 4; /* not what was signed */
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_FORBIDDEN);
    assert_int_equal(ph_checkpoint_sign(&seen, f->w.key.secret), PH_OK);
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_HISTORY); /* no seal of ours ends there */
    seen.size = 3;
    seen.root.bytes[0] ^= 1;
    assert_int_equal(ph_checkpoint_sign(&seen, f->w.key.secret), PH_OK);
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_HISTORY);
    seen.size = 1000;
    assert_int_equal(ph_checkpoint_sign(&seen, f->w.key.secret), PH_OK);
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_HISTORY);
    ph_sign_keypair((const uint8_t[PH_SIGN_SEED_BYTES]){99}, stranger_public, stranger);
    assert_int_equal(ph_checkpoint_sign(&seen, stranger), PH_OK); /* anybody can claim anything */
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_FORBIDDEN);
    seen.epoch.bytes[0] ^= 1;
    assert_int_equal(ph_checkpoint_sign(&seen, f->w.key.secret), PH_OK);
    assert_int_equal(ph_engine_check_history(f->e, &seen), PH_EPOCH);
}

static void an_id_is_found_for_its_unit(void **state)
{
    fixture *f = *state;
    ph_uuid id = ph_world_id(1);
    uint64_t seq = 0;
    ph_outcome o = send(f, make(f, (ph_world_form){.revision = 1}));

    assert_int_equal(ph_engine_find(f->e, ph_span_str("u00"), &id, &seq), PH_OK);
    assert_int_equal(seq, o.seq);
    assert_int_equal(ph_engine_find(f->e, ph_span_str("u01"), &id, &seq), PH_NOT_FOUND);
}

/* ---- activations ---- */

static void a_new_registry_fits_the_open_sheets(void **state)
{
    fixture *f = *state;
    const ph_registry *next = ph_world_registry(&f->w, 1); /* one unit less, one indicator more */
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});
    ph_sheet *s = NULL;

    (void)send(f, first);
    (void)send(f, make(f, (ph_world_form){.unit = 2, .revision = 1}));
    begin(f, START + 5);
    (void)take(f, make(f, (ph_world_form){.unit = 1, .revision = 1}));
    assert_int_equal(ph_engine_activate_registry(f->e, ph_registry_digest(next), ph_world_document(1)), PH_OK);
    (void)take(f,
               make(f, (ph_world_form){.revision = 2, .base_revision = 1, .base_digest = first->intake.body_digest}));
    finish(f, true);
    assert_ptr_equal(ph_engine_registry(f->e), next);
    assert_memory_equal(&ph_engine_head(f->e)->registry, ph_registry_digest(next), sizeof(ph_digest));
    (void)sheet(f, 1, &s);
    assert_int_equal(s->n_rows, 2);
    assert_int_equal(s->n_columns, 5);
    assert_int_equal(ph_sheet_cell(s, 0, 0)->mantissa, 100);
    assert_int_equal(ph_sheet_cell(s, 0, 0)->revision, 2);
    assert_int_equal(s->rows[1].last_revision, 1);
    assert_int_equal(sheet(f, 2, &s)->n_rows, 2);
    /* no member any more; with the old registry back it is one again, and its numbers are still used up */
    assert_judged(f, make(f, (ph_world_form){.unit = 2, .revision = 2}), PH_VERDICT_REJECTED,
                  "submission.member(c0/2023)");
    begin(f, START + 6);
    assert_int_equal(
        ph_engine_activate_registry(f->e, ph_registry_digest(ph_world_registry(&f->w, 2)), ph_world_document(2)),
        PH_OK);
    finish(f, true);
    assert_judged(f, make(f, (ph_world_form){.unit = 2, .revision = 1}), PH_VERDICT_REJECTED, "revision.reused(1)");
    assert_judged(f, make(f, (ph_world_form){.unit = 2, .revision = 3}), PH_VERDICT_ACCEPTED, "");
    ph_sheet_free(s);
}

static void an_unknown_registry_takes_the_batch_back(void **state)
{
    fixture *f = *state;
    const ph_digest unknown = {{1}};
    uint64_t last = ph_engine_head(f->e)->last_seq;
    ph_outcome o;

    begin(f, START + 5);
    (void)take(f, make(f, (ph_world_form){.revision = 1}));
    assert_int_equal(ph_engine_activate_registry(f->e, &unknown, ph_span_str("x")), PH_NOT_FOUND);
    assert_int_equal(ph_engine_finish(f->e, true), PH_BUG); /* no batch is open */
    assert_int_equal(ph_engine_head(f->e)->last_seq, last);
    o = send(f, &f->sent[0]);
    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
}

static void a_roster_only_grows(void **state)
{
    fixture *f = *state;
    const ph_digest next = {{5}};

    begin(f, START + 5);
    assert_int_equal(ph_engine_activate_roster(f->e, &next, ph_span_str("roster 2"), 1), PH_INVALID);
    assert_int_equal(ph_engine_activate_roster(f->e, &next, ph_span_str("roster 2"), 7), PH_OK);
    assert_int_equal(ph_engine_activate_roster(f->e, &next, ph_span_str("roster 2"), 7), PH_INVALID);
    finish(f, false);
    assert_int_equal(ph_engine_head(f->e)->roster_serial, 7);
    assert_memory_equal(&ph_engine_head(f->e)->roster, &next, sizeof next);
}

/* ---- opening again ---- */

static void an_engine_goes_on_where_it_stood(void **state)
{
    fixture *f = *state;
    const ph_world_sent *first = make(f, (ph_world_form){.revision = 1});

    begin(f, START + 2);
    (void)take(f, first);
    (void)take(f, make(f, (ph_world_form){.unit = 1, .revision = 3}));
    finish(f, false); /* in the tail: in no stored sheet yet */
    ph_engine_free(f->e);
    f->e = NULL;
    assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &f->e), PH_OK);
    assert_true(ph_engine_wants_figures(f->e));
    assert_judged(f, make(f, (ph_world_form){.unit = 1, .revision = 2}), PH_VERDICT_ACCEPTED, "revision.superseded(3)");
    assert_judged(f,
                  make(f, (ph_world_form){.revision = 2, .base_revision = 1, .base_digest = first->intake.body_digest}),
                  PH_VERDICT_ACCEPTED, "");
}

static void another_fold_version_is_not_guessed_at(void **state)
{
    fixture *f = *state;
    ph_ledger_head h = *ph_engine_head(f->e);
    ph_engine *e = NULL;

    h.fold_version = 2;
    assert_int_equal(f->st->ops->begin(f->st), PH_OK);
    assert_int_equal(f->st->ops->put_head(f->st, &h), PH_OK);
    assert_int_equal(f->st->ops->commit(f->st), PH_OK);
    assert_int_equal(ph_engine_open(f->st, &f->w.source, &f->w.key, &e), PH_UNSUPPORTED);
}

static void a_batch_has_an_end(void **state)
{
    fixture *f = *state;
    ph_outcome o;

    begin(f, START + 2);
    for (uint32_t i = 0; i < PH_BATCH_MAX_SUBMISSIONS; i++) {
        ph_world_sent s;
        ph_world_make(&f->w,
                      &(ph_world_form){
                          .revision = 1, .values = plain, .n_values = 4, .number = i + 1, .received_at_us = START + 1},
                      &s);
        s.intake.unit = ph_span_str(s.unit);
        assert_int_equal(ph_engine_take(f->e, &s.intake, &o), PH_OK);
        ph_world_drop(&s);
    }
    assert_int_equal(ph_engine_take(f->e, &make(f, (ph_world_form){.revision = 1, .number = 9999})->intake, &o),
                     PH_BUG);
    assert_int_equal(ph_engine_begin(f->e, START), PH_BUG); /* and it sticks */
}

#define CASE(test)           cmocka_unit_test_setup_teardown(test, setup, teardown)
#define EXTENDED_CASE(test)  cmocka_unit_test_setup_teardown(test, setup_extended, teardown)
#define STAGGERED_CASE(test) cmocka_unit_test_setup_teardown(test, setup_staggered, teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(a_new_ledger_publishes_that_nothing_is_there),
        CASE(an_empty_ledger_is_not_opened),
        CASE(what_does_not_exist_is_rejected_and_consumes_no_number),
        CASE(a_number_is_used_once),
        CASE(an_older_one_that_comes_late_changes_nothing),
        CASE(a_wrong_base_is_stale),
        EXTENDED_CASE(more_time_is_for_the_unit_that_was_given_it),
        CASE(what_comes_after_the_due_time_counts_and_is_marked),
        CASE(a_revision_is_the_whole_form),
        CASE(the_same_bytes_again_are_a_duplicate),
        CASE(other_bytes_under_a_known_id_conflict),
        CASE(a_key_speaks_for_its_own_unit_only),
        CASE(what_cannot_be_read_is_malformed_at_its_place),
        CASE(every_receipt_proves_its_entry),
        CASE(a_receipt_too_large_for_the_frame_says_so),
        CASE(a_figure_is_published_when_it_changed),
        CASE(what_changed_back_before_the_seal_is_not_published),
        CASE(figures_wait_for_their_seal),
        CASE(the_durable_mark_is_one_commit_behind),
        CASE(time_never_goes_back_in_the_log),
        STAGGERED_CASE(the_calendar_opens_and_closes_without_traffic),
        STAGGERED_CASE(what_comes_before_the_opening_is_rejected_but_logged),
        STAGGERED_CASE(a_unit_is_told_what_is_expected_of_it),
        CASE(history_is_compared_with_what_an_agent_saw),
        CASE(an_id_is_found_for_its_unit),
        CASE(a_new_registry_fits_the_open_sheets),
        CASE(an_unknown_registry_takes_the_batch_back),
        CASE(a_roster_only_grows),
        CASE(an_engine_goes_on_where_it_stood),
        CASE(another_fold_version_is_not_guessed_at),
        CASE(a_batch_has_an_end),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
