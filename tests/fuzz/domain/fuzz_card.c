/* fuzz_card - a card: refused with words, or whole.   Layer: tests */
#include <stdlib.h>

#include "ph_id_index.h"
#include "ph_registry_load.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ph_card card = {0};
    ph_err err = {0};
    char fingerprint[40];
    ph_rc rc = ph_card_load(ph_span_of(data, size), "card", &card, &err);

    if ((rc == PH_OK) != (err.code[0] == '\0'))
        abort();
    if (rc != PH_OK)
        return 0;
    if (card.kind == PH_CARD_PROVINCE ? !ph_id_is_valid(ph_span_str(card.unit)) : card.address[0] == '\0')
        abort();
    ph_card_fingerprint(&card, fingerprint);
    return 0;
}
