/* ph_agg_vintage - one published figure held against the one before it.   Layer: aggregator/core (pure) */
#include "ph_agg_vintage.h"

bool ph_vintage_is_same_cell(const ph_figure_member *a, const ph_figure_member *b)
{
    return a->state == b->state && a->status == b->status && a->marks == b->marks &&
           ph_decimal_cmp(a->value, b->value) == 0;
}

static uint8_t place_of(const ph_issue *issue, ph_span unit)
{
    uint8_t i = 0;

    while (i < issue->n_members && !ph_span_eq(issue->members[i], unit))
        i++;
    return i;
}

static void add(ph_vintage_diff *d, ph_span unit, const ph_figure_member *before, const ph_figure_member *after)
{
    d->changes[d->n_changes++] = (ph_vintage_change){
        .unit = unit,
        .before = before,
        .after = after,
        .has_new_entry = after != NULL && after->entry != 0 && (before == NULL || before->entry != after->entry)};
}

static void compare_members(const ph_issue *before_issue, const ph_figure *before, const ph_issue *issue,
                            const ph_figure *figure, ph_vintage_diff *ret)
{
    for (uint8_t i = 0; i < issue->n_members; i++) {
        uint8_t k = place_of(before_issue, issue->members[i]);
        if (k == before_issue->n_members)
            add(ret, issue->members[i], NULL, &figure->members[i]);
        else if (!ph_vintage_is_same_cell(&before->members[k], &figure->members[i]))
            add(ret, issue->members[i], &before->members[k], &figure->members[i]);
    }
    for (uint8_t k = 0; k < before_issue->n_members; k++)
        if (place_of(issue, before_issue->members[k]) == issue->n_members)
            add(ret, before_issue->members[k], &before->members[k], NULL);
}

static bool is_same_methods(const ph_figure *a, const ph_figure *b)
{
    if (a->n_values != b->n_values)
        return false;
    for (unsigned i = 0; i < a->n_values; i++)
        if (a->values[i].method != b->values[i].method || !ph_span_eq(a->values[i].weight_set, b->values[i].weight_set))
            return false;
    return true;
}

void ph_vintage_compare(const ph_issue *before_issue, const ph_figure *before, const ph_issue *issue,
                        const ph_figure *figure, ph_vintage_diff *ret)
{
    *ret = (ph_vintage_diff){.is_first = before == NULL};
    if (before == NULL) {
        for (uint8_t i = 0; i < issue->n_members; i++)
            if (figure->members[i].state != PH_CELL_MISSING)
                add(ret, issue->members[i], NULL, &figure->members[i]);
        return;
    }
    ret->registry_changed = !ph_digest_eq(&before_issue->registry, &issue->registry);
    ret->state_changed = before_issue->state != issue->state;
    ret->bar_changed = before->provisional_percent != figure->provisional_percent;
    ret->methods_changed = !is_same_methods(before, figure);
    compare_members(before_issue, before, issue, figure, ret);
}
