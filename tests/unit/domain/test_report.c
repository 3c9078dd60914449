/* test_report - which row a finding speaks of, and with which numbers; what could not be evaluated.   Layer: tests */
#include "ph_domain_fixture.h"

#include "ph_report.h"

static ph_report report_of(const ph_registry *reg)
{
    return (ph_report){.id = "x",
                       .actor = "a",
                       .agent = "b",
                       .trigger = "c",
                       .cluster = ph_span_str("dbsh"),
                       .form = ph_span_str("f"),
                       .unit = ph_span_str("haiduong"),
                       .period = {PH_FREQ_S, 2023, 1},
                       .revision = 2,
                       .verdict = "HELD",
                       .registry = reg,
                       .lang = PH_LANG_EN};
}

static ph_finding finding_of(const char *detail)
{
    return (ph_finding){.rule = ph_span_str("my.rule"),
                        .action = PH_ACTION_FLAG,
                        .row = 0,
                        .indicator = ph_span_str("IIP"),
                        .has_value = true,
                        .value = {.mantissa = -1259, .scale = 2},
                        .detail = ph_span_str(detail)};
}

static void the_row_and_the_numbers_are_described(void **unused)
{
    ph_registry *reg = own_registry();
    const ph_report r = report_of(reg);
    ph_finding list[] = {finding_of(""), finding_of("")};
    ph_buf b;

    (void)unused;
    list[1].row = -1; /* of the whole submission */
    list[1].indicator = ph_span_str("");
    ph_buf_init(&b, 4096);
    ph_json j = ph_json_over(&b);
    ph_report_findings(&j, &r, list, 2);
    assert_ok(ph_buf_put_byte(&b, 0));
    assert_non_null(strstr((const char *)b.ptr, "\"description\":\"row 1, value -12.59\""));
    assert_non_null(strstr((const char *)b.ptr, "\"description\":\"value -12.59\""));
    assert_non_null(strstr((const char *)b.ptr, "\"target\":[[\"S.haiduong.*.2023-S1\"]]"));
    ph_buf_done(&b);
    ph_registry_free(reg);
}

static void what_could_not_be_evaluated_is_na(void **unused)
{
    static const struct {
        const char *detail, *value;
    } cases[] = {
        {"missing:POP", "\"value\":\"NA\""}, {"expr.failed:memory", "\"value\":\"NA\""}, {"VA_IND", "\"value\":\"0\""}};
    ph_registry *reg = own_registry();
    const ph_report r = report_of(reg);

    (void)unused;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_finding f = finding_of(cases[i].detail);
        ph_buf b;
        ph_buf_init(&b, 4096);
        ph_json j = ph_json_over(&b);
        ph_report_findings(&j, &r, &f, 1);
        assert_ok(ph_buf_put_byte(&b, 0));
        if (strstr((const char *)b.ptr, cases[i].value) == NULL)
            fail_msg("%s", (const char *)b.ptr);
        ph_buf_done(&b);
    }
    ph_registry_free(reg);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_row_and_the_numbers_are_described),
        cmocka_unit_test(what_could_not_be_evaluated_is_na),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
