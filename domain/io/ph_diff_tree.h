/* ph_diff_tree - two YAML trees held against each other; the inside of ph_registry_diff.   Layer: domain/io */
#ifndef PH_DIFF_TREE_H
#define PH_DIFF_TREE_H

#include <stdbool.h>

#include "ph_arena.h"
#include "ph_registry_diff.h"
#include "ph_yaml.h"

typedef struct ph_diff_tree {
    ph_arena arena;
    ph_change_fn fn;
    void *arg;
    const char *section, *row;
    bool is_out_of_memory; /* sticks; what was told until then is right, but not all */
} ph_diff_tree;

/** The child of a map by its key, or NULL (also when @node is no map). */
const ph_yaml *ph_diff_child(const ph_yaml *node, const char *key);
/** A node in one line, harmless on a terminal. Lives in the arena; "" when memory is out. */
const char *ph_diff_shown(ph_diff_tree *t, const ph_yaml *node);
/** Tell every difference below @path; either side may be NULL: it came or went. Depth is that of the trees, bounded by
 * the reader. */
void ph_diff_nodes(ph_diff_tree *t, const char *path, const ph_yaml *a, const ph_yaml *b);

#endif
