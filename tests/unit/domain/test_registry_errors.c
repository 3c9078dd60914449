/* test_registry_errors - a good registry, spoilt in one place at a time: each slip is told with its code and place.
 * Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_good_registry.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

typedef struct slip {
    const char *from, *to; /* the first occurrence is replaced */
    const char *code;
    int line;
    const char *hint; /* part of the hint, or NULL */
    int n;            /* errors in all; 0 = one */
} slip;

static const slip slips[] = {
    /* YAML */
    {"registry: {", "registry: [", "registry.yaml.syntax", 1, NULL, 0},
    {"units:", "\tunits:", "registry.yaml.syntax", 2, NULL, 0},
    {"Một", "M\xF4t", "registry.yaml.bytes", 3, NULL, 0},
    {"One", "O\x01ne", "registry.yaml.bytes", 3, NULL, 0},
    {"{ version: t1 }", "&v { version: t1 }", "registry.yaml.anchor", 1, NULL, 0},
    {"version: t1", "version: !!str t1", "registry.yaml.anchor", 1, NULL, 0},
    {"version: t1", "version: *v", "registry.yaml.alias", 1, NULL, 0},
    {"units:", "---\nunits:", "registry.yaml.documents", 2, NULL, 0},
    {"version: t1", "version: [[[[[[[[[[[[[]]]]]]]]]]]]]", "registry.yaml.depth", 1, NULL, 0},
    {"{ version: t1 }", "{ [a]: t1 }", "registry.yaml.key", 1, NULL, 0},
    /* keys and values */
    {"registry: { version: t1 }", "# none", "registry.version.missing", 0, "registry:", 0},
    {"registry: { version: t1 }", "registry: { versio: t1 }", "registry.key.unknown", 1, "version", 2},
    {"units:", "unit:", "registry.key.unknown", 2, "units", 0},
    {"version: 1", "vversion: 1", "registry.key.unknown", 33, "version", 2},
    {"decimals: 2", "decimals: 2\n    decimals: 2", "registry.key.repeated", 26, NULL, 0},
    {"    decimals: 2\n", "", "registry.key.missing", 19, NULL, 0},
    {"calendar:\n", "calendar: 3\nrest:\n", "registry.key.unknown", 46, NULL, 2},
    {"name: { vi: Một, en: One }", "name: One", "registry.map.expected", 3, NULL, 0},
    {"cycles:\n", "cycles: none\n#", "registry.yaml.syntax", 15, NULL, 0},
    {"methods: [mean, weighted_mean]", "methods: mean", "registry.list.expected", 29, NULL, 0},
    {"methods: [mean, weighted_mean]", "methods: []", "registry.list.length", 29, NULL, 0},
    {"unit: PT", "unit: [PT]", "registry.value.expected", 21, NULL, 0},
    {"unit: PT", "unit: ~", "registry.value.expected", 21, NULL, 0},
    {"unit: PT", "unit:", "registry.value.expected", 21, NULL, 0},
    {"unit: PT", "unit: \"%\"", "registry.id.grammar", 21, NULL, 0},
    {"en: One", "en: \"\"", "registry.text.length", 3, NULL, 0},
    {"vi: Một", "vi: Mo\xCC\xA3\xCC\x82t", "registry.text.unclean", 3, "keyboard", 0},
    {"en: One", "en: \"One\\nTwo\"", "registry.text.unclean", 3, NULL, 0},
    {"en: One", "en: \"One\\u2028Two\"", "registry.text.unclean", 3, NULL, 0},
    {"en: One", "en: \"One\\u202ETwo\"", "registry.text.unclean", 3, NULL, 0},
    {"decimals: 2", "decimals: two", "registry.number.grammar", 25, NULL, 0},
    {"decimals: 2", "decimals: 2.0", "registry.number.grammar", 25, NULL, 0},
    {"decimals: 2", "decimals: 7", "registry.number.range", 25, NULL, 0},
    {"version: 1", "version: 0", "registry.number.range", 33, NULL, 0},
    {"version: 1", "version: 65536", "registry.number.range", 33, NULL, 0},
    {"max: 60", "max: 99,5", "registry.number.comma", 27, "point", 0},
    {"alpha: 10", "alpha: 10,5", "registry.number.comma", 44, "point", 0},
    {"max: 60", "max: \"1,5\"", "registry.number.grammar", 27, NULL, 0},
    {"max: 60", "max: 1e3", "registry.number.grammar", 27, NULL, 0},
    {"required: true", "required: yes", "registry.bool.grammar", 37, NULL, 0},
    {"valid_from: 2000-01-01,\n", "valid_from: 01/01/2000,\n", "registry.date.grammar", 3, NULL, 0},
    {"valid_from: 2000-01-01,\n", "valid_from: 2000-02-30,\n", "registry.date.grammar", 3, NULL, 0},
    {"opens: 2023-06-01T00:00:00Z", "opens: 2023-06-01T00:00:00", "registry.time.grammar", 46, NULL, 0},
    {"opens: 2023-06-01T00:00:00Z", "opens: 2023-06-01", "registry.time.grammar", 46, NULL, 0},
    {"direction: higher", "direction: highr", "registry.word.unknown", 26, "higher_is_better", 0},
    /* units */
    {"id: beta", "id: alpha", "registry.id.repeated", 6, NULL, 3},
    {"id: beta", "id: be ta", "registry.id.grammar", 6, NULL, 3},
    {"id: beta", "id: một", "registry.id.grammar", 6, NULL, 3},
    {"valid_to: 2025-07-01", "valid_to: 2000-01-01", "registry.interval.empty", 4, "first day", 0},
    {"value: \"12\"", "value: \"11\"", "registry.code.taken", 6, NULL, 2},
    {"valid_from: 2000-01-01,\n",
     "valid_from: 2000-01-01, names: [{ name: { vi: M, en: O }, valid_to: 2000-01-01 }],\n", "registry.interval.empty",
     3, NULL, 0},
    {"valid_from: 2000-01-01,\n",
     "valid_from: 2000-01-01, names: [{ name: { vi: M, en: O } }, { name: { vi: N, en: P }, valid_from: 2010-01-01 "
     "}],\n",
     "registry.name.overlap", 3, NULL, 0},
    {"{ scheme: gso, value: \"12\" }", "{ scheme: gso, value: \"12\", valid_from: 1999-12-31 }",
     "registry.code.outside", 7, NULL, 0},
    {"valid_from: 2000-01-01,\n",
     "valid_from: 2000-01-01, names: [{ name: { vi: M, en: O }, valid_to: 2025-07-02 }],\n", "registry.name.outside", 3,
     NULL, 0},
    /* links */
    {"successor: gamma", "successor: gama", "registry.ref.unknown", 49, "gamma", 0},
    {"predecessor: alpha", "predecessor: alpa", "registry.ref.unknown", 49, "alpha", 0},
    {"successor: gamma", "successor: alpha", "registry.link.date", 49, NULL, 0},
    {"date: 2025-07-01", "date: 2025-07-02", "registry.link.date", 49, "valid_to", 0},
    {"valid_from: 2025-07-01", "valid_from: 2025-07-02", "registry.link.date", 49, NULL, 0},
    {"valid_to: 2025-07-01,\n", "\n", "registry.link.date", 49, NULL, 2},
    {"kind: rename", "kind: renamed", "registry.word.unknown", 49, "rename", 0},
    {"kind: rename", "kind: merge", "registry.link.kind", 49, "one becomes one", 0},
    {"kind: rename", "kind: split, share: 0.4", "registry.link.share", 49, "add up", 0},
    {"kind: rename", "kind: rename, share: 1.01", "registry.link.share", 49, NULL, 0},
    {"kind: rename", "kind: rename, share: 0", "registry.link.share", 49, NULL, 0},
    {"decree: D1 }\n",
     "decree: D1 }\n  - { predecessor: alpha, successor: gamma, kind: rename, date: 2025-07-01, decree: D1 }\n",
     "registry.link.repeated", 51, NULL, 0},
    /* clusters */
    {"unit: beta", "unit: betta", "registry.ref.unknown", 17, "beta", 0},
    {"unit: beta", "unit: alpha", "registry.member.repeated", 17, NULL, 0},
    {"unit: beta", "unit: gamma", "registry.member.not_valid", 17, NULL, 2},
    {"year: 2023", "year: 2026", "registry.member.not_valid", 16, NULL, 2},
    {"role: head", "role: member", "registry.cycle.head", 16, NULL, 0},
    {"role: member", "role: head", "registry.cycle.head", 16, NULL, 0},
    {"role: head", "role: heed", "registry.word.unknown", 16, "head", 0},
    {"year: 2023", "year: 20230", "registry.number.range", 14, NULL, 0},
    {"    cycles:\n", "    coverage: { provisional: 0 }\n    cycles:\n", "registry.number.range", 13, NULL, 0},
    {"      - year: 2023\n", "      - { year: 2023, members: [{ unit: beta, role: head }] }\n      - year: 2023\n",
     "registry.cycle.repeated", 15, "known_since", 0},
    {"      - year: 2023\n",
     "      - { year: 2023, members: [{ unit: beta, role: head }], known_since: 2023-02-01 }\n      - year: 2023\n",
     NULL, 0, NULL, 0},
    /* indicators */
    {"min: -40", "min: 61", "registry.bounds.inverted", 27, NULL, 0},
    {"min: -5", "min: -41", "registry.bounds.soft", 28, NULL, 0},
    {"decimals: 2", "decimals: 2\n    soft_at: [{ months: 6, min: -5, max: 61 }]", "registry.bounds.soft", 26, NULL, 0},
    {"decimals: 2", "decimals: 2\n    soft_at: [{ months: 6, min: 7, max: 5 }]", "registry.bounds.inverted", 26, NULL,
     0},
    {"decimals: 2", "decimals: 2\n    soft_at: [{ months: 13, max: 5 }]", "registry.number.range", 26, NULL, 0},
    {"decimals: 2", "decimals: 2\n    soft_at: [{ min: 1 }]", "registry.key.missing", 26, NULL, 0},
    {"decimals: 2", "decimals: 2\n    soft_at: [{ months: 6, max: 5 }, { months: 6, max: 9 }]",
     "registry.bounds.repeated", 26, NULL, 0},
    {"[mean, weighted_mean]", "[mean, weighted_mean, mean]", "registry.method.repeated", 29, NULL, 0},
    {"[mean, weighted_mean]", "[mean, weighted_mean, list]", "registry.method.list", 29, "min, median, max", 0},
    {"[mean, weighted_mean]\n    weights: w1", "[list, sum]", "registry.method.list", 29, NULL, 0},
    {"[mean, weighted_mean]\n    weights: w1", "[list, min, median, max]", NULL, 0, NULL, 0},
    {"[mean, weighted_mean]", "[mean, weigted_mean]", "registry.word.unknown", 29, "weighted_mean", 0},
    {"[mean, weighted_mean]", "[average, weighted_mean]", "registry.word.unknown", 29, "median", 0},
    {"[mean, weighted_mean]", "[meen, weighted_mean]", "registry.word.unknown", 29, "mean", 0},
    {"[mean, weighted_mean]", "[ratio, weighted_mean]", "registry.ratio.needed", 29, NULL, 0},
    {"decimals: 2", "decimals: 2\n    ratio: { numerator: G, denominator: G }", "registry.ratio.needed", 26, NULL, 4},
    {"[mean, weighted_mean]", "[weighted_mean, ratio]\n    ratio: { numerator: G, denominator: H }",
     "registry.ref.unknown", 30, "G", 2},
    {"decimals: 2", "decimals: 2\n    freqs: [S, A, S]", "registry.freq.repeated", 26, NULL, 0},
    {"decimals: 2", "decimals: 2\n    freqs: [S, H]", "registry.word.unknown", 26, "A, S, Q, M", 0},
    {"decimals: 2", "decimals: 2\n    freqs: [Q, A]", "registry.item.freq", 38, NULL, 0},
    {"decimals: 2",
     "decimals: 2\n    breaks: [{ at: 2025-07-01, why: { vi: V, en: W } }, { at: 2025-07-01, why: { vi: V, en: W } }]",
     "registry.break.order", 26, NULL, 0},
    {"forms:\n",
     "  - { code: R, name: { vi: R, en: R }, unit: PT, unit_name: { vi: R, en: R }, comparison: none, price_basis: "
     "n/a,\n"
     "      decimals: 1, direction: unranked, methods: [ratio], ratio: { numerator: G, denominator: D } }\n"
     "  - { code: D, name: { vi: D, en: D }, unit: PT, unit_name: { vi: D, en: D }, comparison: none, price_basis: "
     "n/a,\n"
     "      decimals: 1, direction: unranked, methods: [sum], freqs: [A] }\nforms:\n",
     "registry.ratio.part", 32, NULL, 0},
    {"[mean, weighted_mean]", "[mean]", "registry.weights.needed", 30, NULL, 0},
    {"    weights: w1\n", "", "registry.weights.needed", 29, NULL, 0},
    {"weights: w1", "weights: w2", "registry.ref.unknown", 30, "w1", 0},
    /* forms */
    {"indicator: G,", "indicator: H,", "registry.ref.unknown", 37, "G", 0},
    {"indicator: G, required: true }", "indicator: G }, { indicator: G }", "registry.item.repeated", 37, NULL, 2},
    {"freq: S", "freq: H", "registry.word.unknown", 35, "A, S, Q, M", 0},
    {"freq: S", "freq: Q", "registry.calendar.form", 46, "freq", 0},
    {"valid_from: 2023-01-01\n    items", "valid_from: 2023-01-02\n    items", "registry.calendar.form", 46, NULL, 0},
    /* weights */
    {"alpha: 10", "alpha: 0", "registry.number.range", 44, NULL, 0},
    {"alpha: 10", "alpha: 1000000000001", "registry.number.range", 44, NULL, 0},
    {"alpha: 10", "alpha: 10.5", "registry.number.grammar", 44, NULL, 0},
    {"alpha: 10", "alpa: 10", "registry.ref.unknown", 44, "alpha", 0},
    {"beta: 20", "alpha: 20", "registry.key.repeated", 44, NULL, 0},
    {"alpha: 10, beta: 20", "beta: 20", "registry.weights.member", 39, NULL, 0},
    {"valid_from: 2023-01-01\n    values: { alpha: 10,", "valid_from: 2023-01-01\n    values: { gamma: 5, alpha: 10,",
     NULL, 0, NULL, 0}, /* open at its end: gamma comes to be while it holds */
    {"valid_from: 2023-01-01\n    values: { alpha: 10,",
     "valid_from: 2023-01-01\n    valid_to: 2025-01-01\n    values: { gamma: 5, alpha: 10,",
     "registry.weights.not_valid", 45, "links", 0},
    {"quality: unofficial", "quality: inofficial", "registry.word.unknown", 41, "unofficial", 0},
    /* calendar */
    {"cluster: c1", "cluster: c9", "registry.ref.unknown", 46, "c1", 0},
    {"form: f1", "form: f9", "registry.ref.unknown", 46, "f1", 0},
    {"period: 2023-S1", "period: 2023-S3", "registry.period.grammar", 46, NULL, 0},
    {"period: 2023-S1", "period: 6T/2023", "registry.period.grammar", 46, NULL, 0},
    {"period: 2023-S1", "period: 2024-S1", "registry.calendar.cycle", 46, NULL, 0},
    {"opens: 2023-06-01", "opens: 2023-07-15", NULL, 0, NULL, 0}, /* 00:00Z is 07:00 there: still before 17:00 */
    {"opens: 2023-06-01T00", "opens: 2023-07-15T10", "registry.calendar.order", 46, NULL, 0},
    {"due: 2023-07-15T17", "due: 2022-07-15T17", "registry.calendar.order", 46, NULL, 2},
    {"opens: 2023-06-01T00:00:00Z,\n      due: 2023-07", "opens: 2022-06-01T00:00:00Z,\n      due: 2022-07",
     "registry.calendar.period", 47, NULL, 0},
    {"closes: 2023", "embargo: 2023-05-31T00:00:00Z, closes: 2023", "registry.calendar.embargo", 47, NULL, 0},
    {"due: 2023-07-15T17:00:00+07:00",
     "due: 15/07/2023, extensions: [{ due: 2023-07-20T16:00:00+07:00, reason: { vi: V, en: W } }]",
     "registry.time.grammar", 47, NULL, 0},
    {"closes: 2023-07-26", "closes: 2023-07-15", "registry.calendar.order", 46, NULL, 0},
    {"due: 2023-07-15T17:00:00+07:00", "due_after_working_days: 10", NULL, 0, NULL, 0},
    {"due: 2023-07-15T17:00:00+07:00", "due_after_working_days: 20", "registry.calendar.order", 46, NULL, 0},
    {"due: 2023-07-15T17:00:00+07:00", "due_after_working_days: 251", "registry.number.range", 47, NULL, 0},
    {"due: 2023-07-15T17:00:00+07:00, ", "", "registry.calendar.due", 46, NULL, 0},
    {"due: 2023", "due_after_working_days: 3, due: 2023", "registry.calendar.due", 46, NULL, 0},
    {"closes:", "extensions: [{ due: 2023-07-15T16:00:00+07:00, reason: { vi: V, en: W } }], closes:",
     "registry.extension.order", 47, NULL, 0},
    {"closes:", "extensions: [{ due: 2023-07-26T00:00:01+07:00, reason: { vi: V, en: W } }], closes:",
     "registry.extension.order", 47, NULL, 0},
    {"closes:", "extensions: [{ unit: gamma, due: 2023-07-20T16:00:00+07:00, reason: { vi: V, en: W } }], closes:",
     "registry.extension.unit", 47, NULL, 0},
    {"closes:", "extensions: [{ unit: beta, due: 2023-07-20T16:00:00+07:00 }], closes:", "registry.key.missing", 47,
     NULL, 0},
    /* days off */
    {"calendar:\n",
     "days_off: [{ day: 2024-05-04, name: { vi: B, en: L }, working: true },\n"
     "  { day: 2024-05-04, name: { vi: B, en: L } }]\ncalendar:\n",
     "registry.day.repeated", 46, NULL, 0},
    {"calendar:\n", "days_off: [{ day: 2024-05-03, name: { vi: B, en: L }, working: true }]\ncalendar:\n",
     "registry.day.working", 45, NULL, 0},
};

static char *spoil(const slip *s)
{
    const char *at = strstr(good, s->from);
    size_t before;
    char *text = calloc(1, sizeof good + 1024);

    assert_non_null(text);
    if (at == NULL)
        fail_msg("the good registry has no %s", s->from);
    before = (size_t)(at - good);
    (void)snprintf(text, sizeof good + 1024, "--- # file: x.yaml\n%.*s%s%s", (int)before, good, s->to,
                   at + strlen(s->from));
    return text;
}

/* Whether what was told is what the slip calls for; says both when not. */
static bool is_told(const slip *s, const told *t)
{
    const ph_err *e = &t->list[0];
    size_t n = s->n == 0 ? 1 : (size_t)s->n;

    if (t->n == n && strcmp(e->code, s->code) == 0 && e->line == s->line && (s->line == 0 || e->col >= 1) &&
        (s->line == 0 || strcmp(e->where, "x.yaml") == 0) && (s->hint == NULL || strstr(e->hint, s->hint) != NULL))
        return true;
    print_error("%s -> %s: expected line %d %s, %zu in all\n", s->from, s->to, s->line, s->code, n);
    for (size_t i = 0; i < t->n && i < TOLD_MAX; i++)
        print_error("    %s:%d:%d %s: %s [%s]\n", t->list[i].where, t->list[i].line, t->list[i].col, t->list[i].code,
                    t->list[i].what, t->list[i].hint);
    return false;
}

static bool spoil_and_load(const slip *s)
{
    char *text = spoil(s);
    ph_registry *reg = NULL;
    told t = {0};
    ph_rc rc = ph_registry_load(ph_span_str(text), told_sink, &t, &reg);
    bool is_right = s->code == NULL ? rc == PH_OK : rc == PH_INVALID && is_told(s, &t);

    if (rc == PH_OK)
        ph_registry_free(reg);
    free(text);
    return is_right;
}

static void each_slip_is_told_at_its_place(void **unused)
{
    size_t n_wrong = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        n_wrong += !spoil_and_load(&slips[i]);
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
    };
    return cmocka_run_group_tests(tests, speak_english, NULL);
}
