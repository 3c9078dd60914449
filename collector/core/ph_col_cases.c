/* ph_col_cases - the held values as the aggregator told them last: asked for anew, loaded, found, counted.   Layer:
 * collector/core (pure) */
#include "ph_col_cases.h"

#include <stdlib.h>

enum { NUMBER_BYTES = 8 };

ph_rc ph_col_cases_wanted(ph_col_spool *sp, uint64_t *ret)
{
    ph_buf text;
    ph_buf_init(&text, PH_COL_MAX_META_BYTES);
    ph_rc rc = sp->ops->meta(sp, PH_COL_META_WANTED, &text);
    *ret = 0;
    for (size_t i = 0; rc == PH_OK && text.len == NUMBER_BYTES && i < NUMBER_BYTES; i++)
        *ret = *ret << 8 | text.ptr[i];
    ph_buf_done(&text);
    return rc == PH_NOT_FOUND ? PH_OK : rc;
}

ph_rc ph_col_cases_want(ph_col_spool *sp, uint64_t *ret)
{
    uint8_t bytes[NUMBER_BYTES];
    ph_rc rc = ph_col_cases_wanted(sp, ret);
    if (rc != PH_OK)
        return rc;
    ++*ret;
    for (size_t i = 0; i < NUMBER_BYTES; i++)
        bytes[i] = (uint8_t)(*ret >> (8 * (NUMBER_BYTES - 1 - i)));
    return sp->ops->put_meta(sp, PH_COL_META_WANTED, ph_span_of(bytes, sizeof bytes));
}

static ph_rc read_lines(ph_col_cases *c)
{
    ph_reader r = ph_reader_over(ph_buf_span(&c->bytes));
    c->lines = calloc((size_t)c->heard.n + 1, sizeof *c->lines);
    if (c->lines == NULL)
        return PH_NOMEM;
    for (; c->n < c->heard.n && r.rc == PH_OK; c->n++)
        ph_case_line_read(&r, &c->lines[c->n]);
    bool has_found = r.at != r.end; /* an agent before this one kept the lines alone */
    for (size_t i = 0; has_found && i < c->n && r.rc == PH_OK; i++)
        ph_case_found_read(&r, &c->lines[i]);
    return r.rc == PH_OK && r.at == r.end ? PH_OK : PH_CORRUPT;
}

ph_rc ph_col_cases_load(ph_col_spool *sp, ph_col_cases *ret)
{
    ph_buf_init(&ret->bytes, PH_COL_MAX_CASES_BYTES);
    ph_rc rc = sp->ops->cases(sp, &ret->heard, &ret->bytes);
    if (rc == PH_OK && ret->heard.n > PH_COL_MAX_CASES_BYTES)
        rc = PH_CORRUPT; /* a line is longer than a byte */
    return rc == PH_OK ? read_lines(ret) : rc;
}

void ph_col_cases_done(ph_col_cases *c)
{
    ph_buf_done(&c->bytes);
    free(c->lines);
    *c = (ph_col_cases){0};
}

bool ph_col_case_is_of(const ph_case_line *line, const ph_col_key *key)
{
    return ph_span_is(line->of.cluster, key->cluster) && ph_span_is(line->of.form, key->form) &&
           ph_period_eq(line->of.period, key->period);
}

const ph_case_line *ph_col_cases_find(const ph_col_cases *c, const ph_col_key *key, ph_span unit, ph_span indicator)
{
    for (size_t i = 0; i < c->n; i++)
        if (ph_col_case_is_of(&c->lines[i], key) && ph_span_eq(c->lines[i].of.unit, unit) &&
            ph_span_eq(c->lines[i].of.indicator, indicator))
            return &c->lines[i];
    return NULL;
}

void ph_col_cases_count(const ph_col_cases *c, ph_span unit, ph_col_case_counts *ret)
{
    *ret = (ph_col_case_counts){0};
    for (size_t i = 0; i < c->n; i++) {
        ph_case_state state = c->lines[i].state;
        bool is_own = ph_span_eq(c->lines[i].of.unit, unit);
        ret->to_decide += state == PH_CASE_EXPLAINED;
        if (state == PH_CASE_HELD || state == PH_CASE_RETURNED)
            ++*(is_own ? &ret->own_to_explain : &ret->others_to_explain);
    }
}
