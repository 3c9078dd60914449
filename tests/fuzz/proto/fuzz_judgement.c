/* fuzz_judgement - verdict bytes.   Layer: tests */
#include "ph_fuzz.h"
#include "ph_verdict.h"

static ph_rc round_judgement(ph_span bytes, ph_buf *dst)
{
    ph_judgement j;
    ph_rc rc = ph_judgement_read(bytes, &j);

    if (rc == PH_OK) {
        ph_fuzz_demand(ph_verdict_consumes(j.verdict));
        ph_judgement_write(&j, dst);
        ph_fuzz_demand(dst->len <= PH_MAX_JUDGEMENT_BYTES); /* what we write fits into a receipt */
    }
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_judgement, ph_span_of(data, size), size + 64);
    return 0;
}
