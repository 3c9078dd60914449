/* fuzz_findings - a page of findings.   Layer: tests */
#include "ph_fuzz.h"
#include "ph_verdict.h"

static ph_rc round_findings(ph_span bytes, ph_buf *dst)
{
    ph_finding store[PH_MAX_FINDINGS];
    size_t n = 0;
    ph_rc rc = ph_findings_read(bytes, store, PH_MAX_FINDINGS, &n);

    if (rc == PH_OK) {
        ph_findings_write(store, n, dst);
        ph_fuzz_demand(dst->len <= PH_MAX_FINDINGS_BYTES); /* what we write fits into a receipt */
    }
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_findings, ph_span_of(data, size), size + 64);
    return 0;
}
