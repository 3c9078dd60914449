/* ph_pool - one block of memory that only fills, and can be brought back to what it was.   Layer: domain/core (pure) */
#ifndef PH_POOL_H
#define PH_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"

/* Pieces are aligned to 16. What is given back is used again only where it was the last piece: then addresses, and how
 * much is used, depend on nothing but the order of the calls. */
typedef struct ph_pool {
    size_t used, limit, image_bytes;
    bool is_full; /* a piece was refused since the last restore */
    uint8_t *image, *memory;
} ph_pool;

/**
 * init: @limit bytes at first, @spare more later. resize: as realloc; NULL: new, size 0: give back; shrinking never
 * fails. keep: remember all that there is. restore: bring that back, with @spare bytes to fill. Owns: the block and its
 * image.   Errors: NOMEM; resize NULL when it is full.   Thread: one at a time.   Source: none.
 */
ph_rc ph_pool_init(ph_pool *p, size_t limit, size_t spare) PH_CHECKED;
void ph_pool_done(ph_pool *p);
void *ph_pool_resize(ph_pool *p, void *piece, size_t old_size, size_t new_size);
ph_rc ph_pool_keep(ph_pool *p) PH_CHECKED;
void ph_pool_restore(ph_pool *p, size_t spare);

#endif
