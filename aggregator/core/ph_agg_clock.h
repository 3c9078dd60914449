/* ph_agg_clock - is the time on the wall believable?   Layer: aggregator/core (pure) */
#ifndef PH_AGG_CLOCK_H
#define PH_AGG_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_time.h"

#define PH_CLOCK_STEP_US  (60 * PH_US_PER_S)   /* a step that is put up with: what a time service corrects */
#define PH_CLOCK_AHEAD_US (30 * PH_US_PER_DAY) /* between one run and the next */

/* The wall clock's distance to the clock that counts from boot, which nobody sets. */
typedef struct ph_agg_clock {
    int64_t distance_us;
} ph_agg_clock;

/**
 * At start: @now_us against the last seal of the ledger. A step back of more than a minute or more than 30 days ahead
 * is not believed unless a person said so (@accept). ret_gap_us: now - last seal.   Errors: CLOCK.   Thread: any.
 */
ph_rc ph_agg_clock_start(ph_agg_clock *c, int64_t last_seal_us, int64_t now_us, int64_t boot_us, bool accept,
                         int64_t *ret_gap_us) PH_CHECKED;

/**
 * While running: has the wall clock jumped against the other since the last call? Small corrections become the new
 * distance.   Units: microseconds; @boot_us of CLOCK_BOOTTIME.   Errors: CLOCK, with the jump in *ret_jump_us.
 */
ph_rc ph_agg_clock_check(ph_agg_clock *c, int64_t now_us, int64_t boot_us, int64_t *ret_jump_us) PH_CHECKED;

#endif
