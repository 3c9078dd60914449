/* ph_log - one logfmt line per event on stderr; values cannot forge lines or keys.   Layer: base/io */
#ifndef PH_LOG_H
#define PH_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ph_err.h"
#include "ph_result.h"
#include "ph_span.h"

/* syslog numbers, so that `<N>` is what journald expects. */
typedef enum ph_log_level {
    PH_LOG_ERROR = 3,
    PH_LOG_WARNING = 4,
    PH_LOG_NOTICE = 5,
    PH_LOG_INFO = 6,
    PH_LOG_DEBUG = 7
} ph_log_level;

enum {
    PH_LOG_LINE_BYTES = 4096, /* a longer line is cut at a pair and ends in cut=true */
    PH_LOG_VALUE_BYTES = 512, /* a longer value is cut and ends in "…" */
    PH_LOG_BURST = 50,        /* lines of one event id that may pass at once … */
    PH_LOG_PER_SECOND = 10    /* … and for ever after, each second */
};

typedef enum ph_log_kind {
    PH_LOG_KIND_END,
    PH_LOG_KIND_TEXT,
    PH_LOG_KIND_HEX,
    PH_LOG_KIND_INT,
    PH_LOG_KIND_UINT,
    PH_LOG_KIND_BOOL,
    PH_LOG_KIND_RC,
    PH_LOG_KIND_ERR
} ph_log_kind;

/* One pair; key is a literal of [a-z0-9_]. Made by the macros below only. */
typedef struct ph_log_kv {
    const char *key;
    ph_log_kind kind;
    union {
        ph_span bytes;
        int64_t i;
        uint64_t u;
        const ph_err *err;
    } v;
} ph_log_kv;

#define PH_KV_STR(k, text)  ((ph_log_kv){.key = (k), .kind = PH_LOG_KIND_TEXT, .v.bytes = ph_span_str(text)})
#define PH_KV_SPAN(k, span) ((ph_log_kv){.key = (k), .kind = PH_LOG_KIND_TEXT, .v.bytes = (span)})
#define PH_KV_HEX(k, ptr_, len_) \
    ((ph_log_kv){.key = (k), .kind = PH_LOG_KIND_HEX, .v.bytes = ph_span_of((ptr_), (len_))})
#define PH_KV_INT(k, n)  ((ph_log_kv){.key = (k), .kind = PH_LOG_KIND_INT, .v.i = (int64_t)(n)})
#define PH_KV_UINT(k, n) ((ph_log_kv){.key = (k), .kind = PH_LOG_KIND_UINT, .v.u = (uint64_t)(n)})
#define PH_KV_BOOL(k, b) ((ph_log_kv){.key = (k), .kind = PH_LOG_KIND_BOOL, .v.i = (b) ? 1 : 0})
#define PH_KV_RC(k, rc_) ((ph_log_kv){.key = (k), .kind = PH_LOG_KIND_RC, .v.i = (int64_t)(rc_)})
/* A whole ph_err: rc, code, where, line, col, what, means, hint, each its own pair. */
#define PH_KV_ERR(err_) ((ph_log_kv){.key = "error", .kind = PH_LOG_KIND_ERR, .v.err = (err_)})
#define PH_KV_END       ((ph_log_kv){.key = NULL, .kind = PH_LOG_KIND_END, .v.i = 0})

/* PH_LOG(PH_LOG_INFO, "agg.submission.accepted", PH_KV_STR("unit", unit), PH_KV_INT("n", 3));
 * The first element is skipped: it carries the comma where there are no pairs (cppcheck does not know __VA_OPT__). */
#define PH_LOG(level, event, ...) \
    ph_log_event((level), (event), (const ph_log_kv[]){PH_KV_END, ##__VA_ARGS__, PH_KV_END} + 1)

/**
 * Set the component name that each line carries and look at what stderr is (terminal, journal, pipe, file). Call
 * again after stderr was redirected. Before the first call lines carry component=phusa.
 * Owns: copies @component.
 * Errors: none.   Thread: call before others log.   Source: sd-daemon(3); JOURNAL_STREAM.
 */
void ph_log_init(const char *component);

/**
 * Lines above @level are not written. Default INFO. parse takes error, warning, notice, info, debug.
 * Errors: INVALID.
 */
void ph_log_set_level(ph_log_level level);
ph_rc ph_log_level_parse(const char *text, ph_log_level *ret) PH_CHECKED;
/** Change the rate limit per event id; per_second 0 = no limit (tests). */
void ph_log_set_rate(unsigned burst, unsigned per_second);

/**
 * Write one line: ts level component event, then the pairs up to PH_KV_END. Values with blanks, quotes or controls
 * are quoted and escaped; bad UTF-8 becomes \xNN. Never blocks and never fails: what stderr does not take at once is
 * dropped and counted. The first line of an event after some were held back carries suppressed=N.
 * Owns: nothing.
 * Errors: none.   Thread: any.   Source: logfmt.
 */
void ph_log_event(ph_log_level level, const char *event, const ph_log_kv *kv);

/** Write "log.suppressed" lines for events that are held back now and will perhaps not come again; call each minute and
 * at exit. */
void ph_log_flush(void);

/** Lines that stderr did not take; lines that the rate limit held back. Since start; for metrics. */
uint64_t ph_log_dropped(void);
uint64_t ph_log_suppressed(void);

#endif
