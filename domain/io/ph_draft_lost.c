/* ph_draft_lost - ids that stand in what could not be read: who refers to them did nothing wrong.   Layer: domain/io */
#include "ph_draft.h"
#include "ph_locale.h"

void ph_draft_lose(ph_draft *d, ph_span text, const ph_yaml *node)
{
    if (text.len == 0 && node == NULL)
        return;
    if (d->n_lost < PH_DRAFT_MAX_LOST)
        d->lost[d->n_lost] = (ph_lost){.text = text, .node = node};
    d->n_lost++;
}

static bool is_id_byte(uint8_t c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_' ||
           c == '-';
}

/* As a word of its own: "alpha" does not stand in "alpha-2025". */
static bool stands_in_text(ph_span text, ph_span id)
{
    for (size_t i = 0; id.len > 0 && i + id.len <= text.len; i++)
        if (text.ptr[i] == id.ptr[0] && memcmp(text.ptr + i, id.ptr, id.len) == 0 &&
            (i == 0 || !is_id_byte(text.ptr[i - 1])) && (i + id.len == text.len || !is_id_byte(text.ptr[i + id.len])))
            return true;
    return false;
}

static bool stands_in_node(const ph_yaml *node, ph_span id) /* at most PH_YAML_MAX_DEPTH deep */
{
    if (node == NULL)
        return false;
    if (node->kind == PH_YAML_SCALAR)
        return ph_span_cmp(node->text, id) == 0;
    for (const ph_yaml *child = node->first; child != NULL; child = child->next)
        if ((child->key != NULL && ph_span_cmp(child->key->text, id) == 0) || stands_in_node(child, id))
            return true;
    return false;
}

bool ph_draft_may_be_lost(ph_draft *d, ph_span id)
{
    if (d->n_lost == 0)
        return false;
    if (d->n_lost > PH_DRAFT_MAX_LOST || ++d->n_looks > PH_DRAFT_MAX_LOOKS)
        return true;
    for (size_t i = 0; i < d->n_lost; i++)
        if (stands_in_text(d->lost[i].text, id) || stands_in_node(d->lost[i].node, id))
            return true;
    return false;
}

void ph_draft_tell_ref(ph_draft *d, const ph_yaml *ref, const char *what, const char *const *first, size_t stride,
                       size_t n)
{
    if (!ph_draft_may_be_lost(d, ref->text))
        ph_doc_tell_unknown(&d->doc, ref, "ref.unknown", what, first, stride, n);
}

/* ---- references of more than one section ---- */

uint16_t ph_draft_unit_ref(ph_draft *d, const ph_yaml *ref)
{
    if (ref == NULL || *ph_doc_id(&d->doc, ref) == '\0')
        return PH_NO_INDEX;
    uint16_t unit = ph_id_index_find(&d->units, ref->text);
    if (unit == PH_NO_INDEX)
        ph_draft_tell_ref(d, ref, PH_T("đơn vị", "unit"), &d->parts.units[0].id, sizeof(ph_unit), d->parts.n_units);
    return unit;
}

uint16_t ph_draft_indicator_ref(ph_draft *d, const ph_yaml *ref)
{
    if (ref == NULL || *ph_doc_id(&d->doc, ref) == '\0')
        return PH_NO_INDEX;
    uint16_t ind = ph_id_index_find(&d->indicators, ref->text);
    if (ind == PH_NO_INDEX)
        ph_draft_tell_ref(d, ref, PH_T("chỉ tiêu", "indicator"), &d->parts.indicators[0].code, sizeof(ph_indicator),
                          d->parts.n_indicators);
    return ind;
}
