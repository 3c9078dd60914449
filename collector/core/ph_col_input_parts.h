/* ph_col_input_parts - the reader's insides, shared by its files.   Layer: collector/core (pure) */
#ifndef PH_COL_INPUT_PARTS_H
#define PH_COL_INPUT_PARTS_H

#include "ph_col_csv.h"
#include "ph_col_input.h"
#include "ph_col_names.h"

/* column[c]: where the column of that meaning stands, from 1; 0 = not there. */
typedef struct ph_col_reading {
    ph_col_input *in;
    const ph_col_input_opts *opts;
    ph_col_csv csv;
    uint32_t column[PH_COL_COLUMN_COUNT];
    uint32_t n_columns;
    uint32_t said_at[PH_COL_COLUMN_COUNT]; /* row in which the file says it of itself; 0 = it does not */
    bool is_torn;                          /* the row read last had a problem of its own */
    size_t n_guessed;                      /* mistyped indicators, by what was nearly meant */
    uint16_t guessed[PH_COL_MAX_PROBLEMS];
    uint32_t n_other_units, n_other_periods;
    char other_unit[PH_MAX_TEXT_BYTES], other_period[PH_MAX_TEXT_BYTES];
} ph_col_reading;

/** A problem at the row read last. */
void ph_col_tell(ph_col_reading *r, ph_col_problem_id id, uint32_t column, ph_span a, const char *b);
/** The cell of that meaning in the row read last; empty when the file has no such column. */
ph_span ph_col_cell_of(const ph_col_reading *r, ph_col_column c);

/** The row read last cannot be taken; @indicator is what it is for, PH_NO_INDEX = cannot be told. */
void ph_col_set_unread(ph_col_reading *r, uint16_t indicator);
/** What the file says of itself against what the caller knows, the registry and its calendar. */
void ph_col_check_context(ph_col_reading *r);

/** By exact code, else by code or name in any writing; of several with that name the one in the form. PH_NO_INDEX. */
uint16_t ph_col_find_indicator(const ph_col_reading *r, ph_span text);
/** Told with the nearest code or name, else with those there are; the row counts as unread. */
void ph_col_unknown_indicator(ph_col_reading *r, ph_span text, uint32_t column);
/** The row's value, status and note as a cell of @indicator; nothing when it gives nothing.   Errors: LIMIT, NOMEM. */
ph_rc ph_col_keep_cell(ph_col_reading *r, uint16_t indicator, uint32_t column) PH_CHECKED;

#endif
