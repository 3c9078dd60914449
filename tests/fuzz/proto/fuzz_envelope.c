/* fuzz_envelope - key id, signature and opaque body, read before anything is verified.   Layer: tests */
#include "ph_fuzz.h"
#include "ph_submission.h"

static ph_rc round_envelope(ph_span bytes, ph_buf *dst)
{
    ph_envelope e;
    ph_rc rc = ph_envelope_read(bytes, &e);

    if (rc == PH_OK)
        ph_envelope_write(&e, dst);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_envelope, ph_span_of(data, size), 2 * PH_MAX_FRAME_BYTES);
    return 0;
}
