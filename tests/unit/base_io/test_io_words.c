/* test_io_words - the language of the process, exit codes.   Layer: tests */
#include "ph_exit.h"
#include "ph_locale.h"
#include "ph_scratch.h"

static void clear_environment(void)
{
    assert_int_equal(unsetenv("LANGUAGE") | unsetenv("LC_ALL") | unsetenv("LC_MESSAGES") | unsetenv("LANG"), 0);
}

static void the_language_follows_option_then_environment_then_fallback(void **state)
{
    (void)state;
    bool known;

    clear_environment();
    assert_int_equal(ph_lang_choose(NULL, PH_LANG_VI, &known), PH_LANG_VI);
    assert_true(known);
    assert_int_equal(setenv("LANG", "en_US.UTF-8", 1), 0);
    assert_int_equal(ph_lang_choose(NULL, PH_LANG_VI, NULL), PH_LANG_EN);
    assert_int_equal(setenv("LANGUAGE", "fr:vi:en", 1), 0);
    assert_int_equal(ph_lang_choose("", PH_LANG_EN, NULL), PH_LANG_VI);
    assert_int_equal(ph_lang_choose("en", PH_LANG_VI, &known), PH_LANG_EN);
    assert_true(known);
    assert_int_equal(ph_lang_current(), PH_LANG_EN);
    assert_int_equal(ph_lang_choose("french", PH_LANG_EN, &known), PH_LANG_VI);
    assert_false(known);
    clear_environment();
    assert_int_equal(setenv("LANG", "C.UTF-8", 1), 0);
    assert_int_equal(ph_lang_choose(NULL, PH_LANG_VI, NULL), PH_LANG_VI);
    assert_int_equal(ph_lang_choose("vie", PH_LANG_EN, &known), PH_LANG_EN); /* a word that only begins like one */
    assert_false(known);
    assert_string_equal(PH_T("xong", "done"), "done");
}

static void exit_codes_follow_the_class(void **state)
{
    (void)state;
    ph_err e;
    const struct {
        ph_rc rc;
        const char *code;
        ph_exit exit;
    } cases[] = {{PH_OK, "", PH_EXIT_OK},
                 {PH_INVALID, "", PH_EXIT_FINDINGS},
                 {PH_USAGE, "usage.option", PH_EXIT_USAGE},
                 {PH_INVALID, "cfg.key.unknown", PH_EXIT_CONFIG},
                 {PH_NOT_FOUND, "cfg.file.missing", PH_EXIT_CONFIG},
                 {PH_BUG, "cfg.table", PH_EXIT_BUG},
                 {PH_UNREACHABLE, "", PH_EXIT_AGAIN},
                 {PH_NO_SPACE, "", PH_EXIT_AGAIN},
                 {PH_FORBIDDEN, "key.mode", PH_EXIT_REFUSED},
                 {PH_NOT_FOUND, "key.missing", PH_EXIT_REFUSED},
                 {PH_BUSY, "lock.held", PH_EXIT_REFUSED},
                 {PH_BUSY, "ledger.held", PH_EXIT_REFUSED},
                 {PH_BUSY, "db.5", PH_EXIT_AGAIN},
                 {PH_DURABILITY, "", PH_EXIT_DURABILITY},
                 {PH_CORRUPT, "", PH_EXIT_DURABILITY},
                 {PH_EPOCH, "", PH_EXIT_STOPPED},
                 {PH_FENCED, "", PH_EXIT_STOPPED},
                 {PH_BUG, "", PH_EXIT_BUG}};

    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        (void)ph_err_set(&e, cases[i].rc, cases[i].code, "", "x");
        assert_int_equal(ph_exit_of(cases[i].rc, &e), cases[i].exit);
    }
    assert_int_equal(ph_exit_of(PH_NOT_FOUND, NULL), PH_EXIT_FINDINGS);
    assert_string_equal(ph_exit_text(PH_EXIT_OK, PH_LANG_EN), "done");
}

static void the_table_of_exit_codes_is_whole_in_both_languages(void **state)
{
    (void)state;
    ph_buf b;

    for (int lang = PH_LANG_VI; lang <= (int)PH_LANG_EN; lang++) {
        ph_buf_init(&b, 4096);
        assert_int_equal(ph_exit_table((ph_lang)lang, &b), PH_OK);
        size_t lines = 0;
        for (size_t i = 0; i < b.len; i++)
            lines += b.ptr[i] == '\n';
        assert_int_equal(lines, 9);
        ph_buf_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_language_follows_option_then_environment_then_fallback),
        cmocka_unit_test(exit_codes_follow_the_class),
        cmocka_unit_test(the_table_of_exit_codes_is_whole_in_both_languages),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
