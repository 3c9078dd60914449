/* ph_test_file - a folder of a test's own, and a ledger file in it.   Layer: tests/support */
#include "ph_test_file.h"

#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void ph_test_file_make(ph_test_file *f)
{
    (void)snprintf(f->folder, sizeof f->folder, "ledger-XXXXXX");
    assert(mkdtemp(f->folder) != NULL);
    (void)snprintf(f->path, sizeof f->path, "%s/ledger.db", f->folder);
}

void ph_test_file_remove(ph_test_file *f)
{
    DIR *dir = opendir(f->folder);
    char name[sizeof f->path + 256];

    assert(dir != NULL);
    for (struct dirent *e = readdir(dir); e != NULL; e = readdir(dir)) {
        (void)snprintf(name, sizeof name, "%s/%s", f->folder, e->d_name);
        if (e->d_name[0] != '.')
            (void)unlink(name);
    }
    (void)closedir(dir);
    (void)rmdir(f->folder);
}

ph_agg_store *ph_test_file_open(const ph_test_file *f)
{
    const ph_uuid boot = {{1}};
    ph_agg_store *st = NULL;
    ph_err err = {0};
    ph_rc rc = ph_agg_sqlite_open(f->path, access(f->path, F_OK) == 0 ? PH_LEDGER_WRITE : PH_LEDGER_CREATE, &boot, 1,
                                  NULL, &st, &err);

    if (rc != PH_OK)
        (void)fprintf(stderr, "%s: %s\n", err.code, err.what);
    assert(rc == PH_OK);
    return st;
}
