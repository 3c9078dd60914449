/* ph_agg_cache - decoded sheets, bounded.   Layer: aggregator/core (pure) */
#include "ph_agg_cache.h"

#include <assert.h>

#include "ph_id_index.h"

ph_sheet_key ph_sheet_key_of(const ph_sheet *s)
{
    return (ph_sheet_key){.cluster = ph_span_str(s->cluster), .form = ph_span_str(s->form), .period = s->period};
}

ph_sheet_key ph_duty_key(const ph_registry *reg, const ph_calendar_item *duty)
{
    return (ph_sheet_key){.cluster = ph_span_str(ph_registry_cluster(reg, duty->cluster)->id),
                          .form = ph_span_str(ph_registry_form(reg, duty->form)->id),
                          .period = duty->period};
}

const ph_calendar_item *ph_duty_of(const ph_registry *reg, const ph_sheet_key *key)
{
    uint16_t cluster = ph_registry_find_cluster(reg, key->cluster);
    uint16_t form = ph_registry_find_form(reg, key->form, key->period);

    if (cluster == PH_NO_INDEX || form == PH_NO_INDEX)
        return NULL;
    return ph_registry_find_duty(reg, cluster, form, key->period);
}

static uint64_t hash_of(const ph_sheet_key *k)
{
    uint64_t p = (uint64_t)k->period.freq << 32 | (uint64_t)k->period.year << 8 | k->period.index;
    return ph_id_mix(ph_id_mix(ph_id_hash(k->cluster), ph_id_hash(k->form)), p);
}

static bool is_sheet(const ph_sheet *s, const ph_sheet_key *k)
{
    return ph_period_eq(s->period, k->period) && ph_span_is(k->form, s->form) && ph_span_is(k->cluster, s->cluster);
}

void ph_cache_init(ph_sheet_cache *c, ph_agg_store *store)
{
    *c = (ph_sheet_cache){.store = store};
}

static void drop(ph_cached_sheet *cs)
{
    ph_sheet_free(cs->sheet);
    ph_plan_free(cs->plan);
    *cs = (ph_cached_sheet){0};
}

void ph_cache_done(ph_sheet_cache *c)
{
    for (size_t i = 0; i < c->n; i++)
        drop(&c->slots[i]);
    c->n = c->n_dirty = 0;
}

void ph_cache_set_registry(ph_sheet_cache *c, const ph_registry *reg, bool is_activation)
{
    c->reg = reg;
    c->generation++;
    if (!is_activation)
        c->stored_generation = c->generation;
}

void ph_cache_settle(ph_sheet_cache *c)
{
    c->stored_generation = c->generation;
}

bool ph_cache_is_settled(const ph_sheet_cache *c)
{
    return c->stored_generation == c->generation;
}

void ph_cache_mark_dirty(ph_sheet_cache *c, ph_cached_sheet *cs)
{
    c->n_dirty += cs->is_dirty ? 0 : 1;
    cs->is_dirty = true;
}

void ph_cache_mark_clean(ph_sheet_cache *c, ph_cached_sheet *cs)
{
    c->n_dirty -= cs->is_dirty ? 1 : 0;
    cs->is_dirty = false;
}

/* ---- one slot ---- */

/* The plan of its form in the registry in force; none when the calendar does not name the sheet, or it is frozen: then
 * it stays as it was, whatever the registry says. */
static ph_rc plan(ph_sheet_cache *c, ph_cached_sheet *cs)
{
    ph_sheet_key key = ph_sheet_key_of(cs->sheet);

    ph_plan_free(cs->plan);
    cs->plan = NULL;
    cs->reg = c->reg;
    cs->duty = cs->sheet->state == PH_PERIOD_FROZEN ? NULL : ph_duty_of(c->reg, &key);
    return cs->duty == NULL ? PH_OK : ph_plan_new(c->reg, cs->duty, &cs->plan);
}

/* What a plan and a sheet say of the same form must agree: cells are found by the plan's columns. */
static bool is_fitted(const ph_cached_sheet *cs)
{
    if (cs->plan == NULL)
        return true;
    if (ph_plan_n_columns(cs->plan) != cs->sheet->n_columns)
        return false;
    for (uint16_t i = 0; i < cs->sheet->n_columns; i++)
        if (strcmp(ph_plan_indicator(cs->plan, i)->code, cs->sheet->columns[i].indicator) != 0 ||
            ph_plan_indicator(cs->plan, i)->decimals != cs->sheet->columns[i].decimals)
            return false;
    return true;
}

/* Frozen sheets stay as they were; those that no duty names any more too. A refitted sheet need not be kept: read
 * again, it is refitted again, until the figure seal has written it. */
static ph_rc fit(ph_sheet_cache *c, ph_cached_sheet *cs)
{
    ph_rc rc;

    if (cs->generation == c->generation)
        return PH_OK;
    rc = plan(c, cs);
    if (rc == PH_OK && cs->duty != NULL)
        rc = ph_sheet_refit(cs->sheet, c->reg, cs->duty);
    if (rc == PH_INVALID)
        c->has_misfit = cs->duty != NULL && ph_sheet_find_misfit(cs->sheet, c->reg, cs->duty, &c->misfit);
    if (rc != PH_OK)
        return rc;
    cs->generation = c->generation;
    return is_fitted(cs) ? PH_OK : PH_BUG;
}

/* A free slot: a new one, or that of the clean sheet which was not used for the longest time. */
static ph_rc free_slot(ph_sheet_cache *c, size_t *ret)
{
    size_t oldest = SIZE_MAX;

    if (c->n < PH_FOLD_MAX_SHEETS) {
        *ret = c->n;
        return PH_OK;
    }
    for (size_t i = 0; i < c->n; i++)
        if (!c->slots[i].is_dirty && !c->slots[i].is_pinned &&
            (oldest == SIZE_MAX || c->slots[i].used_at < c->slots[oldest].used_at))
            oldest = i;
    if (oldest == SIZE_MAX)
        return PH_LIMIT;
    drop(&c->slots[oldest]);
    *ret = oldest;
    return PH_OK;
}

/* Takes @sheet over, also on failure. */
static ph_rc adopt(ph_sheet_cache *c, ph_sheet *sheet, uint32_t generation, ph_cached_sheet **ret)
{
    ph_sheet_key key = ph_sheet_key_of(sheet);
    ph_cached_sheet cs = {.sheet = sheet, .generation = generation, .used_at = ++c->tick};
    size_t at = 0;
    ph_rc rc = plan(c, &cs);

    if (rc == PH_OK && generation == c->generation && !is_fitted(&cs))
        rc = PH_CORRUPT;
    if (rc == PH_OK)
        rc = free_slot(c, &at);
    if (rc != PH_OK) {
        drop(&cs);
        return rc;
    }
    c->hashes[at] = hash_of(&key);
    c->slots[at] = cs;
    c->n += at == c->n ? 1 : 0;
    *ret = &c->slots[at];
    return PH_OK;
}

static ph_rc load(ph_sheet_cache *c, const ph_sheet_key *key, ph_cached_sheet **ret)
{
    ph_sheet *sheet = NULL;
    ph_span packed;
    uint64_t folded_to_seq;
    ph_rc rc = c->store->ops->get_sheet(c->store, key, &folded_to_seq, &packed);

    if (rc != PH_OK)
        return rc;
    rc = ph_sheet_unpack(packed, &sheet);
    if (rc != PH_OK)
        return rc == PH_MALFORMED ? PH_CORRUPT : rc;
    if (!is_sheet(sheet, key) || sheet->folded_to_seq != folded_to_seq) {
        ph_sheet_free(sheet);
        return PH_CORRUPT;
    }
    return adopt(c, sheet, c->stored_generation, ret);
}

ph_rc ph_cache_find(ph_sheet_cache *c, const ph_sheet_key *key, ph_cached_sheet **ret)
{
    uint64_t hash = hash_of(key);
    ph_cached_sheet *cs = NULL;
    ph_rc rc = PH_OK;

    for (size_t i = 0; cs == NULL && i < c->n; i++)
        if (c->hashes[i] == hash && is_sheet(c->slots[i].sheet, key))
            cs = &c->slots[i];
    if (cs == NULL)
        rc = load(c, key, &cs);
    if (rc == PH_OK)
        rc = fit(c, cs);
    if (rc != PH_OK)
        return rc;
    cs->used_at = ++c->tick;
    *ret = cs;
    return PH_OK;
}

ph_rc ph_cache_reopen(ph_sheet_cache *c, ph_cached_sheet *cs)
{
    ph_period_state was = cs->sheet->state;
    ph_rc rc;

    cs->sheet->state = PH_PERIOD_REOPENED;
    rc = plan(c, cs);
    if (rc == PH_OK && cs->duty == NULL)
        rc = PH_NOT_FOUND;
    if (rc == PH_OK)
        rc = ph_sheet_refit(cs->sheet, c->reg, cs->duty);
    if (rc == PH_OK)
        return PH_OK;
    cs->sheet->state = was;
    cs->duty = NULL;
    ph_plan_free(cs->plan);
    cs->plan = NULL;
    return rc;
}

ph_rc ph_cache_open(ph_sheet_cache *c, const ph_calendar_item *duty, ph_cached_sheet **ret)
{
    ph_sheet_key key = ph_duty_key(c->reg, duty);
    ph_sheet *sheet = NULL;
    ph_rc rc = ph_cache_find(c, &key, ret);

    if (rc != PH_NOT_FOUND)
        return rc;
    rc = ph_sheet_new(c->reg, duty, &sheet);
    if (rc == PH_OK)
        rc = adopt(c, sheet, c->generation, ret);
    if (rc == PH_OK) {
        c->n_opened++;
        ph_cache_mark_dirty(c, *ret);
    }
    return rc;
}
