/* test_registry_time - rows as they were known on a day, more time, and days on which offices work.   Layer: tests */
#include "ph_domain_fixture.h"

#include <stdlib.h>

#include "ph_registry_load.h"

static ph_date day(const char *text)
{
    ph_date d;

    assert_ok(ph_date_parse(ph_span_str(text), &d));
    return d;
}

static int64_t instant(const char *text)
{
    int64_t us;

    assert_ok(ph_time_parse(ph_span_str(text), &us));
    return us;
}

static const ph_period year_2023 = {.freq = PH_FREQ_A, .year = 2023, .index = 1};
static const ph_period half_2023 = {.freq = PH_FREQ_S, .year = 2023, .index = 1};

/* Each kind of row twice: as it stood at first (the head's day), and as it was corrected on a later day. */
static const char twice[] =
    "--- # file: x.yaml\nregistry: { version: t, known_since: 2023-01-15 }\nunits:\n"
    "  - { id: a, name: { vi: A, en: A }, valid_from: 2000-01-01 }\n"
    "  - { id: b, name: { vi: B, en: B }, valid_from: 2000-01-01 }\n"
    "clusters: [{ id: k, name: { vi: K, en: K }, coverage: { provisional: 75 }, cycles: [\n"
    "  { year: 2023, members: [{ unit: b, role: head }, { unit: a }], known_since: 2023-03-29 },\n"
    "  { year: 2023, members: [{ unit: a, role: head }] }] },\n"
    "  { id: l, name: { vi: L, en: L }, cycles: [{ year: 2023, members: [{ unit: a, role: head }] },\n"
    "    { year: 2023, members: [{ unit: b, role: head }, { unit: a }], known_since: 2023-03-29 }] }]\n"
    "indicators: [{ code: G, name: { vi: G, en: G }, unit: PT, unit_name: { vi: G, en: G }, comparison: none,\n"
    "  price_basis: n/a, decimals: 1, direction: unranked, methods: [weighted_mean], weights: w }]\n"
    "forms:\n"
    "  - { id: f, version: 1, name: { vi: F, en: F }, freq: S, valid_from: 2023-01-01, valid_to: 2024-01-01,\n"
    "      items: [{ indicator: G }] }\n"
    "weights:\n"
    "  - { id: w, version: 1, quality: unofficial, source: { vi: N, en: S }, valid_from: 2023-01-01,\n"
    "      values: { a: 1, b: 2 } }\n"
    "  - { id: w, version: 2, quality: official, source: { vi: N, en: S }, valid_from: 2023-01-01,\n"
    "      values: { a: 3, b: 4 }, known_since: 2024-06-01 }\n"
    "days_off: [{ day: 2023-07-05, name: { vi: D, en: D } }]\n"
    "calendar:\n"
    "  - { cluster: k, form: f, period: 2023-S1, opens: 2023-06-01T00:00:00Z, due_after_working_days: 5,\n"
    "      closes: 2023-07-26T00:00:00+07:00, extensions: [\n"
    "      { unit: b, due: 2023-07-20T17:00:00+07:00, reason: { vi: L, en: R }, known_since: 2023-07-11 },\n"
    "      { due: 2023-07-14T17:00:00+07:00, reason: { vi: L, en: R } } ] }\n";

static ph_registry *load_twice(void)
{
    ph_registry *reg = NULL;
    told t = {0};

    if (ph_registry_load(ph_span_str(twice), told_sink, &t, &reg) != PH_OK)
        fail_msg("%d %s", t.list[0].line, t.list[0].code);
    return reg;
}

static void rows_answer_with_what_their_day_knew(void **unused)
{
    ph_registry *reg = load_twice();
    const ph_cluster *k = ph_registry_cluster(reg, 0);
    ph_date before = day("2023-01-14"), first = day("2023-01-15"), later = day("2024-05-31"), last = day("2024-06-01");

    (void)unused;
    assert_null(ph_cluster_cycle_known(k, year_2023, before));
    assert_int_equal(ph_cluster_cycle_known(k, year_2023, first)->n_members, 1);
    assert_int_equal(ph_cluster_cycle_known(k, year_2023, day("2023-03-28"))->n_members, 1);
    assert_int_equal(ph_cluster_cycle_known(k, year_2023, day("2023-03-29"))->n_members, 2);
    assert_int_equal(ph_cluster_cycle(k, half_2023)->n_members, 2); /* all that stands here, whatever its order */
    assert_int_equal(ph_cluster_cycle(ph_registry_cluster(reg, 1), half_2023)->n_members, 2);
    assert_int_equal(ph_registry_find_weights_known(reg, "w", half_2023, before), PH_NO_INDEX);
    assert_int_equal(ph_registry_find_weights_known(reg, "w", half_2023, first), 0);
    assert_int_equal(ph_registry_find_weights_known(reg, "w", half_2023, later), 0);
    assert_int_equal(ph_registry_find_weights_known(reg, "w", half_2023, last), 1);
    assert_int_equal(ph_registry_find_weights(reg, "w", half_2023), 1);
    assert_int_equal(ph_registry_find_form_known(reg, ph_span_str("f"), half_2023, before), PH_NO_INDEX);
    assert_int_equal(ph_registry_find_form_known(reg, ph_span_str("f"), half_2023, first), 0);
    assert_int_equal(k->provisional_percent, 75);
    assert_int_equal(ph_registry_cluster(reg, 1)->provisional_percent, PH_PROVISIONAL_PERCENT);
    ph_registry_free(reg);
}

static void more_time_is_for_those_it_was_given_to(void **unused)
{
    ph_registry *reg = load_twice();
    const ph_calendar_item *duty = ph_registry_find_duty(reg, 0, 0, half_2023);

    (void)unused;
    assert_non_null(duty);
    assert_int_equal(duty->known_since, day("2023-01-15"));
    /* 3, 4, not the 5th, 6, 7 and, after the week's end, 10 July */
    assert_true(duty->due_us == instant("2023-07-10T17:00:00+07:00"));
    assert_true(ph_calendar_due(duty, 0, day("2023-01-14")) == duty->due_us);
    assert_true(ph_calendar_due(duty, 0, day("2023-07-10")) == instant("2023-07-14T17:00:00+07:00"));
    assert_true(ph_calendar_due(duty, 1, day("2023-07-10")) == instant("2023-07-14T17:00:00+07:00"));
    assert_true(ph_calendar_due(duty, 1, day("2023-07-11")) == instant("2023-07-20T17:00:00+07:00"));
    assert_true(ph_calendar_due(duty, 0, day("2023-07-11")) == instant("2023-07-14T17:00:00+07:00"));
    ph_registry_free(reg);
}

/* The days of our own registry, counted by hand on a wall calendar. */
static void offices_work_as_the_calendar_on_the_wall_says(void **unused)
{
    static const struct {
        const char *after;
        unsigned count;
        const char *day;
    } cases[] = {
        {"2023-01-19", 1, "2023-01-27"},                                  /* over Tết */
        {"2023-01-19", 2, "2023-01-30"}, {"2023-04-28", 1, "2023-05-04"}, /* five days off */
        {"2023-08-31", 1, "2023-09-05"}, {"2024-04-26", 1, "2024-05-02"}, /* 29 April was exchanged … */
        {"2024-05-03", 1, "2024-05-04"},                                  /* … for this Saturday */
        {"2024-05-04", 1, "2024-05-06"}, {"2023-12-31", 10, "2024-01-15"}, {"2024-02-07", 1, "2024-02-15"},
        {"2023-07-08", 0, "2023-07-08"}, {"1969-12-26", 1, "1969-12-29"}}; /* before the epoch the week goes on */
    ph_registry *reg = own_registry();
    const ph_day_off *days = ph_registry_day_off(reg, 0);
    size_t n = ph_registry_n_days_off(reg);

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(ph_working_day_after(days, n, day(cases[i].after), cases[i].count), day(cases[i].day));
    assert_true(ph_is_working_day(NULL, 0, day("2023-01-20")));
    assert_false(ph_is_working_day(days, n, day("2023-01-20")));
    ph_registry_free(reg);
}

static void the_example_after_the_merger_is_marked_so(void **unused)
{
    ph_registry *reg = own_registry();
    const ph_cluster *c = ph_registry_cluster(reg, ph_registry_find_cluster(reg, ph_span_str("dbsh-2026-vidu")));
    ph_period period = {.freq = PH_FREQ_S, .year = 2026, .index = 1};
    uint16_t form = ph_registry_find_form(reg, ph_span_str("socio-economic"), period);

    (void)unused;
    assert_non_null(strstr(c->name.vi, "minh họa"));
    assert_non_null(strstr(c->name.en, "illustrative"));
    assert_int_equal(ph_cluster_cycle(c, period)->n_members, 6);
    const ph_calendar_item *duty =
        ph_registry_find_duty(reg, ph_registry_find_cluster(reg, ph_span_str(c->id)), form, period);
    assert_non_null(duty);
    assert_int_equal(duty->n_extensions, 1);
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_answer_with_what_their_day_knew),
        cmocka_unit_test(more_time_is_for_those_it_was_given_to),
        cmocka_unit_test(offices_work_as_the_calendar_on_the_wall_says),
        cmocka_unit_test(the_example_after_the_merger_is_marked_so),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
