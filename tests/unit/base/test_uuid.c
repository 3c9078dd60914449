/* test_uuid - version 7 as in RFC 9562, its order by time, its one text form.   Layer: tests/unit/base */
#include <ctype.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_gen.h"
#include "ph_uuid.h"

/* RFC 9562 appendix A.6: 2022-02-22T19:22:22Z, rand_a 0xCC3, rand_b 0x18C4DC0C0C07398F. */
static void the_example_of_the_rfc(void **state)
{
    (void)state;
    static const uint8_t random[PH_UUID_RANDOM_BYTES] = {0x0C, 0xC3, 0x18, 0xC4, 0xDC, 0x0C, 0x0C, 0x07, 0x39, 0x8F};
    char text[PH_UUID_TEXT_BYTES];
    ph_uuid id = ph_uuid_v7(INT64_C(0x017F22E279B0), random);
    ph_uuid_print(&id, text);
    assert_string_equal(text, "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

static void version_and_variant_stand_for_any_random(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("version_and_variant_stand_for_any_random");
    for (int i = 0; i < 1000; i++) {
        uint8_t random[PH_UUID_RANDOM_BYTES];
        for (size_t k = 0; k < sizeof random; k++)
            random[k] = (uint8_t)ph_gen_next(&g);
        ph_uuid id = ph_uuid_v7((int64_t)ph_gen_below(&g, UINT64_C(1) << 48), random);
        assert_int_equal(id.bytes[6] >> 4, 7);
        assert_int_equal(id.bytes[8] >> 6, 2);
        assert_int_equal(id.bytes[6] & 0x0F, random[0] & 0x0F);
        assert_int_equal(id.bytes[8] & 0x3F, random[2] & 0x3F);
        assert_memory_equal(id.bytes + 9, random + 3, 7);
        char text[PH_UUID_TEXT_BYTES];
        ph_uuid back = {{0}};
        ph_uuid_print(&id, text);
        assert_int_equal(ph_uuid_parse(ph_span_str(text), &back), PH_OK);
        assert_true(ph_uuid_eq(&id, &back));
        for (char *c = text; *c != '\0'; c++)
            *c = (char)toupper((unsigned char)*c);
        assert_int_equal(ph_uuid_parse(ph_span_str(text), &back), PH_OK);
        assert_true(ph_uuid_eq(&id, &back));
    }
}

static void later_sorts_behind(void **state)
{
    (void)state;
    uint8_t high[PH_UUID_RANDOM_BYTES];
    uint8_t low[PH_UUID_RANDOM_BYTES] = {0};
    memset(high, 0xFF, sizeof high);
    for (int64_t ms = 1; ms < INT64_C(1) << 47; ms *= 2) {
        ph_uuid before = ph_uuid_v7(ms - 1, high);
        ph_uuid after = ph_uuid_v7(ms, low);
        assert_true(memcmp(before.bytes, after.bytes, PH_UUID_BYTES) < 0);
    }
}

static void one_text_form_only(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}",
        "017f22e2_79b0-7cc3-98c4-dc0c0c07398f",
        "017f22e-279b0-7cc3-98c4-dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398 ",
        "017f22e2-79b0-7cc3-98c4-dc0c0c-7398f",
        "017f22e2-79b0-7cc3-98c40dc0c0c07398f",
    };
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ph_uuid id = {{9}};
        assert_int_equal(ph_uuid_parse(ph_span_str(bad[i]), &id), PH_MALFORMED);
        assert_int_equal(id.bytes[0], 9);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_example_of_the_rfc),
        cmocka_unit_test(version_and_variant_stand_for_any_random),
        cmocka_unit_test(later_sorts_behind),
        cmocka_unit_test(one_text_form_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
