/* ph_test_flow - random submissions, explanations and decisions with the verdict that each must get, by a model of its
 * own.   Layer: tests/support */
#ifndef PH_TEST_FLOW_H
#define PH_TEST_FLOW_H

#include "ph_test_script.h"

/* Explanations and decisions are barriers: each is a segment alone; between two of them each unit sends once at most.
 */
typedef struct ph_flow {
    ph_script script;
    size_t *segments; /* of each step, not falling */
} ph_flow;

/** The world must be guarded, not staggered, of one cluster and at most PH_FLOW_MAX_PERIODS periods; its first unit is
 * the head. Seeded by *random, which goes on. done: frees. */
enum { PH_FLOW_MAX_PERIODS = 4 };
void ph_flow_make(const ph_world *w, uint64_t *random, size_t n_steps, ph_flow *ret);
void ph_flow_done(ph_flow *f);

/** An order that crosses no barrier. ret holds script.n. */
void ph_flow_shuffle(const ph_flow *f, uint64_t *random, size_t *ret);

#endif
