/* ph_writer - msgpack into a bounded buffer, by msgpack-c's packer.   Layer: proto (pure; links msgpackc) */
#ifndef PH_WRITER_H
#define PH_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_span.h"

/* Smallest encodings always, so equal values give equal bytes. Errors stick in the buffer (ph_buf.rc): check once at
 * the end. */
void ph_write_uint(ph_buf *b, uint64_t v);
void ph_write_int(ph_buf *b, int64_t v);
void ph_write_bool(ph_buf *b, bool v);
void ph_write_nil(ph_buf *b);
void ph_write_text(ph_buf *b, ph_span s);
void ph_write_str(ph_buf *b, const char *s);
void ph_write_bin(ph_buf *b, const void *ptr, size_t len);
void ph_write_array(ph_buf *b, size_t n);
void ph_write_map(ph_buf *b, size_t n);

#endif
