/* ph_agg_rulings - see the header.   Layer: aggregator/core (pure) */
#include "ph_agg_rulings.h"

#include "ph_explanation.h"
#include "ph_writer.h"

static bool is_ruled(const ph_figure_member *c)
{
    return (c->marks & (PH_MARK_CONFIRMED | PH_MARK_OVERRIDDEN)) != 0;
}

static unsigned count(const ph_figure *f, uint16_t n_rows)
{
    unsigned n = 0;

    for (uint16_t i = 0; i < n_rows; i++)
        n += is_ruled(&f->members[i]);
    return n;
}

/* Its texts are good until the next call on the store, so they are put away at once. */
static ph_rc keep(ph_buf *texts, ph_span *text)
{
    ph_rc rc = ph_buf_put_span(texts, *text);

    if (rc == PH_OK && text->len > 0)
        text->ptr = texts->ptr + texts->len - text->len;
    return rc;
}

static ph_rc read_decision(ph_agg_store *store, uint64_t seq, ph_buf *texts, ph_ruling *ret)
{
    ph_entry entry;
    ph_decision d;
    ph_rc rc = store->ops->get_entry(store, seq, &entry, NULL);

    if (rc != PH_OK)
        return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
    if (entry.kind != PH_ENTRY_DECISION || ph_decision_read(entry.bytes, &d, NULL, NULL) != PH_OK)
        return PH_CORRUPT;
    ret->kind = d.kind;
    ret->decision = seq;
    ret->unit = d.unit;
    ret->reason = d.reason;
    rc = keep(texts, &ret->unit);
    return rc == PH_OK ? keep(texts, &ret->reason) : rc;
}

static ph_rc read_explanation(ph_agg_store *store, uint64_t seq, ph_buf *texts, ph_ruling *ret)
{
    ph_entry entry;
    ph_explanation e;
    ph_rc rc;

    if (seq == 0)
        return PH_OK;
    rc = store->ops->get_entry(store, seq, &entry, NULL);
    if (rc != PH_OK)
        return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
    if (entry.kind != PH_ENTRY_EXPLANATION || ph_explanation_read(entry.bytes, &e, NULL, NULL) != PH_OK)
        return PH_CORRUPT;
    ret->explanation = seq;
    ret->text = e.text;
    return keep(texts, &ret->text);
}

static ph_rc put_one(ph_agg_store *store, const ph_sheet *s, uint16_t row, uint16_t column, ph_buf *texts, ph_buf *to)
{
    const ph_case *c = ph_sheet_find_case(s, row, column);
    ph_ruling ruling = {.member = (uint8_t)row};
    ph_rc rc;

    if (c == NULL) /* the sheet was checked: a mark has its case */
        return PH_BUG;
    ph_buf_clear(texts);
    if (ph_buf_reserve(texts, texts->max) == NULL) /* so that nothing moves */
        return texts->rc;
    rc = read_decision(store, c->decision, texts, &ruling);
    if (rc == PH_OK)
        rc = read_explanation(store, c->explanation, texts, &ruling);
    if (rc != PH_OK)
        return rc;
    ruling.n_rules = c->n_rules;
    for (unsigned i = 0; i < c->n_rules; i++)
        ruling.rules[i] = ph_span_str(c->rules[i]);
    ph_ruling_write(&ruling, to);
    return to->rc == PH_LIMIT ? PH_BUG : to->rc;
}

ph_rc ph_rulings_gather(ph_agg_store *store, const ph_sheet *s, uint16_t column, ph_buf *to, ph_figure *figure)
{
    unsigned n = count(figure, s->n_rows);
    size_t start = to->len;
    ph_rc rc = PH_OK;
    ph_buf texts;

    if (n == 0)
        return PH_OK;
    ph_buf_init(&texts, PH_MAX_ID_TEXT + 2 * PH_MAX_NOTE_BYTES);
    ph_write_array(to, n);
    for (uint16_t row = 0; rc == PH_OK && row < s->n_rows; row++)
        if (is_ruled(&figure->members[row]))
            rc = put_one(store, s, row, column, &texts, to);
    ph_buf_done(&texts);
    if (rc != PH_OK)
        return rc;
    figure->n_rulings = (uint8_t)n;
    figure->rulings = ph_span_of(to->ptr + start, to->len - start);
    return PH_OK;
}
