/* test_result - the table of codes is whole, and total over numbers that no code has.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_result.h"

#include "ph_lang.h"

static void every_code_has_name_text_and_class(void **state)
{
    (void)state;
    for (int i = 0; i < PH_RC_COUNT; i++) {
        assert_non_null(ph_rc_name((ph_rc)i));
        assert_non_null(ph_rc_text((ph_rc)i));
        assert_true(ph_rc_text((ph_rc)i)[0] != '\0');
        for (int j = 0; j < i; j++)
            assert_string_not_equal(ph_rc_name((ph_rc)i), ph_rc_name((ph_rc)j));
    }
}

static void classes_are_those_of_the_table(void **state)
{
    (void)state;
    assert_int_equal(ph_rc_class(PH_OK), PH_CLASS_OK);
    assert_int_equal(ph_rc_class(PH_NO_SPACE), PH_CLASS_RETRY);
    assert_int_equal(ph_rc_class(PH_MALFORMED), PH_CLASS_REJECT);
    assert_int_equal(ph_rc_class(PH_DURABILITY), PH_CLASS_FATAL);
    assert_string_equal(ph_rc_name(PH_NO_SPACE), "NO_SPACE");
    assert_string_equal(ph_rc_text(PH_NO_SPACE), "no space left");
}

static void only_ok_is_ok(void **state)
{
    (void)state;
    for (int i = 0; i < PH_RC_COUNT; i++)
        assert_int_equal(ph_rc_class((ph_rc)i) == PH_CLASS_OK, i == PH_OK);
}

static void an_unknown_number_is_a_bug(void **state)
{
    (void)state;
    const int strange[] = {PH_RC_COUNT, PH_RC_COUNT + 1, 255};
    for (size_t i = 0; i < sizeof strange / sizeof strange[0]; i++) {
        assert_int_equal(ph_rc_class((ph_rc)strange[i]), PH_CLASS_FATAL);
        assert_string_equal(ph_rc_name((ph_rc)strange[i]), "BUG");
    }
}

static void a_pair_of_texts_gives_the_one_asked_for(void **state)
{
    (void)state;
    assert_string_equal(ph_tr(PH_LANG_VI, "chỉ tiêu", "indicator"), "chỉ tiêu");
    assert_string_equal(ph_tr(PH_LANG_EN, "chỉ tiêu", "indicator"), "indicator");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_code_has_name_text_and_class),
        cmocka_unit_test(classes_are_those_of_the_table),
        cmocka_unit_test(only_ok_is_ok),
        cmocka_unit_test(an_unknown_number_is_a_bug),
        cmocka_unit_test(a_pair_of_texts_gives_the_one_asked_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
