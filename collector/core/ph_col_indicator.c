/* ph_col_indicator - which indicator a row is for, by code or name, and which was meant.   Layer: collector/core (pure)
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ph_col_input_parts.h"
#include "ph_suggest.h"

static bool is_in_form(const ph_registry *reg, const char *form, uint16_t indicator)
{
    for (size_t f = 0; f < ph_registry_n_forms(reg); f++) {
        const ph_form *candidate = ph_registry_form(reg, f);
        for (uint16_t i = 0; strcmp(candidate->id, form) == 0 && i < candidate->n_items; i++)
            if (candidate->items[i].indicator == indicator)
                return true;
    }
    return false;
}

static bool has_name(const ph_indicator *ind, const char *folded)
{
    const char *names[] = {ind->code, ind->name.vi, ind->name.en};
    char key[256];
    for (size_t i = 0; i < 3; i++)
        if (names[i] != NULL && ph_col_fold(ph_span_str(names[i]), key, sizeof key) && strcmp(key, folded) == 0)
            return true;
    return false;
}

uint16_t ph_col_find_indicator(const ph_col_reading *r, ph_span text)
{
    const ph_registry *reg = r->opts->registry;
    uint16_t exact = ph_registry_find_indicator(reg, text);
    char folded[256];
    if (exact != PH_NO_INDEX || !ph_col_fold(text, folded, sizeof folded) || folded[0] == '\0')
        return exact;
    const char *form = r->in->form[0] != '\0' ? r->in->form : r->opts->form;
    uint16_t best = PH_NO_INDEX;
    for (size_t i = 0; i < ph_registry_n_indicators(reg); i++)
        if (has_name(ph_registry_indicator(reg, i), folded) &&
            (best == PH_NO_INDEX || (form != NULL && is_in_form(reg, form, (uint16_t)i))))
            best = (uint16_t)i;
    return best;
}

/* One writing of an indicator that the typed text is held against. */
typedef struct writing {
    const char *key; /* folded; NULL = too long to compare */
    const char *name;
    const char *code;
    char text[PH_SUGGEST_MAX_BYTES + 1];
} writing;

enum { WRITINGS = 3 };

static bool is_wanted(const ph_col_reading *r, uint16_t indicator)
{
    const char *form = r->in->form[0] != '\0' ? r->in->form : r->opts->form;
    return form == NULL || form[0] == '\0' || is_in_form(r->opts->registry, form, indicator);
}

static size_t put_writings(const ph_indicator *ind, writing *dst)
{
    const char *names[WRITINGS] = {ind->code, ind->name.vi, ind->name.en};
    for (size_t i = 0; i < WRITINGS; i++) {
        dst[i] = (writing){.name = names[i], .code = ind->code};
        if (names[i] != NULL && ph_col_fold(ph_span_str(names[i]), dst[i].text, sizeof dst[i].text) &&
            dst[i].text[0] != '\0')
            dst[i].key = dst[i].text;
    }
    return WRITINGS;
}

/* The nearest code or name, as "CODE" or "CODE: the name that was meant". A typing error must not cost a search. */
static bool find_near(const ph_col_reading *r, ph_span text, char *dst, size_t size)
{
    const ph_registry *reg = r->opts->registry;
    char folded[256];
    size_t n = 0;
    writing *all = calloc(WRITINGS * ph_registry_n_indicators(reg) + 1, sizeof *all);
    if (all == NULL)
        return false; /* a hint less */
    for (size_t i = 0; i < ph_registry_n_indicators(reg); i++)
        if (is_wanted(r, (uint16_t)i))
            n += put_writings(ph_registry_indicator(reg, i), all + n);
    const char *near = ph_col_fold(text, folded, sizeof folded)
                           ? ph_suggest_rows(ph_span_str(folded), &all[0].key, sizeof all[0], n)
                           : NULL;
    for (size_t i = 0; near != NULL && i < n; i++)
        if (all[i].key == near)
            (void)snprintf(dst, size, "%s%s%s", all[i].code, all[i].name == all[i].code ? "" : ": ",
                           all[i].name == all[i].code ? "" : all[i].name);
    free(all);
    return near != NULL;
}

static void list_known(const ph_col_reading *r, char *dst, size_t size)
{
    size_t len = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < ph_registry_n_indicators(r->opts->registry); i++) {
        const char *code = ph_registry_indicator(r->opts->registry, i)->code;
        if (is_wanted(r, (uint16_t)i) && len + strlen(code) + 3 < size)
            len += (size_t)snprintf(dst + len, size - len, "%s%s", len == 0 ? "" : ", ", code);
    }
}

void ph_col_unknown_indicator(ph_col_reading *r, ph_span text, uint32_t column)
{
    char hint[PH_COL_PROBLEM_TEXT - 8];
    bool is_told = r->in->problems.n < PH_COL_MAX_PROBLEMS; /* what is only counted is not worth a search */
    if (is_told && find_near(r, text, hint, sizeof hint)) {
        ph_col_tell(r, PH_COL_P_INDICATOR_NEAR, column, text, hint);
        return;
    }
    list_known(r, hint, sizeof hint);
    ph_col_tell(r, PH_COL_P_INDICATOR_UNKNOWN, column, text, hint);
}
