/* ph_arena - see the header.   Layer: domain/io */
#include "ph_arena.h"

#include <stdalign.h>
#include <stdlib.h>

enum { BLOCK_BYTES = 64 * 1024 };

typedef struct ph_arena_block {
    struct ph_arena_block *next;
    size_t size; /* of bytes */
    alignas(max_align_t) unsigned char bytes[];
} ph_arena_block;

/* A large piece gets a block of its own, behind the current one, which keeps its room. */
static ph_arena_block *add_block(ph_arena *a, size_t size)
{
    ph_arena_block *block = calloc(1, sizeof *block + size);

    if (block == NULL)
        return NULL;
    block->size = size;
    if (a->blocks != NULL && size > BLOCK_BYTES) {
        block->next = a->blocks->next;
        a->blocks->next = block;
    } else {
        block->next = a->blocks;
        a->blocks = block;
        a->left = size;
    }
    return block;
}

void *ph_arena_alloc(ph_arena *a, size_t size)
{
    const size_t unit = alignof(max_align_t);
    size_t wanted = (size + unit - 1) / unit * unit;

    if (wanted < size)
        return NULL;
    if (wanted > a->left) {
        ph_arena_block *block = add_block(a, wanted > BLOCK_BYTES ? wanted : BLOCK_BYTES);
        if (block == NULL || block != a->blocks)
            return block == NULL ? NULL : block->bytes;
    }
    void *piece = a->blocks->bytes + (a->blocks->size - a->left);
    a->left -= wanted;
    return piece;
}

char *ph_arena_text(ph_arena *a, ph_span text)
{
    char *copy = ph_arena_alloc(a, text.len + 1);

    if (copy != NULL && text.len > 0)
        memcpy(copy, text.ptr, text.len);
    return copy;
}

void ph_arena_done(ph_arena *a)
{
    while (a->blocks != NULL) {
        ph_arena_block *next = a->blocks->next;
        free(a->blocks);
        a->blocks = next;
    }
    a->left = 0;
}
