/* test_merkle_consistency - a newer tree proves that it only added; any other is refused.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "ph_merkle.h"
#include "ph_merkle_naive.h"

enum { MAX_SIZE = 70 };

static ph_digest leaves[NAIVE_LEAVES];
static ph_digest roots[MAX_SIZE + 1];

static int with_leaves(void **state)
{
    (void)state;
    naive_leaves(leaves);
    for (uint64_t n = 0; n <= MAX_SIZE; n++)
        roots[n] = naive_root(leaves, n);
    return 0;
}

static void known_proofs(void **state)
{
    (void)state;
    static const char data[] = "\x00\x10\x20\x21\x30\x31\x40\x41\x42\x43\x50\x51\x52\x53\x54\x55\x56\x57"
                               "\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f";
    static const size_t lengths[] = {0, 1, 1, 2, 2, 4, 8, 16};
    static const struct {
        uint64_t m;
        uint64_t n;
        size_t count;
        const char *nodes[3];
    } cases[] = {
        {1, 1, 0, {NULL}},
        {1,
         8,
         3,
         {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
          "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
        {6,
         8,
         3,
         {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
          "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
          "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
        {2,
         5,
         2,
         {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
          "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}},
    };
    ph_digest known[8];
    for (size_t i = 0, at = 0; i < 8; at += lengths[i++])
        known[i] = ph_merkle_leaf(ph_span_of(data + at, lengths[i]));
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_digest proof[8];
        size_t n = 0;
        assert_int_equal(ph_merkle_consistency(known, cases[i].n, cases[i].m, proof, 8, &n), PH_OK);
        assert_int_equal(n, cases[i].count);
        for (size_t k = 0; k < n; k++) {
            char text[PH_DIGEST_TEXT_BYTES];
            ph_hex_print(proof[k].bytes, PH_DIGEST_BYTES, text);
            assert_string_equal(text, cases[i].nodes[k]);
        }
    }
}

static void every_older_tree_is_a_part_of_every_newer(void **state)
{
    (void)state;
    for (uint64_t n = 0; n <= MAX_SIZE; n++)
        for (uint64_t m = 0; m <= n; m++) {
            ph_digest proof[16];
            size_t count = 99;
            assert_int_equal(ph_merkle_consistency(leaves, n, m, proof, 16, &count), PH_OK);
            assert_int_equal(ph_merkle_check_consistency(m, &roots[m], n, &roots[n], proof, count), PH_OK);
            if (count > 0) {
                size_t none = 99;
                assert_int_equal(ph_merkle_consistency(leaves, n, m, proof, count - 1, &none), PH_LIMIT);
                assert_int_equal(none, 99);
            }
        }
}

/* The check over a heap block of just @count nodes, so that a read beyond them is seen. */
static ph_rc check_exactly(uint64_t m, uint64_t n, const ph_digest *proof, size_t count)
{
    ph_digest *copy = malloc(count * sizeof *copy + (count == 0 ? 1 : 0));
    assert_non_null(copy);
    if (count > 0)
        memcpy(copy, proof, count * sizeof *copy);
    ph_rc rc = ph_merkle_check_consistency(m, &roots[m], n, &roots[n], copy, count);
    free(copy);
    return rc;
}

static void every_change_is_seen(void **state)
{
    (void)state;
    for (uint64_t n = 1; n <= 33; n++)
        for (uint64_t m = 0; m <= n; m++) {
            ph_digest proof[16];
            size_t count = 0;
            assert_int_equal(ph_merkle_consistency(leaves, n, m, proof, 15, &count), PH_OK);
            ph_digest bent = roots[m];
            bent.bytes[7] ^= 4;
            assert_int_equal(ph_merkle_check_consistency(m, &bent, n, &roots[n], proof, count), PH_CONFLICT);
            bent = roots[n];
            bent.bytes[7] ^= 4;
            if (m > 0) /* of an empty tree every tree is a continuation */
                assert_int_equal(ph_merkle_check_consistency(m, &roots[m], n, &bent, proof, count), PH_CONFLICT);
            for (size_t k = 0; k < count; k++) {
                proof[k].bytes[0] ^= 1;
                assert_int_equal(ph_merkle_check_consistency(m, &roots[m], n, &roots[n], proof, count), PH_CONFLICT);
                proof[k].bytes[0] ^= 1;
                assert_int_equal(check_exactly(m, n, proof, k), PH_MALFORMED);
            }
            proof[count] = leaves[0];
            assert_int_equal(ph_merkle_check_consistency(m, &roots[m], n, &roots[n], proof, count + 1), PH_MALFORMED);
            if (m > 0)
                assert_int_not_equal(ph_merkle_check_consistency(m - 1, &roots[m], n, &roots[n], proof, count), PH_OK);
        }
}

/* A log that changed one old leaf cannot prove itself, whichever leaf it was. */
static void a_rewritten_leaf_is_seen(void **state)
{
    (void)state;
    static ph_digest other[NAIVE_LEAVES];
    const uint64_t n = 23;
    for (uint64_t m = 1; m < n; m++)
        for (uint64_t changed = 0; changed < m; changed++) {
            ph_digest proof[16];
            size_t count = 0;
            memcpy(other, leaves, sizeof other);
            other[changed].bytes[0] ^= 1;
            ph_digest new_root = naive_root(other, n);
            assert_int_equal(ph_merkle_consistency(other, n, m, proof, 16, &count), PH_OK);
            assert_int_equal(ph_merkle_check_consistency(m, &roots[m], n, &new_root, proof, count), PH_CONFLICT);
        }
}

static void a_tree_cannot_shrink(void **state)
{
    (void)state;
    size_t count = 99;
    assert_int_equal(ph_merkle_consistency(leaves, 3, 4, NULL, 0, &count), PH_MALFORMED);
    assert_int_equal(ph_merkle_check_consistency(4, &roots[4], 3, &roots[3], NULL, 0), PH_MALFORMED);
    assert_int_equal(ph_merkle_check_consistency(UINT64_MAX, &roots[4], 3, &roots[3], NULL, 0), PH_MALFORMED);
    assert_int_equal(ph_merkle_check_consistency(3, &roots[3], UINT64_MAX, &roots[4], NULL, 0), PH_MALFORMED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_proofs),         cmocka_unit_test(every_older_tree_is_a_part_of_every_newer),
        cmocka_unit_test(every_change_is_seen), cmocka_unit_test(a_rewritten_leaf_is_seen),
        cmocka_unit_test(a_tree_cannot_shrink),
    };
    return cmocka_run_group_tests(tests, with_leaves, NULL);
}
