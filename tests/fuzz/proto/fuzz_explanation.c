/* fuzz_explanation - the body of an explanation.   Layer: tests */
#include "ph_explanation.h"
#include "ph_fuzz.h"

static ph_rc round_explanation(ph_span bytes, ph_buf *dst)
{
    ph_explanation m;
    const char *why = NULL;
    size_t offset = SIZE_MAX;
    ph_rc rc = ph_explanation_read(bytes, &m, &why, &offset);

    ph_fuzz_demand((rc == PH_OK) == (why == NULL));
    ph_fuzz_demand(rc == PH_OK || offset <= bytes.len);
    if (rc == PH_OK)
        ph_explanation_write(&m, dst);
    return rc;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_explanation, ph_span_of(data, size), size + 64);
    return 0;
}
