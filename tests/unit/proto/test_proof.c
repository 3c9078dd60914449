/* test_proof - leaves, signatures, proofs, records and chains against the vectors.   Layer: tests */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "ph_figure.h"
#include "ph_receipt.h"
#include "ph_vectors.h"

static void check_digest(const json_t *v, const char *key, ph_digest got)
{
    ph_digest wanted;

    ph_vector_exact(v, key, wanted.bytes, sizeof wanted.bytes);
    assert_memory_equal(wanted.bytes, got.bytes, sizeof got.bytes);
}

static ph_entry_kind kind_of(const char *name)
{
#define PH_X(id, number, text)   \
    if (strcmp(name, text) == 0) \
        return PH_ENTRY_##id;
    PH_ENTRY_MAP(PH_X)
#undef PH_X
    fail_msg("no entry kind `%s`", name);
    return PH_ENTRY_GENESIS;
}

static void check_leaf(const json_t *v, void *arg)
{
    const json_t *from = json_object_get(v, "leaf");
    ph_leaf leaf = {
        .seq = ph_vector_uint(from, "seq"),
        .received_at_us = (int64_t)ph_vector_uint(from, "received_at_us"),
        .kind = kind_of(ph_vector_text(from, "kind")),
        .unit = ph_span_str(ph_vector_text(from, "unit")),
    };

    (void)arg;
    ph_vector_exact(from, "id", leaf.id.bytes, PH_UUID_BYTES);
    ph_vector_exact(from, "body", leaf.body.bytes, PH_DIGEST_BYTES);
    ph_vector_exact(from, "key_id", leaf.key_id.bytes, PH_KEY_ID_BYTES);
    ph_vector_exact(from, "signature", leaf.signature.bytes, PH_DIGEST_BYTES);
    ph_vector_exact(from, "registry", leaf.registry.bytes, PH_DIGEST_BYTES);
    ph_vector_exact(from, "verdict", leaf.verdict.bytes, PH_DIGEST_BYTES);
    check_digest(v, "hash", ph_leaf_hash(&leaf));
}

static void leaves_hash_as_the_vectors_say(void **state)
{
    (void)state;
    ph_vectors_each("leaf", check_leaf, NULL);
}

static ph_sign_context context_of(const char *name)
{
#define PH_X(id, text)           \
    if (strcmp(name, text) == 0) \
        return PH_SIGN_##id;
    PH_SIGN_CONTEXT_MAP(PH_X)
#undef PH_X
    fail_msg("no context `%s`", name);
    return PH_SIGN_CONTEXT_COUNT;
}

static void check_signature(const json_t *v, void *arg)
{
    uint8_t public_key[PH_SIGN_PUBLIC_BYTES], secret[PH_SIGN_SECRET_BYTES], seed[PH_SIGN_SEED_BYTES];
    ph_signature wanted, made;
    ph_sign_context context = context_of(ph_vector_text(v, "context"));
    ph_buf message;

    (void)arg;
    ph_vector_exact(v, "public", public_key, sizeof public_key);
    ph_vector_exact(v, "signature", wanted.bytes, sizeof wanted.bytes);
    ph_vector_bytes(v, "message", &message);
    ph_rc rc = ph_sign_verify(context, public_key, ph_buf_span(&message), &wanted);
    assert_string_equal(ph_rc_name(rc), ph_vector_text(v, "result"));
    if (json_object_get(v, "seed") != NULL) {
        ph_vector_exact(v, "seed", seed, sizeof seed);
        ph_sign_keypair(seed, public_key, secret);
        assert_int_equal(ph_sign_make(context, secret, ph_buf_span(&message), &made), PH_OK);
        assert_memory_equal(made.bytes, wanted.bytes, sizeof made.bytes);
    }
    ph_buf_done(&message);
}

static void signatures_hold_as_the_vectors_say(void **state)
{
    (void)state;
    ph_vectors_each("signature", check_signature, NULL);
}

static void check_proof(const json_t *v, void *arg)
{
    static ph_receipt store[PH_MAX_RECEIPTS];
    uint8_t receipt_key[PH_SIGN_PUBLIC_BYTES];
    ph_receipts frame;
    ph_buf body;

    (void)arg;
    ph_vector_exact(v, "receipt_key", receipt_key, sizeof receipt_key);
    ph_vector_bytes(v, "body", &body);
    assert_int_equal(ph_receipts_read(ph_buf_span(&body), store, &frame), PH_OK);
    ph_rc rc = ph_receipt_verify(&frame, &frame.items[0], ph_span_str(ph_vector_text(v, "unit")), receipt_key);
    if (strcmp(ph_rc_name(rc), ph_vector_text(v, "result")) != 0)
        fail_msg("%s: wanted %s, got %s", ph_vector_text(v, "name"), ph_vector_text(v, "result"), ph_rc_name(rc));
    ph_buf_done(&body);
}

static void proofs_hold_as_the_vectors_say(void **state)
{
    (void)state;
    ph_vectors_each("proof", check_proof, NULL);
}

static void a_checkpoint_signed_here_verifies_and_no_other(void **state)
{
    uint8_t public_key[PH_SIGN_PUBLIC_BYTES], secret[PH_SIGN_SECRET_BYTES];
    const uint8_t seed[PH_SIGN_SEED_BYTES] = {7};
    ph_checkpoint c = {.size = 3, .sealed_at_us = 5};

    (void)state;
    ph_sign_keypair(seed, public_key, secret);
    c.key_id = ph_key_id_of(public_key);
    assert_int_equal(ph_checkpoint_sign(&c, secret), PH_OK);
    assert_int_equal(ph_checkpoint_verify(&c, public_key), PH_OK);
    c.sealed_at_us = 6;
    assert_int_equal(ph_checkpoint_verify(&c, public_key), PH_FORBIDDEN);
    c.sealed_at_us = 5;
    c.key_id.bytes[0] ^= 1;
    assert_int_equal(ph_checkpoint_verify(&c, public_key), PH_FORBIDDEN);
}

static void check_text(const char *wanted, const ph_buf *got)
{
    if (!ph_span_is(ph_buf_span(got), wanted))
        fail_msg("wanted %s\ngot    %.*s", wanted, (int)got->len, (const char *)got->ptr);
}

/* name NUL value NUL, in the order of the vector. */
static void check_headers(const json_t *wanted, const ph_record *r)
{
    const char *at = (const char *)r->headers.ptr;
    size_t i;
    json_t *row;

    assert_int_equal(json_array_size(wanted), r->n_headers);
    json_array_foreach(wanted, i, row)
    {
        for (size_t k = 0; k < 2; k++) {
            assert_string_equal(at, json_string_value(json_array_get(row, k)));
            at += strlen(at) + 1;
        }
    }
    assert_ptr_equal(at, r->headers.ptr + r->headers.len);
}

static void check_record(const json_t *v, void *arg)
{
    static ph_figure figures[PH_MAX_OBSERVATIONS];
    ph_record *r = arg;
    ph_issue issue;
    ph_uuid epoch;
    ph_buf packed;

    ph_vector_exact(v, "epoch", epoch.bytes, sizeof epoch.bytes);
    ph_vector_bytes(v, "issue", &packed);
    assert_int_equal(ph_issue_read(ph_buf_span(&packed), figures, PH_MAX_OBSERVATIONS, &issue), PH_OK);
    uint32_t at = (uint32_t)ph_vector_uint(v, "record");
    assert_true(at < ph_issue_n_records(&issue));
    assert_int_equal(ph_record_render(&issue, at, ph_vector_uint(v, "number"), &epoch, r), PH_OK);
    assert_int_equal(r->number, ph_vector_uint(v, "number"));
    check_text(ph_vector_text(v, "key"), &r->key);
    check_text(ph_vector_text(v, "value"), &r->value);
    check_headers(json_object_get(v, "headers"), r);
    if (at < issue.n_figures)
        check_digest(v, "identity", ph_figure_identity(&issue, &issue.figures[at]));
    ph_buf_done(&packed);
}

static void records_are_rendered_as_the_vectors_say(void **state)
{
    ph_record r;

    (void)state;
    ph_record_init(&r); /* one for all: what stands in it from before must not show */
    ph_vectors_each("record", check_record, &r);
    ph_record_done(&r);
    ph_record_done(&r);
}

static void check_chain(const json_t *v, void *arg)
{
    ph_digest previous, packed;

    (void)arg;
    ph_vector_exact(v, "previous", previous.bytes, sizeof previous.bytes);
    ph_vector_exact(v, "packed", packed.bytes, sizeof packed.bytes);
    check_digest(
        v, "chain",
        ph_outbox_chain(&previous, ph_vector_uint(v, "first_record"), (uint32_t)ph_vector_uint(v, "count"), &packed));
}

static void chains_go_on_as_the_vectors_say(void **state)
{
    (void)state;
    ph_vectors_each("chain", check_chain, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(leaves_hash_as_the_vectors_say),
        cmocka_unit_test(signatures_hold_as_the_vectors_say),
        cmocka_unit_test(proofs_hold_as_the_vectors_say),
        cmocka_unit_test(a_checkpoint_signed_here_verifies_and_no_other),
        cmocka_unit_test(records_are_rendered_as_the_vectors_say),
        cmocka_unit_test(chains_go_on_as_the_vectors_say),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
