/* ph_gen - the generator of property tests: repeatable, its seed printed and given by PHUSA_SEED.   Layer: tests */
#ifndef PH_GEN_H
#define PH_GEN_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct ph_gen {
    uint64_t state;
} ph_gen;

/* The same numbers at each run, others with PHUSA_SEED=n in the environment. */
static inline ph_gen ph_gen_seeded(const char *name)
{
    const char *given = getenv("PHUSA_SEED");
    uint64_t seed = given == NULL ? 1 : strtoull(given, NULL, 10);

    printf("# %s: PHUSA_SEED=%llu\n", name, (unsigned long long)seed);
    return (ph_gen){.state = seed};
}

/* splitmix64 */
static inline uint64_t ph_gen_next(ph_gen *g)
{
    uint64_t z = (g->state += UINT64_C(0x9E3779B97F4A7C15));

    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static inline uint64_t ph_gen_below(ph_gen *g, uint64_t n)
{
    return ph_gen_next(g) % n;
}

/* In [-limit, limit], small ones as likely as large ones. */
static inline int64_t ph_gen_signed(ph_gen *g, int64_t limit)
{
    uint64_t magnitude = ph_gen_next(g) >> ph_gen_below(g, 63);
    int64_t value = (int64_t)(magnitude % ((uint64_t)limit + 1));

    return (ph_gen_next(g) & 1) != 0 ? -value : value;
}

#endif
