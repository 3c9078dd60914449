/* ph_draft_weights - weight sets.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* ---- weight sets ---- */

static bool set_overlaps(const ph_draft *d, const ph_weight_set *set, uint16_t unit)
{
    const ph_unit *u = &d->parts.units[unit];

    return d->rows[PH_SECTION_UNITS].doubts[unit] || set->valid_to == set->valid_from ||
           (u->valid_from < set->valid_to && set->valid_from < u->valid_to);
}

static void read_weight(ph_draft *d, const ph_yaml *node, ph_weight_set *set, ph_id_index *seen, size_t *n_seen)
{
    uint16_t unit = ph_id_index_find(&d->units, node->key->text);

    if (unit == PH_NO_INDEX && ph_doc_tell_comma(&d->doc, node))
        return;
    int64_t value = ph_doc_int(&d->doc, node, 1, PH_MAX_WEIGHT, 1);
    if (unit == PH_NO_INDEX) {
        ph_draft_tell_ref(d, node->key, PH_T("đơn vị", "unit"), &d->parts.units[0].id, sizeof(ph_unit),
                          d->parts.n_units);
        return;
    }
    if (!set_overlaps(d, set, unit))
        ph_doc_tell_hint(
            &d->doc, node->key, "weights.not_valid",
            PH_T("ghi mã của đơn vị khi đó; links nói đơn vị nào thành đơn vị nào",
                 "give the unit of that time; links say which became which"),
            PH_T("%s không tồn tại khi bộ trọng số này có hiệu lực", "%s does not exist while this set is valid"),
            d->parts.units[unit].id);
    bool is_first = ph_id_index_put(seen, node->key->text, unit);
    *n_seen += is_first;
    if (!is_first)
        ph_doc_tell(&d->doc, node->key, "key.repeated",
                    PH_T("%s có hai trọng số trong bộ này", "%s has two weights in this set"), d->parts.units[unit].id);
    set->units[set->n_units] = unit;
    set->values[set->n_units] = value;
    set->n_units++;
}

static ph_rc read_values(ph_draft *d, const ph_yaml *node, ph_weight_set *set, bool *ret_is_doubtful)
{
    ph_id_index seen = {0};
    size_t n_seen = 0;
    ph_rc rc;

    if (node == NULL)
        return PH_OK;
    if (node->kind != PH_YAML_MAP || node->n_children == 0 || node->n_children > PH_DRAFT_MAX_ROWS) {
        ph_doc_tell(&d->doc, node, "map.expected",
                    PH_T("chỗ này cần các đơn vị kèm trọng số, từ 1 đến %d",
                         "here stand units with their weights, from 1 to %d of them"),
                    PH_DRAFT_MAX_ROWS);
        return PH_OK;
    }
    set->units = calloc(node->n_children, sizeof *set->units);
    set->values = calloc(node->n_children, sizeof *set->values);
    rc = ph_id_index_init(&seen, node->n_children);
    if (set->units == NULL || set->values == NULL)
        rc = PH_NOMEM;
    for (const ph_yaml *v = node->first; rc == PH_OK && v != NULL; v = v->next)
        read_weight(d, v, set, &seen, &n_seen);
    *ret_is_doubtful = n_seen < node->n_children; /* who has no weight may be the one that was mistyped */
    ph_id_index_done(&seen);
    if (rc == PH_OK)
        ph_weight_set_sort(set);
    return rc;
}

static ph_rc read_set(ph_draft *d, size_t i)
{
    static const char *const qualities[] = {"official", "unofficial"};
    ph_doc_field f[] = {{.key = "id", .is_required = true},         {.key = "version", .is_required = true},
                        {.key = "quality", .is_required = true},    {.key = "source", .is_required = true},
                        {.key = "valid_from", .is_required = true}, {.key = "valid_to"},
                        {.key = "values", .is_required = true},     {.key = "known_since"}};
    const ph_yaml *node = d->rows[PH_SECTION_WEIGHTS].nodes[i];
    ph_weight_set *set = &d->parts.weight_sets[i];

    *set = (ph_weight_set){.id = "", .quality = "", .source = {.vi = "", .en = ""}};
    if (!ph_doc_open(&d->doc, node, f, COUNT(f)))
        return PH_OK;
    set->id = ph_doc_id(&d->doc, f[0].node);
    set->version = (uint16_t)ph_doc_int(&d->doc, f[1].node, 1, UINT16_MAX, 0);
    set->quality =
        qualities[ph_doc_word(&d->doc, f[2].node, PH_T("chất lượng", "quality"), qualities, COUNT(qualities), 1)];
    set->source = ph_doc_name(&d->doc, f[3].node);
    if (!ph_draft_interval(d, node, f[4].node, f[5].node, &set->valid_from, &set->valid_to))
        set->valid_to = set->valid_from; /* told; nothing is held against it */
    set->known_since = ph_draft_known_since(d, f[7].node);
    return read_values(d, f[6].node, set, &d->rows[PH_SECTION_WEIGHTS].doubts[i]);
}

/* Indicators are read before the sets they name. */
static void check_refs(ph_draft *d)
{
    for (size_t i = 0; i < d->parts.n_indicators; i++) {
        bool is_known = d->weight_refs[i] == NULL;
        for (size_t k = 0; !is_known && k < d->parts.n_weight_sets; k++)
            is_known = ph_span_is(d->weight_refs[i]->text, d->parts.weight_sets[k].id);
        if (!is_known)
            ph_draft_tell_ref(d, d->weight_refs[i], PH_T("bộ trọng số", "weight set"), &d->parts.weight_sets[0].id,
                              sizeof(ph_weight_set), d->parts.n_weight_sets);
    }
}

ph_rc ph_draft_weights(ph_draft *d)
{
    size_t n = d->rows[PH_SECTION_WEIGHTS].n;

    d->parts.weight_sets = calloc(n + 1, sizeof *d->parts.weight_sets);
    ph_rc rc = d->parts.weight_sets == NULL ? PH_NOMEM : PH_OK;
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        d->parts.n_weight_sets = i + 1;
        rc = read_set(d, i);
    }
    if (rc == PH_OK)
        check_refs(d);
    return rc;
}
