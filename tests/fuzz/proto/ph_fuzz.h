/* ph_fuzz - what every fuzz target of a decoder demands: what was read, written and read again is written the same.
 * Layer: tests */
#ifndef PH_FUZZ_H
#define PH_FUZZ_H

#include <stdlib.h>

#include "ph_buf.h"
#include "ph_result.h"
#include "ph_span.h"

/* Decode @bytes into static storage and write the result to @dst; the code is the decoder's. */
typedef ph_rc (*ph_fuzz_round_fn)(ph_span bytes, ph_buf *dst);

/* Stop here, as a crash that the fuzzer keeps the input of. */
static inline void ph_fuzz_demand(int holds)
{
    if (!holds)
        abort();
}

/* A refusal is the input's fault and no other's; what is accepted is rewritten to a fixed point. */
static inline ph_rc ph_fuzz_round(ph_fuzz_round_fn round, ph_span bytes, size_t max)
{
    ph_buf once, twice;

    ph_buf_init(&once, max);
    ph_buf_init(&twice, max);
    ph_rc rc = round(bytes, &once);
    ph_fuzz_demand(rc == PH_OK || ph_rc_class(rc) == PH_CLASS_REJECT);
    if (rc == PH_OK) {
        ph_fuzz_demand(once.rc == PH_OK);
        ph_fuzz_demand(round(ph_buf_span(&once), &twice) == PH_OK);
        ph_fuzz_demand(ph_span_eq(ph_buf_span(&once), ph_buf_span(&twice)));
    }
    ph_buf_done(&once);
    ph_buf_done(&twice);
    return rc;
}

#endif
