/* ph_clock - the only place that asks the machine for the time.   Layer: base/io */
#include "ph_clock.h"

#include <stdlib.h>
#include <time.h>

static int64_t read_clock(clockid_t id)
{
    struct timespec ts;

    if (clock_gettime(id, &ts) != 0)
        abort(); /* no such clock: nothing that we promise can be kept */
    return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

int64_t ph_clock_now_us(void)
{
    return read_clock(CLOCK_REALTIME);
}

int64_t ph_clock_mono_us(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t ph_clock_boot_us(void)
{
    return read_clock(CLOCK_BOOTTIME);
}
