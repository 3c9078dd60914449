/* ph_agg_peers - a hash table with the order of last words threaded through it.   Layer: aggregator/core (pure) */
#include "ph_agg_peers.h"

#include <stdlib.h>
#include <string.h>

#define NONE UINT32_MAX

typedef struct peer {
    uint8_t name[PH_PEER_NAME_BYTES];
    uint8_t key[PH_CURVE_PUBLIC_BYTES];
    uint32_t generation; /* of its last occupant; 0 = never used */
    bool is_used;
    uint32_t chain;        /* next in the same bucket, or in the free list */
    uint32_t older, newer; /* order of last words */
} peer;

struct ph_peers {
    peer *slots;
    uint32_t *buckets;
    uint32_t max, n_buckets; /* n_buckets: a power of two >= max */
    uint32_t n, free_list;
    uint32_t oldest, newest;
};

/* libzmq counts its names up from a random start, so the low bits spread well. */
static uint32_t *bucket_of(const ph_peers *p, const uint8_t *name)
{
    uint32_t number;
    memcpy(&number, name + 1, sizeof number);
    return &p->buckets[(number * 2654435761U) & (p->n_buckets - 1)];
}

ph_rc ph_peers_new(size_t max, ph_peers **ret)
{
    if (max < 1 || max > 65536)
        return PH_INVALID;
    ph_peers *p = calloc(1, sizeof *p);
    if (p == NULL)
        return PH_NOMEM;
    p->max = (uint32_t)max;
    for (p->n_buckets = 1; p->n_buckets < p->max;)
        p->n_buckets *= 2;
    p->slots = calloc(p->max, sizeof *p->slots);
    p->buckets = calloc(p->n_buckets, sizeof *p->buckets);
    if (p->slots == NULL || p->buckets == NULL) {
        ph_peers_free(p);
        return PH_NOMEM;
    }
    memset(p->buckets, 0xff, p->n_buckets * sizeof *p->buckets);
    for (uint32_t i = 0; i < p->max; i++)
        p->slots[i].chain = i + 1 < p->max ? i + 1 : NONE;
    p->oldest = p->newest = NONE;
    *ret = p;
    return PH_OK;
}

void ph_peers_free(ph_peers *p)
{
    if (p == NULL)
        return;
    free(p->slots);
    free(p->buckets);
    free(p);
}

static void leave_order(ph_peers *p, uint32_t i)
{
    const peer *s = &p->slots[i];
    if (s->older != NONE)
        p->slots[s->older].newer = s->newer;
    else
        p->oldest = s->newer;
    if (s->newer != NONE)
        p->slots[s->newer].older = s->older;
    else
        p->newest = s->older;
}

static void become_newest(ph_peers *p, uint32_t i)
{
    peer *s = &p->slots[i];
    s->older = p->newest;
    s->newer = NONE;
    if (p->newest != NONE)
        p->slots[p->newest].newer = i;
    else
        p->oldest = i;
    p->newest = i;
}

static void drop(ph_peers *p, uint32_t i)
{
    peer *s = &p->slots[i];
    uint32_t *at = bucket_of(p, s->name);
    while (*at != i)
        at = &p->slots[*at].chain;
    *at = s->chain;
    leave_order(p, i);
    s->is_used = false;
    s->chain = p->free_list;
    p->free_list = i;
    p->n--;
}

static uint32_t enter(ph_peers *p, const uint8_t *name)
{
    if (p->free_list == NONE)
        drop(p, p->oldest);
    uint32_t i = p->free_list;
    peer *s = &p->slots[i];
    p->free_list = s->chain;
    memcpy(s->name, name, PH_PEER_NAME_BYTES);
    s->is_used = true;
    uint32_t *bucket = bucket_of(p, name);
    s->chain = *bucket;
    *bucket = i;
    become_newest(p, i);
    p->n++;
    return i;
}

/* A new occupant: references to the one before find nothing. 0 is no generation. */
static void occupy(peer *s, const uint8_t *key)
{
    memcpy(s->key, key, sizeof s->key);
    s->generation = s->generation == UINT32_MAX ? 1 : s->generation + 1;
}

ph_rc ph_peers_hear(ph_peers *p, ph_span name, const uint8_t key[PH_CURVE_PUBLIC_BYTES], ph_peer_ref *ret)
{
    if (name.len != PH_PEER_NAME_BYTES || name.ptr[0] != 0)
        return PH_MALFORMED;
    uint32_t i = *bucket_of(p, name.ptr);
    while (i != NONE && memcmp(p->slots[i].name, name.ptr, PH_PEER_NAME_BYTES) != 0)
        i = p->slots[i].chain;
    if (i == NONE) {
        i = enter(p, name.ptr);
        occupy(&p->slots[i], key);
    } else {
        if (memcmp(p->slots[i].key, key, PH_CURVE_PUBLIC_BYTES) != 0)
            occupy(&p->slots[i], key);
        leave_order(p, i);
        become_newest(p, i);
    }
    *ret = (ph_peer_ref){.index = i, .generation = p->slots[i].generation};
    return PH_OK;
}

static const peer *find(const ph_peers *p, ph_peer_ref ref)
{
    if (ref.index >= p->max)
        return NULL;
    const peer *s = &p->slots[ref.index];
    return s->is_used && s->generation == ref.generation ? s : NULL;
}

bool ph_peers_find(const ph_peers *p, ph_peer_ref ref, ph_span *ret_name)
{
    const peer *s = find(p, ref);
    if (s == NULL)
        return false;
    *ret_name = ph_span_of(s->name, sizeof s->name);
    return true;
}

void ph_peers_forget(ph_peers *p, ph_peer_ref ref)
{
    if (find(p, ref) != NULL)
        drop(p, ref.index);
}

size_t ph_peers_n(const ph_peers *p)
{
    return p->n;
}
