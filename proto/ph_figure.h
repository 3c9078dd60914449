/* ph_figure - one consolidated figure, the packed issue of a sheet at a seal, and the record that Kafka carries. Layer:
 * proto (pure) */
#ifndef PH_FIGURE_H
#define PH_FIGURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_register.h"
#include "ph_result.h"
#include "ph_ruling.h"
#include "ph_session.h"
#include "ph_span.h"
#include "ph_time.h"
#include "ph_uuid.h"

#define PH_METHOD_MAP(X)                 \
    X(MEAN, 1, "mean")                   \
    X(WEIGHTED_MEAN, 2, "weighted_mean") \
    X(SUM, 3, "sum")                     \
    X(MIN, 4, "min")                     \
    X(MEDIAN, 5, "median")               \
    X(MAX, 6, "max")                     \
    X(RATIO, 7, "ratio")                 \
    X(LIST, 8, "list")
typedef enum ph_method {
#define PH_X(name, number, text) PH_METHOD_##name = (number),
    PH_METHOD_MAP(PH_X)
#undef PH_X
} ph_method;
const char *ph_method_name(ph_method m);
ph_rc ph_method_from_name(ph_span name, ph_method *ret) PH_CHECKED;

/* Where a member stands with one indicator. */
#define PH_CELL_MAP(X) X(MISSING, 0, "missing") X(GIVEN, 1, "given") X(HELD, 2, "held") X(NO_VALUE, 3, "no_value")
typedef enum ph_cell_state {
#define PH_X(name, number, text) PH_CELL_##name = (number),
    PH_CELL_MAP(PH_X)
#undef PH_X
} ph_cell_state;
const char *ph_cell_state_name(ph_cell_state s);

/* Bits of ph_figure_member.marks: what is to be known of a cell beside its value. flagged: a rule flagged it; late:
 * received after it was due; outlier: far from the rest of its cluster; explained: by its unit; confirmed: it was held,
 * and the head confirmed it; overridden: it was held, and the head let it pass with a reason; break: not comparable
 * with the period that it would be compared with. */
#define PH_MARK_MAP(X)              \
    X(FLAGGED, 1, "flagged")        \
    X(LATE, 2, "late")              \
    X(OUTLIER, 4, "outlier")        \
    X(EXPLAINED, 8, "explained")    \
    X(CONFIRMED, 16, "confirmed")   \
    X(OVERRIDDEN, 32, "overridden") \
    X(BREAK, 64, "break")
enum {
#define PH_X(name, number, text) PH_MARK_##name = (number),
    PH_MARK_MAP(PH_X)
#undef PH_X
        PH_MARK_ALL = 127
};
const char *ph_mark_name(unsigned bit); /* one bit */

/* One member's cell behind a figure. rank 0 = not ranked. */
typedef struct ph_figure_member {
    ph_cell_state state;
    ph_decimal value; /* meaningful when GIVEN or HELD */
    char status;      /* OBS_STATUS; 0 when MISSING */
    uint8_t marks;
    uint8_t rank;
    uint32_t revision;
    uint64_t entry; /* log entry it comes from; 0 when MISSING */
} ph_figure_member;

typedef struct ph_figure_value {
    ph_method method;
    bool has_value;     /* false when no member gave anything to compute from */
    ph_decimal value;   /* rounded once, to the indicator's decimals */
    ph_span weight_set; /* id@version, empty unless weighted */
    uint8_t n_used;     /* members that it was computed from: a ratio may have fewer than the column has values */
} ph_figure_value;

/* What a figure stands for of its cluster. */
#define PH_COMPLETENESS_MAP(X) X(COMPLETE, "complete") X(PARTIAL, "partial") X(INSUFFICIENT, "insufficient")
typedef enum ph_completeness {
#define PH_X(name, text) PH_FIGURE_##name,
    PH_COMPLETENESS_MAP(PH_X)
#undef PH_X
} ph_completeness;
const char *ph_completeness_name(ph_completeness c);

/* A figure of one cluster, period and indicator. Members stand in the order of ph_issue.members. */
typedef struct ph_figure {
    ph_span indicator;
    uint8_t decimals;
    bool lower_is_better, is_ranked;
    bool has_break; /* not comparable with the period that it would be compared with, for some member at least */
    uint8_t n_expected, n_received,
        n_held; /* received: GIVEN; NO_VALUE counts as received without value; missing = expected - received - held */
    uint8_t n_no_value;
    uint8_t provisional_percent; /* the cluster's bar; 0 .. 100 */
    bool has_weights;
    int64_t weight_expected, weight_received, weight_held; /* integers of the weight set */
    uint8_t n_values;
    ph_figure_value values[PH_MAX_METHODS];
    ph_figure_member members[PH_MAX_MEMBERS];
    uint8_t n_rulings; /* on members' values that were held and let pass */
    ph_span rulings;   /* packed, ph_rulings_read; empty when there are none */
    ph_digest inputs;  /* digest of (unit, state, value, status, entry) of all members */
} ph_figure;

/* What one figure seal published of one sheet: the changed figures and the changed parts of the register only. */
typedef struct ph_issue {
    ph_span cluster, form; /* ids */
    ph_period period;
    uint64_t seal; /* seq of the figure seal = the vintage */
    int64_t sealed_at_us;
    ph_period_state state; /* of the period at that seal */
    ph_digest registry;
    uint8_t n_members;
    ph_span members[PH_MAX_MEMBERS]; /* unit ids, cluster order */
    uint16_t n_figures;
    ph_figure *figures; /* the caller's array */
    uint8_t n_parts;    /* of the register */
    ph_register_part parts[PH_REGISTER_MAX_PARTS];
} ph_issue;

/* Its records: first the figures, then the parts of the register. */
static inline uint32_t ph_issue_n_records(const ph_issue *issue)
{
    return (uint32_t)issue->n_figures + issue->n_parts;
}

/** COMPLETE: every expected member gave a value that stands, and a ratio is computed from them all; held, missing and
 * valueless members make a figure PARTIAL, and INSUFFICIENT when what was received is less than its provisional_percent
 * of what was expected: by weight where there are weights, else by count; for a ratio by count besides. */
ph_completeness ph_figure_completeness(const ph_figure *f);
bool ph_figure_is_complete(const ph_figure *f);
/** True until the period is frozen, and while a member's own status says P, E or F. */
bool ph_figure_is_provisional(const ph_issue *issue, const ph_figure *f);

/* The largest packed form: 256 figures of 64 members, each with a ruling of two texts of 1 KiB, and a register. */
enum { PH_ISSUE_MAX_BYTES = 48 * 1024 * 1024 };

/** The rulings of @f; @store holds PH_MAX_MEMBERS. Returns how many. */
size_t ph_figure_rulings(const ph_figure *f, ph_ruling *store);

/** Packed form of an issue (summary and outbox rows). Equal issues give equal bytes.   Errors: stick in dst. */
void ph_issue_write(const ph_issue *issue, ph_buf *dst);
/** @store holds @max figures.   Errors: MALFORMED, LIMIT, RANGE, UNSUPPORTED (another version of the packed form). */
ph_rc ph_issue_read(ph_span bytes, ph_figure *store, size_t max, ph_issue *ret) PH_CHECKED;

/** Digest of what decides whether a figure is published anew: values, coverage, holds, methods, members' cells,
 * rulings, period state; not seal, time or registry. */
ph_digest ph_figure_identity(const ph_issue *issue, const ph_figure *figure);

/* A Kafka record made from one figure or one part of the register. All text is owned by the buffers given. */
typedef struct ph_record {
    uint64_t number; /* dense over the whole outbox, from 1 */
    ph_buf key;      /* <cluster>/<period>/<indicator>, or <cluster>/<period>/register/<form>/<part> */
    ph_buf value;    /* JSON: UTF-8, sorted keys, no blanks, decimals as strings */
    ph_buf headers;  /* n times: name NUL value NUL */
    uint8_t n_headers;
} ph_record;

#define PH_SUMMARY_SCHEMA  "urn:phusa:schema:summary.v1"  /* docs/schema/summary.v1.json */
#define PH_REGISTER_SCHEMA "urn:phusa:schema:register.v1" /* docs/schema/register.v1.json */
enum { PH_RECORD_MAX_BYTES = 640 * 1024 };

/** init/done embed the buffers. render is pure: the same issue, place in it and number give the same bytes. @at is
 * below ph_issue_n_records.   Errors: LIMIT, NOMEM. */
void ph_record_init(ph_record *r);
void ph_record_done(ph_record *r);
ph_rc ph_record_render(const ph_issue *issue, uint32_t at, uint64_t number, const ph_uuid *epoch,
                       ph_record *ret) PH_CHECKED;

/** Chain over outbox rows: H(previous chain || first record number || count || SHA-256 of the packed issue); zero
 * digest before the first. */
ph_digest ph_outbox_chain(const ph_digest *previous, uint64_t first_record, uint32_t count, const ph_digest *packed);

/* The progress record (topic phusa.progress, key "<epoch>/<shard>"): JSON
 * {"chain","epoch","ends":{"topic/partition":offset…},"last_record","shard","time","writer"}. */

#endif
