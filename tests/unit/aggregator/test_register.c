/* test_register - what units say in words: when a register is published, which part of it, and what stands in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_ram.h"
#include "ph_agg_replay.h"
#include "ph_test_world.h"

#define START PH_WORLD_START_US
enum { N_INDICATORS = 4 };

typedef struct fixture {
    ph_world w;
    ph_agg_store *st;
    ph_engine *e;
    uint64_t number;
    uint32_t last[PH_WORLD_MAX_UNITS]; /* revision that stands */
    ph_digest digest[PH_WORLD_MAX_UNITS];
    ph_figure figures[16];
    ph_issue issue; /* as last looked at */
} fixture;

static int setup_units(void **state, uint16_t n_units)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    ph_world_init(&f->w,
                  (ph_world_shape){.n_units = n_units, .n_clusters = 1, .n_indicators = N_INDICATORS, .n_periods = 1});
    assert_int_equal(ph_agg_ram_open(&f->st), PH_OK);
    f->e = ph_world_engine(&f->w, f->st);
    *state = f;
    return 0;
}

static int setup_three(void **state)
{
    return setup_units(state, 3);
}

static int setup_seventeen(void **state)
{
    return setup_units(state, PH_REGISTER_PART_UNITS + 1);
}

static int setup_forty(void **state)
{
    return setup_units(state, 40);
}

/* Whatever a test did: replayed, the log gives the same rows. */
static int teardown(void **state)
{
    fixture *f = *state;
    ph_replay_report replayed;
    ph_agg_store *fresh = NULL;

    assert_int_equal(ph_agg_ram_open(&fresh), PH_OK);
    assert_int_equal(ph_replay(f->st, fresh, &f->w.source, &replayed), PH_OK);
    assert_true(replayed.is_identical);
    fresh->ops->close(fresh);
    ph_engine_free(f->e);
    f->st->ops->close(f->st);
    ph_world_done(&f->w);
    free(f);
    return 0;
}

/* A correction where something stands, always with other figures; the entry it became. */
static uint64_t report(fixture *f, uint16_t unit, uint8_t n_items, uint32_t words, ph_verdict verdict)
{
    const int64_t high = verdict == PH_VERDICT_REJECTED ? 100001 : (int64_t)++f->number;
    const int64_t values[N_INDICATORS] = {high, 2, 3, 4};
    ph_world_form form = {.unit = unit,
                          .revision = f->last[unit] + 1,
                          .base_revision = f->last[unit],
                          .base_digest = f->digest[unit],
                          .values = values,
                          .n_values = N_INDICATORS,
                          .number = ++f->number,
                          .received_at_us = START + 1,
                          .n_items = n_items,
                          .words = words};
    ph_world_sent sent;
    ph_outcome o;

    ph_world_make(&f->w, &form, &sent);
    sent.intake.unit = ph_span_str(sent.unit);
    assert_int_equal(ph_engine_begin(f->e, START + 2), PH_OK);
    assert_int_equal(ph_engine_take(f->e, &sent.intake, &o), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
    assert_int_equal(o.verdict, verdict);
    if (verdict != PH_VERDICT_REJECTED) {
        f->last[unit] = form.revision;
        f->digest[unit] = sent.intake.body_digest;
    }
    ph_world_drop(&sent);
    return o.seq;
}

/* What the last figure seal published. */
static const ph_issue *issued(fixture *f)
{
    ph_sheet_key key = {.cluster = ph_span_str("c0"), .form = ph_span_str("F"), .period = {PH_FREQ_M, 2023, 1}};
    ph_span packed;

    assert_int_equal(f->st->ops->get_summary(f->st, &key, ph_engine_head(f->e)->last_figure_seal, &packed), PH_OK);
    assert_int_equal(ph_issue_read(packed, f->figures, 16, &f->issue), PH_OK);
    return &f->issue;
}

static void assert_says(const ph_register_unit *u, uint32_t revision, uint64_t entry, const char *titles)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    char text[256] = "";
    size_t n = ph_register_items(u, items), len = 0;

    for (size_t i = 0; i < n; i++)
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s", i == 0 ? "" : " ", (int)items[i].title.len,
                                (const char *)items[i].title.ptr);
    assert_string_equal(text, titles);
    assert_int_equal(u->revision, revision);
    assert_int_equal(u->entry, entry);
}

static void without_a_word_there_is_no_register(void **state)
{
    fixture *f = *state;
    uint64_t before = ph_engine_head(f->e)->last_record;

    (void)report(f, 0, 0, 0, PH_VERDICT_ACCEPTED);
    assert_int_equal(issued(f)->n_parts, 0);
    assert_int_equal(ph_engine_head(f->e)->last_record, before + N_INDICATORS);
}

static void the_first_word_opens_it_with_all_units_in_it(void **state)
{
    fixture *f = *state;
    uint64_t silent = report(f, 2, 0, 0, PH_VERDICT_ACCEPTED), before = ph_engine_head(f->e)->last_record;
    uint64_t entry = report(f, 0, 2, 7, PH_VERDICT_ACCEPTED);
    const ph_issue *i = issued(f);

    assert_int_equal(i->n_parts, 1);
    assert_int_equal(i->parts[0].number, 1);
    assert_int_equal(i->parts[0].n_units, 3);
    assert_says(&i->parts[0].units[0], 1, entry, "w7.0 w7.1");
    assert_says(&i->parts[0].units[1], 0, 0, "");
    assert_says(&i->parts[0].units[2], 1, silent, ""); /* has reported, and had nothing to say */
    assert_int_equal(ph_engine_head(f->e)->last_record, before + ph_issue_n_records(i));
    assert_int_equal(ph_issue_n_records(i), i->n_figures + 1);
}

static void it_is_published_anew_when_it_says_something_else(void **state)
{
    fixture *f = *state;
    uint64_t first = report(f, 0, 1, 1, PH_VERDICT_ACCEPTED), second, third;

    (void)report(f, 0, 1, 1, PH_VERDICT_ACCEPTED); /* other figures, the same words */
    assert_int_equal(issued(f)->n_parts, 0);
    second = report(f, 0, 1, 2, PH_VERDICT_ACCEPTED);
    assert_int_equal(issued(f)->n_parts, 1);
    assert_says(&f->issue.parts[0].units[0], 3, second, "w2.0");
    third = report(f, 1, 0, 0, PH_VERDICT_ACCEPTED); /* nothing to say, but no longer missing */
    assert_int_equal(issued(f)->n_parts, 1);
    assert_says(&f->issue.parts[0].units[0], 3, second, "w2.0");
    assert_says(&f->issue.parts[0].units[1], 1, third, "");
    third = report(f, 0, 0, 0, PH_VERDICT_ACCEPTED); /* a revision is the whole form: taken back */
    assert_int_equal(issued(f)->n_parts, 1);
    assert_says(&f->issue.parts[0].units[0], 4, third, "");
    assert_true(first < second);
}

static void what_was_refused_says_nothing(void **state)
{
    fixture *f = *state;
    uint64_t first = report(f, 0, 1, 1, PH_VERDICT_ACCEPTED), before = ph_engine_head(f->e)->last_record, second;

    (void)report(f, 1, 3, 9, PH_VERDICT_REJECTED);
    (void)report(f, 0, 3, 9, PH_VERDICT_REJECTED); /* what stood before goes on standing */
    assert_int_equal(ph_engine_head(f->e)->last_record, before);
    second = report(f, 2, 0, 0, PH_VERDICT_ACCEPTED);
    assert_int_equal(issued(f)->n_parts, 1);
    assert_says(&f->issue.parts[0].units[0], 1, first, "w1.0");
    assert_says(&f->issue.parts[0].units[1], 0, 0, "");
    assert_says(&f->issue.parts[0].units[2], 1, second, "");
}

static void the_state_of_the_period_is_part_of_it(void **state)
{
    fixture *f = *state;
    uint64_t entry = report(f, 0, 1, 1, PH_VERDICT_ACCEPTED);

    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY), PH_OK);
    assert_int_equal(issued(f)->state, PH_PERIOD_DUE);
    assert_int_equal(f->issue.n_parts, 1);
    assert_says(&f->issue.parts[0].units[0], 1, entry, "w1.0");
}

static void only_the_part_that_changed_is_published(void **state)
{
    fixture *f = *state;
    uint64_t entry;

    (void)report(f, 0, 1, 1, PH_VERDICT_ACCEPTED);
    assert_int_equal(issued(f)->n_parts, 3); /* 16, 16 and 8 units: all of them, once */
    assert_int_equal(f->issue.parts[1].n_units, PH_REGISTER_PART_UNITS);
    assert_int_equal(f->issue.parts[2].n_units, 8);
    entry = report(f, 20, 1, 5, PH_VERDICT_ACCEPTED);
    assert_int_equal(issued(f)->n_parts, 1);
    assert_int_equal(f->issue.parts[0].number, 2);
    assert_says(&f->issue.parts[0].units[4], 1, entry, "w5.0");
    assert_says(&f->issue.parts[0].units[3], 0, 0, "");
}

/* Else the topic would show for ever what a unit said that is no member any more. */
static void a_part_that_lost_its_units_is_published_empty_once(void **state)
{
    fixture *f = *state;
    const ph_registry *fewer = ph_world_registry(&f->w, 1); /* the last unit is gone: sixteen are one part */

    (void)report(f, PH_REGISTER_PART_UNITS, 1, 1, PH_VERDICT_ACCEPTED);
    assert_int_equal(issued(f)->n_parts, 2);
    assert_int_equal(ph_engine_begin(f->e, START + 3), PH_OK);
    assert_int_equal(ph_engine_activate_registry(f->e, ph_registry_digest(fewer), ph_world_document(1)), PH_OK);
    assert_int_equal(ph_engine_finish(f->e, false), PH_OK);
    assert_int_equal(issued(f)->n_members, PH_REGISTER_PART_UNITS);
    assert_int_equal(f->issue.n_parts, 1); /* the first part's sixteen have said nothing before and after */
    assert_int_equal(f->issue.parts[0].number, 2);
    assert_int_equal(f->issue.parts[0].n_units, 0);
    assert_int_equal(ph_engine_take_boundaries(f->e, START + PH_US_PER_DAY), PH_OK);
    assert_int_equal(issued(f)->state, PH_PERIOD_DUE);
    assert_int_equal(f->issue.n_parts, 1); /* due is news of the first part; the empty one was told */
    assert_int_equal(f->issue.parts[0].number, 1);
    (void)report(f, 0, 1, 3, PH_VERDICT_ACCEPTED);
    assert_int_equal(issued(f)->n_parts, 1);
    assert_int_equal(f->issue.parts[0].number, 1);
}

/* Sixteen units with all the words that their frames can hold, each byte of which JSON writes as two. */
static void the_largest_part_is_within_what_a_record_may_be(void **state)
{
    enum { N_ITEMS = 7 };
    char quotes[PH_MAX_NARRATIVE_BYTES];
    ph_narrative items[N_ITEMS];
    ph_issue issue = {.cluster = ph_span_str("c"), .form = ph_span_str("f"), .n_members = PH_MAX_MEMBERS, .n_parts = 1};
    const ph_uuid epoch = {{0}};
    ph_record record;
    ph_buf packed;

    (void)state;
    memset(quotes, '"', sizeof quotes);
    for (size_t i = 0; i < N_ITEMS; i++)
        items[i] = (ph_narrative){.kind = ph_span_str("movement"),
                                  .title = ph_span_of(quotes, PH_MAX_NARRATIVE_BYTES),
                                  .document_no = ph_span_of(quotes, PH_MAX_DOCUMENT_NO_BYTES),
                                  .document_date = ph_span_of(quotes, PH_MAX_DATE_BYTES),
                                  .detail = ph_span_of(quotes, PH_MAX_NARRATIVE_BYTES)};
    ph_buf_init(&packed, PH_MAX_FRAME_BYTES);
    ph_narratives_write(items, N_ITEMS, &packed);
    assert_int_equal(packed.rc, PH_OK);
    assert_true(packed.len > PH_MAX_FRAME_BYTES * 9 / 10); /* one item more would not go into a frame */
    for (size_t i = 0; i < PH_MAX_MEMBERS; i++)
        issue.members[i] = ph_span_str("u");
    issue.parts[0] = (ph_register_part){.number = 4, .n_units = PH_REGISTER_PART_UNITS};
    for (size_t i = 0; i < PH_REGISTER_PART_UNITS; i++)
        issue.parts[0].units[i] = (ph_register_unit){
            .revision = UINT32_MAX, .entry = UINT64_C(1) << 48, .n_items = N_ITEMS, .items = ph_buf_span(&packed)};
    ph_record_init(&record);
    assert_int_equal(ph_record_render(&issue, 0, 1, &epoch, &record), PH_OK);
    assert_true(record.value.len > 450 * 1024U);
    ph_record_done(&record);
    ph_buf_done(&packed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(without_a_word_there_is_no_register, setup_three, teardown),
        cmocka_unit_test_setup_teardown(the_first_word_opens_it_with_all_units_in_it, setup_three, teardown),
        cmocka_unit_test_setup_teardown(it_is_published_anew_when_it_says_something_else, setup_three, teardown),
        cmocka_unit_test_setup_teardown(what_was_refused_says_nothing, setup_three, teardown),
        cmocka_unit_test_setup_teardown(the_state_of_the_period_is_part_of_it, setup_three, teardown),
        cmocka_unit_test_setup_teardown(only_the_part_that_changed_is_published, setup_forty, teardown),
        cmocka_unit_test_setup_teardown(a_part_that_lost_its_units_is_published_empty_once, setup_seventeen, teardown),
        cmocka_unit_test(the_largest_part_is_within_what_a_record_may_be),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
