/* ph_register - parts of the register: packed and read.   Layer: proto (pure) */
#include "ph_register.h"

#include "ph_wire.h"
#include "ph_writer.h"

enum { UNIT_REPORTED = 2, UNIT_WITH_ITEMS = 3, PART_ITEMS = 2 };

uint8_t ph_register_n_parts(size_t n_members)
{
    size_t n = (n_members + PH_REGISTER_PART_UNITS - 1) / PH_REGISTER_PART_UNITS;

    return (uint8_t)(n == 0 ? 1 : n);
}

uint8_t ph_register_n_units(size_t n_members, uint8_t number)
{
    size_t before = ((size_t)number - 1) * PH_REGISTER_PART_UNITS;
    size_t n = n_members > before ? n_members - before : 0;

    return (uint8_t)(n < PH_REGISTER_PART_UNITS ? n : PH_REGISTER_PART_UNITS);
}

/* [] not reported, [revision, entry] without items, [revision, entry, items]. */
static void write_unit(const ph_register_unit *u, ph_buf *dst)
{
    if (u->revision == 0) {
        ph_write_array(dst, 0);
        return;
    }
    ph_write_array(dst, u->n_items == 0 ? UNIT_REPORTED : UNIT_WITH_ITEMS);
    ph_write_uint(dst, u->revision);
    ph_write_uint(dst, u->entry);
    if (u->n_items > 0)
        (void)ph_buf_put_span(dst, u->items);
}

void ph_register_part_write(const ph_register_part *part, ph_buf *dst)
{
    ph_write_array(dst, PART_ITEMS);
    ph_write_uint(dst, part->number);
    ph_write_array(dst, part->n_units);
    for (unsigned i = 0; i < part->n_units; i++)
        write_unit(&part->units[i], dst);
}

static void read_items(ph_reader *r, ph_register_unit *u)
{
    ph_narrative items[PH_MAX_NARRATIVES];
    const uint8_t *start = r->at;

    u->n_items = ph_narratives_read(r, items);
    if (r->rc == PH_OK && u->n_items == 0)
        ph_read_fail(r, PH_MALFORMED, "an empty list of items");
    if (r->rc == PH_OK)
        u->items = ph_span_of(start, (size_t)(r->at - start));
}

static void read_unit(ph_reader *r, ph_register_unit *u)
{
    size_t n = ph_read_array(r, UNIT_WITH_ITEMS);

    *u = (ph_register_unit){0};
    if (r->rc == PH_OK && n != 0 && n < UNIT_REPORTED)
        ph_read_fail(r, PH_MALFORMED, "a unit of the register with items missing");
    if (n >= UNIT_REPORTED) {
        u->revision = (uint32_t)ph_read_int(r, 1, UINT32_MAX);
        u->entry = ph_read_uint(r, PH_WIRE_MAX_SEQ);
    }
    if (n == UNIT_WITH_ITEMS)
        read_items(r, u);
    ph_read_leave(r);
}

void ph_register_part_read(ph_reader *r, size_t n_members, ph_register_part *ret)
{
    ph_read_tuple(r, PART_ITEMS);
    ret->number = (uint8_t)ph_read_int(r, 1, PH_REGISTER_MAX_PARTS);
    ret->n_units = r->rc == PH_OK ? ph_register_n_units(n_members, ret->number) : 0;
    ph_read_tuple(r, ret->n_units);
    for (unsigned i = 0; i < ret->n_units && r->rc == PH_OK; i++)
        read_unit(r, &ret->units[i]);
    ph_read_leave(r);
    ph_read_leave(r);
}

size_t ph_register_items(const ph_register_unit *unit, ph_narrative *store)
{
    ph_reader r = ph_reader_over(unit->items);

    return unit->n_items == 0 ? 0 : ph_narratives_read(&r, store);
}

ph_digest ph_register_inputs(const ph_register_part *part)
{
    uint8_t heads[PH_REGISTER_PART_UNITS][16];
    ph_span parts[2 * PH_REGISTER_PART_UNITS];

    for (unsigned i = 0; i < part->n_units; i++) {
        const ph_register_unit *u = &part->units[i];
        (void)ph_put_be(ph_put_be(ph_put_be(heads[i], u->revision, 4), u->entry, 8), u->items.len, 4);
        parts[2 * i] = ph_span_of(heads[i], sizeof heads[i]);
        parts[2 * i + 1] = u->items;
    }
    return ph_digest_of(parts, 2 * (size_t)part->n_units);
}

void ph_narrative_put_json(ph_json *j, const ph_narrative *item)
{
    ph_json_begin_object(j);
    ph_json_key(j, "detail");
    ph_json_text(j, item->detail);
    ph_json_key(j, "document_date");
    ph_json_text(j, item->document_date);
    ph_json_key(j, "document_no");
    ph_json_text(j, item->document_no);
    ph_json_key(j, "kind");
    ph_json_text(j, item->kind);
    ph_json_key(j, "title");
    ph_json_text(j, item->title);
    ph_json_end_object(j);
}
