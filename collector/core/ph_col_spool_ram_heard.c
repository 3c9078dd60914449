/* ph_col_spool_ram_heard - what the spool in memory keeps besides items: settings, standings and cases.   Layer:
 * collector/core (pure) */
#include "ph_col_spool_ram_parts.h"

#include <string.h>

/* ---- settings ---- */

ph_rc ph_col_ram_put_meta(ph_col_spool *sp, const char *name, ph_span value)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    ph_col_ram_meta *m = NULL;
    for (size_t i = 0; i < s->n_meta; i++)
        if (strcmp(s->meta[i].name, name) == 0)
            m = &s->meta[i];
    if (value.len > PH_COL_MAX_META_BYTES || (m == NULL && s->n_meta == PH_COL_RAM_MAX_META))
        return PH_LIMIT;
    if (m == NULL) {
        m = &s->meta[s->n_meta++];
        (void)ph_span_copy(ph_span_str(name), m->name, sizeof m->name);
        ph_buf_init(&m->value, PH_COL_MAX_META_BYTES);
    }
    ph_buf_clear(&m->value);
    return ph_buf_put_span(&m->value, value);
}

ph_rc ph_col_ram_get_meta(ph_col_spool *sp, const char *name, ph_buf *dst)
{
    const ph_col_ram *s = ph_col_ram_self(sp);
    for (size_t i = 0; i < s->n_meta; i++)
        if (strcmp(s->meta[i].name, name) == 0 && s->meta[i].value.len > 0)
            return ph_buf_put_span(dst, ph_buf_span(&s->meta[i].value));
    return PH_NOT_FOUND;
}

/* ---- what the aggregator said of each key ---- */

ph_rc ph_col_ram_put_standing(ph_col_spool *sp, const ph_col_standing *standing)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    size_t i = 0;
    while (i < s->n_standings && !ph_col_key_eq(&s->standings[i].key, &standing->key))
        i++;
    if (i == PH_COL_RAM_MAX_STANDINGS)
        return PH_LIMIT;
    s->standings[i] = *standing;
    if (i == s->n_standings)
        s->n_standings++;
    return PH_OK;
}

ph_rc ph_col_ram_standing(ph_col_spool *sp, const ph_col_key *key, ph_col_standing *ret)
{
    const ph_col_ram *s = ph_col_ram_self(sp);
    for (size_t i = 0; i < s->n_standings; i++)
        if (ph_col_key_eq(&s->standings[i].key, key)) {
            *ret = s->standings[i];
            return PH_OK;
        }
    return PH_NOT_FOUND;
}

ph_rc ph_col_ram_list_standings(ph_col_spool *sp, ph_col_standing_fn fn, void *arg)
{
    const ph_col_ram *s = ph_col_ram_self(sp);
    ph_rc rc = PH_OK;
    for (size_t i = 0; i < s->n_standings && rc == PH_OK; i++)
        rc = fn(arg, &s->standings[i]);
    return rc;
}

/* ---- cases ---- */

ph_rc ph_col_ram_put_cases(ph_col_spool *sp, const ph_col_heard *heard, ph_span lines)
{
    ph_col_ram *s = ph_col_ram_self(sp);
    if (lines.len > PH_COL_MAX_CASES_BYTES)
        return PH_LIMIT;
    ph_buf_clear(&s->cases);
    ph_rc rc = ph_buf_put_span(&s->cases, lines);
    s->has_cases = rc == PH_OK;
    s->heard = *heard;
    s->changes++;
    return rc;
}

ph_rc ph_col_ram_cases(ph_col_spool *sp, ph_col_heard *ret, ph_buf *dst)
{
    const ph_col_ram *s = ph_col_ram_self(sp);
    if (!s->has_cases)
        return PH_NOT_FOUND;
    *ret = s->heard;
    return ph_buf_put_span(dst, ph_buf_span(&s->cases));
}
