/* fuzz_receipts - a frame of receipts as the agent reads it, each proof tried.   Layer: tests */
#include "ph_fuzz.h"
#include "ph_receipt.h"

static ph_receipt store[PH_MAX_RECEIPTS];

static ph_rc round_receipts(ph_span bytes, ph_buf *dst)
{
    static const uint8_t receipt_key[PH_SIGN_PUBLIC_BYTES] = {1};
    ph_receipts f;
    ph_rc rc = ph_receipts_read(bytes, store, &f);

    if (rc != PH_OK)
        return rc;
    for (size_t i = 0; i < f.n; i++) {
        ph_rc proof = ph_receipt_verify(&f, &f.items[i], ph_span_str("haiduong"), receipt_key);
        ph_fuzz_demand(ph_rc_class(proof) == PH_CLASS_REJECT); /* no input holds a signature by this key */
    }
    ph_receipts_write(&f, dst);
    return PH_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    (void)ph_fuzz_round(round_receipts, ph_span_of(data, size), size + 1024);
    return 0;
}
