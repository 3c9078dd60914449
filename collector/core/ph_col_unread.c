/* ph_col_unread - which columns of a form a file gives without their being readable.   Layer: collector/core (pure) */
#include "ph_col_unread.h"

#include <string.h>

static void set_bit(uint64_t *bits, uint16_t column)
{
    bits[column / 64] |= UINT64_C(1) << (column % 64);
}

static bool is_in(const ph_col_revision *revision, const char *code)
{
    for (size_t i = 0; i < revision->n; i++)
        if (ph_span_is(revision->cells[i].indicator, code))
            return true;
    return false;
}

void ph_col_unread_columns(const ph_registry *reg, const ph_col_input *in, const ph_col_revision *revision,
                           const ph_plan *plan, uint64_t *ret)
{
    memset(ret, 0, PH_UNREAD_WORDS * sizeof *ret);
    for (uint16_t c = 0; c < ph_plan_n_columns(plan); c++) {
        const char *code = ph_plan_indicator(plan, c)->code;
        if (ph_col_input_is_unread(in, ph_registry_find_indicator(reg, ph_span_str(code))) ||
            (in->has_unplaced && !is_in(revision, code)))
            set_bit(ret, c);
    }
}
