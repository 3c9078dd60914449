/* ph_store_fixture - the backends that a store's suites run on, and rows to put.   Layer: tests */
#ifndef PH_STORE_FIXTURE_H
#define PH_STORE_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_agg_store.h"
#include "ph_test_file.h"

typedef struct fixture {
    ph_agg_store *st, *real;
    ph_test_file file;
    bool has_file;
} fixture;

/* Setups and the teardown: the state is a fixture. Faulty: behind the fault decorator, which fails nothing here. */
int with_ram(void **state);
int with_sqlite(void **state);
int with_faulty_ram(void **state);
int with_faulty_sqlite(void **state);
int closed(void **state);

#define CASE(test, backend)                             \
    {                                                   \
#test " " #backend, test, backend, closed, NULL \
    }

/* Rows told apart by a small number; an entry without a unit is a seal. Texts are borrowed. */
ph_digest digest(uint8_t n);
ph_uuid id(uint8_t n);
ph_sheet_key key(const char *cluster, const char *form, uint16_t year, uint8_t month);
ph_entry entry(uint64_t seq, const char *unit, uint8_t number);
ph_frontier frontier(uint64_t size);
ph_seal_row seal(uint64_t seq);
ph_ledger_head head(uint64_t last);

/* Calls that must succeed. */
void begin(ph_agg_store *st);
void commit(ph_agg_store *st);
void put_entry(ph_agg_store *st, uint64_t seq, const char *unit, uint8_t number);
void assert_span(ph_span span, const char *text);

#endif
