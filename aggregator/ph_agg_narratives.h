/* ph_agg_narratives - a cluster's register of a period: what its units say in words, as published.   Layer: aggregator
 * (app) */
#ifndef PH_AGG_NARRATIVES_H
#define PH_AGG_NARRATIVES_H

#include "ph_agg_cmd.h"
#include "ph_agg_csv.h"
#include "ph_agg_summary.h"
#include "ph_buf.h"
#include "ph_lang.h"
#include "ph_narrative.h"
#include "ph_registry.h"

/* What was published of one unit on one form; revision 0 = nothing has come. */
typedef struct ph_register_row {
    char unit[PH_ID_BUFFER_BYTES], form[PH_ID_BUFFER_BYTES];
    uint32_t revision;
    uint64_t entry;
    uint8_t *bytes; /* packed items, or NULL: the items' spans point into it */
    size_t n;
    ph_narrative items[PH_MAX_NARRATIVES];
} ph_register_row;

enum { PH_REGISTER_MAX_ROWS = 16 * PH_MAX_MEMBERS };

/* By form, within it in the cluster's order. */
typedef struct ph_narratives {
    ph_span cluster;
    ph_period period;
    const ph_registry *registry; /* in force: for names */
    ph_summary_when when;
    uint64_t last_seq; /* of the ledger when it was read */
    size_t n_rows;
    ph_register_row *rows[PH_REGISTER_MAX_ROWS];
} ph_narratives;

#define PH_REGISTER_CSV_HEADER "cluster,form,period,unit,kind,title,document_no,document_date,detail,revision,entry"

/** For people; one JSON object; CSV. Errors stick in @dst. */
void ph_narratives_print(const ph_narratives *r, ph_lang lang, ph_buf *dst);
void ph_narratives_print_json(const ph_narratives *r, ph_buf *dst);
void ph_narratives_print_csv(const ph_narratives *r, ph_agg_csv *c);

#endif
