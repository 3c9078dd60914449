/* test_registry_diff - two states of a registry, and each thing that one says otherwise.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_good_registry.h"
#include "ph_registry_diff.h"
#include "ph_registry_load.h"

typedef struct lines {
    char text[4096];
    size_t len, n;
} lines;

static void note(void *arg, const ph_registry_change *c)
{
    lines *l = arg;

    l->n++;
    if (l->len < sizeof l->text)
        l->len += (size_t)snprintf(l->text + l->len, sizeof l->text - l->len, "%c%s|%s|%s|%s|%s\n", "+-~"[c->kind],
                                   c -> section, c -> row, c -> field, c -> from, c -> to);
}

/* The good registry with one place changed. */
static char *changed(const char *from, const char *to)
{
    char *text = calloc(1, sizeof good + 1024);
    const char *at = strstr(good, from);

    assert_non_null(text);
    assert_non_null(at);
    (void)snprintf(text, sizeof good + 1024, "--- # file: x.yaml\n%.*s%s%s", (int)(at - good), good, to,
                   at + strlen(from));
    return text;
}

static void expect(const char *from, const char *to, const char *lines_of)
{
    char *a = changed("units", "units"), *b = changed(from, to);
    lines l = {0};
    ph_err err = {0};

    assert_ok(ph_registry_diff(ph_span_str(a), ph_span_str(b), note, &l, &err));
    if (strcmp(l.text, lines_of) != 0)
        fail_msg("%s -> %s:\n%s", from, to, l.text);
    free(a);
    free(b);
}

static void each_difference_is_named(void **unused)
{
    (void)unused;
    expect("units", "units", "");
    expect("decimals: 2", "decimals: \"2\" # as before", "");
    expect("decimals: 2", "decimals: 3", "~indicators|G|decimals|2|3\n");
    expect("version: t1", "version: t2", "~registry||version|t1|t2\n");
    expect("min: -40, max: 60", "max: 60, min: -41", "~indicators|G|hard.min|-40|-41\n");
    expect("    hard: { min: -40, max: 60 }\n", "", "-indicators|G|hard|{min: -40, max: 60}|\n");
    expect("methods: [mean, weighted_mean]", "methods: [weighted_mean, mean]",
           "~indicators|G|methods|[mean, weighted_mean]|[weighted_mean, mean]\n");
    expect("beta: 20", "beta: 21", "~weights|w1 / 1|values.beta|20|21\n");
    expect("role: member", "role: deputy", "~clusters|c1|cycles[2023].members[beta].role|member|deputy\n");
    expect("          - { unit: beta, role: member }\n", "",
           "-clusters|c1|cycles[2023].members[beta]|{unit: beta, role: member}|\n");
    expect("          - { unit: alpha, role: head }\n          - { unit: beta, role: member }\n",
           "          - { unit: beta, role: member }\n          - { unit: alpha, role: head }\n",
           "~clusters|c1|cycles[2023].members.order|alpha, beta|beta, alpha\n");
    expect("period: 2023-S1", "period: 2023-S2",
           "-calendar|c1 / f1 / 2023-S1||{cluster: c1, form: f1, period: 2023-S1, opens: 2023-06-01T00:00:00Z, due: "
           "2023-07-15T17:00:00+07:00, closes: 2023-07-26T00:00:00+07:00}|\n"
           "+calendar|c1 / f1 / 2023-S2|||{cluster: c1, form: f1, period: 2023-S2, opens: 2023-06-01T00:00:00Z, due: "
           "2023-07-15T17:00:00+07:00, closes: 2023-07-26T00:00:00+07:00}\n");
    expect("calendar:\n", "days_off: [{ day: 2023-01-02, name: { vi: A, en: \"B\\u202E\" } }]\ncalendar:\n",
           "+days_off|2023-01-02|||{day: 2023-01-02, name: {vi: A, en: B\\u{202e}}}\n");
}

/* What is added one way is removed the other way; where the rows stand does not count. */
static void files_and_places_do_not_count(void **unused)
{
    static const char a[] = "--- # file: a.yaml\nunits: [{ id: x }, { id: y, name: { vi: Y } }]\n";
    static const char b[] = "--- # file: p.yaml\nunits: [{ id: y, name: { vi: Y } }]\n--- # file: q.yaml\n# empty\n"
                            "--- # file: r.yaml\nunits: [{ id: x }, { id: x, old: 1 }]\n";
    lines there = {0}, back = {0};
    ph_err err = {0};

    (void)unused;
    assert_ok(ph_registry_diff(ph_span_str(a), ph_span_str(b), note, &there, &err));
    assert_string_equal(there.text, "+units|x|||{id: x, old: 1}\n");
    assert_ok(ph_registry_diff(ph_span_str(b), ph_span_str(a), note, &back, &err));
    assert_string_equal(back.text, "-units|x||{id: x, old: 1}|\n");
}

static void what_is_no_bundle_is_said(void **unused)
{
    static const char fine[] = "--- # file: a.yaml\nunits: []\n";
    lines l = {0};
    ph_err err = {0};

    (void)unused;
    assert_int_equal(ph_registry_diff(ph_span_str(fine), ph_span_str("units: []\n"), note, &l, &err), PH_INVALID);
    assert_string_equal(err.code, "registry.bundle.mark");
    assert_int_equal(ph_registry_diff(ph_span_str("--- # file: a.yaml\nunits: [\n"), ph_span_str(fine), note, &l, &err),
                     PH_INVALID);
    assert_string_equal(err.code, "registry.yaml.syntax");
    assert_int_equal(l.n, 0);
}

static void our_own_registry_is_like_itself(void **unused)
{
    ph_registry *reg = NULL;
    ph_buf bundle;
    lines same = {0}, all = {0};
    ph_err err = {0};
    told t = {0};
    char path[4096];

    (void)unused;
    assert_non_null(getenv("PHUSA_SOURCE"));
    (void)snprintf(path, sizeof path, "%s/domain/registry", getenv("PHUSA_SOURCE"));
    ph_buf_init(&bundle, PH_BUNDLE_MAX_BYTES);
    assert_ok(ph_registry_load_dir(path, told_sink, &t, &bundle, &reg));
    assert_ok(ph_registry_diff(ph_buf_span(&bundle), ph_buf_span(&bundle), note, &same, &err));
    assert_int_equal(same.n, 0);
    assert_ok(ph_registry_diff(ph_span_str("--- # file: a.yaml\n"), ph_buf_span(&bundle), note, &all, &err));
    assert_int_equal(all.n, 1 + ph_registry_n_units(reg) + ph_registry_n_clusters(reg) + ph_registry_n_indicators(reg) +
                                ph_registry_n_forms(reg) + ph_registry_n_weight_sets(reg) +
                                ph_registry_n_calendar(reg) + ph_registry_n_links(reg) + ph_registry_n_references(reg) +
                                ph_registry_n_rules(reg) + ph_registry_n_days_off(reg));
    ph_buf_done(&bundle);
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_difference_is_named),
        cmocka_unit_test(files_and_places_do_not_count),
        cmocka_unit_test(what_is_no_bundle_is_said),
        cmocka_unit_test(our_own_registry_is_like_itself),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
