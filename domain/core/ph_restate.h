/* ph_restate - published figures of units that are no more, added up to the units of today: a view, never an overwrite.
 * Layer: domain/core (pure) */
#ifndef PH_RESTATE_H
#define PH_RESTATE_H

#include <stddef.h>

#include "ph_figure.h"
#include "ph_registry.h"

/* Why a view refuses. not_whole: a predecessor is no member of the cluster; split: a predecessor went over in parts;
 * part_missing: a predecessor has no value that stands; growth_needs_levels: rates are never averaged, and the levels
 * of both periods are not there; series_break: they are, but do not compare; ratio_needs_parts: numerator or
 * denominator is not published; not_additive: a score, a rank or the like; outgrown: no decimal holds the result. */
#define PH_RESTATE_MAP(X)               \
    X(NONE, "none")                     \
    X(NOT_WHOLE, "not_whole")           \
    X(SPLIT, "split")                   \
    X(PART_MISSING, "part_missing")     \
    X(GROWTH, "growth_needs_levels")    \
    X(BREAK, "series_break")            \
    X(RATIO_PARTS, "ratio_needs_parts") \
    X(NOT_ADDITIVE, "not_additive")     \
    X(OUTGROWN, "outgrown")
typedef enum ph_restate_refusal {
#define PH_X(name, text) PH_RESTATE_##name,
    PH_RESTATE_MAP(PH_X)
#undef PH_X
} ph_restate_refusal;
const char *ph_restate_refusal_name(ph_restate_refusal r);

/* How a value was made. as_it_was: one unit under another name or none; sum, ratio: of the parts; levels: growth of the
 * summed levels. */
#define PH_RESTATE_WAY_MAP(X) X(AS_IT_WAS, "as_it_was") X(SUM, "sum") X(RATIO, "ratio") X(LEVELS, "levels")
typedef enum ph_restate_way {
#define PH_X(name, text) PH_RESTATE_WAY_##name,
    PH_RESTATE_WAY_MAP(PH_X)
#undef PH_X
} ph_restate_way;
const char *ph_restate_way_name(ph_restate_way w);

/* A unit of today that at least one member has become. Unit indexes of the registry. */
typedef struct ph_restate_unit {
    uint16_t unit;
    ph_restate_refusal refusal; /* NONE, NOT_WHOLE or SPLIT: of all its cells */
    uint8_t n_parts, n_absent;
    uint16_t parts[PH_MAX_MEMBERS];  /* members, cluster order */
    uint16_t absent[PH_MAX_MEMBERS]; /* predecessors that are no members; of a split: the members that were split */
} ph_restate_unit;

typedef struct ph_restate_units {
    size_t n;
    ph_restate_unit list[PH_MAX_MEMBERS]; /* in the order in which the cluster names their first part */
    size_t n_unknown;                     /* members that the registry does not know; left out */
} ph_restate_units;

/**
 * What the members of a period have become by @now: along all links dated after the period's first day and up to @now,
 * known by then.   Shape: members are unit ids.   Owns: nothing.   Thread: any, no allocation. O(units * links).
 * Source: domain §3.4.
 */
void ph_restate_find(const ph_registry *reg, const ph_span *members, size_t n_members, ph_period period, ph_date now,
                     ph_restate_units *ret);

/* One published figure with the issue that names its members. */
typedef struct ph_restate_figure {
    const ph_issue *issue;
    const ph_figure *figure;
} ph_restate_figure;

/* All figures of a sheet as published, and those of a year before for levels (none: n_before 0). */
typedef struct ph_restate_sheet {
    const ph_registry *reg;
    const ph_restate_figure *then, *before;
    size_t n_then, n_before;
} ph_restate_sheet;

typedef struct ph_restate_cell {
    ph_restate_refusal refusal;
    ph_restate_way way;
    ph_decimal value; /* at the figure's decimals; refusal NONE */
    uint16_t unit;    /* PART_MISSING: whose value; else PH_NO_INDEX */
    uint16_t needs;   /* indicator that is not there for it; else PH_NO_INDEX */
} ph_restate_cell;

/** One figure for one unit of today. Of several parts: summed if `sum` is among the indicator's methods, else as a
 * ratio if that is, else as growth of levels if a level_growth rule names the level.   Thread: any, no allocation. */
ph_restate_cell ph_restate_value(const ph_restate_sheet *s, const ph_restate_unit *unit, const ph_figure *figure);

#endif
