/* ph_consolidate - one cluster figure from one column of a sheet, exactly.   Layer: domain/core (pure)
 *
 * Why nothing overflows: a product is at most 10^12 * 10^15 = 10^27, 64 of them 6.4 * 10^28; brought to six more digits
 * for the one rounding, 6.4 * 10^34. A ph_wide holds 1.7 * 10^38. */
#include "ph_consolidate.h"

#include "ph_break.h"

typedef struct column {
    const ph_sheet *sheet;
    const ph_sheet_column *head;
    const ph_cell *cells;
    const ph_indicator *ind;
    const ph_weight_set *weights;    /* NULL: none for this period, or none for some member */
    uint16_t numerator, denominator; /* columns of the sheet, or PH_NO_INDEX; of a ratio */
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

static bool has_method(const ph_indicator *ind, ph_method method)
{
    for (size_t i = 0; i < ind->n_methods; i++)
        if (ind->methods[i] == method)
            return true;
    return false;
}

static uint16_t column_of(const ph_sheet *s, const ph_registry *reg, uint16_t indicator)
{
    return ph_sheet_find_column(s, ph_span_str(ph_registry_indicator(reg, indicator)->code));
}

/* A ratio is made of two columns of the same sheet. */
static void find_parts(column *c, const ph_registry *reg)
{
    bool is_ratio = has_method(c->ind, PH_METHOD_RATIO);

    c->numerator = is_ratio ? column_of(c->sheet, reg, c->ind->numerator) : PH_NO_INDEX;
    c->denominator = is_ratio ? column_of(c->sheet, reg, c->ind->denominator) : PH_NO_INDEX;
}

static uint8_t bar_of(const ph_sheet *s, const ph_registry *reg)
{
    uint16_t cluster = ph_registry_find_cluster(reg, ph_span_str(s->cluster));

    return cluster == PH_NO_INDEX ? PH_PROVISIONAL_PERCENT : ph_registry_cluster(reg, cluster)->provisional_percent;
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

/* A break of the series is the whole column's; status B is one member's own. */
static uint8_t marks_of(const ph_cell *cell, bool has_break)
{
    return (uint8_t)(cell->marks | (has_break || cell->status == 'B' ? PH_MARK_BREAK : 0));
}

static void cover(column *c, ph_figure *ret)
{
    bool has_break = ph_break_within(c->ind, c->sheet->period) != NULL;

    ret->has_break = has_break;
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
                                               .marks = marks_of(cell, has_break),
                                               .revision = cell->revision,
                                               .entry = cell->entry};
        ret->has_break = ret->has_break || (ret->members[row].marks & PH_MARK_BREAK) != 0;
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
    uint8_t num_scale;
    uint8_t n_used;
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
    q.n_used = c->n_given;
    q.num_scale = c->head->decimals;
    return q;
}

/* Both sums brought to the scales of their columns: num * times / den. With times up to 10^6 and six digits between the
 * scales a numerator is at most 6.4 * 10^28, as above. */
static quotient ratio(const column *c)
{
    quotient q = {0};

    if (c->numerator == PH_NO_INDEX || c->denominator == PH_NO_INDEX)
        return q;
    for (uint16_t row = 0; row < c->sheet->n_rows; row++) {
        const ph_cell *num = ph_sheet_cell(c->sheet, row, c->numerator);
        const ph_cell *den = ph_sheet_cell(c->sheet, row, c->denominator);
        if (!is_given(num) || !is_given(den))
            continue;
        q.num += num->mantissa;
        q.den += den->mantissa;
        q.n_used++;
    }
    if (q.den < 0) {
        q.num = -q.num;
        q.den = -q.den;
    }
    q.num *= c->ind->times * (ph_wide)ph_pow10(c->sheet->columns[c->denominator].decimals);
    q.num_scale = c->sheet->columns[c->numerator].decimals;
    q.is_there = q.den != 0;
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
static ph_wide middle_twice(const column *c)
{
    int64_t v[PH_MAX_MEMBERS];

    memcpy(v, c->given, sizeof v);
    sort(v, c->n_given);
    return (ph_wide)v[(c->n_given - 1) / 2] + v[c->n_given / 2];
}

static int64_t extreme(const column *c, bool wants_max)
{
    int64_t found = c->given[0];

    for (size_t i = 1; i < c->n_given; i++)
        if (wants_max ? c->given[i] > found : c->given[i] < found)
            found = c->given[i];
    return found;
}

/* Of the column's own given cells. */
static quotient of_given(const column *c, ph_wide num, ph_wide den)
{
    return (quotient){.is_there = true, .num = num, .den = den, .num_scale = c->head->decimals, .n_used = c->n_given};
}

static quotient compute(const column *c, ph_method method)
{
    if (method == PH_METHOD_RATIO)
        return ratio(c);
    if (c->n_given == 0)
        return (quotient){0};
    switch (method) {
    case PH_METHOD_MEAN:
        return of_given(c, sum(c), c->n_given);
    case PH_METHOD_WEIGHTED_MEAN:
        return weighted(c);
    case PH_METHOD_SUM:
        return of_given(c, sum(c), 1);
    case PH_METHOD_MIN:
        return of_given(c, extreme(c, false), 1);
    case PH_METHOD_MEDIAN:
        return of_given(c, middle_twice(c), 2);
    case PH_METHOD_MAX:
        return of_given(c, extreme(c, true), 1);
    case PH_METHOD_RATIO:
    case PH_METHOD_LIST: /* members stand side by side, there is no cluster value */
        break;
    }
    return (quotient){.n_used = c->n_given};
}

/* A sum and a mean stay within their limits by the registry's checks; a ratio may outgrow a decimal by data alone (a
 * denominator next to nothing), and then it has no value. */
static ph_rc fill_value(const column *c, ph_method method, ph_figure_value *ret)
{
    quotient q = compute(c, method);
    ph_rc rc;

    *ret = (ph_figure_value){.method = method, .has_value = q.is_there, .n_used = q.n_used};
    if (method == PH_METHOD_WEIGHTED_MEAN && c->weights != NULL)
        ret->weight_set = ph_span_str(c->weights->label);
    if (!q.is_there)
        return PH_OK;
    rc = ph_decimal_divide(q.num, q.num_scale, q.den, c->ind->decimals, &ret->value);
    if (rc != PH_RANGE || method != PH_METHOD_RATIO)
        return rc;
    ret->has_value = false;
    return PH_OK;
}

/* ---- inputs ---- */

static uint8_t *put_be(uint8_t *at, uint64_t v)
{
    for (unsigned i = 0; i < 8; i++)
        *at++ = (uint8_t)(v >> (56 - 8 * i));
    return at;
}

typedef struct input_bytes {
    size_t n;
    uint8_t bytes[PH_MAX_MEMBERS * (PH_ID_BUFFER_BYTES + 3 * (3 + 16))];
} input_bytes;

static void put_cell(input_bytes *in, const ph_sheet *s, uint16_t row, uint16_t place)
{
    const ph_cell *cell = ph_sheet_cell(s, row, place);
    uint8_t *at = in->bytes + in->n;

    *at++ = cell->state;
    *at++ = (uint8_t)cell->status;
    *at++ = s->columns[place].decimals;
    at = put_be(at, (uint64_t)cell->mantissa);
    at = put_be(at, cell->entry);
    in->n = (size_t)(at - in->bytes);
}

/* For each member, in cluster order: length and bytes of the unit id, then its cell, and for a ratio those of numerator
 * and denominator: state · status · scale · mantissa · entry (u64, big-endian). */
static ph_digest digest_inputs(const column *c)
{
    input_bytes in = {0};
    uint16_t own = (uint16_t)(c->head - c->sheet->columns);

    for (uint16_t row = 0; row < c->sheet->n_rows; row++) {
        ph_span unit = ph_span_str(c->sheet->rows[row].unit);
        in.bytes[in.n++] = (uint8_t)unit.len;
        memcpy(in.bytes + in.n, unit.ptr, unit.len);
        in.n += unit.len;
        put_cell(&in, c->sheet, row, own);
        if (c->numerator != PH_NO_INDEX)
            put_cell(&in, c->sheet, row, c->numerator);
        if (c->denominator != PH_NO_INDEX)
            put_cell(&in, c->sheet, row, c->denominator);
    }
    return ph_digest_of_span(ph_span_of(in.bytes, in.n));
}

void ph_consolidate_spread(ph_sheet *s, const ph_registry *reg)
{
    for (uint16_t i = 0; i < s->n_columns; i++) {
        uint16_t place = ph_registry_find_indicator(reg, ph_span_str(s->columns[i].indicator));
        column c = {.sheet = s};

        if (place == PH_NO_INDEX || s->columns[i].is_touched)
            continue;
        c.ind = ph_registry_indicator(reg, place);
        find_parts(&c, reg);
        s->columns[i].is_touched = (c.numerator != PH_NO_INDEX && s->columns[c.numerator].is_touched) ||
                                   (c.denominator != PH_NO_INDEX && s->columns[c.denominator].is_touched);
    }
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
    find_parts(&c, reg);
    memset(ret, 0, sizeof *ret);
    ret->indicator = ph_span_str(c.head->indicator);
    ret->decimals = c.ind->decimals;
    ret->provisional_percent = bar_of(s, reg);
    cover(&c, ret);
    rank(&c, ret);
    ret->n_values = c.ind->n_methods;
    for (size_t i = 0; rc == PH_OK && i < c.ind->n_methods; i++)
        rc = fill_value(&c, c.ind->methods[i], &ret->values[i]);
    ret->inputs = digest_inputs(&c);
    return rc;
}
