/* ph_agg_gate - who may say what: one frame of one key in, one decision out.   Layer: aggregator/core (pure) */
#ifndef PH_AGG_GATE_H
#define PH_AGG_GATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_receipt.h"
#include "ph_result.h"
#include "ph_roster.h"
#include "ph_session.h"
#include "ph_span.h"
#include "ph_submission.h"

/* What one unit may do, whichever of its keys and connections it uses. */
typedef struct ph_gate_limits {
    int64_t rate_per_s; /* messages for long, 1 to 1 000 000; 0 = no limit */
    int64_t burst;      /* messages at once after a pause */
    uint32_t window;    /* messages that may wait for their verdict */
} ph_gate_limits;

enum { PH_GATE_FULL_RETRY_MS = 30000, PH_GATE_WINDOW_RETRY_MS = 200 };

typedef struct ph_gate_message {
    const uint8_t *curve_key; /* PH_CURVE_PUBLIC_BYTES of the authenticated channel */
    ph_span frame;
    bool has_more_parts; /* a message is one frame; more is against the protocol */
    bool no_space;       /* the disk is too full to take anything in */
    int64_t now_us, mono_us;
} ph_gate_message;

typedef enum ph_gate_kind {
    PH_GATE_REFUSED, /* answer @refusal; the id stays free */
    PH_GATE_HELLO,
    PH_GATE_QUERY,
    PH_GATE_PING,
    PH_GATE_INTAKE /* signature and body are still unread; call ph_gate_done when it is answered */
} ph_gate_kind;

/* Spans borrow from the frame, entries from the roster, texts are static. */
typedef struct ph_gate_answer {
    ph_gate_kind kind;
    const ph_roster_entry *sender; /* of the channel; NULL when its key is not in the roster */
    const ph_roster_entry *signer; /* INTAKE: of the same unit, may speak now */
    ph_entry_kind entry;           /* INTAKE: submission, explanation or decision */
    size_t unit;                   /* all but unknown senders: index of the unit, for ph_gate_done and metrics */
    ph_span body;                  /* HELLO, QUERY, PING */
    ph_envelope envelope;          /* INTAKE */
    ph_refusal refusal;            /* REFUSED: digest is that of the whole frame */
} ph_gate_answer;

typedef struct ph_gate ph_gate;

/** A gate that lets nobody in until it has a roster.   Owns: *ret by the caller.   Errors: NOMEM.   Thread: one. */
ph_rc ph_gate_new(const ph_gate_limits *limits, ph_gate **ret) PH_CHECKED;
void ph_gate_free(ph_gate *g);
void ph_gate_set_limits(ph_gate *g, const ph_gate_limits *limits);

/**
 * From the next message on @roster decides. Only when nothing waits: the counts of what waits begin anew; how much of
 * its rate a unit has used is kept. Owns: borrows @roster until the next call.   Errors: NOMEM (the old one stays).
 */
ph_rc ph_gate_set_roster(ph_gate *g, const ph_roster *roster) PH_CHECKED;

/**
 * Decide on one message: sender known and valid now, size, version, grammar of frame and envelope, direction, rate,
 * signing key of the same unit and valid now, space, window; the first that fails refuses.   Errors: none of its own.
 * Source: design §5, §6, §15; PROTOCOL.md, refusals.
 */
void ph_gate_judge(ph_gate *g, const ph_gate_message *in, ph_gate_answer *ret);

/** What was let in has been answered. */
void ph_gate_done(ph_gate *g, size_t unit);

/** Units of the roster in byte order of their ids. */
size_t ph_gate_n_units(const ph_gate *g);
const char *ph_gate_unit(const ph_gate *g, size_t i);

/** A refusal that names @bytes by their digest (the whole frame, or the body once its signature was verified), with a
 * static code and reason. */
ph_refusal ph_gate_refusal(ph_verdict verdict, ph_span bytes, const char *code, const char *why);

#endif
