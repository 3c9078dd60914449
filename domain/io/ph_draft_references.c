/* ph_draft_references - what others say of a unit's figures: publications and plans.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

enum { UNIT, INDICATOR, PERIOD, KIND, VALUE, SOURCE, KNOWN };
static const char *const kinds[] = {
#define PH_X(name, text) text,
    PH_REFERENCE_MAP(PH_X)
#undef PH_X
};
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void find_unit(ph_draft *d, const ph_yaml *ref, ph_reference *r)
{
    if (ref == NULL || *ph_doc_id(&d->doc, ref) == '\0')
        return;
    r->unit = ph_id_index_find(&d->units, ref->text);
    if (r->unit == PH_NO_INDEX)
        ph_doc_tell_unknown(&d->doc, ref, "ref.unknown", PH_T("đơn vị", "unit"), &d->parts.units[0].id, sizeof(ph_unit),
                            d->parts.n_units);
}

static void find_indicator(ph_draft *d, const ph_yaml *ref, ph_reference *r)
{
    if (ref == NULL || *ph_doc_id(&d->doc, ref) == '\0')
        return;
    r->indicator = ph_id_index_find(&d->indicators, ref->text);
    if (r->indicator == PH_NO_INDEX)
        ph_doc_tell_unknown(&d->doc, ref, "ref.unknown", PH_T("chỉ tiêu", "indicator"), &d->parts.indicators[0].code,
                            sizeof(ph_indicator), d->parts.n_indicators);
}

static void read_reference_period(ph_draft *d, const ph_yaml *node, ph_reference *r)
{
    if (node == NULL || *ph_doc_text(&d->doc, node, PH_MAX_TEXT_BYTES) == '\0')
        return;
    if (ph_period_parse(node->text, &r->period) != PH_OK)
        ph_doc_tell(&d->doc, node, "period.grammar",
                    PH_T("kỳ viết dạng 2023, 2023-S1, 2023-Q2 hoặc 2023-06",
                         "a period is written 2023, 2023-S1, 2023-Q2 or 2023-06"));
}

static void read_reference(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {
        [UNIT] = {.key = "unit", .is_required = true},        [INDICATOR] = {.key = "indicator", .is_required = true},
        [PERIOD] = {.key = "period", .is_required = true},    [KIND] = {.key = "kind", .is_required = true},
        [VALUE] = {.key = "value", .is_required = true},      [SOURCE] = {.key = "source", .is_required = true},
        [KNOWN] = {.key = "known_since", .is_required = true}};
    ph_reference *r = &d->parts.references[i];

    *r = (ph_reference){.unit = PH_NO_INDEX, .indicator = PH_NO_INDEX, .source = {.vi = "", .en = ""}};
    r->period = (ph_period){.freq = PH_FREQ_A, .year = 1, .index = 1};
    if (!ph_doc_open(&d->doc, d->rows[PH_SECTION_REFERENCES].nodes[i], f, COUNT(f)))
        return;
    find_unit(d, f[UNIT].node, r);
    find_indicator(d, f[INDICATOR].node, r);
    read_reference_period(d, f[PERIOD].node, r);
    r->kind = (ph_reference_kind)ph_doc_word(&d->doc, f[KIND].node, PH_T("loại", "kind"), kinds, COUNT(kinds), 0);
    (void)ph_doc_decimal(&d->doc, f[VALUE].node, &r->value);
    r->source = ph_doc_name(&d->doc, f[SOURCE].node);
    r->known_since = ph_doc_date(&d->doc, f[KNOWN].node, 0);
}

/* ---- one figure a day for one key ---- */

typedef struct row_ref {
    const ph_reference *row;
    const ph_yaml *node;
} row_ref;

static int by_key(const void *a, const void *b)
{
    const row_ref *x = a, *y = b;
    int cmp = ph_reference_cmp(x->row, y->row);

    return cmp != 0 ? cmp : (x->node->line > y->node->line) - (x->node->line < y->node->line);
}

static ph_rc check_repeats(ph_draft *d, size_t n)
{
    row_ref *refs = calloc(n + 1, sizeof *refs);

    if (refs == NULL)
        return PH_NOMEM;
    for (size_t i = 0; i < n; i++)
        refs[i] = (row_ref){.row = &d->parts.references[i], .node = d->rows[PH_SECTION_REFERENCES].nodes[i]};
    qsort(refs, n, sizeof *refs, by_key);
    for (size_t i = 1; i < n; i++)
        if (ph_reference_cmp(refs[i - 1].row, refs[i].row) == 0 && refs[i].row->unit != PH_NO_INDEX &&
            refs[i].row->indicator != PH_NO_INDEX)
            ph_doc_tell_hint(&d->doc, refs[i].node, "reference.repeated",
                             PH_T("bản mới hơn cần known_since muộn hơn", "a newer one has a later known_since"),
                             PH_T("đã có một giá trị cùng loại cho đơn vị, chỉ tiêu, kỳ này từ cùng ngày",
                                  "there is a value of that kind for this unit, indicator and period since the same "
                                  "day already"));
    free(refs);
    return PH_OK;
}

ph_rc ph_draft_references(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_REFERENCES].n;

    d->parts.references = calloc(n + 1, sizeof *d->parts.references);
    if (d->parts.references == NULL)
        return PH_NOMEM;
    d->parts.n_references = n;
    for (size_t i = 0; i < n; i++)
        read_reference(d, i);
    return check_repeats(d, n);
}
