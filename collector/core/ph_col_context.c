/* ph_col_context - what a file says of itself, against the caller, the registry and the calendar: all that is wrong at
 * once.   Layer: collector/core (pure) */
#include <stdio.h>
#include <string.h>

#include "ph_col_input_parts.h"
#include "ph_suggest.h"

enum { MAX_NAMES = 64 };

static bool is_said(const char *id)
{
    return id != NULL && id[0] != '\0';
}

/* In the row where it stands, not where the reading is. */
static void tell_at(ph_col_reading *r, ph_col_problem_id id, ph_col_column c, const char *said, const char *other)
{
    ph_col_problems_add(&r->in->problems, id, r->said_at[c], 1, ph_span_str(said), ph_span_str(other));
}

static bool differs(ph_col_reading *r, ph_col_column c, const char *said, const char *known)
{
    if (!is_said(said) || !is_said(known) || strcmp(said, known) == 0)
        return false;
    tell_at(r, PH_COL_P_CONTEXT, c, said, known);
    return true;
}

/* The registry's ids, each once. */
typedef struct names {
    const char *id[MAX_NAMES];
    size_t n;
} names;

static void add_name(names *all, const char *id)
{
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->id[i], id) == 0)
            return;
    if (all->n < MAX_NAMES)
        all->id[all->n++] = id;
}

static void join(const names *all, char *dst, size_t size)
{
    dst[0] = '\0';
    for (size_t i = 0, len = 0; i < all->n; i++)
        if (len + strlen(all->id[i]) + 3 < size)
            len += (size_t)snprintf(dst + len, size - len, "%s%s", len == 0 ? "" : ", ", all->id[i]);
}

/* Told with the nearest, else with those there are. */
static bool is_unknown(ph_col_reading *r, ph_col_column c, const char *said, const names *all)
{
    char list[PH_COL_PROBLEM_TEXT];
    for (size_t i = 0; i < all->n; i++)
        if (strcmp(all->id[i], said) == 0)
            return false;
    const char *near = ph_suggest(ph_span_str(said), all->id, all->n);
    join(all, list, sizeof list);
    tell_at(r, near != NULL ? PH_COL_P_CONTEXT_NEAR : PH_COL_P_CONTEXT_UNKNOWN, c, said, near != NULL ? near : list);
    return true;
}

static bool form_is_bad(ph_col_reading *r)
{
    names all = {0};
    if (!is_said(r->in->form))
        return false;
    if (is_said(r->opts->form))
        return differs(r, PH_COL_C_FORM, r->in->form, r->opts->form);
    for (size_t i = 0; i < ph_registry_n_forms(r->opts->registry); i++)
        add_name(&all, ph_registry_form(r->opts->registry, i)->id);
    return is_unknown(r, PH_COL_C_FORM, r->in->form, &all);
}

static bool cluster_is_bad(ph_col_reading *r)
{
    names all = {0};
    if (!is_said(r->in->cluster))
        return false;
    for (size_t i = 0; i < ph_registry_n_clusters(r->opts->registry); i++)
        add_name(&all, ph_registry_cluster(r->opts->registry, i)->id);
    return is_unknown(r, PH_COL_C_CLUSTER, r->in->cluster, &all);
}

/* Has the unit a report of that form? Without a unit or form: any has. */
static bool is_duty(const ph_col_reading *r, const ph_calendar_item *duty, const char *form)
{
    const ph_registry *reg = r->opts->registry;
    const ph_cycle *cycle = ph_cluster_cycle(ph_registry_cluster(reg, duty->cluster), duty->period);
    uint16_t unit = is_said(r->opts->unit) ? ph_registry_find_unit(reg, ph_span_str(r->opts->unit)) : PH_NO_INDEX;
    return (!is_said(form) || strcmp(ph_registry_form(reg, duty->form)->id, form) == 0) &&
           (unit == PH_NO_INDEX || (cycle != NULL && ph_cycle_member(cycle, unit) != PH_NO_INDEX));
}

/* Against the calendar, by the form that is known; where it has no report of that form at all, that is said later. */
static bool period_is_bad(ph_col_reading *r, const char *form)
{
    char texts[MAX_NAMES][PH_PERIOD_TEXT_BYTES], said[PH_PERIOD_TEXT_BYTES], list[PH_COL_PROBLEM_TEXT];
    names all = {0};
    (void)ph_period_print(r->in->period, said);
    if (r->opts->has_period) {
        (void)ph_period_print(r->opts->period, list);
        return differs(r, PH_COL_C_PERIOD, said, list);
    }
    for (size_t i = 0; i < ph_registry_n_calendar(r->opts->registry) && all.n < MAX_NAMES; i++) {
        const ph_calendar_item *duty = ph_registry_calendar(r->opts->registry, i);
        if (!is_duty(r, duty, form))
            continue;
        if (ph_period_eq(duty->period, r->in->period))
            return false;
        (void)ph_period_print(duty->period, texts[all.n]);
        add_name(&all, texts[all.n]);
    }
    join(&all, list, sizeof list);
    if (all.n > 0)
        tell_at(r, PH_COL_P_PERIOD_NONE, PH_COL_C_PERIOD, said, list);
    return all.n > 0;
}

void ph_col_check_context(ph_col_reading *r)
{
    (void)differs(r, PH_COL_C_UNIT, r->in->unit, r->opts->unit);
    bool cluster = cluster_is_bad(r), form = form_is_bad(r);
    bool period = r->in->has_period && period_is_bad(r, form                     ? NULL
                                                        : is_said(r->opts->form) ? r->opts->form
                                                                                 : r->in->form);
    r->in->is_misplaced = r->in->is_misplaced || cluster || form || period;
}
