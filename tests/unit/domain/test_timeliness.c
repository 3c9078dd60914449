/* test_timeliness - early, late, missing, awaited, and how far a column has come.   Layer: tests */
#include "ph_domain_fixture.h"

#include "ph_timeliness.h"

static int64_t at(const char *text)
{
    int64_t us;

    assert_ok(ph_time_parse(ph_span_str(text), &us));
    return us;
}

#define DUE "2023-07-15T17:00:00+07:00"

static void the_first_that_stands_decides(void **unused)
{
    static const struct {
        const char *received; /* NULL: never */
        ph_verdict verdict;
        const char *now;
        ph_punctuality expected;
        int days_early;
    } cases[] = {
        {"2023-07-10T08:00:00+07:00", PH_VERDICT_ACCEPTED, "2023-07-11T00:00:00+07:00", PH_PUNCTUALITY_ON_TIME, 5},
        {"2023-07-10T08:00:00+07:00", PH_VERDICT_HELD, "2023-07-11T00:00:00+07:00", PH_PUNCTUALITY_ON_TIME, 5},
        {DUE, PH_VERDICT_ACCEPTED, "2023-08-01T00:00:00+07:00", PH_PUNCTUALITY_ON_TIME, 0},
        {"2023-07-15T17:00:00.000001+07:00", PH_VERDICT_ACCEPTED, "2023-08-01T00:00:00+07:00", PH_PUNCTUALITY_LATE, 0},
        /* seven hours are a day at the border: 18:00 UTC is the 16th in UTC+7 */
        {"2023-07-15T18:00:00Z", PH_VERDICT_ACCEPTED, "2023-08-01T00:00:00+07:00", PH_PUNCTUALITY_LATE, -1},
        {"2023-08-15T09:00:00+07:00", PH_VERDICT_HELD, "2023-09-01T00:00:00+07:00", PH_PUNCTUALITY_LATE, -31},
        {"2023-07-10T08:00:00+07:00", PH_VERDICT_REJECTED, "2023-07-15T17:00:00+07:00", PH_PUNCTUALITY_AWAITED, 0},
        {"2023-07-10T08:00:00+07:00", PH_VERDICT_REJECTED, "2023-07-16T00:00:00+07:00", PH_PUNCTUALITY_MISSING, 0},
        {NULL, PH_VERDICT_ACCEPTED, DUE, PH_PUNCTUALITY_AWAITED, 0},
        {NULL, PH_VERDICT_ACCEPTED, "2023-07-15T17:00:01+07:00", PH_PUNCTUALITY_MISSING, 0}};

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_timeliness t = {0};
        if (cases[i].received != NULL)
            ph_timeliness_add(&t, at(cases[i].received), cases[i].verdict);
        ph_timeliness_judge(&t, at(DUE), at(cases[i].now));
        if (t.punctuality != cases[i].expected || t.days_early != cases[i].days_early)
            fail_msg("case %zu: %s %d", i, ph_punctuality_name(t.punctuality), t.days_early);
    }
}

/* A correction after the due instant does not make a unit late, and any order of arrivals gives the same. */
static void corrections_count_but_do_not_judge(void **unused)
{
    static const struct {
        const char *at;
        ph_verdict verdict;
    } all[] = {{"2023-07-12T08:00:00+07:00", PH_VERDICT_REJECTED},
               {"2023-07-14T08:00:00+07:00", PH_VERDICT_HELD},
               {"2023-07-20T08:00:00+07:00", PH_VERDICT_ACCEPTED},
               {"2023-07-22T08:00:00+07:00", PH_VERDICT_ACCEPTED}};

    (void)unused;
    for (size_t start = 0; start < 4; start++) {
        ph_timeliness t = {0};
        for (size_t i = 0; i < 4; i++)
            ph_timeliness_add(&t, at(all[(start + i) % 4].at), all[(start + i) % 4].verdict);
        ph_timeliness_judge(&t, at(DUE), at("2023-09-01T00:00:00+07:00"));
        assert_int_equal(t.punctuality, PH_PUNCTUALITY_ON_TIME);
        assert_int_equal(t.days_early, 1);
        assert_int_equal(t.n_standing, 3);
        assert_int_equal(t.n_rejected, 1);
        assert_true(t.last_us == at("2023-07-22T08:00:00+07:00"));
    }
}

static void an_extension_is_a_later_due(void **unused)
{
    ph_timeliness t = {0};

    (void)unused;
    ph_timeliness_add(&t, at("2023-07-20T08:00:00+07:00"), PH_VERDICT_ACCEPTED);
    ph_timeliness_judge(&t, at("2023-07-25T17:00:00+07:00"), at("2023-09-01T00:00:00+07:00"));
    assert_int_equal(t.punctuality, PH_PUNCTUALITY_ON_TIME);
    assert_int_equal(t.days_early, 5);
}

static void a_column_is_counted_in_five(void **unused)
{
    ph_indicator ind = {.code = "X", .n_methods = 1, .methods = {PH_METHOD_MEAN}};
    ph_registry *reg = small_registry(&ind, 1, 9, NULL);
    ph_sheet *s = NULL;

    (void)unused;
    assert_ok(ph_sheet_new(reg, ph_registry_calendar(reg, 0), &s));
    ph_column_count none = ph_column_counted(s, 0);
    assert_int_equal(none.n_missing, 9);
    for (uint16_t i = 0; i < 6; i++)
        ph_sheet_cell(s, i, 0)->state = i < 3 ? PH_CELL_GIVEN : i < 5 ? PH_CELL_HELD : PH_CELL_NO_VALUE;
    ph_column_count c = ph_column_counted(s, 0);
    assert_int_equal(c.n_expected, 9);
    assert_int_equal(c.n_given, 3);
    assert_int_equal(c.n_held, 2);
    assert_int_equal(c.n_no_value, 1);
    assert_int_equal(c.n_missing, 3);
    ph_sheet_free(s);
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_first_that_stands_decides),
        cmocka_unit_test(corrections_count_but_do_not_judge),
        cmocka_unit_test(an_extension_is_a_later_due),
        cmocka_unit_test(a_column_is_counted_in_five),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
