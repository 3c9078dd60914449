/* ph_term - what a terminal gets and a pipe does not: colour, tables, progress.   Layer: base/io */
#ifndef PH_TERM_H
#define PH_TERM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "ph_buf.h"
#include "ph_result.h"
#include "ph_span.h"

typedef enum ph_colour_when { PH_COLOUR_AUTO, PH_COLOUR_ALWAYS, PH_COLOUR_NEVER } ph_colour_when;
typedef enum ph_colour {
    PH_COLOUR_PLAIN,
    PH_COLOUR_BOLD,
    PH_COLOUR_DIM,
    PH_COLOUR_RED,
    PH_COLOUR_GREEN,
    PH_COLOUR_YELLOW,
    PH_COLOUR_BLUE
} ph_colour;

/** AUTO (the start value): on a terminal, unless NO_COLOR is set and not empty, or TERM=dumb. */
void ph_term_set_colour(ph_colour_when when);
bool ph_term_is_terminal(FILE *f);
bool ph_term_has_colour(FILE *f);
/** Columns of the terminal, 80 when it is none. */
unsigned ph_term_columns(FILE *f);
/** Escape sequences that begin and end @colour, "" where there is none. */
const char *ph_term_on(FILE *f, ph_colour colour);
const char *ph_term_off(FILE *f, ph_colour colour);

/**
 * Write all of @bytes and flush.
 * Errors: NO_SPACE, IO (closed pipe too). The only way in which data goes to stdout.
 */
ph_rc ph_term_write(FILE *f, ph_span bytes) PH_CHECKED;
ph_rc ph_term_write_buf(FILE *f, const ph_buf *b) PH_CHECKED;

typedef enum ph_align { PH_ALIGN_LEFT, PH_ALIGN_RIGHT } ph_align;
typedef struct ph_table ph_table;

/**
 * A table for people: columns as wide as their widest cell counted in terminal columns, foreign text made harmless.
 * cell fills the row from the left, row ends it (short rows are padded). The first failure sticks and comes out of
 * write.
 * Shape: 1 to 288 columns, as many as the widest of our documents has; else LIMIT.   Owns: caller frees (NULL allowed);
 * texts are copied.   Errors of write: NOMEM, LIMIT, NO_SPACE, IO.   Thread: one.
 */
ph_rc ph_table_new(const ph_align *aligns, size_t n_columns, ph_table **ret) PH_CHECKED;
void ph_table_free(ph_table *t);
void ph_table_cell(ph_table *t, const char *text);
void ph_table_cellf(ph_table *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ph_table_row(ph_table *t);
/** A rule under the row before (the header). */
void ph_table_rule(ph_table *t);
/** Colour the cells of the row being filled (applied only where @f has colour). */
void ph_table_colour(ph_table *t, ph_colour colour);
/** Terminal columns of the longest line that it could have by now, blanks at its end included. */
size_t ph_table_width(const ph_table *t);
ph_rc ph_table_write(const ph_table *t, FILE *f) PH_CHECKED;
/** The same without colour into a buffer. */
ph_rc ph_table_print(const ph_table *t, ph_buf *dst) PH_CHECKED;

/* Progress on stderr: one line rewritten on a terminal, a plain line every 10 s elsewhere. total 0 = not known. */
typedef struct ph_progress {
    char what[96];
    char unit[24];
    uint64_t total;
    uint64_t done;
    int64_t begun_us;
    int64_t shown_us;
    bool on_terminal;
    bool shown;
} ph_progress;

/** Units: @now_us of ph_clock_mono_us.   Owns: copies texts.   Errors: none.   Thread: one. */
void ph_progress_begin(ph_progress *p, const char *what, const char *unit, uint64_t total, int64_t now_us);
void ph_progress_update(ph_progress *p, uint64_t done, int64_t now_us);
void ph_progress_end(ph_progress *p, int64_t now_us);
/** The text of the line now: "gửi 120/900 phiếu, 60/s, còn 13 s". Returns its length. */
size_t ph_progress_format(const ph_progress *p, int64_t now_us, char *dst, size_t size);

#endif
