/* ph_agg_csv - lines of CSV, for programs or for a Vietnamese Excel.   Layer: aggregator (app) */
#ifndef PH_AGG_CSV_H
#define PH_AGG_CSV_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_agg_cmd.h"
#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_span.h"

/* One rule for all our CSV. For programs: commas, decimal points, "\n", and every text as it is: nothing is guarded.
 * For Excel, as the collector's template: a byte order mark, semicolons, decimal commas without grouping, "\r\n", and
 * an apostrophe before a text that a spreadsheet would take for a formula. Numbers are never guarded. Errors stick in
 * @dst.
 */
typedef struct ph_agg_csv {
    ph_buf *dst;
    bool for_excel;
    bool is_in_line;
} ph_agg_csv;

/** --csv or --excel. */
bool ph_agg_csv_asked(const ph_args *args);
/** @header: names parted by commas. */
ph_agg_csv ph_agg_csv_begin(ph_buf *dst, bool for_excel, const char *header);
void ph_agg_csv_text(ph_agg_csv *c, ph_span text); /* quoted where needed */
void ph_agg_csv_str(ph_agg_csv *c, const char *text);
void ph_agg_csv_int(ph_agg_csv *c, int64_t v);
void ph_agg_csv_decimal(ph_agg_csv *c, ph_decimal d);
void ph_agg_csv_value(ph_agg_csv *c, ph_span text); /* a decimal where the text is one, else the text */
void ph_agg_csv_empty(ph_agg_csv *c);
void ph_agg_csv_end_line(ph_agg_csv *c);

#endif
