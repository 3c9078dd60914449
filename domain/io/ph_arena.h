/* ph_arena - memory that lives and dies together, handed out in small pieces.   Layer: domain/io */
#ifndef PH_ARENA_H
#define PH_ARENA_H

#include <stddef.h>

#include "ph_span.h"

/* The zero value is empty. Pieces are aligned for any type, zeroed, and never move. */
typedef struct ph_arena {
    struct ph_arena_block *blocks;
    size_t left;
} ph_arena;

/**
 * alloc: @size zeroed bytes. text: a NUL-terminated copy. done: frees all, leaves the zero value.
 * Errors: NULL when memory is out.   Thread: one at a time.   Source: none.
 */
void *ph_arena_alloc(ph_arena *a, size_t size);
char *ph_arena_text(ph_arena *a, ph_span text);
void ph_arena_done(ph_arena *a);

#endif
