/* ph_draft_cross - what only shows when rows are held against each other.   Layer: domain/io */
#include <stdlib.h>

#include "ph_draft.h"
#include "ph_locale.h"

/* ---- codes: one code of a scheme means one unit at a time ---- */

typedef struct code_ref {
    const ph_code *code;
    size_t unit;
} code_ref;

static int by_code(const void *a, const void *b)
{
    const code_ref *x = a, *y = b;
    int cmp = strcmp(x->code->scheme, y->code->scheme);

    if (cmp == 0)
        cmp = strcmp(x->code->value, y->code->value);
    if (cmp == 0)
        cmp = (x->code->valid_from > y->code->valid_from) - (x->code->valid_from < y->code->valid_from);
    return cmp != 0 ? cmp : (x->unit > y->unit) - (x->unit < y->unit);
}

static void check_code_pair(ph_draft *d, const code_ref *a, const code_ref *b)
{
    const bool *doubts = d->rows[PH_SECTION_UNITS].doubts;

    if (!doubts[a->unit] && !doubts[b->unit] && strcmp(a->code->scheme, b->code->scheme) == 0 &&
        strcmp(a->code->value, b->code->value) == 0 && *a->code->value != '\0' &&
        b->code->valid_from < a->code->valid_to)
        ph_doc_tell(&d->doc, d->rows[PH_SECTION_UNITS].nodes[b->unit], "code.taken",
                    PH_T("mã %s %s cùng lúc thuộc về %s", "the %s code %s belongs to %s at the same time"),
                    b->code->scheme, b->code->value, d->parts.units[a->unit].id);
}

static ph_rc check_codes(ph_draft *d)
{
    size_t n = 0;

    for (size_t i = 0; i < d->parts.n_units; i++)
        n += d->parts.units[i].n_codes;
    code_ref *refs = calloc(n + 1, sizeof *refs);
    if (refs == NULL)
        return PH_NOMEM;
    n = 0;
    for (size_t i = 0; i < d->parts.n_units; i++)
        for (size_t k = 0; k < d->parts.units[i].n_codes; k++)
            refs[n++] = (code_ref){.code = &d->parts.units[i].codes[k], .unit = i};
    qsort(refs, n, sizeof *refs, by_code);
    for (size_t i = 1; i < n; i++)
        check_code_pair(d, &refs[i - 1], &refs[i]);
    free(refs);
    return PH_OK;
}

/* ---- versions ---- */

static bool overlap(ph_date from_a, ph_date to_a, ph_date from_b, ph_date to_b)
{
    return from_a < to_b && from_b < to_a;
}

static void check_form_versions(ph_draft *d)
{
    const ph_form *f = d->parts.forms;

    for (size_t b = 1; b < d->parts.n_forms; b++)
        for (size_t a = 0; a < b; a++) {
            const ph_yaml *at = d->rows[PH_SECTION_FORMS].nodes[b];
            if (*f[a].id == '\0' || f[a].version == 0 || f[b].version == 0 || strcmp(f[a].id, f[b].id) != 0 ||
                f[a].freq != f[b].freq)
                continue; /* the half-year's and the year's form may share an id */
            if (f[a].version == f[b].version)
                ph_doc_tell(
                    &d->doc, at, "id.repeated",
                    PH_T("phiên bản %u của biểu %s xuất hiện hai lần", "version %u of the form %s stands twice"),
                    f[b].version, f[b].id);
            else if (!d->rows[PH_SECTION_FORMS].doubts[a] && !d->rows[PH_SECTION_FORMS].doubts[b] &&
                     overlap(f[a].valid_from, f[a].valid_to, f[b].valid_from, f[b].valid_to))
                ph_doc_tell_hint(&d->doc, at, "form.overlap",
                                 PH_T("ghi valid_to cho phiên bản cũ hơn", "give the older version a valid_to"),
                                 PH_T("phiên bản %u và %u của biểu %s có hiệu lực cùng lúc",
                                      "versions %u and %u of the form %s are valid at the same time"),
                                 f[a].version, f[b].version, f[b].id);
        }
}

/* A higher version of a weight set may overlap a lower one: it takes its place, and the old one stays named in old
 * figures. */
static void check_weight_versions(ph_draft *d)
{
    const ph_weight_set *w = d->parts.weight_sets;

    for (size_t b = 1; b < d->parts.n_weight_sets; b++)
        for (size_t a = 0; a < b; a++)
            if (*w[a].id != '\0' && strcmp(w[a].id, w[b].id) == 0 && w[a].version == w[b].version && w[a].version != 0)
                ph_doc_tell(&d->doc, d->rows[PH_SECTION_WEIGHTS].nodes[b], "id.repeated",
                            PH_T("phiên bản %u của bộ trọng số %s xuất hiện hai lần",
                                 "version %u of the weight set %s stands twice"),
                            w[b].version, w[b].id);
}

/* ---- duties of one cluster and period: one key, one figure ---- */

typedef struct duty_ref {
    const ph_calendar_item *item;
    size_t place;
} duty_ref;

static int by_cluster_and_period(const void *a, const void *b)
{
    const duty_ref *x = a, *y = b;
    int cmp = (x->item->cluster > y->item->cluster) - (x->item->cluster < y->item->cluster);

    if (cmp == 0)
        cmp = ph_period_cmp(x->item->period, y->item->period);
    return cmp != 0 ? cmp : (x->place > y->place) - (x->place < y->place);
}

static bool is_whole(const ph_calendar_item *item)
{
    return item->cluster != PH_NO_INDEX && item->form != PH_NO_INDEX;
}

/* owner[k]: 1 + the form by which indicator k is reported in this group of duties; stamp[k] says for which group. */
typedef struct owners {
    uint32_t *stamp;
    uint16_t *form;
} owners;

static void claim_items(ph_draft *d, const duty_ref *duty, uint32_t group, const owners *o)
{
    const ph_form *form = &d->parts.forms[duty->item->form];
    const ph_yaml *at = d->rows[PH_SECTION_CALENDAR].nodes[duty->place];

    for (size_t i = 0; i < form->n_items; i++) {
        uint16_t ind = form->items[i].indicator;
        if (o->stamp[ind] == group && o->form[ind] == duty->item->form) {
            ph_doc_tell(&d->doc, at, "calendar.repeated",
                        PH_T("cụm, biểu và kỳ này xuất hiện hai lần", "this cluster, form and period stand twice"));
            return;
        }
        if (o->stamp[ind] == group) {
            ph_doc_tell(&d->doc, at, "calendar.collision",
                        PH_T("%s được báo cáo trong cả hai biểu %s và %s cho cùng cụm và kỳ",
                             "%s is reported by the forms %s and %s for the same cluster and period"),
                        d->parts.indicators[ind].code, d->parts.forms[o->form[ind]].id, form->id);
            return;
        }
        o->stamp[ind] = group;
        o->form[ind] = duty->item->form;
    }
}

static ph_rc check_duties(ph_draft *d)
{
    size_t n = 0;
    uint32_t group = 1;
    duty_ref *refs = calloc(d->parts.n_calendar + 1, sizeof *refs);
    owners o = {.stamp = calloc(d->parts.n_indicators + 1, sizeof *o.stamp),
                .form = calloc(d->parts.n_indicators + 1, sizeof *o.form)};
    ph_rc rc = refs == NULL || o.stamp == NULL || o.form == NULL ? PH_NOMEM : PH_OK;

    for (size_t i = 0; rc == PH_OK && i < d->parts.n_calendar; i++)
        if (is_whole(&d->parts.calendar[i]))
            refs[n++] = (duty_ref){.item = &d->parts.calendar[i], .place = i};
    if (rc == PH_OK)
        qsort(refs, n, sizeof *refs, by_cluster_and_period);
    for (size_t i = 0; rc == PH_OK && i < n; i++) {
        if (i > 0 && (refs[i].item->cluster != refs[i - 1].item->cluster ||
                      !ph_period_eq(refs[i].item->period, refs[i - 1].item->period)))
            group++;
        claim_items(d, &refs[i], group, &o);
    }
    free(refs);
    free(o.stamp);
    free(o.form);
    return rc;
}

/* ---- weights of the members ---- */

static const ph_weight_set *weights_for(const ph_draft *d, const char *id, ph_period period)
{
    const ph_weight_set *best = NULL;
    ph_date from, to;

    ph_period_range(period, &from, &to);
    for (size_t i = 0; i < d->parts.n_weight_sets; i++) {
        const ph_weight_set *w = &d->parts.weight_sets[i];
        if (strcmp(w->id, id) == 0 && w->valid_from <= from && from < w->valid_to &&
            (best == NULL || w->version > best->version))
            best = w;
    }
    return best;
}

/* What was told last: the periods of one year need not repeat it. */
typedef struct told {
    const ph_weight_set *set;
    const ph_cycle *cycle;
} told;

/* A set that knows some members but not all would silently weigh a part; one that knows none simply is not for this
 * cluster. */
static void check_members(ph_draft *d, const ph_weight_set *w, const ph_calendar_item *item, told *last)
{
    const ph_cluster *cluster = &d->parts.clusters[item->cluster];
    const ph_cycle *cycle = ph_cluster_cycle(cluster, item->period);
    size_t n_known = 0, lost = 0;

    for (size_t i = 0; cycle != NULL && i < cycle->n_members; i++) {
        if (ph_weight_of(w, cycle->units[i]) > 0)
            n_known++;
        else
            lost = i;
    }
    if (d->rows[PH_SECTION_WEIGHTS].doubts[w - d->parts.weight_sets] || cycle == NULL || n_known == 0 ||
        n_known == cycle->n_members || (last->set == w && last->cycle == cycle))
        return;
    *last = (told){.set = w, .cycle = cycle};
    ph_doc_tell(&d->doc, d->rows[PH_SECTION_WEIGHTS].nodes[w - d->parts.weight_sets], "weights.member",
                PH_T("bộ trọng số %s không có trọng số cho %s, thành viên của %s năm %u",
                     "the set %s has no weight for %s, a member of %s in %u"),
                w->id, d->parts.units[cycle->units[lost]].id, cluster->id, cycle->year);
}

static void check_duty_weights(ph_draft *d, const ph_calendar_item *item, told *last)
{
    const ph_form *form = &d->parts.forms[item->form];
    const char *checked = "";

    for (size_t i = 0; i < form->n_items; i++) {
        const char *id = d->parts.indicators[form->items[i].indicator].weight_set;
        if (id == NULL || strcmp(id, checked) == 0)
            continue;
        checked = id;
        const ph_weight_set *w = weights_for(d, id, item->period);
        if (w != NULL)
            check_members(d, w, item, last);
    }
}

static void check_weights(ph_draft *d)
{
    told last = {0};

    for (size_t i = 0; i < d->parts.n_calendar; i++)
        if (is_whole(&d->parts.calendar[i]))
            check_duty_weights(d, &d->parts.calendar[i], &last);
}

/* ---- rules: one that no form has room for would be believed to guard something ---- */

static bool has_item(const ph_form *form, uint16_t indicator)
{
    for (size_t i = 0; i < form->n_items; i++)
        if (form->items[i].indicator == indicator)
            return true;
    return false;
}

/* As a form's plan takes it. */
static bool has_inputs(const ph_form *form, const ph_rule_def *r)
{
    unsigned n = 0;

    for (unsigned i = 0; i < r->n_inputs; i++)
        n += has_item(form, r->inputs[i]);
    return n == r->n_inputs || (n > 0 && r->missing == PH_MISSING_SKIP_ALL);
}

static void check_target(ph_draft *d, const ph_yaml *at, const ph_rule_def *r, uint16_t target)
{
    const char *code = d->parts.indicators[target].code;
    bool is_there = false;

    for (size_t i = 0; i < d->parts.n_forms; i++) {
        const ph_form *form = &d->parts.forms[i];
        if (!has_item(form, target) || !overlap(form->valid_from, form->valid_to, r->valid_from, r->valid_to))
            continue;
        if (has_inputs(form, r))
            return;
        is_there = true;
    }
    if (ph_draft_may_be_lost(d, ph_span_str(code)))
        return;
    ph_doc_tell_hint(&d->doc, at, "rule.idle",
                     PH_T("thêm vào biểu, hoặc bỏ khỏi applies_to", "put it on a form, or take it out of applies_to"),
                     is_there ? PH_T("không biểu nào có %s cùng các chỉ tiêu ở inputs: quy tắc không bao giờ chạy",
                                     "no form has %s together with the inputs: the rule would never run")
                              : PH_T("không biểu nào có hiệu lực cùng quy tắc này có %s: quy tắc không bao giờ chạy",
                                     "no form that is valid with this rule has %s: the rule would never run"),
                     code);
}

static void check_rules(ph_draft *d)
{
    for (size_t i = 0; i < d->parts.n_rules && !d->has_lost_items; i++) {
        const ph_rule_def *r = &d->parts.rules[i];
        for (size_t k = 0; !d->rows[PH_SECTION_RULES].doubts[i] && k < r->n_targets; k++)
            check_target(d, d->rows[PH_SECTION_RULES].nodes[i], r, r->targets[k]);
    }
}

ph_rc ph_draft_cross(ph_draft *d)
{
    ph_rc rc = check_codes(d);

    check_form_versions(d);
    check_weight_versions(d);
    if (rc == PH_OK)
        rc = check_duties(d);
    if (rc == PH_OK)
        check_weights(d);
    check_rules(d);
    return rc;
}
