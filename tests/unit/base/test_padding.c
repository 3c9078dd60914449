/* A struct with tail padding, copied into an initializer, arrives whole: gcc 12.2 with -ftrivial-auto-var-init clears
 * seven bytes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ph_merkle.h"

typedef struct holder {
    uint64_t seq;
    ph_frontier before;
    ph_digest root;
} holder;

static __attribute__((noinline)) bool is_whole(const holder *h, const ph_frontier *f)
{
    return h->before.size == f->size && h->before.n == f->n && memcmp(h->before.peaks, f->peaks, sizeof f->peaks) == 0;
}

static __attribute__((noinline)) bool copies_whole(const ph_frontier *f, const ph_digest *root)
{
    holder h = {.seq = f->size, .before = *f, .root = *root};
    return is_whole(&h, f);
}

static void a_copy_into_an_initializer_is_whole(void **state)
{
    ph_frontier f = {.size = 3, .n = 2};
    (void)state;
    memset(f.peaks, 7, sizeof f.peaks);
    assert_true(copies_whole(&f, &f.peaks[1]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_copy_into_an_initializer_is_whole)};
    return cmocka_run_group_tests_name("padding", tests, NULL, NULL);
}
