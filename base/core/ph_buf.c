/* ph_buf - a growing buffer born with a ceiling; its first error sticks.   Layer: base/core (pure) */
#include "ph_buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FIRST_BYTES = 64 };

void ph_buf_init(ph_buf *b, size_t max_bytes)
{
    *b = (ph_buf){.max = max_bytes, .rc = PH_OK};
}

void ph_buf_done(ph_buf *b)
{
    free(b->ptr);
    *b = (ph_buf){.max = b->max, .rc = PH_OK};
}

void ph_buf_clear(ph_buf *b)
{
    b->len = 0;
    b->rc = PH_OK;
}

/* Capacity for @need bytes in all (need <= max): doubled, so that a run of puts is linear. */
static size_t grown(const ph_buf *b, size_t need)
{
    size_t cap = b->cap < FIRST_BYTES ? FIRST_BYTES : b->cap;

    while (cap < need && cap <= b->max / 2)
        cap *= 2;
    if (cap < need)
        cap = need;
    return cap > b->max ? b->max : cap;
}

/* One byte beyond cap is always allocated: room for the NUL that vsnprintf insists on. */
static ph_rc make_room(ph_buf *b, size_t len)
{
    if (b->rc != PH_OK)
        return b->rc;
    if (len > b->max - b->len)
        return b->rc = PH_LIMIT;
    if (b->ptr != NULL && len <= b->cap - b->len)
        return PH_OK;
    size_t cap = grown(b, b->len + len);
    uint8_t *ptr = cap == SIZE_MAX ? NULL : realloc(b->ptr, cap + 1);
    if (ptr == NULL)
        return b->rc = PH_NOMEM;
    b->ptr = ptr;
    b->cap = cap;
    return PH_OK;
}

uint8_t *ph_buf_reserve(ph_buf *b, size_t len)
{
    return make_room(b, len) == PH_OK ? b->ptr + b->len : NULL;
}

ph_rc ph_buf_put(ph_buf *b, const void *ptr, size_t len)
{
    ph_rc rc = make_room(b, len);

    if (rc == PH_OK && len > 0) {
        memcpy(b->ptr + b->len, ptr, len);
        b->len += len;
    }
    return rc;
}

ph_rc ph_buf_put_span(ph_buf *b, ph_span s)
{
    return ph_buf_put(b, s.ptr, s.len);
}

ph_rc ph_buf_put_str(ph_buf *b, const char *text)
{
    return ph_buf_put(b, text, strlen(text));
}

ph_rc ph_buf_put_byte(ph_buf *b, uint8_t byte)
{
    return ph_buf_put(b, &byte, 1);
}

ph_rc ph_buf_printf(ph_buf *b, const char *fmt, ...)
{
    va_list args;
    va_list again;

    va_start(args, fmt);
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, fmt, args);
    ph_rc rc = len < 0 && b->rc == PH_OK ? (b->rc = PH_BUG) : b->rc;
    if (rc == PH_OK)
        rc = make_room(b, (size_t)len);
    if (rc == PH_OK) {
        (void)vsnprintf((char *)b->ptr + b->len, (size_t)len + 1, fmt, again);
        b->len += (size_t)len;
    }
    va_end(again);
    va_end(args);
    return rc;
}
