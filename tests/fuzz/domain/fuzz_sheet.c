/* fuzz_sheet - packed bytes: refused, or the one packed form of a sheet that can be consolidated.   Layer: tests */
#include <stdlib.h>

#include "ph_consolidate.h"
#include "ph_fuzz_registry.h"
#include "ph_sheet.h"

static void check_canonical(const ph_sheet *s, ph_span bytes)
{
    ph_buf again;

    ph_buf_init(&again, 1 << 22);
    ph_sheet_pack(s, &again);
    if (again.rc != PH_OK || !ph_span_eq(ph_buf_span(&again), bytes))
        abort();
    ph_buf_done(&again);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ph_registry *reg = ph_fuzz_registry();
    ph_sheet *s = NULL;
    ph_figure figure;
    ph_rc rc = ph_sheet_unpack(ph_span_of(data, size), &s);

    if (rc != PH_OK) {
        if (rc != PH_MALFORMED || s != NULL)
            abort();
        return 0;
    }
    check_canonical(s, ph_span_of(data, size));
    for (uint16_t i = 0; i < s->n_columns; i++) {
        rc = ph_consolidate(s, i, reg, &figure);
        if (rc != PH_OK && rc != PH_NOT_FOUND && rc != PH_RANGE)
            abort();
        if (rc == PH_OK && figure.n_received + figure.n_held > figure.n_expected)
            abort();
    }
    (void)!ph_sheet_refit(s, reg, ph_registry_calendar(reg, 0));
    ph_sheet_free(s);
    return 0;
}
