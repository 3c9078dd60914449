/* test_sign - signatures bind use, key and bytes; the known ways around Ed25519 are closed.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <sodium/crypto_sign.h>

#include "ph_digest.h"
#include "ph_sign.h"

typedef struct pair {
    uint8_t public_key[PH_SIGN_PUBLIC_BYTES];
    uint8_t secret[PH_SIGN_SECRET_BYTES];
} pair;

static pair pair_of(const char *seed_hex)
{
    pair p;
    uint8_t seed[PH_SIGN_SEED_BYTES];
    assert_int_equal(ph_hex_parse(ph_span_str(seed_hex), seed, sizeof seed), PH_OK);
    ph_sign_keypair(seed, p.public_key, p.secret);
    return p;
}

/* RFC 8032 s.7.1, tests 1 and 2. */
static pair first_pair(void)
{
    return pair_of("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
}

static pair second_pair(void)
{
    return pair_of("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
}

static void keys_are_those_of_the_rfc(void **state)
{
    (void)state;
    char text[2 * PH_SIGN_PUBLIC_BYTES + 1];
    pair p = first_pair();
    ph_hex_print(p.public_key, sizeof p.public_key, text);
    assert_string_equal(text, "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
    assert_memory_equal(p.secret + PH_SIGN_SEED_BYTES, p.public_key, PH_SIGN_PUBLIC_BYTES);
    p = second_pair();
    ph_hex_print(p.public_key, sizeof p.public_key, text);
    assert_string_equal(text, "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
}

static void the_key_id_is_the_head_of_the_digest(void **state)
{
    (void)state;
    pair p = first_pair();
    pair q = second_pair();
    ph_digest digest = ph_digest_of_span(ph_span_of(p.public_key, sizeof p.public_key));
    ph_key_id id = ph_key_id_of(p.public_key);
    ph_key_id other = ph_key_id_of(q.public_key);
    assert_memory_equal(id.bytes, digest.bytes, PH_KEY_ID_BYTES);
    assert_true(ph_key_id_eq(&id, &id));
    assert_false(ph_key_id_eq(&id, &other));
}

/* Put together here by hand: whoever has another library must come to the same bytes. */
static void the_signed_bytes_are_as_written(void **state)
{
    (void)state;
    pair p = first_pair();
    ph_key_id id = ph_key_id_of(p.public_key);
    uint8_t message[128];
    size_t len = 0;
    memcpy(message, "phusa submission\0\1", 18);
    len += 18;
    memcpy(message + len, id.bytes, sizeof id.bytes);
    len += sizeof id.bytes;
    memcpy(message + len, "exact bytes", 11);
    len += 11;
    uint8_t want[PH_SIGNATURE_BYTES];
    ph_signature got;
    assert_int_equal(crypto_sign_detached(want, NULL, message, len, p.secret), 0);
    assert_int_equal(ph_sign_make(PH_SIGN_SUBMISSION, p.secret, ph_span_str("exact bytes"), &got), PH_OK);
    assert_memory_equal(got.bytes, want, sizeof want);
}

static void contexts_do_not_mix(void **state)
{
    (void)state;
    pair p = first_pair();
    for (unsigned made = 0; made < PH_SIGN_CONTEXT_COUNT; made++) {
        ph_signature sig;
        assert_int_equal(ph_sign_make((ph_sign_context)made, p.secret, ph_span_str("x"), &sig), PH_OK);
        for (unsigned asked = 0; asked < PH_SIGN_CONTEXT_COUNT; asked++)
            assert_int_equal(ph_sign_verify((ph_sign_context)asked, p.public_key, ph_span_str("x"), &sig),
                             made == asked ? PH_OK : PH_FORBIDDEN);
    }
}

static void an_unknown_context_is_a_bug(void **state)
{
    (void)state;
    pair p = first_pair();
    ph_signature sig = {{0}};
    assert_int_equal(ph_sign_make(PH_SIGN_CONTEXT_COUNT, p.secret, ph_span_str("x"), &sig), PH_BUG);
    assert_int_equal(ph_sign_verify(PH_SIGN_CONTEXT_COUNT, p.public_key, ph_span_str("x"), &sig), PH_BUG);
}

static void every_bit_counts(void **state)
{
    (void)state;
    pair p = first_pair();
    pair q = second_pair();
    uint8_t text[] = "GRDP_GROWTH 2023-S1";
    ph_span bytes = ph_span_of(text, sizeof text);
    ph_signature sig;
    assert_int_equal(ph_sign_make(PH_SIGN_SUBMISSION, p.secret, bytes, &sig), PH_OK);
    assert_int_equal(ph_sign_verify(PH_SIGN_SUBMISSION, p.public_key, bytes, &sig), PH_OK);
    assert_int_equal(ph_sign_verify(PH_SIGN_SUBMISSION, q.public_key, bytes, &sig), PH_FORBIDDEN);
    assert_int_equal(ph_sign_verify(PH_SIGN_SUBMISSION, p.public_key, ph_span_of(text, sizeof text - 1), &sig),
                     PH_FORBIDDEN);
    for (size_t bit = 0; bit < 8 * sizeof text; bit += 5) {
        text[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(ph_sign_verify(PH_SIGN_SUBMISSION, p.public_key, bytes, &sig), PH_FORBIDDEN);
        text[bit / 8] ^= (uint8_t)(1U << bit % 8);
    }
    for (size_t bit = 0; bit < 8 * sizeof sig.bytes; bit++) {
        ph_signature bent = sig;
        bent.bytes[bit / 8] ^= (uint8_t)(1U << bit % 8);
        assert_int_equal(ph_sign_verify(PH_SIGN_SUBMISSION, p.public_key, bytes, &bent), PH_FORBIDDEN);
    }
}

/* S + L is the same number modulo the order; taking it would give one message two signatures. */
static void a_non_canonical_s_is_refused(void **state)
{
    (void)state;
    static const uint8_t order[32] = {0xED, 0xD3, 0xF5, 0x5C, 0x1A, 0x63, 0x12, 0x58, 0xD6, 0x9C, 0xF7,
                                      0xA2, 0xDE, 0xF9, 0xDE, 0x14, 0,    0,    0,    0,    0,    0,
                                      0,    0,    0,    0,    0,    0,    0,    0,    0,    0x10};
    pair p = first_pair();
    ph_signature sig;
    unsigned carry = 0;
    assert_int_equal(ph_sign_make(PH_SIGN_SUBMISSION, p.secret, ph_span_str("x"), &sig), PH_OK);
    for (size_t i = 0; i < 32; i++) {
        carry += (unsigned)sig.bytes[32 + i] + order[i];
        sig.bytes[32 + i] = (uint8_t)carry;
        carry >>= 8;
    }
    assert_int_equal(carry, 0);
    assert_int_equal(ph_sign_verify(PH_SIGN_SUBMISSION, p.public_key, ph_span_str("x"), &sig), PH_FORBIDDEN);
}

/* With a key of small order one signature (R of small order, S = 0) fits about any message. */
static void keys_of_small_order_are_refused(void **state)
{
    (void)state;
    static const char *const points[] = {
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "0000000000000000000000000000000000000000000000000000000000000080",
        "0100000000000000000000000000000000000000000000000000000000000080",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    };
    enum { POINTS = sizeof points / sizeof points[0] };
    for (size_t a = 0; a < POINTS; a++)
        for (size_t r = 0; r < POINTS; r++)
            for (unsigned message = 0; message < 8; message++) {
                uint8_t key[PH_SIGN_PUBLIC_BYTES];
                ph_signature sig = {{0}};
                assert_int_equal(ph_hex_parse(ph_span_str(points[a]), key, sizeof key), PH_OK);
                assert_int_equal(ph_hex_parse(ph_span_str(points[r]), sig.bytes, 32), PH_OK);
                assert_int_equal(ph_sign_verify(PH_SIGN_CARD, key, ph_span_of(&message, sizeof message), &sig),
                                 PH_FORBIDDEN);
            }
}

static void assert_signed_and_verified(const pair *p, ph_span bytes)
{
    ph_signature sig;
    assert_int_equal(ph_sign_make(PH_SIGN_ROSTER, p->secret, bytes, &sig), PH_OK);
    assert_int_equal(ph_sign_verify(PH_SIGN_ROSTER, p->public_key, bytes, &sig), PH_OK);
}

/* Around the border between stack and heap, and at the limit. */
static void any_size_up_to_the_limit(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 2500, 32 * 1024, 32 * 1024 + 1, PH_SIGN_MAX_BYTES};
    pair p = first_pair();
    uint8_t *bytes = calloc(1, PH_SIGN_MAX_BYTES);
    assert_non_null(bytes);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        assert_signed_and_verified(&p, ph_span_of(bytes, sizes[i]));
    for (size_t len = 32 * 1024 - 48; len < 32 * 1024; len++)
        assert_signed_and_verified(&p, ph_span_of(bytes, len));
    ph_signature sig = {{7}};
    assert_int_equal(ph_sign_make(PH_SIGN_ROSTER, p.secret, ph_span_of(bytes, PH_SIGN_MAX_BYTES + 1), &sig), PH_LIMIT);
    assert_int_equal(sig.bytes[0], 7);
    assert_int_equal(ph_sign_verify(PH_SIGN_ROSTER, p.public_key, ph_span_of(bytes, SIZE_MAX), &sig), PH_LIMIT);
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keys_are_those_of_the_rfc),       cmocka_unit_test(the_key_id_is_the_head_of_the_digest),
        cmocka_unit_test(the_signed_bytes_are_as_written), cmocka_unit_test(contexts_do_not_mix),
        cmocka_unit_test(an_unknown_context_is_a_bug),     cmocka_unit_test(every_bit_counts),
        cmocka_unit_test(a_non_canonical_s_is_refused),    cmocka_unit_test(keys_of_small_order_are_refused),
        cmocka_unit_test(any_size_up_to_the_limit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
