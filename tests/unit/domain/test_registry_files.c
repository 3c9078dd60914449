/* test_registry_files - several files, several errors, and what is no bundle.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_good_registry.h"
#include "ph_registry_load.h"

static ph_rc load(const char *text, told *t)
{
    ph_registry *reg = NULL;
    ph_rc rc = ph_registry_load(ph_span_str(text), told_sink, t, &reg);

    if (rc == PH_OK)
        ph_registry_free(reg);
    return rc;
}

static char *good_with(const char *more)
{
    char *text = calloc(1, sizeof good + 4096);

    assert_non_null(text);
    (void)snprintf(text, sizeof good + 4096, "--- # file: x.yaml\n%s--- # file: y.yaml\n%s", good, more);
    return text;
}

static void expect_more(const char *more, const char *code, int line)
{
    char *text = good_with(more);
    told t = {0};
    ph_rc rc = load(text, &t);

    if (code == NULL) {
        assert_int_equal(t.n, 0);
        assert_ok(rc);
    } else {
        assert_int_equal(rc, PH_INVALID);
        assert_string_equal(t.list[0].code, code);
        assert_string_equal(t.list[0].where, "y.yaml");
        assert_int_equal(t.list[0].line, line);
        assert_int_equal(t.n, 1);
    }
    free(text);
}

#define FORM(id, version, from, extra)                                                                         \
    "forms:\n  - { id: " id ", version: " version ", name: { vi: B, en: F }, freq: S, valid_from: " from extra \
    ", items: [{ indicator: G }] }\n"
#define DUTY(form, period)                                                                             \
    "calendar:\n  - { cluster: c1, form: " form ", period: " period ", opens: 2023-06-01T00:00:00Z,\n" \
    "      due: 2023-07-15T17:00:00Z, closes: 2023-07-26T00:00:00Z }\n"
#define WEIGHTS(version)                        \
    "weights:\n  - { id: w1, version: " version \
    ", quality: official, source: { vi: N, en: S }, valid_from: 2023-01-01, values: { alpha: 3, beta: 4 } }\n"

static void a_second_file_is_held_against_the_first(void **unused)
{
    (void)unused;
    expect_more("# nothing in here\n", NULL, 0);
    expect_more(FORM("f2", "1", "2023-01-01", ""), NULL, 0);
    expect_more(FORM("f1", "2", "2023-01-01", ""), "registry.form.overlap", 2);
    expect_more(FORM("f1", "1", "2022-01-01", ", valid_to: 2023-01-01"), "registry.id.repeated", 2);
    expect_more(FORM("f1", "2", "2022-01-01", ", valid_to: 2023-01-01"), NULL, 0);
    expect_more("forms:\n  - { id: f1, version: 1, name: { vi: B, en: F }, freq: A, valid_from: 2023-01-01, items: [{ "
                "indicator: G }] }\n",
                NULL, 0); /* another frequency is another form */
    expect_more(
        "indicators: [{ code: R, name: { vi: R, en: R }, unit: PT, unit_name: { vi: R, en: R }, comparison: none,\n"
        "  price_basis: n/a, decimals: 1, direction: unranked, methods: [ratio],\n"
        "  ratio: { numerator: G, denominator: D } },\n"
        "  { code: D, name: { vi: D, en: D }, unit: PT, unit_name: { vi: D, en: D }, comparison: none,\n"
        "  price_basis: n/a, decimals: 1, direction: unranked, methods: [sum] }]\n"
        "forms:\n  - { id: f2, version: 1, name: { vi: B, en: F }, freq: A, valid_from: 2023-01-01,\n"
        "      items: [{ indicator: G },\n        { indicator: R }] }\n",
        "registry.item.ratio", 9);
    expect_more(DUTY("f1", "2023-S2"), NULL, 0);
    expect_more(DUTY("f1", "2023-S1"), "registry.calendar.repeated", 2);
    expect_more(FORM("f2", "1", "2023-01-01", "") DUTY("f2", "2023-S1"), "registry.calendar.collision", 4);
    expect_more(FORM("f2", "1", "2023-01-01", "") DUTY("f2", "2023-S2"), NULL, 0);
    expect_more(WEIGHTS("1"), "registry.id.repeated", 2);
    expect_more(WEIGHTS("2"), NULL, 0);
    expect_more("units: [{ id: delta, name: { vi: D, en: D }, valid_from: 2000-01-01 }]\n" /* w1 is not for c2 at all */
                "clusters: [{ id: c2, name: { vi: C, en: C }, cycles: [{ year: 2023, members: [{ unit: delta, role: "
                "head }] }] }]\n"
                "calendar: [{ cluster: c2, form: f1, period: 2023-S1, opens: 2023-06-01T00:00:00Z,\n"
                "  due: 2023-07-15T17:00:00Z, closes: 2023-07-26T00:00:00Z }]\n",
                NULL, 0);
    expect_more("registry: { version: t2 }\n", "registry.key.repeated", 1);
    expect_more("units: [\n", "registry.yaml.syntax", 2);
}

static void all_errors_are_told_at_once(void **unused)
{
    told t = {0};
    static const char text[] = "--- # file: a.yaml\nunits:\n  - { id: \"a b\", name: x, valid_from: y }\n"
                               "--- # file: b.yaml\nclusters: 7\nother: 1\n";

    (void)unused;
    assert_int_equal(load(text, &t), PH_INVALID);
    assert_int_equal(t.n, 6);
    assert_string_equal(t.list[0].where, "b.yaml"); /* the sections are gathered before they are read */
    assert_string_equal(t.list[0].code, "registry.key.unknown");
    assert_string_equal(t.list[1].code, "registry.list.expected");
    assert_string_equal(t.list[2].code, "registry.version.missing");
    assert_string_equal(t.list[3].code, "registry.id.grammar");
    assert_string_equal(t.list[4].code, "registry.map.expected");
    assert_string_equal(t.list[5].code, "registry.date.grammar");
    assert_string_equal(t.list[5].where, "a.yaml");
    assert_int_equal(t.list[5].line, 2);
    assert_int_equal(t.list[5].col, 39);
}

static void a_file_that_is_no_yaml_does_not_hide_the_others(void **unused)
{
    told t = {0};

    (void)unused;
    assert_int_equal(
        load("--- # file: a.yaml\nunits: [\n--- # file: b.yaml\nforms: {\n--- # file: c.yaml\nhm: 1\n", &t),
        PH_INVALID);
    assert_int_equal(t.n, 4);
    assert_string_equal(t.list[0].where, "a.yaml");
    assert_string_equal(t.list[1].where, "b.yaml");
    assert_string_equal(t.list[2].where, "c.yaml");
    assert_string_equal(t.list[3].code, "registry.version.missing"); /* nor does it stand in what could not be read */
}

static void a_thousand_errors_end_in_one_word(void **unused)
{
    static char text[200000];
    size_t n = (size_t)snprintf(text, sizeof text, "--- # file: a.yaml\nunits:\n");
    told t = {0};

    (void)unused;
    for (int i = 0; i < 1000; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "  - { idd: x }\n");
    assert_int_equal(load(text, &t), PH_INVALID);
    assert_int_equal(t.n, 201); /* 200, and the word that there are more */
}

/* Nine lines that would be a thousand million entries. */
static void a_billion_laughs_are_not_laughed(void **unused)
{
    static const char text[] = "--- # file: a.yaml\na: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\n"
                               "c: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\nunits: [*c,*c,*c,*c,*c,*c,*c]\n";
    told t = {0};

    (void)unused;
    assert_int_equal(load(text, &t), PH_INVALID);
    assert_int_equal(t.n, 2);
    assert_string_equal(t.list[0].code, "registry.yaml.anchor");
    assert_string_equal(t.list[1].code, "registry.version.missing");
}

static void columns_count_characters_not_bytes(void **unused)
{
    told t = {0};

    (void)unused;
    assert_int_equal(load("--- # file: a.yaml\n# Tiếng Việt\nx: Một \xFF\n", &t), PH_INVALID);
    assert_string_equal(t.list[0].code, "registry.yaml.bytes");
    assert_int_equal(t.list[0].line, 2);
    assert_int_equal(t.list[0].col, 8);
}

static void what_is_no_bundle_is_said(void **unused)
{
    static const struct {
        const char *text, *code;
    } cases[] = {{"units: []\n", "registry.bundle.mark"},
                 {"--- # file: x.yml\n", "registry.bundle.mark"},
                 {"--- # file: ../x.yaml\n", "registry.bundle.mark"},
                 {"--- # file: .x.yaml\n", "registry.bundle.mark"},
                 {"--- # file: x.yaml", "registry.bundle.mark"},
                 {"--- # file: b.yaml\n--- # file: a.yaml\n", "registry.bundle.order"},
                 {"--- # file: a.yaml\n--- # file: a.yaml\n", "registry.bundle.order"},
                 {"", "registry.version.missing"}};

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        told t = {0};
        assert_int_equal(load(cases[i].text, &t), PH_INVALID);
        assert_string_equal(t.list[0].code, cases[i].code);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_second_file_is_held_against_the_first),
        cmocka_unit_test(all_errors_are_told_at_once),
        cmocka_unit_test(a_file_that_is_no_yaml_does_not_hide_the_others),
        cmocka_unit_test(a_thousand_errors_end_in_one_word),
        cmocka_unit_test(a_billion_laughs_are_not_laughed),
        cmocka_unit_test(columns_count_characters_not_bytes),
        cmocka_unit_test(what_is_no_bundle_is_said),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
