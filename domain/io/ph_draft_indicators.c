/* ph_draft_indicators - what is reported, and how a cluster's figure is made of it.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

static const char *const comparisons[] = {"yoy_same_period", "vs_prev_period", "vs_plan_year", "vs_dec_prev", "none"};
static const char *const price_bases[] = {"constant_2010", "current", "n/a"};
static const char *const directions[] = {"higher_is_better", "lower_is_better", "unranked"}; /* as ph_direction */
static const char *const freqs[] = {"A", "S", "Q", "M"}; /* bit i of ph_indicator.freqs */
static const char *const method_names[] = {
#define PH_X(name, number, text) text,
    PH_METHOD_MAP(PH_X)
#undef PH_X
};
static const ph_method methods[] = {
#define PH_X(name, number, text) PH_METHOD_##name,
    PH_METHOD_MAP(PH_X)
#undef PH_X
};
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- limits ---- */

static ph_bounds take_bounds(ph_draft *d, const ph_yaml *node, const ph_yaml *min, const ph_yaml *max)
{
    ph_bounds b = {0};

    b.has_min = ph_doc_decimal(&d->doc, min, &b.min);
    b.has_max = ph_doc_decimal(&d->doc, max, &b.max);
    if (!b.has_min || !b.has_max || ph_decimal_cmp(b.min, b.max) <= 0)
        return b;
    ph_doc_tell(&d->doc, node, "bounds.inverted", PH_T("min lớn hơn max", "min is larger than max"));
    return (ph_bounds){0}; /* nothing is held against limits that cannot hold */
}

static ph_bounds read_bounds(ph_draft *d, const ph_yaml *node)
{
    ph_doc_field f[] = {{.key = "min"}, {.key = "max"}};

    return ph_doc_open(&d->doc, node, f, 2) ? take_bounds(d, node, f[0].node, f[1].node) : (ph_bounds){0};
}

static void check_soft(ph_draft *d, const ph_yaml *at, const ph_bounds *soft, const ph_bounds *hard)
{
    if (at == NULL)
        return;
    if ((soft->has_min && hard->has_min && ph_decimal_cmp(soft->min, hard->min) < 0) ||
        (soft->has_max && hard->has_max && ph_decimal_cmp(soft->max, hard->max) > 0))
        ph_doc_tell(&d->doc, at, "bounds.soft",
                    PH_T("giới hạn soft vượt ra ngoài giới hạn hard", "the soft limits reach beyond the hard ones"));
}

static void read_soft_at(ph_draft *d, const ph_yaml *node, ph_indicator *ind)
{
    ph_doc_field f[] = {{.key = "months", .is_required = true}, {.key = "min"}, {.key = "max"}};
    ph_soft_at *at = &ind->soft_at[ind->n_soft_at];

    if (!ph_doc_open(&d->doc, node, f, 3))
        return;
    at->months = (uint8_t)ph_doc_int(&d->doc, f[0].node, 1, 12, 0);
    at->bounds = take_bounds(d, node, f[1].node, f[2].node);
    check_soft(d, node, &at->bounds, &ind->hard);
    for (size_t i = 0; at->months != 0 && i < ind->n_soft_at; i++)
        if (ind->soft_at[i].months == at->months)
            ph_doc_tell(&d->doc, f[0].node, "bounds.repeated",
                        PH_T("mốc %d tháng xuất hiện hai lần", "%d months stand twice"), at->months);
    ind->n_soft_at++;
}

static ph_rc read_soft_list(ph_draft *d, const ph_yaml *node, ph_indicator *ind)
{
    const ph_yaml *list = ph_doc_list(&d->doc, node, 1, 12);

    if (list == NULL)
        return PH_OK;
    ind->soft_at = calloc(list->n_children + 1U, sizeof *ind->soft_at);
    if (ind->soft_at == NULL)
        return PH_NOMEM;
    for (const ph_yaml *at = list->first; at != NULL; at = at->next)
        read_soft_at(d, at, ind);
    return PH_OK;
}

/* ---- methods ---- */

static void read_method(ph_draft *d, const ph_yaml *node, ph_indicator *ind)
{
    size_t errors = d->doc.n_errors;
    size_t word = ph_doc_word(&d->doc, node, PH_T("phương pháp", "method"), method_names, COUNT(method_names), 0);

    if (d->doc.n_errors != errors)
        return;
    if (ph_indicator_has(ind, methods[word]))
        ph_doc_tell(&d->doc, node, "method.repeated", PH_T("%s xuất hiện hai lần", "%s stands twice"),
                    method_names[word]);
    else
        ind->methods[ind->n_methods++] = methods[word];
}

/* A mean or a sum of ranks means nothing; the ratio is made of other indicators, and order needs no adding. */
static void check_list(ph_draft *d, const ph_yaml *list, const ph_indicator *ind)
{
    static const ph_method adding[] = {PH_METHOD_SUM, PH_METHOD_MEAN, PH_METHOD_WEIGHTED_MEAN};

    for (size_t i = 0; ph_indicator_has(ind, PH_METHOD_LIST) && i < COUNT(adding); i++)
        if (ph_indicator_has(ind, adding[i])) {
            ph_doc_tell_hint(&d->doc, list, "method.list",
                             PH_T("chọn một: list (có thể kèm min, median, max), hoặc tổng và bình quân",
                                  "take one: list (min, median, max may stand with it), or sums and means"),
                             PH_T("list là chỉ liệt kê, không cộng hay lấy bình quân; ở đây còn có %s",
                                  "list means shown beside each other, never added or averaged; here also stands %s"),
                             ph_method_name(adding[i]));
            return;
        }
}

/* False: a method could not be read, so nobody can say which ones are missing. */
static bool read_methods(ph_draft *d, const ph_yaml *node, const ph_yaml *weights, ph_indicator *ind)
{
    size_t errors = d->doc.n_errors;
    const ph_yaml *list = ph_doc_list(&d->doc, node, 1, PH_MAX_METHODS);

    for (const ph_yaml *m = list == NULL ? NULL : list->first; m != NULL; m = m->next)
        read_method(d, m, ind);
    bool is_whole = list != NULL && ind->n_methods > 0 && d->doc.n_errors == errors;
    if (list != NULL)
        check_list(d, list, ind);
    if (weights != NULL) {
        const char *id = ph_doc_id(&d->doc, weights);
        ind->weight_set = *id == '\0' ? NULL : id;
    }
    bool is_weighted = ph_indicator_has(ind, PH_METHOD_WEIGHTED_MEAN);
    if (list == NULL || is_weighted == (weights != NULL) || (!is_whole && !is_weighted))
        return is_whole;
    ph_doc_tell(&d->doc, weights == NULL ? list : weights, "weights.needed",
                weights == NULL ? PH_T("weighted_mean cần weights: mã của một bộ trọng số",
                                       "weighted_mean needs weights: the id of a weight set")
                                : PH_T("có weights nhưng methods không có weighted_mean",
                                       "weights are named but weighted_mean is not among the methods"));
    return is_whole;
}

/* ---- ratio: its indicators may stand further down ---- */

static void read_ratio(ph_draft *d, const ph_yaml *node, const ph_yaml *methods_node, bool is_whole, size_t i)
{
    ph_doc_field f[] = {
        {.key = "numerator", .is_required = true}, {.key = "denominator", .is_required = true}, {.key = "times"}};
    ph_indicator *ind = &d->parts.indicators[i];
    bool is_ratio = ph_indicator_has(ind, PH_METHOD_RATIO);

    if (methods_node != NULL && is_ratio != (node != NULL) && (is_whole || is_ratio))
        ph_doc_tell(&d->doc, node == NULL ? methods_node : node, "ratio.needed",
                    node == NULL ? PH_T("ratio cần ratio: { numerator: …, denominator: … }",
                                        "ratio needs ratio: { numerator: …, denominator: … }")
                                 : PH_T("có ratio nhưng methods không có ratio",
                                        "ratio is described but is not among the methods"));
    if (node == NULL || !ph_doc_open(&d->doc, node, f, 3))
        return;
    d->ratio_refs[2 * i] = f[0].node;
    d->ratio_refs[2 * i + 1] = f[1].node;
    ind->times = ph_doc_int(&d->doc, f[2].node, 1, PH_MAX_TIMES, 1);
}

static void check_part(ph_draft *d, const ph_yaml *at, const ph_indicator *ind, uint16_t part)
{
    const ph_indicator *p = &d->parts.indicators[part];

    if (p == ind)
        ph_doc_tell(&d->doc, at, "ratio.part",
                    PH_T("%s không thể là thành phần của chính nó", "%s cannot be a part of itself"), ind->code);
    else if ((ind->freqs & ~p->freqs) != 0 && !d->rows[PH_SECTION_INDICATORS].doubts[ind - d->parts.indicators])
        ph_doc_tell(
            &d->doc, at, "ratio.part",
            PH_T("%s không được báo cáo theo mọi tần suất của %s", "%s is not reported for each frequency of %s"),
            p->code, ind->code);
}

static void resolve_ratio(ph_draft *d, size_t i)
{
    ph_indicator *ind = &d->parts.indicators[i];

    ind->numerator = ph_draft_indicator_ref(d, d->ratio_refs[2 * i]);
    ind->denominator = ph_draft_indicator_ref(d, d->ratio_refs[2 * i + 1]);
    if (ind->numerator != PH_NO_INDEX)
        check_part(d, d->ratio_refs[2 * i], ind, ind->numerator);
    if (ind->denominator != PH_NO_INDEX)
        check_part(d, d->ratio_refs[2 * i + 1], ind, ind->denominator);
    if (ind->numerator != PH_NO_INDEX && ind->numerator == ind->denominator)
        ph_doc_tell(&d->doc, d->ratio_refs[2 * i + 1], "ratio.part",
                    PH_T("tử số và mẫu số là một chỉ tiêu", "numerator and denominator are one indicator"));
}

/* ---- frequencies and breaks ---- */

static uint8_t read_freqs(ph_draft *d, const ph_yaml *node, bool *ret_is_doubtful)
{
    size_t before = d->doc.n_errors;
    const ph_yaml *list = ph_doc_list(&d->doc, node, 1, COUNT(freqs));
    uint8_t bits = 0;

    for (const ph_yaml *w = list == NULL ? NULL : list->first; w != NULL; w = w->next) {
        size_t errors = d->doc.n_errors;
        uint8_t bit = (uint8_t)(1U << ph_doc_word(&d->doc, w, PH_T("tần suất", "frequency"), freqs, COUNT(freqs), 0));
        if (errors == d->doc.n_errors && (bits & bit) != 0)
            ph_doc_tell(&d->doc, w, "freq.repeated", PH_T("tần suất xuất hiện hai lần", "the frequency stands twice"));
        bits |= bit;
    }
    *ret_is_doubtful = d->doc.n_errors != before;
    return list == NULL || *ret_is_doubtful ? PH_FREQ_ALL : bits;
}

static void read_break(ph_draft *d, const ph_yaml *node, ph_indicator *ind)
{
    ph_doc_field f[] = {{.key = "at", .is_required = true}, {.key = "why", .is_required = true}};
    ph_series_break *b = &ind->breaks[ind->n_breaks];

    if (!ph_doc_open(&d->doc, node, f, 2))
        return;
    b->at = ph_doc_date(&d->doc, f[0].node, 0);
    b->why = ph_doc_name(&d->doc, f[1].node);
    if (b->at != 0 && ind->n_breaks > 0 && b->at <= b[-1].at)
        ph_doc_tell(
            &d->doc, f[0].node, "break.order",
            PH_T("các điểm ngắt chuỗi xếp theo ngày, mỗi ngày một lần", "breaks stand in the order of their days"));
    ind->n_breaks++;
}

static ph_rc read_breaks(ph_draft *d, const ph_yaml *node, ph_indicator *ind)
{
    const ph_yaml *list = ph_doc_list(&d->doc, node, 0, PH_MAX_CODES);

    if (list == NULL)
        return PH_OK;
    ind->breaks = calloc(list->n_children + 1U, sizeof *ind->breaks);
    if (ind->breaks == NULL)
        return PH_NOMEM;
    for (const ph_yaml *b = list->first; b != NULL; b = b->next)
        read_break(d, b, ind);
    return PH_OK;
}

/* ---- indicators ---- */

enum {
    CODE,
    NAME,
    UNIT,
    UNIT_NAME,
    COMPARISON,
    PRICE,
    DECIMALS,
    DIRECTION,
    HARD,
    SOFT,
    SOFT_AT,
    METHODS,
    WEIGHTS,
    CODES,
    FREQS,
    CUMULATIVE,
    RATIO,
    BREAKS
};

static void read_measure(ph_draft *d, const ph_doc_field *f, ph_indicator *ind)
{
    ind->unit_measure = ph_doc_id(&d->doc, f[UNIT].node);
    ind->unit_name = ph_doc_name(&d->doc, f[UNIT_NAME].node);
    ind->comparison = comparisons[ph_doc_word(&d->doc, f[COMPARISON].node, PH_T("cách so sánh", "comparison"),
                                              comparisons, COUNT(comparisons), 0)];
    ind->price_basis = price_bases[ph_doc_word(&d->doc, f[PRICE].node, PH_T("gốc giá", "price basis"), price_bases,
                                               COUNT(price_bases), 0)];
    ind->decimals = (uint8_t)ph_doc_int(&d->doc, f[DECIMALS].node, 0, PH_DECIMAL_MAX_SCALE, 0);
    ind->direction = (ph_direction)ph_doc_word(&d->doc, f[DIRECTION].node, PH_T("chiều", "direction"), directions,
                                               COUNT(directions), PH_UNRANKED);
}

static ph_rc read_indicator(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {[CODE] = {.key = "code", .is_required = true},
                        [NAME] = {.key = "name", .is_required = true},
                        [UNIT] = {.key = "unit", .is_required = true},
                        [UNIT_NAME] = {.key = "unit_name", .is_required = true},
                        [COMPARISON] = {.key = "comparison", .is_required = true},
                        [PRICE] = {.key = "price_basis", .is_required = true},
                        [DECIMALS] = {.key = "decimals", .is_required = true},
                        [DIRECTION] = {.key = "direction", .is_required = true},
                        [HARD] = {.key = "hard"},
                        [SOFT] = {.key = "soft"},
                        [SOFT_AT] = {.key = "soft_at"},
                        [METHODS] = {.key = "methods", .is_required = true},
                        [WEIGHTS] = {.key = "weights"},
                        [CODES] = {.key = "codes"},
                        [FREQS] = {.key = "freqs"},
                        [CUMULATIVE] = {.key = "cumulative"},
                        [RATIO] = {.key = "ratio"},
                        [BREAKS] = {.key = "breaks"}};
    ph_indicator *ind = &d->parts.indicators[i];

    *ind = (ph_indicator){.code = "", .name = {.vi = "", .en = ""}, .freqs = PH_FREQ_ALL, .times = 1};
    if (!ph_doc_open(&d->doc, d->rows[PH_SECTION_INDICATORS].nodes[i], f, COUNT(f)))
        return PH_OK;
    ind->code = ph_doc_id(&d->doc, f[CODE].node);
    if (*ind->code != '\0' && !ph_id_index_put(&d->indicators, ph_span_str(ind->code), (uint16_t)i))
        ph_doc_tell(&d->doc, f[CODE].node, "id.repeated",
                    PH_T("chỉ tiêu %s xuất hiện hai lần", "the indicator %s stands twice"), ind->code);
    ind->name = ph_doc_name(&d->doc, f[NAME].node);
    read_measure(d, f, ind);
    ind->hard = read_bounds(d, f[HARD].node);
    ind->soft = read_bounds(d, f[SOFT].node);
    check_soft(d, f[SOFT].node, &ind->soft, &ind->hard);
    bool is_whole = read_methods(d, f[METHODS].node, f[WEIGHTS].node, ind);
    d->weight_refs[i] = ind->weight_set == NULL ? NULL : f[WEIGHTS].node;
    ind->freqs = read_freqs(d, f[FREQS].node, &d->rows[PH_SECTION_INDICATORS].doubts[i]);
    ind->is_cumulative = ph_doc_bool(&d->doc, f[CUMULATIVE].node, false);
    read_ratio(d, f[RATIO].node, f[METHODS].node, is_whole, i);
    ph_rc rc = read_soft_list(d, f[SOFT_AT].node, ind);
    if (rc == PH_OK)
        rc = read_breaks(d, f[BREAKS].node, ind);
    return rc == PH_OK ? ph_draft_codes(d, f[CODES].node, 0, PH_DATE_FOREVER, &ind->codes, &ind->n_codes) : rc;
}

ph_rc ph_draft_indicators(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_INDICATORS].n;
    ph_rc rc = PH_NOMEM;

    d->parts.indicators = calloc(n + 1, sizeof *d->parts.indicators);
    d->weight_refs = calloc(n + 1, sizeof *d->weight_refs);
    d->ratio_refs = calloc(2 * n + 1, sizeof *d->ratio_refs);
    if (d->parts.indicators != NULL && d->weight_refs != NULL && d->ratio_refs != NULL)
        rc = ph_id_index_init(&d->indicators, n);
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        d->parts.n_indicators = i + 1;
        rc = read_indicator(d, i);
    }
    for (size_t i = 0; rc == PH_OK && i < n; i++)
        resolve_ratio(d, i);
    return rc;
}
