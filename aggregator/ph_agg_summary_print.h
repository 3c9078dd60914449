/* ph_agg_summary_print - what the table of a summary and the notes below it share.   Layer: aggregator (app) */
#ifndef PH_AGG_SUMMARY_PRINT_H
#define PH_AGG_SUMMARY_PRINT_H

#include "ph_agg_summary.h"
#include "ph_term.h"

/* A block: the figures that stand side by side. */
typedef struct ph_summary_page {
    const ph_summary *s;
    ph_lang lang;
    ph_table *t;
    const ph_summary_row *const *shown;
    size_t n;
} ph_summary_page;

/* The signs behind a value, most important first: one place for table and legend. */
typedef struct ph_summary_sign {
    uint8_t bit;
    char sign;
    const char *vi, *en;
} ph_summary_sign;
extern const ph_summary_sign ph_summary_signs[];
extern const size_t ph_summary_n_signs;

const char *ph_summary_unit(const ph_summary *s, ph_span unit, ph_lang lang);
const ph_indicator *ph_summary_indicator(const ph_summary *s, ph_span code); /* NULL: unknown */
const ph_figure_member *ph_summary_member(const ph_summary_row *row, ph_span unit);
const ph_figure_value *ph_summary_value(const ph_figure *f, ph_method method);
bool ph_summary_is_late(const ph_summary_page *p, ph_span unit);
/** Cluster, form, period, and as of when: lines without the blank one after them. */
void ph_summary_put_title(const ph_summary *s, ph_lang lang, ph_buf *dst);
/** Legend, names and who is not in it, of the page's figures alone. */
void ph_summary_put_notes(const ph_summary_page *p, ph_buf *dst);
/** Which figures nobody has sent anything of, in one line; nothing when there are none. */
void ph_summary_put_silent(const ph_summary *s, ph_lang lang, ph_buf *dst);

/** Of one figure: each value that was held and counts, with the reason and who decided.   Errors: stick in dst. */
void ph_summary_put_rulings(const ph_summary_page *p, const ph_summary_row *row, ph_buf *dst);

#endif
