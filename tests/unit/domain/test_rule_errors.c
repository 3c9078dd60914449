/* test_rule_errors - good rules and references, spoilt in one place at a time; and how references are found. Layer:
 * tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_good_registry.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

#define INDICATOR(code)                                                                                       \
    "  - { code: " code ", name: { vi: X, en: X }, unit: PT, unit_name: { vi: x, en: x }, comparison: none, " \
    "price_basis: n/a, decimals: 2, direction: unranked, methods: [mean] }\n"
#define REFERENCE(value, since)                                                                                \
    "  - { unit: alpha, indicator: G, period: 2023-S1, kind: published, value: " value ", known_since: " since \
    ", source: { vi: a, en: b } }\n"
#define REST "valid_from: 2023-01-01, message: { vi: a, en: b } }\n"

static const char rules[] = "indicators:\n"                                                       /* 1 */
    INDICATOR("H") INDICATOR("K")                                                                 /* 2, 3 */
    "references:\n"                                                                               /* 4 */
    REFERENCE("7.2", "2023-06-09") REFERENCE("7.23", "2023-07-01") REFERENCE("7.3", "2024-01-01") /* 5 to 7 */
    "  - { unit: beta, indicator: G, period: 2023, kind: plan, value: 8, known_since: 2023-01-01, source: { vi: a, en: "
    "b } }\n"
    "rules:\n" /* 9 */
    "  - { id: r1, kind: component_bounds, action: reject, applies_to: [G], inputs: [H, K], params: { tolerance: 0.1 "
    "}, "
    "missing: skip_if_all, " REST /* 10 */
    "  - { id: r2, kind: change, action: flag, against: year_ago, applies_to: [G, H], params: { max_percent: 5 }, " REST
    "  - { id: r3, kind: expr, action: hold, applies_to: [K], expr: \"value('K') == nil\", " REST     /* 12 */
    "  - { id: r4, kind: outlier, action: flag, applies_to: [G], params: { mads: 5 }, " REST          /* 13 */
    "  - { id: r5, kind: decimal_slip, action: note, applies_to: [G], known_since: 2023-02-01, " REST /* 14 */
    "  - { id: r6, kind: equals_plan, action: flag, applies_to: [G], missing: never_skip, " REST      /* 15 */
    "  - { id: r7, kind: proportion, action: flag, applies_to: [G], inputs: [H], params: { min: 1.2, max: 2.3 }, " REST
    "  - { id: r8, kind: unit_slip, action: flag, applies_to: [G], params: { factor: 1000 }, " REST /* 17 */
    "forms: [{ id: f2, version: 1, name: { vi: B, en: F }, freq: Q, valid_from: 2023-01-01, valid_to: 2026-01-01,\n"
    "  items: [{ indicator: G }, { indicator: H }, { indicator: K }] }]\n";

typedef struct slip {
    const char *from, *to;
    const char *code;
    int line;
    const char *hint;
    int n; /* 0 = one */
} slip;

static const slip slips[] = {
    {"alpha, indicator", "alpah, indicator", "registry.ref.unknown", 5, "alpha", 0},
    {"beta, indicator: G", "beta, indicator: J", "registry.ref.unknown", 8, "G", 0},
    {"period: 2023-S1", "period: 2023-H1", "registry.period.grammar", 5, NULL, 0},
    {"kind: published", "kind: publised", "registry.word.unknown", 5, "published", 0},
    {"value: 7.2,", "value: \"7,2\",", "registry.number.grammar", 5, NULL, 0},
    {"known_since: 2023-06-09, ", "", "registry.key.missing", 5, NULL, 0},
    {"known_since: 2023-07-01", "known_since: 2023-06-09", "registry.reference.repeated", 6, "known_since", 0},
    {"source: { vi: a, en: b }", "source: a", "registry.map.expected", 5, NULL, 0},
    /* rules */
    {"id: r2", "id: r1", "registry.id.repeated", 11, NULL, 0},
    {"id: r2", "id: range.hard", "registry.rule.id", 11, NULL, 0},
    {"kind: component_bounds", "kind: component_bound", "registry.word.unknown", 10, "component_bounds", 0},
    {"action: reject", "action: rejct", "registry.word.unknown", 10, "reject", 0},
    {"missing: skip_if_all", "missing: skip_if_al", "registry.word.unknown", 10, "skip_if_all", 0},
    {"applies_to: [G, H]", "applies_to: []", "registry.list.length", 11, NULL, 0},
    {"applies_to: [G, H]", "applies_to: [G, G]", "registry.item.repeated", 11, NULL, 0},
    {"applies_to: [G, H]", "applies_to: [G, HH]", "registry.ref.unknown", 11, NULL, 0},
    {"inputs: [H, K]", "inputs: [H]", "registry.list.length", 10, NULL, 0},
    {"inputs: [H, K]", "inputs: [H, G]", "registry.rule.self", 10, NULL, 0},
    {"inputs: [H, K], ", "", "registry.rule.inputs", 10, NULL, 0},
    {"params: { max_percent", "inputs: [K], params: { max_percent", "registry.rule.inputs", 11, NULL, 0},
    {"params: { tolerance: 0.1 }", "params: { tolerence: 0.1 }", "registry.key.unknown", 10, "tolerance", 0},
    {"params: { tolerance: 0.1 }", "params: { tolerance: -0.1 }", "registry.number.range", 10, NULL, 0},
    {"params: { tolerance: 0.1 }", "params: { tolerance: 1000000.000001 }", "registry.number.range", 10, NULL, 0},
    {"params: { max_percent: 5 }", "params: {}", "registry.rule.params", 11, NULL, 0},
    {"params: { max_percent: 5 }, ", "", "registry.rule.params", 11, NULL, 0},
    {"params: { mads: 5 }", "params: { min_members: 5 }", "registry.key.missing", 13, NULL, 0},
    {"kind: decimal_slip", "kind: decimal_slip, params: { by: 10 }", "registry.rule.params", 14, NULL, 0},
    {"kind: decimal_slip, action: note, applies_to: [G]", "kind: index_form, action: note, applies_to: [H]",
     "registry.rule.target", 14, NULL, 0},
    {"kind: decimal_slip", "kind: ratio, params: { tolerance: 0.1 }", "registry.rule.target", 14, NULL, 0},
    {"against: year_ago", "against: last_year", "registry.word.unknown", 11, NULL, 0},
    {"against: year_ago", "against: nothing", "registry.rule.against", 11, NULL, 0},
    {"kind: decimal_slip", "kind: decimal_slip, against: previous", "registry.rule.against", 14, NULL, 0},
    {"value('K') == nil", "value('K' == nil", "registry.rule.expr", 12, NULL, 0},
    {"value('K') == nil", "value('K') > 1.5", "registry.rule.expr", 12, NULL, 0},
    {"expr: \"value('K') == nil\", ", "", "registry.rule.expr", 12, NULL, 0},
    {"kind: decimal_slip", "kind: decimal_slip, expr: \"true\"", "registry.rule.expr", 14, NULL, 0},
    {"kind: outlier, action: flag", "kind: outlier, action: hold", "registry.rule.action", 13, NULL, 0},
    {"kind: outlier", "missing: never_skip, kind: outlier", "registry.rule.missing", 13, NULL, 0},
    {"known_since: 2023-02-01", "known_since: today", "registry.date.grammar", 14, NULL, 0},
    {"message: { vi: a, en: b }", "message: { vi: a }", "registry.key.missing", 10, NULL, 0},
    {"valid_from: 2023-01-01,", "valid_from: 2023-01-01, valid_to: 2023-01-01,", "registry.interval.empty", 10, NULL,
     0},
    {"min: 1.2, max: 2.3", "min: 2.3, max: 1.2", "registry.rule.bounds", 16, NULL, 0},
    {"min: 1.2, max: 2.3", "min: 2.3, max: 2.3", NULL, 0, NULL, 0},
    {"max_percent: 5", "min_percent: 6, max_percent: 5", "registry.rule.bounds", 11, NULL, 0},
    {"max_percent: 5", "min_points: 1, max_points: 0.5", "registry.rule.bounds", 11, NULL, 0},
    {"factor: 1000", "factor: 3", "registry.rule.bounds", 17, NULL, 0},
    {"factor: 1000", "slack: 1000", "registry.rule.bounds", 17, NULL, 0},
    {"kind: equals_plan, action: flag, applies_to: [G], missing: never_skip",
     "kind: equals_indicator, action: flag, applies_to: [G], inputs: [G]", "registry.rule.idle", 15, NULL, 0},
    {"kind: equals_plan, action: flag, applies_to: [G], missing: never_skip",
     "kind: equals_indicator, action: flag, applies_to: [G, H], inputs: [G]", NULL, 0, NULL, 0},
    /* a rule that would never run */
    {"{ indicator: H }, ", "", "registry.rule.idle", 11, "applies_to", 2},
    {"{ indicator: H }, { indicator: K }", "{ indicator: H }", "registry.rule.idle", 12, NULL, 0},
    {"id: r7, ", "id: r7, valid_to: 2023-06-30, ", NULL, 0, NULL, 0},
    {"valid_from: 2023-01-01, valid_to: 2026-01-01", "valid_from: 2021-01-01, valid_to: 2022-01-01",
     "registry.rule.idle", 10, NULL, 4},
    /* an expression that would fail at each run */
    {"value('K') == nil", "value('KK') == nil", "registry.rule.asks", 12, "inputs", 0},
    {"value('K') == nil", "eq(value('K'), value( 'H' ))", "registry.rule.asks", 12, NULL, 0},
    {"value('K') == nil", "previous 'K' == nil", "registry.rule.asks", 12, NULL, 0},
    {"applies_to: [K], expr: \"value('K') == nil",
     "applies_to: [K], inputs: [H], against: previous, expr: \"previous('H') == "
     "value('K')",
     NULL, 0, NULL, 0},
    {"applies_to: [K], expr", "applies_to: [K, H], expr", "registry.rule.asks", 12, NULL, 0},
    {"applies_to: [K], expr: \"value('K')", "applies_to: [K], inputs: [HH], expr: \"value('HH')",
     "registry.ref.unknown", 12, NULL, 0},
    {"value('K') == nil", "d'1' > value('K') and d\\\"2\\\" > value(\\\"K\\\")", NULL, 0, NULL, 0},
    /* words */
    {"action: reject", "action: warn", "registry.word.unknown", 10, "note, flag, hold, reject", 0},
    {"against: year_ago", "against: last_year", "registry.word.unknown", 11, "nothing, previous, year_ago", 0},
    {"missing: skip_if_all", "missing: skip", "registry.word.unknown", 10, "skip_if_any", 0},
    {"kind: component_bounds", "kind: publishd", "registry.word.unknown", 10, "change, outlier", 0},
    {"alpha, indicator: G", "alpha, indicator: NTM_KKM", "registry.ref.unknown", 5, "G, H, K", 0},
    /* messages */
    {"message: { vi: a", "message: { vi: \"%1 %9\"", "registry.rule.message", 10, "%1", 0},
    {"message: { vi: a, en: b", "message: { vi: \"100 % %z above\", en: \"above (%\"", "registry.rule.message", 10,
     NULL, 2},
    {"message: { vi: a, en: b", "message: { vi: \"%12\", en: \"%0\"", "registry.rule.message", 10, NULL, 2},
    {"message: { vi: a, en: b", "message: { vi: \"%1: %2 quá 5% so, 5 % của %6, điểm %.\", en: \"%5%\"", NULL, 0, NULL,
     0},
    /* references */
    {"value: 7.2,", "value: 7,2,", "registry.number.comma", 5, "point", 0},
    {"value: 7.23", "value: 723", "registry.reference.range", 6, "point", 0},
    {"value: 7.2,", "value: -40.01,", "registry.reference.range", 5, NULL, 0},
    {"value: 7.2,", "value: 60,", NULL, 0, NULL, 0},
    {"unit: alpha, indicator: G, period: 2023-S1", "unit: gamma, indicator: G, period: 2023-S1",
     "registry.reference.not_valid", 5, "links", 0},
    {"direction: unranked, methods: [mean] }", "direction: unranked, freqs: [Q, S], methods: [mean] }", NULL, 0, NULL,
     0},
    /* everything at once is told at once */
    {"kind: change, action: flag, against: year_ago, applies_to: [G, H]",
     "kind: chang, action: flg, applies_to: [G, J], inputs: [J]", "registry.word.unknown", 11, "flag", 4},
    {"kind: change, action: flag, against: year_ago, applies_to: [G, H]",
     "kind: change, action: flg, against: nothing, applies_to: [G, J]", "registry.word.unknown", 11, "flag", 3},
};

static ph_rc load(const char *from, const char *to, told *t, ph_registry **ret)
{
    size_t room = sizeof good + 2 * sizeof rules + 1024;
    char *text = calloc(1, room);
    const char *at = from == NULL ? rules : strstr(rules, from);

    assert_non_null(text);
    if (at == NULL)
        fail_msg("the good rules have no %s", from);
    (void)snprintf(text, room, "--- # file: a.yaml\n%s--- # file: b.yaml\n%.*s%s%s", good, (int)(at - rules), rules,
                   from == NULL ? "" : to, from == NULL ? rules : at + strlen(from));
    ph_rc rc = ph_registry_load(ph_span_str(text), told_sink, t, ret);
    free(text);
    return rc;
}

static bool is_told(const slip *s)
{
    ph_registry *reg = NULL;
    told t = {0};
    ph_rc rc = load(s->from, s->to, &t, &reg);
    const ph_err *e = &t.list[0];

    ph_registry_free(reg);
    if (s->code == NULL && rc == PH_OK)
        return true;
    if (s->code != NULL && rc == PH_INVALID && t.n == (s->n == 0 ? 1U : (size_t)s->n) &&
        strcmp(e->code, s->code) == 0 && e->line == s->line && e->col >= 1 && strcmp(e->where, "b.yaml") == 0 &&
        (s->hint == NULL || strstr(e->hint, s->hint) != NULL))
        return true;
    print_error("%s -> %s: expected line %d %s\n", s->from, s->to, s->line, s->code == NULL ? "nothing" : s->code);
    for (size_t i = 0; i < t.n && i < TOLD_MAX; i++)
        print_error("    %s:%d:%d %s: %s [%s]\n", t.list[i].where, t.list[i].line, t.list[i].col, t.list[i].code,
                    t.list[i].what, t.list[i].hint);
    return false;
}

static void each_slip_is_told_at_its_place(void **unused)
{
    size_t n_wrong = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        n_wrong += !is_told(&slips[i]);
    assert_int_equal(n_wrong, 0);
}

static void the_paper_names_every_code(void **unused)
{
    char *paper = read_source("domain/registry/README.md"), code[64];

    (void)unused;
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++) {
        (void)snprintf(code, sizeof code, "`%s`", slips[i].code == NULL ? "registry.ref.unknown" : slips[i].code);
        if (strstr(paper, code) == NULL)
            fail_msg("domain/registry/README.md does not name %s", code);
    }
    free(paper);
}

static ph_date day(const char *text)
{
    ph_date d = 0;

    assert_ok(ph_date_parse(ph_span_str(text), &d));
    return d;
}

static const ph_reference *find(const ph_registry *reg, const char *unit, const char *period, ph_reference_kind kind,
                                const char *known_on)
{
    ph_period p;

    assert_ok(ph_period_parse(ph_span_str(period), &p));
    return ph_registry_find_reference(reg, ph_registry_find_unit(reg, ph_span_str(unit)),
                                      ph_registry_find_indicator(reg, ph_span_str("G")), p, kind, day(known_on));
}

static void what_is_read_stands_in_the_registry(void **unused)
{
    ph_registry *reg = NULL;
    told t = {0};

    (void)unused;
    assert_ok(load(NULL, NULL, &t, &reg));
    assert_int_equal(ph_registry_n_rules(reg), 8);
    const ph_rule_def *r = ph_registry_rule(reg, 0);
    assert_string_equal(r->id, "r1");
    assert_int_equal(r->kind, PH_RULE_KIND_COMPONENT_BOUNDS);
    assert_int_equal(r->missing, PH_MISSING_SKIP_ALL);
    assert_int_equal(r->n_inputs, 2);
    assert_string_equal(r->params[0].key, "tolerance");
    assert_int_equal(ph_registry_rule(reg, 1)->against, PH_AGAINST_YEAR_AGO);
    assert_string_equal(ph_registry_rule(reg, 2)->expr, "value('K') == nil");
    assert_int_equal(ph_registry_rule(reg, 4)->known_since, day("2023-02-01"));
    assert_int_equal(ph_registry_find_rule(reg, ph_span_str("r6")), 5);
    assert_int_equal(ph_registry_find_rule(reg, ph_span_str("r9")), PH_NO_INDEX);
    ph_registry_free(reg);
}

static void the_newest_known_reference_is_found(void **unused)
{
    static const struct {
        const char *on;
        int64_t hundredths; /* 0 = none */
    } days[] = {{"2023-06-08", 0},   {"2023-06-09", 720}, {"2023-06-30", 720}, {"2023-07-01", 723},
                {"2023-12-31", 723}, {"2024-01-01", 730}, {"2030-01-01", 730}};
    ph_registry *reg = NULL;
    told t = {0};

    (void)unused;
    assert_ok(load(NULL, NULL, &t, &reg));
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        const ph_reference *r = find(reg, "alpha", "2023-S1", PH_REFERENCE_PUBLISHED, days[i].on);
        ph_decimal wanted = {.mantissa = days[i].hundredths, .scale = 2};
        assert_int_equal(r != NULL, days[i].hundredths != 0);
        assert_true(r == NULL || ph_decimal_cmp(r->value, wanted) == 0);
    }
    assert_null(find(reg, "alpha", "2023-S2", PH_REFERENCE_PUBLISHED, "2030-01-01"));
    assert_null(find(reg, "alpha", "2023", PH_REFERENCE_PUBLISHED, "2030-01-01"));
    assert_null(find(reg, "alpha", "2023-S1", PH_REFERENCE_PLAN, "2030-01-01"));
    assert_null(find(reg, "beta", "2023-S1", PH_REFERENCE_PUBLISHED, "2030-01-01"));
    assert_non_null(find(reg, "beta", "2023", PH_REFERENCE_PLAN, "2023-01-01"));
    assert_null(find(reg, "beta", "2023", PH_REFERENCE_PLAN, "2022-12-31"));
    ph_registry_free(reg);
}

static int speak_english(void **unused)
{
    (void)unused;
    ph_lang_set(PH_LANG_EN);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_slip_is_told_at_its_place),
        cmocka_unit_test(the_paper_names_every_code),
        cmocka_unit_test(what_is_read_stands_in_the_registry),
        cmocka_unit_test(the_newest_known_reference_is_found),
    };
    return cmocka_run_group_tests(tests, speak_english, NULL);
}
