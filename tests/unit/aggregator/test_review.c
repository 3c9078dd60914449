/* test_review - the nine provinces' printed figures of the first half of 2023 and their corrections, through the whole
 * ledger, against the figures that must come out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_ram.h"
#include "ph_agg_replay.h"
#include "ph_registry_load.h"
#include "ph_test_file.h"
#include "ph_test_script.h"

enum { N = 9 };

/* Hundredths of a percent: GRDP growth and IIP as printed, and as corrected; in the registry's cluster order. */
static const struct {
    const char *unit;
    int64_t printed[2], corrected[2];
} provinces[N] = {{"thaibinh", {777, 940}, {777, 940}},       {"hanam", {620, 1210}, {622, 1210}},
                  {"namdinh", {850, 1330}, {850, 1330}},      {"haiduong", {1140, 890}, {723, 900}},
                  {"quangninh", {880, 863}, {946, 863}},      {"hungyen", {821, 616}, {821, 616}},
                  {"ninhbinh", {756, 580}, {756, 580}},       {"vinhphuc", {169, 3430}, {169, 3430}},
                  {"bacninh", {-1259, -1840}, {-1259, -1840}}};

typedef struct fixture {
    ph_world w; /* keys and epoch; its registry is not used */
    ph_buf bundle;
    ph_registry *reg;
    ph_registry_source source;
    ph_roster *roster;
    ph_agg_store *st;
    ph_engine *e;
    ph_digest base[N];
    uint64_t number;
    int64_t now_us;
} fixture;

static ph_rc find_registry(void *arg, const ph_digest *digest, const ph_registry **ret)
{
    fixture *f = arg;

    *ret = f->reg;
    return ph_digest_eq(digest, ph_registry_digest(f->reg)) ? PH_OK : PH_NOT_FOUND;
}

static ph_rc find_roster(void *arg, const ph_digest *digest, ph_span document, const ph_roster **ret)
{
    fixture *f = arg;

    (void)document;
    *ret = f->roster;
    return ph_digest_eq(digest, &f->w.roster_digest) ? PH_OK : PH_NOT_FOUND;
}

static void say(void *arg, const ph_err *err)
{
    (void)arg;
    (void)fprintf(stderr, "%s: %s\n", err->where, err->what);
}

static void make_roster(fixture *f)
{
    ph_roster_entry *entries = calloc(N, sizeof *entries);

    assert_non_null(entries);
    for (size_t i = 0; i < N; i++) {
        (void)snprintf(entries[i].unit, sizeof entries[i].unit, "%s", provinces[i].unit);
        entries[i].key_id = f->w.key_ids[i];
        memcpy(entries[i].sign_public, f->w.public_keys[i], PH_SIGN_PUBLIC_BYTES);
        entries[i].curve_public[0] = (uint8_t)(i + 1);
        entries[i].valid_to_us = INT64_MAX;
    }
    assert_int_equal(ph_roster_build(1, entries, N, &f->w.roster_digest, &f->roster), PH_OK);
    free(entries);
}

static void open_ledger(fixture *f, ph_agg_store *st)
{
    assert_int_equal(ph_time_parse(ph_span_str("2023-05-20T08:00:00+07:00"), &f->now_us), PH_OK);
    f->st = st;
    const ph_first_documents first = {.registry = *ph_registry_digest(f->reg),
                                      .roster = f->w.roster_digest,
                                      .registry_bytes = ph_buf_span(&f->bundle),
                                      .roster_bytes = ph_span_str(f->w.roster_document),
                                      .roster_serial = 1};
    assert_int_equal(ph_engine_genesis(st, &f->source, &f->w.key, &f->w.epoch, f->now_us, &first), PH_OK);
    assert_int_equal(ph_engine_open(st, &f->source, &f->w.key, &f->e), PH_OK);
    f->number = 0;
    memset(f->base, 0, sizeof f->base);
}

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);
    char path[512];

    assert_non_null(f);
    assert_non_null(getenv("PHUSA_SOURCE"));
    (void)snprintf(path, sizeof path, "%s/domain/registry", getenv("PHUSA_SOURCE"));
    ph_world_init(&f->w, (ph_world_shape){.n_units = N, .n_clusters = 1, .n_indicators = 2, .n_periods = 1});
    ph_buf_init(&f->bundle, PH_BUNDLE_MAX_BYTES);
    assert_int_equal(ph_registry_load_dir(path, say, NULL, &f->bundle, &f->reg), PH_OK);
    f->source = (ph_registry_source){.get = find_registry, .arg = f};
    make_roster(f);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;

    ph_registry_free(f->reg);
    ph_roster_free(f->roster);
    ph_buf_done(&f->bundle);
    ph_world_done(&f->w);
    free(f);
    return 0;
}

static void send(fixture *f, size_t province, uint32_t revision, const int64_t values[2], char status,
                 ph_verdict verdict)
{
    const ph_observation rows[] = {{.indicator = ph_span_str("GRDP_GROWTH"), .value = {values[0], 2}, .status = status},
                                   {.indicator = ph_span_str("IIP"), .value = {values[1], 2}, .status = status}};
    ph_submission sub = {.id = ph_world_id(++f->number),
                         .unit = ph_span_str(provinces[province].unit),
                         .cluster = ph_span_str("dbsh"),
                         .form = ph_span_str("socio-economic"),
                         .period = {PH_FREQ_S, 2023, 1},
                         .revision = revision,
                         .base_revision = revision - 1,
                         .base_digest = f->base[province],
                         .kind = revision == 1 ? PH_REVISION_FIRST : PH_REVISION_CLERICAL,
                         .reason = ph_span_str(revision == 1 ? "" : "corrected"),
                         .agent_time_us = f->now_us,
                         .n_observations = 2,
                         .observations = rows};
    ph_intake in = {.kind = PH_ENTRY_SUBMISSION,
                    .unit = sub.unit,
                    .key_id = f->w.key_ids[province],
                    .received_at_us = f->now_us + (int64_t)f->number};
    ph_outcome o;
    ph_buf body;

    ph_buf_init(&body, PH_MAX_FRAME_BYTES);
    ph_submission_write(&sub, &body);
    in.body = ph_buf_span(&body);
    in.body_digest = f->base[province] = ph_digest_of_span(in.body);
    assert_int_equal(ph_sign_make(PH_SIGN_SUBMISSION, f->w.secrets[province], in.body, &in.signature), PH_OK);
    assert_int_equal(ph_engine_begin(f->e, in.received_at_us), PH_OK);
    assert_int_equal(ph_engine_take(f->e, &in, &o), PH_OK);
    assert_int_equal(o.kind, PH_OUTCOME_PENDING);
    assert_int_equal(o.verdict, verdict);
    assert_int_equal(ph_engine_finish(f->e, true), PH_OK);
    ph_buf_done(&body);
}

/* The last published figure of an indicator. */
typedef struct lookup {
    ph_span indicator;
    ph_figure store[PH_MAX_OBSERVATIONS], found;
    ph_issue issue;
} lookup;

static bool look(void *arg, const ph_sheet_key *key, uint64_t seal, ph_span packed)
{
    lookup *l = arg;

    (void)key;
    (void)seal;
    assert_int_equal(ph_issue_read(packed, l->store, PH_MAX_OBSERVATIONS, &l->issue), PH_OK);
    for (size_t i = 0; i < l->issue.n_figures; i++)
        if (ph_span_eq(l->store[i].indicator, l->indicator))
            l->found = l->store[i];
    return true;
}

static void assert_figure(fixture *f, const char *indicator, ph_method method, int64_t hundredths, unsigned n_held)
{
    lookup *l = calloc(1, sizeof *l);
    bool is_there = false;

    assert_non_null(l);
    l->indicator = ph_span_str(indicator);
    assert_int_equal(f->st->ops->walk_summaries(f->st, NULL, look, l), PH_OK);
    assert_int_equal(l->found.n_received, N - n_held);
    assert_int_equal(l->found.n_held, n_held);
    for (size_t i = 0; i < l->found.n_values; i++)
        if (l->found.values[i].method == method) {
            is_there = true;
            assert_int_equal(l->found.values[i].value.mantissa, hundredths);
            assert_int_equal(l->found.values[i].value.scale, 2);
        }
    assert_true(is_there);
    free(l);
}

static void no_flaw(void *arg, const ph_flaw *flaw)
{
    (void)arg;
    fail_msg("%s at %llu %s", ph_flaw_code(flaw->kind), (unsigned long long)flaw->seq, flaw->detail);
}

static void assert_whole(fixture *f)
{
    ph_roster_source rosters = {.get = find_roster, .arg = f};
    ph_replay_report replayed;
    ph_verify_report verified;
    ph_agg_store *fresh = NULL;

    assert_int_equal(ph_verify(f->st, &rosters, f->w.key.public_key, no_flaw, NULL, &verified), PH_OK);
    assert_int_equal(ph_agg_ram_open(&fresh), PH_OK);
    assert_int_equal(ph_replay(f->st, fresh, &f->source, &replayed), PH_OK);
    assert_true(replayed.is_identical);
    fresh->ops->close(fresh);
}

/* What the shipped rules hold of the printed table: a GRDP that the statistics office denies, an index that GRDP
 * denies. */
static ph_verdict verdict_of_printed(size_t province)
{
    static const char *const held[] = {"haiduong", "quangninh", "vinhphuc"};

    for (size_t i = 0; i < sizeof held / sizeof held[0]; i++)
        if (strcmp(provinces[province].unit, held[i]) == 0)
            return PH_VERDICT_HELD;
    return PH_VERDICT_ACCEPTED;
}

/* Expected values: tests/data/red-river-2023-S1/expected.csv, the series held; then with the corrections, Vĩnh Phúc's
 * index still held (45.99 / 8). */
static void play(fixture *f, uint64_t seed)
{
    size_t order[N];
    int64_t opens;

    for (size_t i = 0; i < N; i++)
        order[i] = i;
    for (size_t i = N - 1; i > 0; i--) {
        size_t k = (size_t)(ph_script_random(&seed) % (i + 1)), swap = order[i];
        order[i] = order[k];
        order[k] = swap;
    }
    assert_int_equal(ph_time_parse(ph_span_str("2023-06-01T00:00:00+07:00"), &opens), PH_OK);
    assert_int_equal(ph_engine_next_boundary(f->e), opens);
    assert_int_equal(ph_engine_take_boundaries(f->e, opens), PH_OK);
    assert_int_equal(ph_engine_head(f->e)->last_record, 9); /* "0 of 9", of each indicator */
    assert_int_equal(ph_time_parse(ph_span_str("2023-07-10T08:00:00+07:00"), &f->now_us), PH_OK);
    for (size_t i = 0; i < N; i++)
        send(f, order[i], 1, provinces[order[i]].printed, 'A', verdict_of_printed(order[i]));
    assert_figure(f, "GRDP_GROWTH", PH_METHOD_MEAN, 391, 2);
    assert_figure(f, "GRDP_GROWTH", PH_METHOD_WEIGHTED_MEAN, 114, 2);
    assert_figure(f, "IIP", PH_METHOD_MEAN, 574, 1);
    for (size_t i = 0; i < N; i++)
        if (provinces[order[i]].printed[0] != provinces[order[i]].corrected[0] ||
            provinces[order[i]].printed[1] != provinces[order[i]].corrected[1])
            send(f, order[i], 2, provinces[order[i]].corrected, 'P', PH_VERDICT_ACCEPTED);
    assert_figure(f, "GRDP_GROWTH", PH_METHOD_MEAN, 489, 0);
    assert_figure(f, "GRDP_GROWTH", PH_METHOD_WEIGHTED_MEAN, 360, 0);
    assert_figure(f, "IIP", PH_METHOD_MEAN, 575, 1);
}

static void the_review_in_any_order(void **state)
{
    fixture *f = *state;

    for (uint64_t seed = 1; seed <= 8; seed++) {
        ph_agg_store *st = NULL;
        assert_int_equal(ph_agg_ram_open(&st), PH_OK);
        open_ledger(f, st);
        play(f, seed);
        assert_whole(f);
        ph_engine_free(f->e);
        st->ops->close(st);
    }
}

static void the_review_in_a_file(void **state)
{
    fixture *f = *state;
    ph_test_file file;

    ph_test_file_make(&file);
    open_ledger(f, ph_test_file_open(&file));
    play(f, 3);
    assert_whole(f);
    ph_engine_free(f->e);
    f->st->ops->close(f->st);
    ph_test_file_remove(&file);
}

static uint8_t marks_of(fixture *f, const char *indicator, size_t province)
{
    lookup *l = calloc(1, sizeof *l);
    uint8_t marks;

    assert_non_null(l);
    l->indicator = ph_span_str(indicator);
    assert_int_equal(f->st->ops->walk_summaries(f->st, NULL, look, l), PH_OK);
    marks = l->found.members[province].marks;
    free(l);
    return marks;
}

/* The index stays what it was; that growth was corrected to the same number is what a rule marks it for. */
static void a_mark_that_another_cell_brings_is_published(void **state)
{
    enum { NINHBINH = 6 };
    static const int64_t first[2] = {756, 580}, second[2] = {580, 580};
    fixture *f = *state;
    ph_agg_store *st = NULL;

    assert_int_equal(ph_agg_ram_open(&st), PH_OK);
    open_ledger(f, st);
    assert_int_equal(ph_time_parse(ph_span_str("2023-07-10T08:00:00+07:00"), &f->now_us), PH_OK);
    assert_int_equal(ph_engine_take_boundaries(f->e, f->now_us), PH_OK);
    send(f, NINHBINH, 1, first, 'A', PH_VERDICT_ACCEPTED);
    assert_int_equal(marks_of(f, "IIP", NINHBINH) & PH_MARK_FLAGGED, 0);
    send(f, NINHBINH, 2, second, 'A', PH_VERDICT_HELD); /* growth, by what the statistics office published */
    assert_int_equal(marks_of(f, "IIP", NINHBINH) & PH_MARK_FLAGGED, PH_MARK_FLAGGED);
    assert_whole(f);
    ph_engine_free(f->e);
    st->ops->close(st);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_review_in_any_order),
                                       cmocka_unit_test(the_review_in_a_file),
                                       cmocka_unit_test(a_mark_that_another_cell_brings_is_published)};

    return cmocka_run_group_tests(tests, setup, teardown);
}
