/* ph_agg_summary - the figures of one sheet as last published, each with the issue it stands in.   Layer: aggregator
 * (app) */
#ifndef PH_AGG_SUMMARY_H
#define PH_AGG_SUMMARY_H

#include <stddef.h>

#include "ph_agg_cmd.h"
#include "ph_agg_csv.h"
#include "ph_buf.h"
#include "ph_figure.h"
#include "ph_json.h"
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

/* Up to which seal: whichever of the two comes first. Not asked for: all. */
typedef struct ph_summary_when {
    bool is_asked;
    uint64_t seq;    /* UINT64_MAX: not by number */
    int64_t time_us; /* INT64_MAX: not by time */
} ph_summary_when;
#define PH_SUMMARY_NOW ((ph_summary_when){.seq = UINT64_MAX, .time_us = INT64_MAX})

/**
 * What an option asks for, NOW when it was not given. SEQ; an instant (RFC 3339); or in UTC+7 a day, a minute or a
 * second as they are printed: of them, and of an instant without a fraction, all is meant, as far as it has passed.
 * Errors: USAGE, told; also for an entry beyond the log and for a moment that has not come, of which nothing is known.
 */
ph_rc ph_summary_when_read(const ph_args *args, int option, const ph_agg_reading *r, ph_summary_when *ret,
                           ph_err *err) PH_CHECKED;
/** Key "as_of": the number, the instant, or null when nothing was asked for.   Errors: stick in j's buffer. */
void ph_summary_when_put_json(const ph_summary_when *when, ph_json *j);
/** "as published up to …", nothing when nothing was asked for.   Errors: stick in dst. */
void ph_summary_when_print(const ph_summary_when *when, ph_lang lang, ph_buf *dst);
/** NOT_FOUND: nothing of the period (operand 1) had been published by the moment asked for; told. */
ph_rc ph_summary_nothing_then(const ph_args *args, ph_err *err);

typedef struct ph_summary {
    ph_summary_issue *issues;
    const ph_issue *last; /* the newest */
    size_t n;
    ph_summary_row rows[PH_MAX_OBSERVATIONS];
    ph_summary_when when;
    const ph_registry *registry; /* for names: the one in force; as of a moment, that of the newest issue then */
} ph_summary;

/** Of one sheet as published up to @when, rows in form order.   Owns: the caller frees (also after an error).   Errors:
 * NOT_FOUND nothing was published; CORRUPT; NOMEM; of the store. */
ph_rc ph_summary_load(const ph_agg_reading *r, const ph_sheet_key *key, ph_summary_when when,
                      ph_summary *ret) PH_CHECKED;
void ph_summary_free(ph_summary *s);

/* What the Kafka record says of the figure: its completeness; of the complete ones, provisional or final. */
typedef enum ph_summary_mark {
    PH_SUMMARY_INSUFFICIENT,
    PH_SUMMARY_PARTIAL,
    PH_SUMMARY_PROVISIONAL,
    PH_SUMMARY_FINAL
} ph_summary_mark;
const char *ph_summary_mark_code(ph_summary_mark mark);
ph_summary_mark ph_summary_mark_of(const ph_summary_row *row);

/** For people; one JSON object; CSV lines without their header. Errors stick in the buffer. */
void ph_summary_print(const ph_summary *s, ph_lang lang, ph_buf *dst);
void ph_summary_print_json(const ph_summary *s, ph_buf *dst);
#define PH_SUMMARY_CSV_HEADER                                                                                \
    "cluster,form,period,indicator,unit,method,value,status,rank,weight_set,expected,received,held,missing," \
    "weight_expected,weight_received,mark,state,vintage,used,marks,series_break,ruled_by,ruling,explanation"
void ph_summary_print_csv(const ph_summary *s, ph_agg_csv *c);

#endif
