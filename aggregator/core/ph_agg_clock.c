/* ph_agg_clock - two differences and their bounds.   Layer: aggregator/core (pure) */
#include "ph_agg_clock.h"

ph_rc ph_agg_clock_start(ph_agg_clock *c, int64_t last_seal_us, int64_t now_us, int64_t boot_us, bool accept,
                         int64_t *ret_gap_us)
{
    int64_t gap = now_us - last_seal_us;
    c->distance_us = now_us - boot_us;
    *ret_gap_us = gap;
    return accept || (gap >= -PH_CLOCK_STEP_US && gap <= PH_CLOCK_AHEAD_US) ? PH_OK : PH_CLOCK;
}

ph_rc ph_agg_clock_check(ph_agg_clock *c, int64_t now_us, int64_t boot_us, int64_t *ret_jump_us)
{
    int64_t distance = now_us - boot_us;
    int64_t jump = distance - c->distance_us;
    if (jump < -PH_CLOCK_STEP_US || jump > PH_CLOCK_STEP_US) {
        *ret_jump_us = jump;
        return PH_CLOCK;
    }
    c->distance_us = distance;
    return PH_OK;
}
