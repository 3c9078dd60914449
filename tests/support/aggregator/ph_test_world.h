/* ph_test_world - a small invented world for tests of the ledger: registries, keys, a roster, submissions.   Layer:
 * tests/support */
#ifndef PH_TEST_WORLD_H
#define PH_TEST_WORLD_H

#include "ph_agg_engine.h"
#include "ph_agg_verify.h"
#include "ph_decision.h"

enum { PH_WORLD_MAX_UNITS = 40, PH_WORLD_REGISTRIES = 4 };
#define PH_WORLD_START_US INT64_C(1700000000000000)

/* Units u00…, clusters c0… (every unit a member of each), form F, indicators I000…, monthly periods 2023-01…. All
 * periods open at START, are due a day later, close two days later; with is_staggered each period a day after the one
 * before. Odd variants lack the last unit, and have one indicator more. The first two indicators are required; hard
 * limits ±1000, soft ±100, two decimals. */
typedef struct ph_world_shape {
    uint16_t n_units, n_clusters, n_indicators, n_periods;
    bool is_staggered, is_extended; /* extended: unit 1 has an hour more on every duty */
    bool is_guarded; /* I001 and I002 are held outside ±50 (guard.a), I002 outside ±80 once more (guard.b); not by
                         variant 2 */
    bool is_derived; /* I000 is a list; I001 is summed too; the last one of variant 0 is a ratio of I001 to I002 too.
                         At least four */
} ph_world_shape;

typedef struct ph_world {
    ph_world_shape shape;
    ph_registry *registries[PH_WORLD_REGISTRIES]; /* by variant, made when first asked for */
    ph_registry_source source;
    ph_roster_source rosters;
    ph_roster *roster;
    char roster_document[24];
    ph_digest roster_digest;
    ph_receipt_key key;
    ph_key_id key_ids[PH_WORLD_MAX_UNITS];
    uint8_t public_keys[PH_WORLD_MAX_UNITS][PH_SIGN_PUBLIC_BYTES];
    uint8_t secrets[PH_WORLD_MAX_UNITS][PH_SIGN_SECRET_BYTES];
    ph_uuid epoch;
} ph_world;

/** All of these assert: a test that cannot make its world has failed. init: @w must not move afterwards. */
void ph_world_init(ph_world *w, ph_world_shape shape);
void ph_world_done(ph_world *w);

const ph_registry *ph_world_registry(ph_world *w, unsigned variant);
/** A registry is kept in the ledger as a short text in its place. */
ph_span ph_world_document(unsigned variant);
ph_rc ph_world_genesis(ph_world *w, ph_agg_store *st, int64_t now_us);
/** Genesis, then an engine. */
ph_engine *ph_world_engine(ph_world *w, ph_agg_store *st);

/* One submission to be made. values: mantissas with two decimals, n_values of them from the first indicator on. */
typedef struct ph_world_form {
    uint16_t unit, cluster, period;
    uint32_t revision, base_revision;
    ph_digest base_digest;
    const int64_t *values;
    uint16_t n_values;
    uint64_t number; /* makes the id */
    int64_t received_at_us;
    const char *reason; /* of a correction; NULL = a good one */
    bool has_no_kind;   /* a correction that says it is the first */
    uint8_t n_items;    /* narrative items: models "w<words>.0", "w<words>.1" … */
    uint32_t words;
} ph_world_form;

/* A signed message, ready to be taken; owns its body. */
typedef struct ph_world_sent {
    ph_buf body;
    ph_intake intake;
    char unit[8];
} ph_world_sent;

/* An explanation or a decision to be made. value: the mantissa it speaks of; subject PH_NO_INDEX: none. */
typedef struct ph_world_words {
    uint16_t unit, cluster, period, subject, indicator;
    ph_decision_kind kind;
    int64_t value, due_us;
    const char *text;
    uint64_t number;
    int64_t received_at_us;
} ph_world_words;

void ph_world_explain(const ph_world *w, const ph_world_words *words, ph_world_sent *ret);
void ph_world_decide(const ph_world *w, const ph_world_words *words, ph_world_sent *ret);

void ph_world_unit(uint16_t unit, char dst[8]);
void ph_world_make(const ph_world *w, const ph_world_form *form, ph_world_sent *ret);
void ph_world_drop(ph_world_sent *s);
ph_uuid ph_world_id(uint64_t number);

#endif
