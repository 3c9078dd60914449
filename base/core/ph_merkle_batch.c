/* ph_merkle_batch - all paths of one batch from one build of its part of the tree.   Layer: base/core (pure) */
#include <stdlib.h>

#include "ph_merkle.h"

#define MAX_LEAVES (UINT64_C(1) << PH_MERKLE_MAX_LEVELS)

/* One level: the nodes that hold at least one leaf of the batch, first .. first + n. */
typedef struct level {
    uint64_t first;
    size_t n;
    size_t at; /* of the first of them in nodes[] */
} level;

/* Invariants: levels[0] holds the batch's leaves; the last of n_levels has one node, the root (none for an empty
 * batch). */
struct ph_batch_tree {
    uint64_t before;
    uint64_t size;
    ph_digest root;
    unsigned n_levels;
    level levels[PH_MERKLE_MAX_LEVELS + 1];
    ph_digest nodes[];
};

static size_t count_nodes(uint64_t before, size_t n)
{
    size_t count = n;

    for (unsigned j = 1; n > 0 && (before + n - 1) >> (j - 1) > 0; j++)
        count += (size_t)(((before + n - 1) >> j) - (before >> j) + 1);
    return count;
}

/* The level above @below: pairs joined, the last one risen alone; @old is the left sibling of a first node that has an
 * odd index. */
static level join_level(ph_batch_tree *t, const level *below, const ph_digest *old)
{
    uint64_t last = below->first + below->n - 1;
    level up = {
        .first = below->first >> 1, .n = (size_t)((last >> 1) - (below->first >> 1) + 1), .at = below->at + below->n};
    const ph_digest *child = &t->nodes[below->at];
    const ph_digest *end = child + below->n;
    ph_digest *dst = &t->nodes[up.at];

    if ((below->first & 1) != 0)
        *dst++ = ph_merkle_node(old, child++);
    for (; end - child >= 2; child += 2)
        *dst++ = ph_merkle_node(child, child + 1);
    if (child < end)
        *dst = *child;
    return up;
}

static void build(ph_batch_tree *t, const ph_frontier *before, const ph_digest *leaves, size_t n)
{
    size_t peak = before->n;
    level *at = t->levels;

    memcpy(t->nodes, leaves, n * sizeof *leaves);
    *at = (level){.first = before->size, .n = n};
    /* A set bit of the old size is a peak of that level, from the last (smallest) one on; first is odd exactly there.
     */
    for (uint64_t last = t->size - 1; last > 0; last >>= 1, at++)
        at[1] = join_level(t, at, (at->first & 1) != 0 ? &before->peaks[--peak] : NULL);
    t->n_levels = (unsigned)(at - t->levels) + 1;
    t->root = t->nodes[at->at];
}

ph_rc ph_batch_tree_new(const ph_frontier *before, const ph_digest *leaves, size_t n, ph_batch_tree **ret)
{
    if (before->size > MAX_LEAVES || n > MAX_LEAVES - before->size || before->n != __builtin_popcountll(before->size))
        return PH_BUG;
    ph_batch_tree *t = malloc(sizeof *t + count_nodes(before->size, n) * sizeof t->nodes[0]);
    if (t == NULL)
        return PH_NOMEM;
    t->before = before->size;
    t->size = before->size + n;
    t->n_levels = 0;
    if (n == 0)
        t->root = ph_frontier_root(before);
    else
        build(t, before, leaves, n);
    *ret = t;
    return PH_OK;
}

ph_rc ph_batch_tree_path(const ph_batch_tree *t, uint64_t index, ph_local_path *ret)
{
    if (index < t->before || index >= t->size)
        return PH_BUG;
    ret->n = 0;
    for (unsigned j = 0; j + 1 < t->n_levels; j++) {
        const level *at = &t->levels[j];
        uint64_t sibling = (index >> j) ^ 1;
        /* One before the first holds old leaves only, one behind the last does not exist. */
        if (sibling >= at->first && sibling - at->first < at->n)
            ret->nodes[ret->n++] = t->nodes[at->at + (size_t)(sibling - at->first)];
    }
    return PH_OK;
}

ph_digest ph_batch_tree_root(const ph_batch_tree *t)
{
    return t->root;
}

/* A set bit j of the size is a whole subtree of that level: made in this batch, or a peak from before. */
void ph_batch_tree_frontier(const ph_batch_tree *t, const ph_frontier *before, ph_frontier *ret)
{
    ph_frontier f = {.size = t->size};

    for (unsigned j = PH_MERKLE_MAX_LEVELS + 1; j-- > 0;) {
        if ((t->size >> j & 1) == 0)
            continue;
        uint64_t node = (t->size >> j) - 1;
        if (j < t->n_levels && node >= t->levels[j].first)
            f.peaks[f.n++] = t->nodes[t->levels[j].at + (size_t)(node - t->levels[j].first)];
        else
            f.peaks[f.n++] = before->peaks[__builtin_popcountll(before->size >> j >> 1)];
    }
    *ret = f;
}

void ph_batch_tree_free(ph_batch_tree *t)
{
    free(t);
}
