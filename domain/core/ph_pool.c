/* ph_pool - one block of memory that only fills, and can be brought back.   Layer: domain/core (pure) */
#include "ph_pool.h"

#include <stdlib.h>
#include <string.h>

enum { ALIGN = 16 }; /* what malloc gives */

ph_rc ph_pool_init(ph_pool *p, size_t limit, size_t spare)
{
    *p = (ph_pool){.limit = limit, .memory = malloc(limit + spare)};
    return p->memory == NULL ? PH_NOMEM : PH_OK;
}

void ph_pool_done(ph_pool *p)
{
    free(p->memory);
    free(p->image);
    *p = (ph_pool){0};
}

static size_t round_up(size_t n)
{
    return (n + ALIGN - 1) / ALIGN * ALIGN;
}

static void *take(ph_pool *p, size_t size)
{
    if (size > p->limit - p->used || round_up(size) > p->limit - p->used) {
        p->is_full = true;
        return NULL;
    }
    void *piece = p->memory + p->used;
    p->used += round_up(size);
    return piece;
}

static void *grow(ph_pool *p, void *piece, size_t old_size, size_t new_size, bool is_last)
{
    if (is_last && round_up(new_size) - round_up(old_size) <= p->limit - p->used) {
        p->used += round_up(new_size) - round_up(old_size);
        return piece;
    }
    void *moved = take(p, new_size);
    if (moved != NULL)
        memcpy(moved, piece, old_size);
    return moved;
}

void *ph_pool_resize(ph_pool *p, void *piece, size_t old_size, size_t new_size)
{
    if (piece == NULL)
        return new_size == 0 ? NULL : take(p, new_size);
    bool is_last = (uint8_t *)piece + round_up(old_size) == p->memory + p->used;
    if (new_size > old_size)
        return grow(p, piece, old_size, new_size, is_last);
    if (is_last)
        p->used = (size_t)((uint8_t *)piece - p->memory) + round_up(new_size);
    return new_size == 0 ? NULL : piece;
}

ph_rc ph_pool_keep(ph_pool *p)
{
    p->image = malloc(p->used + 1);
    if (p->image == NULL)
        return PH_NOMEM;
    p->image_bytes = p->used;
    memcpy(p->image, p->memory, p->used);
    return PH_OK;
}

void ph_pool_restore(ph_pool *p, size_t spare)
{
    memcpy(p->memory, p->image, p->image_bytes);
    p->used = p->image_bytes;
    p->limit = p->image_bytes + spare;
    p->is_full = false;
}
