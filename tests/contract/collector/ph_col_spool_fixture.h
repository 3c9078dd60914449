/* ph_col_spool_fixture - one spool, in memory or in a file, and items to put into it.   Layer: tests */
#ifndef PH_COL_SPOOL_FIXTURE_H
#define PH_COL_SPOOL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_col_spool_sqlite.h"

#define assert_ok(expression) assert_int_equal((expression), PH_OK)

/* The spool of the test that runs; its file and the limits it is opened with. */
extern ph_col_spool *sp;
extern char spool_path[96];
extern const ph_col_spool_limits spool_limits;

int with_ram(void **state);
int with_sqlite(void **state);
int closed(void **state);

#define BOTH(name) \
    cmocka_unit_test_setup_teardown(name, with_ram, closed), cmocka_unit_test_setup_teardown(name, with_sqlite, closed)
#define FILES(name) cmocka_unit_test_setup_teardown(name, with_sqlite, closed)

/* The file, into sp. */
void spool_open(const char *unit);

/* What is durable is there for another process too. */
void spool_reopen(void);

/* Of cluster dbsh and 2023-S1. Items are told apart by @n. */
ph_col_key spool_key(const char *form);
ph_col_item spool_item(const char *form, uint32_t revision, uint8_t n);

/* An explanation or a decision, on form a. */
ph_col_item spool_other_item(ph_entry_kind kind, ph_decision_kind decision, const char *subject, const char *indicator,
                             uint8_t n);

/* What every item carries. */
ph_span spool_envelope(void);

/* Put as somebody does who has just looked. put: must succeed; a submission. */
ph_rc spool_try_put(const ph_col_item *item, uint64_t *ret_number);
ph_col_item spool_put(const char *form, uint32_t revision, uint8_t n);

ph_col_item spool_find(const ph_uuid *id);

/* Judged, with a receipt; the checkpoint is `large` above size 10, else `small`. */
ph_rc spool_release(const ph_uuid *id, ph_verdict verdict, uint8_t epoch, uint64_t size);

#endif
