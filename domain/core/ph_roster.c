/* ph_roster - who may speak for which unit, found by either key in one step.   Layer: domain/core (pure) */
#include "ph_roster.h"

#include <stdlib.h>

struct ph_roster {
    uint64_t serial;
    ph_digest digest;
    size_t n;
    ph_roster_entry *entries;
    size_t mask;
    uint32_t *by_curve, *by_key; /* place in entries + 1; 0 = free */
};

/* Keys and key ids are as good as random: their first bytes are the hash. */
static size_t home_of(const ph_roster *r, const uint8_t *bytes)
{
    uint64_t word;

    memcpy(&word, bytes, sizeof word);
    word *= UINT64_C(0x9E3779B97F4A7C15);
    return (size_t)(word >> 32) & r->mask;
}

static uint32_t *curve_slot(const ph_roster *r, const uint8_t *key)
{
    size_t at = home_of(r, key);

    while (r->by_curve[at] != 0 &&
           memcmp(r->entries[r->by_curve[at] - 1].curve_public, key, PH_CURVE_PUBLIC_BYTES) != 0)
        at = (at + 1) & r->mask;
    return &r->by_curve[at];
}

static uint32_t *key_slot(const ph_roster *r, const ph_key_id *id)
{
    size_t at = home_of(r, id->bytes);

    while (r->by_key[at] != 0 && !ph_key_id_eq(&r->entries[r->by_key[at] - 1].key_id, id))
        at = (at + 1) & r->mask;
    return &r->by_key[at];
}

static ph_rc index_entry(ph_roster *r, uint32_t place)
{
    uint32_t *curve = curve_slot(r, r->entries[place].curve_public);
    uint32_t *key = key_slot(r, &r->entries[place].key_id);

    if (*curve != 0 || *key != 0)
        return PH_EXISTS;
    *curve = place + 1;
    *key = place + 1;
    return PH_OK;
}

static ph_rc allocate(ph_roster *r, size_t n)
{
    size_t size = 4;

    while (size < 2 * n + 1)
        size *= 2;
    r->mask = size - 1;
    r->entries = calloc(n + 1, sizeof *r->entries);
    r->by_curve = calloc(size, sizeof *r->by_curve);
    r->by_key = calloc(size, sizeof *r->by_key);
    return r->entries == NULL || r->by_curve == NULL || r->by_key == NULL ? PH_NOMEM : PH_OK;
}

ph_rc ph_roster_build(uint64_t serial, const ph_roster_entry *entries, size_t n, const ph_digest *digest,
                      ph_roster **ret)
{
    ph_roster *r = n <= PH_ROSTER_MAX_ENTRIES ? calloc(1, sizeof *r) : NULL;
    ph_rc rc = r != NULL ? allocate(r, n) : n > PH_ROSTER_MAX_ENTRIES ? PH_LIMIT : PH_NOMEM;

    if (rc == PH_OK) {
        r->serial = serial;
        r->digest = *digest;
        r->n = n;
        if (n > 0)
            memcpy(r->entries, entries, n * sizeof *entries);
    }
    for (size_t i = 0; rc == PH_OK && i < n; i++)
        rc = index_entry(r, (uint32_t)i);
    if (rc != PH_OK) {
        ph_roster_free(r);
        return rc;
    }
    *ret = r;
    return PH_OK;
}

void ph_roster_free(ph_roster *r)
{
    if (r == NULL)
        return;
    free(r->entries);
    free(r->by_curve);
    free(r->by_key);
    free(r);
}

uint64_t ph_roster_serial(const ph_roster *r)
{
    return r->serial;
}

const ph_digest *ph_roster_digest(const ph_roster *r)
{
    return &r->digest;
}

size_t ph_roster_n(const ph_roster *r)
{
    return r->n;
}

const ph_roster_entry *ph_roster_at(const ph_roster *r, size_t i)
{
    return &r->entries[i];
}

const ph_roster_entry *ph_roster_by_curve(const ph_roster *r, const uint8_t curve_public[PH_CURVE_PUBLIC_BYTES])
{
    uint32_t place = *curve_slot(r, curve_public);

    return place == 0 ? NULL : &r->entries[place - 1];
}

const ph_roster_entry *ph_roster_by_key(const ph_roster *r, const ph_key_id *id)
{
    uint32_t place = *key_slot(r, id);

    return place == 0 ? NULL : &r->entries[place - 1];
}

bool ph_roster_may_speak(const ph_roster_entry *e, int64_t now_us)
{
    return e->status == PH_KEY_ACTIVE && e->valid_from_us <= now_us && now_us < e->valid_to_us;
}
