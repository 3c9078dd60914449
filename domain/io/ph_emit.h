/* ph_emit - writing the few kinds of YAML lines that cards and rosters are made of.   Layer: domain/io */
#ifndef PH_EMIT_H
#define PH_EMIT_H

#include "ph_buf.h"
#include "ph_doc.h"
#include "ph_sign.h"

enum { PH_BASE64_SIGNATURE_BYTES = 89 };

/* "<indent><key>: \"<value>\"\n", the value escaped as a double-quoted scalar. Errors stick in @dst. */
void ph_emit_text(ph_buf *dst, const char *lead, const char *key, const char *value);
void ph_emit_curve(ph_buf *dst, const char *lead, const char *key, const uint8_t *key32); /* Z85 */
void ph_emit_hex(ph_buf *dst, const char *lead, const char *key, const uint8_t *bytes, size_t len);

/** Standard base64 with padding; @dst holds PH_BASE64_SIGNATURE_BYTES. Parse takes exactly that form.   Errors:
 * MALFORMED. */
void ph_signature_print(const ph_signature *sig, char *dst);
ph_rc ph_signature_parse(ph_span text, ph_signature *ret) PH_CHECKED;

/* And read again: what is wrong is told, false then. Keys that are all zero are refused. */
bool ph_doc_curve(ph_doc *d, const ph_yaml *node, uint8_t ret[32]);
bool ph_doc_hex_key(ph_doc *d, const ph_yaml *node, uint8_t ret[PH_SIGN_PUBLIC_BYTES]);

/* A sink that keeps the first error for callers that can show only one. */
typedef struct ph_first_err {
    ph_err *err; /* may be NULL */
    bool is_taken;
} ph_first_err;
void ph_first_err_take(void *first, const ph_err *err);

#endif
