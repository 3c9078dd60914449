/* ph_col_backoff - when to try again: doubling, capped, fully jittered, from a seed.   Layer: collector/core (pure) */
#include "ph_col_backoff.h"

void ph_col_backoff_init(ph_col_backoff *b, int64_t min_us, int64_t max_us, uint64_t seed)
{
    *b = (ph_col_backoff){.min_us = min_us, .max_us = max_us, .random = seed};
}

void ph_col_backoff_set(ph_col_backoff *b, int64_t min_us, int64_t max_us)
{
    b->min_us = min_us;
    b->max_us = max_us;
}

/* splitmix64. */
static uint64_t draw(ph_col_backoff *b)
{
    uint64_t z = b->random += UINT64_C(0x9E3779B97F4A7C15);
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static int64_t between(ph_col_backoff *b, int64_t low, int64_t high)
{
    return low + (int64_t)(draw(b) % (uint64_t)(high - low + 1));
}

int64_t ph_col_backoff_next_us(ph_col_backoff *b)
{
    int64_t ceiling = b->min_us;
    for (unsigned i = 0; i <= b->failures && ceiling < b->max_us; i++)
        ceiling = ceiling > b->max_us / 2 ? b->max_us : 2 * ceiling;
    if (b->failures < 62)
        b->failures++;
    return between(b, b->min_us, ceiling);
}

int64_t ph_col_backoff_stretch_us(ph_col_backoff *b, int64_t us)
{
    return between(b, us, us + us / 4);
}

void ph_col_backoff_reset(ph_col_backoff *b)
{
    b->failures = 0;
}
