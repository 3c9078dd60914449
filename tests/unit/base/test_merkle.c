/* test_merkle - frontier, roots and batch-local paths against RFC 6962 taken word for word.   Layer: tests/unit/base */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ph_gen.h"
#include "ph_merkle.h"
#include "ph_merkle_naive.h"

enum { MAX_BEFORE = 70, MAX_BATCH = 70 };

static ph_digest leaves[NAIVE_LEAVES];

static int with_leaves(void **state)
{
    (void)state;
    naive_leaves(leaves);
    return 0;
}

static void assert_digest(const ph_digest *got, const char *want)
{
    char text[PH_DIGEST_TEXT_BYTES];
    ph_hex_print(got->bytes, PH_DIGEST_BYTES, text);
    assert_string_equal(text, want);
}

/* The vectors that implementations of certificate transparency share. */
static void known_roots(void **state)
{
    (void)state;
    static const struct {
        const char *leaf;
        size_t len;
        const char *root; /* of the tree that ends with this leaf */
    } cases[] = {
        {"", 0, "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"},
        {"\x00", 1, "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"},
        {"\x10", 1, "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77"},
        {"\x20\x21", 2, "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"},
        {"\x30\x31", 2, "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"},
        {"\x40\x41\x42\x43", 4, "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef"},
        {"\x50\x51\x52\x53\x54\x55\x56\x57", 8, "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c"},
        {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16,
         "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"},
    };
    ph_frontier f = {0};
    ph_digest root = ph_frontier_root(&f);
    assert_digest(&root, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        ph_digest leaf = ph_merkle_leaf(ph_span_of(cases[i].leaf, cases[i].len));
        assert_int_equal(ph_frontier_push(&f, &leaf), PH_OK);
        root = ph_frontier_root(&f);
        assert_digest(&root, cases[i].root);
    }
}

static void the_frontier_is_the_perfect_subtrees(void **state)
{
    (void)state;
    ph_frontier f = {0};
    for (uint64_t n = 0; n < NAIVE_LEAVES; n++) {
        ph_frontier want = naive_frontier(leaves, n);
        ph_digest root = ph_frontier_root(&f);
        ph_digest want_root = naive_root(leaves, n);
        assert_true(ph_digest_eq(&root, &want_root));
        assert_int_equal(f.size, n);
        assert_int_equal(f.n, want.n);
        if (f.n > 0)
            assert_memory_equal(f.peaks, want.peaks, f.n * sizeof f.peaks[0]);
        assert_int_equal(ph_frontier_push(&f, &leaves[n]), PH_OK);
    }
}

static void a_full_frontier_takes_no_more(void **state)
{
    (void)state;
    ph_frontier f = {.size = (UINT64_C(1) << 48) - 1, .n = 48};
    ph_frontier before;
    assert_int_equal(ph_frontier_push(&f, &leaves[0]), PH_OK);
    assert_int_equal(f.size, UINT64_C(1) << 48);
    assert_int_equal(f.n, 1);
    before = f;
    assert_int_equal(ph_frontier_push(&f, &leaves[0]), PH_LIMIT);
    assert_memory_equal(&f, &before, sizeof f);
}

/* The nodes of the full audit path that hold a leaf of the batch, in order. */
static ph_local_path naive_local_path(uint64_t before, uint64_t size, uint64_t index)
{
    naive_node full[64];
    ph_local_path path = {0};
    size_t n = naive_path(leaves, 0, size, index, full);
    for (size_t i = 0; i < n; i++)
        if (full[i].end > before)
            path.nodes[path.n++] = full[i].digest;
    return path;
}

static void assert_path(const ph_local_path *got, const ph_local_path *want)
{
    assert_int_equal(got->n, want->n);
    if (got->n > 0)
        assert_memory_equal(got->nodes, want->nodes, got->n * sizeof got->nodes[0]);
}

static void check_batch(uint64_t size, size_t n)
{
    ph_frontier before = naive_frontier(leaves, size);
    ph_digest want_root = naive_root(leaves, size + n);
    ph_batch_tree *t = NULL;
    assert_int_equal(ph_batch_tree_new(&before, leaves + size, n, &t), PH_OK);
    ph_digest root = ph_batch_tree_root(t);
    assert_true(ph_digest_eq(&root, &want_root));
    ph_frontier after, want_after = naive_frontier(leaves, size + n);
    ph_batch_tree_frontier(t, &before, &after);
    assert_int_equal(after.size, want_after.size);
    assert_int_equal(after.n, want_after.n);
    assert_memory_equal(after.peaks, want_after.peaks, after.n * sizeof after.peaks[0]);
    for (uint64_t index = size; index < size + n; index++) {
        ph_local_path want = naive_local_path(size, size + n, index);
        ph_local_path got = {0};
        assert_int_equal(ph_batch_tree_path(t, index, &got), PH_OK);
        assert_path(&got, &want);
        assert_int_equal(ph_merkle_verify(&leaves[index], index, size + n, &before, &got, &root), PH_OK);
        if (n > 20 && index % 7 != 0)
            continue; /* one by one is slow */
        memset(&got, 0, sizeof got);
        assert_int_equal(ph_merkle_path(&before, leaves + size, n, index, &got), PH_OK);
        assert_path(&got, &want);
    }
    ph_local_path got = {0};
    assert_int_equal(ph_batch_tree_path(t, size + n, &got), PH_BUG);
    assert_int_equal(ph_merkle_path(&before, leaves + size, n, size + n, &got), PH_BUG);
    if (size > 0) {
        assert_int_equal(ph_batch_tree_path(t, size - 1, &got), PH_BUG);
        assert_int_equal(ph_merkle_path(&before, leaves + size, n, size - 1, &got), PH_BUG);
    }
    ph_batch_tree_free(t);
}

static void every_path_of_every_batch(void **state)
{
    (void)state;
    for (uint64_t size = 0; size <= MAX_BEFORE; size++)
        for (size_t n = 0; n <= MAX_BATCH; n += n < 18 ? 1 : 13)
            check_batch(size, n);
    for (size_t n = 0; n <= MAX_BATCH; n++)
        check_batch(64 + n % 3, n);
    ph_batch_tree_free(NULL);
}

static void wrong_frontiers_are_bugs_or_malformed(void **state)
{
    (void)state;
    ph_frontier f = {.size = 3, .n = 1};
    ph_batch_tree *t = NULL;
    ph_local_path path = {0};
    assert_int_equal(ph_batch_tree_new(&f, leaves, 1, &t), PH_BUG);
    assert_null(t);
    assert_int_equal(ph_merkle_verify(&leaves[0], 3, 4, &f, &path, &leaves[0]), PH_MALFORMED);
    f = (ph_frontier){.size = UINT64_MAX, .n = 64};
    assert_int_equal(ph_batch_tree_new(&f, leaves, 1, &t), PH_BUG);
    assert_int_equal(ph_merkle_path(&f, leaves, 1, 0, &path), PH_BUG);
    assert_int_equal(ph_merkle_verify(&leaves[0], 3, 4, &f, &path, &leaves[0]), PH_MALFORMED);
    f = (ph_frontier){.size = UINT64_C(1) << 48, .n = 1};
    assert_int_equal(ph_batch_tree_new(&f, leaves, 1, &t), PH_BUG);
}

/* A batch far to the right, at sizes where leaf numbers no longer fit 32 bits: the tree's own pieces must agree. */
static void large_trees_agree_with_themselves(void **state)
{
    (void)state;
    ph_gen g = ph_gen_seeded("large_trees_agree_with_themselves");
    for (int i = 0; i < 300; i++) {
        ph_frontier before = {.size = ph_gen_next(&g) >> (16 + ph_gen_below(&g, 40))};
        size_t n = 1 + ph_gen_below(&g, 30);
        if (before.size > (UINT64_C(1) << 48) - n)
            continue;
        before.n = (uint8_t)__builtin_popcountll(before.size);
        for (size_t k = 0; k < before.n; k++)
            before.peaks[k] = leaves[ph_gen_below(&g, NAIVE_LEAVES)];
        ph_frontier after = before;
        for (size_t k = 0; k < n; k++)
            assert_int_equal(ph_frontier_push(&after, &leaves[k]), PH_OK);
        ph_digest root = ph_frontier_root(&after);
        ph_batch_tree *t = NULL;
        assert_int_equal(ph_batch_tree_new(&before, leaves, n, &t), PH_OK);
        ph_digest tree_root = ph_batch_tree_root(t);
        assert_true(ph_digest_eq(&root, &tree_root));
        for (size_t k = 0; k < n; k++) {
            ph_local_path a = {0};
            ph_local_path b = {0};
            assert_int_equal(ph_batch_tree_path(t, before.size + k, &a), PH_OK);
            assert_int_equal(ph_merkle_path(&before, leaves, n, before.size + k, &b), PH_OK);
            assert_path(&a, &b);
            assert_int_equal(ph_merkle_verify(&leaves[k], before.size + k, before.size + n, &before, &a, &root), PH_OK);
        }
        ph_batch_tree_free(t);
    }
}

/* Nothing but the right leaf at the right place, with the right path, is taken. */
static void every_change_is_seen(void **state)
{
    (void)state;
    for (uint64_t size = 0; size <= 20; size++)
        for (size_t n = 1; n <= 12; n++) {
            ph_frontier before = naive_frontier(leaves, size);
            ph_digest root = naive_root(leaves, size + n);
            uint64_t all = size + n;
            uint64_t index = size + n / 2;
            ph_local_path path = naive_local_path(size, all, index);
            const ph_digest *leaf = &leaves[index];
            assert_int_equal(ph_merkle_verify(leaf, index, all, &before, &path, &root), PH_OK);
            assert_int_equal(ph_merkle_verify(&leaves[index + 1], index, all, &before, &path, &root), PH_CONFLICT);
            assert_int_equal(ph_merkle_verify(leaf, index, all, &before, &path, leaf), all == 1 ? PH_OK : PH_CONFLICT);
            for (unsigned k = 0; k < path.n; k++) {
                ph_local_path bent = path;
                bent.nodes[k].bytes[31] ^= 1;
                assert_int_equal(ph_merkle_verify(leaf, index, all, &before, &bent, &root), PH_CONFLICT);
            }
            ph_local_path longer = path;
            longer.n++;
            assert_int_equal(ph_merkle_verify(leaf, index, all, &before, &longer, &root), PH_MALFORMED);
            if (path.n > 0) {
                ph_local_path shorter = path;
                shorter.n--;
                assert_int_equal(ph_merkle_verify(leaf, index, all, &before, &shorter, &root), PH_MALFORMED);
            }
            for (uint64_t other = 0; other <= all; other++)
                if (other != index) {
                    ph_rc rc = ph_merkle_verify(leaf, other, all, &before, &path, &root);
                    bool outside = other < size || other == all;
                    assert_true(rc == PH_MALFORMED || (rc == PH_CONFLICT && !outside));
                }
            longer.n = 255;
            assert_int_equal(ph_merkle_verify(leaf, index, all, &before, &longer, &root), PH_MALFORMED);
        }
}

/* The first leaf of a batch hangs on every peak of the frontier. */
static void a_bent_peak_is_seen(void **state)
{
    (void)state;
    for (uint64_t size = 1; size <= MAX_BEFORE; size++) {
        ph_frontier before = naive_frontier(leaves, size);
        ph_digest root = naive_root(leaves, size + 1);
        ph_local_path path = {0};
        assert_int_equal(ph_merkle_verify(&leaves[size], size, size + 1, &before, &path, &root), PH_OK);
        for (unsigned k = 0; k < before.n; k++) {
            ph_frontier bent = before;
            bent.peaks[k].bytes[0] ^= 0x80;
            assert_int_equal(ph_merkle_verify(&leaves[size], size, size + 1, &bent, &path, &root), PH_CONFLICT);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(known_roots),
        cmocka_unit_test(the_frontier_is_the_perfect_subtrees),
        cmocka_unit_test(a_full_frontier_takes_no_more),
        cmocka_unit_test(every_path_of_every_batch),
        cmocka_unit_test(wrong_frontiers_are_bugs_or_malformed),
        cmocka_unit_test(large_trees_agree_with_themselves),
        cmocka_unit_test(every_change_is_seen),
        cmocka_unit_test(a_bent_peak_is_seen),
    };
    return cmocka_run_group_tests(tests, with_leaves, NULL);
}
