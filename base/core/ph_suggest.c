/* ph_suggest - "did you mean": the nearest of a list of names.   Layer: base/core (pure) */
#include "ph_suggest.h"

#include <stdbool.h>
#include <stdint.h>

static uint8_t same(uint8_t c)
{
    if (c == '-')
        return '_';
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
}

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

/* One row of the matrix; before and before2 are the rows above. Returns the row's least value. */
static size_t fill_row(ph_span a, ph_span b, size_t i, const size_t *before2, const size_t *before, size_t *row)
{
    size_t best = row[0] = i;

    for (size_t j = 1; j <= b.len; j++) {
        bool equal = same(a.ptr[i - 1]) == same(b.ptr[j - 1]);
        row[j] = least(least(before[j], row[j - 1]) + 1, before[j - 1] + (equal ? 0 : 1));
        if (i > 1 && j > 1 && same(a.ptr[i - 1]) == same(b.ptr[j - 2]) && same(a.ptr[i - 2]) == same(b.ptr[j - 1]))
            row[j] = least(row[j], before2[j - 2] + 1);
        best = least(best, row[j]);
    }
    return best;
}

size_t ph_edit_distance(ph_span a, ph_span b, size_t max)
{
    size_t rows[3][PH_SUGGEST_MAX_BYTES + 1] = {0};
    size_t gap = a.len > b.len ? a.len - b.len : b.len - a.len;

    if (a.len > PH_SUGGEST_MAX_BYTES || b.len > PH_SUGGEST_MAX_BYTES || gap > max)
        return max + 1;
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        /* Row i - 2 is not read for i == 1, so any row may stand for it. */
        if (fill_row(a, b, i, rows[(i + 1) % 3], rows[(i - 1) % 3], rows[i % 3]) > max)
            return max + 1;
    }
    return least(rows[a.len % 3][b.len], max + 1);
}

static bool is_prefix(ph_span typed, ph_span name)
{
    if (typed.len == 0 || typed.len > name.len)
        return false;
    for (size_t i = 0; i < typed.len; i++)
        if (same(typed.ptr[i]) != same(name.ptr[i]))
            return false;
    return true;
}

static const char *name_in_row(const char *const *first, size_t stride, size_t i)
{
    return *(const char *const *)(const void *)((const char *)first + i * stride);
}

const char *ph_suggest_nearest(ph_span typed, const char *const *first, size_t stride, size_t n)
{
    const char *nearest = NULL;
    size_t best = PH_SUGGEST_MAX_BYTES;

    for (size_t i = 0; i < n; i++) {
        const char *name = name_in_row(first, stride, i);
        if (name == NULL || *name == '\0')
            continue;
        size_t d = ph_edit_distance(typed, ph_span_str(name), best);
        if (d < best || (d == best && nearest == NULL)) {
            nearest = name;
            best = d;
        }
    }
    return nearest;
}

const char *ph_suggest_rows(ph_span typed, const char *const *first, size_t stride, size_t n)
{
    const char *nearest = NULL, *extended = NULL;
    size_t n_extended = 0;
    size_t best = typed.len / 3;

    best = best < 1 ? 1 : best > 3 ? 3 : best;
    for (size_t i = 0; i < n; i++) {
        const char *name = name_in_row(first, stride, i);
        if (name == NULL)
            continue;
        size_t d = ph_edit_distance(typed, ph_span_str(name), best);
        if (d < best || (d == best && nearest == NULL)) {
            nearest = name;
            best = d;
        }
        if (is_prefix(typed, ph_span_str(name))) {
            extended = name;
            n_extended++;
        }
    }
    return nearest != NULL ? nearest : n_extended == 1 ? extended : NULL;
}

const char *ph_suggest(ph_span typed, const char *const *names, size_t n)
{
    return ph_suggest_rows(typed, names, sizeof *names, n);
}
