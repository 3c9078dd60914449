/* ph_err - what a human needs to know of a failure: where, what, why, what next.   Layer: base/core (pure) */
#include "ph_err.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Length of @text[0..len) without a UTF-8 sequence that its end cuts in two. */
static size_t whole_characters(const char *text, size_t len)
{
    size_t start = len;

    while (start > 0 && len - start < 3 && ((uint8_t)text[start - 1] & 0xC0) == 0x80)
        start--;
    if (start == 0)
        return len;
    uint8_t lead = (uint8_t)text[start - 1];
    size_t need = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : lead >= 0xC0 ? 2 : 1;
    return len - (start - 1) < need ? start - 1 : len;
}

/* What vsnprintf wanted to write (@wanted bytes) into @dst was cut: end it at a character. Returns the length. */
static size_t end_cut_text(char *dst, size_t size, int wanted)
{
    if (wanted < 0) {
        dst[0] = '\0';
        return 0;
    }
    if ((size_t)wanted < size)
        return (size_t)wanted;
    size_t len = whole_characters(dst, size - 1);
    dst[len] = '\0';
    return len;
}

static void __attribute__((format(printf, 3, 0))) fill_va(char *dst, size_t size, const char *fmt, va_list args)
{
    (void)end_cut_text(dst, size, vsnprintf(dst, size, fmt, args));
}

static void fill(char *dst, size_t size, const char *text)
{
    (void)end_cut_text(dst, size, snprintf(dst, size, "%s", text == NULL ? "" : text));
}

/* All but the text of what failed. Built beside the caller's, because the arguments may well be fields of that. */
static ph_err head_of(ph_rc rc, const char *code, const char *where, int line, int col)
{
    ph_err e = {.rc = rc, .line = line, .col = col};

    fill(e.code, sizeof e.code, code);
    fill(e.where, sizeof e.where, where);
    return e;
}

ph_rc ph_err_set(ph_err *err, ph_rc rc, const char *code, const char *where, const char *fmt, ...)
{
    va_list args;

    if (err == NULL)
        return rc;
    ph_err e = head_of(rc, code, where, 0, 0);
    va_start(args, fmt);
    fill_va(e.what, sizeof e.what, fmt, args);
    va_end(args);
    *err = e;
    return rc;
}

ph_rc ph_err_at(ph_err *err, ph_rc rc, const char *code, const char *where, int line, int col, const char *fmt, ...)
{
    va_list args;

    if (err == NULL)
        return rc;
    ph_err e = head_of(rc, code, where, line, col);
    va_start(args, fmt);
    fill_va(e.what, sizeof e.what, fmt, args);
    va_end(args);
    *err = e;
    return rc;
}

void ph_err_means(ph_err *err, const char *fmt, ...)
{
    char text[sizeof err->means];
    va_list args;

    if (err == NULL)
        return;
    va_start(args, fmt);
    fill_va(text, sizeof text, fmt, args);
    va_end(args);
    memcpy(err->means, text, sizeof text);
}

void ph_err_hint(ph_err *err, const char *fmt, ...)
{
    char text[sizeof err->hint];
    va_list args;

    if (err == NULL)
        return;
    va_start(args, fmt);
    fill_va(text, sizeof text, fmt, args);
    va_end(args);
    memcpy(err->hint, text, sizeof text);
}

/* A text that is being put together; once a piece was cut nothing follows. */
typedef struct out {
    char *dst;
    size_t size;
    size_t len;
    bool cut;
} out;

static void __attribute__((format(printf, 2, 3))) add(out *o, const char *fmt, ...)
{
    va_list args;
    size_t room = o->size - o->len;

    if (o->cut)
        return;
    va_start(args, fmt);
    int wanted = vsnprintf(o->dst + o->len, room, fmt, args);
    va_end(args);
    o->cut = wanted < 0 || (size_t)wanted >= room;
    o->len += end_cut_text(o->dst + o->len, room, wanted);
}

size_t ph_err_format(const ph_err *err, ph_lang lang, char *dst, size_t size)
{
    out o = {.dst = dst, .size = size};

    if (size == 0)
        return 0;
    if (err->where[0] != '\0')
        add(&o, "%s:", err->where);
    if (err->line > 0)
        add(&o, "%d:", err->line);
    if (err->line > 0 && err->col > 0)
        add(&o, "%d:", err->col);
    add(&o, "%s%s", o.len > 0 ? " " : "", err->what[0] != '\0' ? err->what : ph_rc_text(err->rc));
    if (err->code[0] != '\0')
        add(&o, " (%s)", err->code);
    if (err->means[0] != '\0')
        add(&o, ph_tr(lang, "\n  nghĩa là: %s", "\n  it means: %s"), err->means);
    if (err->hint[0] != '\0')
        add(&o, ph_tr(lang, "\n  cách xử lý: %s", "\n  do: %s"), err->hint);
    return o.len;
}
