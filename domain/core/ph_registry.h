/* ph_registry - units, clusters, indicators, forms, weights and calendar: immutable once built, valid in time.   Layer:
 * domain/core (pure) */
#ifndef PH_REGISTRY_H
#define PH_REGISTRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_digest.h"
#include "ph_figure.h"
#include "ph_lang.h"
#include "ph_limits.h"
#include "ph_registry_rows.h"
#include "ph_result.h"
#include "ph_session.h"
#include "ph_span.h"
#include "ph_time.h"

typedef struct ph_registry ph_registry; /* built by ph_registry_builder or the YAML loader; read-only afterwards */

/** Identity of the source bytes it was built from. Thread: any, for all that follow; nothing here allocates. */
const ph_digest *ph_registry_digest(const ph_registry *reg);
const char *ph_registry_version(const ph_registry *reg); /* the label people gave it, e.g. "2023.1" */

size_t ph_registry_n_units(const ph_registry *reg);
size_t ph_registry_n_clusters(const ph_registry *reg);
size_t ph_registry_n_indicators(const ph_registry *reg);
size_t ph_registry_n_forms(const ph_registry *reg);
size_t ph_registry_n_weight_sets(const ph_registry *reg);
size_t ph_registry_n_calendar(const ph_registry *reg);
size_t ph_registry_n_links(const ph_registry *reg);
size_t ph_registry_n_references(const ph_registry *reg);
size_t ph_registry_n_rules(const ph_registry *reg);
size_t ph_registry_n_days_off(const ph_registry *reg);

/** By index (must be in range). */
const ph_unit *ph_registry_unit(const ph_registry *reg, size_t i);
const ph_cluster *ph_registry_cluster(const ph_registry *reg, size_t i);
const ph_indicator *ph_registry_indicator(const ph_registry *reg, size_t i);
const ph_form *ph_registry_form(const ph_registry *reg, size_t i);
const ph_weight_set *ph_registry_weight_set(const ph_registry *reg, size_t i);
const ph_calendar_item *ph_registry_calendar(const ph_registry *reg, size_t i);
const ph_unit_link *ph_registry_link(const ph_registry *reg, size_t i);
const ph_reference *ph_registry_reference(const ph_registry *reg, size_t i);
const ph_rule_def *ph_registry_rule(const ph_registry *reg, size_t i);
const ph_day_off *ph_registry_day_off(const ph_registry *reg, size_t i);

/** By id, O(1): index or PH_NO_INDEX. */
uint16_t ph_registry_find_unit(const ph_registry *reg, ph_span id);
uint16_t ph_registry_find_cluster(const ph_registry *reg, ph_span id);
uint16_t ph_registry_find_indicator(const ph_registry *reg, ph_span code);
/** Highest version of form @id that is valid for @period. */
uint16_t ph_registry_find_form(const ph_registry *reg, ph_span id, ph_period period);
/** Highest version of weight set @id that is valid for @period. */
uint16_t ph_registry_find_weights(const ph_registry *reg, const char *id, ph_period period);
/** The same, as they were known on a day. */
uint16_t ph_registry_find_form_known(const ph_registry *reg, ph_span id, ph_period period, ph_date known_on);
uint16_t ph_registry_find_weights_known(const ph_registry *reg, const char *id, ph_period period, ph_date known_on);
/** Order a set by unit, so that a weight is found by halving; ph_registry_build does it too. */
void ph_weight_set_sort(ph_weight_set *set);
/** Weight of a unit in an ordered set, 0 when the set has none for it. O(log n). */
int64_t ph_weight_of(const ph_weight_set *set, uint16_t unit);
/** The duty, or NULL when the calendar does not name it. */
const ph_calendar_item *ph_registry_find_duty(const ph_registry *reg, uint16_t cluster, uint16_t form,
                                              ph_period period);
/** What @successor was made of: its predecessors in the order of the links; none for a unit that has no past under
 * another id.   Errors: LIMIT (more than PH_MAX_MEMBERS). O(links). */
ph_rc ph_registry_predecessors(const ph_registry *reg, uint16_t successor, uint16_t ret[PH_MAX_MEMBERS],
                               size_t *n) PH_CHECKED;

/* What of a successor's territory a cluster's cycle holds. */
typedef struct ph_parts {
    size_t n;
    uint16_t units[PH_MAX_MEMBERS]; /* predecessors that are members and went over whole */
    uint16_t lost;                  /* the first that is not: an outsider, or one that went over in part */
    bool is_split;                  /* lost is a member, but only a part of it went over */
} ph_parts;
/**
 * Whether figures of @successor can be rebuilt by adding up members of @cycle. Shape: OK: ret->units are all its parts.
 * INVALID: not all are there whole; ret->lost is the first, ret->units the rest. NOT_FOUND: no link known on @known_on
 * leads to it (a unit that goes on unchanged is its own past).   Thread: any.   Source: domain.md §3.4.
 */
ph_rc ph_registry_whole_parts(const ph_registry *reg, const ph_cycle *cycle, uint16_t successor, ph_date known_on,
                              ph_parts *ret) PH_CHECKED;
/** The one unit that took the place of @unit as far as was known on @known_on, or PH_NO_INDEX (none, or split). */
uint16_t ph_registry_find_successor(const ph_registry *reg, uint16_t unit, ph_date known_on);
/** What the unit was called on @day. */
ph_name ph_unit_name_on(const ph_unit *unit, ph_date day);
/** Members of the cycle that @period's year names, or NULL. */
const ph_cycle *ph_cluster_cycle(const ph_cluster *cluster, ph_period period);
const ph_cycle *ph_cluster_cycle_known(const ph_cluster *cluster, ph_period period, ph_date known_on);
/** Position of @unit among the members, or PH_NO_INDEX. */
uint16_t ph_cycle_member(const ph_cycle *cycle, uint16_t unit);

/* The references of one indicator, period and kind stand side by side: [from, to). */
typedef struct ph_reference_range {
    uint16_t from, to;
} ph_reference_range;
/** Found once for a form. O(log n). */
ph_reference_range ph_registry_references_of(const ph_registry *reg, uint16_t indicator, ph_period period,
                                             ph_reference_kind kind);
/** What was known of a unit on the day @known_on: the newest known, or NULL. O(the range). */
const ph_reference *ph_registry_reference_in(const ph_registry *reg, ph_reference_range range, uint16_t unit,
                                             ph_date known_on);
/** Both in one. */
const ph_reference *ph_registry_find_reference(const ph_registry *reg, uint16_t unit, uint16_t indicator,
                                               ph_period period, ph_reference_kind kind, ph_date known_on);
/** Order of the references in a built registry: by key, the newest known first. */
int ph_reference_cmp(const ph_reference *a, const ph_reference *b);
/** The rule of that id, or PH_NO_INDEX. */
uint16_t ph_registry_find_rule(const ph_registry *reg, ph_span id);
/** The bit of a frequency; whether one of an indicator's methods is @method. */
uint8_t ph_freq_bit(ph_freq freq);
bool ph_indicator_has(const ph_indicator *indicator, ph_method method);
/** The usual limits for a period. O(its own list). */
const ph_bounds *ph_indicator_soft(const ph_indicator *indicator, ph_period period);
/** Is it a change in percent against another period? Then the form of an index is 100 + growth. Source: domain §2.1. */
bool ph_indicator_is_growth(const ph_indicator *indicator);
/** The first break after @from's first day, up to and with @to's, or NULL: only without one are both comparable. */
const ph_series_break *ph_indicator_break(const ph_indicator *indicator, ph_period from, ph_period to);

/** State of a duty at an instant (FROZEN only ever comes from a decision in the log). */
ph_period_state ph_calendar_state(const ph_calendar_item *duty, int64_t now_us);
/** When @unit's form is due, as known on a day: the latest of the duty's and of its extensions. */
int64_t ph_calendar_due(const ph_calendar_item *duty, uint16_t unit, ph_date known_on);

/** Whether offices work on @day: Monday to Friday, unless @days says otherwise. O(n).   Source: domain.md §5,
 * deadlines. */
bool ph_is_working_day(const ph_day_off *days, size_t n, ph_date day);
/** The @count-th working day after @day; @day itself for 0. */
ph_date ph_working_day_after(const ph_day_off *days, size_t n, ph_date day, unsigned count);
/** The first opens/due/closes/embargo of any duty in (after, …), or INT64_MAX. */
int64_t ph_registry_next_boundary(const ph_registry *reg, int64_t after_us);

const char *ph_name_in(ph_name name, ph_lang lang);

/* What a builder needs; the loader fills it, checks come with the build. All arrays and texts are moved into the
 * registry (malloc'ed). */
typedef struct ph_registry_parts {
    const char *version;
    ph_digest digest;
    size_t n_units, n_clusters, n_indicators, n_forms, n_weight_sets, n_calendar;
    size_t n_links, n_references, n_rules, n_days_off;
    ph_unit *units;
    ph_cluster *clusters;
    ph_indicator *indicators;
    ph_form *forms;
    ph_weight_set *weight_sets;
    ph_calendar_item *calendar;
    ph_unit_link *links;
    ph_reference *references;
    ph_rule_def *rules;
    ph_day_off *days_off;
    void *arena; /* what the texts live in */
    void (*free_arena)(void *arena);
} ph_registry_parts;

/** What build checks of the numbers in @parts: indexes in range (BUG), sizes and weights within their limits (LIMIT).
 */
ph_rc ph_registry_parts_check(const ph_registry_parts *parts) PH_CHECKED;
/** Free what @parts holds, for a builder that gave up; zeroes it. Texts outside the arena are not its own. */
void ph_registry_parts_done(ph_registry_parts *parts);
/** Owns: takes all of @parts on success and zeroes it; ids must be unique (BUG).   Errors: NOMEM, LIMIT, BUG. Semantic
 * checks are the loader's, which knows lines. */
ph_rc ph_registry_build(ph_registry_parts *parts, ph_registry **ret) PH_CHECKED;
void ph_registry_free(ph_registry *reg); /* NULL allowed */

#endif
