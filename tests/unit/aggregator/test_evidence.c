/* test_evidence - what of a unit's own past reaches the rules: accepted, comparable, its own, and asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_agg_evidence.h"
#include "ph_agg_ram.h"
#include "ph_registry_load.h"

#define INDICATOR(code, decimals, rest)                                                                       \
    "  - { code: " code ", name: { vi: X, en: X }, unit: PT, unit_name: { vi: x, en: x }, comparison: none, " \
    "price_basis: n/a, decimals: " decimals ", direction: unranked, methods: [mean]" rest " }\n"
#define DUTY(form, period, year, month)                                                                        \
    "  - { cluster: c, form: " form ", period: " period ", opens: " year "-" month "-01T00:00:00Z, due: " year \
    "-" month "-02T00:00:00Z, closes: " year "-" month "-03T00:00:00Z }\n"
#define RULE(id, kind, against, targets, rest)                                                               \
    "  - { id: " id ", kind: " kind ", action: hold, against: " against ", applies_to: [" targets "], " rest \
    "valid_from: 2023-01-01, message: { vi: a, en: b } }\n"

/* clang-format off */
/* The form had its indicators in another order in the first half of 2022. */
static const char bundle[] =
    "--- # file: x.yaml\n"
    "registry: { version: t }\n"
    "units:\n"
    "  - { id: alpha, name: { vi: A, en: A }, valid_from: 2000-01-01 }\n"
    "  - { id: beta, name: { vi: B, en: B }, valid_from: 2000-01-01 }\n"
    "clusters:\n"
    "  - id: c\n"
    "    name: { vi: C, en: C }\n"
    "    cycles:\n"
    "      - { year: 2022, members: [{ unit: alpha, role: head }, { unit: beta, role: member }] }\n"
    "      - { year: 2023, members: [{ unit: alpha, role: head }, { unit: beta, role: member }] }\n"
    "indicators:\n"
    INDICATOR("N", "0", "")
    INDICATOR("L", "2", "")
    INDICATOR("B", "0", ", breaks: [{ at: 2023-01-01, why: { vi: a, en: b } }]")
    "forms:\n"
    "  - { id: f, version: 1, name: { vi: F, en: F }, freq: S, valid_from: 2022-01-01, valid_to: 2022-07-01,\n"
    "      items: [{ indicator: L }, { indicator: B }, { indicator: N }] }\n"
    "  - { id: f, version: 2, name: { vi: F, en: F }, freq: S, valid_from: 2022-07-01,\n"
    "      items: [{ indicator: N }, { indicator: L }, { indicator: B }] }\n"
    "  - { id: g, version: 1, name: { vi: G, en: G }, freq: S, valid_from: 2022-01-01, items: [{ indicator: K }] }\n"
    "calendar:\n"
    DUTY("f", "2022-S1", "2022", "07")
    DUTY("f", "2022-S2", "2023", "01")
    DUTY("f", "2023-S1", "2023", "07")
    DUTY("g", "2022-S2", "2023", "01")
    DUTY("g", "2023-S1", "2023", "07")
    "rules:\n"
    RULE("falls", "monotone", "previous", "N, B", "")
    RULE("moves", "change", "year_ago", "L", "params: { max_percent: 10 }, missing: never_skip, ")
    RULE("grows", "level_growth", "year_ago", "B", "inputs: [N], params: { tolerance: 1 }, ")
    "--- # file: y.yaml\n"
    "indicators:\n"
    INDICATOR("K", "0", "");
/* clang-format on */

typedef struct fixture {
    ph_registry *reg;
    ph_agg_store *st;
    ph_sheet_cache *cache;
    ph_gathered gathered;
} fixture;

static void say(void *arg, const ph_err *err)
{
    (void)arg;
    print_error("%s:%d: %s (%s)\n", err->where, err->line, err->what, err->code);
}

static int setup(void **state)
{
    fixture *f = calloc(1, sizeof *f);

    assert_non_null(f);
    assert_int_equal(ph_registry_load(ph_span_str(bundle), say, NULL, &f->reg), PH_OK);
    assert_int_equal(ph_agg_ram_open(&f->st), PH_OK);
    f->cache = calloc(1, sizeof *f->cache);
    assert_non_null(f->cache);
    ph_cache_init(f->cache, f->st);
    ph_cache_set_registry(f->cache, f->reg, false);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    fixture *f = *state;

    ph_cache_done(f->cache);
    free(f->cache);
    f->st->ops->close(f->st);
    ph_registry_free(f->reg);
    free(f);
    return 0;
}

static ph_cached_sheet *open_sheet(fixture *f, const char *form, const char *period)
{
    ph_cached_sheet *cs = NULL;
    ph_period p;
    uint16_t place;

    assert_int_equal(ph_period_parse(ph_span_str(period), &p), PH_OK);
    place = ph_registry_find_form(f->reg, ph_span_str(form), p);
    assert_int_equal(ph_cache_open(f->cache, ph_registry_find_duty(f->reg, 0, place, p), &cs), PH_OK);
    return cs;
}

static void give(ph_cached_sheet *cs, const char *unit, const char *indicator, int64_t mantissa, ph_cell_state state)
{
    uint16_t row = ph_sheet_find_row(cs->sheet, ph_span_str(unit));
    uint16_t column = ph_sheet_find_column(cs->sheet, ph_span_str(indicator));

    cs->sheet->rows[row].last_revision = 1;
    *ph_sheet_cell(cs->sheet, row, column) = (ph_cell){.mantissa = mantissa, .state = (uint8_t)state, .status = 'A'};
}

static const ph_evidence *gather(fixture *f, ph_cached_sheet *cs, const char *unit)
{
    const ph_submission sub = {.unit = ph_span_str(unit),
                               .cluster = ph_span_str("c"),
                               .form = ph_span_str(cs->sheet->form),
                               .period = cs->sheet->period};

    assert_int_equal(ph_agg_gather(f->cache, cs, &sub, 19000, &f->gathered), PH_OK);
    assert_int_equal(f->gathered.evidence.known_on, 19000);
    assert_true(f->gathered.evidence.has_earlier);
    return &f->gathered.evidence;
}

static void nothing_before_is_nothing(void **state)
{
    fixture *f = *state;
    const ph_evidence *e = gather(f, open_sheet(f, "f", "2023-S1"), "alpha");

    assert_false(e->previous.is_there);
    assert_false(e->year_ago.is_there);
    assert_int_equal(e->unit, 0);
}

static void its_own_accepted_past_is_found(void **state)
{
    fixture *f = *state;
    ph_cached_sheet *now = open_sheet(f, "f", "2023-S1");

    assert_false(gather(f, now, "alpha")->previous.is_there); /* remembered, until a sheet is made */
    give(open_sheet(f, "f", "2022-S2"), "alpha", "N", 7, PH_CELL_GIVEN);
    give(open_sheet(f, "f", "2022-S1"), "alpha", "L", 1234, PH_CELL_GIVEN);
    const ph_evidence *e = gather(f, now, "alpha");
    assert_true(e->previous.is_there);
    assert_int_equal(e->previous.cells[0].mantissa, 7);
    assert_int_equal(e->previous.cells[1].state, PH_CELL_MISSING);
    assert_true(e->year_ago.is_there);
    assert_int_equal(e->year_ago.cells[1].mantissa, 1234);
    e = gather(f, now, "beta"); /* who has sent nothing */
    assert_false(e->previous.is_there);
    assert_false(e->year_ago.is_there);
}

/* By its name, wherever it stood; and of what no rule compares nothing is brought. */
static void each_column_that_a_rule_looks_at_is_brought(void **state)
{
    fixture *f = *state;
    ph_cached_sheet *last = open_sheet(f, "f", "2022-S2"), *year_ago = open_sheet(f, "f", "2022-S1");

    give(last, "alpha", "N", 7, PH_CELL_GIVEN);
    give(last, "alpha", "L", 8, PH_CELL_GIVEN);
    give(year_ago, "alpha", "N", 70, PH_CELL_GIVEN);
    give(year_ago, "alpha", "L", 80, PH_CELL_GIVEN);
    const ph_evidence *e = gather(f, open_sheet(f, "f", "2023-S1"), "alpha");
    assert_int_equal(e->previous.cells[0].mantissa, 7);
    assert_int_equal(e->previous.cells[1].state, PH_CELL_MISSING); /* a target a year ago only */
    assert_int_equal(e->year_ago.cells[0].mantissa, 70);           /* an input */
    assert_int_equal(e->year_ago.cells[1].mantissa, 80);
}

static void what_is_held_or_broken_is_no_evidence(void **state)
{
    fixture *f = *state;
    ph_cached_sheet *before = open_sheet(f, "f", "2022-S2");

    give(before, "alpha", "N", 7, PH_CELL_HELD);
    give(before, "alpha", "L", 8, PH_CELL_NO_VALUE);
    give(before, "alpha", "B", 9, PH_CELL_GIVEN); /* another series since 2023 */
    const ph_evidence *e = gather(f, open_sheet(f, "f", "2023-S1"), "alpha");
    assert_true(e->previous.is_there);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(e->previous.cells[i].state, PH_CELL_MISSING);
}

static void a_form_without_such_rules_looks_at_nothing(void **state)
{
    fixture *f = *state;

    give(open_sheet(f, "g", "2022-S2"), "alpha", "K", 7, PH_CELL_GIVEN);
    assert_false(gather(f, open_sheet(f, "g", "2023-S1"), "alpha")->previous.is_there);
}

static void put_away(fixture *f, ph_cached_sheet *cs)
{
    ph_sheet_key key = ph_sheet_key_of(cs->sheet);
    ph_buf b;

    ph_buf_init(&b, 1024 * 1024);
    ph_sheet_pack(cs->sheet, &b);
    assert_int_equal(f->st->ops->begin(f->st), PH_OK);
    assert_int_equal(f->st->ops->put_sheet(f->st, &key, cs->sheet->folded_to_seq, ph_buf_span(&b)), PH_OK);
    assert_int_equal(f->st->ops->commit(f->st), PH_OK);
    ph_buf_done(&b);
    ph_cache_done(f->cache);
    ph_cache_init(f->cache, f->st);
    ph_cache_set_registry(f->cache, f->reg, false);
}

/* Every other slot holds a sheet that must stay: there is no room for the past, and the sheet at hand makes none. */
static void the_sheet_at_hand_is_never_given_away(void **state)
{
    fixture *f = *state;

    put_away(f, open_sheet(f, "f", "2022-S2"));
    ph_cached_sheet *now = open_sheet(f, "f", "2023-S1");
    const ph_submission sub = {.unit = ph_span_str("alpha"),
                               .cluster = ph_span_str("c"),
                               .form = ph_span_str("f"),
                               .period = now->sheet->period};

    ph_cache_mark_clean(f->cache, now);
    for (size_t i = 1; i < PH_FOLD_MAX_SHEETS; i++) { /* only counted, never looked into */
        f->cache->slots[i] = (ph_cached_sheet){.is_dirty = true, .sheet = now->sheet};
        f->cache->hashes[i] = 0;
    }
    f->cache->n = PH_FOLD_MAX_SHEETS;
    assert_int_equal(ph_agg_gather(f->cache, now, &sub, 19000, &f->gathered), PH_LIMIT);
    assert_non_null(now->sheet);
    assert_false(now->is_pinned);
    f->cache->n = 1;
    assert_int_equal(ph_agg_gather(f->cache, now, &sub, 19000, &f->gathered), PH_OK);
    assert_false(f->gathered.evidence.previous.is_there); /* alpha sent nothing then */
}

static size_t n_found(fixture *f, ph_cached_sheet *now, int64_t n, int64_t l, const char *detail)
{
    static ph_findings found;
    static ph_cell cells[PH_MAX_OBSERVATIONS];
    const ph_observation rows[] = {{.indicator = ph_span_str("N"), .value = {n, 0}, .status = 'A'},
                                   {.indicator = ph_span_str("L"), .value = {l, 2}, .status = 'A'}};
    const ph_submission sub = {.n_observations = 2, .observations = rows};

    found = (ph_findings){0};
    assert_int_equal(ph_validate(now->plan, &sub, gather(f, now, "alpha"), cells, &found), PH_OK);
    if (found.n > 0)
        assert_true(ph_span_is(found.list[0].detail, detail));
    return found.n;
}

static void rules_see_it(void **state)
{
    fixture *f = *state;
    ph_cached_sheet *now = open_sheet(f, "f", "2023-S1");

    assert_int_equal(n_found(f, now, 6, 100, "missing:year_ago"), 1); /* never_skip says that it has nothing */
    give(open_sheet(f, "f", "2022-S2"), "alpha", "N", 7, PH_CELL_GIVEN);
    give(open_sheet(f, "f", "2022-S1"), "alpha", "L", 100, PH_CELL_GIVEN);
    assert_int_equal(n_found(f, now, 6, 110, ""), 1); /* fell */
    assert_int_equal(n_found(f, now, 7, 110, ""), 0);
    assert_int_equal(n_found(f, now, 7, 111, "1.00"), 1); /* moved by 11 % */
}

/* What was given and could not be read is not missing either, not even to a rule that never skips. */
static void a_target_that_could_not_be_read_is_not_missing(void **state)
{
    static ph_findings found;
    static ph_cell cells[PH_MAX_OBSERVATIONS];
    const ph_observation row = {.indicator = ph_span_str("N"), .value = {7, 0}, .status = 'A'};
    const ph_submission sub = {.n_observations = 1, .observations = &row};
    uint64_t unread[PH_UNREAD_WORDS] = {0};
    fixture *f = *state;
    ph_cached_sheet *now = open_sheet(f, "f", "2023-S1");
    ph_evidence evidence = *gather(f, now, "alpha");

    found = (ph_findings){0};
    assert_int_equal(ph_validate(now->plan, &sub, &evidence, cells, &found), PH_OK);
    assert_int_equal(found.n, 1);
    assert_true(ph_span_is(found.list[0].detail, "missing:L"));
    unread[0] = 1U << ph_plan_column(now->plan, ph_span_str("L"));
    evidence.unread = unread;
    found = (ph_findings){0};
    assert_int_equal(ph_validate(now->plan, &sub, &evidence, cells, &found), PH_OK);
    assert_int_equal(found.n_all, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(nothing_before_is_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(its_own_accepted_past_is_found, setup, teardown),
        cmocka_unit_test_setup_teardown(each_column_that_a_rule_looks_at_is_brought, setup, teardown),
        cmocka_unit_test_setup_teardown(what_is_held_or_broken_is_no_evidence, setup, teardown),
        cmocka_unit_test_setup_teardown(a_form_without_such_rules_looks_at_nothing, setup, teardown),
        cmocka_unit_test_setup_teardown(the_sheet_at_hand_is_never_given_away, setup, teardown),
        cmocka_unit_test_setup_teardown(rules_see_it, setup, teardown),
        cmocka_unit_test_setup_teardown(a_target_that_could_not_be_read_is_not_missing, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
