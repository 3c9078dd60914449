/* ph_wire - the small codecs that every message of the wire shares: maps, decimals, digests, ids, times.   Layer: proto
 * (pure) */
#ifndef PH_WIRE_H
#define PH_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_decimal.h"
#include "ph_digest.h"
#include "ph_reader.h"
#include "ph_sign.h"
#include "ph_span.h"
#include "ph_time.h"
#include "ph_uuid.h"

#define PH_WIRE_MAX_TIME_US INT64_C(253402300799999999) /* the last microsecond of the year 9999 */
#define PH_WIRE_MAX_SEQ     (UINT64_C(1) << 48)         /* leaves of a log, sequence and record numbers */

/* A map being read: known keys in any order, each once; unknown ones skipped. */
typedef struct ph_map {
    ph_key_set set;
    size_t left;
} ph_map;

/**
 * enter: begin a map whose known keys are @keys. next: the index of the next known key, its value then to be read; -1
 * at the end (the map has been left then) or on an error. require: each key of @mask (bit i = keys[i]) must have been
 * read. Owns: nothing; @keys must outlive the map.   Errors: stick in r: MALFORMED, LIMIT.   Thread: any.   Source:
 * PROTOCOL.md, reading.
 */
ph_map ph_map_enter(ph_reader *r, const char *const *keys, uint8_t n);
int ph_map_next(ph_reader *r, ph_map *m);
bool ph_map_has(const ph_map *m, int key);
void ph_map_require(ph_reader *r, const ph_map *m, uint32_t mask);

/** Enter an array of exactly @n items.   Errors: stick in r. */
void ph_read_tuple(ph_reader *r, size_t n);

/** Values of fixed shape.   Errors: stick in r; zero values then. */
ph_digest ph_read_digest(ph_reader *r);
ph_uuid ph_read_uuid(ph_reader *r);
ph_key_id ph_read_key_id(ph_reader *r);
int64_t ph_read_time(ph_reader *r);
ph_period ph_read_period(ph_reader *r);
ph_decimal ph_read_mantissa_scale(ph_reader *r);            /* two items */
bool ph_read_decimal_or_nil(ph_reader *r, ph_decimal *ret); /* array of those two; false: nil */
ph_span ph_read_id_or_empty(ph_reader *r);
ph_span ph_read_clean_text(ph_reader *r,
                           size_t max_bytes); /* NFC, no controls but TAB and LF, no bidirectional controls */

/** The same, written.   Errors: stick in b. */
void ph_write_digest(ph_buf *b, const ph_digest *d);
void ph_write_uuid(ph_buf *b, const ph_uuid *id);
void ph_write_key_id(ph_buf *b, const ph_key_id *id);
void ph_write_period(ph_buf *b, ph_period p);
void ph_write_decimal_or_nil(ph_buf *b, bool has, ph_decimal d);

/** Big-endian, @width bytes, at @dst; returns what lies behind. For layouts that are hashed. */
uint8_t *ph_put_be(uint8_t *dst, uint64_t v, unsigned width);
uint8_t *ph_put_bytes(uint8_t *dst, const void *src, size_t len);

#endif
