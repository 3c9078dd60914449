/* ph_merkle_consistency - that a newer tree only added to an older one.   Layer: base/core (pure) */
#include "ph_merkle.h"

/* The largest power of two below @n (n > 1): where RFC 6962 splits. */
static uint64_t split_of(uint64_t n)
{
    return UINT64_C(1) << (63 - __builtin_clzll(n - 1));
}

static ph_digest root_of(const ph_digest *leaves, uint64_t n)
{
    if (n == 1)
        return leaves[0];
    uint64_t k = split_of(n);
    ph_digest left = root_of(leaves, k);
    ph_digest right = root_of(leaves + k, n - k);
    return ph_merkle_node(&left, &right);
}

typedef struct proof {
    ph_digest *nodes;
    size_t max;
    size_t n;
} proof;

static ph_rc put(proof *p, ph_digest node)
{
    if (p->n >= p->max)
        return PH_LIMIT;
    p->nodes[p->n++] = node;
    return PH_OK;
}

/* SUBPROOF of RFC 6962 s.2.1.2; @whole: the old tree is this subtree's left part from the first leaf on, its root is
 * known. */
static ph_rc subproof(proof *p, const ph_digest *leaves, uint64_t n, uint64_t m, bool whole)
{
    if (m == n)
        return whole ? PH_OK : put(p, root_of(leaves, n));
    uint64_t k = split_of(n);
    ph_rc rc = m <= k ? subproof(p, leaves, k, m, whole) : subproof(p, leaves + k, n - k, m - k, false);
    if (rc != PH_OK)
        return rc;
    return put(p, m <= k ? root_of(leaves + k, n - k) : root_of(leaves, k));
}

ph_rc ph_merkle_consistency(const ph_digest *leaves, uint64_t n, uint64_t m, ph_digest *ret, size_t max, size_t *ret_n)
{
    proof p = {.nodes = ret, .max = max};
    ph_rc rc = PH_OK;

    if (m > n)
        return PH_MALFORMED;
    if (m > 0)
        rc = subproof(&p, leaves, n, m, true);
    if (rc == PH_OK)
        *ret_n = p.n;
    return rc;
}

/* Two trees of one size, or an empty old one: there is nothing to prove, the roots say all. */
static ph_rc check_trivial(uint64_t m, const ph_digest *old_root, const ph_digest *new_root, size_t n_proof)
{
    ph_digest empty = ph_digest_of(NULL, 0);

    if (n_proof > 0)
        return PH_MALFORMED;
    return ph_digest_eq(old_root, m == 0 ? &empty : new_root) ? PH_OK : PH_CONFLICT;
}

/* RFC 9162 s.2.1.4.2: both roots are built up from the same nodes. */
ph_rc ph_merkle_check_consistency(uint64_t m, const ph_digest *old_root, uint64_t n, const ph_digest *new_root,
                                  const ph_digest *proof_nodes, size_t n_proof)
{
    size_t used = 0;

    if (m > n)
        return PH_MALFORMED;
    if (m == n || m == 0)
        return check_trivial(m, old_root, new_root, n_proof);
    uint64_t old_at =
        (m - 1) >> __builtin_ctzll(m); /* the old tree's last complete subtree, and the same level of the new one */
    uint64_t new_at = (n - 1) >> __builtin_ctzll(m);
    const ph_digest *first = (m & (m - 1)) == 0 ? old_root : used < n_proof ? &proof_nodes[used++] : NULL;
    if (first == NULL)
        return PH_MALFORMED;
    ph_digest old_node = *first;
    ph_digest new_node = *first;
    for (; new_at > 0; old_at >>= 1, new_at >>= 1) {
        if ((old_at & 1) == 0 && old_at == new_at)
            continue; /* rises alone in both */
        if (used >= n_proof)
            return PH_MALFORMED;
        const ph_digest *sibling = &proof_nodes[used++];
        if ((old_at & 1) != 0) {
            old_node = ph_merkle_node(sibling, &old_node);
            new_node = ph_merkle_node(sibling, &new_node);
        } else {
            new_node = ph_merkle_node(&new_node, sibling);
        }
    }
    if (used != n_proof)
        return PH_MALFORMED;
    return ph_digest_eq(&old_node, old_root) && ph_digest_eq(&new_node, new_root) ? PH_OK : PH_CONFLICT;
}
