/* test_col_due - a deadline as people write it; what is no time is refused.   Layer: tests */
#include "ph_col_fixture.h"

#include "ph_col_due.h"
#include "ph_time.h"

static const char *read(const char *text)
{
    static char utc[PH_TIME_TEXT_BYTES];
    int64_t us;
    if (ph_col_due_parse(ph_span_str(text), &us) != PH_OK)
        return "no";
    (void)ph_time_print_utc(us, utc);
    return utc;
}

static void as_people_write_it(void **state)
{
    (void)state;
    assert_string_equal(read("2023-08-05 17:00"), "2023-08-05T10:00:00Z");
    assert_string_equal(read("2023-08-05T17:00:30"), "2023-08-05T10:00:30Z");
    assert_string_equal(read("05/08/2023 17:00"), "2023-08-05T10:00:00Z"); /* the day first, as in Vietnam */
    assert_string_equal(read("05/08/2023"), "2023-08-05T16:59:59Z");
    assert_string_equal(read("2023-08-05"), "2023-08-05T16:59:59Z");
    assert_string_equal(read("2023-08-05T17:00:00+07:00"), "2023-08-05T10:00:00Z");
    assert_string_equal(read("2023-08-05T17:00:00Z"), "2023-08-05T17:00:00Z");
}

static void what_is_no_time(void **state)
{
    static const char *const bad[] = {"",
                                      "mai",
                                      "2023-8-5",
                                      "2023-02-30",
                                      "31/02/2023",
                                      "08/25/2023",
                                      "2023-08-05 24:00",
                                      "2023-08-05 17",
                                      "2023-08-05 17:0",
                                      "2023-08-05 17:00:",
                                      "2023-08-05x17:00",
                                      "2023-08-05 17:00:00 +07:00 and more",
                                      "05/08-2023",
                                      "5/08/2023 ",
                                      "hạn 05/08"};
    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_string_equal(read(bad[i]), "no");
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(as_people_write_it), cmocka_unit_test(what_is_no_time)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
