/* ph_merkle_naive - RFC 6962 s.2.1 word for word, slow on purpose: what the fast tree is compared with.   Layer: tests
 */
#ifndef PH_MERKLE_NAIVE_H
#define PH_MERKLE_NAIVE_H

#include "ph_merkle.h"

enum { NAIVE_LEAVES = 144 };

/* One node of an audit path with the leaves that it covers. */
typedef struct naive_node {
    ph_digest digest;
    uint64_t begin;
    uint64_t end;
} naive_node;

/* Leaf hashes of the numbers 0, 1, … */
static inline void naive_leaves(ph_digest leaves[NAIVE_LEAVES])
{
    for (uint32_t i = 0; i < NAIVE_LEAVES; i++)
        leaves[i] = ph_merkle_leaf(ph_span_of(&i, sizeof i));
}

static inline uint64_t naive_split(uint64_t n)
{
    uint64_t k = 1;

    while (2 * k < n)
        k *= 2;
    return k;
}

/* MTH(D[n]) */
static inline ph_digest naive_root(const ph_digest *leaves, uint64_t n)
{
    if (n == 0)
        return ph_digest_of(NULL, 0);
    if (n == 1)
        return leaves[0];
    uint64_t k = naive_split(n);
    ph_digest left = naive_root(leaves, k);
    ph_digest right = naive_root(leaves + k, n - k);
    return ph_merkle_node(&left, &right);
}

/* PATH(m, D[n]) of the leaves from @base on; returns how many nodes. */
static inline size_t naive_path(const ph_digest *leaves, uint64_t base, uint64_t n, uint64_t m, naive_node *ret)
{
    if (n <= 1)
        return 0;
    uint64_t k = naive_split(n);
    size_t count = 0;
    if (m < k) {
        count = naive_path(leaves, base, k, m, ret);
        ret[count] = (naive_node){naive_root(leaves + base + k, n - k), base + k, base + n};
    } else {
        count = naive_path(leaves, base + k, n - k, m - k, ret);
        ret[count] = (naive_node){naive_root(leaves + base, k), base, base + k};
    }
    return count + 1;
}

static inline ph_frontier naive_frontier(const ph_digest *leaves, uint64_t n)
{
    ph_frontier f = {0};

    f.size = n;
    for (uint64_t begin = 0; begin < n;) {
        uint64_t k = 1;
        while (2 * k <= n - begin)
            k *= 2;
        f.peaks[f.n++] = naive_root(leaves + begin, k);
        begin += k;
    }
    return f;
}

#endif
