/* ph_agg_findings - what the rules found in one submission, for people and as CSV; and counted over all of them. Layer:
 * aggregator (app) */
#ifndef PH_AGG_FINDINGS_H
#define PH_AGG_FINDINGS_H

#include "ph_agg_csv.h"
#include "ph_report.h"

/* One submission: the findings that are listed, and the complete counts. */
typedef struct ph_agg_found {
    const ph_report *report;
    const ph_finding *list;
    size_t n;
    const ph_judgement *judgement;
} ph_agg_found;

/** For people: a line of the submission, then one for each finding. Errors stick in @dst. */
void ph_agg_found_print(const ph_agg_found *f, ph_buf *dst);
#define PH_FINDINGS_CSV_HEADER                                                                              \
    "kind,submission,cluster,form,period,unit,revision,time,verdict,rule,action,row,indicator,value,bound," \
    "detail,n,message"
/** Lines without their header: one for each finding, then one for each rule's count. */
void ph_agg_found_print_csv(const ph_agg_found *f, ph_agg_csv *c);

/* How often each rule found something, over all submissions. More rules than it can name are counted together. */
enum { PH_AGG_TALLY_RULES = 256 };
typedef struct ph_agg_tally {
    size_t n;
    struct ph_agg_tally_row {
        char rule[PH_ID_BUFFER_BYTES];
        ph_action action;
        uint64_t n;
    } rows[PH_AGG_TALLY_RULES];
    uint64_t n_others;
} ph_agg_tally;

void ph_agg_tally_add(ph_agg_tally *t, const ph_judgement *j);
/** A table, the strongest action first; nothing when nothing was found. Errors stick in @dst. */
void ph_agg_tally_print(ph_agg_tally *t, ph_lang lang, ph_buf *dst);

#endif
