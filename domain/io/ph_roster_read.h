/* ph_roster_read - the YAML of a roster as rows.   Layer: domain/io */
#ifndef PH_ROSTER_READ_H
#define PH_ROSTER_READ_H

#include "ph_doc.h"
#include "ph_roster.h"

typedef struct ph_roster_rows {
    uint64_t serial;
    size_t n;
    ph_roster_entry *entries; /* malloc'ed; the caller's */
} ph_roster_rows;

/**
 * Read the document. @base_dir: the folder in which `card:` files are looked for; NULL: cards must be written in
 * already. Errors: INVALID after at least one error was told to @d; NOMEM. *ret is freed by the caller in any case.
 */
ph_rc ph_roster_read(ph_doc *d, ph_span document, const char *name, const char *base_dir,
                     ph_roster_rows *ret) PH_CHECKED;

#endif
