/* ph_yaml - a YAML text as a tree that remembers its lines; bounded, and without YAML's surprises.   Layer: domain/io
 * (libyaml) */
#ifndef PH_YAML_H
#define PH_YAML_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_arena.h"
#include "ph_err.h"
#include "ph_result.h"
#include "ph_span.h"

enum { PH_YAML_MAX_DEPTH = 12, PH_YAML_MAX_NODES = 1000 * 1000 };

typedef enum ph_yaml_kind { PH_YAML_SCALAR, PH_YAML_LIST, PH_YAML_MAP } ph_yaml_kind;

/* Scalars are texts, whatever they look like: no yes that becomes true, no 010 that becomes 8. Children hang on a
 * chain; those of a map have a key. */
typedef struct ph_yaml {
    const char *file; /* borrowed from the caller of parse */
    int line, col;    /* from 1 */
    ph_yaml_kind kind;
    bool is_quoted;
    ph_span text;              /* scalar; NUL-terminated behind its end */
    const struct ph_yaml *key; /* of this node within its map */
    struct ph_yaml *first, *last, *next;
    uint32_t n_children;
} ph_yaml;

/**
 * One document. Anchors, aliases, tags, merge keys, several documents and keys that are no texts are refused: they are
 * not needed here, and an alias can make a gigabyte of a kilobyte. NULL in *ret for a text without content. Shape: at
 * most PH_YAML_MAX_DEPTH levels, PH_YAML_MAX_NODES nodes.   Owns: nodes and texts live in @arena; @file is borrowed by
 * them. Errors: MALFORMED, LIMIT, with @err (code "<area>.yaml.…", line and column); NOMEM.   Thread: any.   Source:
 * YAML 1.1 as libyaml reads it.
 */
ph_rc ph_yaml_parse(ph_span text, const char *area, const char *file, ph_arena *arena, ph_yaml **ret,
                    ph_err *err) PH_CHECKED;

#endif
