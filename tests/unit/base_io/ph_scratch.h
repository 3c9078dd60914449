/* ph_scratch - a private folder for one test, gone after it; and the usual cmocka includes.   Layer: tests */
#ifndef PH_SCRATCH_H
#define PH_SCRATCH_H

/* clang-format off */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */
#include <ftw.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static char scratch[PATH_MAX];

static int scratch_remove(const char *path, const struct stat *st, int kind, struct FTW *at)
{
    (void)st;
    (void)kind;
    (void)at;
    return remove(path);
}

/* cmocka's setup and teardown. */
static inline int scratch_open(void **state)
{
    (void)state;
    const char *base = getenv("TMPDIR");
    (void)snprintf(scratch, sizeof scratch, "%s/phusa-test-XXXXXX", base == NULL ? "/tmp" : base);
    return mkdtemp(scratch) == NULL ? -1 : 0;
}

static inline int scratch_close(void **state)
{
    (void)state;
    return nftw(scratch, scratch_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* A path in the folder; valid until the eighth call after this one. */
static inline const char *in_scratch(const char *name)
{
    static char paths[8][PATH_MAX + 64];
    static unsigned next;
    char *path = paths[next++ % 8];

    (void)snprintf(path, sizeof paths[0], "%s/%s", scratch, name);
    return path;
}

static inline void write_text(const char *path, const char *text, mode_t mode)
{
    FILE *f = fopen(path, "w");

    assert_non_null(f);
    assert_true(fputs(text, f) >= 0);
    assert_int_equal(fclose(f), 0);
    assert_int_equal(chmod(path, mode), 0);
}

static inline void read_text(const char *path, char *dst, size_t size)
{
    FILE *f = fopen(path, "r");

    assert_non_null(f);
    dst[fread(dst, 1, size - 1, f)] = '\0';
    assert_int_equal(fclose(f), 0);
}

#endif
