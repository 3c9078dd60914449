/* ph_reader - bounded pull reader over untrusted msgpack; the first error sticks.   Layer: proto (pure) */
#ifndef PH_READER_H
#define PH_READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

/* Invariants: at <= end; once rc != PH_OK every call returns zero values and leaves `at` where the error is.
 * Nothing is allocated; strings and binaries point into the input. */
typedef struct ph_reader {
    const uint8_t *begin;
    const uint8_t *at;
    const uint8_t *end;
    ph_rc rc;
    uint8_t depth;
    const char *why; /* static text of the first error */
} ph_reader;

ph_reader ph_reader_over(ph_span bytes);

/**
 * Each reads one item. Errors (sticky): MALFORMED for another type, a truncated item or 0xc1; LIMIT for more than @max;
 * a declared count of items larger than the bytes left is MALFORMED before anything else happens. Integers are accepted
 * in any width that holds the value. Floats do not exist here. Thread: any.   Source: msgpack specification;
 * PROTOCOL.md, reading.
 */
uint64_t ph_read_uint(ph_reader *r, uint64_t max);
int64_t ph_read_int(ph_reader *r, int64_t min, int64_t max);
bool ph_read_bool(ph_reader *r);
ph_span ph_read_text(ph_reader *r, size_t max_bytes); /* strict UTF-8, clean NFC is checked by callers that need it */
ph_span ph_read_id(ph_reader *r);                     /* text of [A-Za-z0-9._-]{1,PH_MAX_ID_TEXT} */
ph_span ph_read_bin(ph_reader *r, size_t max_bytes);
void ph_read_bin_exact(ph_reader *r, uint8_t *ret, size_t len); /* zeroes ret on error */
size_t ph_read_array(ph_reader *r, size_t max_items);           /* enters; items follow */
size_t ph_read_map(ph_reader *r, size_t max_pairs);             /* enters; key, value, key, value … follow */
void ph_read_leave(ph_reader *r);  /* after the last item of an array or map: keeps depth right */
bool ph_read_is_nil(ph_reader *r); /* consumes a nil if it is next */

/** Skip one item of any kind, however nested (bounded by PH_MAX_DEPTH); checks its strings for UTF-8 as the others do.
 */
void ph_read_skip(ph_reader *r);

/**
 * Map keys: a small fixed set of short texts. Returns the index of the key in @keys (n <= 32) and refuses a repeated
 * one through @seen, or -1 for an unknown key (its value must then be skipped by the caller; unknown keys too may not
 * repeat: at most 16 are remembered by hash). On an error returns -1 as well; ask r->rc.
 */
typedef struct ph_key_set {
    const char *const *keys;
    uint8_t n;
    uint32_t seen; /* bit i: keys[i] was read */
    uint8_t n_unknown;
    ph_span unknown[16];
} ph_key_set;
int ph_read_key(ph_reader *r, ph_key_set *set);

/** Stick an error from outside (a value that the caller found wrong). */
void ph_read_fail(ph_reader *r, ph_rc rc, const char *why);

/** The sticky code, or MALFORMED if bytes remain. */
ph_rc ph_read_end(ph_reader *r) PH_CHECKED;

/** Offset of the error or of the next item, for messages. */
size_t ph_read_offset(const ph_reader *r);

#endif
