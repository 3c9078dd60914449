/* ph_register - what the units of a sheet say in words, as a figure seal publishes it.   Layer: proto (pure) */
#ifndef PH_REGISTER_H
#define PH_REGISTER_H

#include <stddef.h>
#include <stdint.h>

#include "ph_buf.h"
#include "ph_digest.h"
#include "ph_json.h"
#include "ph_limits.h"
#include "ph_narrative.h"
#include "ph_reader.h"
#include "ph_span.h"

/* A register is published in parts, so that a record stays within what Kafka takes: 16 units with all that their
 * frames of 16 KiB can hold are at most 576 KiB of JSON. A cluster of up to 16 members has one part. */
enum { PH_REGISTER_PART_UNITS = 16, PH_REGISTER_MAX_PARTS = PH_MAX_MEMBERS / PH_REGISTER_PART_UNITS };

/* What a unit's standing revision says. revision 0: it has not reported. */
typedef struct ph_register_unit {
    uint32_t revision;
    uint64_t entry; /* of the log */
    size_t n_items;
    ph_span items; /* packed, ph_narratives_read; empty when there are none */
} ph_register_unit;

/* Unit i of part n is member (n - 1) * PH_REGISTER_PART_UNITS + i of the issue. A part behind the last member, of a
 * cluster that lost members, has no unit: it says that what it said before is no more. */
typedef struct ph_register_part {
    uint8_t number; /* from 1 */
    uint8_t n_units;
    ph_register_unit units[PH_REGISTER_PART_UNITS];
} ph_register_part;

/** How many parts @n_members have, at least one; how many units stand in part @number. */
uint8_t ph_register_n_parts(size_t n_members);
uint8_t ph_register_n_units(size_t n_members, uint8_t number);

/**
 * Packed form inside an issue of @n_members. read: the items' spans point into the input; all of them are looked
 * through.   Errors: stick in dst; in r: MALFORMED, LIMIT.   Thread: any.
 */
void ph_register_part_write(const ph_register_part *part, ph_buf *dst);
void ph_register_part_read(ph_reader *r, size_t n_members, ph_register_part *ret);

/** The items of one unit; @store holds PH_MAX_NARRATIVES. Returns how many. */
size_t ph_register_items(const ph_register_unit *unit, ph_narrative *store);

/** Digest of (revision, entry, items) of all units: what the part is made of. */
ph_digest ph_register_inputs(const ph_register_part *part);

/** One item as a JSON object; all five texts always.   Errors: stick in j's buffer. */
void ph_narrative_put_json(ph_json *j, const ph_narrative *item);

#endif
