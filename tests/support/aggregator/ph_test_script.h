/* ph_test_script - random submissions of many units with the verdict that each must get, by a model of its own.
 * Layer: tests/support */
#ifndef PH_TEST_SCRIPT_H
#define PH_TEST_SCRIPT_H

#include "ph_test_world.h"

/* What the model says of one submission: only its unit's own past decides. */
typedef struct ph_script_step {
    ph_world_sent sent;
    uint16_t unit;
    ph_verdict verdict;
    const char *rule; /* the first finding's, NULL: none */
} ph_script_step;

/* Steps of one unit stand in the order in which it sends them. */
typedef struct ph_script {
    ph_script_step *steps;
    size_t n;
} ph_script;

/** Seeded by *random, which goes on. done: frees. */
void ph_script_make(const ph_world *w, uint64_t *random, size_t n_steps, ph_script *ret);
void ph_script_done(ph_script *s);
uint64_t ph_script_random(uint64_t *state);

/** An order of steps: each unit's own kept, units interleaved at random. ret holds script->n. */
void ph_script_shuffle(const ph_script *s, uint64_t *random, size_t *ret);

/* How a script is run. */
typedef struct ph_script_run {
    size_t max_batch;        /* 1: each on its own */
    bool is_full;            /* every batch is that large */
    unsigned figures_one_in; /* a figure seal with about every n-th batch; 0: at the end only */
    unsigned again_one_in;   /* about every n-th step sends an earlier one again; 0: never */
} ph_script_run;

/** Take all steps in @order, check each outcome against the model, and end with a figure seal. Asserts. */
void ph_script_play(ph_engine *e, const ph_script *s, const size_t *order, ph_script_run how, uint64_t *random);

/** Values, statuses, marks, holds and their stories, coverage and revisions of all sheets, as one digest: nothing that
 * depends on order or batches. */
ph_digest ph_script_outcome(ph_agg_store *st);

#endif
