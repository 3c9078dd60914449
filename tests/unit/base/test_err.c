/* test_err - errors carry where, what, what it means and what to do; no cut goes through a character.   Layer:
 * tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_err.h"
#include "ph_span.h"
#include "ph_utf8.h"

static void set_fills_and_returns_the_code(void **state)
{
    (void)state;
    ph_err err;
    memset(&err, 0x5A, sizeof err);
    assert_int_equal(ph_err_set(&err, PH_IO, "spool.write", "/var/spool", "write failed: %d", 28), PH_IO);
    assert_int_equal(err.rc, PH_IO);
    assert_int_equal(err.line, 0);
    assert_int_equal(err.col, 0);
    assert_string_equal(err.code, "spool.write");
    assert_string_equal(err.where, "/var/spool");
    assert_string_equal(err.what, "write failed: 28");
    assert_string_equal(err.means, "");
    assert_string_equal(err.hint, "");
}

static void at_carries_line_and_column(void **state)
{
    (void)state;
    ph_err err;
    assert_int_equal(ph_err_at(&err, PH_INVALID, "cfg.key.unknown", "a.conf", 3, 7, "unknown key `%s`", "lisen"),
                     PH_INVALID);
    assert_int_equal(err.line, 3);
    assert_int_equal(err.col, 7);
    assert_string_equal(err.what, "unknown key `lisen`");
}

static void nobody_need_listen(void **state)
{
    (void)state;
    assert_int_equal(ph_err_set(NULL, PH_IO, "a", "b", "c"), PH_IO);
    assert_int_equal(ph_err_at(NULL, PH_BUSY, "a", "b", 1, 2, "c"), PH_BUSY);
    ph_err_means(NULL, "x");
    ph_err_hint(NULL, "x");
}

static void missing_texts_are_empty(void **state)
{
    (void)state;
    ph_err err;
    assert_int_equal(ph_err_set(&err, PH_IO, NULL, NULL, "c"), PH_IO);
    assert_string_equal(err.code, "");
    assert_string_equal(err.where, "");
}

static void an_error_may_be_wrapped_in_itself(void **state)
{
    (void)state;
    ph_err err;
    (void)ph_err_at(&err, PH_IO, "low", "file", 1, 2, "cannot read");
    ph_err_hint(&err, "look");
    (void)ph_err_set(&err, PH_INVALID, err.code, err.where, "while loading: %s", err.what);
    assert_string_equal(err.code, "low");
    assert_string_equal(err.where, "file");
    assert_string_equal(err.what, "while loading: cannot read");
    assert_string_equal(err.hint, "");
    ph_err_means(&err, "nothing was lost");
    ph_err_means(&err, "%s; go on", err.means);
    assert_string_equal(err.means, "nothing was lost; go on");
    ph_err_hint(&err, "wait");
    ph_err_hint(&err, "%s and see", err.hint);
    assert_string_equal(err.hint, "wait and see");
}

/* Each offset of the cut within "ế" (three bytes), "đ" (two) and a four-byte character. */
static void texts_are_cut_at_a_character(void **state)
{
    (void)state;
    static const char *const letters[] = {"a", "đ", "ế", "\xF0\x9F\x8C\xBE"};
    for (size_t l = 0; l < 4; l++)
        for (size_t shift = 0; shift < 4; shift++) {
            char text[1200] = "";
            size_t len = shift;
            size_t n = strlen(letters[l]);
            memset(text, 'x', shift);
            while (len + n < sizeof text) {
                memcpy(text + len, letters[l], n);
                len += n;
            }
            ph_err err;
            (void)ph_err_set(&err, PH_IO, text, text, "%s", text);
            const char *const fields[] = {err.code, err.where, err.what};
            const size_t sizes[] = {sizeof err.code, sizeof err.where, sizeof err.what};
            for (size_t f = 0; f < 3; f++) {
                size_t got = strlen(fields[f]);
                assert_true(got < sizes[f] && got + n >= sizes[f]);
                assert_memory_equal(fields[f], text, got);
                assert_true(ph_utf8_is_valid(ph_span_str(fields[f])));
            }
        }
}

static void a_text_that_just_fits_is_kept(void **state)
{
    (void)state;
    char text[48];
    memset(text, 'x', 45);
    memcpy(text + 44, "ế", 4);
    ph_err err;
    (void)ph_err_set(&err, PH_IO, text, "", "-");
    assert_string_equal(err.code, text);
}

static void format_says_all_in_order(void **state)
{
    (void)state;
    ph_err err;
    char text[2048];
    (void)ph_err_at(&err, PH_INVALID, "cfg.key.unknown", "a.conf", 3, 7, "unknown key");
    ph_err_means(&err, "the old settings stay");
    ph_err_hint(&err, "write `listen`");
    size_t len = ph_err_format(&err, PH_LANG_EN, text, sizeof text);
    assert_string_equal(text, "a.conf:3:7: unknown key (cfg.key.unknown)\n  it means: the old settings stay\n"
                              "  do: write `listen`");
    assert_int_equal(len, strlen(text));
    (void)ph_err_format(&err, PH_LANG_VI, text, sizeof text);
    assert_string_equal(text, "a.conf:3:7: unknown key (cfg.key.unknown)\n  nghĩa là: the old settings stay\n"
                              "  cách xử lý: write `listen`");
}

static void format_leaves_out_what_is_not_there(void **state)
{
    (void)state;
    ph_err err;
    char text[2048];
    (void)ph_err_set(&err, PH_IO, "", "disk", "full");
    (void)ph_err_format(&err, PH_LANG_EN, text, sizeof text);
    assert_string_equal(text, "disk: full");
    (void)ph_err_set(&err, PH_IO, "x.y", "", "full");
    (void)ph_err_format(&err, PH_LANG_EN, text, sizeof text);
    assert_string_equal(text, "full (x.y)");
    (void)ph_err_at(&err, PH_IO, "", "f", 4, 0, "bad");
    (void)ph_err_format(&err, PH_LANG_EN, text, sizeof text);
    assert_string_equal(text, "f:4: bad");
    err = (ph_err){.rc = PH_NO_SPACE};
    (void)ph_err_format(&err, PH_LANG_EN, text, sizeof text);
    assert_string_equal(text, "no space left");
}

static void format_fits_any_size(void **state)
{
    (void)state;
    ph_err err;
    char whole[2048];
    (void)ph_err_at(&err, PH_INVALID, "c", "ế.conf", 3, 7, "số liệu không đọc được");
    ph_err_hint(&err, "sửa lại");
    size_t len = ph_err_format(&err, PH_LANG_EN, whole, sizeof whole);
    for (size_t size = 1; size <= len + 1; size++) {
        char text[256];
        memset(text, '#', sizeof text);
        size_t got = ph_err_format(&err, PH_LANG_EN, text, size);
        assert_true(got < size && got + 4 >= size);
        assert_int_equal(text[got], '\0');
        assert_int_equal(text[size], '#');
        assert_memory_equal(text, whole, got);
        assert_true(ph_utf8_is_valid(ph_span_of(text, got)));
    }
    char untouched = '#';
    assert_int_equal(ph_err_format(&err, PH_LANG_EN, &untouched, 0), 0);
    assert_int_equal(untouched, '#');
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(set_fills_and_returns_the_code),
        cmocka_unit_test(at_carries_line_and_column),
        cmocka_unit_test(nobody_need_listen),
        cmocka_unit_test(missing_texts_are_empty),
        cmocka_unit_test(an_error_may_be_wrapped_in_itself),
        cmocka_unit_test(texts_are_cut_at_a_character),
        cmocka_unit_test(a_text_that_just_fits_is_kept),
        cmocka_unit_test(format_says_all_in_order),
        cmocka_unit_test(format_leaves_out_what_is_not_there),
        cmocka_unit_test(format_fits_any_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
