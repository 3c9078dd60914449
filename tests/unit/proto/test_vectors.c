/* test_vectors - every vector of proto/vectors against the codecs, and against itself cut, lengthened and flipped.
 * Layer: tests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_case.h"
#include "ph_figure.h"
#include "ph_vectors.h"
#include "ph_walk.h"

enum { AGAIN_BYTES = 1024 * 1024 };

/* One run of a walker over a heap block of exactly the length, so that a read past its end is seen. */
static ph_rc walk_exact(ph_walk_fn walk, const uint8_t *bytes, size_t len, json_t **ret, ph_buf *again)
{
    uint8_t *copy = malloc(len > 0 ? len : 1);

    assert_non_null(copy);
    memcpy(copy, bytes, len);
    ph_buf_clear(again);
    ph_rc rc = walk(ph_span_of(copy, len), ret, again);
    free(copy);
    return rc;
}

static void check_meaning(const char *name, const json_t *wanted, json_t *got)
{
    if (!json_equal(wanted, got)) {
        char *a = json_dumps(wanted, JSON_SORT_KEYS), *b = json_dumps(got, JSON_SORT_KEYS);
        print_error("%s\nwanted %s\ngot    %s\n", name, a, b);
        free(a);
        free(b);
        fail();
    }
}

/* Good: means what it says and is written as it came, or, where it came otherwise, means the same once rewritten. */
static void check_good(const json_t *v, ph_walk_fn walk, ph_span raw, ph_buf *again)
{
    const char *name = ph_vector_text(v, "name");
    json_t *meaning = NULL;

    assert_int_equal(walk_exact(walk, raw.ptr, raw.len, &meaning, again), PH_OK);
    assert_int_equal(again->rc, PH_OK);
    check_meaning(name, json_object_get(v, "meaning"), meaning);
    json_decref(meaning);
    bool same = ph_span_eq(ph_buf_span(again), raw);
    assert_int_equal(same, json_is_true(json_object_get(v, "canonical")));
    if (same)
        return;
    ph_buf second;
    ph_buf_init(&second, AGAIN_BYTES);
    assert_int_equal(walk_exact(walk, again->ptr, again->len, &meaning, &second), PH_OK);
    check_meaning(name, json_object_get(v, "meaning"), meaning);
    json_decref(meaning);
    ph_buf_done(&second);
}

static void check_vector(const json_t *v, void *arg)
{
    ph_walk_fn walk = ph_walk_of(ph_vector_text(v, "decoder"));
    ph_buf raw, *again = arg;
    json_t *meaning = NULL;

    assert_non_null(walk);
    ph_vector_bytes(v, "hex", &raw);
    if (strcmp(ph_vector_text(v, "result"), "OK") == 0) {
        check_good(v, walk, ph_buf_span(&raw), again);
    } else {
        ph_rc rc = walk_exact(walk, raw.ptr, raw.len, &meaning, again);
        if (strcmp(ph_rc_name(rc), ph_vector_text(v, "result")) != 0) {
            print_error("%s %s: wanted %s, got %s\n", ph_vector_text(v, "decoder"), ph_vector_text(v, "name"),
                        ph_vector_text(v, "result"), ph_rc_name(rc));
            fail();
        }
        assert_null(meaning);
        assert_int_equal(again->len, 0);
    }
    ph_buf_done(&raw);
}

static const char *const files[] = {"frame",   "envelope", "submission", "workflow",
                                    "verdict", "receipt",  "session",    "issue"};

static void each(void (*check)(const json_t *v, void *arg))
{
    ph_buf again;

    ph_buf_init(&again, AGAIN_BYTES);
    for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
        ph_vectors_each(files[i], check, &again);
    ph_buf_done(&again);
}

static void each_vector_gives_its_result_and_meaning(void **state)
{
    (void)state;
    each(check_vector);
}

/* Every proper prefix of a good message is refused; a frame is only four bytes and whatever follows. */
static void check_cut(const json_t *v, void *arg)
{
    ph_walk_fn walk = ph_walk_of(ph_vector_text(v, "decoder"));
    ph_buf raw, *again = arg;
    json_t *meaning = NULL;

    if (walk == ph_walk_frame || strcmp(ph_vector_text(v, "result"), "OK") != 0)
        return;
    ph_vector_bytes(v, "hex", &raw);
    size_t from = raw.len > 4096 ? raw.len - 512 : 0;
    for (size_t len = from; len < raw.len; len++) {
        ph_rc rc = walk_exact(walk, raw.ptr, len, &meaning, again);
        assert_int_not_equal(rc, PH_OK);
        assert_int_equal(ph_rc_class(rc), PH_CLASS_REJECT);
    }
    ph_buf_done(&raw);
}

static void every_vector_cut_at_every_byte_is_refused(void **state)
{
    (void)state;
    each(check_cut);
}

/* What a flipped bit does is not ours to say, but: refused as input, or taken and stable once written. */
static void check_one_flip(ph_walk_fn walk, const uint8_t *bytes, size_t len, ph_buf *again)
{
    json_t *first = NULL, *second = NULL;
    ph_rc rc = walk_exact(walk, bytes, len, &first, again);

    if (rc != PH_OK) {
        assert_int_equal(ph_rc_class(rc), PH_CLASS_REJECT);
        return;
    }
    ph_buf copy, third;
    ph_buf_init(&copy, AGAIN_BYTES);
    ph_buf_init(&third, AGAIN_BYTES);
    assert_int_equal(ph_buf_put_span(&copy, ph_buf_span(again)), PH_OK);
    assert_int_equal(walk_exact(walk, copy.ptr, copy.len, &second, &third), PH_OK);
    assert_true(json_equal(first, second));
    assert_true(ph_span_eq(ph_buf_span(&copy), ph_buf_span(&third)));
    json_decref(first);
    json_decref(second);
    ph_buf_done(&copy);
    ph_buf_done(&third);
}

static void check_flips(const json_t *v, void *arg)
{
    ph_walk_fn walk = ph_walk_of(ph_vector_text(v, "decoder"));
    ph_buf raw;

    ph_vector_bytes(v, "hex", &raw);
    size_t step = raw.len <= 64 ? 1 : raw.len * 8 / 256;
    for (size_t bit = 0; bit < raw.len * 8 && raw.len <= 4096; bit += step) {
        raw.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
        check_one_flip(walk, raw.ptr, raw.len, arg);
        raw.ptr[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    ph_buf_done(&raw);
}

static void every_vector_with_a_bit_flipped_is_refused_or_stable(void **state)
{
    (void)state;
    each(check_flips);
}

/* ---- the digest of a value ---- */

static void check_value(const json_t *v, void *arg)
{
    ph_spoken_value value = {.cluster = ph_span_str(ph_vector_text(v, "cluster")),
                             .form = ph_span_str(ph_vector_text(v, "form")),
                             .unit = ph_span_str(ph_vector_text(v, "unit")),
                             .indicator = ph_span_str(ph_vector_text(v, "indicator")),
                             .status = ph_vector_text(v, "status")[0]};
    char hex[2 * PH_DIGEST_BYTES + 1];

    assert_int_equal(ph_period_parse(ph_span_str(ph_vector_text(v, "period")), &value.period), PH_OK);
    assert_int_equal(ph_decimal_parse(ph_span_str(ph_vector_text(v, "value")), &value.value), PH_OK);
    ph_digest digest = ph_spoken_value_digest(&value);
    ph_hex_print(digest.bytes, sizeof digest.bytes, hex);
    assert_string_equal(hex, ph_vector_text(v, "digest"));
    ++*(size_t *)arg;
}

static void each_value_has_its_digest(void **state)
{
    size_t n = 0;

    (void)state;
    ph_vectors_each("value", check_value, &n);
    assert_true(n >= 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_vector_gives_its_result_and_meaning),
        cmocka_unit_test(each_value_has_its_digest),
        cmocka_unit_test(every_vector_cut_at_every_byte_is_refused),
        cmocka_unit_test(every_vector_with_a_bit_flipped_is_refused_or_stable),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
