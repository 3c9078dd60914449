/* ph_buf - a growing buffer born with a ceiling; its first error sticks.   Layer: base/core (pure) */
#ifndef PH_BUF_H
#define PH_BUF_H

#include <stddef.h>
#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

/* Invariants: len <= cap <= max; once rc != PH_OK nothing is appended any more, so a run of puts is checked once at its
 * end. */
typedef struct ph_buf {
    uint8_t *ptr;
    size_t len;
    size_t cap;
    size_t max;
    ph_rc rc;
} ph_buf;

/**
 * init: empty, allocates nothing; the only way in. done: frees, safe on zeroes. clear: len = 0 and rc = OK, keeps the
 * memory. Units: bytes.   Owns: the buffer owns ptr.   Errors: none.   Thread: one at a time.   Source: none.
 */
void ph_buf_init(ph_buf *b, size_t max_bytes);
void ph_buf_done(ph_buf *b);
void ph_buf_clear(ph_buf *b);

/**
 * Append; LIMIT beyond max (nothing is appended then), NOMEM. The code also sticks in b->rc.
 * Owns: copies.   Thread: one at a time.   Source: none.
 */
ph_rc ph_buf_put(ph_buf *b, const void *ptr, size_t len);
ph_rc ph_buf_put_span(ph_buf *b, ph_span s);
ph_rc ph_buf_put_str(ph_buf *b, const char *text);
ph_rc ph_buf_put_byte(ph_buf *b, uint8_t byte);
ph_rc ph_buf_printf(ph_buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Room for @len more bytes, as a pointer to write to (then add to b->len yourself), NULL with the code in b->rc. */
uint8_t *ph_buf_reserve(ph_buf *b, size_t len);

/* What it holds; valid until the next append or done. */
static inline ph_span ph_buf_span(const ph_buf *b)
{
    return (ph_span){.ptr = b->ptr, .len = b->len};
}

#endif
