/* test_writer - smallest encodings, sticky errors, and every name of the wire's tables.   Layer: tests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_figure.h"
#include "ph_frame.h"
#include "ph_json.h"
#include "ph_session.h"
#include "ph_submission.h"
#include "ph_verdict.h"
#include "ph_wire.h"
#include "ph_writer.h"

static void check_int(int64_t v, const char *bytes, size_t len)
{
    ph_buf b;

    ph_buf_init(&b, 16);
    ph_write_int(&b, v);
    assert_int_equal(b.len, len);
    assert_memory_equal(b.ptr, bytes, len);
    if (v >= 0) {
        ph_buf_clear(&b);
        ph_write_uint(&b, (uint64_t)v);
        assert_int_equal(b.len, len);
        assert_memory_equal(b.ptr, bytes, len);
    }
    ph_buf_done(&b);
}
#define INT(v, literal) check_int(v, literal, sizeof(literal) - 1)

static void integers_take_the_fewest_bytes(void **state)
{
    (void)state;
    INT(0, "\x00");
    INT(127, "\x7f");
    INT(128, "\xcc\x80");
    INT(255, "\xcc\xff");
    INT(256, "\xcd\x01\x00");
    INT(65535, "\xcd\xff\xff");
    INT(65536, "\xce\x00\x01\x00\x00");
    INT(4294967295, "\xce\xff\xff\xff\xff");
    INT(4294967296, "\xcf\x00\x00\x00\x01\x00\x00\x00\x00");
    INT(-1, "\xff");
    INT(-32, "\xe0");
    INT(-33, "\xd0\xdf");
    INT(-128, "\xd0\x80");
    INT(-129, "\xd1\xff\x7f");
    INT(-32768, "\xd1\x80\x00");
    INT(-32769, "\xd2\xff\xff\x7f\xff");
    INT(INT32_MIN, "\xd2\x80\x00\x00\x00");
    INT(INT64_C(-2147483649), "\xd3\xff\xff\xff\xff\x7f\xff\xff\xff");
}

static void heads_take_the_fewest_bytes(void **state)
{
    static const uint8_t bytes[70000];
    static const struct {
        size_t n, text, bin, array, map; /* bytes of the head */
    } rows[] = {{0, 1, 2, 1, 1},   {15, 1, 2, 1, 1},  {16, 1, 2, 3, 3},    {31, 1, 2, 3, 3},   {32, 2, 2, 3, 3},
                {255, 2, 2, 3, 3}, {256, 3, 3, 3, 3}, {65535, 3, 3, 3, 3}, {65536, 5, 5, 5, 5}};
    ph_buf b;

    (void)state;
    ph_buf_init(&b, sizeof bytes + 8);
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        ph_write_text(&b, ph_span_of(bytes, rows[i].n));
        assert_int_equal(b.len, rows[i].text + rows[i].n);
        ph_buf_clear(&b);
        ph_write_bin(&b, bytes, rows[i].n);
        assert_int_equal(b.len, rows[i].bin + rows[i].n);
        ph_buf_clear(&b);
        ph_write_array(&b, rows[i].n);
        assert_int_equal(b.len, rows[i].array);
        ph_buf_clear(&b);
        ph_write_map(&b, rows[i].n);
        assert_int_equal(b.len, rows[i].map);
        ph_buf_clear(&b);
    }
    ph_buf_done(&b);
}

static void an_error_sticks_and_nothing_is_written_behind_it(void **state)
{
    ph_buf b;

    (void)state;
    ph_buf_init(&b, 4);
    ph_write_str(&b, "abc");
    assert_int_equal(b.rc, PH_OK);
    ph_write_bool(&b, true);
    assert_int_equal(b.rc, PH_LIMIT);
    ph_write_nil(&b);
    ph_write_uint(&b, 1);
    assert_int_equal(b.len, 4);
    ph_buf_done(&b);
}

static void a_message_too_long_for_its_buffer_says_so(void **state)
{
    const ph_observation cells[] = {
        {.indicator = ph_span_str("IIP"), .value = {.mantissa = 89, .scale = 1}, .status = 'A'}};
    const ph_submission s = {.unit = ph_span_str("hanam"),
                             .cluster = ph_span_str("dbsh"),
                             .form = ph_span_str("f"),
                             .period = {.freq = PH_FREQ_S, .year = 2023, .index = 1},
                             .revision = 1,
                             .n_observations = 1,
                             .observations = cells};
    ph_buf b;

    (void)state;
    ph_buf_init(&b, 1024);
    ph_submission_write(&s, &b);
    assert_int_equal(b.rc, PH_OK);
    size_t need = b.len;
    ph_buf_done(&b);
    for (size_t max = 0; max < need; max++) {
        ph_buf_init(&b, max);
        ph_submission_write(&s, &b);
        assert_int_equal(b.rc, PH_LIMIT);
        ph_buf_done(&b);
    }
}

static void json_escapes_what_it_must(void **state)
{
    ph_buf b;

    (void)state;
    ph_buf_init(&b, 256);
    ph_json j = ph_json_over(&b);
    ph_json_begin_array(&j);
    ph_json_text(&j, ph_span_of("\"\\\b\f\n\r\t\0\x1f\x7f/ế", 14));
    ph_json_text(&j, (ph_span){0});
    ph_json_begin_object(&j);
    ph_json_key(&j, "a");
    ph_json_uint(&j, UINT64_MAX);
    ph_json_key(&j, "b");
    ph_json_decimal(&j, (ph_decimal){.mantissa = -5, .scale = 2});
    ph_json_end_object(&j);
    ph_json_end_array(&j);
    (void)ph_buf_put_byte(&b, 0);
    assert_string_equal(
        (const char *)b.ptr,
        "[\"\\\"\\\\\\b\\f\\n\\r\\t\\u0000\\u001f\x7f/ế\",\"\",{\"a\":18446744073709551615,\"b\":\"-0.05\"}]");
    ph_buf_done(&b);
}

/* ---- the longest answer ---- */

static void make_longest_case(ph_span text, ph_case_line *ret)
{
    const ph_decimal number = {.mantissa = -PH_DECIMAL_MAX_MANTISSA, .scale = PH_DECIMAL_MAX_SCALE};
    ph_span id = ph_span_of(text.ptr, PH_MAX_ID_TEXT), words = ph_span_of(text.ptr, PH_MAX_NOTE_BYTES);

    *ret = (ph_case_line){.of = {.cluster = id,
                                 .form = id,
                                 .period = {PH_FREQ_S, 2023, 1},
                                 .unit = id,
                                 .indicator = id,
                                 .value = number,
                                 .status = 'A'},
                          .state = PH_CASE_OVERRIDDEN,
                          .n_rules = PH_CASE_MAX_RULES,
                          .explanation = words,
                          .reason = words,
                          .entry = PH_WIRE_MAX_SEQ};
    for (unsigned i = 0; i < PH_CASE_MAX_RULES; i++) {
        ret->rules[i] = id;
        ret->found[i] = (ph_case_found){.is_known = true,
                                        .has_value = true,
                                        .has_bound = true,
                                        .value = number,
                                        .bound = number,
                                        .detail = ph_span_of(text.ptr, PH_MAX_TEXT_BYTES)};
    }
}

static void the_longest_status_fits_a_reply(void **state)
{
    static uint8_t letters[PH_MAX_NOTE_BYTES];
    static ph_expected expected[PH_MAX_EXPECTED], expected_again[PH_MAX_EXPECTED];
    static ph_case_line cases[PH_MAX_CASES], cases_again[PH_MAX_CASES];
    ph_status s = {.number = UINT32_MAX,
                   .has_more = true,
                   .n_unknown = PH_MAX_QUERY_IDS,
                   .n_expected = PH_MAX_EXPECTED,
                   .expected = expected,
                   .has_cases = true,
                   .has_more_cases = true,
                   .n_cases = PH_MAX_CASES,
                   .cases = cases},
              again;
    ph_buf b;

    (void)state;
    memset(letters, 'x', sizeof letters);
    ph_span id = ph_span_of(letters, PH_MAX_ID_TEXT);
    for (size_t i = 0; i < PH_MAX_EXPECTED; i++)
        expected[i] = (ph_expected){.cluster = id,
                                    .form = id,
                                    .period = {PH_FREQ_S, 2023, 1},
                                    .state = PH_PERIOD_REOPENED,
                                    .due_us = PH_WIRE_MAX_TIME_US,
                                    .highest_revision = UINT32_MAX,
                                    .last_revision = UINT32_MAX,
                                    .n_held = UINT32_MAX};
    for (size_t i = 0; i < PH_MAX_CASES; i++)
        make_longest_case(ph_span_of(letters, sizeof letters), &cases[i]);
    ph_buf_init(&b, PH_MAX_REPLY_BYTES - PH_FRAME_HEADER_BYTES);
    ph_status_write(&s, &b);
    assert_int_equal(b.rc, PH_OK);
    assert_int_equal(ph_status_read(ph_buf_span(&b), expected_again, cases_again, &again), PH_OK);
    assert_int_equal(again.n_cases, PH_MAX_CASES);
    assert_int_equal(cases_again[PH_MAX_CASES - 1].found[PH_CASE_MAX_RULES - 1].detail.len, PH_MAX_TEXT_BYTES);
    ph_buf_done(&b);
}

static void numbers_of_the_wire_have_their_names(void **state)
{
    ph_verdict v = PH_VERDICT_ACCEPTED;
    ph_method m = PH_METHOD_MEAN;

    (void)state;
    assert_string_equal(ph_msg_name(PH_MSG_HELLO), "hello");
    assert_string_equal(ph_msg_name(PH_MSG_CHUNK), "chunk");
    assert_string_equal(ph_msg_name((ph_msg_type)99), "unknown");
    assert_string_equal(ph_verdict_name(PH_VERDICT_NO_SPACE), "NO_SPACE");
    assert_string_equal(ph_entry_kind_name(PH_ENTRY_FIGURE_SEAL), "figure_seal");
    assert_string_equal(ph_action_name(PH_ACTION_HOLD), "hold");
    assert_true(ph_verdict_consumes(PH_VERDICT_REJECTED));
    assert_false(ph_verdict_consumes(PH_VERDICT_BUSY));
    assert_int_equal(ph_verdict_from(22, &v), PH_OK);
    assert_int_equal(v, PH_VERDICT_CONFLICT);
    assert_int_equal(ph_verdict_from(4, &v), PH_MALFORMED);
    assert_int_equal(ph_verdict_from(UINT64_C(1) << 32 | 1, &v), PH_MALFORMED);
    assert_int_equal(v, PH_VERDICT_CONFLICT);
    assert_int_equal(ph_method_from_name(ph_span_str("weighted_mean"), &m), PH_OK);
    assert_int_equal(m, PH_METHOD_WEIGHTED_MEAN);
    assert_int_equal(ph_method_from_name(ph_span_str("mode"), &m), PH_NOT_FOUND);
    assert_string_equal(ph_method_name(PH_METHOD_LIST), "list");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers_take_the_fewest_bytes),
        cmocka_unit_test(heads_take_the_fewest_bytes),
        cmocka_unit_test(an_error_sticks_and_nothing_is_written_behind_it),
        cmocka_unit_test(a_message_too_long_for_its_buffer_says_so),
        cmocka_unit_test(json_escapes_what_it_must),
        cmocka_unit_test(the_longest_status_fits_a_reply),
        cmocka_unit_test(numbers_of_the_wire_have_their_names),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
