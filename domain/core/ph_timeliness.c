/* ph_timeliness - whether a unit reported in time.   Layer: domain/core (pure) */
#include "ph_timeliness.h"

const char *ph_punctuality_name(ph_punctuality p)
{
    switch (p) {
#define PH_X(name, text)        \
    case PH_PUNCTUALITY_##name: \
        return text;
        PH_PUNCTUALITY_MAP(PH_X)
#undef PH_X
    }
    return "unknown";
}

void ph_timeliness_add(ph_timeliness *t, int64_t received_at_us, ph_verdict verdict)
{
    if (verdict != PH_VERDICT_ACCEPTED && verdict != PH_VERDICT_HELD) {
        t->n_rejected++;
        return;
    }
    if (t->n_standing == 0 || received_at_us < t->first_us)
        t->first_us = received_at_us;
    if (t->n_standing == 0 || received_at_us > t->last_us)
        t->last_us = received_at_us;
    t->n_standing++;
}

void ph_timeliness_judge(ph_timeliness *t, int64_t due_us, int64_t now_us)
{
    if (t->n_standing == 0) {
        t->punctuality = now_us > due_us ? PH_PUNCTUALITY_MISSING : PH_PUNCTUALITY_AWAITED;
        t->days_early = 0;
        return;
    }
    t->punctuality = t->first_us > due_us ? PH_PUNCTUALITY_LATE : PH_PUNCTUALITY_ON_TIME;
    t->days_early = ph_date_of_us(due_us) - ph_date_of_us(t->first_us);
}

ph_column_count ph_column_counted(const ph_sheet *s, uint16_t column)
{
    ph_column_count c = {.n_expected = (uint8_t)s->n_rows};

    for (uint16_t row = 0; row < s->n_rows; row++)
        switch ((ph_cell_state)ph_sheet_cell(s, row, column)->state) {
        case PH_CELL_GIVEN:
            c.n_given++;
            break;
        case PH_CELL_HELD:
            c.n_held++;
            break;
        case PH_CELL_NO_VALUE:
            c.n_no_value++;
            break;
        case PH_CELL_MISSING:
            c.n_missing++;
            break;
        }
    return c;
}
