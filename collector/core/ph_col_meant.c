/* ph_col_meant - which indicator or unit somebody means, by code or name in any writing, and which was nearly meant.
 * Layer: collector/core (pure) */
#include "ph_col_meant.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_col_names.h"
#include "ph_suggest.h"

enum { WRITINGS = 3, FOLDED_BYTES = 256 };

static bool is_named(const char *code, ph_name name, const char *folded)
{
    const char *names[WRITINGS] = {code, name.vi, name.en};
    char key[FOLDED_BYTES];
    for (size_t i = 0; i < WRITINGS; i++)
        if (names[i] != NULL && ph_col_fold(ph_span_str(names[i]), key, sizeof key) && strcmp(key, folded) == 0)
            return true;
    return false;
}

bool ph_col_indicator_is_in(const ph_registry *reg, const char *form, uint16_t indicator)
{
    if (form == NULL || form[0] == '\0')
        return true;
    for (size_t f = 0; f < ph_registry_n_forms(reg); f++) {
        const ph_form *candidate = ph_registry_form(reg, f);
        for (uint16_t i = 0; strcmp(candidate->id, form) == 0 && i < candidate->n_items; i++)
            if (candidate->items[i].indicator == indicator)
                return true;
    }
    return false;
}

uint16_t ph_col_indicator_meant(const ph_registry *reg, const char *form, ph_span text)
{
    uint16_t best = ph_registry_find_indicator(reg, text);
    bool says_form = form != NULL && form[0] != '\0';
    char folded[FOLDED_BYTES];
    if (best != PH_NO_INDEX || !ph_col_fold(text, folded, sizeof folded) || folded[0] == '\0')
        return best;
    for (size_t i = 0; i < ph_registry_n_indicators(reg); i++) {
        const ph_indicator *ind = ph_registry_indicator(reg, i);
        if (is_named(ind->code, ind->name, folded) &&
            (best == PH_NO_INDEX || (says_form && ph_col_indicator_is_in(reg, form, (uint16_t)i))))
            best = (uint16_t)i;
    }
    return best;
}

uint16_t ph_col_unit_meant(const ph_registry *reg, ph_span text)
{
    uint16_t exact = ph_registry_find_unit(reg, text);
    char folded[FOLDED_BYTES];
    if (exact != PH_NO_INDEX || !ph_col_fold(text, folded, sizeof folded) || folded[0] == '\0')
        return exact;
    for (size_t i = 0; i < ph_registry_n_units(reg); i++) {
        const ph_unit *unit = ph_registry_unit(reg, i);
        if (is_named(unit->id, unit->name, folded))
            return (uint16_t)i;
    }
    return PH_NO_INDEX;
}

/* ---- nearly ---- */

/* One writing that the typed text is held against. */
typedef struct writing {
    const char *key; /* folded; NULL = too long to compare */
    const char *name;
    const char *code;
    char text[PH_SUGGEST_MAX_BYTES + 1];
} writing;

static size_t put_writings(const char *code, ph_name name, writing *dst)
{
    const char *names[WRITINGS] = {code, name.vi, name.en};
    for (size_t i = 0; i < WRITINGS; i++) {
        dst[i] = (writing){.name = names[i], .code = code};
        if (names[i] != NULL && ph_col_fold(ph_span_str(names[i]), dst[i].text, sizeof dst[i].text) &&
            dst[i].text[0] != '\0')
            dst[i].key = dst[i].text;
    }
    return WRITINGS;
}

/* The nearest of them, as "CODE" or "CODE: the name that was meant". */
static bool nearest(const writing *all, size_t n, ph_span text, char *dst, size_t size)
{
    char folded[FOLDED_BYTES];
    const char *near = ph_col_fold(text, folded, sizeof folded)
                           ? ph_suggest_rows(ph_span_str(folded), &all[0].key, sizeof all[0], n)
                           : NULL;
    for (size_t i = 0; near != NULL && i < n; i++)
        if (all[i].key == near)
            (void)snprintf(dst, size, "%s%s%s", all[i].code, all[i].name == all[i].code ? "" : ": ",
                           all[i].name == all[i].code ? "" : all[i].name);
    return near != NULL;
}

bool ph_col_indicator_near(const ph_registry *reg, const char *form, ph_span text, char *dst, size_t size)
{
    size_t n = 0;
    writing *all = calloc(WRITINGS * ph_registry_n_indicators(reg) + 1, sizeof *all);
    if (all == NULL)
        return false; /* a hint less */
    for (size_t i = 0; i < ph_registry_n_indicators(reg); i++) {
        const ph_indicator *ind = ph_registry_indicator(reg, i);
        if (ph_col_indicator_is_in(reg, form, (uint16_t)i))
            n += put_writings(ind->code, ind->name, all + n);
    }
    bool found = nearest(all, n, text, dst, size);
    free(all);
    return found;
}

bool ph_col_unit_near(const ph_registry *reg, ph_span text, char *dst, size_t size)
{
    size_t n = 0;
    writing *all = calloc(WRITINGS * ph_registry_n_units(reg) + 1, sizeof *all);
    if (all == NULL)
        return false;
    for (size_t i = 0; i < ph_registry_n_units(reg); i++)
        n += put_writings(ph_registry_unit(reg, i)->id, ph_registry_unit(reg, i)->name, all + n);
    bool found = nearest(all, n, text, dst, size);
    free(all);
    return found;
}
