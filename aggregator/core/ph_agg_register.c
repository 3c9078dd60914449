/* ph_agg_register - see the header.   Layer: aggregator/core (pure) */
#include "ph_agg_register.h"

#include <stdlib.h>

#include "ph_wire.h"

/* Of one unit in the identity of a part: id, has it reported, digest of its items. */
enum { STANDING_BYTES = 1 + PH_MAX_ID_TEXT + 1 + PH_DIGEST_BYTES };

void ph_registrar_init(ph_registrar *r)
{
    *r = (ph_registrar){0};
    ph_buf_init(&r->items, PH_REGISTER_MAX_BYTES);
}

void ph_registrar_done(ph_registrar *r)
{
    free(r->observations);
    ph_buf_done(&r->items);
    *r = (ph_registrar){0};
}

/* Not revision and entry: the same words sent again are not news. */
static ph_digest identity(const ph_sheet *s, uint8_t number, uint8_t n_units)
{
    uint8_t bytes[2 + PH_REGISTER_PART_UNITS * STANDING_BYTES];
    uint8_t *p = ph_put_be(ph_put_be(bytes, s->state, 1), number, 1);
    size_t first = (number - 1U) * PH_REGISTER_PART_UNITS;

    for (size_t i = first; i < first + n_units; i++) {
        const ph_sheet_row *row = &s->rows[i];
        ph_span unit = ph_span_str(row->unit);
        p = ph_put_bytes(ph_put_be(p, unit.len, 1), unit.ptr, unit.len);
        p = ph_put_be(p, row->last_revision > 0, 1);
        p = ph_put_bytes(p, row->words.bytes, PH_DIGEST_BYTES);
    }
    return ph_digest_of_span(ph_span_of(bytes, (size_t)(p - bytes)));
}

/* The items of a unit's standing revision, out of its entry. Appending moves what was appended before, so that no
 * span has its place yet. */
static ph_rc gather(ph_agg_store *store, const ph_sheet_row *row, ph_registrar *r, ph_register_unit *ret)
{
    ph_entry entry;
    ph_submission sub;
    ph_rc rc;

    *ret = (ph_register_unit){.revision = row->last_revision, .entry = row->last_entry};
    if (ph_digest_is_zero(&row->words))
        return PH_OK;
    if (r->observations == NULL && (r->observations = calloc(PH_MAX_OBSERVATIONS, sizeof *r->observations)) == NULL)
        return PH_NOMEM;
    rc = store->ops->get_entry(store, row->last_entry, &entry, NULL);
    if (rc != PH_OK)
        return rc == PH_NOT_FOUND ? PH_CORRUPT : rc;
    if (ph_submission_read(entry.bytes, r->observations, &sub, NULL, NULL) != PH_OK || sub.n_narratives == 0)
        return PH_CORRUPT;
    ret->n_items = sub.n_narratives;
    ret->items.len = sub.narratives.len;
    rc = ph_buf_put_span(&r->items, sub.narratives);
    return rc == PH_LIMIT ? PH_BUG : rc;
}

/* All of it lies still now, in the order in which it was gathered. */
static void settle(const ph_registrar *r, ph_issue *issue)
{
    const uint8_t *at = r->items.ptr;

    for (unsigned p = 0; p < issue->n_parts; p++)
        for (unsigned i = 0; i < issue->parts[p].n_units; i++) {
            ph_register_unit *u = &issue->parts[p].units[i];
            if (u->n_items == 0)
                continue;
            u->items.ptr = at;
            at += u->items.len;
        }
}

static ph_rc fill(ph_agg_store *store, ph_registrar *r, const ph_sheet *s, ph_register_part *part)
{
    const ph_sheet_row *rows = s->rows + (part->number - 1U) * PH_REGISTER_PART_UNITS;
    ph_rc rc = PH_OK;

    for (unsigned i = 0; rc == PH_OK && i < part->n_units; i++)
        rc = gather(store, &rows[i], r, &part->units[i]);
    return rc;
}

ph_rc ph_register_issue(ph_agg_store *store, ph_registrar *r, ph_sheet *s, ph_issue *issue)
{
    uint8_t n_parts = ph_register_n_parts(s->n_rows);
    ph_rc rc = PH_OK;

    issue->n_parts = 0;
    ph_buf_clear(&r->items);
    if (!s->has_register)
        return PH_OK;
    for (uint8_t number = 1; rc == PH_OK && number <= PH_REGISTER_MAX_PARTS; number++) {
        ph_digest *published = &s->register_published[number - 1];
        uint8_t n_units = ph_register_n_units(s->n_rows, number);
        ph_digest now = identity(s, number, n_units);
        if ((number > n_parts && ph_digest_is_zero(published)) || ph_digest_eq(&now, published))
            continue;
        ph_register_part *part = &issue->parts[issue->n_parts++];
        *part = (ph_register_part){.number = number, .n_units = n_units};
        rc = fill(store, r, s, part);
        *published = number > n_parts ? (ph_digest){0} : now; /* that it is empty is said once */
    }
    settle(r, issue);
    return rc;
}
