/* fuzz_score - scoring files: refused with words, or a scoring that computes, within its limits.   Layer: tests */
#include <stdlib.h>

#include "ph_fuzz_registry.h"
#include "ph_score_load.h"

static void count(void *arg, const ph_err *err)
{
    if (err->code[0] == '\0' || err->what[0] == '\0' || err->rc == PH_OK)
        abort();
    ++*(size_t *)arg;
}

/* A line of three dashes begins the second file. */
static size_t split(ph_span text, ph_score_file *files)
{
    static const char mark[] = "\n---\n";
    const uint8_t *at = text.len == 0 ? NULL : memmem(text.ptr, text.len, mark, sizeof mark - 1);
    size_t first = at == NULL ? text.len : (size_t)(at - text.ptr) + 1;

    files[0] = (ph_score_file){.name = "a.yaml", .text = ph_span_of(text.ptr, first)};
    if (at == NULL)
        return 1;
    files[1] = (ph_score_file){.name = "b.yaml", .text = ph_span_of(text.ptr + first + 4, text.len - first - 4)};
    return 2;
}

/* Bound criteria take the targets for actual values, so that their arithmetic is seen too. */
static void use(ph_score_set *set)
{
    size_t n = (size_t)set->n_units * set->scheme.n_nodes;
    ph_score_cell *cells = calloc(n + 1, sizeof *cells);
    ph_score_total totals[PH_MAX_MEMBERS];
    const ph_score_input in = {
        .scheme = &set->scheme, .n_units = set->n_units, .units = set->units, .entries = set->entries};
    ph_digest version;

    if (cells == NULL)
        abort();
    for (size_t i = 0; i < n; i++)
        if (set->scheme.nodes[i % set->scheme.n_nodes].indicator != NULL && set->entries[i].has_target) {
            set->entries[i].has_actual = true;
            set->entries[i].actual = set->entries[(i + set->scheme.n_nodes) % n].target;
        }
    if (ph_score_compute(&in, cells, totals) != PH_OK || ph_score_version(&in, &version) != PH_OK)
        abort();
    for (size_t i = 0; i < n; i++)
        if (cells[i].points < 0 || cells[i].points > set->scheme.nodes[i % set->scheme.n_nodes].max)
            abort();
    free(cells);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ph_score_file files[2];
    ph_score_set *set = NULL;
    size_t n_errors = 0;
    size_t n = split(ph_span_of(data, size), files);
    ph_rc rc = ph_score_load(files, n, ph_fuzz_registry(), count, &n_errors, &set);

    if ((rc == PH_OK) != (n_errors == 0) || (rc != PH_OK && rc != PH_INVALID))
        abort();
    if (rc == PH_OK)
        use(set);
    ph_score_set_free(set);
    return 0;
}
