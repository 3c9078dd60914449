/* ph_col_input - a file of figures, read into cells; every problem with its row and column.   Layer: collector/core
 * (pure) */
#ifndef PH_COL_INPUT_H
#define PH_COL_INPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_col_problem.h"
#include "ph_decimal.h"
#include "ph_limits.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_span.h"
#include "ph_time.h"

/* One row that gives something. A row with neither value nor status gives nothing and is not here. */
typedef struct ph_col_cell {
    uint32_t row, column; /* of the value, as a spreadsheet counts */
    char indicator[PH_ID_BUFFER_BYTES];
    bool has_value;
    bool is_unread; /* something in the row could not be taken: it stands here for its double, and is no figure */
    ph_decimal value;
    char status;
    size_t note_at, note_len; /* in notes */
} ph_col_cell;

/* What the file says of itself; empty texts and has_period false where it says nothing. */
typedef struct ph_col_input {
    char separator;
    bool has_bom;
    ph_notation notation; /* UNSAID when neither file nor caller declared one */
    char unit[PH_ID_BUFFER_BYTES], cluster[PH_ID_BUFFER_BYTES], form[PH_ID_BUFFER_BYTES];
    bool has_period;
    ph_period period;
    bool withdraws;
    bool is_misplaced; /* what it says of form, cluster or period cannot hold: for which report it is, is not known */
    size_t n_rows;     /* rows of figures seen, blank ones not counted */
    /* Rows of figures that could not be read: how many; the indicators they are for, where that can be told; and
     * whether there are some of which it cannot. */
    size_t n_unread_rows, n_unread;
    uint16_t unread[PH_MAX_OBSERVATIONS];
    bool has_unplaced;
    size_t n_cells;
    ph_col_cell cells[PH_MAX_OBSERVATIONS];
    ph_buf notes;
    ph_col_problems problems;
} ph_col_input;

/* What the caller knows; empty or UNSAID = take what the file says. */
typedef struct ph_col_input_opts {
    const ph_registry *registry;
    const char *unit; /* ours: rows of others are left out */
    const char *form; /* its indicators win when a name fits several */
    bool has_period;
    ph_period period;
    ph_notation notation; /* a declaration in the file that differs is a problem */
    bool withdraws;       /* rows name figures to take back: a value is a problem, an empty cell is status O */
    ph_span reason;       /* of the withdrawal; the note of a row that has none */
} ph_col_input_opts;

/**
 * Read the whole file. Problems are data: PH_OK with ret->problems.n_errors > 0 means that the file may not be sent.
 * Owns: *ret by the caller (ph_col_input_free); borrows nothing after the call.   Errors: NOMEM, LIMIT.   Thread: any.
 * Source: docs, the template.
 */
ph_rc ph_col_input_read(ph_span bytes, const ph_col_input_opts *opts, ph_col_input **ret) PH_CHECKED;
void ph_col_input_free(ph_col_input *in);

/** Is there a row for the indicator (its place in the registry) that could not be read? */
bool ph_col_input_is_unread(const ph_col_input *in, uint16_t indicator);

static inline ph_span ph_col_cell_note(const ph_col_input *in, const ph_col_cell *cell)
{
    return in->notes.ptr == NULL ? ph_span_str("") : ph_span_of(in->notes.ptr + cell->note_at, cell->note_len);
}

#endif
