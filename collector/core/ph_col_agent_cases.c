/* ph_col_agent_cases - which values are held: asked for page by page, stored when all are here.   Layer:
 * collector/core (pure) */
#include "ph_col_agent_parts.h"
#include "ph_col_cases.h"

void ph_col_agent_begin_cases(ph_col_agent *a)
{
    a->hearing.n = 0;
    ph_buf_clear(&a->hearing.lines);
    ph_buf_clear(&a->hearing.found);
    if (ph_col_cases_wanted(a->spool, &a->hearing.asked) != PH_OK)
        a->hearing.asked = 0; /* unreadable just now: who waits for a number asks again */
}

void ph_col_agent_look_wanted(ph_col_agent *a, ph_col_now now)
{
    uint64_t wanted = 0;
    a->look_wanted = false;
    if (ph_col_cases_wanted(a->spool, &wanted) == PH_OK && wanted > a->hearing.asked)
        a->status_due_us = now.mono_us;
}

/* Whole lines, as many as may be kept.   Returns false when there was no room for all. */
static bool keep_lines(ph_col_agent *a, const ph_status *s)
{
    for (size_t i = 0; i < s->n_cases; i++) {
        ph_buf_clear(&a->bytes);
        ph_case_line_write(&s->cases[i], &a->bytes);
        size_t line = a->bytes.len;
        ph_case_found_write(&s->cases[i], &a->bytes);
        ph_span found = ph_span_of(a->bytes.ptr + line, a->bytes.len - line);
        if (a->bytes.rc != PH_OK ||
            a->bytes.len > PH_COL_MAX_CASES_BYTES - a->hearing.lines.len - a->hearing.found.len ||
            ph_buf_reserve(&a->hearing.found, found.len) == NULL ||
            ph_buf_put_span(&a->hearing.lines, ph_span_of(a->bytes.ptr, line)) != PH_OK ||
            ph_buf_put_span(&a->hearing.found, found) != PH_OK)
            return false;
        a->hearing.n++;
        a->has_open = a->has_open || s->cases[i].state <= PH_CASE_RETURNED;
    }
    return true;
}

ph_rc ph_col_agent_take_cases(ph_col_agent *a, ph_col_now now, const ph_status *s)
{
    if (!s->has_cases)
        return PH_OK;
    if (a->hearing.n == 0)
        a->has_open = false;
    bool has_room = keep_lines(a, s);
    if (s->has_more_cases && has_room && s->n_cases > 0) {
        if (ph_col_agent_send_query(a, a->hearing.n) != PH_OK)
            a->status_due_us = now.mono_us + PH_US_PER_S; /* from the beginning */
        return PH_OK;
    }
    const ph_col_heard heard = {
        .asked = a->hearing.asked, .at_us = now.wall_us, .n = a->hearing.n, .has_more = s->has_more_cases || !has_room};
    ph_rc rc = ph_buf_put_span(&a->hearing.lines, ph_buf_span(&a->hearing.found));
    return rc == PH_OK ? a->spool->ops->put_cases(a->spool, &heard, ph_buf_span(&a->hearing.lines)) : rc;
}
