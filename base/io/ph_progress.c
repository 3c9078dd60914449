/* ph_progress - how far, how fast, how long still.   Layer: base/io */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "ph_locale.h"
#include "ph_term.h"
#include "ph_time.h"

enum { TERMINAL_US = 200 * 1000, PLAIN_US = 10 * 1000 * 1000 };

void ph_progress_begin(ph_progress *p, const char *what, const char *unit, uint64_t total, int64_t now_us)
{
    *p = (ph_progress){
        .total = total, .begun_us = now_us, .shown_us = now_us, .on_terminal = ph_term_is_terminal(stderr)};
    (void)ph_span_copy(ph_span_str(what), p->what, sizeof p->what);
    (void)ph_span_copy(ph_span_str(unit), p->unit, sizeof p->unit);
}

/* "13 s", "4 min", "2 h". */
static int put_left(char *dst, size_t size, uint64_t seconds)
{
    if (seconds < 120)
        return snprintf(dst, size, PH_T(", còn %" PRIu64 " s", ", %" PRIu64 " s left"), seconds);
    if (seconds < 7200)
        return snprintf(dst, size, PH_T(", còn %" PRIu64 " phút", ", %" PRIu64 " min left"), seconds / 60);
    return snprintf(dst, size, PH_T(", còn %" PRIu64 " giờ", ", %" PRIu64 " h left"), seconds / 3600);
}

static size_t grown(size_t len, size_t size, int n)
{
    return n < 0 ? len : len + (size_t)n < size ? len + (size_t)n : size - 1;
}

size_t ph_progress_format(const ph_progress *p, int64_t now_us, char *dst, size_t size)
{
    int64_t elapsed = now_us - p->begun_us;
    uint64_t rate = elapsed <= 0 ? 0 : p->done * (uint64_t)PH_US_PER_S / (uint64_t)elapsed;
    size_t len = grown(0, size, snprintf(dst, size, "%s %" PRIu64, p->what, p->done));

    if (p->total > 0)
        len = grown(len, size, snprintf(dst + len, size - len, "/%" PRIu64, p->total));
    len = grown(len, size, snprintf(dst + len, size - len, " %s", p->unit));
    if (rate > 0)
        len = grown(len, size, snprintf(dst + len, size - len, ", %" PRIu64 "/s", rate));
    if (p->done > 0 && p->total > p->done && elapsed > 0) {
        uint64_t left = (uint64_t)((double)elapsed / (double)p->done * (double)(p->total - p->done) / 1e6 + 0.5);
        len = grown(len, size, put_left(dst + len, size - len, left));
    }
    return len;
}

static void show(ph_progress *p, int64_t now_us, bool last)
{
    char line[256];

    (void)ph_progress_format(p, now_us, line, sizeof line);
    if (p->on_terminal)
        (void)fprintf(stderr, "\r\x1b[K%s%s", line, last ? "\n" : "");
    else
        (void)fprintf(stderr, "%s\n", line);
    (void)fflush(stderr);
    p->shown = true;
    p->shown_us = now_us;
}

void ph_progress_update(ph_progress *p, uint64_t done, int64_t now_us)
{
    p->done = done;
    if (now_us - p->shown_us >= (p->on_terminal ? TERMINAL_US : PLAIN_US))
        show(p, now_us, false);
}

void ph_progress_end(ph_progress *p, int64_t now_us)
{
    if (p->shown)
        show(p, now_us, true); /* what was begun on the screen is ended there; short work leaves no trace */
}
