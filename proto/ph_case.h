/* ph_case - the story of a held value as the wire tells it, and the digest that it binds to.   Layer: proto (pure) */
#ifndef PH_CASE_H
#define PH_CASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_reader.h"
#include "ph_span.h"
#include "ph_time.h"

/* Where the story stands. X(name, number, text). The first three are open: the value waits. */
#define PH_CASE_MAP(X)           \
    X(HELD, 0, "held")           \
    X(EXPLAINED, 1, "explained") \
    X(RETURNED, 2, "returned")   \
    X(CONFIRMED, 3, "confirmed") \
    X(OVERRIDDEN, 4, "overridden")
typedef enum ph_case_state {
#define PH_X(name, number, text) PH_CASE_##name = (number),
    PH_CASE_MAP(PH_X)
#undef PH_X
} ph_case_state;
const char *ph_case_state_name(ph_case_state s);

/* A value and what it stands for: what an explanation or a decision speaks of. value.scale: the indicator's decimals.
 * Texts at most PH_MAX_ID_TEXT, borrowed. */
typedef struct ph_spoken_value {
    ph_span cluster, form;
    ph_period period;
    ph_span unit, indicator;
    ph_decimal value;
    char status;
} ph_spoken_value;

/**
 * SHA-256 of: "phusa value" and a zero byte; cluster, form, period, unit, indicator, each with one byte of length
 * before it; one byte scale, eight bytes mantissa big-endian, one byte status. A revision that repeats the value has
 * the same. Errors: none.   Thread: any.   Source: PROTOCOL.md, explanations and decisions.
 */
ph_digest ph_spoken_value_digest(const ph_spoken_value *v);

/* What one of the rules found of the value: a finding of the receipt without what the case says already. Where nobody
 * knows it any more, is_known is false. */
typedef struct ph_case_found {
    bool is_known, has_value, has_bound;
    ph_decimal value, bound;
    ph_span detail; /* at most PH_MAX_TEXT_BYTES, borrowed */
} ph_case_found;

/* One case of a status answer: array [cluster, form, period, unit, indicator, mantissa, scale, status, bin 32 value
 * digest, state, array of rules, explanation, reason, entry]. explanation: the unit's last words on this value; reason:
 * those of the last decision on it; empty = none. entry: the submission that was first held with it. */
typedef struct ph_case_line {
    ph_spoken_value of;
    ph_digest digest;
    ph_case_state state;
    uint8_t n_rules;
    ph_span rules[PH_CASE_MAX_RULES];       /* borrowed */
    ph_case_found found[PH_CASE_MAX_RULES]; /* by rules[]; travels beside the line */
    ph_span explanation, reason;            /* borrowed */
    uint64_t entry;
} ph_case_line;

/** Without what the rules found: after a read nothing of it is known.   Errors: stick in dst and in r: MALFORMED,
 * LIMIT, RANGE. */
void ph_case_line_write(const ph_case_line *c, ph_buf *dst);
void ph_case_line_read(ph_reader *r, ph_case_line *ret);

/** found: array with one item for each of the line's rules: nil, or [value|nil, bound|nil, detail]. Shape: n_rules of
 * @ret is filled in.   Errors: as above. */
void ph_case_found_write(const ph_case_line *c, ph_buf *dst);
void ph_case_found_read(ph_reader *r, ph_case_line *ret);
/** Is there anything to write? */
bool ph_case_has_found(const ph_case_line *c);

#endif
