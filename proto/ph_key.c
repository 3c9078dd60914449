/* ph_key - the keys of a map: known ones by index, unknown ones remembered, none twice.   Layer: proto (pure) */
#include "ph_limits.h"
#include "ph_reader.h"

static bool seen_unknown(const ph_key_set *set, ph_span key)
{
    for (unsigned i = 0; i < set->n_unknown; i++)
        if (ph_span_eq(set->unknown[i], key))
            return true;
    return false;
}

/* An unknown key: remembered, so that it cannot repeat. */
static void note_unknown(ph_reader *r, ph_key_set *set, ph_span key)
{
    if (seen_unknown(set, key))
        ph_read_fail(r, PH_MALFORMED, "a key twice");
    else if (set->n_unknown == sizeof set->unknown / sizeof set->unknown[0])
        ph_read_fail(r, PH_LIMIT, "too many unknown keys");
    else
        set->unknown[set->n_unknown++] = key;
}

int ph_read_key(ph_reader *r, ph_key_set *set)
{
    const uint8_t *start = r->at;
    ph_span key = ph_read_text(r, PH_MAX_ID_TEXT);

    if (r->rc != PH_OK)
        return -1;
    int found = -1;
    for (int i = 0; i < set->n && found < 0; i++)
        if (ph_span_is(key, set->keys[i]))
            found = i;
    if (found < 0)
        note_unknown(r, set, key);
    else if ((set->seen >> found & 1) != 0)
        ph_read_fail(r, PH_MALFORMED, "a key twice");
    else
        set->seen |= UINT32_C(1) << found;
    if (r->rc == PH_OK)
        return found;
    r->at = start;
    return -1;
}
