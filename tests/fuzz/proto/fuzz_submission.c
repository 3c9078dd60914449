/* fuzz_submission - the body of a submission.   Layer: tests */
#include "ph_fuzz.h"
#include "ph_submission.h"

static ph_rc round_submission(ph_span bytes, ph_buf *dst)
{
    ph_observation store[PH_MAX_OBSERVATIONS];
    ph_submission s;
    const char *why = NULL;
    size_t offset = SIZE_MAX;
    ph_rc rc = ph_submission_read(bytes, store, &s, &why, &offset);

    ph_fuzz_demand((rc == PH_OK) == (why == NULL));
    ph_fuzz_demand(rc == PH_OK || offset <= bytes.len);
    if (rc == PH_OK)
        ph_submission_write(&s, dst);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_submission, ph_span_of(data, size), size + 64);
    return 0;
}
