/* ph_verdict - what the peer is told of a submission, and the findings behind it.   Layer: proto (pure) */
#ifndef PH_VERDICT_H
#define PH_VERDICT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_result.h"
#include "ph_span.h"

/* X(name, number, text, consumes). Verdicts consume the id: logged, durable, re-askable, they release the spool.
 * Refusals leave the id free and the spool as it is. Numbers are the wire's and never change. */
#define PH_VERDICT_MAP(X)                \
    X(ACCEPTED, 1, "ACCEPTED", true)     \
    X(HELD, 2, "HELD", true)             \
    X(REJECTED, 3, "REJECTED", true)     \
    X(FORBIDDEN, 16, "FORBIDDEN", false) \
    X(BUSY, 17, "BUSY", false)           \
    X(NO_SPACE, 18, "NO_SPACE", false)   \
    X(TOO_LARGE, 19, "TOO_LARGE", false) \
    X(UPGRADE, 20, "UPGRADE", false)     \
    X(MALFORMED, 21, "MALFORMED", false) \
    X(CONFLICT, 22, "CONFLICT", false)
typedef enum ph_verdict {
#define PH_X(name, number, text, consumes) PH_VERDICT_##name = (number),
    PH_VERDICT_MAP(PH_X)
#undef PH_X
} ph_verdict;
/* DUPLICATE is not a verdict of its own: a receipt that carries the stored verdict and `duplicate: true`. */

const char *ph_verdict_name(ph_verdict v);
bool ph_verdict_consumes(ph_verdict v);
ph_rc ph_verdict_from(uint64_t number, ph_verdict *ret) PH_CHECKED; /* MALFORMED for an unknown number */

/* What a rule does to the data. */
#define PH_ACTION_MAP(X) X(NOTE, 0, "note") X(FLAG, 1, "flag") X(HOLD, 2, "hold") X(REJECT, 3, "reject")
typedef enum ph_action {
#define PH_X(name, number, text) PH_ACTION_##name = (number),
    PH_ACTION_MAP(PH_X)
#undef PH_X
} ph_action;
const char *ph_action_name(ph_action a);

/* One thing wrong with the data. row: index of the observation in the submission, -1 when it speaks of the whole
 * submission, or is not about one: it names an indicator even so where it speaks of a cell. bound: the limit that was
 * crossed, if any. The words for people are made from rule + params, by whoever shows it. */
typedef struct ph_finding {
    ph_span rule; /* "range.hard" … */
    ph_action action;
    int32_t row;
    ph_span indicator; /* empty: of no cell */
    bool has_value, has_bound;
    ph_decimal value, bound;
    ph_span detail; /* language-free detail (a code, another id), may be empty */
} ph_finding;

/* Findings page: array of [rule, action, row, indicator, value|nil, bound|nil, detail]; decimals are [mantissa, scale].
 */
void ph_findings_write(const ph_finding *findings, size_t n, ph_buf *dst);
ph_rc ph_findings_read(ph_span bytes, ph_finding *store, size_t max, size_t *ret_n) PH_CHECKED;

typedef struct ph_rule_count {
    ph_span rule;
    ph_action action;
    uint32_t n;
} ph_rule_count;

/* The verdict bytes: map {"v": verdict, "g": bin 32 registry digest, "n": findings in all, "c": array of [rule, action,
 * count] in order of first appearance, "f": bin 32 SHA-256 of the findings page}. These bytes travel verbatim and their
 * digest is part of the leaf. */
typedef struct ph_judgement {
    ph_verdict verdict;
    ph_digest registry;
    uint32_t n_findings;
    ph_digest findings_digest;
    uint8_t n_counts;
    ph_rule_count counts[PH_MAX_RULES];
} ph_judgement;

void ph_judgement_write(const ph_judgement *j, ph_buf *dst);
ph_rc ph_judgement_read(ph_span bytes, ph_judgement *ret) PH_CHECKED;

#endif
