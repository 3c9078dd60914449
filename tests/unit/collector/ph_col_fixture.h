/* ph_col_fixture - the registry of this repository, files as texts, what was told.   Layer: tests */
#ifndef PH_COL_FIXTURE_H
#define PH_COL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ph_col_input.h"
#include "ph_registry.h"

#define assert_ok(expression) assert_int_equal((expression), PH_OK)

/* The registry of this repository, loaded once. */
const ph_registry *col_registry(void);
const ph_form *col_form(void);

/* Options for the registry's own unit thaibinh, form and period not fixed. */
ph_col_input_opts col_opts(void);

/* Read a text as a file; freed by ph_col_input_free. */
ph_col_input *col_read(const char *text, const ph_col_input_opts *opts);
ph_col_input *col_read_bytes(const void *bytes, size_t len, const ph_col_input_opts *opts);

/* Is there a problem of that kind at that place? Prints what there is when not. */
bool col_has(const ph_col_problems *ps, ph_col_problem_id id, uint32_t row, uint32_t column);

const ph_col_cell *col_cell(const ph_col_input *in, const char *indicator);
ph_decimal col_number(const char *canonical);

#endif
