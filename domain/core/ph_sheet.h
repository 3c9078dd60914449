/* ph_sheet - the matrix members x indicators of one cluster, form and period: the unit of folding.   Layer: domain/core
 * (pure) */
#ifndef PH_SHEET_H
#define PH_SHEET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_case.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_figure.h"
#include "ph_limits.h"
#include "ph_registry.h"
#include "ph_result.h"
#include "ph_span.h"

/* One cell. value is at the indicator's decimals (the column's scale), so a column is a plain array of integers. 24
 * bytes. */
typedef struct ph_cell {
    int64_t mantissa;
    uint64_t entry; /* log seq it comes from; 0 = never given */
    uint32_t revision;
    uint8_t state; /* ph_cell_state */
    char status;
    uint8_t marks;
    uint8_t reserved;
} ph_cell;

/* The story of a held value. It binds to the value's digest: another value begins another story. */
/* Invariants: value is that of its cell; an open case's cell is HELD, a settled one's GIVEN. */
typedef struct ph_case {
    uint16_t row, column;
    ph_case_state state;
    ph_digest value;      /* ph_value_digest of what it speaks of */
    uint64_t entry;       /* the submission that was first held with it */
    uint64_t explanation; /* entry of the last explanation, 0 = none */
    uint64_t decision;    /* entry of the last decision, 0 = none */
    uint8_t n_rules;      /* rules that hold it, by id */
    char rules[PH_CASE_MAX_RULES][PH_ID_BUFFER_BYTES];
} ph_case;

/* A unit's standing on the sheet. */
typedef struct ph_sheet_row {
    char unit[PH_ID_BUFFER_BYTES];
    uint32_t highest_revision; /* ever logged */
    uint32_t last_revision;    /* accepted or held; 0 = none */
    ph_digest last_digest;
    uint64_t last_entry;
    ph_digest words; /* of the narrative items of the last revision, ph_submission_words; zero = none */
    int64_t due_us;  /* where a decision moved the deadline; 0 = the calendar's */
} ph_sheet_row;

typedef struct ph_sheet_column {
    char indicator[PH_ID_BUFFER_BYTES];
    uint8_t decimals;
    bool is_touched; /* since the last figure seal */
    bool was_published;
    ph_digest published; /* ph_figure_identity of what was last published */
} ph_sheet_column;

/* cells are column-major: cells[column * n_rows + row], so that consolidating a figure walks memory in order.
 * Rows in cluster order, columns in form order. */
typedef struct ph_sheet {
    char cluster[PH_ID_BUFFER_BYTES];
    char form[PH_ID_BUFFER_BYTES];
    ph_period period;
    ph_period_state state;  /* as of the last figure seal, but FROZEN and REOPENED as of their decision */
    uint64_t folded_to_seq; /* every entry up to here is in it */
    uint16_t n_rows, n_columns;
    ph_sheet_row *rows;
    ph_sheet_column *columns;
    ph_cell *cells;
    bool has_register; /* a unit's accepted revision had words once: from then on there is a register, empty or not */
    ph_digest register_published[PH_REGISTER_MAX_PARTS]; /* what was last published of each part; zero = nothing yet */
    uint16_t n_cases;                                    /* by row, then column; at most one a cell */
    ph_case *cases;
} ph_sheet;

/* Does the value still wait? */
static inline bool ph_case_is_open(const ph_case *c)
{
    return c->state == PH_CASE_HELD || c->state == PH_CASE_EXPLAINED || c->state == PH_CASE_RETURNED;
}

/** A new empty sheet for a duty.   Owns: *ret by the caller (ph_sheet_free).   Errors: NOMEM, INVALID (no cycle for
 * that year). */
ph_rc ph_sheet_new(const ph_registry *reg, const ph_calendar_item *duty, ph_sheet **ret) PH_CHECKED;
void ph_sheet_free(ph_sheet *s);

/** Packed form, deterministic; and back (bytes are our own but checked like foreign ones).   Errors: MALFORMED → the
 * caller says CORRUPT. */
void ph_sheet_pack(const ph_sheet *s, ph_buf *dst);
ph_rc ph_sheet_unpack(ph_span bytes, ph_sheet **ret) PH_CHECKED;

/** Bring rows and columns to the order and content of another registry (activation): known cells and their cases stay,
 * all columns become touched. */
ph_rc ph_sheet_refit(ph_sheet *s, const ph_registry *reg, const ph_calendar_item *duty) PH_CHECKED;

/** Every column is to be consolidated at the next figure seal. */
void ph_sheet_touch(ph_sheet *s);

/** What an explanation or a decision binds to: ph_spoken_value_digest of that cell with this value. */
ph_digest ph_value_digest(const ph_sheet *s, uint16_t row, uint16_t column, int64_t mantissa, char status);

/** The case of a cell, or NULL. put: found or made, in order; NULL when there is no memory. drop: harmless when there
 * is none. */
ph_case *ph_sheet_find_case(const ph_sheet *s, uint16_t row, uint16_t column);
ph_case *ph_sheet_put_case(ph_sheet *s, uint16_t row, uint16_t column);
void ph_sheet_drop_case(ph_sheet *s, uint16_t row, uint16_t column);

uint16_t ph_sheet_find_row(const ph_sheet *s, ph_span unit); /* or PH_NO_INDEX */
uint16_t ph_sheet_find_column(const ph_sheet *s,
                              ph_span indicator); /* or PH_NO_INDEX; O(1) is the form plan's job, this is a scan */

static inline ph_cell *ph_sheet_cell(const ph_sheet *s, uint16_t row, uint16_t column)
{
    return &s->cells[(size_t)column * s->n_rows + row];
}

#endif
