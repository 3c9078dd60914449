/* ph_decision - what the head of a cluster decides on a held value, a deadline or a period.   Layer: proto (pure) */
#ifndef PH_DECISION_H
#define PH_DECISION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_result.h"
#include "ph_span.h"
#include "ph_time.h"
#include "ph_uuid.h"

/* X(name, number, text, speaks of a cell, wants a reason). Numbers are the wire's and the log's. */
#define PH_DECISION_MAP(X)                 \
    X(CONFIRM, 0, "confirm", true, false)  \
    X(RETURN, 1, "return", true, true)     \
    X(OVERRIDE, 2, "override", true, true) \
    X(EXTEND, 3, "extend", false, true)    \
    X(FREEZE, 4, "freeze", false, false)   \
    X(REOPEN, 5, "reopen", false, true)
typedef enum ph_decision_kind {
#define PH_X(name, number, text, of_cell, wants_reason) PH_DECISION_##name = (number),
    PH_DECISION_MAP(PH_X)
#undef PH_X
} ph_decision_kind;
const char *ph_decision_name(ph_decision_kind kind);
bool ph_decision_is_of_cell(ph_decision_kind kind);
bool ph_decision_wants_reason(ph_decision_kind kind);

/* Body of the envelope (signature context DECISION): map {"i": bin 16 id, "u": deciding unit, "c": cluster, "f": form,
 * "p": period text, "k": kind, "s": subject unit, "n": indicator, "d": bin 32 ph_spoken_value_digest, "w": new due
 * instant us, "x": reason, "t": agent time us}. s, n, d stand for decisions on a cell and only there, but s also where
 * an extension is for one unit; w stands for extensions and only there; x is left out when empty. */
typedef struct ph_decision {
    ph_uuid id;
    ph_span unit, cluster, form; /* borrowed, ids */
    ph_period period;
    ph_decision_kind kind;
    ph_span subject;   /* borrowed; empty: the whole cluster */
    ph_span indicator; /* borrowed; cell decisions */
    ph_digest value;   /* cell decisions: it dies with that value */
    int64_t due_us;    /* extensions */
    ph_span reason;    /* borrowed; clean text, may be empty: that one is missing is a finding */
    int64_t agent_time_us;
} ph_decision;

/**
 * Decode a body; ret points into it. ret_why (may be NULL) gets a static text and ret_offset (may be NULL) the offset
 * of the first error.   Errors: MALFORMED (also a key that does not go with the kind), LIMIT, RANGE.   Thread: any.
 * Source: PROTOCOL.md, decisions.
 */
ph_rc ph_decision_read(ph_span body, ph_decision *ret, const char **ret_why, size_t *ret_offset) PH_CHECKED;

/** Encode a body, keys in the order above.   Errors: stick in dst. */
void ph_decision_write(const ph_decision *d, ph_buf *dst);

#endif
