/* ph_id_index - see the header.   Layer: domain/core (pure) */
#include "ph_id_index.h"

#include <stdlib.h>

#include "ph_limits.h"

static bool is_id_byte(uint8_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

bool ph_id_is_valid(ph_span id)
{
    if (id.len == 0 || id.len > PH_MAX_ID_TEXT)
        return false;
    for (size_t i = 0; i < id.len; i++)
        if (!is_id_byte(id.ptr[i]))
            return false;
    return true;
}

ph_rc ph_id_index_init(ph_id_index *x, size_t n)
{
    size_t size = 4;

    while (size < 2 * n + 1)
        size *= 2;
    x->slots = calloc(size, sizeof *x->slots);
    x->mask = size - 1;
    return x->slots == NULL ? PH_NOMEM : PH_OK;
}

void ph_id_index_done(ph_id_index *x)
{
    free(x->slots);
    *x = (ph_id_index){0};
}

/* The slot that holds @id, or the free one where it belongs. */
static ph_id_slot *slot_of(const ph_id_index *x, ph_span id)
{
    size_t at = (size_t)ph_id_hash(id) & x->mask;

    while (x->slots[at].id.ptr != NULL && !ph_span_eq(x->slots[at].id, id))
        at = (at + 1) & x->mask;
    return &x->slots[at];
}

bool ph_id_index_put(ph_id_index *x, ph_span id, uint16_t place)
{
    ph_id_slot *slot = slot_of(x, id);

    if (slot->id.ptr != NULL)
        return false;
    *slot = (ph_id_slot){.id = id, .place = place};
    return true;
}

uint16_t ph_id_index_find(const ph_id_index *x, ph_span id)
{
    if (x->slots == NULL)
        return UINT16_MAX;
    const ph_id_slot *slot = slot_of(x, id);
    return slot->id.ptr == NULL ? UINT16_MAX : slot->place;
}
