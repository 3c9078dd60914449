/* ph_health - /metrics /healthz /readyz over HTTP, in the loop, bounded.   Layer: base/io (libmicrohttpd) */
#ifndef PH_HEALTH_H
#define PH_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_err.h"
#include "ph_loop.h"
#include "ph_metrics.h"
#include "ph_result.h"

enum { PH_HEALTH_MAX_CHECKS = 16, PH_HEALTH_MAX_CONNECTIONS = 32, PH_HEALTH_DEADLINE_S = 10 };

/* The answer to one question of readiness. Texts are English, for operators; why and next only matter when !ok. */
typedef struct ph_ready {
    bool ok;
    char why[256];  /* "no durable write for 42 s" */
    char next[256]; /* "look for ledger.commit.failed in the log" */
} ph_ready;

/* Called in the loop's thread at each /readyz; must not block. @ret comes zeroed: ok = false. */
typedef void (*ph_ready_fn)(void *arg, int64_t now_mono_us, ph_ready *ret);

/** ok = true; or not, with the reason (printf) and the next step. */
void ph_ready_yes(ph_ready *r);
void ph_ready_no(ph_ready *r, const char *next, const char *why, ...) __attribute__((format(printf, 3, 4)));

typedef struct ph_health ph_health;

/**
 * Listen on @address ("127.0.0.1:9464", "[::1]:0"; "" or NULL = off: *ret is NULL and PH_OK) and serve from @loop, no
 * thread. A connection is closed PH_HEALTH_DEADLINE_S after it was made, whatever it does. GET and HEAD only; other
 * paths 404. /healthz 200 while the loop turns; /readyz 200 or 503 with {"ready":…,"checks":[{name,ok,why,next}]};
 * /metrics text.
 * Owns: caller closes before @loop and @metrics (NULL allowed).
 * Errors: INVALID address, UNREACHABLE (in use), NOMEM, LIMIT.   Thread: the loop's.
 * Source: libmicrohttpd; conventions for health.
 */
ph_rc ph_health_open(ph_loop *loop, ph_metrics *metrics, const char *address, ph_health **ret, ph_err *err) PH_CHECKED;
void ph_health_close(ph_health *h);
/** Add a check; @name is a literal. NULL @h is allowed and PH_OK.   Errors: LIMIT. */
ph_rc ph_health_add(ph_health *h, const char *name, ph_ready_fn fn, void *arg) PH_CHECKED;
/** The port bound (for ":0"), 0 for NULL. */
uint16_t ph_health_port(const ph_health *h);
/** The body of /readyz; *ret_ready says whether all checks passed.   Errors: LIMIT, NOMEM. */
ph_rc ph_health_write(ph_health *h, int64_t now_mono_us, ph_buf *dst, bool *ret_ready) PH_CHECKED;

#endif
