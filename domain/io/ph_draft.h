/* ph_draft - a registry on its way from YAML to its parts: rows with their places in the files.   Layer: domain/io */
#ifndef PH_DRAFT_H
#define PH_DRAFT_H

#include "ph_doc.h"
#include "ph_id_index.h"
#include "ph_registry.h"

enum {
    PH_MAX_CODES = 16,
    PH_MAX_CYCLES = 200,
    PH_MAX_EXTENSIONS = 200,
    PH_MAX_WORKING_DAYS = 250,
    PH_DRAFT_MAX_ROWS = 20000,
    PH_DRAFT_MAX_LOST = 64,
    PH_DRAFT_MAX_LOOKS = 400 /* for ids in what is lost: a file may be 8 MiB */
};

/* The lists of a registry, in the order in which they are read: each refers only to those before it (weights apart). */
typedef enum ph_section {
    PH_SECTION_UNITS,
    PH_SECTION_CLUSTERS,
    PH_SECTION_INDICATORS,
    PH_SECTION_FORMS,
    PH_SECTION_WEIGHTS,
    PH_SECTION_DAYS_OFF,
    PH_SECTION_CALENDAR,
    PH_SECTION_LINKS,
    PH_SECTION_REFERENCES,
    PH_SECTION_RULES,
    PH_SECTION_COUNT
} ph_section;

typedef struct ph_rows {
    size_t n, room;
    const ph_yaml **nodes; /* row i of the part was read from nodes[i] */
    bool *doubts;          /* of row i: what other rows are held against could not be read, and was told */
} ph_rows;

/* What could not be read at all: the text of a file, or what stands under a key that is not known. */
typedef struct ph_lost {
    ph_span text;
    const ph_yaml *node;
} ph_lost;

typedef struct ph_draft {
    ph_doc doc;
    ph_registry_parts parts;
    ph_rows rows[PH_SECTION_COUNT];
    ph_id_index units, clusters, indicators; /* of ids that are valid and stand first */
    const ph_yaml **weight_refs;             /* of each indicator: where it names its weight set, or NULL */
    const ph_yaml **ratio_refs;              /* two of each indicator: its numerator and denominator, or NULL */
    size_t n_lost, n_looks;                  /* above their maxima everything counts as lost */
    ph_lost lost[PH_DRAFT_MAX_LOST];
    bool has_lost_items;    /* some form has an item whose indicator could not be read */
    const ph_yaml *version; /* where the registry's version stands */
    ph_date known_since;    /* of rows that do not say it themselves */
} ph_draft;

/* Read one section: rows are allocated, what is wrong is told and leaves a harmless row behind. Errors: NOMEM. */
ph_rc ph_draft_units(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_clusters(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_indicators(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_forms(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_weights(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_calendar(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_links(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_references(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_rules(ph_draft *d) PH_CHECKED;
ph_rc ph_draft_days_off(ph_draft *d) PH_CHECKED;

/* Of one rule: its parameters beside each other, its message's places, what its expression asks for. */
void ph_draft_check_params(ph_draft *d, const ph_yaml *at, const ph_rule_def *r);
void ph_draft_check_message(ph_draft *d, const ph_yaml *node);
void ph_draft_check_asks(ph_draft *d, const ph_yaml *at, const ph_rule_def *r);

/** What only shows across rows: codes taken twice, versions that overlap, figures of one key, weights that miss a
 * member. */
ph_rc ph_draft_cross(ph_draft *d) PH_CHECKED;

/* The valid highest version of a form in the draft, or PH_NO_INDEX; whether the id is there at all; and whether one of
 * its versions could not be read, so that nobody can say. */
uint16_t ph_draft_find_form(const ph_draft *d, ph_span id, ph_period period, bool *ret_is_known, bool *ret_is_doubtful);

/* Nothing is told twice: who refers to an id that stands in what could not be read did nothing wrong. lose: keep such a
 * text or node (either may be empty). may_be_lost: whether @id stands there. tell_ref: "not known", unless it does. */
void ph_draft_lose(ph_draft *d, ph_span text, const ph_yaml *node);
bool ph_draft_may_be_lost(ph_draft *d, ph_span id);
void ph_draft_tell_ref(ph_draft *d, const ph_yaml *ref, const char *what, const char *const *first, size_t stride,
                       size_t n);

/* Shared by the sections: a date interval, tells when it is empty (false: that, or it could not be read); an index that
 * refers to a row, told when unknown. */
bool ph_draft_interval(ph_draft *d, const ph_yaml *at, const ph_yaml *from, const ph_yaml *to, ph_date *ret_from,
                       ph_date *ret_to);
uint16_t ph_draft_unit_ref(ph_draft *d, const ph_yaml *ref); /* PH_NO_INDEX, and told, when there is none */
uint16_t ph_draft_indicator_ref(ph_draft *d, const ph_yaml *ref);
/* The day since which a row is known: its own, or that of the registry's head. */
ph_date ph_draft_known_since(ph_draft *d, const ph_yaml *node);
ph_rc ph_draft_codes(ph_draft *d, const ph_yaml *list, ph_date from, ph_date to, ph_code **ret, uint8_t *ret_n);

#endif
