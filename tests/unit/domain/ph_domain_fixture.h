/* ph_domain_fixture - registries, figures and chance for the tests of the domain.   Layer: tests */
#ifndef PH_DOMAIN_FIXTURE_H
#define PH_DOMAIN_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_buf.h"
#include "ph_err.h"
#include "ph_registry.h"
#include "ph_sheet.h"
#include "ph_submission.h"

/* A file of the source tree, as a NUL-terminated text; freed by the caller. Fails the test when it cannot be read. */
char *read_source(const char *path);

/* CSV of the test data: comment lines and the header passed over, quoted cells without line ends. False at the end. */
enum { CSV_MAX_CELLS = 10, CSV_CELL_BYTES = 400 };
typedef struct csv {
    const char *at;
    size_t n;
    char cell[CSV_MAX_CELLS][CSV_CELL_BYTES];
} csv;
csv csv_open(const char *text);
bool csv_next(csv *c);

/* The registry of this repository. */
ph_registry *own_registry(void);

/* A registry of one cluster `c` in cycle 2023 with @n_units units u00 …, one form `f` of all @n indicators, one duty
 * 2023-S1, and one weight set `w` with @weights (NULL: none). Indicators are borrowed and must stay. */
ph_registry *small_registry(const ph_indicator *indicators, size_t n, size_t n_units, const int64_t *weights);

/* Put a value into a sheet by name; the text is canonical and fits the column's decimals. */
void give(ph_sheet *s, const char *unit, const char *indicator, const char *value, ph_cell_state state);

/* Chance with a seed that is printed when first drawn; PHUSA_SEED sets it. */
uint64_t draw(void);
uint64_t draw_below(uint64_t n);

/* Errors told, for looking at. */
enum { TOLD_MAX = 32 };
typedef struct told {
    size_t n;
    ph_err list[TOLD_MAX];
} told;
void told_sink(void *arg, const ph_err *err);

#define assert_ok(expression) assert_int_equal((expression), PH_OK)

#endif
