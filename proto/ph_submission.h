/* ph_submission - one sending of one form for one unit, cluster and period; envelope and body.   Layer: proto (pure) */
#ifndef PH_SUBMISSION_H
#define PH_SUBMISSION_H

#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_limits.h"
#include "ph_narrative.h"
#include "ph_result.h"
#include "ph_sign.h"
#include "ph_span.h"
#include "ph_time.h"
#include "ph_uuid.h"

/* Frame body of a submission, an explanation or a decision: map {"k": bin 16 key id, "s": bin 64 signature, "b": bin
 * body}. The signature (context: the frame's type) covers the bytes of "b" exactly as sent; "b" is opaque until it has
 * been verified. */
typedef struct ph_envelope {
    ph_key_id key_id;
    ph_signature signature;
    ph_span body; /* borrowed */
} ph_envelope;

ph_rc ph_envelope_read(ph_span frame_body, ph_envelope *ret) PH_CHECKED;
void ph_envelope_write(const ph_envelope *e, ph_buf *dst); /* error sticks in dst */

/* Why a revision was sent. X(name, number, text). */
#define PH_REVISION_KIND_MAP(X)      \
    X(FIRST, 0, "first")             \
    X(CLERICAL, 1, "clerical")       \
    X(RESTATEMENT, 2, "restatement") \
    X(DEFINITION, 3, "definition")   \
    X(TERRITORY, 4, "territory")     \
    X(WITHDRAWAL, 5, "withdrawal")
typedef enum ph_revision_kind {
#define PH_X(name, number, text) PH_REVISION_##name = (number),
    PH_REVISION_KIND_MAP(PH_X)
#undef PH_X
} ph_revision_kind;

/* One cell as sent. status: an OBS_STATUS letter of conventions §2; those of PH_OBS_NO_VALUE carry no value (mantissa
 * 0, scale 0). */
typedef struct ph_observation {
    ph_span indicator; /* borrowed */
    ph_decimal value;
    char status;
    ph_span note; /* borrowed; len 0 = none */
} ph_observation;

#define PH_OBS_STATUSES "ABDEFGHIJKLMNOPQSUVW" /* SDMX CL_OBS_STATUS */
#define PH_OBS_NO_VALUE "HLMOQ"                /* always without a value */

/* Body: map {"i": bin 16 id, "u": unit, "c": cluster, "f": form, "p": period text, "r": revision, "br": base revision,
 * "bd": bin 32 base digest, "q": revision kind, "y": reason, "t": agent time us, "g": bin 32 registry digest the agent
 * checked with, "o": array of [indicator, mantissa, scale, status] or [indicator, mantissa, scale, status, note];
 * status is an integer, the letter's code, "n": array of [kind, title, document number, document date, detail], absent
 * = none}. First revision: r >= 1, br 0, bd absent. A revision is the whole form. */
typedef struct ph_submission {
    ph_uuid id;
    ph_span unit, cluster, form; /* borrowed, ids */
    ph_period period;
    uint32_t revision;
    uint32_t base_revision; /* 0 = none */
    ph_digest base_digest;  /* zero when base_revision == 0: the SHA-256 of that revision's body bytes */
    ph_revision_kind kind;
    ph_span reason; /* borrowed, may be empty */
    int64_t agent_time_us;
    ph_digest registry; /* zero = not said */
    size_t n_observations;
    const ph_observation *observations; /* the caller's array */
    size_t n_narratives;
    ph_span narratives; /* borrowed: the packed array, read with ph_submission_narratives */
} ph_submission;

/**
 * Decode a body. @store receives the observations and must hold PH_MAX_OBSERVATIONS; ret points into @store and into
 * @body. Structure only (types, limits, clean NFC texts, letters of PH_OBS_STATUSES, decimals within ph_decimal's
 * limits, no repeated indicator is NOT checked here: that is a finding). ret_why (may be NULL) gets a static text and
 * ret_offset the offset of the first error. Errors: MALFORMED, LIMIT, RANGE.   Thread: any.   Source: PROTOCOL.md,
 * submission.
 */
ph_rc ph_submission_read(ph_span body, ph_observation *store, ph_submission *ret, const char **ret_why,
                         size_t *ret_offset) PH_CHECKED;

/** The narrative items of @s into @store, which holds PH_MAX_NARRATIVES; spans point into the body. Returns how many.
 */
size_t ph_submission_narratives(const ph_submission *s, ph_narrative *store);

/** What tells whether the words are the same: SHA-256 of the packed items; zero when there are none. */
ph_digest ph_submission_words(const ph_submission *s);

/** Encode a body, keys in the order above.   Errors: stick in dst. */
void ph_submission_write(const ph_submission *s, ph_buf *dst);

#endif
