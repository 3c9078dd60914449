/* test_buf - the ceiling holds to the byte, and the first error sticks.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_buf.h"
#include "ph_gen.h"

static void it_is_born_empty_and_owns_nothing(void **state)
{
    (void)state;
    ph_buf b;
    ph_buf_init(&b, 10);
    assert_null(b.ptr);
    assert_int_equal(b.cap, 0);
    assert_int_equal(ph_buf_span(&b).len, 0);
    ph_buf_done(&b);
    ph_buf zeroes = {0};
    ph_buf_done(&zeroes);
}

static void puts_append(void **state)
{
    (void)state;
    ph_buf b;
    ph_buf_init(&b, 64);
    assert_int_equal(ph_buf_put(&b, "ab", 2), PH_OK);
    assert_int_equal(ph_buf_put(&b, NULL, 0), PH_OK);
    assert_int_equal(ph_buf_put_str(&b, "cd"), PH_OK);
    assert_int_equal(ph_buf_put_span(&b, ph_span_str("ef")), PH_OK);
    assert_int_equal(ph_buf_put_byte(&b, 'g'), PH_OK);
    assert_int_equal(ph_buf_printf(&b, "%d-%s", 7, "h"), PH_OK);
    assert_true(ph_span_is(ph_buf_span(&b), "abcdefg7-h"));
    ph_buf_done(&b);
}

static void the_ceiling_holds_to_the_byte(void **state)
{
    (void)state;
    for (size_t max = 0; max < 200; max++) {
        ph_buf b;
        ph_buf_init(&b, max);
        for (size_t i = 0; i < max; i++)
            assert_int_equal(ph_buf_put_byte(&b, (uint8_t)i), PH_OK);
        assert_int_equal(b.len, max);
        assert_true(b.cap <= max);
        assert_int_equal(ph_buf_put_byte(&b, 0), PH_LIMIT);
        assert_int_equal(b.len, max);
        ph_buf_done(&b);
    }
}

static void what_does_not_fit_is_not_begun(void **state)
{
    (void)state;
    ph_buf b;
    ph_buf_init(&b, 5);
    assert_int_equal(ph_buf_put_str(&b, "abc"), PH_OK);
    assert_int_equal(ph_buf_put_str(&b, "def"), PH_LIMIT);
    assert_true(ph_span_is(ph_buf_span(&b), "abc"));
    ph_buf_clear(&b);
    assert_int_equal(ph_buf_printf(&b, "%s", "abcdef"), PH_LIMIT);
    assert_int_equal(b.len, 0);
    ph_buf_clear(&b);
    assert_int_equal(ph_buf_printf(&b, "%s", "abcde"), PH_OK); /* its NUL needs no room */
    assert_true(ph_span_is(ph_buf_span(&b), "abcde"));
    ph_buf_done(&b);
}

static void the_first_error_sticks_until_clear(void **state)
{
    (void)state;
    ph_buf b;
    ph_buf_init(&b, 4);
    assert_int_equal(ph_buf_put_str(&b, "abcde"), PH_LIMIT);
    assert_int_equal(ph_buf_put_byte(&b, 'x'), PH_LIMIT);
    assert_int_equal(ph_buf_put(&b, NULL, 0), PH_LIMIT);
    assert_int_equal(ph_buf_printf(&b, "x"), PH_LIMIT);
    assert_null(ph_buf_reserve(&b, 0));
    assert_int_equal(b.len, 0);
    ph_buf_clear(&b);
    assert_int_equal(b.rc, PH_OK);
    assert_int_equal(ph_buf_put_str(&b, "abcd"), PH_OK);
    ph_buf_done(&b);
}

static void reserve_gives_room_to_write_to(void **state)
{
    (void)state;
    ph_buf b;
    ph_buf_init(&b, 300);
    for (size_t i = 0; i < 3; i++) {
        uint8_t *p = ph_buf_reserve(&b, 100);
        assert_non_null(p);
        memset(p, 'a' + (int)i, 100);
        b.len += 100;
    }
    assert_null(ph_buf_reserve(&b, 1));
    assert_int_equal(b.rc, PH_LIMIT);
    assert_int_equal(b.ptr[0], 'a');
    assert_int_equal(b.ptr[299], 'c');
    ph_buf_done(&b);
    ph_buf_init(&b, 0);
    assert_non_null(ph_buf_reserve(&b, 0));
    ph_buf_done(&b);
}

static void no_ceiling_overflows(void **state)
{
    (void)state;
    ph_buf b;
    ph_buf_init(&b, SIZE_MAX);
    assert_int_equal(ph_buf_put_str(&b, "abc"), PH_OK);
    assert_null(ph_buf_reserve(&b, SIZE_MAX - 3));
    assert_int_equal(b.rc, PH_NOMEM);
    ph_buf_clear(&b);
    assert_int_equal(ph_buf_put_str(&b, "abc"), PH_OK);
    assert_null(ph_buf_reserve(&b, SIZE_MAX));
    assert_int_equal(b.rc, PH_LIMIT);
    ph_buf_done(&b);
}

/* Against an array of the whole, with random puts. */
static void it_holds_what_was_put(void **state)
{
    (void)state;
    static uint8_t model[5000];
    ph_gen g = ph_gen_seeded("it_holds_what_was_put");
    for (int round = 0; round < 200; round++) {
        ph_buf b;
        size_t len = 0;
        ph_buf_init(&b, ph_gen_below(&g, sizeof model));
        while (b.rc == PH_OK) {
            uint8_t piece[64];
            size_t n = ph_gen_below(&g, sizeof piece);
            memset(piece, (int)(ph_gen_next(&g) & 0xFF), sizeof piece);
            bool fits = n <= b.max - len;
            assert_int_equal(ph_buf_put(&b, piece, n), fits ? PH_OK : PH_LIMIT);
            if (fits)
                memcpy(model + len, piece, n);
            len += fits ? n : 0;
            assert_true(b.len == len && b.len <= b.cap && b.cap <= b.max);
        }
        if (len > 0)
            assert_memory_equal(b.ptr, model, len);
        ph_buf_done(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(it_is_born_empty_and_owns_nothing),
        cmocka_unit_test(puts_append),
        cmocka_unit_test(the_ceiling_holds_to_the_byte),
        cmocka_unit_test(what_does_not_fit_is_not_begun),
        cmocka_unit_test(the_first_error_sticks_until_clear),
        cmocka_unit_test(reserve_gives_room_to_write_to),
        cmocka_unit_test(no_ceiling_overflows),
        cmocka_unit_test(it_holds_what_was_put),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
