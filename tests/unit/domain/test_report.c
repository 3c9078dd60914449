/* test_report - the CSV twin: quotes, formulas, numbers; what could not be evaluated.   Layer: tests */
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

static const char *csv_of(const ph_finding *f, bool is_excel)
{
    static char text[2048];
    ph_registry *reg = own_registry();
    const ph_report r = report_of(reg);
    ph_buf b;

    ph_buf_init(&b, sizeof text - 1);
    ph_report_findings_csv(&b, &r, is_excel, f, 1);
    assert_ok(b.rc);
    memcpy(text, b.ptr, b.len);
    text[b.len] = '\0';
    ph_buf_done(&b);
    ph_registry_free(reg);
    return text;
}

static void what_looks_like_a_formula_is_disarmed(void **unused)
{
    static const char *const armed[] = {"=1+1", "+1", "-1", "@SUM(A1)", "\tx", "\rx"};

    (void)unused;
    for (size_t i = 0; i < sizeof armed / sizeof armed[0]; i++) {
        char cell[32] = ",\"'";
        ph_finding f = finding_of(armed[i]);
        memcpy(cell + 3, armed[i], strlen(armed[i]) + 1);
        if (strstr(csv_of(&f, false), cell) == NULL)
            fail_msg("%s: %s", armed[i], csv_of(&f, false));
    }
    ph_finding plain = finding_of("a=1");
    assert_non_null(strstr(csv_of(&plain, false), ",\"a=1\","));
}

static void quotes_are_doubled_and_numbers_are_numbers(void **unused)
{
    ph_finding f = finding_of("say \"x\", y");

    (void)unused;
    assert_non_null(strstr(csv_of(&f, false), ",\"say \"\"x\"\", y\","));
    assert_non_null(strstr(csv_of(&f, false), ",-12.59,"));
    assert_non_null(strstr(csv_of(&f, true), ";-12,59;"));
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
        cmocka_unit_test(what_looks_like_a_formula_is_disarmed),
        cmocka_unit_test(quotes_are_doubled_and_numbers_are_numbers),
        cmocka_unit_test(what_could_not_be_evaluated_is_na),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
