/* ph_draft_forms - which indicators are reported together.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

static const char *const freqs[] = {"A", "S", "Q", "M"};
#define COUNT(a) (sizeof(a) / sizeof(a)[0])

static void read_item(ph_draft *d, const ph_yaml *node, ph_form *form, bool has_freq)
{
    ph_doc_field f[] = {{.key = "indicator", .is_required = true}, {.key = "required"}};

    if (!ph_doc_open(&d->doc, node, f, 2))
        return;
    bool is_required = ph_doc_bool(&d->doc, f[1].node, false);
    uint16_t ind = ph_draft_indicator_ref(d, f[0].node);
    if (ind == PH_NO_INDEX)
        return;
    for (size_t i = 0; i < form->n_items; i++)
        if (form->items[i].indicator == ind)
            ph_doc_tell(&d->doc, f[0].node, "item.repeated",
                        PH_T("%s xuất hiện hai lần trong biểu này", "%s stands twice in this form"),
                        d->parts.indicators[ind].code);
    if (has_freq && (d->parts.indicators[ind].freqs & ph_freq_bit(form->freq)) == 0)
        ph_doc_tell(&d->doc, f[0].node, "item.freq",
                    PH_T("%s không được báo cáo theo tần suất %c", "%s is not reported for the frequency %c"),
                    d->parts.indicators[ind].code, (char)form->freq);
    form->items[form->n_items++] = (ph_form_item){.indicator = ind, .is_required = is_required};
}

static bool has_item(const ph_form *form, uint16_t indicator)
{
    for (size_t i = 0; i < form->n_items; i++)
        if (form->items[i].indicator == indicator)
            return true;
    return false;
}

/* A ratio's sums are those of the same sheet. */
static void check_ratios(ph_draft *d, const ph_yaml *list, const ph_form *form)
{
    const ph_yaml *at = list->first;

    for (size_t i = 0; i < form->n_items && at != NULL; i++, at = at->next) {
        const ph_indicator *ind = &d->parts.indicators[form->items[i].indicator];
        if (!ph_indicator_has(ind, PH_METHOD_RATIO))
            continue;
        const uint16_t parts[] = {ind->numerator, ind->denominator};
        for (size_t k = 0; k < 2; k++)
            if (parts[k] != PH_NO_INDEX && !has_item(form, parts[k]))
                ph_doc_tell(&d->doc, at, "item.ratio",
                            PH_T("%s tính từ %s nên hai chỉ tiêu phải ở cùng một biểu",
                                 "%s is made of %s: both stand on the same form"),
                            ind->code, d->parts.indicators[parts[k]].code);
    }
}

static ph_rc read_items(ph_draft *d, const ph_yaml *node, ph_form *form, bool has_freq)
{
    const ph_yaml *list = ph_doc_list(&d->doc, node, 1, PH_MAX_OBSERVATIONS);

    if (list == NULL)
        return PH_OK;
    form->items = calloc(list->n_children + 1U, sizeof *form->items);
    if (form->items == NULL)
        return PH_NOMEM;
    for (const ph_yaml *item = list->first; item != NULL; item = item->next)
        read_item(d, item, form, has_freq);
    d->has_lost_items = d->has_lost_items || form->n_items != list->n_children;
    if (form->n_items == list->n_children) /* else the part that is not there may be the one that could not be read */
        check_ratios(d, list, form);
    return PH_OK;
}

static ph_rc read_form(ph_draft *d, size_t i)
{
    ph_doc_field f[] = {{.key = "id", .is_required = true},         {.key = "version", .is_required = true},
                        {.key = "name", .is_required = true},       {.key = "freq", .is_required = true},
                        {.key = "valid_from", .is_required = true}, {.key = "valid_to"},
                        {.key = "items", .is_required = true},      {.key = "known_since"}};
    const ph_yaml *node = d->rows[PH_SECTION_FORMS].nodes[i];
    ph_form *form = &d->parts.forms[i];

    *form = (ph_form){.id = "", .name = {.vi = "", .en = ""}, .freq = PH_FREQ_A};
    if (!ph_doc_open(&d->doc, node, f, COUNT(f)))
        return PH_OK;
    form->id = ph_doc_id(&d->doc, f[0].node);
    form->version = (uint16_t)ph_doc_int(&d->doc, f[1].node, 1, UINT16_MAX, 0);
    form->name = ph_doc_name(&d->doc, f[2].node);
    size_t errors = d->doc.n_errors;
    form->freq =
        (ph_freq)freqs[ph_doc_word(&d->doc, f[3].node, PH_T("tần suất", "frequency"), freqs, COUNT(freqs), 0)][0];
    bool has_freq = f[3].node != NULL && d->doc.n_errors == errors;
    d->rows[PH_SECTION_FORMS].doubts[i] =
        !ph_draft_interval(d, node, f[4].node, f[5].node, &form->valid_from, &form->valid_to) || !has_freq;
    form->known_since = ph_draft_known_since(d, f[7].node);
    return read_items(d, f[6].node, form, has_freq);
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

uint16_t ph_draft_find_form(const ph_draft *d, ph_span id, ph_period period, bool *ret_is_known, bool *ret_is_doubtful)
{
    const ph_form *forms = d->parts.forms;
    uint16_t best = PH_NO_INDEX;
    ph_date from, to;

    *ret_is_known = *ret_is_doubtful = false;
    ph_period_range(period, &from, &to);
    for (size_t i = 0; i < d->parts.n_forms; i++) {
        if (!ph_span_is(id, forms[i].id))
            continue;
        *ret_is_known = true;
        *ret_is_doubtful = *ret_is_doubtful || d->rows[PH_SECTION_FORMS].doubts[i];
        if (forms[i].freq == period.freq && forms[i].valid_from <= from && from < forms[i].valid_to &&
            (best == PH_NO_INDEX || forms[i].version > forms[best].version))
            best = (uint16_t)i;
    }
    return best;
}
