/* ph_bundle - the files of a registry as one byte string, and the files again.   Layer: domain/io */
#ifndef PH_BUNDLE_H
#define PH_BUNDLE_H

#include <stdbool.h>

#include "ph_buf.h"
#include "ph_result.h"
#include "ph_span.h"

#define PH_BUNDLE_MARK "--- # file: "
enum { PH_BUNDLE_MAX_NAME = 64, PH_BUNDLE_MAX_FILES = 256 };

/* One file of a bundle; both borrowed from it. */
typedef struct ph_bundle_file {
    ph_span name, text;
} ph_bundle_file;

/** Is it a name that a bundle takes: [A-Za-z0-9._-], not hidden, ending in .yaml? */
bool ph_bundle_is_name(ph_span name);

/**
 * Append one file. Files come in byte order of their names; a text without a final line end gets one, so that the next
 * mark begins a line. Errors: LIMIT, NOMEM (they stick); INVALID when a line of the text looks like a mark.
 */
ph_rc ph_bundle_add(ph_buf *bundle, ph_span name, ph_span text) PH_CHECKED;

/**
 * Take the next file off @rest.
 * Errors: MALFORMED when no mark stands there or the name is none; NOT_FOUND at the end.   Thread: any.   Source:
 * ph_registry_load.h.
 */
ph_rc ph_bundle_next(ph_span *rest, ph_bundle_file *ret) PH_CHECKED;

#endif
