/* ph_ruling - how a held value came to count: the head's decision, its reason, and what the unit had explained; part of
 * a published figure, so that whoever reads the figure reads the reason.   Layer: proto (pure) */
#ifndef PH_RULING_H
#define PH_RULING_H

#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_decision.h"
#include "ph_digest.h"
#include "ph_json.h"
#include "ph_limits.h"
#include "ph_reader.h"
#include "ph_span.h"

/* Of one member's value that was held and let pass. Borrowed texts. */
typedef struct ph_ruling {
    uint8_t member;        /* index in the members */
    ph_decision_kind kind; /* CONFIRM or OVERRIDE */
    ph_span unit;          /* that decided */
    uint64_t decision;     /* its entry */
    ph_span reason;        /* empty only where none was asked for */
    uint64_t explanation;  /* entry of what the unit explained; 0 = nothing */
    ph_span text;          /* of that */
    uint8_t n_rules;       /* that had held it */
    ph_span rules[PH_CASE_MAX_RULES];
} ph_ruling;

/**
 * The array of the rulings of one figure, members ascending. @store holds PH_MAX_MEMBERS; its spans point into the
 * input. Returns how many, at least one.   Errors: stick in r: MALFORMED, LIMIT, RANGE.   Thread: any.   Source:
 * PROTOCOL.md, packed issue.
 */
size_t ph_rulings_read(ph_reader *r, size_t n_members, ph_ruling *store);
/** The ruling on @member among @n, or NULL. */
const ph_ruling *ph_ruling_of(const ph_ruling *rulings, size_t n, unsigned member);
/** One of them, behind an array's head.   Errors: stick in dst. */
void ph_ruling_write(const ph_ruling *ruling, ph_buf *dst);

/** Digest of what @n rulings say: not of entries, since the same words in another order of the log are no news. */
ph_digest ph_rulings_identity(const ph_ruling *rulings, size_t n);

/** As a JSON object.   Errors: stick in j's buffer. */
void ph_ruling_put_json(ph_json *j, const ph_ruling *ruling);

#endif
