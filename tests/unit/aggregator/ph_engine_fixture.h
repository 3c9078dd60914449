/* ph_engine_fixture - an engine over a ledger in memory, and submissions for it.   Layer: tests */
#ifndef PH_ENGINE_FIXTURE_H
#define PH_ENGINE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_agg_engine.h"
#include "ph_test_world.h"

#define START PH_WORLD_START_US

typedef struct fixture {
    ph_world w;
    ph_agg_store *st;
    ph_engine *e;
    uint64_t number; /* of the last submission */
    ph_world_sent sent[64];
    size_t n_sent;
} fixture;

/* Three units and two periods; extended: one unit has more time; staggered: three periods, each a day later. */
int setup(void **state);
int setup_extended(void **state);
int setup_staggered(void **state);
int teardown(void **state);

#define CASE(test)           cmocka_unit_test_setup_teardown(test, setup, teardown)
#define EXTENDED_CASE(test)  cmocka_unit_test_setup_teardown(test, setup_extended, teardown)
#define STAGGERED_CASE(test) cmocka_unit_test_setup_teardown(test, setup_staggered, teardown)

/* The values of a form that names none. */
extern const int64_t plain[4];

/* A batch, and what is taken into it; all must succeed. make: kept until the teardown. */
void begin(fixture *f, int64_t now_us);
void finish(fixture *f, bool with_figures);
const ph_world_sent *make(fixture *f, ph_world_form form);
ph_outcome take(fixture *f, const ph_world_sent *s);

/* One submission in a batch of its own. */
ph_outcome send_alone(fixture *f, const ph_world_sent *s);

void assert_judged(fixture *f, const ph_world_sent *s, ph_verdict verdict, const char *findings);

/* The sheet of that month as stored, in *keep, whose last one is freed. */
const ph_sheet *sheet(fixture *f, uint8_t month, ph_sheet **keep);

#endif
