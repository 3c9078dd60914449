/* fuzz_frame - the four bytes of a frame.   Layer: tests */
#include "ph_frame.h"
#include "ph_fuzz.h"
#include "ph_limits.h"

static ph_rc round_frame(ph_span bytes, ph_buf *dst)
{
    ph_frame f = {0};
    ph_rc rc = ph_frame_split(bytes, PH_MAX_FRAME_BYTES, &f);

    if (rc == PH_OK) {
        ph_frame_begin(dst, f.type);
        (void)ph_buf_put_span(dst, f.body);
        ph_fuzz_demand(ph_span_eq(bytes, ph_buf_span(dst)));
    }
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_frame, ph_span_of(data, size), PH_MAX_FRAME_BYTES);
    return 0;
}
