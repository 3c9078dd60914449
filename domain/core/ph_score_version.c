/* ph_score_version - every input of a scoring, written one way only, and its digest.   Layer: domain/core (pure) */
#include "ph_score.h"

enum { MAX_BYTES = 64 * 1024 * 1024 };

/* Lengths before texts, so that no two inputs write the same bytes. */
static void put_text(ph_buf *b, const char *text)
{
    (void)ph_buf_printf(b, "%zu:%s;", text == NULL ? 0 : ph_span_str(text).len, text == NULL ? "" : text);
}

static void put_int(ph_buf *b, int64_t v)
{
    (void)ph_buf_printf(b, "%lld;", (long long)v);
}

/* By value: 1.5 and 1.50 score alike. */
static void put_decimal(ph_buf *b, bool has, ph_decimal d)
{
    char text[PH_DECIMAL_TEXT_BYTES] = "";

    if (has)
        (void)ph_decimal_print(ph_decimal_trim(d), text);
    put_text(b, text);
}

static void put_scheme(ph_buf *b, const ph_score_scheme *s)
{
    (void)ph_buf_put_str(b, "phusa scoring 1;");
    put_text(b, s->cluster);
    put_int(b, s->year);
    put_int(b, s->version);
    put_int(b, s->valid_from);
    put_int(b, s->valid_to);
    put_int(b, s->decimals);
    put_int(b, s->is_illustrative);
    for (size_t i = 0; i < 2; i++) {
        put_text(b, i == 0 ? s->title.vi : s->basis.vi);
        put_text(b, i == 0 ? s->title.en : s->basis.en);
    }
    put_int(b, s->n_nodes);
    for (size_t i = 0; i < s->n_nodes; i++) {
        const ph_score_node *n = &s->nodes[i];
        put_text(b, n->id);
        put_text(b, n->name.vi);
        put_text(b, n->name.en);
        put_text(b, ph_score_kind_name(n->kind));
        put_int(b, n->parent);
        put_int(b, n->max);
        put_int(b, n->each);
        put_int(b, n->direction);
        put_text(b, n->indicator);
    }
}

static void put_entry(ph_buf *b, const ph_score_entry *e)
{
    put_decimal(b, e->has_target, e->target);
    put_decimal(b, e->has_actual, e->actual);
    put_int(b, e->state);
    put_int(b, (int64_t)e->vintage);
    for (int k = 0; k < PH_SCORE_STAGES; k++) {
        put_int(b, e->has_stage[k]);
        put_int(b, e->has_stage[k] ? e->stage[k] : 0);
    }
    put_int(b, e->is_final);
    put_int(b, e->explanation != NULL);
    put_text(b, e->explanation);
}

/* The next unit in byte order of ids after @last (NULL: the first). */
static size_t next_unit(const ph_score_input *in, const char *last)
{
    size_t best = in->n_units;

    for (size_t u = 0; u < in->n_units; u++)
        if ((last == NULL || strcmp(in->units[u], last) > 0) &&
            (best == in->n_units || strcmp(in->units[u], in->units[best]) < 0))
            best = u;
    return best;
}

ph_rc ph_score_version(const ph_score_input *in, ph_digest *ret)
{
    char period[PH_PERIOD_TEXT_BYTES];
    const char *last = NULL;
    ph_buf b;

    ph_buf_init(&b, MAX_BYTES);
    put_scheme(&b, in->scheme);
    (void)ph_period_print(in->period, period);
    put_text(&b, period);
    put_int(&b, in->n_units);
    for (size_t i = 0; i < in->n_units; i++) {
        size_t u = next_unit(in, last);
        if (u == in->n_units) { /* two of one id */
            ph_buf_done(&b);
            return PH_BUG;
        }
        last = in->units[u];
        put_text(&b, last);
        for (size_t k = 0; k < in->scheme->n_nodes; k++)
            put_entry(&b, &in->entries[u * in->scheme->n_nodes + k]);
    }
    ph_rc rc = b.rc;
    if (rc == PH_OK)
        *ret = ph_digest_of_span(ph_buf_span(&b));
    ph_buf_done(&b);
    return rc;
}
