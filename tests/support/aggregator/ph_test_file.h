/* ph_test_file - a folder of a test's own, and a ledger file in it.   Layer: tests/support */
#ifndef PH_TEST_FILE_H
#define PH_TEST_FILE_H

#include "ph_agg_sqlite.h"

enum { PH_TEST_PATH_BYTES = 256 };

typedef struct ph_test_file {
    char folder[PH_TEST_PATH_BYTES];
    char path[PH_TEST_PATH_BYTES + 16];
} ph_test_file;

/** Both assert. remove takes the folder and all that is in it. */
void ph_test_file_make(ph_test_file *f);
void ph_test_file_remove(ph_test_file *f);
/** Open it, made at the first time. */
ph_agg_store *ph_test_file_open(const ph_test_file *f);

#endif
