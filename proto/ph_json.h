/* ph_json - JSON as we send it: UTF-8, no blanks, keys sorted by construction.   Layer: proto (pure) */
#ifndef PH_JSON_H
#define PH_JSON_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_span.h"

enum { PH_JSON_MAX_DEPTH = 8 };

/* Invariants: a key is put before each value inside an object; keys of one object ascend by bytes (asserted: another
 * order is our own bug). */
typedef struct ph_json {
    ph_buf *out;
    uint8_t depth;
    bool has_item[PH_JSON_MAX_DEPTH + 1];
    bool after_key;
    const char *last_key[PH_JSON_MAX_DEPTH + 1];
} ph_json;

/**
 * Write into @out. key: literals only, they are kept until the object ends. Text must be UTF-8; controls, quotes and
 * backslashes are escaped. Owns: nothing.   Errors: stick in out.   Thread: one at a time.   Source: RFC 8259.
 */
ph_json ph_json_over(ph_buf *out);
void ph_json_begin_object(ph_json *j);
void ph_json_end_object(ph_json *j);
void ph_json_begin_array(ph_json *j);
void ph_json_end_array(ph_json *j);
void ph_json_key(ph_json *j, const char *key);
void ph_json_text(ph_json *j, ph_span s);
void ph_json_str(ph_json *j, const char *s);
void ph_json_uint(ph_json *j, uint64_t v);
void ph_json_bool(ph_json *j, bool v);
void ph_json_null(ph_json *j);
void ph_json_decimal(ph_json *j, ph_decimal d); /* as a string */
void ph_json_hex(ph_json *j, const ph_digest *d);

#endif
