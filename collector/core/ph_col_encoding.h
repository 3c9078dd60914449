/* ph_col_encoding - is this clean UTF-8 text, and if not, what is it?   Layer: collector/core (pure) */
#ifndef PH_COL_ENCODING_H
#define PH_COL_ENCODING_H

#include <stdbool.h>

#include "ph_col_problem.h"
#include "ph_result.h"
#include "ph_span.h"

/**
 * Take a UTF-8 byte order mark off @text. Anything but UTF-8 text without control characters is told, with a guess at
 * what it is (UTF-16, an Excel or PDF file, TCVN3, Windows-1258) and the way out. Errors: INVALID after a problem was
 * told.   Thread: any.   Source: TCVN 5712:1993 (TCVN3), Windows code page 1258.
 */
ph_rc ph_col_encoding_check(ph_span *text, bool *ret_bom, ph_col_problems *problems) PH_CHECKED;

/** Does valid UTF-8 text look like TCVN3 that was taken for Latin-1 ("ChØ tiªu")? */
bool ph_col_encoding_is_tcvn3_as_latin1(ph_span text);

#endif
