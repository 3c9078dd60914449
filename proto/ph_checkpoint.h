/* ph_checkpoint - a checkpoint inside another message: a binary, so that it can be kept and shown as it came.   Layer:
 * proto (pure) */
#ifndef PH_CHECKPOINT_H
#define PH_CHECKPOINT_H

#include "ph_buf.h"
#include "ph_reader.h"
#include "ph_receipt.h"

/** Errors: stick in @dst and @r; take returns zeroes then.   Owns: nothing.   Thread: any.   Source: PROTOCOL.md,
 * checkpoint. */
void ph_checkpoint_put(const ph_checkpoint *c, ph_buf *dst);
ph_checkpoint ph_checkpoint_take(ph_reader *r);

#endif
