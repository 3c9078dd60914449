/* ph_col_backoff - when to try again: doubling, capped, fully jittered, from a seed.   Layer: collector/core (pure) */
#ifndef PH_COL_BACKOFF_H
#define PH_COL_BACKOFF_H

#include <stdint.h>

/* Invariants: 0 < min_us <= max_us. */
typedef struct ph_col_backoff {
    int64_t min_us, max_us;
    uint64_t random; /* state of the generator */
    unsigned failures;
} ph_col_backoff;

void ph_col_backoff_init(ph_col_backoff *b, int64_t min_us, int64_t max_us, uint64_t seed);

/** Other bounds from now on; failures so far still count. */
void ph_col_backoff_set(ph_col_backoff *b, int64_t min_us, int64_t max_us);

/** After a failure: a wait drawn evenly from [min, min * 2^failures], never above max; so that a thousand agents do not
 * come back together. */
int64_t ph_col_backoff_next_us(ph_col_backoff *b);

/** A wait of at least @us, at most a quarter longer: for a time that the peer asked for. */
int64_t ph_col_backoff_stretch_us(ph_col_backoff *b, int64_t us);

/** After lasting success. */
void ph_col_backoff_reset(ph_col_backoff *b);

#endif
