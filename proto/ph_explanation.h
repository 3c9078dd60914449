/* ph_explanation - what a unit says of a value of its own that is held.   Layer: proto (pure) */
#ifndef PH_EXPLANATION_H
#define PH_EXPLANATION_H

#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_result.h"
#include "ph_span.h"
#include "ph_time.h"
#include "ph_uuid.h"

/* Body of the envelope (signature context EXPLANATION): map {"i": bin 16 id, "u": unit, "c": cluster, "f": form, "p":
 * period text, "n": indicator, "d": bin 32 ph_spoken_value_digest of the value, "x": text, "t": agent time us}. */
typedef struct ph_explanation {
    ph_uuid id;
    ph_span unit, cluster, form; /* borrowed, ids */
    ph_period period;
    ph_span indicator; /* borrowed */
    ph_digest value;   /* of what it speaks of: it dies with that value */
    ph_span text;      /* borrowed; 1 to PH_MAX_NOTE_BYTES of clean text */
    int64_t agent_time_us;
} ph_explanation;

/**
 * Decode a body; ret points into it. ret_why (may be NULL) gets a static text and ret_offset (may be NULL) the offset
 * of the first error.   Errors: MALFORMED, LIMIT, RANGE.   Thread: any.   Source: PROTOCOL.md, explanations.
 */
ph_rc ph_explanation_read(ph_span body, ph_explanation *ret, const char **ret_why, size_t *ret_offset) PH_CHECKED;

/** Encode a body, keys in the order above.   Errors: stick in dst. */
void ph_explanation_write(const ph_explanation *e, ph_buf *dst);

#endif
