/* test_registry_together - independent errors are told in one run, and what only follows from one of them is not.
 * Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>
#include <stdlib.h>

#include "ph_good_registry.h"
#include "ph_locale.h"
#include "ph_registry_load.h"

enum { MAX_EDITS = 3, TEXT_BYTES = 16384 };

typedef struct edit {
    const char *from, *to; /* the first occurrence is replaced */
} edit;

typedef struct story {
    const char *name;
    edit edits[MAX_EDITS];
    const char *more;     /* further files of the bundle, or NULL */
    const char *expected; /* "file:line code; …", in the order in which they are told */
} story;

#define UNIT(id, from, more) "  - { id: " id ", name: { vi: U, en: U }, valid_from: " from more " }\n"
#define LINK(old, next, kind, date, more) \
    "  - { predecessor: " old ", successor: " next ", kind: " kind ", date: " date ", decree: D" more " }\n"

static const story stories[] = {
    {"two heads and a repeated member",
     {{"{ unit: beta, role: member }", "{ unit: beta, role: head }\n          - { unit: alpha }"}},
     NULL,
     "x.yaml:18 registry.member.repeated; x.yaml:16 registry.cycle.head; "},
    {"two heads, one of them mistyped",
     {{"unit: beta, role: member", "unit: betta, role: head"}},
     NULL,
     "x.yaml:17 registry.ref.unknown; x.yaml:16 registry.cycle.head; "},
    {"the only head is mistyped: there is one all the same",
     {{"unit: alpha, role: head", "unit: alpah, role: head"}},
     NULL,
     "x.yaml:16 registry.ref.unknown; "},
    {"a link on the wrong day hides no other unit's share and kind",
     {{"date: 2025-07-01", "date: 2025-07-02"}},
     "--- # file: y.yaml\nunits:\n" UNIT("p", "2000-01-01", ", valid_to: 2010-01-01") UNIT("q", "2010-01-01", "")
         UNIT("r", "2000-01-01", ", valid_to: 2010-01-01") UNIT("s", "2010-01-01", "") "links:\n" LINK(
             "p", "q", "rename", "2010-01-01", ", share: 0.4") LINK("r", "s", "merge", "2010-01-01", ""),
     "x.yaml:49 registry.link.date; y.yaml:7 registry.link.share; y.yaml:8 registry.link.kind; "},
    {"a mistyped predecessor is not missed in the other's shares",
     {{NULL, NULL}},
     "--- # file: y.yaml\nunits:\n" UNIT("poo", "2000-01-01", ", valid_to: 2010-01-01") UNIT("q", "2010-01-01", "")
         UNIT("r", "2010-01-01", "") "links:\n" LINK("poo", "q", "split", "2010-01-01", ", share: 0.4")
             LINK("po", "r", "split", "2010-01-01", ", share: 0.6"),
     "y.yaml:7 registry.ref.unknown; "},
    {"a mistyped successor takes its share all the same",
     {{NULL, NULL}},
     "--- # file: y.yaml\nunits:\n" UNIT("p", "2000-01-01", ", valid_to: 2010-01-01") UNIT("q", "2010-01-01", "")
         UNIT("roo", "2010-01-01", "") "links:\n" LINK("p", "q", "split", "2010-01-01", ", share: 0.4")
             LINK("p", "ro", "split", "2010-01-01", ", share: 0.6"),
     "y.yaml:7 registry.ref.unknown; "},
    {"a broken file hides nothing in the others",
     {{"indicator: G, required", "indicator: GG, required"}, {"freq: S", "freq: X"}},
     "--- # file: zz.yaml\nrules: [\n",
     "zz.yaml:2 registry.yaml.syntax; x.yaml:35 registry.word.unknown; x.yaml:37 registry.ref.unknown; "},
    {"ids of a broken file are not missed, others are",
     {{"unit: beta, role", "unit: delta, role"}, {"alpha: 10, beta: 20", "alpha: 10, delta: 20, epsilon: 1"}},
     "--- # file: y.yaml\nunits:\n" UNIT("delta", "2000-01-01", "") "  - [\n",
     "y.yaml:4 registry.yaml.syntax; x.yaml:44 registry.ref.unknown; "},
    {"alpha does not stand where only alpha-2 stands",
     {{"unit: beta, role", "unit: delta, role"}},
     "--- # file: y.yaml\nunits: [delta-2\n",
     "y.yaml:2 registry.yaml.syntax; x.yaml:17 registry.ref.unknown; "},
    {"a broken file may hold the version",
     {{"registry: { version: t1 }", "# elsewhere"}},
     "--- # file: y.yaml\nregistry: { version: t1 }\nx: [\n",
     "y.yaml:3 registry.yaml.syntax; "},
    {"a mistyped section is told once, and what else is wrong too",
     {{"indicators:", "indicatros:"}, {"alpha: 10", "alpha: 0"}},
     NULL,
     "x.yaml:18 registry.key.unknown; x.yaml:44 registry.number.range; "},
    {"a day that cannot be read is not held against the links and codes",
     {{"valid_to: 2025-07-01", "valid_to: 1/7/2025"}, {"kind: rename", "kind: merge"}},
     NULL,
     "x.yaml:4 registry.date.grammar; x.yaml:49 registry.link.kind; "},
};

static char *tell(const story *s)
{
    char *text = calloc(1, TEXT_BYTES), *next = calloc(1, TEXT_BYTES);

    assert_non_null(text);
    assert_non_null(next);
    (void)snprintf(text, TEXT_BYTES, "--- # file: x.yaml\n%s%s", good, s->more == NULL ? "" : s->more);
    for (size_t i = 0; i < MAX_EDITS && s->edits[i].from != NULL; i++) {
        const char *at = strstr(text, s->edits[i].from);
        if (at == NULL)
            fail_msg("%s: nowhere stands %s", s->name, s->edits[i].from);
        (void)snprintf(next, TEXT_BYTES, "%.*s%s%s", (int)(at - text), text, s->edits[i].to,
                       at + strlen(s->edits[i].from));
        memcpy(text, next, TEXT_BYTES);
    }
    free(next);
    return text;
}

static bool is_told(const story *s)
{
    char *text = tell(s), said[2048] = "";
    ph_registry *reg = NULL;
    told t = {0};
    size_t n = 0;

    assert_int_equal(ph_registry_load(ph_span_str(text), told_sink, &t, &reg), PH_INVALID);
    free(text);
    for (size_t i = 0; i < t.n && i < TOLD_MAX && n < sizeof said; i++)
        n += (size_t)snprintf(said + n, sizeof said - n, "%s:%d %s; ", t.list[i].where, t.list[i].line, t.list[i].code);
    if (strcmp(said, s->expected) == 0)
        return true;
    print_error("%s:\n  expected %s\n  told     %s\n", s->name, s->expected, said);
    return false;
}

static void what_is_wrong_is_told_together_and_once(void **unused)
{
    size_t n_wrong = 0;

    (void)unused;
    for (size_t i = 0; i < sizeof stories / sizeof stories[0]; i++)
        n_wrong += !is_told(&stories[i]);
    assert_int_equal(n_wrong, 0);
}

/* What an older version took must stay readable: figures rest on it. What cannot be read at all stays an error. */
static void a_registry_of_the_ledger_stays_in_force(void **unused)
{
    static const story older = {
        .name = "older",
        .edits = {{"[mean, weighted_mean]", "[list, mean, weighted_mean]"}},
        .more = "--- # file: y.yaml\nreferences:\n  - { unit: gamma, indicator: G, period: 2023-S1, "
                "kind: published, value: 723, known_since: 2023-06-09, source: { vi: a, en: b } }\n"};
    char *text = tell(&older);
    ph_registry *reg = NULL;
    told t = {0};

    (void)unused;
    assert_int_equal(ph_registry_load(ph_span_str(text), told_sink, &t, &reg), PH_INVALID);
    assert_int_equal(t.n, 3);
    t.n = 0;
    assert_ok(ph_registry_load_kept(ph_span_str(text), told_sink, &t, &reg));
    assert_int_equal(t.n, 0);
    ph_registry_free(reg);
    assert_int_equal(ph_registry_load_kept(ph_span_str("--- # file: x.yaml\nunits: 3\n"), told_sink, &t, &reg),
                     PH_INVALID);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_wrong_is_told_together_and_once),
                                       cmocka_unit_test(a_registry_of_the_ledger_stays_in_force)};

    ph_lang_set(PH_LANG_EN);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
