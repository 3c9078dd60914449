/* ph_col_csv - comma, semicolon or tab separated rows out of bytes that a spreadsheet wrote.   Layer: collector/core
 * (pure) */
#ifndef PH_COL_CSV_H
#define PH_COL_CSV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_col_problem.h"
#include "ph_result.h"
#include "ph_span.h"

enum {
    PH_COL_CSV_MAX_BYTES = 1024 * 1024,
    PH_COL_CSV_MAX_ROWS = 4096,
    PH_COL_CSV_MAX_CELLS = 64,
    PH_COL_CSV_MAX_CELL = 8 * 1024
};

/* Borrows the bytes; row counts from 1 as a spreadsheet does (a quoted cell may span lines). */
typedef struct ph_col_csv {
    ph_span text; /* behind the byte order mark and a "sep=" line */
    size_t at;
    char separator; /* ',' ';' or TAB */
    bool has_bom;
    uint32_t row; /* of the row read last */
    ph_buf cells;
    ph_span cell[PH_COL_CSV_MAX_CELLS]; /* of the row read last, quotes taken off */
    uint32_t n_cells;
    uint32_t n_used; /* up to the last cell that is not empty */
} ph_col_csv;

/**
 * Look at the bytes: encoding, byte order mark, separator (the one that splits the first row that is no comment into
 * most cells; "sep=;" decides). What cannot be read is told to @problems with the way out (UTF-16, Excel, TCVN3,
 * Windows-1258, control characters). Owns: c->cells; close with ph_col_csv_close, safe on zeroes.   Errors: INVALID
 * after a problem was told.   Thread: one.   Source: RFC 4180.
 */
ph_rc ph_col_csv_open(ph_col_csv *c, ph_span bytes, ph_col_problems *problems) PH_CHECKED;
void ph_col_csv_close(ph_col_csv *c);

/**
 * The next row into c->cell. CRLF, LF and CR end a row; quoted cells hold separators, line ends and doubled quotes;
 * blanks around a cell are taken off. Errors: NOT_FOUND at the end; INVALID after a problem that makes the rest
 * unreadable; NOMEM. A cell with text behind its closing quote is told and read on.   Thread: one.   Source: RFC 4180.
 */
ph_rc ph_col_csv_next(ph_col_csv *c, ph_col_problems *problems) PH_CHECKED;

/** Append one cell, quoted when it must be.   Errors: stick in dst. */
void ph_col_csv_write_cell(ph_buf *dst, ph_span text, char separator);

#endif
