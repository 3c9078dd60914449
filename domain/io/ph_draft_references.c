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

static void read_reference_period(ph_draft *d, const ph_yaml *node, ph_reference *r)
{
    if (node == NULL || *ph_doc_text(&d->doc, node, PH_MAX_TEXT_BYTES) == '\0')
        return;
    if (ph_period_parse(node->text, &r->period) != PH_OK)
        ph_doc_tell(&d->doc, node, "period.grammar",
                    PH_T("kỳ viết dạng 2023, 2023-S1, 2023-Q2 hoặc 2023-06",
                         "a period is written 2023, 2023-S1, 2023-Q2 or 2023-06"));
}

/* What no province may send is no publication and no plan either: mostly a slipped decimal mark. */
static void check_value(ph_draft *d, const ph_yaml *at, const ph_reference *r)
{
    char limit[PH_DECIMAL_TEXT_BYTES];
    const ph_indicator *ind = &d->parts.indicators[r->indicator];
    bool is_below = ind->hard.has_min && ph_decimal_cmp(r->value, ind->hard.min) < 0;

    if (!is_below && (!ind->hard.has_max || ph_decimal_cmp(r->value, ind->hard.max) <= 0))
        return;
    (void)ph_decimal_print(is_below ? ind->hard.min : ind->hard.max, limit);
    ph_doc_tell_hint(&d->doc, at, "reference.range",
                     PH_T("kiểm tra dấu thập phân và đơn vị tính; nếu đúng, sửa hard của chỉ tiêu",
                          "look at the decimal point and the unit; if it is right, change the indicator's hard limits"),
                     PH_T("%.*s nằm ngoài giới hạn hard của %s (%s)", "%.*s lies outside the hard limits of %s (%s)"),
                     (int)at->text.len, (const char *)at->text.ptr, ind->code, limit);
}

static void check_period(ph_draft *d, const ph_doc_field *f, const ph_reference *r)
{
    const ph_unit *u = &d->parts.units[r->unit == PH_NO_INDEX ? 0 : r->unit];
    ph_date from, to;

    ph_period_range(r->period, &from, &to);
    if (r->unit != PH_NO_INDEX && !d->rows[PH_SECTION_UNITS].doubts[r->unit] &&
        (u->valid_from >= to || u->valid_to <= from))
        ph_doc_tell_hint(&d->doc, f[UNIT].node, "reference.not_valid",
                         PH_T("ghi mã của đơn vị khi đó; links nói đơn vị nào thành đơn vị nào",
                              "give the unit of that time; links say which became which"),
                         PH_T("%s không tồn tại trong kỳ %.*s", "%s does not exist in %.*s"), u->id,
                         (int)f[PERIOD].node->text.len, (const char *)f[PERIOD].node->text.ptr);
    if (r->indicator == PH_NO_INDEX || d->rows[PH_SECTION_INDICATORS].doubts[r->indicator])
        return;
    const ph_indicator *ind = &d->parts.indicators[r->indicator];
    bool is_plan_of_year = r->kind == PH_REFERENCE_PLAN && r->period.freq == PH_FREQ_A;
    if ((ind->freqs & ph_freq_bit(r->period.freq)) == 0 && !is_plan_of_year)
        ph_doc_tell(&d->doc, f[PERIOD].node, "reference.freq",
                    PH_T("%s không được báo cáo theo tần suất %c: không số nào được so với giá trị này",
                         "%s is not reported for the frequency %c: nothing would be held against this value"),
                    ind->code, (char)r->period.freq);
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
    r->unit = ph_draft_unit_ref(d, f[UNIT].node);
    r->indicator = ph_draft_indicator_ref(d, f[INDICATOR].node);
    size_t errors = d->doc.n_errors;
    read_reference_period(d, f[PERIOD].node, r);
    bool has_period = f[PERIOD].node != NULL && d->doc.n_errors == errors;
    r->kind = (ph_reference_kind)ph_doc_word(&d->doc, f[KIND].node, PH_T("loại", "kind"), kinds, COUNT(kinds), 0);
    r->known_since = ph_doc_date(&d->doc, f[KNOWN].node, 0);
    d->rows[PH_SECTION_REFERENCES].doubts[i] = !has_period || d->doc.n_errors != errors;
    bool has_value = ph_doc_decimal(&d->doc, f[VALUE].node, &r->value);
    r->source = ph_doc_name(&d->doc, f[SOURCE].node);
    if (r->indicator != PH_NO_INDEX && has_value)
        check_value(d, f[VALUE].node, r);
    if (has_period)
        check_period(d, f, r);
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

static bool is_doubtful(const ph_draft *d, const ph_reference *r)
{
    return d->rows[PH_SECTION_REFERENCES].doubts[r - d->parts.references];
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
        if (!is_doubtful(d, refs[i - 1].row) && !is_doubtful(d, refs[i].row) &&
            ph_reference_cmp(refs[i - 1].row, refs[i].row) == 0 && refs[i].row->unit != PH_NO_INDEX &&
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
