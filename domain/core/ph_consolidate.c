/* ph_consolidate - one cluster figure from one column of a sheet, exactly.   Layer: domain/core (pure)
 *
 * Why nothing overflows: a product is at most 10^12 * 10^15 = 10^27, 64 of them 6.4 * 10^28; brought to six more digits
 * for the one rounding, 6.4 * 10^34. A ph_wide holds 1.7 * 10^38. */
#include "ph_consolidate.h"

typedef struct column {
    const ph_sheet *sheet;
    const ph_sheet_column *head;
    const ph_cell *cells;
    const ph_indicator *ind;
    const ph_weight_set *weights; /* NULL: none for this period, or none for some member */
    int64_t weight[PH_MAX_MEMBERS];
    uint8_t n_given;
    int64_t given[PH_MAX_MEMBERS]; /* mantissas of the GIVEN cells, row order */
} column;

static bool is_given(const ph_cell *c)
{
    return c->state == PH_CELL_GIVEN;
}

/* A weighted figure needs a weight for every member: with some missing it would be coverage of something else. */
static void find_weights(column *c, const ph_registry *reg)
{
    uint16_t set =
        c->ind->weight_set == NULL ? PH_NO_INDEX : ph_registry_find_weights(reg, c->ind->weight_set, c->sheet->period);

    if (set == PH_NO_INDEX)
        return;
    for (uint16_t row = 0; row < c->sheet->n_rows; row++) {
        uint16_t unit = ph_registry_find_unit(reg, ph_span_str(c->sheet->rows[row].unit));
        c->weight[row] = unit == PH_NO_INDEX ? 0 : ph_weight_of(ph_registry_weight_set(reg, set), unit);
        if (c->weight[row] == 0)
            return;
    }
    c->weights = ph_registry_weight_set(reg, set);
}

/* ---- coverage and members ---- */

static void count_cell(const ph_cell *cell, int64_t weight, ph_figure *ret)
{
    switch ((ph_cell_state)cell->state) {
    case PH_CELL_GIVEN:
        ret->n_received++;
        ret->weight_received += weight;
        break;
    case PH_CELL_HELD:
        ret->n_held++;
        ret->weight_held += weight;
        break;
    case PH_CELL_NO_VALUE: /* it reported, but no value of its weight is in the figure */
        ret->n_received++;
        ret->n_no_value++;
        break;
    case PH_CELL_MISSING:
        break;
    }
}

static void cover(column *c, ph_figure *ret)
{
    ret->n_expected = (uint8_t)c->sheet->n_rows;
    ret->has_weights = c->weights != NULL;
    for (uint16_t row = 0; row < c->sheet->n_rows; row++) {
        const ph_cell *cell = &c->cells[row];
        int64_t weight = ret->has_weights ? c->weight[row] : 0;
        ret->weight_expected += weight;
        count_cell(cell, weight, ret);
        if (is_given(cell))
            c->given[c->n_given++] = cell->mantissa;
        if (cell->state == PH_CELL_MISSING)
            continue;
        ret->members[row] = (ph_figure_member){.state = (ph_cell_state)cell->state,
                                               .value = {.mantissa = cell->mantissa, .scale = c->head->decimals},
                                               .status = cell->status,
                                               .marks = cell->marks,
                                               .revision = cell->revision,
                                               .entry = cell->entry};
    }
}

/* ---- ranks ---- */

static uint8_t rank_of(const column *c, int64_t value, bool lower_is_better)
{
    uint8_t better = 0;

    for (size_t i = 0; i < c->n_given; i++)
        better = (uint8_t)(better + (lower_is_better ? c->given[i] < value : c->given[i] > value));
    return (uint8_t)(better + 1);
}

/* On the stored precision; equals share a rank and the next ones are passed over: 1, 2, 2, 4. */
static void rank(const column *c, ph_figure *ret)
{
    ret->is_ranked = c->ind->direction != PH_UNRANKED;
    ret->lower_is_better = c->ind->direction == PH_LOWER_IS_BETTER;
    if (!ret->is_ranked)
        return;
    for (uint16_t row = 0; row < c->sheet->n_rows; row++)
        if (is_given(&c->cells[row]))
            ret->members[row].rank = rank_of(c, c->cells[row].mantissa, ret->lower_is_better);
}

/* ---- values ---- */

typedef struct quotient {
    bool is_there;
    ph_wide num, den;
} quotient;

static ph_wide sum(const column *c)
{
    ph_wide total = 0;

    for (size_t i = 0; i < c->n_given; i++)
        total += c->given[i];
    return total;
}

static quotient weighted(const column *c)
{
    quotient q = {0};

    if (c->weights == NULL)
        return q;
    for (uint16_t row = 0; row < c->sheet->n_rows; row++)
        if (is_given(&c->cells[row])) {
            q.num += (ph_wide)c->weight[row] * c->cells[row].mantissa;
            q.den += c->weight[row];
        }
    q.is_there = true;
    return q;
}

/* Ascending; at most 64 values. */
static void sort(int64_t *v, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        int64_t moving = v[i];
        size_t k = i;
        for (; k > 0 && v[k - 1] > moving; k--)
            v[k] = v[k - 1];
        v[k] = moving;
    }
}

/* Twice the median over two, so that the mean of the middle pair is rounded once. */
static quotient middle(const column *c)
{
    int64_t v[PH_MAX_MEMBERS];

    memcpy(v, c->given, sizeof v);
    sort(v, c->n_given);
    return (quotient){.is_there = true, .num = (ph_wide)v[(c->n_given - 1) / 2] + v[c->n_given / 2], .den = 2};
}

static quotient extreme(const column *c, bool wants_max)
{
    int64_t found = c->given[0];

    for (size_t i = 1; i < c->n_given; i++)
        if (wants_max ? c->given[i] > found : c->given[i] < found)
            found = c->given[i];
    return (quotient){.is_there = true, .num = found, .den = 1};
}

static quotient compute(const column *c, ph_method method)
{
    if (c->n_given == 0)
        return (quotient){0};
    switch (method) {
    case PH_METHOD_MEAN:
        return (quotient){.is_there = true, .num = sum(c), .den = c->n_given};
    case PH_METHOD_WEIGHTED_MEAN:
        return weighted(c);
    case PH_METHOD_SUM:
        return (quotient){.is_there = true, .num = sum(c), .den = 1};
    case PH_METHOD_MIN:
        return extreme(c, false);
    case PH_METHOD_MEDIAN:
        return middle(c);
    case PH_METHOD_MAX:
        return extreme(c, true);
    case PH_METHOD_RATIO: /* needs two columns: the registry cannot name it yet */
    case PH_METHOD_LIST:  /* members stand side by side, there is no cluster value */
        break;
    }
    return (quotient){0};
}

static ph_rc fill_value(const column *c, ph_method method, ph_figure_value *ret)
{
    quotient q = compute(c, method);

    *ret = (ph_figure_value){.method = method, .has_value = q.is_there};
    if (method == PH_METHOD_WEIGHTED_MEAN && c->weights != NULL)
        ret->weight_set = ph_span_str(c->weights->label);
    return q.is_there ? ph_decimal_divide(q.num, c->head->decimals, q.den, c->ind->decimals, &ret->value) : PH_OK;
}

/* ---- inputs ---- */

static uint8_t *put_be(uint8_t *at, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++)
        *at++ = (uint8_t)(v >> (56 - 8 * i));
    return at;
}

/* For each member, in cluster order: length and bytes of the unit id · state · status · scale · mantissa · entry (u64,
 * big-endian). */
static ph_digest digest_inputs(const column *c)
{
    uint8_t bytes[PH_MAX_MEMBERS * (PH_ID_BUFFER_BYTES + 3 + 16)], *at = bytes;

    for (uint16_t row = 0; row < c->sheet->n_rows; row++) {
        ph_span unit = ph_span_str(c->sheet->rows[row].unit);
        const ph_cell *cell = &c->cells[row];
        *at++ = (uint8_t)unit.len;
        memcpy(at, unit.ptr, unit.len);
        at += unit.len;
        *at++ = cell->state;
        *at++ = (uint8_t)cell->status;
        *at++ = c->head->decimals;
        at = put_be(at, (uint64_t)cell->mantissa);
        at = put_be(at, cell->entry);
    }
    return ph_digest_of_span(ph_span_of(bytes, (size_t)(at - bytes)));
}

ph_rc ph_consolidate(const ph_sheet *s, uint16_t at, const ph_registry *reg, ph_figure *ret)
{
    column c = {.sheet = s};
    ph_rc rc = PH_OK;

    if (at >= s->n_columns || s->n_rows > PH_MAX_MEMBERS)
        return PH_BUG;
    c.head = &s->columns[at];
    c.cells = ph_sheet_cell(s, 0, at);
    uint16_t place = ph_registry_find_indicator(reg, ph_span_str(c.head->indicator));
    if (place == PH_NO_INDEX)
        return PH_NOT_FOUND;
    c.ind = ph_registry_indicator(reg, place);
    find_weights(&c, reg);
    memset(ret, 0, sizeof *ret);
    ret->indicator = ph_span_str(c.head->indicator);
    ret->decimals = c.ind->decimals;
    cover(&c, ret);
    rank(&c, ret);
    ret->n_values = c.ind->n_methods;
    for (size_t i = 0; rc == PH_OK && i < c.ind->n_methods; i++)
        rc = fill_value(&c, c.ind->methods[i], &ret->values[i]);
    ret->inputs = digest_inputs(&c);
    return rc;
}
