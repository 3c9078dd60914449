/* ph_draft_indicators - indicators and forms.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

static const char *const comparisons[] = {"yoy_same_period", "vs_prev_period", "vs_plan_year", "vs_dec_prev", "none"};
static const char *const price_bases[] = {"constant_2010", "current", "n/a"};
static const char *const directions[] = {"higher_is_better", "lower_is_better", "unranked"}; /* as ph_direction */
static const char *const freqs[] = {"A", "S", "Q", "M"};
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

static ph_bounds read_bounds(ph_draft *d, const ph_yaml *node)
{
    ph_doc_field f[] = {{.key = "min"}, {.key = "max"}};
    ph_bounds b = {0};

    if (!ph_doc_open(&d->doc, node, f, 2))
        return b;
    b.has_min = ph_doc_decimal(&d->doc, f[0].node, &b.min);
    b.has_max = ph_doc_decimal(&d->doc, f[1].node, &b.max);
    if (b.has_min && b.has_max && ph_decimal_cmp(b.min, b.max) > 0)
        ph_doc_tell(&d->doc, node, "bounds.inverted", PH_T("min lớn hơn max", "min is larger than max"));
    return b;
}

static void check_soft(ph_draft *d, const ph_yaml *at, const ph_indicator *ind)
{
    if (at == NULL)
        return;
    if ((ind->soft.has_min && ind->hard.has_min && ph_decimal_cmp(ind->soft.min, ind->hard.min) < 0) ||
        (ind->soft.has_max && ind->hard.has_max && ph_decimal_cmp(ind->soft.max, ind->hard.max) > 0))
        ph_doc_tell(&d->doc, at, "bounds.soft",
                    PH_T("giới hạn soft vượt ra ngoài giới hạn hard", "the soft limits reach beyond the hard ones"));
}

/* ---- methods ---- */

static bool has_method(const ph_indicator *ind, ph_method m)
{
    for (size_t i = 0; i < ind->n_methods; i++)
        if (ind->methods[i] == m)
            return true;
    return false;
}

static void read_method(ph_draft *d, const ph_yaml *node, ph_indicator *ind)
{
    size_t errors = d->doc.n_errors;
    size_t word = ph_doc_word(&d->doc, node, PH_T("phương pháp", "method"), method_names, COUNT(method_names), 0);

    if (d->doc.n_errors != errors)
        return;
    if (methods[word] == PH_METHOD_RATIO)
        ph_doc_tell(&d->doc, node, "method.unsupported", PH_T("chưa tính được ratio", "ratio cannot be computed yet"));
    else if (has_method(ind, methods[word]))
        ph_doc_tell(&d->doc, node, "method.repeated", PH_T("%s xuất hiện hai lần", "%s stands twice"),
                    method_names[word]);
    else
        ind->methods[ind->n_methods++] = methods[word];
}

static void read_methods(ph_draft *d, const ph_yaml *node, const ph_yaml *weights, ph_indicator *ind)
{
    const ph_yaml *list = ph_doc_list(&d->doc, node, 1, PH_MAX_METHODS);

    for (const ph_yaml *m = list == NULL ? NULL : list->first; m != NULL; m = m->next)
        read_method(d, m, ind);
    if (weights != NULL) {
        const char *id = ph_doc_id(&d->doc, weights);
        ind->weight_set = *id == '\0' ? NULL : id;
    }
    if (list == NULL || has_method(ind, PH_METHOD_WEIGHTED_MEAN) == (weights != NULL))
        return;
    ph_doc_tell(&d->doc, weights == NULL ? list : weights, "weights.needed",
                weights == NULL ? PH_T("weighted_mean cần weights: mã của một bộ trọng số",
                                       "weighted_mean needs weights: the id of a weight set")
                                : PH_T("có weights nhưng methods không có weighted_mean",
                                       "weights are named but weighted_mean is not among the methods"));
}

/* ---- indicators ---- */

enum { CODE, NAME, UNIT, UNIT_NAME, COMPARISON, PRICE, DECIMALS, DIRECTION, HARD, SOFT, METHODS, WEIGHTS, CODES };

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
                        [METHODS] = {.key = "methods", .is_required = true},
                        [WEIGHTS] = {.key = "weights"},
                        [CODES] = {.key = "codes"}};
    ph_indicator *ind = &d->parts.indicators[i];

    *ind =
        (ph_indicator){.code = "", .name = {.vi = "", .en = ""}, .numerator = PH_NO_INDEX, .denominator = PH_NO_INDEX};
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
    check_soft(d, f[SOFT].node, ind);
    read_methods(d, f[METHODS].node, f[WEIGHTS].node, ind);
    d->weight_refs[i] = ind->weight_set == NULL ? NULL : f[WEIGHTS].node;
    return ph_draft_codes(d, f[CODES].node, 0, PH_DATE_FOREVER, &ind->codes, &ind->n_codes);
}

ph_rc ph_draft_indicators(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_INDICATORS].n;
    ph_rc rc = PH_NOMEM;

    d->parts.indicators = calloc(n + 1, sizeof *d->parts.indicators);
    d->weight_refs = calloc(n + 1, sizeof *d->weight_refs);
    if (d->parts.indicators != NULL && d->weight_refs != NULL)
        rc = ph_id_index_init(&d->indicators, n);
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        d->parts.n_indicators = i + 1;
        rc = read_indicator(d, i);
    }
    return rc;
}

/* ---- forms ---- */

static void read_item(ph_draft *d, const ph_yaml *node, ph_form *form)
{
    ph_doc_field f[] = {{.key = "indicator", .is_required = true}, {.key = "required"}};

    if (!ph_doc_open(&d->doc, node, f, 2))
        return;
    bool is_required = ph_doc_bool(&d->doc, f[1].node, false);
    if (f[0].node == NULL || *ph_doc_id(&d->doc, f[0].node) == '\0')
        return;
    uint16_t ind = ph_id_index_find(&d->indicators, f[0].node->text);
    if (ind == PH_NO_INDEX) {
        ph_doc_tell_unknown(&d->doc, f[0].node, "ref.unknown", PH_T("chỉ tiêu", "indicator"),
                            &d->parts.indicators[0].code, sizeof(ph_indicator), d->parts.n_indicators);
        return;
    }
    for (size_t i = 0; i < form->n_items; i++)
        if (form->items[i].indicator == ind)
            ph_doc_tell(&d->doc, f[0].node, "item.repeated",
                        PH_T("%s xuất hiện hai lần trong biểu này", "%s stands twice in this form"),
                        d->parts.indicators[ind].code);
    form->items[form->n_items++] = (ph_form_item){.indicator = ind, .is_required = is_required};
}

static ph_rc read_items(ph_draft *d, const ph_yaml *node, ph_form *form)
{
    const ph_yaml *list = ph_doc_list(&d->doc, node, 1, PH_MAX_OBSERVATIONS);

    if (list == NULL)
        return PH_OK;
    form->items = calloc(list->n_children + 1U, sizeof *form->items);
    if (form->items == NULL)
        return PH_NOMEM;
    for (const ph_yaml *item = list->first; item != NULL; item = item->next)
        read_item(d, item, form);
    return PH_OK;
}

static ph_rc read_form(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {{.key = "id", .is_required = true},         {.key = "version", .is_required = true},
                        {.key = "name", .is_required = true},       {.key = "freq", .is_required = true},
                        {.key = "valid_from", .is_required = true}, {.key = "valid_to"},
                        {.key = "items", .is_required = true}};
    const ph_yaml *node = d->rows[PH_SECTION_FORMS].nodes[i];
    ph_form *form = &d->parts.forms[i];

    *form = (ph_form){.id = "", .name = {.vi = "", .en = ""}, .freq = PH_FREQ_A};
    if (!ph_doc_open(&d->doc, node, f, COUNT(f)))
        return PH_OK;
    form->id = ph_doc_id(&d->doc, f[0].node);
    form->version = (uint16_t)ph_doc_int(&d->doc, f[1].node, 1, UINT16_MAX, 0);
    form->name = ph_doc_name(&d->doc, f[2].node);
    form->freq =
        (ph_freq)freqs[ph_doc_word(&d->doc, f[3].node, PH_T("tần suất", "frequency"), freqs, COUNT(freqs), 0)][0];
    ph_draft_interval(d, node, f[4].node, f[5].node, &form->valid_from, &form->valid_to);
    return read_items(d, f[6].node, form);
}

ph_rc ph_draft_forms(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_FORMS].n;

    d->parts.forms = calloc(n + 1, sizeof *d->parts.forms);
    ph_rc rc = d->parts.forms == NULL ? PH_NOMEM : PH_OK;
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        d->parts.n_forms = i + 1;
        rc = read_form(d, i);
    }
    return rc;
}

uint16_t ph_draft_find_form(const ph_draft *d, ph_span id, ph_period period, bool *ret_is_known)
{
    const ph_form *forms = d->parts.forms;
    uint16_t best = PH_NO_INDEX;
    ph_date from, to;

    *ret_is_known = false;
    ph_period_range(period, &from, &to);
    for (size_t i = 0; i < d->parts.n_forms; i++) {
        if (!ph_span_is(id, forms[i].id))
            continue;
        *ret_is_known = true;
        if (forms[i].freq == period.freq && forms[i].valid_from <= from && from < forms[i].valid_to &&
            (best == PH_NO_INDEX || forms[i].version > forms[best].version))
            best = (uint16_t)i;
    }
    return best;
}
