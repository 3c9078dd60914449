/* ph_report - findings as a validation report in the ESS JSON layout.   Layer: domain/core (pure) */
#ifndef PH_REPORT_H
#define PH_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "ph_json.h"
#include "ph_lang.h"
#include "ph_registry.h"
#include "ph_time.h"
#include "ph_verdict.h"

/* Of whose judgement it is a report. */
typedef struct ph_report {
    const char *id; /* of the submission; items are id/1 … and id/count/1 … */
    const char *actor, *agent, *trigger;
    int64_t time_us;
    ph_span cluster, form, unit;
    ph_period period;
    uint32_t revision;
    const char *verdict;
    const ph_registry *registry; /* that it was judged by */
    ph_lang lang;                /* of descriptions; explanations are in the other */
} ph_report;

/**
 * Items into an open array: one of type validation for each finding, one of type aggregation for each rule's complete
 * count. data.description: row of the submission (from 1), value and bound, as far as there are. value: "0" = failed,
 * "NA" = the rule could not be evaluated. Errors: stick in the writer's buffer.   Thread: any, no allocation.   Source:
 * conventions §4 (ESS validation report), docs/schema/validation-report.v1.json.
 */
void ph_report_findings(ph_json *j, const ph_report *r, const ph_finding *list, size_t n);
void ph_report_counts(ph_json *j, const ph_report *r, const ph_rule_count *counts, size_t n);

#endif
