/* ph_uint - whole numbers as text: in arguments, in the values of other programs.   Layer: base/core (pure) */
#ifndef PH_UINT_H
#define PH_UINT_H

#include <stdint.h>

#include "ph_result.h"
#include "ph_span.h"

/**
 * Digits only, the whole of @text: no sign, no blanks, no leading zeros ("0" itself is right).
 * Shape: at most @max.   Errors: MALFORMED, RANGE; *ret untouched then.   Thread: any.   Source: none.
 */
ph_rc ph_uint_parse(ph_span text, uint64_t max, uint64_t *ret) PH_CHECKED;

#endif
