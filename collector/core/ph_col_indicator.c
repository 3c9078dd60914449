/* ph_col_indicator - which indicator a row is for, by code or name, and which was meant.   Layer: collector/core (pure)
 */
#include <stdio.h>
#include <string.h>

#include "ph_col_input_parts.h"
#include "ph_col_meant.h"

static const char *form_of(const ph_col_reading *r)
{
    return r->in->form[0] != '\0' ? r->in->form : r->opts->form;
}

uint16_t ph_col_find_indicator(const ph_col_reading *r, ph_span text)
{
    return ph_col_indicator_meant(r->opts->registry, form_of(r), text);
}

static void list_known(const ph_col_reading *r, char *dst, size_t size)
{
    size_t len = 0;
    dst[0] = '\0';
    for (size_t i = 0; i < ph_registry_n_indicators(r->opts->registry); i++) {
        const char *code = ph_registry_indicator(r->opts->registry, i)->code;
        if (ph_col_indicator_is_in(r->opts->registry, form_of(r), (uint16_t)i) && len + strlen(code) + 3 < size)
            len += (size_t)snprintf(dst + len, size - len, "%s%s", len == 0 ? "" : ", ", code);
    }
}

void ph_col_unknown_indicator(ph_col_reading *r, ph_span text, uint32_t column)
{
    char hint[PH_COL_PROBLEM_TEXT - 8];
    bool is_told = r->in->problems.n < PH_COL_MAX_PROBLEMS; /* what is only counted is not worth a search */
    if (is_told && ph_col_indicator_near(r->opts->registry, form_of(r), text, hint, sizeof hint)) {
        ph_col_tell(r, PH_COL_P_INDICATOR_NEAR, column, text, hint);
        ph_span code = ph_span_of(hint, strcspn(hint, ":"));
        r->guessed[r->n_guessed++] = ph_registry_find_indicator(r->opts->registry, code);
        return;
    }
    ph_col_set_unread(r, PH_NO_INDEX);
    list_known(r, hint, sizeof hint);
    ph_col_tell(r, PH_COL_P_INDICATOR_UNKNOWN, column, text, hint);
}
