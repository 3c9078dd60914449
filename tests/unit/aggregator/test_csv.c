/* test_csv - one rule for all CSV: for programs what was said, for a spreadsheet no formulas; numbers stay numbers.
 * Layer: tests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ph_agg_csv.h"

static const char *line_of(bool for_excel, const char *text)
{
    static char printed[256];
    ph_buf b;

    ph_buf_init(&b, sizeof printed);
    ph_agg_csv c = {.dst = &b, .for_excel = for_excel};
    ph_agg_csv_str(&c, text);
    ph_agg_csv_decimal(&c, (ph_decimal){.mantissa = -1259, .scale = 2});
    ph_agg_csv_value(&c, ph_span_str(text));
    ph_agg_csv_end_line(&c);
    assert_true(ph_span_copy(ph_buf_span(&b), printed, sizeof printed));
    ph_buf_done(&b);
    return printed;
}

static void programs_get_what_was_said(void **state)
{
    (void)state;
    assert_string_equal(line_of(false, "=cmd|x"), "=cmd|x,-12.59,=cmd|x\n");
    assert_string_equal(line_of(false, "-1.26"), "-1.26,-12.59,-1.26\n");
    assert_string_equal(line_of(false, "say \"x\", y"), "\"say \"\"x\"\", y\",-12.59,\"say \"\"x\"\", y\"\n");
}

static void a_spreadsheet_gets_no_formula(void **state)
{
    static const char *const armed[] = {"=1+1", "+84 123", "-a", "@SUM(A1)", "\tx", "\rx"};

    (void)state;
    for (size_t i = 0; i < sizeof armed / sizeof armed[0]; i++) {
        const char *line = line_of(true, armed[i]);
        line += line[0] == '"';
        assert_true(line[0] == '\'' && strncmp(line + 1, armed[i], strlen(armed[i])) == 0);
    }
    assert_string_equal(line_of(true, "a=1"), "a=1;-12,59;a=1\r\n");
}

/* A text that holds a number is one where a number may stand. */
static void numbers_have_no_guard_and_a_decimal_comma(void **state)
{
    (void)state;
    assert_string_equal(line_of(true, "-1.26"), "'-1.26;-12,59;-1,26\r\n");
    assert_string_equal(line_of(true, "1.5.2"), "1.5.2;-12,59;1.5.2\r\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(programs_get_what_was_said),
        cmocka_unit_test(a_spreadsheet_gets_no_formula),
        cmocka_unit_test(numbers_have_no_guard_and_a_decimal_comma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
