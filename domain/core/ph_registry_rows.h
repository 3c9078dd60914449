/* ph_registry_rows - what one row of a registry says: a unit, a cluster, an indicator, a form, a duty, a rule.   Layer:
 * domain/core (pure) */
#ifndef PH_REGISTRY_ROWS_H
#define PH_REGISTRY_ROWS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_decimal.h"
#include "ph_figure.h"
#include "ph_limits.h"
#include "ph_time.h"

/*
 * Two times. Valid time says when a row holds: units and links by dates, cycles by the year of the data, forms, weights
 * and rules by the first day of the period. Known time says since when it could be known: a lookup with @known_on
 * leaves out rows with a later known_since, so that a question about what was right on a day is answered with what that
 * day knew; among rows that hold and were known, the highest version, or for cycles the latest known, is taken. Lookups
 * without known_on know all that stands here. A known_since of 0 means always known.
 */
/* All texts are NUL-terminated UTF-8 NFC and belong to the registry. Indexes (uint16_t) point into its arrays;
 * PH_NO_INDEX = none. */
#define PH_NO_INDEX            UINT16_MAX
#define PH_DATE_FOREVER        INT32_MAX
#define PH_MAX_WEIGHT          INT64_C(1000000000000) /* 10^12: 64 members' products with 10^15 stay far inside 128 bits */
#define PH_MAX_TIMES           INT64_C(1000000)       /* of a ratio: 64 sums of 10^15 stay far inside 128 bits */
#define PH_PROVISIONAL_PERCENT 80                     /* of a cluster that names none */

typedef struct ph_name {
    const char *vi, *en;
} ph_name;

typedef struct ph_code { /* a code of a foreign scheme, half-open validity */
    const char *scheme;  /* "gso", "iso_3166_2", … */
    const char *value;
    ph_date valid_from, valid_to;
} ph_code;

typedef struct ph_dated_name { /* a name that was borne for a stretch, half-open */
    ph_name name;
    ph_date valid_from, valid_to;
} ph_dated_name;

typedef struct ph_unit {
    const char *id; /* surrogate: never a name, never a code */
    ph_name name;   /* where no dated one says otherwise */
    ph_date valid_from, valid_to;
    uint16_t successor; /* unit index, from the links; none when it goes on, and none when it was split */
    uint8_t n_names, n_codes;
    ph_dated_name *names;
    ph_code *codes;
} ph_unit;

/* A territory's passage into another. share: the part of the predecessor that went over, 0 < share <= 1. */
#define PH_LINK_MAP(X) X(MERGE, "merge") X(SPLIT, "split") X(RENAME, "rename")
typedef enum ph_link_kind {
#define PH_X(name, text) PH_LINK_##name,
    PH_LINK_MAP(PH_X)
#undef PH_X
} ph_link_kind;

typedef struct ph_unit_link {
    uint16_t predecessor, successor; /* unit indexes */
    ph_link_kind kind;
    ph_date date; /* first day of the successor */
    ph_date known_since;
    ph_decimal share;
    const char *decree;
} ph_unit_link;

#define PH_ROLE_MAP(X) X(HEAD, "head") X(DEPUTY, "deputy") X(MEMBER, "member")
typedef enum ph_role {
#define PH_X(name, text) PH_ROLE_##name,
    PH_ROLE_MAP(PH_X)
#undef PH_X
} ph_role;

/* Who belongs to a cluster in the cycle (year) of the data; members in the cluster's own order. */
typedef struct ph_cycle {
    uint16_t year; /* a year may stand again with a later known_since: who was found to belong to it afterwards */
    ph_date known_since;
    uint8_t n_members;
    uint16_t units[PH_MAX_MEMBERS];
    ph_role roles[PH_MAX_MEMBERS];
} ph_cycle;

typedef struct ph_cluster {
    const char *id;
    ph_name name;
    uint8_t provisional_percent; /* 1 .. 100: of the weight, from which a partial figure may be shown as provisional */
    uint16_t n_cycles;
    ph_cycle *cycles;
} ph_cluster;

typedef enum ph_direction { PH_HIGHER_IS_BETTER, PH_LOWER_IS_BETTER, PH_UNRANKED } ph_direction;

typedef struct ph_bounds { /* inclusive; each side may be absent */
    bool has_min, has_max;
    ph_decimal min, max;
} ph_bounds;

/* Usual limits of the periods that end so many months into the year: a half, a second quarter and a June are all 6. */
typedef struct ph_soft_at {
    uint8_t months; /* 1 .. 12 */
    ph_bounds bounds;
} ph_soft_at;

/* From this day on the same code counts something else: periods on either side are not comparable. */
typedef struct ph_series_break {
    ph_date at;
    ph_name why;
} ph_series_break;

/* Frequencies as a set of bits. */
enum { PH_FREQ_BIT_A = 1, PH_FREQ_BIT_S = 2, PH_FREQ_BIT_Q = 4, PH_FREQ_BIT_M = 8, PH_FREQ_ALL = 15 };

typedef struct ph_indicator {
    const char *code; /* "GRDP_GROWTH" */
    ph_name name;
    const char *unit_measure; /* "PT" (percent), "VND_BN", … */
    ph_name unit_name;        /* "%", "tỷ đồng / billion dong" */
    const char *comparison;   /* "yoy_same_period", "none", … */
    const char *price_basis;  /* "constant_2010", "current", "n/a" */
    uint8_t decimals;         /* stored precision at most, and printed */
    ph_direction direction;
    ph_bounds hard, soft; /* outside hard: reject; outside soft: flag */
    uint8_t n_soft_at;
    ph_soft_at *soft_at; /* take the place of soft; each month at most once */
    uint8_t n_methods;
    ph_method methods[PH_MAX_METHODS];
    const char *weight_set; /* id for WEIGHTED_MEAN, NULL without */
    uint8_t freqs;          /* PH_FREQ_BIT_*: what it is reported for */
    bool is_cumulative;     /* from the year's first day to the period's last, not of the period alone */
    uint16_t numerator,
        denominator; /* for RATIO, indicators of the same forms: sum / sum * times; meaningless without */
    int64_t times;
    uint8_t n_codes, n_breaks; /* external codes, never keys */
    ph_code *codes;
    ph_series_break *breaks; /* ascending */
} ph_indicator;

typedef struct ph_form_item {
    uint16_t indicator;
    bool is_required;
} ph_form_item;

typedef struct ph_form {
    const char *id;
    uint16_t version;
    ph_name name;
    ph_freq freq;                 /* periods it is for */
    ph_date valid_from, valid_to; /* on the period's first day */
    ph_date known_since;
    uint16_t n_items;
    ph_form_item *items;
} ph_form;

typedef struct ph_weight_set {
    const char *id;
    uint16_t version;
    const char *quality; /* "official", "unofficial" */
    ph_name source;
    ph_date valid_from, valid_to; /* on the period's first day */
    ph_date known_since;
    uint16_t n_units;
    uint16_t *units;
    int64_t *values;   /* 1 .. 10^12 */
    const char *label; /* "id@version", as figures name it; made by ph_registry_build */
} ph_weight_set;

/* More time, for one unit or all, with its reason. */
typedef struct ph_extension {
    uint16_t unit; /* PH_NO_INDEX = all */
    int64_t due_us;
    ph_name reason;
    ph_date known_since;
} ph_extension;

/* One reporting duty: a form, for a cluster and period, with its instants. */
typedef struct ph_calendar_item {
    uint16_t cluster, form;
    ph_period period;
    int64_t opens_us, due_us, closes_us; /* opens < due <= closes */
    int64_t embargo_us;                  /* 0 = none */
    ph_date known_since;
    uint16_t n_extensions;
    ph_extension *extensions;
} ph_calendar_item;

/* What somebody else says of one unit, indicator and period: a statistics office's publication, or a plan's target. */
#define PH_REFERENCE_MAP(X) X(PUBLISHED, "published") X(PLAN, "plan")
typedef enum ph_reference_kind {
#define PH_X(name, text) PH_REFERENCE_##name,
    PH_REFERENCE_MAP(PH_X)
#undef PH_X
} ph_reference_kind;

typedef struct ph_reference {
    uint16_t unit, indicator;
    ph_period period;
    ph_reference_kind kind;
    ph_decimal value;
    ph_name source;      /* who says so, and where */
    ph_date known_since; /* a submission received before that day is not held against it */
} ph_reference;

/* What a rule does when a value that it needs is not there. */
#define PH_MISSING_MAP(X) X(SKIP_ANY, "skip_if_any") X(SKIP_ALL, "skip_if_all") X(NEVER, "never_skip")
typedef enum ph_missing {
#define PH_X(name, text) PH_MISSING_##name,
    PH_MISSING_MAP(PH_X)
#undef PH_X
} ph_missing;

/* Kinds of rules that a registry may name; docs/RULES.md says what each compares. */
#define PH_RULE_KIND_MAP(X)                   \
    X(CHANGE, "change")                       \
    X(OUTLIER, "outlier")                     \
    X(EQUALS_INDICATOR, "equals_indicator")   \
    X(EQUALS_PLAN, "equals_plan")             \
    X(COMPONENT_BOUNDS, "component_bounds")   \
    X(IMPLIED_REMAINDER, "implied_remainder") \
    X(LEVEL_GROWTH, "level_growth")           \
    X(INDEX_FORM, "index_form")               \
    X(DECIMAL_SLIP, "decimal_slip")           \
    X(UNIT_SLIP, "unit_slip")                 \
    X(PER_CAPITA, "per_capita")               \
    X(RATIO, "ratio")                         \
    X(PROPORTION, "proportion")               \
    X(NOT_ABOVE, "not_above")                 \
    X(MONOTONE, "monotone")                   \
    X(SIGN_WORD, "sign_word")                 \
    X(REFERENCE, "reference")                 \
    X(EXPR, "expr")
typedef enum ph_rule_kind {
#define PH_X(name, text) PH_RULE_KIND_##name,
    PH_RULE_KIND_MAP(PH_X)
#undef PH_X
} ph_rule_kind;

enum { PH_RULE_MAX_TARGETS = 64, PH_RULE_MAX_INPUTS = 16, PH_RULE_MAX_PARAMS = 8, PH_MAX_DATA_RULES = 48 };

/* Which earlier data of the unit a rule looks at. */
#define PH_AGAINST_MAP(X) X(NOTHING, "nothing") X(PREVIOUS, "previous") X(YEAR_AGO, "year_ago")
typedef enum ph_against {
#define PH_X(name, text) PH_AGAINST_##name,
    PH_AGAINST_MAP(PH_X)
#undef PH_X
} ph_against;

/* A rule as data. Which parameters a kind takes is the kind's to say (ph_rule_kinds.h). */
typedef struct ph_rule_param {
    const char *key;
    ph_decimal value;
} ph_rule_param;

typedef struct ph_rule_def {
    const char *id; /* "growth.component_bounds" */
    ph_rule_kind kind;
    uint8_t action; /* ph_action of ph_verdict.h */
    ph_against against;
    ph_missing missing;
    ph_name message;    /* with %1 … as the built-in rules' */
    uint16_t n_targets; /* indicators it judges; a finding names one of them */
    uint16_t *targets;
    uint8_t n_inputs; /* indicators it reads besides, in the order that its kind gives a meaning to */
    uint16_t *inputs;
    uint8_t n_params;
    ph_rule_param params[PH_RULE_MAX_PARAMS];
    const char *expr;             /* EXPR: the Lua text, else NULL */
    ph_date valid_from, valid_to; /* on the period's first day */
    ph_date known_since;
} ph_rule_def;

/* Days on which no office works though the week says so (Tết, public holidays), and working Saturdays given for them.
 */
typedef struct ph_day_off {
    ph_date day;
    bool is_working; /* a compensatory working day */
    ph_name name;
} ph_day_off;

#endif
