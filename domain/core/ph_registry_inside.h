/* ph_registry_inside - what a built registry holds, shared by the files that search it.   Layer: domain/core (pure) */
#ifndef PH_REGISTRY_INSIDE_H
#define PH_REGISTRY_INSIDE_H

#include "ph_id_index.h"
#include "ph_registry.h"

enum { PH_WEIGHT_LABEL_BYTES = PH_ID_BUFFER_BYTES + 6 }; /* id, "@", a uint16_t */

struct ph_registry {
    ph_registry_parts parts;
    ph_id_index units, clusters, indicators, forms, weight_sets; /* the last two: to the first of that id */
    uint16_t *next_form, *next_weights;                          /* the next of the same id, or PH_NO_INDEX */
    size_t duty_mask;
    uint16_t *duties; /* hash table of places in the calendar; PH_NO_INDEX = free */
    size_t n_boundaries;
    int64_t *boundaries;      /* ascending */
    uint64_t *reference_keys; /* of parts.references, ascending */
    char (*labels)[PH_WEIGHT_LABEL_BYTES];
};

/** Puts the references into the order in which they are searched. */
ph_rc ph_registry_order_references(ph_registry *reg) PH_CHECKED;

#endif
