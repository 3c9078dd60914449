/* ph_agg_cache - decoded sheets, bounded, with the plan of their form.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_CACHE_H
#define PH_AGG_CACHE_H

#include "ph_agg_fold.h"
#include "ph_agg_store.h"

/* One decoded sheet. duty and plan are of the registry in force; NULL when its calendar does not name the sheet, and
 * where it is frozen (unless it was frozen since it was read): then nothing more comes to it. */
typedef struct ph_cached_sheet {
    ph_sheet *sheet;
    ph_plan *plan;
    const ph_calendar_item *duty;
    const ph_registry *reg; /* that duty and plan are of */
    uint64_t used_at;
    uint32_t generation; /* of the registry that it is fitted to */
    bool is_dirty;       /* differs from what the store has */
    bool is_pinned;      /* not to be given away while another is looked up */
    uint64_t absent[3];  /* by ph_against: the cache's n_opened + 1 when that earlier sheet was not there */
} ph_cached_sheet;

/* Invariants: n_dirty of the n slots are dirty; a slot's sheet is fitted to the registry of its generation, and is
 * refitted when it is next asked for. Stored sheets are of the generation before until the figure seal that follows an
 * activation has written them all: then call ph_cache_settle. */
typedef struct ph_sheet_cache {
    ph_agg_store *store;
    const ph_registry *reg;
    uint32_t generation, stored_generation;
    bool has_misfit; /* a refit was refused, for this value */
    ph_misfit misfit;
    uint64_t tick, n_opened; /* n_opened: sheets made anew so far */
    size_t n, n_dirty;
    uint64_t hashes[PH_FOLD_MAX_SHEETS];
    ph_cached_sheet slots[PH_FOLD_MAX_SHEETS];
} ph_sheet_cache;

/** init: empty, over @store. done: frees what it holds; harmless on zeroes. */
void ph_cache_init(ph_sheet_cache *c, ph_agg_store *store);
void ph_cache_done(ph_sheet_cache *c);

/** The registry in force from now on; is_activation: sheets made so far are of the one before. */
void ph_cache_set_registry(ph_sheet_cache *c, const ph_registry *reg, bool is_activation);
void ph_cache_settle(ph_sheet_cache *c);
bool ph_cache_is_settled(const ph_sheet_cache *c);

/**
 * find: the sheet of @key, from the cache or the store. open: that of @duty, made empty when there is none (dirty
 * then). A pointer is good until the next find or open. Errors: NOT_FOUND (find); INVALID when a refit would lose
 * digits or the cycle is gone; CORRUPT; LIMIT when every slot is dirty; NOMEM; store errors.
 */
ph_rc ph_cache_find(ph_sheet_cache *c, const ph_sheet_key *key, ph_cached_sheet **ret) PH_CHECKED;
ph_rc ph_cache_open(ph_sheet_cache *c, const ph_calendar_item *duty, ph_cached_sheet **ret) PH_CHECKED;

/**
 * A frozen sheet is reopened: planned and fitted to the registry in force, which it stayed behind. Errors: NOT_FOUND
 * when the calendar no longer names it, INVALID as above: it stays frozen then; NOMEM, BUG.
 */
ph_rc ph_cache_reopen(ph_sheet_cache *c, ph_cached_sheet *cs) PH_CHECKED;

void ph_cache_mark_dirty(ph_sheet_cache *c, ph_cached_sheet *cs);
void ph_cache_mark_clean(ph_sheet_cache *c, ph_cached_sheet *cs);

ph_sheet_key ph_sheet_key_of(const ph_sheet *s);
ph_sheet_key ph_duty_key(const ph_registry *reg, const ph_calendar_item *duty);
/** The duty of @key in @reg, or NULL. */
const ph_calendar_item *ph_duty_of(const ph_registry *reg, const ph_sheet_key *key);

#endif
