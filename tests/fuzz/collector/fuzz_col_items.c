/* fuzz_col_items - any bytes as a file of items: bounded, told, and what is read our own reader takes.   Layer: tests
 */
#include <stdlib.h>

#include "ph_col_items.h"
#include "ph_reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ph_narrative store[PH_MAX_NARRATIVES];
    ph_col_items *items = NULL;

    if (ph_col_items_read(ph_span_of(data, size), "alpha", &items) != PH_OK)
        abort();
    ph_reader r = ph_reader_over(ph_buf_span(&items->packed));
    if (items->problems.n_errors == 0 && items->n > 0 &&
        (ph_narratives_read(&r, store) != items->n || r.rc != PH_OK || r.at != r.end))
        abort();
    for (size_t i = 0; i < items->n && items->problems.n_errors == 0; i++)
        if (ph_narrative_kind_find(store[i].kind) == PH_NARRATIVE_KINDS)
            abort();
    ph_col_items_free(items);
    return 0;
}
