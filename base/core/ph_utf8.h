/* ph_utf8 - strict UTF-8, NFC, and the safe display of foreign text.   Layer: base/core (pure; links utf8proc) */
#ifndef PH_UTF8_H
#define PH_UTF8_H

#include <stdbool.h>
#include <stddef.h>

#include "ph_buf.h"
#include "ph_result.h"
#include "ph_span.h"

/** Well-formed UTF-8: no overlong forms, no surrogates, nothing above U+10FFFF. NUL counts as well-formed; callers
 * forbid it where needed. */
bool ph_utf8_is_valid(ph_span text);

/** Is it valid, in NFC, and free of control characters other than TAB and LF, of bidirectional controls and of
 *  characters that nobody sees (zero width space, byte order mark, line separators, tags)? More than 1 KiB of marks
 *  in a row is not clean either. */
bool ph_utf8_is_clean_nfc(ph_span text);

/** Nothing to read in it: blanks of every kind (the no-break and the wide one too) and controls only; so is "". */
bool ph_utf8_is_blank(ph_span text);

/** Append the NFC form of @text to @dst, which is as before on an error.   Errors: MALFORMED for bad UTF-8, LIMIT (also
 * for more than 1 KiB of marks in a row), NOMEM.   Source: UAX #15. */
ph_rc ph_utf8_nfc(ph_span text, ph_buf *dst) PH_CHECKED;

/**
 * Key for matching what people type: NFC, case-folded, diacritics dropped, đ -> d, runs of blanks and punctuation ->
 * one '_', none at either end; format characters vanish. "Chỉ tiêu" in any normal form -> "chi_tieu".
 * Errors: MALFORMED, LIMIT, NOMEM; @dst is as before then.
 */
ph_rc ph_utf8_fold(ph_span text, ph_buf *dst) PH_CHECKED;

/** Append @text so that it is harmless on a terminal: bad bytes, controls (TAB and LF too), bidi controls and
 * characters that nobody sees become visible escapes (\xNN, \u{…}). */
ph_rc ph_utf8_escape(ph_span text, ph_buf *dst);

/** Columns on a terminal (wide = 2, combining = 0). */
size_t ph_utf8_columns(ph_span text);

#endif
