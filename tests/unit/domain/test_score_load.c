/* test_score_load - good scoring files, spoilt in one place at a time: each slip is told with its code and place.
 * Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_locale.h"
#include "ph_score_load.h"

static const char scheme[] =
    "scheme:\n"                          /* 1 */
    "  cluster: dbsh\n"                  /* 2 */
    "  year: 2023\n"                     /* 3 */
    "  version: 1\n"                     /* 4 */
    "  title: { vi: Bảng, en: Table }\n" /* 5 */
    "  basis: { vi: Thư, en: Letter }\n" /* 6 */
    "  valid_from: 2023-01-01\n"         /* 7 */
    "criteria:\n"                        /* 8 */
    "  - id: I\n"                        /* 9 */
    "    name: { vi: Một, en: One }\n"   /* 10 */
    "    max: 60\n"                      /* 11 */
    "    children:\n"                    /* 12 */
    "      - { id: I.1, name: { vi: a, en: a }, kind: quantitative, indicator: IIP, direction: higher_is_better, max: "
    "40 }\n"                                                                                          /* 13 */
    "      - { id: I.2, name: { vi: b, en: b }, kind: qualitative, max: 20 }\n"                       /* 14 */
    "  - { id: II, name: { vi: c, en: c }, kind: per_occurrence, each: 1.5, max: 10 }\n"              /* 15 */
    "  - { id: X, name: { vi: d, en: d }, kind: quantitative, direction: lower_is_better, max: 5 }\n" /* 16 */
    "  - { id: B, name: { vi: e, en: e }, kind: bonus, max: 5 }\n";                                   /* 17 */

static const char sheet[] =
    "applies_to: { cluster: dbsh, year: 2023, version: 1 }\n"                                 /* 1 */
    "targets:\n"                                                                              /* 2 */
    "  - criterion: I.1\n"                                                                    /* 3 */
    "    values: { thaibinh: 9, hanam: 10.5 }\n"                                              /* 4 */
    "scores:\n"                                                                               /* 5 */
    "  - unit: thaibinh\n"                                                                    /* 6 */
    "    criteria:\n"                                                                         /* 7 */
    "      - { criterion: I.2, self: pass, review1: fail, explanation: Có, review2: pass }\n" /* 8 */
    "      - { criterion: II, self: 3 }\n"                                                    /* 9 */
    "      - { criterion: X, actual: 2.5 }\n"                                                 /* 10 */
    "      - { criterion: B, self: 1.25 }\n";                                                 /* 11 */

typedef struct slip {
    int file; /* 0 scheme, 1 sheet */
    const char *from, *to, *code;
    int line;
    const char *hint;
    size_t n;
} slip;

static const slip slips[] = {
    /* the shape */
    {0, "scheme:", "schema:", "score.key.unknown", 1, "scheme", 1},
    {0, "criteria:\n", "criterya:\n", "score.key.unknown", 8, "criteria", 1},
    {0, "criteria:\n", "\tcriteria:\n", "score.yaml.syntax", 8, NULL, 1},
    {1, "applies_to: { cluster: dbsh, year: 2023, version: 1 }\n", "", "score.key.missing", 1, "applies_to", 1},
    {1, "version: 1", "version: 2", "score.scheme.other", 1, NULL, 1},
    {1, "cluster: dbsh", "cluster: other", "score.scheme.other", 1, NULL, 1},
    {1, "applies_to:", "criteria: []\napplies_to:", "score.key.repeated", 1, NULL, 1},
    /* the head */
    {0, "cluster: dbsh", "cluster: dbhs", "score.ref.unknown", 2, "dbsh", 1},
    {0, "year: 2023", "year: 1950", "score.cycle.unknown", 3, NULL, 1},
    {0, "year: 2023", "year: last", "score.number.grammar", 3, NULL, 1},
    {0, "  valid_from: 2023-01-01\n", "  valid_from: 2023-01-01\n  valid_to: 2023-01-01\n", "score.interval.empty", 8,
     NULL, 1},
    {0, "  version: 1\n", "  version: 1\n  decimals: 5\n", "score.number.range", 5, NULL, 1},
    /* criteria */
    {0, "id: I.2", "id: I.1", "score.id.repeated", 14, NULL, 2},
    {0, "kind: qualitative", "kind: qualitativ", "score.word.unknown", 14, "qualitative", 1},
    {0, "kind: qualitative", "kind: yes_no", "score.word.unknown", 14, "per_occurrence", 1},
    {0, "indicator: IIP", "indicator: IPI", "score.ref.unknown", 13, "IIP", 1},
    {0, "direction: higher_is_better, ", "", "score.key.missing", 13, NULL, 1},
    {0, "each: 1.5, ", "", "score.key.missing", 15, NULL, 1},
    {0, "kind: qualitative,", "kind: qualitative, each: 1,", "score.key.unneeded", 14, NULL, 1},
    {0, "max: 60", "max: 61", "score.max.sum", 11, NULL, 1},
    {0, "max: 60\n    children:\n      - { id: I.1, name: { vi: a, en: a }",
     "max: 61\n    children:\n      - { id: I.1, name: { vi: a }", "score.max.sum", 11, NULL, 2},
    {0, "max: 20", "max: twenty", "score.number.grammar", 14, NULL, 1},
    {0, "version: 1", "version: 1.0", "score.number.grammar", 4, NULL, 1},
    {0, "max: 20", "max: 20,5", "score.number.comma", 14, "point", 1},
    {0, "max: 60", "max: 60.001", "score.points.decimals", 11, NULL, 1},
    {0, "max: 60", "max: -1", "score.points.range", 11, NULL, 1},
    {0, "kind: qualitative,", "kind: bonus,", "score.kind.place", 14, "top", 1},
    /* targets */
    {1, "hanam: 10.5", "hanam: 10,5", "score.number.comma", 4, "point", 1},
    {1, "criterion: I.1", "criterion: I.7", "score.ref.unknown", 3, "I.1", 1},
    {1, "criterion: I.1", "criterion: I", "score.criterion.group", 3, NULL, 1},
    {1, "criterion: I.1", "criterion: I.2", "score.target.kind", 3, NULL, 1},
    {1, "hanam: 10.5", "ha_nam: 10.5", "score.ref.unknown", 4, "hanam", 1},
    {1, "hanam: 10.5", "thaibinh: 10.5", "score.value.repeated", 4, NULL, 1},
    {1, "thaibinh: 9", "thaibinh: \"9,5\"", "score.number.grammar", 4, NULL, 1},
    {1, "{ thaibinh: 9, hanam: 10.5 }", "9", "score.map.expected", 4, NULL, 1},
    /* sheets */
    {1, "unit: thaibinh", "unit: thaibin", "score.ref.unknown", 6, "thaibinh", 1},
    {1, "self: pass", "self: passed", "score.word.unknown", 8, "pass", 1},
    {1, "self: pass", "self: good", "score.word.unknown", 8, "fail, pass", 1},
    {1,
     "unit: thaibinh\n    criteria:\n      - { criterion: I.2, self: pass, review1: fail, explanation: Có, review2: "
     "pass }\n",
     "unit: thaibinh\n    finalized: true\n    criteria:\n      - { criterion: I.2, self: passed }\n",
     "score.word.unknown", 9, "pass", 1},
    {1, "self: 3", "self: 1.5", "score.number.grammar", 9, NULL, 1},
    {1, "self: 3", "self: -1", "score.number.range", 9, NULL, 1},
    {1, "self: 1.25", "self: 5.01", "score.points.range", 11, NULL, 1},
    {1, "criterion: II, self: 3", "criterion: I.2, self: pass", "score.value.repeated", 9, NULL, 1},
    {1, "criterion: X, actual: 2.5", "criterion: I.1, actual: 2.5", "score.actual.kind", 10, NULL, 1},
    {1, "criterion: II, self: 3", "criterion: II, actual: 3", "score.actual.kind", 9, NULL, 1},
    {1, "self: pass, ", "", "score.stage.order", 8, NULL, 1},
    {1, "review1: fail, ", "", "score.stage.order", 8, NULL, 2},
    {1, "explanation: Có", "explanation: \"Co\xCC\x81\"", "score.text.unclean", 8, NULL, 1},
    {1, "unit: thaibinh\n", "unit: thaibinh\n    finalized: true\n", NULL, 0, NULL, 0},
    {1, "      - { criterion: II, self: 3 }\n", "", NULL, 0, NULL, 0},
    {1, "unit: thaibinh\n", "unit: hanam\n    finalized: maybe\n", "score.bool.grammar", 7, NULL, 1},
};

static char *spoil(const char *good, const slip *s, int file)
{
    const char *at = s->file == file ? strstr(good, s->from) : good;
    size_t size = strlen(good) + 256;
    char *text = calloc(1, size);

    assert_non_null(text);
    if (at == NULL)
        fail_msg("the good file has no %s", s->from);
    if (s->file == file)
        (void)snprintf(text, size, "%.*s%s%s", (int)(at - good), good, s->to, at + strlen(s->from));
    else
        (void)snprintf(text, size, "%s", good);
    return text;
}

static ph_rc load_two(const char *a, const char *b, told *t, ph_score_set **ret)
{
    ph_registry *reg = own_registry();
    const ph_score_file files[] = {{"scheme.yaml", ph_span_str(a)}, {"sheet.yaml", ph_span_str(b)}};
    ph_rc rc = ph_score_load(files, b == NULL ? 1 : 2, reg, told_sink, t, ret);

    ph_registry_free(reg); /* a set lives on its own */
    return rc;
}

static void check_slip(const slip *s)
{
    char *a = spoil(scheme, s, 0), *b = spoil(sheet, s, 1);
    ph_score_set *set = NULL;
    told t = {0};
    ph_rc rc = load_two(a, b, &t, &set);
    const char *file = s->file == 0 ? "scheme.yaml" : "sheet.yaml";

    for (size_t i = 0; i < t.n && i < TOLD_MAX && t.n != s->n; i++)
        print_message("%s:%d:%d %s %s\n", t.list[i].where, t.list[i].line, t.list[i].col, t.list[i].code,
                      t.list[i].what);
    if (t.n != s->n || rc != (s->n == 0 ? PH_OK : PH_INVALID))
        fail_msg("%s -> %s: %zu errors, expected %zu", s->from, s->to, t.n, s->n);
    bool is_told = s->n == 0;
    for (size_t i = 0; i < t.n; i++)
        is_told = is_told ||
                  (strcmp(t.list[i].code, s->code) == 0 && t.list[i].line == s->line &&
                   strcmp(t.list[i].where, file) == 0 && (s->hint == NULL || strstr(t.list[i].hint, s->hint) != NULL));
    if (!is_told)
        fail_msg("%s -> %s: told %s at %s:%d (%s), expected %s at line %d", s->from, s->to, t.list[0].code,
                 t.list[0].where, t.list[0].line, t.list[0].hint, s->code, s->line);
    ph_score_set_free(set);
    free(a);
    free(b);
}

static void test_slips(void **state)
{
    (void)state;
    ph_lang_set(PH_LANG_EN);
    for (size_t i = 0; i < sizeof slips / sizeof slips[0]; i++)
        check_slip(&slips[i]);
}

/* One file that is no YAML hides nothing in the others, and what may stand in it is not missed. */
static void test_together(void **state)
{
    const slip sheets[] = {{1, "self: pass, ", "", NULL, 0, NULL, 0},
                           {1, "unit: thaibinh", "unit: thaibin", NULL, 0, NULL, 0}};
    static const char *const codes[2][2] = {{"score.yaml.syntax", NULL}, {"score.yaml.syntax", "score.ref.unknown"}};
    ph_registry *reg = own_registry();
    (void)state;

    for (size_t i = 0; i < 2; i++) {
        char *text = spoil(sheet, &sheets[i], 1);
        const ph_score_file files[] = {
            {"broken", ph_span_str("scores: [\n")}, {"a", ph_span_str(scheme)}, {"b", ph_span_str(text)}};
        ph_score_set *set = NULL;
        told t = {0};
        assert_int_equal(ph_score_load(files, 3, reg, told_sink, &t, &set), PH_INVALID);
        assert_int_equal(t.n, codes[i][1] == NULL ? 1 : 2);
        for (size_t k = 0; k < t.n; k++)
            assert_string_equal(t.list[k].code, codes[i][k]);
        free(text);
    }
    ph_registry_free(reg);
}

static void test_good(void **state)
{
    ph_score_set *set = NULL;
    told t = {0};
    (void)state;

    assert_ok(load_two(scheme, sheet, &t, &set));
    assert_int_equal(set->n_units, 9);
    assert_int_equal(set->scheme.n_nodes, 6);
    assert_int_equal(set->scheme.decimals, 2);
    const ph_score_entry *e = set->entries; /* Thái Bình is the first */
    assert_string_equal(set->units[0], "thaibinh");
    assert_true(e[1].has_target && e[1].target.mantissa == 9 && !e[1].has_actual);
    assert_int_equal(e[2].stage[PH_SCORE_SELF], 2000);
    assert_int_equal(e[2].stage[PH_SCORE_REVIEW1], 0);
    assert_string_equal(e[2].explanation, "Có");
    assert_int_equal(e[3].stage[PH_SCORE_SELF], 450);
    assert_true(e[4].has_actual && e[4].state == PH_CELL_GIVEN);
    assert_int_equal(e[5].stage[PH_SCORE_SELF], 125);
    assert_int_equal(set->entries[6 + 1].target.mantissa, 105);
    ph_score_set_free(set);
}

/* What is finalized must be whole; occurrences stop at the maximum. */
static void test_finalized(void **state)
{
    const slip all[] = {
        {1, "scores:\n  - unit: thaibinh\n", "scores:\n  - unit: thaibinh\n    finalized: true\n", NULL, 0, NULL, 0},
        {1, "self: 3", "self: 7", NULL, 0, NULL, 0},
        {1, "scores:\n", "scores:\n  - { unit: hanam, finalized: true, criteria: [{ criterion: II, self: 1 }] }\n",
         NULL, 0, NULL, 0}};
    ph_score_set *set = NULL;
    told t = {0};
    (void)state;

    char *text = spoil(sheet, &all[0], 1);
    assert_ok(load_two(scheme, text, &t, &set));
    assert_true(set->entries[2].is_final && !set->entries[6 + 2].is_final);
    ph_score_set_free(set);
    free(text);
    text = spoil(sheet, &all[1], 1);
    assert_ok(load_two(scheme, text, &t, &set));
    assert_int_equal(set->entries[3].stage[PH_SCORE_SELF], 1000);
    ph_score_set_free(set);
    free(text);
    text = spoil(sheet, &all[2], 1);
    assert_int_equal(load_two(scheme, text, &t, &set), PH_INVALID);
    assert_int_equal(t.n, 1);
    assert_string_equal(t.list[0].code, "score.finalized.incomplete");
    free(text);
}

/* The files that are shipped are right, and of 1,000 points. */
static void test_shipped(void **state)
{
    char *a = read_source("domain/scoring/dbsh-2023.yaml"), *b = read_source("domain/scoring/dbsh-2023-targets.yaml"),
         *c = read_source("domain/scoring/dbsh-2023-sheet.yaml");
    ph_registry *reg = own_registry();
    const ph_score_file files[] = {{"a", ph_span_str(a)}, {"b", ph_span_str(b)}, {"c", ph_span_str(c)}};
    ph_score_set *set = NULL;
    told t = {0};
    int64_t sum = 0;
    (void)state;

    if (ph_score_load(files, 3, reg, told_sink, &t, &set) != PH_OK)
        fail_msg("%s:%d %s", t.list[0].where, t.list[0].line, t.list[0].what);
    for (size_t i = 0; i < set->scheme.n_nodes; i++)
        if (set->scheme.nodes[i].parent == PH_NO_INDEX && set->scheme.nodes[i].kind == PH_SCORE_GROUP)
            sum += set->scheme.nodes[i].max;
    assert_int_equal(sum, 100000);
    assert_true(set->scheme.is_illustrative);
    ph_score_set_free(set);
    ph_registry_free(reg);
    free(a);
    free(b);
    free(c);
}

static void test_limits(void **state)
{
    static ph_score_file many[PH_SCORE_MAX_FILES + 1];
    ph_registry *reg = own_registry();
    ph_score_set *set = NULL;
    told t = {0};
    (void)state;

    assert_int_equal(ph_score_load(many, PH_SCORE_MAX_FILES + 1, reg, told_sink, &t, &set), PH_LIMIT);
    char *big = calloc(1, PH_SCORE_MAX_FILE_BYTES + 2);
    assert_non_null(big);
    memset(big, '#', PH_SCORE_MAX_FILE_BYTES + 1);
    const ph_score_file file = {"big", ph_span_of(big, PH_SCORE_MAX_FILE_BYTES + 1)};
    assert_int_equal(ph_score_load(&file, 1, reg, told_sink, &t, &set), PH_INVALID);
    assert_string_equal(t.list[0].code, "score.size");
    free(big);
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_good),     cmocka_unit_test(test_slips),
                                       cmocka_unit_test(test_together), cmocka_unit_test(test_finalized),
                                       cmocka_unit_test(test_shipped),  cmocka_unit_test(test_limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
