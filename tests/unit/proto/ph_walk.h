/* ph_walk - a message read, told as JSON and written again: what the vectors speak of, for every decoder by name.
 * Layer: tests */
#ifndef PH_WALK_H
#define PH_WALK_H

#include <jansson.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_narrative.h"
#include "ph_receipt.h"
#include "ph_result.h"
#include "ph_span.h"
#include "ph_time.h"

/**
 * Read @bytes; when that is OK, *ret is what they mean and @again what our writer makes of it.
 * Owns: the caller owns *ret.   Errors: the decoder's.
 */
typedef ph_rc (*ph_walk_fn)(ph_span bytes, json_t **ret, ph_buf *again);

/* The walker of @decoder, NULL for an unknown name. */
ph_walk_fn ph_walk_of(const char *decoder);

ph_rc ph_walk_frame(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_hello(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_welcome(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_query(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_status(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_ping(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_refusal(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_explanation(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_decision(ph_span bytes, json_t **ret, ph_buf *again);
ph_rc ph_walk_issue(ph_span bytes, json_t **ret, ph_buf *again);

/* Parts that several share. Each returns a new reference. */
json_t *ph_say_text(ph_span s);
json_t *ph_say_hex(const void *bytes, size_t len);
json_t *ph_say_digest(const ph_digest *d);
json_t *ph_say_decimal(ph_decimal d);
json_t *ph_say_period(ph_period p);
json_t *ph_say_uint(uint64_t v);
json_t *ph_say_checkpoint(const ph_checkpoint *c);
json_t *ph_say_narratives(const ph_narrative *items, size_t n);

#endif
