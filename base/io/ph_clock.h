/* ph_clock - the only place that asks the machine for the time.   Layer: base/io */
#ifndef PH_CLOCK_H
#define PH_CLOCK_H

#include <stdint.h>

/**
 * now: CLOCK_REALTIME (may jump; for stamps). mono: CLOCK_MONOTONIC (for timers and deadlines). boot: CLOCK_BOOTTIME
 * (runs on through suspend; judges jumps of now).
 * Units: microseconds; now counts from 1970 UTC.
 * Owns: nothing.
 * Errors: none (aborts if the kernel has no such clock).   Thread: any.   Source: clock_gettime(2).
 */
int64_t ph_clock_now_us(void);
int64_t ph_clock_mono_us(void);
int64_t ph_clock_boot_us(void);

#endif
