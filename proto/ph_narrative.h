/* ph_narrative - what a report says in words: movements, directives, models; part of a submission's body.   Layer:
 * proto (pure) */
#ifndef PH_NARRATIVE_H
#define PH_NARRATIVE_H

#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_reader.h"
#include "ph_result.h"
#include "ph_span.h"

enum { PH_MAX_NARRATIVES = 32, PH_MAX_NARRATIVE_BYTES = 1024, PH_MAX_DOCUMENT_NO_BYTES = 64, PH_MAX_DATE_BYTES = 32 };

/* X(name, text, vi, en). The text travels; the names head the register's sections. */
#define PH_NARRATIVE_KIND_MAP(X)                                         \
    X(MOVEMENT, "movement", "Phong trào thi đua", "Emulation movements") \
    X(DIRECTIVE, "directive", "Văn bản chỉ đạo", "Directives")           \
    X(MODEL, "model", "Mô hình, điển hình tiên tiến", "Models")
typedef enum ph_narrative_kind {
#define PH_X(name, text, vi, en) PH_NARRATIVE_##name,
    PH_NARRATIVE_KIND_MAP(PH_X)
#undef PH_X
        PH_NARRATIVE_KINDS
} ph_narrative_kind;

/* One item, array of five. Structure only: that a kind is known, a title there, a date a date, is for the rules. */
typedef struct ph_narrative {
    ph_span kind;                                      /* an id */
    ph_span title, document_no, document_date, detail; /* clean NFC; may be empty */
} ph_narrative;

const char *ph_narrative_kind_text(ph_narrative_kind k);
/** PH_NARRATIVE_KINDS when it is none. */
ph_narrative_kind ph_narrative_kind_find(ph_span text);

/**
 * The array of items. @store holds PH_MAX_NARRATIVES; its spans point into the input. Returns how many.
 * Errors: stick in r: MALFORMED, LIMIT.   Thread: any.   Source: PROTOCOL.md, submission.
 */
size_t ph_narratives_read(ph_reader *r, ph_narrative *store);
void ph_narratives_write(const ph_narrative *items, size_t n, ph_buf *dst); /* error sticks in dst */

#endif
