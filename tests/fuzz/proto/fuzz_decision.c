/* fuzz_decision - the body of a decision.   Layer: tests */
#include "ph_decision.h"
#include "ph_fuzz.h"

static ph_rc round_decision(ph_span bytes, ph_buf *dst)
{
    ph_decision m;
    const char *why = NULL;
    size_t offset = SIZE_MAX;
    ph_rc rc = ph_decision_read(bytes, &m, &why, &offset);

    ph_fuzz_demand((rc == PH_OK) == (why == NULL));
    ph_fuzz_demand(rc == PH_OK || offset <= bytes.len);
    if (rc == PH_OK)
        ph_decision_write(&m, dst);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_decision, ph_span_of(data, size), size + 64);
    return 0;
}
