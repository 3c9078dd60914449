/* ph_rule_outlier - what lies far from the rest of its cluster: median and median of distances.   Layer: domain/core
 * (pure) */
#include <stdlib.h>

#include "ph_plan_columns.h"

/* Twice of everything, so that the median of an even number is whole. */
typedef struct spread {
    size_t n;
    int64_t sorted[PH_MAX_MEMBERS];
    ph_wide distances[PH_MAX_MEMBERS];
    ph_wide median; /* times 2 */
    ph_wide mad;    /* times 4 */
} spread;

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static int by_distance(const void *a, const void *b)
{
    ph_wide x = *(const ph_wide *)a, y = *(const ph_wide *)b;
    return (x > y) - (x < y);
}

static ph_wide distance(const spread *s, int64_t v)
{
    ph_wide d = 2 * (ph_wide)v - s->median;
    return d < 0 ? -d : d;
}

static void measure(spread *s, const ph_cell *cells, uint16_t n_rows)
{
    s->n = 0;
    s->median = s->mad = 0;
    for (uint16_t row = 0; row < n_rows; row++)
        if (cells[row].state == PH_CELL_GIVEN)
            s->sorted[s->n++] = cells[row].mantissa;
    if (s->n == 0)
        return;
    qsort(s->sorted, s->n, sizeof s->sorted[0], by_value);
    s->median = (ph_wide)s->sorted[(s->n - 1) / 2] + s->sorted[s->n / 2];
    for (size_t i = 0; i < s->n; i++)
        s->distances[i] = distance(s, s->sorted[i]);
    qsort(s->distances, s->n, sizeof s->distances[0], by_distance);
    s->mad = s->distances[(s->n - 1) / 2] + s->distances[s->n / 2];
}

static void mark(const ph_check *k, const ph_column *column, ph_cell *cells, uint16_t n_rows)
{
    const ph_wide one = 1000000;
    int64_t min_members = (k->has >> PH_P_MIN_MEMBERS & 1) != 0 ? k->params[PH_P_MIN_MEMBERS] : 5 * (int64_t)one;
    int64_t floor = (k->has >> PH_P_FLOOR & 1) != 0 ? k->params[PH_P_FLOOR] : 0;
    spread s;

    measure(&s, cells, n_rows);
    if ((ph_wide)s.n * one < min_members)
        return;
    for (uint16_t row = 0; row < n_rows; row++) {
        ph_wide d = distance(&s, cells[row].mantissa);
        if (cells[row].state == PH_CELL_GIVEN && 2 * d * one > s.mad * k->params[PH_P_MADS] &&
            d * column->lift > 2 * (ph_wide)floor)
            cells[row].marks |= PH_MARK_OUTLIER;
    }
}

void ph_sheet_mark_outliers(ph_sheet *s, const ph_plan *plan)
{
    for (uint16_t i = 0; i < s->n_columns && i < plan->n_columns; i++) {
        ph_cell *cells = ph_sheet_cell(s, 0, i);
        if (!s->columns[i].is_touched)
            continue;
        for (uint16_t row = 0; row < s->n_rows; row++)
            cells[row].marks &= (uint8_t)~PH_MARK_OUTLIER;
        for (size_t k = plan->n_checks; k < plan->n_checks + plan->n_across; k++)
            if (plan->checks[k].column == i)
                mark(&plan->checks[k], &plan->columns[i], cells, s->n_rows);
    }
}
