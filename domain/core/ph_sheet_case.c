/* ph_sheet_case - the stories of held values.   Layer: domain/core (pure) */
#include <stdlib.h>

#include "ph_sheet.h"

static uint8_t *put(uint8_t *at, const void *bytes, size_t n)
{
    memcpy(at, bytes, n);
    return at + n;
}

static uint8_t *put_text(uint8_t *at, const char *text)
{
    size_t n = strlen(text);

    *at++ = (uint8_t)n;
    return put(at, text, n);
}

ph_digest ph_value_digest(const ph_sheet *s, uint16_t row, uint16_t column, int64_t mantissa, char status)
{
    static const char context[] = "phusa value";
    uint8_t bytes[sizeof context + 4 * PH_ID_BUFFER_BYTES + PH_PERIOD_TEXT_BYTES + 1 + 1 + 8 + 1], *at = bytes;
    char period[PH_PERIOD_TEXT_BYTES];

    (void)ph_period_print(s->period, period);
    at = put(at, context, sizeof context);
    at = put_text(at, s->cluster);
    at = put_text(at, s->form);
    at = put_text(at, period);
    at = put_text(at, s->rows[row].unit);
    at = put_text(at, s->columns[column].indicator);
    *at++ = s->columns[column].decimals;
    for (unsigned i = 0; i < 8; i++)
        *at++ = (uint8_t)((uint64_t)mantissa >> (56 - 8 * i));
    *at++ = (uint8_t)status;
    return ph_digest_of_span(ph_span_of(bytes, (size_t)(at - bytes)));
}

/* The first case that is not before this cell. */
static uint16_t place_of(const ph_sheet *s, uint16_t row, uint16_t column)
{
    uint16_t i = 0;

    while (i < s->n_cases && (s->cases[i].row < row || (s->cases[i].row == row && s->cases[i].column < column)))
        i++;
    return i;
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
