/* ph_flow_fixture - three units under a head: what they send, what becomes of it, how it then stands.   Layer: tests */
#ifndef PH_FLOW_FIXTURE_H
#define PH_FLOW_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_agg_engine.h"
#include "ph_test_file.h"
#include "ph_test_world.h"

#define START PH_WORLD_START_US
#define DUE   (PH_WORLD_START_US + PH_US_PER_DAY)
enum { HEAD = 0, ONE = 1, TWO = 2, A = 1, B = 2, NOBODY = PH_NO_INDEX };

typedef struct fixture {
    ph_world w;
    ph_test_file file;
    bool has_file;
    ph_agg_store *st;
    ph_engine *e;
    uint64_t number;
    int64_t now_us;
    uint32_t revision[3], base[3];
    ph_digest digest[3];
    ph_sheet *sheet; /* as last looked at */
    uint64_t last;   /* entry */
} fixture;

int setup(void **state);
int setup_file(void **state);
/* Whatever a test did: the ledger is whole, and replayed it gives the same rows. */
int teardown(void **state);

#define IN_RAM(test) cmocka_unit_test_setup_teardown(test, setup, teardown)
#define IN_FILE(test)                                       \
    {                                                       \
#test " (SQLite)", test, setup_file, teardown, NULL \
    }

/* ---- sending: each in a batch of its own ---- */

ph_outcome take(fixture *f, ph_world_sent *s);

/* Taken, judged thus, found that. Gives the message back. */
void judged(fixture *f, ph_world_sent *s, ph_verdict verdict, const char *findings);

/* A whole form with these two values in the guarded cells; a correction where one stands already. */
void submit(fixture *f, uint16_t unit, int64_t a, int64_t b, ph_verdict verdict, const char *findings);

/* With these findings: refused, or accepted if there are none. */
void explain(fixture *f, uint16_t unit, uint16_t indicator, int64_t value, const char *findings);
void decide_by(fixture *f, ph_world_words words, const char *findings);

/* The head on a cell. */
void decide(fixture *f, ph_decision_kind kind, uint16_t subject, uint16_t indicator, int64_t value, const char *reason,
            const char *findings);

/* The head on the period. */
void rule(fixture *f, ph_decision_kind kind, int64_t due_us, const char *reason, const char *findings);

/* In a batch of its own, or behind what stands in the open one. */
void activate(fixture *f, unsigned variant, bool is_open);

/* ---- looking ---- */

/* The first period's sheet as stored; f->sheet until the next look. */
const ph_sheet *look(fixture *f);

void assert_cell(fixture *f, uint16_t row, uint16_t column, ph_cell_state state, uint8_t marks);

/* The state of the case of a cell, or -1. */
int case_state(fixture *f, uint16_t row, uint16_t column);

/* The latest figure of an indicator at the sheet's latest issue that has it. */
typedef struct latest {
    const char *indicator;
    ph_figure figure;
    ph_period_state state;
    ph_digest registry;
    bool is_found;
} latest;

latest published(fixture *f, const char *indicator);

#endif
