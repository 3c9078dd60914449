/* ph_metrics_process - what the kernel says of our own process, as metrics.   Layer: base/io */
#ifndef PH_METRICS_PROCESS_H
#define PH_METRICS_PROCESS_H

#include <stdint.h>

#include "ph_buf.h"

typedef struct ph_process {
    int64_t started_us;
} ph_process;

/** Remember when we started.   Errors: none. */
void ph_process_begin(ph_process *p);
/** Append phusa_<component>_process_…; what cannot be read is left out.   Errors: in dst->rc. */
void ph_process_put(const ph_process *p, const char *component, ph_buf *dst);

#endif
