/* ph_span - borrowed bytes with a length; text is UTF-8 and not NUL-terminated.   Layer: base/core (pure) */
#ifndef PH_SPAN_H
#define PH_SPAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

typedef struct ph_span {
    const uint8_t *ptr; /* may be NULL only if len == 0 */
    size_t len;
} ph_span;

static inline ph_span ph_span_of(const void *ptr, size_t len)
{
    return (ph_span){.ptr = ptr, .len = len};
}

static inline ph_span ph_span_str(const char *text)
{
    return (ph_span){.ptr = (const uint8_t *)text, .len = text == NULL ? 0 : strlen(text)};
}

static inline bool ph_span_eq(ph_span a, ph_span b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool ph_span_is(ph_span a, const char *text)
{
    return ph_span_eq(a, ph_span_str(text));
}

/* Order by bytes, shorter first on a common prefix: <0, 0, >0. */
static inline int ph_span_cmp(ph_span a, ph_span b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int cmp = n == 0 ? 0 : memcmp(a.ptr, b.ptr, n);
    return cmp != 0 ? cmp : (a.len > b.len) - (a.len < b.len);
}

/* Copy into a NUL-terminated array; false (and dst = "") if it does not fit or holds a NUL. */
static inline bool ph_span_copy(ph_span a, char *dst, size_t size)
{
    dst[0] = '\0';
    if (a.len >= size || (a.len > 0 && memchr(a.ptr, '\0', a.len) != NULL))
        return false;
    if (a.len > 0)
        memcpy(dst, a.ptr, a.len);
    dst[a.len] = '\0';
    return true;
}

#endif
