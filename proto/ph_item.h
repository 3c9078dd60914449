/* ph_item - the head of the next msgpack item of a reader, held against the bytes left.   Layer: proto (pure) */
#ifndef PH_ITEM_H
#define PH_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "ph_reader.h"

typedef enum ph_item_kind { /* from PH_ITEM_TEXT on there is a length or count */
                            PH_ITEM_UINT,
                            PH_ITEM_NEGATIVE,
                            PH_ITEM_NIL,
                            PH_ITEM_BOOL,
                            PH_ITEM_REFUSED, /* floats, extensions, the reserved byte */
                            PH_ITEM_TEXT,
                            PH_ITEM_BIN,
                            PH_ITEM_ARRAY,
                            PH_ITEM_MAP
} ph_item_kind;

/* Invariants: n items or bytes do lie behind `next`. */
typedef struct ph_item {
    ph_item_kind kind;
    uint64_t n; /* integers: the value, two's complement when negative; bool 0 or 1; otherwise length or count */
    const uint8_t *next; /* behind the head */
} ph_item;

/** The head at r->at; r is not moved.   Errors: false, MALFORMED sticks in r.   Thread: any.   Source: msgpack
 * specification. */
bool ph_item_peek(ph_reader *r, ph_item *ret);

#endif
