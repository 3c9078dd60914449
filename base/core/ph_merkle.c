/* ph_merkle - the RFC 6962 tree over the log: hashes, frontier, and the check of a path.   Layer: base/core (pure)
 *
 * Node (level j, index q) covers the leaves [q * 2^j, (q + 1) * 2^j) as far as they exist. A node without a right
 * sibling rises unchanged. A left sibling that holds old leaves only is the peak of 2^j leaves of the frontier, so it
 * need not travel.
 */
#include "ph_merkle.h"

#define MAX_LEAVES (UINT64_C(1) << PH_MERKLE_MAX_LEVELS)

ph_digest ph_merkle_leaf(ph_span data)
{
    static const uint8_t tag = 0x00;
    const ph_span parts[] = {ph_span_of(&tag, 1), data};

    return ph_digest_of(parts, 2);
}

ph_digest ph_merkle_node(const ph_digest *left, const ph_digest *right)
{
    uint8_t block[1 + 2 * PH_DIGEST_BYTES];

    block[0] = 0x01;
    memcpy(block + 1, left->bytes, PH_DIGEST_BYTES);
    memcpy(block + 1 + PH_DIGEST_BYTES, right->bytes, PH_DIGEST_BYTES);
    return ph_digest_of_span(ph_span_of(block, sizeof block));
}

ph_rc ph_frontier_push(ph_frontier *f, const ph_digest *leaf)
{
    ph_digest node = *leaf;

    if (f->size >= MAX_LEAVES)
        return PH_LIMIT;
    for (uint64_t rest = f->size; (rest & 1) != 0; rest >>= 1)
        node = ph_merkle_node(&f->peaks[--f->n], &node);
    f->peaks[f->n++] = node;
    f->size++;
    return PH_OK;
}

ph_digest ph_frontier_root(const ph_frontier *f)
{
    if (f->n == 0)
        return ph_digest_of(NULL, 0);
    ph_digest root = f->peaks[f->n - 1];
    for (size_t i = f->n - 1U; i > 0; i--)
        root = ph_merkle_node(&f->peaks[i - 1], &root);
    return root;
}

/* The peak of 2^level leaves, which must be there: those above it are the higher bits of the size. */
static const ph_digest *peak_at(const ph_frontier *f, unsigned level)
{
    return &f->peaks[__builtin_popcountll(f->size >> level >> 1)];
}

/* A tree as its frontier before a batch and the leaves of the batch; size counts both. */
typedef struct tree {
    const ph_frontier *before;
    const ph_digest *leaves;
    uint64_t size;
} tree;

/* Node @q of @level; recursion is as deep as the tree is high. */
static ph_digest node_at(const tree *t, unsigned level, uint64_t q)
{
    uint64_t begin = q << level;

    if (begin + (UINT64_C(1) << level) <= t->before->size)
        return *peak_at(t->before, level);
    if (level == 0)
        return t->leaves[begin - t->before->size];
    ph_digest left = node_at(t, level - 1, 2 * q);
    if ((2 * q + 1) << (level - 1) >= t->size)
        return left;
    ph_digest right = node_at(t, level - 1, 2 * q + 1);
    return ph_merkle_node(&left, &right);
}

/* Where the sibling of node @q stands at @level of a tree whose last leaf is @last. */
typedef enum side { SIDE_NONE, SIDE_LEFT, SIDE_LEFT_OLD, SIDE_RIGHT } side;

static side sibling_side(uint64_t index, uint64_t last, uint64_t before, unsigned level)
{
    uint64_t q = index >> level;

    if ((q & 1) != 0)
        return q << level <= before ? SIDE_LEFT_OLD : SIDE_LEFT;
    return q < last >> level ? SIDE_RIGHT : SIDE_NONE;
}

ph_rc ph_merkle_path(const ph_frontier *before, const ph_digest *leaves, size_t n, uint64_t index, ph_local_path *ret)
{
    if (before->size > MAX_LEAVES || n > MAX_LEAVES - before->size || index < before->size || index - before->size >= n)
        return PH_BUG;
    const tree t = {.before = before, .leaves = leaves, .size = before->size + n};
    uint64_t last = t.size - 1;
    ret->n = 0;
    for (unsigned level = 0; last >> level > 0; level++) {
        side s = sibling_side(index, last, before->size, level);
        if (s == SIDE_LEFT || s == SIDE_RIGHT)
            ret->nodes[ret->n++] = node_at(&t, level, (index >> level) ^ 1);
    }
    return PH_OK;
}

static bool has_frontier_shape(const ph_frontier *f)
{
    return f->size <= MAX_LEAVES && f->n == __builtin_popcountll(f->size);
}

ph_rc ph_merkle_verify(const ph_digest *leaf, uint64_t index, uint64_t size, const ph_frontier *before,
                       const ph_local_path *path, const ph_digest *root)
{
    ph_digest node = *leaf;
    unsigned used = 0;

    if (!has_frontier_shape(before) || size > MAX_LEAVES || index < before->size || index >= size)
        return PH_MALFORMED;
    for (unsigned level = 0; (size - 1) >> level > 0; level++) {
        side s = sibling_side(index, size - 1, before->size, level);
        if (s == SIDE_LEFT_OLD)
            node = ph_merkle_node(peak_at(before, level), &node);
        if (s == SIDE_LEFT_OLD || s == SIDE_NONE)
            continue;
        if (used >= path->n)
            return PH_MALFORMED;
        const ph_digest *sibling = &path->nodes[used++];
        node = s == SIDE_LEFT ? ph_merkle_node(sibling, &node) : ph_merkle_node(&node, sibling);
    }
    if (used != path->n)
        return PH_MALFORMED;
    return ph_digest_eq(&node, root) ? PH_OK : PH_CONFLICT;
}
