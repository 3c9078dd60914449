/* test_registry_links - what became of which territory, and what was known of it when.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdio.h>

#include "ph_registry_load.h"

static ph_date day(const char *text)
{
    ph_date d;

    assert_ok(ph_date_parse(ph_span_str(text), &d));
    return d;
}

static uint16_t unit(const ph_registry *reg, const char *id)
{
    uint16_t at = ph_registry_find_unit(reg, ph_span_str(id));

    if (at == PH_NO_INDEX)
        fail_msg("no unit %s", id);
    return at;
}

static const ph_cycle *cycle_2023(const ph_registry *reg)
{
    const ph_cluster *c = ph_registry_cluster(reg, ph_registry_find_cluster(reg, ph_span_str("dbsh")));
    return ph_cluster_cycle(c, (ph_period){.freq = PH_FREQ_A, .year = 2023, .index = 1});
}

static void expect_predecessors(const ph_registry *reg, const char *successor, const char *ids)
{
    uint16_t found[PH_MAX_MEMBERS];
    size_t n = 99;
    char said[200] = "";

    assert_ok(ph_registry_predecessors(reg, unit(reg, successor), found, &n));
    for (size_t i = 0, len = 0; i < n; i++) {
        len += (size_t)snprintf(said + len, sizeof said - len, "%s ", ph_registry_unit(reg, found[i])->id);
        assert_int_equal(ph_registry_unit(reg, found[i])->successor, unit(reg, successor));
    }
    assert_string_equal(said, ids);
}

static void successors_know_all_that_they_are_made_of(void **unused)
{
    ph_registry *reg = own_registry();

    (void)unused;
    expect_predecessors(reg, "phutho-2025", "vinhphuc hoabinh phutho ");
    expect_predecessors(reg, "bacninh-2025", "bacninh bacgiang ");
    expect_predecessors(reg, "haiphong-2025", "haiduong haiphong ");
    expect_predecessors(reg, "hungyen-2025", "hungyen thaibinh ");
    expect_predecessors(reg, "ninhbinh-2025", "hanam namdinh ninhbinh ");
    expect_predecessors(reg, "quangninh", "");
    ph_registry_free(reg);
}

/* domain.md §3.4: only Hưng Yên and Ninh Bình lie wholly inside the old cluster. */
static void only_two_successors_are_made_of_members_alone(void **unused)
{
    static const struct {
        const char *successor, *lost;
        size_t n;
    } cases[] = {{"hungyen-2025", NULL, 2},
                 {"ninhbinh-2025", NULL, 3},
                 {"bacninh-2025", "bacgiang", 1},
                 {"phutho-2025", "hoabinh", 1},
                 {"haiphong-2025", "haiphong", 1}};
    ph_registry *reg = own_registry();
    ph_parts parts;

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_rc rc =
            ph_registry_whole_parts(reg, cycle_2023(reg), unit(reg, cases[i].successor), PH_DATE_FOREVER, &parts);
        assert_int_equal(rc, cases[i].lost == NULL ? PH_OK : PH_INVALID);
        assert_int_equal(parts.n, cases[i].n);
        assert_int_equal(parts.lost, cases[i].lost == NULL ? PH_NO_INDEX : unit(reg, cases[i].lost));
        assert_false(parts.is_split);
    }
    assert_int_equal(ph_registry_whole_parts(reg, cycle_2023(reg), unit(reg, "quangninh"), PH_DATE_FOREVER, &parts),
                     PH_NOT_FOUND);
    ph_registry_free(reg);
}

static void a_link_is_found_from_the_day_it_was_known(void **unused)
{
    ph_registry *reg = own_registry();
    uint16_t old = unit(reg, "thaibinh"), next = unit(reg, "hungyen-2025");
    ph_date before = day("2025-06-11"), since = day("2025-06-12"); /* valid only on 2025-07-01, known before */
    ph_parts parts;

    (void)unused;
    assert_int_equal(ph_registry_find_successor(reg, old, before), PH_NO_INDEX);
    assert_int_equal(ph_registry_find_successor(reg, old, since), next);
    assert_int_equal(ph_registry_find_successor(reg, unit(reg, "quangninh"), since), PH_NO_INDEX);
    assert_int_equal(ph_registry_whole_parts(reg, cycle_2023(reg), next, before, &parts), PH_NOT_FOUND);
    assert_ok(ph_registry_whole_parts(reg, cycle_2023(reg), next, since, &parts));
    ph_registry_free(reg);
}

static const char split_text[] =
    "--- # file: x.yaml\nregistry: { version: t, known_since: 2001-02-03 }\nunits:\n"
    "  - { id: a, name: { vi: A, en: A }, valid_from: 2000-01-01, valid_to: 2010-01-01,\n"
    "      names: [{ name: { vi: X, en: Y }, valid_from: 2002-01-01, valid_to: 2003-01-01 }] }\n"
    "  - { id: b, name: { vi: B, en: B }, valid_from: 2010-01-01 }\n"
    "  - { id: c, name: { vi: C, en: C }, valid_from: 2010-01-01 }\n"
    "clusters: [{ id: k, name: { vi: K, en: K }, cycles: [{ year: 2009, members: [{ unit: a, role: head }] }] }]\n"
    "links:\n"
    "  - { predecessor: a, successor: b, kind: split, date: 2010-01-01, share: 0.75, decree: D }\n"
    "  - { predecessor: a, successor: c, kind: split, date: 2010-01-01, share: 0.25, decree: D,\n"
    "      known_since: 2009-05-05 }\n";

static void a_part_of_a_member_is_not_the_member(void **unused)
{
    ph_registry *reg = NULL;
    told t = {0};
    ph_parts parts;

    (void)unused;
    assert_ok(ph_registry_load(ph_span_str(split_text), told_sink, &t, &reg));
    const ph_cycle *cycle = &ph_registry_cluster(reg, 0)->cycles[0];
    assert_int_equal(ph_registry_whole_parts(reg, cycle, 1, PH_DATE_FOREVER, &parts), PH_INVALID);
    assert_int_equal(parts.lost, 0);
    assert_true(parts.is_split);
    assert_int_equal(ph_registry_unit(reg, 0)->successor, PH_NO_INDEX); /* two: none of them is it */
    assert_int_equal(ph_registry_find_successor(reg, 0, PH_DATE_FOREVER), PH_NO_INDEX);
    assert_int_equal(ph_registry_link(reg, 0)->known_since, day("2001-02-03")); /* the head's */
    assert_int_equal(ph_registry_link(reg, 1)->known_since, day("2009-05-05"));
    assert_string_equal(ph_unit_name_on(ph_registry_unit(reg, 0), day("2002-12-31")).vi, "X");
    assert_string_equal(ph_unit_name_on(ph_registry_unit(reg, 0), day("2003-01-01")).vi, "A");
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(successors_know_all_that_they_are_made_of),
        cmocka_unit_test(only_two_successors_are_made_of_members_alone),
        cmocka_unit_test(a_link_is_found_from_the_day_it_was_known),
        cmocka_unit_test(a_part_of_a_member_is_not_the_member),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
