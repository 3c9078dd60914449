/* ph_agg_summary - the figures of one sheet as last published, each with the issue it stands in.   Layer: aggregator
 * (app) */
#ifndef PH_AGG_SUMMARY_H
#define PH_AGG_SUMMARY_H

#include <stddef.h>

#include "ph_agg_cmd.h"
#include "ph_buf.h"
#include "ph_figure.h"
#include "ph_lang.h"
#include "ph_registry.h"

/* An issue with the bytes that its texts point into. */
typedef struct ph_summary_issue {
    struct ph_summary_issue *next;
    ph_issue issue;
    uint8_t *bytes;
    ph_figure *figures;
} ph_summary_issue;

typedef struct ph_summary_row {
    const ph_issue *issue;
    const ph_figure *figure;
    uint16_t order; /* in the form */
} ph_summary_row;

typedef struct ph_summary {
    ph_summary_issue *issues;
    const ph_issue *last; /* the newest */
    size_t n;
    ph_summary_row rows[PH_MAX_OBSERVATIONS];
    const ph_registry *registry; /* in force: for names */
} ph_summary;

/** Of one sheet, rows in form order.   Owns: the caller frees (also after an error).   Errors: NOT_FOUND nothing was
 * published; CORRUPT; NOMEM; of the store. */
ph_rc ph_summary_load(const ph_agg_reading *r, const ph_sheet_key *key, ph_summary *ret) PH_CHECKED;
void ph_summary_free(ph_summary *s);

/* What the Kafka record says of the figure: partial = not complete; of the complete ones, provisional or final. */
typedef enum ph_summary_mark { PH_MARK_PARTIAL, PH_MARK_PROVISIONAL, PH_MARK_FINAL } ph_summary_mark;
ph_summary_mark ph_summary_mark_of(const ph_summary_row *row);

/** For people; one JSON object; CSV lines without their header. Errors stick in the buffer. */
void ph_summary_print(const ph_summary *s, ph_lang lang, ph_buf *dst);
void ph_summary_print_json(const ph_summary *s, ph_buf *dst);
#define PH_SUMMARY_CSV_HEADER                                                                                \
    "cluster,form,period,indicator,unit,method,value,status,rank,weight_set,expected,received,held,missing," \
    "weight_expected,weight_received,mark,state,vintage\n"
void ph_summary_print_csv(const ph_summary *s, ph_buf *dst);

#endif
