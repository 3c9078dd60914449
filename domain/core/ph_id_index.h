/* ph_id_index - from an id to its place, by open addressing.   Layer: domain/core (pure) */
#ifndef PH_ID_INDEX_H
#define PH_ID_INDEX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

/* Half empty at least, so that a search ends. The zero value is the empty index: nothing is found in it. */
typedef struct ph_id_slot {
    ph_span id; /* borrowed; ptr NULL = free */
    uint16_t place;
} ph_id_slot;

typedef struct ph_id_index {
    size_t mask;
    ph_id_slot *slots;
} ph_id_index;

/** Is it an id: [A-Za-z0-9._-]{1,32}?   Source: ph_limits.h. */
bool ph_id_is_valid(ph_span id);

/**
 * init: room for @n ids. put: false, and nothing changed, when @id stands already. find: its place or UINT16_MAX.
 * Shape: at most n puts, no empty id.   Owns: the slots; ids are borrowed.   Errors: NOMEM.   Thread: reading from any.
 * Source: none.
 */
ph_rc ph_id_index_init(ph_id_index *x, size_t n) PH_CHECKED;
void ph_id_index_done(ph_id_index *x);
bool ph_id_index_put(ph_id_index *x, ph_span id, uint16_t place);
uint16_t ph_id_index_find(const ph_id_index *x, ph_span id);

/* Eight bytes at a time: an id is short, and this runs once an observation. */
static inline uint64_t ph_id_mix(uint64_t h, uint64_t word)
{
    h = (h ^ word) * UINT64_C(0x9E3779B97F4A7C15);
    return h ^ (h >> 32);
}

static inline uint64_t ph_id_word(const uint8_t *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
    return word;
}

static inline uint64_t ph_id_hash(ph_span id)
{
    uint64_t h = id.len;
    size_t at = 0;

    for (; at + 8 <= id.len; at += 8)
        h = ph_id_mix(h, ph_id_word(id.ptr + at));
    if (at < id.len && id.len >= 8)
        return ph_id_mix(h, ph_id_word(id.ptr + id.len - 8));
    for (; at < id.len; at++)
        h = (h << 8 | h >> 56) ^ id.ptr[at];
    return ph_id_mix(h, 0);
}

#endif
