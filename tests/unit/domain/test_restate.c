/* test_restate - the merger of 2025 over figures of before it: what can be added up, and what is refused by name.
 * Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_restate.h"

/* hy + tb became HY; bn with an outsider bg became BN; qn goes on; old was renamed NEW; sp was split; n1 became m1 in
 * 2024 and m1 + n2 became M in 2025. */
enum { HY, TB, BN, BG, QN, OLD, SP, N1, N2, M1, X_HY, X_BN, X_NEW, X_SP1, X_SP2, X_M, N_UNITS };
static const char *const ids[N_UNITS] = {"hy", "tb", "bn", "bg", "qn",  "old", "sp",  "n1",
                                         "n2", "m1", "HY", "BN", "NEW", "SP1", "SP2", "M"};
enum { LEVEL, GROWTH, RATE, SCORE, OTHER_GROWTH, N_INDICATORS };

static ph_date day(const char *text)
{
    ph_date d;

    assert_ok(ph_date_parse(ph_span_str(text), &d));
    return d;
}

static ph_unit_link link_of(uint16_t predecessor, uint16_t successor, const char *date, ph_decimal share)
{
    return (ph_unit_link){.predecessor = predecessor,
                          .successor = successor,
                          .kind = share.mantissa == 1 && share.scale == 0 ? PH_LINK_MERGE : PH_LINK_SPLIT,
                          .date = day(date),
                          .known_since = day(date) - 19,
                          .share = share,
                          .decree = "202/2025/QH15"};
}

static void put_indicators(ph_registry_parts *p)
{
    p->indicators[LEVEL] = (ph_indicator){.code = "LEVEL",
                                          .decimals = 1,
                                          .comparison = "none",
                                          .n_methods = 2,
                                          .methods = {PH_METHOD_MEAN, PH_METHOD_SUM}};
    p->indicators[GROWTH] = (ph_indicator){
        .code = "GROWTH", .decimals = 2, .comparison = "yoy_same_period", .n_methods = 1, .methods = {PH_METHOD_MEAN}};
    p->indicators[RATE] = (ph_indicator){.code = "RATE",
                                         .decimals = 2,
                                         .comparison = "none",
                                         .n_methods = 1,
                                         .methods = {PH_METHOD_RATIO},
                                         .numerator = LEVEL,
                                         .denominator = SCORE,
                                         .times = 100};
    p->indicators[SCORE] = (ph_indicator){
        .code = "SCORE", .decimals = 0, .comparison = "none", .n_methods = 1, .methods = {PH_METHOD_LIST}};
    p->indicators[OTHER_GROWTH] = (ph_indicator){
        .code = "OTHER", .decimals = 2, .comparison = "vs_prev_period", .n_methods = 1, .methods = {PH_METHOD_MEAN}};
}

static ph_registry *registry(void)
{
    static const char merger[] = "2025-07-01";
    const ph_decimal whole = {.mantissa = 1}, half = {.mantissa = 5, .scale = 1};
    const ph_unit_link links[] = {link_of(HY, X_HY, merger, whole),   link_of(TB, X_HY, merger, whole),
                                  link_of(BN, X_BN, merger, whole),   link_of(BG, X_BN, merger, whole),
                                  link_of(OLD, X_NEW, merger, whole), link_of(SP, X_SP1, merger, half),
                                  link_of(SP, X_SP2, merger, half),   link_of(N1, M1, "2024-01-01", whole),
                                  link_of(M1, X_M, merger, whole),    link_of(N2, X_M, merger, whole)};
    ph_registry_parts p = {.version = "test",
                           .n_units = N_UNITS,
                           .n_indicators = N_INDICATORS,
                           .n_links = sizeof links / sizeof links[0],
                           .n_rules = 1,
                           .units = calloc(N_UNITS, sizeof(ph_unit)),
                           .indicators = calloc(N_INDICATORS, sizeof(ph_indicator)),
                           .links = malloc(sizeof links),
                           .rules = calloc(1, sizeof(ph_rule_def))};
    ph_registry *reg = NULL;

    assert_true(p.units != NULL && p.indicators != NULL && p.links != NULL && p.rules != NULL);
    memcpy(p.links, links, sizeof links);
    for (int i = 0; i < N_UNITS; i++)
        p.units[i] = (ph_unit){.id = ids[i],
                               .name = {.vi = ids[i], .en = ids[i]},
                               .valid_from = i >= X_HY ? day(merger)
                                             : i == M1 ? day("2024-01-01")
                                                       : 0,
                               .valid_to = PH_DATE_FOREVER,
                               .successor = PH_NO_INDEX};
    put_indicators(&p);
    p.indicators[LEVEL].n_breaks = 1;
    p.indicators[LEVEL].breaks = calloc(1, sizeof(ph_series_break));
    assert_non_null(p.indicators[LEVEL].breaks);
    p.indicators[LEVEL].breaks[0].at = day("2024-01-01");
    p.rules[0] = (ph_rule_def){.id = "level", .kind = PH_RULE_KIND_LEVEL_GROWTH, .n_targets = 1, .n_inputs = 1};
    p.rules[0].targets = calloc(1, sizeof(uint16_t));
    p.rules[0].inputs = calloc(1, sizeof(uint16_t));
    assert_true(p.rules[0].targets != NULL && p.rules[0].inputs != NULL);
    p.rules[0].targets[0] = GROWTH;
    p.rules[0].inputs[0] = LEVEL;
    assert_ok(ph_registry_build(&p, &reg));
    return reg;
}

static const ph_period period = {.freq = PH_FREQ_S, .year = 2023, .index = 1};

static ph_restate_units find(const ph_registry *reg, const char *members, const char *now)
{
    ph_restate_units u;
    ph_span list[PH_MAX_MEMBERS];
    size_t n = 0;

    for (const char *at = members; *at != '\0';) {
        size_t len = strcspn(at, " ");
        list[n++] = ph_span_of(at, len);
        at += at[len] == ' ' ? len + 1 : len;
    }
    ph_restate_find(reg, list, n, period, day(now), &u);
    return u;
}

/* "HY=hy+tb BN!bg": unit, parts, and what is not there */
static void assert_units(const ph_restate_units *u, const char *expected)
{
    char text[400] = "";
    size_t n = 0;

    for (size_t i = 0; i < u->n; i++) {
        const ph_restate_unit *x = &u->list[i];
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i == 0 ? "" : " ", ids[x->unit]);
        for (size_t k = 0; k < x->n_parts; k++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%c%s", k == 0 ? '=' : '+', ids[x->parts[k]]);
        for (size_t k = 0; k < x->n_absent; k++)
            n += (size_t)snprintf(text + n, sizeof text - n, "%c%s", x->refusal == PH_RESTATE_SPLIT ? '/' : '!',
                                  ids[x->absent[k]]);
    }
    assert_string_equal(text, expected);
}

static void members_become_the_units_of_today(void **unused)
{
    static const struct {
        const char *members, *now, *expected;
    } cases[] = {{"hy tb qn", "2025-07-01", "HY=hy+tb qn=qn"},
                 {"tb qn hy", "2026-01-01", "HY=tb+hy qn=qn"},
                 {"hy tb qn", "2025-06-30", "hy=hy tb=tb qn=qn"}, /* not yet */
                 {"hy qn", "2025-07-01", "HY=hy!tb qn=qn"},       /* tb is nobody's member */
                 {"bn", "2025-07-01", "BN=bn!bg"},
                 {"bn bg", "2025-07-01", "BN=bn+bg"},
                 {"old", "2025-07-01", "NEW=old"},
                 {"sp", "2025-07-01", "SP1=sp/sp"},
                 {"n1 n2", "2025-07-01", "M=n1+n2"}, /* by way of m1, which is no part */
                 {"n1", "2025-07-01", "M=n1!n2"},
                 {"n1", "2024-06-01", "m1=n1"}};
    ph_registry *reg = registry();

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_restate_units u = find(reg, cases[i].members, cases[i].now);
        assert_units(&u, cases[i].expected);
    }
    ph_registry_free(reg);
}

/* From the day of the merger on there is nothing to restate, though the links are still known. */
static void a_period_of_the_new_units_is_as_it_is(void **unused)
{
    ph_registry *reg = registry();
    const ph_span members[] = {ph_span_str("HY"), ph_span_str("BN"), ph_span_str("qn")};
    ph_restate_units u;

    (void)unused;
    ph_restate_find(reg, members, 3, (ph_period){.freq = PH_FREQ_S, .year = 2025, .index = 2}, day("2026-01-01"), &u);
    assert_units(&u, "HY=HY BN=BN qn=qn");
    ph_registry_free(reg);
}

static void an_unknown_member_is_left_out_and_counted(void **unused)
{
    ph_registry *reg = registry();
    ph_restate_units u = find(reg, "qn nobody", "2026-01-01");

    (void)unused;
    assert_units(&u, "qn=qn");
    assert_int_equal(u.n_unknown, 1);
    ph_registry_free(reg);
}

/* ---- values ---- */

typedef struct world {
    ph_registry *reg;
    ph_issue issues[2];
    ph_figure figures[2][N_INDICATORS];
    ph_restate_figure list[2][N_INDICATORS];
    ph_restate_sheet sheet;
    ph_restate_units units;
} world;

static const char *const codes[N_INDICATORS] = {"LEVEL", "GROWTH", "RATE", "SCORE", "OTHER"};
static const uint8_t decimals[N_INDICATORS] = {1, 2, 2, 0, 2};

/* Members hy, tb, qn; every cell missing; both years published. */
static world *world_new(void)
{
    world *w = calloc(1, sizeof *w);

    assert_non_null(w);
    w->reg = registry();
    for (int year = 0; year < 2; year++) {
        w->issues[year] = (ph_issue){.n_members = 3,
                                     .members = {ph_span_str("hy"), ph_span_str("tb"), ph_span_str("qn")},
                                     .period = {.freq = PH_FREQ_S, .year = (uint16_t)(2023 - year), .index = 1}};
        for (int i = 0; i < N_INDICATORS; i++) {
            w->figures[year][i] = (ph_figure){.indicator = ph_span_str(codes[i]), .decimals = decimals[i]};
            w->list[year][i] = (ph_restate_figure){.issue = &w->issues[year], .figure = &w->figures[year][i]};
        }
    }
    w->sheet = (ph_restate_sheet){
        .reg = w->reg, .then = w->list[0], .n_then = N_INDICATORS, .before = w->list[1], .n_before = N_INDICATORS};
    w->units = find(w->reg, "hy tb qn", "2026-01-01");
    return w;
}

static void world_free(world *w)
{
    ph_registry_free(w->reg);
    free(w);
}

static void put(world *w, int year, int indicator, int member, const char *value)
{
    ph_figure_member *m = &w->figures[year][indicator].members[member];

    *m = (ph_figure_member){.state = PH_CELL_GIVEN, .status = 'A'};
    assert_ok(ph_decimal_parse(ph_span_str(value), &m->value));
}

static void assert_cell(const world *w, size_t unit, int indicator, ph_restate_way way, const char *value)
{
    ph_restate_cell c = ph_restate_value(&w->sheet, &w->units.list[unit], &w->figures[0][indicator]);
    char text[PH_DECIMAL_TEXT_BYTES];

    if (c.refusal != PH_RESTATE_NONE)
        fail_msg("refused: %s", ph_restate_refusal_name(c.refusal));
    (void)ph_decimal_print(c.value, text);
    assert_string_equal(text, value);
    assert_int_equal(c.way, way);
}

static void assert_refused(const world *w, size_t unit, int indicator, ph_restate_refusal why, uint16_t who,
                           uint16_t needs)
{
    ph_restate_cell c = ph_restate_value(&w->sheet, &w->units.list[unit], &w->figures[0][indicator]);

    if (c.refusal != why)
        fail_msg("%s, not %s", ph_restate_refusal_name(c.refusal), ph_restate_refusal_name(why));
    assert_int_equal(c.unit, who);
    assert_int_equal(c.needs, needs);
}

static void levels_are_summed(void **unused)
{
    world *w = world_new();

    (void)unused;
    put(w, 0, LEVEL, 0, "100.5");
    assert_refused(w, 0, LEVEL, PH_RESTATE_PART_MISSING, TB, PH_NO_INDEX);
    put(w, 0, LEVEL, 1, "200.25");
    assert_cell(w, 0, LEVEL, PH_RESTATE_WAY_SUM, "300.8"); /* rounded once, away from zero */
    w->figures[0][LEVEL].members[1].state = PH_CELL_HELD;
    assert_refused(w, 0, LEVEL, PH_RESTATE_PART_MISSING, TB, PH_NO_INDEX);
    world_free(w);
}

static void a_growth_comes_from_levels_or_not_at_all(void **unused)
{
    world *w = world_new();

    (void)unused;
    put(w, 0, GROWTH, 0, "10.00");
    put(w, 0, GROWTH, 1, "-10.00"); /* the mean would be 0 */
    put(w, 0, LEVEL, 0, "330");
    put(w, 0, LEVEL, 1, "90");
    assert_refused(w, 0, GROWTH, PH_RESTATE_GROWTH, HY, LEVEL);
    put(w, 1, LEVEL, 0, "300");
    put(w, 1, LEVEL, 1, "100");
    assert_cell(w, 0, GROWTH, PH_RESTATE_WAY_LEVELS, "5.00"); /* 420 of 400 */
    w->sheet.n_before = 0;
    assert_refused(w, 0, GROWTH, PH_RESTATE_GROWTH, PH_NO_INDEX, LEVEL);
    put(w, 0, OTHER_GROWTH, 0, "1");
    put(w, 0, OTHER_GROWTH, 1, "1");
    assert_refused(w, 0, OTHER_GROWTH, PH_RESTATE_GROWTH, PH_NO_INDEX, PH_NO_INDEX); /* no level is known */
    world_free(w);
}

static void no_growth_over_a_break_of_its_level(void **unused)
{
    world *w = world_new();

    (void)unused;
    for (int year = 0; year < 2; year++)
        for (int member = 0; member < 2; member++)
            put(w, year, LEVEL, member, "100");
    assert_cell(w, 0, GROWTH, PH_RESTATE_WAY_LEVELS, "0.00");
    w->issues[0].period.year = 2024;
    w->issues[1].period.year = 2023;
    assert_refused(w, 0, GROWTH, PH_RESTATE_BREAK, PH_NO_INDEX, LEVEL);
    w->issues[0].period.year = 2025;
    w->issues[1].period.year = 2024;
    assert_cell(w, 0, GROWTH, PH_RESTATE_WAY_LEVELS, "0.00");
    world_free(w);
}

static void a_ratio_is_made_again_of_its_summed_parts(void **unused)
{
    world *w = world_new();

    (void)unused;
    put(w, 0, RATE, 0, "10");
    put(w, 0, RATE, 1, "1");
    put(w, 0, LEVEL, 0, "30");
    put(w, 0, LEVEL, 1, "10");
    put(w, 0, SCORE, 0, "300");
    assert_refused(w, 0, RATE, PH_RESTATE_PART_MISSING, TB, SCORE);
    put(w, 0, SCORE, 1, "1000");
    assert_cell(w, 0, RATE, PH_RESTATE_WAY_RATIO, "3.08");
    put(w, 0, SCORE, 1, "-300");
    assert_refused(w, 0, RATE, PH_RESTATE_OUTGROWN, PH_NO_INDEX, PH_NO_INDEX);
    w->sheet.n_then = SCORE;
    assert_refused(w, 0, RATE, PH_RESTATE_RATIO_PARTS, PH_NO_INDEX, SCORE);
    world_free(w);
}

static void scores_are_never_added_and_who_goes_on_keeps_his(void **unused)
{
    world *w = world_new();

    (void)unused;
    put(w, 0, SCORE, 0, "60");
    put(w, 0, SCORE, 1, "70");
    put(w, 0, SCORE, 2, "80");
    put(w, 0, GROWTH, 2, "9.46");
    assert_refused(w, 0, SCORE, PH_RESTATE_NOT_ADDITIVE, PH_NO_INDEX, PH_NO_INDEX);
    assert_cell(w, 1, SCORE, PH_RESTATE_WAY_AS_IT_WAS, "80");
    assert_cell(w, 1, GROWTH, PH_RESTATE_WAY_AS_IT_WAS, "9.46");
    assert_refused(w, 1, LEVEL, PH_RESTATE_PART_MISSING, QN, PH_NO_INDEX);
    world_free(w);
}

static void a_unit_that_is_not_whole_has_no_value_at_all(void **unused)
{
    world *w = world_new();

    (void)unused;
    w->issues[0].members[0] = ph_span_str("bn");
    w->units = find(w->reg, "bn tb qn", "2026-01-01");
    put(w, 0, LEVEL, 0, "100");
    assert_refused(w, 0, LEVEL, PH_RESTATE_NOT_WHOLE, BG, PH_NO_INDEX);
    assert_refused(w, 1, LEVEL, PH_RESTATE_NOT_WHOLE, HY, PH_NO_INDEX);
    w->units = find(w->reg, "sp", "2026-01-01");
    assert_refused(w, 0, LEVEL, PH_RESTATE_SPLIT, SP, PH_NO_INDEX);
    world_free(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(members_become_the_units_of_today),
        cmocka_unit_test(a_period_of_the_new_units_is_as_it_is),
        cmocka_unit_test(an_unknown_member_is_left_out_and_counted),
        cmocka_unit_test(levels_are_summed),
        cmocka_unit_test(a_growth_comes_from_levels_or_not_at_all),
        cmocka_unit_test(no_growth_over_a_break_of_its_level),
        cmocka_unit_test(a_ratio_is_made_again_of_its_summed_parts),
        cmocka_unit_test(scores_are_never_added_and_who_goes_on_keeps_his),
        cmocka_unit_test(a_unit_that_is_not_whole_has_no_value_at_all),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
