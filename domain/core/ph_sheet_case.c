/* ph_sheet_case - the stories of held values.   Layer: domain/core (pure) */
#include <stdlib.h>

#include "ph_sheet.h"

ph_digest ph_value_digest(const ph_sheet *s, uint16_t row, uint16_t column, int64_t mantissa, char status)
{
    ph_spoken_value v = {.cluster = ph_span_str(s->cluster),
                         .form = ph_span_str(s->form),
                         .period = s->period,
                         .unit = ph_span_str(s->rows[row].unit),
                         .indicator = ph_span_str(s->columns[column].indicator),
                         .value = {.mantissa = mantissa, .scale = s->columns[column].decimals},
                         .status = status};

    return ph_spoken_value_digest(&v);
}

/* The first case that is not before this cell. */
static uint16_t place_of(const ph_sheet *s, uint16_t row, uint16_t column)
{
    uint16_t low = 0, high = s->n_cases;

    while (low < high) {
        uint16_t mid = (uint16_t)(low + (high - low) / 2);
        const ph_case *c = &s->cases[mid];
        if (c->row < row || (c->row == row && c->column < column))
            low = (uint16_t)(mid + 1);
        else
            high = mid;
    }
    return low;
}

static bool is_at(const ph_sheet *s, uint16_t i, uint16_t row, uint16_t column)
{
    return i < s->n_cases && s->cases[i].row == row && s->cases[i].column == column;
}

ph_case *ph_sheet_find_case(const ph_sheet *s, uint16_t row, uint16_t column)
{
    uint16_t i = place_of(s, row, column);

    return is_at(s, i, row, column) ? &s->cases[i] : NULL;
}

ph_case *ph_sheet_put_case(ph_sheet *s, uint16_t row, uint16_t column)
{
    uint16_t i = place_of(s, row, column);
    ph_case *grown;

    if (is_at(s, i, row, column))
        return &s->cases[i];
    grown = reallocarray(s->cases, s->n_cases + 1U, sizeof *grown);
    if (grown == NULL)
        return NULL;
    s->cases = grown;
    memmove(&grown[i + 1], &grown[i], (size_t)(s->n_cases - i) * sizeof *grown);
    grown[i] = (ph_case){.row = row, .column = column};
    s->n_cases++;
    return &grown[i];
}

void ph_sheet_drop_case(ph_sheet *s, uint16_t row, uint16_t column)
{
    uint16_t i = place_of(s, row, column);

    if (!is_at(s, i, row, column))
        return;
    s->n_cases--;
    memmove(&s->cases[i], &s->cases[i + 1], (size_t)(s->n_cases - i) * sizeof s->cases[0]);
}
