/* ph_err - what a human needs to know of a failure: where, what, why, what next.   Layer: base/core (pure) */
#ifndef PH_ERR_H
#define PH_ERR_H

#include "ph_lang.h"
#include "ph_result.h"

#include <stddef.h>

/* A value type, no heap. All texts are NUL-terminated UTF-8, cut at a character boundary when too long.
 * line and col count from 1; 0 = not applicable. code is stable ("cfg.key.unknown"), for machines and papers. */
typedef struct ph_err {
    ph_rc rc;
    int line;
    int col;
    char code[48];
    char where[256]; /* file, address, unit … */
    char what[512];  /* what failed and why */
    char means[256]; /* what it means for the data; may be empty */
    char hint[256];  /* what to do next; may be empty */
} ph_err;

/* Receives each of several errors; @err is valid during the call only. */
typedef void (*ph_err_fn)(void *arg, const ph_err *err);

/**
 * Fill @err (NULL allowed: then nothing) and return @rc, so that `return ph_err_set(err, PH_IO, "x.y", where, "…")`
 * reads well. Owns: copies all.   Errors: none of its own.   Thread: any.   Source: none.
 */
ph_rc ph_err_set(ph_err *err, ph_rc rc, const char *code, const char *where, const char *fmt, ...)
    __attribute__((format(printf, 5, 6)));
ph_rc ph_err_at(ph_err *err, ph_rc rc, const char *code, const char *where, int line, int col, const char *fmt, ...)
    __attribute__((format(printf, 7, 8)));
void ph_err_means(ph_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
void ph_err_hint(ph_err *err, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/**
 * "where:line:col: what (code)\n  it means: …\n  do: …", the labels in @lang, into @dst (always terminated); returns
 * the length that fits. Thread: any.   Source: conventions for messages to people.
 */
size_t ph_err_format(const ph_err *err, ph_lang lang, char *dst, size_t size);

#endif
